//! Functions on names of files: access, links, renaming, removing, modes, owners, times.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{PyResult, Raised, Value, Vm};

use super::calls;
use super::path::{Spec, check_combination, dir_fd, flag};
use crate::host::{self, int, int_or};

/// A user or group number: -1 stays what it is for the system.
pub(crate) fn id(vm: &Vm, value: Value, what: &str) -> PyResult<u32> {
    let Some(index) = vm.try_index(value)? else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("{what} should be integer, not {name}")));
    };
    match orochi_vm::types::int::to_i64_clamped(index) {
        -1 => Ok(u32::MAX),
        number if number < 0 => Err(vm.overflow_error(format!("{what} is less than minimum"))),
        number => match u32::try_from(number) {
            Ok(id) if id != u32::MAX => Ok(id),
            _ => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
        },
    }
}

fn dev(vm: &Vm, value: Value) -> PyResult<u64> {
    let index = vm.index(value)?;
    match orochi_vm::types::int::to_i64(index) {
        Some(-1) => Ok(u64::MAX),
        Some(number) if number >= 0 => Ok(number as u64),
        Some(_) => Err(vm.overflow_error("can't convert negative int to unsigned")),
        None => match orochi_vm::types::int::to_big(index).and_then(|big| u64::try_from(&big).ok()) {
            Some(number) => Ok(number),
            None => Err(vm.overflow_error("int too big to convert")),
        },
    }
}

fn none(vm: &Vm, _: i32) -> Value {
    vm.none()
}

/// Renames, for `rename` and `replace`.
fn rename(vm: &Vm, function: &'static str, args: &[Value]) -> PyResult {
    let source = Spec::new(function).named("src").read(vm, args[0])?;
    let target = Spec::new(function).named("dst").read(vm, args[1])?;
    let (from, to) = (dir_fd(vm, args[2])?, dir_fd(vm, args[3])?);
    match vm.allow_threads(|| calls::renameat(from, source.name(), to, target.name())) {
        Ok(_) => Ok(vm.none()),
        Err(errno) => Err(vm.os_error_of_two(errno, source.value, target.value)),
    }
}

fn unlink(vm: &Vm, function: &'static str, args: &[Value], flags: i32) -> PyResult {
    let path = Spec::new(function).read(vm, args[0])?;
    let dir = dir_fd(vm, args[1])?;
    let result = vm.allow_threads(|| calls::unlinkat(dir, path.name(), flags));
    path.check(vm, result).map(|result| none(vm, result))
}

/// Nanoseconds as `utimensat` takes them.
fn timespec(vm: &Vm, value: Value) -> PyResult<libc::timespec> {
    let index = vm.index(value)?;
    let out_of_range = || vm.overflow_error("timestamp out of range for platform time_t");
    let number = orochi_vm::types::int::to_big(index).unwrap_or_default();
    let number = i128::try_from(&number).map_err(|_| out_of_range())?;
    let seconds = i64::try_from(number.div_euclid(1_000_000_000)).map_err(|_| out_of_range())?;
    Ok(libc::timespec { tv_sec: seconds, tv_nsec: number.rem_euclid(1_000_000_000) as i64 })
}

/// Seconds as `utimensat` takes them.
fn timespec_of_seconds(vm: &Vm, value: Value) -> PyResult<libc::timespec> {
    let out_of_range = || -> Raised { vm.overflow_error("timestamp out of range for platform time_t") };
    let Some(float) = value.as_float() else {
        let Some(index) = vm.try_index(value)? else {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("'{name}' object cannot be interpreted as an integer")));
        };
        let seconds = orochi_vm::types::int::to_i64(index).ok_or_else(out_of_range)?;
        return Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 });
    };
    if float.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    let (mut whole, mut part) = (float.trunc(), float.fract() * 1e9);
    // Towards the past, as the system's times are.
    part = part.floor();
    if part < 0.0 {
        part += 1e9;
        whole -= 1.0;
    }
    if !(-9.2e18..=9.2e18).contains(&whole) {
        return Err(out_of_range());
    }
    Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: part as i64 })
}

