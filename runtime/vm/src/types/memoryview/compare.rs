//! Equality of memoryviews: the same shape and equal items, whatever their formats.

use super::{MemoryView, item};
use crate::error::PyResult;
use crate::protocol::buffer::{Export, View, request};
use crate::value::Value;
use crate::vm::Vm;

/// Whether a view equals another object; `None` where that is not for it to say.
pub fn equals(vm: &Vm, view: &MemoryView, other: Value) -> PyResult<Option<bool>> {
    let Some(own) = view.object() else {
        return Ok(Some(other.cast::<MemoryView>().is_some_and(|other| core::ptr::eq(view, other.as_ptr()))));
    };
    let export = match other.cast::<MemoryView>() {
        Some(other) => {
            if other.object().is_none() {
                return Ok(Some(false));
            }
            Export::of_store(own, other.store.get(), None, other.view_unchecked().clone())
        }
        None => {
            let result = vm.export(other, request::FULL_RO);
            match result {
                Ok(Some(export)) => export,
                Ok(None) => return Ok(None),
                Err(raised) => {
                    let _ = vm.take_exception(raised);
                    return Ok(None);
                }
            }
        }
    };
    let result = same_items(vm, view, &export);
    export.end(vm);
    result.map(Some)
}

fn same_items(vm: &Vm, own: &MemoryView, other: &Export) -> PyResult<bool> {
    let (a, b) = (own.view_unchecked().clone(), &other.view);
    // CPython compares dimensions up to the first empty one.
    if a.dims.len() != b.dims.len() {
        return Ok(false);
    }
    for (a, b) in a.dims.iter().zip(&b.dims) {
        if a.len != b.len {
            return Ok(false);
        }
        if a.len == 0 {
            break;
        }
    }
    if a.count() == 0 {
        return Ok(true);
    }
    let letters = (item::native_letter(&a.format), item::native_letter(&b.format));
    let (mine, theirs) = (own.read(|memory| a.gather(memory, false)), other.to_vec());
    match letters {
        (Some(x), Some(y)) if x == y && !matches!(x, b'f' | b'd' | b'e' | b'?') => Ok(mine == theirs),
        _ => by_values(vm, (&mine, &a), (&theirs, b)),
    }
}

/// Compares item by item, as Python values.
fn by_values(vm: &Vm, (mine, a): (&[u8], &View), (theirs, b): (&[u8], &View)) -> PyResult<bool> {
    for (x, y) in mine.chunks_exact(a.itemsize.max(1)).zip(theirs.chunks_exact(b.itemsize.max(1))) {
        let (Some(x), Some(y)) = (value(vm, a, x)?, value(vm, b, y)?) else { return Ok(false) };
        if !vm.equals(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value of an item; `None` where its format is unknown.
fn value(vm: &Vm, view: &View, bytes: &[u8]) -> PyResult<Option<Value>> {
    if let Some(letter) = item::native_letter(&view.format) {
        let mut word = [0; 8];
        let size = bytes.len().min(8);
        word[..size].copy_from_slice(&bytes[..size]);
        return item::unpack_word(vm, letter, u64::from_le_bytes(word)).map(Some);
    }
    // `struct.error` is no built-in class: whatever the module raises, the format is none of its own.
    let result = item::unpack_by_module(vm, &view.format, bytes);
    vm.absorb(result, vm.types().exception)
}
