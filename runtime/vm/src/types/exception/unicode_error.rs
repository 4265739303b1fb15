//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`: what could not be converted, where and why.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::exception::Exception;
use crate::types::exception::methods::{base_init, or_none};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Places in the list that field 0 holds, which are those of the arguments. A `UnicodeTranslateError` has no encoding.
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

/// The place of the first argument in the list.
fn shift(vm: &Vm, exception: Gc<Exception>) -> usize {
    usize::from(vm.is_instance(exception.into(), vm.types().unicode_translate_error))
}

/// The list of details, made from the arguments when it is not there yet.
fn details(vm: &Vm, exception: Gc<Exception>) -> PyResult<Gc<List>> {
    if let Some(details) = exception.fields[0].get().cast::<List>() {
        return Ok(details);
    }
    let details = List::new(vm, &[Value::UNBOUND; 5])?;
    for index in shift(vm, exception)..5 {
        details.set(vm, index, exception.arg(index - shift(vm, exception)).unwrap_or_default());
    }
    exception.set_field(vm, 0, details.into());
    Ok(details)
}

fn get<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    let found = details(vm, value.expect())?.get(INDEX).unwrap_or_default();
    let is_place = INDEX == START || INDEX == END;
    Ok(if is_place && found.is_unbound() { Value::ZERO } else { or_none(vm, found) })
}

fn set<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    let new = if INDEX == START || INDEX == END {
        let Some(new) = new else { return Err(vm.type_error("can't delete numeric/char attribute")) };
        if vm.class_of(new).special(Special::Index).is_unbound() {
            return Err(vm.type_error("an integer is required"));
        }
        place(vm, new)?
    } else {
        new.unwrap_or_default()
    };
    details(vm, value.expect())?.set(vm, INDEX, new);
    Ok(())
}

/// A place, which is as large as C's `Py_ssize_t`.
fn place(vm: &Vm, value: Value) -> PyResult {
    let index = vm.index_i64(value)?;
    vm.new_int(index)
}

pub(crate) static ENCODE_GETSET: &[GetSetDef] = GETSET;
pub(crate) static DECODE_GETSET: &[GetSetDef] = GETSET;
pub(crate) static TRANSLATE_GETSET: &[GetSetDef] = GETSET;

static GETSET: &[GetSetDef] = &[
    GetSetDef::new("encoding", "exception encoding", get::<0>, set::<0>),
    GetSetDef::new("end", "exception end", get::<END>, set::<END>),
    GetSetDef::new("object", "exception object", get::<OBJECT>, set::<OBJECT>),
    GetSetDef::new("reason", "exception reason", get::<REASON>, set::<REASON>),
    GetSetDef::new("start", "exception start", get::<START>, set::<START>),
];

/// Checks the arguments of `__init__` and keeps them.
fn take(vm: &Vm, args: &[Value], class: &str) -> PyResult {
    base_init(vm, args)?;
    let exception = args[0].expect::<Exception>();
    let translate = class == "UnicodeTranslateError";
    let expected = if translate { 4 } else { 5 };
    let given = &args[2..];
    if given.len() != expected {
        return Err(vm.type_error(format!("function takes exactly {expected} arguments ({} given)", given.len())));
    }
    let wrong = |number: usize, what: &str| {
        let name = vm.type_name(given[number - 1]);
        vm.type_error(format!("argument {number} must be {what}, not {name}"))
    };
    let offset = usize::from(!translate);
    if !translate && given[0].cast::<Str>().is_none() {
        return Err(wrong(1, "str"));
    }
    let (start, end) = (place(vm, given[offset + 1])?, place(vm, given[offset + 2])?);
    if given[offset + 3].cast::<Str>().is_none() {
        return Err(wrong(offset + 4, "str"));
    }
    let mut object = given[offset];
    if class == "UnicodeDecodeError" {
        if let Some(array) = object.cast::<ByteArray>() {
            object = vm.new_bytes(&array.data.borrow())?;
        } else if object.cast::<Bytes>().is_none() {
            let name = vm.type_name(object);
            return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
        }
    } else if object.cast::<Str>().is_none() {
        return Err(wrong(offset + 1, "str"));
    }
    let encoding = if translate { Value::UNBOUND } else { given[0] };
    let list = List::new(vm, &[encoding, object, start, end, given[offset + 3]])?;
    exception.set_field(vm, 0, list.into());
    Ok(vm.none())
}

/// What an error is about, with the places brought into range.
struct Parts {
    encoding: String,
    start: usize,
    end: usize,
    object: Value,
}

