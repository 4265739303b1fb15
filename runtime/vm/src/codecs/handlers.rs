//! The error handlers that are always there, as functions that `codecs.lookup_error` returns.

use orochi_gc::Gc;

use super::encoding::Order;
use super::encoding::{Encoding, normalize};
use super::errors::hex_escape;
use crate::error::{PyResult, Raised};
use crate::methods;
use crate::types::bytes::Bytes;
use crate::types::exception::Exception;
use crate::types::exception::unicode_error::{self, Params};
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::str::fill::Builder;
use crate::types::str::names;
use crate::value::Value;
use crate::vm::Vm;

/// What an exception is about, by its class.
enum Error {
    Encode(Gc<Str>, Params),
    Decode(Gc<Bytes>, Params),
    Translate(Gc<Str>, Params),
}

/// Reads the exception that a handler gets. TypeError when it is of no such class.
fn read(vm: &Vm, exception: Value) -> PyResult<Error> {
    let types = vm.types();
    if vm.is_instance(exception, types.unicode_encode_error) {
        let (params, text) = unicode_error::text_params(vm, exception)?;
        return Ok(Error::Encode(text, params));
    }
    if vm.is_instance(exception, types.unicode_decode_error) {
        let (params, bytes) = unicode_error::bytes_params(vm, exception)?;
        return Ok(Error::Decode(bytes, params));
    }
    if vm.is_instance(exception, types.unicode_translate_error) {
        let (params, text) = unicode_error::text_params(vm, exception)?;
        return Ok(Error::Translate(text, params));
    }
    Err(wrong(vm, exception))
}

fn wrong(vm: &Vm, exception: Value) -> Raised {
    let name = vm.type_name(exception);
    vm.type_error(format!("don't know how to handle {name} in error callback"))
}

/// Raises the exception again: a handler that does not know what to do.
fn give_up(vm: &Vm, exception: Value) -> Raised {
    match exception.cast::<Exception>() {
        Some(exception) => vm.raise_exception(exception),
        None => wrong(vm, exception),
    }
}

/// `(text, place)`: what a handler returns.
fn result(vm: &Vm, text: Value, end: usize) -> PyResult {
    vm.new_tuple(&[text, vm.new_int(end as i64)?])
}

/// The replacement of each code point in the range of an encoding error.
fn map_text(vm: &Vm, text: Gc<Str>, params: &Params, push: impl Fn(&mut Builder, u32)) -> PyResult {
    let mut out = Builder::new();
    let end = params.end.min(text.len());
    let start = params.start.min(end);
    text.text().slice(start, end).iter().for_each(|c| push(&mut out, c));
    result(vm, out.finish(vm)?, params.end)
}

/// The encoding among UTF-8, UTF-16 and UTF-32 that the name in an exception means.
fn standard_encoding(name: &str) -> Option<Encoding> {
    let native = Some(Order::Little);
    Some(match normalize(name).replace('_', "").as_str() {
        "utf8" | "cputf8" | "cp65001" => Encoding::Utf8,
        "utf16" => Encoding::Utf16(native),
        "utf16le" => Encoding::Utf16(Some(Order::Little)),
        "utf16be" => Encoding::Utf16(Some(Order::Big)),
        "utf32" => Encoding::Utf32(native),
        "utf32le" => Encoding::Utf32(Some(Order::Little)),
        "utf32be" => Encoding::Utf32(Some(Order::Big)),
        _ => return None,
    })
}

