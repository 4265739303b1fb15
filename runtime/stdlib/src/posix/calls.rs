//! The calls of the C library that `posix` makes and for which there is no safe crate: each takes numbers, C strings and slices, and
//! gives what the call returns, or its error number.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;

use crate::host::{Sys, last_error};

/// The result, or the error number for one below zero.
fn check(result: i32) -> Sys {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

fn check_long(result: i64) -> Sys<i64> {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

/// Declares calls that fail with a number below zero, and take nothing but numbers.
macro_rules! numeric_calls {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*);)*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: $type),*) -> Sys {
            // SAFETY: the call takes numbers only, and touches no memory of this process's.
            check(unsafe { libc::$name($($arg),*) })
        }
    )*};
}

/// Declares calls whose pointers are C strings.
macro_rules! path_calls {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) = $($pass:expr),*;)*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: $type),*) -> Sys {
            // SAFETY: each pointer is to a string that ends in a zero byte and lives until the call returns.
            check(unsafe { libc::$name($($pass),*) })
        }
    )*};
}

numeric_calls! {
    close(fd: i32);
    dup(fd: i32);
    dup2(fd: i32, fd2: i32);
    dup3(fd: i32, fd2: i32, flags: i32);
    fchdir(fd: i32);
    fchmod(fd: i32, mode: u32);
    fchown(fd: i32, uid: u32, gid: u32);
    fdatasync(fd: i32);
    fsync(fd: i32);
    ftruncate(fd: i32, length: i64);
    getpgid(pid: i32);
    getpgrp();
    getsid(pid: i32);
    kill(pid: i32, signal: i32);
    killpg(pgid: i32, signal: i32);
    lockf(fd: i32, command: i32, length: i64);
    login_tty(fd: i32);
    posix_openpt(flags: i32);
    grantpt(fd: i32);
    unlockpt(fd: i32);
    sched_get_priority_max(policy: i32);
    sched_get_priority_min(policy: i32);
    sched_getscheduler(pid: i32);
    sched_yield();
    setegid(gid: u32);
    seteuid(uid: u32);
    setgid(gid: u32);
    setpgid(pid: i32, pgid: i32);
    setregid(real: u32, effective: u32);
    setresgid(real: u32, effective: u32, saved: u32);
    setresuid(real: u32, effective: u32, saved: u32);
    setreuid(real: u32, effective: u32);
    setsid();
    setuid(uid: u32);
    setns(fd: i32, kind: i32);
    unshare(flags: i32);
    tcgetpgrp(fd: i32);
    tcsetpgrp(fd: i32, pgid: i32);
    setpriority(which: u32, who: u32, priority: i32);
    eventfd(initial: u32, flags: i32);
    timerfd_create(clock: i32, flags: i32);
}

path_calls! {
    openat(dir: i32, path: &CStr, flags: i32, mode: u32) = dir, path.as_ptr(), flags, mode;
    chdir(path: &CStr) = path.as_ptr();
    chroot(path: &CStr) = path.as_ptr();
    faccessat(dir: i32, path: &CStr, mode: i32, flags: i32) = dir, path.as_ptr(), mode, flags;
    fchmodat(dir: i32, path: &CStr, mode: u32, flags: i32) = dir, path.as_ptr(), mode, flags;
    fchownat(dir: i32, path: &CStr, uid: u32, gid: u32, flags: i32) = dir, path.as_ptr(), uid, gid, flags;
    linkat(dir: i32, path: &CStr, dir2: i32, path2: &CStr, flags: i32) = dir, path.as_ptr(), dir2, path2.as_ptr(), flags;
    memfd_create(name: &CStr, flags: u32) = name.as_ptr(), flags;
    mkdirat(dir: i32, path: &CStr, mode: u32) = dir, path.as_ptr(), mode;
    mkfifoat(dir: i32, path: &CStr, mode: u32) = dir, path.as_ptr(), mode;
    mknodat(dir: i32, path: &CStr, mode: u32, device: u64) = dir, path.as_ptr(), mode, device;
    renameat(dir: i32, path: &CStr, dir2: i32, path2: &CStr) = dir, path.as_ptr(), dir2, path2.as_ptr();
    symlinkat(source: &CStr, dir: i32, path: &CStr) = source.as_ptr(), dir, path.as_ptr();
    truncate(path: &CStr, length: i64) = path.as_ptr(), length;
    unlinkat(dir: i32, path: &CStr, flags: i32) = dir, path.as_ptr(), flags;
    initgroups(user: &CStr, gid: u32) = user.as_ptr(), gid;
    system(command: &CStr) = command.as_ptr();
    setenv(name: &CStr, value: &CStr) = name.as_ptr(), value.as_ptr(), 1;
    unsetenv(name: &CStr) = name.as_ptr();
}

