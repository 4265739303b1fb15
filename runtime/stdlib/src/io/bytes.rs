//! `BytesIO`: a binary stream in memory.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::int::to_i64;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::size;
use super::target::Target;

/// Fields: the bytes (a bytearray; unbound once closed), the position.
const DATA: usize = 0;
const POSITION: usize = 1;

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("closed", "", |vm, value| Ok(vm.bool(this(value).get(DATA).is_unbound())))],
    ..ClassDef::new("_io.BytesIO", "Buffered I/O implementation using an in-memory bytes buffer.", Layout::Record)
};

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

fn data(vm: &Vm, stream: Value) -> PyResult<Gc<ByteArray>> {
    this(stream).get(DATA).cast().ok_or_else(|| vm.value_error("I/O operation on closed file."))
}

fn position(stream: Value) -> usize {
    to_i64(this(stream).get(POSITION)).unwrap_or(0).max(0) as usize
}

fn set_position(vm: &Vm, stream: Value, position: usize) -> PyResult<()> {
    this(stream).set(vm, POSITION, vm.new_int(position as i64)?);
    Ok(())
}

/// Takes bytes from the position on: up to `end_of(rest)`.
fn take(vm: &Vm, stream: Value, end_of: impl Fn(&[u8]) -> usize) -> PyResult<Vec<u8>> {
    let data = data(vm, stream)?;
    let start = position(stream);
    let bytes = {
        let bytes = data.data.borrow();
        let rest = bytes.get(start..).unwrap_or_default();
        rest[..end_of(rest).min(rest.len())].to_vec()
    };
    if !bytes.is_empty() {
        set_position(vm, stream, start + bytes.len())?;
    }
    Ok(bytes)
}

fn line(vm: &Vm, stream: Value, limit: usize) -> PyResult<Vec<u8>> {
    take(vm, stream, |rest| rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1).min(limit))
}

#[methods(METHODS)]
impl Methods {
    /// Return the stream itself.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(args[0])
    }

    /// Close the stream.
    #[method("__exit__($self, /, *args)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(args[0], "close", &[])
    }

    /// Initialize self.
    #[method("__init__($self, /, initial_bytes=b'')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let initial = match args[1].bound().filter(|initial| *initial != vm.none()) {
            Some(initial) => buffer::required(vm, initial)?.to_vec(),
            None => Vec::new(),
        };
        let bytes = ByteArray::new(vm, vm.types().bytearray, initial)?;
        this(args[0]).set(vm, DATA, bytes.into());
        set_position(vm, args[0], 0)?;
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, args[0].expect(), &[Value::UNBOUND, Value::ZERO]).map(Value::from)
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let line = line(vm, args[0], usize::MAX)?;
        if line.is_empty() { Ok(Value::UNBOUND) } else { vm.new_bytes(&line) }
    }

    /// Free the bytes; all further use is a ValueError.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).set(vm, DATA, Value::UNBOUND);
        Ok(vm.none())
    }

    /// Do nothing: there is nothing to write out.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.none())
    }

    /// Return a view of the bytes themselves.
    #[method("getbuffer($self, /)")]
    fn getbuffer(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call(vm.types().memoryview.into(), &[data(vm, args[0])?.into()])
    }

    /// Return all bytes.
    #[method("getvalue($self, /)")]
    fn getvalue(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = data(vm, args[0])?.data.borrow().clone();
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
        let limit = size(vm, args[1])?;
        vm.new_bytes(&take(vm, args[0], |_| limit)?)
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

    /// Read into a bytearray, as many bytes as it has. Return how many were left to read.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto")?;
        let bytes = take(vm, args[0], |_| target.len())?;
        target.store(vm, &bytes)?;
        vm.new_int(bytes.len() as i64)
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        vm.new_bytes(&line(vm, args[0], limit)?)
    }

    /// Return the lines that are left, until they have `hint` bytes.
    #[method("readlines($self, size=None, /)")]
    fn readlines(vm: &Vm, args: &[Value]) -> PyResult {
        let hint = match size(vm, args[1])? {
            0 => usize::MAX,
            hint => hint,
        };
        let lines = List::with_capacity(vm, 0)?;
        let mut total = 0;
        while total < hint {
            let line = line(vm, args[0], usize::MAX)?;
            if line.is_empty() {
                break;
            }
            total += line.len();
            lines.push(vm, vm.new_bytes(&line)?)?;
        }
        Ok(lines.into())
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let offset = vm.index_i64(args[1])?;
        let whence = if args[2].is_bound() { vm.index_i64(args[2])? } else { 0 };
        let place = match whence {
            0 if offset < 0 => return Err(vm.value_error(format!("negative seek value {offset}"))),
            0 => offset,
            1 => (position(args[0]) as i64).saturating_add(offset),
            2 => (data.data.borrow().len() as i64).saturating_add(offset),
            _ => return Err(vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        set_position(vm, args[0], place.max(0) as usize)?;
        Ok(this(args[0]).get(POSITION))
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
        Ok(this(args[0]).get(POSITION))
    }

    /// Cut the bytes at a position, the current one by default. Return the position.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let place = match args[1].bound().filter(|place| *place != vm.none()) {
            None => position(args[0]) as i64,
            Some(place) => vm.index_i64(place)?,
        };
        let Ok(len) = usize::try_from(place) else {
            return Err(vm.value_error(format!("negative size value {place}")));
        };
        data.data.borrow_mut().truncate(len);
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
        let data = data(vm, args[0])?;
        let new = buffer::required(vm, args[1])?;
        if new.is_empty() {
            return Ok(Value::ZERO);
        }
        let start = position(args[0]);
        let Some(end) = start.checked_add(new.len()).filter(|end| *end <= isize::MAX as usize) else {
            return Err(vm.overflow_error("new buffer size too large"));
        };
        let mut bytes = data.data.borrow_mut();
        let more = end.saturating_sub(bytes.len());
        if bytes.try_reserve(more).is_err() {
            drop(bytes);
            return Err(vm.memory_error());
        }
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        bytes[start..end].copy_from_slice(&new);
        drop(bytes);
        set_position(vm, args[0], end)?;
        vm.new_int(new.len() as i64)
    }

    /// Write the bytes-like items of an iterable.
    #[method("writelines($self, lines, /)")]
    fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        vm.for_each(args[1], |line| vm.call_method(args[0], "write", &[line]).map(drop))?;
        Ok(vm.none())
    }
}
