//! The methods of buffered streams.

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;

use crate::_io::target::Target;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

use super::super::arguments::{bytes, plain_size, signed_size, size};
use super::super::{DEFAULT_BUFFER_SIZE, both, cannot_pickle, fileio, iobase};
use super::state::{Buffered, Kind};
use super::{RAW, flush, is_exact, read_all, read_once, set_wrapped, this};

/// Sets up a stream: what `__init__` does.
fn initialize(vm: &Vm, args: &[Value], kind: Kind) -> PyResult {
    let (stream, raw) = (this(args[0]), args[1]);
    let size = plain_size(vm, args[2], DEFAULT_BUFFER_SIZE)?;
    stream.set_ready(false);
    if let Some(old) = stream.value(RAW).bound() {
        set_wrapped(vm, old, false);
    }
    let needs: &[&str] = match kind {
        Kind::Reader => &["readable"],
        Kind::Writer => &["writable"],
        Kind::Random => &["seekable", "readable", "writable"],
    };
    for able in needs {
        iobase::check_able(vm, raw, able)?;
    }
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(vm.value_error("buffer size must be strictly positive"));
    };
    vm.check_room_for(size)?;
    stream.set_value(vm, RAW, raw);
    stream.readable.set(kind != Kind::Writer);
    stream.writable.set(kind != Kind::Reader);
    stream.size.set(size);
    stream.gone.set(false);
    stream.data.borrow_mut().clear();
    stream.raw_place.set(-1);
    stream.pos.set(0);
    stream.raw_pos.set(0);
    stream.forget_read();
    stream.forget_written();
    stream.try_raw_tell(vm, raw);
    set_wrapped(vm, raw, true);
    stream.set_ready(true);
    Ok(vm.none())
}

/// Calls a method of the raw stream.
fn delegate(vm: &Vm, stream: Value, method: &str) -> PyResult {
    vm.call_method(this(stream).raw(vm)?, method, &[])
}

#[methods(pub(super) NEW_READER)]
impl NewReader {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_reader(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Reader)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_reader(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(Buffered::new())).map(Value::from)
    }
}

#[methods(pub(super) NEW_WRITER)]
impl NewWriter {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_writer(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Writer)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_writer(vm: &Vm, args: &[Value]) -> PyResult {
        new_reader(vm, args)
    }
}

#[methods(pub(super) NEW_RANDOM)]
impl NewRandom {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_random(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Random)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_random(vm: &Vm, args: &[Value]) -> PyResult {
        new_reader(vm, args)
    }
}

#[methods(pub(super) COMMON)]
impl Common {
    /// Refuse to be pickled.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        Err(cannot_pickle(vm, args[0]))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let title = vm.class_of(args[0]).title();
        // A stream that is detached raises ValueError.
        let name = vm.find_attr_str(args[0], "name");
        let Some(Some(name)) = vm.absorb(name, vm.types().value_error)? else {
            return vm.new_str(&format!("<{title}>"));
        };
        let Some(_guard) = vm.repr_guard(args[0]) else {
            return Err(vm.runtime_error(format!("reentrant call inside {title}.__repr__")));
        };
        let mut shown = format!("<{title} name=").into_bytes();
        shown.extend_from_slice(&vm.repr(name)?.to_wtf8());
        shown.push(b'>');
        Str::from_wtf8(vm, &shown).map(Value::from)
    }

    /// Return the size of the object in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let stream = this(args[0]);
        let buffer = if stream.gone.get() { 0 } else { stream.size.get() };
        vm.new_int((size_of::<Opaque>() + size_of::<Buffered>() + buffer) as i64)
    }

    /// Warn that the file is lost and was not closed.
    #[method("_dealloc_warn($self, source, /)")]
    fn dealloc_warn(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(raw) = this(args[0]).value(RAW).bound() {
            match fileio::native(vm, raw) {
                Some(file) => file.warn_unclosed(vm, args[1]),
                None => {
                    if let Err(raised) = vm.call_method(raw, "_dealloc_warn", &[args[1]]) {
                        let _ = vm.take_exception(raised);
                    }
                }
            }
        }
        Ok(vm.none())
    }

    /// Flush the stream, and close the raw one.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let stream = this(args[0]);
        let raw = stream.raw(vm)?;
        {
            let _busy = stream.enter(vm)?;
            if closed(vm, raw)? {
                return Ok(vm.none());
            }
            if stream.finalizing.get() {
                dealloc_warn(vm, &[args[0], args[0]])?;
            }
        }
        // Which enters the stream itself.
        let flushed = vm.call_method(args[0], "flush", &[]);
        let before = flushed.as_ref().err().map(|raised| vm.take_exception(*raised));
        let _busy = stream.enter(vm)?;
        let flushed = match before {
            Some(exception) => Err(vm.raise_exception(exception)),
            None => flushed,
        };
        let result = both(vm, flushed, || vm.call_method(raw, "close", &[]));
        stream.gone.set(true);
        stream.data.take();
        stream.read_end.set(0);
        stream.pos.set(0);
        result
    }

    /// Flush the stream, part with the raw one and return it.
    #[method("detach($self, /)")]
    fn detach(vm: &Vm, args: &[Value]) -> PyResult {
        let stream = this(args[0]);
        let raw = stream.raw(vm)?;
        vm.call_method(args[0], "flush", &[])?;
        stream.set_value(vm, RAW, Value::UNBOUND);
        stream.set_detached();
        set_wrapped(vm, raw, false);
        Ok(raw)
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "fileno")
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "isatty")
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, target, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args[0]).seek(vm, args[1], args[2])?)
    }

    /// Return whether the stream has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "seekable")
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args[0]).tell(vm)?)
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, pos=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).truncate(vm, args[1].bound().unwrap_or(vm.none()))
    }
}

