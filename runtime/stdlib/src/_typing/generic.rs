//! `Generic`. What it does when it is subscripted or inherited from is in `typing`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

use crate::_operator::call_with;

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::HEAP,
    methods: &[METHODS],
    ..ClassDef::new("typing.Generic", "Abstract base class for generic types.", Layout::Object)
};

/// Calls a function of `typing` with a class, then other arguments. `args` is the class, a dict of named arguments, the others.
fn delegate(vm: &Vm, function: &str, args: &[Value]) -> PyResult {
    let function = vm.get_attr_str(vm.import("typing")?, function)?;
    let mut positional = vm.scratch(args.len())?;
    positional.push(args[0]);
    positional.extend(&args[2..]);
    call_with(vm, function, &positional, args[1])
}

#[methods(METHODS)]
impl Methods {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does.  For example, for some generic class `Foo`, this is
    /// called when we do `Foo[int]` - there, with `cls=Foo` and
    /// `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[method("__class_getitem__($type, /, *args, **kwargs)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, "_generic_class_getitem", args)
    }

    /// Function to initialize subclasses.
    #[method("__init_subclass__($type, /, *args, **kwargs)")]
    fn init_subclass(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, "_generic_init_subclass", args)
    }
}
