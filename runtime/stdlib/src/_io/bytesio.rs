//! `BytesIO`: a binary stream in memory.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::buffer;

use crate::_io::target::Target;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::arguments::{c_int, given, signed_size, size};
use super::{Own, iobase};

/// The only value: the bytes (a bytearray that no program sees but through views; unbound once closed).
const DATA: usize = 0;

/// The state.
#[derive(Default)]
struct BytesStream {
    position: Cell<usize>,
}

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("closed", "True if the file is closed.", |vm, stream| {
        Ok(vm.bool(this(stream).value(DATA).is_unbound()))
    })],
    ..ClassDef::new("_io.BytesIO", "Buffered I/O implementation using an in-memory bytes buffer.", Layout::Opaque)
};

/// What the views that `getbuffer` gives say they are of.
static BUFFER_CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, ..ClassDef::new("_io._BytesIOBuffer", "The bytes of a BytesIO.", Layout::Record) };

/// `BytesIO`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[iobase::buffered_base(vm)?])
}

/// `_BytesIOBuffer`.
pub(super) fn buffer_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&BUFFER_CLASS)
}

fn this(value: Value) -> Own<BytesStream> {
    Own::of(value)
}

/// The bytes. ValueError once the stream is closed.
#[inline]
fn data(vm: &Vm, stream: Value) -> PyResult<Gc<ByteArray>> {
    match this(stream).value(DATA).cast() {
        Some(data) => Ok(data),
        None => Err(vm.value_error("I/O operation on closed file.")),
    }
}

/// The same to change their number. BufferError while there are views of them.
fn resizable(vm: &Vm, stream: Value) -> PyResult<Gc<ByteArray>> {
    let data = data(vm, stream)?;
    data.check_resizable(vm)?;
    Ok(data)
}

/// Takes bytes from the position on: up to `end_of(rest)`.
#[inline]
fn take<R>(vm: &Vm, stream: Value, f: impl FnOnce(&[u8]) -> (usize, R)) -> PyResult<R> {
    let data = data(vm, stream)?;
    let own = this(stream);
    let start = own.position.get();
    let bytes = data.data.borrow();
    let rest = bytes.get(start..).unwrap_or_default();
    let (count, result) = f(rest);
    own.position.set(start + count.min(rest.len()));
    Ok(result)
}

fn line(vm: &Vm, stream: Value, limit: usize) -> PyResult {
    take(vm, stream, |rest| {
        let count = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1).min(limit);
        (count, vm.new_bytes(&rest[..count]))
    })?
}

