//! Records: objects that are nothing but a few values, such as the iterators of `zip` and `map`. What the values
//! mean depends on the class; each type's module names its fields with constants.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A fixed number of values.
#[repr(C)]
pub struct Record {
    header: Header,
    len: usize,
    fields: [Cell<Value>; 0],
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Record {
    const LAYOUT: Layout = Layout::Record;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for field in self.fields() {
            field.get().trace(tracer);
        }
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len * size_of::<Value>()
    }
}

impl Record {
    /// A record of a class (whose layout is [`Layout::Record`]) with these fields.
    pub fn new(vm: &Vm, class: Gc<Class>, fields: &[Value]) -> PyResult<Gc<Record>> {
        let record: Gc<Record> = vm.alloc_trailing(class.root_shape(vm), fields.len(), size_of::<Value>())?;
        // SAFETY: fresh memory of the right size; the length is set before anyone else sees the object.
        unsafe { (&raw mut (*record.as_ptr()).len).write(fields.len()) };
        for (slot, value) in record.fields().iter().zip(fields) {
            slot.set(*value);
        }
        Ok(record)
    }

    /// All fields.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with `len` fields behind it.
        unsafe { core::slice::from_raw_parts(self.fields.as_ptr(), self.len) }
    }

    /// A field.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Value {
        self.fields()[index].get()
    }

    /// Sets a field.
    #[inline]
    pub fn set(&self, vm: &Vm, index: usize, value: Value) {
        self.fields()[index].set(value);
        vm.heap.barrier(&raw const self.header);
    }
}