fn parts(vm: &Vm, value: Value) -> PyResult<Option<Parts>> {
    let details = details(vm, value.expect())?;
    let at = |index: usize| details.get(index).unwrap_or_default();
    if at(OBJECT).is_unbound() {
        return Ok(None);
    }
    let len = vm.len(at(OBJECT))?;
    let place = |index: usize| crate::types::int::to_i64_clamped(at(index)).max(0) as usize;
    let start = place(START).min(len.saturating_sub(1));
    let end = place(END).clamp(1, len.max(1));
    Ok(Some(Parts { encoding: vm.display(or_none(vm, at(0))), start, end, object: at(OBJECT) }))
}

/// What an error handler reads of an exception. The places lie in the object: the start below its length, the end not beyond it.
pub struct Params {
    pub encoding: String,
    pub start: usize,
    pub end: usize,
}

fn params(vm: &Vm, exception: Value) -> PyResult<(Params, Value)> {
    match parts(vm, exception)? {
        Some(parts) => {
            let (start, end) = (parts.start, parts.end.max(parts.start));
            Ok((Params { encoding: parts.encoding, start, end }, parts.object))
        }
        None => Err(vm.type_error("UnicodeError 'object' attribute is not set")),
    }
}

/// The same with the text that could not be encoded or translated.
pub fn text_params(vm: &Vm, exception: Value) -> PyResult<(Params, Gc<Str>)> {
    let (params, object) = params(vm, exception)?;
    match object.cast::<Str>() {
        Some(text) => Ok((params, text)),
        None => Err(vm.type_error("UnicodeError 'object' attribute must be a string")),
    }
}

/// The same with the bytes that could not be decoded.
pub fn bytes_params(vm: &Vm, exception: Value) -> PyResult<(Params, Gc<Bytes>)> {
    let (params, object) = params(vm, exception)?;
    match object.cast::<Bytes>() {
        Some(bytes) => Ok((params, bytes)),
        None => Err(vm.type_error("UnicodeError 'object' attribute must be a bytes")),
    }
}

/// What an exception is about.
pub fn object(vm: &Vm, exception: Gc<Exception>) -> PyResult {
    Ok(or_none(vm, details(vm, exception)?.get(OBJECT).unwrap_or_default()))
}

fn show_character(text: Gc<Str>, place: usize) -> Option<String> {
    if place >= text.len() {
        return None;
    }
    let code_point = text.text().at(place);
    Some(match code_point {
        0..0x100 => format!("'\\x{code_point:02x}'"),
        0x100..0x1_0000 => format!("'\\u{code_point:04x}'"),
        _ => format!("'\\U{code_point:08x}'"),
    })
}

fn show(vm: &Vm, value: Value, verb: &str, what: &str) -> PyResult {
    let details = details(vm, value.expect())?;
    let at = |index: usize| details.get(index).unwrap_or_default();
    if at(OBJECT).is_unbound() {
        return Ok(vm.empty_str().into());
    }
    let place = |index: usize| crate::types::int::to_i64_clamped(at(index).bound().unwrap_or(Value::ZERO));
    let (start, end) = (place(START), place(END));
    let text = |index: usize| vm.to_str(or_none(vm, at(index)));
    let reason = text(REASON)?;
    let title = match verb {
        "translate" => "can't translate".to_owned(),
        _ => format!("'{}' codec can't {verb}", text(0)?),
    };
    // Making these texts may have changed the exception.
    let object = at(OBJECT);
    if object.is_unbound() {
        return Err(vm.type_error("UnicodeError 'object' attribute is not set"));
    }
    let first = usize::try_from(start).unwrap_or(usize::MAX);
    let one = if verb == "decode" {
        let Some(bytes) = object.cast::<Bytes>() else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        bytes.as_slice().get(first).map(|byte| format!("{byte:#04x}"))
    } else {
        let Some(text) = object.cast::<Str>() else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a string"));
        };
        show_character(text, first)
    };
    match one {
        Some(one) if end.checked_sub(1) == Some(start) => {
            vm.new_str(&format!("{title} {what} {one} in position {start}: {reason}"))
        }
        _ => vm.new_str(&format!("{title} {what}s in position {start}-{}: {reason}", i128::from(end) - 1)),
    }
}

#[methods(pub(crate) DECODE_METHODS)]
impl DecodeMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn decode_init(vm: &Vm, args: &[Value]) -> PyResult {
        take(vm, args, "UnicodeDecodeError")
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn decode_str(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0], "decode", "byte")
    }
}

#[methods(pub(crate) ENCODE_METHODS)]
impl EncodeMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn encode_init(vm: &Vm, args: &[Value]) -> PyResult {
        take(vm, args, "UnicodeEncodeError")
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn encode_str(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0], "encode", "character")
    }
}

#[methods(pub(crate) TRANSLATE_METHODS)]
impl TranslateMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn translate_init(vm: &Vm, args: &[Value]) -> PyResult {
        take(vm, args, "UnicodeTranslateError")
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn translate_str(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0], "translate", "character")
    }
}
