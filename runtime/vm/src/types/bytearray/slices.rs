//! Assigning and deleting slices of a `bytearray`.

use orochi_gc::Gc;

use super::ByteArray;
use crate::error::PyResult;
use crate::types::slice::Slice;
use crate::vm::Vm;

/// `array[slice] = bytes`.
pub fn assign(vm: &Vm, array: Gc<ByteArray>, slice: &Slice, bytes: &[u8]) -> PyResult<()> {
    // Code of the program may run, and change the array.
    let len = array.data.borrow().len();
    let range = vm.slice_range(slice, len)?;
    if range.step != 1 && bytes.is_empty() {
        return delete(vm, array, slice); // As CPython: no bytes fit any slice.
    }
    if range.step == 1 && bytes.len() != range.count {
        array.check_resizable(vm)?;
    }
    let mut data = array.data.borrow_mut();
    if range.step == 1 {
        let start = (range.start as usize).min(data.len());
        let end = (start + range.count).min(data.len());
        data.splice(start..end, bytes.iter().copied());
        return Ok(());
    }
    if bytes.len() != range.count {
        drop(data);
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.len(),
            range.count
        )));
    }
    for (place, byte) in range.places().zip(bytes) {
        if let Some(slot) = data.get_mut(place) {
            *slot = *byte;
        }
    }
    Ok(())
}

/// `del array[slice]`.
pub fn delete(vm: &Vm, array: Gc<ByteArray>, slice: &Slice) -> PyResult<()> {
    // Code of the program may run, and change the array.
    let len = array.data.borrow().len();
    let range = vm.slice_range(slice, len)?;
    if range.count > 0 {
        array.check_resizable(vm)?;
    }
    let mut data = array.data.borrow_mut();
    if range.step == 1 {
        let start = (range.start as usize).min(data.len());
        let end = (start + range.count).min(data.len());
        data.drain(start..end);
        return Ok(());
    }
    let mut places: Vec<usize> = range.places().collect();
    places.sort_unstable();
    let (mut index, mut next) = (0, 0);
    data.retain(|_| {
        let gone = places.get(next) == Some(&index);
        next += usize::from(gone);
        index += 1;
        !gone
    });
    Ok(())
}
