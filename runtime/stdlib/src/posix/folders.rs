//! Reading folders: `listdir`, `scandir` with its iterator and its entries.

use core::cell::{Cell, RefCell};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};
use rustix::fs::{Dir, FileType, Mode, OFlags};

use super::calls;
use super::path::{Path, Spec, flag};
use crate::host::{Sys, borrow, number};

/// Opens a folder.
fn open(vm: &Vm, path: &Path) -> PyResult<Dir> {
    let result = vm.allow_threads(|| -> Sys<Dir> {
        match path.fd() {
            Some(fd) => number(Dir::read_from(borrow(fd)?)),
            None => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let folder = number(rustix::fs::open(path.name(), flags, Mode::empty()))?;
                number(Dir::new(folder))
            }
        }
    });
    path.check(vm, result)
}

/// The next entry that is not `.` or `..`.
fn next_entry(vm: &Vm, folder: &mut Dir) -> Option<Sys<rustix::fs::DirEntry>> {
    loop {
        let entry = vm.allow_threads(|| folder.read())?;
        match entry {
            Ok(entry) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
            entry => return Some(number(entry)),
        }
    }
}

/// Values of an entry.
const NAME: usize = 0;
const PATH: usize = 1;
/// What `stat` found, once it was asked for.
const STAT: usize = 2;
/// What `lstat` found.
const LSTAT: usize = 3;

/// The state of an entry.
struct Entry {
    kind: FileType,
    inode: u64,
    /// The folder's descriptor, or that of the current folder.
    dir: i32,
}

/// `os.DirEntry`.
pub(super) static ENTRY: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[ENTRY_METHODS],
    getset: &[
        GetSetDef::member("name", "the entry's base filename, relative to scandir() \"path\" argument", |_, entry| {
            Ok(entry.expect::<Opaque>().get(NAME))
        }),
        GetSetDef::member(
            "path",
            "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)",
            |_, entry| Ok(entry.expect::<Opaque>().get(PATH)),
        ),
    ],
    ..ClassDef::new("posix.DirEntry", "", Layout::Opaque)
};

/// What `scandir` returns.
static ITERATOR: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[ITERATOR_METHODS],
    ..ClassDef::new("posix.ScandirIterator", "", Layout::Opaque)
};

/// The state of an iterator: the folder, until it is closed or exhausted.
struct Iterator {
    folder: RefCell<Option<Dir>>,
    dir: i32,
    is_fd: bool,
    /// A descriptor's position is set back at the end.
    path: Vec<u8>,
    is_bytes: Cell<bool>,
}

fn entry_of(args: &[Value]) -> Gc<Opaque> {
    args[0].expect()
}

fn entry_state(entry: &Opaque) -> &Entry {
    entry.state().expect("an entry has this state")
}

