//! Decoding and encoding piece by piece: natively for UTF-8, ASCII and Latin-1 (and writing for UTF-16 and UTF-32 too), by
//! the incremental codecs of the module `codecs` for all others.

use orochi_vm::types::str::{Str, codecs};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm};

use super::super::Own;
use super::super::arguments::bytes;
use super::{DECODER, ENCODER, TextStream};

/// How bytes become text.
#[derive(Default)]
pub(super) enum Decoder {
    /// Not at all: the stream cannot be read.
    #[default]
    None,
    /// Natively. At the end of what was decoded there may be bytes that are no whole character yet.
    Native { encoding: &'static str, tail: Vec<u8> },
    /// By an object, which is one of the stream's values.
    Object,
}

/// How text becomes bytes.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Encoder {
    /// Not at all: the stream cannot be written to.
    #[default]
    None,
    /// Natively.
    Native(&'static str),
    /// By an object, which is one of the stream's values.
    Object,
}

/// The encoding, if it is one that is decoded natively.
pub(super) fn native_decoding(name: &str) -> Option<&'static str> {
    codecs::find_name(name).filter(|name| matches!(*name, "utf-8" | "ascii" | "latin-1"))
}

/// The encoding, if it is one that is encoded natively.
pub(super) fn native_encoding(name: &str) -> Option<&'static str> {
    codecs::find_name(name).filter(|name| *name != "utf-8-sig")
}

/// How many bytes at the end may be the beginning of a character.
fn incomplete(encoding: &str, bytes: &[u8]) -> usize {
    if encoding != "utf-8" {
        return 0;
    }
    // A character has at most four bytes: one of the last three may begin one that is cut.
    for back in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - back];
        if byte & 0xc0 == 0x80 {
            continue;
        }
        let rest = &bytes[bytes.len() - back..];
        let cut =
            core::str::from_utf8(rest).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none());
        return if cut { back } else { 0 };
    }
    0
}

impl Own<TextStream> {
    /// The text of more bytes.
    pub(super) fn decode(self, vm: &Vm, input: Vec<u8>, is_last: bool) -> PyResult<Gc<Str>> {
        let text = self.decode_bytes(vm, input, is_last)?;
        if self.newline.get().is_universal() { self.lines.decode(vm, text, is_last) } else { Ok(text) }
    }

    fn decode_bytes(self, vm: &Vm, mut input: Vec<u8>, is_last: bool) -> PyResult<Gc<Str>> {
        let encoding = match &mut *self.decoder.borrow_mut() {
            Decoder::Native { encoding, tail } => {
                if !tail.is_empty() {
                    tail.append(&mut input);
                    input = core::mem::take(tail);
                }
                *encoding
            }
            Decoder::Object => "",
            Decoder::None => return Ok(vm.empty_str()),
        };
        if encoding.is_empty() {
            let input = vm.new_bytes(&input)?;
            let text = vm.call_method(self.value(DECODER), "decode", &[input, vm.bool(is_last)])?;
            return text.cast::<Str>().ok_or_else(|| {
                let name = vm.type_name(text);
                vm.type_error(format!("decoder should return a string result, not '{name}'"))
            });
        }
        let cut = if is_last { 0 } else { incomplete(encoding, &input) };
        let whole = input.len() - cut;
        let text = match decode_plainly(vm, &input[..whole], encoding) {
            Some(text) => text?,
            None => {
                // A copy: an error handler may use the stream.
                let errors = self.errors.borrow().clone();
                codecs::decode(vm, &input[..whole], encoding, &errors)?.expect::<Str>()
            }
        };
        if cut > 0
            && let Decoder::Native { tail, .. } = &mut *self.decoder.borrow_mut()
        {
            input.drain(..whole);
            *tail = input;
        }
        Ok(text)
    }

    /// The decoder's state without that of ends of lines: bytes that were not decoded yet, and flags.
    fn plain_state(self, vm: &Vm) -> PyResult<(Vec<u8>, i64)> {
        match &*self.decoder.borrow() {
            Decoder::Native { tail, .. } => return Ok((tail.clone(), 0)),
            Decoder::None => return Ok((Vec::new(), 0)),
            Decoder::Object => {}
        }
        let state = vm.call_method(self.value(DECODER), "getstate", &[])?;
        let Some(tuple) = state.cast::<Tuple>() else { return Err(vm.type_error("illegal decoder state")) };
        let [buffer, flags] = tuple.items() else { return Err(vm.type_error("illegal decoder state")) };
        let Some(buffer) = bytes(*buffer) else {
            let name = vm.type_name(*buffer);
            let text = format!("illegal decoder state: the first item should be a bytes object, not '{name}'");
            return Err(vm.type_error(text));
        };
        Ok((buffer.as_slice().to_vec(), vm.index_i64(*flags)?))
    }

    /// The state of the decoder: bytes that were not decoded yet, and flags.
    pub(super) fn decoder_state(self, vm: &Vm) -> PyResult<(Vec<u8>, i64)> {
        let (buffer, flags) = self.plain_state(vm)?;
        Ok((buffer, if self.newline.get().is_universal() { self.lines.join(flags) } else { flags }))
    }

