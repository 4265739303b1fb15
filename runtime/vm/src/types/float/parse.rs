//! Floats from text: `float("..")`, and the hexadecimal notation.

use crate::types::int::arith::round_to_float;
use crate::types::int::parse::without_underscores;

/// The float of a decimal literal without white space around: `nan`, `inf` and `infinity` in any case too. `None` when it is
/// malformed.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    without_underscores(text, |c| c.is_ascii_digit())?.parse().ok()
}

/// Why a hexadecimal literal has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    Malformed,
    TooLarge,
}

/// The float of a hexadecimal literal, `[sign]["0x"]digits["p"exponent]`, correctly rounded.
///
/// # Errors
/// When it is malformed, or too large for a float.
pub fn hexadecimal(text: &str) -> Result<f64, HexError> {
    let text = text.trim_matches(|c: char| crate::types::str::unicode::is_space(c.into()));
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let signed = |value: f64| Ok(if negative { -value } else { value });
    match rest.to_ascii_lowercase().as_str() {
        "nan" => return signed(f64::NAN),
        "inf" | "infinity" => return signed(f64::INFINITY),
        _ => {}
    }
    let rest = rest.strip_prefix("0x").or(rest.strip_prefix("0X")).unwrap_or(rest);
    let (mantissa, exponent) = match rest.find(['p', 'P']) {
        Some(at) => (&rest[..at], clamped_exponent(&rest[at + 1..]).ok_or(HexError::Malformed)?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.chars().chain(fraction.chars());
    if digits().next().is_none() || !digits().all(|c| c.is_ascii_hexdigit()) {
        return Err(HexError::Malformed);
    }
    // The first 30 digits that count, and whether anything follows them.
    let (mut value, mut taken, mut skipped, mut sticky) = (0u128, 0, 0i64, false);
    for digit in digits().filter_map(|c| c.to_digit(16)) {
        if taken == 30 {
            skipped += 1;
            sticky |= digit != 0;
        } else if taken > 0 || digit != 0 {
            value = value << 4 | u128::from(digit);
            taken += 1;
        }
    }
    let exponent = exponent.saturating_add((skipped - fraction.len() as i64) * 4);
    match round_to_float(value, exponent, sticky) {
        Some(value) => signed(value),
        None => Err(HexError::TooLarge),
    }
}

/// A decimal exponent, cut to what makes a difference.
fn clamped_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = digits.parse::<i64>().map_or(i64::MAX / 8, |value| value.min(i64::MAX / 8));
    Some(if text.starts_with('-') { -value } else { value })
}

/// `float.hex()`.
#[must_use]
pub fn to_hexadecimal(value: f64) -> String {
    if let Some(text) = super::text::special(value) {
        return text.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = value.to_bits();
    let (biased, fraction) = ((bits >> 52 & 0x7ff) as i64, bits & ((1 << 52) - 1));
    let (first, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{first}.{fraction:013x}p{exponent:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_literals() {
        for (text, value) in
            [("0x1.8p1", 3.0), ("-abc", -2748.0), ("0x.1p4", 1.0), ("1p-1074", 5e-324), ("0x1p-1076", 0.0)]
        {
            assert_eq!(hexadecimal(text), Ok(value), "{text}");
        }
        assert_eq!(hexadecimal("0x1p1024"), Err(HexError::TooLarge));
        assert_eq!(hexadecimal("0x"), Err(HexError::Malformed));
        assert_eq!(to_hexadecimal(1.5), "0x1.8000000000000p+0");
        assert_eq!(to_hexadecimal(-5e-324), "-0x0.0000000000001p-1022");
    }
}
