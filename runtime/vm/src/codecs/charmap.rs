//! Codecs by a map from characters to bytes or back, as most of the package `encodings` are.

use orochi_gc::Gc;
use rustc_hash::FxHashMap;

use super::decode::decode as decode_natively;
use super::encode::encode as encode_natively;
use super::encoding::Encoding;
use super::errors::{Decoder, EncodeErrors, Handler, Replacement, hex_escape};
use crate::error::PyResult;
use crate::methods;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::int::{self, Int};
use crate::types::native::NativeDef;
use crate::types::opaque::Opaque;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

const UNDEFINED: &str = "character maps to <undefined>";

/// `EncodingMap`: what `charmap_build` returns, the bytes of characters.
pub static ENCODING_MAP: ClassDef =
    ClassDef { flags: flags::NO_NEW, methods: &[MAP_METHODS], ..ClassDef::new("EncodingMap", "", Layout::Opaque) };

#[methods(MAP_METHODS)]
impl MapMethods {
    /// Return the size (in bytes) of this object.
    #[method("size($self, /)")]
    fn size(vm: &Vm, args: &[Value]) -> PyResult {
        let map = args[0].expect::<Opaque>();
        let size = map.state::<FxHashMap<u32, u8>>().map_or(0, |map| map.capacity() * size_of::<(u32, u8)>());
        vm.new_int(size as i64)
    }
}

/// `charmap_build`: the way back of a decoding map, a string whose characters are those of the bytes.
///
/// # Errors
/// MemoryError.
pub fn build(vm: &Vm, map: Gc<Str>) -> PyResult {
    let text = map.text();
    let len = text.len().min(256);
    let simple = len > 0 && text.at(0) == 0 && (1..len).all(|index| matches!(text.at(index), 1..0x1_0000));
    if simple {
        let bytes: FxHashMap<u32, u8> =
            (0..len).filter(|index| text.at(*index) != 0xfffe).map(|index| (text.at(index), index as u8)).collect();
        return Opaque::new(vm, vm.module_class(&ENCODING_MAP)?, Box::new(bytes)).map(Value::from);
    }
    let dict = Dict::new(vm)?;
    for index in 0..len {
        dict.set(vm, Value::small(text.at(index).into()), Value::small(index as i64))?;
    }
    Ok(dict.into())
}

// ---- encoding --------------------------------------------------------------------------------------------------------------

/// `charmap_encode`: the bytes of a string by a map from code points to bytes; by Latin-1 without one.
///
/// # Errors
/// TypeError when the map has something else, UnicodeEncodeError, whatever the map or the handler raises.
pub fn encode(vm: &Vm, text: Gc<Str>, errors: &str, mapping: Value) -> PyResult<Vec<u8>> {
    if mapping.is_unbound() || mapping == vm.none() {
        return encode_natively(vm, text, Encoding::Latin1, errors);
    }
    let mut out = Vec::with_capacity(text.len());
    let errors = EncodeErrors::new(vm, "charmap", text, errors);
    let mut at = 0;
    while at < text.len() {
        if push(vm, &mut out, mapping, text.text().at(at))? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < text.len() && !is_mapped(vm, mapping, text.text().at(end))? {
            end += 1;
        }
        at = handle(vm, &mut out, mapping, &errors, (at, end))?;
    }
    Ok(out)
}

/// What a map has for a code point.
enum Mapped {
    Nothing,
    Byte(u8),
    Bytes(Gc<Bytes>),
}

fn find(vm: &Vm, mapping: Value, c: u32) -> PyResult<Mapped> {
    if let Some(bytes) = mapping.cast::<Opaque>()
        && let Some(map) = bytes.state::<FxHashMap<u32, u8>>()
    {
        return Ok(map.get(&c).map_or(Mapped::Nothing, |byte| Mapped::Byte(*byte)));
    }
    let found = vm.get_item(mapping, Value::small(c.into()));
    let Some(found) = vm.absorb(found, vm.types().lookup_error)?.filter(|found| *found != vm.none()) else {
        return Ok(Mapped::Nothing);
    };
    if let Some(bytes) = found.cast::<Bytes>() {
        return Ok(Mapped::Bytes(bytes));
    }
    if found.is_int() || found.cast::<Int>().is_some() {
        return match u8::try_from(int::to_i64_clamped(found)) {
            Ok(byte) => Ok(Mapped::Byte(byte)),
            Err(_) => Err(vm.type_error("character mapping must be in range(256)")),
        };
    }
    let name = vm.type_name(found);
    Err(vm.type_error(format!("character mapping must return integer, bytes or None, not {name}")))
}

