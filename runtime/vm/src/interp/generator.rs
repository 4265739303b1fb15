//! Generators in the interpreter: making, resuming, suspending, delegating. What programs see of them is in
//! [`crate::types::generator`].

use core::cell::Cell;

use orochi_gc::{Gc, Header};

use crate::error::{PyResult, Raised};
use crate::interp::enter::Called;
use crate::interp::frame::{Frame, Return};
use crate::interp::instr::{Instr, Op};
use crate::interp::observe::Event;
use crate::lower::{Activation, Lowered};
use crate::types::code::Place;
use crate::types::exception::Exception;
use crate::types::function::Function;
use crate::types::generator::registers::Registers;
use crate::types::generator::{Generator, State};
use crate::types::native::{Args, Native};
use crate::value::Value;
use crate::vm::Vm;

/// How a generator came back.
#[derive(Clone, Copy, Debug)]
pub enum Resumed {
    /// It yielded this.
    Yielded(Value),
    /// It returned this.
    Returned(Value),
}

#[cold]
#[inline(never)]
fn no_registers() -> ! {
    unreachable!("a generator has its registers until it is finished")
}

impl Vm {
    /// A generator, coroutine or asynchronous generator whose registers are copied from bound ones.
    pub(crate) fn new_generator(&self, function: Gc<Function>, lowered: &Lowered, registers: *const Value) -> PyResult {
        let count = lowered.registers as usize;
        // SAFETY: the caller passes as many valid registers.
        let registers = unsafe { Registers::copy(self, registers, count)? };
        let types = self.types();
        let mut hook = Value::UNBOUND;
        let class = match lowered.activation {
            Activation::Coroutine => {
                if self.threads.origin_depth.get() > 0 {
                    hook = crate::types::generator::finalize::origin(self, self.threads.origin_depth.get())?;
                }
                types.coroutine
            }
            Activation::AsyncGenerator => types.async_generator,
            _ => types.generator,
        };
        let generator = self.new_native(
            class,
            Generator {
                header: Header::empty(),
                state: Cell::new(State::Created),
                handles: Cell::new(false),
                hooked: Cell::new(false),
                closed: Cell::new(false),
                driven: Cell::new(false),
                resume_register: Cell::new(0),
                pc: Cell::new(lowered.instrs.as_ptr()),
                code: Cell::new(lowered),
                function,
                name: Cell::new(function.name.get()),
                qualname: Cell::new(function.qualname.get()),
                handled: Cell::new(Value::UNBOUND),
                delegate: Cell::new(Value::UNBOUND),
                registers: Cell::new(Some(registers)),
                frame: Cell::new(Value::UNBOUND),
                hook: Cell::new(hook),
            },
        )?;
        // Only a generator with something to clean up needs to be closed when it is dropped.
        if !lowered.handlers.is_empty() || lowered.activation != Activation::Generator {
            self.heap.register_finalizable(generator.as_header());
        }
        Ok(generator.into())
    }

    /// Puts a suspended generator's frame on the stack, with `value` as the result of its `yield`. The caller has checked that it
    /// is created or suspended.
    #[inline]
    pub(crate) fn push_generator(
        &self,
        generator: Gc<Generator>,
        value: Value,
        dst: u16,
        on_return: Return,
    ) -> PyResult<()> {
        self.push_generator_for::<false>(generator, value, dst, on_return)
    }

    /// The same for an exception: observers are not told that the generator goes on.
    fn push_generator_to_throw(&self, generator: Gc<Generator>) -> PyResult<()> {
        self.push_generator_for::<true>(generator, self.none(), 0, Return::Native)
    }

    #[inline(always)]
    fn push_generator_for<const THROWN: bool>(
        &self,
        generator: Gc<Generator>,
        value: Value,
        dst: u16,
        on_return: Return,
    ) -> PyResult<()> {
        if self.stack.frame.get().wrapping_add(1) > self.stack.last_frame() {
            return self.push_generator_slowly::<THROWN>(generator, value, dst, on_return);
        }
        self.place_generator(generator, value, dst, on_return);
        Ok(())
    }

