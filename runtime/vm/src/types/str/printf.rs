//! The `%` operator of `str`, `bytes` and `bytearray`.

use orochi_gc::Gc;

use super::fill::Builder;
use super::{Str, Text};
use crate::error::{PyResult, Raised};
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, buffer};
use crate::types::float::text::{self as float_text, Style};
use crate::types::format_spec::{Short, digits_in};
use crate::types::int::{self, Int};
use crate::types::str::codecs::bytes_of;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What a template makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    Text,
    /// Bytes: the result has only code points below U+0100, one a byte.
    Bytes,
}

/// More fill characters or digits than this are a MemoryError instead of an attempt.
const MAX_PADDING: usize = 1 << 34;

/// Arguments of a template, used up one by one.
struct Arguments {
    /// The tuple, or else the only argument.
    value: Value,
    tuple: Option<Gc<Tuple>>,
    used: usize,
    /// What `%(key)s` looks in.
    mapping: Option<Value>,
}

impl Arguments {
    fn next(&mut self, vm: &Vm) -> PyResult {
        let value = match self.tuple {
            Some(tuple) => tuple.get(self.used),
            None => (self.used == 0).then_some(self.value),
        };
        self.used += 1;
        value.ok_or_else(|| vm.type_error("not enough arguments for format string"))
    }

    fn are_left(&self) -> bool {
        self.used < self.tuple.map_or(1, |tuple| tuple.len())
    }

    /// Makes a mapping's value the only argument.
    fn replace(&mut self, value: Value) {
        (self.value, self.tuple, self.used) = (value, None, 0);
    }
}

/// A conversion specifier: `%[(key)][flags][width][.precision]type`.
#[derive(Default)]
struct Specifier {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

struct Formatter<'a> {
    vm: &'a Vm,
    mode: Mode,
    template: Text<'a>,
    at: usize,
    arguments: Arguments,
    out: Builder,
}

/// The text of a template with its arguments: a tuple of them, or one.
pub fn format(vm: &Vm, template: Text<'_>, arguments: Value, mode: Mode) -> PyResult<Builder> {
    let tuple = arguments.cast::<Tuple>();
    let is_text = match mode {
        Mode::Text => arguments.cast::<Str>().is_some(),
        Mode::Bytes => {
            arguments.cast::<Bytes>().is_some()
                || arguments.cast::<ByteArray>().is_some()
                || arguments.cast::<Str>().is_some()
        }
    };
    let is_mapping = tuple.is_none() && !is_text && vm.class_of(arguments).special(Special::GetItem).is_bound();
    let mut formatter = Formatter {
        vm,
        mode,
        template,
        at: 0,
        arguments: Arguments { value: arguments, tuple, used: 0, mapping: is_mapping.then_some(arguments) },
        out: Builder::with_capacity(template.len()),
    };
    formatter.run()?;
    if formatter.arguments.mapping.is_none() && formatter.arguments.are_left() {
        let what = if mode == Mode::Text { "string" } else { "bytes" };
        return Err(vm.type_error(format!("not all arguments converted during {what} formatting")));
    }
    Ok(formatter.out)
}

