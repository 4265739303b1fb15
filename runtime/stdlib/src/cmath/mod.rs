//! `cmath`: functions of complex numbers. The functions themselves are in [`functions`], what they are at infinities and NaN
//! in [`special`].

mod functions;
mod special;

use orochi_macros::methods;
use orochi_vm::types::complex::Complex;
use orochi_vm::types::complex::arith::{self, Parts};
use orochi_vm::types::float::methods::as_double;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Special, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "cmath",
    doc: "This module provides access to mathematical functions for complex\nnumbers.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let floats = [
            ("e", core::f64::consts::E),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
            ("pi", core::f64::consts::PI),
            ("tau", core::f64::consts::TAU),
        ];
        for (name, value) in floats {
            module.dict().set_str(vm, vm.intern(name), vm.new_float(value)?)?;
        }
        for (name, imag) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
            module.dict().set_str(vm, vm.intern(name), vm.new_complex(0.0, imag)?)?;
        }
        Ok(())
    },
};

/// The complex number that an argument stands for.
fn argument(vm: &Vm, value: Value) -> PyResult<Parts> {
    if let Some(complex) = value.cast::<Complex>() {
        return Ok(complex.parts());
    }
    if let Some(method) = vm.class_of(value).special(Special::Complex).bound() {
        let result = vm.call_special(value, method, &[])?;
        return match result.cast::<Complex>() {
            Some(complex) => Ok(complex.parts()),
            None => {
                let found = vm.type_name(result);
                Err(vm.type_error(format!("__complex__ returned non-complex (type {found})")))
            }
        };
    }
    Ok((as_double(vm, value)?, 0.0))
}

/// What a function gives: a number, or why there is none.
type Outcome = Result<Parts, Trouble>;

/// Why a function has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trouble {
    /// The argument is outside of its domain.
    Domain,
    /// The result is too large.
    Range,
}

fn raise(vm: &Vm, trouble: Trouble) -> orochi_vm::Raised {
    match trouble {
        Trouble::Domain => vm.value_error("math domain error"),
        Trouble::Range => vm.overflow_error("math range error"),
    }
}

fn apply(vm: &Vm, args: &[Value], f: fn(Parts) -> Outcome) -> PyResult {
    match f(argument(vm, args[0])?) {
        Ok((real, imag)) => vm.new_complex(real, imag),
        Err(trouble) => Err(raise(vm, trouble)),
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the arc cosine of z.
    #[method("acos(z, /)")]
    fn acos(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::acos)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[method("acosh(z, /)")]
    fn acosh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::acosh)
    }

    /// Return the arc sine of z.
    #[method("asin(z, /)")]
    fn asin(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::asin)
    }

    /// Return the inverse hyperbolic sine of z.
    #[method("asinh(z, /)")]
    fn asinh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::asinh)
    }

    /// Return the arc tangent of z.
    #[method("atan(z, /)")]
    fn atan(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::atan)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[method("atanh(z, /)")]
    fn atanh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::atanh)
    }

    /// Return the cosine of z.
    #[method("cos(z, /)")]
    fn cos(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::cos)
    }

    /// Return the hyperbolic cosine of z.
    #[method("cosh(z, /)")]
    fn cosh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::cosh)
    }

    /// Return the exponential value e**z.
    #[method("exp(z, /)")]
    fn exp(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::exp)
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must be
    /// smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is
    /// not close to anything, even itself. inf and -inf are only close to themselves.
    #[method("isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, b) = (argument(vm, args[0])?, argument(vm, args[1])?);
        let tolerance = |value: Value, default: f64| value.bound().map_or(Ok(default), |value| as_double(vm, value));
        let (relative, absolute) = (tolerance(args[2], 1e-9)?, tolerance(args[3], 0.0)?);
        if relative < 0.0 || absolute < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(vm.true_());
        }
        if [a.0, a.1, b.0, b.1].iter().any(|part| part.is_infinite()) {
            return Ok(vm.false_());
        }
        let difference = (a.0 - b.0).hypot(a.1 - b.1);
        let close = difference <= relative * b.0.hypot(b.1)
            || difference <= relative * a.0.hypot(a.1)
            || difference <= absolute;
        Ok(vm.bool(close))
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[method("isfinite(z, /)")]
    fn isfinite(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = argument(vm, args[0])?;
        Ok(vm.bool(real.is_finite() && imag.is_finite()))
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[method("isinf(z, /)")]
    fn isinf(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = argument(vm, args[0])?;
        Ok(vm.bool(real.is_infinite() || imag.is_infinite()))
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[method("isnan(z, /)")]
    fn isnan(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = argument(vm, args[0])?;
        Ok(vm.bool(real.is_nan() || imag.is_nan()))
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[method("log(z, base=<unrepresentable>, /)")]
    fn log(vm: &Vm, args: &[Value]) -> PyResult {
        let logarithm = |value: Value| functions::log(argument(vm, value)?).map_err(|trouble| raise(vm, trouble));
        let (real, imag) = logarithm(args[0])?;
        let Some(base) = args[1].bound() else { return vm.new_complex(real, imag) };
        match arith::divide((real, imag), logarithm(base)?) {
            Some((real, imag)) => vm.new_complex(real, imag),
            None => Err(raise(vm, Trouble::Domain)),
        }
    }

    /// Return the base-10 logarithm of z.
    #[method("log10(z, /)")]
    fn log10(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::log10)
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[method("phase(z, /)")]
    fn phase(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = argument(vm, args[0])?;
        vm.new_float(imag.atan2(real))
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[method("polar(z, /)")]
    fn polar(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = argument(vm, args[0])?;
        let distance = real.hypot(imag);
        if distance.is_infinite() && real.is_finite() && imag.is_finite() {
            return Err(raise(vm, Trouble::Range));
        }
        vm.new_tuple(&[vm.new_float(distance)?, vm.new_float(imag.atan2(real))?])
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[method("rect(r, phi, /)")]
    fn rect(vm: &Vm, args: &[Value]) -> PyResult {
        let (r, phi) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        match functions::rect(r, phi) {
            Ok((real, imag)) => vm.new_complex(real, imag),
            Err(trouble) => Err(raise(vm, trouble)),
        }
    }

    /// Return the sine of z.
    #[method("sin(z, /)")]
    fn sin(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::sin)
    }

    /// Return the hyperbolic sine of z.
    #[method("sinh(z, /)")]
    fn sinh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::sinh)
    }

    /// Return the square root of z.
    #[method("sqrt(z, /)")]
    fn sqrt(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::sqrt)
    }

    /// Return the tangent of z.
    #[method("tan(z, /)")]
    fn tan(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::tan)
    }

    /// Return the hyperbolic tangent of z.
    #[method("tanh(z, /)")]
    fn tanh(vm: &Vm, args: &[Value]) -> PyResult {
        apply(vm, args, functions::tanh)
    }
}
