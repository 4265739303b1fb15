//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: a raw stream with a buffer. What has been written and is still in the
//! buffer gets to the file when the stream is flushed or closed, when it is found dead, and at the end of the program.

use core::cell::{Cell, RefCell};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::target::Target;
use super::{DEFAULT_BUFFER_SIZE, Own, base, file, size, unsupported};

/// The only value: the raw stream; unbound before `__init__`, None once it is detached.
const RAW: usize = 0;

/// The most bytes that are asked for at once.
const CHUNK: usize = 1 << 20;

/// What the buffer is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Reader,
    Writer,
    Random,
}

/// The state.
pub(super) struct Buffered {
    size: Cell<usize>,
    /// What was read of the raw stream; the first [`Buffered::taken`] bytes are used up.
    read: RefCell<Vec<u8>>,
    taken: Cell<usize>,
    /// What is to be written to the raw stream. Not both of the two hold bytes at a time.
    pending: RefCell<Vec<u8>>,
}

const GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("closed", "", |vm, stream| is_closed(vm, stream).map(|closed| vm.bool(closed))),
    GetSetDef::readonly("mode", "", |vm, stream| vm.get_attr_str(raw(vm, stream)?, "mode")),
    GetSetDef::readonly("name", "", |vm, stream| vm.get_attr_str(raw(vm, stream)?, "name")),
    GetSetDef::member("raw", "", |vm, stream| Ok(stream.expect::<Opaque>().get(RAW).bound().unwrap_or(vm.none()))),
];

static READER: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, READ, NEW_READER],
    getset: GETSET,
    ..ClassDef::new(
        "_io.BufferedReader",
        "Create a new buffered reader using the given readable raw IO object.",
        Layout::Opaque,
    )
};

static WRITER: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, WRITE, NEW_WRITER],
    getset: GETSET,
    ..ClassDef::new("_io.BufferedWriter", "A buffer for a writeable sequential RawIO object.", Layout::Opaque)
};

static RANDOM: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, READ, WRITE, NEW_RANDOM],
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
    vm.module_class_with(definition, &[base::buffered_base(vm)?])
}

/// A stream of exactly one of these classes, for a text stream to use without looking up its methods.
pub(super) fn native(vm: &Vm, value: Value) -> Option<Own<Buffered>> {
    let def = vm.class_of(value).def?;
    [&READER, &WRITER, &RANDOM].into_iter().any(|own| core::ptr::eq(def, own)).then(|| this(value))
}

fn this(value: Value) -> Own<Buffered> {
    Own::of(value)
}

/// The raw stream. ValueError when there is none yet, or none any more.
fn raw(vm: &Vm, stream: Value) -> PyResult {
    match stream.expect::<Opaque>().get(RAW).bound() {
        None => Err(base::uninitialized(vm)),
        Some(raw) if raw == vm.none() => Err(vm.value_error("raw stream has been detached")),
        Some(raw) => Ok(raw),
    }
}

fn is_closed(vm: &Vm, stream: Value) -> PyResult<bool> {
    let raw = raw(vm, stream)?;
    match file::native(vm, raw) {
        Some(file) => Ok(file.is_closed()),
        None => base::is_closed(vm, raw),
    }
}

/// The raw stream of one that is open. ValueError with this text when it is closed.
fn open_raw(vm: &Vm, stream: Value, otherwise: &str) -> PyResult {
    let raw = raw(vm, stream)?;
    if is_closed(vm, stream)? { Err(vm.value_error(otherwise)) } else { Ok(raw) }
}

impl Buffered {
    fn new() -> Buffered {
        let size = Cell::new(DEFAULT_BUFFER_SIZE as usize);
        Buffered { size, read: RefCell::default(), taken: Cell::new(0), pending: RefCell::default() }
    }

    /// How many bytes have been read and not been used.
    fn ahead(&self) -> usize {
        self.read.borrow().len().saturating_sub(self.taken.get())
    }

    /// Takes at most so many of the bytes that have been read.
    fn take(&self, wanted: usize) -> Vec<u8> {
        let read = self.read.borrow();
        let start = self.taken.get().min(read.len());
        let end = start + wanted.min(read.len() - start);
        self.taken.set(end);
        read[start..end].to_vec()
    }

    fn forget_read(&self) {
        self.read.borrow_mut().clear();
        self.taken.set(0);
    }

