//! What a codec does about what it cannot convert: the error handlers that it knows itself by name ([`Handler`]), and calls of all
//! others.

use core::cell::Cell;
use core::ops::Deref;

use orochi_gc::Gc;

use super::registry;
use crate::error::{PyResult, Raised};
use crate::types::bytes::Bytes;
use crate::types::exception::{Exception, unicode_error};
use crate::types::int::to_i64_clamped;
use crate::types::str::Str;
use crate::types::str::fill::Builder;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// An error handler by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    XmlCharRefReplace,
    BackslashReplace,
    SurrogateEscape,
    SurrogatePass,
    /// Any other: the registry knows.
    Other,
}

impl Handler {
    /// The handler of a name.
    #[must_use]
    pub fn named(name: &str) -> Handler {
        match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "backslashreplace" => Handler::BackslashReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            _ => Handler::Other,
        }
    }
}

/// `\xe9`, `\u20ac` or `\U0001f600`.
#[must_use]
pub fn hex_escape(code_point: u32) -> String {
    match code_point {
        0..0x100 => format!("\\x{code_point:02x}"),
        0x100..0x1_0000 => format!("\\u{code_point:04x}"),
        _ => format!("\\U{code_point:08x}"),
    }
}

/// What a handler wants in place of what could not be encoded.
pub enum Replacement {
    Text(Gc<Str>),
    Bytes(Gc<Bytes>),
}

/// The handler of a call of a codec, looked up when it is first needed.
struct Callable<'a> {
    vm: &'a Vm,
    name: &'a str,
    found: Cell<Value>,
}

impl<'a> Callable<'a> {
    fn new(vm: &'a Vm, name: &'a str) -> Self {
        Callable { vm, name, found: Cell::new(Value::UNBOUND) }
    }

    /// Calls the handler with an exception: what it returned, and the place in something of this length to go on at.
    fn call(
        &self,
        exception: Value,
        verb: &str,
        what: &str,
        len: impl FnOnce() -> PyResult<usize>,
    ) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        if self.found.get().is_unbound() {
            self.found.set(registry::lookup_error(vm, self.name)?);
        }
        let result = vm.call(self.found.get(), &[exception])?;
        let wrong = || vm.type_error(format!("{verb} error handler must return ({what}, int) tuple"));
        let Some(pair) = result.cast::<Tuple>() else { return Err(wrong()) };
        let &[replacement, place] = pair.items() else { return Err(wrong()) };
        if replacement.cast::<Str>().is_none() && (what == "str" || replacement.cast::<Bytes>().is_none()) {
            return Err(wrong());
        }
        let place = vm.index(place)?;
        let (place, len) = (to_i64_clamped(place), len()? as i64);
        let from_start = if place < 0 { place.saturating_add(len) } else { place };
        if !(0..=len).contains(&from_start) {
            return Err(vm.index_error(format!("position {from_start} from error handler out of bounds")));
        }
        // A handler that goes back makes loops without end possible.
        vm.check_interrupt()?;
        Ok((replacement, from_start as usize))
    }
}

/// Errors of an encoder.
pub struct EncodeErrors<'a> {
    pub text: Gc<Str>,
    pub handler: Handler,
    encoding: &'a str,
    callable: Callable<'a>,
}

impl<'a> EncodeErrors<'a> {
    pub fn new(vm: &'a Vm, encoding: &'a str, text: Gc<Str>, errors: &'a str) -> Self {
        EncodeErrors { text, handler: Handler::named(errors), encoding, callable: Callable::new(vm, errors) }
    }

    fn exception(&self, start: usize, end: usize, reason: &str) -> PyResult<Gc<Exception>> {
        let vm = self.callable.vm;
        let items = [
            vm.new_str(self.encoding)?,
            self.text.into(),
            vm.new_int(start as i64)?,
            vm.new_int(end as i64)?,
            vm.new_str(reason)?,
        ];
        Exception::new(vm, vm.types().unicode_encode_error, &items)
    }

    /// The exception that says what cannot be encoded.
    #[cold]
    pub fn raise(&self, start: usize, end: usize, reason: &str) -> Raised {
        match self.exception(start, end, reason) {
            Ok(exception) => raise(self.callable.vm, exception),
            Err(raised) => raised,
        }
    }

    /// Calls the handler: the replacement, and where to go on.
    pub fn call(&self, start: usize, end: usize, reason: &str) -> PyResult<(Replacement, usize)> {
        let exception = self.exception(start, end, reason)?;
        let len = || Ok(self.text.len());
        let (replacement, next) = self.callable.call(exception.into(), "encoding", "str/bytes", len)?;
        let replacement = match (replacement.cast::<Str>(), replacement.cast::<Bytes>()) {
            (Some(text), _) => Replacement::Text(text),
            (None, Some(bytes)) => Replacement::Bytes(bytes),
            (None, None) => return Err(self.raise(start, end, reason)),
        };
        Ok((replacement, next))
    }
}