/// Declares calls that cannot fail.
macro_rules! infallible_calls {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name($($arg: $type),*) -> $result {
            // SAFETY: the call takes numbers only, and cannot fail.
            unsafe { libc::$name($($arg),*) }
        }
    )*};
}

infallible_calls! {
    getegid() -> u32;
    geteuid() -> u32;
    getgid() -> u32;
    getpid() -> i32;
    getppid() -> i32;
    getuid() -> u32;
    umask(mask: u32) -> u32;
    isatty(fd: i32) -> i32;
    posix_fadvise(fd: i32, offset: i64, length: i64, advice: i32) -> i32;
    posix_fallocate(fd: i32, offset: i64, length: i64) -> i32;
}

// ---- files ---------------------------------------------------------------------------------------------------------------

/// `read`.
pub fn read(fd: i32, target: &mut [u8]) -> Sys<i64> {
    // SAFETY: the target may be written.
    check_long(unsafe { libc::read(fd, target.as_mut_ptr().cast(), target.len()) } as i64)
}

/// `pread`.
pub fn pread(fd: i32, target: &mut [u8], offset: i64) -> Sys<i64> {
    // SAFETY: the target may be written.
    check_long(unsafe { libc::pread(fd, target.as_mut_ptr().cast(), target.len(), offset) } as i64)
}

/// `write`.
pub fn write(fd: i32, bytes: &[u8]) -> Sys<i64> {
    // SAFETY: the bytes may be read.
    check_long(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } as i64)
}

/// `pwrite`.
pub fn pwrite(fd: i32, bytes: &[u8], offset: i64) -> Sys<i64> {
    // SAFETY: the bytes may be read.
    check_long(unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), offset) } as i64)
}

