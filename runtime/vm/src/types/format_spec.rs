//! The format specification mini-language: `format(value, spec)` of strings, integers, floats and complex numbers.

use core::iter::repeat_n;

use dashu_int::IBig;

use crate::error::{PyResult, Raised};
use crate::types::complex::Complex;
use crate::types::float::text::{self as float_text, Style};
use crate::types::int::arith;
use crate::types::str::fill::Builder;
use crate::types::str::{Str, Text};
use crate::value::Value;
use crate::vm::Vm;

/// A specification: `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision [grouping]][type]`.
struct Spec {
    fill: u32,
    /// `<`, `>`, `^` or `=`.
    align: u8,
    sign: Option<u8>,
    /// `z`: a negative zero has no sign.
    no_negative_zero: bool,
    /// `#`.
    alternate: bool,
    width: usize,
    grouping: Option<u8>,
    precision: Option<usize>,
    fraction_grouping: Option<u8>,
    /// The type's character, or 0 where none stands.
    type_: u32,
}

/// More fill characters than this are a MemoryError instead of an attempt.
const MAX_PADDING: usize = 1 << 34;

/// A cursor over the code points of a specification.
struct Cursor<'a> {
    units: &'a [u32],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        self.units.get(self.at + ahead).copied()
    }

    /// Steps over an ASCII character if it is next.
    fn eat(&mut self, character: u8) -> bool {
        let found = self.peek(0) == Some(character.into());
        self.at += usize::from(found);
        found
    }

    fn eat_one_of(&mut self, characters: &[u8]) -> Option<u8> {
        characters.iter().copied().find(|character| self.eat(*character))
    }

    /// A decimal number; `None` when no digit is next.
    fn number(&mut self, vm: &Vm) -> PyResult<Option<usize>> {
        let start = self.at;
        let mut number = 0usize;
        while let Some(digit) = self.peek(0).and_then(crate::types::str::unicode::decimal_value) {
            let next = number.checked_mul(10).and_then(|number| number.checked_add(digit.into()));
            let Some(next) = next.filter(|next| *next <= isize::MAX as usize) else {
                return Err(vm.value_error("Too many decimal digits in format string"));
            };
            number = next;
            self.at += 1;
        }
        Ok((self.at > start).then_some(number))
    }

    /// `,` or `_`, but not both.
    fn grouping(&mut self, vm: &Vm) -> PyResult<Option<u8>> {
        let both = || vm.value_error("Cannot specify both ',' and '_'.");
        let comma = self.eat(b',');
        if self.eat(b'_') {
            if comma || self.peek(0) == Some(b','.into()) {
                return Err(both());
            }
            return Ok(Some(b'_'));
        }
        Ok(comma.then_some(b','))
    }
}

fn is_align(c: Option<u32>) -> Option<u8> {
    c.and_then(|c| u8::try_from(c).ok()).filter(|c| b"<>=^".contains(c))
}

/// A type character as messages show it.
fn shown(c: u32) -> String {
    match u8::try_from(c) {
        Ok(c @ 33..=127) => char::from(c).to_string(),
        _ => format!("\\x{c:x}"),
    }
}

