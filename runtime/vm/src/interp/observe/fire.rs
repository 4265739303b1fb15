//! Telling the tools of an event.

use orochi_gc::Gc;

use super::event::Event;
use super::tools::{PROFILE, TOOLS, TRACE};
use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::interp::instr::{Instr, Op};
use crate::lower::observed::Point;
use crate::object::special::Special;
use crate::types::code::Place;
use crate::types::exception::Exception;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::types::list::List;
use crate::types::method::BoundMethod;
use crate::types::native::Native;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// How many values stand in the list of running calls for each: callable, first argument, frame, offset.
const CALL: usize = 4;

impl Vm {
    /// The instruction before the running frame's `pc` tells of a point. Afterwards the frame may run another form of its code, and
    /// elsewhere in it.
    #[cold]
    #[inline(never)]
    pub(crate) fn observe(&self, frame: *mut Frame) -> PyResult<()> {
        // SAFETY: the running frame, whose `pc` was saved; its registers are valid.
        let (instr, base, code) = unsafe { (*(*frame).pc.sub(1), (*frame).base, &*(*frame).code) };
        // SAFETY: as above.
        let place = unsafe { code.place_before((*frame).pc) };
        let Some(point) = Point::from_number(instr.x) else { return Ok(()) };
        let mut event_only_legacy = false;
        // SAFETY: as above.
        unsafe {
            match point {
                Point::Line => {
                    let (same, back) = (*frame).reach_line(instr.wide());
                    if same && !back {
                        return Ok(());
                    }
                    // On the same line again: `sys.settrace` counts that, `sys.monitoring` does not.
                    event_only_legacy = same;
                }
                Point::Jump | Point::BranchRight if instr.a != 0 => (*frame).go_back(),
                _ => {}
            }
        }
        if self.observation.thread.depth.get() > 0 {
            return Ok(());
        }
        // SAFETY: the operands of a point are registers of the frame.
        let register = |index: u16| unsafe { *base.add(index as usize) };
        let destination =
            || -> PyResult { self.new_int(i64::from(code.owner().byte_of(self, Place::at(instr.wide()))?)) };
        // SAFETY: the running frame.
        let was_outside = unsafe { (*frame).set_outside(true) };
        let result = match point {
            Point::Start => self.fire(frame, Event::Start, place, &[]),
            Point::Resume => self.fire(frame, Event::Resume, place, &[]),
            Point::Return => self.fire(frame, Event::Return, place, &[register(instr.a)]),
            Point::Yield => self.fire(frame, Event::Yield, place, &[register(instr.a)]),
            Point::Call | Point::CallMethod | Point::CallEx => self.fire_call(frame, place, point, base, instr),
            Point::Called => self.fire_called(frame, place, Event::NativeReturn),
            Point::Line if event_only_legacy => self.trace_line_again(frame),
            Point::Line => self.fire_line(frame, place, instr.wide()),
            Point::Instruction => self.fire(frame, Event::Instruction, place, &[]),
            Point::Jump => destination().and_then(|to| self.fire(frame, Event::Jump, place, &[to])),
            Point::BranchLeft => destination().and_then(|to| self.fire(frame, Event::BranchLeft, place, &[to])),
            Point::BranchRight => destination().and_then(|to| self.fire(frame, Event::BranchRight, place, &[to])),
            Point::LoopEnd => self.fire_loop_end(frame, place, register(instr.a)),
            Point::DelegationEnd => self.fire_delegation_end(frame, place, register(instr.a)),
        };
        // SAFETY: as above.
        unsafe { (*frame).set_outside(was_outside) };
        result
    }

    /// Tells of an event at a place of a frame's code.
    pub(super) fn fire(&self, frame: *mut Frame, event: Event, place: Place, args: &[Value]) -> PyResult<()> {
        // SAFETY: an active frame.
        let code = unsafe { &*(*frame).code }.owner();
        let offset = i64::from(code.byte_of(self, place)?);
        let mut all = self.scratch(2 + args.len())?;
        all.extend(&[code.into(), self.new_int(offset)?]);
        all.extend(args);
        self.tell(frame, event, place, &all, args)
    }

    fn fire_line(&self, frame: *mut Frame, place: Place, line: u32) -> PyResult<()> {
        // SAFETY: an active frame.
        let code = unsafe { &*(*frame).code }.owner();
        self.tell(frame, Event::Line, place, &[code.into(), self.new_int(i64::from(line))?], &[])
    }

