//! The base classes of all streams: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`. What they offer is made of the
//! methods that a class derived from them has; streams on files and in memory do most of it themselves.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::arguments::{bytes, count, signed_size, size};
use super::{DEFAULT_BUFFER_SIZE, buffered, unsupported};
use crate::_io::target::Target;

/// The attribute that says that a stream with no native state is closed.
const CLOSED: &str = "__IOBase_closed";

static IO_BASE: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS, CHECKS],
    getset: &[GetSetDef::readonly("closed", "", |vm, stream| {
        is_marked_closed(vm, stream).map(|closed| vm.bool(closed))
    })],
    ..ClassDef::new("_io._IOBase", "The base class of all streams.", Layout::Object)
};

static RAW_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[RAW],
    ..ClassDef::new("_io._RawIOBase", "Base class of streams of bytes without a buffer.", Layout::Object)
};

static BUFFERED_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[BUFFERED],
    ..ClassDef::new("_io._BufferedIOBase", "Base class of streams of bytes with a buffer.", Layout::Object)
};

static TEXT_BASE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[TEXT],
    getset: &[
        GetSetDef::readonly("encoding", "Encoding of the text stream.", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("errors", "The error setting of the decoder or encoder.", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("newlines", "Ends of lines that were met so far.", |vm, _| Ok(vm.none())),
    ],
    ..ClassDef::new("_io._TextIOBase", "Base class of streams of text.", Layout::Object)
};

/// `_IOBase`.
pub(super) fn io_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&IO_BASE)
}

/// `_RawIOBase`.
pub(super) fn raw_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&RAW_BASE, &[io_base(vm)?])
}

/// `_BufferedIOBase`.
pub(super) fn buffered_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&BUFFERED_BASE, &[io_base(vm)?])
}

/// `_TextIOBase`.
pub(super) fn text_base(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&TEXT_BASE, &[io_base(vm)?])
}

fn is_marked_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    vm.find_attr_str(stream, CLOSED).map(|closed| closed.is_some())
}

/// What the stream's own `closed` says.
pub(super) fn is_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    let closed = vm.get_attr_str(stream, "closed")?;
    vm.is_true(closed)
}

/// ValueError when the stream's own `closed` says so.
pub(super) fn check_open(vm: &Vm, stream: Value) -> PyResult<()> {
    match vm.find_attr_str(stream, "closed")? {
        Some(closed) if vm.is_true(closed)? => Err(vm.value_error("I/O operation on closed file.")),
        _ => Ok(()),
    }
}

/// `UnsupportedOperation` unless a method such as `readable` answers True.
pub(super) fn check_able(vm: &Vm, stream: Value, method: &str) -> PyResult {
    let answer = vm.call_method(stream, method, &[])?;
    if answer == vm.true_() {
        return Ok(answer);
    }
    Err(unsupported(vm, &format!("File or stream is not {method}.")))
}

/// Finds out again what to do when an OSError says that a signal came in between; what its handler raised comes first.
pub(super) fn retry<T>(vm: &Vm, mut call: impl FnMut() -> PyResult<T>) -> PyResult<T> {
    loop {
        let raised = match call() {
            Ok(value) => return Ok(value),
            Err(raised) if vm.pending_is(vm.types().os_error) => raised,
            Err(raised) => return Err(raised),
        };
        let exception = vm.take_exception(raised);
        let errno = vm.find_attr_str(exception.into(), "errno")?;
        if errno.and_then(Value::as_int) != Some(libc::EINTR.into()) {
            return Err(vm.raise_exception(exception));
        }
    }
}

/// Closes a stream that nobody refers to any more, if it is not closed.
fn finalize(vm: &Vm, stream: Value) -> PyResult<()> {
    // An object that was never made has no `closed`.
    let closed = vm.find_attr_str(stream, "closed").and_then(|closed| closed.map_or(Ok(true), |it| vm.is_true(it)));
    match closed {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(raised) => {
            let _ = vm.take_exception(raised);
            return Ok(());
        }
    }
    if let Err(raised) = vm.set_attr(stream, vm.intern("_finalizing"), Some(vm.true_())) {
        let _ = vm.take_exception(raised);
    }
    vm.call_method(stream, "close", &[]).map(drop)
}

/// Reads into an object from a method that gives bytes.
fn read_into(vm: &Vm, stream: Value, object: Value, method: &str, caller: &str) -> PyResult {
    let target = Target::of(vm, object, caller)?;
    let part = vm.call_method(stream, method, &[vm.new_int(target.len() as i64)?])?;
    let Some(part) = bytes(part) else { return Err(vm.type_error("read() should return bytes")) };
    let (part, most) = (part.as_slice(), target.len());
    if part.len() > most {
        let text = format!("read() returned too much data: {most} bytes requested, {} returned", part.len());
        return Err(vm.value_error(text));
    }
    target.store(0, part);
    target.end(vm);
    vm.new_int(part.len() as i64)
}

