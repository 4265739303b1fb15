//! `_signal`: handlers of signals, masks, timers. How signals reach the program is in the VM's `signals.rs`.

mod calls;

use orochi_macros::methods;
use orochi_vm::signals::{Action, COUNT};
use orochi_vm::types::list::List;
use orochi_vm::types::module::Module;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::set::Set;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm, struct_sequence};

use crate::host::{self, LAST_SIGNAL, Round, int, or_raise};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: FUNCTIONS,
    init,
};

const DEFAULT: i64 = libc::SIG_DFL as i64;
const IGNORE: i64 = libc::SIG_IGN as i64;

static CONSTANTS: &[(&str, i64)] = &[
    ("ITIMER_PROF", libc::ITIMER_PROF as i64),
    ("ITIMER_REAL", libc::ITIMER_REAL as i64),
    ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL as i64),
    ("NSIG", COUNT as i64),
    ("SIGABRT", libc::SIGABRT as i64),
    ("SIGALRM", libc::SIGALRM as i64),
    ("SIGBUS", libc::SIGBUS as i64),
    ("SIGCHLD", libc::SIGCHLD as i64),
    ("SIGCLD", libc::SIGCHLD as i64),
    ("SIGCONT", libc::SIGCONT as i64),
    ("SIGFPE", libc::SIGFPE as i64),
    ("SIGHUP", libc::SIGHUP as i64),
    ("SIGILL", libc::SIGILL as i64),
    ("SIGINT", libc::SIGINT as i64),
    ("SIGIO", libc::SIGIO as i64),
    ("SIGIOT", libc::SIGIOT as i64),
    ("SIGKILL", libc::SIGKILL as i64),
    ("SIGPIPE", libc::SIGPIPE as i64),
    ("SIGPOLL", libc::SIGPOLL as i64),
    ("SIGPROF", libc::SIGPROF as i64),
    ("SIGPWR", libc::SIGPWR as i64),
    ("SIGQUIT", libc::SIGQUIT as i64),
    ("SIGSEGV", libc::SIGSEGV as i64),
    ("SIGSTKFLT", libc::SIGSTKFLT as i64),
    ("SIGSTOP", libc::SIGSTOP as i64),
    ("SIGSYS", libc::SIGSYS as i64),
    ("SIGTERM", libc::SIGTERM as i64),
    ("SIGTRAP", libc::SIGTRAP as i64),
    ("SIGTSTP", libc::SIGTSTP as i64),
    ("SIGTTIN", libc::SIGTTIN as i64),
    ("SIGTTOU", libc::SIGTTOU as i64),
    ("SIGURG", libc::SIGURG as i64),
    ("SIGUSR1", libc::SIGUSR1 as i64),
    ("SIGUSR2", libc::SIGUSR2 as i64),
    ("SIGVTALRM", libc::SIGVTALRM as i64),
    ("SIGWINCH", libc::SIGWINCH as i64),
    ("SIGXCPU", libc::SIGXCPU as i64),
    ("SIGXFSZ", libc::SIGXFSZ as i64),
    ("SIG_BLOCK", libc::SIG_BLOCK as i64),
    ("SIG_DFL", DEFAULT),
    ("SIG_IGN", IGNORE),
    ("SIG_SETMASK", libc::SIG_SETMASK as i64),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK as i64),
];

struct_sequence! {
    static SIGINFO = "signal.struct_siginfo", "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.", [
        0 "si_signo" "signal number",
        1 "si_code" "signal code",
        2 "si_errno" "errno associated with this signal",
        3 "si_pid" "sending process ID",
        4 "si_uid" "real user ID of sending process",
        5 "si_status" "exit value or signal",
        6 "si_band" "band event for SIGPOLL",
    ]
}

static ITIMER_ERROR: ClassDef = ClassDef {
    flags: orochi_vm::object::class::flags::BASE,
    ..ClassDef::new("signal.itimer_error", "", Layout::Exception)
};

