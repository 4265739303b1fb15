//! Reading bytes-like objects.

use core::ops::Deref;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::protocol::buffer::request;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::types::typed_array::TypedArray;
use crate::value::Value;
use crate::vm::Vm;

/// The bytes of a bytes-like object. Those of an object that can change are a copy, so that no code in between can change
/// what is being read.
pub enum Buffer {
    Shared(Gc<Bytes>),
    Copied(Vec<u8>),
}

impl Buffer {
    /// The bytes, copied if need be.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        match self {
            Buffer::Shared(bytes) => bytes.as_slice().to_vec(),
            Buffer::Copied(bytes) => bytes,
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Shared(bytes) => bytes.as_slice(),
            Buffer::Copied(bytes) => bytes,
        }
    }
}

/// The bytes of an object of a built-in bytes-like type; `None` for any other. [`of`] also takes objects whose class says in Python
/// that they are bytes-like.
#[must_use]
pub fn find(value: Value) -> Option<Buffer> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Some(Buffer::Shared(bytes));
    }
    if let Some(array) = value.cast::<ByteArray>() {
        return Some(Buffer::Copied(array.data.borrow().clone()));
    }
    if let Some(array) = value.cast::<TypedArray>() {
        return Some(Buffer::Copied(array.data.borrow().clone()));
    }
    value.cast::<MemoryView>().and_then(|view| view.bytes()).map(Buffer::Copied)
}

/// The bytes of a bytes-like object; `None` for any other. BufferError when they do not lie one behind the other.
#[inline]
pub fn of(vm: &Vm, value: Value) -> PyResult<Option<Buffer>> {
    if value.is_int() || value.is_float() {
        return Ok(None);
    }
    if vm.is_exact(value, vm.types().bytes) {
        return Ok(value.cast::<Bytes>().map(Buffer::Shared));
    }
    of_any(vm, value, request::SIMPLE)
}

/// The same for an object whose items may lie anywhere; they are put in order.
pub fn of_items(vm: &Vm, value: Value) -> PyResult<Option<Buffer>> {
    of_any(vm, value, request::FULL_RO)
}

fn of_any(vm: &Vm, value: Value, flags: i64) -> PyResult<Option<Buffer>> {
    match vm.export(value, flags)? {
        Some(export) => {
            let bytes = export.to_vec();
            export.end(vm);
            Ok(Some(Buffer::Copied(bytes)))
        }
        None => Ok(None),
    }
}

/// The bytes of an argument. TypeError when it is not bytes-like.
pub fn required(vm: &Vm, value: Value) -> PyResult<Buffer> {
    match of(vm, value)? {
        Some(buffer) => Ok(buffer),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")))
        }
    }
}

/// The receiver's bytes.
#[must_use]
pub fn receiver(args: &[Value]) -> Buffer {
    find(args[0]).unwrap_or(Buffer::Copied(Vec::new()))
}

/// An object of the receiver's type, but of no subclass, with other bytes.
pub fn like(vm: &Vm, receiver: Value, bytes: &[u8]) -> PyResult {
    if receiver.cast::<ByteArray>().is_some() {
        return ByteArray::new(vm, vm.types().bytearray, bytes.to_vec()).map(Value::from);
    }
    vm.new_bytes(bytes)
}

/// A byte from an integer. `what` is how the range error begins.
pub fn byte(vm: &Vm, value: Value, what: &str) -> PyResult<u8> {
    let index = vm.index(value)?;
    match u8::try_from(crate::types::int::to_i64_clamped(index)) {
        Ok(byte) => Ok(byte),
        Err(_) => Err(vm.value_error(format!("{what} must be in range(0, 256)"))),
    }
}

/// What `find` and its kin look for: bytes, or one byte as an integer.
pub fn needle(vm: &Vm, value: Value) -> PyResult<Buffer> {
    if let Some(buffer) = of(vm, value)? {
        return Ok(buffer);
    }
    match vm.try_index(value)? {
        Some(index) => Ok(Buffer::Copied(vec![byte(vm, index, "byte")?])),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("argument should be integer or bytes-like object, not '{name}'")))
        }
    }
}
