//! The poll word: what the interpreter looks at on loops and calls, to do what other parties asked for.
//!
//! A loop does all of it. A call, and native code that goes through an iterator, does only what stops the program
//! ([`Vm::check_interrupt`]), for there Python code must not run: a call finds out because whoever asks also takes away the room for
//! frames ([`crate::interp::stack::Stack::last_frame`]), so that it costs calls nothing. Other threads get their turn at both: a call is
//! about to run a Python function anyway, which may do anything.

use core::sync::atomic::Ordering;

use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::object::special::Special;
use crate::types::generator::Generator;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use crate::vm::Vm;

/// A signal handler asked for KeyboardInterrupt.
pub const INTERRUPT: u32 = 1;
/// The heap has finalizers or weak reference callbacks to run.
pub const FINALIZE: u32 = 2;
/// The heap has grown beyond its limit, or the system has no more memory: MemoryError.
pub const MEMORY: u32 = 4;
/// Signals came whose handlers are to be called ([`crate::signals`]).
pub const SIGNAL: u32 = 8;
/// Another thread has waited long enough for its turn.
pub const SWITCH: u32 = 16;
/// What the main thread does and no other: another one passes it on.
pub(crate) const MAIN_ONLY: u32 = INTERRUPT | SIGNAL;

impl Vm {
    /// Asks the interpreter to do something at its next safepoint. May be called from a signal handler or another thread.
    pub fn request(&self, what: u32) {
        self.stack.request(what);
    }

    /// KeyboardInterrupt or MemoryError, if one is due: for native code that may run for long. Runs no Python code.
    #[inline(always)]
    pub fn check_interrupt(&self) -> PyResult<()> {
        if self.stack.poll.load(Ordering::Relaxed) & (INTERRUPT | MEMORY) == 0 {
            return Ok(());
        }
        self.interrupt(INTERRUPT | MEMORY)
    }

    /// The same, and calls the program's handlers of signals: for native code where Python code may run.
    #[inline]
    pub fn check_signals(&self) -> PyResult<()> {
        if self.stack.poll.load(Ordering::Relaxed) & (INTERRUPT | MEMORY | SIGNAL) == 0 {
            return Ok(());
        }
        self.handle_signals()
    }

    #[cold]
    #[inline(never)]
    fn handle_signals(&self) -> PyResult<()> {
        if self.stack.poll.load(Ordering::Relaxed) & SIGNAL != 0 {
            self.pass_on_to_main_thread();
            self.run_signal_handlers()?;
        }
        self.check_interrupt()
    }

    /// The exception that was asked for.
    #[cold]
    #[inline(never)]
    fn interrupt(&self, asked: u32) -> PyResult<()> {
        self.pass_on_to_main_thread();
        let asked = self.stack.poll.fetch_and(!(INTERRUPT | MEMORY), Ordering::Relaxed) & asked;
        if asked & MEMORY != 0 {
            self.heap.take_over_limit();
            if asked & INTERRUPT != 0 {
                self.request(INTERRUPT);
            }
            return Err(self.memory_error());
        }
        if asked == 0 {
            return Ok(());
        }
        Err(self.raise_with(self.types().keyboard_interrupt, &[]))
    }

    /// What a call does that finds no room for a frame: an exception that was asked for, or RecursionError, unless there is
    /// room after all.
    #[cold]
    #[inline(never)]
    pub(crate) fn no_room(&self, is_full: impl Fn(*mut Frame) -> bool) -> PyResult<()> {
        if self.stack.poll.load(Ordering::Relaxed) & SWITCH != 0 {
            self.give_turn();
        }
        self.stack.restore_last_frame();
        self.check_interrupt()?;
        if is_full(self.stack.limit()) { Err(self.recursion_error()) } else { Ok(()) }
    }

    /// Does what was asked for.
    #[cold]
    #[inline(never)]
    pub fn poll(&self) -> PyResult<()> {
        if self.stack.poll.load(Ordering::Relaxed) & SWITCH != 0 {
            self.give_turn();
        }
        self.stack.restore_last_frame();
        if self.stack.poll.fetch_and(!FINALIZE, Ordering::Relaxed) & FINALIZE != 0 {
            // A program that has turned collections off is shown nothing of one that had to be.
            let depth = &self.observation.thread.depth;
            let hidden = u32::from(!self.state.gc.is_enabled());
            depth.set(depth.get() + hidden);
            self.run_finalizers();
            depth.set(depth.get() - hidden);
        }
        if self.stack.poll.load(Ordering::Relaxed) & SIGNAL != 0 {
            self.pass_on_to_main_thread();
            self.run_signal_handlers()?;
        }
        self.check_interrupt()
    }

    /// Runs the finalizers of objects that were found dead, and callbacks of weak references. Returns how many objects were
    /// finalized. A finalizer's own loops run no others: those that are left come after it.
    pub fn run_finalizers(&self) -> usize {
        if self.threads.finalizing.replace(true) {
            return 0;
        }
        let count = self.run_finalizers_that_are_due();
        self.threads.finalizing.set(false);
        count
    }

    fn run_finalizers_that_are_due(&self) -> usize {
        let mut count = 0;
        while let Some(object) = self.heap.take_finalizable() {
            count += 1;
            self.state.gc.note_finalized(object);
            self.finalize(Value::from_header(object));
        }
        while let Some(weak) = self.heap.take_dead_weak() {
            let weak = Value::from_header(weak);
            if let Some(reference) = weak.cast::<WeakRef>()
                && let Some(callback) = reference.callback.replace(Value::UNBOUND).bound()
                && let Err(raised) = self.call(callback, &[weak])
            {
                self.report_ignored(raised, "calling weakref callback", callback);
            }
        }
        count
    }

    /// Calls an object's `__del__`, or closes it if it is a generator.
    fn finalize(&self, object: Value) {
        let pending = self.pending.replace(Value::UNBOUND);
        let handled = self.handled.replace(Value::UNBOUND);
        if let Some(generator) = object.cast::<Generator>() {
            crate::types::generator::finalize::finalize(self, generator);
        } else {
            let method = self.class_of(object).special(Special::Del);
            if method.is_bound()
                && let Err(raised) = self.call_special(object, method, &[])
            {
                self.report_ignored(raised, "calling deallocator", method);
            }
        }
        self.handled.set(handled);
        self.pending.set(pending);
    }

    /// Reports an exception that nobody can catch, with what the VM was doing and with which object.
    pub(crate) fn report_ignored(&self, raised: Raised, doing: &str, object: Value) {
        let exception = self.take_exception(raised);
        let message = format!("Exception ignored while {doing} {}", self.display_repr(object));
        self.report_unraisable_as(exception, &message);
    }

    /// Reports an exception that nobody can catch (`sys.unraisablehook`).
    pub fn report_unraisable(&self, result: PyResult, object: Value) {
        if let Err(raised) = result {
            let exception = self.take_exception(raised);
            self.report_unraisable_exception(exception, object);
        }
    }
}

impl Vm {
    /// At the end of the program: runs all finalizers that are left.
    pub fn run_exit_finalizers(&self) {
        self.heap.drain_finalizable();
        self.run_finalizers();
    }
}
