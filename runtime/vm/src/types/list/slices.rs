//! Slices of lists, and copies of parts of them.

use core::cell::Cell;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::array::Array;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

impl List {
    /// A plain list of the items from `start` to `end`.
    pub fn copy_range(&self, vm: &Vm, start: usize, end: usize) -> PyResult<Gc<List>> {
        let slots = self.slots();
        let end = end.min(slots.len());
        let part = slots.get(start..end).unwrap_or(&[]);
        List::of_cells(vm, part, part.len())
    }

    /// Appends what cells hold; they may be those of this list.
    pub fn extend_cells(&self, vm: &Vm, cells: &[Cell<Value>]) -> PyResult<()> {
        self.reserve(vm, cells.len())?;
        let (len, array) = (self.len.get(), self.array.get());
        for (slot, cell) in array.slots()[len..].iter().zip(cells) {
            slot.set(cell.get());
        }
        self.len.set(len + cells.len());
        vm.heap.barrier(array.header());
        Ok(())
    }

    /// The items `count` times over.
    pub fn repeat(&self, vm: &Vm, count: usize) -> PyResult<Gc<List>> {
        let slots = self.slots();
        let Some(total) = slots.len().checked_mul(count) else { return Err(vm.memory_error()) };
        let repeated = List::with_capacity(vm, total)?;
        if total == 0 {
            return Ok(repeated);
        }
        let array = repeated.array.get();
        match slots {
            [single] => array.slots().iter().for_each(|slot| slot.set(single.get())),
            _ => {
                for chunk in array.slots().chunks(slots.len()) {
                    chunk.iter().zip(slots).for_each(|(to, from)| to.set(from.get()));
                }
            }
        }
        repeated.len.set(total);
        vm.heap.barrier(array.header());
        Ok(repeated)
    }

    /// `list[slice]`.
    pub fn get_slice(&self, vm: &Vm, slice: &Slice) -> PyResult<Gc<List>> {
        let range = vm.slice_range(slice, self.len())?;
        // The length may have changed in `__index__`: what is not there any more is left out.
        if range.step == 1 {
            return self.copy_range(vm, range.start as usize, range.start as usize + range.count);
        }
        if range.count == 0 {
            return List::with_capacity(vm, 0);
        }
        let array = Array::new(vm, range.count)?;
        let slots = self.slots();
        let (mut len, mut place) = (0, range.start);
        for _ in 0..range.count {
            if let Some(item) = slots.get(place as usize) {
                array.slots()[len].set(item.get());
                len += 1;
            }
            place = place.wrapping_add(range.step);
        }
        let part = List::with_capacity(vm, 0)?;
        part.put(vm, array, len);
        Ok(part)
    }

    /// `list[slice] = iterable`.
    pub fn set_slice(&self, vm: &Vm, slice: &Slice, iterable: Value) -> PyResult<()> {
        let other = iterable.cast::<List>().filter(|_| vm.is_exact_list(iterable));
        let items =
            match other.filter(|other| !core::ptr::eq(self, other.as_ptr())).map_or_else(|| vm.list_from(iterable), Ok)
            {
                Ok(items) => items,
                // Only what is no iterable at all gets this message; errors while iterating stay as they are.
                Err(raised)
                    if vm.pending_is(vm.types().type_error)
                        && vm.class_of(iterable).special(crate::object::Special::Iter).is_unbound() =>
                {
                    let _ = vm.take_exception(raised);
                    return Err(vm.type_error("must assign iterable to extended slice"));
                }
                Err(raised) => return Err(raised),
            };
        let range = vm.slice_range(slice, self.len())?;
        if range.step == 1 {
            let start = range.start as usize;
            return self.splice_cells(vm, start, start.max(range.stop.max(0) as usize), items.slots());
        }
        if items.len() != range.count {
            return Err(vm.value_error(format!(
                "attempt to assign sequence of size {} to extended slice of size {}",
                items.len(),
                range.count
            )));
        }
        for (place, item) in range.places().zip(items.slots()) {
            self.set(vm, place, item.get());
        }
        Ok(())
    }

    /// Replaces the items `start..end` by what cells hold, which must not be this list's own.
    pub fn splice_cells(&self, vm: &Vm, start: usize, end: usize, cells: &[Cell<Value>]) -> PyResult<()> {
        // SAFETY: `Cell<Value>` has the layout of `Value`, and nothing writes to the other array during the splice.
        let items = unsafe { core::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len()) };
        self.splice(vm, start, end, items)
    }

    /// `del list[slice]`.
    pub fn delete_slice(&self, vm: &Vm, slice: &Slice) -> PyResult<()> {
        let range = vm.slice_range(slice, self.len())?;
        if range.count == 0 {
            return Ok(());
        }
        if range.step == 1 {
            return self.splice(vm, range.start as usize, range.start as usize + range.count, &[]);
        }
        let (first, step) = if range.step < 0 {
            (range.start + (range.count as i64 - 1) * range.step, -range.step)
        } else {
            (range.start, range.step)
        };
        let slots = self.slots();
        let (mut kept, mut next, mut left) = (first as usize, first as usize, range.count);
        for place in first as usize..slots.len() {
            if left > 0 && place == next {
                left -= 1;
                next = next.saturating_add(step as usize);
            } else {
                slots[kept].set(slots[place].get());
                kept += 1;
            }
        }
        slots[kept..].iter().for_each(|slot| slot.set(Value::UNBOUND));
        self.len.set(kept);
        vm.heap.barrier(self.array.get().header());
        Ok(())
    }

    /// Turns the order around.
    pub fn reverse(&self, vm: &Vm) {
        reverse_cells(self.slots());
        vm.heap.barrier(self.array.get().header());
    }

    /// Room that an array of this list has; for growth in one step.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.array.get().len()
    }
}

/// Turns the order of cells around.
pub(super) fn reverse_cells(cells: &[Cell<Value>]) {
    let len = cells.len();
    for index in 0..len / 2 {
        cells[index].swap(&cells[len - 1 - index]);
    }
}

/// The first `len` items of an array, turned around.
pub(super) fn reverse_array(vm: &Vm, array: Gc<Array>, len: usize) {
    reverse_cells(&array.slots()[..len]);
    vm.heap.barrier(array.header());
}
