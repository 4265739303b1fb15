//! The life of a thread: its start, its end; the end of the program, and forks.

use std::os::unix::thread::JoinHandleExt;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::PyResult;
use crate::threads::lock::{Gate, Lock};
use crate::threads::thread::{Thread, system_ident};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::weakref::{self, WeakRef};
use crate::value::Value;
use crate::vm::Vm;

/// Native stack of a thread, in bytes, unless a program says otherwise, and the least there is. It is address space; memory is used as
/// it is touched.
const STACK: usize = 16 << 20;
const LEAST_STACK: usize = 1 << 20;
/// What is kept free of it for native code that does not look.
const STACK_RESERVE: usize = 2 << 20;

/// The address of a VM on its way to a new thread.
struct Address(*const Vm);

// SAFETY: the thread looks at the VM only while it holds the lock, as the module says.
unsafe impl Send for Address {}

impl Vm {
    /// Starts a thread that runs `body` with the argument, and returns its ident.
    ///
    /// # Errors
    /// RuntimeError when the system starts no more.
    pub fn spawn_thread(&self, body: fn(&Vm, Value), argument: Value) -> PyResult<u64> {
        let number = self.threads.next.get();
        self.threads.next.set(number + 1);
        let thread = Rc::new(Thread::fresh(number, argument));
        self.threads.all.borrow_mut().push(Rc::clone(&thread));
        let stack = match self.threads.stack_size.get() {
            0 => STACK,
            size => size.max(LEAST_STACK),
        };
        let (vm, lock) = (Address(self), self.threads.lock());
        let started = std::thread::Builder::new().stack_size(stack + STACK_RESERVE).spawn(move || {
            let vm = vm;
            live(&vm, number, stack, lock, body);
        });
        match started {
            Ok(handle) => {
                self.threads.alone.set(self.threads.ending.get());
                // The type of the number differs from system to system.
                #[allow(clippy::unnecessary_cast)]
                let ident = handle.as_pthread_t() as u64;
                thread.ident.set(ident);
                Ok(ident)
            }
            Err(_) => {
                self.threads.forget(number);
                Err(self.runtime_error("can't start new thread"))
            }
        }
    }

    /// Remembers an object with data of the running thread, for [`Vm::end_thread_locals`].
    ///
    /// # Errors
    /// MemoryError.
    pub fn add_thread_local(&self, object: Value) -> PyResult<()> {
        let weak = weakref::of(self, object)?;
        let thread = self.threads.current();
        let list = match thread.locals.get().bound() {
            Some(list) => list,
            None => self.new_list(&[])?,
        };
        thread.locals.set(list);
        list.expect::<List>().push(self, weak.into())
    }

    /// Has the objects with data of the running thread, which ends, forget it.
    pub fn end_thread_locals(&self, forget: fn(&Vm, Value, i64) -> PyResult<()>) {
        self.end_observers();
        let thread = self.threads.current();
        let Some(list) = thread.locals.replace(Value::UNBOUND).cast::<List>() else { return };
        for weak in list.slots() {
            if let Some(object) = weak.get().cast::<WeakRef>().and_then(|weak| weak.target())
                && let Err(raised) = forget(self, object, thread.number)
            {
                let _ = self.take_exception(raised);
            }
        }
    }

