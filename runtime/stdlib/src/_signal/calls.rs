//! The calls of the C library for signals.

#![allow(unsafe_code)]

use std::ffi::CStr;

use crate::host::{LAST_SIGNAL, Sys, last_error};
use crate::posix::spawn::signal_set;

fn check(result: i32) -> Sys {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

/// The result of a function that returns an error number.
fn number(errno: i32) -> Sys<()> {
    if errno == 0 { Ok(()) } else { Err(errno) }
}

/// The signals of a set.
fn members(set: &libc::sigset_t) -> Vec<i32> {
    // SAFETY: the set is one that the library filled.
    (1..=LAST_SIGNAL).filter(|signal| unsafe { libc::sigismember(core::ptr::from_ref(set), *signal) } == 1).collect()
}

/// `alarm`: seconds that were left before.
#[must_use]
pub fn alarm(seconds: u32) -> u32 {
    // SAFETY: numbers only.
    unsafe { libc::alarm(seconds) }
}

/// `pause`, which returns when a signal came.
pub fn pause() {
    // SAFETY: takes nothing.
    unsafe { libc::pause() };
}

/// `raise`.
pub fn raise(signal: i32) -> Sys {
    // SAFETY: numbers only.
    check(if unsafe { libc::raise(signal) } == 0 { 0 } else { -1 })
}

/// `pthread_kill`.
pub fn pthread_kill(thread: u64, signal: i32) -> Sys<()> {
    // SAFETY: the number of a thread that runs; that of none is the caller's mistake, as it is in C.
    number(unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) })
}

/// `pidfd_send_signal`.
pub fn pidfd_send_signal(fd: i32, signal: i32, flags: u32) -> Sys {
    let none = core::ptr::null::<u8>();
    // SAFETY: the information about the signal may be null.
    check(unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, none, flags) } as i32)
}

/// `pthread_sigmask`: the mask before.
pub fn sigmask(how: i32, signals: &[i32]) -> Sys<Vec<i32>> {
    let new = signal_set(signals);
    let mut old = signal_set(&[]);
    // SAFETY: both sets are initialised.
    number(unsafe { libc::pthread_sigmask(how, &raw const new, &raw mut old) })?;
    Ok(members(&old))
}

/// `sigpending`.
pub fn sigpending() -> Sys<Vec<i32>> {
    let mut set = signal_set(&[]);
    // SAFETY: the set is initialised.
    check(unsafe { libc::sigpending(&raw mut set) })?;
    Ok(members(&set))
}

/// `sigwait`.
pub fn sigwait(signals: &[i32]) -> Sys {
    let set = signal_set(signals);
    let mut signal = 0;
    // SAFETY: the set is initialised.
    number(unsafe { libc::sigwait(&raw const set, &raw mut signal) })?;
    Ok(signal)
}

/// `sigwaitinfo`, or `sigtimedwait` with a time: signal, code, error number, process, user, status, band.
pub fn sigwaitinfo(signals: &[i32], wait: Option<libc::timespec>) -> Sys<[i64; 7]> {
    let set = signal_set(signals);
    let wait = wait.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the set is initialised, the time is null or of this frame; the call fills the information, whose fields are numbers.
    unsafe {
        let mut info: libc::siginfo_t = core::mem::zeroed();
        check(libc::sigtimedwait(&raw const set, &raw mut info, wait))?;
        // The band lies where Linux has it for SIGPOLL: behind the head, as a word.
        let band = (&raw const info).cast::<i64>().add(2).read();
        let [code, errno] = [info.si_code, info.si_errno].map(i64::from);
        let (pid, uid, status) = (i64::from(info.si_pid()), i64::from(info.si_uid()), i64::from(info.si_status()));
        Ok([i64::from(info.si_signo), code, errno, pid, uid, status, band])
    }
}

/// Whether a signal interrupts system calls.
pub fn siginterrupt(signal: i32, interrupts: bool) -> Sys {
    // SAFETY: the action is read before it is changed and set.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        check(libc::sigaction(signal, core::ptr::null(), &raw mut action))?;
        if interrupts {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        check(libc::sigaction(signal, &raw const action, core::ptr::null_mut()))
    }
}

/// `strsignal`.
#[must_use]
pub fn strsignal(signal: i32) -> Option<Vec<u8>> {
    // SAFETY: the result is null or a C string, which is copied at once.
    unsafe {
        let text = libc::strsignal(signal);
        (!text.is_null()).then(|| CStr::from_ptr(text).to_bytes().to_vec())
    }
}

/// `setitimer`, or `getitimer` without a setting.
pub fn itimer(which: i32, new: Option<libc::itimerval>) -> Sys<libc::itimerval> {
    // SAFETY: plain numbers of this frame.
    unsafe {
        let mut old: libc::itimerval = core::mem::zeroed();
        check(match new {
            Some(new) => libc::setitimer(which as _, &raw const new, &raw mut old),
            None => libc::getitimer(which as _, &raw mut old),
        })?;
        Ok(old)
    }
}

/// The signals that there are, but for those that the library keeps for itself.
#[must_use]
pub fn valid_signals() -> Vec<i32> {
    let reserved = 32..libc::SIGRTMIN();
    (1..=LAST_SIGNAL).filter(|signal| !reserved.contains(signal)).collect()
}

/// Whether a descriptor is open, and whether it waits.
pub fn is_blocking(fd: i32) -> Sys<bool> {
    // SAFETY: numbers only.
    check(unsafe { libc::fcntl(fd, libc::F_GETFL) }).map(|flags| flags & libc::O_NONBLOCK == 0)
}

/// `SIGRTMIN` and `SIGRTMAX`.
#[must_use]
pub fn real_time() -> (i32, i32) {
    (libc::SIGRTMIN(), libc::SIGRTMAX())
}
