//! The object behind `collections.deque`: a ring of values that grows and shrinks at both ends. The methods are in the standard
//! library's `_collections` module.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::Array;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// The smallest ring that has room for items.
const SMALLEST: usize = 8;

/// A deque.
#[repr(C)]
pub struct Deque {
    header: Header,
    /// The ring. Its length is 0 or a power of two; places without an item are unbound.
    ring: Cell<Gc<Array>>,
    /// The place of the first item.
    head: Cell<usize>,
    len: Cell<usize>,
    /// The most items that it keeps.
    maxlen: Cell<Option<usize>>,
    /// Every change of the size changes this number.
    state: Cell<u64>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Deque {
    const LAYOUT: Layout = Layout::Deque;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.ring.get()).trace(tracer);
    }
}

impl Deque {
    /// An empty deque of a class with the layout.
    pub fn new(vm: &Vm, class: Gc<Class>) -> PyResult<Gc<Deque>> {
        vm.new_native(
            class,
            Deque {
                header: Header::empty(),
                ring: Cell::new(vm.empty_array()),
                head: Cell::new(0),
                len: Cell::new(0),
                maxlen: Cell::new(None),
                state: Cell::new(0),
            },
        )
    }

    /// The number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The most items that it keeps.
    #[inline]
    #[must_use]
    pub fn maxlen(&self) -> Option<usize> {
        self.maxlen.get()
    }

    /// Sets the most items that it keeps. Does not take away any.
    pub fn set_maxlen(&self, maxlen: Option<usize>) {
        self.maxlen.set(maxlen);
    }

    /// A number that every change of the size changes.
    #[inline]
    #[must_use]
    pub fn state(&self) -> u64 {
        self.state.get()
    }

    #[inline]
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// The place of an item in the ring.
    #[inline]
    fn place(&self, ring: &Array, index: usize) -> usize {
        self.head.get().wrapping_add(index) & ring.len().wrapping_sub(1)
    }