    /// What the system calls the running thread, as much of it as there is room for.
    pub fn set_thread_name(&self, name: &str) {
        /// With the zero at the end.
        #[cfg(target_os = "linux")]
        const ROOM: usize = 16;
        #[cfg(target_os = "linux")]
        {
            let mut text = [0u8; ROOM];
            let bytes = name.bytes().take_while(|byte| *byte != 0).take(ROOM - 1);
            text.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
            // SAFETY: a text that ends with a zero; the calling thread lives.
            unsafe { libc::pthread_setname_np(libc::pthread_self(), text.as_ptr().cast()) };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = name;
    }

    /// The first step of a program's end: waits for all threads but daemons, if the module `threading` was imported.
    pub fn join_threads(&self) {
        let modules = self.state.modules.get().cast::<Dict>();
        let threading = modules.and_then(|modules| modules.get_interned(self, self.intern("threading")));
        if let Some(threading) = threading
            && let Err(raised) = self.call_method(threading, "_shutdown", &[])
        {
            let exception = self.take_exception(raised);
            self.report_unraisable_as(exception, "Exception ignored on threading shutdown");
        }
    }

    /// From now on only the running thread runs: the program ends, and others would see things vanish. They wait, those too
    /// that come back from blocking calls.
    pub fn stop_other_threads(&self) {
        self.threads.ending.set(true);
        self.threads.lock().set_gate(Gate::Closed);
        self.threads.alone.set(true);
    }

    /// Undoes [`Vm::stop_other_threads`], when another program is to be run.
    pub fn let_other_threads_go_on(&self) {
        self.threads.ending.set(false);
        self.threads.alone.set(self.threads.all.borrow().len() == 1);
        self.threads.lock().set_gate(Gate::Open);
    }

    /// Ends a VM for good: threads that are left never get the lock. Then its memory stays, for they may be in a system call with an
    /// address of it.
    pub fn end(self: Box<Vm>) {
        let left = self.threads.all.borrow().len() > 1;
        if left {
            self.end_with_process();
        } else {
            self.threads.lock().set_gate(Gate::Ended);
        }
    }

    /// Ends a VM for good, and leaves its memory to the system: the process is about to end. Giving back every object took a
    /// twentieth of the time of an empty program.
    pub fn end_with_process(self: Box<Vm>) {
        self.threads.lock().set_gate(Gate::Ended);
        Box::leak(self);
    }

    /// In a process that was just forked: only the running thread is left, and it is the main one.
    pub fn after_fork_in_child(&self) {
        let threads = &self.threads;
        let current = threads.current();
        // The others hold it as they did in the parent: it is of no use, and its mutex may be locked for ever.
        std::mem::forget(threads.lock.replace(Arc::new(Lock::held())));
        let others = threads.all.replace(vec![Rc::clone(&current)]);
        for other in others.into_iter().filter(|other| !Rc::ptr_eq(other, &current)) {
            other.parker.set_lost();
            threads.lost.borrow_mut().push(other);
        }
        self.heap.forget_other_stacks();
        current.ident.set(system_ident());
        threads.main.replace(current);
        threads.alone.set(true);
        threads.for_main.set(0);
        threads.at_exit.set(Value::UNBOUND);
        self.signals_after_fork();
    }
}

/// What a new thread does.
fn live(vm: &Address, number: i64, stack: usize, lock: Arc<Lock>, body: fn(&Vm, Value)) {
    let here = 0u8;
    let limit = (&raw const here as usize).saturating_sub(stack);
    // SAFETY: `Lock::acquire` looks at the poll word only, while the VM lives; it returns when this thread is in the VM.
    let vm = unsafe { &*vm.0 };
    lock.acquire(|| vm.request(crate::interp::poll::SWITCH));
    let Some(thread) = vm.threads.find(number) else { return lock.release() };
    let leaving = Leaving { vm, lock: &lock, number };
    vm.arrive(&thread);
    vm.stack.native_limit.set(limit);
    thread.ident.set(system_ident());
    vm.heap.with_stack(|| body(vm, thread.argument.replace(Value::UNBOUND)));
    drop(thread);
    drop(leaving);
}

/// A thread that ends: forgotten by the VM, whose lock it lets go of, also when it panics.
struct Leaving<'a> {
    vm: &'a Vm,
    lock: &'a Lock,
    number: i64,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if let Some(thread) = self.vm.threads.find(self.number) {
            thread.leave(self.vm);
        }
        self.vm.threads.forget(self.number);
        // The last thing that this thread does to the VM.
        self.lock.release();
    }
}

impl super::Threads {
    fn find(&self, number: i64) -> Option<Rc<Thread>> {
        self.all.borrow().iter().find(|thread| thread.number == number).map(Rc::clone)
    }

    /// Takes a thread out.
    fn forget(&self, number: i64) {
        let mut all = self.all.borrow_mut();
        all.retain(|thread| thread.number != number);
        self.alone.set(all.len() == 1 || self.ending.get());
    }
}
