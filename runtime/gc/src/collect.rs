//! Collections: from the roots, over finalizers and weak slots, to the sweep and the next budget.
//!
//! Marks are sticky. After a collection every object left is marked, hence old. A **young** collection starts from
//! the roots and the remembered set and never follows an edge out of an old object, so that it finds the young
//! objects only; it sweeps only the blocks that were allocated into. A **full** collection first turns all marks into
//! `CONDEMNED` and traces everything.

use std::ptr::NonNull;
use std::time::Instant;

use crate::chunk::{BlockRef, CONDEMNED, GRANULES, MARKED, OLD, QUARANTINED, UNIT, WHITE, mark_of};
use crate::class::GRANULE;
use crate::garbage::Garbage;
use crate::heap::Heap;
use crate::object::Header;
use crate::space::{Space, large_mark};
use crate::stack::with_registers_spilled;
use crate::trace::{Liveness, Tracer};

/// What a collection looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CollectKind {
    /// Objects allocated since the last collection.
    Young,
    /// All objects.
    Full,
}

/// Poison for freed memory in stress mode.
const POISON: u8 = 0xDB;
/// Quarantined memory beyond this is used again.
const MAX_QUARANTINE: usize = 64 << 20;

/// A look at what was not reached.
type Inspect<'a, 'b> = Option<&'a mut (dyn FnMut(&mut Garbage<'_>) + 'b)>;

impl Heap {
    /// Collects now. Afterwards there may be objects to finalize and weak references to call back for
    /// (`has_pending`).
    ///
    /// References on a native stack that is not registered are not seen: with no stack registered, whatever is not
    /// reachable from the roots is freed.
    pub fn collect(&self, kind: CollectKind) {
        self.collect_after(kind, None, None);
    }

