//! The opcodes of Python 3.11, from `Lib/opcode.py` of that version; its inline caches are those of
//! `Include/internal/pycore_opcode.h`. A test holds the table against a real Python 3.11, where there is one.

use orochi_bytecode::operands::{BinaryOp, UnaryOp};

use super::opcodes::{Action, OpcodeTable, Operand, opcode_rows};

opcode_rows! {
      0 CACHE Cache None 0;
      1 POP_TOP PopTop None 0;
      2 PUSH_NULL PushNull None 0;
      9 NOP Nop None 0;
     10 UNARY_POSITIVE Unary (UnaryOp::Pos) None 0;
     11 UNARY_NEGATIVE Unary (UnaryOp::Neg) None 0;
     12 UNARY_NOT Unary (UnaryOp::Not) None 0;
     15 UNARY_INVERT Unary (UnaryOp::Invert) None 0;
     25 BINARY_SUBSCR BinarySubscr None 4;
     30 GET_LEN GetLen None 0;
     31 MATCH_MAPPING MatchMapping None 0;
     32 MATCH_SEQUENCE MatchSequence None 0;
     33 MATCH_KEYS MatchKeys None 0;
     35 PUSH_EXC_INFO PushExcInfo None 0;
     36 CHECK_EXC_MATCH CheckExcMatch None 0;
     37 CHECK_EG_MATCH CheckEgMatch None 0;
     49 WITH_EXCEPT_START WithExceptStart (4) None 0;
     50 GET_AITER GetAiter None 0;
     51 GET_ANEXT GetAnext None 0;
     52 BEFORE_ASYNC_WITH BeforeAsyncWith None 0;
     53 BEFORE_WITH BeforeWith None 0;
     54 END_ASYNC_FOR EndAsyncFor None 0;
     60 STORE_SUBSCR StoreSubscr None 1;
     61 DELETE_SUBSCR DeleteSubscr None 0;
     68 GET_ITER GetIter None 0;
     69 GET_YIELD_FROM_ITER GetYieldFromIter None 0;
     70 PRINT_EXPR PrintExpr None 0;
     71 LOAD_BUILD_CLASS LoadBuildClass None 0;
     74 LOAD_ASSERTION_ERROR LoadAssertionError None 0;
     75 RETURN_GENERATOR ReturnGenerator None 0;
     82 LIST_TO_TUPLE ListToTuple None 0;
     83 RETURN_VALUE ReturnValue None 0;
     84 IMPORT_STAR ImportStar None 0;
     85 SETUP_ANNOTATIONS SetupAnnotations None 0;
     86 YIELD_VALUE YieldValue None 0;
     87 ASYNC_GEN_WRAP AsyncGenWrap None 0;
     88 PREP_RERAISE_STAR PrepReraiseStar None 0;
     89 POP_EXCEPT PopExcept None 0;
     90 STORE_NAME StoreName Name 0;
     91 DELETE_NAME DeleteName Name 0;
     92 UNPACK_SEQUENCE UnpackSequence Number 1;
     93 FOR_ITER ForIter JumpForward 0;
     94 UNPACK_EX UnpackEx Number 0;
     95 STORE_ATTR StoreAttr Name 4;
     96 DELETE_ATTR DeleteAttr Name 0;
     97 STORE_GLOBAL StoreGlobal Name 0;
     98 DELETE_GLOBAL DeleteGlobal Name 0;
     99 SWAP Swap Number 0;
    100 LOAD_CONST LoadConst Const 0;
    101 LOAD_NAME LoadName Name 0;
    102 BUILD_TUPLE BuildTuple Number 0;
    103 BUILD_LIST BuildList Number 0;
    104 BUILD_SET BuildSet Number 0;
    105 BUILD_MAP BuildMap Number 0;
    106 LOAD_ATTR LoadAttr Name 4;
    107 COMPARE_OP CompareOp Compare 2;
    108 IMPORT_NAME ImportName Name 0;
    109 IMPORT_FROM ImportFrom Name 0;
    110 JUMP_FORWARD Jump JumpForward 0;
    111 JUMP_IF_FALSE_OR_POP JumpOrPop (false) JumpForward 0;
    112 JUMP_IF_TRUE_OR_POP JumpOrPop (true) JumpForward 0;
    114 POP_JUMP_FORWARD_IF_FALSE PopJumpIf (false) JumpForward 0;
    115 POP_JUMP_FORWARD_IF_TRUE PopJumpIf (true) JumpForward 0;
    116 LOAD_GLOBAL LoadGlobal NameAndNull 5;
    117 IS_OP IsOp Number 0;
    118 CONTAINS_OP ContainsOp Number 0;
    119 RERAISE Reraise Number 0;
    120 COPY Copy Number 0;
    122 BINARY_OP BinaryOp Binary 1;
    123 SEND Send JumpForward 0;
    124 LOAD_FAST LoadFast Local 0;
    125 STORE_FAST StoreFast Local 0;
    126 DELETE_FAST DeleteFast Local 0;
    128 POP_JUMP_FORWARD_IF_NOT_NONE PopJumpIfNone (false) JumpForward 0;
    129 POP_JUMP_FORWARD_IF_NONE PopJumpIfNone (true) JumpForward 0;
    130 RAISE_VARARGS RaiseVarargs Number 0;
    131 GET_AWAITABLE GetAwaitable Number 0;
    132 MAKE_FUNCTION MakeFunction Number 0;
    133 BUILD_SLICE BuildSlice Number 0;
    134 JUMP_BACKWARD_NO_INTERRUPT Jump JumpBackward 0;
    135 MAKE_CELL MakeCell Deref 0;
    136 LOAD_CLOSURE LoadClosure Deref 0;
    137 LOAD_DEREF LoadDeref Deref 0;
    138 STORE_DEREF StoreDeref Deref 0;
    139 DELETE_DEREF DeleteDeref Deref 0;
    140 JUMP_BACKWARD Jump JumpBackward 0;
    142 CALL_FUNCTION_EX CallFunctionEx Number 0;
    144 EXTENDED_ARG ExtendedArg Number 0;
    145 LIST_APPEND ListAppend Number 0;
    146 SET_ADD SetAdd Number 0;
    147 MAP_ADD MapAdd Number 0;
    148 LOAD_CLASSDEREF LoadClassDeref Deref 0;
    149 COPY_FREE_VARS CopyFreeVars Number 0;
    151 RESUME Resume Number 0;
    152 MATCH_CLASS MatchClass Number 0;
    155 FORMAT_VALUE FormatValue Number 0;
    156 BUILD_CONST_KEY_MAP BuildConstKeyMap Number 0;
    157 BUILD_STRING BuildString Number 0;
    160 LOAD_METHOD LoadMethod Name 10;
    162 LIST_EXTEND ListExtend Number 0;
    163 SET_UPDATE SetUpdate Number 0;
    164 DICT_MERGE DictMerge Number 0;
    165 DICT_UPDATE DictUpdate Number 0;
    166 PRECALL Precall Number 1;
    171 CALL Call Number 4;
    172 KW_NAMES KwNames Const 0;
    173 POP_JUMP_BACKWARD_IF_NOT_NONE PopJumpIfNone (false) JumpBackward 0;
    174 POP_JUMP_BACKWARD_IF_NONE PopJumpIfNone (true) JumpBackward 0;
    175 POP_JUMP_BACKWARD_IF_FALSE PopJumpIf (false) JumpBackward 0;
    176 POP_JUMP_BACKWARD_IF_TRUE PopJumpIf (true) JumpBackward 0;
}

/// The operators behind `BINARY_OP`, in the order of `opcode._nb_ops`; the in-place ones follow in the same order. Later
/// versions have added to them at the end only.
pub(super) const BINARY: &[BinaryOp] = &[
    BinaryOp::Add,
    BinaryOp::And,
    BinaryOp::FloorDiv,
    BinaryOp::LShift,
    BinaryOp::MatMul,
    BinaryOp::Mul,
    BinaryOp::Mod,
    BinaryOp::Or,
    BinaryOp::Pow,
    BinaryOp::RShift,
    BinaryOp::Sub,
    BinaryOp::Div,
    BinaryOp::Xor,
];

/// The table.
pub static TABLE: OpcodeTable = OpcodeTable { rows: ROWS, binary: BINARY };
