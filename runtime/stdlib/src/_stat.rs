//! `_stat`: the bits of file modes and the tests on them.

use orochi_macros::methods;
use orochi_vm::types::int::to_i64;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_stat",
    doc: "Constants and functions for the results of os.stat(), os.fstat() and os.lstat().",
    functions: FUNCTIONS,
    init: |vm, module| crate::add_constants(vm, module, CONSTANTS),
};

const FORMAT: u32 = 0o170_000;
const SOCKET: u32 = 0o140_000;
const LINK: u32 = 0o120_000;
const REGULAR: u32 = 0o100_000;
const BLOCK: u32 = 0o060_000;
const FOLDER: u32 = 0o040_000;
const CHARACTER: u32 = 0o020_000;
const FIFO: u32 = 0o010_000;

static CONSTANTS: &[(&str, i64)] = &[
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
    ("S_IFDIR", FOLDER as i64),
    ("S_IFCHR", CHARACTER as i64),
    ("S_IFBLK", BLOCK as i64),
    ("S_IFREG", REGULAR as i64),
    ("S_IFIFO", FIFO as i64),
    ("S_IFLNK", LINK as i64),
    ("S_IFSOCK", SOCKET as i64),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o070),
    ("S_IRGRP", 0o040),
    ("S_IWGRP", 0o020),
    ("S_IXGRP", 0o010),
    ("S_IRWXO", 0o007),
    ("S_IROTH", 0o004),
    ("S_IWOTH", 0o002),
    ("S_IXOTH", 0o001),
    ("UF_SETTABLE", 0x0000_ffff),
    ("UF_NODUMP", 0x0000_0001),
    ("UF_IMMUTABLE", 0x0000_0002),
    ("UF_APPEND", 0x0000_0004),
    ("UF_OPAQUE", 0x0000_0008),
    ("UF_NOUNLINK", 0x0000_0010),
    ("UF_COMPRESSED", 0x0000_0020),
    ("UF_TRACKED", 0x0000_0040),
    ("UF_DATAVAULT", 0x0000_0080),
    ("UF_HIDDEN", 0x0000_8000),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_ARCHIVED", 0x0001_0000),
    ("SF_IMMUTABLE", 0x0002_0000),
    ("SF_APPEND", 0x0004_0000),
    ("SF_RESTRICTED", 0x0008_0000),
    ("SF_NOUNLINK", 0x0010_0000),
    ("SF_SNAPSHOT", 0x0020_0000),
    ("SF_FIRMLINK", 0x0080_0000),
    ("SF_DATALESS", 0x4000_0000),
];

/// A mode argument: an unsigned number of 32 bits.
fn mode(vm: &Vm, value: Value) -> PyResult<u32> {
    let number = to_i64(vm.index(value)?);
    match number {
        Some(number) if number < 0 => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        _ => match number.and_then(|number| u32::try_from(number).ok()) {
            Some(mode) => Ok(mode),
            None => Err(vm.overflow_error("mode out of range")),
        },
    }
}

fn is(vm: &Vm, value: Value, format: u32) -> PyResult {
    Ok(vm.bool(mode(vm, value)? & FORMAT == format))
}

/// The text that `ls -l` shows for a mode.
fn mode_text(mode: u32) -> String {
    let kind = match mode & FORMAT {
        REGULAR => '-',
        FOLDER => 'd',
        LINK => 'l',
        BLOCK => 'b',
        CHARACTER => 'c',
        FIFO => 'p',
        SOCKET => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        text.push(if mode >> shift & 4 != 0 { 'r' } else { '-' });
        text.push(if mode >> shift & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, mode >> shift & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the portion of the file's mode that describes the file type.
    #[method("S_IFMT(mode, /)")]
    fn s_ifmt(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(mode(vm, args[0])? & FORMAT))
    }

    /// Return the portion of the file's mode that can be set by os.chmod().
    #[method("S_IMODE(mode, /)")]
    fn s_imode(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(mode(vm, args[0])? & 0o7777))
    }

    /// Return True if mode is from a block special device file.
    #[method("S_ISBLK(mode, /)")]
    fn s_isblk(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], BLOCK)
    }

    /// Return True if mode is from a character special device file.
    #[method("S_ISCHR(mode, /)")]
    fn s_ischr(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], CHARACTER)
    }

    /// Return True if mode is from a directory.
    #[method("S_ISDIR(mode, /)")]
    fn s_isdir(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], FOLDER)
    }

    /// Return True if mode is from a door.
    #[method("S_ISDOOR(mode, /)")]
    fn s_isdoor(vm: &Vm, args: &[Value]) -> PyResult {
        mode(vm, args[0]).map(|_| vm.false_())
    }

    /// Return True if mode is from a FIFO (named pipe).
    #[method("S_ISFIFO(mode, /)")]
    fn s_isfifo(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], FIFO)
    }

    /// Return True if mode is from a symbolic link.
    #[method("S_ISLNK(mode, /)")]
    fn s_islnk(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], LINK)
    }

    /// Return True if mode is from an event port.
    #[method("S_ISPORT(mode, /)")]
    fn s_isport(vm: &Vm, args: &[Value]) -> PyResult {
        mode(vm, args[0]).map(|_| vm.false_())
    }

    /// Return True if mode is from a regular file.
    #[method("S_ISREG(mode, /)")]
    fn s_isreg(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], REGULAR)
    }

    /// Return True if mode is from a socket.
    #[method("S_ISSOCK(mode, /)")]
    fn s_issock(vm: &Vm, args: &[Value]) -> PyResult {
        is(vm, args[0], SOCKET)
    }

    /// Return True if mode is from a whiteout.
    #[method("S_ISWHT(mode, /)")]
    fn s_iswht(vm: &Vm, args: &[Value]) -> PyResult {
        mode(vm, args[0]).map(|_| vm.false_())
    }

    /// Convert a file's mode to a string of the form '-rwxrwxrwx'.
    #[method("filemode(mode, /)")]
    fn filemode(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&mode_text(mode(vm, args[0])?))
    }
}
