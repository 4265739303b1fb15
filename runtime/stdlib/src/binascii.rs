//! `binascii`: bytes as text and back (base64, hexadecimal, uuencode, quoted-printable), checksums.

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer::{self, Buffer};
use orochi_vm::types::bytes::hexadecimal;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

use crate::host;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: FUNCTIONS,
    init: |vm, module| {
        module.dict().set_str(vm, vm.intern("Error"), error_class(vm)?.into())?;
        let incomplete = vm.module_class_with(&INCOMPLETE, &[vm.types().exception])?;
        module.dict().set_str(vm, vm.intern("Incomplete"), incomplete.into())
    },
};

static ERROR: ClassDef =
    ClassDef { flags: orochi_vm::object::class::flags::BASE, ..ClassDef::new("binascii.Error", "", Layout::Exception) };

static INCOMPLETE: ClassDef = ClassDef {
    flags: orochi_vm::object::class::flags::BASE,
    ..ClassDef::new("binascii.Incomplete", "", Layout::Exception)
};

fn error_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&ERROR, &[vm.types().value_error])
}

fn error(vm: &Vm, message: &str) -> Raised {
    match error_class(vm) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// The bytes of an argument that is ASCII text or bytes-like.
fn ascii(vm: &Vm, value: Value) -> PyResult<Buffer> {
    if let Some(text) = value.cast::<Str>() {
        return match text.as_ascii() {
            Some(text) => Ok(Buffer::Copied(text.as_bytes().to_vec())),
            None => Err(vm.value_error("string argument should contain only ASCII characters")),
        };
    }
    buffer::find(value).ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("argument should be bytes, buffer or ASCII string, not '{name}'"))
    })
}

fn flag(vm: &Vm, value: Value, default: bool) -> PyResult<bool> {
    value.bound().map_or(Ok(default), |value| vm.is_true(value))
}

// ---- base64 --------------------------------------------------------------------------------------------------------------

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What each byte stands for in base64, 255 for none.
static VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut index = 0;
    while index < 64 {
        values[ALPHABET[index] as usize] = index as u8;
        index += 1;
    }
    values
};

