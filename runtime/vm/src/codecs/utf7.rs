//! UTF-7 (RFC 2152): ASCII, with the rest in base64 between `+` and `-`.

use orochi_gc::Gc;

use super::errors::Decoder;
use crate::error::PyResult;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of a base64 character.
fn bits_of(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Whether a code point stands for itself outside of base64. Those that may or may not do.
fn is_direct(c: u32) -> bool {
    matches!(c, 0x09 | 0x0a | 0x0d | 0x20..=0x7d) && !matches!(c, 0x2b | 0x5c)
}

/// The bytes of a string. UTF-7 encodes all of them, lone surrogates too.
///
/// # Errors
/// MemoryError.
pub fn encode(vm: &Vm, text: Gc<Str>) -> PyResult {
    vm.check_room_for(text.len() * 6)?;
    let mut out = Vec::with_capacity(text.len());
    let (mut shifted, mut buffer, mut bits) = (false, 0u32, 0u32);
    for c in text.text().iter() {
        if shifted && is_direct(c) {
            if bits > 0 {
                out.push(BASE64[(buffer << (6 - bits) & 0x3f) as usize]);
                (buffer, bits) = (0, 0);
            }
            shifted = false;
            // Other characters end base64 by themselves.
            if c == u32::from(b'-') || bits_of(c as u8).is_some() {
                out.push(b'-');
            }
            out.push(c as u8);
            continue;
        }
        if !shifted {
            if c == u32::from(b'+') {
                out.extend_from_slice(b"+-");
                continue;
            }
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut units = [0u16; 2];
        let units = match char::from_u32(c) {
            Some(c) => &*c.encode_utf16(&mut units),
            None => {
                units[0] = c as u16;
                &units[..1]
            }
        };
        for unit in units {
            buffer = buffer << 16 | u32::from(*unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(BASE64[(buffer >> bits & 0x3f) as usize]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(BASE64[(buffer << (6 - bits) & 0x3f) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    vm.new_bytes(&out)
}

/// What is known inside of base64.
#[derive(Default)]
struct Shift {
    buffer: u32,
    bits: u32,
    /// A high surrogate that waits for a low one.
    surrogate: Option<u32>,
    /// Where the text began.
    text_start: usize,
}

/// The string of bytes, and how many of them were used; more may come, unless they are the last.
///
/// # Errors
/// UnicodeDecodeError, whatever the handler raises.
pub fn decode(vm: &Vm, data: &[u8], errors: &str, last: bool) -> PyResult<(Value, usize)> {
    let mut decoder = Decoder::new(vm, "utf7", data, errors);
    let mut shift: Option<Shift> = None;
    let (mut at, mut start) = (0, 0);
    loop {
        while at < decoder.input.len() {
            let byte = decoder.input[at];
            let Some(open) = &mut shift else {
                at = match (byte, decoder.input.get(at + 1)) {
                    (b'+', Some(b'-')) => {
                        decoder.out.push(b'+'.into());
                        at + 2
                    }
                    (b'+', Some(next)) if bits_of(*next).is_none() => {
                        decoder.error(at, at + 2, "ill-formed sequence")?
                    }
                    (b'+', _) => {
                        start = at;
                        shift = Some(Shift { text_start: decoder.out.len(), ..Shift::default() });
                        at + 1
                    }
                    (0..=0x7f, _) => {
                        decoder.out.push(byte.into());
                        at + 1
                    }
                    _ => decoder.error(at, at + 1, "unexpected special character")?,
                };
                continue;
            };
            if let Some(bits) = bits_of(byte) {
                open.buffer = open.buffer << 6 | bits;
                open.bits += 6;
                at += 1;
                if open.bits < 16 {
                    continue;
                }
                open.bits -= 16;
                let unit = open.buffer >> open.bits & 0xffff;
                open.buffer &= (1 << open.bits) - 1;
                if let Some(high) = open.surrogate.take() {
                    if (0xdc00..0xe000).contains(&unit) {
                        decoder.out.push(0x1_0000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
                        continue;
                    }
                    decoder.out.push(high);
                }
                if (0xd800..0xdc00).contains(&unit) {
                    open.surrogate = Some(unit);
                } else {
                    decoder.out.push(unit);
                }
                continue;
            }
            // The end of base64.
            let (bits, buffer, surrogate) = (open.bits, open.buffer, open.surrogate);
            shift = None;
            if bits >= 6 {
                at = decoder.error(start, at + 1, "partial character in shift sequence")?;
                continue;
            }
            if bits > 0 && buffer != 0 {
                at = decoder.error(start, at + 1, "non-zero padding bits in shift sequence")?;
                continue;
            }
            if let Some(high) = surrogate
                && byte < 0x80
                && byte != b'+'
            {
                decoder.out.push(high);
            }
            if byte == b'-' {
                at += 1;
            }
        }
        let Some(open) = &shift else { return Ok((decoder.finish()?, at)) };
        if !last {
            // All of the base64 comes again.
            let text_start = open.text_start;
            let mut kept = crate::types::str::fill::Builder::new();
            kept.push_text(decoder.out.text().slice(0, text_start));
            return Ok((kept.finish(vm)?, start));
        }
        let complete = open.surrogate.is_none() && open.bits < 6 && (open.bits == 0 || open.buffer == 0);
        shift = None;
        if complete {
            return Ok((decoder.finish()?, at));
        }
        let end = decoder.input.len();
        at = decoder.error(start, end, "unterminated shift sequence")?;
    }
}