fn itimer_error(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&ITIMER_ERROR, &[vm.types().os_error])
}

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    crate::add_constants(vm, module, CONSTANTS)?;
    let (first, last) = calls::real_time();
    crate::add_constants(vm, module, &[("SIGRTMIN", i64::from(first)), ("SIGRTMAX", i64::from(last))])?;
    dict.set_str(vm, vm.intern("struct_siginfo"), vm.struct_class(&SIGINFO)?.into())?;
    dict.set_str(vm, vm.intern("ItimerError"), itimer_error(vm)?.into())?;
    if vm.signals.handlers.get().is_unbound() {
        let interrupt = dict.get_interned(vm, vm.intern("default_int_handler")).unwrap_or(vm.none());
        let handlers = List::with_capacity(vm, COUNT)?;
        for signal in 0..COUNT as i32 {
            handlers.push(
                vm,
                match vm.signal_action(signal) {
                    Some(Action::Default) => Value::small(DEFAULT),
                    Some(Action::Ignore) => Value::small(IGNORE),
                    Some(Action::Interrupt) => interrupt,
                    Some(Action::Handler) | None => vm.none(),
                },
            )?;
        }
        vm.signals.handlers.set(handlers.into());
    }
    Ok(())
}

fn handlers(vm: &Vm) -> Gc<List> {
    vm.signals.handlers.get().expect()
}

/// The number of a signal that there is.
fn signal_number(vm: &Vm, value: Value) -> PyResult<i32> {
    let signal = int(vm, value)?;
    if (1..=LAST_SIGNAL).contains(&signal) { Ok(signal) } else { Err(vm.value_error("signal number out of range")) }
}

fn check_thread(vm: &Vm, message: &str) -> PyResult<()> {
    if vm.has_signals() { Ok(()) } else { Err(vm.value_error(message)) }
}

fn set_of(vm: &Vm, signals: &[i32]) -> PyResult {
    let set = Set::new(vm, vm.types().set, &[])?;
    for signal in signals {
        set.add(vm, Value::small(i64::from(*signal)))?;
    }
    Ok(set.into())
}

fn timeval(vm: &Vm, value: Value) -> PyResult<libc::timeval> {
    let microseconds = Round::Ceiling.divide(host::nanoseconds(vm, value, Round::Ceiling)?, 1000);
    Ok(libc::timeval { tv_sec: microseconds.div_euclid(1_000_000), tv_usec: microseconds.rem_euclid(1_000_000) })
}

fn timer_pair(vm: &Vm, setting: libc::itimerval) -> PyResult {
    let seconds = |time: libc::timeval| vm.new_float(time.tv_sec as f64 + time.tv_usec as f64 / 1e6);
    vm.new_tuple(&[seconds(setting.it_value)?, seconds(setting.it_interval)?])
}

fn timer(vm: &Vm, which: i32, new: Option<libc::itimerval>) -> PyResult {
    match calls::itimer(which, new) {
        Ok(old) => timer_pair(vm, old),
        Err(errno) => {
            let text = orochi_vm::types::exception::os_error::error_text(errno);
            let exception = vm.call(itimer_error(vm)?.into(), &[vm.new_int(i64::from(errno))?, vm.new_str(&text)?])?;
            Err(vm.raise_exception(exception.expect()))
        }
    }
}