#[methods(METHODS)]
impl Methods {
    /// Close the stream when it is lost.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        if buffered::is_wrapped(vm, args[0]) || super::standard::outlives_finalizers(vm, args[0]) {
            return Ok(vm.none());
        }
        let beneath = buffered::closed_by(vm, args[0]);
        let result = finalize(vm, args[0]).map(|()| vm.none());
        let Some(beneath) = beneath.filter(|beneath| buffered::is_wrapped(vm, *beneath)) else { return result };
        // A class of a program may not have closed it.
        buffered::set_wrapped(vm, beneath, false);
        super::both(vm, result, || del(vm, &[beneath]))
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
        Ok(if vm.len(line)? > 0 { line } else { Value::UNBOUND })
    }

    /// Flush and close the stream. A second call does nothing.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        if is_marked_closed(vm, args[0])? {
            return Ok(vm.none());
        }
        let flushed = vm.call_method(args[0], "flush", &[]);
        super::both(vm, flushed, || {
            vm.set_attr(args[0], vm.intern(CLOSED), Some(vm.true_()))?;
            Ok(vm.none())
        })
    }

    /// Return the file descriptor: there is none.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, _: &[Value]) -> PyResult {
        Err(unsupported(vm, "fileno"))
    }

    /// Write out what is kept in memory: nothing.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let closed = match super::fileio::native(vm, args[0]) {
            Some(file) => file.is_closed(),
            None => is_marked_closed(vm, args[0])?,
        };
        if closed { Err(vm.value_error("I/O operation on closed file.")) } else { Ok(vm.none()) }
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
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        let peek = vm.find_attr_str(args[0], "peek")?;
        let mut line = Vec::new();
        while line.len() < limit {
            let mut wanted = 1;
            if let Some(peek) = peek {
                let ahead = retry(vm, || vm.call(peek, &[Value::small(1)]))?;
                let Some(ahead) = bytes(ahead) else { return Err(no_bytes(vm, "peek", ahead)) };
                let ahead = ahead.as_slice();
                let end = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |end| end + 1);
                wanted = end.clamp(1, limit - line.len());
            }
            let part = retry(vm, || vm.call_method(args[0], "read", &[vm.new_int(wanted as i64)?]))?;
            let Some(part) = bytes(part) else { return Err(no_bytes(vm, "read", part)) };
            let part = part.as_slice();
            if part.is_empty() {
                break;
            }
            vm.check_room_for(line.len() + part.len())?;
            line.extend_from_slice(part);
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        vm.new_bytes(&line)
    }

    /// Return the lines that are left, until they have `hint` bytes or characters.
    #[method("readlines($self, hint=-1, /)")]
    fn readlines(vm: &Vm, args: &[Value]) -> PyResult {
        let hint = match signed_size(vm, args[1])? {
            hint @ 1.. => hint as usize,
            _ => usize::MAX,
        };
        let lines = List::with_capacity(vm, 0)?;
        let iterator = vm.iter(args[0])?;
        let mut total = 0usize;
        while let Some(line) = vm.next(iterator)? {
            lines.push(vm, line)?;
            if hint == usize::MAX {
                continue;
            }
            let len = vm.len(line)?;
            if len > hint - total {
                break;
            }
            total += len;
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

    /// Write the items of an iterable. No ends of lines are added.
    #[method("writelines($self, lines, /)")]
    fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        vm.for_each(args[1], |line| retry(vm, || vm.call_method(args[0], "write", &[line])).map(drop))?;
        Ok(vm.none())
    }
}

/// OSError for a method that gave something else than bytes.
#[cold]
fn no_bytes(vm: &Vm, method: &str, found: Value) -> orochi_vm::Raised {
    let name = vm.type_name(found);
    vm.raise(vm.types().os_error, format!("{method}() should have returned a bytes object, not '{name}'"))
}

#[methods(CHECKS)]
impl Checks {
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
}

#[methods(RAW)]
impl Raw {
    /// Return at most so many bytes, with one call of readinto(); all that are left by default.
    #[method("read($self, size=-1, /)")]
    fn raw_read(vm: &Vm, args: &[Value]) -> PyResult {
        let Ok(wanted) = usize::try_from(super::arguments::plain_size(vm, args[1], -1)?) else {
            return vm.call_method(args[0], "readall", &[]);
        };
        vm.check_room_for(wanted)?;
        let room = ByteArray::new(vm, vm.types().bytearray, vec![0; wanted])?;
        let found = vm.call_method(args[0], "readinto", &[room.into()])?;
        if found == vm.none() {
            return Ok(found);
        }
        let found = count(vm, found)?;
        let bytes = room.data.take();
        match usize::try_from(found).ok().and_then(|found| bytes.get(..found)) {
            Some(bytes) => vm.new_bytes(bytes),
            None => {
                let size = bytes.len();
                Err(vm.value_error(format!("readinto returned {found} outside buffer size {size}")))
            }
        }
    }

    /// Return all bytes that are left.
    #[method("readall($self, /)")]
    fn raw_readall(vm: &Vm, args: &[Value]) -> PyResult {
        let mut all = Vec::new();
        loop {
            let part = retry(vm, || vm.call_method(args[0], "read", &[vm.new_int(DEFAULT_BUFFER_SIZE)?]))?;
            if part == vm.none() {
                if all.is_empty() {
                    return Ok(part);
                }
                break;
            }
            let Some(part) = bytes(part) else { return Err(vm.type_error("read() should return bytes")) };
            let part = part.as_slice();
            if part.is_empty() {
                break;
            }
            vm.check_room_for(all.len() + part.len())?;
            all.extend_from_slice(part);
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
        read_into(vm, args[0], args[1], "read", "readinto")
    }

    /// Read into an object with one call of the system at most. Return how many bytes.
    #[method("readinto1($self, buffer, /)")]
    fn buffered_readinto1(vm: &Vm, args: &[Value]) -> PyResult {
        read_into(vm, args[0], args[1], "read1", "readinto1")
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
