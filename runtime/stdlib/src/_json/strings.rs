//! JSON strings: reading one from a text, and escaping one.

use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{Gc, PyResult, Vm, with_text};

use super::decode_error;

/// Reads a string whose first character behind the quote is at `start`. Returns it and the place behind the closing quote.
///
/// # Errors
/// JSONDecodeError when it has no end, a bad escape, or (if `strict`) a control character.
pub(super) fn scan(vm: &Vm, text: Gc<Str>, start: usize, strict: bool) -> PyResult<(Gc<Str>, usize)> {
    // Most strings are without escapes, and short.
    let end = match text.text() {
        Text::Latin1(units) => plain_end(units, start, strict),
        Text::Ucs2(units) => plain_end(units, start, strict),
        Text::Ucs4(units) => plain_end(units, start, strict),
    };
    match end {
        Some(end) => Ok((Str::from_text(vm, text.text().slice(start, end))?, end + 1)),
        None => with_text!(text.text(), units => scan_escaped(vm, text, units, start, strict)),
    }
}

/// The place of the closing quote, if nothing has to be done about anything before it.
fn plain_end<T: Copy + Into<u32>>(units: &[T], start: usize, strict: bool) -> Option<usize> {
    let rest = units.get(start..)?;
    let special = rest.iter().position(|unit| {
        let c: u32 = (*unit).into();
        c == u32::from(b'"') || c == u32::from(b'\\') || (strict && c < 0x20)
    })?;
    (rest[special].into() == u32::from(b'"')).then_some(start + special)
}

fn scan_escaped<T: Copy + Into<u32>>(
    vm: &Vm,
    text: Gc<Str>,
    units: &[T],
    start: usize,
    strict: bool,
) -> PyResult<(Gc<Str>, usize)> {
    let unterminated = || decode_error(vm, "Unterminated string starting at", text, start.saturating_sub(1));
    let mut result: Vec<u32> = Vec::new();
    let mut place = start;
    loop {
        let Some(c) = units.get(place).map(|unit| (*unit).into()) else { return Err(unterminated()) };
        place += 1;
        if c == u32::from(b'"') {
            return Ok((Str::from_slice(vm, &result)?, place));
        }
        if strict && c < 0x20 {
            return Err(decode_error(vm, "Invalid control character at", text, place - 1));
        }
        if result.try_reserve(1).is_err() {
            return Err(vm.memory_error());
        }
        if c != u32::from(b'\\') {
            result.push(c);
            continue;
        }
        let Some(escape) = units.get(place).map(|unit| (*unit).into()) else { return Err(unterminated()) };
        place += 1;
        if escape != u32::from(b'u') {
            let Some(c) = simple_escape(escape) else {
                return Err(decode_error(vm, "Invalid \\escape", text, place - 2));
            };
            result.push(c);
            continue;
        }
        let Some(mut c) = hex_digits(units, place) else {
            return Err(decode_error(vm, "Invalid \\uXXXX escape", text, place - 1));
        };
        place += 4;
        // Two escapes for one code point beyond U+FFFF.
        if (0xd800..0xdc00).contains(&c)
            && units.get(place).is_some_and(|unit| (*unit).into() == u32::from(b'\\'))
            && units.get(place + 1).is_some_and(|unit| (*unit).into() == u32::from(b'u'))
            && let Some(low) = hex_digits(units, place + 2).filter(|low| (0xdc00..0xe000).contains(low))
        {
            c = 0x1_0000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            place += 6;
        }
        result.push(c);
    }
}

fn simple_escape(letter: u32) -> Option<u32> {
    Some(match u8::try_from(letter).ok()? {
        byte @ (b'"' | b'\\' | b'/') => u32::from(byte),
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        _ => return None,
    })
}

/// Four hexadecimal digits. The text must go on behind them, for the closing quote.
fn hex_digits<T: Copy + Into<u32>>(units: &[T], place: usize) -> Option<u32> {
    let digits = units.get(place..place + 4)?;
    units.get(place + 4)?;
    digits.iter().try_fold(0, |value, unit| {
        let digit = char::from_u32((*unit).into())?.to_digit(16)?;
        Some(value << 4 | digit)
    })
}

/// Which bytes stand for themselves between quotes.
const fn plain_bytes(ascii: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0x20;
    while byte < 0x80 {
        table[byte] = byte != b'"' as usize && byte != b'\\' as usize && (byte != 0x7f || !ascii);
        byte += 1;
    }
    table
}

static PLAIN: [bool; 256] = plain_bytes(false);
static PLAIN_ASCII: [bool; 256] = plain_bytes(true);

/// Adds a string with its quotes, escaped. Code points beyond ASCII are escaped too if `ascii`.
pub(super) fn push_escaped(text: &mut TextBuf, string: &Str, ascii: bool) {
    text.push_ascii(b'"');
    let plain = if ascii { &PLAIN_ASCII } else { &PLAIN };
    match (string.as_ascii(), string.text()) {
        (Some(bytes), _) => push_ascii(text, bytes, plain),
        (None, Text::Latin1(units)) => push_units(text, units, plain, ascii),
        (None, Text::Ucs2(units)) => push_units(text, units, plain, ascii),
        (None, Text::Ucs4(units)) => push_units(text, units, plain, ascii),
    }
    text.push_ascii(b'"');
}

fn push_ascii(text: &mut TextBuf, string: &str, plain: &[bool; 256]) {
    let mut rest = string;
    while let Some(special) = rest.bytes().position(|byte| !plain[usize::from(byte)]) {
        text.push(&rest[..special]);
        push_code_point(text, u32::from(rest.as_bytes()[special]), true);
        rest = &rest[special + 1..];
    }
    text.push(rest);
}

fn push_units<T: Copy + Into<u32>>(text: &mut TextBuf, units: &[T], plain: &[bool; 256], ascii: bool) {
    for unit in units {
        let c: u32 = (*unit).into();
        match u8::try_from(c) {
            Ok(byte) if byte < 0x80 && plain[usize::from(byte)] => text.push_ascii(byte),
            _ => push_code_point(text, c, ascii),
        }
    }
}

fn push_code_point(text: &mut TextBuf, c: u32, ascii: bool) {
    match c {
        0x22 => text.push("\\\""),
        0x5c => text.push("\\\\"),
        0x08 => text.push("\\b"),
        0x0c => text.push("\\f"),
        0x0a => text.push("\\n"),
        0x0d => text.push("\\r"),
        0x09 => text.push("\\t"),
        0..0x20 => push_unit(text, c),
        0x20..0x7f => text.push_code_point(c),
        0x7f.. if !ascii => text.push_code_point(c),
        0x1_0000.. => {
            let c = c - 0x1_0000;
            push_unit(text, 0xd800 + (c >> 10));
            push_unit(text, 0xdc00 + (c & 0x3ff));
        }
        _ => push_unit(text, c),
    }
}

/// `\uXXXX`.
fn push_unit(text: &mut TextBuf, unit: u32) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u32| DIGITS[(unit >> shift & 0xf) as usize];
    let escape = [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)];
    text.push(core::str::from_utf8(&escape).unwrap_or_default());
}
