//! Cells: variables that closures share.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A variable that closures share; its content is unbound when it is empty.
#[repr(C)]
pub struct PyCell {
    header: Header,
    pub content: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for PyCell {
    const LAYOUT: Layout = Layout::Cell;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.content.get().trace(tracer);
    }
}

impl PyCell {
    /// A cell.
    pub fn new(vm: &Vm, content: Value) -> PyResult<Gc<PyCell>> {
        vm.new_native(vm.types().cell, PyCell { header: Header::empty(), content: Cell::new(content) })
    }

    /// Sets the content.
    #[inline]
    pub fn set(&self, vm: &Vm, value: Value) {
        self.content.set(value);
        vm.heap.barrier(&raw const self.header);
    }
}

/// `cell`.
pub static CLASS: ClassDef = ClassDef::new("cell", "", Layout::Cell);
