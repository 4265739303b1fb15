//! The numbered rules, and the error that names one.

use std::fmt;

use crate::module::Module;
use crate::op::Op;
use crate::operands::CodeIdx;

macro_rules! rules {
    ($($number:literal $name:ident $text:literal;)*) => {
        /// A rule of the verifier.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Rule {
            $(#[doc = concat!("V", $number, ": ", $text)] $name = $number,)*
        }

        impl Rule {
            /// All rules by rising number.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),*];

            /// What it demands.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Rule::$name => $text,)* }
            }
        }
    };
}

rules! {
    1 TableSizes "A module has at least one code object, and at most 2^24 code objects, names and constants each.";
    2 Features "Required features are sorted, without repetition, and known to the host.";
    3 ConstantOrder "The items of a tuple, frozenset or slice are constants with a lower index than its own.";
    4 ConstantNesting "Constants nest at most 100 deep, and none holds more than 2^24 constants, counted as often as they appear.";
    5 ConstantForm "A big integer has more than 8 bytes and no needless sign bytes; a string is generalised UTF-8, in which surrogates are allowed, paired or not.";
    6 HeaderIndices "The names of a code object and its variables are names of the module; its docstring is a string constant.";
    7 Parameters "Positional-only parameters are among the positional ones; all parameters are local variables; the module's body (code object 0) has no parameters and no free variables.";
    8 Cells "A cell that takes an argument takes that of a parameter, and no two take the same.";
    9 Flags "A code object is at most one of generator, coroutine and asynchronous generator; only a generator is an iterable coroutine.";
    10 Registers "Local variables, cells, free variables and the declared stack are at most 60000 together.";
    11 BodySize "A body has 1 to 2^24 bytes.";
    12 Decoding "A body is a sequence of instructions in their shortest encoding.";
    13 OperandRange "Indices are within their tables, counts are at most 60000, and a depth is at least 1 (2 for `swap` and `with_except`); `make_cell` takes an own cell.";
    14 InnerCode "`make_function` takes a code object with a higher index than the one that it stands in, so that code objects form no cycle.";
    15 KeywordNames "The names of a keyword call are a constant tuple of different strings, no more than the call has arguments.";
    16 Targets "A jump leads to an instruction of the same body.";
    17 HandlerTable "Handlers are not empty, do not overlap and rise; start and target are instructions, the end is an instruction or the end of the body.";
    18 PositionTable "Source positions are at instructions, by rising offset.";
    19 End "Control does not run off the end of the body.";
    20 Underflow "An instruction finds the values that it takes, looks at or points at.";
    21 StackLimit "The stack is never deeper than declared.";
    22 Joins "Wherever control meets, each way brings the same depth and the same call pairs.";
    23 Pairs "The two values that `load_method` pushes are a pair: only `call_method` and `call_method_kw` take them, and these take nothing else; no other instruction takes, copies, swaps or looks at one of them.";
    24 HandlerDepth "At a covered instruction the stack is at least as deep as its handler says; the cut does not part a pair; and unless it cannot raise, the instruction takes nothing from below the cut.";
    25 Suspension "`yield` stands in generators and asynchronous generators, `yield_from` in those and in coroutines, `async_gen_wrap` in asynchronous generators.";
    26 LocalsMapping "`load_name`, `store_name`, `delete_name`, `load_locals`, `import_star` and `setup_annotations` do not stand in functions, which have no locals mapping.";
}

impl Rule {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{}", self.number())
    }
}

/// A module that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    pub rule: Rule,
    /// The code object, when the error is in one.
    pub code: Option<CodeIdx>,
    /// Its qualified name, when it has one.
    pub code_name: Option<String>,
    /// The offset in its body, when the error is there.
    pub offset: Option<u32>,
    /// The instruction, when one is at fault.
    pub instruction: Option<Op>,
    /// What was found, and what was expected.
    pub message: String,
}

impl VerifyError {
    #[cold]
    pub(super) fn new(rule: Rule, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { rule, code: None, code_name: None, offset: None, instruction: None, message: message.into() })
    }

    /// Adds the code object.
    #[cold]
    pub(super) fn in_code(mut self: Box<Self>, module: &Module, index: usize) -> Box<Self> {
        self.code = Some(CodeIdx(index as u32));
        self.code_name = module.codes.get(index).and_then(|code| module.names.get(code.qualname.index())).cloned();
        self
    }

    /// Adds the place in the body.
    #[cold]
    pub(super) fn at(mut self: Box<Self>, offset: u32) -> Box<Self> {
        self.offset = Some(offset);
        self
    }

    /// Adds the instruction.
    #[cold]
    pub(super) fn with(mut self: Box<Self>, op: Op) -> Box<Self> {
        self.instruction = Some(op);
        self
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "in code object {}", code.0)?;
            if let Some(name) = &self.code_name {
                write!(f, " (`{}`)", name.escape_debug())?;
            }
            if let Some(offset) = self.offset {
                write!(f, " at byte {offset}")?;
            }
            if let Some(op) = &self.instruction {
                write!(f, ", `{}`", op.mnemonic())?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{} (rule {}: {})", self.message, self.rule, self.rule.text().trim_end_matches('.'))
    }
}

impl std::error::Error for VerifyError {}