    /// Adds bytes from the raw stream, when all that it had are used. `None` when there are none yet.
    fn fill(&self, vm: &Vm, raw: Value) -> PyResult<Option<usize>> {
        let Some(bytes) = raw_read(vm, raw, self.size.get())? else { return Ok(None) };
        // The raw stream may be a program's, and have used this one.
        let mut read = self.read.borrow_mut();
        let taken = self.taken.replace(0).min(read.len());
        read.drain(..taken);
        read.extend_from_slice(&bytes);
        Ok(Some(bytes.len()))
    }

    /// Writes out what is pending.
    fn flush_pending(&self, vm: &Vm, raw: Value) -> PyResult<()> {
        let pending = self.pending.take();
        let mut written = 0;
        while written < pending.len() {
            match raw_write(vm, raw, &pending[written..]) {
                Ok(count) => written += count,
                Err(raised) => {
                    // What was not written stays, before what came since.
                    let mut newer = self.pending.borrow_mut();
                    newer.splice(..0, pending[written..].iter().copied());
                    return Err(raised);
                }
            }
        }
        Ok(())
    }

    /// Puts the raw stream where the program believes it to be: before the bytes that were read ahead.
    fn step_back(&self, vm: &Vm, raw: Value) -> PyResult<()> {
        let ahead = self.ahead();
        self.forget_read();
        if ahead > 0 { raw_seek(vm, raw, -(ahead as i64), 1).map(drop) } else { Ok(()) }
    }
}

/// Bytes from a raw stream, with one call: empty at the end, `None` when there are none yet.
fn raw_read(vm: &Vm, raw: Value, wanted: usize) -> PyResult<Option<Vec<u8>>> {
    match file::native(vm, raw) {
        Some(file) => file.read_some(vm, wanted),
        None => base::read_by_readinto(vm, raw, wanted.min(CHUNK)),
    }
}

/// Writes bytes to a raw stream with one call: how many.
fn raw_write(vm: &Vm, raw: Value, bytes: &[u8]) -> PyResult<usize> {
    let count = match file::native(vm, raw) {
        Some(file) => file.write_some(vm, bytes)?,
        None => {
            let part = vm.new_bytes(bytes)?;
            let count = vm.call_method(raw, "write", &[part])?;
            if count == vm.none() {
                None
            } else {
                let count = vm.index_i64(count)?;
                match usize::try_from(count) {
                    Ok(count) if count <= bytes.len() => Some(count),
                    _ => {
                        let most = bytes.len();
                        let text = format!(
                            "raw write() returned invalid length {count} (should have been between 0 and {most})"
                        );
                        return Err(vm.raise(vm.types().os_error, text));
                    }
                }
            }
        }
    };
    vm.check_interrupt()?;
    match count {
        Some(count) => Ok(count),
        None => {
            let number = Value::small(libc::EAGAIN.into());
            let text = vm.new_str("write could not complete without blocking")?;
            Err(vm.raise_with(vm.types().blocking_io_error, &[number, text]))
        }
    }
}

fn raw_seek(vm: &Vm, raw: Value, offset: i64, whence: i32) -> PyResult<i64> {
    let place = match file::native(vm, raw) {
        Some(file) => file.seek(vm, offset, whence)?,
        None => {
            let place = vm.call_method(raw, "seek", &[vm.new_int(offset)?, vm.new_int(whence.into())?])?;
            vm.index_i64(place)?
        }
    };
    if place < 0 {
        return Err(vm.raise(vm.types().os_error, format!("Raw stream returned invalid position {place}")));
    }
    Ok(place)
}

fn raw_tell(vm: &Vm, raw: Value) -> PyResult<i64> {
    if let Some(file) = file::native(vm, raw) {
        return file.seek(vm, 0, 1);
    }
    let place = vm.call_method(raw, "tell", &[])?;
    let place = vm.index_i64(place)?;
    if place < 0 {
        return Err(vm.raise(vm.types().os_error, format!("Raw stream returned invalid position {place}")));
    }
    Ok(place)
}

/// The raw stream of one that is to be read, when what was written is on its way.
fn for_reading(vm: &Vm, stream: Value, otherwise: &str) -> PyResult {
    let raw = open_raw(vm, stream, otherwise)?;
    this(stream).flush_pending(vm, raw)?;
    Ok(raw)
}

