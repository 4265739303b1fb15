//! Frames as programs see them: `sys._getframe()`, `traceback.tb_frame`.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};
use orochi_macros::methods;

use crate::error::PyResult;
use crate::interp::frame::Frame as Activation;
use crate::modules::frames::{locals_of, variables};
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::code::Code;
use crate::types::function::Function;
use crate::types::generator::registers::Registers;
use crate::types::generator::{Generator, State};
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// A frame: made when a program asks for one. While the activation runs, it is asked; afterwards the object tells what it was
/// told last.
#[repr(C)]
pub struct Frame {
    header: Header,
    pub function: Cell<Value>,
    /// A mapping.
    pub locals: Cell<Value>,
    /// The calling frame, None, or unbound until someone asks.
    pub back: Cell<Value>,
    /// The generator or coroutine whose frame it is, or unbound.
    pub generator: Cell<Value>,
    pub line: Cell<u32>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Frame {
    const LAYOUT: Layout = Layout::Frame;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.function.get().trace(tracer);
        self.locals.get().trace(tracer);
        self.back.get().trace(tracer);
        self.generator.get().trace(tracer);
    }
}

impl Frame {
    /// The frame object of an active frame; always the same one.
    pub fn of(vm: &Vm, activation: *mut Activation) -> PyResult<Gc<Frame>> {
        // SAFETY: callers pass an active frame.
        let (known, function) = unsafe { ((*activation).object, (*activation).function) };
        if let Some(frame) = known.cast::<Frame>() {
            return Ok(frame);
        }
        let locals = locals_of(vm, activation)?;
        let frame = Frame::new(vm, function.into(), locals, Value::UNBOUND, vm.line_of(activation))?;
        // SAFETY: the frame is still active: nothing in between ran Python code.
        let owner = unsafe {
            (*activation).object = frame.into();
            (*activation).owner
        };
        if let Some(generator) = owner.cast::<Generator>() {
            frame.belongs_to(vm, generator);
        }
        Ok(frame)
    }

    /// The frame object of a generator or coroutine that is not finished; always the same one.
    pub fn of_generator(vm: &Vm, generator: Gc<Generator>) -> PyResult<Option<Gc<Frame>>> {
        if generator.state.get() == State::Finished {
            return Ok(None);
        }
        if let Some(frame) = generator.frame.get().cast::<Frame>() {
            return Ok(Some(frame));
        }
        // SAFETY: only active frames are asked.
        let owned = |frame: &*mut Activation| unsafe { (**frame).owner } == Value::from(generator);
        if let Some(activation) = vm.stack.frames().find(owned) {
            return Frame::of(vm, activation).map(Some);
        }
        let frame = Frame::new(vm, generator.function.get(), vm.none(), Value::UNBOUND, 0)?;
        frame.belongs_to(vm, generator);
        Ok(Some(frame))
    }

    fn belongs_to(&self, vm: &Vm, generator: Gc<Generator>) {
        self.generator.set(generator.into());
        generator.frame.set(Value::from_header(core::ptr::NonNull::from(&self.header)));
        vm.heap.barrier(&raw const self.header as *mut Header);
        vm.heap.barrier(generator.header());
    }

    /// Asks a suspended generator for what the object tells.
    fn refresh(&self, vm: &Vm) -> PyResult<()> {
        let Some(generator) = self.generator.get().cast::<Generator>() else { return Ok(()) };
        let Some(registers) = generator.registers.get().cast::<Registers>() else { return Ok(()) };
        let function = self.function();
        // SAFETY: the code lives as long as the function; a suspended generator's registers and `pc` belong to it.
        let (line, locals) = unsafe {
            let code = &*generator.code;
            let pc = generator.pc.get();
            let line = match generator.state.get() {
                State::Suspended if vm.stands_at_delegation(generator) => vm.line_before(function, code, pc.add(1)),
                State::Suspended => vm.line_before(function, code, pc),
                State::Created => function.code.get().cast::<Code>().map_or(0, |code| code.wire().first_line),
                State::Running | State::Finished => return Ok(()),
            };
            (line, variables(vm, function, code, registers.slots().as_ptr().cast())?)
        };
        self.line.set(line);
        self.locals.set(locals);
        Ok(())
    }