/// `preadv2`, or `readv` without an offset.
pub fn preadv(fd: i32, targets: &mut [std::io::IoSliceMut<'_>], offset: Option<i64>, flags: i32) -> Sys<i64> {
    let count = targets.len() as i32;
    // SAFETY: an `IoSliceMut` is an `iovec`, whose memory may be written.
    check_long(unsafe {
        let targets: *const libc::iovec = targets.as_ptr().cast();
        match offset {
            None => libc::readv(fd, targets, count),
            Some(offset) if flags == 0 => libc::preadv(fd, targets, count, offset),
            Some(offset) => libc::preadv2(fd, targets, count, offset, flags),
        }
    } as i64)
}

/// `pwritev2`, or `writev` without an offset.
pub fn pwritev(fd: i32, parts: &[std::io::IoSlice<'_>], offset: Option<i64>, flags: i32) -> Sys<i64> {
    let count = parts.len() as i32;
    // SAFETY: an `IoSlice` is an `iovec`, whose memory may be read.
    check_long(unsafe {
        let parts: *const libc::iovec = parts.as_ptr().cast();
        match offset {
            None => libc::writev(fd, parts, count),
            Some(offset) if flags == 0 => libc::pwritev(fd, parts, count, offset),
            Some(offset) => libc::pwritev2(fd, parts, count, offset, flags),
        }
    } as i64)
}

/// `lseek`.
pub fn lseek(fd: i32, offset: i64, whence: i32) -> Sys<i64> {
    // SAFETY: numbers only.
    check_long(unsafe { libc::lseek(fd, offset, whence) })
}

/// `pipe2`: both ends.
pub fn pipe2(flags: i32) -> Sys<(i32, i32)> {
    let mut ends = [0; 2];
    // SAFETY: there is room for two numbers.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok((ends[0], ends[1]))
}

/// `sendfile`: how many bytes. Without an offset, from the position of the file.
pub fn sendfile(to: i32, from: i32, offset: Option<i64>, count: usize) -> Sys<i64> {
    let mut place = offset.unwrap_or(0);
    let pointer = if offset.is_some() { &raw mut place } else { core::ptr::null_mut() };
    // SAFETY: the pointer is null or to a number of this frame.
    check_long(unsafe { libc::sendfile(to, from, pointer, count) } as i64)
}

/// `copy_file_range`.
pub fn copy_file_range(from: i32, mut at: Option<i64>, to: i32, mut to_at: Option<i64>, count: usize) -> Sys<i64> {
    let pointer = |offset: &mut Option<i64>| offset.as_mut().map_or(core::ptr::null_mut(), |offset| &raw mut *offset);
    // SAFETY: the pointers are null or to numbers of this frame.
    check_long(unsafe { libc::copy_file_range(from, pointer(&mut at), to, pointer(&mut to_at), count, 0) } as i64)
}

/// `splice`.
pub fn splice(from: i32, mut at: Option<i64>, to: i32, mut to_at: Option<i64>, count: usize, flags: u32) -> Sys<i64> {
    let pointer = |offset: &mut Option<i64>| offset.as_mut().map_or(core::ptr::null_mut(), |offset| &raw mut *offset);
    // SAFETY: the pointers are null or to numbers of this frame.
    check_long(unsafe { libc::splice(from, pointer(&mut at), to, pointer(&mut to_at), count, flags) } as i64)
}

/// `fcntl` with a number.
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Sys {
    // SAFETY: the commands that come here take a number.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// `ioctl` with a number.
pub fn ioctl(fd: i32, request: u64, argument: i32) -> Sys {
    // SAFETY: the requests that come here take a number or none.
    check(unsafe { libc::ioctl(fd, request, argument) })
}

/// `fstatat`, or `fstat` without a path.
pub fn stat(dir: i32, path: Option<&CStr>, flags: i32) -> Sys<libc::stat> {
    // SAFETY: `stat` is plain numbers, which may be zero; the path is a C string.
    unsafe {
        let mut status: libc::stat = core::mem::zeroed();
        check(match path {
            Some(path) => libc::fstatat(dir, path.as_ptr(), &raw mut status, flags),
            None => libc::fstat(dir, &raw mut status),
        })?;
        Ok(status)
    }
}

/// `statvfs`, or `fstatvfs` without a path.
pub fn statvfs(fd: i32, path: Option<&CStr>) -> Sys<libc::statvfs> {
    // SAFETY: as above.
    unsafe {
        let mut status: libc::statvfs = core::mem::zeroed();
        check(match path {
            Some(path) => libc::statvfs(path.as_ptr(), &raw mut status),
            None => libc::fstatvfs(fd, &raw mut status),
        })?;
        Ok(status)
    }
}

/// `utimensat`, or `futimens` without a path; the present without times.
pub fn utimensat(dir: i32, path: Option<&CStr>, times: Option<[libc::timespec; 2]>, flags: i32) -> Sys {
    let times = times.as_ref().map_or(core::ptr::null(), |times| times.as_ptr());
    // SAFETY: the times are null or two of them, which live until the call returns; the path is a C string.
    check(unsafe {
        match path {
            Some(path) => libc::utimensat(dir, path.as_ptr(), times, flags),
            None => libc::futimens(dir, times),
        }
    })
}

/// `readlinkat`.
pub fn readlinkat(dir: i32, path: &CStr) -> Sys<Vec<u8>> {
    let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
    // SAFETY: the path is a C string, the target may be written.
    let length =
        check_long(unsafe { libc::readlinkat(dir, path.as_ptr(), target.as_mut_ptr().cast(), target.len()) } as i64)?;
    target.truncate(length as usize);
    Ok(target)
}

/// What an extended attribute call is on.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    Fd(i32),
    Path(&'a CStr),
    /// The link itself.
    Link(&'a CStr),
}

/// `getxattr` and its kin; without a name `listxattr`. Returns the number of bytes, or of those needed for an empty target.
pub fn getxattr(owner: Owner<'_>, name: Option<&CStr>, target: &mut [u8]) -> Sys<usize> {
    let (memory, size) = (target.as_mut_ptr(), target.len());
    // SAFETY: names and paths are C strings, the target may be written.
    let result = unsafe {
        match (owner, name) {
            (Owner::Fd(fd), Some(name)) => libc::fgetxattr(fd, name.as_ptr(), memory.cast(), size),
            (Owner::Path(path), Some(name)) => libc::getxattr(path.as_ptr(), name.as_ptr(), memory.cast(), size),
            (Owner::Link(path), Some(name)) => libc::lgetxattr(path.as_ptr(), name.as_ptr(), memory.cast(), size),
            (Owner::Fd(fd), None) => libc::flistxattr(fd, memory.cast(), size),
            (Owner::Path(path), None) => libc::listxattr(path.as_ptr(), memory.cast(), size),
            (Owner::Link(path), None) => libc::llistxattr(path.as_ptr(), memory.cast(), size),
        }
    };
    check_long(result as i64).map(|size| size as usize)
}

/// `setxattr` and its kin.
pub fn setxattr(owner: Owner<'_>, name: &CStr, value: &[u8], flags: i32) -> Sys {
    let (name, memory, size) = (name.as_ptr(), value.as_ptr().cast(), value.len());
    // SAFETY: names and paths are C strings, the value may be read.
    check(unsafe {
        match owner {
            Owner::Fd(fd) => libc::fsetxattr(fd, name, memory, size, flags),
            Owner::Path(path) => libc::setxattr(path.as_ptr(), name, memory, size, flags),
            Owner::Link(path) => libc::lsetxattr(path.as_ptr(), name, memory, size, flags),
        }
    })
}

/// `removexattr` and its kin.
pub fn removexattr(owner: Owner<'_>, name: &CStr) -> Sys {
    // SAFETY: names and paths are C strings.
    check(unsafe {
        match owner {
            Owner::Fd(fd) => libc::fremovexattr(fd, name.as_ptr()),
            Owner::Path(path) => libc::removexattr(path.as_ptr(), name.as_ptr()),
            Owner::Link(path) => libc::lremovexattr(path.as_ptr(), name.as_ptr()),
        }
    })
}

// ---- limits and the system -----------------------------------------------------------------------------------------------

/// Makes a call whose result may be -1 without an error.
fn or_minus_one(call: impl FnOnce() -> i64) -> Sys<i64> {
    // SAFETY: the error number is this thread's own.
    unsafe { *libc::__errno_location() = 0 };
    match call() {
        -1 if last_error() != 0 => Err(last_error()),
        result => Ok(result),
    }
}

/// `sysconf`.
pub fn sysconf(name: i32) -> Sys<i64> {
    // SAFETY: numbers only.
    or_minus_one(|| unsafe { libc::sysconf(name) })
}

/// `pathconf`, or `fpathconf` without a path.
pub fn pathconf(fd: i32, path: Option<&CStr>, name: i32) -> Sys<i64> {
    // SAFETY: the path is a C string.
    or_minus_one(|| unsafe {
        match path {
            Some(path) => libc::pathconf(path.as_ptr(), name),
            None => libc::fpathconf(fd, name),
        }
    })
}

/// `confstr`; `None` where there is no value.
pub fn confstr(name: i32) -> Sys<Option<Vec<u8>>> {
    let mut text = vec![0u8; 256];
    loop {
        // SAFETY: the error number is this thread's own.
        unsafe { *libc::__errno_location() = 0 };
        // SAFETY: the buffer may be written.
        let size = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
        match size {
            0 if last_error() != 0 => return Err(last_error()),
            0 => return Ok(None),
            size if size <= text.len() => {
                text.truncate(size - 1);
                return Ok(Some(text));
            }
            size => text.resize(size, 0),
        }
    }
}

/// `nice`.
pub fn nice(increment: i32) -> Sys<i64> {
    // SAFETY: numbers only.
    or_minus_one(|| i64::from(unsafe { libc::nice(increment) }))
}

/// `getpriority`.
pub fn getpriority(which: u32, who: u32) -> Sys<i64> {
    // SAFETY: numbers only.
    or_minus_one(|| i64::from(unsafe { libc::getpriority(which, who) }))
}

/// `getloadavg`.
#[must_use]
pub fn getloadavg() -> Option<[f64; 3]> {
    let mut loads = [0.0; 3];
    // SAFETY: there is room for three numbers.
    (unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } == 3).then_some(loads)
}

/// `times`: user, system, children's user, children's system time, and the moment, in clock ticks.
pub fn times() -> Sys<[i64; 5]> {
    // SAFETY: `tms` is plain numbers.
    unsafe {
        let mut times: libc::tms = core::mem::zeroed();
        let moment = libc::times(&raw mut times);
        if moment == -1 {
            return Err(last_error());
        }
        Ok([times.tms_utime, times.tms_stime, times.tms_cutime, times.tms_cstime, moment])
    }
}

/// `getrandom`.
pub fn getrandom(target: &mut [u8], flags: u32) -> Sys<i64> {
    // SAFETY: the target may be written.
    check_long(unsafe { libc::getrandom(target.as_mut_ptr().cast(), target.len(), flags) } as i64)
}

/// `sync`.
pub fn sync() {
    // SAFETY: takes nothing.
    unsafe { libc::sync() }
}

/// `ctermid`.
#[must_use]
pub fn ctermid() -> Vec<u8> {
    // The greatest length of such a name is 9 (`L_ctermid`).
    let mut name = [0u8; 64];
    // SAFETY: there is room for a name of the greatest length.
    unsafe { libc::ctermid(name.as_mut_ptr().cast()) };
    name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()
}

/// `ttyname_r` and `ptsname_r`, by which is asked for.
fn terminal_name(call: impl FnOnce(*mut libc::c_char, usize) -> i32) -> Sys<Vec<u8>> {
    let mut name = [0u8; 256];
    match call(name.as_mut_ptr().cast(), name.len() - 1) {
        0 => Ok(name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()),
        -1 => Err(last_error()),
        errno => Err(errno),
    }
}

/// `ttyname`.
pub fn ttyname(fd: i32) -> Sys<Vec<u8>> {
    // SAFETY: the memory has the size that is said.
    terminal_name(|memory, size| unsafe { libc::ttyname_r(fd, memory, size) })
}

/// `ptsname`.
pub fn ptsname(fd: i32) -> Sys<Vec<u8>> {
    // SAFETY: the memory has the size that is said.
    terminal_name(|memory, size| unsafe { libc::ptsname_r(fd, memory, size) })
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, size: usize) -> i32;
}

/// `getlogin`.
pub fn getlogin() -> Sys<Vec<u8>> {
    // SAFETY: the memory has the size that is said.
    terminal_name(|memory, size| unsafe { getlogin_r(memory, size) })
}

/// Columns and lines of a terminal.
pub fn terminal_size(fd: i32) -> Sys<(u16, u16)> {
    // SAFETY: the request fills a `winsize`.
    unsafe {
        let mut size: libc::winsize = core::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size))?;
        Ok((size.ws_col, size.ws_row))
    }
}