/// Reads a specification; `None` when it is empty.
fn parse(vm: &Vm, spec: Value, value: Value, default_type: u8, default_align: u8) -> PyResult<Option<Spec>> {
    let Some(text) = spec.cast::<Str>() else {
        return Err(vm.type_error(format!("__format__() argument must be str, not {}", vm.argument_name(spec))));
    };
    if text.is_empty() {
        return Ok(None);
    }
    let units: Vec<u32> = text.text().iter().collect();
    let mut cursor = Cursor { units: &units, at: 0 };
    let (mut fill, mut align) = (None, None);
    if let Some(found) = is_align(cursor.peek(1)) {
        (fill, align) = (cursor.peek(0), Some(found));
        cursor.at += 2;
    } else if let Some(found) = is_align(cursor.peek(0)) {
        align = Some(found);
        cursor.at += 1;
    }
    let sign = cursor.eat_one_of(b" +-");
    let no_negative_zero = cursor.eat(b'z');
    let alternate = cursor.eat(b'#');
    if fill.is_none() && cursor.eat(b'0') {
        fill = Some(b'0'.into());
        if align.is_none() && default_align == b'>' {
            align = Some(b'=');
        }
    }
    let width = cursor.number(vm)?.unwrap_or(0);
    let grouping = cursor.grouping(vm)?;
    let (mut precision, mut fraction_grouping) = (None, None);
    if cursor.eat(b'.') {
        precision = cursor.number(vm)?;
        fraction_grouping = cursor.grouping(vm)?;
        if precision.is_none() && fraction_grouping.is_none() {
            return Err(vm.value_error("Format specifier missing precision"));
        }
        if precision.is_some_and(|precision| precision > i32::MAX as usize) {
            return Err(vm.value_error("Too many decimal digits in format string"));
        }
    }
    if units.len() - cursor.at > 1 {
        return Err(
            vm.value_error(format!("Invalid format specifier '{text}' for object of type '{}'", vm.type_name(value)))
        );
    }
    let type_ = cursor.peek(0).unwrap_or(default_type.into());
    let misplaced =
        |separator: u8| vm.value_error(format!("Cannot specify '{}' with '{}'.", char::from(separator), shown(type_)));
    if let Some(separator) = grouping {
        let allowed = match u8::try_from(type_) {
            Ok(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => true,
            Ok(b'b' | b'o' | b'x' | b'X') => separator == b'_',
            _ => false,
        };
        if !allowed {
            return Err(misplaced(separator));
        }
    }
    if let Some(separator) = fraction_grouping
        && !matches!(u8::try_from(type_), Ok(b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0))
    {
        return Err(misplaced(separator));
    }
    Ok(Some(Spec {
        fill: fill.unwrap_or(b' '.into()),
        align: align.unwrap_or(default_align),
        sign,
        no_negative_zero,
        alternate,
        width,
        grouping,
        precision,
        fraction_grouping,
        type_,
    }))
}

#[cold]
fn unknown_type(vm: &Vm, spec: &Spec, value: Value) -> Raised {
    let (code, name) = (shown(spec.type_), vm.type_name(value));
    vm.value_error(format!("Unknown format code '{code}' for object of type '{name}'"))
}

/// Puts content of a known length into its field.
fn push_aligned(vm: &Vm, out: &mut Builder, spec: &Spec, len: usize, push: impl FnOnce(&mut Builder)) -> PyResult<()> {
    let missing = spec.width.saturating_sub(len);
    if missing > MAX_PADDING {
        return Err(vm.memory_error());
    }
    let before = match spec.align {
        b'<' => 0,
        b'^' => missing / 2,
        _ => missing,
    };
    out.repeat(spec.fill, before);
    push(out);
    out.repeat(spec.fill, missing - before);
    Ok(())
}

// ---- strings ----------------------------------------------------------------------------------------------------------

/// `str.__format__`.
pub fn format_str(vm: &Vm, value: Value, spec: Value) -> PyResult {
    let text = value.expect::<Str>();
    let Some(spec) = parse(vm, spec, value, b's', b'<')? else { return vm.to_str(value).map(Value::from) };
    let forbidden = |what: &str| Err(vm.value_error(format!("{what} not allowed in string format specifier")));
    if spec.type_ != u32::from(b's') {
        return Err(unknown_type(vm, &spec, value));
    }
    match spec.sign {
        Some(b' ') => return forbidden("Space"),
        Some(_) => return forbidden("Sign"),
        None => {}
    }
    if spec.no_negative_zero {
        return forbidden("Negative zero coercion (z)");
    }
    if spec.alternate {
        return forbidden("Alternate form (#)");
    }
    if spec.align == b'=' {
        return forbidden("'=' alignment");
    }
    let len = text.len().min(spec.precision.unwrap_or(usize::MAX));
    let mut out = Builder::new();
    push_aligned(vm, &mut out, &spec, len, |out| out.push_text(text.text().slice(0, len)))?;
    out.finish(vm)
}

// ---- numbers ------------------------------------------------------------------------------------------------------------

/// A number in parts.
#[derive(Default)]
struct Number<'a> {
    negative: bool,
    /// `0x`.
    prefix: &'a str,
    /// The digits before the point, which are grouped.
    digits: &'a str,
    /// The rest: point, fraction, exponent, percent sign.
    rest: &'a str,
}

