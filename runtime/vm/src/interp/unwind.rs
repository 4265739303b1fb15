//! Exceptions: finding the handler, unwinding frames, making tracebacks.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::frame::{Frame, Return};
use crate::interp::instr::{Instr, Op};
use crate::interp::observe::Event;
use crate::lower::Lowered;
use crate::types::code::Place;
use crate::types::exception::Exception;
use crate::types::frame::Frame as Object;
use crate::types::generator::{Generator, State};
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::Vm;

/// Where to go on after an exception.
pub enum Unwound {
    /// In the frame that is now on top, at its `pc`.
    Handled,
    /// Nowhere: native code called the frame that raised.
    Leave(Raised),
}

impl Vm {
    /// Unwinds after the instruction before `pc` of the running frame raised.
    pub(crate) fn unwind(&self, raised: Raised, pc: *const Instr) -> Unwound {
        let mut pc = pc;
        let mut raised = raised;
        loop {
            let mut exception = self.take_exception(raised);
            let frame = self.stack.frame.get();
            // SAFETY: the running frame; `pc` is behind an instruction of its code.
            let (lowered, index) = unsafe {
                let lowered = &*(*frame).code;
                (lowered, pc.offset_from(lowered.instrs.as_ptr()) as u32 - 1)
            };
            let mut index = index;
            while lowered.instrs[index as usize].op == Op::Extra {
                index -= 1;
            }
            // A `raise` without an exception adds no second entry for this frame either.
            let instr = lowered.instrs[index as usize];
            let again = matches!(instr.op, Op::Reraise | Op::EndAsyncFor) || (instr.op == Op::Raise && instr.x == 0);
            // SAFETY: the running frame.
            unsafe { (*frame).pc = pc };
            let handler = lowered.handler(index);
            if !again || exception.traceback.get().is_unbound() {
                let place = Place::at(lowered.offsets[index as usize]);
                if let Err(worse) = self.trace_back(exception, frame, place, handler.is_none()) {
                    // There is no room for an entry: this exception goes on without one.
                    exception = self.take_exception(worse);
                }
            } else {
                Self::raises_again(frame, lowered, index);
            }
            if self.observation.is_active() {
                let event = if again { Event::Reraise } else { Event::Raise };
                exception = self.observed_exception(frame, event, exception);
            }
            if let Some(handler) = handler {
                if self.observation.is_active()
                    && let Err(worse) = self.fire_exception(frame, Event::ExceptionHandled, exception)
                {
                    raised = worse;
                    continue;
                }
                // SAFETY: the handler's register and target belong to the frame's code.
                unsafe {
                    *(*frame).base.add(handler.exception as usize) = exception.into();
                    (*frame).pc = lowered.instrs.as_ptr().add(handler.target as usize);
                }
                return Unwound::Handled;
            }
            if self.observation.is_active() {
                if again {
                    Self::tell_line_of_raise(frame, lowered, index);
                }
                exception = self.observed_exception(frame, Event::Unwind, exception);
            }
            raised = self.raise_exception(exception);
            // SAFETY: the running frame.
            let mut on_return = unsafe { (*frame).on_return };
            if on_return == Return::Watched {
                on_return = self.leave_watched(frame);
            }
            if again {
                self.left_where_it_raised(frame, lowered, index);
            }
            raised = self.leave_by_exception(frame, raised);
            if on_return == Return::Native {
                return Unwound::Leave(raised);
            }
            let caller = self.stack.frame.get();
            // SAFETY: a frame that native code did not call has a Python caller.
            pc = unsafe { (*caller).pc };
            if on_return == Return::YieldFrom
                && let Some(handled) = self.delegate_raised(caller, raised)
            {
                match handled {
                    Ok(()) => return Unwound::Handled,
                    Err(other) => raised = other,
                }
            }
        }
    }

    /// A handler that stands on a line raises an exception again.
    #[cold]
    fn raises_again(frame: *mut Frame, lowered: &Lowered, index: u32) {
        // SAFETY: the running frame.
        let object = unsafe { (*frame).object };
        let place = Place::at(lowered.offsets[index as usize]);
        if let Some(object) = object.cast::<Object>().filter(|_| !has_no_line(lowered, index)) {
            object.raises_at(place);
        }
    }

    /// Where a frame is left whose handler, which stands on no line, raised an exception again (PEP 626).
    #[cold]
    fn left_where_it_raised(&self, frame: *mut Frame, lowered: &Lowered, index: u32) {
        // SAFETY: the running frame.
        let object = unsafe { (*frame).object };
        if let Some(object) = object.cast::<Object>().filter(|_| has_no_line(lowered, index)) {
            object.left_where_it_raised();
        }
    }

