//! Arrays of values: what lists, sets and overflowing instances own. Programs never see one.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A fixed number of values.
#[repr(C)]
pub struct Array {
    header: Header,
    len: usize,
    items: [Cell<Value>; 0],
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Array {
    const LAYOUT: Layout = Layout::Array;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for item in self.slots() {
            item.get().trace(tracer);
        }
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len * size_of::<Value>()
    }
}

impl Array {
    /// An array of `len` unbound values; MemoryError when there is no room.
    pub fn new(vm: &Vm, len: usize) -> PyResult<Gc<Array>> {
        let array: Gc<Array> = vm.alloc_trailing(vm.shapes().array, len, size_of::<Value>())?;
        // SAFETY: fresh memory of the right size; the length is set before anyone else sees the object.
        unsafe { (&raw mut (*array.as_ptr()).len).write(len) };
        for slot in array.slots() {
            slot.set(Value::UNBOUND);
        }
        Ok(array)
    }

    /// An array of `len` values, the first of which are what cells hold; the others are unbound.
    #[inline]
    pub fn filled(vm: &Vm, len: usize, cells: &[Cell<Value>]) -> PyResult<Gc<Array>> {
        let array: Gc<Array> = vm.alloc_trailing(vm.shapes().array, len, size_of::<Value>())?;
        // SAFETY: as in `new`.
        unsafe { (&raw mut (*array.as_ptr()).len).write(len) };
        let (filled, rest) = array.slots().split_at(cells.len().min(len));
        filled.iter().zip(cells).for_each(|(to, from)| to.set(from.get()));
        rest.iter().for_each(|slot| slot.set(Value::UNBOUND));
        Ok(array)
    }

    /// The items.
    #[inline(always)]
    #[must_use]
    pub fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with `len` items behind it.
        unsafe { core::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }

    /// The number of items.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}