    /// The same when the stack of frames is full, or seems so because someone observes the program.
    #[cold]
    #[inline(never)]
    fn push_generator_slowly<const THROWN: bool>(
        &self,
        generator: Gc<Generator>,
        value: Value,
        dst: u16,
        on_return: Return,
    ) -> PyResult<()> {
        let frame = self.stack.frame.get().wrapping_add(1);
        self.no_room(|last| frame > last)?;
        let mut goes_on = false;
        if self.stack.is_observed() {
            self.migrate_generator(generator)?;
            goes_on = !THROWN && self.stands_at_delegation(generator);
        }
        self.place_generator(generator, value, dst, on_return);
        if goes_on && let Err(raised) = self.fire_delegation(frame, None) {
            return Err(self.leave_by_exception(frame, raised));
        }
        Ok(())
    }

    /// Writes the frame of a generator; there is room for it.
    #[inline(always)]
    fn place_generator(&self, generator: Gc<Generator>, value: Value, dst: u16, on_return: Return) {
        let stack = &self.stack;
        let frame = stack.frame.get().wrapping_add(1);
        let Some(registers) = generator.registers.get() else { no_registers() };
        let base = registers.slots().as_ptr().cast_mut().cast::<Value>();
        if generator.state.get() == State::Suspended {
            // SAFETY: one of the registers of its code.
            unsafe { *base.add(generator.resume_register.get() as usize) = value };
        }
        generator.state.set(State::Running);
        registers.running.set(true);
        let object = generator.frame.get();
        // SAFETY: there is room for the frame.
        unsafe {
            frame.write(Frame {
                pc: generator.pc.get(),
                base,
                code: generator.code.get(),
                function: generator.function,
                locals: Value::UNBOUND,
                owner: generator.into(),
                saved_top: stack.top.get(),
                object,
                dst,
                on_return,
                then: on_return,
                line: 0,
            });
        }
        stack.frame.set(frame);
        if object.is_bound() || generator.handled.get().is_bound() || self.handled.get().is_bound() {
            self.placed_generator(generator, frame);
        }
    }

    /// What is seldom to be done when a generator goes on.
    #[cold]
    #[inline(never)]
    fn placed_generator(&self, generator: Gc<Generator>, frame: *mut Frame) {
        // The exception that it was handling is handled again; the caller's is put by meanwhile.
        let handled = generator.handled.replace(self.handled.get());
        if handled.is_bound() {
            self.handled.set(handled);
        }
        self.heap.barrier(generator.header());
        if let Some(object) = generator.frame.get().cast::<crate::types::frame::Frame>() {
            object.attach(frame);
        }
    }

    /// Puts a generator on the stack that `send()` or `next()` is called for, which takes its value as if it were called. `None`: the
    /// call is not of that kind, or is an error.
    pub(super) fn enter_generator(&self, native: Gc<Native>, args: Args<'_>, dst: u16) -> PyResult<Option<Called>> {
        let Some(generator) = args.values.first().and_then(|first| first.cast::<Generator>()) else { return Ok(None) };
        let (class, value) = (self.class_of(generator.into()), args.values.get(1).copied());
        let wanted = match (native.is_descriptor(), value) {
            // `send` of generators is not that of coroutines.
            (true, Some(_)) => native.owner.get() == Value::from(class),
            (false, None) => class == self.types().generator,
            _ => false,
        };
        let value = value.unwrap_or(self.none());
        let state = generator.state.get();
        let goes_on = state == State::Suspended || (state == State::Created && value == self.none());
        if !wanted || !goes_on || args.names.is_some() || args.values.len() > 2 || self.stack.is_observed() {
            return Ok(None);
        }
        self.push_generator(generator, value, dst, Return::Sent)?;
        Ok(Some(Called::Entered))
    }

