//! `bool`.

use dashu_int::IBig;
use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::int::protocol;
use crate::types::native::{NativeDef, NativeFn};
use crate::value::Value;
use crate::vm::Vm;

/// `bool`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::MATCH_SELF,
    methods: &[METHODS],
    ..ClassDef::new("bool", "Whether a value is true. Without an argument it is False.", Layout::Int)
};

/// `True` or `False`, for the VM.
pub(crate) fn new_singleton(vm: &Vm, class: Gc<Class>, value: bool) -> PyResult {
    vm.new_int_of(class, IBig::from(u8::from(value))).map(Value::from)
}

/// A logical operator where both operands are bools; that of `int` otherwise.
fn logical(vm: &Vm, args: &[Value], bools: impl FnOnce(bool, bool) -> bool, ints: NativeFn) -> PyResult {
    let (yes, no) = (vm.true_(), vm.false_());
    let [a, b] = [args[0], args[1]];
    if (a == yes || a == no) && (b == yes || b == no) {
        return Ok(vm.bool(bools(a == yes, b == yes)));
    }
    ints(vm, args)
}

#[methods(METHODS)]
impl Methods {
    /// Return self&value.
    #[method("__and__($self, value, /)")]
    fn and(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a & b, protocol::and)
    }

    /// ~self
    #[method("__invert__($self, /)")]
    fn invert(vm: &Vm, args: &[Value]) -> PyResult {
        let text = "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
                    inversion of the underlying int object and is usually not what you expect from negating a bool object. Use \
                    the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.";
        vm.warn(vm.types().deprecation_warning, text, 1)?;
        vm.new_int(if args[0] == vm.true_() { -2 } else { -1 })
    }

    /// Return whether a value is true.
    #[method("static __new__(type, object=False, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].bound() {
            Some(value) => vm.is_true(value).map(|truth| vm.bool(truth)),
            None => Ok(vm.false_()),
        }
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a | b, protocol::or)
    }

    /// Return value&self.
    #[method("__rand__($self, value, /)")]
    fn rand(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a & b, protocol::and)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.intern(if args[0] == vm.true_() { "True" } else { "False" }).into())
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a | b, protocol::or)
    }

    /// Return value^self.
    #[method("__rxor__($self, value, /)")]
    fn rxor(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a ^ b, protocol::xor)
    }

    /// Return self^value.
    #[method("__xor__($self, value, /)")]
    fn xor(vm: &Vm, args: &[Value]) -> PyResult {
        logical(vm, args, |a, b| a ^ b, protocol::xor)
    }
}
