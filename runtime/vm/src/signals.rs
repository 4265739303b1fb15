//! Signals: the system's handler notes which came, and the VM calls the program's handler at its next safepoint. A SIGINT becomes a
//! KeyboardInterrupt without one. The module `_signal` is the program's side of it.
//!
//! A process has one handler a signal, so one VM at a time has signals: the last that asked for them. A SIGINT that was ignored
//! when the process started stays ignored, as a shell wants it for what runs in the background.

use core::cell::Cell;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicUsize, Ordering};

use crate::error::PyResult;
use crate::interp::poll::{INTERRUPT, MEMORY, SIGNAL};
use crate::interp::stack::Stack;
use crate::threads::Parker;
use crate::types::frame::Frame;
use crate::types::list::List;
use crate::value::Value;
use crate::vm::Vm;

/// One more than the greatest number of a signal.
pub const COUNT: usize = 65;

/// The stack, with the poll word, of the VM that has signals, or null.
static STACK: AtomicPtr<Stack> = AtomicPtr::new(core::ptr::null_mut());
/// The thread that this VM was made in: handlers run there.
static THREAD: AtomicUsize = AtomicUsize::new(0);
/// Where this thread waits for others, or null.
static PARKER: AtomicPtr<Parker> = AtomicPtr::new(core::ptr::null_mut());
/// Signals that came and whose handlers did not run yet.
static CAME: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
/// Signals that another thread got, and sent to the VM's thread for nothing but to end the call that it may block in.
static PASSED_ON: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
/// What a signal does, as an [`Action`]; 0 where this file has nothing to do with it.
static ACTIONS: [AtomicU8; COUNT] = [const { AtomicU8::new(0) }; COUNT];
/// Where the number of each signal is written, or -1 (`signal.set_wakeup_fd`).
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// Whether it is reported when that has no room.
static WAKEUP_WARNS: AtomicBool = AtomicBool::new(true);
/// The error number of the last write that failed and was not reported yet.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

/// What a signal does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Action {
    /// What the system does by itself.
    Default = 1,
    Ignore = 2,
    /// KeyboardInterrupt, at once: also in native code that runs for long.
    Interrupt = 3,
    /// The program's handler is called at the next safepoint.
    Handler = 4,
}

/// What programs set up for signals.
#[derive(Default)]
pub struct Signals {
    /// The handlers by number: a list, or unbound before the module `_signal` is there.
    pub handlers: Cell<Value>,
}

/// While it lives, the VM has signals; then the system's way of handling them is back.
#[must_use]
pub struct CatchInterrupts<'a>(PhantomData<&'a Vm>);

