//! Methods and attributes of `float`.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// `float`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    getset: GETSET,
    ..ClassDef::new("float", "Convert a string or number to a floating-point number, if possible.", Layout::Float)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("imag", "The imaginary part of a complex number: 0.0.", |vm, _| vm.new_float(0.0)),
    GetSetDef::readonly("real", "The real part of a complex number: the float itself.", |vm, float| {
        vm.new_float(float.as_float().unwrap_or(0.0))
    }),
];

/// The receiver's value.
#[inline(always)]
pub(super) fn this(args: &[Value]) -> f64 {
    args[0].as_float().unwrap_or(0.0)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return the float itself: it is its own conjugate.
    #[method("conjugate($self, /)")]
    fn conjugate(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(this(args))
    }

    /// Return whether the float is a whole number.
    #[method("is_integer($self, /)")]
    fn is_integer(vm: &Vm, args: &[Value]) -> PyResult {
        let float = this(args);
        Ok(vm.bool(float.is_finite() && float == float.trunc()))
    }
}