fn raise(vm: &Vm, exception: Gc<Exception>) -> Raised {
    crate::types::exception::set_context(vm, exception);
    vm.raise_exception(exception)
}

/// What is decoded: bytes of the caller, or those of an object that a handler has seen or put in their place.
pub enum Input<'a> {
    Slice(&'a [u8]),
    Object(Gc<Bytes>),
}

impl Deref for Input<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Input::Slice(bytes) => bytes,
            Input::Object(bytes) => bytes.as_slice(),
        }
    }
}

/// Errors of a decoder, and what it has decoded.
pub struct Decoder<'a> {
    pub vm: &'a Vm,
    pub input: Input<'a>,
    pub handler: Handler,
    pub out: Builder,
    encoding: &'a str,
    callable: Callable<'a>,
}

impl<'a> Decoder<'a> {
    pub fn new(vm: &'a Vm, encoding: &'a str, data: &'a [u8], errors: &'a str) -> Self {
        Decoder {
            vm,
            input: Input::Slice(data),
            handler: Handler::named(errors),
            out: Builder::with_capacity(data.len()),
            encoding,
            callable: Callable::new(vm, errors),
        }
    }

    /// What is decoded, as an object.
    fn object(&mut self) -> PyResult<Gc<Bytes>> {
        if let Input::Object(bytes) = self.input {
            return Ok(bytes);
        }
        let bytes = Bytes::new(self.vm, &self.input)?;
        self.input = Input::Object(bytes);
        Ok(bytes)
    }

    fn exception(&mut self, start: usize, end: usize, reason: &str) -> PyResult<Gc<Exception>> {
        let vm = self.vm;
        let items = [
            vm.new_str(self.encoding)?,
            self.object()?.into(),
            vm.new_int(start as i64)?,
            vm.new_int(end as i64)?,
            vm.new_str(reason)?,
        ];
        Exception::new(vm, vm.types().unicode_decode_error, &items)
    }

    /// Handles bytes that mean nothing: where to go on.
    pub fn error(&mut self, start: usize, end: usize, reason: &str) -> PyResult<usize> {
        match self.handler {
            Handler::Strict => {
                let exception = self.exception(start, end, reason)?;
                return Err(raise(self.vm, exception));
            }
            Handler::Ignore => return Ok(end),
            Handler::Replace => {
                self.out.push(0xfffd);
                return Ok(end);
            }
            Handler::BackslashReplace => {
                for byte in &self.input[start..end] {
                    self.out.push_str(&hex_escape((*byte).into()));
                }
                return Ok(end);
            }
            Handler::SurrogateEscape => {
                // Up to four bytes at once, as the handler of that name.
                let high = self.input[start..end].iter().take(4).take_while(|byte| !byte.is_ascii()).count();
                if high > 0 {
                    for byte in &self.input[start..start + high] {
                        self.out.push(0xdc00 + u32::from(*byte));
                    }
                    return Ok(start + high);
                }
            }
            _ => {}
        }
        let exception = self.exception(start, end, reason)?;
        let vm = self.vm;
        let mut input = None;
        let (replacement, next) = self.callable.call(exception.into(), "decoding", "str", || {
            // The handler may have put other bytes in the place of those.
            let Some(object) = unicode_error::object(vm, exception)?.cast::<Bytes>() else {
                return Err(vm.type_error("exception attribute object must be bytes"));
            };
            input = Some(object);
            Ok(object.as_slice().len())
        })?;
        if let Some(object) = input {
            self.input = Input::Object(object);
        }
        if let Some(text) = replacement.cast::<Str>() {
            self.out.push_text(text.text());
        }
        Ok(next)
    }

    /// The string.
    pub fn finish(self) -> PyResult {
        self.out.finish(self.vm)
    }
}

/// Errors of `str.translate`-like conversions from text to text.
pub struct TranslateErrors<'a> {
    text: Gc<Str>,
    callable: Callable<'a>,
}

impl<'a> TranslateErrors<'a> {
    pub fn new(vm: &'a Vm, text: Gc<Str>, errors: &'a str) -> Self {
        TranslateErrors { text, callable: Callable::new(vm, errors) }
    }

    /// Calls the handler: the replacement, and where to go on.
    pub fn call(&self, start: usize, end: usize, reason: &str) -> PyResult<(Gc<Str>, usize)> {
        let vm = self.callable.vm;
        let items = [self.text.into(), vm.new_int(start as i64)?, vm.new_int(end as i64)?, vm.new_str(reason)?];
        let exception = Exception::new(vm, vm.types().unicode_translate_error, &items)?;
        let len = || Ok(self.text.len());
        let (replacement, next) = self.callable.call(exception.into(), "translating", "str", len)?;
        Ok((replacement.expect(), next))
    }
}
