//! The heap: allocation, the write barrier, and what decides when to collect.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ptr::NonNull;

use crate::chunk::{MARKED, OLD, REMEMBERED, UNIT, WHITE, mark_of};
use crate::class::{CELL_SIZES, CLASSES, MAX_SMALL, cell_of, class_of};
use crate::collect::CollectKind;
use crate::object::{Gc, Header, HeapObject, Meta};
use crate::space::{LISTS, Space, large_mark};
use crate::stack::Stacks;
use crate::stats::Stats;
use crate::trace::{Liveness, Tracer};
use crate::weak::{Finalizers, WeakSlots};

/// The most bytes of free cells that are zeroed and handed out in one go: few enough to still be in the L1 cache when
/// used.
const RUN: usize = 4096;
const PAGE: usize = 4096;

/// How a heap behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// Bytes to allocate between young collections, at least.
    pub young_budget: usize,
    /// No full collection before the old objects take so many bytes.
    pub min_full: usize,
    /// A full collection when the old objects have grown to this many percent of what the last one left.
    pub growth_percent: usize,
    /// The most memory the heap may take, in bytes, external memory included.
    pub limit: Option<usize>,
    /// Stress mode, a debugging aid: collect at every n-th allocation (0 is off), poison what is freed and do not use
    /// it again for a while, check every edge.
    pub stress: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config { young_budget: 1 << 20, min_full: 8 << 20, growth_percent: 175, limit: None, stress: 0 }
    }
}

/// The heap cannot grow: its limit or the system does not allow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfMemory {
    /// The bytes asked for.
    pub requested: usize,
}

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "out of memory: {} bytes asked for", self.requested)
    }
}

impl std::error::Error for OutOfMemory {}

/// The precise roots of a heap.
///
/// # Safety
/// `trace` reports every reference to a heap object that is held neither in a registered native stack nor in another
/// reachable heap object, and only references to live objects of this heap. What was reported at any earlier collection need not
/// be reported at a young one: it is old.
pub unsafe trait Roots {
    fn trace(&self, kind: CollectKind, tracer: &mut Tracer<'_>);

    /// Called when marking is complete: the place to drop entries of tables that hold objects weakly (interned
    /// strings, subclasses, caches). Must not allocate in the heap. After a young collection all old objects count as
    /// live.
    fn sweep_weak(&self, kind: CollectKind, live: &Liveness) {
        let _ = (kind, live);
    }

    /// Called when the heap has something for the VM to do at its next safepoint: `has_pending` or `take_over_limit`
    /// is true. The place to set a bit in the VM's poll word; must not use the heap.
    fn request_safepoint(&self) {}
}

/// Where a size class allocates: the rest of a run of free, zeroed cells.
struct Bump {
    next: Cell<usize>,
    end: Cell<usize>,
}

/// The heap of one VM. Used by one thread at a time; every method takes `&self`.
pub struct Heap {
    bumps: [Bump; LISTS],
    pub(crate) space: RefCell<Space>,
    pub(crate) config: Config,
    pub(crate) roots: Cell<Option<NonNull<dyn Roots>>>,
    pub(crate) stacks: Stacks,
    /// Old objects that may hold references to young ones.
    pub(crate) remembered: RefCell<Vec<NonNull<Header>>>,
    pub(crate) finalizers: RefCell<Finalizers>,
    pub(crate) weak: RefCell<WeakSlots>,
    pub(crate) pinned: RefCell<Vec<NonNull<Header>>>,
    /// Memory of the mark stack between collections.
    pub(crate) mark_stack: Cell<Vec<NonNull<Header>>>,
    pub(crate) pacing: Pacing,
    pub(crate) stats: RefCell<Stats>,
    pub(crate) collecting: Cell<bool>,
    /// Something waits in the queues of `finalizers` or `weak`.
    pub(crate) pending: Cell<bool>,
    /// No automatic collection while this is not zero.
    held_off: Cell<u32>,
}

/// The counters behind the decision when to collect, in bytes.
pub(crate) struct Pacing {
    /// Handed out for allocation since the last collection, with growth of external memory.
    pub allocated: Cell<usize>,
    /// How much of it starts the next collection.
    pub budget: Cell<usize>,
    /// In objects that survived a collection.
    pub old: Cell<usize>,
    /// Old and external bytes that make the next collection a full one.
    pub full_at: Cell<usize>,
    pub external: Cell<usize>,
    /// Small objects were allocated beyond the limit.
    pub over_limit: Cell<bool>,
    /// The limit, raised for a while when small objects had to be allocated beyond it.
    pub soft_limit: Cell<usize>,
    pub stress_count: Cell<u32>,
    /// Whether stress mode collects nothing for now.
    pub stress_paused: Cell<bool>,
}

impl Heap {
    pub fn new(config: Config) -> Heap {
        let pacing = Pacing {
            allocated: Cell::new(0),
            // What a program's start makes stays: a collection in its midst finds nothing.
            budget: Cell::new(config.young_budget.saturating_mul(4)),
            old: Cell::new(0),
            full_at: Cell::new(config.min_full),
            external: Cell::new(0),
            over_limit: Cell::new(false),
            soft_limit: Cell::new(config.limit.unwrap_or(usize::MAX)),
            stress_count: Cell::new(0),
            stress_paused: Cell::new(false),
        };
        Heap {
            bumps: [const { Bump { next: Cell::new(0), end: Cell::new(0) } }; LISTS],
            space: RefCell::new(Space::new()),
            config,
            roots: Cell::new(None),
            stacks: Stacks::default(),
            remembered: RefCell::default(),
            finalizers: RefCell::default(),
            weak: RefCell::default(),
            pinned: RefCell::default(),
            mark_stack: Cell::default(),
            pacing,
            stats: RefCell::default(),
            collecting: Cell::new(false),
            pending: Cell::new(false),
            held_off: Cell::new(0),
        }
    }