impl Formatter<'_> {
    fn peek(&self) -> Option<u32> {
        (self.at < self.template.len()).then(|| self.template.at(self.at))
    }

    fn next_char(&mut self) -> PyResult<u32> {
        let c = self.peek().ok_or_else(|| self.vm.value_error("incomplete format"))?;
        self.at += 1;
        Ok(c)
    }

    fn run(&mut self) -> PyResult<()> {
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == u32::from(b'%') {
                self.specifier()?;
            } else {
                self.out.push(c);
            }
        }
        Ok(())
    }

    fn specifier(&mut self) -> PyResult<()> {
        if self.peek() == Some(b'%'.into()) {
            self.at += 1;
            self.out.push(b'%'.into());
            return Ok(());
        }
        if self.peek() == Some(b'('.into()) {
            self.key()?;
        }
        let mut spec = Specifier::default();
        loop {
            match self.peek().and_then(|c| u8::try_from(c).ok()) {
                Some(b'-') => spec.left = true,
                Some(b'+') => spec.plus = true,
                Some(b' ') => spec.space = true,
                Some(b'#') => spec.alternate = true,
                Some(b'0') => spec.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        let (width, negative) = self.size("width", isize::MAX as usize)?;
        spec.width = width.unwrap_or(0);
        spec.left |= negative;
        if self.peek() == Some(b'.'.into()) {
            self.at += 1;
            let (precision, negative) = self.size("precision", i32::MAX as usize)?;
            spec.precision = Some(if negative { 0 } else { precision.unwrap_or(0) });
        }
        if matches!(self.peek().and_then(|c| u8::try_from(c).ok()), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        let c = self.next_char()?;
        let value = self.arguments.next(self.vm)?;
        self.convert(&spec, c, value)
    }

    /// `(key)`: its value becomes the argument.
    fn key(&mut self) -> PyResult<()> {
        let Some(mapping) = self.arguments.mapping else { return Err(self.vm.type_error("format requires a mapping")) };
        let start = self.at + 1;
        let mut depth = 0;
        loop {
            match self.peek() {
                None => return Err(self.vm.value_error("incomplete format key")),
                Some(c) if c == u32::from(b'(') => depth += 1,
                Some(c) if c == u32::from(b')') => depth -= 1,
                Some(_) => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        let key = self.template.slice(start, self.at - 1);
        let key = match (self.mode, key) {
            (Mode::Bytes, Text::Latin1(bytes)) => self.vm.new_bytes(bytes)?,
            _ => Str::from_text(self.vm, key)?.into(),
        };
        let value = self.vm.get_item(mapping, key)?;
        self.arguments.replace(value);
        Ok(())
    }

    /// A width or precision, and whether it is negative; `*` takes an argument.
    fn size(&mut self, what: &str, max: usize) -> PyResult<(Option<usize>, bool)> {
        let vm = self.vm;
        let too_big = || vm.value_error(format!("{what} too big"));
        if self.peek() == Some(b'*'.into()) {
            self.at += 1;
            let value = self.arguments.next(vm)?;
            if !value.is_int() && value.cast::<Int>().is_none() {
                return Err(vm.type_error("* wants int"));
            }
            let size = vm.index_i64(value)?;
            let magnitude = size.unsigned_abs() as usize;
            if magnitude > max {
                return Err(vm.overflow_error("Python int too large to convert to C int"));
            }
            return Ok((Some(magnitude), size < 0));
        }
        let mut size = None;
        while let Some(c @ 0x30..=0x39) = self.peek() {
            let next = size.unwrap_or(0usize).checked_mul(10).and_then(|size| size.checked_add(c as usize - 0x30));
            size = Some(next.filter(|size| *size <= max).ok_or_else(too_big)?);
            self.at += 1;
        }
        Ok((size, false))
    }

    fn convert(&mut self, spec: &Specifier, c: u32, value: Value) -> PyResult<()> {
        let vm = self.vm;
        match (u8::try_from(c), self.mode) {
            (Ok(b's'), Mode::Text) => self.push_text(spec, vm.to_str(value)?.text()),
            (Ok(b'r'), Mode::Text) => self.push_text(spec, vm.repr(value)?.text()),
            (Ok(b'a'), _) | (Ok(b'r'), Mode::Bytes) => self.push_text(spec, vm.ascii(value)?.text()),
            (Ok(b's' | b'b'), Mode::Bytes) => {
                let bytes = self.bytes_argument(value)?;
                self.push_text(spec, Text::Latin1(&bytes))
            }
            (Ok(b'c'), _) => {
                let c = self.char_argument(value)?;
                let without_precision = Specifier { precision: None, ..*spec };
                self.push_text(&without_precision, Text::Ucs4(&[c]))
            }
            (Ok(kind @ (b'd' | b'i' | b'u' | b'o' | b'x' | b'X')), _) => self.integer(spec, kind, value),
            (Ok(kind @ (b'e' | b'E' | b'f' | b'F' | b'g' | b'G')), _) => self.float(spec, kind, value),
            _ => {
                let shown = match self.mode {
                    Mode::Text => char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER),
                    Mode::Bytes => char::from(c as u8),
                };
                let index = self.at - 1;
                Err(vm.value_error(format!("unsupported format character '{shown}' (0x{c:x}) at index {index}")))
            }
        }
    }

    fn push_text(&mut self, spec: &Specifier, text: Text<'_>) -> PyResult<()> {
        let text = text.slice(0, text.len().min(spec.precision.unwrap_or(usize::MAX)));
        let missing = self.missing(spec, text.len())?;
        if !spec.left {
            self.out.repeat(b' '.into(), missing);
        }
        self.out.push_text(text);
        if spec.left {
            self.out.repeat(b' '.into(), missing);
        }
        Ok(())
    }

    fn missing(&self, spec: &Specifier, len: usize) -> PyResult<usize> {
        let missing = spec.width.saturating_sub(len);
        if missing > MAX_PADDING {
            return Err(self.vm.memory_error());
        }
        self.vm.check_room_for(missing)?;
        Ok(missing)
    }

    /// Writes a number: sign, prefix, zeros where they are asked for, digits.
    fn push_number(&mut self, spec: &Specifier, negative: bool, prefix: &str, digits: &str) -> PyResult<()> {
        let sign = match (negative, spec.plus, spec.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        let missing = self.missing(spec, sign.len() + prefix.len() + digits.len())?;
        if !spec.left && !spec.zero {
            self.out.repeat(b' '.into(), missing);
        }
        self.out.push_str(sign);
        self.out.push_str(prefix);
        if !spec.left && spec.zero {
            self.out.repeat(b'0'.into(), missing);
        }
        self.out.push_str(digits);
        if spec.left {
            self.out.repeat(b' '.into(), missing);
        }
        Ok(())
    }

    fn integer(&mut self, spec: &Specifier, kind: u8, value: Value) -> PyResult<()> {
        let int = self.integer_argument(kind, value)?;
        let (radix, prefix) = match kind {
            b'o' => (8, "0o"),
            b'x' => (16, "0x"),
            b'X' => (16, "0X"),
            _ => (10, ""),
        };
        let (negative, mut digits) = digits_in(self.vm, int, radix, kind == b'X')?;
        if let Some(zeros) = spec.precision.and_then(|precision| precision.checked_sub(digits.len())) {
            self.vm.check_room_for(zeros.saturating_mul(3))?;
            digits = "0".repeat(zeros) + &digits;
        }
        self.push_number(spec, negative, if spec.alternate { prefix } else { "" }, &digits)
    }

    fn integer_argument(&self, kind: u8, value: Value) -> PyResult {
        let vm = self.vm;
        if value.is_int() || value.cast::<Int>().is_some() {
            return Ok(value);
        }
        let (letter, name) = (char::from(kind), vm.type_name(value));
        let class = vm.class_of(value);
        let wrong = |what: &str| vm.type_error(format!("%{letter} format: {what} is required, not {name}"));
        if matches!(kind, b'o' | b'x' | b'X') {
            let index = vm.try_index(value);
            return vm.absorb(index, vm.types().type_error)?.flatten().ok_or_else(|| wrong("an integer"));
        }
        let is_number = [Special::Int, Special::Index].iter().any(|special| class.special(*special).is_bound());
        if !is_number {
            return Err(wrong("a real number"));
        }
        let int = int::methods::from_value(vm, value);
        vm.absorb(int, vm.types().type_error)?.ok_or_else(|| wrong("a real number"))
    }

    fn float(&mut self, spec: &Specifier, kind: u8, value: Value) -> PyResult<()> {
        let float = crate::types::float::methods::as_double(self.vm, value);
        let float = match (self.mode, float) {
            (Mode::Bytes, Err(_)) if self.vm.pending_is(self.vm.types().type_error) => {
                let name = self.vm.type_name(value);
                return Err(self.vm.type_error(format!("float argument required, not {name}")));
            }
            (_, float) => float?,
        };
        let places = spec.precision.unwrap_or(6);
        if kind == b'f' && places < 16 && float.abs() < 1e15 && !spec.alternate {
            let mut text = Short::default();
            // What does not fit comes out by the long way below.
            if core::fmt::Write::write_fmt(&mut text, format_args!("{:.places$}", float.abs())).is_ok() {
                return self.push_number(spec, float.is_sign_negative(), "", text.as_str());
            }
        }
        let style = match kind.to_ascii_lowercase() {
            b'e' => Style::Exponent,
            b'f' => Style::Fixed,
            _ => Style::General,
        };
        let mut text = match float_text::special(float) {
            Some(text) => text.trim_start_matches('-').to_owned(),
            None => {
                self.vm.check_room_for(spec.precision.unwrap_or(0).saturating_mul(4))?;
                float_text::magnitude(float, style, spec.precision, spec.alternate)
            }
        };
        if kind.is_ascii_uppercase() {
            text.make_ascii_uppercase();
        }
        self.push_number(spec, float.is_sign_negative() && !float.is_nan(), "", &text)
    }

    /// The code point of `%c`.
    fn char_argument(&self, value: Value) -> PyResult<u32> {
        let vm = self.vm;
        let limit = if self.mode == Mode::Text { 0x11_0000 } else { 0x100 };
        match (self.mode, value.cast::<Str>()) {
            (Mode::Text, Some(text)) if text.len() == 1 => return Ok(text.text().at(0)),
            (Mode::Text, Some(text)) => {
                let len = text.len();
                let message = format!("%c requires an int or a unicode character, not a string of length {len}");
                return Err(vm.type_error(message));
            }
            _ => {}
        }
        if self.mode == Mode::Bytes
            && let Some(bytes) = bytes_of(value)
        {
            return match bytes.as_slice() {
                [byte] => Ok((*byte).into()),
                _ => Err(self.wrong_byte(value, Some(bytes.len()))),
            };
        }
        let Some(index) = vm.try_index(value)? else {
            if self.mode == Mode::Bytes {
                return Err(self.wrong_byte(value, None));
            }
            let name = vm.qualified_type_name(value);
            return Err(vm.type_error(format!("%c requires an int or a unicode character, not {name}")));
        };
        match int::to_i64(index).filter(|c| (0..limit).contains(c)) {
            Some(c) => Ok(c as u32),
            None if self.mode == Mode::Text => Err(vm.overflow_error("%c arg not in range(0x110000)")),
            None => Err(vm.overflow_error("%c arg not in range(256)")),
        }
    }

    #[cold]
    fn wrong_byte(&self, value: Value, len: Option<usize>) -> Raised {
        let found = match len {
            Some(len) => format!("a {} object of length {len}", self.vm.type_name(value)),
            None => self.vm.qualified_type_name(value),
        };
        self.vm.type_error(format!("%c requires an integer in range(256) or a single byte, not {found}"))
    }

    /// The bytes of `%b`.
    fn bytes_argument(&self, value: Value) -> PyResult<Vec<u8>> {
        let vm = self.vm;
        if let Some(bytes) = bytes_of(value) {
            return Ok(bytes);
        }
        let method = vm.class_of(value).special(Special::Bytes);
        if method.is_bound() {
            let result = vm.call_special(value, method, &[])?;
            return match result.cast::<Bytes>() {
                Some(bytes) => Ok(bytes.as_slice().to_vec()),
                None => {
                    let name = vm.type_name(result);
                    Err(vm.type_error(format!("__bytes__ returned non-bytes (type {name})")))
                }
            };
        }
        if let Some(bytes) = buffer::find(value) {
            return Ok(bytes.to_vec());
        }
        let name = vm.type_name(value);
        Err(vm.type_error(format!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
        )))
    }
}
