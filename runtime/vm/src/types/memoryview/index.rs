//! Subscripts of memoryviews: items, and views of parts.

use super::cast::is_index;
use super::{MemoryView, item};
use crate::error::{PyResult, Raised};
use crate::protocol::buffer::{self, Export, View, request};
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn not_implemented(vm: &Vm, message: &str) -> Raised {
    vm.raise(vm.types().not_implemented_error, message)
}

fn invalid_key(vm: &Vm) -> Raised {
    vm.type_error("memoryview: invalid slice key")
}

fn key_index(vm: &Vm, key: Value) -> PyResult<i64> {
    match crate::types::int::to_i64(vm.index(key)?) {
        Some(index) => Ok(index),
        None => {
            let name = vm.type_name(key);
            Err(vm.index_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The place of an item along one dimension.
fn step(vm: &Vm, view: &View, dim: usize, index: i64) -> PyResult<isize> {
    let found = &view.dims[dim];
    let place = if index < 0 { index.saturating_add(found.len as i64) } else { index };
    if place < 0 || place >= found.len as i64 {
        return Err(vm.index_error(format!("index out of bounds on dimension {}", dim + 1)));
    }
    Ok(place as isize * found.stride)
}

/// The place of an item by one index for each dimension.
fn place_of_tuple(vm: &Vm, view: &View, tuple: &Tuple) -> PyResult<usize> {
    if tuple.len() > view.dims.len() {
        let (dims, given) = (view.dims.len(), tuple.len());
        return Err(vm.type_error(format!("cannot index {dims}-dimension view with {given}-element tuple")));
    }
    let mut place = view.offset as isize;
    for (dim, index) in tuple.items().iter().enumerate() {
        place += step(vm, view, dim, key_index(vm, *index)?)?;
    }
    Ok(place as usize)
}

fn all_are_indices(vm: &Vm, tuple: &Tuple) -> bool {
    tuple.items().iter().all(|key| is_index(vm, *key))
}

fn all_are_slices(tuple: &Tuple) -> bool {
    !tuple.is_empty() && tuple.items().iter().all(|key| key.cast::<Slice>().is_some())
}

/// `view[key]`.
pub fn get(vm: &Vm, source: &MemoryView, key: Value) -> PyResult {
    let view = source.view(vm)?;
    if view.dims.is_empty() {
        return match key.cast::<Tuple>() {
            Some(tuple) if tuple.is_empty() => {
                item::check_native(vm, &view.format)?;
                item::unpack(vm, source, view.offset)
            }
            _ if vm.ellipsis() == key => MemoryView::new(vm, source.share(vm)?).map(Value::from),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if is_index(vm, key) {
        let index = key_index(vm, key)?;
        return item_at(vm, source, index);
    }
    if let Some(slice) = key.cast::<Slice>() {
        let part = part(vm, source, &slice)?;
        return MemoryView::new(vm, part).map(Value::from);
    }
    let Some(tuple) = key.cast::<Tuple>() else { return Err(invalid_key(vm)) };
    if all_are_indices(vm, &tuple) {
        item::check_native(vm, &view.format)?;
        if tuple.len() < view.dims.len() {
            return Err(not_implemented(vm, "sub-views are not implemented"));
        }
        let place = place_of_tuple(vm, view, &tuple)?;
        source.view(vm)?;
        return item::unpack(vm, source, place);
    }
    if all_are_slices(&tuple) {
        return Err(not_implemented(vm, "multi-dimensional slicing is not implemented"));
    }
    Err(invalid_key(vm))
}

/// The item at an index of the only dimension.
pub fn item_at(vm: &Vm, source: &MemoryView, index: i64) -> PyResult {
    let view = source.view(vm)?;
    item::check_native(vm, &view.format)?;
    match view.dims.len() {
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => item::unpack(vm, source, (view.offset as isize + step(vm, view, 0, index)?) as usize),
        _ => Err(not_implemented(vm, "multi-dimensional sub-views are not implemented")),
    }
}

/// A part along the first dimension.
fn part(vm: &Vm, source: &MemoryView, slice: &Slice) -> PyResult<Export> {
    // Shared before the bounds are read: they may be objects whose code releases the view.
    let mut export = source.share(vm)?;
    let range = vm.slice_range(slice, export.view.dims[0].len)?;
    let dim = &mut export.view.dims[0];
    if range.count > 0 {
        export.view.offset = (export.view.offset as isize + range.start as isize * dim.stride) as usize;
    }
    dim.len = range.count;
    dim.stride = dim.stride.saturating_mul(range.step as isize);
    Ok(export)
}

/// `view[key] = value`.
pub fn set(vm: &Vm, target: &MemoryView, key: Value, value: Value) -> PyResult<()> {
    let view = target.view(vm)?;
    let letter = item::check_native(vm, &view.format)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    if view.dims.is_empty() {
        if vm.ellipsis() == key || key.cast::<Tuple>().is_some_and(|tuple| tuple.is_empty()) {
            return store(vm, target, view.offset, letter, value);
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if is_index(vm, key) {
        if view.dims.len() > 1 {
            return Err(not_implemented(vm, "sub-views are not implemented"));
        }
        let index = key_index(vm, key)?;
        let place = view.offset as isize + step(vm, target.view(vm)?, 0, index)?;
        return store(vm, target, place as usize, letter, value);
    }
    if let Some(slice) = key.cast::<Slice>() {
        if view.dims.len() > 1 {
            let text = "memoryview slice assignments are currently restricted to ndim = 1";
            return Err(not_implemented(vm, text));
        }
        return assign_slice(vm, target, &slice, value);
    }
    let Some(tuple) = key.cast::<Tuple>() else { return Err(invalid_key(vm)) };
    if all_are_indices(vm, &tuple) {
        if tuple.len() < view.dims.len() {
            return Err(not_implemented(vm, "sub-views are not implemented"));
        }
        let place = place_of_tuple(vm, view, &tuple)?;
        return store(vm, target, place, letter, value);
    }
    if all_are_slices(&tuple) {
        return Err(not_implemented(vm, "memoryview slice assignments are currently restricted to ndim = 1"));
    }
    Err(invalid_key(vm))
}

fn store(vm: &Vm, target: &MemoryView, place: usize, letter: u8, value: Value) -> PyResult<()> {
    let format = target.view_unchecked().format.trim_start_matches('@');
    let word = item::pack(vm, letter, format, value)?;
    let itemsize = target.view(vm)?.itemsize;
    target.write(|memory| {
        if let Some(bytes) = memory.get_mut(place..place + itemsize) {
            bytes.copy_from_slice(&word.to_le_bytes()[..itemsize]);
        }
    });
    Ok(())
}

/// `view[slice] = other`, both of the same format and length.
fn assign_slice(vm: &Vm, target: &MemoryView, slice: &Slice, value: Value) -> PyResult<()> {
    let Some(source) = vm.export(value, request::FULL_RO)? else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
    };
    let result = copy_slice(vm, target, slice, &source);
    source.end(vm);
    result
}

fn copy_slice(vm: &Vm, target: &MemoryView, slice: &Slice, source: &Export) -> PyResult<()> {
    let part = part(vm, target, slice)?;
    target.view(vm)?;
    let (own, other) = (&part.view, &source.view);
    let plain = |view: &View| view.format.trim_start_matches('@').to_owned();
    let same = own.dims.len() == other.dims.len()
        && own.itemsize == other.itemsize
        && own.dims[0].len == other.dims[0].len
        && plain(own) == plain(other);
    if !same {
        return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    let bytes = source.to_vec();
    buffer::write(part.store, |memory| own.scatter(memory, &bytes));
    Ok(())
}
