//! `StringIO`: a text stream in memory.

use core::cell::{Cell, RefCell};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Raised, Value, Vm};

use super::arguments::{c_int, given, signed_size, size};
use super::bytesio::set_dict;
use super::newline::{Lines, Newline, find_unit};
use super::{Own, iobase, uninitialized};

/// The only value: the argument `newline`, for pickling.
const NEWLINE: usize = 0;

/// The most characters that a stream may have.
const MOST: usize = isize::MAX as usize / 4;

/// The state.
#[derive(Default)]
struct StringStream {
    ready: Cell<bool>,
    closed: Cell<bool>,
    text: RefCell<Builder>,
    position: Cell<usize>,
    newline: Cell<Newline>,
    /// Ends of lines in what is written, in universal mode.
    lines: Lines,
}

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("closed", "", |vm, stream| {
            let own = this(stream);
            if own.ready.get() { Ok(vm.bool(own.closed.get())) } else { Err(uninitialized(vm)) }
        }),
        GetSetDef::readonly("line_buffering", "", |vm, stream| open(vm, stream).map(|_| vm.false_())),
        GetSetDef::readonly("newlines", "", |vm, stream| {
            let own = open(vm, stream)?;
            if own.newline.get().is_universal() { own.lines.seen(vm) } else { Ok(vm.none()) }
        }),
    ],
    ..ClassDef::new("_io.StringIO", "Text I/O implementation using an in-memory buffer.", Layout::Opaque)
};

/// `StringIO`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[iobase::text_base(vm)?])
}

fn this(value: Value) -> Own<StringStream> {
    Own::of(value)
}

/// A stream that is open.
#[inline]
fn open(vm: &Vm, stream: Value) -> PyResult<Own<StringStream>> {
    let own = this(stream);
    if own.ready.get() && !own.closed.get() {
        return Ok(own);
    }
    Err(not_open(vm, own))
}

#[cold]
fn not_open(vm: &Vm, stream: Own<StringStream>) -> Raised {
    if stream.ready.get() { vm.value_error("I/O operation on closed file") } else { uninitialized(vm) }
}

