//! Starting threads, what a thread runs, and the wait for those that are left at the end of the program.

use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::handle::{self, Handle, Stage};
use super::local;

/// The smallest native stack that may be asked for.
const LEAST_STACK: i64 = 32 << 10;

/// Items of the tuple that a thread starts with.
const FUNCTION: usize = 0;
const POSITIONAL: usize = 1;
const NAMED: usize = 2;
const HANDLE: usize = 3;

fn start(vm: &Vm, function: Value, positional: Value, named: Value, handle: Value) -> PyResult<u64> {
    if vm.threads.is_ending() {
        let message = "can't create new thread at interpreter shutdown";
        return Err(vm.raise(vm.types().python_finalization_error, message));
    }
    let state = Handle::of(handle);
    if state.stage.get() != Stage::NotStarted {
        return Err(vm.runtime_error("thread already started"));
    }
    let argument = vm.new_tuple(&[function, positional, named, handle])?;
    state.set_stage(Stage::Starting);
    match vm.spawn_thread(run, argument) {
        Ok(ident) => Ok(ident),
        Err(raised) => {
            state.set_stage(Stage::NotStarted);
            Err(raised)
        }
    }
}

/// What a thread does.
fn run(vm: &Vm, argument: Value) {
    let argument: Gc<Tuple> = argument.expect();
    let item = |index: usize| argument.items()[index];
    let handle = Handle::of(item(HANDLE));
    handle.ident.set(vm.thread_ident());
    handle.set_stage(Stage::Running);
    let (function, positional): (_, Gc<Tuple>) = (item(FUNCTION), item(POSITIONAL).expect());
    let result = match item(NAMED).cast::<Dict>() {
        Some(named) => vm.call_with(function, positional.items(), named),
        None => vm.call(function, positional.items()),
    };
    if let Err(raised) = result {
        let exception = vm.take_exception(raised);
        if !vm.is_instance(exception.into(), vm.types().system_exit) {
            let message = format!("Exception ignored in thread started by {}", vm.display_repr(function));
            vm.report_unraisable_as(exception, &message);
        }
    }
    vm.end_thread_locals(local::forget);
    handle.set_stage(Stage::Done);
    forget_at_exit(vm, item(HANDLE));
}

/// The end of the program waits for the thread no more.
fn forget_at_exit(vm: &Vm, handle: Value) {
    if let Some(list) = vm.threads.at_exit.get().cast::<List>()
        && let Some(place) = (0..list.len()).find(|index| list.get(*index) == Some(handle))
    {
        // There is room for fewer.
        let _ = list.splice(vm, place, place + 1, &[]);
    }
}

/// `start_joinable_thread`.
pub(super) fn joinable(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_callable(args[0]) {
        return Err(vm.type_error("thread function must be callable"));
    }
    let handle = match args[1].bound().filter(|handle| *handle != vm.none()) {
        None => handle::fresh(vm)?,
        Some(handle) if vm.is_exact(handle, vm.module_class(&handle::CLASS)?) => handle,
        Some(_) => return Err(vm.type_error("'handle' must be a _ThreadHandle")),
    };
    let daemon = args[2].bound().map_or(Ok(true), |daemon| vm.is_true(daemon))?;
    if !daemon {
        let list = match vm.threads.at_exit.get().bound() {
            Some(list) => list,
            None => vm.new_list(&[])?,
        };
        vm.threads.at_exit.set(list);
        list.expect::<List>().push(vm, handle)?;
    }
    let started = start(vm, args[0], vm.empty_tuple().into(), Value::UNBOUND, handle);
    if started.is_err() && !daemon {
        forget_at_exit(vm, handle);
    }
    started.map(|_| handle)
}

/// `start_new_thread`.
pub(super) fn new_thread(vm: &Vm, args: &[Value]) -> PyResult {
    if !vm.is_callable(args[0]) {
        return Err(vm.type_error("first arg must be callable"));
    }
    if args[1].cast::<Tuple>().is_none() {
        return Err(vm.type_error("2nd arg must be a tuple"));
    }
    if args[2].bound().is_some_and(|named| named.cast::<Dict>().is_none()) {
        return Err(vm.type_error("optional 3rd arg must be a dictionary"));
    }
    let handle = handle::fresh(vm)?;
    let ident = start(vm, args[0], args[1], args[2], handle)?;
    vm.new_int(ident as i64)
}

/// `_shutdown`: waits for all threads but daemons.
pub(super) fn join_all(vm: &Vm) -> PyResult {
    let Some(list) = vm.threads.at_exit.get().cast::<List>() else { return Ok(vm.none()) };
    loop {
        let others = |handle: &Value| Handle::of(*handle).ident.get() != vm.thread_ident();
        let Some(next) = (0..list.len()).filter_map(|index| list.get(index)).find(others) else { break };
        if let Err(raised) = Handle::of(next).join(vm, Value::UNBOUND) {
            let exception = vm.take_exception(raised);
            vm.report_unraisable_as(exception, "Exception ignored while joining a thread in _thread._shutdown()");
            return Ok(vm.none());
        }
        forget_at_exit(vm, next);
    }
    Ok(vm.none())
}

/// `set_name`: what the system calls the running thread.
pub(super) fn set_name(vm: &Vm, name: Value) -> PyResult {
    let Some(name) = name.cast::<Str>() else {
        let kind = vm.type_name(name);
        return Err(vm.type_error(format!("set_name() argument 'name' must be str, not {kind}")));
    };
    vm.set_thread_name(&name.to_string());
    Ok(vm.none())
}

/// `stack_size`.
pub(super) fn stack_size(vm: &Vm, size: Value) -> PyResult {
    let size = size.bound().map_or(Ok(0), |size| vm.index_i64(size))?;
    if size < 0 {
        return Err(vm.value_error("size must be 0 or a positive value"));
    }
    if size != 0 && size < LEAST_STACK {
        return Err(vm.value_error(format!("size not valid: {size} bytes")));
    }
    let old = vm.threads.stack_size.replace(size as usize);
    vm.new_int(old as i64)
}
