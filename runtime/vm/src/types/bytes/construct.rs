//! What `bytes(..)` and `bytearray(..)` take.

use orochi_gc::Gc;

use super::buffer;
use crate::error::PyResult;
use crate::object::special::Special;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::str::methods::codec_argument;
use crate::types::str::{Str, codecs};
use crate::value::Value;
use crate::vm::Vm;

/// The bytes that constructor arguments mean. `type_name` is `bytes` or `bytearray`.
pub fn bytes_from(vm: &Vm, source: Value, encoding: Value, errors: Value, type_name: &str) -> PyResult<Vec<u8>> {
    let encoding_name = codec_argument(vm, encoding, type_name, "encoding")?;
    let errors_name = codec_argument(vm, errors, type_name, "errors")?;
    if type_name == "bytes"
        && encoding.is_unbound()
        && errors.is_unbound()
        && let Some(bytes) = own_bytes(vm, source)?
    {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(text) = source.cast::<Str>() {
        if encoding.is_unbound() {
            return Err(vm.type_error("string argument without an encoding"));
        }
        let bytes = codecs::str_encode(vm, text, encoding_name.as_deref(), errors_name.as_deref())?;
        return Ok(bytes.expect::<Bytes>().as_slice().to_vec());
    }
    if encoding.is_bound() {
        return Err(vm.type_error("encoding without a string argument"));
    }
    if errors.is_bound() {
        return Err(vm.type_error("errors without a string argument"));
    }
    let Some(source) = source.bound() else { return Ok(Vec::new()) };
    if let Some(buffer) = buffer::of_items(vm, source)? {
        return Ok(buffer.into_vec());
    }
    if vm.class_of(source).special(Special::Index).is_bound() {
        // What is no integer after all may still be iterable.
        let index = vm.try_index(source);
        if let Some(count) = vm.absorb(index, vm.types().type_error)?.flatten() {
            return zeros(vm, source, count);
        }
    }
    items(vm, source, type_name)
}

/// What the source's `__bytes__` says, if it has one: also a string may say what bytes it is.
pub fn own_bytes(vm: &Vm, source: Value) -> PyResult<Option<Gc<Bytes>>> {
    let Some(source) = source.bound() else { return Ok(None) };
    let Some(method) = vm.class_of(source).special(Special::Bytes).bound() else { return Ok(None) };
    let result = vm.call_special(source, method, &[])?;
    match result.cast::<Bytes>() {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(vm.type_error(format!("__bytes__ returned non-bytes (type {})", vm.type_name(result)))),
    }
}

fn zeros(vm: &Vm, source: Value, count: Value) -> PyResult<Vec<u8>> {
    let Some(count) = int::to_i64(count) else {
        let name = vm.type_name(source);
        return Err(vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
    };
    let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(count).is_err() {
        return Err(vm.memory_error());
    }
    bytes.resize(count, 0);
    Ok(bytes)
}

/// TypeError for what bytes cannot be made of.
pub fn check_iterable(vm: &Vm, source: Value, type_name: &str) -> PyResult<()> {
    let class = vm.class_of(source);
    if class.special(Special::Iter).is_unbound() && class.special(Special::GetItem).is_unbound() {
        return Err(vm.type_error(format!("cannot convert '{}' object to {type_name}", class.title())));
    }
    Ok(())
}

fn items(vm: &Vm, source: Value, type_name: &str) -> PyResult<Vec<u8>> {
    check_iterable(vm, source, type_name)?;
    let what = if type_name == "bytes" { "bytes" } else { "byte" };
    let mut bytes = Vec::new();
    vm.for_each(source, |item| {
        bytes.push(buffer::byte(vm, item, what)?);
        Ok(())
    })?;
    Ok(bytes)
}