    /// Takes a generator's frame off the stack, to go on at `pc` later with what is sent in a register.
    #[inline]
    pub(crate) fn suspend(&self, frame: *mut Frame, pc: *const Instr, register: u16) {
        // SAFETY: the running frame, which is a generator's.
        let generator: Gc<Generator> = unsafe { (*frame).owner }.expect();
        generator.pc.set(pc);
        generator.resume_register.set(register);
        generator.state.set(State::Suspended);
        self.leave_generator(generator);
        let Some(registers) = generator.registers.get() else { no_registers() };
        registers.running.set(false);
        // They were written without barriers.
        self.heap.remember_always(registers.header());
        self.pop_frame(frame);
    }

    #[inline(always)]
    fn leave_generator(&self, generator: Gc<Generator>) {
        if generator.handled.get().is_bound() || self.handled.get().is_bound() {
            self.exchange_handled(generator);
        }
    }

    /// The exception that a generator handles is put by, and the caller's is handled again.
    #[cold]
    #[inline(never)]
    fn exchange_handled(&self, generator: Gc<Generator>) {
        let callers = generator.handled.get();
        let own = self.handled.get();
        generator.handled.set(if generator.handles.get() { own } else { Value::UNBOUND });
        self.handled.set(callers);
        self.heap.barrier(generator.header());
    }

    /// The generator's frame has returned: it is finished.
    #[inline]
    pub(crate) fn finish_generator(&self, frame: *mut Frame) {
        // SAFETY: the running frame, which is a generator's.
        let generator: Gc<Generator> = unsafe { (*frame).owner }.expect();
        self.leave_generator(generator);
        generator.handled.set(Value::UNBOUND);
        generator.state.set(State::Finished);
        generator.delegate.set(Value::UNBOUND);
        generator.registers.set(None);
        self.part_frame(generator);
        self.pop_frame(frame);
    }

    /// A finished generator and its frame object know of each other no more.
    #[inline]
    pub(crate) fn part_frame(&self, generator: Gc<Generator>) {
        if let Some(frame) = generator.frame.replace(Value::UNBOUND).cast::<crate::types::frame::Frame>() {
            frame.outlives_generator(self);
        }
    }

    /// PEP 479: a StopIteration that leaves a generator becomes a RuntimeError.
    pub(crate) fn generator_raised(&self, generator: Gc<Generator>, raised: Raised) -> Raised {
        let types = self.types();
        let class = self.class_of(generator.into());
        let stop = self.pending_is(types.stop_iteration);
        let stop_async = class == types.async_generator && self.pending_is(types.stop_async_iteration);
        if !stop && !stop_async {
            return raised;
        }
        let cause = self.take_exception(raised);
        let kind = self.generator_kind(generator);
        let what = if stop { "StopIteration" } else { "StopAsyncIteration" };
        let raised = self.raise(types.runtime_error, format!("{kind} raised {what}"));
        if let Some(error) = self.pending.get().cast::<Exception>() {
            error.cause.set(cause.into());
            error.context.set(cause.into());
            error.suppress_context.set(true);
            self.heap.barrier(error.header());
        }
        raised
    }

    /// Why a generator cannot be resumed: it runs already. `None` when it can, or is finished.
    pub(crate) fn check_resumable(&self, generator: Gc<Generator>) -> PyResult<()> {
        if generator.state.get() == State::Running {
            let kind = self.generator_kind(generator);
            return Err(self.value_error(format!("{kind} already executing")));
        }
        Ok(())
    }

