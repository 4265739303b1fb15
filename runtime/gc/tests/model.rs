//! Random programs on the heap, held against a model that knows exactly what is reachable.

mod support;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ptr::{self, NonNull};

use orochi_gc::{CollectKind, Config, Gc, Header, Heap};
use support::*;

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Node,
    Array,
    Owner,
    Weak,
}

struct Object {
    kind: Type,
    /// Targets by slot.
    edges: Vec<Option<usize>>,
    weak: Option<usize>,
    finalizable: bool,
    old: bool,
}

/// The heap under test and the model, which names objects by their address.
struct Model {
    heap: Heap,
    roots: &'static RootList,
    objects: HashMap<usize, Object>,
    random: Random,
    /// Dead finalizable objects that the heap must hand out.
    ready: HashSet<usize>,
    dead_weak: HashSet<usize>,
    dropped: usize,
    made_owners: usize,
}

impl Model {
    fn new(seed: u64, config: Config) -> Model {
        let (heap, roots) = heap_with(config);
        DROPPED.set(0);
        let random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (objects, ready, dead_weak) = Default::default();
        Model { heap, roots, objects, random, ready, dead_weak, dropped: 0, made_owners: 0 }
    }

    fn pick_root(&mut self) -> Option<usize> {
        let roots = self.roots.0.borrow();
        (!roots.is_empty()).then(|| roots[self.random.below(roots.len())] as usize)
    }

    /// A reachable object: a random walk from a root.
    fn pick(&mut self) -> Option<usize> {
        let mut at = self.pick_root()?;
        for _ in 0..self.random.below(6) {
            let edges = &self.objects[&at].edges;
            if edges.is_empty() {
                break;
            }
            match edges[self.random.below(edges.len())] {
                Some(next) => at = next,
                None => break,
            }
        }
        Some(at)
    }

    fn slot(&self, object: usize, index: usize) -> &Cell<*const Header> {
        // SAFETY: the object is in the model, so it is alive, and of the type that the model says.
        unsafe {
            match self.objects[&object].kind {
                Type::Node if index == 0 => &(*(object as *const Node)).left,
                Type::Node => &(*(object as *const Node)).right,
                Type::Array => &(&*(object as *const Array)).slots()[index],
                Type::Owner => &(*(object as *const Owner)).next,
                Type::Weak => unreachable!("weak objects have no edges"),
            }
        }
    }

    fn allocate(&mut self) {
        let (address, kind, edges, weak_target) = match self.random.below(20) {
            0..10 => (node(&self.heap, 0).header() as usize, Type::Node, 2, None),
            10..16 => {
                let length = match self.random.below(12) {
                    0..9 => self.random.below(40),
                    9 => self.random.below(1000),
                    10 => self.random.below(3000),
                    _ => self.random.below(12_000),
                };
                let array = array(&self.heap, length);
                assert!(array.slots().iter().all(|slot| slot.get().is_null()), "memory is zero");
                (array.header() as usize, Type::Array, length, None)
            }
            16..18 => {
                self.made_owners += 1;
                (owner(&self.heap, 10).header() as usize, Type::Owner, 1, None)
            }
            _ => {
                let Some(target) = self.pick() else { return };
                // SAFETY: reachable.
                let to = unsafe { Gc::<Node>::from_ptr(target as *const Node) };
                (weak(&self.heap, to).header() as usize, Type::Weak, 0, Some(target))
            }
        };
        assert!(!self.objects.contains_key(&address), "a live object's cell was handed out again");
        let finalizable = self.random.below(20) == 0;
        if finalizable {
            self.heap.register_finalizable(NonNull::new(address as *mut Header).expect("not null"));
        }
        let object = Object { kind, edges: vec![None; edges], weak: weak_target, finalizable, old: false };
        self.objects.insert(address, object);
        match self.pick() {
            Some(holder) if self.random.below(4) > 0 && !self.objects[&holder].edges.is_empty() => {
                let index = self.random.below(self.objects[&holder].edges.len());
                self.store(holder, index, Some(address));
            }
            _ if self.random.below(8) > 0 => self.roots.0.borrow_mut().push(address as *const Header),
            _ => {}
        }
    }