impl Vm {
    /// Turns SIGINT into KeyboardInterrupt, and lets programs handle signals. Call it on the thread that the VM runs on.
    pub fn catch_interrupts(&self) -> CatchInterrupts<'_> {
        THREAD.store(this_thread(), Ordering::Release);
        PARKER.store(self.threads.main_parker().cast_mut(), Ordering::Release);
        STACK.store((&raw const self.stack).cast_mut(), Ordering::Release);
        if system_action(libc::SIGINT) != Some(Action::Ignore) {
            // SIGINT has a handler wherever there are signals at all.
            let _ = self.set_signal_action(libc::SIGINT, Action::Interrupt);
        }
        // A file that grows beyond its limit is an error of the write.
        if system_action(libc::SIGXFSZ) == Some(Action::Default) {
            let _ = install(libc::SIGXFSZ, libc::SIG_IGN);
        }
        CatchInterrupts(PhantomData)
    }

    /// Whether programs may set handlers here: the VM has signals, and this is its thread.
    #[must_use]
    pub fn has_signals(&self) -> bool {
        core::ptr::eq(STACK.load(Ordering::Acquire), &raw const self.stack) && is_signal_thread()
    }

    /// Sets what a signal does.
    ///
    /// # Errors
    /// The error number of the system.
    pub fn set_signal_action(&self, signal: i32, action: Action) -> Result<(), i32> {
        let handler = match action {
            Action::Default => libc::SIG_DFL,
            Action::Ignore => libc::SIG_IGN,
            Action::Interrupt | Action::Handler => on_signal as *const () as libc::sighandler_t,
        };
        let place = usize::try_from(signal).unwrap_or(0);
        let slot = ACTIONS.get(place).ok_or(libc::EINVAL)?;
        let before = slot.swap(action as u8, Ordering::AcqRel);
        install(signal, handler).inspect_err(|_| slot.store(before, Ordering::Release))
    }

    /// What a signal does by the system's account; `None` for a handler that is not this VM's.
    #[must_use]
    pub fn signal_action(&self, signal: i32) -> Option<Action> {
        system_action(signal)
    }

    /// Sets where the numbers of signals are written, -1 for nowhere. Returns what it was before.
    #[must_use]
    pub fn set_signal_wakeup(&self, fd: i32, warns: bool) -> i32 {
        WAKEUP_WARNS.store(warns, Ordering::Release);
        WAKEUP.swap(fd, Ordering::AcqRel)
    }

    /// Calls the handlers of signals that came. What one raises ends it; the others are called later.
    pub(crate) fn run_signal_handlers(&self) -> PyResult<()> {
        if !is_signal_thread() {
            return Ok(());
        }
        self.stack.poll.fetch_and(!SIGNAL, Ordering::AcqRel);
        self.report_wakeup_error();
        let handlers = self.signals.handlers.get().cast::<List>();
        for (signal, came) in CAME.iter().enumerate() {
            if !came.swap(false, Ordering::AcqRel) {
                continue;
            }
            let Some(handler) = handlers.and_then(|handlers| handlers.get(signal)) else { continue };
            if !self.is_callable(handler) {
                continue;
            }
            let frame = match self.stack.frame.get() {
                frame if frame == self.stack.no_frame() => self.none(),
                frame => Frame::of(self, frame)?.into(),
            };
            let result = self.call(handler, &[Value::small(signal as i64), frame]);
            if let Err(raised) = result {
                if CAME.iter().any(|came| came.load(Ordering::Acquire)) {
                    self.request(SIGNAL);
                }
                return Err(raised);
            }
        }
        Ok(())
    }

    fn report_wakeup_error(&self) {
        let error = WAKEUP_ERROR.swap(0, Ordering::AcqRel);
        if error != 0 {
            let raised = self.os_error(error, self.none());
            let exception = self.take_exception(raised);
            self.report_unraisable_as(exception, "Exception ignored when trying to write to the signal wakeup fd");
        }
    }

    /// Has the main thread act as if a signal had come, if the program handles it at all.
    pub fn simulate_signal(&self, signal: i32) {
        let place = usize::try_from(signal).unwrap_or(0);
        match self.signal_action(signal) {
            Some(Action::Interrupt) => self.request_of_main_thread(INTERRUPT),
            Some(Action::Handler) => {
                if let Some(came) = CAME.get(place) {
                    came.store(true, Ordering::Release);
                    self.request_of_main_thread(SIGNAL);
                }
            }
            Some(Action::Default | Action::Ignore) | None => {}
        }
    }

    /// In the child of a fork: this thread is the one that handlers run in; what came before is the parent's.
    pub(crate) fn signals_after_fork(&self) {
        if core::ptr::eq(STACK.load(Ordering::Acquire), &raw const self.stack) {
            THREAD.store(this_thread(), Ordering::Release);
            PARKER.store(self.threads.main_parker().cast_mut(), Ordering::Release);
        }
        for came in CAME.iter().chain(&PASSED_ON) {
            came.store(false, Ordering::Release);
        }
    }
}

/// While it lives, the thread that it was made in gets no signal.
#[must_use]
pub struct HeldBack(libc::sigset_t);

/// Holds all signals back from the calling thread, so that those for the process go to others.
pub fn hold_back() -> HeldBack {
    // SAFETY: both sets are initialised by the library.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        let mut old: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, &raw mut old);
        HeldBack(old)
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        // SAFETY: the set is one that the library made.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, core::ptr::null_mut()) };
    }
}

