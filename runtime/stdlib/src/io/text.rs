//! `TextIOWrapper`: text over a binary stream.

use core::cell::{Cell, RefCell};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::{Str, codecs};
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::decode::{Decoded, characters, decode, translated};
use super::newline::{Newline, Seen};
use super::{Own, base, buffered, size, unsupported};

/// Values: the binary stream (unbound before `__init__`, None once it is detached), the encoding and the error handler as the
/// program sees them.
const BUFFER: usize = 0;
const ENCODING: usize = 1;
const ERRORS: usize = 2;

/// How many bytes are decoded at a time, and kept before they are written to the buffer.
const CHUNK: usize = 8192;

/// The state.
pub(super) struct TextStream {
    /// The canonical name.
    encoding: Cell<&'static str>,
    errors: RefCell<String>,
    newline: Cell<Newline>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    seekable: Cell<bool>,
    /// Whether `tell` is allowed: not in the middle of an iteration.
    telling: Cell<bool>,
    decoded: RefCell<Decoded>,
    /// Whether something was read.
    started: Cell<bool>,
    /// Encoded text on its way to the buffer.
    pending: RefCell<Vec<u8>>,
    /// Whether the next thing written is the start of the file, where a byte order mark goes.
    at_start: Cell<bool>,
}

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("buffer", "", |vm, stream| {
            Ok(stream.expect::<Opaque>().get(BUFFER).bound().unwrap_or(vm.none()))
        }),
        GetSetDef::readonly("closed", "", |vm, stream| is_closed(vm, stream).map(|closed| vm.bool(closed))),
        GetSetDef::member("encoding", "", |vm, stream| {
            Ok(stream.expect::<Opaque>().get(ENCODING).bound().unwrap_or(vm.none()))
        }),
        GetSetDef::readonly("errors", "", |vm, stream| {
            Ok(stream.expect::<Opaque>().get(ERRORS).bound().unwrap_or(vm.none()))
        }),
        GetSetDef::member("line_buffering", "", |vm, stream| Ok(vm.bool(this(stream).line_buffering.get()))),
        GetSetDef::readonly("name", "", |vm, stream| vm.get_attr_str(binary(vm, stream)?, "name")),
        GetSetDef::readonly("newlines", "", |vm, stream| {
            let seen = this(stream).decoded.borrow().seen;
            seen.value(vm)
        }),
        GetSetDef::member("write_through", "", |vm, stream| Ok(vm.bool(this(stream).write_through.get()))),
    ],
    ..ClassDef::new(
        "_io.TextIOWrapper",
        "Character and line based layer over a BufferedIOBase object, buffer.",
        Layout::Opaque,
    )
};

/// `TextIOWrapper`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[base::text_base(vm)?])
}

fn is_exact(vm: &Vm, value: Value) -> bool {
    vm.class_of(value).def.is_some_and(|def| core::ptr::eq(def, &raw const CLASS))
}

fn this(value: Value) -> Own<TextStream> {
    Own::of(value)
}

/// The binary stream. ValueError when there is none yet, or none any more.
fn binary(vm: &Vm, stream: Value) -> PyResult {
    match stream.expect::<Opaque>().get(BUFFER).bound() {
        None => Err(base::uninitialized(vm)),
        Some(buffer) if buffer == vm.none() => Err(vm.value_error("underlying buffer has been detached")),
        Some(buffer) => Ok(buffer),
    }
}

fn is_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    base::is_closed(vm, binary(vm, stream)?)
}

/// The binary stream of one that is open.
fn open_binary(vm: &Vm, stream: Value) -> PyResult {
    let binary = binary(vm, stream)?;
    base::check_open(vm, binary)?;
    Ok(binary)
}

/// An encoding as an argument: as it is shown, and its canonical name.
fn encoding_of(vm: &Vm, value: Option<Value>) -> PyResult<(Value, &'static str)> {
    match value {
        None => Ok((vm.new_str("UTF-8")?, "utf-8")),
        Some(value) => match value.cast::<Str>() {
            Some(name) if name.equals_str("locale") => Ok((vm.new_str("UTF-8")?, "utf-8")),
            Some(name) => Ok((value, codecs::canonical_name(vm, &name.to_string())?)),
            None => {
                let name = vm.type_name(value);
                let text = format!("TextIOWrapper() argument 'encoding' must be str or None, not {name}");
                Err(vm.type_error(text))
            }
        },
    }
}

