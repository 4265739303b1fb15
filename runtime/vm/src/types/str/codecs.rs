//! Encodings: `str.encode`, `bytes.decode`, `str(bytes, ..)`. The Unicode encodings, ASCII and Latin-1 are native, with
//! all standard error handlers.

use orochi_gc::Gc;

use super::fill::Builder;
use super::repr::push_hex_escape;
use super::{Str, Text, push_wtf8};
use crate::error::{PyResult, Raised};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::value::Value;
use crate::vm::Vm;

/// An encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Ascii,
    Latin1,
    Utf8,
    /// With a byte order mark at the start.
    Utf8Sig,
    /// Units of two or four bytes; the byte order of the machine, with a mark, where none is named.
    Utf16(Option<Order>),
    Utf32(Option<Order>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    Little,
    Big,
}

impl Encoding {
    /// The encoding of a name or one of its aliases.
    fn named(name: &str) -> Option<Encoding> {
        let name: String =
            name.chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" => Encoding::Utf8,
            "utf_8_sig" => Encoding::Utf8Sig,
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "iso646_us" | "us" => Encoding::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "cp819"
            | "iso_ir_100" => Encoding::Latin1,
            "utf_16" | "utf16" | "u16" => Encoding::Utf16(None),
            "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Encoding::Utf16(Some(Order::Little)),
            "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Encoding::Utf16(Some(Order::Big)),
            "utf_32" | "utf32" | "u32" => Encoding::Utf32(None),
            "utf_32_le" | "utf_32le" => Encoding::Utf32(Some(Order::Little)),
            "utf_32_be" | "utf_32be" => Encoding::Utf32(Some(Order::Big)),
            _ => return None,
        })
    }

    /// The name in errors.
    fn name(self) -> &'static str {
        match self {
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "latin-1",
            Encoding::Utf8 | Encoding::Utf8Sig => "utf-8",
            Encoding::Utf16(None) => "utf-16",
            Encoding::Utf16(Some(Order::Little)) => "utf-16-le",
            Encoding::Utf16(Some(Order::Big)) => "utf-16-be",
            Encoding::Utf32(None) => "utf-32",
            Encoding::Utf32(Some(Order::Little)) => "utf-32-le",
            Encoding::Utf32(Some(Order::Big)) => "utf-32-be",
        }
    }

    /// Why a code point cannot be encoded.
    fn reason(self) -> &'static str {
        match self {
            Encoding::Ascii => "ordinal not in range(128)",
            Encoding::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        }
    }

    fn can_encode(self, code_point: u32) -> bool {
        match self {
            Encoding::Ascii => code_point < 0x80,
            Encoding::Latin1 => code_point < 0x100,
            _ => !(0xd800..0xe000).contains(&code_point),
        }
    }

    /// Appends a code point, a surrogate too.
    fn push(self, out: &mut Vec<u8>, code_point: u32) {
        match self {
            Encoding::Ascii | Encoding::Latin1 => out.push(code_point as u8),
            Encoding::Utf8 | Encoding::Utf8Sig => push_wtf8(out, code_point),
            Encoding::Utf16(order) => {
                let mut unit = |unit: u32| match order {
                    Some(Order::Big) => out.extend((unit as u16).to_be_bytes()),
                    _ => out.extend((unit as u16).to_le_bytes()),
                };
                match code_point.checked_sub(0x1_0000) {
                    Some(rest) => {
                        unit(0xd800 | rest >> 10);
                        unit(0xdc00 | rest & 0x3ff);
                    }
                    None => unit(code_point),
                }
            }
            Encoding::Utf32(Some(Order::Big)) => out.extend(code_point.to_be_bytes()),
            Encoding::Utf32(_) => out.extend(code_point.to_le_bytes()),
        }
    }

    /// The smallest number of bytes a code point takes.
    fn unit(self) -> usize {
        match self {
            Encoding::Utf16(_) => 2,
            Encoding::Utf32(_) => 4,
            _ => 1,
        }
    }
}

/// The canonical name of an encoding that is native, or of one of its aliases.
#[must_use]
pub fn find_name(name: &str) -> Option<&'static str> {
    match Encoding::named(name)? {
        Encoding::Utf8Sig => Some("utf-8-sig"),
        encoding => Some(encoding.name()),
    }
}