    /// The same for observers, before the frame is left.
    #[cold]
    fn tell_line_of_raise(frame: *mut Frame, lowered: &Lowered, index: u32) {
        // SAFETY: the running frame.
        let frame = unsafe { &mut *frame };
        if let Some(object) = frame.object.cast::<Object>().filter(|_| has_no_line(lowered, index)) {
            frame.reach_line(lowered.owner().position(object.raised_at()).line);
        }
    }

    /// A generator that `yield from` resumed has raised: the delegation is over.
    fn delegate_raised(&self, caller: *mut Frame, _: Raised) -> Option<PyResult<()>> {
        // SAFETY: the caller is a running frame whose last instruction is `YieldFrom`.
        if let Some(generator) = unsafe { (*caller).owner }.cast::<Generator>() {
            generator.delegate.set(Value::UNBOUND);
        }
        None
    }

    /// Pops a frame that raised; for a generator that is its end.
    pub(crate) fn leave_by_exception(&self, frame: *mut Frame, raised: Raised) -> Raised {
        // SAFETY: the running frame.
        let owner = unsafe { (*frame).owner };
        let raised = match owner.cast::<Generator>() {
            Some(generator) => {
                generator.state.set(State::Finished);
                generator.delegate.set(Value::UNBOUND);
                self.handled.set(generator.handled.get());
                generator.handled.set(Value::UNBOUND);
                generator.registers.set(None);
                self.part_frame(generator);
                self.generator_raised(generator, raised)
            }
            None => raised,
        };
        self.pop_frame(frame);
        raised
    }

    /// Pops the running frame.
    #[inline(always)]
    pub(crate) fn pop_frame(&self, frame: *mut Frame) {
        // SAFETY: the running frame.
        self.stack.top.set(unsafe { (*frame).saved_top });
        self.stack.frame.set(frame.wrapping_sub(1));
    }

    /// Adds the running frame to an exception's traceback. `leaves`: nothing in the frame handles it.
    fn trace_back(&self, exception: Gc<Exception>, frame: *mut Frame, place: Place, leaves: bool) -> PyResult<()> {
        // SAFETY: the running frame.
        let (object, on_return, detached) = unsafe { ((*frame).object, (*frame).on_return, (*(*frame).code).detached) };
        if !leaves || object.is_bound() || detached || self.observation.is_active() {
            let object = match object.cast::<Object>() {
                Some(object) => object,
                None => Object::of_unseen(self, frame)?,
            };
            object.raises_at(place);
            return self.add_traceback(exception, object, place);
        }
        let next = exception.traceback.get();
        let entry = Traceback::of_leaving(self, next, frame, place)?;
        if on_return == Return::Native {
            // Native code may handle the exception, so that no entry of the caller follows.
            match self.frame_below(frame) {
                // SAFETY: an active frame.
                Some(caller) => entry.set_caller(self, unsafe { (*caller).object }),
                None => entry.set_caller(self, self.none()),
            }
        }
        self.set_traceback(exception, next, entry);
        Ok(())
    }

    /// Adds a frame to an exception's traceback.
    pub(crate) fn add_traceback(&self, exception: Gc<Exception>, frame: Gc<Object>, place: Place) -> PyResult<()> {
        let next = exception.traceback.get();
        let entry = Traceback::new(self, next, frame, place)?;
        self.set_traceback(exception, next, entry);
        Ok(())
    }

    fn set_traceback(&self, exception: Gc<Exception>, next: Value, entry: Gc<Traceback>) {
        if let Some(inner) = next.cast::<Traceback>() {
            inner.was_called_by(self, entry);
        }
        exception.traceback.set(entry.into());
        self.heap.barrier(exception.header());
    }

    /// Adds the running frame to an exception's traceback, at the place where it is.
    pub(crate) fn trace_here(&self, exception: Gc<Exception>) -> PyResult<()> {
        let Some(frame) = self.stack.frames().next() else { return Ok(()) };
        // SAFETY: an active frame, whose `pc` belongs to its code.
        let place = unsafe { (*(*frame).code).place_before((*frame).pc) };
        self.trace_back(exception, frame, place, false)
    }

    /// The line that a frame is at.
    #[must_use]
    pub fn line_of(&self, frame: *mut Frame) -> u32 {
        // SAFETY: callers pass active frames, whose `pc` belongs to their code.
        unsafe {
            let code = &*(*frame).code;
            code.owner().position(code.place_before((*frame).pc)).line
        }
    }
}

/// Whether the instruction at an index stands for nothing in the source.
fn has_no_line(lowered: &Lowered, index: u32) -> bool {
    lowered.owner().position(Place::at(lowered.offsets[index as usize])).line == 0
}