    fn store(&mut self, object: usize, index: usize, target: Option<usize>) {
        self.slot(object, index).set(target.map_or(ptr::null(), |target| target as *const Header));
        self.heap.barrier(object as *const Header);
        self.objects.get_mut(&object).expect("known").edges[index] = target;
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..60 => self.allocate(),
            60..80 => {
                let (Some(from), Some(to)) = (self.pick(), self.pick()) else { return };
                let edges = self.objects[&from].edges.len();
                if edges > 0 {
                    let target = (self.random.below(3) > 0).then_some(to);
                    let index = self.random.below(edges);
                    self.store(from, index, target);
                }
            }
            80..93 => {
                let count = self.roots.0.borrow().len();
                if count > 20 || (count > 0 && self.random.below(3) == 0) {
                    let at = self.random.below(count);
                    self.roots.0.borrow_mut().swap_remove(at);
                }
            }
            93..98 => self.collect(CollectKind::Young),
            98 => self.collect(CollectKind::Full),
            _ => self.take_pending(),
        }
    }

    /// What is reachable from `from`, added to `reached`. A young collection does not look into old objects, which
    /// all stay.
    fn reach(&self, from: impl Iterator<Item = usize>, reached: &mut HashSet<usize>) {
        let mut stack: Vec<usize> = from.collect();
        while let Some(object) = stack.pop() {
            if reached.insert(object) {
                stack.extend(self.objects[&object].edges.iter().flatten());
            }
        }
    }

    fn collect(&mut self, kind: CollectKind) {
        let full = kind == CollectKind::Full;
        let mut live = HashSet::new();
        let roots: Vec<usize> = self.roots.0.borrow().iter().map(|root| *root as usize).collect();
        self.reach(roots.into_iter(), &mut live);
        self.reach(self.ready.iter().chain(&self.dead_weak).copied(), &mut live);
        if !full {
            let old = self.objects.iter().filter(|(_, object)| object.old).map(|(address, _)| *address);
            self.reach(old, &mut live);
        }
        let dead_finalizable: Vec<usize> = self
            .objects
            .iter()
            .filter(|(address, object)| object.finalizable && !live.contains(address))
            .map(|(address, _)| *address)
            .collect();
        self.reach(dead_finalizable.iter().copied(), &mut live);
        for address in dead_finalizable {
            self.objects.get_mut(&address).expect("known").finalizable = false;
            self.ready.insert(address);
        }
        for (address, object) in &mut self.objects {
            if live.contains(address) && object.weak.is_some_and(|target| !live.contains(&target)) {
                object.weak = None;
                self.dead_weak.insert(*address);
            }
        }
        let before = self.objects.len();
        self.dropped += self
            .objects
            .iter()
            .filter(|(address, object)| !live.contains(address) && object.kind == Type::Owner)
            .count();
        self.objects.retain(|address, object| {
            object.old = true;
            live.contains(address)
        });

        self.heap.collect(kind);
        self.check(before);
    }

    fn check(&self, before: usize) {
        let mut found = HashSet::new();
        let mut bytes = 0;
        self.heap.for_each_object(|object| assert!(found.insert(object.as_ptr() as usize)));
        assert!(found.len() <= before);
        for (address, object) in &self.objects {
            assert!(found.remove(address), "a reachable object was freed");
            for (index, edge) in object.edges.iter().enumerate() {
                assert_eq!(self.slot(*address, index).get() as usize, edge.unwrap_or(0));
            }
            if object.kind == Type::Weak {
                // SAFETY: alive.
                let slot = unsafe { &(*(*address as *const Weak)).slot };
                assert_eq!(slot.get(), object.weak.map_or(0, |target| target + 1));
            }
            let size = self.heap.size_of_object(NonNull::new(*address as *mut Header).expect("not null"));
            bytes += size;
            for interior in [0, 1, 8, size / 2, size - 1] {
                let found = self.heap.find_object(address + interior).expect("inside an object");
                assert_eq!(found.as_ptr() as usize, *address);
                assert_eq!(self.heap.is_cell((address + interior) as *const u8), interior == 0);
            }
        }
        assert!(found.is_empty(), "{} unreachable objects were kept", found.len());
        assert_eq!(self.heap.stats().old_bytes, bytes);
        assert_eq!(DROPPED.get(), self.dropped);
        let owners = self.objects.values().filter(|object| object.kind == Type::Owner).count();
        assert_eq!(self.heap.stats().external_bytes, owners * 10);
    }

    /// Takes what is queued; a third of the finalized objects is resurrected.
    fn take_pending(&mut self) {
        while let Some(object) = self.heap.take_finalizable() {
            let address = object.as_ptr() as usize;
            assert!(self.ready.remove(&address), "not ready for its finalizer");
            if self.random.below(3) == 0 {
                self.roots.0.borrow_mut().push(object.as_ptr());
            }
        }
        assert!(self.ready.is_empty(), "finalizers were lost");
        while let Some(object) = self.heap.take_dead_weak() {
            assert!(self.dead_weak.remove(&(object.as_ptr() as usize)), "its target is not dead");
        }
        assert!(self.dead_weak.is_empty(), "dead weak references were lost");
    }
}

