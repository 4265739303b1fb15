//! `complex`.

use orochi_gc::{Header, Tracer};

use crate::error::PyResult;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A complex number.
#[repr(C)]
pub struct Complex {
    header: Header,
    pub real: f64,
    pub imag: f64,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Complex {
    const LAYOUT: Layout = Layout::Complex;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// `complex`.
pub static CLASS: ClassDef = ClassDef::new("complex", "", Layout::Complex);

impl Vm {
    /// A complex value.
    pub fn new_complex(&self, real: f64, imag: f64) -> PyResult {
        self.new_native(self.types().complex, Complex { header: Header::empty(), real, imag }).map(Value::from)
    }
}