fn decode_base64(vm: &Vm, text: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    if strict && text.first() == Some(&b'=') {
        return Err(error(vm, "Leading padding not allowed"));
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut place, mut rest, mut pads, mut padding) = (0, 0u8, 0, false);
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'=' {
            padding = true;
            pads += usize::from(place >= 2);
            if place >= 2 && place + pads >= 4 {
                if strict && at + 1 < text.len() {
                    return Err(error(vm, "Excess data after padding"));
                }
                return Ok(bytes);
            }
            continue;
        }
        let value = VALUES[usize::from(*byte)];
        if value == 255 {
            if strict {
                return Err(error(vm, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && padding {
            return Err(error(vm, "Discontinuous padding not allowed"));
        }
        pads = 0;
        match place {
            0 => rest = value,
            1 => {
                bytes.push(rest << 2 | value >> 4);
                rest = value & 0xf;
            }
            2 => {
                bytes.push(rest << 4 | value >> 2);
                rest = value & 3;
            }
            _ => {
                bytes.push(rest << 6 | value);
                rest = 0;
            }
        }
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(bytes),
        1 => {
            let count = bytes.len() / 3 * 4 + 1;
            Err(error(
                vm,
                &format!(
                    "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
                ),
            ))
        }
        _ => Err(error(vm, "Incorrect padding")),
    }
}

fn encode_base64(bytes: &[u8], newline: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    let digit = |bits: u32| ALPHABET[(bits & 63) as usize];
    for chunk in bytes.chunks(3) {
        let part = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        text.push(digit(bits >> 18));
        text.push(digit(bits >> 12));
        text.push(if chunk.len() > 1 { digit(bits >> 6) } else { b'=' });
        text.push(if chunk.len() > 2 { digit(bits) } else { b'=' });
    }
    if newline {
        text.push(b'\n');
    }
    text
}

// ---- uuencode ------------------------------------------------------------------------------------------------------------

fn decode_uu(vm: &Vm, text: &[u8]) -> PyResult<Vec<u8>> {
    let first = text.first().copied().unwrap_or(0);
    let length = usize::from(first.wrapping_sub(b' ') & 0o77);
    let mut rest = text.get(1..).unwrap_or(&[]).iter().copied();
    let mut bytes = Vec::with_capacity(length);
    let (mut bits, mut count) = (0u32, 0);
    while bytes.len() < length {
        // What a line lacks at its end is taken to be spaces that were lost.
        let value = match rest.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(byte @ 0x20..=0x60) => (byte - b' ') & 0o77,
            Some(_) => return Err(error(vm, "Illegal char")),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.any(|byte| !matches!(byte, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(vm, "Trailing garbage"));
    }
    Ok(bytes)
}

fn encode_uu(bytes: &[u8], backtick: bool) -> Vec<u8> {
    let digit = |value: u32| if backtick && value == 0 { b'`' } else { b' ' + value as u8 };
    let mut text = vec![digit(bytes.len() as u32)];
    for chunk in bytes.chunks(3) {
        let part = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        text.extend([18, 12, 6, 0].map(|shift| digit(bits >> shift & 63)));
    }
    text.push(b'\n');
    text
}

// ---- quoted-printable ----------------------------------------------------------------------------------------------------

fn hex_digit(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8)
}

fn decode_qp(text: &[u8], header: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'=' => match text.get(at) {
                None => break,
                // A soft line break.
                Some(b'\n') => at += 1,
                Some(b'\r') => {
                    at += text[at..].iter().take_while(|byte| **byte != b'\n').count();
                    at += usize::from(at < text.len());
                }
                // What a broken encoder made.
                Some(b'=') => {
                    bytes.push(b'=');
                    at += 1;
                }
                next => match (hex_digit(next), hex_digit(text.get(at + 1))) {
                    (Some(high), Some(low)) => {
                        bytes.push(high << 4 | low);
                        at += 2;
                    }
                    _ => bytes.push(b'='),
                },
            },
            b'_' if header => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    bytes
}

/// The longest line.
const LINE: usize = 76;

fn encode_qp(bytes: &[u8], quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
    let newline = memchr::memchr(b'\n', bytes);
    let line_end: &[u8] = if newline.is_some_and(|at| at > 0 && bytes[at - 1] == b'\r') { b"\r\n" } else { b"\n" };
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len() * 2);
    let quoted = |byte: u8| {
        let digit = |value: u8| b"0123456789ABCDEF"[usize::from(value)];
        [b'=', digit(byte >> 4), digit(byte & 15)]
    };
    let (mut at, mut line) = (0, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied();
        let must_quote = byte > 126
            || byte == b'='
            || header && byte == b'_'
            || byte == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !istext && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && next.is_none()
            || byte < 33 && !matches!(byte, b'\r' | b'\n') && (quotetabs || !matches!(byte, b'\t' | b' '));
        if must_quote {
            if line + 3 >= LINE {
                out.push(b'=');
                out.extend(line_end);
                line = 0;
            }
            out.extend(quoted(byte));
            line += 3;
            at += 1;
        } else if istext && (byte == b'\n' || byte == b'\r' && next == Some(b'\n')) {
            line = 0;
            // White space at the end of a line would be lost.
            if let Some(last @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                out.extend(quoted(last));
            }
            out.extend(line_end);
            at += if byte == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|next| next != b'\n') && line + 1 >= LINE {
                out.push(b'=');
                out.extend(line_end);
                line = 0;
            }
            line += 1;
            out.push(if header && byte == b' ' { b'_' } else { byte });
            at += 1;
        }
    }
    out
}

/// The checksum of BinHex.
fn crc_hqx(bytes: &[u8], start: u32) -> u32 {
    bytes.iter().fold(start & 0xffff, |mut crc, byte| {
        crc ^= u32::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 } & 0xffff;
        }
        crc
    })
}