    /// Sets the precise roots. Before this, only stacks, pinned objects and queues are roots.
    ///
    /// # Safety
    /// `roots` stays valid as long as the heap allocates or collects, or until it is replaced.
    pub unsafe fn set_roots(&self, roots: NonNull<dyn Roots>) {
        self.roots.set(Some(roots));
    }

    // ---- Allocation ----

    /// Allocates a small object. May collect first (see [`Heap::with_stack`]). It always succeeds: beyond the limit
    /// it sets a flag that the VM polls with [`Heap::take_over_limit`]; only when the system refuses the last reserve
    /// does it panic.
    ///
    /// `meta` points to valid metadata of `T`'s layout that is static or kept alive by its owner.
    #[inline(always)]
    pub fn alloc<T: HeapObject>(&self, meta: *const Meta, init: T) -> Gc<T> {
        const {
            assert!(size_of::<T>() >= size_of::<Header>() && size_of::<T>() <= MAX_SMALL);
            assert!(align_of::<T>() <= crate::class::GRANULE);
        }
        debug_assert_kind::<T>(meta);
        let list = const { class_of(size_of::<T>()) + if T::NEEDS_DROP { CLASSES } else { 0 } };
        let cell = const { CELL_SIZES[class_of(size_of::<T>())] as usize };
        let bump = &self.bumps[list];
        let mut address = bump.next.get();
        if address == bump.end.get() {
            address = self.refill_always(list);
        }
        bump.next.set(address + cell);
        let object = address as *mut T;
        // SAFETY: `address` is the start of a free cell that holds a `T`. `T` begins with a header (`HeapObject`).
        unsafe {
            object.write(init);
            (*object.cast::<Header>()).init(meta);
            Gc::from_ptr(object)
        }
    }

    /// Allocates an object of `bytes` bytes, `size_of::<T>()` or more: one with a trailing array. The memory behind
    /// the header is zero, and stays so in large objects at no cost. May collect first.
    ///
    /// `meta` points to valid metadata of `T`'s layout that is static or kept alive by its owner.
    #[inline]
    pub fn alloc_sized<T: HeapObject>(&self, meta: *const Meta, bytes: usize) -> Result<NonNull<u8>, OutOfMemory> {
        const {
            assert!(align_of::<T>() <= crate::class::GRANULE);
        }
        debug_assert_kind::<T>(meta);
        assert!(bytes >= size_of::<T>() && bytes >= size_of::<Header>(), "an object is smaller than its type");
        if bytes > MAX_SMALL {
            return self.alloc_large(meta, bytes, T::NEEDS_DROP);
        }
        let class = class_of(bytes);
        let list = class + if T::NEEDS_DROP { CLASSES } else { 0 };
        let bump = &self.bumps[list];
        let mut address = bump.next.get();
        if address == bump.end.get() {
            address = self.refill(list).ok_or(OutOfMemory { requested: bytes })?;
        }
        bump.next.set(address + cell_of(bytes));
        // SAFETY: the start of a free cell of at least `bytes` zeroed bytes.
        unsafe {
            (*(address as *const Header)).init(meta);
            Ok(NonNull::new_unchecked(address as *mut u8))
        }
    }

