//! The VM's lock: which thread is in.
//!
//! A thread that wants in waits until the lock is free. When it has waited for the switch interval, and the same thread has been in all
//! the time, it asks that one to give its turn, and again after each interval. A thread that is asked to waits until another one
//! has taken the lock, so that it cannot be faster itself; one that lets go of the lock to make a system call does not wait for that.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// CPython's.
const INTERVAL: u64 = 5_000;

/// The lock.
pub(crate) struct Lock {
    state: Mutex<State>,
    /// It is free.
    freed: Condvar,
    /// It was taken, by a thread that a turn was given to.
    taken: Condvar,
    /// How long a thread waits before it asks, in microseconds.
    interval: AtomicU64,
}

struct State {
    held: bool,
    /// How many wait.
    waiting: usize,
    /// How often it was taken.
    turns: u64,
    gate: Gate,
}

/// Who may take it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    Open,
    /// Nobody for now: the program ends, and only the thread that ends it runs.
    Closed,
    /// Nobody ever: the VM is no more.
    Ended,
}

impl Lock {
    /// A lock that the calling thread holds.
    pub(crate) fn held() -> Lock {
        let state = State { held: true, waiting: 0, turns: 0, gate: Gate::Open };
        Lock {
            state: Mutex::new(state),
            freed: Condvar::new(),
            taken: Condvar::new(),
            interval: AtomicU64::new(INTERVAL),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn interval(&self) -> Duration {
        Duration::from_micros(self.interval.load(Ordering::Relaxed))
    }

    pub(crate) fn set_interval(&self, interval: Duration) {
        let micros = u64::try_from(interval.as_micros()).unwrap_or(u64::MAX).max(1);
        self.interval.store(micros, Ordering::Relaxed);
    }

    /// Takes the lock. `ask` has the thread that holds it look at the poll word. Does not return when the VM has ended.
    pub(crate) fn acquire(&self, ask: impl Fn()) {
        let mut state = self.state();
        state.waiting += 1;
        loop {
            if state.gate == Gate::Ended {
                drop(state);
                wait_forever();
            }
            if !state.held && state.gate == Gate::Open {
                break;
            }
            if state.gate == Gate::Closed {
                state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let turn = state.turns;
            let (next, wait) = self.freed.wait_timeout(state, self.interval()).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if wait.timed_out() && state.held && state.turns == turn && state.gate == Gate::Open {
                ask();
            }
        }
        state.waiting -= 1;
        state.held = true;
        state.turns += 1;
        drop(state);
        self.taken.notify_all();
    }

    /// Lets go of the lock.
    pub(crate) fn release(&self) {
        self.state().held = false;
        self.freed.notify_one();
    }

    /// Lets another thread take the lock, if one waits, and waits until it has.
    pub(crate) fn release_to_another(&self) {
        let mut state = self.state();
        state.held = false;
        let turn = state.turns;
        self.freed.notify_one();
        while state.turns == turn && state.waiting > 0 && state.gate == Gate::Open {
            state = self.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says who may take the lock from now on. For the thread that holds it.
    pub(crate) fn set_gate(&self, gate: Gate) {
        self.state().gate = gate;
        self.freed.notify_all();
    }
}

/// Where a thread ends up that wants into a VM that has ended. It cannot end: its native stack has frames that would go on.
fn wait_forever() -> ! {
    loop {
        std::thread::park();
    }
}