fn sign_of(spec_sign: Option<u8>, negative: bool) -> &'static str {
    match (negative, spec_sign) {
        (true, _) => "-",
        (false, Some(b'+')) => "+",
        (false, Some(b' ')) => " ",
        _ => "",
    }
}

/// Digits with separators, and zeros before them up to a width.
fn group(digits: &str, separator: Option<u8>, size: usize, min_width: usize) -> String {
    let Some(separator) = separator else {
        return format!("{}{digits}", "0".repeat(min_width.saturating_sub(digits.len())));
    };
    let mut reversed = Vec::with_capacity(digits.len() * 4 / 3 + min_width);
    let mut rest = digits.bytes().rev();
    let (mut remaining, mut width) = (digits.len() as i64, min_width as i64);
    loop {
        let count = (size as i64).min(remaining.max(width).max(1));
        let taken = count.min(remaining).max(0);
        reversed.extend(rest.by_ref().take(taken as usize));
        reversed.extend(repeat_n(b'0', (count - taken) as usize));
        remaining -= taken;
        width -= count;
        if remaining <= 0 && width <= 0 {
            break;
        }
        reversed.push(separator);
        width -= 1;
    }
    reversed.reverse();
    String::from_utf8(reversed).unwrap_or_default()
}

/// The digits behind a point in groups of three; an exponent or a percent sign stays as it is.
fn group_fraction(rest: &str, separator: Option<u8>) -> String {
    let (Some(separator), Some(fraction)) = (separator, rest.strip_prefix('.')) else { return rest.to_owned() };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    let mut text = String::from(".");
    for (index, digit) in fraction[..end].chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push(separator.into());
        }
        text.push(digit);
    }
    text.push_str(&fraction[end..]);
    text
}

/// Writes a number into its field.
fn push_number(vm: &Vm, out: &mut Builder, spec: &Spec, number: &Number<'_>) -> PyResult<()> {
    let sign = sign_of(spec.sign, number.negative);
    let rest = group_fraction(number.rest, spec.fraction_grouping);
    let fixed = sign.len() + number.prefix.len() + rest.len();
    let zero_filled = spec.fill == u32::from(b'0') && spec.align == b'=';
    let min_width = if zero_filled { spec.width.saturating_sub(fixed) } else { 0 };
    if min_width > MAX_PADDING {
        return Err(vm.memory_error());
    }
    vm.check_room_for(min_width.saturating_mul(4))?;
    let size = if matches!(u8::try_from(spec.type_), Ok(b'b' | b'o' | b'x' | b'X')) { 4 } else { 3 };
    let digits = if number.digits.is_empty() && spec.grouping.is_none() {
        "0".repeat(min_width)
    } else if number.digits.is_empty() {
        String::new()
    } else {
        group(number.digits, spec.grouping, size, min_width)
    };
    let len = fixed + digits.len();
    if spec.align == b'=' {
        out.push_str(sign);
        out.push_str(number.prefix);
        return push_aligned(vm, out, spec, len, |out| {
            out.push_str(&digits);
            out.push_str(&rest);
        });
    }
    push_aligned(vm, out, spec, len, |out| {
        [sign, number.prefix, &digits, &rest].into_iter().for_each(|part| out.push_str(part));
    })
}