fn run(seed: u64, steps: usize, config: Config) {
    let mut model = Model::new(seed, config);
    for _ in 0..steps {
        model.step();
    }
    // Finalizers may resurrect, but each object has one only once.
    for _ in 0..3 {
        model.roots.clear();
        model.collect(CollectKind::Full);
        model.take_pending();
    }
    assert!(model.objects.is_empty());
    assert_eq!(DROPPED.get(), model.made_owners);
}

#[test]
fn random_programs_agree_with_the_model() {
    // OROCHI_GC_SEEDS=n runs n seeds instead, for a longer hunt.
    let seeds = std::env::var("OROCHI_GC_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(6);
    for seed in 0..seeds {
        run(seed, 3000, Config::default());
    }
}

#[test]
fn random_programs_agree_with_the_model_under_stress() {
    for seed in 100..102 {
        // No stack is registered, so collections happen at the model's wish only; freed memory is poisoned and edges
        // are checked.
        run(seed, 2000, Config { stress: 1, ..Config::default() });
    }
}

/// Programs whose only references are on the native stack, with a collection at every allocation.
#[test]
fn the_native_stack_is_enough_of_a_root() {
    fn build(heap: &Heap, depth: usize, random: &mut Random) -> Gc<Node> {
        let new = node(heap, depth);
        if depth > 0 {
            let left = build(heap, depth - 1, random);
            let right = build(heap, depth - 1 - random.below(depth.min(2)), random);
            let list = array(heap, 1 + random.below(40));
            set_left(heap, new, left);
            list.slots()[0].set(right.header());
            heap.barrier(list.header());
            new.right.set(list.header());
            heap.barrier(new.header());
            owner(heap, 5);
        }
        new
    }
    fn sum(node: Gc<Node>) -> usize {
        let mut total = 1;
        if !node.left.get().is_null() {
            // SAFETY: as `build` made it.
            unsafe {
                total += sum(Gc::from_ptr(node.left.get().cast()));
                let list = Gc::<Array>::from_ptr(node.right.get().cast());
                total += sum(Gc::from_ptr(list.slots()[0].get().cast()));
            }
        }
        total
    }
    for stress in [1, 3] {
        let (heap, _roots) = heap_with(Config { stress, ..Config::default() });
        heap.with_stack(|| {
            for seed in 1..6 {
                let tree = build(&heap, 6, &mut Random(seed));
                let size = sum(tree);
                heap.collect(CollectKind::Full);
                assert_eq!(sum(tree), size);
            }
        });
    }
}
