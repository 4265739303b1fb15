//! Special methods: the dunder names that the language itself looks up on classes.
//!
//! Every class keeps, for each of them, what a look-up along its MRO finds ([`crate::object::Class::special`]), so that an
//! operator costs one load. The names are Python's; see the data model chapter of the language reference.

/// Declares the special methods.
macro_rules! specials {
    ($($variant:ident $name:literal,)*) => {
        /// A special method.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Special { $($variant,)* }

        impl Special {
            /// All of them.
            pub const ALL: &'static [Special] = &[$(Special::$variant,)*];

            /// The method's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Special::$variant => $name,)* }
            }
        }
    };
}

specials! {
    New "__new__", Init "__init__", Del "__del__", Repr "__repr__", Str "__str__", Bytes "__bytes__",
    Format "__format__", Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    Hash "__hash__", Bool "__bool__", GetAttribute "__getattribute__", GetAttr "__getattr__",
    SetAttr "__setattr__", DelAttr "__delattr__", Get "__get__", Set "__set__", Delete "__delete__",
    Call "__call__", Len "__len__", LengthHint "__length_hint__", GetItem "__getitem__",
    SetItem "__setitem__", DelItem "__delitem__", Missing "__missing__", Iter "__iter__",
    Next "__next__", Reversed "__reversed__", Contains "__contains__",
    Add "__add__", Sub "__sub__", Mul "__mul__", MatMul "__matmul__", TrueDiv "__truediv__",
    FloorDiv "__floordiv__", Mod "__mod__", Divmod "__divmod__", Pow "__pow__", LShift "__lshift__",
    RShift "__rshift__", And "__and__", Xor "__xor__", Or "__or__", Div "__div__",
    RAdd "__radd__", RSub "__rsub__", RMul "__rmul__", RMatMul "__rmatmul__", RTrueDiv "__rtruediv__",
    RFloorDiv "__rfloordiv__", RMod "__rmod__", RDivmod "__rdivmod__", RPow "__rpow__",
    RLShift "__rlshift__", RRShift "__rrshift__", RAnd "__rand__", RXor "__rxor__", ROr "__ror__", RDiv "__rdiv__",
    IAdd "__iadd__", ISub "__isub__", IMul "__imul__", IMatMul "__imatmul__", ITrueDiv "__itruediv__",
    IFloorDiv "__ifloordiv__", IMod "__imod__", IPow "__ipow__", ILShift "__ilshift__",
    IRShift "__irshift__", IAnd "__iand__", IXor "__ixor__", IOr "__ior__", IDiv "__idiv__",
    Neg "__neg__", Pos "__pos__", Abs "__abs__", Invert "__invert__", Complex "__complex__",
    Int "__int__", Float "__float__", Index "__index__", Enter "__enter__", Exit "__exit__",
    AEnter "__aenter__", AExit "__aexit__", Await "__await__", AIter "__aiter__", ANext "__anext__",
    InstanceCheck "__instancecheck__", SubclassCheck "__subclasscheck__", Class "__class__",
    Buffer "__buffer__", ReleaseBuffer "__release_buffer__",
}

impl Special {
    /// How many arguments an operator gives the method, the receiver included; 0 where that differs from call to call.
    #[must_use]
    pub const fn arity(self) -> usize {
        match self {
            Special::Repr
            | Special::Str
            | Special::Bytes
            | Special::Hash
            | Special::Bool
            | Special::Len
            | Special::LengthHint
            | Special::Iter
            | Special::Next
            | Special::Reversed
            | Special::Neg
            | Special::Pos
            | Special::Abs
            | Special::Invert
            | Special::Complex
            | Special::Int
            | Special::Float
            | Special::Index => 1,
            Special::SetItem | Special::Get => 3,
            Special::Format
            | Special::Lt
            | Special::Le
            | Special::Eq
            | Special::Ne
            | Special::Gt
            | Special::Ge
            | Special::GetItem
            | Special::DelItem
            | Special::Contains
            | Special::Buffer
            | Special::ReleaseBuffer => 2,
            _ if self as u8 >= Special::Add as u8 && self as u8 <= Special::IDiv as u8 => 2,
            _ => 0,
        }
    }
}