    /// A frame object of an activation that is over.
    pub fn new(vm: &Vm, function: Value, locals: Value, back: Value, line: u32) -> PyResult<Gc<Frame>> {
        vm.new_native(
            vm.types().frame,
            Frame {
                header: Header::empty(),
                function: Cell::new(function),
                locals: Cell::new(locals),
                back: Cell::new(back),
                generator: Cell::new(Value::UNBOUND),
                line: Cell::new(line),
            },
        )
    }

    /// The activation, if it still runs.
    fn activation(self: &Frame, vm: &Vm) -> Option<*mut Activation> {
        let this = core::ptr::from_ref(self);
        // SAFETY: active frames.
        vm.stack.frames().find(|frame| unsafe { (**frame).object }.address_unchecked() == this.cast())
    }

    fn function(&self) -> Gc<Function> {
        self.function.get().expect()
    }
}

/// `frame`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("f_back", "", back),
        GetSetDef::readonly("f_builtins", "", |_, value| Ok(this(value).function().builtins.get())),
        GetSetDef::readonly("f_code", "", |_, value| Ok(this(value).function().code.get())),
        GetSetDef::readonly("f_generator", "", |vm, value| {
            Ok(this(value).generator.get().bound().unwrap_or(vm.none()))
        }),
        GetSetDef::readonly("f_globals", "", |_, value| Ok(this(value).function().globals.get())),
        GetSetDef::readonly("f_lineno", "", |vm, value| vm.new_int(i64::from(line(vm, value)?))),
        GetSetDef::readonly("f_locals", "", locals),
        GetSetDef::readonly("f_trace", "", |vm, _| Ok(vm.none())),
    ],
    ..ClassDef::new("frame", "", Layout::Frame)
};

fn this(value: Value) -> Gc<Frame> {
    value.expect()
}

fn back(vm: &Vm, value: Value) -> PyResult {
    let frame = this(value);
    if let Some(back) = frame.back.get().bound() {
        return Ok(back);
    }
    let caller = frame.activation(vm).and_then(|activation| vm.stack.frames().skip_while(|f| *f != activation).nth(1));
    match caller {
        None => Ok(vm.none()),
        Some(caller) => {
            let caller = Frame::of(vm, caller)?;
            // A generator may be resumed from elsewhere the next time.
            if frame.generator.get().is_unbound() {
                frame.back.set(caller.into());
                vm.heap.barrier(frame.header());
            }
            Ok(caller.into())
        }
    }
}

fn line(vm: &Vm, value: Value) -> PyResult<u32> {
    let frame = this(value);
    match frame.activation(vm) {
        Some(activation) => frame.line.set(vm.line_of(activation)),
        None => frame.refresh(vm)?,
    }
    Ok(frame.line.get())
}

fn locals(vm: &Vm, value: Value) -> PyResult {
    let frame = this(value);
    if let Some(activation) = frame.activation(vm) {
        frame.locals.set(locals_of(vm, activation)?);
    } else {
        frame.refresh(vm)?;
    }
    vm.heap.barrier(frame.header());
    Ok(frame.locals.get())
}

#[methods(METHODS)]
impl Methods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let (place, line) = (address(args[0]), line(vm, args[0])?);
        let code = this(args[0]).function().code.get().expect::<Code>();
        let (file, name) = (vm.display(code.filename.get()), vm.display(code.name.get()));
        vm.new_str(&format!("<frame at {place:#x}, file '{file}', line {line}, code {name}>"))
    }

    /// Forget the local variables of a frame that has ended.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        let frame = this(args[0]);
        if frame.activation(vm).is_some() {
            return Err(vm.runtime_error("cannot clear an executing frame"));
        }
        if let Some(generator) = frame.generator.get().cast::<Generator>() {
            match generator.state.get() {
                State::Suspended => return Err(vm.runtime_error("cannot clear a suspended frame")),
                _ => vm.close_generator(generator.into())?,
            };
        }
        let empty = crate::types::dict::Dict::new(vm)?;
        frame.locals.set(empty.into());
        vm.heap.barrier(frame.header());
        Ok(vm.none())
    }
}