fn errors_of(vm: &Vm, value: Option<Value>) -> PyResult<(Value, String)> {
    match value {
        None => Ok((vm.new_str("strict")?, "strict".to_owned())),
        Some(value) => match value.cast::<Str>() {
            Some(name) => Ok((value, name.to_string())),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("TextIOWrapper() argument 'errors' must be str or None, not {name}")))
            }
        },
    }
}

impl TextStream {
    fn new() -> TextStream {
        TextStream {
            encoding: Cell::new("utf-8"),
            errors: RefCell::new("strict".to_owned()),
            newline: Cell::default(),
            line_buffering: Cell::default(),
            write_through: Cell::default(),
            readable: Cell::default(),
            writable: Cell::default(),
            seekable: Cell::default(),
            telling: Cell::default(),
            decoded: RefCell::default(),
            started: Cell::default(),
            pending: RefCell::default(),
            at_start: Cell::new(true),
        }
    }

    /// The encoding of what is written next: one with a byte order mark only at the start.
    fn encoding_to_write(&self) -> &'static str {
        match self.encoding.get() {
            encoding if self.at_start.replace(false) => encoding,
            "utf-8-sig" => "utf-8",
            "utf-16" => "utf-16-le",
            "utf-32" => "utf-32-le",
            encoding => encoding,
        }
    }
}

/// Hands encoded text over to the binary stream.
fn write_pending(vm: &Vm, stream: Value, binary: Value) -> PyResult<()> {
    let pending = this(stream).pending.take();
    if pending.is_empty() {
        return Ok(());
    }
    if buffered::native(vm, binary).is_some() {
        return buffered::write_bytes(vm, binary, &pending);
    }
    vm.call_method(binary, "write", &[vm.new_bytes(&pending)?]).map(drop)
}

/// Reads and decodes more. False at the end of the file.
fn fill(vm: &Vm, stream: Value, binary: Value) -> PyResult<bool> {
    let bytes = if buffered::native(vm, binary).is_some() {
        buffered::read_once(vm, binary, CHUNK)?.unwrap_or_default()
    } else {
        let method = if vm.find_attr_str(binary, "read1")?.is_some() { "read1" } else { "read" };
        let bytes = vm.call_method(binary, method, &[Value::small(CHUNK as i64)])?;
        match buffer::find(bytes) {
            Some(bytes) => bytes.to_vec(),
            None => {
                let name = vm.type_name(bytes);
                let text = format!("underlying {method}() should have returned a bytes-like object, not '{name}'");
                return Err(vm.type_error(text));
            }
        }
    };
    let is_last = bytes.is_empty();
    accept(vm, stream, &bytes, is_last)?;
    Ok(!is_last)
}

/// Decodes bytes and adds them to the text.
fn accept(vm: &Vm, stream: Value, bytes: &[u8], is_last: bool) -> PyResult<()> {
    let own = this(stream);
    own.started.set(true);
    let input = own.decoded.borrow_mut().accept(bytes, own.encoding.get(), is_last);
    let (text, converted) = match input {
        Some((input, encoding)) => {
            let errors = own.errors.borrow().clone();
            decode(vm, input, encoding, &errors).inspect_err(|_| own.decoded.borrow_mut().forget_tail())?
        }
        None => (Vec::new(), false),
    };
    let mut decoded = own.decoded.borrow_mut();
    vm.check_room_for(decoded.rest().len() + text.len())?;
    if own.newline.get().is_universal() {
        decoded.seen.look(&text, is_last);
    }
    decoded.add(&text, converted);
    Ok(())
}

/// The binary stream of one that is to be read, when what was written is on its way.
fn for_reading(vm: &Vm, stream: Value) -> PyResult {
    let binary = open_binary(vm, stream)?;
    if !this(stream).readable.get() {
        return Err(unsupported(vm, "not readable"));
    }
    write_pending(vm, stream, binary)?;
    Ok(binary)
}

/// The next line, of at most `limit` characters; empty at the end.
fn line(vm: &Vm, stream: Value, limit: usize) -> PyResult<Gc<Str>> {
    let binary = for_reading(vm, stream)?;
    let own = this(stream);
    let newline = own.newline.get();
    let (mut from, mut is_all) = (0, false);
    loop {
        {
            let mut decoded = own.decoded.borrow_mut();
            let rest = decoded.rest();
            let end = newline.find(rest, from, is_all);
            let next = end.map_or(rest.len(), |(_, next)| next);
            let mut wanted = next;
            let mut is_cut = false;
            if limit < next {
                let (bytes, found) = characters(&rest[..next], limit, newline, is_all || end.is_some());
                is_cut = found == limit;
                wanted = if is_cut { bytes } else { next };
            }
            if end.is_some() || is_cut || is_all {
                let bytes = decoded.take(wanted);
                let line = match end {
                    Some((end, _)) if newline == Newline::Translate && wanted > end && bytes[end] != b'\n' => {
                        let mut line = bytes[..end].to_vec();
                        line.push(b'\n');
                        line
                    }
                    _ => bytes.to_vec(),
                };
                drop(decoded);
                return Str::from_wtf8(vm, &line);
            }
            // The last byte may belong to an end that is cut.
            from = rest.len().saturating_sub(1);
        }
        is_all = !fill(vm, stream, binary)?;
    }
}