/// `openpty`: both ends.
pub fn openpty() -> Sys<(i32, i32)> {
    let (mut main, mut other) = (0, 0);
    let null = core::ptr::null_mut::<u8>();
    // SAFETY: there is room for both numbers; the other pointers may be null.
    check(unsafe { libc::openpty(&raw mut main, &raw mut other, null.cast(), null.cast(), null.cast()) })?;
    Ok((main, other))
}

/// `eventfd_read`.
pub fn eventfd_read(fd: i32) -> Sys<u64> {
    let mut value = 0;
    // SAFETY: there is room for the number.
    check(unsafe { libc::eventfd_read(fd, &raw mut value) })?;
    Ok(value)
}

/// `eventfd_write`.
pub fn eventfd_write(fd: i32, value: u64) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::eventfd_write(fd, value) })
}

/// `timerfd_settime`: the setting before.
pub fn timerfd_settime(fd: i32, flags: i32, new: libc::itimerspec) -> Sys<libc::itimerspec> {
    // SAFETY: both settings are plain numbers.
    unsafe {
        let mut old: libc::itimerspec = core::mem::zeroed();
        check(libc::timerfd_settime(fd, flags, &raw const new, &raw mut old))?;
        Ok(old)
    }
}

/// `timerfd_gettime`.
pub fn timerfd_gettime(fd: i32) -> Sys<libc::itimerspec> {
    // SAFETY: plain numbers.
    unsafe {
        let mut setting: libc::itimerspec = core::mem::zeroed();
        check(libc::timerfd_gettime(fd, &raw mut setting))?;
        Ok(setting)
    }
}

