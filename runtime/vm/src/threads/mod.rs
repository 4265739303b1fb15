//! Threads: native threads that take turns in the VM.
//!
//! At any time one thread is in the VM: it holds the [`lock`]. The VM's own fields are that thread's; what others have of such fields is
//! put by in their [`thread::Thread`], and swapped when the lock changes hands. So the interpreter reads its fields as if there
//! were no threads.
//!
//! The lock changes hands in three places only:
//! - [`Vm::allow_threads`]: native code that blocks lets others in for that time
//! - [`Vm::give_turn`], from the poll word: the end of a loop, and a call of a Python function, when others have waited long enough
//! - the end of a thread
//!
//! Invariants, each of which a data race would follow from if it were broken:
//! 1. **Whoever touches the VM, its heap or an object holds the lock.** `Vm` is neither `Send` nor `Sync`; only [`start`] passes its
//!    address to a thread, which takes the lock before it looks. Without the lock a thread may touch the lock itself, its own
//!    [`Parker`], and the poll word (atomics), which the lock's `ask` does under the lock's mutex, while the VM lives.
//! 2. **Who lets go of the lock is parked first**: registers spilled and the native stack's extent noted ([`orochi_gc::Heap::park`]),
//!    the VM's fields put by. Both are undone after the lock is held again. So the collector of whoever is in sees the references of all.
//! 3. **Python code of other threads runs only where Python code may run anyway**: a loop's end and a call of a Python function are in
//!    Python code; [`Vm::allow_threads`] is for native code that could as well call a Python function there. So native code
//!    needs no locks of its own for what it must not see changed, and holds no `RefCell` open there.
//! 4. **A thread that has ended touches nothing.** What it does after letting go of the lock for the last time is return. When a VM ends
//!    while threads are left, they never get the lock, and the VM's memory stays.
//! 5. **Only the main thread handles signals** ([`crate::interp::poll::MAIN_ONLY`]): another one that finds such a bit of the poll
//!    word passes it on, to be set again when the main thread is in.
//! 6. A forked process has the thread that forked, and a new lock that it holds ([`Vm::after_fork_in_child`]).

mod frames;
mod lock;
mod parker;
mod start;
mod thread;
mod wait;

pub use parker::{Parker, Woken};
pub use wait::{WaitQueue, deadline_of};

use core::cell::{Cell, RefCell};
use core::sync::atomic::Ordering;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use orochi_gc::Tracer;

use crate::error::PyResult;
use crate::interp::poll::{MAIN_ONLY, SWITCH};
use crate::interp::stack::Regions;
use crate::value::Value;
use crate::vm::Vm;
use lock::{Gate, Lock};
use thread::Thread;

/// What a VM knows of its threads.
pub struct Threads {
    lock: RefCell<Arc<Lock>>,
    /// The threads, in the order in which they were started.
    all: RefCell<Vec<Rc<Thread>>>,
    /// The one that is in.
    current: RefCell<Rc<Thread>>,
    main: RefCell<Rc<Thread>>,
    /// Those that a fork did not copy. Objects may still refer to their frames.
    lost: RefCell<Vec<Rc<Thread>>>,
    /// Whether there is nobody to let in.
    alone: Cell<bool>,
    /// Whether the program ends, so that no thread may be started.
    ending: Cell<bool>,
    /// What the main thread is to find in the poll word when it is in again.
    for_main: Cell<u32>,
    /// The number of the next thread.
    next: Cell<i64>,
    /// The handles of threads that the end of the program waits for: a list, or unbound.
    pub at_exit: Cell<Value>,
    /// What the native stacks of new threads are to have, in bytes; 0 for what they have by default.
    pub stack_size: Cell<usize>,
    /// The current context of the running thread (`contextvars`), or unbound while it has none.
    pub context: Cell<Value>,
    /// What the running thread tells of asynchronous generators that begin, and has finalize those that are lost; or unbound.
    pub first_iteration: Cell<Value>,
    pub finalizer: Cell<Value>,
    /// How many frames coroutines of the running thread remember of where they were made.
    pub origin_depth: Cell<usize>,
    /// Whether the running thread runs finalizers.
    pub(crate) finalizing: Cell<bool>,
    /// How many context variables were made.
    variables: Cell<u64>,
}

impl Threads {
    /// Those of a VM that is made on this thread, with the memory for its stacks.
    pub(crate) fn new(memory: Regions) -> Threads {
        let main = Rc::new(Thread::main(memory));
        Threads {
            lock: RefCell::new(Arc::new(Lock::held())),
            all: RefCell::new(vec![Rc::clone(&main)]),
            current: RefCell::new(Rc::clone(&main)),
            main: RefCell::new(main),
            lost: RefCell::default(),
            alone: Cell::new(true),
            ending: Cell::new(false),
            for_main: Cell::new(0),
            next: Cell::new(1),
            at_exit: Cell::default(),
            stack_size: Cell::default(),
            context: Cell::default(),
            first_iteration: Cell::default(),
            finalizer: Cell::default(),
            origin_depth: Cell::default(),
            finalizing: Cell::default(),
            variables: Cell::default(),
        }
    }