    /// Puts the decoder into a state.
    pub(super) fn set_decoder_state(self, vm: &Vm, buffer: &[u8], flags: i64) -> PyResult<()> {
        let flags = if self.newline.get().is_universal() { self.lines.split(flags) } else { flags };
        match &mut *self.decoder.borrow_mut() {
            Decoder::Native { tail, .. } => {
                tail.clear();
                tail.extend_from_slice(buffer);
                return Ok(());
            }
            Decoder::None => return Ok(()),
            Decoder::Object => {}
        }
        let state = vm.new_tuple(&[vm.new_bytes(buffer)?, vm.new_int(flags)?])?;
        vm.call_method(self.value(DECODER), "setstate", &[state]).map(drop)
    }

    /// Has the decoder forget everything.
    pub(super) fn reset_decoder(self, vm: &Vm) -> PyResult<()> {
        if self.newline.get().is_universal() {
            self.lines.reset();
        }
        match &mut *self.decoder.borrow_mut() {
            Decoder::Native { tail, .. } => {
                tail.clear();
                return Ok(());
            }
            Decoder::None => return Ok(()),
            Decoder::Object => {}
        }
        vm.call_method(self.value(DECODER), "reset", &[]).map(drop)
    }

    /// Whether the stream can be read.
    #[inline]
    pub(super) fn can_decode(self) -> bool {
        !matches!(&*self.decoder.borrow(), Decoder::None)
    }

    /// The bytes of a text.
    pub(super) fn encode(self, vm: &Vm, text: Gc<Str>) -> PyResult<Vec<u8>> {
        match self.encoder.get() {
            Encoder::None => Ok(Vec::new()),
            Encoder::Native(encoding) => {
                let errors = self.errors.borrow().clone();
                // Only the first text of a file has a byte order mark.
                let encoding = if self.at_start.get() { encoding } else { without_mark(encoding) };
                let encoded = codecs::encode(vm, text, encoding, &errors);
                self.at_start.set(false);
                encoded
            }
            Encoder::Object => {
                let encoded = vm.call_method(self.value(ENCODER), "encode", &[text.into()])?;
                match bytes(encoded) {
                    Some(encoded) => Ok(encoded.as_slice().to_vec()),
                    None => {
                        let name = vm.type_name(encoded);
                        Err(vm.type_error(format!("encoder should return a bytes object, not '{name}'")))
                    }
                }
            }
        }
    }

    /// Tells the encoder whether the file begins with what is written next.
    pub(super) fn set_encoder_start(self, vm: &Vm, at_start: bool) -> PyResult<()> {
        self.at_start.set(at_start);
        if self.encoder.get() != Encoder::Object {
            return Ok(());
        }
        let encoder = self.value(ENCODER);
        if at_start {
            vm.call_method(encoder, "reset", &[]).map(drop)
        } else {
            vm.call_method(encoder, "setstate", &[Value::ZERO]).map(drop)
        }
    }
}

/// The text of bytes that need no error handler.
fn decode_plainly(vm: &Vm, input: &[u8], encoding: &str) -> Option<PyResult<Gc<Str>>> {
    match encoding {
        "latin-1" => Some(Str::from_latin1(vm, input)),
        _ if input.is_ascii() => Some(Str::from_latin1(vm, input)),
        "utf-8" => core::str::from_utf8(input).ok().map(|text| Str::from_utf8(vm, text)),
        _ => None,
    }
}

/// The encoding of what follows the beginning of a file.
fn without_mark(encoding: &'static str) -> &'static str {
    let big = cfg!(target_endian = "big");
    match encoding {
        "utf-16" if big => "utf-16-be",
        "utf-16" => "utf-16-le",
        "utf-32" if big => "utf-32-be",
        "utf-32" => "utf-32-le",
        encoding => encoding,
    }
}

/// What `codecs.lookup` says of an encoding, which must be one of text.
pub(super) fn look_up(vm: &Vm, encoding: Gc<Str>) -> PyResult {
    let info = vm.call_method(vm.import("codecs")?, "lookup", &[encoding.into()])?;
    if let Some(is_text) = vm.find_attr_str(info, "_is_text_encoding")?
        && !vm.is_true(is_text)?
    {
        return Err(not_text(vm, encoding));
    }
    Ok(info)
}

#[cold]
fn not_text(vm: &Vm, encoding: Gc<Str>) -> Raised {
    let text = format!("'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs");
    vm.raise(vm.types().lookup_error, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_cut_waits() {
        assert_eq!(incomplete("utf-8", b"ab\xc3"), 1);
        assert_eq!(incomplete("utf-8", b"ab\xc3\xa9"), 0);
        assert_eq!(incomplete("utf-8", b"\xf0\x9f\x98"), 3);
        // Bytes that are wrong anyway do not wait.
        assert_eq!(incomplete("utf-8", b"ab\xff"), 0);
        assert_eq!(incomplete("utf-8", b"\x80\x80\x80\x80"), 0);
        assert_eq!(incomplete("ascii", b"ab\xc3"), 0);
    }
}
