//! The tools behind `sys.settrace` and `sys.setprofile`.

use core::cell::Cell;

use super::event::Event;
use super::fire::is_native_function;
use super::tools::{PROFILE, TRACE};
use crate::error::PyResult;
use crate::interp::frame::Frame as Activation;
use crate::types::exception::Exception;
use crate::types::frame::Frame;
use crate::value::Value;
use crate::vm::Vm;

/// What a trace function is told of.
const TRACED: &[Event] = &[
    Event::Start,
    Event::Resume,
    Event::Throw,
    Event::Return,
    Event::Yield,
    Event::Unwind,
    Event::Line,
    Event::Raise,
    Event::StopIteration,
];
/// What a profile function is told of.
const PROFILED: &[Event] = &[
    Event::Start,
    Event::Resume,
    Event::Throw,
    Event::Return,
    Event::Yield,
    Event::Unwind,
    Event::Call,
    Event::NativeReturn,
    Event::NativeRaise,
];

fn bits(events: &[Event]) -> u32 {
    events.iter().fold(0, |bits, event| bits | event.bit())
}

impl Vm {
    /// `sys.settrace`: sets the trace function of the running thread, or takes it away.
    pub(crate) fn set_trace(&self, function: Option<Value>) -> PyResult<()> {
        let observation = &self.observation;
        count(&observation.tracers, &observation.thread.trace, function);
        self.trace_changed()
    }

    /// `sys.setprofile`.
    pub(crate) fn set_profile(&self, function: Option<Value>) -> PyResult<()> {
        let observation = &self.observation;
        count(&observation.profilers, &observation.thread.profile, function);
        let events = if observation.profilers.get() > 0 { bits(PROFILED) } else { 0 };
        self.set_events(PROFILE, events)
    }

    /// `sys._settraceallthreads`.
    pub(crate) fn set_trace_everywhere(&self, function: Option<Value>) -> PyResult<()> {
        let threads = &self.observation.tracers;
        self.threads.for_each_parked_observers(|observers| count(threads, &observers.trace, function));
        self.set_trace(function)
    }

    /// `sys._setprofileallthreads`.
    pub(crate) fn set_profile_everywhere(&self, function: Option<Value>) -> PyResult<()> {
        let threads = &self.observation.profilers;
        self.threads.for_each_parked_observers(|observers| count(threads, &observers.profile, function));
        self.set_profile(function)
    }

    /// The running thread ends: its functions are told nothing more.
    pub(crate) fn end_observers(&self) {
        for ended in [self.set_trace(None), self.set_profile(None)] {
            if let Err(raised) = ended {
                let _ = self.take_exception(raised);
            }
        }
    }

    /// `sys.call_tracing`: calls a function that is observed, whatever is being told.
    pub(crate) fn call_observed(&self, function: Value, args: &[Value]) -> PyResult {
        let depth = self.observation.thread.depth.replace(0);
        let result = self.call(function, args);
        self.observation.thread.depth.set(depth);
        result
    }

    /// A frame wants its trace function to be told of every instruction.
    pub(crate) fn trace_opcodes(&self) -> PyResult<()> {
        self.observation.opcodes.set(true);
        self.trace_changed()
    }

    fn trace_changed(&self) -> PyResult<()> {
        let observation = &self.observation;
        if observation.tracers.get() == 0 {
            return self.set_events(TRACE, 0);
        }
        let opcodes = if observation.opcodes.get() { Event::Instruction.bit() } else { 0 };
        self.set_events(TRACE, bits(TRACED) | opcodes)
    }

