//! Codecs: `str.encode`, `bytes.decode`, and what the module `_codecs` offers.
//!
//! - [`encoding`] has the encodings that are native to strings, [`encode`] and [`decode`] what they do
//! - [`utf7`], [`escapes`], [`charmap`] are the other codecs in Rust
//! - [`registry`] finds all other codecs, by way of the package `encodings`, and error handlers
//! - [`errors`] is what a codec does about what it cannot convert, [`handlers`] are the error handlers that are always there

pub mod charmap;
pub mod decode;
pub mod encode;
pub mod encoding;
pub mod errors;
pub mod escapes;
pub mod handlers;
pub mod registry;
pub mod utf7;

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

use encoding::Encoding;
use registry::Way;

/// The canonical name of a native encoding, or of one of its aliases; `None` for any other.
#[must_use]
pub fn find_name(name: &str) -> Option<&'static str> {
    match Encoding::named(name)? {
        Encoding::Utf8Sig => Some("utf-8-sig"),
        encoding => Some(encoding.name()),
    }
}

/// The same.
///
/// # Errors
/// LookupError for any other encoding.
pub fn canonical_name(vm: &Vm, name: &str) -> PyResult<&'static str> {
    find_name(name).ok_or_else(|| registry::unknown_encoding(vm, name))
}

/// The bytes of a bytes object or a bytearray; `None` for other values.
#[must_use]
pub fn bytes_of(value: Value) -> Option<Vec<u8>> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Some(bytes.as_slice().to_vec());
    }
    value.cast::<ByteArray>().and_then(|array| array.data.try_borrow().ok().map(|data| data.clone()))
}

/// The bytes of a string in an encoding.
///
/// # Errors
/// LookupError for an unknown encoding or handler, UnicodeEncodeError, whatever a codec or a handler raises.
pub fn encode(vm: &Vm, text: Gc<Str>, encoding: &str, errors: &str) -> PyResult<Vec<u8>> {
    match Encoding::direct(encoding) {
        Some(encoding) => encode::encode(vm, text, encoding, errors),
        None => encode_text(vm, text, encoding, Some(errors)).map(|bytes| bytes.as_slice().to_vec()),
    }
}

/// The string of bytes in an encoding.
///
/// # Errors
/// As for [`encode()`].
pub fn decode(vm: &Vm, data: &[u8], encoding: &str, errors: &str) -> PyResult {
    match Encoding::direct(encoding) {
        Some(encoding) => decode::decode(vm, data, encoding, errors),
        None => decode_text(vm, vm.new_bytes(data)?, encoding, Some(errors)),
    }
}

/// `str.encode`: by a native encoding, else by the codec that the registry finds. Without `errors` the codec is not told.
pub fn str_encode(vm: &Vm, text: Gc<Str>, encoding: Option<&str>, errors: Option<&str>) -> PyResult {
    check_names(vm, encoding, errors)?;
    let encoding = encoding.unwrap_or("utf-8");
    match Encoding::direct(encoding) {
        Some(native) => match encode::encode(vm, text, native, errors.unwrap_or("strict")) {
            Ok(bytes) => vm.new_bytes(&bytes),
            Err(raised) => Err(noted(vm, raised, native, Way::Encode, encoding)),
        },
        None => encode_text(vm, text, encoding, errors).map(Value::from),
    }
}

/// In development mode names are looked up even where nothing needs them.
fn check_names(vm: &Vm, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if encoding.is_none() && errors.is_none() || !vm.flags(|flags| flags.dev_mode) {
        return Ok(());
    }
    if let Some(encoding) = encoding.filter(|encoding| Encoding::direct(encoding).is_none()) {
        registry::lookup(vm, encoding)?;
    }
    errors.map_or(Ok(()), |errors| registry::lookup_error(vm, errors).map(drop))
}

/// Adds the note that the registry would have added, for the encodings that CPython looks up there.
#[cold]
fn noted(vm: &Vm, raised: Raised, native: Encoding, way: Way, encoding: &str) -> Raised {
    match native {
        Encoding::Utf16(Some(_)) | Encoding::Utf32(Some(_)) => registry::add_note(vm, raised, way, encoding),
        _ => raised,
    }
}

/// `bytes.decode`: the same for bytes. `object` is what the codec gets.
pub fn bytes_decode(vm: &Vm, object: Value, data: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult {
    check_names(vm, encoding, errors)?;
    let encoding = encoding.unwrap_or("utf-8");
    match Encoding::direct(encoding) {
        Some(native) => decode::decode(vm, data, native, errors.unwrap_or("strict"))
            .map_err(|raised| noted(vm, raised, native, Way::Decode, encoding)),
        None => decode_text(vm, object, encoding, errors),
    }
}

/// Encodes by the codec that the registry finds, which must be one from text to bytes.
fn encode_text(vm: &Vm, text: Gc<Str>, encoding: &str, errors: Option<&str>) -> PyResult<Gc<Bytes>> {
    let codec = registry::text_codec(vm, encoding, "codecs.encode()")?;
    let result = registry::run(vm, codec, Way::Encode, encoding, text.into(), errors)?;
    if let Some(bytes) = result.cast::<Bytes>() {
        return Ok(bytes);
    }
    if let Some(array) = result.cast::<ByteArray>() {
        let text = format!(
            "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        vm.warn(vm.types().runtime_warning, &text, 1)?;
        let data = array.data.borrow().clone();
        return Bytes::new(vm, &data);
    }
    let name = vm.type_name(result);
    Err(vm.type_error(format!(
        "'{encoding}' encoder returned '{name}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

fn decode_text(vm: &Vm, object: Value, encoding: &str, errors: Option<&str>) -> PyResult {
    let codec = registry::text_codec(vm, encoding, "codecs.decode()")?;
    let result = registry::run(vm, codec, Way::Decode, encoding, object, errors)?;
    if result.cast::<Str>().is_some() {
        return Ok(result);
    }
    let name = vm.type_name(result);
    Err(vm.type_error(format!(
        "'{encoding}' decoder returned '{name}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}
