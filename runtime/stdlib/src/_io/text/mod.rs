//! `TextIOWrapper`: text over a binary stream.
//!
//! - [`codec`] has decoding and encoding piece by piece
//! - [`setup`] has `__init__` and `reconfigure`
//! - [`read`] and [`write`]: what the methods of these names do
//! - [`seek`] has positions, which hold the state of a decoder
//! - [`methods`] has the table of methods

mod codec;
mod methods;
mod read;
mod seek;
mod setup;
mod write;

pub(super) use setup::{Settings, initialize};
pub(super) use write::{flush_pending, write_text};

use core::cell::{Cell, RefCell};

use orochi_vm::object::class::flags;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::newline::{Lines, Newline};
use super::{Own, buffered, fileio, iobase, is_of, uninitialized};
use codec::{Decoder, Encoder};

/// Values of the object: the binary stream (unbound before `__init__` and once it is detached), the raw file beneath it if all
/// three are native, the encoding and the error handler as the program sees them, the decoder and the encoder if they are a
/// program's, and the text that was decoded last.
const BUFFER: usize = 0;
const FILE: usize = 1;
const ENCODING: usize = 2;
const ERRORS: usize = 3;
const DECODER: usize = 4;
const ENCODER: usize = 5;
const DECODED: usize = 6;

/// How many bytes are read at a time, and kept before they are written.
const CHUNK: i64 = 8192;

/// A point in the file where the decoder had nothing left over: its flags there, and the bytes that follow.
struct Snapshot {
    flags: i64,
    input: Vec<u8>,
}

/// The state.
pub(super) struct TextStream {
    ready: Cell<bool>,
    detached: Cell<bool>,
    /// Whether it is being closed because it was lost.
    finalizing: Cell<bool>,
    chunk: Cell<i64>,
    newline: Cell<Newline>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    seekable: Cell<bool>,
    /// Whether `tell` is possible: not while the stream is being iterated over.
    telling: Cell<bool>,
    has_read1: Cell<bool>,
    /// The error handler.
    errors: RefCell<String>,
    decoder: RefCell<Decoder>,
    encoder: Cell<Encoder>,
    /// Ends of lines in what is read, in universal mode.
    lines: Lines,
    /// Whether what is written next begins the file, and gets a byte order mark.
    at_start: Cell<bool>,
    /// How many characters of the decoded text were used.
    used: Cell<usize>,
    snapshot: RefCell<Option<Snapshot>>,
    /// Bytes a character in the last chunk: a guess for `tell`.
    ratio: Cell<f64>,
    /// What is to be written.
    pending: RefCell<Vec<u8>>,
}

impl TextStream {
    fn new() -> TextStream {
        TextStream {
            ready: Cell::new(false),
            detached: Cell::new(false),
            finalizing: Cell::new(false),
            chunk: Cell::new(CHUNK),
            newline: Cell::default(),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            errors: RefCell::default(),
            decoder: RefCell::default(),
            encoder: Cell::default(),
            lines: Lines::default(),
            at_start: Cell::new(false),
            used: Cell::new(0),
            snapshot: RefCell::default(),
            ratio: Cell::new(0.0),
            pending: RefCell::default(),
        }
    }
}

const GETSET: &[GetSetDef] = &[
    GetSetDef::new(
        "_CHUNK_SIZE",
        "",
        |vm, stream| {
            let own = this(stream);
            own.buffer(vm)?;
            vm.new_int(own.chunk.get())
        },
        |vm, stream, value| {
            let own = this(stream);
            own.buffer(vm)?;
            let Some(value) = value else { return Err(vm.type_error("cannot delete attribute")) };
            match super::arguments::count(vm, value)? {
                size @ 1.. => own.chunk.set(size),
                _ => return Err(vm.value_error("a strictly positive integer is required")),
            }
            Ok(())
        },
    ),
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
    GetSetDef::member("buffer", "", |vm, stream| or_none(vm, stream, BUFFER)),
    GetSetDef::readonly("closed", "", |vm, stream| vm.get_attr_str(this(stream).buffer(vm)?, "closed")),
    GetSetDef::member("encoding", "", |vm, stream| or_none(vm, stream, ENCODING)),
    GetSetDef::readonly("errors", "", |vm, stream| {
        let own = this(stream);
        own.check_initialized(vm)?;
        Ok(own.value(ERRORS))
    }),
    GetSetDef::member("line_buffering", "", |vm, stream| Ok(vm.bool(this(stream).line_buffering.get()))),
    GetSetDef::readonly("name", "", |vm, stream| vm.get_attr_str(this(stream).buffer(vm)?, "name")),
    GetSetDef::readonly("newlines", "", |vm, stream| {
        let own = this(stream);
        own.buffer(vm)?;
        match own.value(DECODER).bound() {
            Some(decoder) if !own.newline.get().is_universal() => {
                Ok(vm.find_attr_str(decoder, "newlines")?.unwrap_or(vm.none()))
            }
            _ => own.lines.seen(vm),
        }
    }),
    GetSetDef::member("write_through", "", |vm, stream| Ok(vm.bool(this(stream).write_through.get()))),
];

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[methods::METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "_io.TextIOWrapper",
        "Text over a binary stream, by characters and lines.\n\n\
         encoding is that of the locale unless it is given, errors says what to do with what cannot be decoded or encoded\n\
         ('strict' by default). newline is None to make all ends of lines \\n when reading, '' to leave any of the three as it\n\
         is, or the only end of lines; when writing, \\n becomes that. line_buffering flushes the stream with every line,\n\
         write_through keeps nothing back.",
        Layout::Opaque,
    )
};

