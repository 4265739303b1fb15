//! Integers from text: `int("..", base)`.

use std::borrow::Cow;

use dashu_int::IBig;
use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::types::str::{Str, unicode};
use crate::value::Value;
use crate::vm::Vm;

/// The text of a number in ASCII: without white space around, decimal digits of other scripts as ASCII ones. `None` when
/// something else is in it.
#[must_use]
pub fn ascii_number(text: &Str) -> Option<Cow<'_, str>> {
    let is_space = |c: char| unicode::is_space(c.into());
    if let Some(ascii) = text.as_ascii() {
        return Some(Cow::Borrowed(ascii.trim_matches(is_space)));
    }
    let mut digits = String::with_capacity(text.len());
    for c in text.text().iter() {
        digits.push(match unicode::decimal_value(c) {
            Some(value) => char::from(b'0' + value),
            None if unicode::is_space(c) => ' ',
            None => char::from_u32(c).filter(char::is_ascii)?,
        });
    }
    Some(Cow::Owned(digits.trim_matches(is_space).to_owned()))
}

/// Digits without underscores; `None` when one does not stand between two digits.
#[must_use]
pub fn without_underscores(digits: &str, is_digit: impl Fn(char) -> bool) -> Option<Cow<'_, str>> {
    if !digits.contains('_') {
        return Some(Cow::Borrowed(digits));
    }
    let bytes = digits.as_bytes();
    let between = |index: usize| {
        let digit_at = |at: usize| bytes.get(at).is_some_and(|byte| is_digit((*byte).into()));
        index.checked_sub(1).is_some_and(digit_at) && digit_at(index + 1)
    };
    if bytes.iter().enumerate().any(|(index, byte)| *byte == b'_' && !between(index)) {
        return None;
    }
    Some(Cow::Owned(digits.replace('_', "")))
}

/// What a literal is made of.
struct Literal<'a> {
    negative: bool,
    base: u32,
    digits: Cow<'a, str>,
}

/// Takes a literal apart; `None` when it is malformed.
fn split_literal(text: &str, base: u32) -> Option<Literal<'_>> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let has_prefix = prefixed != 0 && (base == 0 || base == prefixed);
    let digits = if has_prefix {
        let digits = &rest[2..];
        // One underscore may follow the prefix.
        digits.strip_prefix('_').unwrap_or(digits)
    } else {
        rest
    };
    let base = match base {
        0 if has_prefix => prefixed,
        // In base 0, a leading zero is for zero alone.
        0 if digits.starts_with('0') && digits.bytes().any(|byte| byte != b'0' && byte != b'_') => return None,
        0 => 10,
        base => base,
    };
    let digits = without_underscores(digits, |c| c.is_digit(base))?;
    let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
    valid.then_some(Literal { negative, base, digits })
}

#[cold]
fn invalid(vm: &Vm, source: Value, base: u32) -> Raised {
    let repr: String = vm.display_repr(source).chars().take(200).collect();
    vm.value_error(format!("invalid literal for int() with base {base}: {repr}"))
}

/// The integer of a text. `source` is the object that it is from, for the message.
fn parse(vm: &Vm, text: Option<&str>, base: u32, source: Value) -> PyResult<IBig> {
    let Some(literal) = text.and_then(|text| split_literal(text, base)) else { return Err(invalid(vm, source, base)) };
    if let Ok(small) = i64::from_str_radix(&literal.digits, literal.base) {
        return Ok(IBig::from(if literal.negative { -small } else { small }));
    }
    let limit = vm.state.int_max_str_digits.0.get();
    if limit != 0 && literal.digits.len() > limit && !literal.base.is_power_of_two() {
        return Err(vm.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit",
            literal.digits.len()
        )));
    }
    match IBig::from_str_radix(&literal.digits, literal.base) {
        Ok(value) => Ok(if literal.negative { -value } else { value }),
        Err(_) => Err(invalid(vm, source, base)),
    }
}

/// The integer of a string.
pub fn parse_str(vm: &Vm, text: Gc<Str>, base: u32) -> PyResult<IBig> {
    parse(vm, ascii_number(&text).as_deref(), base, text.into())
}

/// The integer of the text in bytes.
pub fn parse_bytes(vm: &Vm, bytes: &[u8], base: u32) -> PyResult<IBig> {
    let source = vm.new_bytes(bytes)?;
    let text = core::str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
    parse(vm, text.map(|text| text.trim_matches(|c: char| unicode::is_space(c.into()))), base, source)
}