/// At most so many characters, fewer only at the end.
fn read_characters(vm: &Vm, stream: Value, limit: usize) -> PyResult<Gc<Str>> {
    let binary = for_reading(vm, stream)?;
    let own = this(stream);
    let newline = own.newline.get();
    let mut text = Vec::new();
    let (mut missing, mut is_all) = (limit, false);
    loop {
        {
            let mut decoded = own.decoded.borrow_mut();
            let (bytes, found) = characters(decoded.rest(), missing, newline, is_all);
            vm.check_room_for(text.len() + bytes)?;
            text.extend_from_slice(&translated(decoded.take(bytes), newline));
            missing -= found;
        }
        if missing == 0 || is_all {
            return Str::from_wtf8(vm, &text);
        }
        is_all = !fill(vm, stream, binary)?;
    }
}

/// All characters that are left.
fn read_all(vm: &Vm, stream: Value) -> PyResult<Gc<Str>> {
    let binary = for_reading(vm, stream)?;
    let bytes = if buffered::native(vm, binary).is_some() {
        buffered::read_all(vm, binary)?.unwrap_or_default()
    } else {
        let bytes = vm.call_method(binary, "read", &[])?;
        buffer::required(vm, bytes)?.to_vec()
    };
    accept(vm, stream, &bytes, true)?;
    let own = this(stream);
    let text = {
        let mut decoded = own.decoded.borrow_mut();
        let len = decoded.rest().len();
        vm.check_room_for(len)?;
        translated(decoded.take(len), own.newline.get())
    };
    Str::from_wtf8(vm, &text)
}

fn write_text(vm: &Vm, stream: Value, text: Gc<Str>) -> PyResult<()> {
    let binary = open_binary(vm, stream)?;
    let own = this(stream);
    if !own.writable.get() {
        return Err(unsupported(vm, "not writable"));
    }
    let units = text.text();
    let has_feed = units.iter().any(|unit| unit == u32::from(b'\n'));
    let has_end = has_feed || units.iter().any(|unit| unit == u32::from(b'\r'));
    let text = match own.newline.get().written() {
        Some(end) if has_feed => {
            let source = text.to_wtf8();
            let mut bytes = Vec::with_capacity(source.len() + source.len() / 16);
            for byte in source {
                if byte == b'\n' { bytes.extend_from_slice(end) } else { bytes.push(byte) }
            }
            Str::from_wtf8(vm, &bytes)?
        }
        _ => text,
    };
    let errors = own.errors.borrow().clone();
    let at_start = own.at_start.get();
    let bytes = match codecs::encode(vm, text, own.encoding_to_write(), &errors) {
        Ok(bytes) => bytes,
        Err(raised) => {
            own.at_start.set(at_start);
            return Err(raised);
        }
    };
    if own.pending.borrow().len() + bytes.len() > CHUNK {
        write_pending(vm, stream, binary)?;
    }
    own.pending.borrow_mut().extend_from_slice(&bytes);
    let flushes = own.line_buffering.get() && has_end;
    if own.write_through.get() || flushes || own.pending.borrow().len() >= CHUNK {
        write_pending(vm, stream, binary)?;
    }
    if flushes {
        vm.call_method(binary, "flush", &[])?;
    }
    // What was read ahead is not what follows any more.
    own.decoded.borrow_mut().reset(false, own.encoding.get());
    Ok(())
}

/// Calls a method of the binary stream without arguments.
fn delegate(vm: &Vm, stream: Value, method: &str) -> PyResult {
    vm.call_method(binary(vm, stream)?, method, &[])
}

fn seek_binary(vm: &Vm, binary: Value, place: Value, whence: i64) -> PyResult {
    vm.call_method(binary, "seek", &[place, Value::small(whence)])
}

