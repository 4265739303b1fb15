//! Parts of bytes-like objects: reading one without a copy of the whole, and writing one.

use orochi_vm::protocol::buffer::{self as memory, Export, request};
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
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

/// The memory of an object that can be written to, in one piece. TypeError for any other.
pub(super) fn writable(vm: &Vm, object: Value) -> PyResult<Export> {
    let export = vm.export(object, request::WRITABLE);
    match vm.absorb(export, vm.types().buffer_error)?.flatten() {
        Some(export) if export.view.is_c_contiguous() => Ok(export),
        _ => {
            let name = vm.type_name(object);
            Err(vm.type_error(format!("argument must be read-write bytes-like object, not {name}")))
        }
    }
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

/// Writes bytes to memory.
pub(super) fn write(vm: &Vm, memory: &Export, place: usize, bytes: &[u8]) -> PyResult<()> {
    let start = memory.view.offset + place;
    let mut done = false;
    memory::write(memory.store, |data| {
        if let Some(part) = data.get_mut(start..start + bytes.len()) {
            part.copy_from_slice(bytes);
            done = true;
        }
    });
    if done { Ok(()) } else { Err(vm.value_error("the buffer changed its size")) }
}
