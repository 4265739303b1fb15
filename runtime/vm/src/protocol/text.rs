//! Text of objects: `repr(obj)`, `str(obj)`, `ascii(obj)`, `format(obj, spec)`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::special::Special;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Says that the repr of a container is being made, until it is dropped.
pub struct ReprGuard<'a>(&'a Vm, u64);

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        self.0.reprs.borrow_mut().remove(&self.1);
    }
}

/// Text being put together from pieces, as WTF-8.
#[derive(Default)]
pub struct TextBuf {
    bytes: Vec<u8>,
    /// There was not enough memory; the text is incomplete.
    failed: bool,
}

impl TextBuf {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a piece.
    #[inline]
    pub fn push(&mut self, piece: &str) {
        self.push_bytes(piece.as_bytes());
    }

    /// Adds an ASCII character.
    #[inline]
    pub fn push_ascii(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        self.push_bytes(&[byte]);
    }

    /// Adds a string.
    pub fn push_str(&mut self, piece: &Str) {
        match piece.as_ascii() {
            Some(ascii) => self.push(ascii),
            None => self.push_bytes(&piece.to_wtf8()),
        }
    }

    /// Adds another text.
    pub fn push_buf(&mut self, piece: &TextBuf) {
        self.failed |= piece.failed;
        self.push_bytes(&piece.bytes);
    }

    /// Adds a code point; surrogates are allowed.
    #[inline]
    pub fn push_code_point(&mut self, code_point: u32) {
        match char::from_u32(code_point) {
            Some(c) => self.push_bytes(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {
                let mut bytes = Vec::with_capacity(4);
                crate::types::str::push_wtf8(&mut bytes, code_point);
                self.push_bytes(&bytes);
            }
        }
    }

    /// Adds an integer in decimal.
    pub fn push_int(&mut self, int: i64) {
        let mut digits = [0; crate::types::int::text::DECIMAL_ROOM];
        self.push_bytes(crate::types::int::text::decimal_digits(int, &mut digits));
    }

    #[inline]
    fn push_bytes(&mut self, bytes: &[u8]) {
        // Once memory did not suffice there is no room at all.
        if self.bytes.capacity() - self.bytes.len() >= bytes.len() || self.reserve(bytes.len()) {
            self.bytes.extend_from_slice(bytes);
        }
    }

    #[cold]
    fn reserve(&mut self, room: usize) -> bool {
        if self.failed || self.bytes.try_reserve(room).is_err() {
            self.failed = true;
            self.bytes = Vec::new();
        }
        !self.failed
    }

    /// Adds the repr of a value.
    pub fn push_repr(&mut self, vm: &Vm, value: Value) -> PyResult<()> {
        let repr = vm.repr(value)?;
        self.push_str(&repr);
        Ok(())
    }

    /// The string.
    pub fn finish(self, vm: &Vm) -> PyResult {
        if self.failed {
            return Err(vm.memory_error());
        }
        Str::from_wtf8(vm, &self.bytes).map(Value::from)
    }
}

/// Reprs that are made inside each other. Each level copies what the inner ones made, so that the limit must not depend on how little
/// stack they need.
const MAX_DEPTH: u32 = 10_000;

impl Vm {
    /// Marks a container whose repr is about to be made; `None` when that repr is being made already, so that cycles end.
    #[must_use]
    pub fn repr_guard(&self, container: Value) -> Option<ReprGuard<'_>> {
        let new = self.reprs.borrow_mut().insert(container.bits());
        new.then(|| ReprGuard(self, container.bits()))
    }

    /// `repr(value)`.
    pub fn repr(&self, value: Value) -> PyResult<Gc<Str>> {
        if let Some(int) = value.as_int() {
            return crate::types::int::text::decimal(self, int);
        }
        self.check_native_recursion()?;
        self.text_of(value, Special::Repr)
    }

    /// `str(value)`.
    pub fn to_str(&self, value: Value) -> PyResult<Gc<Str>> {
        if self.is_exact_str(value) {
            return Ok(value.expect::<Str>());
        }
        if let Some(int) = value.as_int() {
            return crate::types::int::text::decimal(self, int);
        }
        self.check_native_recursion()?;
        self.text_of(value, Special::Str)
    }

    fn text_of(&self, value: Value, special: Special) -> PyResult<Gc<Str>> {
        let depth = self.text_depth.get();
        if depth >= MAX_DEPTH {
            let what = if special == Special::Repr { "the repr" } else { "the str" };
            let message = format!("maximum recursion depth exceeded while getting {what} of an object");
            return Err(self.raise(self.types().recursion_error, message));
        }
        self.text_depth.set(depth + 1);
        let text = self.call_for_text(value, special);
        self.text_depth.set(depth);
        text
    }

    fn call_for_text(&self, value: Value, special: Special) -> PyResult<Gc<Str>> {
        let class = self.class_of(value);
        let result = match class.native(special) {
            Some(text) => text(self, &[value])?,
            None => self.call_special(value, class.special(special), &[])?,
        };
        match result.cast::<Str>() {
            Some(text) => Ok(text),
            None => {
                let (name, found) = (special.name(), self.type_name(result));
                Err(self.type_error(format!("{name} returned non-string (type {found})")))
            }
        }
    }

    /// `ascii(value)`: the repr with everything beyond ASCII escaped.
    pub fn ascii(&self, value: Value) -> PyResult<Gc<Str>> {
        let repr = self.repr(value)?;
        if repr.is_ascii() {
            return Ok(repr);
        }
        let mut text = String::new();
        for code_point in repr.text().iter() {
            match code_point {
                0..0x80 => text.push(code_point as u8 as char),
                0x80..0x100 => text += &format!("\\x{code_point:02x}"),
                0x100..0x1_0000 => text += &format!("\\u{code_point:04x}"),
                _ => text += &format!("\\U{code_point:08x}"),
            }
        }
        Str::from_utf8(self, &text)
    }

    /// `format(value, spec)`.
    pub fn format(&self, value: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if spec.is_empty() && self.is_exact_str(value) {
            return Ok(value.expect::<Str>());
        }
        if spec.is_empty() && value.is_int() {
            return self.to_str(value);
        }
        let class = self.class_of(value);
        let result = match class.native(Special::Format) {
            Some(format) => format(self, &[value, spec.into()])?,
            None => self.call_special(value, class.special(Special::Format), &[spec.into()])?,
        };
        match result.cast::<Str>() {
            Some(text) => Ok(text),
            None => Err(self.type_error(format!("__format__ must return a str, not {}", self.type_name(result)))),
        }
    }

    /// The text of a value for a message; never raises.
    #[must_use]
    pub fn display(&self, value: Value) -> String {
        match self.to_str(value) {
            Ok(text) => text.to_string(),
            Err(raised) => {
                let _ = self.take_exception(raised);
                format!("<{} object>", self.type_name(value))
            }
        }
    }

    /// The repr of a value for a message; never raises.
    #[must_use]
    pub fn display_repr(&self, value: Value) -> String {
        match self.repr(value) {
            Ok(text) => text.to_string(),
            Err(raised) => {
                let _ = self.take_exception(raised);
                format!("<{} object>", self.type_name(value))
            }
        }
    }
}
