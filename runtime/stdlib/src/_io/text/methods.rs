//! The methods of text streams.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

use super::super::arguments::{plain_size, size};
use super::super::{both, buffered, cannot_pickle};
use super::write::{flush_buffer, flush_pending, write_text};
use super::{BUFFER, ENCODING, TextStream, is_exact, setup, this};

/// Calls a method of the binary stream without arguments.
fn delegate(vm: &Vm, stream: Value, method: &str) -> PyResult {
    vm.call_method(this(stream).buffer(vm)?, method, &[])
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Refuse to be pickled.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        Err(cannot_pickle(vm, args[0]))
    }

    /// Initialize self.
    #[method(
        "__init__($self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        setup::init(vm, args)
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
        own.buffer(vm)?;
        own.telling.set(false);
        let line = if is_exact(vm, args[0]) {
            own.line(vm, usize::MAX)?
        } else {
            let line = vm.call_method(args[0], "readline", &[])?;
            let Some(line) = line.cast::<Str>() else {
                let name = vm.type_name(line);
                let text = format!("readline() should have returned a str object, not '{name}'");
                return Err(vm.raise(vm.types().os_error, text));
            };
            line
        };
        if !line.is_empty() {
            return Ok(line.into());
        }
        own.snapshot.take();
        own.telling.set(own.seekable.get());
        Ok(Value::UNBOUND)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        own.check_initialized(vm)?;
        let title = vm.class_of(args[0]).title();
        let Some(_guard) = vm.repr_guard(args[0]) else {
            return Err(vm.runtime_error(format!("reentrant call inside {title}.__repr__")));
        };
        let mut shown = format!("<{title}").into_bytes();
        // A binary stream that is detached raises ValueError when it is asked for its name.
        let name = vm.find_attr_str(args[0], "name");
        if let Some(Some(name)) = vm.absorb(name, vm.types().value_error)? {
            shown.extend_from_slice(b" name=");
            shown.extend_from_slice(&vm.repr(name)?.to_wtf8());
        }
        if let Some(mode) = vm.find_attr_str(args[0], "mode")? {
            shown.extend_from_slice(b" mode=");
            shown.extend_from_slice(&vm.repr(mode)?.to_wtf8());
        }
        shown.extend_from_slice(b" encoding=");
        shown.extend_from_slice(&vm.repr(own.value(ENCODING))?.to_wtf8());
        shown.push(b'>');
        Str::from_wtf8(vm, &shown).map(Value::from)
    }

    /// Flush the stream, and close the binary one.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        let buffer = own.buffer(vm)?;
        let closed = vm.get_attr_str(buffer, "closed")?;
        if vm.is_true(closed)? {
            return Ok(vm.none());
        }
        if own.finalizing.get()
            && let Err(raised) = vm.call_method(buffer, "_dealloc_warn", &[args[0]])
        {
            let _ = vm.take_exception(raised);
        }
        let flushed = vm.call_method(args[0], "flush", &[]);
        both(vm, flushed, || vm.call_method(buffer, "close", &[]))
    }

    /// Flush the stream, part with the binary stream and return it.
    #[method("detach($self, /)")]
    fn detach(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        own.buffer(vm)?;
        vm.call_method(args[0], "flush", &[])?;
        let buffer = own.buffer(vm)?;
        own.set_value(vm, BUFFER, Value::UNBOUND);
        own.ready.set(false);
        own.detached.set(true);
        buffered::set_wrapped(vm, buffer, false);
        Ok(buffer)
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "fileno")
    }

    /// Write out what is kept in memory.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        let buffer = own.open_buffer(vm)?;
        own.telling.set(own.seekable.get());
        flush_pending(vm, own, buffer)?;
        flush_buffer(vm, buffer)
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "isatty")
    }

    /// Return so many characters, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        match size(vm, args[1])? {
            Some(count) => this(args[0]).read(vm, count),
            None => this(args[0]).read_all(vm),
        }
    }

    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "readable")
    }

    /// Return the next line, or an empty string at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = usize::try_from(plain_size(vm, args[1], -1)?).unwrap_or(usize::MAX);
        let own = this(args[0]);
        own.buffer(vm)?;
        own.line(vm, limit).map(Value::from)
    }

    /// Change how the stream works.
    #[method(
        "reconfigure($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(vm: &Vm, args: &[Value]) -> PyResult {
        setup::reconfigure(vm, args)
    }

    /// Go to a position that tell() gave, to the start or to the end. Return the position.
    #[method("seek($self, cookie, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).seek(vm, args[1], args[2])
    }

    /// Return whether the stream has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        delegate(vm, args[0], "seekable")
    }

    /// Return a position for seek().
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).tell(vm)
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, pos=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let buffer = this(args[0]).buffer(vm)?;
        vm.call_method(args[0], "flush", &[])?;
        vm.call_method(buffer, "truncate", &[args[1].bound().unwrap_or(vm.none())])
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
            let name = if args[1] == vm.none() { "None" } else { &name };
            return Err(vm.type_error(format!("write() argument must be str, not {name}")));
        };
        write_text(vm, this(args[0]), text)?;
        vm.new_int(text.len() as i64)
    }
}