#[methods(pub(super) HANDLERS)]
impl Handlers {
    /// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
    #[method("backslashreplace_errors(exception, /)")]
    fn backslashreplace_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) | Error::Translate(text, params) => {
                map_text(vm, text, &params, |out, c| out.push_str(&hex_escape(c)))
            }
            Error::Decode(bytes, params) => {
                let mut out = Builder::new();
                let range = bytes.as_slice().get(params.start..params.end).unwrap_or_default();
                range.iter().for_each(|byte| out.push_str(&hex_escape((*byte).into())));
                result(vm, out.finish(vm)?, params.end)
            }
        }
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    #[method("ignore_errors(exception, /)")]
    fn ignore_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(_, params) | Error::Decode(_, params) | Error::Translate(_, params) => {
                result(vm, vm.empty_str().into(), params.end)
            }
        }
    }

    /// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
    #[method("namereplace_errors(exception, /)")]
    fn namereplace_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) => map_text(vm, text, &params, |out, c| match names::name(c) {
                Some(name) => out.push_str(&format!("\\N{{{name}}}")),
                None => out.push_str(&hex_escape(c)),
            }),
            _ => Err(wrong(vm, args[0])),
        }
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[method("replace_errors(exception, /)")]
    fn replace_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) => map_text(vm, text, &params, |out, _| out.push(b'?'.into())),
            Error::Translate(text, params) => map_text(vm, text, &params, |out, _| out.push(0xfffd)),
            Error::Decode(_, params) => result(vm, Str::from_slice(vm, &[0xfffd])?.into(), params.end),
        }
    }

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[method("strict_errors(exception, /)")]
    fn strict_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Exception>() {
            Some(exception) => Err(vm.raise_exception(exception)),
            None => Err(vm.type_error("codec must pass exception instance")),
        }
    }

    /// Implements the 'surrogateescape' error handling: bytes that cannot be decoded are lone surrogates.
    #[method("surrogateescape_errors(exception, /)")]
    fn surrogateescape_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) => {
                let mut out = Vec::new();
                for c in text.text().slice(params.start.min(text.len()), params.end.min(text.len())).iter() {
                    match c {
                        0xdc80..=0xdcff => out.push((c - 0xdc00) as u8),
                        _ => return Err(give_up(vm, args[0])),
                    }
                }
                result(vm, vm.new_bytes(&out)?, params.end)
            }
            Error::Decode(bytes, params) => {
                let range = bytes.as_slice().get(params.start..params.end).unwrap_or_default();
                let escaped: Vec<u32> = range
                    .iter()
                    .take(4)
                    .take_while(|byte| !byte.is_ascii())
                    .map(|byte| 0xdc00 + u32::from(*byte))
                    .collect();
                if escaped.is_empty() {
                    return Err(give_up(vm, args[0]));
                }
                result(vm, Str::from_slice(vm, &escaped)?.into(), params.start + escaped.len())
            }
            Error::Translate(..) => Err(wrong(vm, args[0])),
        }
    }

    /// Implements the 'surrogatepass' error handling: lone surrogates are encoded and decoded as other characters are.
    #[method("surrogatepass_errors(exception, /)")]
    fn surrogatepass_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) => {
                let Some(encoding) = standard_encoding(&params.encoding) else { return Err(give_up(vm, args[0])) };
                let mut out = Vec::new();
                for c in text.text().slice(params.start.min(text.len()), params.end.min(text.len())).iter() {
                    if !(0xd800..0xe000).contains(&c) {
                        return Err(give_up(vm, args[0]));
                    }
                    encoding.push(&mut out, c);
                }
                result(vm, vm.new_bytes(&out)?, params.end)
            }
            Error::Decode(bytes, params) => {
                let rest = bytes.as_slice().get(params.start..).unwrap_or_default();
                let found = standard_encoding(&params.encoding).and_then(|encoding| encoding.surrogate_at(rest));
                let Some((surrogate, len)) = found else { return Err(give_up(vm, args[0])) };
                result(vm, Str::from_slice(vm, &[surrogate])?.into(), params.start + len)
            }
            Error::Translate(..) => Err(wrong(vm, args[0])),
        }
    }

    /// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character
    /// reference.
    #[method("xmlcharrefreplace_errors(exception, /)")]
    fn xmlcharrefreplace_errors(vm: &Vm, args: &[Value]) -> PyResult {
        match read(vm, args[0])? {
            Error::Encode(text, params) => map_text(vm, text, &params, |out, c| out.push_str(&format!("&#{c};"))),
            _ => Err(wrong(vm, args[0])),
        }
    }
}
