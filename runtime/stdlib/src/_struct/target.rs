//! Parts of bytes-like objects: reading one without a copy of the whole, and writing one.

use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::slice::Slice;
use orochi_vm::types::typed_array::TypedArray;
use orochi_vm::{PyResult, Value, Vm};

/// The bytes of an object. TypeError when it has none.
pub(super) fn len(vm: &Vm, object: Value) -> PyResult<usize> {
    if let Some(bytes) = object.cast::<Bytes>() {
        return Ok(bytes.as_slice().len());
    }
    match changeable_len(object) {
        Some(len) => Ok(len),
        None => buffer::required(vm, object).map(|bytes| bytes.len()),
    }
}

fn changeable_len(object: Value) -> Option<usize> {
    if let Some(array) = object.cast::<ByteArray>() {
        return Some(array.data.borrow().len());
    }
    object.cast::<TypedArray>().map(|array| array.data.borrow().len())
}

/// The bytes of an object that can be written to. TypeError for any other.
pub(super) fn writable_len(vm: &Vm, object: Value) -> PyResult<usize> {
    if let Some(len) = changeable_len(object) {
        return Ok(len);
    }
    if vm.is_exact(object, vm.types().memoryview) && vm.get_attr_str(object, "readonly")? == vm.false_() {
        return len(vm, object);
    }
    let name = vm.type_name(object);
    Err(vm.type_error(format!("argument must be read-write bytes-like object, not {name}")))
}

/// The place that an offset means, which counts from the end if it is negative; `None` before the start.
pub(super) fn place(offset: i64, len: usize) -> Option<usize> {
    match usize::try_from(offset) {
        Ok(offset) => Some(offset),
        Err(_) => len.checked_sub(usize::try_from(offset.unsigned_abs()).ok()?),
    }
}

/// Does something with some bytes of an object, which has them.
pub(super) fn with_part(
    vm: &Vm,
    object: Value,
    place: usize,
    size: usize,
    f: impl FnOnce(&[u8]) -> PyResult,
) -> PyResult {
    let missing = || vm.value_error("the buffer changed its size");
    if let Some(array) = object.cast::<ByteArray>() {
        // What is read is copied: making values may run the collector, and through it code that changes the array.
        let part = array.data.borrow().get(place..place + size).map(<[u8]>::to_vec);
        return f(&part.ok_or_else(missing)?);
    }
    if let Some(array) = object.cast::<TypedArray>() {
        let part = array.data.borrow().get(place..place + size).map(<[u8]>::to_vec);
        return f(&part.ok_or_else(missing)?);
    }
    let bytes = buffer::required(vm, object)?;
    f(bytes.get(place..place + size).ok_or_else(missing)?)
}

/// Writes bytes to an object.
pub(super) fn write(vm: &Vm, object: Value, place: usize, bytes: &[u8]) -> PyResult<()> {
    let copy = |data: &mut [u8]| match data.get_mut(place..place + bytes.len()) {
        Some(part) => {
            part.copy_from_slice(bytes);
            Ok(())
        }
        None => Err(vm.value_error("the buffer changed its size")),
    };
    if let Some(array) = object.cast::<ByteArray>() {
        return copy(&mut array.data.borrow_mut());
    }
    if let Some(array) = object.cast::<TypedArray>() {
        return copy(&mut array.data.borrow_mut());
    }
    let (start, end) = (vm.new_int(place as i64)?, vm.new_int((place + bytes.len()) as i64)?);
    let slice = Slice::new(vm, start, end, vm.none())?;
    vm.set_item(object, slice, vm.new_bytes(bytes)?)
}
