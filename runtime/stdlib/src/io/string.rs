//! `StringIO`: a text stream in memory.

use core::cell::RefCell;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::int::to_i64;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{closed, size};

/// Fields: the code points as little-endian words (a bytearray; unbound once closed), the position in code points, and what
/// line ends become: a string, empty to leave them, None for `\n`.
const DATA: usize = 0;
const POSITION: usize = 1;
const NEWLINE: usize = 2;

/// Bytes of a code point.
const UNIT: usize = 4;

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("closed", "", |vm, value| Ok(vm.bool(this(value).get(DATA).is_unbound()))),
        GetSetDef::readonly("encoding", "", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("errors", "", |vm, _| Ok(vm.none())),
        GetSetDef::readonly("line_buffering", "", |vm, _| Ok(vm.false_())),
        GetSetDef::readonly("newlines", "", |vm, _| Ok(vm.none())),
    ],
    ..ClassDef::new("_io.StringIO", "Text I/O implementation using an in-memory buffer.", Layout::Record)
};

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

fn data(vm: &Vm, stream: Value) -> PyResult<Gc<ByteArray>> {
    this(stream).get(DATA).cast().ok_or_else(|| closed(vm))
}

fn position(stream: Value) -> usize {
    to_i64(this(stream).get(POSITION)).unwrap_or(0).max(0) as usize
}

fn set_position(vm: &Vm, stream: Value, position: usize) -> PyResult<()> {
    this(stream).set(vm, POSITION, vm.new_int(position as i64)?);
    Ok(())
}

