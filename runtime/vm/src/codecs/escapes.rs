//! The codecs of Python's own escapes: `unicode_escape`, `raw_unicode_escape`, and `escape` for bytes.

use orochi_gc::Gc;

use super::errors::{Decoder, hex_escape};
use crate::error::PyResult;
use crate::types::str::Str;
use crate::types::str::names;
use crate::value::Value;
use crate::vm::Vm;

/// What was wrong with the first escape that means nothing.
#[derive(Default)]
struct Invalid(Option<u32>);

impl Invalid {
    fn note(&mut self, c: u32) {
        self.0.get_or_insert(c);
    }

    /// Warns of it.
    fn warn(&self, vm: &Vm, prefix: &str) -> PyResult<()> {
        let Some(c) = self.0 else { return Ok(()) };
        let text = if c > 0xff {
            format!("{prefix}\"\\{c:o}\" is an invalid octal escape sequence. ")
        } else {
            let c = char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
            format!("{prefix}\"\\{c}\" is an invalid escape sequence. ")
        };
        vm.warn(vm.types().deprecation_warning, &format!("{text}Such sequences will not work in the future. "), 1)
    }
}

/// The character of a one-letter escape.
fn simple_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\\' | b'\'' | b'"' => byte,
        b'a' => 0x07,
        b'b' => 0x08,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 0x0b,
        b'f' => 0x0c,
        b'r' => b'\r',
        _ => return None,
    })
}

/// Up to two more octal digits behind a first one: the value, and the place behind them.
fn octal(bytes: &[u8], mut at: usize, first: u8) -> (u32, usize) {
    let mut value = u32::from(first - b'0');
    for _ in 0..2 {
        match bytes.get(at) {
            Some(digit @ b'0'..=b'7') => value = value << 3 | u32::from(digit - b'0'),
            _ => break,
        }
        at += 1;
    }
    (value, at)
}

/// What an attempt to read so many hexadecimal digits found: the value, or that there are no more bytes, or something else; and the
/// place behind what was read.
enum Hex {
    Value(u32),
    End,
    Wrong,
}

fn hex(bytes: &[u8], start: usize, count: usize) -> (Hex, usize) {
    let mut value = 0;
    for at in start..start + count {
        let Some(byte) = bytes.get(at) else { return (Hex::End, at) };
        let Some(digit) = char::from(*byte).to_digit(16) else { return (Hex::Wrong, at) };
        value = value << 4 | digit;
    }
    (Hex::Value(value), start + count)
}

const TRUNCATED_X: &str = "truncated \\xXX escape";
const TRUNCATED_U: &str = "truncated \\uXXXX escape";
const TRUNCATED_LONG: &str = "truncated \\UXXXXXXXX escape";

