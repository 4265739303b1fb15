//! What built-in functions ask of the running Python frame: its globals, its local variables as a mapping.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::lower::Lowered;
use crate::types::cell::PyCell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The globals of the running frame; `None` when no Python code runs.
#[must_use]
pub fn current_globals(vm: &Vm) -> Option<Gc<Dict>> {
    let frame = vm.stack.frames().next()?;
    // SAFETY: an active frame.
    unsafe { (*frame).function }.globals.get().cast::<Dict>()
}

/// The code of the running frame; `None` when no Python code runs.
#[must_use]
pub fn current_code(vm: &Vm) -> Option<Gc<Code>> {
    let frame = vm.stack.frames().next()?;
    // SAFETY: an active frame.
    unsafe { (*frame).function }.code.get().cast::<Code>()
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
    let (function, lowered, base, mapping) =
        unsafe { ((*frame).function, &*(*frame).code, (*frame).base, (*frame).locals) };
    match mapping.bound() {
        Some(mapping) => Ok(mapping),
        // SAFETY: an active frame's registers.
        None => unsafe { variables(vm, function, lowered, base) },
    }
}

/// The local variables of a function's frame, running or suspended, as a new dict.
///
/// # Safety
/// The registers at `base` are those of a frame that runs `lowered`, the function's code.
pub(crate) unsafe fn variables(vm: &Vm, function: Gc<Function>, lowered: &Lowered, base: *const Value) -> PyResult {
    let locals = Dict::new(vm)?;
    for (register, name) in lowered.locals.iter().enumerate() {
        // SAFETY: the first registers of a frame are its local variables.
        let value = unsafe { *base.add(register) };
        if value.is_bound() && !name.to_string().starts_with('.') {
            locals.set_str(vm, *name, value)?;
        }
    }
    // A function that was given other code since has cells of which these registers know nothing.
    let code = function.code.get().cast::<Code>().filter(|code| code.has_lowered(lowered));
    let Some(code) = code else { return Ok(locals.into()) };
    let (wire, source) = (code.wire(), code.module.module());
    for (index, cell) in wire.cells.iter().enumerate() {
        // SAFETY: a frame's own cells follow its local variables.
        let value = unsafe { *base.add(lowered.locals.len() + index) };
        set_cell(vm, locals, source.name(cell.name), value)?;
    }
    if let Some(closure) = function.closure.get().cast::<Tuple>() {
        for (name, cell) in wire.free.iter().zip(closure.items()) {
            set_cell(vm, locals, source.name(*name), *cell)?;
        }
    }
    Ok(locals.into())
}

fn set_cell(vm: &Vm, locals: Gc<Dict>, name: &str, cell: Value) -> PyResult<()> {
    match cell.cast::<PyCell>().and_then(|cell| cell.content.get().bound()) {
        Some(value) => locals.set_str(vm, vm.intern(name), value),
        None => Ok(()),
    }
}