    #[cold]
    #[inline(never)]
    fn alloc_large(&self, meta: *const Meta, bytes: usize, has_drop: bool) -> Result<NonNull<u8>, OutOfMemory> {
        let refused = OutOfMemory { requested: bytes };
        self.before_allocation(bytes);
        // One byte more, so that an address one past the end still lies in the object's units.
        let size = bytes.checked_add(1).ok_or(refused)?;
        if size > self.headroom() {
            self.collect_if_possible(CollectKind::Full);
            if size > self.headroom() {
                return Err(refused);
            }
        }
        let mut memory = self.space.borrow_mut().new_large(size);
        if memory.is_none() {
            self.collect_if_possible(CollectKind::Full);
            memory = self.space.borrow_mut().new_large(size);
        }
        let memory = memory.ok_or(refused)?;
        let start = memory.block.large_start() as *mut u8;
        memory.block.has_drop.set(has_drop);
        self.space.borrow_mut().young_large.push(memory.block);
        self.count_allocated(bytes);
        // SAFETY: `new_large` gives exclusive use of at least `bytes` bytes.
        unsafe {
            if memory.dirty {
                start.write_bytes(0, bytes);
            }
            debug_assert!(*large_mark(memory.block) == WHITE);
            (*start.cast::<Header>()).init(meta);
            Ok(NonNull::new_unchecked(start))
        }
    }

    #[cold]
    #[inline(never)]
    fn refill_always(&self, list: usize) -> usize {
        if let Some(address) = self.refill(list) {
            return address;
        }
        self.over_limit();
        let committed = self.space.borrow().committed;
        let grace = (committed / 16).max(64 * UNIT);
        self.pacing.soft_limit.set(committed.saturating_add(self.pacing.external.get()).saturating_add(grace));
        self.take_run(list).expect("the system refuses memory and the reserve of 4 MiB is used up")
    }

    /// Makes a run of free cells current for `list` and returns its first cell's address, after a collection if one
    /// is due.
    #[cold]
    #[inline(never)]
    fn refill(&self, list: usize) -> Option<usize> {
        // The common case first: the block has another run, and no collection is due. Blocks with holes come here
        // often.
        if self.config.stress == 0
            && self.pacing.allocated.get() < self.pacing.budget.get()
            && let Some(run) = self.space.borrow().current[list].and_then(|block| block.next_run(RUN))
        {
            return Some(self.use_run(list, run));
        }
        self.refill_slowly(list)
    }

    #[cold]
    #[inline(never)]
    fn refill_slowly(&self, list: usize) -> Option<usize> {
        self.before_allocation(CELL_SIZES[list % CLASSES] as usize);
        if self.space.borrow_mut().needs_unit(list) && UNIT > self.headroom() {
            self.collect_if_possible(CollectKind::Full);
            if self.space.borrow_mut().needs_unit(list) && UNIT > self.headroom() {
                return None;
            }
        }
        self.take_run(list)
    }

    fn take_run(&self, list: usize) -> Option<usize> {
        assert!(!self.collecting.get(), "allocation during a collection");
        let limit = if self.config.stress > 0 { 0 } else { RUN };
        let run = self.space.borrow_mut().take_run(list, limit)?;
        Some(self.use_run(list, run))
    }

    #[inline(always)]
    fn use_run(&self, list: usize, (start, end): (usize, usize)) -> usize {
        self.count_allocated(end - start);
        self.bumps[list].next.set(start);
        self.bumps[list].end.set(end);
        start
    }

    fn count_allocated(&self, bytes: usize) {
        self.pacing.allocated.set(self.pacing.allocated.get().saturating_add(bytes));
    }

    /// Bytes that the limit still allows to be taken.
    fn headroom(&self) -> usize {
        let used = self.space.borrow().committed.saturating_add(self.pacing.external.get());
        self.pacing.soft_limit.get().saturating_sub(used)
    }

    /// Runs the collection that is due, if one is.
    #[inline]
    fn before_allocation(&self, bytes: usize) {
        if self.config.stress > 0 {
            return self.stress();
        }
        if self.pacing.allocated.get().saturating_add(bytes) > self.pacing.budget.get() {
            self.collect_if_possible(self.due_kind());
        }
    }

