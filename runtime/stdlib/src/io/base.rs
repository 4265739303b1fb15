//! The base classes of all streams: `IOBase`, `RawIOBase`, `BufferedIOBase`, `TextIOBase`. What they offer is made of the
//! methods that a class derived from them has; streams on files and in memory do most of it themselves.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Raised, Value, Vm};

use super::target::Target;
use super::{DEFAULT_BUFFER_SIZE, size, unsupported};

/// The attribute that says that a stream with no native state is closed.
const CLOSED: &str = "__IOBase_closed";

static IO_BASE: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("closed", "", |vm, stream| {
        is_marked_closed(vm, stream).map(|closed| vm.bool(closed))
    })],
    ..ClassDef::new("io.IOBase", "The abstract base class for all I/O classes.", Layout::Object)
};

static RAW_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[RAW],
    ..ClassDef::new("io.RawIOBase", "Base class for raw binary I/O.", Layout::Object)
};

static BUFFERED_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[BUFFERED],
    ..ClassDef::new("io.BufferedIOBase", "Base class for buffered IO objects.", Layout::Object)
};

static TEXT_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[TEXT],
    getset: &[
        GetSetDef::readonly("encoding", "Encoding of the text stream.", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("errors", "The error setting of the decoder or encoder.", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("newlines", "Line endings translated so far.", |vm, _| Ok(vm.none())),
    ],
    ..ClassDef::new("io.TextIOBase", "Base class for text I/O.", Layout::Object)
};

/// `IOBase`.
pub(super) fn io_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&IO_BASE)
}

/// `RawIOBase`.
pub(super) fn raw_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&RAW_BASE, &[io_base(vm)?])
}

/// `BufferedIOBase`.
pub(super) fn buffered_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&BUFFERED_BASE, &[io_base(vm)?])
}

/// `TextIOBase`.
pub(super) fn text_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&TEXT_BASE, &[io_base(vm)?])
}

fn is_marked_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    match vm.find_attr_str(stream, CLOSED)? {
        Some(closed) => vm.is_true(closed),
        None => Ok(false),
    }
}

/// What the stream's own `closed` says.
pub(super) fn is_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    let closed = vm.get_attr_str(stream, "closed")?;
    vm.is_true(closed)
}

/// ValueError when the stream is closed.
pub(super) fn check_open(vm: &Vm, stream: Value) -> PyResult<()> {
    if is_closed(vm, stream)? { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(()) }
}

/// `UnsupportedOperation` unless a method such as `readable` says that it may be.
pub(super) fn check_able(vm: &Vm, stream: Value, method: &str) -> PyResult {
    let answer = vm.call_method(stream, method, &[])?;
    if answer == vm.true_() {
        return Ok(answer);
    }
    Err(unsupported(vm, &format!("File or stream is not {method}.")))
}

/// The bytes that a stream's method gave.
fn expect_bytes(vm: &Vm, value: Value, method: &str) -> PyResult<buffer::Buffer> {
    match buffer::find(value) {
        Some(bytes) => Ok(bytes),
        None => {
            let name = vm.type_name(value);
            let text = format!("{method}() should have returned a bytes object, not '{name}'");
            Err(vm.raise(vm.types().os_error, text))
        }
    }
}

/// How many lines or characters `readlines` may give.
pub(super) fn hint(vm: &Vm, value: Value) -> PyResult<usize> {
    Ok(match size(vm, value)? {
        0 => usize::MAX,
        hint => hint,
    })
}

/// Reads into an object from a method that gives bytes.
fn read_into(vm: &Vm, stream: Value, object: Value, method: &str) -> PyResult {
    let target = Target::of(vm, object, method)?;
    let bytes = vm.call_method(stream, method, &[vm.new_int(target.len() as i64)?])?;
    if bytes == vm.none() {
        return Ok(bytes);
    }
    let bytes = expect_bytes(vm, bytes, method)?;
    if bytes.len() > target.len() {
        let (most, found) = (target.len(), bytes.len());
        let text = format!("{method}() returned too much data: {most} bytes requested, {found} returned");
        return Err(vm.value_error(text));
    }
    target.store(vm, &bytes)?;
    vm.new_int(bytes.len() as i64)
}