    /// An item; `None` beyond the end.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        let ring = self.ring.get();
        Some(ring.slots()[self.place(&ring, index)].get())
    }

    /// Replaces an item; does nothing beyond the end.
    #[inline]
    pub fn set(&self, vm: &Vm, index: usize, value: Value) {
        if index < self.len() {
            let ring = self.ring.get();
            ring.slots()[self.place(&ring, index)].set(value);
            vm.heap.barrier(ring.header());
        }
    }

    /// A ring with room for more items than there are.
    #[inline]
    fn reserve(&self, vm: &Vm, additional: usize) -> PyResult<Gc<Array>> {
        let ring = self.ring.get();
        if ring.len() - self.len() >= additional { Ok(ring) } else { self.grow(vm, additional) }
    }

    #[cold]
    fn grow(&self, vm: &Vm, additional: usize) -> PyResult<Gc<Array>> {
        let size = self.len().checked_add(additional).and_then(usize::checked_next_power_of_two);
        let Some(size) = size else { return Err(vm.memory_error()) };
        let ring = Array::new(vm, size.max(SMALLEST))?;
        for (index, slot) in ring.slots()[..self.len()].iter().enumerate() {
            slot.set(self.get(index).unwrap_or_default());
        }
        vm.heap.barrier(ring.header());
        self.ring.set(ring);
        self.head.set(0);
        vm.heap.barrier(&raw const self.header);
        Ok(ring)
    }

    /// Adds an item at the end. One too many at the start goes.
    #[inline]
    pub fn push_back(&self, vm: &Vm, value: Value) -> PyResult<()> {
        match self.maxlen.get() {
            Some(0) => return Ok(()),
            Some(most) if self.len() >= most => drop(self.pop_front()),
            _ => {}
        }
        let ring = self.reserve(vm, 1)?;
        ring.slots()[self.place(&ring, self.len())].set(value);
        vm.heap.barrier(ring.header());
        self.len.set(self.len() + 1);
        self.changed();
        Ok(())
    }

    /// Adds an item at the start. One too many at the end goes.
    #[inline]
    pub fn push_front(&self, vm: &Vm, value: Value) -> PyResult<()> {
        match self.maxlen.get() {
            Some(0) => return Ok(()),
            Some(most) if self.len() >= most => drop(self.pop_back()),
            _ => {}
        }
        let ring = self.reserve(vm, 1)?;
        let head = self.place(&ring, usize::MAX);
        ring.slots()[head].set(value);
        vm.heap.barrier(ring.header());
        self.head.set(head);
        self.len.set(self.len() + 1);
        self.changed();
        Ok(())
    }

    /// Adds items at the end.
    pub fn extend(&self, vm: &Vm, items: &[Value]) -> PyResult<()> {
        if self.maxlen.get().is_some() {
            return items.iter().try_for_each(|item| self.push_back(vm, *item));
        }
        let ring = self.reserve(vm, items.len())?;
        let len = self.len();
        for (index, item) in items.iter().enumerate() {
            ring.slots()[self.place(&ring, len + index)].set(*item);
        }
        vm.heap.barrier(ring.header());
        self.len.set(len + items.len());
        self.changed();
        Ok(())
    }

    /// Takes the last item away.
    #[inline]
    pub fn pop_back(&self) -> Option<Value> {
        let last = self.len().checked_sub(1)?;
        let ring = self.ring.get();
        let value = ring.slots()[self.place(&ring, last)].replace(Value::UNBOUND);
        self.len.set(last);
        self.changed();
        Some(value)
    }

    /// Takes the first item away.
    #[inline]
    pub fn pop_front(&self) -> Option<Value> {
        let rest = self.len().checked_sub(1)?;
        let ring = self.ring.get();
        let value = ring.slots()[self.head.get()].replace(Value::UNBOUND);
        self.head.set(self.place(&ring, 1));
        self.len.set(rest);
        self.changed();
        Some(value)
    }

    /// Takes all items away.
    pub fn clear(&self, vm: &Vm) {
        self.ring.set(vm.empty_array());
        vm.heap.barrier(&raw const self.header);
        self.head.set(0);
        self.len.set(0);
        self.changed();
    }

    /// Moves `count` items from the end to the start; from the start to the end if it is negative.
    pub fn rotate(&self, vm: &Vm, count: i64) {
        let (len, ring) = (self.len() as i64, self.ring.get());
        if len < 2 {
            return;
        }
        let count = count.rem_euclid(len) as usize;
        let len = self.len();
        if len == ring.len() {
            // A full ring turns as a whole.
            self.head.set(self.place(&ring, len - count));
        } else if count <= len / 2 {
            for _ in 0..count {
                let value = ring.slots()[self.place(&ring, len - 1)].replace(Value::UNBOUND);
                self.head.set(self.place(&ring, usize::MAX));
                ring.slots()[self.head.get()].set(value);
            }
        } else {
            for _ in count..len {
                let value = ring.slots()[self.head.get()].replace(Value::UNBOUND);
                ring.slots()[self.place(&ring, len)].set(value);
                self.head.set(self.place(&ring, 1));
            }
        }
        vm.heap.barrier(ring.header());
        self.changed();
    }

    /// Puts an item before the one at an index.
    pub fn insert(&self, vm: &Vm, index: usize, value: Value) -> PyResult<()> {
        if index < self.len() / 2 {
            self.push_front(vm, value)?;
            for at in 0..index {
                self.set(vm, at, self.get(at + 1).unwrap_or_default());
            }
        } else {
            self.push_back(vm, value)?;
            for at in (index + 1..self.len()).rev() {
                self.set(vm, at, self.get(at - 1).unwrap_or_default());
            }
        }
        self.set(vm, index, value);
        Ok(())
    }

    /// Takes the item at an index away.
    pub fn remove(&self, vm: &Vm, index: usize) {
        if index >= self.len() {
            return;
        }
        if index < self.len() / 2 {
            for at in (0..index).rev() {
                self.set(vm, at + 1, self.get(at).unwrap_or_default());
            }
            self.pop_front();
        } else {
            for at in index..self.len() - 1 {
                self.set(vm, at, self.get(at + 1).unwrap_or_default());
            }
            self.pop_back();
        }
    }

    /// The bytes that the items take.
    #[must_use]
    pub fn ring_bytes(&self) -> usize {
        self.ring.get().len() * size_of::<Value>()
    }
}
