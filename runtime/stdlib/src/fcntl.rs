//! `fcntl`: operations on descriptors, and locks on files.

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

use crate::_io::target::Target;
use crate::host::{self, Sys, fileno, int, int_or};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and \
          ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    functions: FUNCTIONS,
    init: |vm, module| crate::add_constants(vm, module, CONSTANTS),
};

static CONSTANTS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_ATTRIB", 32),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 0x8000_0000),
    ("DN_RENAME", 16),
    ("FASYNC", libc::O_ASYNC as i64),
    ("FD_CLOEXEC", libc::FD_CLOEXEC as i64),
    ("FICLONE", 0x4004_9409),
    ("FICLONERANGE", 0x4020_940d),
    ("F_ADD_SEALS", libc::F_ADD_SEALS as i64),
    ("F_DUPFD", libc::F_DUPFD as i64),
    ("F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC as i64),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_GETFD", libc::F_GETFD as i64),
    ("F_GETFL", libc::F_GETFL as i64),
    ("F_GETLEASE", libc::F_GETLEASE as i64),
    ("F_GETLK", libc::F_GETLK as i64),
    ("F_GETLK64", libc::F_GETLK as i64),
    ("F_GETOWN", libc::F_GETOWN as i64),
    ("F_GETOWN_EX", 16),
    ("F_GETPIPE_SZ", libc::F_GETPIPE_SZ as i64),
    ("F_GETSIG", 11),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_GET_RW_HINT", 1035),
    ("F_GET_SEALS", libc::F_GET_SEALS as i64),
    ("F_NOTIFY", libc::F_NOTIFY as i64),
    ("F_OFD_GETLK", libc::F_OFD_GETLK as i64),
    ("F_OFD_SETLK", libc::F_OFD_SETLK as i64),
    ("F_OFD_SETLKW", libc::F_OFD_SETLKW as i64),
    ("F_OWNER_PGRP", 2),
    ("F_OWNER_PID", 1),
    ("F_OWNER_TID", 0),
    ("F_RDLCK", libc::F_RDLCK as i64),
    ("F_SEAL_FUTURE_WRITE", 16),
    ("F_SEAL_GROW", libc::F_SEAL_GROW as i64),
    ("F_SEAL_SEAL", libc::F_SEAL_SEAL as i64),
    ("F_SEAL_SHRINK", libc::F_SEAL_SHRINK as i64),
    ("F_SEAL_WRITE", libc::F_SEAL_WRITE as i64),
    ("F_SETFD", libc::F_SETFD as i64),
    ("F_SETFL", libc::F_SETFL as i64),
    ("F_SETLEASE", libc::F_SETLEASE as i64),
    ("F_SETLK", libc::F_SETLK as i64),
    ("F_SETLK64", libc::F_SETLK as i64),
    ("F_SETLKW", libc::F_SETLKW as i64),
    ("F_SETLKW64", libc::F_SETLKW as i64),
    ("F_SETOWN", libc::F_SETOWN as i64),
    ("F_SETOWN_EX", 15),
    ("F_SETPIPE_SZ", libc::F_SETPIPE_SZ as i64),
    ("F_SETSIG", 10),
    ("F_SET_FILE_RW_HINT", 1038),
    ("F_SET_RW_HINT", 1036),
    ("F_SHLCK", 8),
    ("F_UNLCK", libc::F_UNLCK as i64),
    ("F_WRLCK", libc::F_WRLCK as i64),
    ("LOCK_EX", libc::LOCK_EX as i64),
    ("LOCK_MAND", 32),
    ("LOCK_NB", libc::LOCK_NB as i64),
    ("LOCK_READ", 64),
    ("LOCK_RW", 192),
    ("LOCK_SH", libc::LOCK_SH as i64),
    ("LOCK_UN", libc::LOCK_UN as i64),
    ("LOCK_WRITE", 128),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_SHORT", 2),
];

/// The calls of the C library.
mod calls {
    #![allow(unsafe_code)]

    use crate::host::{Sys, last_error};

    /// How much the kernel may write behind what a program gave.
    pub const LARGEST: usize = 1024;

    fn check(result: i32) -> Sys {
        if result < 0 { Err(last_error()) } else { Ok(result) }
    }

    /// `fcntl` with a number.
    pub fn fcntl(fd: i32, command: i32, argument: i64) -> Sys {
        // SAFETY: what the command makes of the number is the program's to know, as it is in C.
        check(unsafe { libc::fcntl(fd, command, argument) })
    }

    /// `fcntl` with memory.
    pub fn fcntl_memory(fd: i32, command: i32, memory: &mut [u8]) -> Sys {
        // SAFETY: the memory is larger than any structure of such a command.
        check(unsafe { libc::fcntl(fd, command, memory.as_mut_ptr()) })
    }

    /// `ioctl` with a number.
    pub fn ioctl(fd: i32, request: u64, argument: i64) -> Sys {
        // SAFETY: what the request makes of the number is the program's to know, as it is in C.
        check(unsafe { libc::ioctl(fd, request, argument) })
    }

    /// `ioctl` with memory.
    pub fn ioctl_memory(fd: i32, request: u64, memory: &mut [u8]) -> Sys {
        // SAFETY: the memory has room for what a request of that size writes; a request that writes more is the program's mistake,
        // as it is in C.
        check(unsafe { libc::ioctl(fd, request, memory.as_mut_ptr()) })
    }

    /// `flock`.
    pub fn flock(fd: i32, operation: i32) -> Sys {
        // SAFETY: numbers only.
        check(unsafe { libc::flock(fd, operation) })
    }

