//! What the functions are where a part of the argument is infinite or no number: the rules of C99's Annex G.

use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use orochi_vm::types::complex::arith::Parts;

use super::{Outcome, Trouble};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const THREE_QUARTERS: f64 = 3.0 * FRAC_PI_4;

pub(super) fn acos((x, y): Parts) -> Parts {
    if y.is_nan() {
        return match () {
            () if x.is_infinite() => (NAN, INF),
            () if x == 0.0 => (FRAC_PI_2, NAN),
            () => (NAN, NAN),
        };
    }
    let imag = -INF.copysign(y);
    if y.is_infinite() {
        let real = match () {
            () if x.is_nan() => NAN,
            () if x == INF => FRAC_PI_4,
            () if x == -INF => THREE_QUARTERS,
            () => FRAC_PI_2,
        };
        return (real, imag);
    }
    match () {
        () if x.is_nan() => (NAN, NAN),
        () if x > 0.0 => (0.0, imag),
        () => (PI, imag),
    }
}

pub(super) fn acosh((x, y): Parts) -> Parts {
    if y.is_nan() {
        return match () {
            () if x.is_infinite() => (INF, NAN),
            () if x == 0.0 => (NAN, FRAC_PI_2),
            () => (NAN, NAN),
        };
    }
    if y.is_infinite() {
        let imag = match () {
            () if x.is_nan() => return (INF, NAN),
            () if x == INF => FRAC_PI_4,
            () if x == -INF => THREE_QUARTERS,
            () => FRAC_PI_2,
        };
        return (INF, imag.copysign(y));
    }
    match () {
        () if x.is_nan() => (NAN, NAN),
        () if x > 0.0 => (INF, 0f64.copysign(y)),
        () => (INF, PI.copysign(y)),
    }
}

pub(super) fn asinh((x, y): Parts) -> Parts {
    if x.is_nan() {
        return match () {
            () if y.is_infinite() => (INF, NAN),
            () if y == 0.0 => (NAN, y),
            () => (NAN, NAN),
        };
    }
    if x.is_infinite() {
        let imag = match () {
            () if y.is_nan() => NAN,
            () if y.is_infinite() => FRAC_PI_4.copysign(y),
            () => 0f64.copysign(y),
        };
        return (x, imag);
    }
    if y.is_infinite() { (INF.copysign(x), FRAC_PI_2.copysign(y)) } else { (NAN, NAN) }
}

pub(super) fn atanh((x, y): Parts) -> Parts {
    if y.is_nan() {
        return if x.is_infinite() || x == 0.0 { (0f64.copysign(x), NAN) } else { (NAN, NAN) };
    }
    if x.is_nan() {
        return if y.is_infinite() { (0.0, FRAC_PI_2.copysign(y)) } else { (NAN, NAN) };
    }
    (0f64.copysign(x), FRAC_PI_2.copysign(y))
}

/// `cosh`, `exp` and `sinh` have no value where the direction does not settle.
fn settle(z: Parts, no_value: bool) -> Outcome {
    if no_value { Err(Trouble::Domain) } else { Ok(z) }
}

pub(super) fn cosh((x, y): Parts) -> Outcome {
    if x.is_infinite() && y.is_finite() && y != 0.0 {
        let (real, imag) = (INF.copysign(y.cos()), INF.copysign(y.sin()));
        return Ok((real, if x > 0.0 { imag } else { -imag }));
    }
    let value = match () {
        () if x.is_infinite() && y == 0.0 => (INF, if x > 0.0 { y } else { -y }),
        () if x.is_infinite() => (INF, NAN),
        () if x.is_nan() && y == 0.0 => (NAN, 0.0),
        () if x == 0.0 => (NAN, 0.0),
        () => (NAN, NAN),
    };
    settle(value, y.is_infinite() && !x.is_nan())
}

pub(super) fn exp((x, y): Parts) -> Outcome {
    if x.is_infinite() && y.is_finite() && y != 0.0 {
        let size = if x > 0.0 { INF } else { 0.0 };
        return Ok((size.copysign(y.cos()), size.copysign(y.sin())));
    }
    let value = match () {
        () if x == -INF && y.is_finite() => (0.0, y),
        () if x == -INF => (0.0, 0.0),
        () if x == INF && y == 0.0 => (INF, y),
        () if x == INF => (INF, NAN),
        () if x.is_nan() && y == 0.0 => (NAN, y),
        () => (NAN, NAN),
    };
    settle(value, y.is_infinite() && (x.is_finite() || x == INF))
}

pub(super) fn log((x, y): Parts) -> Parts {
    if x.is_infinite() || y.is_infinite() {
        return (INF, y.atan2(x));
    }
    (NAN, NAN)
}

pub(super) fn rect(r: f64, phi: f64) -> Outcome {
    if r.is_infinite() && phi.is_finite() && phi != 0.0 {
        let (real, imag) = (INF.copysign(phi.cos()), INF.copysign(phi.sin()));
        return Ok(if r > 0.0 { (real, imag) } else { (-real, -imag) });
    }
    let value = match () {
        () if r.is_infinite() && phi == 0.0 => (r, if r > 0.0 { phi } else { -phi }),
        () if r.is_infinite() => (INF, NAN),
        () if r == 0.0 => (0.0, 0.0),
        () if r.is_nan() && phi == 0.0 => (NAN, 0.0),
        () => (NAN, NAN),
    };
    settle(value, r != 0.0 && !r.is_nan() && phi.is_infinite())
}

pub(super) fn sinh((x, y): Parts) -> Outcome {
    if x.is_infinite() && y.is_finite() && y != 0.0 {
        let (real, imag) = (INF.copysign(y.cos()), INF.copysign(y.sin()));
        return Ok((if x > 0.0 { real } else { -real }, imag));
    }
    let value = match () {
        () if x.is_infinite() && y == 0.0 => (x, y),
        () if x.is_infinite() => (INF, NAN),
        () if x.is_nan() && y == 0.0 => (NAN, y),
        () if x == 0.0 => (0.0, NAN),
        () => (NAN, NAN),
    };
    settle(value, y.is_infinite() && !x.is_nan())
}

pub(super) fn sqrt((x, y): Parts) -> Parts {
    if y.is_infinite() {
        return (INF, y);
    }
    match () {
        () if x == INF => (INF, if y.is_nan() { NAN } else { 0f64.copysign(y) }),
        () if x == -INF && y.is_nan() => (NAN, INF),
        () if x == -INF => (0.0, INF.copysign(y)),
        () => (NAN, NAN),
    }
}

pub(super) fn tanh((x, y): Parts) -> Outcome {
    if x.is_infinite() && y.is_finite() && y != 0.0 {
        return Ok((1f64.copysign(x), 0f64.copysign(2.0 * y.sin() * y.cos())));
    }
    let value = match () {
        () if x.is_infinite() && y == 0.0 => (1f64.copysign(x), y),
        () if x.is_infinite() => (1f64.copysign(x), 0.0),
        () if y == 0.0 => (NAN, y),
        () if x == 0.0 => (x, NAN),
        () => (NAN, NAN),
    };
    settle(value, y.is_infinite() && x.is_finite())
}
