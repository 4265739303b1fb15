//! `FileIO`: a file of the system, without a buffer.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::host::descriptor::{Descriptor, Status};
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;

use crate::_io::target::Target;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Raised, Value, Vm};

use super::arguments::{c_int, given, size, text};
use super::{DEFAULT_BUFFER_SIZE, Own, both, cannot_pickle, iobase, is_of, unsupported};

/// How many bytes are asked for without knowing that they are there.
const CHUNK: usize = 1 << 16;

/// The state.
#[derive(Default)]
pub(super) struct File {
    pub(super) descriptor: Descriptor,
    mode: Cell<Mode>,
    seekable: Cell<Option<bool>>,
    /// Whether it is being closed because it was lost.
    finalizing: Cell<bool>,
    /// What the system said when it was opened.
    at_open: Cell<Option<Status>>,
    /// Whether a buffered stream that nobody has parted from it closes it.
    pub(super) wrapped: Cell<bool>,
}

/// How a file was opened.
#[derive(Clone, Copy, Default)]
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

impl Mode {
    fn name(self) -> &'static str {
        match (self.created, self.appending, self.readable, self.writable) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("_blksize", "", |vm, file| vm.new_int(this(file).block_size())),
        GetSetDef {
            member: true,
            ..GetSetDef::new(
                "_finalizing",
                "",
                |vm, file| Ok(vm.bool(this(file).finalizing.get())),
                |vm, file, value| {
                    let value = value.ok_or_else(|| vm.type_error("can't delete numeric/char attribute"))?;
                    this(file).finalizing.set(vm.is_true(value)?);
                    Ok(())
                },
            )
        },
        GetSetDef::readonly("closed", "True if the file is closed", |vm, file| Ok(vm.bool(this(file).is_closed()))),
        GetSetDef::readonly("closefd", "True if the file descriptor will be closed by close().", |vm, file| {
            Ok(vm.bool(this(file).descriptor.is_owned()))
        }),
        GetSetDef::readonly("mode", "String giving the file mode", |vm, file| vm.new_str(this(file).mode.get().name())),
    ],
    ..ClassDef::new("_io.FileIO", "Open a file.", Layout::Opaque)
};

/// `FileIO`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&CLASS, &[iobase::raw_base(vm)?])
}

/// A file of exactly this class, for the streams above it to use without looking up its methods.
#[inline]
pub(super) fn native(vm: &Vm, value: Value) -> Option<Own<File>> {
    is_of(vm, value, &CLASS).then(|| this(value))
}

fn this(value: Value) -> Own<File> {
    Own::of(value)
}

/// ValueError for a file that was closed.
#[cold]
fn closed(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on closed file")
}

fn open_file(vm: &Vm, value: Value) -> PyResult<Own<File>> {
    let file = this(value);
    if file.is_closed() { Err(closed(vm)) } else { Ok(file) }
}

