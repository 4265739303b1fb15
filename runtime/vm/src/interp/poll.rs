//! The poll word: what the interpreter looks at on loops and calls, to do what other parties asked for.

use core::sync::atomic::Ordering;

use crate::error::PyResult;
use crate::object::special::Special;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use crate::vm::Vm;

/// A signal handler asked for KeyboardInterrupt.
pub const INTERRUPT: u32 = 1;
/// The heap has finalizers or weak reference callbacks to run.
pub const FINALIZE: u32 = 2;

impl Vm {
    /// Asks the interpreter to do something at its next safepoint. May be called from a signal handler or another thread.
    pub fn request(&self, what: u32) {
        self.stack.poll.fetch_or(what, Ordering::Relaxed);
    }

    /// Does what was asked for.
    #[cold]
    #[inline(never)]
    pub fn poll(&self) -> PyResult<()> {
        let asked = self.stack.poll.swap(0, Ordering::Relaxed);
        if asked & FINALIZE != 0 {
            self.run_finalizers();
        }
        if asked & INTERRUPT != 0 {
            return Err(self.raise_with(self.types().keyboard_interrupt, &[]));
        }
        Ok(())
    }

    /// Runs the finalizers of objects that were found dead, and callbacks of weak references.
    pub fn run_finalizers(&self) {
        while let Some(object) = self.heap.take_finalizable() {
            self.finalize(Value::from_header(object));
        }
        while let Some(weak) = self.heap.take_dead_weak() {
            let weak = Value::from_header(weak);
            if let Some(reference) = weak.cast::<WeakRef>()
                && let Some(callback) = reference.callback.replace(Value::UNBOUND).bound()
            {
                let result = self.call(callback, &[weak]);
                self.report_unraisable(result, callback);
            }
        }
    }

    /// Calls an object's `__del__`, or closes it if it is a generator.
    fn finalize(&self, object: Value) {
        let pending = self.pending.replace(Value::UNBOUND);
        let handled = self.handled.replace(Value::UNBOUND);
        if object.cast::<crate::types::generator::Generator>().is_some() {
            let result = self.close_generator(object);
            self.report_unraisable(result, object);
        } else {
            let method = self.class_of(object).special(Special::Del);
            if method.is_bound() {
                let result = self.call_special(object, method, &[]);
                self.report_unraisable(result, method);
            }
        }
        self.handled.set(handled);
        self.pending.set(pending);
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