    /// Reports what the threads refer to.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.at_exit.get().trace(tracer);
        for cell in [&self.context, &self.first_iteration, &self.finalizer] {
            cell.get().trace(tracer);
        }
        self.all.borrow().iter().chain(self.lost.borrow().iter()).for_each(|thread| thread.trace(tracer));
    }

    /// The number of a new context variable: no two of a VM have the same.
    pub fn next_variable(&self) -> u64 {
        self.variables.replace(self.variables.get() + 1)
    }

    /// Whether the program ends, so that no thread may be started.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ending.get()
    }

    /// How long a thread waits until it asks for its turn.
    #[must_use]
    pub fn switch_interval(&self) -> Duration {
        self.lock.borrow().interval()
    }

    /// Sets how long a thread waits until it asks for its turn.
    pub fn set_switch_interval(&self, interval: Duration) {
        self.lock.borrow().set_interval(interval);
    }

    fn lock(&self) -> Arc<Lock> {
        Arc::clone(&self.lock.borrow())
    }

    fn current(&self) -> Rc<Thread> {
        Rc::clone(&self.current.borrow())
    }

    /// Where the running thread waits.
    pub(crate) fn parker(&self) -> Arc<Parker> {
        Arc::clone(&self.current.borrow().parker)
    }

    /// Where the main thread waits: valid while it is the main thread of the VM.
    pub(crate) fn main_parker(&self) -> *const Parker {
        Arc::as_ptr(&self.main.borrow().parker)
    }

    fn is_main(&self, thread: &Rc<Thread>) -> bool {
        Rc::ptr_eq(&self.main.borrow(), thread)
    }
}

impl Vm {
    /// Runs `f`, which may block, while other threads run in the VM. `f` must not use the VM, and no object but by address, of
    /// memory that nobody else changes or frees meanwhile.
    #[inline]
    pub fn allow_threads<R>(&self, f: impl FnOnce() -> R) -> R {
        if self.threads.alone.get() {
            return f();
        }
        self.outside(Lock::release, f)
    }

    /// Lets another thread in that has waited long enough.
    #[cold]
    pub(crate) fn give_turn(&self) {
        self.stack.poll.fetch_and(!SWITCH, Ordering::Relaxed);
        if !self.threads.alone.get() {
            self.outside(Lock::release_to_another, || ());
        }
    }

    /// Lets another thread in, if one waits, for native code that a program asks to wait for no time.
    ///
    /// # Errors
    /// What a signal's handler raises.
    pub fn yield_to_others(&self) -> PyResult<()> {
        self.give_turn();
        self.poll()
    }

    /// Runs `f` without the lock.
    #[inline(never)]
    fn outside<R>(&self, release: fn(&Lock), f: impl FnOnce() -> R) -> R {
        self.heap.park(|| {
            let (thread, lock) = (self.threads.current(), self.threads.lock());
            thread.leave(self);
            let me = Inside { vm: self, thread, lock };
            release(&me.lock);
            let result = f();
            drop(me);
            result
        })
    }

    /// Takes the lock and has the VM's fields be the thread's.
    fn enter(&self, thread: &Rc<Thread>, lock: &Lock) {
        // The lock is asked for under its mutex while the VM lives.
        lock.acquire(|| self.request(SWITCH));
        self.arrive(thread);
    }

    /// Has the VM's fields be those of a thread that has just taken the lock.
    fn arrive(&self, thread: &Rc<Thread>) {
        thread.enter(self);
        self.threads.current.replace(Rc::clone(thread));
        // Whoever waits now has not waited for this thread.
        self.stack.poll.fetch_and(!SWITCH, Ordering::Relaxed);
        if self.threads.is_main(thread) {
            let asked = self.threads.for_main.take();
            self.stack.poll.fetch_or(asked, Ordering::Relaxed);
        }
        self.stack.renew_last_frame();
    }

    /// Takes what only the main thread does out of the poll word, if this is another one.
    pub(crate) fn pass_on_to_main_thread(&self) {
        if self.is_main_thread() {
            return;
        }
        let asked = self.stack.poll.fetch_and(!MAIN_ONLY, Ordering::Relaxed) & MAIN_ONLY;
        self.request_of_main_thread(asked);
    }

    /// Sets bits of the poll word for when the main thread is in, and wakes it if it waits for another thread.
    pub(crate) fn request_of_main_thread(&self, what: u32) {
        if self.is_main_thread() {
            self.request(what);
        } else if what != 0 {
            self.threads.for_main.set(self.threads.for_main.get() | what);
            self.threads.main.borrow().parker.interrupt();
        }
    }

    /// Whether the running thread is the one that handles signals.
    #[must_use]
    pub fn is_main_thread(&self) -> bool {
        Rc::ptr_eq(&self.threads.main.borrow(), &self.threads.current.borrow())
    }

    /// What `get_ident` says of the running thread: unique among those that live.
    #[must_use]
    pub fn thread_ident(&self) -> u64 {
        self.threads.current.borrow().ident.get()
    }

    /// What `get_ident` says in the main thread.
    #[must_use]
    pub fn main_thread_ident(&self) -> u64 {
        self.threads.main.borrow().ident.get()
    }

    /// A number of the running thread that no other thread of this VM ever has.
    #[must_use]
    pub fn thread_number(&self) -> i64 {
        self.threads.current.borrow().number
    }

    /// The system's number of the running thread.
    #[must_use]
    pub fn native_thread_id(&self) -> i64 {
        // SAFETY: the call has no conditions.
        #[cfg(target_os = "linux")]
        unsafe {
            libc::syscall(libc::SYS_gettid)
        }
        #[cfg(not(target_os = "linux"))]
        {
            thread::system_ident() as i64
        }
    }

    /// How many threads were started and have not ended.
    #[must_use]
    pub fn started_threads(&self) -> usize {
        self.threads.all.borrow().len() - 1
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        self.threads.lock().set_gate(Gate::Ended);
    }
}

/// A thread that is without the lock; dropping it takes the lock again, also when what it does panics.
struct Inside<'a> {
    vm: &'a Vm,
    thread: Rc<Thread>,
    lock: Arc<Lock>,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.vm.enter(&self.thread, &self.lock);
    }
}
