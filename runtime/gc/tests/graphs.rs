//! What is kept and what is freed: graphs, cycles, generations, stacks, large objects, weak slots, finalizers,
//! limits.

mod support;

use std::cell::Cell;
use std::ptr::{self, NonNull};

use orochi_gc::{CollectKind, Config, Gc, Header, Heap, HeapObject, Kind, Meta, Tracer};
use support::*;

#[test]
fn unreachable_objects_go_and_reachable_ones_stay() {
    let (heap, roots) = heap();
    let head = node(&heap, 0);
    roots.push(head);
    let mut last = head;
    for id in 1..1000 {
        let next = node(&heap, id);
        node(&heap, usize::MAX);
        set_left(&heap, last, next);
        last = next;
    }
    assert_eq!(count(&heap), 1999);
    heap.collect(CollectKind::Young);
    assert_eq!(count(&heap), 1000);
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 1000);
    let mut at = head.header();
    for id in 0..1000 {
        // SAFETY: the chain is rooted.
        let node = unsafe { Gc::<Node>::from_ptr(at.cast()) };
        assert_eq!(node.id.get(), id);
        at = node.left.get();
    }
    roots.clear();
    heap.collect(CollectKind::Young);
    assert_eq!(count(&heap), 1000, "a young collection keeps what is old");
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 0);
    assert_eq!(heap.stats().old_bytes, 0);
    assert_eq!(heap.stats().committed_bytes, 0);
}

#[test]
fn cycles_are_freed() {
    let (heap, _roots) = heap();
    let (a, b) = (node(&heap, 1), node(&heap, 2));
    set_left(&heap, a, b);
    set_left(&heap, b, a);
    heap.collect(CollectKind::Young);
    assert_eq!(count(&heap), 0);
}

#[test]
fn the_barrier_tells_a_young_collection_of_new_edges() {
    let (heap, roots) = heap();
    let old = node(&heap, 1);
    roots.push(old);
    heap.collect(CollectKind::Young);
    assert!(heap.is_old(old.header()));
    for id in 0..10 {
        let young = node(&heap, id);
        set_left(&heap, young, young);
        old.left.set(young.header());
        heap.barrier(old.header());
        heap.barrier(old.header());
        heap.collect(CollectKind::Young);
        assert!(heap.is_cell(young.as_ptr().cast()));
        assert_eq!(young.id.get(), id);
    }
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 2);
}

#[test]
fn large_arrays_are_zero_kept_and_freed() {
    let (heap, roots) = heap();
    for length in [1000, 1024, 1025, 5000, 8190, 8192, 131_072, 140_000, 1_000_000] {
        let array = array(&heap, length);
        assert!(array.slots().iter().all(|slot| slot.get().is_null()), "{length}");
        for slot in array.slots() {
            slot.set(array.header());
        }
        roots.push(array);
        heap.collect(CollectKind::Young);
        let last = &array.slots()[length - 1];
        last.set(node(&heap, length).header());
        heap.barrier(array.header());
        heap.collect(CollectKind::Young);
        assert_eq!(count(&heap), 2);
        assert!(heap.is_cell(last.get().cast()));
        roots.clear();
        heap.collect(CollectKind::Full);
        assert_eq!(count(&heap), 0);
        assert_eq!(heap.stats().committed_bytes, 0);
    }
}

#[test]
fn references_on_the_stack_keep_objects() {
    let (heap, _roots) = heap();
    heap.with_stack(|| {
        let a = std::hint::black_box(node(&heap, 7));
        // Only as a tagged word, only as an interior pointer, only as a pointer one past the end.
        let tagged = std::hint::black_box(node(&heap, 8).header() as usize + 1);
        let interior = std::hint::black_box((&raw const array(&heap, 3000).slots()[2999]) as usize);
        let past = std::hint::black_box(array(&heap, 5).slots().as_ptr_range().end as usize);
        let past_large = std::hint::black_box(array(&heap, 65536 / 8 - 2).slots().as_ptr_range().end as usize);
        for kind in [CollectKind::Young, CollectKind::Full] {
            scrub();
            heap.collect(kind);
            assert_eq!(a.id.get(), 7);
            assert!(heap.is_cell((tagged - 1) as *const u8));
            assert!(heap.find_object(interior).is_some());
            assert!(heap.find_object(past - 1).is_some());
            assert!(heap.find_object(past_large - 1).is_some());
        }
        std::hint::black_box((tagged, interior, past, past_large));
    });
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 0, "with no stack registered, nothing is kept by it");
}

