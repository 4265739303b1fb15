//! Which tools there are, which events they want, everywhere or of some code only, and what follows for the code.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use orochi_gc::Tracer;
use rustc_hash::FxHashSet;

use super::event::{Event, LOCAL};
use crate::error::PyResult;
use crate::lower::observed::Points;
use crate::types::code::{Code, Link, Place};
use crate::value::Value;
use crate::vm::Vm;

/// How many tools there may be.
pub const TOOLS: usize = 8;
/// How many of them programs may use.
pub const USER_TOOLS: usize = 6;
/// What tells `sys.setprofile`'s function.
pub const PROFILE: usize = 6;
/// What tells `sys.settrace`'s function.
pub const TRACE: usize = 7;
/// How many kinds of events there are.
pub const EVENTS: usize = Event::ALL.len();

/// A tool.
#[derive(Default)]
pub struct Tool {
    /// Its name; unbound when the number is free.
    pub name: Cell<Value>,
    /// What is called, by event; unbound for nothing.
    pub callbacks: [Cell<Value>; EVENTS],
    /// The events that it wants of all code.
    pub events: Cell<u32>,
}

/// What the VM knows of observers.
#[derive(Default)]
pub struct Observation {
    pub tools: [Tool; TOOLS],
    /// The events that some tool wants of all code.
    everywhere: Cell<u32>,
    /// Whether some tool wants an event of some code.
    active: Cell<bool>,
    /// Whether there is code that some tool wants events of.
    has_local: Cell<bool>,
    /// Places that were turned off under another number are on again.
    pub(super) version: Cell<u64>,
    /// The code objects that were lowered.
    codes: RefCell<Vec<Weak<Link>>>,
    /// Calls that are running and whose end is to be told: a list of the callable, its first argument, and where the call is.
    pub(super) calls: Cell<Value>,
    /// What a generator has returned that ended a loop or a delegation, until that is told.
    pub(crate) ended: Cell<Value>,
    /// How many threads have a trace function, and a profile function.
    pub(super) tracers: Cell<usize>,
    pub(super) profilers: Cell<usize>,
    /// Whether a frame wants its trace function to be told of every instruction.
    pub(super) opcodes: Cell<bool>,
    /// What the running thread has of its own.
    pub thread: PerThread,
}

/// What a thread has of its own.
#[derive(Default)]
pub struct PerThread {
    /// The function of `sys.settrace`, or unbound.
    pub trace: Cell<Value>,
    /// The function of `sys.setprofile`, or unbound.
    pub profile: Cell<Value>,
    /// How many callbacks are running: they are not observed themselves.
    pub depth: Cell<u32>,
    /// The event that is being told.
    pub event: Cell<Option<Event>>,
}

impl PerThread {
    /// Exchanges it with that of another thread.
    pub fn swap(&self, other: &PerThread) {
        self.trace.swap(&other.trace);
        self.profile.swap(&other.profile);
        self.depth.swap(&other.depth);
        self.event.swap(&other.event);
    }

    /// Reports the functions.
    pub fn trace_values(&self, tracer: &mut Tracer<'_>) {
        self.trace.get().trace(tracer);
        self.profile.get().trace(tracer);
    }
}

/// What tools want of one code object.
#[derive(Default)]
pub struct CodeEvents {
    /// The events that each tool wants of this code.
    pub local: [Cell<u32>; TOOLS],
    /// Where tools have turned an event off.
    off: RefCell<FxHashSet<(Place, u8, u8)>>,
    /// Under which version.
    version: Cell<u64>,
}

impl CodeEvents {
    /// Whether a tool has turned an event off at a place.
    pub(super) fn is_off(&self, vm: &Vm, place: Place, event: Event, tool: usize) -> bool {
        self.version.get() == vm.observation.version.get()
            && self.off.borrow().contains(&(place, event as u8, tool as u8))
    }