    /// What a generator is called in messages.
    pub(crate) fn generator_kind(&self, generator: Gc<Generator>) -> &'static str {
        let (types, class) = (self.types(), self.class_of(generator.into()));
        if class == types.coroutine {
            "coroutine"
        } else if class == types.async_generator {
            "async generator"
        } else {
            "generator"
        }
    }

    /// An `except` clause of a generator begins. Returns the exception of its own that was handled before, or None: its caller's is
    /// another one when it goes on from elsewhere.
    #[inline(never)]
    pub(crate) fn begin_handler_in_generator(&self, frame: *mut Frame, previous: Value) -> Value {
        // SAFETY: the running frame.
        match unsafe { (*frame).owner }.cast::<Generator>() {
            Some(generator) if !generator.handles.replace(true) => Value::UNBOUND,
            _ => previous,
        }
    }

    /// The outermost `except` clause of a generator ends. Returns the exception that its caller handles.
    #[inline(never)]
    pub(crate) fn end_handler_in_generator(&self, frame: *mut Frame) -> Value {
        // SAFETY: the running frame.
        let Some(generator) = (unsafe { (*frame).owner }).cast::<Generator>() else { return Value::UNBOUND };
        generator.handles.set(false);
        generator.handled.get()
    }

    /// RuntimeError for a coroutine, which is awaited once.
    fn check_reuse(&self, generator: Gc<Generator>) -> PyResult<()> {
        if self.is_exact(generator.into(), self.types().coroutine) {
            return Err(self.runtime_error("cannot reuse already awaited coroutine"));
        }
        Ok(())
    }

    /// Resumes a generator from native code. A finished one returns None at once; a finished coroutine raises RuntimeError.
    pub fn resume(&self, generator: Gc<Generator>, value: Value) -> PyResult<Resumed> {
        self.check_resumable(generator)?;
        if generator.state.get() == State::Finished {
            self.check_reuse(generator)?;
            return Ok(Resumed::Returned(self.none()));
        }
        self.check_native_recursion()?;
        self.push_generator(generator, value, 0, Return::Native)?;
        self.go_on(generator)
    }

    /// Raises an exception in a suspended generator, where it stands (not in what it delegates to).
    pub fn resume_raising(&self, generator: Gc<Generator>, exception: Gc<Exception>) -> PyResult<Resumed> {
        self.check_resumable(generator)?;
        self.check_native_recursion()?;
        match generator.state.get() {
            State::Finished => {
                self.check_reuse(generator)?;
                return Err(self.raise_exception(exception));
            }
            State::Created => {
                // It has not begun: nothing of it can handle the exception.
                let frame = crate::types::frame::Frame::of_generator(self, generator)?;
                generator.state.set(State::Finished);
                if let Some(frame) = frame {
                    self.add_traceback(exception, frame, Place::ENTRY)?;
                }
                return Err(self.raise_exception(exception));
            }
            State::Suspended | State::Running => {}
        }
        let at_delegation = self.stands_at_delegation(generator);
        self.push_generator_to_throw(generator)?;
        let frame = self.stack.frame.get();
        if at_delegation {
            // SAFETY: the frame just pushed. A suspended `yield from` stands at its instruction, others behind theirs.
            unsafe { (*frame).pc = (*frame).pc.add(1) };
        }
        self.raise_in_generator(generator, frame, exception)
    }

    /// Raises an exception in a generator whose frame is on the stack, behind the instruction that it is suspended at.
    fn raise_in_generator(
        &self,
        generator: Gc<Generator>,
        frame: *mut Frame,
        exception: Gc<Exception>,
    ) -> PyResult<Resumed> {
        generator.delegate.set(Value::UNBOUND);
        if generator.handles.get() {
            crate::types::exception::set_context(self, exception);
        }
        let raised = self.observed_throw(frame, exception);
        // SAFETY: an active frame.
        match self.unwind(raised, unsafe { (*frame).pc }) {
            crate::interp::unwind::Unwound::Handled => self.go_on(generator),
            crate::interp::unwind::Unwound::Leave(raised) => Err(raised),
        }
    }

    /// Runs a generator whose frame is on the stack.
    fn go_on(&self, generator: Gc<Generator>) -> PyResult<Resumed> {
        let result = self.run()?;
        Ok(match generator.state.get() {
            State::Suspended => Resumed::Yielded(result),
            _ => Resumed::Returned(result),
        })
    }

    /// Has `f` throw into what a suspended generator delegates to. The generator's frame is on the stack meanwhile. `f` gives what the
    /// delegate did, or the exception to raise in the generator itself; its error is raised there too.
    pub(crate) fn throw_through(
        &self,
        generator: Gc<Generator>,
        f: impl FnOnce() -> PyResult<Result<Resumed, Gc<Exception>>>,
    ) -> PyResult<Resumed> {
        self.push_generator_to_throw(generator)?;
        let frame = self.stack.frame.get();
        // SAFETY: the frame just pushed, which stands at its `yield from`. A frame that calls stands behind the call.
        unsafe { (*frame).pc = (*frame).pc.add(1) };
        let outcome = f();
        // SAFETY: as above; an observer that came meanwhile may have given it another form of its code.
        let (instr, pc) = unsafe { (*(*frame).pc.sub(1), (*frame).pc.sub(1)) };
        match outcome {
            Ok(Ok(Resumed::Yielded(value))) => {
                // SAFETY: the running frame.
                if unsafe { (*frame).on_return } == Return::Watched {
                    self.leave_watched(frame);
                }
                self.suspend(frame, pc, instr.b);
                Ok(Resumed::Yielded(value))
            }
            Ok(Ok(Resumed::Returned(value))) => {
                generator.delegate.set(Value::UNBOUND);
                self.note_end(value);
                // SAFETY: the register that takes the result of the delegation.
                unsafe { *(*frame).base.add(instr.c as usize) = value };
                self.go_on(generator)
            }
            Ok(Err(exception)) => self.raise_in_generator(generator, frame, exception),
            Err(raised) => {
                let exception = self.take_exception(raised);
                self.raise_in_generator(generator, frame, exception)
            }
        }
    }

    pub(crate) fn stands_at_delegation(&self, generator: Gc<Generator>) -> bool {
        // SAFETY: a suspended generator's `pc` is an instruction of its code.
        generator.state.get() == State::Suspended && unsafe { (*generator.pc.get()).op } == Op::YieldFrom
    }

    /// One step of a delegation to an iterator that is no generator of ours: sends a value to it.
    pub(crate) fn send_to(&self, iterator: Value, value: Value) -> PyResult<Resumed> {
        if let Some(generator) = iterator.cast::<Generator>()
            && self.class_of(iterator) != self.types().async_generator
        {
            return self.resume(generator, value);
        }
        let result = if value == self.none() {
            match self.next_or_stop(iterator) {
                Ok(Some(value)) => return Ok(Resumed::Yielded(value)),
                Ok(None) => return Ok(Resumed::Returned(self.none())),
                Err(raised) => Err(raised),
            }
        } else {
            self.call_method(iterator, "send", &[value])
        };
        match result {
            Ok(value) => Ok(Resumed::Yielded(value)),
            Err(raised) if self.pending_is(self.types().stop_iteration) => {
                let mut exception = self.take_exception(raised);
                if self.observation.is_active() {
                    exception = self.observed_exception(self.stack.frame.get(), Event::Raise, exception);
                    if !self.is_instance(exception.into(), self.types().stop_iteration) {
                        return Err(self.raise_exception(exception));
                    }
                }
                Ok(Resumed::Returned(exception.first_arg(self)))
            }
            Err(raised) => Err(raised),
        }
    }

    /// `type(iterator).__next__(iterator)`: `None` for a native iterator's plain end, StopIteration stays an error.
    fn next_or_stop(&self, iterator: Value) -> PyResult<Option<Value>> {
        let method = self.class_of(iterator).special(crate::object::Special::Next);
        if let Some(native) = method.cast::<crate::types::native::Native>()
            && native.is_descriptor()
        {
            return (native.def.function)(self, &[iterator]).map(Value::bound);
        }
        if method.is_unbound() {
            return Err(self.type_error(format!("'{}' object is not an iterator", self.type_name(iterator))));
        }
        self.call_special(iterator, method, &[]).map(Some)
    }
}