#[test]
fn an_address_one_past_the_end_keeps_an_object_that_fills_its_cell() {
    /// The end of an array of 48 bytes of slots: of 64 bytes in all.
    #[inline(never)]
    fn end(heap: &Heap) -> usize {
        array(heap, 6).slots().as_ptr_range().end as usize
    }
    let (heap, _roots) = heap();
    heap.with_stack(|| {
        // Every other one is not kept: each end is the start of such a one.
        let ends: [usize; 20] = std::hint::black_box(std::array::from_fn(|_| {
            let kept = end(&heap);
            end(&heap);
            kept
        }));
        scrub();
        heap.collect(CollectKind::Young);
        for end in ends {
            assert!(heap.find_object(end - 1).is_some());
        }
        std::hint::black_box(ends);
    });
}

#[test]
fn automatic_collections_reclaim_garbage() {
    let (heap, roots) = heap();
    heap.with_stack(|| {
        let kept = node(&heap, 1);
        roots.push(kept);
        for id in 0..2_000_000 {
            let new = node(&heap, id);
            new.left.set(kept.header());
        }
    });
    let stats = heap.stats();
    assert!(stats.young_collections >= 50, "{stats:?}");
    assert!(stats.committed_bytes <= 4 << 20, "{stats:?}");
}

#[test]
fn owned_memory_is_dropped_once() {
    DROPPED.set(0);
    {
        let (heap, roots) = heap();
        let kept = owner(&heap, 100);
        roots.push(kept);
        for _ in 0..99 {
            owner(&heap, 10);
        }
        heap.collect(CollectKind::Young);
        assert_eq!(DROPPED.get(), 99);
        assert_eq!(heap.stats().external_bytes, 100);
        heap.collect(CollectKind::Full);
        assert_eq!(DROPPED.get(), 99);
        for _ in 0..10 {
            owner(&heap, 10);
        }
    }
    assert_eq!(DROPPED.get(), 110, "the end of the heap drops the rest");
}

#[test]
fn external_memory_paces_collections() {
    let (heap, _roots) = heap();
    DROPPED.set(0);
    heap.with_stack(|| {
        for _ in 0..1000 {
            owner(&heap, 100_000);
            scrub();
        }
    });
    assert!(DROPPED.get() > 900, "{}", DROPPED.get());
}

#[test]
fn weak_slots_are_cleared_when_their_target_dies() {
    let (heap, roots) = heap();
    let (kept, lost) = (node(&heap, 1), node(&heap, 2));
    roots.push(kept);
    let (to_kept, to_lost) = (weak(&heap, kept), weak(&heap, lost));
    roots.push(to_kept);
    roots.push(to_lost);
    let unheld = weak(&heap, lost);
    heap.collect(CollectKind::Young);
    assert_ne!(to_kept.slot.get(), 0);
    assert_eq!(to_lost.slot.get(), 0);
    assert!(heap.has_pending());
    assert_eq!(heap.take_dead_weak(), Some(to_lost.as_header()));
    assert_eq!(heap.take_dead_weak(), None);
    assert!(!heap.is_cell(unheld.as_ptr().cast()));
    roots.0.borrow_mut().remove(0);
    heap.collect(CollectKind::Young);
    assert_ne!(to_kept.slot.get(), 0, "old targets die in full collections");
    heap.collect(CollectKind::Full);
    assert_eq!(to_kept.slot.get(), 0);
    assert_eq!(heap.take_dead_weak(), Some(to_kept.as_header()));
}