/// `uname`: system, host, release, version, machine.
pub fn uname() -> Sys<[Vec<u8>; 5]> {
    // SAFETY: `utsname` is plain bytes; each field ends in a zero byte.
    unsafe {
        let mut name: libc::utsname = core::mem::zeroed();
        check(libc::uname(&raw mut name))?;
        let fields = [name.sysname, name.nodename, name.release, name.version, name.machine];
        Ok(fields.map(|field| CStr::from_ptr(field.as_ptr()).to_bytes().to_vec()))
    }
}

// ---- users ---------------------------------------------------------------------------------------------------------------

/// `getresuid` or `getresgid`.
pub fn getres(groups: bool) -> Sys<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: there is room for three numbers.
    check(unsafe {
        if groups {
            libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved)
        } else {
            libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved)
        }
    })?;
    Ok([real, effective, saved])
}

/// `getgroups`.
pub fn getgroups() -> Sys<Vec<u32>> {
    loop {
        // SAFETY: with a size of zero nothing is written.
        let count = check(unsafe { libc::getgroups(0, core::ptr::null_mut()) })?;
        let mut groups = vec![0; count as usize];
        // SAFETY: there is room for so many numbers.
        match check(unsafe { libc::getgroups(count, groups.as_mut_ptr()) }) {
            Err(libc::EINVAL) => {}
            result => return result.map(|count| groups[..count as usize].to_vec()),
        }
    }
}

