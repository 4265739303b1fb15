//! Finalizable objects and weak slots: the registrations, and what a collection does with them.

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::ptr::NonNull;

use crate::class::GRANULE;
use crate::heap::Heap;
use crate::object::Header;
use crate::trace::{Liveness, Tracer};

/// Objects whose finalizer shall run once when they become unreachable.
#[derive(Default)]
pub struct Finalizers {
    /// Registered since the last collection.
    young: Vec<NonNull<Header>>,
    /// Known to be old: of interest to full collections only.
    old: Vec<NonNull<Header>>,
    /// Found unreachable, kept alive until the VM takes them.
    ready: VecDeque<NonNull<Header>>,
}

struct WeakSlot {
    holder: NonNull<Header>,
    slot: *const Cell<usize>,
}

/// Places that refer to an object without keeping it alive.
#[derive(Default)]
pub struct WeakSlots {
    young: Vec<WeakSlot>,
    old: Vec<WeakSlot>,
    /// Holders whose slot was cleared, kept alive until the VM takes them.
    dead: VecDeque<NonNull<Header>>,
}

impl Heap {
    /// Registers an object with a finalizer. When a collection finds it unreachable it is kept alive, once, and
    /// queued for [`Heap::take_finalizable`].
    pub fn register_finalizable(&self, obj: NonNull<Header>) {
        self.finalizers.borrow_mut().young.push(obj);
    }

    /// Registers all objects that are accepted and are not registered or queued already: after their class got a finalizer.
    pub fn register_finalizable_objects(&self, is_one: impl Fn(NonNull<Header>) -> bool) {
        let known: HashSet<NonNull<Header>> = {
            let finalizers = self.finalizers.borrow();
            finalizers.young.iter().chain(&finalizers.old).chain(&finalizers.ready).copied().collect()
        };
        self.for_each_object(|object| {
            if !known.contains(&object) && is_one(object) {
                self.register_finalizable(object);
            }
        });
    }

    /// The next object whose finalizer is to run. It is registered no longer: what survives its finalizer dies
    /// silently later, unless it is registered again.
    pub fn take_finalizable(&self) -> Option<NonNull<Header>> {
        let object = self.finalizers.borrow_mut().ready.pop_front();
        self.update_pending();
        object
    }

    /// Queues every registered object, for the end of the program. They are registered no longer.
    pub fn drain_finalizable(&self) {
        {
            let finalizers = &mut *self.finalizers.borrow_mut();
            finalizers.ready.extend(finalizers.old.drain(..));
            finalizers.ready.extend(finalizers.young.drain(..));
        }
        self.update_pending();
    }

    /// Registers a weak slot inside the object `weak`. It holds zero or a reference: the address of an object's start
    /// with anything in its low four bits. When the target is unreachable and finalizers have not brought it back,
    /// the slot becomes zero and `weak` is queued for [`Heap::take_dead_weak`]. A slot that the VM has zeroed itself
    /// is forgotten; to aim a slot at another object, register it again.
    ///
    /// # Safety
    /// `slot` lies inside `weak`, and `weak`'s `trace` does not report it.
    pub unsafe fn register_weak(&self, weak: NonNull<Header>, slot: *const Cell<usize>) {
        self.weak.borrow_mut().young.push(WeakSlot { holder: weak, slot });
    }

    /// Calls `f` with the holder of every weak slot that refers to the object, those registered last first. `f` must not register
    /// any, nor allocate in the heap.
    pub fn for_each_weak(&self, target: NonNull<Header>, mut f: impl FnMut(NonNull<Header>)) {
        let weak = self.weak.borrow();
        for entry in weak.young.iter().rev().chain(weak.old.iter().rev()) {
            // SAFETY: the slot lies inside its holder (contract of `register_weak`), which was not swept yet: dead holders' entries
            // are dropped by the collection that finds them dead.
            let slot = unsafe { &*entry.slot };
            if slot.get() & !(GRANULE - 1) == target.as_ptr() as usize {
                f(entry.holder);
            }
        }
    }

    /// The next object of which a weak slot was cleared by a collection.
    pub fn take_dead_weak(&self) -> Option<NonNull<Header>> {
        let object = self.weak.borrow_mut().dead.pop_front();
        self.update_pending();
        object
    }

    /// Whether `take_finalizable` or `take_dead_weak` would return something: the VM's poll.
    #[inline]
    pub fn has_pending(&self) -> bool {
        self.pending.get()
    }

    pub(crate) fn update_pending(&self) {
        self.pending.set(!self.finalizers.borrow().ready.is_empty() || !self.weak.borrow().dead.is_empty());
    }
}

impl Finalizers {
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for object in &self.ready {
            tracer.edge(object.as_ptr());
        }
    }

    /// Queues what is unreachable. All of it is found before any of it is marked again: of a dead cycle, every member
    /// is finalized.
    pub fn find_dead(&mut self, full: bool, tracer: &mut Tracer<'_>) {
        let first = self.ready.len();
        // In the order in which they were registered.
        let old = if full { std::mem::take(&mut self.old) } else { Vec::new() };
        for object in old.into_iter().chain(self.young.drain(..)) {
            let list = if tracer.is_marked(object) { Ok(&mut self.old) } else { Err(&mut self.ready) };
            match list {
                Ok(old) => old.push(object),
                Err(ready) => ready.push_back(object),
            }
        }
        for object in self.ready.range(first..) {
            tracer.edge(object.as_ptr());
        }
    }
}

impl WeakSlots {
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for object in &self.dead {
            tracer.edge(object.as_ptr());
        }
    }

    /// Clears the slots whose target died. After marking, finalizable objects included.
    pub fn clear_dead(&mut self, full: bool, live: &Liveness) {
        let first = self.dead.len();
        let old = if full { std::mem::take(&mut self.old) } else { Vec::new() };
        for entry in old.into_iter().chain(self.young.drain(..)) {
            if !live.is_live(entry.holder.as_ptr()) {
                continue;
            }
            // SAFETY: the slot lies inside its holder (contract of `register_weak`), which is live.
            let slot = unsafe { &*entry.slot };
            let target = slot.get() & !(GRANULE - 1);
            if target == 0 {
                continue;
            }
            if live.is_live(target as *const Header) {
                self.old.push(entry);
            } else {
                slot.set(0);
                self.dead.push_back(entry.holder);
            }
        }
        // Those that were registered last come first.
        self.dead.make_contiguous()[first..].reverse();
    }
}
