//! `BufferedRWPair`: a reader and a writer as one stream.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::super::arguments::plain_size;
use super::super::{DEFAULT_BUFFER_SIZE, both, iobase, uninitialized};
use super::{Kind, class as buffered_class};

/// Values of the object.
const READER: usize = 0;
const WRITER: usize = 1;

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("closed", "", |vm, pair| match pair.expect::<Opaque>().get(WRITER).bound() {
        Some(writer) => vm.get_attr_str(writer, "closed"),
        None => Err(vm.runtime_error("the BufferedRWPair object is being garbage-collected")),
    })],
    ..ClassDef::new("_io.BufferedRWPair", "A buffered reader and writer object together.", Layout::Opaque)
};

/// `BufferedRWPair`.
pub(in super::super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[iobase::buffered_base(vm)?])
}

/// Calls a method of one of the two.
fn forward(vm: &Vm, pair: Value, which: usize, method: &str, args: &[Value]) -> PyResult {
    match pair.expect::<Opaque>().get(which).bound() {
        Some(stream) => vm.call_method(stream, method, args),
        None => Err(uninitialized(vm)),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Initialize self.
    #[method("__init__($self, reader, writer, buffer_size=131072, /)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let size = vm.new_int(plain_size(vm, args[3], DEFAULT_BUFFER_SIZE)?)?;
        iobase::check_able(vm, args[1], "readable")?;
        iobase::check_able(vm, args[2], "writable")?;
        let pair = args[0].expect::<Opaque>();
        let reader = vm.call(buffered_class(vm, Kind::Reader)?.into(), &[args[1], size])?;
        pair.set(vm, READER, reader);
        let writer = vm.call(buffered_class(vm, Kind::Writer)?.into(), &[args[2], size])?;
        pair.set(vm, WRITER, writer);
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(())).map(Value::from)
    }

    /// Close the writer, then the reader.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let closed = forward(vm, args[0], WRITER, "close", &[]);
        both(vm, closed, || forward(vm, args[0], READER, "close", &[]))
    }

    /// Write out what is kept in memory.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], WRITER, "flush", &[])
    }

    /// Return whether one of the two is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        let answer = forward(vm, args[0], WRITER, "isatty", &[])?;
        if answer != vm.false_() { Ok(answer) } else { forward(vm, args[0], READER, "isatty", &[]) }
    }

    /// Return the bytes that the reader has in its buffer. They stay there.
    #[method("peek($self, size=0, /)")]
    fn peek(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "peek", bound(args))
    }

    /// Return so many bytes, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "read", bound(args))
    }

    /// Return at most so many bytes, with one call of the raw stream at most.
    #[method("read1($self, size=-1, /)")]
    fn read1(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "read1", bound(args))
    }

    /// Return whether the reader can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "readable", &[])
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "readinto", bound(args))
    }

    /// Read into an object with one call of the raw stream at most. Return how many bytes.
    #[method("readinto1($self, buffer, /)")]
    fn readinto1(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], READER, "readinto1", bound(args))
    }

    /// Return whether the writer can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], WRITER, "writable", &[])
    }

    /// Write bytes. Return how many.
    #[method("write($self, buffer, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, args[0], WRITER, "write", bound(args))
    }
}

/// The argument after the receiver, if it was given.
fn bound(args: &[Value]) -> &[Value] {
    if args[1].is_bound() { &args[1..2] } else { &[] }
}
