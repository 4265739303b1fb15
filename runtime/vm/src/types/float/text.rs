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

/// How a float is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `e`: digits behind the point, and an exponent.
    Exponent,
    /// `f`: digits behind the point.
    Fixed,
    /// `g`: significant digits, in whichever of both layouts is the shorter one.
    General,
    /// As `repr`; with a number of significant digits, as `g` but with one digit at least behind the point.
    Repr,
}

/// No float has more digits that are not zero than this.
const MAX_DIGITS: usize = 1100;

/// The text of a finite float's magnitude. `precision` is the number of digits that the style counts; `alternate` keeps the
/// point and trailing zeros.
#[must_use]
pub fn magnitude(value: f64, style: Style, precision: Option<usize>, alternate: bool) -> String {
    let value = value.abs();
    match (style, precision) {
        (Style::Repr, None) => {
            let (digits, point) = shortest(value);
            let mut text = layout_repr(false, &digits, point, true);
            if alternate && !text.contains('.') {
                let at = text.find('e').unwrap_or(text.len());
                text.insert(at, '.');
            }
            text
        }
        (Style::Fixed, precision) => fixed(value, precision.unwrap_or(6), alternate),
        (Style::Exponent, precision) => {
            let (digits, exponent) = significant(value, precision.unwrap_or(6) + 1);
            scientific(&digits, exponent, alternate)
        }
        (Style::General | Style::Repr, precision) => {
            let wanted = precision.unwrap_or(6).max(1);
            let (mut digits, exponent) = significant(value, wanted);
            let repr = style == Style::Repr;
            let wide = wanted as i64 - i64::from(repr);
            if !alternate {
                digits.truncate(digits.trim_end_matches('0').len().max(1));
            }
            if exponent < -4 || i64::from(exponent) >= wide {
                return scientific(&digits, exponent, alternate);
            }
            let mut text = layout_plain(&digits, exponent);
            if !text.contains('.') {
                text.push_str(if repr {
                    ".0"
                } else if alternate {
                    "."
                } else {
                    ""
                });
            }
            text
        }
    }
}

/// Digits behind the point, correctly rounded.
fn fixed(value: f64, precision: usize, alternate: bool) -> String {
    let mut text = format!("{value:.*}", precision.min(MAX_DIGITS));
    text.extend(core::iter::repeat_n('0', precision.saturating_sub(MAX_DIGITS)));
    if alternate && precision == 0 {
        text.push('.');
    }
    text
}

/// A number of significant digits, correctly rounded, and the exponent of the first.
fn significant(value: f64, count: usize) -> (String, i32) {
    let text = format!("{value:.*e}", count.min(MAX_DIGITS) - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits = mantissa.replace('.', "");
    digits.extend(core::iter::repeat_n('0', count.saturating_sub(MAX_DIGITS)));
    (digits, exponent.parse().unwrap_or(0))
}

/// `d.ddde+05`.
fn scientific(digits: &str, exponent: i32, alternate: bool) -> String {
    let (first, rest) = digits.split_at(1);
    let mut text = first.to_owned();
    if !rest.is_empty() || alternate {
        text.push('.');
        text.push_str(rest);
    }
    push_exponent(&mut text, exponent, 'e');
    text
}

/// Digits of which the first has this exponent, without an exponent; no point where there is nothing behind it.
fn layout_plain(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    match digits.len().checked_sub(whole) {
        Some(0) => digits.to_owned(),
        Some(_) => format!("{}.{}", &digits[..whole], &digits[whole..]),
        None => format!("{digits}{}", "0".repeat(whole - digits.len())),
    }
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

    #[test]
    fn styles_are_those_of_cpython() {
        for (value, style, precision, text) in [
            (0.1, Style::Fixed, Some(20), "0.10000000000000000555"),
            (2.5, Style::Fixed, Some(0), "2"),
            (0.25, Style::Fixed, Some(1), "0.2"),
            (9.995, Style::Fixed, Some(2), "9.99"),
            (2.5, Style::Exponent, Some(0), "2e+00"),
            (0.0, Style::Exponent, None, "0.000000e+00"),
            (123456789.0, Style::General, None, "1.23457e+08"),
            (100000.0, Style::General, None, "100000"),
            (1e-5, Style::General, None, "1e-05"),
            (0.0001, Style::General, None, "0.0001"),
            (100.0, Style::Repr, Some(3), "1e+02"),
            (1.0, Style::Repr, Some(3), "1.0"),
            (10.0, Style::Repr, Some(3), "10.0"),
        ] {
            assert_eq!(magnitude(value, style, precision, false), text);
        }
        assert_eq!(magnitude(1.0, Style::General, None, true), "1.00000");
        assert_eq!(magnitude(1.0, Style::Exponent, Some(0), true), "1.e+00");
    }
}
