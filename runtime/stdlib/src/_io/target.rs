//! Objects that bytes are read into: whatever lends memory that can be written to.

use orochi_vm::protocol::buffer::{self, Export, request};
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::memoryview::MemoryView;
use orochi_vm::{Gc, PyResult, Value, Vm};

/// An object with room for a number of bytes. Its memory stays lent out as long as this is there.
pub(crate) struct Target {
    export: Export,
}

impl Target {
    /// TypeError for an object that cannot be written to. `method` is the one that it is an argument of.
    pub(crate) fn of(vm: &Vm, object: Value, method: &str) -> PyResult<Target> {
        let export = vm.absorb(vm.export(object, request::WRITABLE), vm.types().buffer_error)?.flatten();
        match export.filter(|export| !export.view.readonly) {
            Some(export) => Ok(Target { export }),
            None => {
                let name = if object == vm.none() { "None".to_owned() } else { vm.type_name(object) };
                let text = format!("{method}() argument must be read-write bytes-like object, not {name}");
                Err(vm.type_error(text))
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.export.view.nbytes()
    }

    /// Puts bytes at a place. Those beyond the end are lost.
    pub(crate) fn store(&self, at: usize, bytes: &[u8]) {
        let start = self.export.view.offset + at;
        let end = self.export.view.offset + self.len();
        buffer::write(self.export.store, |memory| {
            let end = end.min(memory.len());
            let room = memory.get_mut(start..end).unwrap_or_default();
            let count = room.len().min(bytes.len());
            room[..count].copy_from_slice(&bytes[..count]);
        });
    }

    /// Gives the memory back.
    pub(crate) fn end(self, vm: &Vm) {
        self.export.end(vm);
    }
}

/// A view of the bytes of an array, which cannot change its size while the view is there. `shown` is what the program is told that it is a
/// view of.
pub(super) fn view(vm: &Vm, array: Gc<ByteArray>, readonly: bool, shown: Value) -> PyResult {
    let len = array.data.borrow().len();
    let view = buffer::View::bytes(len, readonly);
    let export = Export::of_store(shown, array.into(), Some(array.exports.lock()), view);
    MemoryView::new(vm, export).map(Value::from)
}