/// The canonical name of an encoding, or of one of its aliases.
///
/// # Errors
/// LookupError for an unknown encoding.
pub fn canonical_name(vm: &Vm, name: &str) -> PyResult<&'static str> {
    match Encoding::named(name) {
        Some(Encoding::Utf8Sig) => Ok("utf-8-sig"),
        Some(encoding) => Ok(encoding.name()),
        None => Err(unknown_encoding(vm, name)),
    }
}

#[cold]
fn unknown_encoding(vm: &Vm, name: &str) -> Raised {
    vm.raise(vm.types().lookup_error, format!("unknown encoding: {name}"))
}

#[cold]
fn unknown_handler(vm: &Vm, name: &str) -> Raised {
    vm.raise(vm.types().lookup_error, format!("unknown error handler name '{name}'"))
}

/// The bytes of a bytes-like object; `None` for other values.
#[must_use]
pub fn bytes_of(value: Value) -> Option<Vec<u8>> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Some(bytes.as_slice().to_vec());
    }
    value.cast::<ByteArray>().and_then(|array| array.data.try_borrow().ok().map(|data| data.clone()))
}

// ---- encoding --------------------------------------------------------------------------------------------------------

/// The bytes of a string in an encoding.
///
/// # Errors
/// LookupError for an unknown encoding or handler, UnicodeEncodeError.
pub fn encode(vm: &Vm, text: Gc<Str>, encoding: &str, errors: &str) -> PyResult<Vec<u8>> {
    let Some(encoding) = Encoding::named(encoding) else { return Err(unknown_encoding(vm, encoding)) };
    match (encoding, text.text()) {
        (Encoding::Ascii | Encoding::Utf8, Text::Latin1(units)) if text.is_ascii() => return copy(vm, units),
        (Encoding::Latin1, Text::Latin1(units)) => return copy(vm, units),
        _ => {}
    }
    let mut out = Vec::new();
    // A code point takes four bytes at most, but for the replacements of one that cannot be encoded.
    let size = match (encoding.unit(), text.text()) {
        (1, Text::Latin1(units)) => units.len() * 2,
        (1, Text::Ucs2(units)) => units.len() * 3,
        _ => text.len() * 4,
    };
    if out.try_reserve_exact(size + 4).is_err() {
        return Err(vm.memory_error());
    }
    if matches!(encoding, Encoding::Utf8Sig | Encoding::Utf16(None) | Encoding::Utf32(None)) {
        encoding.push(&mut out, 0xfeff);
    }
    let mut at = 0;
    while at < text.len() {
        let code_point = text.text().at(at);
        if encoding.can_encode(code_point) {
            encoding.push(&mut out, code_point);
            at += 1;
            continue;
        }
        let rest = text.text().slice(at, text.len());
        let end = at + rest.iter().take_while(|c| !encoding.can_encode(*c)).count();
        encode_error(vm, &mut out, encoding, text, (at, end), errors)?;
        at = end;
    }
    Ok(out)
}

fn copy(vm: &Vm, units: &[u8]) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(units.len()).is_err() {
        return Err(vm.memory_error());
    }
    bytes.extend_from_slice(units);
    Ok(bytes)
}

