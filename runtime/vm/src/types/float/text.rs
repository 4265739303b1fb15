//! Floats as text: the shortest text that reads back as the same float, in CPython's layout.

/// The shortest decimal digits of a finite float's magnitude, and how many of them (of which none may be there) stand
/// before the decimal point. Zero is `("0", 1)`.
#[must_use]
pub fn shortest(value: f64) -> (String, i32) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    let point = whole.len() as i32 + exponent - (all.len() - digits.len()) as i32;
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { ("0".to_owned(), 1) } else { (digits.to_owned(), point) }
}

/// Digits and the place of the point as text: `[-]ddd.ddd`, or with an exponent where `repr` has one. `add_dot` adds
/// `.0` to what would look like an integer.
#[must_use]
pub fn layout_repr(negative: bool, digits: &str, point: i32, add_dot: bool) -> String {
    let mut text = String::with_capacity(24);
    if negative {
        text.push('-');
    }
    if (-3..=16).contains(&point) {
        if point <= 0 {
            text.push_str("0.");
            text.extend(core::iter::repeat_n('0', -point as usize));
            text.push_str(digits);
        } else if digits.len() <= point as usize {
            text.push_str(digits);
            text.extend(core::iter::repeat_n('0', point as usize - digits.len()));
            if add_dot {
                text.push_str(".0");
            }
        } else {
            text.push_str(&digits[..point as usize]);
            text.push('.');
            text.push_str(&digits[point as usize..]);
        }
        return text;
    }
    let (first, rest) = digits.split_at(1);
    text.push_str(first);
    if !rest.is_empty() {
        text.push('.');
        text.push_str(rest);
    }
    push_exponent(&mut text, point - 1, 'e');
    text
}

/// `e+05`: a sign and at least two digits.
pub fn push_exponent(text: &mut String, exponent: i32, letter: char) {
    text.push(letter);
    text.push(if exponent < 0 { '-' } else { '+' });
    let digits = exponent.unsigned_abs().to_string();
    if digits.len() < 2 {
        text.push('0');
    }
    text.push_str(&digits);
}

/// `nan`, `inf` or `-inf` for what is not finite.
#[must_use]
pub fn special(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("nan")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "inf" } else { "-inf" })
    } else {
        None
    }
}

/// `repr(value)`.
#[must_use]
pub fn repr(value: f64) -> String {
    repr_part(value, true)
}

/// As [`repr`]; without `add_dot`, `1.0` is `1` (the parts of complex numbers).
#[must_use]
pub fn repr_part(value: f64, add_dot: bool) -> String {
    if let Some(text) = special(value) {
        return text.to_owned();
    }
    let (digits, point) = shortest(value);
    layout_repr(value.is_sign_negative(), &digits, point, add_dot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reprs_are_those_of_cpython() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (9999999999999998.0, "9999999999999998.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(repr(value), text);
        }
    }
}
