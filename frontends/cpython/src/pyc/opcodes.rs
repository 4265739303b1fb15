//! What an opcode table is. Each supported Python version has one, as data, in a file of its own.
//!
//! A row maps an opcode number of that version to an [`Action`], which is what the translator works on; several
//! opcodes may share an action and differ in their operand (`JUMP_FORWARD`, `JUMP_BACKWARD`). A new version is a new
//! table, plus an action for each instruction that did nothing like it before.

use orochi_bytecode::operands::{BinaryOp, UnaryOp};

/// How the number after an opcode is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// It has no meaning.
    None,
    /// A count, a depth or flags.
    Number,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`.
    Name,
    /// Twice an index into `co_names`, plus 1 to push a NULL first.
    NameAndNull,
    /// Twice an index into `co_names`, plus 1 where a method is loaded to be called.
    NameAndMethod,
    /// Four times an index into `co_names`, plus 1 where a method is loaded to be called, plus 2 for `super` with arguments.
    NameAndSuper,
    /// Index into the local variables, cells and free variables.
    Local,
    /// Two of those of four bits each.
    TwoLocals,
    /// The same, where a cell is meant.
    Deref,
    /// A comparison.
    Compare,
    /// A binary operator, in-place or not.
    Binary,
    /// A distance in code units from the next instruction on.
    JumpForward,
    /// A distance in code units from the next instruction back.
    JumpBackward,
}

impl Operand {
    /// Whether it is the distance of a jump.
    #[must_use]
    pub fn is_jump(self) -> bool {
        matches!(self, Operand::JumpForward | Operand::JumpBackward)
    }
}

/// What an instruction does, in terms of the stack machine that CPython is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    AsyncGenWrap,
    BeforeAsyncWith,
    BeforeWith,
    BinaryOp,
    /// A binary operator, or a subscript when the number is the last.
    BinaryOpOrSubscr,
    BinarySlice,
    BinarySubscr,
    BuildConstKeyMap,
    BuildInterpolation,
    BuildList,
    BuildMap,
    BuildSet,
    BuildSlice,
    BuildString,
    BuildTemplate,
    BuildTuple,
    Cache,
    Call,
    CallFunctionEx,
    /// With a NULL above the callable, and a NULL in place of absent keyword arguments.
    CallFunctionExNull,
    CallIntrinsic1,
    CallIntrinsic2,
    CallKw,
    CheckEgMatch,
    CheckExcMatch,
    CleanupThrow,
    CompareOp,
    /// A comparison whose operand also says that only its truth is wanted.
    CompareOpBool,
    ContainsOp,
    ConvertValue,
    Copy,
    CopyFreeVars,
    DeleteAttr,
    DeleteDeref,
    DeleteFast,
    DeleteGlobal,
    DeleteName,
    DeleteSubscr,
    DictMerge,
    DictUpdate,
    EndAsyncFor,
    EndSend,
    ExtendedArg,
    ForIter,
    /// Keeps the iterator and pushes something when it is exhausted; `END_FOR` and `POP_ITER` drop both.
    ForIterKeep,
    FormatSimple,
    FormatValue,
    FormatWithSpec,
    GetAiter,
    GetAnext,
    GetAwaitable,
    GetIter,
    GetLen,
    GetYieldFromIter,
    ImportFrom,
    ImportName,
    ImportStar,
    IsOp,
    Jump,
    /// Jumps, keeping the value, when its truth is this, else drops it.
    JumpOrPop(bool),
    KwNames,
    ListAppend,
    ListExtend,
    ListToTuple,
    LoadAssertionError,
    LoadAttr,
    LoadAttrOrMethod,
    LoadBuildClass,
    LoadClassDeref,
    LoadClosure,
    LoadCommonConstant,
    LoadConst,
    LoadDeref,
    LoadFast,
    LoadFastAndClear,
    LoadFastLoadFast,
    LoadFromDictOrDeref,
    LoadFromDictOrGlobals,
    /// Pushes the NULL below the value.
    LoadGlobal,
    /// Pushes the NULL above the value.
    LoadGlobalThenNull,
    LoadLocals,
    LoadMethod,
    LoadName,
    LoadSmallInt,
    LoadSpecial,
    LoadSuperAttr,
    MakeCell,
    MakeFunction,
    /// Without attributes, which `SET_FUNCTION_ATTRIBUTE` adds.
    MakePlainFunction,
    MapAdd,
    MatchClass,
    MatchKeys,
    MatchMapping,
    MatchSequence,
    Nop,
    PopExcept,
    /// Drops a value; jumps when its truth is this.
    PopJumpIf(bool),
    /// Drops a value; jumps when its being None is this.
    PopJumpIfNone(bool),
    PopTop,
    Precall,
    PrepReraiseStar,
    PrintExpr,
    PushExcInfo,
    PushNull,
    RaiseVarargs,
    Reraise,
    Resume,
    ReturnGenerator,
    ReturnValue,
    Send,
    SetAdd,
    SetFunctionAttribute,
    SetUpdate,
    SetupAnnotations,
    StoreAttr,
    StoreDeref,
    StoreFast,
    StoreFastLoadFast,
    StoreFastStoreFast,
    StoreGlobal,
    StoreName,
    StoreSlice,
    StoreSubscr,
    Swap,
    ToBool,
    Unary(UnaryOp),
    UnpackEx,
    UnpackSequence,
    /// The function to call is that many slots down.
    WithExceptStart(usize),
    YieldValue,
}

/// A row of an opcode table.
#[derive(Clone, Copy, Debug)]
pub struct OpcodeInfo {
    pub number: u8,
    /// Its name in that version's `opcode` module.
    pub name: &'static str,
    pub action: Action,
    pub operand: Operand,
    /// How many code units of inline cache follow it.
    pub caches: u8,
}

/// The opcodes of a Python version, by rising number.
#[derive(Debug)]
pub struct OpcodeTable {
    pub rows: &'static [OpcodeInfo],
    /// The operators behind the operands of `BINARY_OP`; after them come the in-place ones, in the same order.
    pub binary: &'static [BinaryOp],
}

impl OpcodeTable {
    /// The row of an opcode.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&'static OpcodeInfo> {
        let row = self.rows.binary_search_by_key(&number, |info| info.number).ok()?;
        Some(&self.rows[row])
    }
}

/// Defines `ROWS`: number, name, action, operand, code units of inline cache.
macro_rules! opcode_rows {
    ($($number:literal $name:ident $action:ident $(($argument:expr))? $operand:ident $caches:literal;)*) => {
        const ROWS: &[super::opcodes::OpcodeInfo] = &[$(
            super::opcodes::OpcodeInfo {
                number: $number,
                name: stringify!($name),
                action: Action::$action $(($argument))?,
                operand: Operand::$operand,
                caches: $caches,
            },
        )*];
    };
}

pub(super) use opcode_rows;
