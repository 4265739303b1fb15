//! The elementary functions, with the branch cuts of C99's Annex G, by Kahan's formulas ("Branch cuts for complex elementary
//! functions, or much ado about nothing's sign bit", 1987). Each takes finite numbers itself and asks [`special`] for the
//! others.

use core::f64::consts::{FRAC_PI_2, LN_2, LN_10};

use orochi_vm::libm::{asinh as real_asinh, ldexp};
use orochi_vm::types::complex::arith::Parts;

use super::{Outcome, Trouble, special};

/// Parts above this are halved before they are squared and the like.
const LARGE: f64 = f64::MAX / 4.0;
/// Twice the bits by which tiny parts are raised before their root is taken, and half of that.
const SCALE_UP: i32 = 53;
const SCALE_DOWN: i32 = -27;

fn is_large((x, y): Parts) -> bool {
    x.abs() > LARGE || y.abs() > LARGE
}

fn is_finite((x, y): Parts) -> bool {
    x.is_finite() && y.is_finite()
}

/// The logarithm of twice the distance of a large number from zero.
fn log_of_double((x, y): Parts) -> f64 {
    (x / 2.0).hypot(y / 2.0).ln() + LN_2 * 2.0
}

/// `exp` of more than this overflows, or nearly so.
fn log_large() -> f64 {
    LARGE.ln()
}

/// The result, unless it overflowed.
fn checked((x, y): Parts) -> Outcome {
    if x.is_infinite() || y.is_infinite() { Err(Trouble::Range) } else { Ok((x, y)) }
}

/// `f(iz) / i` for a function of `iz`.
fn turned(z: Parts, f: fn(Parts) -> Outcome) -> Outcome {
    let (x, y) = f((-z.1, z.0))?;
    Ok((y, -x))
}

pub(super) fn acos(z: Parts) -> Outcome {
    if !is_finite(z) {
        return Ok(special::acos(z));
    }
    let (x, y) = z;
    if is_large(z) {
        let size = log_of_double(z);
        let imag = if x < 0.0 { -size.copysign(y) } else { size.copysign(-y) };
        return Ok((y.abs().atan2(x), imag));
    }
    let (a, b) = (root((1.0 - x, -y)), root((1.0 + x, y)));
    Ok((2.0 * a.0.atan2(b.0), real_asinh(b.0 * a.1 - b.1 * a.0)))
}

pub(super) fn acosh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return Ok(special::acosh(z));
    }
    let (x, y) = z;
    if is_large(z) {
        return Ok((log_of_double(z), y.atan2(x)));
    }
    let (a, b) = (root((x - 1.0, y)), root((x + 1.0, y)));
    Ok((real_asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0)))
}

pub(super) fn asin(z: Parts) -> Outcome {
    turned(z, asinh)
}

pub(super) fn asinh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return Ok(special::asinh(z));
    }
    let (x, y) = z;
    if is_large(z) {
        let size = log_of_double(z);
        let real = if y >= 0.0 { size.copysign(x) } else { -size.copysign(-x) };
        return Ok((real, y.atan2(x.abs())));
    }
    let (a, b) = (root((1.0 + y, -x)), root((1.0 - y, x)));
    Ok((real_asinh(a.0 * b.1 - b.0 * a.1), y.atan2(a.0 * b.0 - a.1 * b.1)))
}

pub(super) fn atan(z: Parts) -> Outcome {
    turned(z, atanh)
}

pub(super) fn atanh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return Ok(special::atanh(z));
    }
    let (x, y) = z;
    if x.is_sign_negative() {
        // An odd function.
        let (real, imag) = atanh((-x, -y))?;
        return Ok((-real, -imag));
    }
    let size = y.abs();
    let root_large = LARGE.sqrt();
    if x > root_large || size > root_large {
        // As good as 1 / z and a right angle.
        let h = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / h / h, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && size < f64::MIN_POSITIVE.sqrt() {
        if size == 0.0 {
            return Err(Trouble::Domain);
        }
        return Ok((-(size.sqrt() / size.hypot(2.0).sqrt()).ln(), (2.0f64.atan2(-size) / 2.0).copysign(y)));
    }
    let one_minus = 1.0 - x;
    Ok((
        (4.0 * x / (one_minus * one_minus + size * size)).ln_1p() / 4.0,
        -(-2.0 * y).atan2(one_minus * (1.0 + x) - size * size) / 2.0,
    ))
}