/// Takes characters from the position on: as many as `f` says of the rest.
#[inline]
fn take(vm: &Vm, stream: Own<StringStream>, f: impl FnOnce(Text<'_>) -> usize) -> PyResult<Gc<Str>> {
    let text = stream.text.borrow();
    let text = text.text();
    let start = stream.position.get();
    if start >= text.len() {
        return Ok(vm.empty_str());
    }
    let rest = text.slice(start, text.len());
    let count = f(rest).min(rest.len());
    stream.position.set(start + count);
    Str::from_text(vm, rest.slice(0, count))
}

fn line(vm: &Vm, stream: Own<StringStream>, limit: usize) -> PyResult<Gc<Str>> {
    let newline = stream.newline.get();
    take(vm, stream, |rest| newline.find(rest).unwrap_or(rest.len()).min(limit))
}

/// Writes text at the position, with the ends of lines that the stream is to have.
fn write_text(vm: &Vm, stream: Own<StringStream>, text: Gc<Str>) -> PyResult<()> {
    let newline = stream.newline.get();
    let text = if newline.is_universal() { stream.lines.decode(vm, text, true)? } else { text };
    let end = newline.written().filter(|_| find_unit(text.text(), b'\n'.into()).is_some());
    let Some(end) = end else { return put(vm, stream, text.text()) };
    let units = text.text();
    let mut out = Builder::with_capacity(units.len() + 16);
    let mut from = 0;
    while let Some(at) = find_unit(units.slice(from, units.len()), b'\n'.into()) {
        out.push_text(units.slice(from, from + at));
        out.push_str(end);
        from += at + 1;
    }
    out.push_text(units.slice(from, units.len()));
    put(vm, stream, out.text())
}

fn put(vm: &Vm, stream: Own<StringStream>, new: Text<'_>) -> PyResult<()> {
    let start = stream.position.get();
    let Some(end) = start.checked_add(new.len()).filter(|end| *end <= MOST) else {
        return Err(vm.overflow_error("new position too large"));
    };
    if new.is_empty() {
        return Ok(());
    }
    let mut text = stream.text.borrow_mut();
    let len = text.len();
    if start > len {
        vm.check_room_for(start - len)?;
        text.repeat(0, start - len);
    }
    if start >= len {
        text.push_text(new);
    } else {
        // What comes behind the new text stays.
        let old = core::mem::take(&mut *text);
        vm.check_room_for(len.max(end))?;
        text.push_text(old.text().slice(0, start));
        text.push_text(new);
        if end < len {
            text.push_text(old.text().slice(end, len));
        }
    }
    if text.has_failed() {
        *text = Builder::new();
        drop(text);
        return Err(vm.memory_error());
    }
    drop(text);
    stream.position.set(end);
    Ok(())
}

/// What `__init__` does with its arguments.
fn initialize(vm: &Vm, stream: Value, initial: Option<Value>, newline: Value) -> PyResult<()> {
    let own = this(stream);
    let kind = match newline.bound() {
        // Nothing is translated unless that is asked for.
        None => Newline::Feed,
        Some(newline) => {
            if newline != vm.none() && newline.cast::<Str>().is_none() {
                let name = vm.type_name(newline);
                return Err(vm.type_error(format!("newline must be str or None, not {name}")));
            }
            match newline.cast::<Str>().map(|text| text.to_wtf8()).as_deref() {
                None | Some(b"" | b"\n" | b"\r" | b"\r\n") => Newline::of(vm, newline, "StringIO")?,
                Some(_) => {
                    let shown = vm.repr(newline)?;
                    return Err(vm.value_error(format!("illegal newline value: {shown}")));
                }
            }
        }
    };
    let initial = match initial {
        None => None,
        Some(initial) => match initial.cast::<Str>() {
            Some(text) => Some(text),
            None => {
                let name = vm.type_name(initial);
                return Err(vm.type_error(format!("initial_value must be str or None, not {name}")));
            }
        },
    };
    own.ready.set(false);
    own.closed.set(false);
    own.newline.set(kind);
    own.lines.reset();
    own.lines.set_translate(kind == Newline::Translate);
    own.set_value(vm, NEWLINE, newline.bound().unwrap_or_else(|| vm.latin1_char(b'\n').into()));
    *own.text.borrow_mut() = Builder::new();
    own.position.set(0);
    if let Some(initial) = initial {
        write_text(vm, own, initial)?;
        own.position.set(0);
    }
    own.ready.set(true);
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Return what __setstate__() takes: the text, the ends of lines, the position and the attributes.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        let text = getvalue(vm, args)?;
        let own = this(args[0]);
        let position = vm.new_int(own.position.get() as i64)?;
        let dict = match vm.find_attr_str(args[0], "__dict__")?.and_then(Value::cast::<Dict>) {
            Some(dict) => dict.copy(vm)?.into(),
            None => vm.none(),
        };
        vm.new_tuple(&[text, own.value(NEWLINE), position, dict])
    }

    /// Initialize self.
    #[method("__init__($self, /, initial_value='', newline='\n')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args[0], given(vm, args[1]), args[2])?;
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(StringStream::default())).map(Value::from)
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let own = open(vm, args[0])?;
        let line = if super::is_of(vm, args[0], &CLASS) {
            line(vm, own, usize::MAX)?
        } else {
            let line = vm.call_method(args[0], "readline", &[])?;
            let Some(line) = line.cast::<Str>() else {
                let name = vm.type_name(line);
                let text = format!("readline() should have returned a str object, not '{name}'");
                return Err(vm.raise(vm.types().os_error, text));
            };
            line
        };
        Ok(if line.is_empty() { Value::UNBOUND } else { line.into() })
    }

    /// Return to a state that __getstate__() gave.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        if own.closed.get() {
            return Err(vm.value_error("I/O operation on closed file"));
        }
        let state = args[1].cast::<Tuple>();
        let Some([text, newline, position, dict]) = state.as_ref().map(|state| state.items()) else {
            let (class, found) = (vm.type_name(args[0]), vm.type_name(args[1]));
            return Err(vm.type_error(format!("{class}.__setstate__ argument should be 4-tuple, got {found}")));
        };
        initialize(vm, args[0], given(vm, *text), *newline)?;
        // The text is as it was, whatever the stream makes of ends of lines.
        if let Some(text) = text.cast::<Str>() {
            let mut plain = Builder::with_capacity(text.len());
            plain.push_text(text.text());
            *own.text.borrow_mut() = plain;
        }
        if !vm.is_instance(*position, vm.types().int) {
            let found = vm.type_name(*position);
            return Err(vm.type_error(format!("third item of state must be an integer, got {found}")));
        }
        let Ok(place) = usize::try_from(vm.index_i64(*position)?) else {
            return Err(vm.value_error("position value cannot be negative"));
        };
        own.position.set(place);
        if *dict != vm.none() && dict.cast::<Dict>().is_none() {
            let found = vm.type_name(*dict);
            return Err(vm.type_error(format!("fourth item of state should be a dict, got a {found}")));
        }
        set_dict(vm, args[0], *dict)?;
        Ok(vm.none())
    }

    /// Free the text; all further use is a ValueError.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        own.closed.set(true);
        *own.text.borrow_mut() = Builder::new();
        if super::is_of(vm, args[0], &CLASS) {
            return Ok(vm.none());
        }
        let close = vm.get_attr_str(iobase::text_base(vm)?.into(), "close")?;
        vm.call(close, &[args[0]])
    }

    /// Return all of the text.
    #[method("getvalue($self, /)")]
    fn getvalue(vm: &Vm, args: &[Value]) -> PyResult {
        let own = open(vm, args[0])?;
        let text = own.text.borrow();
        Str::from_text(vm, text.text()).map(Value::from)
    }

    /// Return so many characters, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        let own = open(vm, args[0])?;
        take(vm, own, |rest| rest.len().min(limit)).map(Value::from)
    }

    /// Return whether the stream can be read: yes.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        open(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Return the next line, or an empty string at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        line(vm, open(vm, args[0])?, limit).map(Value::from)
    }

    /// Go to a position: from the start, or with offset 0 stay (1) or go to the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let offset = vm.index_i64(args[1])?;
        let whence = c_int(vm, args[2], 0)?;
        let own = open(vm, args[0])?;
        let place = match (whence, offset) {
            (0, 0..) => offset as usize,
            (0, _) => return Err(vm.value_error(format!("Negative seek position {offset}"))),
            (1 | 2, offset) if offset != 0 => {
                return Err(vm.raise(vm.types().os_error, "Can't do nonzero cur-relative seeks"));
            }
            (1, _) => own.position.get(),
            (2, _) => own.text.borrow().len(),
            _ => return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        own.position.set(place);
        vm.new_int(place as i64)
    }

    /// Return whether the stream has a position: yes.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        open(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(open(vm, args[0])?.position.get() as i64)
    }

    /// Cut the text at a position, the current one by default. Return the position.
    #[method("truncate($self, pos=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let own = open(vm, args[0])?;
        let place = match given(vm, args[1]) {
            None => own.position.get(),
            Some(_) => match signed_size(vm, args[1])? {
                place if place < 0 => return Err(vm.value_error(format!("Negative size value {place}"))),
                place => place as usize,
            },
        };
        let mut text = own.text.borrow_mut();
        if place < text.len() {
            let mut kept = Builder::with_capacity(place);
            kept.push_text(text.text().slice(0, place));
            *text = kept;
        }
        drop(text);
        vm.new_int(place as i64)
    }

    /// Return whether the stream can be written to: yes.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        open(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Write text at the position. Return how many characters.
    #[method("write($self, s, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        if !own.ready.get() {
            return Err(uninitialized(vm));
        }
        let Some(text) = args[1].cast::<Str>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("string argument expected, got '{name}'")));
        };
        write_text(vm, open(vm, args[0])?, text)?;
        vm.new_int(text.len() as i64)
    }
}
