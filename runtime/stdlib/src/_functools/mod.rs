//! `_functools`: the native part of `functools`.

mod cmp_to_key;
mod lru_cache;
mod partial;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_functools",
    doc: "The native part of functools.",
    functions: FUNCTIONS,
    init: |vm, module| {
        vm.add_module_class(module, &partial::PARTIAL)?;
        vm.add_module_class(module, &lru_cache::WRAPPER)?;
        vm.add_module_class(module, &partial::PLACEHOLDER_CLASS)?;
        let placeholder = partial::placeholder(vm)?;
        module.dict().set_str(vm, vm.intern("Placeholder"), placeholder)
    },
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Turn a comparison function into a key function.
    #[method("cmp_to_key(mycmp)")]
    fn cmp_to_key(vm: &Vm, args: &[Value]) -> PyResult {
        cmp_to_key::new(vm, args[0], Value::UNBOUND)
    }

    /// Apply a function of two arguments to the items of an iterable, from the first on, so as to reduce them to one value.
    #[method("reduce(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = match vm.iter(args[1]) {
            Ok(iterator) => iterator,
            Err(raised) if vm.pending_is(vm.types().type_error) => {
                let _ = vm.take_exception(raised);
                return Err(vm.type_error("reduce() arg 2 must support iteration"));
            }
            Err(raised) => return Err(raised),
        };
        let mut result = match args[2].bound() {
            Some(initial) => initial,
            None => match vm.next(iterator)? {
                Some(first) => first,
                None => return Err(vm.type_error("reduce() of empty iterable with no initial value")),
            },
        };
        while let Some(item) = vm.next(iterator)? {
            result = vm.call(args[0], &[result, item])?;
        }
        Ok(result)
    }
}