/// At most so many bytes, fewer only at the end; `None` when there are none yet.
fn read_count(vm: &Vm, stream: Value, wanted: usize) -> PyResult<Option<Vec<u8>>> {
    let raw = for_reading(vm, stream, "read of closed file")?;
    let own = this(stream);
    let mut bytes = own.take(wanted);
    while bytes.len() < wanted {
        let missing = wanted - bytes.len();
        let size = own.size.get();
        let part = if missing >= size {
            raw_read(vm, raw, missing - missing % size)?
        } else {
            own.fill(vm, raw)?.map(|_| own.take(missing))
        };
        match part {
            None if bytes.is_empty() => return Ok(None),
            None => break,
            Some(part) if part.is_empty() => break,
            Some(part) if bytes.is_empty() => bytes = part,
            Some(part) => {
                vm.check_room_for(bytes.len() + part.len())?;
                bytes.extend_from_slice(&part);
            }
        }
    }
    Ok(Some(bytes))
}

/// All bytes that are left; `None` when there are none yet.
pub(super) fn read_all(vm: &Vm, stream: Value) -> PyResult<Option<Vec<u8>>> {
    let raw = for_reading(vm, stream, "read of closed file")?;
    let own = this(stream);
    if file::native(vm, raw).is_none() && vm.find_attr_str(raw, "readall")?.is_some() {
        let mut bytes = own.take(usize::MAX);
        let rest = vm.call_method(raw, "readall", &[])?;
        if rest == vm.none() {
            return Ok(Some(bytes).filter(|bytes| !bytes.is_empty()));
        }
        let Some(rest) = buffer::find(rest) else { return Err(vm.type_error("readall() should return bytes")) };
        bytes.extend_from_slice(&rest);
        return Ok(Some(bytes));
    }
    read_count(vm, stream, usize::MAX)
}

/// At most so many bytes, with one call of the raw stream at most; `None` when there are none yet.
pub(super) fn read_once(vm: &Vm, stream: Value, wanted: usize) -> PyResult<Option<Vec<u8>>> {
    let raw = for_reading(vm, stream, "read of closed file")?;
    let own = this(stream);
    let wanted = if wanted == usize::MAX { own.size.get() } else { wanted };
    if wanted == 0 || own.ahead() > 0 {
        return Ok(Some(own.take(wanted)));
    }
    if wanted >= own.size.get() {
        return raw_read(vm, raw, wanted);
    }
    Ok(own.fill(vm, raw)?.map(|_| own.take(wanted)))
}

fn line(vm: &Vm, stream: Value, limit: usize) -> PyResult<Vec<u8>> {
    let raw = for_reading(vm, stream, "readline of closed file")?;
    let own = this(stream);
    let mut line = Vec::new();
    loop {
        let wanted = {
            let read = own.read.borrow();
            let rest = &read[own.taken.get().min(read.len())..];
            memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1).min(limit - line.len())
        };
        vm.check_room_for(line.len() + wanted)?;
        line.append(&mut own.take(wanted));
        if line.last() == Some(&b'\n') || line.len() >= limit || !matches!(own.fill(vm, raw)?, Some(1..)) {
            return Ok(line);
        }
    }
}

/// Writes bytes, all of them.
pub(super) fn write_bytes(vm: &Vm, stream: Value, bytes: &[u8]) -> PyResult<()> {
    let raw = open_raw(vm, stream, "write to closed file")?;
    let own = this(stream);
    own.step_back(vm, raw)?;
    let size = own.size.get();
    if own.pending.borrow().len().saturating_add(bytes.len()) > size {
        own.flush_pending(vm, raw)?;
        if bytes.len() > size {
            let mut written = 0;
            while written < bytes.len() {
                written += raw_write(vm, raw, &bytes[written..])?;
            }
            return Ok(());
        }
    }
    own.pending.borrow_mut().extend_from_slice(bytes);
    Ok(())
}

/// Writes out what is pending, and puts the raw stream where the program believes it to be.
pub(super) fn flush_all(vm: &Vm, stream: Value) -> PyResult<()> {
    let raw = open_raw(vm, stream, "flush of closed file")?;
    this(stream).flush_pending(vm, raw)
}

/// The position.
pub(super) fn position(vm: &Vm, stream: Value) -> PyResult<i64> {
    let place = raw_tell(vm, raw(vm, stream)?)?;
    let own = this(stream);
    let (ahead, pending) = (own.ahead() as i64, own.pending.borrow().len() as i64);
    Ok((place - ahead).saturating_add(pending).max(0))
}

/// Goes to a position.
pub(super) fn go_to(vm: &Vm, stream: Value, offset: i64, whence: i32) -> PyResult<i64> {
    let raw = open_raw(vm, stream, "seek of closed file")?;
    let own = this(stream);
    own.flush_pending(vm, raw)?;
    let ahead = own.ahead() as i64;
    let place = raw_seek(vm, raw, if whence == 1 { offset.saturating_sub(ahead) } else { offset }, whence)?;
    own.forget_read();
    Ok(place)
}

