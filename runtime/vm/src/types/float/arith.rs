//! What the operators of `float` compute.

use dashu_int::IBig;

use crate::error::{PyResult, Raised};
use crate::types::int::arith as int_arith;
use crate::value::Value;
use crate::vm::Vm;

/// An operand of float arithmetic: a float, or an integer made one. `None` for other values; OverflowError for an integer
/// that is too large.
#[inline]
pub fn operand(vm: &Vm, value: Value) -> PyResult<Option<f64>> {
    match value.as_float() {
        Some(float) => Ok(Some(float)),
        None => int_arith::to_float_checked(vm, value),
    }
}

/// The remainder of floor division by what is not 0: it has the sign of the divisor.
#[must_use]
pub fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0.0f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// Quotient and remainder of floor division by what is not 0.
#[must_use]
pub fn floor_div_rem(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

/// `a ** b`: complex for a fractional power of a negative number.
pub fn power(vm: &Vm, a: f64, b: f64) -> PyResult {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(zero_to_negative_power(vm));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return crate::types::complex::arith::power(vm, (a, 0.0), (b, 0.0));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(out_of_range(vm));
    }
    vm.new_float(result)
}

#[cold]
fn zero_to_negative_power(vm: &Vm) -> Raised {
    vm.raise(vm.types().zero_division_error, "zero to a negative power")
}

/// `OverflowError: (34, 'Numerical result out of range')`.
#[cold]
pub fn out_of_range(vm: &Vm) -> Raised {
    const ERANGE: i64 = 34;
    match vm.new_str("Numerical result out of range") {
        Ok(text) => vm.raise_with(vm.types().overflow_error, &[Value::small(ERANGE), text]),
        Err(raised) => raised,
    }
}

/// The integer that a float is, cut towards zero. ValueError for NaN, OverflowError for infinity.
pub fn to_int(vm: &Vm, value: f64) -> PyResult {
    vm.new_big_int(to_big(vm, value)?)
}

/// The same as a big integer.
pub fn to_big(vm: &Vm, value: f64) -> PyResult<IBig> {
    if value.is_nan() {
        Err(vm.value_error("cannot convert float NaN to integer"))
    } else if value.is_infinite() {
        Err(vm.overflow_error("cannot convert float infinity to integer"))
    } else {
        Ok(int_arith::from_float(value))
    }
}

/// A finite float as a ratio in lowest terms, with a positive denominator.
#[must_use]
pub fn ratio(value: f64) -> (IBig, IBig) {
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if mantissa == 0 {
        return (IBig::ZERO, IBig::ONE);
    }
    let zeros = mantissa.trailing_zeros();
    let exponent = exponent + i64::from(zeros);
    let numerator = IBig::from(mantissa >> zeros);
    let numerator = if value < 0.0 { -numerator } else { numerator };
    if exponent >= 0 {
        (numerator << exponent as usize, IBig::ONE)
    } else {
        (numerator, IBig::ONE << -exponent as usize)
    }
}

/// A float rounded to a number of decimal places, as `round()` does: to the nearest, ties to even, by its exact decimal
/// value. `None` when the result is too large.
#[must_use]
pub fn round_to_places(value: f64, places: i64) -> Option<f64> {
    // Floats have no digits beyond 2 ** -1074, and none above 2 ** 1024.
    if !value.is_finite() || value == 0.0 || places > 323 {
        return Some(value);
    }
    if places < -308 {
        return Some(0.0f64.copysign(value));
    }
    let rounded = if places >= 0 {
        format!("{value:.*}", places as usize).parse::<f64>().unwrap_or(value)
    } else {
        // The whole part decides together with whether a fraction follows.
        let unit = IBig::from(10).pow(-places as usize);
        let whole = int_arith::from_float(value.abs());
        let (quotient, rest) = int_arith::floor_div_rem(&whole, &unit);
        let twice = rest * 2;
        let fraction = value.abs().fract() != 0.0;
        let up = twice > unit
            || (twice == unit && (fraction || int_arith::floor_div_rem(&quotient, &IBig::from(2)).1.is_one()));
        let rounded = (if up { quotient + IBig::ONE } else { quotient }) * unit;
        int_arith::to_float(&rounded)?.copysign(value)
    };
    rounded.is_finite().then_some(rounded)
}