/// The times that the arguments of `utime` give; `None` for the present.
fn utime_times(vm: &Vm, times: Value, nanoseconds: Value) -> PyResult<Option<[libc::timespec; 2]>> {
    let given = times.bound().filter(|times| *times != vm.none());
    if given.is_some() && nanoseconds.is_bound() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    if let Some(times) = given {
        let Some(pair) = times.cast::<Tuple>().filter(|pair| pair.len() == 2) else {
            return Err(vm.type_error("utime: 'times' must be either a tuple of two ints or None"));
        };
        return Ok(Some([timespec_of_seconds(vm, pair.items()[0])?, timespec_of_seconds(vm, pair.items()[1])?]));
    }
    let Some(nanoseconds) = nanoseconds.bound() else { return Ok(None) };
    let Some(pair) = nanoseconds.cast::<Tuple>().filter(|pair| pair.len() == 2) else {
        return Err(vm.type_error("utime: 'ns' must be a tuple of two ints"));
    };
    Ok(Some([timespec(vm, pair.items()[0])?, timespec(vm, pair.items()[1])?]))
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Use the real uid/gid to test for access to a path.
    ///
    ///   path
    ///     Path to be tested; can be string, bytes, or a path-like object.
    ///   mode
    ///     Operating-system mode bitfield. Can be F_OK to test existence, or the inclusive-OR of R_OK, W_OK, and X_OK.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory, and path should be relative; path will then be relative
    ///     to that directory.
    ///   effective_ids
    ///     If True, access will use the effective uid/gid instead of the real uid/gid.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link, access will examine the symbolic link itself instead of
    ///     the file the link points to.
    #[method("access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("access").read(vm, args[0])?;
        let mode = int(vm, args[1])?;
        let dir = dir_fd(vm, args[2])?;
        let mut flags = if flag(vm, args[3], false)? { libc::AT_EACCESS } else { 0 };
        if !flag(vm, args[4], true)? {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        let result = vm.allow_threads(|| calls::faccessat(dir, path.name(), mode, flags));
        Ok(vm.bool(result.is_ok()))
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string. It may also be an open file descriptor.
    #[method("chdir(path)")]
    fn chdir(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("chdir").or_fd().read(vm, args[0])?;
        let result = vm.allow_threads(|| match path.fd() {
            Some(fd) => calls::fchdir(fd),
            None => calls::chdir(path.name()),
        });
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Change the access permissions of a file.
    ///
    /// path may be an open file descriptor. If follow_symlinks is False, and the last element of the path is a symbolic link, chmod
    /// will modify the symbolic link itself instead of the file the link points to.
    #[method("chmod(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("chmod").or_fd().read(vm, args[0])?;
        let mode = int(vm, args[1])? as u32;
        let dir = dir_fd(vm, args[2])?;
        let follow = flag(vm, args[3], true)?;
        check_combination(vm, "chmod", &path, dir, follow)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = vm.allow_threads(|| match path.fd() {
            Some(fd) => calls::fchmod(fd, mode),
            None => calls::fchmodat(dir, path.name(), mode, flags),
        });
        if !follow && result == Err(libc::EOPNOTSUPP) {
            let message = if dir == libc::AT_FDCWD {
                "chmod: follow_symlinks unavailable on this platform"
            } else {
                "chmod: cannot use dir_fd and follow_symlinks together"
            };
            let class = if dir == libc::AT_FDCWD { vm.types().not_implemented_error } else { vm.types().value_error };
            return Err(vm.raise(class, message));
        }
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// path may be an open file descriptor. If follow_symlinks is False, and the last element of the path is a symbolic link, chown
    /// will modify the symbolic link itself instead of the file the link points to.
    #[method("chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("chown").or_fd().read(vm, args[0])?;
        let (uid, gid) = (id(vm, args[1], "uid")?, id(vm, args[2], "gid")?);
        let dir = dir_fd(vm, args[3])?;
        let follow = flag(vm, args[4], true)?;
        check_combination(vm, "chown", &path, dir, follow)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = vm.allow_threads(|| match path.fd() {
            Some(fd) => calls::fchown(fd, uid, gid),
            None => calls::fchownat(dir, path.name(), uid, gid, flags),
        });
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Change root directory to path.
    #[method("chroot(path)")]
    fn chroot(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("chroot").read(vm, args[0])?;
        path.check(vm, calls::chroot(path.name())).map(|result| none(vm, result))
    }

    /// Return a string representing the current working directory.
    #[method("getcwd()")]
    fn getcwd(vm: &Vm, _: &[Value]) -> PyResult {
        let path = host::or_raise(vm, host::number(rustix::process::getcwd(Vec::new())))?;
        vm.fs_decode(path.as_bytes()).map(Value::from)
    }

    /// Return a bytes string representing the current working directory.
    #[method("getcwdb()")]
    fn getcwdb(vm: &Vm, _: &[Value]) -> PyResult {
        let path = host::or_raise(vm, host::number(rustix::process::getcwd(Vec::new())))?;
        vm.new_bytes(path.as_bytes())
    }

    /// Change the owner and group id of path to the numeric uid and gid, without following symbolic links.
    #[method("lchown(path, uid, gid)")]
    fn lchown(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("lchown").read(vm, args[0])?;
        let (uid, gid) = (id(vm, args[1], "uid")?, id(vm, args[2], "gid")?);
        let flags = libc::AT_SYMLINK_NOFOLLOW;
        let result = vm.allow_threads(|| calls::fchownat(libc::AT_FDCWD, path.name(), uid, gid, flags));
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Create a hard link to a file.
    ///
    /// If either src_dir_fd or dst_dir_fd is not None, it should be a file descriptor open to a directory, and the respective path
    /// will then be relative to that directory. If follow_symlinks is False, and the last element of src is a symbolic link,
    /// link will create a link to the symbolic link itself instead of the file the link points to.
    #[method("link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(vm: &Vm, args: &[Value]) -> PyResult {
        let source = Spec::new("link").named("src").read(vm, args[0])?;
        let target = Spec::new("link").named("dst").read(vm, args[1])?;
        let (from, to) = (dir_fd(vm, args[2])?, dir_fd(vm, args[3])?);
        let flags = if flag(vm, args[4], true)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
        match vm.allow_threads(|| calls::linkat(from, source.name(), to, target.name(), flags)) {
            Ok(_) => Ok(vm.none()),
            Err(errno) => Err(vm.os_error_of_two(errno, source.value, target.value)),
        }
    }

    /// Extracts a device major number from a raw device number.
    #[method("major(device, /)")]
    fn major(vm: &Vm, args: &[Value]) -> PyResult {
        match dev(vm, args[0])? {
            u64::MAX => vm.new_int(-1),
            device => vm.new_int(i64::from(libc::major(device))),
        }
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[method("makedev(major, minor, /)")]
    fn makedev(vm: &Vm, args: &[Value]) -> PyResult {
        let (major, minor) = (dev(vm, args[0])?, dev(vm, args[1])?);
        match (major, minor) {
            (u64::MAX, u64::MAX) => vm.new_big_int(dashu_int::IBig::from(u64::MAX)),
            _ => match (u32::try_from(major), u32::try_from(minor)) {
                (Ok(major), Ok(minor)) => vm.new_big_int(dashu_int::IBig::from(libc::makedev(major, minor))),
                _ => Err(vm.overflow_error("Python int too large to convert to C unsigned int")),
            },
        }
    }

    /// Extracts a device minor number from a raw device number.
    #[method("minor(device, /)")]
    fn minor(vm: &Vm, args: &[Value]) -> PyResult {
        match dev(vm, args[0])? {
            u64::MAX => vm.new_int(-1),
            device => vm.new_int(i64::from(libc::minor(device))),
        }
    }

    /// Create a directory.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory, and path should be relative; path will then be
    /// relative to that directory.
    #[method("mkdir(path, mode=0o777, *, dir_fd=None)")]
    fn mkdir(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("mkdir").read(vm, args[0])?;
        let mode = int_or(vm, args[1], 0o777)? as u32;
        let dir = dir_fd(vm, args[2])?;
        let result = vm.allow_threads(|| calls::mkdirat(dir, path.name(), mode));
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[method("mkfifo(path, mode=0o666, *, dir_fd=None)")]
    fn mkfifo(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("mkfifo").read(vm, args[0])?;
        let mode = int_or(vm, args[1], 0o666)? as u32;
        let dir = dir_fd(vm, args[2])?;
        path.blocking(vm, || calls::mkfifoat(dir, path.name(), mode)).map(|result| none(vm, result))
    }

    /// Create a node in the file system.
    ///
    /// mode specifies both the permissions to use and the type of node to be created, being combined (bitwise OR) with one of S_IFREG,
    /// S_IFCHR, S_IFBLK, and S_IFIFO.
    #[method("mknod(path, mode=0o600, device=0, *, dir_fd=None)")]
    fn mknod(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("mknod").read(vm, args[0])?;
        let mode = int_or(vm, args[1], 0o600)? as u32;
        let device = args[2].bound().map_or(Ok(0), |device| dev(vm, device))?;
        let dir = dir_fd(vm, args[3])?;
        path.blocking(vm, || calls::mknodat(dir, path.name(), mode, device)).map(|result| none(vm, result))
    }

    /// Return a string representing the path to which the symbolic link points.
    #[method("readlink(path, *, dir_fd=None)")]
    fn readlink(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("readlink").read(vm, args[0])?;
        let dir = dir_fd(vm, args[1])?;
        let result = vm.allow_threads(|| calls::readlinkat(dir, path.name()));
        let target = path.check(vm, result)?;
        path.like(vm, &target)
    }

    /// Remove a file (same as unlink()).
    #[method("remove(path, *, dir_fd=None)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        unlink(vm, "remove", args, 0)
    }

    /// Rename a file or directory.
    #[method("rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename_file(vm: &Vm, args: &[Value]) -> PyResult {
        rename(vm, "rename", args)
    }

    /// Rename a file or directory, overwriting the destination.
    #[method("replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        rename(vm, "replace", args)
    }

    /// Remove a directory.
    #[method("rmdir(path, *, dir_fd=None)")]
    fn rmdir(vm: &Vm, args: &[Value]) -> PyResult {
        unlink(vm, "rmdir", args, libc::AT_REMOVEDIR)
    }

    /// Create a symbolic link pointing to src named dst.
    #[method("symlink(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(vm: &Vm, args: &[Value]) -> PyResult {
        let source = Spec::new("symlink").named("src").read(vm, args[0])?;
        let target = Spec::new("symlink").named("dst").read(vm, args[1])?;
        flag(vm, args[2], false)?;
        let dir = dir_fd(vm, args[3])?;
        match vm.allow_threads(|| calls::symlinkat(source.name(), dir, target.name())) {
            Ok(_) => Ok(vm.none()),
            Err(errno) => Err(vm.os_error_of_two(errno, source.value, target.value)),
        }
    }

    /// Truncate a file, specified by path, to a specific length. path may be an open file descriptor.
    #[method("truncate(path, length)")]
    fn truncate(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("truncate").or_fd().read(vm, args[0])?;
        let length = host::long_long(vm, args[1])?;
        let result = vm.allow_threads(|| match path.fd() {
            Some(fd) => calls::ftruncate(fd, length),
            None => calls::truncate(path.name(), length),
        });
        path.check(vm, result).map(|result| none(vm, result))
    }

    /// Remove a file (same as remove()).
    #[method("unlink(path, *, dir_fd=None)")]
    fn unlink_file(vm: &Vm, args: &[Value]) -> PyResult {
        unlink(vm, "unlink", args, 0)
    }

    /// Set the access and modified time of path.
    ///
    /// If times is not None, it must be a tuple (atime, mtime); atime and mtime should be expressed as float seconds since the epoch.
    /// If ns is specified, it must be a tuple (atime_ns, mtime_ns) of integers. If times is None and ns is unspecified, utime uses
    /// the current time. path may be an open file descriptor.
    #[method("utime(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("utime").or_fd().read(vm, args[0])?;
        let dir = dir_fd(vm, args[3])?;
        let follow = flag(vm, args[4], true)?;
        let times = utime_times(vm, args[1], args[2])?;
        check_combination(vm, "utime", &path, dir, follow)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = vm.allow_threads(|| match path.fd() {
            Some(fd) => calls::utimensat(fd, None, times, 0),
            None => calls::utimensat(dir, path.path(), times, flags),
        });
        path.check(vm, result).map(|result| none(vm, result))
    }
}