/// Sets up a stream: what `__init__` does.
fn initialize(vm: &Vm, args: &[Value], kind: Kind) -> PyResult {
    let (stream, raw) = (args[0], args[1]);
    stream.expect::<Opaque>().set(vm, RAW, Value::UNBOUND);
    let needs: &[&str] = match kind {
        Kind::Reader => &["readable"],
        Kind::Writer => &["writable"],
        Kind::Random => &["seekable", "readable", "writable"],
    };
    for able in needs {
        base::check_able(vm, raw, able)?;
    }
    let size = match args[2].bound() {
        None => DEFAULT_BUFFER_SIZE,
        Some(size) => vm.index_i64(size)?,
    };
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(vm.value_error("buffer size must be strictly positive"));
    };
    vm.check_room_for(size)?;
    let own = this(stream);
    own.size.set(size);
    own.forget_read();
    own.pending.borrow_mut().clear();
    stream.expect::<Opaque>().set(vm, RAW, raw);
    Ok(vm.none())
}

fn make(vm: &Vm, args: &[Value]) -> PyResult {
    Opaque::new(vm, args[0].expect(), Box::new(Buffered::new())).map(Value::from)
}

/// The result of reading for a program.
fn bytes_or_none(vm: &Vm, bytes: Option<Vec<u8>>) -> PyResult {
    match bytes {
        Some(bytes) => vm.new_bytes(&bytes),
        None => Ok(vm.none()),
    }
}

#[methods(NEW_READER)]
impl NewReader {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_reader(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Reader)
    }

    /// Flush the raw stream: nothing is pending here.
    #[method("flush($self, /)")]
    fn flush_reader(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "flush", &[])
    }
}

#[methods(NEW_WRITER)]
impl NewWriter {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_writer(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Writer)
    }
}

#[methods(NEW_RANDOM)]
impl NewRandom {
    /// Initialize self.
    #[method("__init__($self, /, raw, buffer_size=131072)")]
    fn init_random(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args, Kind::Random)
    }
}

#[methods(COMMON)]
impl Common {
    /// Write out what is pending when the stream is lost. It is not closed: a text stream above it that is lost with it may
    /// still have something to write; the file is closed when it is freed itself.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = args[0].expect::<Opaque>().get(RAW);
        if raw.is_unbound() || raw == vm.none() || is_closed(vm, args[0])? {
            return Ok(vm.none());
        }
        if native(vm, args[0]).is_some() {
            return this(args[0]).flush_pending(vm, raw).map(|()| vm.none());
        }
        vm.call_method(args[0], "close", &[])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        make(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.check_native_recursion()?;
        let title = vm.class_of(args[0]).title();
        let name = vm.get_attr_str(args[0], "name");
        let name = match vm.absorb(name, vm.types().value_error)? {
            Some(name) => vm.repr(name)?,
            None => return vm.new_str(&format!("<{title}>")),
        };
        let mut text = name.to_wtf8();
        text.splice(..0, format!("<{title} name=").into_bytes());
        text.push(b'>');
        Str::from_wtf8(vm, &text).map(Value::from)
    }

    /// Flush the stream, and close the raw stream.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = raw(vm, args[0])?;
        if is_closed(vm, args[0])? {
            return Ok(vm.none());
        }
        let flushed = vm.call_method(args[0], "flush", &[]);
        let failure = flushed.err().map(|raised| vm.take_exception(raised));
        let own = this(args[0]);
        own.pending.borrow_mut().clear();
        own.forget_read();
        let closed = vm.call_method(raw, "close", &[]);
        match failure {
            None => closed,
            Some(exception) => {
                // What failed first is what the program is told.
                if let Err(raised) = closed {
                    let _ = vm.take_exception(raised);
                }
                Err(vm.raise_exception(exception))
            }
        }
    }

    /// Flush the stream, part with the raw stream and return it.
    #[method("detach($self, /)")]
    fn detach(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = raw(vm, args[0])?;
        vm.call_method(args[0], "flush", &[])?;
        args[0].expect::<Opaque>().set(vm, RAW, vm.none());
        this(args[0]).forget_read();
        Ok(raw)
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "fileno", &[])
    }

    /// Return whether the stream is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "isatty", &[])
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, target, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let whence = if args[2].is_bound() { vm.index_i64(args[2])? } else { 0 };
        if !(0..=2).contains(&whence) {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        let raw = open_raw(vm, args[0], "seek of closed file")?;
        if vm.call_method(raw, "seekable", &[])? != vm.true_() {
            return Err(unsupported(vm, "File or stream is not seekable."));
        }
        vm.new_int(go_to(vm, args[0], vm.index_i64(args[1])?, whence as i32)?)
    }

    /// Return whether the stream has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "seekable", &[])
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(position(vm, args[0])?)
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = open_raw(vm, args[0], "truncate of closed file")?;
        let own = this(args[0]);
        if vm.call_method(raw, "writable", &[])? != vm.true_() {
            return Err(unsupported(vm, "truncate"));
        }
        own.flush_pending(vm, raw)?;
        let size = match args[1].bound().filter(|size| *size != vm.none()) {
            Some(size) => size,
            None => vm.new_int(position(vm, args[0])?)?,
        };
        own.step_back(vm, raw)?;
        vm.call_method(raw, "truncate", &[size])
    }
}

