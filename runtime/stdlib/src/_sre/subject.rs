//! What is searched: a string, or bytes.

use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::bytes::buffer::{self, Buffer};
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{Gc, PyResult, Value, Vm};

/// The text behind an object. Strings and bytes are used where they are; of objects that can change it is a copy.
pub enum Subject {
    Str(Gc<Str>),
    Bytes(Buffer),
}

impl Subject {
    /// The text of an object. TypeError when it has none.
    pub fn new(vm: &Vm, object: Value) -> PyResult<Subject> {
        if let Some(text) = object.cast::<Str>() {
            return Ok(Subject::Str(text));
        }
        match buffer::find(object) {
            Some(bytes) => Ok(Subject::Bytes(bytes)),
            None => {
                let name = vm.type_name(object);
                Err(vm.type_error(format!("expected string or bytes-like object, got '{name}'")))
            }
        }
    }

    /// Whether it is not a string.
    #[must_use]
    pub fn is_bytes(&self) -> bool {
        matches!(self, Subject::Bytes(_))
    }

    /// The characters; bytes are those below U+0100.
    #[must_use]
    pub fn text(&self) -> Text<'_> {
        match self {
            Subject::Str(text) => text.text(),
            Subject::Bytes(bytes) => Text::Latin1(bytes),
        }
    }

    /// A part, as a string or bytes. `object` is where the text is from: all of it may be the object itself.
    pub fn slice(&self, vm: &Vm, object: Value, start: usize, end: usize) -> PyResult {
        match self {
            Subject::Str(text) => {
                if start == 0 && end == text.len() {
                    return Str::plain(vm, *text).map(Value::from);
                }
                Str::from_text(vm, text.text().slice(start, end)).map(Value::from)
            }
            Subject::Bytes(bytes) => {
                if start == 0 && end == bytes.len() && vm.is_exact(object, vm.types().bytes) {
                    return Ok(object);
                }
                vm.new_bytes(&bytes[start..end])
            }
        }
    }
}

/// A part of the text of an object, as far as it is still there.
pub fn slice_of(vm: &Vm, object: Value, start: usize, end: usize) -> PyResult {
    if let Some(array) = object.cast::<ByteArray>() {
        let part = {
            let bytes = array.data.borrow();
            bytes[start.min(bytes.len())..end.min(bytes.len())].to_vec()
        };
        return vm.new_bytes(&part);
    }
    if let Some(bytes) = object.cast::<Bytes>()
        && (start > 0 || end < bytes.as_slice().len())
    {
        let bytes = bytes.as_slice();
        return vm.new_bytes(&bytes[start.min(bytes.len())..end.min(bytes.len())]);
    }
    let subject = Subject::new(vm, object)?;
    let len = subject.text().len();
    subject.slice(vm, object, start.min(len), end.min(len))
}