    /// Tells the trace function of an event.
    pub(super) fn trace_event(&self, activation: *mut Activation, event: Event, args: &[Value]) -> PyResult<()> {
        if self.observation.thread.trace.get().is_unbound() {
            return Ok(());
        }
        let none = self.none();
        let value = args.first().copied().unwrap_or(none);
        match event {
            Event::Start | Event::Resume | Event::Throw => self.trace_as(activation, event, "call", none),
            Event::Return | Event::Yield => self.trace_as(activation, event, "return", value),
            Event::Unwind => self.trace_as(activation, event, "return", none),
            Event::Line => self.trace_line_again(activation),
            Event::Instruction => {
                let frame = Frame::of(self, activation)?;
                if frame.trace_opcodes.get() { self.trace_as(activation, event, "opcode", none) } else { Ok(()) }
            }
            Event::Raise | Event::StopIteration => {
                let traceback = value.cast::<Exception>().and_then(|exception| exception.traceback.get().bound());
                let triple = [self.class_of(value).into(), value, traceback.unwrap_or(none)];
                let triple = self.new_tuple(&triple)?;
                self.trace_as(activation, event, "exception", triple)
            }
            _ => Ok(()),
        }
    }

    /// Tells the trace function of a line.
    pub(super) fn trace_line_again(&self, activation: *mut Activation) -> PyResult<()> {
        if self.observation.thread.trace.get().is_unbound() {
            return Ok(());
        }
        let frame = Frame::of(self, activation)?;
        if frame.trace_lines.get() { self.trace_as(activation, Event::Line, "line", self.none()) } else { Ok(()) }
    }

    fn trace_as(&self, activation: *mut Activation, event: Event, what: &str, argument: Value) -> PyResult<()> {
        let frame = Frame::of(self, activation)?;
        let function = if what == "call" { self.observation.thread.trace.get() } else { frame.trace.get() };
        let Some(function) = function.bound() else { return Ok(()) };
        let arguments = [frame.into(), self.intern(what).into(), argument];
        match self.unobserved(event, || self.call(function, &arguments)) {
            Ok(result) => {
                if result != self.none() {
                    frame.trace.set(result);
                    self.heap.barrier(frame.header());
                }
                Ok(())
            }
            Err(raised) => {
                let exception = self.take_exception(raised);
                frame.trace.set(Value::UNBOUND);
                self.set_trace(None)?;
                Err(self.raise_exception(exception))
            }
        }
    }

    /// Tells the profile function of an event.
    pub(super) fn profile_event(&self, activation: *mut Activation, event: Event, args: &[Value]) -> PyResult<()> {
        let Some(function) = self.observation.thread.profile.get().bound() else { return Ok(()) };
        let none = self.none();
        let value = args.first().copied().unwrap_or(none);
        let (what, argument) = match event {
            Event::Start | Event::Resume | Event::Throw => ("call", none),
            Event::Return | Event::Yield => ("return", value),
            Event::Unwind => ("return", none),
            Event::Call | Event::NativeReturn | Event::NativeRaise if is_native_function(value) => {
                let what = match event {
                    Event::Call => "c_call",
                    Event::NativeReturn => "c_return",
                    _ => "c_exception",
                };
                let receiver = args.get(1).copied().unwrap_or(none);
                let callable =
                    if self.is_method(value) { self.bind(value, receiver, self.class_of(receiver))? } else { value };
                (what, callable)
            }
            _ => return Ok(()),
        };
        let frame = Frame::of(self, activation)?;
        let arguments = [frame.into(), self.intern(what).into(), argument];
        match self.unobserved(event, || self.call(function, &arguments)) {
            Ok(_) => Ok(()),
            Err(raised) => {
                let exception = self.take_exception(raised);
                self.set_profile(None)?;
                Err(self.raise_exception(exception))
            }
        }
    }
}

/// Puts a function in place of another, and counts the threads that have one.
fn count(threads: &Cell<usize>, place: &Cell<Value>, function: Option<Value>) {
    let before = place.replace(function.unwrap_or_default()).is_bound();
    match (before, function.is_some()) {
        (false, true) => threads.set(threads.get() + 1),
        (true, false) => threads.set(threads.get().saturating_sub(1)),
        _ => {}
    }
}
