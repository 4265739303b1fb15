//! Objects that bytes are read into: bytearrays, arrays of numbers, views of bytearrays.

use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::slice::Slice;
use orochi_vm::types::typed_array::TypedArray;
use orochi_vm::{PyResult, Value, Vm};

/// An object with room for a number of bytes.
pub(crate) struct Target {
    object: Value,
    len: usize,
}

impl Target {
    /// TypeError for an object that cannot be written to. `method` is the one that it is an argument of.
    pub(crate) fn of(vm: &Vm, object: Value, method: &str) -> PyResult<Target> {
        let len = if let Some(array) = object.cast::<ByteArray>() {
            Some(array.data.borrow().len())
        } else if let Some(array) = object.cast::<TypedArray>() {
            Some(array.data.borrow().len())
        } else if vm.is_exact(object, vm.types().memoryview) && vm.get_attr_str(object, "readonly")? == vm.false_() {
            buffer::find(object).map(|bytes| bytes.len())
        } else {
            None
        };
        match len {
            Some(len) => Ok(Target { object, len }),
            None => {
                let name = vm.type_name(object);
                let text = format!("{method}() argument must be read-write bytes-like object, not {name}");
                Err(vm.type_error(text))
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Puts bytes at its start; those beyond its end, if it shrank since, are lost.
    pub(crate) fn store(&self, vm: &Vm, bytes: &[u8]) -> PyResult<()> {
        let copy = |data: &mut [u8]| {
            let count = data.len().min(bytes.len());
            data[..count].copy_from_slice(&bytes[..count]);
        };
        if let Some(array) = self.object.cast::<ByteArray>() {
            copy(&mut array.data.borrow_mut());
        } else if let Some(array) = self.object.cast::<TypedArray>() {
            copy(&mut array.data.borrow_mut());
        } else {
            let end = vm.new_int(bytes.len() as i64)?;
            let slice = Slice::new(vm, Value::ZERO, end, vm.none())?;
            vm.set_item(self.object, slice, vm.new_bytes(bytes)?)?;
        }
        Ok(())
    }
}