impl Drop for CatchInterrupts<'_> {
    fn drop(&mut self) {
        for (signal, slot) in ACTIONS.iter().enumerate() {
            if matches!(slot.swap(0, Ordering::AcqRel), 3 | 4) {
                // Whoever had the handler is gone; there is nobody to tell that the system refuses.
                let _ = install(signal as i32, libc::SIG_DFL);
            }
        }
        WAKEUP.store(-1, Ordering::Release);
        STACK.store(core::ptr::null_mut(), Ordering::Release);
        PARKER.store(core::ptr::null_mut(), Ordering::Release);
    }
}

fn this_thread() -> usize {
    // SAFETY: `pthread_self` has no conditions.
    unsafe { libc::pthread_self() as usize }
}

fn is_signal_thread() -> bool {
    THREAD.load(Ordering::Acquire) == this_thread()
}

fn system_action(signal: i32) -> Option<Action> {
    // SAFETY: a zeroed `sigaction` is a valid one to write to; with no new action the call only reads.
    let current = unsafe {
        let mut current: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(signal, core::ptr::null(), &raw mut current) != 0 {
            return None;
        }
        current.sa_sigaction
    };
    match current {
        libc::SIG_DFL => Some(Action::Default),
        libc::SIG_IGN => Some(Action::Ignore),
        own if own == on_signal as *const () as libc::sighandler_t => {
            let action = ACTIONS.get(usize::try_from(signal).ok()?)?.load(Ordering::Acquire);
            Some(if action == Action::Interrupt as u8 { Action::Interrupt } else { Action::Handler })
        }
        _ => None,
    }
}

/// Sets the system's action; without SA_RESTART, so that a call that blocks returns and the VM gets to look.
fn install(signal: i32, handler: libc::sighandler_t) -> Result<(), i32> {
    // SAFETY: the action is fully initialised, and `on_signal` does only what a signal handler may.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&raw mut action.sa_mask);
        match libc::sigaction(signal, &raw const action, core::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(crate::host::last_error()),
        }
    }
}

/// Has the VM that has signals raise MemoryError at its next safepoint. Allocates nothing.
pub(crate) fn request_memory_error() {
    let stack = STACK.load(Ordering::Acquire);
    if !stack.is_null() {
        // SAFETY: the pointer is null unless the VM lives, which the guard's borrow sees to.
        unsafe { (*stack).request(MEMORY) };
    }
}

/// The signal handler: sets bits, and passes the signal on to the VM's thread when another one got it, so that the system call that
/// the VM may be blocked in returns. It leaves the error number as it was.
extern "C" fn on_signal(signal: libc::c_int) {
    let stack = STACK.load(Ordering::Acquire);
    let place = usize::try_from(signal).unwrap_or(0);
    let (false, Some(slot)) = (stack.is_null(), ACTIONS.get(place)) else { return };
    let in_thread = is_signal_thread();
    if in_thread && PASSED_ON[place].swap(false, Ordering::AcqRel) {
        return;
    }
    let asked = if slot.load(Ordering::Acquire) == Action::Interrupt as u8 {
        INTERRUPT
    } else {
        CAME[place].store(true, Ordering::Release);
        SIGNAL
    };
    // SAFETY: the pointers are null unless the VM lives, which the guard's borrow sees to; `request` touches atomics only;
    // `interrupt`, `__errno_location`, `write` and `pthread_kill` are async-signal-safe.
    unsafe {
        let errno = *libc::__errno_location();
        (*stack).request(asked);
        let parker = PARKER.load(Ordering::Acquire);
        if !parker.is_null() {
            (*parker).interrupt();
        }
        let wakeup = WAKEUP.load(Ordering::Acquire);
        if wakeup >= 0 {
            let byte = signal as u8;
            if libc::write(wakeup, (&raw const byte).cast(), 1) < 0 {
                let error = *libc::__errno_location();
                let full = error == libc::EAGAIN || error == libc::EWOULDBLOCK;
                if !full || WAKEUP_WARNS.load(Ordering::Acquire) {
                    WAKEUP_ERROR.store(error, Ordering::Release);
                    (*stack).request(SIGNAL);
                }
            }
        }
        if !in_thread {
            PASSED_ON[place].store(true, Ordering::Release);
            libc::pthread_kill(THREAD.load(Ordering::Acquire) as libc::pthread_t, signal);
        }
        *libc::__errno_location() = errno;
    }
}
