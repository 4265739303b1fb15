//! `_weakref`: proxies, and questions about weak references. The reference itself is in `orochi_vm::types::weakref`.

mod proxy;

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::weakref::{self, WeakRef};
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        for name in ["ref", "ReferenceType"] {
            dict.set_str(vm, vm.intern(name), vm.types().weakref.into())?;
        }
        vm.add_module_class(module, &proxy::CLASS)?;
        vm.add_module_class(module, &proxy::CALLABLE_CLASS)?;
        Ok(())
    },
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Atomically remove key from dict if it points to a dead weakref.
    #[method("_remove_dead_weakref(dct, key, /)")]
    fn remove_dead_weakref(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(dict) = args[0].cast::<Dict>() else {
            let kind = vm.type_name(args[0]);
            return Err(vm.type_error(format!("_remove_dead_weakref() argument 1 must be dict, not {kind}")));
        };
        if let Some(value) = dict.get(vm, args[1])? {
            let Some(weak) = value.cast::<WeakRef>() else { return Err(vm.type_error("not a weakref")) };
            if weak.target().is_none() {
                dict.remove(vm, args[1])?;
            }
        }
        Ok(vm.none())
    }

    /// Return the number of weak references to 'object'.
    #[method("getweakrefcount(object, /)")]
    fn getweakrefcount(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(weakref::all(vm, args[0])?.len() as i64)
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[method("getweakrefs(object, /)")]
    fn getweakrefs(vm: &Vm, args: &[Value]) -> PyResult {
        let list: Gc<List> = weakref::all(vm, args[0])?;
        Ok(list.into())
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[method("proxy(object, callback=None, /)")]
    fn proxy(vm: &Vm, args: &[Value]) -> PyResult {
        proxy::new(vm, args[0], args[1])
    }
}
