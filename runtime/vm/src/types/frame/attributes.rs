//! Attributes and methods of frames.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::Frame;
use crate::error::PyResult;
use crate::types::generator::{Generator, State};
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

fn this(value: Value) -> Gc<Frame> {
    value.expect()
}

fn or_none(vm: &Vm, value: Value) -> PyResult {
    Ok(value.bound().unwrap_or(vm.none()))
}

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("f_back", "Return the frame that called this one, or None.", back),
    GetSetDef::readonly("f_builtins", "Return the built-in variables in the frame.", |_, value| {
        Ok(this(value).function().builtins.get())
    }),
    GetSetDef::readonly("f_code", "Return the code object being executed in this frame.", |_, value| {
        Ok(this(value).code().into())
    }),
    GetSetDef::readonly(
        "f_generator",
        "Return the generator or coroutine associated with this frame, or None.",
        |vm, value| or_none(vm, this(value).generator.get()),
    ),
    GetSetDef::readonly("f_globals", "Return the global variables in the frame.", |_, value| {
        Ok(this(value).function().globals.get())
    }),
    GetSetDef::readonly("f_lasti", "Return the index of the last attempted instruction in the code.", |vm, value| {
        let frame = this(value);
        vm.new_int(i64::from(frame.code().byte_of(vm, frame.shown_place(vm))?))
    }),
    GetSetDef::new(
        "f_lineno",
        "Return the current line number in the frame.",
        |vm, value| {
            let frame = this(value);
            let line = frame.line(vm);
            // A module is entered before its first line.
            let is_known = line != 0 || frame.place(vm).offset().is_none();
            if is_known { vm.new_int(i64::from(line)) } else { Ok(vm.none()) }
        },
        |vm, value, line| vm.jump_to_line(&this(value), line),
    ),
    GetSetDef::readonly("f_locals", "Return the mapping used by the frame to look up local variables.", locals),
    GetSetDef::new(
        "f_trace",
        "Return the trace function for this frame, or None if there is none.",
        |vm, value| or_none(vm, this(value).trace.get()),
        set_trace,
    ),
    GetSetDef::new(
        "f_trace_lines",
        "",
        |vm, value| Ok(vm.bool(this(value).trace_lines.get())),
        |vm, value, wanted| {
            this(value).trace_lines.set(flag(vm, wanted)?);
            Ok(())
        },
    ),
    GetSetDef::new(
        "f_trace_opcodes",
        "",
        |vm, value| Ok(vm.bool(this(value).trace_opcodes.get())),
        |vm, value, wanted| {
            let wanted = flag(vm, wanted)?;
            this(value).trace_opcodes.set(wanted);
            if wanted { vm.trace_opcodes() } else { Ok(()) }
        },
    ),
];

fn flag(vm: &Vm, value: Option<Value>) -> PyResult<bool> {
    match value {
        Some(value) if value == vm.true_() => Ok(true),
        Some(value) if value == vm.false_() => Ok(false),
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

fn set_trace(vm: &Vm, value: Value, function: Option<Value>) -> PyResult<()> {
    let frame = this(value);
    frame.trace.set(function.filter(|function| *function != vm.none()).unwrap_or_default());
    vm.heap.barrier(frame.header());
    Ok(())
}

fn back(vm: &Vm, value: Value) -> PyResult {
    let frame = this(value);
    let Some(activation) = frame.activation() else { return frame.caller(vm) };
    match vm.frame_below(activation) {
        Some(caller) => Frame::of(vm, caller).map(Value::from),
        None => Ok(vm.none()),
    }
}

fn locals(vm: &Vm, value: Value) -> PyResult {
    let frame = this(value);
    let mapping = match frame.activation() {
        // SAFETY: an active frame.
        Some(activation) => unsafe { (*activation).namespace() },
        None => frame.mapping.get(),
    };
    match mapping.bound() {
        Some(mapping) => Ok(mapping),
        None => super::proxy::new(vm, frame),
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let frame = this(args[0]);
        let (place, line, code) = (address(args[0]), frame.line(vm), frame.code());
        let (file, name) = (vm.repr(code.filename.get())?, vm.display(code.name.get()));
        vm.new_str(&format!("<frame at {place:#x}, file {file}, line {line}, code {name}>"))
    }

    /// Return the size of the frame in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let frame = this(args[0]);
        vm.new_int((size_of::<Frame>() + frame.kept().len() * size_of::<Value>()) as i64)
    }

    /// Clear all references held by the frame.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        let frame = this(args[0]);
        if frame.activation().is_some() {
            return Err(vm.runtime_error("cannot clear an executing frame"));
        }
        if let Some(generator) = frame.generator.get().cast::<Generator>() {
            if generator.state.get() == State::Suspended {
                return Err(vm.runtime_error("cannot clear a suspended frame"));
            }
            crate::types::generator::finalize::finalize(vm, generator);
            vm.close_generator(generator.into())?;
        }
        frame.trace.set(Value::UNBOUND);
        frame.forget_variables();
        Ok(vm.none())
    }
}
