//! `stat` and its kin, and what they return.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm, struct_sequence};

use super::calls;
use super::path::{Path, Spec, check_combination, dir_fd, flag};
use crate::host;

struct_sequence! {
    pub static STAT_RESULT = "os.stat_result", "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.", [
        0 "st_mode" "protection bits",
        1 "st_ino" "inode",
        2 "st_dev" "device",
        3 "st_nlink" "number of hard links",
        4 "st_uid" "user ID of owner",
        5 "st_gid" "group ID of owner",
        6 "st_size" "total size, in bytes",
        10 "st_atime" "time of last access",
        11 "st_mtime" "time of last modification",
        12 "st_ctime" "time of last change",
        13 "st_atime_ns" "time of last access in nanoseconds",
        14 "st_mtime_ns" "time of last modification in nanoseconds",
        15 "st_ctime_ns" "time of last change in nanoseconds",
        16 "st_blksize" "blocksize for filesystem I/O",
        17 "st_blocks" "number of blocks allocated",
        18 "st_rdev" "device type (if inode device)",
    ], visible: 10
}

struct_sequence! {
    pub static STATVFS_RESULT = "os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.", [
        0 "f_bsize" "",
        1 "f_frsize" "",
        2 "f_blocks" "",
        3 "f_bfree" "",
        4 "f_bavail" "",
        5 "f_files" "",
        6 "f_ffree" "",
        7 "f_favail" "",
        8 "f_flag" "",
        9 "f_namemax" "",
        10 "f_fsid" "",
    ], visible: 10
}

/// A `stat_result`.
// The types of these fields differ from system to system.
#[allow(clippy::unnecessary_cast)]
pub(super) fn stat_result(vm: &Vm, status: &libc::stat) -> PyResult {
    let mut fields = vm.scratch(19)?;
    let unsigned = |number: u64| vm.new_big_int(dashu_int::IBig::from(number));
    fields.push(vm.new_int(i64::from(status.st_mode))?);
    fields.push(unsigned(status.st_ino)?);
    fields.push(unsigned(status.st_dev)?);
    fields.push(unsigned(status.st_nlink)?);
    fields.push(vm.new_int(i64::from(status.st_uid))?);
    fields.push(vm.new_int(i64::from(status.st_gid))?);
    fields.push(vm.new_int(status.st_size)?);
    let times = [
        (status.st_atime, status.st_atime_nsec),
        (status.st_mtime, status.st_mtime_nsec),
        (status.st_ctime, status.st_ctime_nsec),
    ];
    for (seconds, _) in times {
        fields.push(vm.new_int(seconds)?);
    }
    for (seconds, nanoseconds) in times {
        fields.push(vm.new_float(seconds as f64 + 1e-9 * nanoseconds as f64)?);
    }
    for (seconds, nanoseconds) in times {
        let all = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        fields.push(vm.new_big_int(dashu_int::IBig::from(all))?);
    }
    fields.push(vm.new_int(status.st_blksize)?);
    fields.push(vm.new_int(status.st_blocks)?);
    fields.push(unsigned(status.st_rdev)?);
    vm.new_struct(&STAT_RESULT, &fields)
}

fn statvfs_result(vm: &Vm, status: &libc::statvfs) -> PyResult {
    let mut fields = vm.scratch(11)?;
    for number in [
        status.f_bsize,
        status.f_frsize,
        status.f_blocks,
        status.f_bfree,
        status.f_bavail,
        status.f_files,
        status.f_ffree,
        status.f_favail,
        status.f_flag,
        status.f_namemax,
        status.f_fsid,
    ] {
        fields.push(vm.new_big_int(dashu_int::IBig::from(number))?);
    }
    vm.new_struct(&STATVFS_RESULT, &fields)
}

fn stat_of(vm: &Vm, path: &Path, dir_fd: i32, follow: bool) -> PyResult {
    let status = match path.fd() {
        Some(fd) => vm.allow_threads(|| calls::stat(fd, None, 0)),
        None => {
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            vm.allow_threads(|| calls::stat(dir_fd, path.path(), flags))
        }
    };
    let status = path.check(vm, status)?;
    stat_result(vm, &status)
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor. Equivalent to os.stat(fd).
    #[method("fstat(fd)")]
    fn fstat(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = host::int(vm, args[0])?;
        let status = host::blocking_or_raise(vm, || calls::stat(fd, None, 0))?;
        stat_result(vm, &status)
    }

    /// Perform an fstatvfs system call on the given fd. Equivalent to statvfs(fd).
    #[method("fstatvfs(fd, /)")]
    fn fstatvfs(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = host::int(vm, args[0])?;
        let status = host::blocking_or_raise(vm, || calls::statvfs(fd, None))?;
        statvfs_result(vm, &status)
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links. Equivalent to stat(path, follow_symlinks=False).
    #[method("lstat(path, *, dir_fd=None)")]
    fn lstat(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("lstat").read(vm, args[0])?;
        stat_of(vm, &path, dir_fd(vm, args[1])?, false)
    }

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory, and path should be a relative string; path will then
    ///     be relative to that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link, stat will examine the symbolic link itself instead of
    ///     the file the link points to.
    ///
    /// It's an error to use dir_fd or follow_symlinks when specifying path as an open file descriptor.
    #[method("stat(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("stat").or_fd().read(vm, args[0])?;
        let dir_fd = dir_fd(vm, args[1])?;
        let follow = flag(vm, args[2], true)?;
        check_combination(vm, "stat", &path, dir_fd, follow)?;
        stat_of(vm, &path, dir_fd, follow)
    }

    /// Perform a statvfs system call on the given path. It may be an open file descriptor.
    #[method("statvfs(path)")]
    fn statvfs(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("statvfs").or_fd().read(vm, args[0])?;
        let fd = path.fd().unwrap_or(-1);
        let status = vm.allow_threads(|| calls::statvfs(fd, path.path()));
        statvfs_result(vm, &path.check(vm, status)?)
    }
}
