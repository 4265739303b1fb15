//! `complex`.

use orochi_gc::{Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
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
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("complex", "", Layout::Complex) };

/// Real and imaginary part.
pub type Parts = (f64, f64);

impl Vm {
    /// A complex value.
    pub fn new_complex(&self, real: f64, imag: f64) -> PyResult {
        self.new_native(self.types().complex, Complex { header: Header::empty(), real, imag }).map(Value::from)
    }
}

/// `a ** b`.
pub fn power(vm: &Vm, a: Parts, b: Parts) -> PyResult {
    if b == (0.0, 0.0) {
        return vm.new_complex(1.0, 0.0);
    }
    if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(vm.raise(vm.types().zero_division_error, "zero to a negative or complex power"));
        }
        return vm.new_complex(0.0, 0.0);
    }
    let size = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let (mut len, mut phase) = (size.powf(b.0), angle * b.0);
    if b.1 != 0.0 {
        len *= (-angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    let (real, imag) = (len * phase.cos(), len * phase.sin());
    if (real.is_infinite() || imag.is_infinite()) && [a.0, a.1, b.0, b.1].iter().all(|part| part.is_finite()) {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    vm.new_complex(real, imag)
}
