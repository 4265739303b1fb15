//! `list`: the object, its growth and the changes that the VM makes to it itself. [`methods`] has the methods,
//! [`protocol`] the operators, [`slices`] slices, [`sort`] sorting.

pub mod methods;
mod protocol;
mod slices;
mod sort;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::array::Array;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A list: a number of items at the start of an array.
#[repr(C)]
pub struct List {
    header: Header,
    len: Cell<usize>,
    /// Holds at least `len` items; those beyond are unbound.
    array: Cell<Gc<Array>>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for List {
    const LAYOUT: Layout = Layout::List;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.array.get()).trace(tracer);
    }
}

impl List {
    /// A list of these values.
    pub fn new(vm: &Vm, items: &[Value]) -> PyResult<Gc<List>> {
        Self::with_class(vm, vm.types().list, items)
    }

    /// An empty list with room for some items.
    pub fn with_capacity(vm: &Vm, capacity: usize) -> PyResult<Gc<List>> {
        let array = if capacity == 0 { vm.empty_array() } else { Array::new(vm, capacity)? };
        vm.new_native(vm.types().list, List { header: Header::empty(), len: Cell::new(0), array: Cell::new(array) })
    }

    /// A list of what cells hold, with room for some items.
    #[inline]
    pub(super) fn of_cells(vm: &Vm, cells: &[Cell<Value>], capacity: usize) -> PyResult<Gc<List>> {
        let array = if capacity == 0 { vm.empty_array() } else { Array::filled(vm, capacity, cells)? };
        let len = cells.len().min(capacity);
        vm.new_native(vm.types().list, List { header: Header::empty(), len: Cell::new(len), array: Cell::new(array) })
    }

    /// A list that may belong to a subclass.
    pub fn with_class(vm: &Vm, class: Gc<Class>, items: &[Value]) -> PyResult<Gc<List>> {
        let array = if items.is_empty() { vm.empty_array() } else { Array::new(vm, items.len())? };
        for (slot, item) in array.slots().iter().zip(items) {
            slot.set(*item);
        }
        vm.new_native(class, List { header: Header::empty(), len: Cell::new(items.len()), array: Cell::new(array) })
    }

    /// The number of items.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items as they are now. The cells stay valid when the list changes, but are no longer its items then.
    #[inline(always)]
    #[must_use]
    pub fn slots<'a>(&self) -> &'a [Cell<Value>] {
        let array = self.array.get();
        // SAFETY: an array is never moved or shortened, and stays alive while a reference to it is on the stack; `len` is
        // never larger than its length.
        unsafe { core::slice::from_raw_parts(array.slots().as_ptr(), self.len.get()) }
    }

    /// An item.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.slots().get(index).map(Cell::get)
    }

    /// Replaces an item. False when there is none at the index.
    #[inline(always)]
    pub fn set(&self, vm: &Vm, index: usize, value: Value) -> bool {
        match self.slots().get(index) {
            Some(slot) => {
                slot.set(value);
                vm.heap.barrier(self.array.get().header());
                true
            }
            None => false,
        }
    }

    /// Appends an item.
    #[inline(always)]
    pub fn push(&self, vm: &Vm, value: Value) -> PyResult<()> {
        let (len, array) = (self.len.get(), self.array.get());
        if len < array.len() {
            array.slots()[len].set(value);
            self.len.set(len + 1);
            vm.heap.barrier(array.header());
            return Ok(());
        }
        self.push_slow(vm, value)
    }

    #[cold]
    #[inline(never)]
    fn push_slow(&self, vm: &Vm, value: Value) -> PyResult<()> {
        self.reserve(vm, 1)?;
        self.push(vm, value)
    }

    /// Makes room for `additional` more items.
    pub fn reserve(&self, vm: &Vm, additional: usize) -> PyResult<()> {
        let len = self.len.get();
        let Some(wanted) = len.checked_add(additional) else { return Err(vm.memory_error()) };
        if wanted <= self.array.get().len() {
            return Ok(());
        }
        // CPython's growth: an eighth more, and a few.
        let capacity = wanted + (wanted >> 3) + if wanted < 9 { 3 } else { 6 };
        self.set_capacity(vm, capacity)
    }

    fn set_capacity(&self, vm: &Vm, capacity: usize) -> PyResult<()> {
        let array = Array::filled(vm, capacity, self.slots())?;
        self.array.set(array);
        vm.heap.barrier(&raw const self.header);
        Ok(())
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop(&self) -> Option<Value> {
        let last = self.len.get().checked_sub(1)?;
        let value = self.slots()[last].replace(Value::UNBOUND);
        self.len.set(last);
        Some(value)
    }

    /// Appends items that the list does not own itself.
    pub fn extend(&self, vm: &Vm, items: &[Value]) -> PyResult<()> {
        self.reserve(vm, items.len())?;
        let (len, array) = (self.len.get(), self.array.get());
        for (slot, item) in array.slots()[len..].iter().zip(items) {
            slot.set(*item);
        }
        self.len.set(len + items.len());
        vm.heap.barrier(array.header());
        Ok(())
    }

    /// Replaces the items `start..end` by others, which must not be items of this list's own array.
    pub fn splice(&self, vm: &Vm, start: usize, end: usize, items: &[Value]) -> PyResult<()> {
        let len = self.len.get();
        let (start, end) = (start.min(len), end.clamp(start.min(len), len));
        let removed = end - start;
        if items.len() > removed {
            self.reserve(vm, items.len() - removed)?;
        }
        let array = self.array.get();
        let slots = array.slots();
        let tail = len - end;
        let new_end = start + items.len();
        let new_len = new_end + tail;
        if new_end != end {
            // SAFETY: both ranges lie in the array: `reserve` made room for the longer list. Cells may be copied as bytes.
            unsafe { core::ptr::copy(slots.as_ptr().add(end), slots.as_ptr().add(new_end).cast_mut(), tail) };
            slots[new_len.min(len)..len].iter().for_each(|slot| slot.set(Value::UNBOUND));
        }
        for (slot, item) in slots[start..].iter().zip(items) {
            slot.set(*item);
        }
        self.len.set(new_len);
        vm.heap.barrier(array.header());
        Ok(())
    }

    /// Removes all items.
    pub fn clear(&self, vm: &Vm) {
        self.len.set(0);
        self.array.set(vm.empty_array());
        vm.heap.barrier(&raw const self.header);
    }

    /// Takes the items away as an array of its own (for sorting), leaving the list empty.
    pub fn take(&self, vm: &Vm) -> (Gc<Array>, usize) {
        let parts = (self.array.get(), self.len.get());
        self.clear(vm);
        parts
    }

    /// Gives the list other items: the first `len` of an array that nobody else uses.
    pub fn put(&self, vm: &Vm, array: Gc<Array>, len: usize) {
        self.array.set(array);
        self.len.set(len.min(array.len()));
        vm.heap.barrier(&raw const self.header);
    }

    /// The items, copied to a tuple.
    pub fn to_tuple(&self, vm: &Vm) -> PyResult<Gc<crate::types::tuple::Tuple>> {
        let slots = self.slots();
        crate::types::tuple::Tuple::from_iter(vm, slots.len(), slots.iter().map(Cell::get))
    }
}

impl Vm {
    /// A list value.
    pub fn new_list(&self, items: &[Value]) -> PyResult {
        List::new(self, items).map(Value::from)
    }
}
