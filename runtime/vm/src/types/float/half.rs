//! Floats of 16 bits, as they stand in memory (IEEE 754 binary16).

/// The value of such a float.
#[must_use]
pub fn to_f64(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    match exponent {
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        // The payload of a NaN stays.
        0x1f => f64::from_bits(u64::from(bits >> 15) << 63 | 0x7ff << 52 | u64::from(bits & 0x3ff) << 42),
        0 => sign * fraction * (-24f64).exp2(),
        _ => sign * (1.0 + fraction / 1024.0) * f64::from(exponent - 15).exp2(),
    }
}

/// The nearest such float, to even when there are two; `None` when the value is too large.
#[must_use]
pub fn from_f64(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    if value.is_nan() {
        let payload = (bits >> 42 & 0x3ff) as u16;
        return Some(sign | 0x7c00 | if payload == 0 { 0x200 } else { payload });
    }
    let size = value.abs();
    if size.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // In units of the last place of the result.
    let exponent = (((bits >> 52 & 0x7ff) as i32) - 1023).max(-14);
    let scaled = size * f64::from(10 - exponent).exp2();
    let rounded = scaled.round_ties_even() as u32;
    // A carry goes on into the exponent, as it stands in memory.
    let magnitude = if rounded < 1024 { rounded } else { ((exponent + 14) as u32) * 1024 + rounded };
    (magnitude < 0x7c00).then_some(sign | magnitude as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        for bits in 0..=u16::MAX {
            let value = to_f64(bits);
            assert_eq!(from_f64(value), Some(bits), "{bits:#x} {value}");
        }
    }

    #[test]
    fn values_between_are_rounded_to_even() {
        assert_eq!(from_f64(65504.0), Some(0x7bff));
        assert_eq!(from_f64(65519.9), Some(0x7bff));
        assert_eq!(from_f64(65520.0), None);
        assert_eq!(from_f64(1.0 + 1.0 / 2048.0), Some(0x3c00));
        assert_eq!(from_f64(1.0 + 3.0 / 2048.0), Some(0x3c02));
        assert_eq!(from_f64(2f64.powi(-25)), Some(0));
        assert_eq!(from_f64(2f64.powi(-25) * 1.5), Some(1));
        assert_eq!(from_f64(-0.0), Some(0x8000));
    }
}
