//! Arithmetic of integers of any size: what the operators of `int` and `bool` compute.

use core::cmp::Ordering;
use core::ops::Deref;

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, UBig};
use orochi_gc::Gc;

use super::Int;
use crate::error::{PyResult, Raised};
use crate::value::Value;
use crate::vm::Vm;

/// More bits than this make no integer: a result beyond it is a MemoryError instead of an attempt.
const MAX_BITS: u64 = 1 << 36;

/// An operand as a big integer: that of an object, or made of an inline one.
pub enum Operand {
    Object(Gc<Int>),
    Made(IBig),
}

impl Deref for Operand {
    type Target = IBig;

    fn deref(&self) -> &IBig {
        match self {
            Operand::Object(int) => &int.value,
            Operand::Made(value) => value,
        }
    }
}

/// The operand that a value is; `None` for what is no integer.
#[must_use]
pub fn operand(value: Value) -> Option<Operand> {
    match value.as_int() {
        Some(int) => Some(Operand::Made(IBig::from(int))),
        None => value.cast::<Int>().map(Operand::Object),
    }
}

/// The ZeroDivisionError of all divisions.
#[cold]
pub fn division_by_zero(vm: &Vm) -> Raised {
    vm.raise(vm.types().zero_division_error, "division by zero")
}

/// Whether an integer is negative.
#[must_use]
pub fn is_negative(value: &IBig) -> bool {
    value.sign() == dashu_int::Sign::Negative
}

/// Bits of the magnitude.
#[must_use]
pub fn bit_length(value: &IBig) -> u64 {
    if is_negative(value) { value.clone().into_parts().1.bit_len() as u64 } else { value.bit_len() as u64 }
}

/// Quotient and remainder of floor division: the remainder has the sign of the divisor, which is not 0.
#[must_use]
pub fn floor_div_rem(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, rest) = a.div_rem(b);
    if !rest.is_zero() && is_negative(&rest) != is_negative(b) {
        (quotient - IBig::ONE, rest + b)
    } else {
        (quotient, rest)
    }
}

/// The same for 64-bit integers; the divisor is not 0.
#[must_use]
pub fn floor_div_rem_i64(a: i64, b: i64) -> (i128, i64) {
    let (a, b) = (i128::from(a), i128::from(b));
    let (quotient, rest) = (a / b, a % b);
    if rest != 0 && (rest < 0) != (b < 0) { (quotient - 1, (rest + b) as i64) } else { (quotient, rest as i64) }
}

/// An integer value of a 128-bit result.
#[inline]
pub fn from_i128(vm: &Vm, value: i128) -> PyResult {
    match i64::try_from(value) {
        Ok(value) => vm.new_int(value),
        Err(_) => vm.new_big_int(IBig::from(value)),
    }
}

/// `a << shift` for a shift that fits 64 bits.
pub fn shift_left(vm: &Vm, a: &IBig, shift: u64) -> PyResult<IBig> {
    if a.is_zero() {
        return Ok(IBig::ZERO);
    }
    match bit_length(a).checked_add(shift) {
        Some(bits) if bits <= MAX_BITS => {
            vm.check_room_for(bits as usize / 8 * 2)?;
            Ok(a << shift as usize)
        }
        _ => Err(vm.memory_error()),
    }
}

/// `a >> shift`, rounding down.
#[must_use]
pub fn shift_right(a: &IBig, shift: u64) -> IBig {
    if shift >= bit_length(a) {
        return if is_negative(a) { -IBig::ONE } else { IBig::ZERO };
    }
    a >> shift as usize
}

/// `base ** exponent` for an exponent that is not negative.
pub fn power(vm: &Vm, base: &IBig, exponent: &IBig) -> PyResult<IBig> {
    if exponent.is_zero() || base.is_one() {
        return Ok(IBig::ONE);
    }
    if base.is_zero() {
        return Ok(IBig::ZERO);
    }
    if *base == -IBig::ONE {
        return Ok(if exponent.bit(0) { -IBig::ONE } else { IBig::ONE });
    }
    let Ok(exponent) = u64::try_from(exponent) else { return Err(vm.memory_error()) };
    // A base of n bits is at least 2 ** (n - 1).
    match (bit_length(base) - 1).max(1).checked_mul(exponent) {
        Some(bits) if bits <= MAX_BITS => {
            // The power, the square that it grew from, and what a multiplication needs.
            vm.check_room_for((bit_length(base).saturating_mul(exponent) as usize / 8).saturating_mul(6))?;
            Ok(base.pow(exponent as usize))
        }
        _ => Err(vm.memory_error()),
    }
}

/// `base ** exponent % modulus`, the result having the sign of the modulus.
pub fn power_mod(vm: &Vm, base: &IBig, exponent: &IBig, modulus: &IBig) -> PyResult<IBig> {
    if modulus.is_zero() {
        return Err(vm.value_error("pow() 3rd argument cannot be 0"));
    }
    let magnitude = modulus.clone().into_parts().1;
    let positive = IBig::from(magnitude.clone());
    let mut base = floor_div_rem(base, &positive).1;
    let exponent_magnitude = exponent.clone().into_parts().1;
    if is_negative(exponent) {
        match inverse(&base, &positive) {
            Some(inverse) => base = inverse,
            None => return Err(vm.value_error("base is not invertible for the given modulus")),
        }
    }
    let result = if magnitude.is_one() {
        IBig::ZERO
    } else {
        let ring = dashu_int::fast_div::ConstDivisor::new(magnitude);
        IBig::from(ring.reduce(base.into_parts().1).pow(&exponent_magnitude).residue())
    };
    Ok(if is_negative(modulus) && !result.is_zero() { result + modulus } else { result })
}

