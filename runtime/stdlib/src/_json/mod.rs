//! `_json`: the parts of `json` that read and write text.
//!
//! - [`strings`] reads and escapes strings
//! - [`scanner`] has `make_scanner`, which reads values
//! - [`encoder`] has `make_encoder`, which writes them

mod encoder;
mod scanner;
mod strings;

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, NativeModule, PyResult, Raised, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_json",
    doc: "json speedups\n",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        dict.set_str(vm, vm.intern("make_encoder"), vm.module_class(&encoder::CLASS)?.into())?;
        dict.set_str(vm, vm.intern("make_scanner"), vm.module_class(&scanner::CLASS)?.into())
    },
};

fn text_argument(vm: &Vm, value: Value) -> PyResult<Gc<Str>> {
    value.cast::<Str>().ok_or_else(|| {
        let name = vm.type_name(value);
        vm.type_error(format!("first argument must be a string, not {name}"))
    })
}

/// Raises `json.JSONDecodeError`.
#[cold]
fn decode_error(vm: &Vm, message: &str, text: Gc<Str>, place: usize) -> Raised {
    let error = vm.import("json.decoder").and_then(|module| {
        let class = vm.get_attr_str(module, "JSONDecodeError")?;
        vm.call(class, &[vm.new_str(message)?, text.into(), vm.new_int(place as i64)?])
    });
    match error.and_then(|error| orochi_vm::types::exception::make_raisable(vm, error, None)) {
        Ok(exception) => vm.raise_exception(exception),
        Err(raised) => raised,
    }
}

/// Values nested deeper than this are refused, however large the native stack is.
const MAX_DEPTH: usize = 10_000;

/// RecursionError that says what went on when values are nested too deeply.
#[inline]
fn check_depth(vm: &Vm, depth: usize, what: &str) -> PyResult<()> {
    if depth < MAX_DEPTH && vm.has_native_room() { Ok(()) } else { Err(too_deep(vm, what)) }
}

#[cold]
fn too_deep(vm: &Vm, what: &str) -> Raised {
    vm.raise(vm.types().recursion_error, format!("maximum recursion depth exceeded {what}"))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a JSON representation of a Python string
    #[method("encode_basestring(string, /)")]
    fn encode_basestring(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        strings::push_escaped(&mut text, &*text_argument(vm, args[0])?, false);
        text.finish(vm)
    }

    /// Return an ASCII-only JSON representation of a Python string
    #[method("encode_basestring_ascii(string, /)")]
    fn encode_basestring_ascii(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        strings::push_escaped(&mut text, &*text_argument(vm, args[0])?, true);
        text.finish(vm)
    }

    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[method("scanstring(string, end, strict=True, /)")]
    fn scanstring(vm: &Vm, args: &[Value]) -> PyResult {
        let end = vm.index_i64(args[1])?;
        let strict = args[2].bound().map_or(Ok(true), |strict| vm.is_true(strict))?;
        let text = text_argument(vm, args[0])?;
        let Some(start) = usize::try_from(end).ok().filter(|end| *end <= text.len()) else {
            return Err(vm.value_error("end is out of bounds"));
        };
        let (value, end) = strings::scan(vm, text, start, strict)?;
        vm.new_tuple(&[value.into(), vm.new_int(end as i64)?])
    }
}
