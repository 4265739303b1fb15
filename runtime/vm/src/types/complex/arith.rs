//! What the operators of `complex` compute. Products and quotients recover infinities as annex G of C99 says, as CPython does.

use crate::error::PyResult;
use crate::vm::Vm;

/// Real and imaginary part.
pub type Parts = (f64, f64);

/// 1 for an infinity and 0 for anything else, with its sign.
fn boxed(part: f64) -> f64 {
    (if part.is_infinite() { 1.0f64 } else { 0.0 }).copysign(part)
}

/// A signed zero for NaN.
fn denan(part: f64) -> f64 {
    if part.is_nan() { 0.0f64.copysign(part) } else { part }
}

/// `a * b`.
#[must_use]
pub fn multiply((mut a, mut b): Parts, (mut c, mut d): Parts) -> Parts {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let product = (ac - bd, ad + bc);
    if !product.0.is_nan() || !product.1.is_nan() {
        return product;
    }
    let mut recalculate = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d, recalculate) = (boxed(a), boxed(b), denan(c), denan(d), true);
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d, recalculate) = (denan(a), denan(b), boxed(c), boxed(d), true);
    }
    if !recalculate && [ac, bd, ad, bc].iter().any(|part| part.is_infinite()) {
        (a, b, c, d, recalculate) = (denan(a), denan(b), denan(c), denan(d), true);
    }
    if recalculate { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { product }
}

/// `a / b`; `None` when `b` is 0.
#[must_use]
pub fn divide(a: Parts, b: Parts) -> Option<Parts> {
    let quotient = if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        ((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        ((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if !quotient.0.is_nan() || !quotient.1.is_nan() {
        return Some(quotient);
    }
    if (a.0.is_infinite() || a.1.is_infinite()) && b.0.is_finite() && b.1.is_finite() {
        let (x, y) = (boxed(a.0), boxed(a.1));
        return Some((f64::INFINITY * (x * b.0 + y * b.1), f64::INFINITY * (y * b.0 - x * b.1)));
    }
    if (b.0.is_infinite() || b.1.is_infinite()) && a.0.is_finite() && a.1.is_finite() {
        let (x, y) = (boxed(b.0), boxed(b.1));
        return Some((0.0 * (a.0 * x + a.1 * y), 0.0 * (a.1 * x - a.0 * y)));
    }
    Some(quotient)
}

/// `a / b` of a real number, which is not made complex: that would lose the sign of a zero. `None` when `b` is 0.
#[must_use]
pub fn divide_real(a: f64, b: Parts) -> Option<Parts> {
    let quotient = if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        (a / denominator, (-a * ratio) / denominator)
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        ((a * ratio) / denominator, -a / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if quotient.0.is_nan() && quotient.1.is_nan() && a.is_finite() && (b.0.is_infinite() || b.1.is_infinite()) {
        let (x, y) = (boxed(b.0), boxed(b.1));
        return Some((0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(quotient)
}

/// `base ** exponent` for a small whole exponent that is not negative.
fn power_whole(base: Parts, exponent: u32) -> Parts {
    let (mut result, mut square, mut rest) = ((1.0, 0.0), base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = multiply(result, square);
        }
        rest >>= 1;
        square = multiply(square, square);
    }
    result
}

/// `a ** b` in polar form; `a` is not 0.
fn power_polar(a: Parts, b: Parts) -> Parts {
    let (size, angle) = (a.0.hypot(a.1), a.1.atan2(a.0));
    let (mut len, mut phase) = (size.powf(b.0), angle * b.0);
    if b.1 != 0.0 {
        len *= (-angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    (len * phase.cos(), len * phase.sin())
}

/// `a ** b`.
pub fn power(vm: &Vm, a: Parts, b: Parts) -> PyResult {
    let no_value = || Err(vm.raise(vm.types().zero_division_error, "zero to a negative or complex power"));
    let result = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let whole = power_whole(a, b.0.abs() as u32);
        if b.0 > 0.0 {
            whole
        } else {
            match divide((1.0, 0.0), whole) {
                Some(inverse) => inverse,
                None => return no_value(),
            }
        }
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return no_value();
        }
        (0.0, 0.0)
    } else {
        power_polar(a, b)
    };
    if result.0.is_infinite() || result.1.is_infinite() {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    vm.new_complex(result.0, result.1)
}