/// Handles a run of code points that cannot be encoded.
fn encode_error(
    vm: &Vm,
    out: &mut Vec<u8>,
    encoding: Encoding,
    text: Gc<Str>,
    (start, end): (usize, usize),
    errors: &str,
) -> PyResult<()> {
    let run = text.text().slice(start, end);
    let strict = |start: usize| {
        let items = [
            vm.new_str(encoding.name())?,
            text.into(),
            vm.new_int(start as i64)?,
            vm.new_int(end as i64)?,
            vm.new_str(encoding.reason())?,
        ];
        Err(vm.raise_with(vm.types().unicode_encode_error, &items))
    };
    let mut push_all = |replacement: &str| replacement.bytes().for_each(|byte| encoding.push(out, byte.into()));
    match errors {
        "strict" => return strict(start),
        "ignore" => {}
        "replace" => run.iter().for_each(|_| push_all("?")),
        "xmlcharrefreplace" => run.iter().for_each(|c| push_all(&format!("&#{c};"))),
        "backslashreplace" | "namereplace" => {
            let mut escaped = Builder::new();
            run.iter().for_each(|c| push_hex_escape(&mut escaped, c));
            escaped.text().iter().for_each(|c| encoding.push(out, c));
        }
        "surrogateescape" => {
            for (index, c) in run.iter().enumerate() {
                match c {
                    0xdc80..=0xdcff if encoding.unit() == 1 => out.push((c - 0xdc00) as u8),
                    _ => return strict(start + index),
                }
            }
        }
        "surrogatepass" if !matches!(encoding, Encoding::Ascii | Encoding::Latin1) => {
            run.iter().for_each(|c| encoding.push(out, c));
        }
        "surrogatepass" => return strict(start),
        _ => return Err(unknown_handler(vm, errors)),
    }
    Ok(())
}

// ---- decoding --------------------------------------------------------------------------------------------------------

/// What is being decoded.
struct Decoder<'a> {
    vm: &'a Vm,
    encoding: Encoding,
    data: &'a [u8],
    errors: &'a str,
    out: Builder,
}

/// The string of bytes in an encoding.
///
/// # Errors
/// LookupError for an unknown encoding or handler, UnicodeDecodeError.
pub fn decode(vm: &Vm, data: &[u8], encoding: &str, errors: &str) -> PyResult {
    let Some(encoding) = Encoding::named(encoding) else { return Err(unknown_encoding(vm, encoding)) };
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
    let mut decoder = Decoder { vm, encoding, data, errors, out: Builder::with_capacity(data.len()) };
    match encoding {
        Encoding::Ascii | Encoding::Latin1 => decoder.ascii()?,
        Encoding::Utf8 => decoder.utf8(0)?,
        Encoding::Utf8Sig => decoder.utf8(if data.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 })?,
        Encoding::Utf16(order) => {
            let (order, start) = match (order, data) {
                (Some(order), _) => (order, 0),
                (None, [0xff, 0xfe, ..]) => (Order::Little, 2),
                (None, [0xfe, 0xff, ..]) => (Order::Big, 2),
                (None, _) => (Order::Little, 0),
            };
            decoder.encoding = Encoding::Utf16(Some(order));
            decoder.utf16(order, start)?;
        }
        Encoding::Utf32(order) => {
            let (order, start) = match (order, data) {
                (Some(order), _) => (order, 0),
                (None, [0xff, 0xfe, 0, 0, ..]) => (Order::Little, 4),
                (None, [0, 0, 0xfe, 0xff, ..]) => (Order::Big, 4),
                (None, _) => (Order::Little, 0),
            };
            decoder.encoding = Encoding::Utf32(Some(order));
            decoder.utf32(order, start)?;
        }
    }
    decoder.out.finish(vm)
}