fn unit(bytes: &[u8], index: usize) -> u32 {
    let at = index * UNIT;
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The text of a part of the code points.
fn text(vm: &Vm, data: &RefCell<Vec<u8>>, start: usize, end: usize) -> PyResult {
    let units: Vec<u32> = {
        let bytes = data.borrow();
        (start..end).map(|index| unit(&bytes, index)).collect()
    };
    Str::from_slice(vm, &units).map(Value::from)
}

fn push_units(bytes: &mut Vec<u8>, text: Text<'_>) {
    for unit in text.iter() {
        bytes.extend_from_slice(&unit.to_le_bytes());
    }
}

/// Translates line ends for a stream with that `newline`.
fn translated(vm: &Vm, stream: Value, text: Gc<Str>) -> PyResult<Gc<Str>> {
    let newline = this(stream).get(NEWLINE);
    let line_feed = u32::from(b'\n');
    let carriage_return = u32::from(b'\r');
    if newline == vm.none() {
        if !text.text().iter().any(|unit| unit == carriage_return) {
            return Ok(text);
        }
        let mut units = Vec::new();
        let mut previous = 0;
        for unit in text.text().iter() {
            if unit == carriage_return {
                units.push(line_feed);
            } else if !(unit == line_feed && previous == carriage_return) {
                units.push(unit);
            }
            previous = unit;
        }
        return Str::from_slice(vm, &units);
    }
    let Some(newline) = newline.cast::<Str>().filter(|newline| !newline.is_empty() && !newline.equals_str("\n")) else {
        return Ok(text);
    };
    let mut units = Vec::new();
    for unit in text.text().iter() {
        if unit == line_feed {
            units.extend(newline.text().iter());
        } else {
            units.push(unit);
        }
    }
    Str::from_slice(vm, &units)
}

fn write_text(vm: &Vm, stream: Value, text: Gc<Str>) -> PyResult<()> {
    let data = data(vm, stream)?;
    let text = translated(vm, stream, text)?;
    if text.is_empty() {
        return Ok(());
    }
    let start = position(stream);
    let Some(end) = start.checked_add(text.len()).filter(|end| *end <= isize::MAX as usize / UNIT) else {
        return Err(vm.overflow_error("new position too large"));
    };
    let mut bytes = data.data.borrow_mut();
    let more = (end * UNIT).saturating_sub(bytes.len());
    if bytes.try_reserve(more).is_err() {
        drop(bytes);
        return Err(vm.memory_error());
    }
    if bytes.len() == start * UNIT {
        push_units(&mut bytes, text.text());
    } else {
        // Beyond the end there are zeros.
        if bytes.len() < end * UNIT {
            bytes.resize(end * UNIT, 0);
        }
        for (index, unit) in text.text().iter().enumerate() {
            let at = (start + index) * UNIT;
            bytes[at..at + UNIT].copy_from_slice(&unit.to_le_bytes());
        }
    }
    drop(bytes);
    set_position(vm, stream, end)?;
    Ok(())
}

/// The next line, of at most `limit` characters; empty at the end.
fn line(vm: &Vm, stream: Value, limit: usize) -> PyResult<Gc<Str>> {
    let data = data(vm, stream)?;
    let start = position(stream);
    let end = {
        let bytes = data.data.borrow();
        let len = bytes.len() / UNIT;
        let found = (start..len).find(|index| unit(&bytes, *index) == u32::from(b'\n'));
        found.map_or(len, |place| place + 1).max(start).min(start.saturating_add(limit))
    };
    let text = text(vm, &data.data, start.min(end), end)?;
    set_position(vm, stream, end)?;
    Ok(text.expect())
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
    #[method("__init__($self, /, initial_value='', newline='\\n')")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let newline = match args[2].bound() {
            None => vm.new_str("\n")?,
            Some(newline) if newline == vm.none() || newline.cast::<Str>().is_some() => newline,
            Some(newline) => {
                let name = vm.type_name(newline);
                return Err(vm.type_error(format!("newline must be str or None, not {name}")));
            }
        };
        let stream = this(args[0]);
        let bytes = ByteArray::new(vm, vm.types().bytearray, Vec::new())?;
        stream.set(vm, DATA, bytes.into());
        stream.set(vm, NEWLINE, newline);
        set_position(vm, args[0], 0)?;
        match args[1].bound().filter(|initial| *initial != vm.none()) {
            None => {}
            Some(initial) => match initial.cast::<Str>() {
                Some(initial) => {
                    write_text(vm, args[0], initial)?;
                    set_position(vm, args[0], 0)?;
                }
                None => {
                    let name = vm.type_name(initial);
                    return Err(vm.type_error(format!("initial_value must be str or None, not {name}")));
                }
            },
        }
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
        Record::new(vm, args[0].expect(), &[Value::UNBOUND, Value::ZERO, vm.none()]).map(Value::from)
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let line = line(vm, args[0], usize::MAX)?;
        Ok(if line.is_empty() { Value::UNBOUND } else { line.into() })
    }

    /// Free the text; all further use is a ValueError.
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

    /// Return all of the text.
    #[method("getvalue($self, /)")]
    fn getvalue(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let len = data.data.borrow().len() / UNIT;
        text(vm, &data.data, 0, len)
    }

    /// Return whether the stream is a terminal: no.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.false_())
    }

    /// Return so many characters, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let limit = size(vm, args[1])?;
        let start = position(args[0]);
        let len = data.data.borrow().len() / UNIT;
        let end = start.saturating_add(limit).min(len).max(start);
        if start >= len {
            return Ok(vm.empty_str().into());
        }
        set_position(vm, args[0], end)?;
        text(vm, &data.data, start, end)
    }

    /// Return whether the stream can be read: yes.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Return the next line, or an empty string at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        line(vm, args[0], limit).map(Value::from)
    }

    /// Return the lines that are left, until they have `hint` characters.
    #[method("readlines($self, hint=-1, /)")]
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
            lines.push(vm, line.into())?;
        }
        Ok(lines.into())
    }

    /// Go to a position: from the start, or with offset 0 stay (1) or go to the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let offset = vm.index_i64(args[1])?;
        let whence = if args[2].is_bound() { vm.index_i64(args[2])? } else { 0 };
        let place = match (whence, offset) {
            (0, offset) => match usize::try_from(offset) {
                Ok(place) => place,
                Err(_) => return Err(vm.value_error(format!("Negative seek position {offset}"))),
            },
            (1 | 2, offset) if offset != 0 => {
                return Err(vm.raise(vm.types().os_error, "Can't do nonzero cur-relative seeks"));
            }
            (1, _) => position(args[0]),
            (2, _) => data.data.borrow().len() / UNIT,
            _ => return Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        set_position(vm, args[0], place)?;
        vm.new_int(place as i64)
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

    /// Cut the text at a position, the current one by default. Return the position.
    #[method("truncate($self, pos=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let data = data(vm, args[0])?;
        let place = match args[1].bound().filter(|place| *place != vm.none()) {
            None => position(args[0]),
            Some(place) => {
                let place = vm.index_i64(place)?;
                match usize::try_from(place) {
                    Ok(place) => place,
                    Err(_) => return Err(vm.value_error(format!("Negative size value {place}"))),
                }
            }
        };
        data.data.borrow_mut().truncate(place.saturating_mul(UNIT));
        vm.new_int(place as i64)
    }

    /// Return whether the stream can be written to: yes.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        Ok(vm.true_())
    }

    /// Write text at the position. Return how many characters.
    #[method("write($self, s, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(text) = args[1].cast::<Str>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("string argument expected, got '{name}'")));
        };
        write_text(vm, args[0], text)?;
        vm.new_int(text.len() as i64)
    }

    /// Write the strings of an iterable.
    #[method("writelines($self, lines, /)")]
    fn writelines(vm: &Vm, args: &[Value]) -> PyResult {
        data(vm, args[0])?;
        vm.for_each(args[1], |line| vm.call_method(args[0], "write", &[line]).map(drop))?;
        Ok(vm.none())
    }
}
