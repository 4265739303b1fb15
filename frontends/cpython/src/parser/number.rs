//! The values of numbers.

use super::engine::Parser;
use super::{Ex, P};
use crate::ast::{Constant, ExprConstant};
use crate::lexer::Kind;

impl<'a> Parser<'_, 'a> {
    pub(super) fn number(&mut self) -> P<Ex<'a>> {
        let token = self.token(Kind::Number)?;
        let text = self.text_of(token);
        let digits = if text.contains('_') {
            self.since(6, "Underscores in numeric literals are")?;
            text.replace('_', "")
        } else {
            text.to_owned()
        };
        let value = match self.value(&digits) {
            Some(value) => value,
            None => {
                let line = token.range.start().line;
                let (limit, count) = (self.options.max_digits, digits.trim_start_matches('0').len());
                let message = format!(
                    "Exceeds the limit ({limit} digits) for integer string conversion: value has {count} digits; use \
                     sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals \
                     to avoid decimal conversion limits."
                );
                return Err(self.fail_in_line(line, -1, line, message));
            }
        };
        Ok(self.expr(ExprConstant { range: token.range, value, kind: None }))
    }

    /// The value of a number without underscores; `None` when it has too many digits.
    fn value(&self, text: &str) -> Option<Constant<'a>> {
        let float = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
        if let Some(imaginary) = text.strip_suffix(['j', 'J']) {
            return Some(Constant::Complex(0.0, float(imaginary)));
        }
        let radix = match text.as_bytes() {
            [b'0', b'x' | b'X', ..] => 16,
            [b'0', b'o' | b'O', ..] => 8,
            [b'0', b'b' | b'B', ..] => 2,
            _ if text.contains(['.', 'e', 'E']) => return Some(Constant::Float(float(text))),
            _ => 10,
        };
        let digits = if radix == 10 { text } else { &text[2..] };
        if let Ok(value) = i64::from_str_radix(digits, radix) {
            return Some(Constant::Int(value));
        }
        let digits = digits.trim_start_matches('0');
        let limit = self.options.max_digits;
        if radix == 10 && limit > 0 && digits.len() > limit {
            return None;
        }
        let mut magnitude = magnitude(digits.as_bytes(), radix);
        // A positive number in two's complement.
        magnitude.push(0);
        Some(Constant::BigInt(self.slice(&magnitude)))
    }
}

/// The little-endian bytes of a number in some radix. Decimal literals have few digits, so the quadratic way serves; digits of
/// powers of two are shifted together.
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

#[cfg(test)]
mod tests {
    use super::magnitude;

    #[test]
    fn magnitudes() {
        assert_eq!(magnitude(b"18446744073709551616", 10)[8], 1);
        assert_eq!(magnitude(b"1ff", 16), [0xff, 1]);
    }
}
