//! Register instructions: what the interpreter runs. Made by [`crate::lower`], never stored in a file.
//!
//! An instruction is eight bytes: an operation, a small operand `x` and three 16-bit operands. In the comments `R[a]` is a register of
//! the frame, `K[a]` a constant of the code object, `C[a]` an inline cache, `N[a]` a name. Jumps are relative to the next instruction.
//! An instruction that needs a fourth operand is followed by an [`Op::Extra`] that holds it.

/// Declares the operations.
macro_rules! instructions {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What an instruction does.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }
    };
}

instructions! {
    /// Operands of the instruction before, which says what they mean. Never run.
    Extra,
    /// tell observers of point x, with R[a] and the 32-bit number in b and c
    Observe,
    /// R[a] = R[b]
    Move,
    /// R[a] = R[b]; R[a+1] = R[c]
    Move2,
    /// R[a] = K[b | x << 16]
    Const,
    /// R[a], R[b] = R[b], R[a]
    Swap,
    /// R[a] = unbound
    Clear,
    /// UnboundLocalError unless R[a] is bound
    CheckLocal,
    /// UnboundLocalError unless R[a] is bound; R[a] = unbound
    DeleteLocal,
    /// R[a] = content of own cell R[b]
    LoadCell,
    /// content of own cell R[a] = R[b]
    StoreCell,
    /// empty own cell R[a]
    DeleteCell,
    /// R[a] = content of free variable b
    LoadFree,
    /// content of free variable a = R[b]
    StoreFree,
    /// empty free variable a
    DeleteFree,
    /// R[a] = the cell of free variable b
    FreeCell,
    /// R[a] = new empty cell
    NewCell,
    /// R[a] = new cell holding R[b]; R[b] = unbound
    NewCellFrom,
    /// R[a] = N[c] of mapping R[b], else content of cell R[x]; Extra a: 1 when the cell is free variable Extra b
    LoadFromDictOrCell,
    /// R[a] = global C[b]
    LoadGlobal,
    /// global N[a] = R[b]
    StoreGlobal,
    /// del global N[a]
    DeleteGlobal,
    /// R[a] = name C[b]
    LoadName,
    /// name N[a] = R[b]
    StoreName,
    /// del name N[a]
    DeleteName,
    /// R[a] = locals mapping
    LoadLocals,
    /// R[a] = N[c] of mapping R[b], else global
    LoadFromDictOrGlobals,
    /// R[a] = builtin object x
    LoadBuiltin,
    /// R[a] = R[b].C[c]
    GetAttr,
    /// R[a].C[c] = R[b]
    SetAttr,
    /// R[a].C[c] = K[b]
    SetAttrK,
    /// del R[a].N[c]
    DeleteAttr,
    /// R[a], R[a+1] = callable, receiver of R[b].C[c]
    LoadMethod,
    /// R[a] = R[b][R[c]:R[c+1]]
    GetSlice,
    /// R[a] = R[b][K[c]]
    GetItemK,
    /// R[a] = R[b][R[c]]
    GetItem,
    /// R[a][R[b]] = R[c]
    SetItem,
    /// del R[a][R[b]]
    DeleteItem,
    /// R[a] = x R[b]
    Unary,
    /// R[a] = not R[b]
    Not,
    /// R[a] = R[b] + R[c]; x: in place
    Add,
    /// R[a] = R[b] - R[c]; x: in place
    Sub,
    /// R[a] = R[b] * R[c]; x: in place
    Mul,
    /// R[a] = R[b] / R[c]; x: in place
    Div,
    /// R[a] = R[b] // R[c]; x: in place
    FloorDiv,
    /// R[a] = R[b] % R[c]; x: in place
    Mod,
    /// R[a] = R[b] & R[c]; x: in place
    And,
    /// R[a] = R[b] | R[c]; x: in place
    Or,
    /// R[a] = R[b] ^ R[c]; x: in place
    Xor,
    /// R[a] = R[b] << R[c]; x: in place
    LShift,
    /// R[a] = R[b] >> R[c]; x: in place
    RShift,
    /// R[a] = R[b] (x & 15) R[c]; x & 128: in place
    Binary,
    /// R[a] = R[b] + K[c]; x: in place
    AddK,
    /// R[a] = R[b] - K[c]; x: in place
    SubK,
    /// R[a] = R[b] * K[c]; x: in place
    MulK,
    /// R[a] = R[b] / K[c]; x: in place
    DivK,
    /// R[a] = R[b] // K[c]; x: in place
    FloorDivK,
    /// R[a] = R[b] % K[c]; x: in place
    ModK,
    /// R[a] = R[b] & K[c]; x: in place
    AndK,
    /// R[a] = R[b] << K[c]; x: in place
    LShiftK,
    /// R[a] = R[b] >> K[c]; x: in place
    RShiftK,
    /// R[a] = R[b] < R[c]
    Lt,
    /// R[a] = R[b] <= R[c]
    Le,
    /// R[a] = R[b] == R[c]
    Eq,
    /// R[a] = R[b] != R[c]
    Ne,
    /// R[a] = R[b] > R[c]
    Gt,
    /// R[a] = R[b] >= R[c]
    Ge,
    /// R[a] = R[b] is (x: not) R[c]
    Is,
    /// R[a] = R[b] in (x: not in) R[c]
    In,
    /// jump by the 32-bit number in b and c
    Jump,
    /// jump back by the 32-bit number in b and c, looking at the poll word
    Loop,
    /// jump c when R[a] is false
    JumpIfFalse,
    /// jump c when R[a] is true
    JumpIfTrue,
    /// jump c when (R[a] < R[b]) == x
    JumpLt,
    /// jump c when (R[a] <= R[b]) == x
    JumpLe,
    /// jump c when (R[a] == R[b]) == x
    JumpEq,
    /// jump c when (R[a] != R[b]) == x
    JumpNe,
    /// jump c when (R[a] > R[b]) == x
    JumpGt,
    /// jump c when (R[a] >= R[b]) == x
    JumpGe,
    /// jump c when (R[a] < K[b]) == x
    JumpLtK,
    /// jump c when (R[a] <= K[b]) == x
    JumpLeK,
    /// jump c when (R[a] == K[b]) == x
    JumpEqK,
    /// jump c when (R[a] != K[b]) == x
    JumpNeK,
    /// jump c when (R[a] > K[b]) == x
    JumpGtK,
    /// jump c when (R[a] >= K[b]) == x
    JumpGeK,
    /// jump c when (R[a] is R[b]) == x
    JumpIs,
    /// jump c when (R[a] is None) == x
    JumpIsNone,
    /// jump c when (R[a] in R[b]) == x
    JumpIn,
    /// R[a] = iter(R[b])
    GetIter,
    /// R[b] = next(R[a]), or jump c at the end; x: the next instruction unpacks R[b] as a pair and nothing else reads it
    ForIter,
    /// at the end of a loop: what the `ForIter` c instructions back does, with its operands; looks at the poll word
    ForIterBack,
    /// return K[b | x << 16]
    ReturnConst,
    /// return R[a]
    Return,
    /// R[a] = tuple of R[b..b+c]
    BuildTuple,
    /// R[a] = list of R[b..b+c]
    BuildList,
    /// R[a] = set of R[b..b+c]
    BuildSet,
    /// R[a] = dict of c pairs from R[b] on
    BuildDict,
    /// R[a] = concatenation of strings R[b..b+c]
    BuildString,
    /// R[a] = slice of R[b..b+2], or with x R[b..b+3]
    BuildSlice,
    /// append R[b] to list R[a]
    ListAppend,
    /// add R[b] to set R[a]
    SetAdd,
    /// R[a][R[b]] = R[c] for a dict
    DictSet,
    /// extend list R[a] by iterable R[b]
    ListExtend,
    /// extend set R[a] by iterable R[b]
    SetUpdate,
    /// update dict R[a] by mapping R[b]
    DictUpdate,
    /// merge mapping R[b] into keyword arguments R[a] of callable R[c]
    DictMerge,
    /// R[a] = tuple of list R[b]
    ListToTuple,
    /// the b items of R[a] to the registers that are the operands of the next (b + 2) / 3 instructions, all `Extra`
    UnpackSequence,
    /// from R[b] on, as `unpack_ex` leaves them: items of R[a], c before and x after the rest
    UnpackEx,
    /// R[a] = R[b] converted by x
    Convert,
    /// R[a] = format(R[b], R[c]); with x without the spec
    Format,
    /// R[a] = interpolation of R[b], R[b+1] and, with x & 8, R[b+2]; conversion x & 7
    BuildInterpolation,
    /// R[a] = template of R[b], R[c]
    BuildTemplate,
    /// R[c] = R[a](R[a+1..a+1+b])
    Call,
    /// R[c] = R[a](R[a+1..a+1+b]), the last of them named by K[Extra]
    CallKw,
    /// R[c] = R[a](R[a+1]?, R[a+2..a+2+b])
    CallMethod,
    /// R[c] = R[a](R[a+1]?, R[a+2..a+2+b]), the last of them named by K[Extra]
    CallMethodKw,
    /// R[c] = R[a](*R[a+1]), or with x also **R[a+2]
    CallEx,
    /// suspend with R[a]; R[c] = what is sent
    Yield,
    /// R[c] = result of delegating to R[a]; R[b] holds what to send next
    YieldFrom,
    /// R[a] = iterator for `yield from` R[b]
    GetYieldFromIter,
    /// R[a] = iterator of awaiting R[b]; x says where
    GetAwaitable,
    /// R[a] = asynchronous iterator of R[b]
    GetAsyncIter,
    /// R[a] = iterator of awaiting R[b].__anext__()
    GetAsyncNext,
    /// raise R[a] again unless it is StopAsyncIteration
    EndAsyncFor,
    /// R[a] = R[b] marked as yielded
    AsyncGenWrap,
    /// raise nothing, R[a], or R[a] from R[b], by x
    Raise,
    /// raise R[a] again
    Reraise,
    /// R[a], R[b] = exception being handled, R[a]; R[a] becomes the one being handled; x: in a generator
    BeginHandler,
    /// R[a] or nothing becomes the exception being handled; x: in a generator
    EndHandler,
    /// R[a] = does exception R[b] match R[c]
    MatchException,
    /// R[a], R[a+1] = rest and matching part of R[a] for type R[a+1]
    MatchExceptionGroup,
    /// R[a] = what is left to raise of R[a] given list R[b]
    PrepareReraiseStar,
    /// R[a], R[a+1] = exit method and result of entering R[b]; x: asynchronous
    WithEnter,
    /// R[a] = R[b](type, value, traceback of exception R[c])
    WithExcept,
    /// R[a] = function of code b | c << 16
    MakeFunction,
    /// set x of function R[b] to R[a]; R[c] = the function
    SetFunction,
    /// R[a] = module N[Extra] imported with level R[b] and from-list R[c]
    ImportName,
    /// R[a] = N[c] of module R[b]
    ImportFrom,
    /// bind public names of module R[a]
    ImportStar,
    /// make `__annotations__` in the locals mapping
    SetupAnnotations,
    /// R[a] = intrinsic x of R[b..]
    Intrinsic,
    /// R[a] = is R[b] a mapping
    MatchMapping,
    /// R[a] = is R[b] a sequence
    MatchSequence,
    /// R[a] = values of R[b] for keys R[c]
    MatchKeys,
    /// R[a] = attributes of subject R[b] by class R[b+1] and names R[b+2], x positional
    MatchClass,
    /// R[a] = len(R[b])
    GetLen,
}

/// An instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C)]
pub struct Instr {
    pub op: Op,
    pub x: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}

impl Instr {
    /// An instruction.
    #[must_use]
    pub const fn new(op: Op, x: u8, a: u16, b: u16, c: u16) -> Instr {
        Instr { op, x, a, b, c }
    }

    /// The 32-bit number that `b` and `c` hold together.
    #[inline(always)]
    #[must_use]
    pub const fn wide(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_eight_bytes() {
        assert_eq!(size_of::<Instr>(), 8);
    }
}
