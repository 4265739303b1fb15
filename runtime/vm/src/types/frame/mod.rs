//! Frames as programs see them: `sys._getframe()`, `traceback.tb_frame`, `generator.gi_frame`.
//!
//! A frame object is made when a program or a traceback asks for one. While its activation is on the stack, the activation
//! is asked; when it leaves the stack ([`Frame::leave`]) the object takes its variables over.
//!
//! - [`attributes`]: `f_lineno` and its like, `clear`
//! - [`variables`]: reading and writing the variables of a frame, wherever they are
//! - [`proxy`] has `f_locals` (PEP 667)

mod attributes;
pub mod proxy;
pub mod variables;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::interp::frame::{Frame as Activation, Return, called_namespace};
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::code::{Code, Place};
use crate::types::function::Function;
use crate::types::generator::registers::Registers;
use crate::types::generator::{Generator, State};
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::Vm;

/// A frame.
#[repr(C)]
pub struct Frame {
    header: Header,
    /// The activation, while it is on the stack; else null.
    activation: Cell<*mut Activation>,
    function: Cell<Value>,
    /// The code that runs: the function may have been given other code since.
    code: Cell<Value>,
    /// The namespace of a module or class body; else unbound.
    mapping: Cell<Value>,
    /// The caller, as far as it is known once the activation is over: its frame, or an entry of a traceback that stands for it.
    /// None for the first frame of a thread, else unbound.
    back: Cell<Value>,
    /// The generator or coroutine whose frame it is, or unbound.
    generator: Cell<Value>,
    /// The registers of a generator's frame, which live in the heap; else unbound.
    registers: Cell<Value>,
    /// `f_trace`, or unbound.
    pub trace: Cell<Value>,
    /// A dict of what was put into `f_locals` under other names than those of variables, or unbound.
    extra: Cell<Value>,
    /// Where it was when it left the stack.
    place: Cell<Place>,
    /// Where it raised an exception last.
    raised: Cell<Place>,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
    /// Whether a program has seen it, so that its callers must be there too.
    seen: Cell<bool>,
    /// Whether a program has cleared it, so that it has no variables any more.
    cleared: Cell<bool>,
    len: u32,
    /// The variables once the activation is over: locals, then own cells. None for the frame of a generator.
    variables: [Cell<Value>; 0],
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Frame {
    const LAYOUT: Layout = Layout::Frame;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for cell in [
            &self.function,
            &self.code,
            &self.mapping,
            &self.back,
            &self.generator,
            &self.registers,
            &self.trace,
            &self.extra,
        ] {
            cell.get().trace(tracer);
        }
        self.kept().iter().for_each(|variable| variable.get().trace(tracer));
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len as usize * size_of::<Value>()
    }
}

/// `frame`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[attributes::METHODS],
    getset: attributes::GETSET,
    ..ClassDef::new("frame", "", Layout::Frame)
};

impl Frame {
    fn make(vm: &Vm, function: Gc<Function>, code: Gc<Code>, mapping: Value, len: usize) -> PyResult<Gc<Frame>> {
        let shape = vm.types().frame.root_shape(vm);
        let frame: Gc<Frame> = vm.alloc_trailing(shape, len, size_of::<Value>())?;
        let unbound = || Cell::new(Value::UNBOUND);
        // SAFETY: fresh memory of the right size. The header stays as it was written, and all else is set before anyone sees it.
        unsafe {
            let raw = frame.as_ptr();
            (&raw mut (*raw).activation).write(Cell::new(core::ptr::null_mut()));
            (&raw mut (*raw).function).write(Cell::new(function.into()));
            (&raw mut (*raw).code).write(Cell::new(code.into()));
            (&raw mut (*raw).mapping).write(Cell::new(mapping));
            (&raw mut (*raw).back).write(unbound());
            (&raw mut (*raw).generator).write(unbound());
            (&raw mut (*raw).registers).write(unbound());
            (&raw mut (*raw).trace).write(unbound());
            (&raw mut (*raw).extra).write(unbound());
            (&raw mut (*raw).place).write(Cell::new(Place::ENTRY));
            (&raw mut (*raw).raised).write(Cell::new(Place::ENTRY));
            (&raw mut (*raw).trace_lines).write(Cell::new(true));
            (&raw mut (*raw).trace_opcodes).write(Cell::new(false));
            (&raw mut (*raw).seen).write(Cell::new(false));
            (&raw mut (*raw).cleared).write(Cell::new(false));
            (&raw mut (*raw).len).write(len as u32);
        }
        frame.kept().iter().for_each(|variable| variable.set(Value::UNBOUND));
        Ok(frame)
    }