/// `setgroups`.
pub fn setgroups(groups: &[u32]) -> Sys {
    // SAFETY: the numbers may be read.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) })
}

/// `getgrouplist`.
pub fn getgrouplist(user: &CStr, group: u32) -> Sys<Vec<u32>> {
    let mut groups = vec![0; 64];
    loop {
        let mut count = groups.len() as i32;
        // SAFETY: there is room for so many numbers; the name is a C string.
        let result = unsafe { libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &raw mut count) };
        if result >= 0 {
            groups.truncate(count as usize);
            return Ok(groups);
        }
        if groups.len() > 1 << 20 {
            return Err(libc::EINVAL);
        }
        groups.resize(groups.len() * 2, 0);
    }
}

// ---- scheduling ----------------------------------------------------------------------------------------------------------

/// `sched_getparam`.
pub fn sched_getparam(pid: i32) -> Sys {
    let mut param = libc::sched_param { sched_priority: 0 };
    // SAFETY: there is room for the number.
    check(unsafe { libc::sched_getparam(pid, &raw mut param) })?;
    Ok(param.sched_priority)
}

/// `sched_setparam`, or `sched_setscheduler` with a policy.
pub fn sched_set(pid: i32, policy: Option<i32>, priority: i32) -> Sys {
    let param = libc::sched_param { sched_priority: priority };
    // SAFETY: the number may be read.
    check(unsafe {
        match policy {
            Some(policy) => libc::sched_setscheduler(pid, policy, &raw const param),
            None => libc::sched_setparam(pid, &raw const param),
        }
    })
}

/// `sched_rr_get_interval`, in seconds.
pub fn sched_rr_get_interval(pid: i32) -> Sys<f64> {
    let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for the time.
    check(unsafe { libc::sched_rr_get_interval(pid, &raw mut interval) })?;
    Ok(interval.tv_sec as f64 + interval.tv_nsec as f64 * 1e-9)
}

/// `sched_getaffinity`: bits by processor.
pub fn sched_getaffinity(pid: i32) -> Sys<Vec<u64>> {
    let mut mask = vec![0u64; 16];
    loop {
        // SAFETY: the memory has the size that is said; the kernel takes any multiple of eight bytes.
        match check(unsafe { libc::sched_getaffinity(pid, mask.len() * 8, mask.as_mut_ptr().cast()) }) {
            Err(libc::EINVAL) if mask.len() < 1 << 16 => mask.resize(mask.len() * 2, 0),
            result => return result.map(|_| mask),
        }
    }
}

