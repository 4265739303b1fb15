//! Measures the heap: allocation of short-lived objects, the barrier, survivors, marking. Run with `--release`; an
//! argument is the young budget in KiB.

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;

use orochi_gc::{CollectKind, Config, Heap};
use support::*;

/// The best of `rounds` runs of `f`, in nanoseconds for each of its `count` operations.
fn best(rounds: usize, count: usize, mut f: impl FnMut()) -> f64 {
    let once = |f: &mut dyn FnMut()| {
        let start = Instant::now();
        f();
        start.elapsed().as_nanos() as f64 / count as f64
    };
    (0..rounds).map(|_| once(&mut f)).fold(f64::INFINITY, f64::min)
}

fn report(what: &str, nanoseconds: f64, heap: &Heap) {
    let stats = heap.stats();
    let collections = stats.young_collections + stats.full_collections;
    println!(
        "{what:<58} {nanoseconds:>7.2} ns  {:>5} young {:>3} full  {:>8.1} us/pause  {:>6} KiB",
        stats.young_collections,
        stats.full_collections,
        stats.total_pause.as_nanos() as f64 / 1000.0 / collections.max(1) as f64,
        stats.committed_bytes / 1024
    );
}

fn tree(heap: &Heap, depth: usize) -> orochi_gc::Gc<Node> {
    let (left, right) = match depth {
        0 => (std::ptr::null(), std::ptr::null()),
        _ => (tree(heap, depth - 1).header(), tree(heap, depth - 1).header()),
    };
    let new = node(heap, depth);
    new.left.set(left);
    new.right.set(right);
    new
}

fn main() {
    let budget = std::env::args().nth(1).and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(1024);
    let config = Config { young_budget: budget << 10, ..Config::default() };
    const N: usize = 2_000_000;

    let ns = best(5, N, || {
        for id in 0..N {
            black_box(Box::new([id, 0, 0, 0]));
        }
    });
    println!("{:<58} {ns:>7.2} ns", "malloc + free, 32 bytes");

    let (heap, _) = heap_with(config.clone());
    heap.with_stack(|| {
        let ns = best(5, N, || {
            for id in 0..N {
                black_box(node(&heap, id));
            }
        });
        report("short-lived, 32 bytes", ns, &heap);
    });

    let (heap, _) = heap_with(config.clone());
    heap.with_stack(|| {
        let ns = best(5, N, || {
            for id in 0..N {
                black_box(array(&heap, id & 7));
            }
        });
        report("short-lived, 16 to 80 bytes, zeroed", ns, &heap);
        let ns = best(5, N / 10, || {
            for id in 0..N / 10 {
                black_box(array(&heap, 100 + (id & 63)));
            }
        });
        report("short-lived, 816 to 1320 bytes, zeroed", ns, &heap);
        let ns = best(5, N / 100, || {
            for id in 0..N / 100 {
                black_box(array(&heap, 2000 + (id & 63)));
            }
        });
        report("short-lived, 16 KB, zeroed", ns, &heap);
    });

    let (heap, roots) = heap_with(config.clone());
    heap.with_stack(|| {
        const RING: usize = 10_000;
        let ring = array(&heap, RING);
        roots.push(ring);
        let ns = best(5, N, || {
            for id in 0..N {
                let new = node(&heap, id);
                if id % 10 == 0 {
                    ring.slots()[id / 10 % RING].set(new.header());
                    heap.barrier(ring.header());
                }
            }
        });
        report("one in ten lives for 100,000 allocations", ns, &heap);
    });

    let (heap, roots) = heap_with(config.clone());
    heap.with_stack(|| {
        let start = Instant::now();
        roots.push(tree(&heap, 20));
        report("a tree of 2 million nodes, all live", start.elapsed().as_nanos() as f64 / (1 << 21) as f64, &heap);
        let ns = best(5, N, || {
            for id in 0..N {
                black_box(node(&heap, id));
            }
        });
        report("short-lived, 32 bytes, beside 64 MB of old objects", ns, &heap);
        let ns = best(3, 1 << 21, || heap.collect(CollectKind::Full));
        report("a full collection, for each live object", ns, &heap);
        roots.clear();
        scrub();
        let ns = best(1, 1, || heap.collect(CollectKind::Full));
        report("a full collection that frees everything, in all", ns, &heap);
        let ns = best(5, 1 << 18, || {
            black_box(tree(&heap, 17));
        });
        report("short-lived trees of 262,143 nodes", ns, &heap);
    });

    let (heap, roots) = heap_with(config.clone());
    heap.with_stack(|| {
        let list = array(&heap, N);
        roots.push(list);
        let start = Instant::now();
        for (id, slot) in list.slots().iter().enumerate() {
            slot.set(node(&heap, id).header());
            heap.barrier(list.header());
        }
        report("filling a list of 2 million elements", start.elapsed().as_nanos() as f64 / N as f64, &heap);
        // A random order defeats the prefetcher.
        let mut at = 1;
        for slot in list.slots() {
            at = (at * 1_103_515_245 + 12345) % N;
            let other = list.slots()[at].replace(slot.get());
            slot.set(other);
        }
        heap.barrier(list.header());
        let ns = best(3, N, || heap.collect(CollectKind::Full));
        report("a full collection in random order, for each object", ns, &heap);

        let (young, old) = (node(&heap, 1), list);
        let ns = best(5, N, || {
            for id in 0..N {
                black_box(young).id.set(id);
            }
        });
        let with = best(5, N, || {
            for id in 0..N {
                black_box(young).id.set(id);
                heap.barrier(black_box(young).header());
            }
        });
        report("the barrier, young object", with - ns, &heap);
        let with = best(5, N, || {
            for id in 0..N {
                black_box(young).id.set(id);
                heap.barrier(black_box(old).header());
            }
        });
        report("the barrier, remembered object", with - ns, &heap);
        let ns = best(5, 1, || heap.collect(CollectKind::Young));
        report("a young collection with nothing to do, in all", ns, &heap);
    });

    let ns = best(5, 1, || {
        drop(black_box(heap_with(config.clone())));
    });
    println!("{:<58} {ns:>7.0} ns", "making and dropping an empty heap");
    let ns = best(5, 1, || {
        let (heap, _) = heap_with(config.clone());
        black_box(node(&heap, 1));
    });
    println!("{:<58} {ns:>7.0} ns", "making a heap with one object, and dropping it");
}
