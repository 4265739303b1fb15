//! Threads: who is in the VM, and what those do that are not.

mod parker;
mod wait;

pub use parker::{Parker, Woken};
pub use wait::{WaitQueue, deadline_of};

use core::cell::Cell;
use std::sync::Arc;

use orochi_gc::Tracer;

use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// What a VM knows of its threads.
#[derive(Default)]
pub struct Threads {
    /// The handles of threads that the end of the program waits for: a list, or unbound.
    pub at_exit: Cell<Value>,
    /// What the native stacks of new threads are to have, in bytes; 0 for what they have by default.
    pub stack_size: Cell<usize>,
    parker: Arc<Parker>,
    /// The current context of the running thread (`contextvars`), or unbound while it has none.
    pub context: Cell<Value>,
    /// How many context variables were made.
    variables: Cell<u64>,
}

impl Threads {
    /// Reports what the threads refer to.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.at_exit.get().trace(tracer);
        self.context.get().trace(tracer);
    }

    /// The number of a new context variable: no two of a VM have the same.
    pub fn next_variable(&self) -> u64 {
        self.variables.replace(self.variables.get() + 1)
    }

    /// Whether the program ends, so that no thread may be started.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        false
    }

    /// Remembers an object with data of the running thread, for [`Threads::end_locals`].
    pub fn forget_at_end(&self, _: &Vm, _: Value) -> PyResult<()> {
        Ok(())
    }

    /// Has the objects that hold data of the running thread, which ends, forget it.
    pub fn end_locals(&self, _: &Vm, _: fn(&Vm, Value, i64) -> PyResult<()>) {}

    /// Where the running thread waits.
    pub(crate) fn parker(&self) -> Arc<Parker> {
        Arc::clone(&self.parker)
    }
}

impl Vm {
    /// Runs `f`, which may block, while other threads run in the VM. `f` must not use the VM, and no object but by address, of
    /// memory that nobody else changes or frees meanwhile.
    #[inline]
    pub fn allow_threads<R>(&self, f: impl FnOnce() -> R) -> R {
        f()
    }

    /// What `get_ident` says of the running thread: unique among those that live.
    #[must_use]
    pub fn thread_ident(&self) -> u64 {
        // SAFETY: `pthread_self` has no conditions.
        unsafe { libc::pthread_self() as u64 }
    }

    /// The system's number of the running thread.
    #[must_use]
    pub fn native_thread_id(&self) -> i64 {
        // SAFETY: the calls have no conditions.
        #[cfg(target_os = "linux")]
        unsafe {
            libc::syscall(libc::SYS_gettid)
        }
        // SAFETY: as above.
        #[cfg(not(target_os = "linux"))]
        unsafe {
            libc::pthread_self() as i64
        }
    }

    /// What the system calls the running thread, as much of it as there is room for.
    pub fn set_thread_name(&self, name: &str) {
        let _ = name;
    }

    /// How many threads were started and have not ended.
    #[must_use]
    pub fn started_threads(&self) -> usize {
        0
    }

    /// Starts a thread that runs `body` with the argument, and returns its ident.
    pub fn spawn_thread(&self, body: fn(&Vm, Value), argument: Value) -> PyResult<u64> {
        let _ = (body, argument);
        Err(self.runtime_error("can't start new thread"))
    }

    /// Has the main thread act as if the signal had arrived.
    pub fn simulate_signal(&self, signal: i32) {
        if signal == libc::SIGINT {
            self.request(crate::interp::poll::INTERRUPT);
        }
    }

    /// A number of the running thread that no other thread of this VM ever has.
    #[must_use]
    pub fn thread_number(&self) -> i64 {
        0
    }

    /// What `get_ident` says in the main thread.
    #[must_use]
    pub fn main_thread_ident(&self) -> u64 {
        self.thread_ident()
    }
}
