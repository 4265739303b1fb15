//! Floats by their bits: mantissa and exponent, neighbours.

/// A mantissa from 0.5 to 1 and a power of two whose product is `x`; `x` itself and 0 for zero, infinity and NaN.
#[must_use]
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (scaled, shift) = if x.abs() < f64::MIN_POSITIVE { (x * 2f64.powi(54), 54) } else { (x, 0) };
    let bits = scaled.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - shift)
}

/// The float next to `x` towards `y`: as C's `nextafter`, which keeps the sign of what becomes zero.
#[must_use]
pub fn neighbour(x: f64, y: f64) -> f64 {
    let next = next_after(x, y, 1);
    if next == 0.0 && x != 0.0 { 0f64.copysign(x) } else { next }
}

/// The float that is `steps` floats further from `x` towards `y`.
#[must_use]
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if steps == 0 {
        return x;
    }
    if x == y {
        return y;
    }
    // Floats in order, as integers.
    let place = |float: f64| {
        let bits = float.to_bits() as i64;
        i128::from(if bits < 0 { i64::MIN - bits } else { bits })
    };
    let (from, to) = (place(x), place(y));
    let steps = i128::from(steps);
    if (to - from).abs() <= steps {
        return y;
    }
    let target = (if to > from { from + steps } else { from - steps }) as i64;
    if target == 0 {
        return 0f64.copysign(x);
    }
    f64::from_bits(if target < 0 { (i64::MIN - target) as u64 } else { target as u64 })
}

/// The value of the lowest bit of a float.
#[must_use]
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let next = next_after(x, f64::INFINITY, 1);
    if next.is_infinite() { x - next_after(x, 0.0, 1) } else { next - x }
}
