//! `sys.stdin`, `sys.stdout`, `sys.stderr`, and the binary streams beneath them (`sys.stdout.buffer`).

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{Class, ClassDef};
use crate::object::layout::Layout;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::{Str, codecs};
use crate::value::Value;
use crate::vm::Vm;

/// Fields of a stream: its file descriptor, whether it is closed, and for a text stream the binary one beneath.
const DESCRIPTOR: usize = 0;
const CLOSED: usize = 1;
const BUFFER: usize = 2;

static TEXT: ClassDef = ClassDef {
    methods: &[COMMON, TEXT_METHODS],
    getset: &[
        GetSetDef::readonly("buffer", "The binary stream beneath.", |_, value| Ok(this(value).get(BUFFER))),
        GetSetDef::readonly("closed", "", |_, value| Ok(this(value).get(CLOSED))),
        GetSetDef::readonly("encoding", "", |vm, _| vm.new_str("utf-8")),
        GetSetDef::readonly("errors", "", |vm, value| vm.new_str(error_handler(value))),
        GetSetDef::readonly("line_buffering", "", |vm, value| Ok(vm.bool(is_terminal(value)))),
        GetSetDef::readonly("mode", "", |vm, value| vm.new_str(if descriptor(value) == 0 { "r" } else { "w" })),
        GetSetDef::readonly("name", "", |vm, value| vm.new_str(name(value))),
        GetSetDef::readonly("newlines", "", |vm, _| Ok(vm.none())),
    ],
    ..ClassDef::new("_io.TextIOWrapper", "A text stream of the process.", Layout::Record)
};

static BINARY: ClassDef = ClassDef {
    methods: &[COMMON, BINARY_METHODS],
    getset: &[
        GetSetDef::readonly("closed", "", |_, value| Ok(this(value).get(CLOSED))),
        GetSetDef::readonly("mode", "", |vm, value| vm.new_str(if descriptor(value) == 0 { "rb" } else { "wb" })),
        GetSetDef::readonly("name", "", |vm, value| vm.new_str(name(value))),
    ],
    ..ClassDef::new("_io.BufferedWriter", "A binary stream of the process.", Layout::Record)
};

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

fn descriptor(value: Value) -> i64 {
    this(value).get(DESCRIPTOR).as_int().unwrap_or(1)
}

fn name(value: Value) -> &'static str {
    ["<stdin>", "<stdout>", "<stderr>"][descriptor(value).clamp(0, 2) as usize]
}

fn error_handler(value: Value) -> &'static str {
    if descriptor(value) == 2 { "backslashreplace" } else { "strict" }
}

fn is_terminal(value: Value) -> bool {
    // SAFETY: asks about a descriptor; any number is allowed.
    unsafe { libc::isatty(descriptor(value) as i32) == 1 }
}

/// Whether a value is the VM's own standard output, open.
#[inline]
pub fn is_stdout(vm: &Vm, value: Value) -> bool {
    value == vm.state.stdout.get() && value.cast::<Record>().is_some_and(|stream| stream.get(CLOSED) != vm.true_())
}

fn open(vm: &Vm, class: Gc<Class>, binary: Gc<Class>, descriptor: i64) -> PyResult {
    let number = Value::small(descriptor);
    let buffer = Record::new(vm, binary, &[number, vm.false_(), Value::UNBOUND])?;
    Record::new(vm, class, &[number, vm.false_(), buffer.into()]).map(Value::from)
}

/// Makes the three streams.
pub fn standard(vm: &Vm) -> PyResult<[Value; 3]> {
    let (text, binary) = (vm.module_class(&TEXT)?, vm.module_class(&BINARY)?);
    Ok([open(vm, text, binary, 0)?, open(vm, text, binary, 1)?, open(vm, text, binary, 2)?])
}

