//! Functions on open files: opening, reading, writing, positions, copies of descriptors.

use std::io::{IoSlice, IoSliceMut};

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm};

use super::calls;
use super::path::{Spec, dir_fd, flag};
use crate::_io::target::Target;
use crate::host::{self, fileno, int, int_or, long_long, or_raise, ssize};

/// The most bytes that one call transfers; Linux transfers no more.
const LARGEST: usize = 0x7fff_f000;

fn nothing(vm: &Vm, result: host::Sys) -> PyResult {
    or_raise(vm, result).map(|_| vm.none())
}

/// A number of bytes to read.
fn length(vm: &Vm, value: Value) -> PyResult<usize> {
    let length = ssize(vm, value)?;
    match usize::try_from(length) {
        Ok(length) => Ok(length.min(LARGEST)),
        Err(_) => host::raise(vm, libc::EINVAL),
    }
}

/// Room for so many bytes.
fn room(vm: &Vm, length: usize) -> PyResult<Vec<u8>> {
    vm.check_room_for(length)?;
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(length).is_err() {
        return Err(vm.memory_error());
    }
    bytes.resize(length, 0);
    Ok(bytes)
}

/// Makes a descriptor inheritable or not.
fn mark_inheritable(fd: i32, inheritable: bool) -> host::Sys {
    let flags = calls::fcntl(fd, libc::F_GETFD, 0)?;
    let new = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    if new == flags { Ok(0) } else { calls::fcntl(fd, libc::F_SETFD, new) }
}

fn pair(vm: &Vm, first: i32, second: i32) -> PyResult {
    vm.new_tuple(&[vm.new_int(i64::from(first))?, vm.new_int(i64::from(second))?])
}

/// The writable buffers of a sequence, for `readv` and `preadv`: their lengths.
fn read_vector(vm: &Vm, fd: i32, buffers: Value, offset: Option<i64>, flags: i32) -> PyResult {
    let function = if offset.is_some() { "preadv" } else { "readv" };
    let targets = sequence(vm, function, buffers)?;
    let mut lengths: Vec<usize> = Vec::new();
    for target in targets.items() {
        lengths.push(Target::of(vm, *target, function)?.len());
    }
    let total = lengths.iter().sum();
    let mut memory = room(vm, total)?;
    let count = host::blocking_or_raise(vm, || {
        let mut rest = memory.as_mut_slice();
        let mut slices = Vec::with_capacity(lengths.len());
        for length in &lengths {
            let (slice, tail) = rest.split_at_mut(*length);
            slices.push(IoSliceMut::new(slice));
            rest = tail;
        }
        calls::preadv(fd, &mut slices, offset, flags)
    })?;
    let mut rest = &memory[..count as usize];
    for (target, length) in targets.items().iter().zip(lengths) {
        let (part, tail) = rest.split_at(length.min(rest.len()));
        let target = Target::of(vm, *target, function)?;
        target.store(0, part);
        target.end(vm);
        rest = tail;
    }
    vm.new_int(count)
}

fn write_vector(vm: &Vm, fd: i32, buffers: Value, offset: Option<i64>, flags: i32) -> PyResult {
    let function = if offset.is_some() { "pwritev" } else { "writev" };
    let sources = sequence(vm, function, buffers)?;
    let mut parts = Vec::new();
    for source in sources.items() {
        parts.push(buffer::required(vm, *source)?);
    }
    let slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
    let count = host::blocking_or_raise(vm, || calls::pwritev(fd, &slices, offset, flags))?;
    vm.new_int(count)
}

