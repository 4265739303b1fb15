//! `TypeVarTuple`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

use super::parameters::{self as base, DEFAULT, NAME};
use super::{call_typing, name_argument, this, unpack_iter};

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[base::METHODS, METHODS],
    getset: &[
        base::NAME_MEMBER,
        GetSetDef::readonly("__default__", "The default value for this TypeVarTuple.", base::default),
        base::EVALUATE_DEFAULT,
    ],
    ..ClassDef::new(
        "typing.TypeVarTuple",
        "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.",
        Layout::Record,
    )
};

#[methods(METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        unpack_iter(vm, args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, name, *, default=typing.NoDefault)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typevartuple")?;
        let default = (DEFAULT, base::default_argument(vm, args[2])?);
        base::of_call(vm, &CLASS, name, &[default])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return the arguments of an alias with this parameter's as one.
    #[method("__typing_prepare_subst__($self, alias, args, /)")]
    fn prepare_subst(vm: &Vm, args: &[Value]) -> PyResult {
        call_typing(vm, "_typevartuple_prepare_subst", args)
    }

    /// Raise TypeError: it stands for several types.
    #[method("__typing_subst__($self, arg, /)")]
    fn subst(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("Substitution of bare TypeVarTuple is not supported"))
    }
}