fn is_mapped(vm: &Vm, mapping: Value, c: u32) -> PyResult<bool> {
    find(vm, mapping, c).map(|found| !matches!(found, Mapped::Nothing))
}

/// Appends what the map has for a code point; false when it has nothing.
fn push(vm: &Vm, out: &mut Vec<u8>, mapping: Value, c: u32) -> PyResult<bool> {
    match find(vm, mapping, c)? {
        Mapped::Nothing => return Ok(false),
        Mapped::Byte(byte) => out.push(byte),
        Mapped::Bytes(bytes) => out.extend_from_slice(bytes.as_slice()),
    }
    Ok(true)
}

/// Handles a run of code points that the map does not have: where to go on.
fn handle(
    vm: &Vm,
    out: &mut Vec<u8>,
    mapping: Value,
    errors: &EncodeErrors<'_>,
    (start, end): (usize, usize),
) -> PyResult<usize> {
    let run = errors.text.text().slice(start, end);
    let mut push_all = |replacement: &str| -> PyResult<()> {
        for byte in replacement.bytes() {
            if !push(vm, out, mapping, byte.into())? {
                return Err(errors.raise(start, end, UNDEFINED));
            }
        }
        Ok(())
    };
    match errors.handler {
        Handler::Strict => return Err(errors.raise(start, end, UNDEFINED)),
        Handler::Ignore => return Ok(end),
        Handler::Replace => {
            run.iter().try_for_each(|_| push_all("?"))?;
            return Ok(end);
        }
        Handler::XmlCharRefReplace => {
            run.iter().try_for_each(|c| push_all(&format!("&#{c};")))?;
            return Ok(end);
        }
        Handler::BackslashReplace => {
            run.iter().try_for_each(|c| push_all(&hex_escape(c)))?;
            return Ok(end);
        }
        _ => {}
    }
    let (replacement, next) = errors.call(start, end, UNDEFINED)?;
    match replacement {
        Replacement::Bytes(bytes) => out.extend_from_slice(bytes.as_slice()),
        Replacement::Text(text) => {
            for c in text.text().iter() {
                if !push(vm, out, mapping, c)? {
                    return Err(errors.raise(start, end, UNDEFINED));
                }
            }
        }
    }
    Ok(next)
}

// ---- decoding --------------------------------------------------------------------------------------------------------------

/// `charmap_decode`: the string of bytes by a map, a string or a mapping from bytes to code points or strings; by Latin-1 without one.
///
/// # Errors
/// TypeError when the map has something else, UnicodeDecodeError, whatever the map or the handler raises.
pub fn decode(vm: &Vm, data: &[u8], errors: &str, mapping: Value) -> PyResult {
    if mapping.is_unbound() || mapping == vm.none() {
        return decode_natively(vm, data, Encoding::Latin1, errors);
    }
    let mut decoder = Decoder::new(vm, "charmap", data, errors);
    let mut at = 0;
    while let Some(byte) = decoder.input.get(at).copied() {
        let mapped = match mapping.cast::<Str>().filter(|_| vm.is_exact_str(mapping)) {
            Some(map) if usize::from(byte) < map.len() => {
                let c = map.text().at(byte.into());
                decoder_push(&mut decoder, c)
            }
            Some(_) => false,
            None => push_mapped(vm, &mut decoder, mapping, byte)?,
        };
        at = if mapped { at + 1 } else { decoder.error(at, at + 1, UNDEFINED)? };
    }
    decoder.finish()
}

/// Appends a code point, unless it is the one that means nothing.
fn decoder_push(decoder: &mut Decoder<'_>, c: u32) -> bool {
    if c == 0xfffe {
        return false;
    }
    decoder.out.push(c);
    true
}

/// Appends what a mapping has for a byte; false when it has nothing.
fn push_mapped(vm: &Vm, decoder: &mut Decoder<'_>, mapping: Value, byte: u8) -> PyResult<bool> {
    let found = vm.get_item(mapping, Value::small(byte.into()));
    let Some(found) = vm.absorb(found, vm.types().lookup_error)?.filter(|found| *found != vm.none()) else {
        return Ok(false);
    };
    if let Some(text) = found.cast::<Str>() {
        if text.len() == 1 {
            return Ok(decoder_push(decoder, text.text().at(0)));
        }
        decoder.out.push_text(text.text());
        return Ok(true);
    }
    if found.is_int() || found.cast::<Int>().is_some() {
        return match u32::try_from(int::to_i64_clamped(found)) {
            Ok(c @ 0..0x11_0000) => Ok(decoder_push(decoder, c)),
            _ => Err(vm.type_error("character mapping must be in range(0x110000)")),
        };
    }
    Err(vm.type_error("character mapping must return integer, None or str"))
}
