//! `complex`.
//!
//! [`arith`] computes; `methods` has the methods and the constructor, `protocol` the operators.

pub mod arith;
pub mod methods;
mod protocol;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::types::float::text::repr_part;
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

impl Complex {
    /// A complex number of a class.
    pub fn with_class(vm: &Vm, class: Gc<Class>, (real, imag): arith::Parts) -> PyResult {
        vm.new_native(class, Complex { header: Header::empty(), real, imag }).map(Value::from)
    }

    /// Real and imaginary part.
    #[must_use]
    pub fn parts(&self) -> arith::Parts {
        (self.real, self.imag)
    }
}

impl Vm {
    /// A complex value.
    pub fn new_complex(&self, real: f64, imag: f64) -> PyResult {
        Complex::with_class(self, self.types().complex, (real, imag))
    }
}

/// `repr(complex)`: only the imaginary part when the real one is a positive zero.
#[must_use]
pub fn repr((real, imag): arith::Parts) -> String {
    let imaginary = repr_part(imag, false);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", repr_part(real, false))
}
