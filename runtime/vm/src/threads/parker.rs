//! Where a thread waits until another one, or a signal handler, wakes it.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

const EMPTY: u32 = 0;
const NOTIFIED: u32 = 1;
const INTERRUPTED: u32 = 2;

/// Why a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// By [`Parker::unpark`].
    Notified,
    /// By [`Parker::interrupt`], or since a signal arrived.
    Interrupted,
    TimedOut,
}

/// A place where one thread waits. A wake-up that comes before the wait ends that wait at once.
#[derive(Default)]
pub struct Parker {
    state: AtomicU32,
    /// Whether the thread is one that a fork did not copy.
    lost: AtomicBool,
}

impl Parker {
    /// Forgets a wake-up that came too late for the last wait.
    pub fn reset(&self) {
        self.state.store(EMPTY, Ordering::Relaxed);
    }

    /// The thread is no more.
    pub(super) fn set_lost(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Whether there is no thread to wake.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits. Only the thread that the parker belongs to may call it.
    pub fn park(&self, deadline: Option<Instant>) -> Woken {
        loop {
            match self.state.swap(EMPTY, Ordering::Acquire) {
                NOTIFIED => return Woken::Notified,
                INTERRUPTED => return Woken::Interrupted,
                _ => {}
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Woken::TimedOut;
            }
            if system::wait(&self.state, left) {
                return Woken::Interrupted;
            }
        }
    }

    /// Ends the wait, or the next one.
    pub fn unpark(&self) {
        self.state.store(NOTIFIED, Ordering::Release);
        system::wake(&self.state);
    }

    /// Ends the wait to have a signal looked at. Async-signal-safe.
    pub fn interrupt(&self) {
        // A notification stays: whoever gets it looks for signals as well.
        if self.state.compare_exchange(EMPTY, INTERRUPTED, Ordering::Release, Ordering::Relaxed).is_ok() {
            system::wake(&self.state);
        }
    }
}

/// Linux: a futex.
#[cfg(target_os = "linux")]
mod system {
    use core::sync::atomic::AtomicU32;
    use std::time::Duration;

    /// Waits while the state is empty, for so long at most. Whether a signal ended it.
    pub fn wait(state: &AtomicU32, time: Option<Duration>) -> bool {
        let time = time.map(|time| libc::timespec {
            tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: time.subsec_nanos().into(),
        });
        let time = time.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
        let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
        // SAFETY: the word is valid during the call, and so is the time.
        let result = unsafe { libc::syscall(libc::SYS_futex, state.as_ptr(), operation, super::EMPTY, time) };
        result != 0 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR)
    }

    pub fn wake(state: &AtomicU32) {
        let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
        // SAFETY: the call looks at the address only. It may be called in a signal handler.
        unsafe { libc::syscall(libc::SYS_futex, state.as_ptr(), operation, 1) };
    }
}

/// Elsewhere: looks now and then, since a signal handler can wake nobody portably.
#[cfg(not(target_os = "linux"))]
mod system {
    use core::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    /// How long a wake-up may go unnoticed.
    const NAP: Duration = Duration::from_millis(1);

    pub fn wait(state: &AtomicU32, time: Option<Duration>) -> bool {
        if state.load(Ordering::Relaxed) == super::EMPTY {
            std::thread::sleep(time.unwrap_or(NAP).min(NAP));
        }
        false
    }

    pub fn wake(_: &AtomicU32) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn a_wait_ends_by_a_wake_up_or_in_time() {
        let parker = Arc::new(Parker::default());
        assert_eq!(parker.park(Some(Instant::now() + Duration::from_millis(5))), Woken::TimedOut);
        parker.unpark();
        assert_eq!(parker.park(None), Woken::Notified);
        parker.interrupt();
        assert_eq!(parker.park(None), Woken::Interrupted);
        let other = Arc::clone(&parker);
        let thread = std::thread::spawn(move || other.park(None));
        std::thread::sleep(Duration::from_millis(10));
        parker.unpark();
        assert_eq!(thread.join().expect("it does not panic"), Woken::Notified);
    }
}