    fn due_kind(&self) -> CollectKind {
        let old = self.pacing.old.get().saturating_add(self.pacing.external.get());
        if old >= self.pacing.full_at.get() { CollectKind::Full } else { CollectKind::Young }
    }

    /// Runs something without the collections of stress mode: the start of a program that is to be tested, say.
    pub fn without_stress<R>(&self, work: impl FnOnce() -> R) -> R {
        let before = self.pacing.stress_paused.replace(true);
        let result = work();
        self.pacing.stress_paused.set(before);
        result
    }

    #[cold]
    fn stress(&self) {
        if self.pacing.stress_paused.get() {
            return;
        }
        let count = self.pacing.stress_count.get().wrapping_add(1);
        self.pacing.stress_count.set(count);
        if count.is_multiple_of(self.config.stress) {
            let full = (count / self.config.stress).is_multiple_of(16);
            self.collect_if_possible(if full { CollectKind::Full } else { CollectKind::Young });
        }
    }

    /// An automatic collection: put off while no stack is registered, for then references on it would not be seen.
    fn collect_if_possible(&self, kind: CollectKind) {
        if self.stacks.current().is_some() && self.held_off.get() == 0 && !self.collecting.get() {
            self.collect(kind);
        }
    }

    pub(crate) fn request_safepoint(&self) {
        if let Some(roots) = self.roots.get() {
            // SAFETY: valid by the contract of `set_roots`.
            unsafe { roots.as_ref() }.request_safepoint();
        }
    }

    /// What [`Heap::take_over_limit`] would return. May be asked in [`Roots::request_safepoint`].
    #[must_use]
    pub fn is_over_limit(&self) -> bool {
        self.pacing.over_limit.get()
    }

    /// Whether the limit was exceeded, by small objects or external memory, since the last call. The VM asks at
    /// safepoints and raises MemoryError.
    #[inline]
    pub fn take_over_limit(&self) -> bool {
        self.pacing.over_limit.take()
    }

