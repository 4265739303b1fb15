//! Equality of views: the same shape, and equal values, whatever their formats are.

use super::item::{self, Plain, plain};
use super::view::{MemoryView, Window, item_at};
use crate::error::PyResult;
use crate::types::bytes::buffer;
use crate::value::Value;
use crate::vm::Vm;

/// Whether two views are equal; `None` when the other value has no bytes to compare.
pub(super) fn equal(vm: &Vm, receiver: Value, other: Value) -> PyResult<Option<bool>> {
    if receiver == other {
        return Ok(Some(true));
    }
    let view = receiver.expect::<MemoryView>();
    let Some(own) = view.memory_if_any() else { return Ok(Some(false)) };
    let other = match other.cast::<MemoryView>() {
        Some(view) => view,
        None => {
            let made = buffer::view_of(vm, other);
            match vm.absorb(made, vm.types().type_error)? {
                Some(view) => view.expect::<MemoryView>(),
                None => return Ok(None),
            }
        }
    };
    let Some(theirs) = other.memory_if_any() else { return Ok(Some(false)) };
    let (left, right) = (view.window.borrow().clone(), other.window.borrow().clone());
    let lens = |window: &Window| window.dims.iter().map(|dim| dim.len).collect::<Vec<_>>();
    if lens(&left) != lens(&right) {
        return Ok(Some(false));
    }
    let (Some(a), Some(b)) = (item::letter(&left.format), item::letter(&right.format)) else { return Ok(Some(false)) };
    if item::size(a).is_none() || item::size(b).is_none() {
        return Ok(Some(false));
    }
    // Copies: comparing may run code of a program.
    let (left_bytes, right_bytes) = (own.read(|bytes| left.gather(bytes)), theirs.read(|bytes| right.gather(bytes)));
    if a == b && matches!(a, b'B' | b'b' | b'c') {
        return Ok(Some(left_bytes == right_bytes));
    }
    for index in 0..left.items() {
        let x = item_at(&left_bytes, (index * left.item_size) as isize, left.item_size);
        let y = item_at(&right_bytes, (index * right.item_size) as isize, right.item_size);
        let same = match (plain(a, x), plain(b, y)) {
            (Some(Plain::Int(x)), Some(Plain::Int(y))) => x == y,
            (Some(Plain::Float(x)), Some(Plain::Float(y))) => x == y,
            _ => vm.equals(item::unpack(vm, a, x)?, item::unpack(vm, b, y)?)?,
        };
        if !same {
            return Ok(Some(false));
        }
    }
    Ok(Some(true))
}