    /// The same, with a look at what was not reached, before finalizers bring any of it back.
    pub fn collect_inspecting(&self, kind: CollectKind, inspect: &mut dyn FnMut(&mut Garbage<'_>)) {
        self.collect_after(kind, None, Some(inspect));
    }

    /// The same, with a look at what no root has led to, before native stacks are looked at: whatever of it is in use can only be found
    /// there. So it may be told to let go of what it owns, but not be freed.
    pub fn collect_inspecting_unrooted(&self, kind: CollectKind, inspect: &mut dyn FnMut(&mut Garbage<'_>)) {
        self.collect_after(kind, Some(inspect), None);
    }

    fn collect_after(&self, kind: CollectKind, mut unrooted: Inspect<'_, '_>, mut inspect: Inspect<'_, '_>) {
        assert!(!self.collecting.replace(true), "a collection inside a collection");
        let start = Instant::now();
        with_registers_spilled(&mut |low| {
            self.collect_from(low, kind, unrooted.take(), inspect.take());
        });
        self.collecting.set(false);
        self.note_pause(kind, start);
        self.update_pending();
        if self.pending.get() {
            self.request_safepoint();
        }
    }

    fn collect_from(&self, low: usize, kind: CollectKind, unrooted: Inspect<'_, '_>, inspect: Inspect<'_, '_>) {
        self.reset_bumps();
        let full = kind == CollectKind::Full;
        let stress = self.config.stress > 0;
        let mut remembered = std::mem::take(&mut *self.remembered.borrow_mut());
        let space = &mut *self.space.borrow_mut();
        if stress {
            check_barriers(space);
        }
        if full {
            condemn(space);
            remembered.clear();
        }
        let mut tracer = Tracer::marking(space, self.mark_stack.take(), stress);
        let mut revisited = 0;
        for object in &remembered {
            // SAFETY: what is remembered is old, so it has not been freed since.
            unsafe { *mark_of(object.as_ptr() as usize) = OLD };
            tracer.revisit(*object);
            revisited += space.size_of(*object);
        }
        tracer.drain();
        self.trace_roots(kind, &mut tracer);
        if let Some(unrooted) = unrooted {
            tracer.drain();
            unrooted(&mut Garbage::new(space));
        }
        self.trace_stacks(low, &mut tracer);
        tracer.drain();
        if let Some(inspect) = inspect {
            let mut garbage = Garbage::new(space);
            inspect(&mut garbage);
            for object in garbage.into_kept() {
                tracer.edge(object.as_ptr());
            }
            tracer.drain();
        }
        self.finalizers.borrow_mut().find_dead(full, &mut tracer);
        tracer.drain();
        let mark_stack = tracer.into_stack();

        let live = Liveness::at_end_of_marking();
        self.weak.borrow_mut().clear_dead(full, &live);
        if let Some(roots) = self.roots.get() {
            // SAFETY: valid by the contract of `set_roots`.
            unsafe { roots.as_ref() }.sweep_weak(kind, &live);
        }

        remembered.clear();
        *self.remembered.borrow_mut() = remembered;
        self.mark_stack.set(if mark_stack.capacity() > 1 << 16 { Vec::new() } else { mark_stack });
        let before = self.pacing.old.get();
        self.sweep(space, full);
        let survived = self.pacing.old.get().saturating_sub(before);
        self.set_budget(full, survived + revisited);
        if full {
            space.trim(self.pacing.budget.get() + self.pacing.old.get() / 8);
        }
    }

    fn trace_roots(&self, kind: CollectKind, tracer: &mut Tracer<'_>) {
        if let Some(roots) = self.roots.get() {
            // SAFETY: valid by the contract of `set_roots`.
            unsafe { roots.as_ref() }.trace(kind, tracer);
        }
        for object in self.pinned.borrow().iter() {
            tracer.edge(object.as_ptr());
        }
        self.finalizers.borrow().trace(tracer);
        self.weak.borrow().trace(tracer);
    }

    fn trace_stacks(&self, low: usize, tracer: &mut Tracer<'_>) {
        self.stacks.for_each_range(low, |low, high| {
            // SAFETY: part of a registered stack, below its base and above where it stands.
            unsafe { tracer.conservative_range(low as *const u8, high as *const u8) };
        });
    }

    /// Frees what is not marked. All `drop`s run before any memory changes: the metadata of a dead object may lie in
    /// another one.
    fn sweep(&self, space: &mut Space, full: bool) {
        let mut blocks = Vec::new();
        if full {
            space.for_each_block(|block| blocks.push(block));
            space.young_large.append(&mut space.old_large);
            // Lowest addresses are to be used first, so they go on the stack of available blocks last.
            blocks.sort_unstable_by_key(|block| std::cmp::Reverse(block.base()));
            space.available.iter_mut().for_each(Vec::clear);
        } else {
            std::mem::swap(&mut blocks, &mut space.nursery);
        }
        let large = std::mem::take(&mut space.young_large);
        for block in &blocks {
            if block.has_drop.get() {
                block.for_each_object(&mut |object| self.drop_if_dead(object));
            }
        }
        for block in &large {
            if block.has_drop.get()
                && let Some(object) = space.find(block.large_start())
            {
                self.drop_if_dead(object);
            }
        }

        let mut old = if full { 0 } else { self.pacing.old.get() };
        let mut quarantined = 0;
        space.current.fill(None);
        for block in &blocks {
            if self.config.stress > 0 {
                poison_dead(*block);
            }
            let counts = settle_marks(*block);
            let cell = block.cell.get() as usize;
            old += counts.live as usize * cell;
            if !full {
                old = old.saturating_sub(block.live.get() as usize * cell);
            }
            quarantined += (counts.occupied - counts.live) as usize * cell;
            block.live.set(counts.live);
            block.cursor.set(0);
            block.clean.set(false);
            block.nursery.set(false);
            let cells = block.cells();
            if counts.occupied == 0 {
                space.release(*block);
            } else if (cells - counts.occupied) * 8 >= cells {
                space.available[block.list.get() as usize].push(*block);
            }
        }
        if full {
            space.nursery.clear();
        } else {
            blocks.clear();
            space.nursery = blocks;
        }
        for block in large {
            let mark = large_mark(block);
            // SAFETY: the mark byte of a mapped unit.
            let marked = unsafe { *mark } & MARKED != 0;
            if marked {
                old += block.size.get();
                space.old_large.push(block);
            } else {
                // SAFETY: as above. The object is dead: nobody uses its memory.
                unsafe {
                    *mark = WHITE;
                    *(block.large_start() as *mut usize) = 0;
                    if self.config.stress > 0 {
                        let rest = (block.large_start() + size_of::<Header>()) as *mut u8;
                        rest.write_bytes(POISON, (block.size.get() - size_of::<Header>()).min(UNIT));
                    }
                }
                space.release(block);
            }
        }
        self.pacing.old.set(old);
        if full && quarantined > MAX_QUARANTINE {
            end_quarantine(space);
        }
    }

    fn drop_if_dead(&self, object: NonNull<Header>) {
        // SAFETY: an object of this heap; dead or not, its memory and that of its metadata are as they were when it
        // was alive.
        unsafe {
            if *mark_of(object.as_ptr() as usize) & MARKED != 0 {
                return;
            }
            self.run_drop(object);
        }
    }

    /// # Safety
    /// The object is dead, and nothing dead has lost its memory yet.
    unsafe fn run_drop(&self, object: NonNull<Header>) {
        // SAFETY: the caller says so. After the sweep the cell is free, so that no second drop happens.
        unsafe {
            let kind = object.as_ref().kind();
            debug_assert!(kind.drop.is_some(), "{}: HeapObject::NEEDS_DROP without Kind::drop", kind.name);
            if let Some(drop) = kind.drop {
                drop(object, self);
            }
        }
    }

    /// Runs the `drop` of every object that has one: the heap ends.
    pub(crate) fn drop_everything(&self) {
        let space = self.space.borrow();
        space.for_each_block(|block| {
            if block.has_drop.get() {
                // SAFETY: the heap ends, so every object is dead; its memory goes only afterwards.
                block.for_each_object(&mut |object| unsafe { self.run_drop(object) });
            }
        });
        space.for_each_large(|block| {
            if block.has_drop.get()
                && let Some(object) = space.find(block.large_start())
            {
                // SAFETY: as above.
                unsafe { self.run_drop(object) };
            }
        });
    }

    /// `work` is the size of what the collection had to look at: when that is much, for many objects survive or a
    /// large old one is being filled, the next collection comes later, so that collecting costs no more than a fixed
    /// share of allocating.
    fn set_budget(&self, full: bool, work: usize) {
        let pacing = &self.pacing;
        let live = pacing.old.get().saturating_add(pacing.external.get());
        let base = self.config.young_budget;
        let work = if full { 0 } else { work };
        pacing.budget.set(work.saturating_mul(2).clamp(base, base.max(live / 2)));
        self.stats.borrow_mut().allocated_bytes += pacing.allocated.take() as u64;
        if full {
            let next = live.saturating_add(live / 100 * self.config.growth_percent.saturating_sub(100));
            pacing.full_at.set(next.max(self.config.min_full));
            if let Some(limit) = self.config.limit {
                pacing.soft_limit.set(limit);
            }
        }
    }

    fn note_pause(&self, kind: CollectKind, start: Instant) {
        let pause = start.elapsed();
        let mut stats = self.stats.borrow_mut();
        match kind {
            CollectKind::Young => stats.young_collections += 1,
            CollectKind::Full => stats.full_collections += 1,
        }
        stats.last_pause = pause;
        stats.longest_pause = stats.longest_pause.max(pause);
        stats.total_pause += pause;
    }
}

/// The mark bytes of a block.
fn marks(block: &mut BlockRef) -> &mut [u8; GRANULES] {
    // SAFETY: the mark bytes of a mapped unit. They are borrowed for as long as the caller's `BlockRef`, in functions
    // of this file that touch no other mark bytes meanwhile.
    unsafe { &mut *block.marks().cast() }
}

/// Turns all marks into "to be decided".
fn condemn(space: &Space) {
    space.for_each_block(|mut block| {
        for mark in marks(&mut block) {
            *mark = (*mark & QUARANTINED) | if *mark & MARKED != 0 { CONDEMNED } else { 0 };
        }
    });
    space.for_each_large(|block| {
        let mark = large_mark(block);
        // SAFETY: the mark byte of a mapped unit.
        unsafe { *mark = if *mark & MARKED != 0 { CONDEMNED } else { 0 } };
    });
}

struct Counts {
    live: u32,
    /// Live or quarantined.
    occupied: u32,
}

/// Frees what is still condemned, and counts.
fn settle_marks(mut block: BlockRef) -> Counts {
    let mut counts = Counts { live: 0, occupied: 0 };
    for part in marks(&mut block).chunks_exact_mut(128) {
        // Byte-wide sums, so that the compiler adds sixteen marks at a time.
        let (mut live, mut occupied) = (0u8, 0u8);
        for mark in part {
            *mark &= !CONDEMNED;
            live += u8::from(*mark & MARKED != 0);
            occupied += u8::from(*mark != 0);
        }
        counts.live += u32::from(live);
        counts.occupied += u32::from(occupied);
    }
    counts
}

/// Stress mode: no old object that is not in the remembered set may refer to a young one.
fn check_barriers(space: &Space) {
    let mark = |object: NonNull<Header>| {
        // SAFETY: objects of this heap.
        unsafe { *mark_of(object.as_ptr() as usize) }
    };
    let mut check = |object: NonNull<Header>| {
        if mark(object) != OLD {
            return;
        }
        let mut visit = |target: NonNull<Header>| {
            let missing = space.contains(target.as_ptr() as usize) && mark(target) == WHITE;
            // SAFETY: `object` is old, hence live.
            let from = unsafe { object.as_ref() }.kind().name;
            assert!(!missing, "a store into a {from} ({object:p}) of a young object ({target:p}) had no write barrier");
        };
        Tracer::visiting(space, &mut visit).visit_object(object);
    };
    space.for_each_block(|block| block.for_each_object(&mut check));
    space.for_each_large(|block| {
        if let Some(object) = space.find(block.large_start()) {
            check(object);
        }
    });
}

/// Stress mode: overwrites dead objects and keeps their cells out of use.
fn poison_dead(block: BlockRef) {
    let cell = block.cell.get() as usize;
    let marks = block.marks();
    block.for_each_object(&mut |object| {
        let start = object.as_ptr() as usize;
        // SAFETY: a cell of a mapped block and its mark byte; the object in it is dead when it is not marked.
        unsafe {
            let mark = marks.add((start - block.base()) / GRANULE);
            if *mark & MARKED == 0 {
                (start as *mut u8).write_bytes(POISON, cell);
                *(start as *mut usize) = 0;
                *mark = QUARANTINED;
            }
        }
    });
}

/// Makes quarantined cells free.
fn end_quarantine(space: &Space) {
    space.for_each_block(|mut block| {
        for mark in marks(&mut block) {
            *mark &= !QUARANTINED;
        }
    });
}