impl Decoder<'_> {
    fn ascii(&mut self) -> PyResult<()> {
        let mut at = 0;
        while let Some(byte) = self.data.get(at) {
            if byte.is_ascii() {
                self.out.push((*byte).into());
                at += 1;
            } else {
                at = self.error(at, at + 1, "ordinal not in range(128)")?;
            }
        }
        Ok(())
    }

    fn utf8(&mut self, mut at: usize) -> PyResult<()> {
        loop {
            let rest = self.data.get(at..).unwrap_or_default();
            let (valid, failure) = match core::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            self.out.push_str(core::str::from_utf8(&rest[..valid]).unwrap_or_default());
            let start = at + valid;
            at = match failure {
                None => return Ok(()),
                Some(None) => self.error(start, self.data.len(), "unexpected end of data")?,
                Some(Some(len)) => {
                    let reason = match self.data[start] {
                        0x80..=0xc1 | 0xf5.. => "invalid start byte",
                        _ => "invalid continuation byte",
                    };
                    self.error(start, start + len, reason)?
                }
            };
        }
    }

    fn utf16(&mut self, order: Order, mut at: usize) -> PyResult<()> {
        let data = self.data;
        let unit = |at: usize| {
            let bytes: [u8; 2] = data.get(at..at + 2)?.try_into().ok()?;
            Some(u32::from(if order == Order::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
        };
        while at < data.len() {
            at = match (unit(at), unit(at + 2)) {
                (None, _) => self.error(at, data.len(), "truncated data")?,
                (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                    self.out.push(0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
                    at + 4
                }
                (Some(0xd800..=0xdbff), None) => self.error(at, data.len(), "unexpected end of data")?,
                (Some(0xd800..=0xdbff), Some(_)) => self.error(at, at + 2, "illegal UTF-16 surrogate")?,
                (Some(0xdc00..=0xdfff), _) => self.error(at, at + 2, "illegal encoding")?,
                (Some(unit), _) => {
                    self.out.push(unit);
                    at + 2
                }
            };
        }
        Ok(())
    }

    fn utf32(&mut self, order: Order, mut at: usize) -> PyResult<()> {
        while at < self.data.len() {
            let Some(bytes) = self.data.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()) else {
                at = self.error(at, self.data.len(), "truncated data")?;
                continue;
            };
            let unit = if order == Order::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
            at = match unit {
                0xd800..=0xdfff => {
                    self.error(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)")?
                }
                0x11_0000.. => self.error(at, at + 4, "code point not in range(0x110000)")?,
                _ => {
                    self.out.push(unit);
                    at + 4
                }
            };
        }
        Ok(())
    }

    /// Handles bytes that mean nothing: where to go on.
    fn error(&mut self, start: usize, end: usize, reason: &str) -> PyResult<usize> {
        let bad = &self.data[start..end];
        match self.errors {
            "strict" => return Err(self.raise(start, end, reason)),
            "ignore" => {}
            "replace" => self.out.push(0xfffd),
            "backslashreplace" => bad.iter().for_each(|byte| push_hex_escape(&mut self.out, (*byte).into())),
            "surrogateescape" => {
                let high = bad.iter().take_while(|byte| !byte.is_ascii()).count();
                if high == 0 {
                    return Err(self.raise(start, end, reason));
                }
                bad[..high].iter().for_each(|byte| self.out.push(0xdc00 + u32::from(*byte)));
                return Ok(start + high);
            }
            "surrogatepass" => match self.surrogate_at(start) {
                Some((surrogate, len)) => {
                    self.out.push(surrogate);
                    return Ok(start + len);
                }
                None => return Err(self.raise(start, end, reason)),
            },
            "xmlcharrefreplace" | "namereplace" => {
                let text = "don't know how to handle UnicodeDecodeError in error callback";
                return Err(self.vm.type_error(text));
            }
            _ => return Err(unknown_handler(self.vm, self.errors)),
        }
        Ok(end)
    }

    /// The encoded surrogate at a place, and its bytes.
    fn surrogate_at(&self, at: usize) -> Option<(u32, usize)> {
        let rest = &self.data[at..];
        let (unit, len) = match (self.encoding, rest) {
            (Encoding::Utf8 | Encoding::Utf8Sig, [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..]) => {
                (0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f), 3)
            }
            (Encoding::Utf16(Some(Order::Big)), [a, b, ..]) => (u32::from(u16::from_be_bytes([*a, *b])), 2),
            (Encoding::Utf16(_), [a, b, ..]) => (u32::from(u16::from_le_bytes([*a, *b])), 2),
            (Encoding::Utf32(Some(Order::Big)), [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
            (Encoding::Utf32(_), [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
            _ => return None,
        };
        (0xd800..0xe000).contains(&unit).then_some((unit, len))
    }

    #[cold]
    fn raise(&self, start: usize, end: usize, reason: &str) -> Raised {
        let vm = self.vm;
        let items = || -> PyResult<[Value; 5]> {
            Ok([
                vm.new_str(self.encoding.name())?,
                vm.new_bytes(self.data)?,
                vm.new_int(start as i64)?,
                vm.new_int(end as i64)?,
                vm.new_str(reason)?,
            ])
        };
        match items() {
            Ok(items) => vm.raise_with(vm.types().unicode_decode_error, &items),
            Err(raised) => raised,
        }
    }
}
