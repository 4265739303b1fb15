//! Operand types: small newtype indices into the tables of a module, and the enumerations that operations take.
//!
//! An operand is encoded as unsigned LEB128, except [`Label`], which is a fixed four-byte little-endian offset so
//! that the length of an instruction never depends on the distance of its target.

/// Defines a newtype index.
macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a `usize`.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// Index into the module's constants.
    ConstIdx;
    /// Index into the module's names.
    NameIdx;
    /// Index into the code object's local variables.
    LocalIdx;
    /// Index into the code object's cells: own cells first, then free variables.
    CellIdx;
    /// Index into the module's code objects.
    CodeIdx;
    /// A place in the body: the byte offset of an instruction.
    Label;
    /// A number of values.
    Count;
    /// A place on the stack, counted from the top, which is 1.
    Depth;
}

/// Defines an operand enumeration: wire number, text name.
macro_rules! choices {
    ($(
        $(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $number:literal $text:literal,)* }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $vdoc])* $variant = $number,)* }

        impl $name {
            /// Every value, in the order of the wire numbers.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The names of all values in the text form, in the order of the wire numbers.
            pub const TEXTS: &'static [&'static str] = &[$($text,)*];

            /// What the type is for.
            pub const DOC: &'static str = concat!($($doc,)*);

            /// What each value means, where its name does not say it, in the order of the wire numbers.
            pub const DOCS: &'static [&'static str] = &[$(concat!($($vdoc,)*),)*];

            /// The value with this wire number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<$name> {
                match number { $($number => Some($name::$variant),)* _ => None }
            }

            /// The wire number.
            #[must_use]
            pub const fn number(self) -> u32 {
                self as u32
            }

            /// The name in the text form.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The value with this name in the text form.
            #[must_use]
            pub fn from_text(text: &str) -> Option<$name> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    )*};
}

choices! {
    /// No or yes.
    Flag { No = 0 "no", Yes = 1 "yes", }
    /// Unary operators.
    UnaryOp { Neg = 0 "neg", Pos = 1 "pos", Invert = 2 "invert", Not = 3 "not", }
    /// Binary operators. `DivClassic` is Python 2's `/`.
    BinaryOp {
        Add = 0 "add", Sub = 1 "sub", Mul = 2 "mul", MatMul = 3 "matmul", Div = 4 "div", FloorDiv = 5 "floordiv",
        Mod = 6 "mod", Pow = 7 "pow", LShift = 8 "lshift", RShift = 9 "rshift", And = 10 "and", Or = 11 "or",
        Xor = 12 "xor", DivClassic = 13 "div.classic",
    }
    /// Rich comparisons.
    CompareOp { Lt = 0 "lt", Le = 1 "le", Eq = 2 "eq", Ne = 3 "ne", Gt = 4 "gt", Ge = 5 "ge", }
    /// The conversion of a replacement field.
    Conversion { None = 0 "none", Str = 1 "str", Repr = 2 "repr", Ascii = 3 "ascii", }
    /// How many values `raise` takes.
    RaiseArgs { Bare = 0 "bare", Exc = 1 "exc", Cause = 2 "cause", }
    /// Where an `await` stands, for the wording of its error.
    AwaitContext { Await = 0 "await", AsyncWithEnter = 1 "aenter", AsyncWithExit = 2 "aexit", }
    /// What `set_function` sets. Defaults and closure are tuples, keyword defaults a dict, annotations a dict or a
    /// flat tuple of names and values, annotate a function (PEP 649), type parameters a tuple.
    FunctionAttr {
        Defaults = 0 "defaults", KwDefaults = 1 "kwdefaults", Annotations = 2 "annotations", Annotate = 3 "annotate",
        Closure = 4 "closure", TypeParams = 5 "type_params",
    }
    /// Objects that the language refers to by itself.
    BuiltinRef {
        BuildClass = 0 "build_class", AssertionError = 1 "AssertionError",
        NotImplementedError = 2 "NotImplementedError",
    }
    /// Operations behind `intrinsic`.
    IntrinsicFn {
        /// `(v -- None)`: show the value of an expression statement (`sys.displayhook`).
        Print = 0 "print",
        /// `(name -- typevar)`.
        TypeVar = 1 "typevar",
        /// `(name bound_function -- typevar)`: the bound is evaluated when asked for.
        TypeVarWithBound = 2 "typevar_with_bound",
        /// `(name constraints_function -- typevar)`.
        TypeVarWithConstraints = 3 "typevar_with_constraints",
        /// `(name -- paramspec)`.
        ParamSpec = 4 "paramspec",
        /// `(name -- typevartuple)`.
        TypeVarTuple = 5 "typevartuple",
        /// `(typeparam default_function -- typeparam)`.
        SetTypeParamDefault = 6 "set_typeparam_default",
        /// `(params -- Generic[params])`: the implicit base of a generic class.
        SubscriptGeneric = 7 "subscript_generic",
        /// `(name type_params value_function -- alias)`: `type name[params] = value`.
        TypeAlias = 8 "typealias",
    }
}

impl IntrinsicFn {
    /// How many values it takes.
    #[must_use]
    pub const fn arity(self) -> u32 {
        match self {
            Self::Print | Self::TypeVar | Self::ParamSpec | Self::TypeVarTuple | Self::SubscriptGeneric => 1,
            Self::TypeVarWithBound | Self::TypeVarWithConstraints | Self::SetTypeParamDefault => 2,
            Self::TypeAlias => 3,
        }
    }
}
