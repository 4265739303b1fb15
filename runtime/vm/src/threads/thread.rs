//! What a thread has of its own.

use core::cell::{Cell, RefCell};
use std::sync::Arc;

use orochi_gc::Tracer;

use crate::interp::observe::PerThread;
use crate::interp::stack::{Parked, Regions};
use crate::threads::Parker;
use crate::value::Value;
use crate::vm::Vm;

/// A thread of a VM.
pub(crate) struct Thread {
    /// No other thread of the VM ever has it.
    pub(super) number: i64,
    /// What the system calls it; 0 until it runs.
    pub(super) ident: Cell<u64>,
    /// Where it waits.
    pub(super) parker: Arc<Parker>,
    /// What it starts with; unbound once it runs.
    pub(super) argument: Cell<Value>,
    /// Weak references to the objects with data of this thread: a list, or unbound.
    pub(super) locals: Cell<Value>,
    /// Whether `own` is this thread's, for another one runs.
    parked: Cell<bool>,
    own: Own,
    /// Where its registers and frames are; unmapped with the thread.
    _memory: Regions,
}

/// What the VM has one of for the thread that runs. Whatever is added to the VM that belongs to a thread is added here, to
/// [`Own::swap`] and to [`Own::trace`].
struct Own {
    stack: Parked,
    pending: Cell<Value>,
    handled: Cell<Value>,
    context: Cell<Value>,
    first_iteration: Cell<Value>,
    finalizer: Cell<Value>,
    origin_depth: Cell<usize>,
    finalizing: Cell<bool>,
    text_depth: Cell<u32>,
    reprs: RefCell<rustc_hash::FxHashSet<u64>>,
    observed: PerThread,
}

impl Own {
    fn new(stack: Parked) -> Own {
        Own {
            stack,
            pending: Cell::default(),
            handled: Cell::default(),
            context: Cell::default(),
            first_iteration: Cell::default(),
            finalizer: Cell::default(),
            origin_depth: Cell::default(),
            finalizing: Cell::default(),
            text_depth: Cell::default(),
            reprs: RefCell::default(),
            observed: PerThread::default(),
        }
    }

    fn swap(&self, vm: &Vm) {
        vm.stack.swap(&self.stack);
        vm.pending.swap(&self.pending);
        vm.handled.swap(&self.handled);
        vm.threads.context.swap(&self.context);
        vm.threads.first_iteration.swap(&self.first_iteration);
        vm.threads.finalizer.swap(&self.finalizer);
        vm.threads.origin_depth.swap(&self.origin_depth);
        vm.threads.finalizing.swap(&self.finalizing);
        vm.text_depth.swap(&self.text_depth);
        vm.reprs.swap(&self.reprs);
        vm.observation.thread.swap(&self.observed);
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.stack.trace(tracer);
        self.observed.trace_values(tracer);
        for cell in [&self.pending, &self.handled, &self.context, &self.first_iteration, &self.finalizer] {
            cell.get().trace(tracer);
        }
    }
}

impl Thread {
    fn with(number: i64, memory: Regions, own: Own, parked: bool) -> Thread {
        Thread {
            number,
            ident: Cell::new(0),
            parker: Arc::default(),
            argument: Cell::default(),
            locals: Cell::default(),
            parked: Cell::new(parked),
            own,
            _memory: memory,
        }
    }

    /// The thread that the VM is made on, which runs.
    pub(super) fn main(memory: Regions) -> Thread {
        let thread = Thread::with(0, memory, Own::new(Parked::nobody()), false);
        thread.ident.set(system_ident());
        thread
    }

    /// A thread that has not begun.
    pub(super) fn fresh(number: i64, argument: Value) -> Thread {
        let memory = Regions::of_thread();
        let own = Own::new(Parked::fresh(&memory));
        let thread = Thread::with(number, memory, own, true);
        thread.argument.set(argument);
        thread
    }

    /// Puts what the VM has of this thread by. The lock is held.
    pub(super) fn leave(&self, vm: &Vm) {
        debug_assert!(!self.parked.get(), "a thread leaves that is not in");
        self.own.swap(vm);
        self.parked.set(true);
    }

    /// Gives the VM what it put by. The lock is held.
    pub(super) fn enter(&self, vm: &Vm) {
        debug_assert!(self.parked.get(), "a thread enters that is in");
        self.own.swap(vm);
        self.parked.set(false);
    }

    /// What it has of the stacks, if another thread runs.
    pub(super) fn parked(&self) -> Option<&Parked> {
        self.parked.get().then_some(&self.own.stack)
    }

    /// Who observes it, if another thread runs.
    pub(super) fn parked_observers(&self) -> Option<&PerThread> {
        self.parked.get().then_some(&self.own.observed)
    }

    /// The exception that it handles, or unbound, if another thread runs.
    pub(super) fn parked_handled(&self) -> Value {
        if self.parked.get() { self.own.handled.get() } else { Value::UNBOUND }
    }

    /// Reports what the thread refers to, but for what the VM has of it while it runs.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.argument.get().trace(tracer);
        self.locals.get().trace(tracer);
        if self.parked.get() {
            self.own.trace(tracer);
        }
    }
}

/// What the system calls the thread that asks.
pub(super) fn system_ident() -> u64 {
    // SAFETY: `pthread_self` has no conditions.
    unsafe { libc::pthread_self() as u64 }
}
