//! Ctrl-C: while a VM catches interrupts, SIGINT becomes a KeyboardInterrupt at its next safepoint.
//!
//! A process has one handler, so one VM at a time catches interrupts: the last that asked. A SIGINT that was ignored when
//! the process started stays ignored, as a shell wants it for what runs in the background.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use crate::interp::poll::{INTERRUPT, MEMORY};
use crate::interp::stack::Stack;
use crate::vm::Vm;

/// The stack, with the poll word, of the VM that catches interrupts, or null.
static STACK: AtomicPtr<Stack> = AtomicPtr::new(core::ptr::null_mut());
/// The thread that this VM runs on.
static THREAD: AtomicUsize = AtomicUsize::new(0);

/// While it lives, interrupts are caught; then the system's way of handling them is back.
#[must_use]
pub struct CatchInterrupts<'a> {
    installed: bool,
    vm: PhantomData<&'a Vm>,
}

impl Vm {
    /// Turns SIGINT into KeyboardInterrupt. Call it on the thread that the VM runs on.
    pub fn catch_interrupts(&self) -> CatchInterrupts<'_> {
        // SAFETY: `pthread_self` has no conditions.
        THREAD.store(unsafe { libc::pthread_self() } as usize, Ordering::Release);
        STACK.store((&raw const self.stack).cast_mut(), Ordering::Release);
        let installed = !is_ignored() && set(on_interrupt as *const () as libc::sighandler_t);
        CatchInterrupts { installed, vm: PhantomData }
    }
}

impl Drop for CatchInterrupts<'_> {
    fn drop(&mut self) {
        if self.installed {
            set(libc::SIG_DFL);
        }
        STACK.store(core::ptr::null_mut(), Ordering::Release);
    }
}

fn is_ignored() -> bool {
    // SAFETY: a zeroed `sigaction` is a valid one to write to; with no new action the call only reads.
    unsafe {
        let mut current: libc::sigaction = core::mem::zeroed();
        libc::sigaction(libc::SIGINT, core::ptr::null(), &raw mut current) == 0 && current.sa_sigaction == libc::SIG_IGN
    }
}

/// Sets the action for SIGINT; without SA_RESTART, so that a system call that blocks returns and the VM gets to look.
fn set(handler: libc::sighandler_t) -> bool {
    // SAFETY: the action is fully initialised, and `on_interrupt` does only what a signal handler may.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGINT, &raw const action, core::ptr::null_mut()) == 0
    }
}

/// Has the VM that catches interrupts raise MemoryError at its next safepoint. Allocates nothing.
pub(crate) fn request_memory_error() {
    let stack = STACK.load(Ordering::Acquire);
    if !stack.is_null() {
        // SAFETY: the pointer is null unless the VM lives, which the guard's borrow sees to.
        unsafe { (*stack).request(MEMORY) };
    }
}

/// The signal handler: sets a bit, and passes the signal on to the VM's thread when another one got it, so that the
/// system call that the VM may be blocked in returns.
extern "C" fn on_interrupt(signal: libc::c_int) {
    let stack = STACK.load(Ordering::Acquire);
    if stack.is_null() {
        return;
    }
    // SAFETY: the pointer is null unless the VM lives, which the guard's borrow sees to; `request` touches atomics only, and
    // `pthread_kill` is async-signal-safe.
    unsafe {
        (*stack).request(INTERRUPT);
        let thread = THREAD.load(Ordering::Acquire) as libc::pthread_t;
        if libc::pthread_self() != thread {
            libc::pthread_kill(thread, signal);
        }
    }
}
