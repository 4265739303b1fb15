//! `slice`: the object. [`methods`] has its methods; the places that a slice selects are computed by
//! [`crate::vm::Vm::slice_range`].

mod methods;

use core::cell::Cell;

use orochi_gc::{Header, Tracer};

use crate::error::PyResult;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A slice.
#[repr(C)]
pub struct Slice {
    header: Header,
    pub start: Cell<Value>,
    pub stop: Cell<Value>,
    pub step: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Slice {
    const LAYOUT: Layout = Layout::Slice;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.start.get().trace(tracer);
        self.stop.get().trace(tracer);
        self.step.get().trace(tracer);
    }
}

/// `slice`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[methods::METHODS],
    getset: methods::GETSET,
    ..ClassDef::new(
        "slice",
        "The places start, start+step, .. before stop: what x[start:stop:step] passes.",
        Layout::Slice,
    )
};

impl Slice {
    /// A slice.
    pub fn new(vm: &Vm, start: Value, stop: Value, step: Value) -> PyResult {
        let slice =
            Slice { header: Header::empty(), start: Cell::new(start), stop: Cell::new(stop), step: Cell::new(step) };
        vm.new_native(vm.types().slice, slice).map(Value::from)
    }
}
