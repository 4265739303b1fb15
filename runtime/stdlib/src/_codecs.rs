//! `_codecs`: the registry of codecs, and the codecs in Rust, for `codecs` and the package `encodings`.

use orochi_macros::methods;
use orochi_vm::codecs::decode::{Part, decode_part};
use orochi_vm::codecs::encoding::{Encoding, Order};
use orochi_vm::codecs::registry::{self, Way};
use orochi_vm::codecs::{charmap, encode, escapes, utf7};
use orochi_vm::types::bytes::buffer::{self, Buffer};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule { name: "_codecs", doc: "", functions: FUNCTIONS, init: |_, _| Ok(()) };

/// A string argument.
fn text_argument(vm: &Vm, value: Value, function: &str) -> PyResult<Gc<Str>> {
    value.cast::<Str>().ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("{function}() argument 1 must be str, not {name}"))
    })
}

/// A string argument whose name is in messages.
fn named_argument(vm: &Vm, value: Value, function: &str, name: &str) -> PyResult<Option<String>> {
    let Some(value) = value.bound() else { return Ok(None) };
    match value.cast::<Str>() {
        Some(text) if text.text().iter().any(|c| c == 0) => Err(vm.value_error("embedded null character")),
        Some(text) => Ok(Some(text.to_string())),
        None => {
            let found = vm.type_name(value);
            Err(vm.type_error(format!("{function}() argument {name} must be str, not {found}")))
        }
    }
}

/// The `errors` argument: None, like none, is "strict".
fn errors_argument(vm: &Vm, value: Value, function: &str) -> PyResult<String> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok("strict".to_owned()),
        Some(value) => match value.cast::<Str>() {
            Some(text) => Ok(text.to_string()),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("{function}() argument 2 must be str or None, not {name}")))
            }
        },
    }
}

/// The bytes of an argument that may also be a string, which means its UTF-8.
fn text_or_bytes(vm: &Vm, value: Value) -> PyResult<Buffer> {
    match value.cast::<Str>() {
        Some(text) => orochi_vm::codecs::encode(vm, text, "utf-8", "strict").map(Buffer::Copied),
        None => buffer::required(vm, value),
    }
}

/// A flag, false when it is not given.
fn flag(vm: &Vm, value: Value, default: bool) -> PyResult<bool> {
    value.bound().map_or(Ok(default), |value| vm.is_true(value))
}

fn pair(vm: &Vm, object: Value, len: usize) -> PyResult {
    vm.new_tuple(&[object, vm.new_int(len as i64)?])
}

/// `X_encode(str, errors)`.
fn encode_with(vm: &Vm, args: &[Value], function: &str, encoding: Encoding) -> PyResult {
    let text = text_argument(vm, args[0], function)?;
    let errors = errors_argument(vm, args[1], function)?;
    pair(vm, vm.new_bytes(&encode::encode(vm, text, encoding, &errors)?)?, text.len())
}

/// `X_decode(data, errors, final)`; without `final` the data are all there are.
fn decode_with(vm: &Vm, args: &[Value], function: &str, encoding: Encoding) -> PyResult<Part> {
    let data = buffer::required(vm, args[0])?;
    let errors = errors_argument(vm, args[1], function)?;
    let last = match args.get(2) {
        Some(last) => flag(vm, *last, false)?,
        None => true,
    };
    let mut part = decode_part(vm, &data, encoding, &errors, last)?;
    if last {
        // Even if a handler has put other bytes in the place of these.
        part.consumed = data.len();
    }
    Ok(part)
}

fn decode_pair(vm: &Vm, args: &[Value], function: &str, encoding: Encoding) -> PyResult {
    let part = decode_with(vm, args, function, encoding)?;
    pair(vm, part.text, part.consumed)
}

/// A byte order as a number: negative is little, positive is big, 0 is told by a mark.
fn order_argument(vm: &Vm, value: Value) -> PyResult<Option<Order>> {
    let Some(value) = value.bound() else { return Ok(None) };
    Ok(match vm.index_i64(value)? {
        0 => None,
        ..0 => Some(Order::Little),
        1.. => Some(Order::Big),
    })
}

