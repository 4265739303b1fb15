//! Subscripts of views: items, parts, and assigning to them.

use orochi_gc::Gc;

use super::item::{not_implemented, pack, required_letter, unpack};
use super::view::{MemoryView, Window, item_at};
use crate::error::PyResult;
use crate::object::special::Special;
use crate::types::bytes::buffer;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What a subscript means.
enum Key<'a> {
    /// One index for each of the first dimensions.
    Indices(&'a [Value]),
    Slice(Gc<Slice>),
    /// Slices in several dimensions.
    Slices,
    /// The whole of a view without dimensions.
    Ellipsis,
}

fn is_index(vm: &Vm, value: Value) -> bool {
    vm.class_of(value).special(Special::Index).is_bound()
}

fn key_of<'a>(vm: &Vm, view: &MemoryView, key: &'a Value) -> PyResult<Key<'a>> {
    let tuple = key.cast::<Tuple>();
    if view.window.borrow().dims.is_empty() {
        return match tuple {
            Some(tuple) if tuple.is_empty() => Ok(Key::Indices(&[])),
            _ if *key == vm.ellipsis() => Ok(Key::Ellipsis),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if is_index(vm, *key) {
        return Ok(Key::Indices(core::slice::from_ref(key)));
    }
    if let Some(slice) = key.cast::<Slice>() {
        return Ok(Key::Slice(slice));
    }
    if let Some(tuple) = tuple {
        // SAFETY: the tuple is alive as long as the key, and its items do not change.
        let items: &'a [Value] = unsafe { core::slice::from_raw_parts(tuple.items().as_ptr(), tuple.len()) };
        if !items.is_empty() && items.iter().all(|item| is_index(vm, *item)) {
            return Ok(Key::Indices(items));
        }
        if !items.is_empty() && items.iter().all(|item| item.cast::<Slice>().is_some()) {
            return Ok(Key::Slices);
        }
    }
    Err(vm.type_error("memoryview: invalid slice key"))
}

/// The place of an item.
fn place(vm: &Vm, view: &MemoryView, indices: &[Value]) -> PyResult<isize> {
    let dimensions = view.window.borrow().dims.len();
    if indices.len() < dimensions {
        let text = if indices.len() == 1 {
            "multi-dimensional sub-views are not implemented"
        } else {
            "sub-views are not implemented"
        };
        return Err(not_implemented(vm, text));
    }
    if indices.len() > dimensions {
        let count = indices.len();
        return Err(vm.type_error(format!("cannot index {dimensions}-dimension view with {count}-element tuple")));
    }
    let mut at = view.window.borrow().start;
    for (number, index) in indices.iter().enumerate() {
        let index = match index.as_int() {
            Some(index) => index,
            None => {
                let index = vm.index(*index)?;
                crate::types::int::to_i64(index).ok_or_else(|| {
                    let name = vm.type_name(index);
                    vm.index_error(format!("cannot fit '{name}' into an index-sized integer"))
                })?
            }
        };
        let window = view.window.borrow();
        // An index may have released the view, but it has as many dimensions as before.
        let dim = window.dims[number];
        let from_start = if index < 0 { index + dim.len as i64 } else { index };
        if !(0..dim.len as i64).contains(&from_start) {
            return Err(vm.index_error(format!("index out of bounds on dimension {}", number + 1)));
        }
        at += from_start as isize * dim.stride;
    }
    Ok(at)
}

/// The item at a place.
fn read(vm: &Vm, view: &MemoryView, letter: u8, place: isize) -> PyResult {
    let size = view.window.borrow().item_size;
    let mut room = [0; 16];
    let size = size.min(room.len());
    let found = view.memory(vm)?.read(|bytes| {
        let item = item_at(bytes, place, size);
        room[..item.len()].copy_from_slice(item);
        item.len() == size
    });
    if found { unpack(vm, letter, &room[..size]) } else { Err(vm.index_error("index out of bounds on dimension 1")) }
}

/// Puts a value at a place.
fn write(vm: &Vm, view: &MemoryView, letter: u8, place: isize, value: Value) -> PyResult<()> {
    let item = pack(vm, letter, value)?;
    let size = view.window.borrow().item_size.min(item.len());
    // Making the item may have released the view.
    view.memory(vm)?.write(|bytes| {
        let room = usize::try_from(place).ok().and_then(|place| bytes.get_mut(place..place + size));
        if let Some(room) = room {
            room.copy_from_slice(&item[..size]);
        }
    });
    Ok(())
}

/// The window on a part of the first dimension.
pub(super) fn part(vm: &Vm, view: &MemoryView, slice: &Slice) -> PyResult<Window> {
    let len = view.window.borrow().dims[0].len;
    let range = vm.slice_range(slice, len)?;
    let mut window = view.window.borrow().clone();
    let dim = &mut window.dims[0];
    window.start += range.start as isize * dim.stride;
    dim.len = range.count;
    dim.stride *= range.step as isize;
    Ok(window)
}

/// `view[key]`.
pub(super) fn get(vm: &Vm, receiver: Value, key: Value) -> PyResult {
    let view = receiver.expect::<MemoryView>();
    view.memory(vm)?;
    match key_of(vm, &view, &key)? {
        Key::Indices(indices) => {
            let letter = required_letter(vm, &view.window.borrow().format)?;
            let place = place(vm, &view, indices)?;
            read(vm, &view, letter, place)
        }
        Key::Ellipsis => Ok(receiver),
        Key::Slice(slice) if view.window.borrow().dims.len() == 1 => {
            let window = part(vm, &view, &slice)?;
            view.again(vm, window)
        }
        Key::Slice(_) | Key::Slices => Err(not_implemented(vm, "multi-dimensional slicing is not implemented")),
    }
}

/// `view[key] = value`.
pub(super) fn set(vm: &Vm, receiver: Value, key: Value, value: Value) -> PyResult<()> {
    let view = receiver.expect::<MemoryView>();
    view.memory(vm)?;
    let letter = required_letter(vm, &view.window.borrow().format)?;
    if view.window.borrow().readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    match key_of(vm, &view, &key)? {
        Key::Indices(indices) => {
            let place = place(vm, &view, indices)?;
            write(vm, &view, letter, place, value)
        }
        Key::Ellipsis => {
            let place = view.window.borrow().start;
            write(vm, &view, letter, place, value)
        }
        Key::Slice(slice) if view.window.borrow().dims.len() == 1 => assign(vm, &view, &slice, value),
        Key::Slice(_) | Key::Slices => {
            Err(not_implemented(vm, "memoryview slice assignments are currently restricted to ndim = 1"))
        }
    }
}

/// Copies the bytes of an object of the same structure into a part.
fn assign(vm: &Vm, view: &MemoryView, slice: &Slice, value: Value) -> PyResult<()> {
    let source = buffer::view_of(vm, value)?.expect::<MemoryView>();
    let window = part(vm, view, slice)?;
    let same = {
        let from = source.window.borrow();
        let plain = |format: &str| format.strip_prefix('@').unwrap_or(format).to_owned();
        from.dims.len() == 1
            && from.dims[0].len == window.dims[0].len
            && from.item_size == window.item_size
            && plain(&from.format) == plain(&window.format)
    };
    if !same {
        let text = "memoryview assignment: lvalue and rvalue have different structures";
        return Err(vm.value_error(text));
    }
    // A copy: the two may overlap.
    let bytes = source.bytes(vm)?;
    view.memory(vm)?.write(|target| window.scatter(target, &bytes));
    Ok(())
}

/// The items as a list, of lists where there are several dimensions.
pub(super) fn to_list(vm: &Vm, view: &MemoryView) -> PyResult {
    view.memory(vm)?;
    let letter = required_letter(vm, &view.window.borrow().format)?;
    let (start, dimensions) = {
        let window = view.window.borrow();
        (window.start, window.dims.len())
    };
    list_of(vm, view, letter, 0, dimensions, start)
}

fn list_of(vm: &Vm, view: &MemoryView, letter: u8, number: usize, dimensions: usize, at: isize) -> PyResult {
    if number == dimensions {
        return read(vm, view, letter, at);
    }
    let dim = view.window.borrow().dims[number];
    let list = List::with_capacity(vm, dim.len)?;
    for index in 0..dim.len as isize {
        list.push(vm, list_of(vm, view, letter, number + 1, dimensions, at + index * dim.stride)?)?;
    }
    Ok(list.into())
}
