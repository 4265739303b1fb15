//! Floats of 16 bits (IEEE 754 binary16).

/// Bits of the fraction.
const FRACTION: u32 = 10;
/// The exponent of 1.0.
const BIAS: i32 = 15;

/// The nearest float of 16 bits, ties to even. `None` when the number is finite and too large.
pub(super) fn from_float(value: f64) -> Option<u16> {
    let sign = u16::from(value.is_sign_negative()) << 15;
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = value.abs();
    // The exponent of the last bit that is kept: that of subnormals for small numbers.
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(1 - BIAS);
    let unit = 2f64.powi(exponent - FRACTION as i32);
    // Exact: a division by a power of two.
    let steps = (magnitude / unit).round_ties_even() as u32;
    // A carry out of the fraction raises the exponent; it is below `1 << FRACTION` for subnormals.
    let bits = ((exponent + BIAS - 1) as u32) << FRACTION;
    let bits = bits + steps;
    (bits < 0x7c00).then_some(sign | bits as u16)
}

/// The number of a float of 16 bits.
pub(super) fn to_float(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> FRACTION & 0x1f);
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    match exponent {
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => f64::NAN.copysign(sign),
        0 => sign * fraction * 2f64.powi(1 - BIAS),
        _ => sign * (1.0 + fraction) * 2f64.powi(exponent - BIAS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_halves_round_trip() {
        for bits in 0..=u16::MAX {
            let value = to_float(bits);
            let back = from_float(value);
            assert!(value.is_nan() || back == Some(bits), "{bits:#x}");
        }
    }

    #[test]
    fn ties_go_to_even_and_large_numbers_are_refused() {
        assert_eq!(from_float(1.0 + 2f64.powi(-11)), Some(0x3c00));
        assert_eq!(from_float(1.0 + 3.0 * 2f64.powi(-11)), Some(0x3c02));
        assert_eq!(from_float(2f64.powi(-25)), Some(0));
        assert_eq!(from_float(2f64.powi(-25) * 1.5), Some(1));
        assert_eq!(from_float(65519.9), Some(0x7bff));
        assert_eq!(from_float(65520.0), None);
    }
}