    /// A frame whose activation an exception left at a place.
    pub(crate) fn of_left(
        vm: &Vm,
        function: Gc<Function>,
        code: Gc<Code>,
        mapping: Value,
        back: Value,
        place: Place,
        variables: &[Cell<Value>],
    ) -> PyResult<Gc<Frame>> {
        let frame = Frame::make(vm, function, code, mapping, variables.len())?;
        frame.back.set(back);
        frame.place.set(place);
        frame.raised.set(place);
        for (to, from) in frame.kept().iter().zip(variables) {
            to.set(from.get());
        }
        Ok(frame)
    }

    /// The frame object of an active frame; always the same one.
    pub fn of(vm: &Vm, activation: *mut Activation) -> PyResult<Gc<Frame>> {
        let frame = Frame::of_unseen(vm, activation)?;
        frame.seen.set(true);
        Ok(frame)
    }

    /// The same for a traceback, which a program may never look at.
    pub(crate) fn of_unseen(vm: &Vm, activation: *mut Activation) -> PyResult<Gc<Frame>> {
        // SAFETY: callers pass an active frame; its code belongs to it.
        let (known, function, lowered, mapping, owner) = unsafe {
            let activation = &*activation;
            (activation.object, activation.function, &*activation.code, activation.namespace(), activation.owner)
        };
        if let Some(frame) = known.cast::<Frame>() {
            return Ok(frame);
        }
        let len = if lowered.detached { 0 } else { lowered.first_operand() };
        let frame = Frame::make(vm, function, lowered.owner(), mapping, len)?;
        if let Some(generator) = owner.cast::<Generator>() {
            frame.belongs_to(vm, generator);
        }
        frame.attach(activation);
        Ok(frame)
    }

    /// The activation comes to the stack.
    pub(crate) fn attach(&self, activation: *mut Activation) {
        self.activation.set(activation);
        // SAFETY: an active frame.
        let activation = unsafe { &mut *activation };
        activation.object = Value::from_header(core::ptr::NonNull::from(&self.header));
        activation.locals = self.mapping.get();
        activation.watch();
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
        let running = vm.stack.frames().find(owned);
        if let Some(activation) = running.or_else(|| vm.threads.find_parked_frame(|frame| owned(&frame))) {
            return Frame::of(vm, activation).map(Some);
        }
        // SAFETY: the code lives as long as the generator's function.
        let code = unsafe { &*generator.code.get() }.owner();
        let function = generator.function;
        let frame = Frame::make(vm, function, code, called_namespace(function, &code), 0)?;
        frame.belongs_to(vm, generator);
        frame.place.set(vm.place_of_generator(generator));
        Ok(Some(frame))
    }

    /// The generator's body, which is a module's, is run in this namespace.
    pub(crate) fn set_namespace(&self, vm: &Vm, namespace: Value) {
        self.mapping.set(namespace);
        vm.heap.barrier(&raw const self.header);
    }

    fn belongs_to(&self, vm: &Vm, generator: Gc<Generator>) {
        self.generator.set(generator.into());
        self.registers.set(generator.registers.get().map_or(Value::UNBOUND, Value::from));
        generator.frame.set(Value::from_header(core::ptr::NonNull::from(&self.header)));
        vm.heap.barrier(&raw const self.header);
        vm.heap.barrier(generator.header());
    }

    /// The generator is finished: nobody calls the frame any more.
    pub(crate) fn outlives_generator(&self, vm: &Vm) {
        self.generator.set(Value::UNBOUND);
        self.back.set(vm.none());
    }

    /// The activation leaves the stack, for good or until the generator is resumed.
    fn leave(&self, vm: &Vm, activation: *mut Activation) {
        // SAFETY: the running frame, whose registers and code are there.
        let (lowered, base, pc, locals) = unsafe {
            let activation = &*activation;
            (&*activation.code, activation.base, activation.pc, activation.namespace())
        };
        // SAFETY: a frame's `pc` belongs to its code.
        self.place.set(unsafe { lowered.place_before(pc) });
        self.mapping.set(locals);
        for (register, variable) in self.kept().iter().enumerate() {
            // SAFETY: there are as many registers as variables that are kept.
            variable.set(unsafe { *base.add(register) });
        }
        if let Some(registers) = self.registers.get().cast::<Registers>() {
            registers.running.set(false);
            vm.heap.remember_always(registers.header());
        }
        if self.generator.get().is_unbound() {
            self.set_back(vm, activation);
        }
        self.activation.set(core::ptr::null_mut());
        vm.heap.barrier(&raw const self.header);
    }

    /// The activation raises an exception.
    pub(crate) fn raises_at(&self, place: Place) {
        self.raised.set(place);
    }

    /// Where the activation raised an exception last.
    pub(crate) fn raised_at(&self) -> Place {
        self.raised.get()
    }

    /// The activation, which has left the stack, counts as left where it raised an exception last.
    pub(crate) fn left_where_it_raised(&self) {
        self.place.set(self.raised.get());
    }