#[test]
fn finalizable_objects_are_queued_once_with_all_they_refer_to() {
    let (heap, roots) = heap();
    for kind in [CollectKind::Young, CollectKind::Full] {
        let (a, b) = (node(&heap, 1), node(&heap, 2));
        set_left(&heap, a, b);
        set_left(&heap, b, a);
        heap.register_finalizable(a.as_header());
        heap.register_finalizable(b.as_header());
        let to_a = weak(&heap, a);
        roots.push(to_a);
        if kind == CollectKind::Full {
            roots.push(a);
            heap.collect(CollectKind::Young);
            assert_eq!(heap.take_finalizable(), None);
            roots.0.borrow_mut().pop();
            heap.collect(CollectKind::Young);
            assert_eq!(heap.take_finalizable(), None, "old garbage waits for a full collection");
        }
        heap.collect(kind);
        assert_ne!(to_a.slot.get(), 0, "a finalizer may still bring the object back");
        assert_eq!(heap.take_finalizable(), Some(a.as_header()));
        heap.collect(kind);
        assert_eq!(heap.take_finalizable(), Some(b.as_header()), "queued objects are kept");
        assert_eq!(b.id.get(), 2);
        assert_eq!(heap.take_finalizable(), None);
        // "a" resurrects itself, then dies for good.
        roots.push(a);
        heap.collect(CollectKind::Full);
        assert_eq!(a.id.get(), 1);
        assert_ne!(to_a.slot.get(), 0);
        roots.0.borrow_mut().pop();
        heap.collect(CollectKind::Full);
        assert_eq!(heap.take_finalizable(), None, "at most once");
        assert_eq!(to_a.slot.get(), 0);
        assert_eq!(heap.take_dead_weak(), Some(to_a.as_header()));
        assert!(!heap.is_cell(a.as_ptr().cast()));
        roots.clear();
        heap.collect(CollectKind::Full);
    }
    assert_eq!(count(&heap), 0);
}

/// A heap object that contains metadata, as a VM's shape does.
#[repr(C)]
struct Shape {
    header: Header,
    meta: Meta,
    memory: Cell<usize>,
}

// SAFETY: repr(C), begins with a header.
unsafe impl HeapObject for Shape {
    const NEEDS_DROP: bool = true;
}

unsafe fn trace_nothing(_: NonNull<Header>, _: &mut Tracer) {}
unsafe fn drop_shape(object: NonNull<Header>, _: &Heap) {
    // SAFETY: called with shapes only.
    unsafe { object.cast::<Shape>().as_ref() }.memory.set(0xDEAD);
}
static SHAPE_KIND: Kind = Kind { name: "shape", trace: trace_nothing, drop: Some(drop_shape) };
static SHAPE: Meta = Meta::fixed(&SHAPE_KIND);

fn shape(heap: &Heap, kind: &'static Kind) -> Gc<Shape> {
    let meta = Meta::owned(kind, ptr::null());
    let shape = heap.alloc(&SHAPE, Shape { header: Header::empty(), meta, memory: Cell::new(1) });
    shape.meta.owner.set(shape.header());
    shape
}

#[test]
fn objects_keep_the_shape_that_their_header_points_into() {
    for stress in [0, 1] {
        let (heap, roots) = heap_with(Config { stress, ..Config::default() });
        let shapes: Vec<_> = (0..10).map(|_| shape(&heap, &NODE_KIND)).collect();
        let owners = shape(&heap, &OWNER_KIND);
        for (id, shape) in shapes.iter().enumerate() {
            let none = || Cell::new(ptr::null());
            let node = Node { header: Header::empty(), left: none(), right: none(), id: Cell::new(id) };
            let node = heap.alloc(&shape.meta, node);
            if id % 2 == 0 {
                roots.push(node);
            }
        }
        DROPPED.set(0);
        let memory = Box::into_raw(Box::default());
        heap.alloc(&owners.meta, Owner { header: Header::empty(), next: Cell::new(ptr::null()), memory });
        heap.collect(CollectKind::Young);
        assert_eq!(DROPPED.get(), 1, "the dead object's dead shape was still readable");
        assert_eq!(count(&heap), 10);
        heap.collect(CollectKind::Full);
        assert_eq!(count(&heap), 10);
        for (id, shape) in shapes.iter().enumerate() {
            assert_eq!(heap.is_cell(shape.as_ptr().cast()), id % 2 == 0);
        }
        // A change of shape is a store of a reference.
        let fresh = shape(&heap, &NODE_KIND);
        // SAFETY: the same layout; the node is rooted.
        unsafe { (*roots.0.borrow()[0]).set_meta(&fresh.meta) };
        heap.barrier(roots.0.borrow()[0]);
        heap.collect(CollectKind::Young);
        assert!(heap.is_cell(fresh.as_ptr().cast()));
        roots.clear();
        heap.collect(CollectKind::Full);
        assert_eq!(count(&heap), 0);
    }
}