    /// A lock on a part of a file.
    pub fn lock(fd: i32, waits: bool, kind: i16, start: i64, length: i64, whence: i16) -> Sys {
        // SAFETY: plain numbers of this frame.
        check(unsafe {
            let mut lock: libc::flock = core::mem::zeroed();
            lock.l_type = kind;
            lock.l_start = start;
            lock.l_len = length;
            lock.l_whence = whence;
            libc::fcntl(fd, if waits { libc::F_SETLKW } else { libc::F_SETLK }, &raw const lock)
        })
    }
}

/// The bytes of an argument that is text or bytes-like.
fn bytes_of(vm: &Vm, value: Value) -> PyResult<Option<Vec<u8>>> {
    match value.cast::<Str>() {
        Some(text) => vm.fs_encode(text.into()).map(Some),
        None => Ok(buffer::find(value).map(|bytes| bytes.to_vec())),
    }
}

/// Makes a call with a copy of bytes. Returns the copy as the call left it.
fn with_copy(vm: &Vm, function: &str, bytes: &[u8], mut call: impl FnMut(&mut [u8]) -> Sys) -> PyResult {
    if bytes.len() > calls::LARGEST {
        return Err(vm.value_error(format!("{function} argument 3 is too long")));
    }
    let mut memory = vec![0; calls::LARGEST * 2];
    memory[..bytes.len()].copy_from_slice(bytes);
    host::blocking_or_raise(vm, || call(&mut memory))?;
    vm.new_bytes(&memory[..bytes.len()])
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are available as constants in the fcntl module. The argument arg
    /// is optional, and defaults to 0; it may be an int or a string. If arg is given as a string or bytes-like object, the return
    /// value of fcntl is a bytes object of that length, containing the resulting value put in the arg buffer by the operating system.
    #[method("fcntl(fd, cmd, arg=0, /)")]
    fn fcntl(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, command) = (fileno(vm, args[0])?, int(vm, args[1])?);
        if let Some(value) = args[2].bound()
            && let Some(bytes) = bytes_of(vm, value)?
        {
            return with_copy(vm, "fcntl", &bytes, |memory| calls::fcntl_memory(fd, command, memory));
        }
        let argument = args[2].bound().map_or(Ok(0), |value| integer(vm, "fcntl", value))?;
        let result = host::blocking_or_raise(vm, || calls::fcntl(fd, command, argument))?;
        vm.new_int(i64::from(result))
    }

    /// Perform the lock operation `operation` on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details.
    #[method("flock(fd, operation, /)")]
    fn flock(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, operation) = (fileno(vm, args[0])?, int(vm, args[1])?);
        host::blocking_or_raise(vm, || calls::flock(fd, operation)).map(|_| vm.none())
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The optional argument arg may be an integer, a buffer that can be changed (as the call does, if mutate_flag is true) or one that
    /// cannot, of which a changed copy is returned.
    #[method("ioctl(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, request) = (fileno(vm, args[0])?, host::mask(vm, args[1])?);
        let mutate = args[3].bound().map_or(Ok(true), |value| vm.is_true(value))?;
        if let Some(value) = args[2].bound() {
            if buffer::find(value).is_some()
                && mutate
                && let Some(target) = vm.absorb(Target::of(vm, value, "ioctl"), vm.types().type_error)?
            {
                let mut memory = buffer::find(value).map_or_else(Vec::new, |bytes| bytes.to_vec());
                // What a small buffer lacks is there all the same, as some requests write more than they need.
                memory.resize(memory.len().max(calls::LARGEST) + calls::LARGEST, 0);
                let result = host::blocking_or_raise(vm, || calls::ioctl_memory(fd, request, &mut memory))?;
                target.store(0, &memory[..target.len()]);
                target.end(vm);
                return vm.new_int(i64::from(result));
            }
            if let Some(bytes) = bytes_of(vm, value)? {
                return with_copy(vm, "ioctl", &bytes, |memory| calls::ioctl_memory(fd, request, memory));
            }
        }
        let argument = args[2].bound().map_or(Ok(0), |value| integer(vm, "ioctl", value))?;
        let result = host::blocking_or_raise(vm, || calls::ioctl(fd, request, argument))?;
        vm.new_int(i64::from(result))
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// `fd` is the file descriptor of the file to lock or unlock, and operation is one of the following values: LOCK_UN - unlock, LOCK_SH
    /// - acquire a shared lock, LOCK_EX - acquire an exclusive lock. When operation is LOCK_SH or LOCK_EX, it can also be bitwise
    /// ORed with LOCK_NB to avoid blocking on lock acquisition.
    #[method("lockf(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, operation) = (fileno(vm, args[0])?, int(vm, args[1])?);
        let kind = match operation {
            libc::LOCK_UN => libc::F_UNLCK,
            _ if operation & libc::LOCK_SH != 0 => libc::F_RDLCK,
            _ if operation & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(vm.value_error("unrecognized lockf argument")),
        };
        let offset = |value: Value| value.bound().map_or(Ok(0), |value| host::long_long(vm, value));
        let (length, start, whence) = (offset(args[2])?, offset(args[3])?, int_or(vm, args[4], 0)? as i16);
        let waits = operation & libc::LOCK_NB == 0;
        host::blocking_or_raise(vm, || calls::lock(fd, waits, kind as i16, start, length, whence)).map(|_| vm.none())
    }
}

/// The number that an argument is, reduced to the bits that the system takes.
fn integer(vm: &Vm, function: &str, value: Value) -> PyResult<i64> {
    if vm.try_index(value)?.is_none() {
        let name = vm.type_name(value);
        let message =
            format!("{function}() argument 3 must be an integer, a bytes-like object, or a string, not {name}");
        return Err(vm.type_error(message));
    }
    // The system takes an int, signed or not.
    Ok(i64::from(host::mask(vm, value)? as u32 as i32))
}