fn check_open(vm: &Vm, value: Value) -> PyResult<Gc<Record>> {
    let stream = this(value);
    if stream.get(CLOSED) == vm.true_() {
        return Err(vm.value_error("I/O operation on closed file."));
    }
    Ok(stream)
}

fn unsupported(vm: &Vm, what: &str) -> crate::Raised {
    vm.raise(vm.types().os_error, what)
}

fn check_readable(vm: &Vm, value: Value) -> PyResult<()> {
    check_open(vm, value)?;
    if descriptor(value) == 0 { Ok(()) } else { Err(unsupported(vm, "not readable")) }
}

fn write_bytes(vm: &Vm, value: Value, bytes: &[u8]) -> PyResult<()> {
    check_open(vm, value)?;
    match descriptor(value) {
        0 => Err(unsupported(vm, "not writable")),
        1 => vm.write_stdout(bytes),
        _ => {
            vm.write_stderr_bytes(bytes);
            Ok(())
        }
    }
}

/// The most bytes or characters that a `size` argument allows.
fn size(vm: &Vm, value: Value) -> PyResult<usize> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(usize::MAX),
        Some(value) => Ok(usize::try_from(vm.index_i64(value)?).unwrap_or(usize::MAX)),
    }
}

/// Text from standard input: line ends become `\n`.
fn text_of(vm: &Vm, bytes: Vec<u8>) -> PyResult {
    let bytes = if bytes.contains(&b'\r') { universal_newlines(&bytes) } else { bytes };
    codecs::decode(vm, &bytes, "utf-8", "surrogateescape")
}

/// `\r\n` and `\r` become `\n`.
#[must_use]
pub fn universal_newlines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut previous = 0;
    for &byte in bytes {
        match byte {
            b'\r' => out.push(b'\n'),
            b'\n' if previous == b'\r' => {}
            byte => out.push(byte),
        }
        previous = byte;
    }
    out
}

/// The next line of a stream; empty at its end.
fn line_of(vm: &Vm, value: Value, limit: usize) -> PyResult<Vec<u8>> {
    check_readable(vm, value)?;
    vm.read_stdin(|kept, ended| match kept.iter().position(|byte| *byte == b'\n') {
        Some(end) => Some((end + 1).min(limit)),
        None if ended || kept.len() >= limit => Some(kept.len().min(limit)),
        None => None,
    })
}

/// So many bytes, or all that are left.
fn bytes_of(vm: &Vm, value: Value, limit: usize) -> PyResult<Vec<u8>> {
    check_readable(vm, value)?;
    vm.read_stdin(|kept, ended| (ended || kept.len() >= limit).then_some(kept.len().min(limit)))
}

/// So many characters: bytes up to the end of the last one.
fn characters(vm: &Vm, value: Value, limit: usize) -> PyResult<Vec<u8>> {
    check_readable(vm, value)?;
    vm.read_stdin(|kept, ended| {
        if limit == usize::MAX {
            return ended.then_some(kept.len());
        }
        let starts = kept.iter().enumerate().filter(|(_, byte)| !matches!(byte, 0x80..0xc0));
        match starts.map(|(place, _)| place).nth(limit) {
            Some(end) => Some(end),
            None if ended => Some(kept.len()),
            None => None,
        }
    })
}

fn lines(vm: &Vm, value: Value, mut next: impl FnMut() -> PyResult<Option<Value>>) -> PyResult {
    check_readable(vm, value)?;
    let list = List::with_capacity(vm, 0)?;
    while let Some(line) = next()? {
        list.push(vm, line)?;
    }
    Ok(list.into())
}

fn next_line(vm: &Vm, value: Value) -> PyResult<Option<Value>> {
    let line = line_of(vm, value, usize::MAX)?;
    if line.is_empty() { Ok(None) } else { text_of(vm, line).map(Some) }
}

