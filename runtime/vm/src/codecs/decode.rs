//! Decoding by the encodings that are native to strings, all at once or part by part.

use super::encoding::{Encoding, Order};
use super::errors::{Decoder, Handler};
use crate::error::PyResult;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// The string of bytes.
///
/// # Errors
/// LookupError for an unknown handler, UnicodeDecodeError, whatever a handler raises.
pub fn decode(vm: &Vm, data: &[u8], encoding: Encoding, errors: &str) -> PyResult {
    match encoding {
        Encoding::Ascii | Encoding::Utf8 if data.is_ascii() => return Str::from_latin1(vm, data).map(Value::from),
        Encoding::Latin1 => return Str::from_latin1(vm, data).map(Value::from),
        Encoding::Utf8 => {
            if let Ok(text) = core::str::from_utf8(data) {
                return vm.new_str(text);
            }
        }
        _ => {}
    }
    decode_part(vm, data, encoding, errors, true).map(|part| part.text)
}

/// What became of some bytes.
pub struct Part {
    pub text: Value,
    /// How many bytes were used; the rest is the beginning of a character.
    pub consumed: usize,
    /// The order of bytes that a mark at the beginning named.
    pub order: Option<Order>,
}

/// The string of bytes of which more may come, unless they are the last.
///
/// # Errors
/// As for [`decode()`].
pub fn decode_part(vm: &Vm, data: &[u8], encoding: Encoding, errors: &str, last: bool) -> PyResult<Part> {
    let (encoding, order, start) = match encoding {
        Encoding::Utf8Sig if data.starts_with(b"\xef\xbb\xbf") => (Encoding::Utf8, None, 3),
        Encoding::Utf16(None) => match data {
            [0xff, 0xfe, ..] => (Encoding::Utf16(Some(Order::Little)), Some(Order::Little), 2),
            [0xfe, 0xff, ..] => (Encoding::Utf16(Some(Order::Big)), Some(Order::Big), 2),
            _ => (Encoding::Utf16(Some(Order::Little)), None, 0),
        },
        Encoding::Utf32(None) => match data {
            [0xff, 0xfe, 0, 0, ..] => (Encoding::Utf32(Some(Order::Little)), Some(Order::Little), 4),
            [0, 0, 0xfe, 0xff, ..] => (Encoding::Utf32(Some(Order::Big)), Some(Order::Big), 4),
            _ => (Encoding::Utf32(Some(Order::Little)), None, 0),
        },
        encoding => (encoding, None, 0),
    };
    let mut decoder = Decoder::new(vm, encoding.name(), data, errors);
    let consumed = match encoding {
        Encoding::Ascii => ascii(&mut decoder)?,
        Encoding::Latin1 => {
            decoder.out.push_text(crate::types::str::Text::Latin1(data));
            data.len()
        }
        Encoding::Utf8 | Encoding::Utf8Sig => utf8(&mut decoder, start, last)?,
        Encoding::Utf16(order) => utf16(&mut decoder, order.unwrap_or(Order::Little), start, last)?,
        Encoding::Utf32(order) => utf32(&mut decoder, order.unwrap_or(Order::Little), start, last)?,
    };
    Ok(Part { text: decoder.finish()?, consumed, order })
}

fn ascii(decoder: &mut Decoder<'_>) -> PyResult<usize> {
    let mut at = 0;
    while let Some(byte) = decoder.input.get(at) {
        if byte.is_ascii() {
            let byte = *byte;
            decoder.out.push(byte.into());
            at += 1;
        } else {
            at = decoder.error(at, at + 1, "ordinal not in range(128)")?;
        }
    }
    Ok(at)
}

/// Handles an error; the handler "surrogatepass" decodes a surrogate in these encodings.
fn error(decoder: &mut Decoder<'_>, encoding: Encoding, start: usize, end: usize, reason: &str) -> PyResult<usize> {
    if decoder.handler == Handler::SurrogatePass
        && let Some((surrogate, len)) = encoding.surrogate_at(&decoder.input[start..])
    {
        decoder.out.push(surrogate);
        return Ok(start + len);
    }
    decoder.error(start, end, reason)
}

fn utf8(decoder: &mut Decoder<'_>, mut at: usize, last: bool) -> PyResult<usize> {
    loop {
        let rest = decoder.input.get(at..).unwrap_or_default();
        let (valid, failure) = match core::str::from_utf8(rest) {
            Ok(_) => (rest.len(), None),
            Err(error) => (error.valid_up_to(), Some(error.error_len())),
        };
        decoder.out.push_str(core::str::from_utf8(&rest[..valid]).unwrap_or_default());
        let start = at + valid;
        at = match failure {
            None => return Ok(start),
            Some(None) if !last => return Ok(start),
            Some(None) => {
                let end = decoder.input.len();
                error(decoder, Encoding::Utf8, start, end, "unexpected end of data")?
            }
            Some(Some(len)) => {
                // The first bytes of a surrogate may be the last ones that have come.
                if !last && matches!(rest[valid..], [0xed, 0xa0..=0xbf]) {
                    return Ok(start);
                }
                let reason = match decoder.input[start] {
                    0x80..=0xc1 | 0xf5.. => "invalid start byte",
                    _ => "invalid continuation byte",
                };
                error(decoder, Encoding::Utf8, start, start + len, reason)?
            }
        };
    }
}

fn utf16(decoder: &mut Decoder<'_>, order: Order, mut at: usize, last: bool) -> PyResult<usize> {
    let encoding = Encoding::Utf16(Some(order));
    while at < decoder.input.len() {
        let unit = |at: usize| {
            let bytes: [u8; 2] = decoder.input.get(at..at + 2)?.try_into().ok()?;
            Some(u32::from(if order == Order::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
        };
        let end = decoder.input.len();
        at = match (unit(at), unit(at + 2)) {
            (None, _) if !last => break,
            (None, _) => error(decoder, encoding, at, end, "truncated data")?,
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                decoder.out.push(0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
                at + 4
            }
            (Some(0xd800..=0xdbff), None) if !last => break,
            (Some(0xd800..=0xdbff), None) => error(decoder, encoding, at, end, "unexpected end of data")?,
            (Some(0xd800..=0xdbff), Some(_)) => error(decoder, encoding, at, at + 2, "illegal UTF-16 surrogate")?,
            (Some(0xdc00..=0xdfff), _) => error(decoder, encoding, at, at + 2, "illegal encoding")?,
            (Some(unit), _) => {
                decoder.out.push(unit);
                at + 2
            }
        };
    }
    Ok(at)
}

fn utf32(decoder: &mut Decoder<'_>, order: Order, mut at: usize, last: bool) -> PyResult<usize> {
    let encoding = Encoding::Utf32(Some(order));
    while at < decoder.input.len() {
        let Some(bytes) = decoder.input.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()) else {
            if !last {
                break;
            }
            let end = decoder.input.len();
            at = error(decoder, encoding, at, end, "truncated data")?;
            continue;
        };
        let unit = if order == Order::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        at = match unit {
            0xd800..=0xdfff => {
                let reason = "code point in surrogate code point range(0xd800, 0xe000)";
                error(decoder, encoding, at, at + 4, reason)?
            }
            0x11_0000.. => error(decoder, encoding, at, at + 4, "code point not in range(0x110000)")?,
            _ => {
                decoder.out.push(unit);
                at + 4
            }
        };
    }
    Ok(at)
}