fn sequence(vm: &Vm, function: &str, value: Value) -> PyResult<orochi_vm::Gc<orochi_vm::types::tuple::Tuple>> {
    let class = vm.class_of(value);
    if class.lookup(vm, vm.intern("__getitem__")).is_none() || vm.is_instance(value, vm.types().dict) {
        return Err(vm.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    vm.tuple_from(value)
}

/// An optional offset: None for the file's position.
fn optional_offset(vm: &Vm, value: Value) -> PyResult<Option<i64>> {
    value.bound().filter(|value| *value != vm.none()).map(|value| long_long(vm, value)).transpose()
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Close a file descriptor.
    #[method("close(fd)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        // Linux closes it although a signal interrupts the call.
        match vm.allow_threads(|| calls::close(fd)) {
            Err(libc::EINTR) => Ok(vm.none()),
            result => nothing(vm, result),
        }
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[method("closerange(fd_low, fd_high, /)")]
    fn closerange(vm: &Vm, args: &[Value]) -> PyResult {
        let (low, high) = (int(vm, args[0])?.max(0), int(vm, args[1])?);
        vm.allow_threads(|| super::spawn::close_range(low, high));
        Ok(vm.none())
    }

    /// Copy count bytes from one file descriptor to another.
    ///
    /// If offset_src is None, then src is read from the current position; respectively for offset_dst.
    #[method("copy_file_range(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(vm: &Vm, args: &[Value]) -> PyResult {
        let (from, to, count) = (int(vm, args[0])?, int(vm, args[1])?, ssize(vm, args[2])?);
        let Ok(count) = usize::try_from(count) else {
            return Err(vm.value_error("negative value for 'count' not allowed"));
        };
        let (at, to_at) = (optional_offset(vm, args[3])?, optional_offset(vm, args[4])?);
        let copied = host::blocking_or_raise(vm, || calls::copy_file_range(from, at, to, to_at, count))?;
        vm.new_int(copied)
    }

    /// Return a string describing the encoding of a terminal's file descriptor, or None.
    #[method("device_encoding(fd)")]
    fn device_encoding(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        if calls::isatty(fd) == 1 { vm.new_str("utf-8") } else { Ok(vm.none()) }
    }

    /// Return a duplicate of a file descriptor. It is not inheritable.
    #[method("dup(fd, /)")]
    fn dup(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        vm.new_int(i64::from(or_raise(vm, calls::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0))?))
    }

    /// Duplicate file descriptor.
    #[method("dup2(fd, fd2, inheritable=True)")]
    fn dup2(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, fd2) = (int(vm, args[0])?, int(vm, args[1])?);
        let inheritable = flag(vm, args[2], true)?;
        let result = host::blocking_or_raise(vm, || {
            if inheritable || fd == fd2 { calls::dup2(fd, fd2) } else { calls::dup3(fd, fd2, libc::O_CLOEXEC) }
        })?;
        vm.new_int(i64::from(result))
    }

    /// Create and return an event notification file descriptor.
    #[method("eventfd(initval, flags=524288)")]
    fn eventfd(vm: &Vm, args: &[Value]) -> PyResult {
        let (initial, flags) = (host::unsigned(vm, args[0])?, int_or(vm, args[1], libc::EFD_CLOEXEC)?);
        vm.new_int(i64::from(or_raise(vm, calls::eventfd(initial, flags))?))
    }

    /// Read eventfd value
    #[method("eventfd_read(fd)")]
    fn eventfd_read(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = fileno(vm, args[0])?;
        let value = host::blocking_or_raise(vm, || calls::eventfd_read(fd))?;
        vm.new_big_int(dashu_int::IBig::from(value))
    }

    /// Write eventfd value.
    #[method("eventfd_write(fd, value)")]
    fn eventfd_write(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, value) = (fileno(vm, args[0])?, host::mask(vm, args[1])?);
        host::blocking_or_raise(vm, || calls::eventfd_write(fd, value)).map(|_| vm.none())
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file. Equivalent to os.chdir(fd).
    #[method("fchdir(fd)")]
    fn fchdir(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = fileno(vm, args[0])?;
        host::blocking_or_raise(vm, || calls::fchdir(fd)).map(|_| vm.none())
    }

    /// Change the access permissions of the file given by file descriptor. Equivalent to os.chmod(fd, mode).
    #[method("fchmod(fd, mode)")]
    fn fchmod(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, mode) = (int(vm, args[0])?, int(vm, args[1])? as u32);
        host::blocking_or_raise(vm, || calls::fchmod(fd, mode)).map(|_| vm.none())
    }

    /// Change the owner and group id of the file specified by file descriptor. Equivalent to os.chown(fd, uid, gid).
    #[method("fchown(fd, uid, gid)")]
    fn fchown(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let (uid, gid) = (super::names::id(vm, args[1], "uid")?, super::names::id(vm, args[2], "gid")?);
        host::blocking_or_raise(vm, || calls::fchown(fd, uid, gid)).map(|_| vm.none())
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[method("fdatasync(fd)")]
    fn fdatasync(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = fileno(vm, args[0])?;
        host::blocking_or_raise(vm, || calls::fdatasync(fd)).map(|_| vm.none())
    }

    /// Force write of fd to disk.
    #[method("fsync(fd)")]
    fn fsync(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = fileno(vm, args[0])?;
        host::blocking_or_raise(vm, || calls::fsync(fd)).map(|_| vm.none())
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[method("ftruncate(fd, length, /)")]
    fn ftruncate(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, length) = (int(vm, args[0])?, long_long(vm, args[1])?);
        host::blocking_or_raise(vm, || calls::ftruncate(fd, length)).map(|_| vm.none())
    }

    /// Get the blocking mode of the file descriptor: False if the O_NONBLOCK flag is set, True if it is cleared.
    #[method("get_blocking(fd, /)")]
    fn get_blocking(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let flags = or_raise(vm, calls::fcntl(fd, libc::F_GETFL, 0))?;
        Ok(vm.bool(flags & libc::O_NONBLOCK == 0))
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[method("get_inheritable(fd, /)")]
    fn get_inheritable(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let flags = or_raise(vm, calls::fcntl(fd, libc::F_GETFD, 0))?;
        Ok(vm.bool(flags & libc::FD_CLOEXEC == 0))
    }

    /// Return True if the fd is connected to a terminal.
    #[method("isatty(fd, /)")]
    fn isatty(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        Ok(vm.bool(calls::isatty(fd) == 1))
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    ///
    ///   fd
    ///     An open file descriptor.
    ///   command
    ///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
    ///   length
    ///     The number of bytes to lock, starting at the current position.
    #[method("lockf(fd, command, length, /)")]
    fn lockf(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, command, length) = (int(vm, args[0])?, int(vm, args[1])?, long_long(vm, args[2])?);
        host::blocking_or_raise(vm, || calls::lockf(fd, command, length)).map(|_| vm.none())
    }

    /// Set the position of a file descriptor. Return the new position.
    ///
    ///   fd
    ///     An open file descriptor, as returned by os.open().
    ///   position
    ///     Position, interpreted relative to 'whence'.
    ///   whence
    ///     The relative position to seek from: SEEK_SET, SEEK_CUR or SEEK_END.
    #[method("lseek(fd, position, whence, /)")]
    fn lseek(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, offset, whence) = (int(vm, args[0])?, long_long(vm, args[1])?, int(vm, args[2])?);
        let place = or_raise(vm, vm.allow_threads(|| calls::lseek(fd, offset, whence)))?;
        vm.new_int(place)
    }

    /// Create an anonymous file in memory. Return its descriptor.
    #[method("memfd_create(name, flags=1)")]
    fn memfd_create(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.system_path(args[0])?;
        let flags =
            args[1].bound().map_or(Ok(libc::MFD_CLOEXEC), |flags| host::mask(vm, flags).map(|bits| bits as u32))?;
        vm.new_int(i64::from(or_raise(vm, calls::memfd_create(&name, flags))?))
    }

    /// Open a file for low level IO. Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory, and path should be relative; path will then be
    /// relative to that directory.
    #[method("open(path, flags, mode=0o777, *, dir_fd=None)")]
    fn open(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("open").read(vm, args[0])?;
        let flags = int(vm, args[1])? | libc::O_CLOEXEC;
        let mode = int_or(vm, args[2], 0o777)? as u32;
        let dir = dir_fd(vm, args[3])?;
        let fd = path.blocking(vm, || calls::openat(dir, path.name(), flags, mode))?;
        vm.new_int(i64::from(fd))
    }

    /// Create a pipe. Returns a tuple of two file descriptors: (read_fd, write_fd)
    #[method("pipe()")]
    fn pipe(vm: &Vm, _: &[Value]) -> PyResult {
        let (read, write) = or_raise(vm, calls::pipe2(libc::O_CLOEXEC))?;
        pair(vm, read, write)
    }

    /// Create a pipe with flags set atomically. Returns a tuple of two file descriptors: (read_fd, write_fd)
    #[method("pipe2(flags, /)")]
    fn pipe2(vm: &Vm, args: &[Value]) -> PyResult {
        let (read, write) = or_raise(vm, calls::pipe2(int(vm, args[0])?))?;
        pair(vm, read, write)
    }

    /// Announce an intention to access data in a specific pattern.
    #[method("posix_fadvise(fd, offset, length, advice, /)")]
    fn posix_fadvise(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, offset) = (int(vm, args[0])?, long_long(vm, args[1])?);
        let (length, advice) = (long_long(vm, args[2])?, int(vm, args[3])?);
        host::blocking_or_raise(vm, || match calls::posix_fadvise(fd, offset, length, advice) {
            0 => Ok(()),
            errno => Err(errno),
        })
        .map(|()| vm.none())
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[method("posix_fallocate(fd, offset, length, /)")]
    fn posix_fallocate(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, offset, length) = (int(vm, args[0])?, long_long(vm, args[1])?, long_long(vm, args[2])?);
        host::blocking_or_raise(vm, || match calls::posix_fallocate(fd, offset, length) {
            0 => Ok(()),
            errno => Err(errno),
        })
        .map(|()| vm.none())
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset. The position does not change.
    #[method("pread(fd, length, offset, /)")]
    fn pread(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let mut bytes = room(vm, length(vm, args[1])?)?;
        let offset = long_long(vm, args[2])?;
        let count = host::blocking_or_raise(vm, || calls::pread(fd, &mut bytes, offset))?;
        vm.new_bytes(&bytes[..count as usize])
    }

    /// Reads from a file descriptor into a number of mutable bytes-like objects, starting at an offset.
    #[method("preadv(fd, buffers, offset, flags=0, /)")]
    fn preadv(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, offset, flags) = (int(vm, args[0])?, long_long(vm, args[2])?, int_or(vm, args[3], 0)?);
        read_vector(vm, fd, args[1], Some(offset), flags)
    }

    /// Write bytes to a file descriptor starting at a particular offset. Returns the number of bytes written.
    #[method("pwrite(fd, buffer, offset, /)")]
    fn pwrite(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let bytes = buffer::required(vm, args[1])?;
        let offset = long_long(vm, args[2])?;
        let count = host::blocking_or_raise(vm, || calls::pwrite(fd, &bytes, offset))?;
        vm.new_int(count)
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    #[method("pwritev(fd, buffers, offset, flags=0, /)")]
    fn pwritev(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, offset, flags) = (int(vm, args[0])?, long_long(vm, args[2])?, int_or(vm, args[3], 0)?);
        write_vector(vm, fd, args[1], Some(offset), flags)
    }

    /// Read from a file descriptor. Returns a bytes object.
    #[method("read(fd, length, /)")]
    fn read(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let mut bytes = room(vm, length(vm, args[1])?)?;
        let count = host::blocking_or_raise(vm, || calls::read(fd, &mut bytes))?;
        vm.new_bytes(&bytes[..count as usize])
    }

    /// Read into a buffer object from a file descriptor. Returns the number of bytes read.
    #[method("readinto(fd, buffer, /)")]
    fn readinto(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let target = Target::of(vm, args[1], "readinto")?;
        let mut bytes = room(vm, target.len().min(LARGEST))?;
        let count = host::blocking_or_raise(vm, || calls::read(fd, &mut bytes))?;
        target.store(0, &bytes[..count as usize]);
        target.end(vm);
        vm.new_int(count)
    }

    /// Read from a file descriptor fd into an iterable of buffers. Returns the total number of bytes read.
    #[method("readv(fd, buffers, /)")]
    fn readv(vm: &Vm, args: &[Value]) -> PyResult {
        read_vector(vm, int(vm, args[0])?, args[1], None, 0)
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[method("sendfile(out_fd, in_fd, offset, count)")]
    fn sendfile(vm: &Vm, args: &[Value]) -> PyResult {
        let (to, from) = (int(vm, args[0])?, int(vm, args[1])?);
        let offset = optional_offset(vm, args[2])?;
        let Ok(count) = usize::try_from(ssize(vm, args[3])?) else { return host::raise(vm, libc::EINVAL) };
        let sent = host::blocking_or_raise(vm, || calls::sendfile(to, from, offset, count))?;
        vm.new_int(sent)
    }

    /// Set the blocking mode of the specified file descriptor.
    #[method("set_blocking(fd, blocking, /)")]
    fn set_blocking(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let blocking = vm.is_true(args[1])?;
        let flags = or_raise(vm, calls::fcntl(fd, libc::F_GETFL, 0))?;
        let new = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        nothing(vm, calls::fcntl(fd, libc::F_SETFL, new))
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[method("set_inheritable(fd, inheritable, /)")]
    fn set_inheritable(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, inheritable) = (int(vm, args[0])?, int(vm, args[1])? != 0);
        nothing(vm, mark_inheritable(fd, inheritable))
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    #[method("splice(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(vm: &Vm, args: &[Value]) -> PyResult {
        let (from, to, count) = (int(vm, args[0])?, int(vm, args[1])?, ssize(vm, args[2])?);
        let Ok(count) = usize::try_from(count) else {
            return Err(vm.value_error("negative value for 'count' not allowed"));
        };
        let (at, to_at) = (optional_offset(vm, args[3])?, optional_offset(vm, args[4])?);
        let flags = args[5].bound().map_or(Ok(0), |flags| host::unsigned(vm, flags))?;
        let moved = host::blocking_or_raise(vm, || calls::splice(from, at, to, to_at, count, flags))?;
        vm.new_int(moved)
    }

    /// Force write of everything to disk.
    #[method("sync()")]
    fn sync(vm: &Vm, _: &[Value]) -> PyResult {
        vm.allow_threads(calls::sync);
        Ok(vm.none())
    }

    /// Write a bytes object to a file descriptor.
    #[method("write(fd, data, /)")]
    fn write(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = int(vm, args[0])?;
        let bytes = buffer::required(vm, args[1])?;
        let bytes = &bytes[..bytes.len().min(LARGEST)];
        let count = host::blocking_or_raise(vm, || calls::write(fd, bytes))?;
        vm.new_int(count)
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor. Returns the total number of bytes written.
    #[method("writev(fd, buffers, /)")]
    fn writev(vm: &Vm, args: &[Value]) -> PyResult {
        write_vector(vm, int(vm, args[0])?, args[1], None, 0)
    }
}
