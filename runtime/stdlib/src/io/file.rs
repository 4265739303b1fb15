//! `FileIO`: a file of the system, without a buffer.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::host::descriptor::Descriptor;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::target::Target;
use super::{Own, base, closed, size, unsupported};

/// How many bytes are asked for without knowing that they are there.
const CHUNK: usize = 1 << 20;

/// The state.
#[derive(Default)]
pub(super) struct File {
    pub(super) descriptor: Descriptor,
    mode: Cell<Mode>,
    seekable: Cell<Option<bool>>,
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
    vm.module_class_with(&CLASS, &[base::raw_base(vm)?])
}

/// A file of exactly this class, for the streams above it to use without looking up its methods.
pub(super) fn native(vm: &Vm, value: Value) -> Option<Own<File>> {
    let own = vm.class_of(value).def.is_some_and(|def| core::ptr::eq(def, &raw const CLASS));
    own.then(|| this(value))
}

fn this(value: Value) -> Own<File> {
    Own::of(value)
}

fn check_open(vm: &Vm, file: &File) -> PyResult<()> {
    if file.descriptor.number().is_some() { Ok(()) } else { Err(closed(vm)) }
}

fn check_readable(vm: &Vm, file: &File) -> PyResult<()> {
    check_open(vm, file)?;
    if file.mode.get().readable { Ok(()) } else { Err(unsupported(vm, "File not open for reading")) }
}

impl File {
    /// Reads at most so many bytes with one call of the system; `None` when there are none yet.
    pub(super) fn read_some(&self, vm: &Vm, wanted: usize) -> PyResult<Option<Vec<u8>>> {
        check_readable(vm, self)?;
        let mut room = wanted.min(CHUNK);
        if wanted > room {
            // A file may have that much to give.
            let size = self.descriptor.status().map_or(0, |(_, size)| usize::try_from(size).unwrap_or(usize::MAX));
            room = wanted.min(size.max(CHUNK));
            vm.check_room_for(room)?;
        }
        let mut bytes = vec![0; room];
        let count = self.descriptor.read(vm, &mut bytes)?;
        Ok(count.map(|count| {
            bytes.truncate(count);
            bytes
        }))
    }

    /// Writes bytes, as many as the system takes; `None` when it takes none now.
    pub(super) fn write_some(&self, vm: &Vm, bytes: &[u8]) -> PyResult<Option<usize>> {
        check_open(vm, self)?;
        if !self.mode.get().writable {
            return Err(unsupported(vm, "File not open for writing"));
        }
        self.descriptor.write(vm, bytes)
    }

    pub(super) fn seek(&self, vm: &Vm, offset: i64, whence: i32) -> PyResult<i64> {
        check_open(vm, self)?;
        self.descriptor.seek(vm, offset, whence)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.descriptor.number().is_none()
    }

    /// All bytes that are left; `None` when there are none yet.
    fn read_all(&self, vm: &Vm) -> PyResult<Option<Vec<u8>>> {
        let mut all: Vec<u8> = Vec::new();
        loop {
            match self.read_some(vm, CHUNK)? {
                None if all.is_empty() => return Ok(None),
                None => break,
                Some(bytes) if bytes.is_empty() => break,
                Some(bytes) if all.is_empty() => all = bytes,
                Some(bytes) => {
                    vm.check_room_for(all.len() + bytes.len())?;
                    all.extend_from_slice(&bytes);
                }
            }
        }
        Ok(Some(all))
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
    if vm.try_index(number)?.is_none() {
        return Err(vm.type_error("expected integer from opener"));
    }
    match i32::try_from(vm.index_i64(number)?) {
        Ok(number) if number >= 0 => Ok(number),
        Ok(number) => Err(vm.value_error(format!("opener returned {number}"))),
        Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Close the file of a subclass when it is lost; the descriptor itself is closed with the object.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        if native(vm, args[0]).is_none() && !base::is_closed(vm, args[0])? {
            vm.call_method(args[0], "close", &[])?;
        }
        Ok(vm.none())
    }

    /// Initialize self.
    #[method("__init__($self, /, file, mode='r', closefd=True, opener=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        file.descriptor.close().map_err(|error| vm.os_error(error, vm.none()))?;
        let text = match args[2].bound() {
            None => "r".to_owned(),
            Some(mode) => match mode.cast::<Str>() {
                Some(mode) => mode.to_string(),
                None => {
                    let name = vm.type_name(mode);
                    return Err(vm.type_error(format!("FileIO() argument 'mode' must be str, not {name}")));
                }
            },
        };
        let (mode, flags) = parse_mode(vm, &text)?;
        let closefd = match args[3].bound() {
            Some(closefd) => vm.is_true(closefd)?,
            None => true,
        };
        let name = args[1];
        if let Some(index) = vm.try_index(name)? {
            let Ok(number) = i32::try_from(orochi_vm::types::int::to_i64_clamped(index)) else {
                return Err(vm.overflow_error("Python int too large to convert to C int"));
            };
            if number < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            file.descriptor.set(number, closefd);
        } else {
            if !closefd {
                return Err(vm.value_error("Cannot use closefd=False with file name"));
            }
            let path = vm.system_path(name)?;
            let number = match args[4].bound().filter(|opener| *opener != vm.none()) {
                Some(opener) => from_opener(vm, opener, name, flags)?,
                None => Descriptor::open(vm, &path, flags)?.map_err(|error| vm.os_error(error, name))?,
            };
            file.descriptor.set(number, true);
        }
        file.mode.set(mode);
        file.seekable.set(None);
        let error = match file.descriptor.status() {
            Ok((true, _)) => Some(libc::EISDIR),
            Ok(_) => None,
            // A number that is no open file is not this object's to close.
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            if vm.try_index(name)?.is_some() {
                file.descriptor.forget();
            } else {
                let _ = file.descriptor.close();
            }
            let about = if error == libc::EISDIR { name } else { vm.none() };
            return Err(vm.os_error(error, about));
        }
        vm.set_attr(args[0], vm.intern("name"), Some(name))?;
        if mode.appending && file.descriptor.is_seekable() {
            file.descriptor.seek(vm, 0, libc::SEEK_END)?;
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
        vm.check_native_recursion()?;
        let (mode, owned) = (file.mode.get().name(), file.descriptor.is_owned());
        let closefd = if owned { "True" } else { "False" };
        match vm.find_attr_str(args[0], "name")? {
            Some(name) => {
                let mut text = vm.repr(name)?.to_wtf8();
                text.splice(..0, format!("<{title} name=").into_bytes());
                text.extend_from_slice(format!(" mode='{mode}' closefd={closefd}>").as_bytes());
                Str::from_wtf8(vm, &text).map(Value::from)
            }
            None => vm.new_str(&format!("<{title} fd={number} mode='{mode}' closefd={closefd}>")),
        }
    }

    /// Close the file.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        // A subclass may have a `flush` of its own, and asks whether the stream is closed.
        let flushed = if native(vm, args[0]).is_some() {
            Ok(vm.none())
        } else {
            let method = vm.get_attr_str(base::io_base(vm)?.into(), "close")?;
            vm.call(method, &[args[0]])
        };
        let closed = this(args[0]).descriptor.close();
        flushed?;
        closed.map_err(|error| vm.os_error(error, vm.none()))?;
        Ok(vm.none())
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
        let file = this(args[0]);
        check_open(vm, &file)?;
        Ok(vm.bool(file.descriptor.is_terminal()))
    }

