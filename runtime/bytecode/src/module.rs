//! The module container as data: constants, names, code objects with their tables.
//!
//! A [`Module`] is what a frontend builds, what the binary and the text form carry, and what the verifier turns
//! into a [`crate::VerifiedModule`]. It knows nothing of Python objects.

use crate::operands::{CodeIdx, ConstIdx, LocalIdx, NameIdx};

/// A compiled source file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// Features that a host must know to run this module, sorted.
    pub required_features: Vec<String>,
    /// Who made it, from what.
    pub producer: Producer,
    /// Name of the source, as tracebacks show it.
    pub source_name: String,
    /// Names, without repetition. A name may hold any text that an identifier or an attribute may.
    pub names: Vec<String>,
    /// Constants, without repetition.
    pub constants: Vec<Const>,
    /// Code objects; the first is the module's own body, an inner one comes after its outer one.
    pub codes: Vec<Code>,
    /// Sections that this version does not know, kept as they are: name and bytes.
    pub custom: Vec<(String, Vec<u8>)>,
}

/// Who made a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Producer {
    /// The frontend's name.
    pub frontend: String,
    /// The frontend's version.
    pub version: String,
    /// SHA-256 of the source bytes, or zeros when unknown.
    pub source_hash: [u8; 32],
}

/// A constant. Equality is that of the bits: `0.0` and `-0.0` differ, and NaN equals itself.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    /// An integer that fits 64 bits.
    Int(i64),
    /// A larger integer: two's complement, little-endian, as short as can be.
    BigInt(Vec<u8>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// Text as generalised UTF-8: surrogates are allowed, paired or not, each encoded as three bytes.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    /// Items are constants with a lower index.
    Tuple(Vec<ConstIdx>),
    /// Items are constants with a lower index.
    FrozenSet(Vec<ConstIdx>),
    /// Parts are constants with a lower index.
    Slice {
        start: ConstIdx,
        stop: ConstIdx,
        step: ConstIdx,
    },
}

impl PartialEq for Const {
    fn eq(&self, other: &Self) -> bool {
        use Const::*;
        match (self, other) {
            (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
            (Int(a), Int(b)) => a == b,
            (BigInt(a), BigInt(b)) | (Str(a), Str(b)) | (Bytes(a), Bytes(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex { real: a, imag: b }, Complex { real: c, imag: d }) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Tuple(a), Tuple(b)) | (FrozenSet(a), FrozenSet(b)) => a == b,
            (Slice { start: a, stop: b, step: c }, Slice { start: d, stop: e, step: f }) => (a, b, c) == (d, e, f),
            _ => false,
        }
    }
}

impl Eq for Const {}

impl core::hash::Hash for Const {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        core::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(v) => v.hash(state),
            Const::BigInt(v) | Const::Str(v) | Const::Bytes(v) => v.hash(state),
            Const::Float(v) => v.to_bits().hash(state),
            Const::Complex { real, imag } => (real.to_bits(), imag.to_bits()).hash(state),
            Const::Tuple(v) | Const::FrozenSet(v) => v.hash(state),
            Const::Slice { start, stop, step } => (start, stop, step).hash(state),
        }
    }
}

