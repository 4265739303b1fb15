//! Ends of lines: what an argument `newline` says of them, finding them, and `IncrementalNewlineDecoder`.

use core::cell::{Cell, RefCell};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::Own;
use super::arguments::text;

const FEED: u32 = b'\n' as u32;
const RETURN: u32 = b'\r' as u32;

/// What a `newline` argument means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Newline {
    /// None: all ends of lines become `\n`.
    #[default]
    Translate,
    /// Empty: lines end with any of the three, which are left as they are.
    Any,
    Feed,
    Return,
    ReturnFeed,
}

impl Newline {
    /// The meaning of an argument. `function` is the one that it is an argument of.
    pub(super) fn of(vm: &Vm, value: Value, function: &str) -> PyResult<Newline> {
        let Some(given) = text(vm, value, function, "newline", true)? else { return Ok(Newline::Translate) };
        match given.to_wtf8().as_slice() {
            b"" => Ok(Newline::Any),
            b"\n" => Ok(Newline::Feed),
            b"\r" => Ok(Newline::Return),
            b"\r\n" => Ok(Newline::ReturnFeed),
            _ => Err(vm.value_error(format!("illegal newline value: {given}"))),
        }
    }

    /// Whether any of the three ends a line.
    pub(super) fn is_universal(self) -> bool {
        matches!(self, Newline::Translate | Newline::Any)
    }

    /// What is written for `\n`, if that is something else.
    pub(super) fn written(self) -> Option<&'static str> {
        match self {
            Newline::Return => Some("\r"),
            Newline::ReturnFeed => Some("\r\n"),
            _ => None,
        }
    }

    /// Where the first line of a text ends, its end included; `None` when it has no end. In [`Newline::Translate`] the text is
    /// translated already, and a decoder sees to it that no `\r\n` is torn apart in the other universal mode.
    #[inline]
    pub(super) fn find(self, text: Text<'_>) -> Option<usize> {
        match self {
            Newline::Translate | Newline::Feed => find_unit(text, FEED).map(|at| at + 1),
            Newline::Return => find_unit(text, RETURN).map(|at| at + 1),
            Newline::ReturnFeed => {
                let mut from = 0;
                while let Some(at) = find_unit(text.slice(from, text.len()), RETURN) {
                    from += at + 1;
                    if from < text.len() && text.at(from) == FEED {
                        return Some(from + 1);
                    }
                }
                None
            }
            Newline::Any => {
                let at = find_either(text)?;
                let is_pair = text.at(at) == RETURN && at + 1 < text.len() && text.at(at + 1) == FEED;
                Some(at + if is_pair { 2 } else { 1 })
            }
        }
    }
}

/// The place of a Latin-1 code point.
#[inline]
pub(super) fn find_unit(text: Text<'_>, unit: u32) -> Option<usize> {
    match text {
        Text::Latin1(units) => memchr::memchr(unit as u8, units),
        Text::Ucs2(units) => units.iter().position(|other| u32::from(*other) == unit),
        Text::Ucs4(units) => units.iter().position(|other| *other == unit),
    }
}

/// The place of the first `\n` or `\r`.
fn find_either(text: Text<'_>) -> Option<usize> {
    match text {
        Text::Latin1(units) => memchr::memchr2(b'\n', b'\r', units),
        Text::Ucs2(units) => units.iter().position(|unit| matches!(u32::from(*unit), FEED | RETURN)),
        Text::Ucs4(units) => units.iter().position(|unit| matches!(*unit, FEED | RETURN)),
    }
}

/// Bits of the ends that were met.
const SEEN_RETURN: u8 = 1;
const SEEN_FEED: u8 = 2;
const SEEN_RETURN_FEED: u8 = 4;
const SEEN_ALL: u8 = 7;

/// The state of decoding ends of lines, piece by piece.
#[derive(Default)]
pub(super) struct Lines {
    translate: Cell<bool>,
    /// Whether the last piece ended in a `\r` that was held back.
    held: Cell<bool>,
    seen: Cell<u8>,
}

impl Lines {
    pub(super) fn new(translate: bool) -> Lines {
        Lines { translate: Cell::new(translate), ..Lines::default() }
    }

    pub(super) fn set_translate(&self, translate: bool) {
        self.translate.set(translate);
    }