    /// Return at most so many bytes, with one call of the system; all that are left by default.
    #[method("read($self, size=-1, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        let limit = size(vm, args[1])?;
        check_readable(vm, &file)?;
        if limit > isize::MAX as usize {
            return vm.call_method(args[0], "readall", &[]);
        }
        bytes_or_none(vm, file.read_some(vm, limit)?)
    }

    /// Return whether the file can be read.
    #[method("readable($self, /)")]
    fn readable(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        Ok(vm.bool(file.mode.get().readable))
    }

    /// Return all bytes that are left.
    #[method("readall($self, /)")]
    fn readall(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        bytes_or_none(vm, file.read_all(vm)?)
    }

    /// Read into an object. Return how many bytes.
    #[method("readinto($self, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_readable(vm, &file)?;
        let target = Target::of(vm, args[1], "readinto")?;
        match file.read_some(vm, target.len())? {
            Some(bytes) => {
                target.store(vm, &bytes)?;
                vm.new_int(bytes.len() as i64)
            }
            None => Ok(vm.none()),
        }
    }

    /// Go to a position: from the start (0), the current one (1) or the end (2). Return the position.
    #[method("seek($self, pos, whence=0, /)")]
    fn seek(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        if args[1].is_float() {
            return Err(vm.type_error("an integer is required"));
        }
        let whence = if args[2].is_bound() { vm.index_clamped(args[2])? } else { 0 };
        let place = file.seek(vm, vm.index_i64(args[1])?, i32::try_from(whence).unwrap_or(i32::MAX))?;
        vm.new_int(place)
    }

    /// Return whether the file has a position.
    #[method("seekable($self, /)")]
    fn seekable(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        let seekable = file.seekable.get().unwrap_or_else(|| file.descriptor.is_seekable());
        file.seekable.set(Some(seekable));
        Ok(vm.bool(seekable))
    }

    /// Return the position.
    #[method("tell($self, /)")]
    fn tell(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args[0]).seek(vm, 0, libc::SEEK_CUR)?)
    }

    /// Set the size of the file, the current position by default. Return the size.
    #[method("truncate($self, size=None, /)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        if !file.mode.get().writable {
            return Err(unsupported(vm, "File not open for writing"));
        }
        let size = match args[1].bound().filter(|size| *size != vm.none()) {
            Some(size) => vm.index_i64(size)?,
            None => file.seek(vm, 0, libc::SEEK_CUR)?,
        };
        file.descriptor.truncate(vm, size)?;
        vm.new_int(size)
    }

    /// Return whether the file can be written to.
    #[method("writable($self, /)")]
    fn writable(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        Ok(vm.bool(file.mode.get().writable))
    }

    /// Write bytes with one call of the system. Return how many were written.
    #[method("write($self, b, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let file = this(args[0]);
        check_open(vm, &file)?;
        let bytes = buffer::required(vm, args[1])?;
        match file.write_some(vm, &bytes)? {
            Some(count) => vm.new_int(count as i64),
            None => Ok(vm.none()),
        }
    }
}

fn bytes_or_none(vm: &Vm, bytes: Option<Vec<u8>>) -> PyResult {
    match bytes {
        Some(bytes) => vm.new_bytes(&bytes),
        None => Ok(vm.none()),
    }
}