    /// Runs `f` with no automatic collection (for a moment when the roots are not in order). Memory grows meanwhile.
    pub fn without_collections<R>(&self, f: impl FnOnce() -> R) -> R {
        struct Restore<'a>(&'a Cell<u32>);
        impl Drop for Restore<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }
        self.held_off.set(self.held_off.get() + 1);
        let _restore = Restore(&self.held_off);
        f()
    }

    fn over_limit(&self) {
        self.pacing.over_limit.set(true);
        self.request_safepoint();
    }

    /// Reports that memory owned by heap objects outside the heap (malloc) has grown or shrunk by `delta` bytes.
    /// Growth may collect, as an allocation does, and beyond the limit it sets the flag that
    /// [`Heap::take_over_limit`] returns. A `drop` reports shrinkage.
    pub fn external(&self, delta: isize) {
        let external = &self.pacing.external;
        external.set(external.get().saturating_add_signed(delta));
        if delta > 0 {
            self.count_allocated(delta as usize);
            if self.pacing.allocated.get() > self.pacing.budget.get() {
                self.collect_if_possible(self.due_kind());
            }
            if self.headroom() == 0 {
                self.collect_if_possible(CollectKind::Full);
                if self.headroom() == 0 {
                    self.over_limit();
                }
            }
        }
    }

    /// Asks whether `bytes` of external memory may be had, before a big malloc. Collects if that can help. It counts
    /// nothing: call [`Heap::external`] when the memory is there.
    pub fn reserve_external(&self, bytes: usize) -> Result<(), OutOfMemory> {
        if bytes > self.headroom() {
            self.collect_if_possible(CollectKind::Full);
            if bytes > self.headroom() {
                return Err(OutOfMemory { requested: bytes });
            }
        }
        Ok(())
    }

    /// The bytes that an object of `bytes` gets anyway: a growing array does well to use them all. Asking
    /// [`Heap::alloc_sized`] for the result gives exactly that.
    #[inline]
    pub fn good_size(bytes: usize) -> usize {
        if bytes <= MAX_SMALL {
            CELL_SIZES[class_of(bytes.max(1))] as usize
        } else {
            bytes.checked_next_multiple_of(PAGE).unwrap_or(bytes)
        }
    }

    // ---- The write barrier ----

    /// To be called after a reference was stored into `obj` (and after a change of its shape), before the next
    /// allocation.
    #[inline(always)]
    pub fn barrier(&self, obj: *const Header) {
        let mark = mark_of(obj as usize);
        // SAFETY: `obj` is an object of this heap: its mark byte is mapped.
        if unsafe { *mark } == OLD {
            self.remember(obj);
        }
    }

    /// Has the next collection look at the edges of `obj` again, whatever happens to it until then. For an object
    /// that is about to be mutated without barriers, or was. An object that goes on being mutated so *after* a
    /// collection must be reported to it by the roots, or remembered again.
    #[inline]
    pub fn remember_always(&self, obj: *const Header) {
        self.barrier(obj);
    }

    #[cold]
    #[inline(never)]
    fn remember(&self, obj: *const Header) {
        if let Some(object) = NonNull::new(obj.cast_mut()) {
            // SAFETY: as in `barrier`.
            unsafe { *mark_of(obj as usize) = REMEMBERED };
            self.remembered.borrow_mut().push(object);
        }
    }

    // ---- Roots that the heap itself keeps ----

    /// Keeps `obj` alive until as many calls of `unpin`.
    pub fn pin(&self, obj: NonNull<Header>) {
        self.pinned.borrow_mut().push(obj);
    }

    pub fn unpin(&self, obj: NonNull<Header>) {
        let mut pinned = self.pinned.borrow_mut();
        if let Some(at) = pinned.iter().rposition(|pinned| *pinned == obj) {
            pinned.swap_remove(at);
        }
    }

    // ---- Questions ----

    /// Whether `address` is the exact start of an object. An object that is unreachable but not yet found to be
    /// counts.
    pub fn is_cell(&self, address: *const u8) -> bool {
        self.find_object(address as usize).is_some_and(|object| object.as_ptr().cast_const().cast() == address)
    }

    /// The object that `address` lies in.
    pub fn find_object(&self, address: usize) -> Option<NonNull<Header>> {
        self.space.borrow().find(address)
    }

    /// Whether the object survived a collection.
    #[inline]
    pub fn is_old(&self, obj: *const Header) -> bool {
        // SAFETY: an object's mark byte is mapped.
        unsafe { *mark_of(obj as usize) & MARKED != 0 }
    }

    /// Calls `f` with every object, also with those that are unreachable but not yet found to be. `f` must not
    /// allocate in the heap (to keep the objects, count them first, allocate a list, and fill it in a second pass).
    pub fn for_each_object(&self, mut f: impl FnMut(NonNull<Header>)) {
        let space = self.space.borrow();
        space.for_each_block(|block| block.for_each_object(&mut f));
        space.for_each_large(|block| {
            if let Some(object) = space.find(block.large_start()) {
                f(object);
            }
        });
    }

    /// Calls `f` with every object that `obj` refers to, its shape included, as often as it refers to it. `f` must
    /// not allocate in the heap.
    pub fn for_each_reference(&self, obj: NonNull<Header>, mut f: impl FnMut(NonNull<Header>)) {
        let space = self.space.borrow();
        Tracer::visiting(&space, &mut f).visit_object(obj);
    }

    /// The bytes of heap memory that the object takes.
    pub fn size_of_object(&self, obj: NonNull<Header>) -> usize {
        self.space.borrow().size_of(obj)
    }

    pub fn stats(&self) -> Stats {
        let mut stats = self.stats.borrow().clone();
        let space = self.space.borrow();
        stats.old_bytes = self.pacing.old.get();
        stats.allocated_since_collection = self.pacing.allocated.get();
        stats.external_bytes = self.pacing.external.get();
        stats.committed_bytes = space.committed;
        stats.mapped_bytes = space.mapped();
        stats
    }

    pub(crate) fn reset_bumps(&self) {
        for bump in &self.bumps {
            bump.next.set(0);
            bump.end.set(0);
        }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.reset_bumps();
        self.collecting.set(true);
        self.drop_everything();
    }
}

#[inline(always)]
fn debug_assert_kind<T: HeapObject>(meta: *const Meta) {
    if cfg!(debug_assertions) {
        // SAFETY: allocation demands valid metadata.
        let kind = unsafe { &*meta }.kind;
        assert!(kind.drop.is_some() == T::NEEDS_DROP, "{}: HeapObject::NEEDS_DROP and Kind::drop disagree", kind.name);
    }
}