/// Whether a raw stream says that it is closed.
fn closed(vm: &Vm, raw: Value) -> PyResult<bool> {
    match fileio::native(vm, raw) {
        Some(file) => Ok(file.is_closed()),
        None => iobase::is_closed(vm, raw),
    }
}

#[methods(pub(super) SIMPLE_FLUSH)]
impl SimpleFlush {
    /// Flush the raw stream.
    #[method("flush($self, /)")]
    fn simple_flush(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "flush")
    }
}

#[methods(pub(super) FLUSH)]
impl Flush {
    /// Write out what is kept in memory.
    #[method("flush($self, /)")]
    fn flush_all(vm: &Vm, args: &[Value]) -> PyResult {
        flush(vm, this(args[0]))?;
        Ok(vm.none())
    }
}

#[methods(pub(super) READ)]
impl Read {
    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let stream = this(args[0]);
        let line = if is_exact(vm, args[0]) {
            let raw = stream.open_raw(vm, "readline of closed file")?;
            stream.line(vm, raw, usize::MAX)?
        } else {
            stream.raw(vm)?;
            vm.call_method(args[0], "readline", &[])?
        };
        match bytes(line) {
            Some(text) if text.as_slice().is_empty() => Ok(Value::UNBOUND),
            Some(_) => Ok(line),
            None => {
                let name = vm.type_name(line);
                let text = format!("readline() should have returned a bytes object, not '{name}'");
                Err(vm.raise(vm.types().os_error, text))
            }
        }
    }

    /// Return the bytes that are in the buffer, after one call of the raw stream if there are none. They stay there.
    #[method("peek($self, size=0, /)")]
    fn peek(vm: &Vm, args: &[Value]) -> PyResult {
        plain_size(vm, args[1], 0)?;
        let stream = this(args[0]);
        let raw = stream.open_raw(vm, "peek of closed file")?;
        stream.peek(vm, raw)
    }

    /// Return so many bytes, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let wanted = signed_size(vm, args[1])?;
        let stream = this(args[0]);
        stream.raw(vm)?;
        if wanted < -1 {
            return Err(vm.value_error("read length must be non-negative or -1"));
        }
        let Ok(wanted) = usize::try_from(wanted) else {
            return match read_all(vm, stream)? {
                Some(bytes) => vm.new_bytes(&bytes),
                None => Ok(vm.none()),
            };
        };
        let raw = stream.open_raw(vm, "read of closed file")?;
        stream.read(vm, raw, wanted)
    }

    /// Return at most so many bytes, with one call of the raw stream at most.
    #[method("read1($self, size=-1, /)")]
    fn read1(vm: &Vm, args: &[Value]) -> PyResult {
        let wanted = plain_size(vm, args[1], -1)?;
        vm.new_bytes(&read_once(vm, this(args[0]), wanted)?)
    }

    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "readable")
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto")?;
        let stream = this(args[0]);
        let raw = stream.open_raw(vm, "readinto of closed file")?;
        let count = stream.read_into(vm, raw, &target, false);
        target.end(vm);
        count
    }

    /// Read into an object with one call of the raw stream at most. Return how many bytes.
    #[method("readinto1($self, buffer, /)")]
    fn readinto1(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto1")?;
        let stream = this(args[0]);
        let raw = stream.open_raw(vm, "readinto of closed file")?;
        let count = stream.read_into(vm, raw, &target, true);
        target.end(vm);
        count
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        let stream = this(args[0]);
        let raw = stream.open_raw(vm, "readline of closed file")?;
        stream.line(vm, raw, limit)
    }
}

#[methods(pub(super) WRITE)]
impl Write {
    /// Return whether the stream can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "writable")
    }

    /// Write bytes. Return how many.
    #[method("write($self, buffer, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[1])?;
        let count = super::write_bytes(vm, this(args[0]), &bytes)?;
        vm.new_int(count as i64)
    }
}