/// `int.__format__`.
pub fn format_int(vm: &Vm, value: Value, spec: Value) -> PyResult {
    let Some(spec) = parse(vm, spec, value, b'd', b'>')? else { return vm.to_str(value).map(Value::from) };
    let radix = match u8::try_from(spec.type_) {
        Ok(b'd' | b'n' | b'c') => 10,
        Ok(b'b') => 2,
        Ok(b'o') => 8,
        Ok(b'x' | b'X') => 16,
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => {
            let float = arith::to_float_checked(vm, value)?.unwrap_or(0.0);
            return format_float_by(vm, float, value, &spec);
        }
        _ => return Err(unknown_type(vm, &spec, value)),
    };
    let forbidden = |what: &str| Err(vm.value_error(format!("{what} not allowed in integer format specifier")));
    if spec.precision.is_some() {
        return forbidden("Precision");
    }
    if spec.no_negative_zero {
        return forbidden("Negative zero coercion (z)");
    }
    let mut out = Builder::new();
    if spec.type_ == u32::from(b'c') {
        if spec.sign.is_some() {
            return Err(vm.value_error("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(vm.value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let Some(c @ 0..0x11_0000) = super::int::to_i64(value) else {
            return Err(vm.overflow_error(if super::int::to_i64(value).is_none() {
                "Python int too large to convert to C long"
            } else {
                "%c arg not in range(0x110000)"
            }));
        };
        push_aligned(vm, &mut out, &spec, 1, |out| out.push(c as u32))?;
        return out.finish(vm);
    }
    let (negative, digits) = digits_in(vm, value, radix, spec.type_ == u32::from(b'X'))?;
    let prefix = match (spec.alternate, u8::try_from(spec.type_)) {
        (true, Ok(b'b')) => "0b",
        (true, Ok(b'o')) => "0o",
        (true, Ok(b'x')) => "0x",
        (true, Ok(b'X')) => "0X",
        _ => "",
    };
    push_number(vm, &mut out, &spec, &Number { negative, prefix, digits: &digits, rest: "" })?;
    out.finish(vm)
}

/// Whether an integer object is negative, and the digits of its magnitude.
pub fn digits_in(vm: &Vm, value: Value, radix: u32, upper: bool) -> PyResult<(bool, String)> {
    if radix == 10 {
        let text = super::int::text::decimal_of(vm, value)?;
        return Ok(match text.strip_prefix('-') {
            Some(digits) => (true, digits.to_owned()),
            None => (false, text),
        });
    }
    let Some(int) = arith::operand(value) else {
        return Err(vm.type_error(format!("an integer is required (got type {})", vm.type_name(value))));
    };
    let (sign, magnitude) = (*int).clone().into_parts();
    let magnitude = IBig::from(magnitude);
    let text = match (radix, upper) {
        (2, _) => format!("{magnitude:b}"),
        (8, _) => format!("{magnitude:o}"),
        (_, false) => format!("{magnitude:x}"),
        (_, true) => format!("{magnitude:X}"),
    };
    Ok((sign == dashu_int::Sign::Negative, text))
}

/// The number of places that `.2f` and the like ask for, and nothing else.
fn fixed_places(spec: Value) -> Option<usize> {
    match spec.cast::<Str>()?.text() {
        Text::Latin1(&[b'.', places @ b'0'..=b'9', b'f']) => Some((places - b'0').into()),
        _ => None,
    }
}

/// A short text that is made without allocation.
pub struct Short {
    bytes: [u8; 40],
    len: usize,
}

impl Default for Short {
    fn default() -> Self {
        Self { bytes: [0; 40], len: 0 }
    }
}

impl Short {
    /// What was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl core::fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(core::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// `float.__format__`.
pub fn format_float(vm: &Vm, value: Value, spec: Value) -> PyResult {
    if let (Some(places), Some(float)) = (fixed_places(spec), value.as_inline_float())
        && float.abs() < 1e15
    {
        let mut text = Short::default();
        // What does not fit comes out by the long way below.
        if core::fmt::Write::write_fmt(&mut text, format_args!("{float:.places$}")).is_ok() {
            return Str::from_latin1(vm, text.as_str().as_bytes()).map(Value::from);
        }
    }
    match parse(vm, spec, value, 0, b'>')? {
        None => vm.to_str(value).map(Value::from),
        Some(spec) => format_float_by(vm, value.as_float().unwrap_or(0.0), value, &spec),
    }
}

/// The style of a type character, and whether it is an upper case one.
fn style_of(type_: u32) -> Option<(Style, bool)> {
    Some(match u8::try_from(type_).ok()? {
        0 => (Style::Repr, false),
        b'e' => (Style::Exponent, false),
        b'E' => (Style::Exponent, true),
        b'f' | b'%' => (Style::Fixed, false),
        b'F' => (Style::Fixed, true),
        b'g' | b'n' => (Style::General, false),
        b'G' => (Style::General, true),
        _ => return None,
    })
}

/// The magnitude of any float in a style, and whether it is to have a minus sign.
fn float_magnitude(float: f64, (style, upper): (Style, bool), spec: &Spec) -> (bool, String) {
    let mut negative = float.is_sign_negative() && !float.is_nan();
    let text = match float_text::special(float) {
        Some(text) => text.trim_start_matches('-').to_owned(),
        None => float_text::magnitude(float, style, spec.precision, spec.alternate),
    };
    if spec.no_negative_zero && !text.bytes().take_while(|byte| *byte != b'e').any(|byte| (b'1'..=b'9').contains(&byte))
    {
        negative = negative && float.is_infinite();
    }
    (negative, if upper { text.to_uppercase() } else { text })
}

fn format_float_by(vm: &Vm, float: f64, value: Value, spec: &Spec) -> PyResult {
    let Some(style) = style_of(spec.type_) else { return Err(unknown_type(vm, spec, value)) };
    let percent = spec.type_ == u32::from(b'%');
    let float = if percent { float * 100.0 } else { float };
    vm.check_room_for(spec.precision.unwrap_or(0).saturating_mul(6))?;
    let (negative, mut text) = float_magnitude(float, style, spec);
    if percent {
        text.push('%');
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut out = Builder::new();
    push_number(vm, &mut out, spec, &Number { negative, prefix: "", digits, rest })?;
    out.finish(vm)
}

/// `complex.__format__`.
pub fn format_complex(vm: &Vm, value: Value, spec: Value) -> PyResult {
    let complex = value.expect::<Complex>();
    let Some(spec) = parse(vm, spec, value, 0, b'>')? else { return vm.to_str(value).map(Value::from) };
    let style = match style_of(spec.type_).filter(|_| spec.type_ != u32::from(b'%')) {
        Some(style) => style,
        None => return Err(unknown_type(vm, &spec, value)),
    };
    if spec.fill == u32::from(b'0') {
        return Err(vm.value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == b'=' {
        return Err(vm.value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let like_repr = spec.type_ == 0;
    let mut text = String::new();
    let mut push = |float: f64, sign: Option<u8>| {
        let (negative, magnitude) = if like_repr && spec.precision.is_none() && float.is_finite() {
            (float.is_sign_negative(), float_text::repr_part(float.abs(), false))
        } else if like_repr {
            float_magnitude(float, (Style::General, false), &spec)
        } else {
            float_magnitude(float, style, &spec)
        };
        let end = magnitude.find(|c: char| !c.is_ascii_digit()).unwrap_or(magnitude.len());
        text.push_str(sign_of(sign, negative));
        if end > 0 {
            text.push_str(&group(&magnitude[..end], spec.grouping, 3, 0));
        }
        text.push_str(&group_fraction(&magnitude[end..], spec.fraction_grouping));
    };
    let only_imaginary = like_repr && complex.real == 0.0 && complex.real.is_sign_positive();
    if !only_imaginary {
        push(complex.real, spec.sign);
    }
    push(complex.imag, if only_imaginary { spec.sign } else { Some(b'+') });
    text.push('j');
    if like_repr && !only_imaginary {
        text = format!("({text})");
    }
    let mut out = Builder::new();
    push_aligned(vm, &mut out, &spec, text.len(), |out| out.push_str(&text))?;
    out.finish(vm)
}
