//! Numbers in patterns: `-1`, `1 - 2j`.

use bumpalo::Bump;

use super::nodes::*;

/// The value of a number with a sign, or with a real and an imaginary part; `None` for anything else.
pub(super) fn of_pattern<'a>(arena: &'a Bump, expr: &Expr<'a>) -> Option<Constant<'a>> {
    match expr {
        Expr::UnaryOp(ExprUnaryOp { op: UnaryOp::USub, operand: Expr::Constant(constant), .. }) => {
            negative(arena, constant.value)
        }
        Expr::BinOp(ExprBinOp { left, op, right: Expr::Constant(right), .. }) => {
            let left = match left {
                Expr::Constant(constant) => constant.value,
                Expr::UnaryOp(_) => of_pattern(arena, left)?,
                _ => return None,
            };
            let Constant::Complex(real, imaginary) = right.value else { return None };
            let left = as_float(left)?;
            match op {
                Operator::Add => Some(Constant::Complex(left + real, imaginary)),
                Operator::Sub => Some(Constant::Complex(left - real, -imaginary)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn negative<'a>(arena: &'a Bump, value: Constant<'a>) -> Option<Constant<'a>> {
    Some(match value {
        Constant::Int(value) => match value.checked_neg() {
            Some(value) => Constant::Int(value),
            None => Constant::BigInt(arena.alloc_slice_copy(&i128::from(value).wrapping_neg().to_le_bytes()[..9])),
        },
        Constant::BigInt(bytes) => big_negative(arena, bytes),
        Constant::Float(value) => Constant::Float(-value),
        Constant::Complex(real, imaginary) => Constant::Complex(-real, -imaginary),
        _ => return None,
    })
}

/// A large integer as the nearest float.
fn big_as_float(bytes: &[u8]) -> Option<f64> {
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let magnitude = if negative { complement(bytes) } else { bytes.to_vec() };
    let length = magnitude.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let low = length.saturating_sub(8);
    let mut word = [0; 8];
    word[..length - low].copy_from_slice(&magnitude[low..length]);
    // Where half is left over, any bit below decides; it counts as the lowest one here.
    let word = u64::from_le_bytes(word) | u64::from(magnitude[..low].iter().any(|byte| *byte != 0));
    let exponent = i32::try_from(low * 8).ok().filter(|exponent| *exponent <= 1024)?;
    let value = word as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
    value.is_finite().then_some(if negative { -value } else { value })
}

/// Two's complement with the other sign.
fn complement(bytes: &[u8]) -> Vec<u8> {
    let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut carry = true;
    let mut result = Vec::with_capacity(bytes.len() + 1);
    for byte in bytes.iter().chain([&sign]) {
        let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
        result.push(sum);
        carry = overflow;
    }
    result
}

/// The same, as short as it can be.
fn big_negative<'a>(arena: &'a Bump, bytes: &[u8]) -> Constant<'a> {
    let mut result = complement(bytes);
    while let [.., before, last] = result[..]
        && (last == 0 && before & 0x80 == 0 || last == 0xff && before & 0x80 != 0)
    {
        result.pop();
    }
    if result.len() <= 8 {
        let fill = if result.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
        let mut word = [fill; 8];
        word[..result.len()].copy_from_slice(&result);
        return Constant::Int(i64::from_le_bytes(word));
    }
    Constant::BigInt(arena.alloc_slice_copy(&result))
}

/// A real number as a float; `None` when it is too large for one.
fn as_float(value: Constant<'_>) -> Option<f64> {
    match value {
        Constant::Int(value) => Some(value as f64),
        Constant::Float(value) => Some(value),
        Constant::BigInt(bytes) => big_as_float(bytes),
        _ => None,
    }
}