/// The status of an entry's file, asked for once.
fn entry_status(vm: &Vm, entry: Gc<Opaque>, follow: bool) -> PyResult {
    let state = entry_state(&entry);
    // What is no link has one status.
    let index = if follow && matches!(state.kind, FileType::Symlink | FileType::Unknown) { STAT } else { LSTAT };
    if let Some(known) = entry.get(index).bound() {
        return Ok(known);
    }
    let flags = if index == STAT { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let name = if state.dir == libc::AT_FDCWD { entry.get(PATH) } else { entry.get(NAME) };
    let path = vm.system_path(name)?;
    let status = vm.allow_threads(|| calls::stat(state.dir, Some(&path), flags));
    let status = status.map_err(|errno| vm.os_error(errno, entry.get(PATH)))?;
    let result = super::stat::stat_result(vm, &status)?;
    entry.set(vm, index, result);
    Ok(result)
}

/// Whether an entry is of a kind; false for one that is not there.
fn is_kind(vm: &Vm, entry: Gc<Opaque>, follow: bool, kind: FileType, format: u32) -> PyResult<bool> {
    let state = entry_state(&entry);
    let known = state.kind != FileType::Unknown && !(follow && state.kind == FileType::Symlink);
    if known {
        return Ok(state.kind == kind);
    }
    match vm.absorb(entry_status(vm, entry, follow), vm.types().file_not_found_error)? {
        Some(status) => {
            let mode = status.expect::<Tuple>().get(0).and_then(Value::as_int).unwrap_or(0);
            Ok(mode as u32 & libc::S_IFMT == format)
        }
        None => Ok(false),
    }
}

#[methods(ENTRY_METHODS)]
impl EntryMethods {
    /// See PEP 585
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Returns the path for the entry.
    #[method("__fspath__($self, /)")]
    fn entry_fspath(_: &Vm, args: &[Value]) -> PyResult {
        Ok(entry_of(args).get(PATH))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn entry_repr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.repr(entry_of(args).get(NAME))?;
        vm.new_str(&format!("<DirEntry {name}>"))
    }

    /// Return inode of the entry; cached per entry.
    #[method("inode($self, /)")]
    fn inode(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_big_int(dashu_int::IBig::from(entry_state(&entry_of(args)).inode))
    }

    /// Return True if the entry is a directory; cached per entry.
    #[method("is_dir($self, /, *, follow_symlinks=True)")]
    fn is_dir(vm: &Vm, args: &[Value]) -> PyResult {
        let follow = flag(vm, args[1], true)?;
        is_kind(vm, entry_of(args), follow, FileType::Directory, libc::S_IFDIR).map(|is| vm.bool(is))
    }

    /// Return True if the entry is a file; cached per entry.
    #[method("is_file($self, /, *, follow_symlinks=True)")]
    fn is_file(vm: &Vm, args: &[Value]) -> PyResult {
        let follow = flag(vm, args[1], true)?;
        is_kind(vm, entry_of(args), follow, FileType::RegularFile, libc::S_IFREG).map(|is| vm.bool(is))
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method("is_junction($self, /)")]
    fn is_junction(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method("is_symlink($self, /)")]
    fn is_symlink(vm: &Vm, args: &[Value]) -> PyResult {
        is_kind(vm, entry_of(args), false, FileType::Symlink, libc::S_IFLNK).map(|is| vm.bool(is))
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method("stat($self, /, *, follow_symlinks=True)")]
    fn entry_stat(vm: &Vm, args: &[Value]) -> PyResult {
        let follow = flag(vm, args[1], true)?;
        entry_status(vm, entry_of(args), follow)
    }
}

fn iterator_state(iterator: &Opaque) -> &Iterator {
    iterator.state().expect("an iterator has this state")
}

/// Lets go of the folder.
fn close(iterator: &Iterator) {
    if let Ok(mut folder) = iterator.folder.try_borrow_mut() {
        folder.take();
    }
}

fn new_entry(vm: &Vm, state: &Iterator, entry: &rustix::fs::DirEntry) -> PyResult {
    let text = |bytes: &[u8]| -> PyResult {
        if state.is_bytes.get() { vm.new_bytes(bytes) } else { vm.fs_decode(bytes).map(Value::from) }
    };
    let bytes = entry.file_name().to_bytes();
    let name = text(bytes)?;
    let path = if state.is_fd {
        name
    } else {
        let mut path = state.path.clone();
        if path.last().is_some_and(|last| *last != b'/') {
            path.push(b'/');
        }
        path.extend(bytes);
        text(&path)?
    };
    let own = Entry { kind: entry.file_type(), inode: entry.ino(), dir: state.dir };
    let object = Opaque::new(vm, vm.module_class(&ENTRY)?, Box::new(own))?;
    object.set(vm, NAME, name);
    object.set(vm, PATH, path);
    Ok(object.into())
}

#[methods(ITERATOR_METHODS)]
impl IteratorMethods {
    /// Warn of a folder that was never closed.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator: Gc<Opaque> = args[0].expect();
        let state = iterator_state(&iterator);
        if state.folder.borrow().is_some() {
            close(state);
            let text = format!("unclosed scandir iterator {}", vm.display_repr(args[0]));
            vm.warn_about(vm.types().resource_warning, &text, 1, args[0])?;
        }
        Ok(vm.none())
    }

    /// Return the iterator.
    #[method("__enter__($self, /)")]
    fn enter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Close the iterator.
    #[method("__exit__($self, /, *args)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        close(iterator_state(&args[0].expect::<Opaque>()));
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator: Gc<Opaque> = args[0].expect();
        let state = iterator_state(&iterator);
        let entry = {
            let Ok(mut folder) = state.folder.try_borrow_mut() else { return Ok(Value::UNBOUND) };
            let Some(open) = folder.as_mut() else { return Ok(Value::UNBOUND) };
            match next_entry(vm, open) {
                Some(entry) => entry,
                None => {
                    folder.take();
                    return Ok(Value::UNBOUND);
                }
            }
        };
        match entry {
            Ok(entry) => new_entry(vm, state, &entry),
            Err(errno) => {
                close(state);
                let named = iterator.get(PATH).bound().unwrap_or(vm.none());
                Err(vm.os_error(errno, named))
            }
        }
    }

    /// Close the iterator and free the resources that it holds.
    #[method("close($self, /)")]
    fn close_iterator(vm: &Vm, args: &[Value]) -> PyResult {
        close(iterator_state(&args[0].expect::<Opaque>()));
        Ok(vm.none())
    }
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object. If path is bytes, the filenames returned will also be
    /// bytes; in all other circumstances the filenames returned will be str. If path is None, uses the path='.'. path may also
    /// be an open file descriptor. The list is in arbitrary order. It does not include the special entries '.' and '..'.
    #[method("listdir(path=None)")]
    fn listdir(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("listdir").or_fd().or_none().read(vm, args[0])?;
        let mut folder = open(vm, &path)?;
        let names = List::with_capacity(vm, 0)?;
        while let Some(entry) = next_entry(vm, &mut folder) {
            let entry = path.check(vm, entry)?;
            names.push(vm, path.like(vm, entry.file_name().to_bytes())?)?;
        }
        Ok(names.into())
    }

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object. If path is bytes, the names of yielded DirEntry objects will
    /// also be bytes; in all other circumstances they will be str. If path is None, uses the path='.'.
    #[method("scandir(path=None)")]
    fn scandir(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("scandir").or_fd().or_none().read(vm, args[0])?;
        let folder = open(vm, &path)?;
        let state = Iterator {
            folder: RefCell::new(Some(folder)),
            dir: path.fd().unwrap_or(libc::AT_FDCWD),
            is_fd: path.fd().is_some(),
            path: path.path().map(|path| path.to_bytes().to_vec()).unwrap_or_default(),
            is_bytes: Cell::new(path.bytes),
        };
        let iterator = Opaque::new(vm, vm.module_class(&ITERATOR)?, Box::new(state))?;
        iterator.set(vm, PATH, path.value);
        Ok(iterator.into())
    }
}
