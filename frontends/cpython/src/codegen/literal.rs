//! The values of literals: integers of any size, and strings with lone surrogates.
//!
//! The parser replaces lone surrogates (`'\ud800'`) by U+FFFD, since its strings are UTF-8. Where such a character is in
//! a value, the literal's source text is read beside it to see what stood there.

use ruff_python_ast::{self as ast, Int};

use super::constant::Value;
use crate::source::Source;

/// An integer literal.
pub(super) fn integer(value: &Int) -> Value {
    if let Some(value) = value.as_i64() {
        return Value::Int(value);
    }
    if let Some(value) = value.as_u64() {
        return positive(value.to_le_bytes().to_vec());
    }
    let text = value.to_string();
    let digits: Vec<u8> = text.bytes().filter(|&byte| byte != b'_').collect();
    let (radix, digits) = match digits.as_slice() {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        all => (10, all),
    };
    positive(magnitude(digits, radix))
}

/// The little-endian bytes of a number in some radix. Decimal literals are bounded by CPython's limit of 4300 digits,
/// so the quadratic way serves; powers of two are shifted together.
fn magnitude(digits: &[u8], radix: u32) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(radix).unwrap_or(0);
    if radix == 10 {
        let mut words: Vec<u32> = Vec::new();
        for chunk in digits.chunks(9) {
            let scale = 10u64.pow(chunk.len() as u32);
            let mut carry = chunk.iter().fold(0u64, |sum, &digit| sum * 10 + u64::from(value(digit)));
            for word in &mut words {
                let sum = u64::from(*word) * scale + carry;
                *word = sum as u32;
                carry = sum >> 32;
            }
            if carry != 0 {
                words.push(carry as u32);
            }
        }
        return words.iter().flat_map(|word| word.to_le_bytes()).collect();
    }
    let width = radix.trailing_zeros();
    let mut bytes = Vec::with_capacity(digits.len() * width as usize / 8 + 1);
    let (mut buffer, mut filled) = (0u32, 0);
    for &digit in digits.iter().rev() {
        buffer |= value(digit) << filled;
        filled += width;
        while filled >= 8 {
            bytes.push(buffer as u8);
            buffer >>= 8;
            filled -= 8;
        }
    }
    bytes.push(buffer as u8);
    bytes
}

/// A positive number of a magnitude, as two's complement.
fn positive(mut magnitude: Vec<u8>) -> Value {
    magnitude.push(0);
    Value::BigInt(magnitude)
}

/// The negative of a number in two's complement.
pub(super) fn negate(bytes: &[u8]) -> Value {
    let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut carry = true;
    let negated = bytes.iter().chain([&sign]).map(|byte| {
        let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
        carry = overflow;
        sum
    });
    Value::BigInt(negated.collect())
}

/// The text of a string literal, all its parts together, as generalised UTF-8.
pub(super) fn string(source: &Source, literal: &ast::ExprStringLiteral) -> Vec<u8> {
    let mut text = Vec::new();
    for part in &literal.value {
        let raw = part.flags.prefix().is_raw();
        append(&mut text, &part.value, source.slice(part.content_range()), raw, false);
    }
    text
}

/// Appends the value of a part of a string, with the surrogates that its source text asks for. With `braces`, doubled
/// braces in the source stand for one, as in f-strings.
pub(super) fn append(text: &mut Vec<u8>, value: &str, source: &str, raw: bool, braces: bool) {
    if raw || !value.contains('\u{fffd}') || !source.contains("\\") {
        join(text, value.as_bytes());
        return;
    }
    let mut values = value.chars();
    let mut rest = source;
    let mut buffer = [0; 4];
    while let Some(c) = rest.chars().next() {
        let (escape, length) = match c {
            '\\' => escape(rest),
            '{' | '}' if braces && rest[1..].starts_with(c) => (Escape::Same, 2),
            _ => (Escape::Same, c.len_utf8()),
        };
        rest = &rest[length..];
        match escape {
            Escape::Nothing => {}
            Escape::Surrogate(code) => {
                values.next();
                let code = code as u16;
                let bytes = [0xed, 0x80 | (code >> 6 & 0x3f) as u8, 0x80 | (code & 0x3f) as u8];
                join(text, &bytes);
            }
            Escape::Same => {
                if let Some(value) = values.next() {
                    join(text, value.encode_utf8(&mut buffer).as_bytes());
                }
            }
            Escape::Two => {
                for value in values.by_ref().take(2) {
                    join(text, value.encode_utf8(&mut buffer).as_bytes());
                }
            }
        }
    }
    join(text, values.as_str().as_bytes());
}

/// Appends generalised UTF-8. A high and a low surrogate stay two characters, which the format writes as they are.
fn join(text: &mut Vec<u8>, more: &[u8]) {
    text.extend_from_slice(more);
}

/// What an escape sequence stands for.
enum Escape {
    /// A line continuation.
    Nothing,
    /// One character, which the parser has decoded.
    Same,
    /// A backslash and a character that make no escape.
    Two,
    Surrogate(u32),
}

/// The escape sequence at the start of a text, with its length.
fn escape(text: &str) -> (Escape, usize) {
    let bytes = text.as_bytes();
    let hex = |digits: usize| -> (Escape, usize) {
        let code = text.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match code {
            Some(code @ 0xd800..=0xdfff) => (Escape::Surrogate(code), 2 + digits),
            _ => (Escape::Same, (2 + digits).min(text.len())),
        }
    };
    match bytes.get(1) {
        None => (Escape::Same, 1),
        Some(b'\n') => (Escape::Nothing, 2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'x') => (Escape::Same, 4.min(text.len())),
        Some(b'N') if bytes.get(2) == Some(&b'{') => (Escape::Same, text.find('}').map_or(text.len(), |at| at + 1)),
        Some(b'0'..=b'7') => {
            let digits = bytes[1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            (Escape::Same, 1 + digits)
        }
        Some(b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v') => (Escape::Same, 2),
        Some(_) => (Escape::Two, 1 + text[1..].chars().next().map_or(0, char::len_utf8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magnitudes() {
        assert_eq!(magnitude(b"18446744073709551616", 10)[8], 1);
        assert_eq!(magnitude(b"1ff", 16), [0xff, 1]);
        assert_eq!(negate(&[1, 0]), Value::BigInt(vec![0xff, 0xff, 0xff]));
        assert_eq!(negate(&0i64.to_le_bytes()), Value::BigInt(vec![0; 9]));
    }

    #[test]
    fn surrogates() {
        let text = |value: &str, source: &str| {
            let mut text = Vec::new();
            append(&mut text, value, source, false, false);
            text
        };
        assert_eq!(text("a\u{fffd}b", r"a\ud800b"), b"a\xed\xa0\x80b");
        assert_eq!(text("\u{fffd}\u{fffd}", "\\udfff\u{fffd}"), b"\xed\xbf\xbf\xef\xbf\xbd");
        assert_eq!(text("\\q\n\u{fffd}", "\\q\\n\\\n\\uDC00"), b"\\q\n\xed\xb0\x80");
    }
}