    /// Turns an event off at a place.
    pub(super) fn turn_off(&self, vm: &Vm, place: Place, event: Event, tool: usize) {
        let version = vm.observation.version.get();
        if self.version.replace(version) != version {
            self.off.borrow_mut().clear();
        }
        self.off.borrow_mut().insert((place, event as u8, tool as u8));
    }
}

impl Observation {
    /// Reports the tools.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for tool in &self.tools {
            tool.name.get().trace(tracer);
            tool.callbacks.iter().for_each(|callback| callback.get().trace(tracer));
        }
        self.calls.get().trace(tracer);
        self.ended.get().trace(tracer);
        self.thread.trace_values(tracer);
    }

    /// Whether anybody observes anything.
    #[inline(always)]
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.get()
    }

    /// The points that code has to tell of.
    pub(crate) fn points(&self, code: &Code) -> Points {
        if !self.active.get() {
            return Points::default();
        }
        let local = code.events().map_or(0, |events| events.local.iter().fold(0, |all, events| all | events.get()));
        let wanted = self.everywhere.get() | local;
        let any = |events: &[Event]| events.iter().any(|event| wanted & event.bit() != 0);
        Points {
            starts: any(&[Event::Start, Event::Resume]),
            returns: any(&[Event::Return, Event::Yield]),
            calls: any(&[Event::Call]),
            lines: any(&[Event::Line]),
            instructions: any(&[Event::Instruction]),
            jumps: any(&[Event::Jump, Event::BranchLeft, Event::BranchRight]),
            ends: any(&[Event::StopIteration, Event::Raise]),
        }
    }

    /// Has all code forget what keeps classes alive.
    pub(crate) fn forget_classes(&self) {
        for link in self.codes.borrow().iter().filter_map(Weak::upgrade) {
            link.with_code(Code::forget_classes);
        }
    }

    /// Remembers a code object that was lowered.
    pub(crate) fn remember(&self, link: &Rc<Link>) {
        let mut codes = self.codes.borrow_mut();
        // Dead ones are dropped whenever there may be twice as many as live ones.
        if codes.len() == codes.capacity() {
            codes.retain(|link| link.strong_count() > 0);
        }
        codes.push(Rc::downgrade(link));
    }
}

impl Vm {
    /// Has code and frames follow a change of what tools want.
    pub(crate) fn observation_changed(&self) -> PyResult<()> {
        let observation = &self.observation;
        let everywhere = observation.tools.iter().fold(0, |all, tool| all | tool.events.get());
        observation.everywhere.set(everywhere);
        observation.active.set(everywhere != 0 || observation.has_local.get());
        self.stack.set_observed(observation.active.get());
        for link in observation.codes.borrow().iter().filter_map(Weak::upgrade) {
            link.with_code(|code| code.choose_form(observation.points(code)));
        }
        self.migrate_frames()
    }

    /// Sets the events that a tool wants of all code.
    pub(crate) fn set_events(&self, tool: usize, events: u32) -> PyResult<()> {
        if self.observation.tools[tool].events.replace(events) == events {
            return Ok(());
        }
        self.observation_changed()
    }

    /// Sets the events that a tool wants of one code object.
    pub(crate) fn set_local_events(&self, tool: usize, code: &Code, events: u32) -> PyResult<()> {
        if code.events_or_new().local[tool].replace(events & LOCAL) == events {
            return Ok(());
        }
        self.observation.has_local.set(true);
        self.observation_changed()
    }

    /// Has all places that were turned off told of again.
    pub(crate) fn restart_events(&self) {
        let version = &self.observation.version;
        version.set(version.get() + 1);
    }

    /// A tool wants nothing any more of any code, and has no callbacks.
    pub(crate) fn clear_tool(&self, tool: usize) -> PyResult<()> {
        let state = &self.observation.tools[tool];
        state.callbacks.iter().for_each(|callback| callback.set(Value::UNBOUND));
        state.events.set(0);
        for link in self.observation.codes.borrow().iter().filter_map(Weak::upgrade) {
            link.with_code(|code| {
                if let Some(events) = code.events() {
                    events.local[tool].set(0);
                }
            });
        }
        self.observation_changed()
    }
}