/// The inverse of `a` modulo a positive `modulus`, if they have no common factor.
fn inverse(a: &IBig, modulus: &IBig) -> Option<IBig> {
    let (mut r0, mut r1) = (modulus.clone(), a.clone());
    let (mut t0, mut t1) = (IBig::ZERO, IBig::ONE);
    while !r1.is_zero() {
        let (quotient, rest) = floor_div_rem(&r0, &r1);
        let t2 = t0 - &quotient * &t1;
        (t0, t1) = (t1, t2);
        (r0, r1) = (r1, rest);
    }
    r0.is_one().then(|| floor_div_rem(&t0, modulus).1)
}

// ---- to floats ------------------------------------------------------------------------------------------------------

/// The float nearest to `mantissa * 2 ** exponent`, ties to even. `sticky` says that the value is a little more than that.
/// `None` when it is too large.
#[must_use]
pub fn round_to_float(mantissa: u128, exponent: i64, sticky: bool) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = i64::from(128 - mantissa.leading_zeros());
    let top = exponent + bits - 1;
    if top > 1023 {
        return None;
    }
    // Below 2 ** -1022 floats have fewer digits.
    let precision = if top < -1022 { 53 - (-1022 - top) } else { 53 };
    if precision < 0 {
        return Some(0.0);
    }
    let drop = bits - precision;
    let rounded = if drop <= 0 {
        (mantissa << -drop) as u64
    } else {
        let kept = if drop >= 128 { 0 } else { mantissa >> drop };
        let rest = mantissa & (u128::MAX >> (128 - drop));
        let half = 1u128 << (drop - 1);
        let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
        (kept + u128::from(up)) as u64
    };
    // The carry of rounding goes into the exponent by itself.
    let biased = if top < -1022 { 0 } else { (top + 1022) as u64 };
    let float = f64::from_bits((biased << 52) + rounded);
    float.is_finite().then_some(float)
}

/// The top 64 bits of a magnitude, the exponent of the last of them, and whether more bits follow.
fn top_bits(magnitude: &UBig) -> (u128, i64, bool) {
    let bits = magnitude.bit_len();
    match bits.checked_sub(64).filter(|shift| *shift > 0) {
        None => (u64::try_from(magnitude).map_or(0, u128::from), 0, false),
        Some(shift) => {
            let top = u64::try_from(magnitude >> shift).map_or(0, u128::from);
            (top, shift as i64, magnitude.trailing_zeros().is_some_and(|zeros| zeros < shift))
        }
    }
}

/// The float nearest to an integer; `None` when it is too large.
#[must_use]
pub fn to_float(value: &IBig) -> Option<f64> {
    let (sign, magnitude) = value.clone().into_parts();
    let (top, exponent, sticky) = top_bits(&magnitude);
    round_to_float(top, exponent, sticky).map(|float| if sign == dashu_int::Sign::Negative { -float } else { float })
}

/// The float of an integer object. OverflowError when it is too large.
pub fn to_float_checked(vm: &Vm, value: Value) -> PyResult<Option<f64>> {
    if let Some(int) = super::to_i64(value) {
        return Ok(Some(int as f64));
    }
    let Some(int) = value.cast::<Int>() else { return Ok(None) };
    match to_float(&int.value) {
        Some(float) => Ok(Some(float)),
        None => Err(vm.overflow_error("int too large to convert to float")),
    }
}

/// `a / b`, correctly rounded.
pub fn true_divide(vm: &Vm, a: &IBig, b: &IBig) -> PyResult<f64> {
    if b.is_zero() {
        return Err(division_by_zero(vm));
    }
    let negative = is_negative(a) != is_negative(b);
    let (a, b) = (a.clone().into_parts().1, b.clone().into_parts().1);
    if a.is_zero() {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    // A quotient of 66 or 67 bits, and whether something remains.
    let shift = a.bit_len() as i64 - b.bit_len() as i64 - 66;
    let (quotient, rest) = if shift >= 0 { a.div_rem(b << shift as usize) } else { (a << -shift as usize).div_rem(b) };
    let quotient = u128::try_from(quotient).unwrap_or(u128::MAX);
    match round_to_float(quotient, shift, !rest.is_zero()) {
        Some(float) => Ok(if negative { -float } else { float }),
        None => Err(vm.overflow_error("integer division result too large for a float")),
    }
}

/// Compares an integer with a float, exactly. `None` for NaN.
#[must_use]
pub fn compare_to_float(int: &IBig, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = float.trunc();
    let ordering = int.cmp(&from_float(whole));
    Some(ordering.then(if float > whole {
        Ordering::Less
    } else if float < whole {
        Ordering::Greater
    } else {
        Ordering::Equal
    }))
}

/// The integer that a finite float is, cut towards zero.
#[must_use]
pub fn from_float(float: f64) -> IBig {
    let whole = float.trunc();
    if whole.abs() < 9e18 {
        return IBig::from(whole as i64);
    }
    let bits = whole.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as usize;
    let mantissa = UBig::from(bits & ((1 << 52) - 1) | 1 << 52);
    // At least 2 ** 62: the exponent is beyond that of the last bit.
    let magnitude = IBig::from(mantissa << exponent.saturating_sub(1075));
    if whole < 0.0 { -magnitude } else { magnitude }
}
