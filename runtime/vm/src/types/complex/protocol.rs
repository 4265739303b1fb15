//! Special methods of `complex`.

use orochi_macros::methods;

use super::arith::{self, Parts};
use super::methods::this;
use super::{Complex, repr};
use crate::error::PyResult;
use crate::protocol::hash::{hash_float, hash_identity};
use crate::types::int::arith as int_arith;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// An operand: a real number is not made complex, which matters for signed zeros and infinities.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Parts),
}

impl Operand {
    fn parts(self) -> Parts {
        match self {
            Operand::Real(real) => (real, 0.0),
            Operand::Complex(parts) => parts,
        }
    }
}

fn operand(vm: &Vm, value: Value) -> PyResult<Option<Operand>> {
    match value.cast::<Complex>() {
        Some(complex) => Ok(Some(Operand::Complex(complex.parts()))),
        None => Ok(crate::types::float::arith::operand(vm, value)?.map(Operand::Real)),
    }
}

fn binary(vm: &Vm, a: Value, b: Value, f: impl FnOnce(Operand, Operand) -> PyResult<Parts>) -> PyResult {
    let (Some(a), Some(b)) = (operand(vm, a)?, operand(vm, b)?) else { return Ok(vm.not_implemented()) };
    let (real, imag) = f(a, b)?;
    vm.new_complex(real, imag)
}

fn add(vm: &Vm, a: Value, b: Value) -> PyResult {
    binary(vm, a, b, |a, b| {
        Ok(match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) => (a.0 + b, a.1),
            (Operand::Real(a), Operand::Complex(b)) => (a + b.0, b.1),
            (a, b) => (a.parts().0 + b.parts().0, a.parts().1 + b.parts().1),
        })
    })
}

fn subtract(vm: &Vm, a: Value, b: Value) -> PyResult {
    binary(vm, a, b, |a, b| {
        Ok(match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) => (a.0 - b, a.1),
            (Operand::Real(a), Operand::Complex(b)) => (a - b.0, -b.1),
            (a, b) => (a.parts().0 - b.parts().0, a.parts().1 - b.parts().1),
        })
    })
}

fn multiply(vm: &Vm, a: Value, b: Value) -> PyResult {
    binary(vm, a, b, |a, b| {
        Ok(match (a, b) {
            (Operand::Complex(parts), Operand::Real(real)) | (Operand::Real(real), Operand::Complex(parts)) => {
                (parts.0 * real, parts.1 * real)
            }
            (a, b) => arith::multiply(a.parts(), b.parts()),
        })
    })
}

fn divide(vm: &Vm, a: Value, b: Value) -> PyResult {
    binary(vm, a, b, |a, b| match (a, b) {
        (_, Operand::Real(0.0)) => Err(int_arith::division_by_zero(vm)),
        (Operand::Complex(a), Operand::Real(b)) => Ok((a.0 / b, a.1 / b)),
        (Operand::Real(a), Operand::Complex(b)) => {
            arith::divide_real(a, b).ok_or_else(|| int_arith::division_by_zero(vm))
        }
        (a, b) => arith::divide(a.parts(), b.parts()).ok_or_else(|| int_arith::division_by_zero(vm)),
    })
}

fn power(vm: &Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    let (Some(a), Some(b)) = (operand(vm, a)?, operand(vm, b)?) else { return Ok(vm.not_implemented()) };
    if modulus.is_bound() && modulus != vm.none() {
        return Err(vm.value_error("complex modulo"));
    }
    arith::power(vm, a.parts(), b.parts())
}

/// Whether a complex number is equal to a value; `None` when that is no number.
fn is_equal(this: &Complex, other: Value) -> Option<bool> {
    if let Some(other) = other.cast::<Complex>() {
        return Some(this.parts() == other.parts());
    }
    if let Some(float) = other.as_float() {
        return Some(this.imag == 0.0 && this.real == float);
    }
    let int = int_arith::operand(other)?;
    Some(this.imag == 0.0 && int_arith::compare_to_float(&int, this.real).is_some_and(core::cmp::Ordering::is_eq))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// abs(self)
    #[method("__abs__($self, /)")]
    fn abs(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = this(args).parts();
        let size = real.hypot(imag);
        if size.is_infinite() && real.is_finite() && imag.is_finite() {
            return Err(vm.overflow_error("absolute value too large"));
        }
        vm.new_float(size)
    }

    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add_(vm: &Vm, args: &[Value]) -> PyResult {
        add(vm, args[0], args[1])
    }

    /// True if self else False
    #[method("__bool__($self, /)")]
    fn bool(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).parts() != (0.0, 0.0)))
    }

    /// Convert this value to exact type complex.
    #[method("__complex__($self, /)")]
    fn complex(vm: &Vm, args: &[Value]) -> PyResult {
        super::methods::plain(vm, args[0])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(is_equal(&this(args), args[1]).map_or(vm.not_implemented(), |equal| vm.bool(equal)))
    }

    /// Return the text of the number as a format specification says.
    #[method("__format__($self, format_spec, /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::format_spec::format_complex(vm, args[0], args[1])
    }

    /// Return the arguments that make an equal number, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = this(args).parts();
        let parts = [vm.new_float(real)?, vm.new_float(imag)?];
        vm.new_tuple(&parts)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        const IMAGINARY: u64 = 1_000_003;
        let complex = this(args);
        let part = |part: f64| if part.is_nan() { hash_identity(args[0]) } else { hash_float(part) };
        let hash = part(complex.real).wrapping_add(part(complex.imag).wrapping_mul(IMAGINARY));
        vm.new_int(if hash == u64::MAX { -2 } else { hash as i64 })
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        multiply(vm, args[0], args[1])
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(is_equal(&this(args), args[1]).map_or(vm.not_implemented(), |equal| vm.bool(!equal)))
    }

    /// -self
    #[method("__neg__($self, /)")]
    fn neg(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = this(args).parts();
        vm.new_complex(-real, -imag)
    }

    /// +self
    #[method("__pos__($self, /)")]
    fn pos(vm: &Vm, args: &[Value]) -> PyResult {
        super::methods::plain(vm, args[0])
    }

    /// Return pow(self, value, mod).
    #[method("__pow__($self, value, mod=None, /)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[0], args[1], args[2])
    }

    /// Return value+self.
    #[method("__radd__($self, value, /)")]
    fn radd(vm: &Vm, args: &[Value]) -> PyResult {
        add(vm, args[1], args[0])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&repr(this(args).parts()))
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        multiply(vm, args[1], args[0])
    }

    /// Return pow(value, self, mod).
    #[method("__rpow__($self, value, mod=None, /)")]
    fn rpow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[1], args[0], args[2])
    }

    /// Return value-self.
    #[method("__rsub__($self, value, /)")]
    fn rsub(vm: &Vm, args: &[Value]) -> PyResult {
        subtract(vm, args[1], args[0])
    }

    /// Return value/self.
    #[method("__rtruediv__($self, value, /)")]
    fn rtruediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[1], args[0])
    }

    /// Return self-value.
    #[method("__sub__($self, value, /)")]
    fn sub(vm: &Vm, args: &[Value]) -> PyResult {
        subtract(vm, args[0], args[1])
    }

    /// Return self/value.
    #[method("__truediv__($self, value, /)")]
    fn truediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[0], args[1])
    }
}