#[test]
fn the_limit_gives_an_error_and_collects_first() {
    let (heap, roots) = heap_with(Config { limit: Some(8 << 20), ..Config::default() });
    heap.with_stack(|| {
        for _ in 0..100 {
            array(&heap, 200_000);
            scrub();
        }
        let mut got = 0;
        while let Ok(memory) = heap.alloc_sized::<Array>(&ARRAY, 1 << 20) {
            roots.0.borrow_mut().push(memory.as_ptr().cast());
            got += 1;
            assert!(got < 9);
        }
        assert!(got >= 5, "{got}");
        assert!(!heap.take_over_limit());
        for id in 0..200_000 {
            roots.push(node(&heap, id));
        }
        assert!(heap.take_over_limit(), "small objects succeed, and say so");
        assert!(heap.alloc_sized::<Array>(&ARRAY, 100).is_err() || heap.take_over_limit() || count(&heap) > 0);
        roots.clear();
        heap.collect(CollectKind::Full);
        scrub();
        heap.take_over_limit();
        for id in 0..100_000 {
            node(&heap, id);
        }
        assert!(!heap.take_over_limit());
        assert!(heap.alloc_sized::<Array>(&ARRAY, usize::MAX - 100).is_err());
        assert!(heap.alloc_sized::<Array>(&ARRAY, isize::MAX as usize).is_err());
    });
    let (heap, _roots) = support::heap();
    assert!(heap.alloc_sized::<Array>(&ARRAY, usize::MAX).is_err());
    assert!(heap.alloc_sized::<Array>(&ARRAY, 1 << 50).is_err());
}

#[test]
fn external_memory_counts_for_the_limit() {
    let (heap, roots) = heap_with(Config { limit: Some(8 << 20), ..Config::default() });
    heap.with_stack(|| {
        for _ in 0..100 {
            owner(&heap, 1 << 20);
            scrub();
        }
        assert!(!heap.take_over_limit(), "garbage is collected first");
        assert_eq!(heap.reserve_external(4 << 20), Ok(()));
        assert!(heap.reserve_external(9 << 20).is_err());
        assert!(heap.reserve_external(usize::MAX).is_err());
        for _ in 0..9 {
            roots.push(owner(&heap, 1 << 20));
        }
        assert!(heap.take_over_limit());
        assert!(heap.reserve_external(1 << 20).is_err());
    });
}

#[test]
fn good_sizes_are_those_of_cells() {
    let (heap, _roots) = heap();
    for bytes in (16..20_000).step_by(7) {
        let good = Heap::good_size(bytes);
        assert!(good >= bytes && good <= bytes + bytes / 4 + 4096);
        assert_eq!(Heap::good_size(good), good);
        let memory = heap.alloc_sized::<Array>(&ARRAY, good).expect("memory");
        assert!(heap.size_of_object(memory.cast()) >= good);
        // SAFETY: all of the memory is ours.
        unsafe { memory.add(8).write_bytes(0xFF, good - 8) };
    }
    assert_eq!(Heap::good_size(usize::MAX), usize::MAX);
    heap.collect(CollectKind::Young);
    assert_eq!(count(&heap), 0);
}

#[test]
fn heaps_are_independent() {
    let heaps: Vec<_> = (0..20).map(|_| heap()).collect();
    for round in 0..50 {
        for (heap, roots) in &heaps {
            let new = node(heap, round);
            if let Some(last) = roots.0.borrow().last() {
                new.left.set(*last);
            }
            roots.clear();
            roots.push(new);
            heap.collect(if round % 7 == 0 { CollectKind::Full } else { CollectKind::Young });
        }
    }
    for (heap, _) in &heaps {
        assert_eq!(count(heap), 50);
    }
}

