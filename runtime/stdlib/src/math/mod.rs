//! `math`: functions of real numbers, and exact ones of integers ([`integers`]).

mod floats;
mod gamma;
mod integers;
mod sumprod;
mod sums;

use orochi_macros::methods;
use orochi_vm::types::float::methods::as_double;
use orochi_vm::types::int::{Int, arith};
use orochi_vm::types::native::{Native, NativeDef};
use orochi_vm::{BinaryOp, NativeModule, PyResult, Raised, Value, Vm, libm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "math",
    doc: "Functions of real numbers, as the C standard defines them, and exact functions of integers.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let constants = [
            ("e", core::f64::consts::E),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
            ("pi", core::f64::consts::PI),
            ("tau", core::f64::consts::TAU),
        ];
        for (name, value) in constants {
            let value = vm.new_float(value)?;
            module.dict().set_str(vm, vm.intern(name), value)?;
        }
        for def in integers::FUNCTIONS {
            let name = vm.new_str("math")?;
            let function = Native::function(vm, def, name)?;
            module.dict().set_str(vm, vm.intern(def.name), function.into())?;
        }
        Ok(())
    },
};

#[cold]
fn domain_error(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

#[cold]
fn range_error(vm: &Vm) -> Raised {
    vm.overflow_error("math range error")
}

/// The ValueError for an argument outside of a function's domain.
#[cold]
fn unexpected(vm: &Vm, expected: &str, x: f64) -> Raised {
    vm.value_error(format!("{expected}, got {}", orochi_vm::types::float::text::repr(x)))
}

/// A function that is defined everywhere.
fn everywhere(vm: &Vm, args: &[Value], f: impl FnOnce(f64) -> f64) -> PyResult {
    vm.new_float(f(as_double(vm, args[0])?))
}

/// A function that is defined where a test holds.
fn within(
    vm: &Vm,
    args: &[Value],
    f: impl FnOnce(f64) -> f64,
    is_inside: impl FnOnce(f64) -> bool,
    expected: &str,
) -> PyResult {
    let x = as_double(vm, args[0])?;
    if !x.is_nan() && !is_inside(x) {
        return Err(unexpected(vm, expected, x));
    }
    vm.new_float(f(x))
}

/// A function of finite numbers.
fn finite(vm: &Vm, args: &[Value], f: impl FnOnce(f64) -> f64) -> PyResult {
    within(vm, args, f, f64::is_finite, "expected a finite input")
}

/// A function that may overflow.
fn growing(vm: &Vm, args: &[Value], f: impl FnOnce(f64) -> f64) -> PyResult {
    let x = as_double(vm, args[0])?;
    let result = f(x);
    if result.is_infinite() && x.is_finite() { Err(range_error(vm)) } else { vm.new_float(result) }
}

/// A logarithm, of integers of any size.
fn logarithm(vm: &Vm, value: Value, f: impl Fn(f64) -> f64) -> PyResult<f64> {
    if value.is_int() || value.cast::<Int>().is_some() {
        let Some(int) = arith::operand(value).filter(|int| !int.is_zero() && !arith::is_negative(int)) else {
            return Err(vm.value_error("expected a positive input"));
        };
        if let Some(float) = arith::to_float(&int) {
            return Ok(f(float));
        }
        // int = mantissa * 2 ** bits, with a mantissa from 0.5 to 1.
        let bits = arith::bit_length(&int);
        let top = arith::to_float(&arith::shift_right(&int, bits - 64)).unwrap_or(0.0);
        return Ok(f(libm::ldexp(top, -64)) + f(2.0) * bits as f64);
    }
    let x = as_double(vm, value)?;
    if x <= 0.0 {
        return Err(unexpected(vm, "expected a positive input", x));
    }
    Ok(f(x))
}

/// Floats below this have integers that are inline.
const SMALL: f64 = 1e15;

/// `__floor__`, `__ceil__` and the like, looked up on the class.
fn rounded(vm: &Vm, value: Value, method: &str) -> PyResult<Option<Value>> {
    if value.is_int() || vm.is_exact(value, vm.types().float) && method != "__trunc__" {
        // `int` and `float` cannot be given other methods.
        return Ok(value.is_int().then_some(value));
    }
    match vm.class_of(value).lookup(vm, vm.intern(method)) {
        Some(method) => vm.call_special(value, method, &[]).map(Some),
        None => Ok(None),
    }
}

/// The floats of an iterable.
fn floats_of(vm: &Vm, iterable: Value) -> PyResult<Vec<f64>> {
    let mut floats = Vec::new();
    vm.for_each(iterable, |item| {
        floats.push(as_double(vm, item)?);
        Ok(())
    })?;
    Ok(floats)
}

fn sum_error(vm: &Vm, error: sums::NoSum) -> Raised {
    match error {
        sums::NoSum::Overflow => vm.overflow_error("intermediate overflow in fsum"),
        sums::NoSum::Infinities => vm.value_error("-inf + inf in fsum"),
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the angle from 0 to pi whose cosine is x.
    #[method("acos(x, /)")]
    fn acos(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, f64::acos, |x| x.abs() <= 1.0, "expected a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic cosine of x.
    #[method("acosh(x, /)")]
    fn acosh(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, libm::acosh, |x| x >= 1.0, "expected argument value not less than 1")
    }

    /// Return the angle from -pi/2 to pi/2 whose sine is x.
    #[method("asin(x, /)")]
    fn asin(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, f64::asin, |x| x.abs() <= 1.0, "expected a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic sine of x.
    #[method("asinh(x, /)")]
    fn asinh(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, libm::asinh)
    }

    /// Return the angle from -pi/2 to pi/2 whose tangent is x.
    #[method("atan(x, /)")]
    fn atan(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, f64::atan)
    }

    /// Return the angle of the point (x, y), from -pi to pi.
    #[method("atan2(y, x, /)")]
    fn atan2(vm: &Vm, args: &[Value]) -> PyResult {
        let (y, x) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        vm.new_float(y.atan2(x))
    }

    /// Return the inverse hyperbolic tangent of x.
    #[method("atanh(x, /)")]
    fn atanh(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, libm::atanh, |x| x.abs() < 1.0, "expected a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[method("cbrt(x, /)")]
    fn cbrt(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, f64::cbrt)
    }

    /// Return the smallest integer that is not less than x.
    #[method("ceil(x, /)")]
    fn ceil(vm: &Vm, args: &[Value]) -> PyResult {
        match rounded(vm, args[0], "__ceil__")? {
            Some(result) => Ok(result),
            None => orochi_vm::types::float::arith::to_int(vm, as_double(vm, args[0])?.ceil()),
        }
    }

    /// Return a float with the magnitude of x and the sign of y.
    #[method("copysign(x, y, /)")]
    fn copysign(vm: &Vm, args: &[Value]) -> PyResult {
        let (x, y) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        vm.new_float(x.copysign(y))
    }

    /// Return the cosine of an angle.
    #[method("cos(x, /)")]
    fn cos(vm: &Vm, args: &[Value]) -> PyResult {
        finite(vm, args, f64::cos)
    }

    /// Return the hyperbolic cosine of x.
    #[method("cosh(x, /)")]
    fn cosh(vm: &Vm, args: &[Value]) -> PyResult {
        growing(vm, args, f64::cosh)
    }

    /// Return an angle in degrees.
    #[method("degrees(x, /)")]
    fn degrees(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, |x| x * (180.0 / core::f64::consts::PI))
    }

    /// Return the distance of two points, each a sequence of coordinates.
    #[method("dist(p, q, /)")]
    fn dist(vm: &Vm, args: &[Value]) -> PyResult {
        let (p, q) = (floats_of(vm, args[0])?, floats_of(vm, args[1])?);
        if p.len() != q.len() {
            return Err(vm.value_error("both points must have the same number of dimensions"));
        }
        vm.new_float(sums::norm(p.iter().zip(&q).map(|(p, q)| p - q).collect()))
    }

    /// Return the error function at x.
    #[method("erf(x, /)")]
    fn erf(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, libm::erf)
    }

    /// Return the complementary error function at x.
    #[method("erfc(x, /)")]
    fn erfc(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, libm::erfc)
    }

    /// Return e to the power of x.
    #[method("exp(x, /)")]
    fn exp(vm: &Vm, args: &[Value]) -> PyResult {
        growing(vm, args, f64::exp)
    }

    /// Return 2 to the power of x.
    #[method("exp2(x, /)")]
    fn exp2(vm: &Vm, args: &[Value]) -> PyResult {
        growing(vm, args, f64::exp2)
    }

    /// Return exp(x)-1 without loss of precision for small x.
    #[method("expm1(x, /)")]
    fn expm1(vm: &Vm, args: &[Value]) -> PyResult {
        growing(vm, args, f64::exp_m1)
    }

    /// Return the absolute value of x as a float.
    #[method("fabs(x, /)")]
    fn fabs(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, f64::abs)
    }

    /// Return the largest integer that is not greater than x.
    #[method("floor(x, /)")]
    fn floor(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(float) = args[0].as_inline_float().filter(|float| float.abs() < SMALL) {
            let cut = float as i64;
            return vm.new_int(cut - i64::from(cut as f64 > float));
        }
        match rounded(vm, args[0], "__floor__")? {
            Some(result) => Ok(result),
            None => orochi_vm::types::float::arith::to_int(vm, as_double(vm, args[0])?.floor()),
        }
    }

    /// Return x*y+z, rounded once.
    #[method("fma(x, y, z, /)")]
    fn fma(vm: &Vm, args: &[Value]) -> PyResult {
        let [x, y, z] = [as_double(vm, args[0])?, as_double(vm, args[1])?, as_double(vm, args[2])?];
        let result = x.mul_add(y, z);
        if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(vm.value_error("invalid operation in fma"));
        }
        if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(vm.overflow_error("overflow in fma"));
        }
        vm.new_float(result)
    }

    /// Return the remainder of x/y with the sign of x.
    #[method("fmod(x, y, /)")]
    fn fmod(vm: &Vm, args: &[Value]) -> PyResult {
        let (x, y) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        let result = x % y;
        if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(vm)) } else { vm.new_float(result) }
    }

    /// Return a mantissa and an exponent of two whose product is x.
    #[method("frexp(x, /)")]
    fn frexp(vm: &Vm, args: &[Value]) -> PyResult {
        let (mantissa, exponent) = floats::frexp(as_double(vm, args[0])?);
        let parts = [vm.new_float(mantissa)?, vm.new_int(exponent.into())?];
        vm.new_tuple(&parts)
    }

    /// Return the sum of floats, correctly rounded.
    #[method("fsum(seq, /)")]
    fn fsum(vm: &Vm, args: &[Value]) -> PyResult {
        let mut sum = sums::ExactSum::default();
        vm.for_each(args[0], |item| {
            let number = as_double(vm, item)?;
            sum.add(number).map_err(|error| sum_error(vm, error))
        })?;
        vm.new_float(sum.finish().map_err(|error| sum_error(vm, error))?)
    }

    /// Return the gamma function at x.
    #[method("gamma(x, /)")]
    fn gamma_(vm: &Vm, args: &[Value]) -> PyResult {
        gamma_result(vm, as_double(vm, args[0])?, gamma::gamma)
    }

    /// Return the distance of a point from the origin.
    #[method("hypot(*coordinates)")]
    fn hypot(vm: &Vm, args: &[Value]) -> PyResult {
        let coordinates = args.iter().map(|value| as_double(vm, *value)).collect::<PyResult<Vec<f64>>>()?;
        vm.new_float(sums::norm(coordinates))
    }

    /// Return whether two numbers are close: by a relative or an absolute tolerance.
    #[method("isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, b) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        let relative = args[2].bound().map_or(Ok(1e-9), |value| as_double(vm, value))?;
        let absolute = args[3].bound().map_or(Ok(0.0), |value| as_double(vm, value))?;
        if relative < 0.0 || absolute < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        let difference = (b - a).abs();
        let close = a == b
            || (a.is_finite()
                && b.is_finite()
                && (difference <= (relative * b).abs()
                    || difference <= (relative * a).abs()
                    || difference <= absolute));
        Ok(vm.bool(close))
    }

    /// Return whether x is neither infinite nor NaN.
    #[method("isfinite(x, /)")]
    fn isfinite(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(as_double(vm, args[0])?.is_finite()))
    }

    /// Return whether x is infinite.
    #[method("isinf(x, /)")]
    fn isinf(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(as_double(vm, args[0])?.is_infinite()))
    }

    /// Return whether x is NaN.
    #[method("isnan(x, /)")]
    fn isnan(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(as_double(vm, args[0])?.is_nan()))
    }

    /// Return x times 2 to the power of i.
    #[method("ldexp(x, i, /)")]
    fn ldexp(vm: &Vm, args: &[Value]) -> PyResult {
        let x = as_double(vm, args[0])?;
        if !args[1].is_int() && args[1].cast::<Int>().is_none() {
            return Err(vm.type_error("Expected an int as second argument to ldexp."));
        }
        // Further than this makes no difference.
        let exponent = vm.index_clamped(args[1])?.clamp(-5000, 5000) as i32;
        let result = libm::ldexp(x, exponent);
        if result.is_infinite() && x.is_finite() { Err(range_error(vm)) } else { vm.new_float(result) }
    }

    /// Return the natural logarithm of the absolute value of the gamma function at x.
    #[method("lgamma(x, /)")]
    fn lgamma(vm: &Vm, args: &[Value]) -> PyResult {
        gamma_result(vm, as_double(vm, args[0])?, gamma::lgamma)
    }

    /// Return the logarithm of x to a base, e by default.
    #[method("log(x, base=math.e, /)")]
    fn log(vm: &Vm, args: &[Value]) -> PyResult {
        let x = logarithm(vm, args[0], f64::ln)?;
        let Some(base) = args[1].bound() else { return vm.new_float(x) };
        let base = logarithm(vm, base, f64::ln)?;
        if base == 0.0 {
            return Err(arith::division_by_zero(vm));
        }
        vm.new_float(x / base)
    }

    /// Return the logarithm of x to base 10.
    #[method("log10(x, /)")]
    fn log10(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(logarithm(vm, args[0], f64::log10)?)
    }

    /// Return log(1+x) without loss of precision for small x.
    #[method("log1p(x, /)")]
    fn log1p(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, f64::ln_1p, |x| x > -1.0, "expected argument value > -1")
    }

    /// Return the logarithm of x to base 2.
    #[method("log2(x, /)")]
    fn log2(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(logarithm(vm, args[0], f64::log2)?)
    }

    /// Return the fractional and the whole part of x, both with its sign.
    #[method("modf(x, /)")]
    fn modf(vm: &Vm, args: &[Value]) -> PyResult {
        let x = as_double(vm, args[0])?;
        let fraction = if x.is_infinite() { 0.0f64.copysign(x) } else { x.fract().copysign(x) };
        let parts = [vm.new_float(fraction)?, vm.new_float(x.trunc())?];
        vm.new_tuple(&parts)
    }

    /// Return the float that is a number of steps further from x towards y.
    #[method("nextafter(x, y, /, *, steps=None)")]
    fn nextafter(vm: &Vm, args: &[Value]) -> PyResult {
        let (x, y) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        let steps = match args[2].bound().filter(|steps| *steps != vm.none()) {
            None => return vm.new_float(floats::neighbour(x, y)),
            Some(steps) => match u64::try_from(vm.index_clamped(steps)?) {
                Ok(steps) => steps,
                Err(_) => return Err(vm.value_error("steps must be a non-negative integer")),
            },
        };
        vm.new_float(floats::next_after(x, y, steps))
    }

    /// Return x to the power of y, as a float.
    #[method("pow(x, y, /)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        let (x, y) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        let result = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if result.is_nan() || (x == 0.0 && result.is_infinite()) {
                return Err(domain_error(vm));
            }
            if result.is_infinite() {
                return Err(range_error(vm));
            }
        }
        vm.new_float(result)
    }

    /// Return the product of a start value and the items of an iterable.
    #[method("prod(iterable, /, *, start=1)")]
    fn prod(vm: &Vm, args: &[Value]) -> PyResult {
        let mut product = args[1].bound().unwrap_or(Value::small(1));
        vm.for_each(args[0], |item| {
            product = vm.binary(BinaryOp::Mul, product, item)?;
            Ok(())
        })?;
        Ok(product)
    }

    /// Return an angle in radians.
    #[method("radians(x, /)")]
    fn radians(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, |x| x * (core::f64::consts::PI / 180.0))
    }

    /// Return the difference of x to the nearest multiple of y.
    #[method("remainder(x, y, /)")]
    fn remainder(vm: &Vm, args: &[Value]) -> PyResult {
        let (x, y) = (as_double(vm, args[0])?, as_double(vm, args[1])?);
        let result = libm::remainder(x, y);
        if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error(vm)) } else { vm.new_float(result) }
    }

    /// Return the sine of an angle.
    #[method("sin(x, /)")]
    fn sin(vm: &Vm, args: &[Value]) -> PyResult {
        finite(vm, args, f64::sin)
    }

    /// Return the hyperbolic sine of x.
    #[method("sinh(x, /)")]
    fn sinh(vm: &Vm, args: &[Value]) -> PyResult {
        growing(vm, args, f64::sinh)
    }

    /// Return the square root of x.
    #[method("sqrt(x, /)")]
    fn sqrt(vm: &Vm, args: &[Value]) -> PyResult {
        within(vm, args, f64::sqrt, |x| x >= 0.0, "expected a nonnegative input")
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[method("sumprod(p, q, /)")]
    fn sumprod(vm: &Vm, args: &[Value]) -> PyResult {
        sumprod::sumprod(vm, args[0], args[1])
    }

    /// Return the tangent of an angle.
    #[method("tan(x, /)")]
    fn tan(vm: &Vm, args: &[Value]) -> PyResult {
        finite(vm, args, f64::tan)
    }

    /// Return the hyperbolic tangent of x.
    #[method("tanh(x, /)")]
    fn tanh(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, f64::tanh)
    }

    /// Return the integer between 0 and x that is nearest to x.
    #[method("trunc(x, /)")]
    fn trunc(vm: &Vm, args: &[Value]) -> PyResult {
        match rounded(vm, args[0], "__trunc__")? {
            Some(result) => Ok(result),
            None => {
                let name = vm.type_name(args[0]);
                Err(vm.type_error(format!("type {name} doesn't define __trunc__ method")))
            }
        }
    }

    /// Return the value of the lowest bit of x.
    #[method("ulp(x, /)")]
    fn ulp(vm: &Vm, args: &[Value]) -> PyResult {
        everywhere(vm, args, floats::ulp)
    }
}

fn gamma_result(vm: &Vm, x: f64, f: impl FnOnce(f64) -> Result<f64, gamma::NoValue>) -> PyResult {
    match f(x) {
        Ok(value) => vm.new_float(value),
        Err(gamma::NoValue::Domain) => Err(unexpected(vm, "expected a noninteger or positive integer", x)),
        Err(gamma::NoValue::Range) => Err(range_error(vm)),
    }
}
