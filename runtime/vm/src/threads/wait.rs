//! Waiting for what another thread will do: release a lock, end, put something into a queue.
//!
//! What is waited for is looked at and changed only by threads that are in the VM, so it needs no synchronisation of its own.

use core::cell::RefCell;
use core::sync::atomic::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::PyResult;
use crate::threads::{Parker, Woken};
use crate::vm::Vm;

/// Threads that wait for the same thing, in the order in which they came.
#[derive(Default)]
pub struct WaitQueue {
    waiting: RefCell<VecDeque<Arc<Parker>>>,
}

/// The end of a wait that begins now; `None` when that is too far away to come.
#[must_use]
pub fn deadline_of(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
}

impl WaitQueue {
    /// Wakes the thread that has waited longest.
    pub fn wake_one(&self) {
        let mut waiting = self.waiting.borrow_mut();
        while let Some(parker) = waiting.pop_front() {
            if !parker.is_lost() {
                return parker.unpark();
            }
        }
    }

    /// Wakes all.
    pub fn wake_all(&self) {
        for parker in self.waiting.take() {
            parker.unpark();
        }
    }

    /// Whether anybody waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.borrow().is_empty()
    }

    /// Forgets those that wait, which are no more: after a fork.
    pub fn forget_all(&self) {
        self.waiting.take();
    }

    /// Waits until `ready`, which is asked in the VM and takes what it was waiting for when it is there. False when the time is
    /// over. The main thread handles signals meanwhile; whatever a handler raises ends the wait.
    pub fn wait(&self, vm: &Vm, deadline: Option<Instant>, mut ready: impl FnMut() -> bool) -> PyResult<bool> {
        let mut again = false;
        while !ready() {
            let parker = vm.threads.parker();
            parker.reset();
            // Whatever a signal handler asked for before it saw the parker.
            if vm.stack.poll.load(Ordering::Relaxed) != 0 {
                vm.poll()?;
                if ready() {
                    break;
                }
            }
            {
                let mut waiting = self.waiting.borrow_mut();
                let own = Arc::clone(&parker);
                if again { waiting.push_front(own) } else { waiting.push_back(own) }
            }
            let woken = vm.allow_threads(|| parker.park(deadline));
            again = !self.remove(&parker);
            match woken {
                Woken::Notified => {}
                Woken::Interrupted => {
                    if let Err(raised) = vm.poll() {
                        self.pass_on(again);
                        return Err(raised);
                    }
                }
                Woken::TimedOut => return Ok(ready()),
            }
        }
        Ok(true)
    }

    /// Takes a thread that waits no more out. False when somebody has woken it.
    fn remove(&self, parker: &Arc<Parker>) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        let place = waiting.iter().position(|other| Arc::ptr_eq(other, parker));
        place.and_then(|place| waiting.remove(place)).is_some()
    }

    /// A thread that was woken goes away without looking: the next one shall.
    fn pass_on(&self, was_woken: bool) {
        if was_woken {
            self.wake_one();
        }
    }
}