pub(super) fn cos(z: Parts) -> Outcome {
    cosh((-z.1, z.0))
}

pub(super) fn cosh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return special::cosh(z);
    }
    let (x, y) = z;
    if x.abs() > log_large() {
        // One power of e is multiplied in the end, since a factor may be small.
        let less = x - 1f64.copysign(x);
        let e = core::f64::consts::E;
        return checked((y.cos() * less.cosh() * e, y.sin() * less.sinh() * e));
    }
    checked((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

pub(super) fn exp(z: Parts) -> Outcome {
    if !is_finite(z) {
        return special::exp(z);
    }
    let (x, y) = z;
    if x > log_large() {
        let (l, e) = ((x - 1.0).exp(), core::f64::consts::E);
        return checked((l * y.cos() * e, l * y.sin() * e));
    }
    let l = x.exp();
    checked((l * y.cos(), l * y.sin()))
}

pub(super) fn log(z: Parts) -> Outcome {
    if !is_finite(z) {
        return Ok(special::log(z));
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    let real = if x > LARGE || y > LARGE {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return Err(Trouble::Domain);
        }
        ldexp(x, SCALE_UP).hypot(ldexp(y, SCALE_UP)).ln() - f64::from(SCALE_UP) * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            // Near 1 the logarithm of the distance would lose digits.
            let (most, least) = (x.max(y), x.min(y));
            ((most - 1.0) * (most + 1.0) + least * least).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok((real, z.1.atan2(z.0)))
}

pub(super) fn log10(z: Parts) -> Outcome {
    let (real, imag) = log(z)?;
    Ok((real / LN_10, imag / LN_10))
}

/// `r * exp(i * phi)`.
pub(super) fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        return special::rect(r, phi);
    }
    if phi == 0.0 {
        // `-0.0` keeps its sign.
        return Ok((r, r * phi));
    }
    Ok((r * phi.cos(), r * phi.sin()))
}

pub(super) fn sin(z: Parts) -> Outcome {
    turned(z, sinh)
}

pub(super) fn sinh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return special::sinh(z);
    }
    let (x, y) = z;
    if x.abs() > log_large() {
        let less = x - 1f64.copysign(x);
        let e = core::f64::consts::E;
        return checked((y.cos() * less.sinh() * e, y.sin() * less.cosh() * e));
    }
    checked((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

/// The root of a finite number.
fn root((x, y): Parts) -> Parts {
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    let (a, b) = (x.abs(), y.abs());
    let size = if a < f64::MIN_POSITIVE && b < f64::MIN_POSITIVE {
        let a = ldexp(a, SCALE_UP);
        ldexp((a + a.hypot(ldexp(b, SCALE_UP))).sqrt(), SCALE_DOWN)
    } else {
        let a = a / 8.0;
        2.0 * (a + a.hypot(b / 8.0)).sqrt()
    };
    let other = b / (2.0 * size);
    if x >= 0.0 { (size, other.copysign(y)) } else { (other, size.copysign(y)) }
}

pub(super) fn sqrt(z: Parts) -> Outcome {
    Ok(if is_finite(z) { root(z) } else { special::sqrt(z) })
}

pub(super) fn tan(z: Parts) -> Outcome {
    turned(z, tanh)
}

pub(super) fn tanh(z: Parts) -> Outcome {
    if !is_finite(z) {
        return special::tanh(z);
    }
    let (x, y) = z;
    if x.abs() > log_large() {
        let imag = 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp();
        return Ok((1f64.copysign(x), imag));
    }
    let (tx, ty) = (x.tanh(), y.tan());
    let cx = 1.0 / x.cosh();
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok((tx * (1.0 + ty * ty) / denominator, ty / denominator * cx * cx))
}
