//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: a raw stream with one buffer for what was read ahead and for what is to be
//! written.
//!
//! - [`state`] has the buffer, and the places in it
//! - [`raw`] has calls of the raw stream
//! - [`read`] and [`write`]: what the methods of these names do
//! - [`position`] has seeking, telling, truncating
//! - [`methods`] has the tables of methods
//! - [`rwpair`] has `BufferedRWPair`

mod methods;
mod position;
mod raw;
mod read;
pub(super) mod rwpair;
mod state;
mod write;

pub(super) use read::{read_all, read_once};
pub(super) use state::{Buffered, Kind};
pub(super) use write::{flush, write_bytes};

use orochi_vm::object::class::flags;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::{Own, fileio, iobase};

/// Values of the object: the raw stream (unbound before `__init__` and once it is detached), and memory that raw streams of a
/// program are given to read into.
const RAW: usize = 0;
const ROOM: usize = 1;

const GETSET: &[GetSetDef] = &[
    GetSetDef {
        member: true,
        ..GetSetDef::new(
            "_finalizing",
            "",
            |vm, stream| Ok(vm.bool(this(stream).finalizing.get())),
            |vm, stream, value| {
                let value = value.ok_or_else(|| vm.type_error("can't delete numeric/char attribute"))?;
                this(stream).finalizing.set(vm.is_true(value)?);
                Ok(())
            },
        )
    },
    GetSetDef::readonly("closed", "", |vm, stream| vm.get_attr_str(this(stream).raw(vm)?, "closed")),
    GetSetDef::readonly("mode", "", |vm, stream| vm.get_attr_str(this(stream).raw(vm)?, "mode")),
    GetSetDef::readonly("name", "", |vm, stream| vm.get_attr_str(this(stream).raw(vm)?, "name")),
    GetSetDef::member("raw", "", |vm, stream| Ok(this(stream).value(RAW).bound().unwrap_or(vm.none()))),
];

static READER: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[methods::COMMON, methods::READ, methods::SIMPLE_FLUSH, methods::NEW_READER],
    getset: GETSET,
    ..ClassDef::new(
        "_io.BufferedReader",
        "Create a new buffered reader using the given readable raw IO object.",
        Layout::Opaque,
    )
};

static WRITER: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[methods::COMMON, methods::WRITE, methods::FLUSH, methods::NEW_WRITER],
    getset: GETSET,
    ..ClassDef::new("_io.BufferedWriter", "A buffer for a writeable sequential RawIO object.", Layout::Opaque)
};

static RANDOM: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[methods::COMMON, methods::READ, methods::WRITE, methods::FLUSH, methods::NEW_RANDOM],
    getset: GETSET,
    ..ClassDef::new("_io.BufferedRandom", "A buffered interface to random access streams.", Layout::Opaque)
};

/// The class for a kind.
pub(super) fn class(vm: &Vm, kind: Kind) -> PyResult<Gc<Class>> {
    let definition = match kind {
        Kind::Reader => &READER,
        Kind::Writer => &WRITER,
        Kind::Random => &RANDOM,
    };
    vm.module_class_with(definition, &[iobase::buffered_base(vm)?])
}

/// Whether a stream is of exactly one of these classes.
#[inline]
fn is_exact(vm: &Vm, value: Value) -> bool {
    vm.class_of(value).def.is_some_and(|def| [&READER, &WRITER, &RANDOM].into_iter().any(|own| core::ptr::eq(def, own)))
}

/// A stream of exactly one of these classes that has a raw stream, for a text stream to use without looking up its methods.
#[inline]
pub(super) fn native(vm: &Vm, value: Value) -> Option<Own<Buffered>> {
    let stream = is_exact(vm, value).then(|| this(value))?;
    stream.is_ready().then_some(stream)
}

/// Whether it can be read, as far as its class is concerned.
pub(super) fn reads_natively(vm: &Vm, value: Value) -> Option<Own<Buffered>> {
    native(vm, value).filter(|stream| stream.readable.get())
}

/// The raw stream, if it is a file and the two are exactly of the native classes.
pub(super) fn raw_file(vm: &Vm, value: Value) -> Option<Value> {
    let raw = native(vm, value)?.value(RAW);
    fileio::native(vm, raw).map(|_| raw)
}

fn this(value: Value) -> Own<Buffered> {
    Own::of(value)
}

/// The stream beneath another, if that closes it when it is closed, so that it is no concern of its own when both are lost.
pub(super) fn closed_by(vm: &Vm, stream: Value) -> Option<Value> {
    let object = stream.cast::<Opaque>()?;
    let beneath = match object.state::<Buffered>() {
        Some(_) => object.get(RAW).bound()?,
        None => super::text::buffer_of(object)?,
    };
    is_wrapped(vm, beneath).then_some(beneath)
}

/// Whether another stream closes this one.
pub(super) fn is_wrapped(vm: &Vm, stream: Value) -> bool {
    match fileio::native(vm, stream) {
        Some(file) => file.wrapped.get(),
        None => is_exact(vm, stream) && this(stream).wrapped.get(),
    }
}

/// Says whether another stream closes this one.
pub(super) fn set_wrapped(vm: &Vm, stream: Value, wrapped: bool) {
    if let Some(file) = fileio::native(vm, stream) {
        file.wrapped.set(wrapped);
    } else if is_exact(vm, stream) {
        this(stream).wrapped.set(wrapped);
    }
}

/// Whether a stream can be written to.
pub(super) fn writes(stream: Own<Buffered>) -> bool {
    stream.writable.get()
}

/// The position that the program believes a stream to be at.
pub(super) fn tell(vm: &Vm, stream: Own<Buffered>) -> PyResult<i64> {
    stream.tell(vm)
}