#[test]
fn parked_stacks_keep_their_objects() {
    let (heap, _roots) = heap();
    heap.with_stack(|| {
        let here = std::hint::black_box(node(&heap, 1));
        heap.park(|| {
            heap.with_stack(|| {
                let there = std::hint::black_box(node(&heap, 2));
                scrub();
                heap.collect(CollectKind::Full);
                assert_eq!(there.id.get(), 2);
            });
        });
        assert_eq!(here.id.get(), 1);
    });
}

#[test]
fn references_and_pins() {
    let (heap, _roots) = heap();
    let (a, b) = (node(&heap, 1), node(&heap, 2));
    set_left(&heap, a, b);
    a.right.set(a.header());
    let mut found = Vec::new();
    heap.for_each_reference(a.as_header(), |object| found.push(object));
    assert_eq!(found, [b.as_header(), a.as_header()]);
    heap.pin(a.as_header());
    heap.pin(a.as_header());
    heap.unpin(a.as_header());
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 2);
    assert_eq!(heap.size_of_object(a.as_header()), 32);
    heap.unpin(a.as_header());
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 0);
}

#[test]
fn marking_needs_no_native_stack() {
    let (heap, roots) = heap();
    let mut list = node(&heap, 0);
    for id in 1..1_000_000 {
        let new = node(&heap, id);
        new.left.set(list.header());
        list = new;
    }
    roots.push(list);
    heap.collect(CollectKind::Full);
    assert_eq!(count(&heap), 1_000_000);
}

#[test]
#[should_panic(expected = "a store into a node")]
fn stress_mode_finds_a_missing_barrier() {
    let (heap, roots) = heap_with(Config { stress: 1, ..Config::default() });
    let old = node(&heap, 1);
    roots.push(old);
    heap.collect(CollectKind::Young);
    old.left.set(node(&heap, 2).header());
    heap.collect(CollectKind::Young);
}

#[test]
#[should_panic(expected = "an edge from a root to")]
fn stress_mode_finds_a_reference_to_what_was_freed() {
    let (heap, roots) = heap_with(Config { stress: 1, ..Config::default() });
    let lost = node(&heap, 1);
    heap.collect(CollectKind::Young);
    roots.push(lost);
    heap.collect(CollectKind::Young);
}

#[test]
fn stress_mode_poisons_what_it_frees() {
    let (heap, _roots) = heap_with(Config { stress: 1, ..Config::default() });
    let lost = node(&heap, 1);
    heap.collect(CollectKind::Young);
    assert_eq!(lost.id.get(), 0xDBDB_DBDB_DBDB_DBDB);
    for id in 0..1000 {
        assert_ne!(node(&heap, id), lost, "freed memory is not used again at once");
    }
}

/// Sends a heap to another thread, which has the heap to itself while this one is parked.
struct Lent<'a>(&'a Heap);

// SAFETY: the test lets one thread at a time use the heap.
unsafe impl Send for Lent<'_> {}

#[test]
fn another_thread_collects_while_this_one_is_parked() {
    let (heap, _roots) = heap();
    heap.with_stack(|| {
        let mine: Vec<_> = Vec::from_iter((0..50).map(|id| node(&heap, id)));
        let here: [Gc<Node>; 50] = std::hint::black_box(mine.try_into().expect("50"));
        let lent = Lent(&heap);
        heap.park(|| {
            std::thread::scope(|scope| {
                scope.spawn(move || {
                    let Lent(heap) = { lent };
                    heap.with_stack(|| {
                        let other = std::hint::black_box(node(heap, 99));
                        for _ in 0..3 {
                            heap.collect(CollectKind::Full);
                        }
                        assert_eq!(other.id.get(), 99);
                        assert!(count(heap) >= 51);
                    });
                });
            });
        });
        let there = std::hint::black_box(here);
        assert!(there.iter().enumerate().all(|(id, node)| node.id.get() == id));
    });
}