#[methods(METHODS)]
impl Methods {
    /// Initialize self.
    #[method(
        "__init__($self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let (object, own) = (args[0].expect::<Opaque>(), this(args[0]));
        object.set(vm, BUFFER, Value::UNBOUND);
        let given = |index: usize| args[index].bound().filter(|value| *value != vm.none());
        let flag = |index: usize| args[index].bound().map_or(Ok(false), |value| vm.is_true(value));
        let newline = Newline::of(vm, args[4], "TextIOWrapper")?;
        let (shown, encoding) = encoding_of(vm, given(2))?;
        let (errors_shown, errors) = errors_of(vm, given(3))?;
        let (line_buffering, write_through) = (flag(5)?, flag(6)?);
        let ask = |method: &str| {
            let answer = vm.call_method(args[1], method, &[])?;
            vm.is_true(answer)
        };
        let (readable, writable, seekable) = (ask("readable")?, ask("writable")?, ask("seekable")?);
        let mut at_start = true;
        if writable && seekable {
            let place = vm.call_method(args[1], "tell", &[])?;
            at_start = !vm.is_true(place)?;
        }
        own.newline.set(newline);
        own.encoding.set(encoding);
        *own.errors.borrow_mut() = errors;
        own.line_buffering.set(line_buffering);
        own.write_through.set(write_through);
        own.readable.set(readable);
        own.writable.set(writable);
        own.seekable.set(seekable);
        own.telling.set(seekable);
        own.started.set(false);
        own.at_start.set(at_start);
        *own.decoded.borrow_mut() = Decoded::default();
        own.pending.borrow_mut().clear();
        object.set(vm, ENCODING, shown);
        object.set(vm, ERRORS, errors_shown);
        object.set(vm, BUFFER, args[1]);
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(TextStream::new())).map(Value::from)
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        own.telling.set(false);
        let line: Value = if is_exact(vm, args[0]) {
            line(vm, args[0], usize::MAX)?.into()
        } else {
            let line = vm.call_method(args[0], "readline", &[])?;
            if line.cast::<Str>().is_none() {
                let name = vm.type_name(line);
                let text = format!("readline() should have returned a str object, not '{name}'");
                return Err(vm.raise(vm.types().os_error, text));
            }
            line
        };
        if vm.is_true(line)? {
            return Ok(line);
        }
        own.telling.set(own.seekable.get());
        Ok(Value::UNBOUND)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].expect::<Opaque>().get(BUFFER).is_unbound() {
            return Err(base::uninitialized(vm));
        }
        vm.check_native_recursion()?;
        let mut text = format!("<{}", vm.class_of(args[0]).title()).into_bytes();
        for attribute in ["name", "mode"] {
            let found = vm.find_attr_str(args[0], attribute);
            if let Some(Some(value)) = vm.absorb(found, vm.types().value_error)? {
                text.extend_from_slice(format!(" {attribute}=").as_bytes());
                text.extend_from_slice(&vm.repr(value)?.to_wtf8());
            }
        }
        let encoding = vm.get_attr_str(args[0], "encoding")?;
        text.extend_from_slice(b" encoding=");
        text.extend_from_slice(&vm.repr(encoding)?.to_wtf8());
        text.push(b'>');
        Str::from_wtf8(vm, &text).map(Value::from)
    }

    /// Flush the stream, and close the binary stream.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = binary(vm, args[0])?;
        if is_closed(vm, args[0])? {
            return Ok(vm.none());
        }
        let failure = vm.call_method(args[0], "flush", &[]).err().map(|raised| vm.take_exception(raised));
        let closed = vm.call_method(binary, "close", &[]);
        match failure {
            None => closed,
            Some(exception) => {
                // What failed first is what the program is told.
                if let Err(raised) = closed {
                    let _ = vm.take_exception(raised);
                }
                Err(vm.raise_exception(exception))
            }
        }
    }

    /// Flush the stream, part with the binary stream and return it.
    #[method("detach($self, /)")]
    fn detach(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = binary(vm, args[0])?;
        vm.call_method(args[0], "flush", &[])?;
        args[0].expect::<Opaque>().set(vm, BUFFER, vm.none());
        Ok(binary)
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "fileno")
    }

    /// Write out what is kept in memory.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = open_binary(vm, args[0])?;
        let own = this(args[0]);
        own.telling.set(own.seekable.get());
        write_pending(vm, args[0], binary)?;
        if buffered::native(vm, binary).is_some() {
            // What the buffer has read ahead, it keeps.
            return buffered::flush_all(vm, binary).map(|()| vm.none());
        }
        vm.call_method(binary, "flush", &[])
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "isatty")
    }

    /// Return so many characters, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        let text = if limit == usize::MAX { read_all(vm, args[0])? } else { read_characters(vm, args[0], limit)? };
        Ok(text.into())
    }

    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "readable")
    }

    /// Return the next line, or an empty string at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        line(vm, args[0], limit).map(Value::from)
    }

    /// Change how the stream works.
    #[method(
        "reconfigure($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(vm: &Vm, args: &[Value]) -> PyResult {
        open_binary(vm, args[0])?;
        let (object, own) = (args[0].expect::<Opaque>(), this(args[0]));
        let given = |index: usize| args[index].bound().filter(|value| *value != vm.none());
        if own.started.get() && (given(1).is_some() || given(2).is_some() || args[3].is_bound()) {
            let text = "It is not possible to set the encoding or newline of stream after the first read";
            return Err(unsupported(vm, text));
        }
        let newline = args[3].bound().map(|newline| Newline::of(vm, newline, "reconfigure")).transpose()?;
        let encoding = given(1).map(|encoding| encoding_of(vm, Some(encoding))).transpose()?;
        let errors = match (given(2), encoding) {
            (None, None) => None,
            (errors, _) => Some(errors_of(vm, errors)?),
        };
        vm.call_method(args[0], "flush", &[])?;
        if let Some((shown, encoding)) = encoding {
            object.set(vm, ENCODING, shown);
            own.encoding.set(encoding);
        }
        if let Some((shown, errors)) = errors {
            object.set(vm, ERRORS, shown);
            *own.errors.borrow_mut() = errors;
        }
        if let Some(newline) = newline {
            own.newline.set(newline);
        }
        for (value, cell) in [(given(4), &own.line_buffering), (given(5), &own.write_through)] {
            if let Some(value) = value {
                cell.set(vm.is_true(value)?);
            }
        }
        Ok(vm.none())
    }

    /// Go to a position that tell() gave, to the start or to the end. Return the position.
    #[method("seek($self, cookie, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = open_binary(vm, args[0])?;
        let own = this(args[0]);
        let whence = if args[2].is_bound() { vm.index_i64(args[2])? } else { 0 };
        if !own.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        let cookie = vm.index_i64(args[1])?;
        match (whence, cookie) {
            (1, 0) => {
                // Positions of text mean something to tell() and seek() only.
                let place = vm.call_method(args[0], "tell", &[])?;
                return vm.call_method(args[0], "seek", &[place]);
            }
            (1, _) => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
            (2, 0) | (0, 0..) => {}
            (2, _) => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
            (0, _) => return Err(vm.value_error(format!("negative seek position {cookie}"))),
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        }
        vm.call_method(args[0], "flush", &[])?;
        let place = seek_binary(vm, binary, args[1], whence)?;
        let at_start = !vm.is_true(place)?;
        let mut decoded = own.decoded.borrow_mut();
        decoded.reset(at_start, own.encoding.get());
        if at_start || whence == 2 {
            decoded.seen = Seen::default();
        }
        drop(decoded);
        own.at_start.set(at_start);
        own.telling.set(own.seekable.get());
        Ok(place)
    }

    /// Return whether the stream has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "seekable")
    }

    /// Return a position for seek().
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = open_binary(vm, args[0])?;
        let own = this(args[0]);
        if !own.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        if !own.telling.get() {
            return Err(vm.raise(vm.types().os_error, "telling position disabled by next() call"));
        }
        vm.call_method(args[0], "flush", &[])?;
        let place = match buffered::native(vm, binary) {
            Some(_) => buffered::position(vm, binary)?,
            None => {
                let place = vm.call_method(binary, "tell", &[])?;
                vm.index_i64(place)?
            }
        };
        let errors = own.errors.borrow().clone();
        let ahead = own.decoded.borrow().bytes_ahead(vm, own.encoding.get(), &errors)?;
        vm.new_int(place.saturating_sub(ahead as i64).max(0))
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, pos=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let binary = open_binary(vm, args[0])?;
        vm.call_method(args[0], "flush", &[])?;
        vm.call_method(binary, "truncate", &[args[1].bound().unwrap_or(vm.none())])
    }

    /// Return whether the stream can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "writable")
    }

    /// Write text. Return how many characters.
    #[method("write($self, text, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(text) = args[1].cast::<Str>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("write() argument must be str, not {name}")));
        };
        write_text(vm, args[0], text)?;
        vm.new_int(text.len() as i64)
    }
}
