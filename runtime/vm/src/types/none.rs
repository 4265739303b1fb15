//! `None`, `...` and `NotImplemented`.

use crate::error::PyResult;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// `NoneType`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[NONE_METHODS],
    ..ClassDef::new("NoneType", "The type of the None singleton.", Layout::Object)
};
/// `ellipsis`.
pub static ELLIPSIS_CLASS: ClassDef = ClassDef {
    methods: &[ELLIPSIS_METHODS],
    ..ClassDef::new("ellipsis", "The type of the Ellipsis singleton.", Layout::Object)
};
/// `NotImplementedType`.
pub static NOT_IMPLEMENTED_CLASS: ClassDef = ClassDef {
    methods: &[NOT_IMPLEMENTED_METHODS],
    ..ClassDef::new("NotImplementedType", "The type of the NotImplemented singleton.", Layout::Object)
};

/// `Type()` gives the singleton; there are no arguments.
fn singleton(vm: &Vm, args: &[Value], name: &str, value: Value) -> PyResult {
    if args.len() > 2 || !args[1].expect::<Dict>().is_empty() {
        return Err(vm.type_error(format!("{name} takes no arguments")));
    }
    Ok(value)
}

#[methods(NONE_METHODS)]
impl NoneMethods {
    /// True if self else False.
    #[method("__bool__($self, /)")]
    fn none_bool(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn none_hash(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(0xfca8_6420)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn none_new(vm: &Vm, args: &[Value]) -> PyResult {
        singleton(vm, args, "NoneType", vm.none())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn none_repr(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.intern("None").into())
    }
}

#[methods(ELLIPSIS_METHODS)]
impl EllipsisMethods {
    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn ellipsis_new(vm: &Vm, args: &[Value]) -> PyResult {
        singleton(vm, args, "EllipsisType", vm.ellipsis())
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn ellipsis_reduce(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.intern("Ellipsis").into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn ellipsis_repr(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.intern("Ellipsis").into())
    }
}

#[methods(NOT_IMPLEMENTED_METHODS)]
impl NotImplementedMethods {
    /// Raise TypeError: it is neither true nor false.
    #[method("__bool__($self, /)")]
    fn not_implemented_bool(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("NotImplemented should not be used in a boolean context"))
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn not_implemented_new(vm: &Vm, args: &[Value]) -> PyResult {
        singleton(vm, args, "NotImplementedType", vm.not_implemented())
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn not_implemented_reduce(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.intern("NotImplemented").into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn not_implemented_repr(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.intern("NotImplemented").into())
    }
}