/// The character that `{name}` at a place means, or why there is none and whether more bytes could help; and the place behind it.
fn named(bytes: &[u8], at: usize) -> (Result<u32, (&'static str, bool)>, usize) {
    const MALFORMED: &str = "malformed \\N character escape";
    match bytes.get(at) {
        None => return (Err((MALFORMED, true)), at),
        Some(b'{') => {}
        Some(_) => return (Err((MALFORMED, false)), at),
    }
    let start = at + 1;
    let Some(len) = bytes[start..].iter().position(|byte| *byte == b'}') else {
        return (Err((MALFORMED, true)), bytes.len());
    };
    let end = start + len;
    if len == 0 {
        return (Err((MALFORMED, false)), end);
    }
    let found = core::str::from_utf8(&bytes[start..end]).ok().and_then(names::character);
    (found.ok_or(("unknown Unicode character name", false)), end + 1)
}

/// `unicode_escape` decoding: the string, and how many bytes were used; more may come, unless they are the last.
///
/// # Errors
/// UnicodeDecodeError, whatever the handler raises, DeprecationWarning where that is an error.
pub fn decode_unicode(vm: &Vm, data: &[u8], errors: &str, last: bool) -> PyResult<(Value, usize)> {
    let mut decoder = Decoder::new(vm, "unicodeescape", data, errors);
    let mut invalid = Invalid::default();
    let mut at = 0;
    while at < decoder.input.len() {
        let byte = decoder.input[at];
        if byte != b'\\' {
            decoder.out.push(byte.into());
            at += 1;
            continue;
        }
        // A code point, or why there is none and whether more bytes could help; and the place behind it.
        let (found, end) = match decoder.input.get(at + 1).copied() {
            None => (Err(("\\ at end of string", true)), at + 1),
            Some(b'\n') => {
                at += 2;
                continue;
            }
            Some(digit @ b'0'..=b'7') => {
                let (value, end) = octal(&decoder.input, at + 2, digit);
                if value > 0xff {
                    invalid.note(value);
                }
                (Ok(value), end)
            }
            Some(letter @ (b'x' | b'u' | b'U')) => {
                let (count, truncated) = match letter {
                    b'x' => (2, TRUNCATED_X),
                    b'u' => (4, TRUNCATED_U),
                    _ => (8, TRUNCATED_LONG),
                };
                let (value, end) = hex(&decoder.input, at + 2, count);
                let found = match value {
                    Hex::Value(value) if value < 0x11_0000 => Ok(value),
                    Hex::Value(_) => Err(("illegal Unicode character", false)),
                    Hex::End => Err((truncated, true)),
                    Hex::Wrong => Err((truncated, false)),
                };
                (found, end)
            }
            Some(b'N') => named(&decoder.input, at + 2),
            Some(letter) => {
                if let Some(simple) = simple_escape(letter) {
                    decoder.out.push(simple.into());
                } else {
                    invalid.note(letter.into());
                    decoder.out.push(b'\\'.into());
                    decoder.out.push(letter.into());
                }
                at += 2;
                continue;
            }
        };
        at = match found {
            Ok(c) => {
                decoder.out.push(c);
                end
            }
            Err((_, true)) if !last => break,
            Err((reason, _)) => decoder.error(at, end, reason)?,
        };
    }
    let text = decoder.finish()?;
    invalid.warn(vm, "")?;
    Ok((text, at))
}

/// `raw_unicode_escape` decoding: only `\u` and `\U` are escapes.
///
/// # Errors
/// UnicodeDecodeError, whatever the handler raises.
pub fn decode_raw(vm: &Vm, data: &[u8], errors: &str, last: bool) -> PyResult<(Value, usize)> {
    let mut decoder = Decoder::new(vm, "rawunicodeescape", data, errors);
    let mut at = 0;
    while at < decoder.input.len() {
        let byte = decoder.input[at];
        let next = decoder.input.get(at + 1).copied();
        let (count, truncated) = match (byte, next) {
            (b'\\', Some(b'u')) => (4, TRUNCATED_U),
            (b'\\', Some(b'U')) => (8, TRUNCATED_LONG),
            (b'\\', None) if !last => break,
            (b'\\', Some(next)) => {
                decoder.out.push(byte.into());
                decoder.out.push(next.into());
                at += 2;
                continue;
            }
            _ => {
                decoder.out.push(byte.into());
                at += 1;
                continue;
            }
        };
        let (value, end) = hex(&decoder.input, at + 2, count);
        at = match value {
            Hex::Value(value) if value < 0x11_0000 => {
                decoder.out.push(value);
                end
            }
            Hex::Value(_) => decoder.error(at, end, "\\Uxxxxxxxx out of range")?,
            Hex::End if !last => break,
            Hex::End | Hex::Wrong => decoder.error(at, end, truncated)?,
        };
    }
    Ok((decoder.finish()?, at))
}

/// `unicode_escape` encoding.
///
/// # Errors
/// MemoryError.
pub fn encode_unicode(vm: &Vm, text: Gc<Str>) -> PyResult {
    vm.check_room_for(text.len() * 10)?;
    let mut out = Vec::with_capacity(text.len());
    for c in text.text().iter() {
        match c {
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x5c => out.extend_from_slice(b"\\\\"),
            0x20..=0x7e => out.push(c as u8),
            _ => out.extend_from_slice(hex_escape(c).as_bytes()),
        }
    }
    vm.new_bytes(&out)
}

/// `raw_unicode_escape` encoding: Latin-1 stands for itself.
///
/// # Errors
/// MemoryError.
pub fn encode_raw(vm: &Vm, text: Gc<Str>) -> PyResult {
    vm.check_room_for(text.len() * 10)?;
    let mut out = Vec::with_capacity(text.len());
    for c in text.text().iter() {
        match u8::try_from(c) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(hex_escape(c).as_bytes()),
        }
    }
    vm.new_bytes(&out)
}

/// `escape` encoding of bytes: what stands between the quotes of their repr.
///
/// # Errors
/// MemoryError.
pub fn encode_bytes(vm: &Vm, data: &[u8]) -> PyResult {
    vm.check_room_for(data.len() * 4)?;
    let mut out = Vec::with_capacity(data.len());
    for byte in data {
        match byte {
            b'\\' | b'\'' => out.extend_from_slice(&[b'\\', *byte]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x20..=0x7e => out.push(*byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    vm.new_bytes(&out)
}

/// `escape` decoding: bytes of the escapes in bytes.
///
/// # Errors
/// ValueError for a bad escape, DeprecationWarning where that is an error.
pub fn decode_bytes(vm: &Vm, data: &[u8], errors: &str) -> PyResult {
    let mut out = Vec::with_capacity(data.len());
    let mut invalid = Invalid::default();
    let mut at = 0;
    while let Some(byte) = data.get(at) {
        if *byte != b'\\' {
            out.push(*byte);
            at += 1;
            continue;
        }
        let Some(letter) = data.get(at + 1).copied() else { return Err(vm.value_error("Trailing \\ in string")) };
        match letter {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (value, end) = octal(data, at + 2, letter);
                if value > 0xff {
                    invalid.note(value);
                }
                out.push(value as u8);
                at = end;
            }
            b'x' => match hex(data, at + 2, 2) {
                (Hex::Value(value), end) => {
                    out.push(value as u8);
                    at = end;
                }
                _ => {
                    match errors {
                        "strict" => return Err(vm.value_error(format!("invalid \\x escape at position {at}"))),
                        "replace" => out.push(b'?'),
                        "ignore" => {}
                        _ => {
                            let text = format!("decoding error; unknown error handling code: {errors}");
                            return Err(vm.value_error(text));
                        }
                    }
                    // One digit is skipped as well.
                    at += if data.get(at + 2).is_some_and(u8::is_ascii_hexdigit) { 3 } else { 2 };
                }
            },
            _ => {
                if let Some(simple) = simple_escape(letter) {
                    out.push(simple);
                } else {
                    invalid.note(letter.into());
                    out.extend_from_slice(&[b'\\', letter]);
                }
                at += 2;
            }
        }
    }
    invalid.warn(vm, "b")?;
    vm.new_bytes(&out)
}
