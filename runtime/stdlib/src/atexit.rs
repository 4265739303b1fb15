//! `atexit`: functions that are called when the program ends. [`run`] is for whoever ends it.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public \
          functions, register and unregister, are defined.\n",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// Under which name the VM keeps the list of functions: tuples of function, arguments and named arguments.
const KEPT: &str = "atexit.callbacks";

fn callbacks(vm: &Vm) -> PyResult<Gc<List>> {
    if let Some(list) = vm.kept(KEPT).and_then(Value::cast::<List>) {
        return Ok(list);
    }
    let list = List::with_capacity(vm, 0)?;
    vm.keep(KEPT, list.into())?;
    Ok(list)
}

/// Calls the functions, the last registered first, and forgets them. What they raise is reported.
pub fn run(vm: &Vm) {
    let Some(list) = vm.kept(KEPT).and_then(Value::cast::<List>) else { return };
    while let Some(callback) = list.pop() {
        let Some(parts) = callback.cast::<Tuple>().filter(|parts| parts.len() == 3) else { continue };
        let [function, arguments, named] = [parts.items()[0], parts.items()[1], parts.items()[2]];
        let result = vm.call_with(function, arguments.expect::<Tuple>().items(), named.expect::<Dict>());
        if let Err(raised) = result {
            let exception = vm.take_exception(raised);
            let message = format!("Exception ignored in atexit callback {}", vm.display_repr(function));
            vm.report_unraisable_as(exception, &message);
        }
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Clear the list of previously registered exit functions.
    #[method("_clear()")]
    fn clear(vm: &Vm, _: &[Value]) -> PyResult {
        callbacks(vm)?.clear(vm);
        Ok(vm.none())
    }

    /// Return the number of registered exit functions.
    #[method("_ncallbacks()")]
    fn ncallbacks(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(callbacks(vm)?.len() as i64)
    }

    /// Run all registered exit functions. If a callback raises an exception, it is logged with sys.unraisablehook.
    #[method("_run_exitfuncs()")]
    fn run_exitfuncs(vm: &Vm, _: &[Value]) -> PyResult {
        run(vm);
        Ok(vm.none())
    }

    /// Register a function to be executed upon normal program termination.
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[method("register(func, /, *args, **kwargs)")]
    fn register(vm: &Vm, args: &[Value]) -> PyResult {
        let (function, named, arguments) = (args[0], args[1], &args[2..]);
        if !vm.is_callable(function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let callback = vm.new_tuple(&[function, vm.new_tuple(arguments)?, named])?;
        callbacks(vm)?.push(vm, callback)?;
        Ok(function)
    }

    /// Unregister an exit function which was previously registered using atexit.register
    ///
    ///     func - function to be unregistered
    #[method("unregister(func, /)")]
    fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
        let list = callbacks(vm)?;
        let mut index = 0;
        while let Some(callback) = list.get(index) {
            let function = callback.expect::<Tuple>().items()[0];
            // A comparison may change the list.
            if vm.equals(function, args[0])? && list.get(index) == Some(callback) {
                list.splice(vm, index, index + 1, &[])?;
            } else {
                index += 1;
            }
        }
        Ok(vm.none())
    }
}