/// Defines the flags of a code object with their bits and their names in the text form, in one place.
macro_rules! code_flags {
    ($($(#[$doc:meta])* $flag:ident = $bit:literal,)*) => {
        /// What kind of code object it is.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct CodeFlags {
            $($(#[$doc])* pub $flag: bool,)*
        }

        impl CodeFlags {
            /// The flags' names, by rising bit.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($flag)),*];

            /// The flags as bits of a number.
            #[must_use]
            pub fn bits(self) -> u32 {
                $(u32::from(self.$flag) << $bit)|*
            }

            /// The flags from such a number; `None` when it has a bit that is no flag.
            #[must_use]
            pub fn from_bits(bits: u32) -> Option<Self> {
                let flags = Self { $($flag: bits >> $bit & 1 == 1),* };
                (flags.bits() == bits).then_some(flags)
            }
        }
    };
}

code_flags! {
    /// Has its own local variables (a function); without it names live in a mapping (module and class bodies).
    function = 0,
    /// Has `*args`.
    varargs = 1,
    /// Has `**kwargs`.
    varkwargs = 2,
    /// A generator function.
    generator = 3,
    /// `async def` without `yield`.
    coroutine = 4,
    /// `async def` with `yield`.
    async_generator = 5,
    /// A generator made awaitable by `types.coroutine`'s flag in the source dialect.
    iterable_coroutine = 6,
    /// Defined inside a function.
    nested = 7,
    /// A method: defined directly in a class body (CPython 3.14's CO_METHOD).
    method = 8,
    /// `docstring` holds the function's docstring.
    has_docstring = 9,
}

/// A code object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
    pub name: NameIdx,
    /// The dotted path from the module (`Class.method`, `outer.<locals>.inner`).
    pub qualname: NameIdx,
    pub flags: CodeFlags,
    /// Line of the `def`, `class` or first decorator; 1-based.
    pub first_line: u32,
    /// Positional-only parameters.
    pub positional_only: u32,
    /// Positional parameters, positional-only ones included.
    pub positional: u32,
    /// Keyword-only parameters.
    pub keyword_only: u32,
    /// Local variables. First the parameters in this order: positional, keyword-only, `*args`, `**kwargs`.
    pub locals: Vec<NameIdx>,
    /// Own cells: variables that inner functions capture.
    pub cells: Vec<Cell>,
    /// Free variables: cells that the closure brings, in its order.
    pub free: Vec<NameIdx>,
    /// The docstring, a `Const::Str`, or None.
    pub docstring: Option<ConstIdx>,
    /// The deepest stack that the body needs, in values.
    pub max_stack: u32,
    /// Encoded instructions.
    pub body: Vec<u8>,
    /// Exception handlers by rising start; they do not overlap, so that at most one covers an instruction.
    pub handlers: Vec<Handler>,
    /// Source positions by rising offset; each holds until the next.
    pub positions: Vec<Position>,
}

/// A variable that lives in a cell because an inner function captures it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub name: NameIdx,
    /// The parameter whose argument the cell holds on entry. That local variable is unbound from then on.
    pub parameter: Option<LocalIdx>,
}

/// When an instruction in `start..end` raises: cut the stack to `depth`, push the exception, go to `target`. All are
/// byte offsets of instructions; `end` is that of the first instruction behind the covered ones, or the body's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
}

/// Where in the source the instructions from `offset` on come from (PEP 657). Lines are 1-based, columns are
/// 0-based byte offsets into the line's UTF-8; a line of 0 means that there is no position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub offset: u32,
    pub line: u32,
    pub end_line: u32,
    pub column: u32,
    pub end_column: u32,
}

impl Module {
    /// The code object at an index that the verifier has checked.
    #[must_use]
    pub fn code(&self, index: CodeIdx) -> &Code {
        &self.codes[index.index()]
    }

    /// The name at an index that the verifier has checked.
    #[must_use]
    pub fn name(&self, index: NameIdx) -> &str {
        &self.names[index.index()]
    }

    /// The constant at an index that the verifier has checked.
    #[must_use]
    pub fn constant(&self, index: ConstIdx) -> &Const {
        &self.constants[index.index()]
    }
}

impl Code {
    /// How many parameters it has, `*args` and `**kwargs` included.
    #[must_use]
    pub fn parameter_count(&self) -> u64 {
        u64::from(self.positional)
            + u64::from(self.keyword_only)
            + u64::from(self.flags.varargs)
            + u64::from(self.flags.varkwargs)
    }
}

impl Const {
    /// The integer with these bytes: two's complement, little-endian, of any length.
    #[must_use]
    pub fn integer(bytes: &[u8]) -> Const {
        let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
        let fill = if negative { 0xff } else { 0 };
        let mut end = bytes.len();
        while end > 0 && bytes[end - 1] == fill && (end == 1 || (bytes[end - 2] & 0x80 != 0) == negative) {
            end -= 1;
        }
        if end <= 8 {
            let mut word = [fill; 8];
            word[..end].copy_from_slice(&bytes[..end]);
            Const::Int(i64::from_le_bytes(word))
        } else {
            Const::BigInt(bytes[..end].to_vec())
        }
    }
}