/// `TextIOWrapper`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[iobase::text_base(vm)?])
}

fn this(value: Value) -> Own<TextStream> {
    Own::of(value)
}

fn or_none(vm: &Vm, stream: Value, index: usize) -> PyResult {
    Ok(this(stream).value(index).bound().unwrap_or(vm.none()))
}

/// Whether a stream is of exactly this class.
#[inline]
fn is_exact(vm: &Vm, stream: Value) -> bool {
    is_of(vm, stream, &CLASS)
}

/// The binary stream of an object that is a text stream.
pub(super) fn buffer_of(object: Gc<Opaque>) -> Option<Value> {
    object.state::<TextStream>()?;
    object.get(BUFFER).bound()
}

/// A stream of exactly this class that is open, over a file of the system, for the VM to print to.
pub(super) fn native(vm: &Vm, stream: Value) -> Option<Own<TextStream>> {
    let own = is_exact(vm, stream).then(|| this(stream))?;
    let file = own.value(FILE).bound()?;
    let is_open = own.ready.get() && fileio::native(vm, file).is_some_and(|file| !file.is_closed());
    is_open.then_some(own)
}

impl Own<TextStream> {
    /// The binary stream. ValueError when there is none yet, or none any more.
    #[inline]
    fn buffer(self, vm: &Vm) -> PyResult {
        if self.ready.get() {
            return Ok(self.value(BUFFER));
        }
        Err(if self.detached.get() { vm.value_error("underlying buffer has been detached") } else { uninitialized(vm) })
    }

    /// ValueError before `__init__`.
    fn check_initialized(self, vm: &Vm) -> PyResult<()> {
        if self.ready.get() || self.detached.get() { Ok(()) } else { Err(uninitialized(vm)) }
    }

    /// The binary stream of one that is open. ValueError when it is closed.
    #[inline]
    fn open_buffer(self, vm: &Vm) -> PyResult {
        let buffer = self.buffer(vm)?;
        if !is_exact(vm, self.object()) {
            iobase::check_open(vm, self.object())?;
        } else if self.is_closed(vm, buffer)? {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(buffer)
    }

    /// Whether the binary stream is closed.
    #[inline]
    fn is_closed(self, vm: &Vm, buffer: Value) -> PyResult<bool> {
        match self.value(FILE).bound().and_then(|file| fileio::native(vm, file)) {
            Some(file) => Ok(file.is_closed()),
            None => iobase::is_closed(vm, buffer),
        }
    }

    /// Forgets the text that was decoded, or puts another in its place.
    fn set_decoded(self, vm: &Vm, text: Option<Gc<Str>>) {
        self.set_value(vm, DECODED, text.map_or(Value::UNBOUND, Value::from));
        self.used.set(0);
    }

    /// The text that was decoded last.
    #[inline]
    fn decoded(self) -> Option<Gc<Str>> {
        self.value(DECODED).cast::<Str>()
    }
}

/// Whether the stream's `flush` is a buffered stream's own, which need not be looked up.
fn native_buffer(vm: &Vm, buffer: Value) -> Option<Own<buffered::Buffered>> {
    buffered::native(vm, buffer)
}

/// A stream that is not set up yet.
pub(super) fn new(vm: &Vm) -> PyResult {
    Opaque::new(vm, class(vm)?, Box::new(TextStream::new())).map(Value::from)
}

/// Writes out what a stream keeps, and the streams beneath it.
pub(super) fn flush(vm: &Vm, stream: Own<TextStream>) -> PyResult<()> {
    let buffer = stream.open_buffer(vm)?;
    stream.telling.set(stream.seekable.get());
    flush_pending(vm, stream, buffer)?;
    write::flush_buffer(vm, buffer).map(drop)
}
