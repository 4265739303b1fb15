//! `tuple`: the object and its construction. [`methods`] has the methods, [`protocol`] the operators.

pub mod methods;
mod protocol;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::object::shape::Shape;
use crate::value::Value;
use crate::vm::Vm;

/// A tuple.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: u32,
    /// Items behind those that programs see: the named fields of a struct sequence that are not in the sequence.
    hidden: u32,
    items: [Cell<Value>; 0],
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Tuple {
    const LAYOUT: Layout = Layout::Tuple;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.slots().iter().for_each(|item| item.get().trace(tracer));
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.slots().len() * size_of::<Value>()
    }
}

impl Tuple {
    /// A tuple of these values.
    pub fn new(vm: &Vm, items: &[Value]) -> PyResult<Gc<Tuple>> {
        match *items {
            [] => Ok(vm.empty_tuple()),
            [one] => Self::of(vm, [one]),
            [one, two] => Self::of(vm, [one, two]),
            [one, two, three] => Self::of(vm, [one, two, three]),
            _ => Self::with_items(vm, vm.shapes().tuple, items),
        }
    }

    /// A tuple of so many values that its size is known when this is compiled.
    #[inline]
    pub fn of<const N: usize>(vm: &Vm, items: [Value; N]) -> PyResult<Gc<Tuple>> {
        const { assert!(N > 0 && N < 16, "the empty tuple is a singleton, and long ones are not worth it") };
        let memory = vm.alloc_raw::<Tuple>(vm.shapes().tuple, size_of::<Tuple>() + N * size_of::<Value>())?;
        // SAFETY: fresh memory for a tuple of so many items, which nobody else refers to.
        unsafe {
            let tuple = memory.as_ptr().cast::<Tuple>();
            (&raw mut (*tuple).len).write(N as u32);
            (&raw mut (*tuple).items).cast::<[Value; N]>().write(items);
            Ok(Gc::from_ptr(tuple))
        }
    }

    /// A tuple of an exact number of values. The iterator must not run Python code; items that it does not yield stay
    /// None.
    pub fn from_iter(vm: &Vm, len: usize, items: impl Iterator<Item = Value>) -> PyResult<Gc<Tuple>> {
        if len == 0 {
            return Ok(vm.empty_tuple());
        }
        let tuple = Self::with_len(vm, vm.shapes().tuple, len)?;
        for (slot, item) in tuple.slots().iter().zip(items.chain(core::iter::repeat(vm.none()))) {
            slot.set(item);
            // The iterator may allocate the next item.
            vm.heap.barrier(tuple.header());
        }
        Ok(tuple)
    }

    /// A tuple whose items are set one after the other, by [`Tuple::set_open`], for readers of data where an item may refer to its
    /// own tuple. The items are the integer 0 until then.
    pub fn new_open(vm: &Vm, len: usize) -> PyResult<Gc<Tuple>> {
        if len == 0 { Ok(vm.empty_tuple()) } else { Self::with_len(vm, vm.shapes().tuple, len) }
    }

    /// Sets an item of a tuple that is still being made.
    pub fn set_open(&self, vm: &Vm, index: usize, item: Value) {
        self.slots()[index].set(item);
        vm.heap.barrier(&raw const self.header);
    }

    /// A tuple that belongs to a subclass.
    pub fn with_class(vm: &Vm, class: Gc<Class>, items: &[Value]) -> PyResult<Gc<Tuple>> {
        Self::with_items(vm, class.root_shape(vm), items)
    }

    /// A tuple that belongs to a subclass, the last `hidden` items of which are fields and not in the sequence.
    pub(crate) fn with_hidden(vm: &Vm, class: Gc<Class>, items: &[Value], hidden: usize) -> PyResult<Gc<Tuple>> {
        debug_assert!(hidden <= items.len());
        let tuple = Self::with_class(vm, class, items)?;
        // SAFETY: a new object that nobody else refers to. The sum of both stays the number of items behind it.
        unsafe {
            (&raw mut (*tuple.as_ptr()).len).write((items.len() - hidden) as u32);
            (&raw mut (*tuple.as_ptr()).hidden).write(hidden as u32);
        }
        Ok(tuple)
    }

    /// The empty tuple, for the VM.
    pub(crate) fn new_empty(vm: &Vm) -> PyResult<Gc<Tuple>> {
        Self::with_len(vm, vm.shapes().tuple, 0)
    }

    /// Its items are the integer 0 until they are set.
    #[inline]
    fn with_items(vm: &Vm, shape: Gc<Shape>, items: &[Value]) -> PyResult<Gc<Tuple>> {
        let tuple = Self::with_len(vm, shape, items.len())?;
        for (slot, item) in tuple.slots().iter().zip(items) {
            slot.set(*item);
        }
        Ok(tuple)
    }

    fn with_len(vm: &Vm, shape: Gc<Shape>, len: usize) -> PyResult<Gc<Tuple>> {
        let Ok(count) = u32::try_from(len) else { return Err(vm.memory_error()) };
        let tuple: Gc<Tuple> = vm.alloc_trailing(shape, len, size_of::<Value>())?;
        // SAFETY: a new object that nobody else refers to; its memory was zeroed, so nothing is hidden.
        unsafe { (&raw mut (*tuple.as_ptr()).len).write(count) };
        Ok(tuple)
    }

    #[inline(always)]
    fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with so many items behind it.
        unsafe { core::slice::from_raw_parts(self.items.as_ptr(), self.len as usize + self.hidden as usize) }
    }

    /// The items. A tuple never changes once it is made.
    #[inline(always)]
    #[must_use]
    pub fn items(&self) -> &[Value] {
        // SAFETY: as in `slots`; `Cell<Value>` and `Value` have the same layout, and nothing writes after construction.
        unsafe { core::slice::from_raw_parts(self.items.as_ptr().cast::<Value>(), self.len as usize) }
    }

    /// An item or, behind them, a hidden one.
    #[must_use]
    pub(crate) fn field(&self, index: usize) -> Option<Value> {
        self.slots().get(index).map(Cell::get)
    }

    /// The number of items.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An item.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }
}

impl Vm {
    /// A tuple value.
    #[inline]
    pub fn new_tuple(&self, items: &[Value]) -> PyResult {
        Tuple::new(self, items).map(Value::from)
    }
}
