//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`: what could not be converted, where and why.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
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
    Ok(or_none(vm, details(vm, value.expect())?.get(INDEX).unwrap_or_default()))
}

fn set<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    let Some(new) = new else { return Err(vm.type_error("can't delete attribute")) };
    let new = if INDEX == START || INDEX == END { vm.index(new)? } else { new };
    details(vm, value.expect())?.set(vm, INDEX, new);
    Ok(())
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
    let (start, end) = (vm.index(given[offset + 1])?, vm.index(given[offset + 2])?);
    if given[offset + 3].cast::<Str>().is_none() {
        return Err(wrong(offset + 4, "str"));
    }
    let encoding = if translate { Value::UNBOUND } else { given[0] };
    let list = List::new(vm, &[encoding, object, start, end, given[offset + 3]])?;
    exception.set_field(vm, 0, list.into());
    Ok(vm.none())
}

/// What an error is about, with the places brought into range.
struct Parts {
    encoding: String,
    reason: String,
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
    Ok(Some(Parts {
        encoding: vm.display(or_none(vm, at(0))),
        reason: vm.display(or_none(vm, at(REASON))),
        start,
        end,
        object: at(OBJECT),
    }))
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

fn show_character(object: Value, place: usize) -> Option<String> {
    let text = object.cast::<Str>()?;
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
    let Some(Parts { encoding, reason, start, end, object }) = parts(vm, value)? else {
        return Ok(vm.empty_str().into());
    };
    let title =
        if verb == "translate" { "can't translate".to_owned() } else { format!("'{encoding}' codec can't {verb}") };
    let single = end == start + 1;
    let one = if !single {
        None
    } else if let Some(bytes) = object.cast::<Bytes>() {
        bytes.as_slice().get(start).map(|byte| format!("{byte:#04x}"))
    } else {
        show_character(object, start)
    };
    match one {
        Some(one) => vm.new_str(&format!("{title} {what} {one} in position {start}: {reason}")),
        None => {
            let last = end as i64 - 1;
            vm.new_str(&format!("{title} {what}s in position {start}-{last}: {reason}"))
        }
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
