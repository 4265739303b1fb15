//! `_excepthook`: what is said about an exception that ends a thread.

use orochi_vm::types::exception::Exception;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Value, Vm, struct_sequence};

struct_sequence! {
    /// What `threading.excepthook` is called with.
    pub(super) static ARGUMENTS = "_thread._ExceptHookArgs", "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.", [
        0 "exc_type" "Exception type",
        1 "exc_value" "Exception value",
        2 "exc_traceback" "Exception traceback",
        3 "thread" "Thread",
    ]
}

/// Writes the exception and the thread's name to standard error.
pub(super) fn report(vm: &Vm, arguments: Value) -> PyResult {
    if !vm.is_exact(arguments, vm.struct_class(&ARGUMENTS)?) {
        return Err(vm.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    }
    let arguments: Gc<Tuple> = arguments.expect();
    let [class, value, _, thread] = arguments.items() else {
        return Err(vm.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    };
    if *class == vm.types().system_exit.into() {
        return Ok(vm.none());
    }
    let Some(sys) = vm.state.sys.get().cast::<orochi_vm::types::dict::Dict>() else { return Ok(vm.none()) };
    let mut stderr = sys.get_str(vm, vm.intern("stderr"))?.filter(|stderr| *stderr != vm.none());
    if stderr.is_none() && *thread != vm.none() {
        stderr = vm.find_attr_str(*thread, "_stderr")?.filter(|stderr| *stderr != vm.none());
    }
    let Some(stderr) = stderr else { return Ok(vm.none()) };
    let name = if *thread == vm.none() { None } else { vm.find_attr_str(*thread, "_name")? };
    let name = match name {
        Some(name) => vm.display(name),
        None => vm.thread_ident().to_string(),
    };
    let mut text = format!("Exception in thread {name}:\n");
    if let Some(exception) = value.cast::<Exception>() {
        text.push_str(&vm.format_exception(exception));
    } else {
        text.push_str(&format!("{}: {}\n", vm.display(*class), vm.display(*value)));
    }
    vm.call_method(stderr, "write", &[vm.new_str(&text)?])?;
    vm.call_method(stderr, "flush", &[])?;
    Ok(vm.none())
}