/// `utf_16_ex_decode` and `utf_32_ex_decode`: also the byte order.
fn decode_ex(vm: &Vm, args: &[Value], function: &str, encoding: fn(Option<Order>) -> Encoding) -> PyResult {
    let order = order_argument(vm, args[2])?;
    let part = decode_with(vm, &[args[0], args[1], args[3]], function, encoding(order))?;
    let order = match order.or(part.order) {
        None => 0,
        Some(Order::Little) => -1,
        Some(Order::Big) => 1,
    };
    vm.new_tuple(&[part.text, vm.new_int(part.consumed as i64)?, Value::small(order)])
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised if the error handling is a built-in one (e.g.,
    /// 'strict'), or if an error occurs. Otherwise, this returns True if a custom handler has been successfully un-registered, and
    /// False if no custom handler for the specified error handling exists.
    #[method("_unregister_error(errors, /)")]
    fn _unregister_error(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(name) = args[0].cast::<Str>() else {
            let found = vm.type_name(args[0]);
            return Err(vm.type_error(format!("_unregister_error() argument must be str, not {found}")));
        };
        registry::unregister_error(vm, name).map(|was_there| vm.bool(was_there))
    }

    /// Decode ASCII.
    #[method("ascii_decode(data, errors=None, /)")]
    fn ascii_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "ascii_decode", Encoding::Ascii)
    }

    /// Encode as ASCII.
    #[method("ascii_encode(str, errors=None, /)")]
    fn ascii_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "ascii_encode", Encoding::Ascii)
    }

    /// Make an encoding map of a decoding string.
    #[method("charmap_build(map, /)")]
    fn charmap_build(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Str>() {
            Some(map) => charmap::build(vm, map),
            None => {
                let name = vm.type_name(args[0]);
                Err(vm.type_error(format!("charmap_build() argument must be str, not {name}")))
            }
        }
    }

    /// Decode by a mapping from bytes.
    #[method("charmap_decode(data, errors=None, mapping=None, /)")]
    fn charmap_decode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = buffer::required(vm, args[0])?;
        let errors = errors_argument(vm, args[1], "charmap_decode")?;
        pair(vm, charmap::decode(vm, &data, &errors, args[2])?, data.len())
    }

    /// Encode by a mapping to bytes.
    #[method("charmap_encode(str, errors=None, mapping=None, /)")]
    fn charmap_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let text = text_argument(vm, args[0], "charmap_encode")?;
        let errors = errors_argument(vm, args[1], "charmap_encode")?;
        pair(vm, vm.new_bytes(&charmap::encode(vm, text, &errors, args[2])?)?, text.len())
    }

    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a different error handling scheme.  Default is 'strict' meaning that
    /// encoding errors raise a ValueError.  Other possible values are 'ignore', 'replace' and 'backslashreplace' as well as any other
    /// name registered with codecs.register_error that can handle ValueErrors.
    #[method("decode(obj, encoding='utf-8', errors='strict')")]
    fn decode(vm: &Vm, args: &[Value]) -> PyResult {
        let encoding = named_argument(vm, args[1], "decode", "'encoding'")?;
        let errors = named_argument(vm, args[2], "decode", "'errors'")?;
        let encoding = encoding.as_deref().unwrap_or("utf-8");
        let codec = registry::lookup(vm, encoding)?;
        registry::run(vm, codec, Way::Decode, encoding, args[0], errors.as_deref())
    }

    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a different error handling scheme.  Default is 'strict' meaning
    /// that encoding errors raise a ValueError.  Other possible values are 'ignore', 'replace' and 'backslashreplace' as well as any
    /// other name registered with codecs.register_error that can handle ValueErrors.
    #[method("encode(obj, encoding='utf-8', errors='strict')")]
    fn encode_(vm: &Vm, args: &[Value]) -> PyResult {
        let encoding = named_argument(vm, args[1], "encode", "'encoding'")?;
        let errors = named_argument(vm, args[2], "encode", "'errors'")?;
        let encoding = encoding.as_deref().unwrap_or("utf-8");
        let codec = registry::lookup(vm, encoding)?;
        registry::run(vm, codec, Way::Encode, encoding, args[0], errors.as_deref())
    }

    /// Decode the escapes of bytes literals.
    #[method("escape_decode(data, errors=None, /)")]
    fn escape_decode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = text_or_bytes(vm, args[0])?;
        let errors = errors_argument(vm, args[1], "escape_decode")?;
        pair(vm, escapes::decode_bytes(vm, &data, &errors)?, data.len())
    }

    /// Encode bytes with the escapes of bytes literals.
    #[method("escape_encode(data, errors=None, /)")]
    fn escape_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = args[0].cast::<orochi_vm::types::bytes::Bytes>().ok_or_else(|| {
            let name = vm.type_name(args[0]);
            vm.type_error(format!("escape_encode() argument 1 must be bytes, not {name}"))
        })?;
        errors_argument(vm, args[1], "escape_encode")?;
        pair(vm, escapes::encode_bytes(vm, bytes.as_slice())?, bytes.as_slice().len())
    }

    /// Decode Latin-1.
    #[method("latin_1_decode(data, errors=None, /)")]
    fn latin_1_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "latin_1_decode", Encoding::Latin1)
    }

    /// Encode as Latin-1.
    #[method("latin_1_encode(str, errors=None, /)")]
    fn latin_1_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "latin_1_encode", Encoding::Latin1)
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[method("lookup(encoding, /)")]
    fn lookup(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Str>() {
            Some(name) => registry::lookup(vm, &name.to_string()).map(Value::from),
            None => {
                let found = vm.type_name(args[0]);
                Err(vm.type_error(format!("lookup() argument must be str, not {found}")))
            }
        }
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise a LookupError, if no handler exists under this name.
    #[method("lookup_error(name, /)")]
    fn lookup_error(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].cast::<Str>() {
            Some(name) => registry::lookup_error(vm, &name.to_string()),
            None => {
                let found = vm.type_name(args[0]);
                Err(vm.type_error(format!("lookup_error() argument must be str, not {found}")))
            }
        }
    }

    /// Decode the escapes \u and \U; other bytes are Latin-1.
    #[method("raw_unicode_escape_decode(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = text_or_bytes(vm, args[0])?;
        let errors = errors_argument(vm, args[1], "raw_unicode_escape_decode")?;
        let last = flag(vm, args[2], true)?;
        let (text, consumed) = escapes::decode_raw(vm, &data, &errors, last)?;
        pair(vm, text, if last { data.len() } else { consumed })
    }

    /// Encode with the escapes \u and \U for what is not Latin-1.
    #[method("raw_unicode_escape_encode(str, errors=None, /)")]
    fn raw_unicode_escape_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let text = text_argument(vm, args[0], "raw_unicode_escape_encode")?;
        errors_argument(vm, args[1], "raw_unicode_escape_encode")?;
        pair(vm, escapes::encode_raw(vm, text)?, text.len())
    }

    /// Return the bytes of a buffer, or the UTF-8 of a string.
    #[method("readbuffer_encode(data, errors=None, /)")]
    fn readbuffer_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = text_or_bytes(vm, args[0])?;
        errors_argument(vm, args[1], "readbuffer_encode")?;
        pair(vm, vm.new_bytes(&data)?, data.len())
    }

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding name in all lower case letters, and either return None, or a
    /// tuple of functions (encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).
    #[method("register(search_function, /)")]
    fn register(vm: &Vm, args: &[Value]) -> PyResult {
        registry::register(vm, args[0])?;
        Ok(vm.none())
    }

    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that will be called with an exception instance containing information about the location of
    /// the encoding/decoding error and must return a (replacement, new position) tuple.
    #[method("register_error(errors, handler, /)")]
    fn register_error(vm: &Vm, args: &[Value]) -> PyResult {
        registry::register_error(vm, text_argument(vm, args[0], "register_error")?, args[1])?;
        Ok(vm.none())
    }

    /// Decode the escapes of string literals; other bytes are Latin-1.
    #[method("unicode_escape_decode(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = text_or_bytes(vm, args[0])?;
        let errors = errors_argument(vm, args[1], "unicode_escape_decode")?;
        let last = flag(vm, args[2], true)?;
        let (text, consumed) = escapes::decode_unicode(vm, &data, &errors, last)?;
        pair(vm, text, if last { data.len() } else { consumed })
    }

    /// Encode with the escapes of string literals.
    #[method("unicode_escape_encode(str, errors=None, /)")]
    fn unicode_escape_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let text = text_argument(vm, args[0], "unicode_escape_encode")?;
        errors_argument(vm, args[1], "unicode_escape_encode")?;
        pair(vm, escapes::encode_unicode(vm, text)?, text.len())
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[method("unregister(search_function, /)")]
    fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
        registry::unregister(vm, args[0])?;
        Ok(vm.none())
    }

    /// Decode UTF-16 of big-endian units.
    #[method("utf_16_be_decode(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_16_be_decode", Encoding::Utf16(Some(Order::Big)))
    }

    /// Encode as UTF-16 of big-endian units.
    #[method("utf_16_be_encode(str, errors=None, /)")]
    fn utf_16_be_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_16_be_encode", Encoding::Utf16(Some(Order::Big)))
    }

    /// Decode UTF-16 with a byte order mark.
    #[method("utf_16_decode(data, errors=None, final=False, /)")]
    fn utf_16_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_16_decode", Encoding::Utf16(None))
    }

    /// Encode as UTF-16 with a byte order mark, or in the given order without one.
    #[method("utf_16_encode(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_16_encode", Encoding::Utf16(order_argument(vm, args[2])?))
    }

    /// Decode UTF-16 in the given order, or that of a mark.
    #[method("utf_16_ex_decode(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_ex(vm, args, "utf_16_ex_decode", Encoding::Utf16)
    }

    /// Decode UTF-16 of little-endian units.
    #[method("utf_16_le_decode(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_16_le_decode", Encoding::Utf16(Some(Order::Little)))
    }

    /// Encode as UTF-16 of little-endian units.
    #[method("utf_16_le_encode(str, errors=None, /)")]
    fn utf_16_le_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_16_le_encode", Encoding::Utf16(Some(Order::Little)))
    }

    /// Decode UTF-32 of big-endian units.
    #[method("utf_32_be_decode(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_32_be_decode", Encoding::Utf32(Some(Order::Big)))
    }

    /// Encode as UTF-32 of big-endian units.
    #[method("utf_32_be_encode(str, errors=None, /)")]
    fn utf_32_be_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_32_be_encode", Encoding::Utf32(Some(Order::Big)))
    }

    /// Decode UTF-32 with a byte order mark.
    #[method("utf_32_decode(data, errors=None, final=False, /)")]
    fn utf_32_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_32_decode", Encoding::Utf32(None))
    }

    /// Encode as UTF-32 with a byte order mark, or in the given order without one.
    #[method("utf_32_encode(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_32_encode", Encoding::Utf32(order_argument(vm, args[2])?))
    }

    /// Decode UTF-32 in the given order, or that of a mark.
    #[method("utf_32_ex_decode(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_ex(vm, args, "utf_32_ex_decode", Encoding::Utf32)
    }

    /// Decode UTF-32 of little-endian units.
    #[method("utf_32_le_decode(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_32_le_decode", Encoding::Utf32(Some(Order::Little)))
    }

    /// Encode as UTF-32 of little-endian units.
    #[method("utf_32_le_encode(str, errors=None, /)")]
    fn utf_32_le_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_32_le_encode", Encoding::Utf32(Some(Order::Little)))
    }

    /// Decode UTF-7.
    #[method("utf_7_decode(data, errors=None, final=False, /)")]
    fn utf_7_decode(vm: &Vm, args: &[Value]) -> PyResult {
        let data = buffer::required(vm, args[0])?;
        let errors = errors_argument(vm, args[1], "utf_7_decode")?;
        let last = flag(vm, args[2], false)?;
        let (text, consumed) = utf7::decode(vm, &data, &errors, last)?;
        pair(vm, text, if last { data.len() } else { consumed })
    }

    /// Encode as UTF-7.
    #[method("utf_7_encode(str, errors=None, /)")]
    fn utf_7_encode(vm: &Vm, args: &[Value]) -> PyResult {
        let text = text_argument(vm, args[0], "utf_7_encode")?;
        errors_argument(vm, args[1], "utf_7_encode")?;
        pair(vm, utf7::encode(vm, text)?, text.len())
    }

    /// Decode UTF-8.
    #[method("utf_8_decode(data, errors=None, final=False, /)")]
    fn utf_8_decode(vm: &Vm, args: &[Value]) -> PyResult {
        decode_pair(vm, args, "utf_8_decode", Encoding::Utf8)
    }

    /// Encode as UTF-8.
    #[method("utf_8_encode(str, errors=None, /)")]
    fn utf_8_encode(vm: &Vm, args: &[Value]) -> PyResult {
        encode_with(vm, args, "utf_8_encode", Encoding::Utf8)
    }
}