#[methods(METHODS)]
impl Methods {
    /// Close the stream when it is lost.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        match is_closed(vm, args[0]) {
            Ok(true) => Ok(vm.none()),
            Ok(false) => vm.call_method(args[0], "close", &[]),
            // There is no `closed` to ask: the object was never made.
            Err(raised) => {
                let _ = vm.take_exception(raised);
                Ok(vm.none())
            }
        }
    }

    /// Return the stream itself.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(args[0])
    }

    /// Close the stream.
    #[method("__exit__($self, /, *args)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(args[0], "close", &[])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(args[0])
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let line = vm.call_method(args[0], "readline", &[])?;
        Ok(if vm.is_true(line)? { line } else { Value::UNBOUND })
    }

    /// Raise ValueError if the stream is closed.
    #[method("_checkClosed($self, /)")]
    fn check_closed(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.none())
    }

    /// Raise UnsupportedOperation if the stream cannot be read.
    #[method("_checkReadable($self, /)")]
    fn check_readable(vm: &Vm, args: &[Value]) -> PyResult {
        check_able(vm, args[0], "readable")
    }

    /// Raise UnsupportedOperation if the stream has no position.
    #[method("_checkSeekable($self, /)")]
    fn check_seekable(vm: &Vm, args: &[Value]) -> PyResult {
        check_able(vm, args[0], "seekable")
    }

    /// Raise UnsupportedOperation if the stream cannot be written to.
    #[method("_checkWritable($self, /)")]
    fn check_writable(vm: &Vm, args: &[Value]) -> PyResult {
        check_able(vm, args[0], "writable")
    }

    /// Flush and close the stream.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        if is_marked_closed(vm, args[0])? {
            return Ok(vm.none());
        }
        let flushed = vm.call_method(args[0], "flush", &[]);
        if let Err(raised) = flushed {
            let exception = vm.take_exception(raised);
            vm.set_attr(args[0], vm.intern(CLOSED), Some(vm.true_()))?;
            return Err(vm.raise_exception(exception));
        }
        vm.set_attr(args[0], vm.intern(CLOSED), Some(vm.true_()))?;
        Ok(vm.none())
    }

    /// Return the file descriptor: there is none.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "fileno"))
    }

    /// Write out what is kept in memory: nothing.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.none())
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.false_())
    }

    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        let mut line = Vec::new();
        let has_peek = vm.find_attr_str(args[0], "peek")?.is_some();
        while line.len() < limit && line.last() != Some(&b'\n') {
            let mut wanted = 1;
            if has_peek {
                let ahead = vm.call_method(args[0], "peek", &[Value::small(1)])?;
                let ahead = expect_bytes(vm, ahead, "peek")?;
                let end = ahead.iter().position(|byte| *byte == b'\n').map_or(ahead.len(), |end| end + 1);
                wanted = end.max(1).min(limit - line.len());
            }
            let part = vm.call_method(args[0], "read", &[vm.new_int(wanted as i64)?])?;
            let part = expect_bytes(vm, part, "read")?;
            if part.is_empty() {
                break;
            }
            vm.check_room_for(line.len() + part.len())?;
            line.extend_from_slice(&part);
        }
        vm.new_bytes(&line)
    }

    /// Return the lines that are left, until they have `hint` bytes or characters.
    #[method("readlines($self, hint=-1, /)")]
    fn readlines(vm: &Vm, args: &[Value]) -> PyResult {
        let hint = hint(vm, args[1])?;
        let lines = List::with_capacity(vm, 0)?;
        let iterator = vm.iter(args[0])?;
        let mut total = 0usize;
        while total < hint
            && let Some(line) = vm.next(iterator)?
        {
            total = total.saturating_add(vm.len(line)?);
            lines.push(vm, line)?;
        }
        Ok(lines.into())
    }

    /// Go to a position: there is none.
    #[method("seek($self, offset, whence=0, /)")]
    fn seek(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "seek"))
    }

    /// Return whether the stream has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(args[0], "seek", &[Value::ZERO, Value::small(1)])
    }

    /// Set the size of the file: there is none.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "truncate"))
    }

    /// Return whether the stream can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Write the items of an iterable.
    #[method("writelines($self, lines, /)")]
    fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        vm.for_each(args[1], |line| vm.call_method(args[0], "write", &[line]).map(drop))?;
        Ok(vm.none())
    }
}