fn siginfo(vm: &Vm, fields: [i64; 7]) -> PyResult {
    let mut values = [Value::ZERO; 7];
    for (value, field) in values.iter_mut().zip(fields) {
        *value = vm.new_int(field)?;
    }
    vm.new_struct(&SIGINFO, &values)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Arrange for SIGALRM to arrive after the given number of seconds. Returns the number of seconds that an alarm before had left.
    #[method("alarm(seconds, /)")]
    fn alarm(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(calls::alarm(int(vm, args[0])? as u32)))
    }

    /// The default handler for SIGINT installed by Python. It raises KeyboardInterrupt.
    #[method("default_int_handler(signalnum, frame, /)")]
    fn default_int_handler(vm: &Vm, args: &[Value]) -> PyResult {
        int(vm, args[0])?;
        Err(vm.raise_with(vm.types().keyboard_interrupt, &[]))
    }

    /// Returns current value of given itimer.
    #[method("getitimer(which, /)")]
    fn getitimer(vm: &Vm, args: &[Value]) -> PyResult {
        timer(vm, int(vm, args[0])?, None)
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be: SIG_IGN -- if the signal is being ignored, SIG_DFL -- if the default action for the signal is in effect,
    /// None -- if an unknown handler is in effect, anything else -- the callable Python object used as a handler.
    #[method("getsignal(signalnum, /)")]
    fn getsignal(vm: &Vm, args: &[Value]) -> PyResult {
        let signal = signal_number(vm, args[0])?;
        Ok(handlers(vm).get(signal as usize).unwrap_or(vm.none()))
    }

    /// Wait until a signal arrives.
    #[method("pause()")]
    fn pause(vm: &Vm, _: &[Value]) -> PyResult {
        vm.allow_threads(calls::pause);
        vm.poll()?;
        Ok(vm.none())
    }

    /// Send a signal to a process referred to by a pid file descriptor.
    #[method("pidfd_send_signal(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, signal) = (int(vm, args[0])?, int(vm, args[1])?);
        if args[2].is_bound() && args[2] != vm.none() {
            return Err(vm.type_error("siginfo must be None"));
        }
        let flags = host::int_or(vm, args[3], 0)?;
        or_raise(vm, calls::pidfd_send_signal(fd, signal, flags as u32))?;
        vm.poll()?;
        Ok(vm.none())
    }

    /// Send a signal to a thread.
    #[method("pthread_kill(thread_id, signalnum, /)")]
    fn pthread_kill(vm: &Vm, args: &[Value]) -> PyResult {
        let (thread, signal) = (host::mask(vm, args[0])?, int(vm, args[1])?);
        or_raise(vm, calls::pthread_kill(thread, signal))?;
        vm.poll()?;
        Ok(vm.none())
    }

    /// Fetch and/or change the signal mask of the calling thread. Returns the mask before.
    #[method("pthread_sigmask(how, mask, /)")]
    fn pthread_sigmask(vm: &Vm, args: &[Value]) -> PyResult {
        let (how, signals) = (int(vm, args[0])?, host::signals(vm, args[1])?);
        let old = or_raise(vm, calls::sigmask(how, &signals))?;
        // What was held back comes at once.
        vm.poll()?;
        set_of(vm, &old)
    }

    /// Send a signal to the executing process.
    #[method("raise_signal(signalnum, /)")]
    fn raise_signal(vm: &Vm, args: &[Value]) -> PyResult {
        let signal = int(vm, args[0])?;
        or_raise(vm, calls::raise(signal))?;
        vm.poll()?;
        Ok(vm.none())
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wake up select or poll. The previous fd or -1 is returned. The fd must be non-blocking.
    #[method("set_wakeup_fd(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let warns = args[1].bound().map_or(Ok(true), |value| vm.is_true(value))?;
        check_thread(vm, "set_wakeup_fd only works in main thread of the main interpreter")?;
        if fd != -1 && or_raise(vm, calls::is_blocking(fd))? {
            return Err(vm.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
        vm.new_int(i64::from(vm.set_signal_wakeup(fd, warns)))
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval seconds. The itimer can be cleared by setting seconds to
    /// zero. Returns old values as a tuple: (delay, interval).
    #[method("setitimer(which, seconds, interval=0.0, /)")]
    fn setitimer(vm: &Vm, args: &[Value]) -> PyResult {
        let which = int(vm, args[0])?;
        let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let new = libc::itimerval {
            it_value: timeval(vm, args[1])?,
            it_interval: args[2].bound().map_or(Ok(zero), |interval| timeval(vm, interval))?,
        };
        timer(vm, which, Some(new))
    }

    /// Change system call restart behaviour.
    ///
    /// If flag is False, system calls will be restarted when interrupted by signal sig, else system calls will be interrupted.
    #[method("siginterrupt(signalnum, flag, /)")]
    fn siginterrupt(vm: &Vm, args: &[Value]) -> PyResult {
        let (signal, flag) = (signal_number(vm, args[0])?, int(vm, args[1])?);
        or_raise(vm, calls::siginterrupt(signal, flag != 0)).map(|_| vm.none())
    }

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object. The previous action is returned. See getsignal() for possible
    /// return values. A signal handler function is called with two arguments: the first is the signal number, the second is the
    /// interrupted stack frame.
    #[method("signal(signalnum, handler, /)")]
    fn signal(vm: &Vm, args: &[Value]) -> PyResult {
        let signal = int(vm, args[0])?;
        let handler = args[1];
        check_thread(vm, "signal only works in main thread of the main interpreter")?;
        if !(1..=LAST_SIGNAL).contains(&signal) {
            return Err(vm.value_error("signal number out of range"));
        }
        let is = |number: i64| vm.compare_bool(orochi_vm::CompareOp::Eq, handler, Value::small(number));
        let action = if vm.is_callable(handler) {
            let interrupt = vm.get_attr_str(vm.import("_signal")?, "default_int_handler")?;
            if signal == libc::SIGINT && handler == interrupt { Action::Interrupt } else { Action::Handler }
        } else if is(IGNORE)? {
            Action::Ignore
        } else if is(DEFAULT)? {
            Action::Default
        } else {
            let message = "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object";
            return Err(vm.type_error(message));
        };
        // Those that came before are for the handler before.
        vm.poll()?;
        or_raise(vm, vm.set_signal_action(signal, action))?;
        let handlers = handlers(vm);
        let old = handlers.get(signal as usize).unwrap_or(vm.none());
        handlers.set(vm, signal as usize, handler);
        Ok(old)
    }

    /// Examine pending signals. Returns a set of signal numbers pending for delivery to the calling thread.
    #[method("sigpending()")]
    fn sigpending(vm: &Vm, _: &[Value]) -> PyResult {
        set_of(vm, &or_raise(vm, calls::sigpending())?)
    }

    /// Like sigwaitinfo(), but with a timeout specified in seconds, where 0 is a poll. Returns None if it elapses.
    #[method("sigtimedwait(sigset, timeout, /)")]
    fn sigtimedwait(vm: &Vm, args: &[Value]) -> PyResult {
        let signals = host::signals(vm, args[0])?;
        let wait = host::nanoseconds(vm, args[1], Round::Ceiling)?;
        if wait < 0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let end = std::time::Instant::now() + std::time::Duration::from_nanos(wait as u64);
        let result = host::blocking(vm, || {
            let left = end.saturating_duration_since(std::time::Instant::now());
            calls::sigwaitinfo(&signals, Some(host::timespec(left.as_nanos() as i64)))
        })?;
        match result {
            Err(libc::EAGAIN) => Ok(vm.none()),
            result => siginfo(vm, or_raise(vm, result)?),
        }
    }

    /// Wait for a signal: suspend execution of the calling thread until one of the signals of the set is delivered.
    #[method("sigwait(sigset, /)")]
    fn sigwait(vm: &Vm, args: &[Value]) -> PyResult {
        let signals = host::signals(vm, args[0])?;
        vm.new_int(i64::from(host::blocking_or_raise(vm, || calls::sigwait(&signals))?))
    }

    /// Wait synchronously until one of the signals in *sigset* is delivered. Returns a struct_siginfo.
    #[method("sigwaitinfo(sigset, /)")]
    fn sigwaitinfo(vm: &Vm, args: &[Value]) -> PyResult {
        let signals = host::signals(vm, args[0])?;
        siginfo(vm, host::blocking_or_raise(vm, || calls::sigwaitinfo(&signals, None))?)
    }

    /// Return the system description of the given signal. Returns None if the signal is not recognized.
    #[method("strsignal(signalnum, /)")]
    fn strsignal(vm: &Vm, args: &[Value]) -> PyResult {
        let signal = signal_number(vm, args[0])?;
        match calls::strsignal(signal) {
            Some(text) if !text.starts_with(b"Unknown signal") => vm.fs_decode(&text).map(Value::from),
            _ => Ok(vm.none()),
        }
    }

    /// Return a set of valid signal numbers on this platform.
    #[method("valid_signals()")]
    fn valid_signals(vm: &Vm, _: &[Value]) -> PyResult {
        set_of(vm, &calls::valid_signals())
    }
}