impl File {
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.descriptor.number().is_none()
    }

    /// The size of the blocks that the system reads and writes.
    pub(super) fn block_size(&self) -> i64 {
        match self.at_open.get() {
            Some(status) if status.block_size > 1 => status.block_size,
            _ => DEFAULT_BUFFER_SIZE,
        }
    }

    pub(super) fn is_readable(&self) -> bool {
        self.mode.get().readable
    }

    fn check_readable(&self, vm: &Vm) -> PyResult<()> {
        if self.is_closed() {
            return Err(closed(vm));
        }
        if self.is_readable() { Ok(()) } else { Err(unsupported(vm, "File not open for reading")) }
    }

    /// Reads with one call of the system: how many bytes, `None` when there are none yet.
    pub(super) fn read_into(&self, vm: &Vm, target: &mut [u8]) -> PyResult<Option<usize>> {
        self.check_readable(vm)?;
        self.descriptor.read(vm, target)
    }

    /// Writes bytes, as many as the system takes; `None` when it takes none now.
    pub(super) fn write_some(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Option<usize>> {
        if self.is_closed() {
            return Err(closed(vm));
        }
        if !self.mode.get().writable {
            return Err(unsupported(vm, "File not open for writing"));
        }
        self.descriptor.write(vm, bytes)
    }

    pub(super) fn seek(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<i64> {
        if self.is_closed() {
            return Err(closed(vm));
        }
        let place = self.descriptor.seek(vm, offset, whence)?;
        self.seekable.set(Some(true));
        Ok(place)
    }

    pub(super) fn is_seekable(&self, vm: &Vm) -> PyResult<bool> {
        if self.is_closed() {
            return Err(closed(vm));
        }
        let seekable = self.seekable.get().unwrap_or_else(|| self.descriptor.is_seekable());
        self.seekable.set(Some(seekable));
        Ok(seekable)
    }

    /// Whether it is a terminal; only a device can be one.
    pub(super) fn is_terminal_at_open(&self) -> bool {
        self.at_open.get().is_none_or(|status| status.is_character_device()) && self.descriptor.is_terminal()
    }

    /// All bytes that are left; `None` when there are none yet.
    pub(super) fn read_all(&self, vm: &Vm) -> PyResult<Option<Vec<u8>>> {
        self.check_readable(vm)?;
        let mut bytes = Vec::new();
        let mut room = self.expected_rest(vm).map_or(CHUNK, |rest| rest + 1);
        let mut filled = 0;
        loop {
            if filled == bytes.len() {
                vm.check_room_for(filled.saturating_add(room))?;
                bytes.resize(filled + room, 0);
                room = bytes.len().max(CHUNK);
            }
            match self.descriptor.read(vm, &mut bytes[filled..])? {
                None if filled == 0 => return Ok(None),
                None | Some(0) => break,
                Some(count) => filled += count,
            }
        }
        bytes.truncate(filled);
        Ok(Some(bytes))
    }

    /// How many bytes an ordinary file should have behind the position, going by its size when it was opened.
    fn expected_rest(&self, vm: &Vm) -> Option<usize> {
        let size = self.at_open.get().filter(|status| status.size > 0)?.size;
        let place = if size > CHUNK as u64 { self.descriptor.seek(vm, 0, libc::SEEK_CUR) } else { Ok(0) };
        let place = match place {
            Ok(place) => u64::try_from(place).unwrap_or(0),
            Err(raised) => {
                let _ = vm.take_exception(raised);
                0
            }
        };
        usize::try_from(size.saturating_sub(place)).ok().filter(|rest| *rest < isize::MAX as usize)
    }

    /// ResourceWarning when the file is still open. `source` is what the program knows of it.
    pub(super) fn warn_unclosed(&self, vm: &Vm, source: Value) {
        if self.is_closed() || !self.descriptor.is_owned() {
            return;
        }
        let shown = vm.repr(source).map(|text| format!("unclosed file {text}"));
        let warned = shown.and_then(|text| vm.warn_about(vm.types().resource_warning, &text, 1, source));
        if let Err(raised) = warned {
            // A warning that a filter made an error.
            let is_warning = vm.pending_is(vm.types().warning);
            let exception = vm.take_exception(raised);
            if is_warning {
                vm.report_unraisable_exception(exception, source);
            }
        }
    }
}

/// The mode and the flags for the system of a text such as `rb+`.
fn parse_mode(vm: &Vm, text: &str) -> PyResult<(Mode, i32)> {
    let mut mode = Mode::default();
    let (mut kinds, mut pluses, mut flags) = (0, 0, 0);
    for letter in text.chars() {
        match letter {
            'x' => (mode.created, mode.writable, flags) = (true, true, libc::O_EXCL | libc::O_CREAT),
            'r' => mode.readable = true,
            'w' => (mode.writable, flags) = (true, libc::O_CREAT | libc::O_TRUNC),
            'a' => (mode.appending, mode.writable, flags) = (true, true, libc::O_APPEND | libc::O_CREAT),
            'b' => {}
            '+' => (mode.readable, mode.writable) = (true, true),
            _ => return Err(vm.value_error(format!("invalid mode: {text}"))),
        }
        kinds += i32::from(matches!(letter, 'x' | 'r' | 'w' | 'a'));
        pluses += i32::from(letter == '+');
        if kinds > 1 || pluses > 1 {
            break;
        }
    }
    if kinds != 1 || pluses > 1 {
        let text = "Must have exactly one of create/read/write/append mode and at most one plus";
        return Err(vm.value_error(text));
    }
    let access = match (mode.readable, mode.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((mode, flags | access))
}

/// The descriptor that an `opener` gives.
fn from_opener(vm: &Vm, opener: Value, name: Value, flags: i32) -> PyResult<i32> {
    let flags = vm.new_int(i64::from(flags | libc::O_CLOEXEC))?;
    let number = vm.call(opener, &[name, flags])?;
    if number.as_int().is_none() && !vm.is_instance(number, vm.types().int) {
        return Err(vm.type_error("expected integer from opener"));
    }
    let number = c_int(vm, number, 0)?;
    if number < 0 {
        return Err(vm.value_error(format!("opener returned {number}")));
    }
    // What another way of opening has left inheritable must not get to child processes.
    Descriptor::set_not_inheritable(number).map_err(|error| vm.os_error(error, vm.none()))?;
    Ok(number)
}

/// The number that an argument is, if it is one. Python code gives files as numbers when it opened them itself.
fn descriptor_argument(vm: &Vm, file: Value) -> PyResult<Option<i32>> {
    let index = match vm.try_index(file)? {
        Some(index) => index,
        None => return Ok(None),
    };
    if file == vm.true_() || file == vm.false_() {
        vm.warn(vm.types().runtime_warning, "bool is used as a file descriptor", 1)?;
    }
    match c_int(vm, index, 0)? {
        number @ 0.. => Ok(Some(number)),
        _ => Err(vm.value_error("negative file descriptor")),
    }
}

/// Opens the file that the arguments name; true when it was open before.
fn open(vm: &Vm, file: &File, args: &[Value], flags: i32) -> PyResult<bool> {
    let owned = args[3].bound().map_or(Ok(true), |closefd| vm.is_true(closefd))?;
    if let Some(number) = descriptor_argument(vm, args[1])? {
        file.descriptor.set(number, owned);
        return Ok(true);
    }
    let path = vm.system_path(args[1])?;
    if !owned {
        return Err(vm.value_error("Cannot use closefd=False with file name"));
    }
    let number = match given(vm, args[4]) {
        Some(opener) => from_opener(vm, opener, args[1], flags)?,
        None => Descriptor::open(vm, &path, flags)?.map_err(|error| vm.os_error(error, args[1]))?,
    };
    file.descriptor.set(number, true);
    Ok(false)
}

/// What `__init__` does once the file is open.
fn look_at(vm: &Vm, stream: Value, file: &File, name: Value) -> PyResult<()> {
    match file.descriptor.status() {
        Ok(status) if status.is_folder() => return Err(vm.os_error(libc::EISDIR, name)),
        Ok(status) => file.at_open.set(Some(status)),
        // Some file systems cannot say; a number that is no open file is another matter.
        Err(libc::EBADF) => return Err(vm.os_error(libc::EBADF, vm.none())),
        Err(_) => {}
    }
    vm.set_attr(stream, vm.intern("name"), Some(name))?;
    if file.mode.get().appending
        && let Err(error) = file.descriptor.try_seek(vm, 0, libc::SEEK_END)?
        && error != libc::ESPIPE
    {
        return Err(vm.os_error(error, vm.none()));
    }
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Refuse to be pickled.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        Err(cannot_pickle(vm, args[0]))
    }

    /// Initialize self.
    #[method("__init__($self, /, file, mode='r', closefd=True, opener=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        let mode = text(vm, args[2], "FileIO", "mode", false)?;
        let mode = mode.map_or_else(|| "r".to_owned(), |mode| mode.to_string());
        file.descriptor.close().map_err(|error| vm.os_error(error, vm.none()))?;
        file.seekable.set(None);
        file.at_open.set(None);
        file.wrapped.set(false);
        file.mode.set(Mode::default());
        let (mode, flags) = parse_mode(vm, &mode)?;
        file.mode.set(mode);
        let was_open = open(vm, &file, args, flags)?;
        if let Err(raised) = look_at(vm, args[0], &file, args[1]) {
            if was_open {
                // It is not this object's to close.
                file.descriptor.forget();
                return Err(raised);
            }
            let exception = vm.take_exception(raised);
            let _ = file.descriptor.close();
            return Err(vm.raise_exception(exception));
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(File::default())).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        let title = vm.class_of(args[0]).title();
        let Some(number) = file.descriptor.number() else { return vm.new_str(&format!("<{title} [closed]>")) };
        let (mode, owned) = (file.mode.get().name(), file.descriptor.is_owned());
        let closefd = if owned { "True" } else { "False" };
        let Some(name) = vm.find_attr_str(args[0], "name")? else {
            return vm.new_str(&format!("<{title} fd={number} mode='{mode}' closefd={closefd}>"));
        };
        let Some(_guard) = vm.repr_guard(args[0]) else {
            return Err(vm.runtime_error(format!("reentrant call inside {title}.__repr__")));
        };
        let mut shown = format!("<{title} name=").into_bytes();
        shown.extend_from_slice(&vm.repr(name)?.to_wtf8());
        shown.extend_from_slice(format!(" mode='{mode}' closefd={closefd}>").as_bytes());
        Str::from_wtf8(vm, &shown).map(Value::from)
    }

    /// Warn that the file is lost and was not closed.
    #[method("_dealloc_warn($self, source, /)")]
    fn dealloc_warn(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).warn_unclosed(vm, args[1]);
        Ok(vm.none())
    }

    /// Return whether the file was a terminal when it was opened.
    #[method("_isatty_open_only($self, /)")]
    fn isatty_open_only(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(open_file(vm, args[0])?.is_terminal_at_open()))
    }

    /// Close the file.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        // Whatever a subclass wants to happen.
        let before = if native(vm, args[0]).is_some() {
            Ok(vm.none())
        } else {
            let close = vm.get_attr_str(iobase::raw_base(vm)?.into(), "close")?;
            vm.call(close, &[args[0]])
        };
        if !file.descriptor.is_owned() {
            file.descriptor.forget();
            return before;
        }
        if file.finalizing.get() {
            let exception = before.as_ref().err().map(|raised| vm.take_exception(*raised));
            file.warn_unclosed(vm, args[0]);
            if let Some(exception) = exception {
                vm.raise_exception(exception);
            }
        }
        both(vm, before, || match file.descriptor.close() {
            Ok(()) => Ok(vm.none()),
            Err(error) => Err(vm.os_error(error, vm.none())),
        })
    }

    /// Return the file descriptor.
    #[method("fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args[0]).descriptor.number() {
            Some(number) => vm.new_int(number.into()),
            None => Err(closed(vm)),
        }
    }

    /// Return whether the file is a terminal.
    #[method("isatty($self, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(open_file(vm, args[0])?.descriptor.is_terminal()))
    }

    /// Return at most so many bytes, with one call of the system; all that are left by default.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        let wanted = size(vm, args[1])?;
        file.check_readable(vm)?;
        let Some(wanted) = wanted else { return vm.call_method(args[0], "readall", &[]) };
        vm.check_room_for(wanted)?;
        let mut bytes = vec![0; wanted];
        match file.descriptor.read(vm, &mut bytes)? {
            Some(count) => vm.new_bytes(&bytes[..count]),
            None => Ok(vm.none()),
        }
    }

    /// Return whether the file can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(open_file(vm, args[0])?.is_readable()))
    }

    /// Return all bytes that are left.
    #[method("readall($self, /)")]
    fn readall(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args[0]).read_all(vm)? {
            Some(bytes) => vm.new_bytes(&bytes),
            None => Ok(vm.none()),
        }
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        let target = Target::of(vm, args[1], "readinto")?;
        file.check_readable(vm)?;
        vm.check_room_for(target.len())?;
        let mut bytes = vec![0; target.len()];
        match file.descriptor.read(vm, &mut bytes)? {
            Some(count) => {
                target.store(0, &bytes[..count]);
                target.end(vm);
                vm.new_int(count as i64)
            }
            None => Ok(vm.none()),
        }
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let whence = c_int(vm, args[2], 0)?;
        let file = open_file(vm, args[0])?;
        let index = vm.index(args[1])?;
        let Some(offset) = orochi_vm::types::int::to_i64(index) else {
            return Err(vm.overflow_error("int too big to convert"));
        };
        vm.new_int(file.seek(vm, offset, whence)?)
    }

    /// Return whether the file has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args[0]).is_seekable(vm)?))
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args[0]).seek(vm, 0, libc::SEEK_CUR)?)
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let file = open_file(vm, args[0])?;
        if !file.mode.get().writable {
            return Err(unsupported(vm, "File not open for writing"));
        }
        let size = match given(vm, args[1]) {
            Some(size) => size,
            None => vm.new_int(file.seek(vm, 0, libc::SEEK_CUR)?)?,
        };
        file.descriptor.truncate(vm, vm.index_i64(size)?)?;
        Ok(size)
    }

    /// Return whether the file can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(open_file(vm, args[0])?.mode.get().writable))
    }

    /// Write bytes with one call of the system. Return how many were written, or None when the file takes none now.
    #[method("write($self, b, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[1])?;
        match this(args[0]).write_some(vm, &bytes)? {
            Some(count) => vm.new_int(count as i64),
            None => Ok(vm.none()),
        }
    }
}
