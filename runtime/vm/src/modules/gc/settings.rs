//! What programs have set, and what is counted for them.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;

use orochi_gc::{Header, Liveness, Tracer};

use crate::value::Value;

pub const DEBUG_STATS: i64 = 1;
pub const DEBUG_COLLECTABLE: i64 = 2;
pub const DEBUG_UNCOLLECTABLE: i64 = 4;
pub const DEBUG_SAVEALL: i64 = 32;
pub const DEBUG_LEAK: i64 = DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL;

/// Collections that a program asked for, of one generation.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub collections: i64,
    pub collected: i64,
}

/// The state of the module `gc`. Collection itself is always on: without it nothing would ever be freed.
pub struct Settings {
    pub(super) enabled: Cell<bool>,
    pub(super) thresholds: Cell<[i64; 3]>,
    pub(super) debug: Cell<i64>,
    pub(super) counts: Cell<[Count; 3]>,
    /// Collections of the generation before since the last one of the middle and of the oldest generation.
    pub(super) since: Cell<[i64; 2]>,
    /// How many objects are frozen.
    pub(super) frozen: Cell<i64>,
    pub(super) collecting: Cell<bool>,
    /// `gc.garbage`, `gc.callbacks`: lists.
    pub(super) garbage: Cell<Value>,
    pub(super) callbacks: Cell<Value>,
    /// Objects whose finalizers ran and that are still there.
    finalized: RefCell<rustc_hash::FxHashSet<usize>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            enabled: Cell::new(true),
            thresholds: Cell::new([2000, 10, 0]),
            debug: Cell::new(0),
            counts: Cell::default(),
            since: Cell::default(),
            frozen: Cell::new(0),
            collecting: Cell::new(false),
            garbage: Cell::default(),
            callbacks: Cell::default(),
            finalized: RefCell::default(),
        }
    }
}

impl Settings {
    /// Reports the lists.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.garbage.get().trace(tracer);
        self.callbacks.get().trace(tracer);
    }

    /// Whether the program wants collections to begin by themselves.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled.get()
    }

    /// Forgets what the collection that is about to end found dead.
    pub(crate) fn sweep(&self, live: &Liveness) {
        let mut finalized = self.finalized.borrow_mut();
        if !finalized.is_empty() {
            finalized.retain(|object| live.is_live(*object as *const Header));
        }
    }

    /// An object's finalizer runs.
    pub(crate) fn note_finalized(&self, object: NonNull<Header>) {
        self.finalized.borrow_mut().insert(object.as_ptr() as usize);
    }

    /// Whether an object's finalizer has run.
    pub(super) fn is_finalized(&self, object: NonNull<Header>) -> bool {
        self.finalized.borrow().contains(&(object.as_ptr() as usize))
    }

    pub(super) fn note_collection(&self, generation: usize, collected: i64) {
        let mut counts = self.counts.get();
        counts[generation].collections += 1;
        counts[generation].collected += collected;
        self.counts.set(counts);
        let [middle, oldest] = self.since.get();
        self.since.set(match generation {
            0 => [middle + 1, oldest],
            1 => [0, oldest + 1],
            _ => [0, 0],
        });
    }
}