fn write_bytes(vm: &Vm, stream: Value, new: &[u8]) -> PyResult<()> {
    let data = resizable(vm, stream)?;
    if new.is_empty() {
        return Ok(());
    }
    let own = this(stream);
    let start = own.position.get();
    let Some(end) = start.checked_add(new.len()).filter(|end| *end <= isize::MAX as usize) else {
        return Err(vm.overflow_error("new buffer size too large"));
    };
    let mut bytes = data.data.borrow_mut();
    if start == bytes.len() {
        if bytes.try_reserve(new.len()).is_err() {
            drop(bytes);
            return Err(vm.memory_error());
        }
        bytes.extend_from_slice(new);
    } else {
        let len = bytes.len();
        if len < end {
            if bytes.try_reserve(end - len).is_err() {
                drop(bytes);
                return Err(vm.memory_error());
            }
            bytes.resize(end, 0);
        }
        bytes[start..end].copy_from_slice(new);
    }
    drop(bytes);
    own.position.set(end);
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Return what __setstate__() takes: the bytes, the position and the attributes.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = getvalue(vm, args)?;
        let position = vm.new_int(this(args[0]).position.get() as i64)?;
        let dict = match vm.find_attr_str(args[0], "__dict__")?.and_then(Value::cast::<Dict>) {
            Some(dict) => dict.copy(vm)?.into(),
            None => vm.none(),
        };
        vm.new_tuple(&[bytes, position, dict])
    }

    /// Initialize self.
    #[method("__init__($self, /, initial_bytes=b'')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]);
        if let Some(old) = own.value(DATA).cast::<ByteArray>() {
            old.check_resizable(vm)?;
        }
        let initial = match given(vm, args[1]) {
            Some(initial) => buffer::required(vm, initial)?.to_vec(),
            None => Vec::new(),
        };
        let bytes = ByteArray::new(vm, vm.types().bytearray, initial)?;
        own.set_value(vm, DATA, bytes.into());
        own.position.set(0);
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let stream = Opaque::new(vm, args[0].expect(), Box::new(BytesStream::default()))?;
        stream.set(vm, DATA, ByteArray::new(vm, vm.types().bytearray, Vec::new())?.into());
        Ok(stream.into())
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        take(vm, args[0], |rest| {
            if rest.is_empty() {
                return (0, Ok(Value::UNBOUND));
            }
            let count = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            (count, vm.new_bytes(&rest[..count]))
        })?
    }

    /// Return to a state that __getstate__() gave.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let state = args[1].cast::<Tuple>();
        let Some([bytes, position, dict]) = state.as_ref().map(|state| state.items()) else {
            let (class, found) = (vm.type_name(args[0]), vm.type_name(args[1]));
            return Err(vm.type_error(format!("{class}.__setstate__ argument should be 3-tuple, got {found}")));
        };
        resizable(vm, args[0])?;
        let initial = buffer::required(vm, *bytes)?.to_vec();
        if !vm.is_instance(*position, vm.types().int) {
            let found = vm.type_name(*position);
            return Err(vm.type_error(format!("second item of state must be an integer, not {found}")));
        }
        let Ok(place) = usize::try_from(vm.index_i64(*position)?) else {
            return Err(vm.value_error("position value cannot be negative"));
        };
        set_dict(vm, args[0], *dict)?;
        let own = this(args[0]);
        own.set_value(vm, DATA, ByteArray::new(vm, vm.types().bytearray, initial)?.into());
        own.position.set(place);
        Ok(vm.none())
    }

    /// Return the size of the object in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = this(args[0]).value(DATA).cast::<ByteArray>().map_or(0, |data| data.data.borrow().capacity());
        vm.new_int((size_of::<Opaque>() + size_of::<BytesStream>() + bytes) as i64)
    }

    /// Free the bytes; all further use is a ValueError.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(data) = this(args[0]).value(DATA).cast::<ByteArray>() {
            data.check_resizable(vm)?;
        }
        this(args[0]).set_value(vm, DATA, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Do nothing: there is nothing to write out.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.none())
    }

    /// Return a view of the bytes themselves. While there is one their number cannot change.
    #[method("getbuffer($self, /)")]
    fn getbuffer(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let shown = Record::new(vm, buffer_class(vm)?, &[args[0]])?;
        super::target::view(vm, data, false, shown.into())
    }

    /// Return all bytes.
    #[method("getvalue($self, /)")]
    fn getvalue(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let bytes = data.data.borrow();
        vm.new_bytes(&bytes)
    }

    /// Return whether the stream is a terminal: no.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.false_())
    }

    /// Return so many bytes, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        take(vm, args[0], |rest| {
            let count = rest.len().min(limit);
            (count, vm.new_bytes(&rest[..count]))
        })?
    }

    /// Return at most so many bytes; all that are left by default.
    #[method("read1($self, size=-1, /)")]
    fn read1(vm: &Vm, args: &[Value]) -> PyResult {
        read(vm, args)
    }

    /// Return whether the stream can be read: yes.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Read into an object, as many bytes as it has room for. Return how many were left to read.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto")?;
        // A copy: the object may be a view of these bytes.
        let bytes = take(vm, args[0], |rest| {
            let count = rest.len().min(target.len());
            (count, rest[..count].to_vec())
        })?;
        target.store(0, &bytes);
        target.end(vm);
        vm.new_int(bytes.len() as i64)
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?.unwrap_or(usize::MAX);
        line(vm, args[0], limit)
    }

    /// Return the lines that are left, until they have `size` bytes.
    #[method("readlines($self, size=None, /)")]
    fn readlines(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        let hint = match signed_size(vm, args[1]) {
            Ok(hint @ 1..) => hint as usize,
            Ok(_) => usize::MAX,
            Err(raised) if !vm.pending_is(vm.types().type_error) => return Err(raised),
            Err(raised) => {
                let _ = vm.take_exception(raised);
                let name = vm.type_name(args[1]);
                return Err(vm.type_error(format!("integer argument expected, got '{name}'")));
            }
        };
        let lines = List::with_capacity(vm, 0)?;
        let mut total = 0;
        while total < hint {
            let line = line(vm, args[0], usize::MAX)?;
            let len = vm.len(line)?;
            if len == 0 {
                break;
            }
            total += len;
            lines.push(vm, line)?;
        }
        Ok(lines.into())
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let offset = vm.index_i64(args[1])?;
        let whence = c_int(vm, args[2], 0)?;
        let data = data(vm, args[0])?;
        let own = this(args[0]);
        let from = match whence {
            0 if offset < 0 => return Err(vm.value_error(format!("negative seek value {offset}"))),
            0 => 0,
            1 => own.position.get(),
            2 => data.data.borrow().len(),
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let Some(place) = (from as i64).checked_add(offset) else {
            return Err(vm.overflow_error("new position too large"));
        };
        own.position.set(place.max(0) as usize);
        vm.new_int(place.max(0))
    }

    /// Return whether the stream has a position: yes.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        vm.new_int(this(args[0]).position.get() as i64)
    }

    /// Cut the bytes at a position, the current one by default. Return the position.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let data = resizable(vm, args[0])?;
        let place = match given(vm, args[1]) {
            None => this(args[0]).position.get() as i64,
            Some(_) => match signed_size(vm, args[1])? {
                place if place < 0 => return Err(vm.value_error(format!("negative size value {place}"))),
                place => place,
            },
        };
        let mut bytes = data.data.borrow_mut();
        bytes.truncate(place as usize);
        if bytes.capacity() > 2 * bytes.len() {
            bytes.shrink_to_fit();
        }
        drop(bytes);
        vm.new_int(place)
    }

    /// Return whether the stream can be written to: yes.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Write bytes at the position. Return how many.
    #[method("write($self, b, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        let new = buffer::required(vm, args[1])?;
        write_bytes(vm, args[0], &new)?;
        vm.new_int(new.len() as i64)
    }

    /// Write the bytes-like items of an iterable.
    #[method("writelines($self, lines, /)")]
    fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        vm.for_each(args[1], |line| {
            let new = buffer::required(vm, line)?;
            write_bytes(vm, args[0], &new)
        })?;
        Ok(vm.none())
    }
}

/// Adds the attributes that are part of a stream's state.
pub(super) fn set_dict(vm: &Vm, stream: Value, dict: Value) -> PyResult<()> {
    if dict == vm.none() {
        return Ok(());
    }
    let Some(dict) = dict.cast::<Dict>() else {
        let found = vm.type_name(dict);
        return Err(vm.type_error(format!("third item of state should be a dict, got a {found}")));
    };
    for (name, value) in dict.entries() {
        if let Some(name) = name.cast() {
            vm.set_attr(stream, name, Some(value))?;
        }
    }
    Ok(())
}
