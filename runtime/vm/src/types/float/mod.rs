//! `float`. Most floats are inline ([`Value::as_inline_float`]).
//!
//! [`arith`] computes, [`text`] converts to text; `methods` has the methods, `protocol` the operators.

pub mod arith;
pub mod methods;
pub mod parse;
mod protocol;
pub mod text;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A float that is not inline, or of a subclass.
#[repr(C)]
pub struct Float {
    header: Header,
    pub value: f64,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Float {
    const LAYOUT: Layout = Layout::Float;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

impl Float {
    /// A float object of a class, never inline.
    pub fn with_class(vm: &Vm, class: Gc<Class>, value: f64) -> PyResult {
        vm.new_native(class, Float { header: Header::empty(), value }).map(Value::from)
    }
}

impl Vm {
    /// A float value.
    #[inline(always)]
    pub fn new_float(&self, value: f64) -> PyResult {
        match Value::try_float(value) {
            Some(value) => Ok(value),
            None => self.new_heap_float(value),
        }
    }

    #[cold]
    fn new_heap_float(&self, value: f64) -> PyResult {
        Float::with_class(self, self.types().float, value)
    }
}

impl Value {
    /// The float, if the value is one (of that type or a subclass).
    #[inline]
    #[must_use]
    pub fn as_float(self) -> Option<f64> {
        if self.is_float() { Some(self.float_unchecked()) } else { self.cast::<Float>().map(|float| float.value) }
    }
}