#[methods(COMMON)]
impl Common {
    /// Return the stream itself.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(args[0])
    }

    /// Close the stream.
    #[method("__exit__($self, /, *args)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        close(vm, &args[..1])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(args[0])
    }

    /// Flush the stream, and refuse all further use.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        if descriptor(args[0]) == 1 {
            vm.flush_stdout()?;
        }
        this(args[0]).set(vm, CLOSED, vm.true_());
        Ok(vm.none())
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(this(args[0]).get(DESCRIPTOR))
    }

    /// Write what is kept in memory.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        if descriptor(args[0]) == 1 {
            vm.flush_stdout()?;
        }
        Ok(vm.none())
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.bool(is_terminal(args[0])))
    }

    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.bool(descriptor(args[0]) == 0))
    }

    /// Return whether the stream has a position: no.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.false_())
    }

    /// Return whether the stream can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.bool(descriptor(args[0]) != 0))
    }
}

#[methods(TEXT_METHODS)]
impl TextMethods {
    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next_text(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(next_line(vm, args[0])?.unwrap_or(Value::UNBOUND))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_text(vm: &Vm, args: &[Value]) -> PyResult {
        let mode = if descriptor(args[0]) == 0 { "r" } else { "w" };
        vm.new_str(&format!("<_io.TextIOWrapper name='{}' mode='{mode}' encoding='utf-8'>", name(args[0])))
    }

    /// Return so many characters, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read_text(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        text_of(vm, characters(vm, args[0], limit)?)
    }

    /// Return the next line, or an empty string at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline_text(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        text_of(vm, line_of(vm, args[0], limit)?)
    }

    /// Return the lines that are left.
    #[method("readlines($self, hint=-1, /)")]
    fn readlines_text(vm: &Vm, args: &[Value]) -> PyResult {
        lines(vm, args[0], || next_line(vm, args[0]))
    }

    /// Change settings of the stream. They have no effect here: the encoding is always UTF-8.
    #[method(
        "reconfigure($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(vm: &Vm, args: &[Value]) -> PyResult {
        check_open(vm, args[0])?;
        Ok(vm.none())
    }

    /// Write text; return how many characters.
    #[method("write($self, text, /)")]
    fn write_text(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(text) = args[1].cast::<Str>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("write() argument must be str, not {name}")));
        };
        write_bytes(vm, args[0], &codecs::encode(vm, text, "utf-8", error_handler(args[0]))?)?;
        vm.new_int(text.len() as i64)
    }

    /// Write the strings of an iterable.
    #[method("writelines($self, lines, /)")]
    fn writelines_text(vm: &Vm, args: &[Value]) -> PyResult {
        vm.for_each(args[1], |line| write_text(vm, &[args[0], line]).map(drop))?;
        Ok(vm.none())
    }
}

#[methods(BINARY_METHODS)]
impl BinaryMethods {
    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let line = line_of(vm, args[0], usize::MAX)?;
        if line.is_empty() { Ok(Value::UNBOUND) } else { vm.new_bytes(&line) }
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let class = if descriptor(args[0]) == 0 { "BufferedReader" } else { "BufferedWriter" };
        vm.new_str(&format!("<_io.{class} name='{}'>", name(args[0])))
    }

    /// Return so many bytes, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        vm.new_bytes(&bytes_of(vm, args[0], limit)?)
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        vm.new_bytes(&line_of(vm, args[0], limit)?)
    }

    /// Return the lines that are left.
    #[method("readlines($self, hint=-1, /)")]
    fn readlines_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        lines(vm, args[0], || {
            let line = line_of(vm, args[0], usize::MAX)?;
            if line.is_empty() { Ok(None) } else { vm.new_bytes(&line).map(Some) }
        })
    }

    /// Write bytes; return how many.
    #[method("write($self, data, /)")]
    fn write_bytes_method(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(bytes) = codecs::bytes_of(args[1]) else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("a bytes-like object is required, not '{name}'")));
        };
        write_bytes(vm, args[0], &bytes)?;
        vm.new_int(bytes.len() as i64)
    }
}