#[methods(RAW)]
impl Raw {
    /// Return at most so many bytes, with one call of readinto(); all that are left by default.
    #[method("read($self, size=-1, /)")]
    fn raw_read(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        if limit > isize::MAX as usize {
            return vm.call_method(args[0], "readall", &[]);
        }
        match read_by_readinto(vm, args[0], limit)? {
            Some(bytes) => vm.new_bytes(&bytes),
            None => Ok(vm.none()),
        }
    }

    /// Return all bytes that are left.
    #[method("readall($self, /)")]
    fn raw_readall(vm: &Vm, args: &[Value]) -> PyResult {
        let mut all = Vec::new();
        loop {
            let part = vm.call_method(args[0], "read", &[vm.new_int(DEFAULT_BUFFER_SIZE)?])?;
            if part == vm.none() {
                if all.is_empty() {
                    return Ok(part);
                }
                break;
            }
            let part = expect_bytes(vm, part, "read")?;
            if part.is_empty() {
                break;
            }
            vm.check_room_for(all.len() + part.len())?;
            all.extend_from_slice(&part);
        }
        vm.new_bytes(&all)
    }

    /// Read into an object: for classes that derive from this one to say how.
    #[method("readinto($self, buffer, /)")]
    fn raw_readinto(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.raise_with(vm.types().not_implemented_error, &[]))
    }

    /// Write bytes: for classes that derive from this one to say how.
    #[method("write($self, b, /)")]
    fn raw_write(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.raise_with(vm.types().not_implemented_error, &[]))
    }
}

/// At most so many bytes from a stream that has `readinto`; `None` when it has none yet.
pub(super) fn read_by_readinto(vm: &Vm, stream: Value, wanted: usize) -> PyResult<Option<Vec<u8>>> {
    vm.check_room_for(wanted)?;
    let room = ByteArray::new(vm, vm.types().bytearray, vec![0; wanted])?;
    let count = vm.call_method(stream, "readinto", &[room.into()])?;
    if count == vm.none() {
        return Ok(None);
    }
    let count = vm.index_i64(count)?;
    let mut bytes = room.data.take();
    match usize::try_from(count) {
        Ok(len) if len <= wanted && len <= bytes.len() => {
            bytes.truncate(len);
            Ok(Some(bytes))
        }
        _ => {
            let text =
                format!("raw readinto() returned invalid length {count} (should have been between 0 and {wanted})");
            Err(vm.raise(vm.types().os_error, text))
        }
    }
}

#[methods(BUFFERED)]
impl Buffered {
    /// Part with the raw stream: there is none.
    #[method("detach($self, /)")]
    fn buffered_detach(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "detach"))
    }

    /// Read bytes: not this stream.
    #[method("read($self, size=-1, /)")]
    fn buffered_read(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "read"))
    }

    /// Read bytes with one call of the system: not this stream.
    #[method("read1($self, size=-1, /)")]
    fn buffered_read1(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "read1"))
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn buffered_readinto(vm: &Vm, args: &[Value]) -> PyResult {
        read_into(vm, args[0], args[1], "read")
    }

    /// Read into an object with one call of the system at most. Return how many bytes.
    #[method("readinto1($self, buffer, /)")]
    fn buffered_readinto1(vm: &Vm, args: &[Value]) -> PyResult {
        read_into(vm, args[0], args[1], "read1")
    }

    /// Write bytes: not this stream.
    #[method("write($self, b, /)")]
    fn buffered_write(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "write"))
    }
}

#[methods(TEXT)]
impl Text {
    /// Part with the stream beneath: there is none.
    #[method("detach($self, /)")]
    fn text_detach(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "detach"))
    }

    /// Read characters: not this stream.
    #[method("read($self, size=-1, /)")]
    fn text_read(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "read"))
    }

    /// Read a line: not this stream.
    #[method("readline($self, size=-1, /)")]
    fn text_readline(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "readline"))
    }

    /// Write text: not this stream.
    #[method("write($self, s, /)")]
    fn text_write(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "write"))
    }
}

/// ValueError for a stream whose `__init__` has not run.
pub(super) fn uninitialized(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on uninitialized object")
}
