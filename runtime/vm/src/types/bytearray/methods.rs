//! Methods of `bytearray` that `bytes` has not.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::ByteArray;
use crate::error::PyResult;
use crate::types::bytes::buffer::{self, byte};
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

pub(super) fn this(args: &[Value]) -> Gc<ByteArray> {
    args[0].expect()
}

/// Adds bytes at the end; MemoryError when there is no room.
pub(super) fn extend_bytes(vm: &Vm, array: Gc<ByteArray>, bytes: &[u8]) -> PyResult<()> {
    if !bytes.is_empty() {
        array.check_resizable(vm)?;
    }
    let mut data = array.data.borrow_mut();
    if data.try_reserve(bytes.len()).is_err() {
        drop(data);
        return Err(vm.memory_error());
    }
    data.extend_from_slice(bytes);
    Ok(())
}

/// The bytes of an iterable of integers, or of a bytes-like object.
pub(super) fn bytes_of_iterable(vm: &Vm, value: Value) -> PyResult<Vec<u8>> {
    if let Some(bytes) = buffer::of(vm, value)? {
        return Ok(bytes.into_vec());
    }
    let mut bytes = Vec::new();
    if vm.class_of(value).special(crate::Special::Iter).is_unbound()
        && vm.class_of(value).special(crate::Special::GetItem).is_unbound()
    {
        return Err(vm.type_error(format!("can't extend bytearray with {}", vm.type_name(value))));
    }
    let is_text = value.cast::<crate::types::str::Str>().is_some();
    vm.for_each(value, |item| {
        if is_text {
            return Err(vm.type_error("expected iterable of integers; got: 'str'"));
        }
        bytes.push(byte(vm, item, "byte")?);
        Ok(())
    })?;
    Ok(bytes)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Add a byte at the end.
    #[method("append($self, item, /)")]
    fn append(vm: &Vm, args: &[Value]) -> PyResult {
        let byte = byte(vm, args[1], "byte")?;
        extend_bytes(vm, this(args), &[byte])?;
        Ok(vm.none())
    }

    /// Remove all bytes.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).check_resizable(vm)?;
        this(args).data.borrow_mut().clear();
        Ok(vm.none())
    }

    /// Return a copy.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        let data = this(args).data.borrow().clone();
        ByteArray::new(vm, vm.types().bytearray, data).map(Value::from)
    }

    /// Add the bytes of an iterable at the end.
    #[method("extend($self, iterable_of_ints, /)")]
    fn extend(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let end = array.data.borrow().len();
        if let Some(bytes) = buffer::of(vm, args[1])? {
            // Asking for the bytes may have changed the size: they go to where the end was.
            extend_bytes(vm, array, &bytes)?;
            let mut data = array.data.borrow_mut();
            let end = end.min(data.len() - bytes.len());
            data[end..].rotate_right(bytes.len());
            return Ok(vm.none());
        }
        let bytes = bytes_of_iterable(vm, args[1])?;
        extend_bytes(vm, array, &bytes)?;
        Ok(vm.none())
    }

    /// Insert a byte before the place of an index.
    #[method("insert($self, index, item, /)")]
    fn insert(vm: &Vm, args: &[Value]) -> PyResult {
        let index = vm.index_i64(args[1])?;
        let byte = byte(vm, args[2], "byte")?;
        let array = this(args);
        array.check_resizable(vm)?;
        let mut data = array.data.borrow_mut();
        let len = data.len();
        let place = if index < 0 { index.saturating_add(len as i64).max(0) } else { index } as usize;
        data.insert(place.min(len), byte);
        Ok(vm.none())
    }

    /// Remove and return the byte at an index, the last one by default.
    #[method("pop($self, index=-1, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        let index = if args[1].is_bound() { vm.index_i64(args[1])? } else { -1 };
        let array = this(args);
        let len = array.data.borrow().len();
        if len == 0 {
            return Err(vm.index_error("pop from empty bytearray"));
        }
        let place = if index < 0 { index.saturating_add(len as i64) } else { index };
        match usize::try_from(place) {
            Ok(place) if place < len => {
                array.check_resizable(vm)?;
                Ok(Value::small(i64::from(array.data.borrow_mut().remove(place))))
            }
            _ => Err(vm.index_error("pop index out of range")),
        }
    }

    /// Remove the first byte with a value. ValueError if there is none.
    #[method("remove($self, value, /)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        let byte = byte(vm, args[1], "byte")?;
        let array = this(args);
        let place = array.data.borrow().iter().position(|other| *other == byte);
        match place {
            Some(place) => {
                array.check_resizable(vm)?;
                array.data.borrow_mut().remove(place);
                Ok(vm.none())
            }
            None => Err(vm.value_error("value not found in bytearray")),
        }
    }

    /// Cut or fill up with zeros to a length.
    #[method("resize($self, size, /)")]
    fn resize(vm: &Vm, args: &[Value]) -> PyResult {
        let size = vm.index_i64(args[1])?;
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error(format!("Can only resize to positive sizes, got {size}")));
        };
        let array = this(args);
        if size != array.data.borrow().len() {
            array.check_resizable(vm)?;
        }
        let mut data = array.data.borrow_mut();
        let more = size.saturating_sub(data.len());
        if data.try_reserve(more).is_err() {
            drop(data);
            return Err(vm.memory_error());
        }
        data.resize(size, 0);
        Ok(vm.none())
    }

    /// Turn the order around.
    #[method("reverse($self, /)")]
    fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).data.borrow_mut().reverse();
        Ok(vm.none())
    }
}