    /// Takes the next piece. A `\r` at its end is held back until it is known what follows.
    pub(super) fn decode(&self, vm: &Vm, piece: Gc<Str>, is_last: bool) -> PyResult<Gc<Str>> {
        let text = piece.text();
        let held = self.held.get() && (is_last || !text.is_empty());
        if !held && (text.is_empty() || find_unit(text, RETURN).is_none()) {
            // The common case: nothing to hold back or to translate.
            if self.seen.get() & SEEN_FEED == 0 && find_unit(text, FEED).is_some() {
                self.seen.set(self.seen.get() | SEEN_FEED);
            }
            return Ok(piece);
        }
        let mut out = Builder::with_capacity(text.len() + 1);
        if held {
            out.push(RETURN);
            self.held.set(false);
        }
        out.push_text(text);
        if out.has_failed() {
            return Err(vm.memory_error());
        }
        let mut len = out.len();
        if !is_last && len > 0 && out.text().at(len - 1) == RETURN {
            len -= 1;
            self.held.set(true);
        }
        let whole = out.text().slice(0, len);
        if self.translate.get() {
            return Str::from_text(vm, self.translated(whole).text());
        }
        self.look(whole);
        Str::from_text(vm, whole)
    }

    fn note(&self, kind: u8) {
        self.seen.set(self.seen.get() | kind);
    }

    /// Remembers which ends are there.
    fn look(&self, text: Text<'_>) {
        let mut from = 0;
        while self.seen.get() != SEEN_ALL
            && let Some(at) = find_either(text.slice(from, text.len()))
        {
            from += at + 1;
            if text.at(from - 1) == FEED {
                self.note(SEEN_FEED);
            } else if from < text.len() && text.at(from) == FEED {
                self.note(SEEN_RETURN_FEED);
                from += 1;
            } else {
                self.note(SEEN_RETURN);
            }
        }
    }

    /// The text with `\n` for every end.
    fn translated(&self, text: Text<'_>) -> Builder {
        let mut out = Builder::with_capacity(text.len());
        let mut from = 0;
        while let Some(at) = find_either(text.slice(from, text.len())) {
            out.push_text(text.slice(from, from + at));
            out.push(FEED);
            from += at + 1;
            if text.at(from - 1) == FEED {
                self.note(SEEN_FEED);
            } else if from < text.len() && text.at(from) == FEED {
                self.note(SEEN_RETURN_FEED);
                from += 1;
            } else {
                self.note(SEEN_RETURN);
            }
        }
        out.push_text(text.slice(from, text.len()));
        out
    }

    /// Forgets everything.
    pub(super) fn reset(&self) {
        self.seen.set(0);
        self.held.set(false);
    }

    /// The flags of a decoder's state with this state in them.
    pub(super) fn join(&self, flags: i64) -> i64 {
        flags.wrapping_shl(1) | i64::from(self.held.get())
    }

    /// Takes this state out of flags; returns those of the decoder.
    pub(super) fn split(&self, flags: i64) -> i64 {
        self.held.set(flags & 1 != 0);
        flags >> 1
    }

    /// The ends that were met: None, a string, or a tuple of several.
    pub(super) fn seen(&self, vm: &Vm) -> PyResult {
        let mut found = [Value::UNBOUND; 3];
        let mut count = 0;
        for (kind, text) in [(SEEN_RETURN, "\r"), (SEEN_FEED, "\n"), (SEEN_RETURN_FEED, "\r\n")] {
            if self.seen.get() & kind != 0 {
                found[count] = vm.new_str(text)?;
                count += 1;
            }
        }
        match count {
            0 => Ok(vm.none()),
            1 => Ok(found[0]),
            _ => vm.new_tuple(&found[..count]),
        }
    }
}

/// The values of an `IncrementalNewlineDecoder`: the decoder whose text it goes through (None for no other; unbound before
/// `__init__`), and the error handler.
const DECODER: usize = 0;
const ERRORS: usize = 1;

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("newlines", "", |vm, decoder| {
        initialized(vm, decoder)?;
        this(decoder).borrow().seen(vm)
    })],
    ..ClassDef::new(
        "_io.IncrementalNewlineDecoder",
        "Codec for ends of lines: of the text that another decoder makes, or of strings.\n\n\
         It makes all ends \\n if it is to translate them, keeps each in one piece, and remembers which it met.",
        Layout::Opaque,
    )
};

/// `IncrementalNewlineDecoder`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&CLASS)
}