    /// Remembers the caller, if somebody may ask for it.
    fn set_back(&self, vm: &Vm, activation: *mut Activation) {
        let Some(caller) = vm.frame_below(activation) else {
            self.back.set(vm.none());
            return;
        };
        // SAFETY: an active frame.
        let known = unsafe { (*caller).object };
        if known.is_bound() {
            self.back.set(known);
        } else if self.seen.get() {
            match Frame::of(vm, caller) {
                Ok(frame) => self.back.set(frame.into()),
                // There is no room for it: then nobody called.
                Err(raised) => drop(vm.take_exception(raised)),
            }
        }
    }

    /// The caller of a frame whose activation is over, if it is not known yet: an entry of a traceback that stands for it.
    pub(crate) fn was_called_by(&self, vm: &Vm, caller: Value) {
        if self.back.get().is_unbound() && self.activation.get().is_null() && self.generator.get().is_unbound() {
            self.back.set(caller);
            vm.heap.barrier(&raw const self.header);
        }
    }

    /// The frame that called one whose activation is over, or None.
    fn caller(&self, vm: &Vm) -> PyResult {
        let back = self.back.get();
        let Some(entry) = back.cast::<Traceback>() else { return Ok(back.bound().unwrap_or(vm.none())) };
        let frame = entry.frame(vm)?;
        self.back.set(frame.into());
        vm.heap.barrier(&raw const self.header);
        Ok(frame.into())
    }

    /// The variables that are kept once the activation is over.
    fn kept(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with `len` values behind it.
        unsafe { core::slice::from_raw_parts(self.variables.as_ptr(), self.len as usize) }
    }

    /// The activation, while it is on the stack.
    #[must_use]
    pub fn activation(&self) -> Option<*mut Activation> {
        let activation = self.activation.get();
        (!activation.is_null()).then_some(activation)
    }

    /// The function.
    #[must_use]
    pub fn function(&self) -> Gc<Function> {
        self.function.get().expect()
    }

    /// Both, as they stand here.
    pub(crate) fn what_runs(&self) -> (Value, Value) {
        (self.function.get(), self.code.get())
    }

    /// The code that runs.
    #[must_use]
    pub fn code(&self) -> Gc<Code> {
        self.code.get().expect()
    }

    /// Where it is: while it is on the stack the instruction that runs, else the one that ran last.
    #[must_use]
    pub fn place(&self, vm: &Vm) -> Place {
        if let Some(activation) = self.activation() {
            // SAFETY: an active frame, whose `pc` belongs to its code.
            return unsafe { (*(*activation).code).place_before((*activation).pc) };
        }
        match self.generator.get().cast::<Generator>() {
            Some(generator) if generator.state.get() == State::Suspended => vm.place_of_generator(generator),
            _ => self.place.get(),
        }
    }

    /// The place as programs see it. An exception that goes on is still where it was raised, whatever passes it on.
    #[must_use]
    pub fn shown_place(&self, vm: &Vm) -> Place {
        let place = self.place(vm);
        match self.activation() {
            Some(activation) if self.code().position(place).line == 0 => {
                // SAFETY: an active frame.
                let told = unsafe { (*activation).told_line() };
                if told == 0 { place } else { self.code().place_on_line(place, told).unwrap_or(place) }
            }
            _ => place,
        }
    }

    /// The line that it is at; 0 when the code has none there.
    #[must_use]
    pub fn line(&self, vm: &Vm) -> u32 {
        let line = self.code().position(self.place(vm)).line;
        match self.activation() {
            // What belongs to no line comes behind the one that observers were told of last.
            // SAFETY: an active frame.
            Some(activation) if line == 0 => unsafe { (*activation).told_line() },
            _ => line,
        }
    }
}

impl Vm {
    /// A frame for which something is to be done when it leaves the stack ([`Return::Watched`]) leaves it. Says what is to happen
    /// with the result.
    #[cold]
    #[inline(never)]
    pub(crate) fn leave_watched(&self, activation: *mut Activation) -> Return {
        // SAFETY: the running frame.
        let object = unsafe { (*activation).object };
        if let Some(frame) = object.cast::<Frame>() {
            frame.leave(self, activation);
        }
        // SAFETY: as above.
        unsafe { (*activation).unwatch() }
    }

    /// Where a generator that is not running stands.
    pub(crate) fn place_of_generator(&self, generator: Gc<Generator>) -> Place {
        // SAFETY: the code lives as long as the function; the `pc` of a suspended generator belongs to it.
        unsafe {
            let (code, pc) = (&*generator.code.get(), generator.pc.get());
            match generator.state.get() {
                State::Suspended if self.stands_at_delegation(generator) => code.place_before(pc.add(1)),
                State::Suspended => code.place_before(pc),
                State::Created | State::Running | State::Finished => Place::ENTRY,
            }
        }
    }
}