    /// Calls the tools that want an event, the highest number first. `all` are the arguments for callbacks, `args` those without code
    /// and place.
    fn tell(&self, frame: *mut Frame, event: Event, place: Place, all: &[Value], args: &[Value]) -> PyResult<()> {
        // SAFETY: an active frame.
        let code = unsafe { &*(*frame).code }.owner();
        // The end of a call goes with the call.
        let wanted = match event {
            Event::NativeReturn | Event::NativeRaise => Event::Call,
            event => event,
        };
        for tool in (0..TOOLS).rev() {
            let events = code.events();
            let local = events.map_or(0, |events| events.local[tool].get());
            if (self.observation.tools[tool].events.get() | local) & wanted.bit() == 0 {
                continue;
            }
            if events.is_some_and(|events| events.is_off(self, place, wanted, tool)) {
                continue;
            }
            match tool {
                TRACE => self.trace_event(frame, event, args)?,
                PROFILE => self.profile_event(frame, event, args)?,
                _ if self.call_tool(tool, event, all)? => {
                    if !event.is_local() {
                        self.observation.tools[tool].callbacks[event as usize].set(Value::UNBOUND);
                        let name = event.name();
                        return Err(self.value_error(format!("Cannot disable {name} events. Callback removed.")));
                    }
                    code.events_or_new().turn_off(self, place, event, tool);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Calls a callback. True when it wants no more of this place.
    fn call_tool(&self, tool: usize, event: Event, args: &[Value]) -> PyResult<bool> {
        let Some(callback) = self.observation.tools[tool].callbacks[event as usize].get().bound() else {
            return Ok(false);
        };
        let result = self.unobserved(event, || self.call(callback, args))?;
        Ok(result == self.state.monitoring.disable(self)?)
    }

    /// Calls what is not to be observed itself, because of an event.
    pub(super) fn unobserved<R>(&self, event: Event, f: impl FnOnce() -> R) -> R {
        let thread = &self.observation.thread;
        let outer = thread.event.replace(Some(event));
        thread.depth.set(thread.depth.get() + 1);
        let result = f();
        thread.depth.set(thread.depth.get() - 1);
        thread.event.set(outer);
        result
    }

    // ---- calls ---------------------------------------------------------------------------------------------------------------

    fn fire_call(&self, frame: *mut Frame, place: Place, point: Point, base: *mut Value, instr: Instr) -> PyResult<()> {
        // SAFETY: the window of the call that follows lies in the frame's registers.
        let register = |index: usize| unsafe { *base.add(instr.a as usize + index) };
        let missing = self.state.monitoring.missing(self)?;
        let count = instr.wide();
        let (callable, first) = match point {
            Point::CallMethod if register(1).is_bound() => (register(0), register(1)),
            Point::CallMethod => (register(0), if count > 0 { register(2) } else { missing }),
            Point::CallEx => {
                let items = register(1).cast::<Tuple>().and_then(|args| args.get(0));
                let items = items.or_else(|| register(1).cast::<List>().and_then(|args| args.get(0)));
                (register(0), items.unwrap_or(missing))
            }
            _ => (register(0), if count > 0 { register(1) } else { missing }),
        };
        let (callable, first) = match callable.cast::<BoundMethod>() {
            Some(method) => (method.function.get(), method.receiver.get()),
            None => (callable, first),
        };
        self.fire(frame, Event::Call, place, &[callable, first])?;
        if callable.cast::<Function>().is_some() {
            return Ok(());
        }
        let calls = match self.observation.calls.get().cast::<List>() {
            Some(calls) => calls,
            None => {
                let calls = List::new(self, &[])?;
                self.observation.calls.set(calls.into());
                calls
            }
        };
        let offset = place.offset().map_or(-1, i64::from);
        calls.extend(self, &[callable, first, frame_number(frame), Value::small(offset)])
    }

    /// A call has ended: tells of it if it was one of native code.
    fn fire_called(&self, frame: *mut Frame, place: Place, event: Event) -> PyResult<()> {
        let Some(calls) = self.observation.calls.get().cast::<List>() else { return Ok(()) };
        let offset = Value::small(place.offset().map_or(-1, i64::from));
        // What was left behind by frames that are gone, or that nobody observed any more.
        while let Some(start) = calls.len().checked_sub(CALL) {
            let [callable, first, number, at] = [0, 1, 2, 3].map(|index| calls.get(start + index).unwrap_or_default());
            let (number, own) = (number.as_int(), frame_number(frame).as_int());
            if number < own {
                break;
            }
            calls.splice(self, start, start + CALL, &[])?;
            if number == own && at == offset {
                return self.fire(frame, event, place, &[callable, first]);
            }
        }
        Ok(())
    }

    fn fire_loop_end(&self, frame: *mut Frame, place: Place, iterator: Value) -> PyResult<()> {
        // As CPython: a StopIteration was raised if the iterator is Python code, or a generator that returned something.
        let value = self.observation.ended.replace(Value::UNBOUND).bound().filter(|value| *value != self.none());
        let raises = match iterator.cast::<Generator>() {
            Some(_) => value.is_some(),
            None => self.class_of(iterator).special(Special::Next).cast::<Function>().is_some(),
        };
        if !raises {
            return Ok(());
        }
        let stop = Exception::new(self, self.types().stop_iteration, value.as_slice())?;
        self.fire(frame, Event::Raise, place, &[stop.into()])
    }

    fn fire_delegation_end(&self, frame: *mut Frame, place: Place, result: Value) -> PyResult<()> {
        if self.observation.ended.replace(Value::UNBOUND).is_unbound() {
            return Ok(());
        }
        let value = Some(result).filter(|value| *value != self.none());
        let stop = Exception::new(self, self.types().stop_iteration, value.as_slice())?;
        self.fire(frame, Event::StopIteration, place, &[stop.into()])
    }

    /// A generator passes on what the one that it delegates to has yielded, and goes on.
    #[cold]
    #[inline(never)]
    pub(crate) fn fire_delegation(&self, frame: *mut Frame, value: Option<Value>) -> PyResult<()> {
        if self.observation.thread.depth.get() > 0 {
            return Ok(());
        }
        // SAFETY: an active frame, whose `pc` is behind the delegation, or at it when it goes on.
        let place = unsafe {
            let pc = (*frame).pc;
            (&*(*frame).code).place_before(if value.is_some() { pc } else { pc.add(1) })
        };
        match value {
            Some(value) => self.fire(frame, Event::Yield, place, &[value]),
            None => self.fire(frame, Event::Resume, place, &[]),
        }
    }

    /// A generator has ended a loop or a delegation with a value.
    #[inline(always)]
    pub(crate) fn note_end(&self, value: Value) {
        if self.observation.is_active() {
            self.observation.ended.set(value);
        }
    }

    // ---- exceptions ----------------------------------------------------------------------------------------------------------

    /// Tells of what becomes of an exception in a frame. What a callback raises takes its place.
    #[cold]
    #[inline(never)]
    pub(crate) fn fire_exception(&self, frame: *mut Frame, event: Event, exception: Gc<Exception>) -> PyResult<()> {
        if self.observation.thread.depth.get() > 0 {
            return Ok(());
        }
        // SAFETY: an active frame, whose `pc` was saved.
        let (code, pc) = unsafe { (&*(*frame).code, (*frame).pc) };
        // SAFETY: a frame's `pc` belongs to its code.
        let place = unsafe { code.place_before(pc) };
        if event == Event::Raise {
            // SAFETY: as above.
            let called = unsafe { super::migrate::index_before(code, pc) }.map(|index| code.instrs[index].op);
            if let Some(Op::Call | Op::CallMethod | Op::CallKw | Op::CallMethodKw | Op::CallEx) = called {
                self.fire_called(frame, place, Event::NativeRaise)?;
            }
        }
        self.fire(frame, event, place, &[exception.into()])
    }

    /// The same, where the result is the exception that goes on.
    pub(crate) fn observed_exception(
        &self,
        frame: *mut Frame,
        event: Event,
        exception: Gc<Exception>,
    ) -> Gc<Exception> {
        match self.fire_exception(frame, event, exception) {
            Ok(()) => exception,
            Err(raised) => self.take_exception(raised),
        }
    }

    /// Tells of an exception that is about to be thrown into a generator, whose frame runs.
    pub(crate) fn observed_throw(&self, frame: *mut Frame, exception: Gc<Exception>) -> Raised {
        let exception = if self.observation.is_active() {
            self.observed_exception(frame, Event::Throw, exception)
        } else {
            exception
        };
        self.raise_exception(exception)
    }
}

/// A number for a frame that rises from caller to callee.
fn frame_number(frame: *mut Frame) -> Value {
    Value::small((frame as usize / size_of::<usize>()) as i64)
}

/// Whether a callable is a native function, as `sys.setprofile` counts them.
pub(super) fn is_native_function(callable: Value) -> bool {
    callable.cast::<Native>().is_some()
}