fn this(value: Value) -> Own<RefCell<Lines>> {
    Own::of(value)
}

/// The decoder beneath. ValueError before `__init__`.
fn initialized(vm: &Vm, value: Value) -> PyResult {
    match value.expect::<Opaque>().get(DECODER).bound() {
        Some(decoder) => Ok(decoder),
        None => Err(vm.value_error("IncrementalNewlineDecoder.__init__() not called")),
    }
}

/// The two parts of a decoder's state.
pub(super) fn state_parts(vm: &Vm, state: Value, who: &str) -> PyResult<(Value, Value)> {
    let Some(tuple) = state.cast::<Tuple>() else {
        return Err(vm.type_error(format!("{who}state argument must be a tuple")));
    };
    match tuple.items() {
        [buffer, flags] => Ok((*buffer, *flags)),
        _ => Err(vm.type_error(format!("{who}illegal decoder state"))),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Initialize self.
    #[method("__init__($self, /, decoder, translate, errors='strict')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let translate = vm.is_true(args[2])?;
        let errors = match args[3].bound() {
            Some(errors) => errors,
            None => vm.intern("strict").into(),
        };
        let own = this(args[0]);
        *own.borrow_mut() = Lines::new(translate);
        own.set_value(vm, ERRORS, errors);
        own.set_value(vm, DECODER, args[1]);
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(RefCell::<Lines>::default())).map(Value::from)
    }

    /// Return the text of the next piece.
    #[method("decode($self, /, input, final=False)")]
    fn decode(vm: &Vm, args: &[Value]) -> PyResult {
        let is_last = args[2].bound().map_or(Ok(false), |last| vm.is_true(last))?;
        let decoder = initialized(vm, args[0])?;
        let output = if decoder == vm.none() {
            args[1]
        } else {
            vm.call_method(decoder, "decode", &[args[1], vm.bool(is_last)])?
        };
        let Some(output) = output.cast::<Str>() else {
            let name = vm.type_name(output);
            return Err(vm.type_error(format!("decoder should return a string result, not '{name}'")));
        };
        this(args[0]).borrow().decode(vm, output, is_last).map(Value::from)
    }

    /// Return the state: what was not decoded yet, and flags.
    #[method("getstate($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        let decoder = initialized(vm, args[0])?;
        let (buffer, flags) = if decoder == vm.none() {
            (vm.new_bytes(b"")?, 0)
        } else {
            let state = vm.call_method(decoder, "getstate", &[])?;
            let Some(tuple) = state.cast::<Tuple>() else { return Err(vm.type_error("illegal decoder state")) };
            let [buffer, flags] = tuple.items() else { return Err(vm.type_error("illegal decoder state")) };
            (*buffer, vm.index_i64(*flags)?)
        };
        let flags = this(args[0]).borrow().join(flags);
        vm.new_tuple(&[buffer, vm.new_int(flags)?])
    }

    /// Forget everything.
    #[method("reset($self, /)")]
    fn reset(vm: &Vm, args: &[Value]) -> PyResult {
        let decoder = initialized(vm, args[0])?;
        this(args[0]).borrow().reset();
        if decoder == vm.none() { Ok(decoder) } else { vm.call_method(decoder, "reset", &[]) }
    }

    /// Return to a state that getstate() gave.
    #[method("setstate($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let decoder = initialized(vm, args[0])?;
        let (buffer, flags) = state_parts(vm, args[1], "")?;
        let flags = this(args[0]).borrow().split(vm.index_i64(flags)?);
        if decoder == vm.none() {
            return Ok(decoder);
        }
        let state = vm.new_tuple(&[buffer, vm.new_int(flags)?])?;
        vm.call_method(decoder, "setstate", &[state])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_argument_says() {
        let text = Text::Latin1(b"a\rb\r\nc\n\r");
        let ends = |newline: Newline| {
            let (mut found, mut from) = (Vec::new(), 0);
            while let Some(len) = newline.find(text.slice(from, text.len())) {
                from += len;
                found.push(from);
            }
            found
        };
        assert_eq!(ends(Newline::Any), [2, 5, 7, 8]);
        assert_eq!(ends(Newline::Feed), [5, 7]);
        assert_eq!(ends(Newline::Return), [2, 4, 8]);
        assert_eq!(ends(Newline::ReturnFeed), [5]);
    }
}