fn decode_hex(vm: &Vm, text: &[u8]) -> PyResult<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return Err(error(vm, "Odd-length string"));
    }
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks_exact(2) {
        match (hex_digit(pair.first()), hex_digit(pair.get(1))) {
            (Some(high), Some(low)) => bytes.push(high << 4 | low),
            _ => return Err(error(vm, "Non-hexadecimal digit found")),
        }
    }
    Ok(bytes)
}

/// Hexadecimal digits as bytes.
fn hexlify(vm: &Vm, args: &[Value]) -> PyResult {
    let bytes = buffer::required(vm, args[0])?;
    let text = hexadecimal::hex(vm, &bytes, args[1], args[2])?;
    vm.new_bytes(&text.expect::<Str>().to_wtf8())
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not in the base64 standard are not allowed. The same applies to excess data after padding (= /
    ///     ==).
    #[method("a2b_base64(data, /, *, strict_mode=False)")]
    fn a2b_base64(vm: &Vm, args: &[Value]) -> PyResult {
        let (text, strict) = (ascii(vm, args[0])?, flag(vm, args[1], false)?);
        vm.new_bytes(&decode_base64(vm, &text, strict)?)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case). This function is also available as "unhexlify()".
    #[method("a2b_hex(hexstr, /)")]
    fn a2b_hex(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&decode_hex(vm, &ascii(vm, args[0])?)?)
    }

    /// Decode a string of qp-encoded data.
    #[method("a2b_qp(data, header=False)")]
    fn a2b_qp(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&decode_qp(&ascii(vm, args[0])?, flag(vm, args[1], false)?))
    }

    /// Decode a line of uuencoded data.
    #[method("a2b_uu(data, /)")]
    fn a2b_uu(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&decode_uu(vm, &ascii(vm, args[0])?)?)
    }

    /// Base64-code line of data.
    #[method("b2a_base64(data, /, *, newline=True)")]
    fn b2a_base64(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&encode_base64(&buffer::required(vm, args[0])?, flag(vm, args[1], true)?))
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators. Positive values count from the right, negative values count from the left.
    ///
    /// The return value is a bytes object. This function is also available as "hexlify()".
    #[method("b2a_hex(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(vm: &Vm, args: &[Value]) -> PyResult {
        hexlify(vm, args)
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white space at end of lines is. When istext is not set, \r and \n
    /// (CR/LF) are both encoded. When quotetabs is set, space and tabs are encoded.
    #[method("b2a_qp(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let (quotetabs, istext) = (flag(vm, args[1], false)?, flag(vm, args[2], true)?);
        vm.new_bytes(&encode_qp(&bytes, quotetabs, istext, flag(vm, args[3], false)?))
    }

    /// Uuencode line of data.
    #[method("b2a_uu(data, /, *, backtick=False)")]
    fn b2a_uu(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let backtick = flag(vm, args[1], false)?;
        if bytes.len() > 45 {
            return Err(error(vm, "At most 45 bytes at once"));
        }
        vm.new_bytes(&encode_uu(&bytes, backtick))
    }

    /// Compute CRC-32 incrementally.
    #[method("crc32(data, crc=0, /)")]
    fn crc32(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        let start = args[1].bound().map_or(Ok(0), |start| host::mask(vm, start).map(|bits| bits as u32))?;
        let mut hasher = crc32fast::Hasher::new_with_initial(start);
        vm.allow_threads(|| hasher.update(&bytes));
        vm.new_int(i64::from(hasher.finalize()))
    }

    /// Compute CRC-CCITT incrementally.
    #[method("crc_hqx(data, crc, /)")]
    fn crc_hqx_of(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        vm.new_int(i64::from(crc_hqx(&bytes, host::mask(vm, args[1])? as u32)))
    }

    /// Hexadecimal representation of binary data.
    ///
    /// The return value is a bytes object. This function is also available as "b2a_hex()".
    #[method("hexlify(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify_of(vm: &Vm, args: &[Value]) -> PyResult {
        hexlify(vm, args)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[method("unhexlify(hexstr, /)")]
    fn unhexlify(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&decode_hex(vm, &ascii(vm, args[0])?)?)
    }
}