#[methods(READ)]
impl Read {
    /// Return whether the stream can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "readable", &[])
    }

    /// Implement next(self): the next line.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        if native(vm, args[0]).is_none() {
            let line = vm.call_method(args[0], "readline", &[])?;
            return Ok(if vm.is_true(line)? { line } else { Value::UNBOUND });
        }
        let line = line(vm, args[0], usize::MAX)?;
        if line.is_empty() { Ok(Value::UNBOUND) } else { vm.new_bytes(&line) }
    }

    /// Return the bytes that are in the buffer, after one call of the raw stream if there are none. They stay there.
    #[method("peek($self, size=0, /)")]
    fn peek(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = for_reading(vm, args[0], "peek of closed file")?;
        let own = this(args[0]);
        if own.ahead() == 0 {
            own.fill(vm, raw)?;
        }
        let bytes = {
            let read = own.read.borrow();
            read[own.taken.get().min(read.len())..].to_vec()
        };
        vm.new_bytes(&bytes)
    }

    /// Return so many bytes, or all that are left.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let given = args[1].bound().filter(|size| *size != vm.none());
        if let Some(given) = given
            && vm.try_index(given)?.is_some()
            && vm.index_clamped(given)? < -1
        {
            return Err(vm.value_error("read length must be non-negative or -1"));
        }
        let limit = size(vm, args[1])?;
        if limit == usize::MAX {
            return bytes_or_none(vm, read_all(vm, args[0])?);
        }
        bytes_or_none(vm, read_count(vm, args[0], limit)?)
    }

    /// Return at most so many bytes, with one call of the raw stream at most.
    #[method("read1($self, size=-1, /)")]
    fn read1(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        match read_once(vm, args[0], limit)? {
            Some(bytes) => vm.new_bytes(&bytes),
            None => vm.new_bytes(b""),
        }
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto")?;
        open_raw(vm, args[0], "readinto of closed file")?;
        store(vm, &target, read_count(vm, args[0], target.len())?)
    }

    /// Read into an object with one call of the raw stream at most. Return how many bytes.
    #[method("readinto1($self, buffer, /)")]
    fn readinto1(vm: &Vm, args: &[Value]) -> PyResult {
        let target = Target::of(vm, args[1], "readinto1")?;
        open_raw(vm, args[0], "readinto of closed file")?;
        store(vm, &target, read_once(vm, args[0], target.len())?)
    }

    /// Return the next line, or empty bytes at the end.
    #[method("readline($self, size=-1, /)")]
    fn readline(vm: &Vm, args: &[Value]) -> PyResult {
        let limit = size(vm, args[1])?;
        vm.new_bytes(&line(vm, args[0], limit)?)
    }
}

fn store(vm: &Vm, target: &Target, bytes: Option<Vec<u8>>) -> PyResult {
    match bytes {
        Some(bytes) => {
            target.store(vm, &bytes)?;
            vm.new_int(bytes.len() as i64)
        }
        None => Ok(vm.none()),
    }
}

#[methods(WRITE)]
impl Write {
    /// Return whether the stream can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(raw(vm, args[0])?, "writable", &[])
    }

    /// Write out what is pending.
    #[method("flush($self, /)")]
    fn flush(vm: &Vm, args: &[Value]) -> PyResult {
        let raw = open_raw(vm, args[0], "flush of closed file")?;
        let own = this(args[0]);
        own.flush_pending(vm, raw)?;
        if file::native(vm, raw).is_some_and(|file| file.descriptor.is_seekable()) {
            own.step_back(vm, raw)?;
        }
        Ok(vm.none())
    }

    /// Write bytes. Return how many.
    #[method("write($self, buffer, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[1])?;
        write_bytes(vm, args[0], &bytes)?;
        vm.new_int(bytes.len() as i64)
    }
}
