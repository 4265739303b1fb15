//! Object types and helpers for the tests of the heap.
#![allow(dead_code)]

use std::cell::{Cell, RefCell};
use std::ptr::{self, NonNull};

use orochi_gc::{CollectKind, Config, Gc, Header, Heap, HeapObject, Kind, Meta, Roots, Tracer};

/// Two references and a number: 32 bytes.
#[repr(C)]
pub struct Node {
    pub header: Header,
    pub left: Cell<*const Header>,
    pub right: Cell<*const Header>,
    pub id: Cell<usize>,
}

// SAFETY: repr(C), begins with a header, nothing to drop.
unsafe impl HeapObject for Node {}

unsafe fn trace_node(object: NonNull<Header>, tracer: &mut Tracer) {
    // SAFETY: the heap calls this with nodes only.
    let node = unsafe { object.cast::<Node>().as_ref() };
    tracer.edge(node.left.get());
    tracer.edge(node.right.get());
}

pub static NODE_KIND: Kind = Kind { name: "node", trace: trace_node, drop: None };
pub static NODE: Meta = Meta::fixed(&NODE_KIND);

/// A counted array of references behind a header.
#[repr(C)]
pub struct Array {
    pub header: Header,
    pub length: Cell<usize>,
}

// SAFETY: as above.
unsafe impl HeapObject for Array {}

impl Array {
    pub fn slots(&self) -> &[Cell<*const Header>] {
        // SAFETY: allocated with room for `length` slots.
        unsafe { std::slice::from_raw_parts((self as *const Array).add(1).cast(), self.length.get()) }
    }
}

unsafe fn trace_array(object: NonNull<Header>, tracer: &mut Tracer) {
    // SAFETY: the heap calls this with arrays only.
    for slot in unsafe { object.cast::<Array>().as_ref() }.slots() {
        tracer.edge(slot.get());
    }
}

pub static ARRAY_KIND: Kind = Kind { name: "array", trace: trace_array, drop: None };
pub static ARRAY: Meta = Meta::fixed(&ARRAY_KIND);

/// Owns malloc memory, and counts how often it was dropped.
#[repr(C)]
pub struct Owner {
    pub header: Header,
    pub next: Cell<*const Header>,
    pub memory: *mut Vec<u8>,
}

thread_local! {
    pub static DROPPED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: as above; `memory` is released by the kind's `drop`.
unsafe impl HeapObject for Owner {
    const NEEDS_DROP: bool = true;
}

unsafe fn trace_owner(object: NonNull<Header>, tracer: &mut Tracer) {
    // SAFETY: the heap calls this with owners only.
    tracer.edge(unsafe { object.cast::<Owner>().as_ref() }.next.get());
}

unsafe fn drop_owner(object: NonNull<Header>, heap: &Heap) {
    // SAFETY: the heap calls this once for each owner; `memory` came from `Box::into_raw`.
    let memory = unsafe { Box::from_raw(object.cast::<Owner>().as_ref().memory) };
    heap.external(-(memory.len() as isize));
    DROPPED.set(DROPPED.get() + 1);
}

pub static OWNER_KIND: Kind = Kind { name: "owner", trace: trace_owner, drop: Some(drop_owner) };
pub static OWNER: Meta = Meta::fixed(&OWNER_KIND);

/// A weak reference: one slot that the collector clears.
#[repr(C)]
pub struct Weak {
    pub header: Header,
    pub slot: Cell<usize>,
}

// SAFETY: as above.
unsafe impl HeapObject for Weak {}

unsafe fn trace_nothing(_: NonNull<Header>, _: &mut Tracer) {}

pub static WEAK_KIND: Kind = Kind { name: "weak", trace: trace_nothing, drop: None };
pub static WEAK: Meta = Meta::fixed(&WEAK_KIND);

/// A list of roots.
#[derive(Default)]
pub struct RootList(pub RefCell<Vec<*const Header>>);

// SAFETY: the tests keep live objects in it only.
unsafe impl Roots for RootList {
    fn trace(&self, _: CollectKind, tracer: &mut Tracer) {
        for root in self.0.borrow().iter() {
            tracer.edge(*root);
        }
    }
}

impl RootList {
    pub fn push<T: HeapObject>(&self, object: Gc<T>) {
        self.0.borrow_mut().push(object.header());
    }
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// A heap whose roots are a list. The list is leaked: tests are short.
pub fn heap_with(config: Config) -> (Heap, &'static RootList) {
    let roots: &'static RootList = Box::leak(Box::default());
    let heap = Heap::new(config);
    // SAFETY: static.
    unsafe { heap.set_roots(NonNull::from(roots as &dyn Roots)) };
    (heap, roots)
}

pub fn heap() -> (Heap, &'static RootList) {
    heap_with(Config::default())
}

pub fn node(heap: &Heap, id: usize) -> Gc<Node> {
    let none = || Cell::new(ptr::null());
    heap.alloc(&NODE, Node { header: Header::empty(), left: none(), right: none(), id: Cell::new(id) })
}

pub fn set_left<T: HeapObject>(heap: &Heap, node: Gc<Node>, to: Gc<T>) {
    node.left.set(to.header());
    heap.barrier(node.header());
}

pub fn array(heap: &Heap, length: usize) -> Gc<Array> {
    let bytes = size_of::<Array>() + length * size_of::<usize>();
    let memory = heap.alloc_sized::<Array>(&ARRAY, bytes).expect("memory");
    // SAFETY: just allocated; all zero is a valid array.
    let array = unsafe { Gc::<Array>::from_ptr(memory.as_ptr().cast()) };
    array.length.set(length);
    array
}

pub fn owner(heap: &Heap, bytes: usize) -> Gc<Owner> {
    let memory = Box::into_raw(Box::new(vec![1u8; bytes]));
    let owner = heap.alloc(&OWNER, Owner { header: Header::empty(), next: Cell::new(ptr::null()), memory });
    heap.external(bytes as isize);
    owner
}

pub fn weak<T: HeapObject>(heap: &Heap, target: Gc<T>) -> Gc<Weak> {
    let weak = heap.alloc(&WEAK, Weak { header: Header::empty(), slot: Cell::new(target.header() as usize + 1) });
    // SAFETY: the slot lies inside the object and is not traced.
    unsafe { heap.register_weak(weak.as_header(), &weak.slot) };
    weak
}

pub fn count(heap: &Heap) -> usize {
    let mut count = 0;
    heap.for_each_object(|_| count += 1);
    count
}

/// Overwrites the native stack below the caller, so that no stale references are found there.
#[inline(never)]
pub fn scrub() {
    std::hint::black_box([0usize; 2048]);
}
