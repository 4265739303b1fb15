//! What built-in functions ask of the running Python frame: its globals, its local variables as a mapping.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::frame::variables::Variables;
use crate::value::Value;
use crate::vm::Vm;

/// The globals of the running frame; `None` when no Python code runs.
#[must_use]
pub fn current_globals(vm: &Vm) -> Option<Gc<Dict>> {
    let frame = vm.stack.frames().next()?;
    // SAFETY: an active frame.
    unsafe { (*frame).function }.globals.get().cast::<Dict>()
}

/// The builtins of the running frame, or the interpreter's when no Python code runs.
#[must_use]
pub fn current_builtins(vm: &Vm) -> Value {
    match vm.stack.frames().next() {
        // SAFETY: an active frame.
        Some(frame) => unsafe { (*frame).function }.builtins.get(),
        None => vm.state.builtins.get(),
    }
}

/// The code of the running frame; `None` when no Python code runs.
#[must_use]
pub fn current_code(vm: &Vm) -> Option<Gc<Code>> {
    let frame = vm.stack.frames().next()?;
    // SAFETY: an active frame.
    Some(unsafe { &*(*frame).code }.owner())
}

/// The local variables of the running frame. For a module or class body this is the mapping itself, for a function a new
/// dict (PEP 667); `None` when no Python code runs.
pub fn current_locals(vm: &Vm) -> PyResult<Option<Value>> {
    match vm.stack.frames().next() {
        Some(frame) => locals_of(vm, frame).map(Some),
        None => Ok(None),
    }
}

/// The local variables of an active frame.
pub fn locals_of(vm: &Vm, frame: *mut Frame) -> PyResult {
    // SAFETY: callers pass an active frame.
    let (mapping, object) = unsafe { ((*frame).namespace(), (*frame).object) };
    if let Some(mapping) = mapping.bound() {
        return Ok(mapping);
    }
    match object.cast::<crate::types::frame::Frame>() {
        // What was put into `f_locals` is there too.
        Some(object) => crate::types::frame::proxy::snapshot_of(vm, object).map(Value::from),
        None => Variables::of_activation(frame).to_dict(vm).map(Value::from),
    }
}