/// `sched_setaffinity`.
pub fn sched_setaffinity(pid: i32, mask: &[u64]) -> Sys {
    // SAFETY: the memory has the size that is said.
    check(unsafe { libc::sched_setaffinity(pid, mask.len() * 8, mask.as_ptr().cast()) })
}

/// How many processors are online.
#[must_use]
pub fn online_processors() -> i64 {
    sysconf(libc::_SC_NPROCESSORS_ONLN).unwrap_or(0)
}

// ---- processes -----------------------------------------------------------------------------------------------------------

/// Pointers to C strings with a null at the end.
fn pointers(texts: &[CString]) -> Vec<*const libc::c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([core::ptr::null()]).collect()
}

/// `execve`, `fexecve` for a descriptor, `execv` without an environment. Returns only with an error number.
#[must_use]
pub fn exec(path: Result<&CStr, i32>, arguments: &[CString], environment: Option<&[CString]>) -> i32 {
    let arguments = pointers(arguments);
    let own = environment.map(pointers);
    // SAFETY: the strings live until the process is replaced; the lists end in a null.
    unsafe {
        match (path, own) {
            (Ok(path), Some(environment)) => {
                libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr());
            }
            (Ok(path), None) => {
                libc::execv(path.as_ptr(), arguments.as_ptr());
            }
            (Err(fd), environment) => {
                let environment = environment.unwrap_or_else(|| vec![core::ptr::null()]);
                libc::fexecve(fd, arguments.as_ptr(), environment.as_ptr());
            }
        }
    }
    last_error()
}

/// `fork`.
///
/// In the child there is only the thread that called it: locks that another thread held stay locked. The caller sees to the VM's own.
pub fn fork() -> Sys {
    // SAFETY: the child goes on in this thread, with a copy of all memory.
    check(unsafe { libc::fork() })
}

/// `forkpty`: the process and the terminal.
pub fn forkpty() -> Sys<(i32, i32)> {
    let mut terminal = -1;
    let null = core::ptr::null_mut::<u8>();
    // SAFETY: there is room for the number; the other pointers may be null.
    let pid = check(unsafe { libc::forkpty(&raw mut terminal, null.cast(), null.cast(), null.cast()) })?;
    Ok((pid, terminal))
}

/// `_exit`.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: never returns.
    unsafe { libc::_exit(status) }
}

/// `wait4`: process, status, what it used.
pub fn wait4(pid: i32, options: i32) -> Sys<(i32, i32, libc::rusage)> {
    // SAFETY: `rusage` is plain numbers.
    unsafe {
        let mut usage: libc::rusage = core::mem::zeroed();
        let mut status = 0;
        let pid = check(libc::wait4(pid, &raw mut status, options, &raw mut usage))?;
        Ok((pid, status, usage))
    }
}

/// `waitid`: process, user, signal, status, code.
pub fn waitid(kind: u32, id: u32, options: i32) -> Sys<Option<[i64; 5]>> {
    // SAFETY: `siginfo_t` is plain bytes, and the call fills the fields for children.
    unsafe {
        let mut info: libc::siginfo_t = core::mem::zeroed();
        check(libc::waitid(kind, id, &raw mut info, options))?;
        if info.si_pid() == 0 {
            return Ok(None);
        }
        let numbers = [info.si_pid(), info.si_uid() as i32, info.si_signo, info.si_status(), info.si_code];
        let mut fields = numbers.map(i64::from);
        fields[1] = i64::from(info.si_uid());
        Ok(Some(fields))
    }
}

/// `pidfd_open`.
pub fn pidfd_open(pid: i32, flags: u32) -> Sys {
    // SAFETY: numbers only.
    check_long(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) }).map(|fd| fd as i32)
}

/// The environment of the process, as the system gave it.
#[must_use]
pub fn environment() -> Vec<(Vec<u8>, Vec<u8>)> {
    let bytes = |text: &OsStr| text.as_bytes().to_vec();
    std::env::vars_os().map(|(name, value)| (bytes(&name), bytes(&value))).collect()
}
