//! New processes: `posix_spawn`, and the child's side of `fork` and `exec` for `_posixsubprocess`. Between the two a child does
//! nothing but system calls: another thread of the parent may have held any lock, that of the allocator too.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString};

use crate::host::{Sys, last_error};

/// What `posix_spawn` is to do.
pub struct Order {
    pub path: CString,
    /// Whether the path is searched in `PATH`.
    pub search: bool,
    pub arguments: Vec<CString>,
    /// This process's own without one.
    pub environment: Option<Vec<CString>>,
    pub actions: Vec<Action>,
    pub group: Option<i32>,
    pub reset_ids: bool,
    pub new_session: bool,
    pub mask: Option<Vec<i32>>,
    pub defaults: Option<Vec<i32>>,
    pub policy: Option<i32>,
    pub priority: Option<i32>,
}

/// What the child does with descriptors.
pub enum Action {
    Open { fd: i32, path: CString, flags: i32, mode: u32 },
    Close(i32),
    Dup(i32, i32),
    CloseFrom(i32),
}

fn pointers(texts: &[CString]) -> Vec<*mut libc::c_char> {
    texts.iter().map(|text| text.as_ptr().cast_mut()).chain([core::ptr::null_mut()]).collect()
}

/// The result of a function that returns an error number.
fn check(errno: i32) -> Sys<()> {
    if errno == 0 { Ok(()) } else { Err(errno) }
}

/// A set of signals for the system.
pub fn signal_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: the set is made empty before signals are added to it.
    unsafe {
        let mut set: libc::sigset_t = core::mem::zeroed();
        libc::sigemptyset(&raw mut set);
        for signal in signals {
            libc::sigaddset(&raw mut set, *signal);
        }
        set
    }
}

/// `posix_spawn` or `posix_spawnp`: the new process.
pub fn posix_spawn(order: &Order) -> Sys {
    // SAFETY: both objects are initialised before they are used and destroyed after it; strings and lists live until the call
    // returns.
    unsafe {
        let mut actions: libc::posix_spawn_file_actions_t = core::mem::zeroed();
        check(libc::posix_spawn_file_actions_init(&raw mut actions))?;
        let mut attributes: libc::posix_spawnattr_t = core::mem::zeroed();
        let mut result = check(libc::posix_spawnattr_init(&raw mut attributes));
        if result.is_ok() {
            result = add_actions(&mut actions, &order.actions).and_then(|()| set_attributes(&mut attributes, order));
            let mut pid = 0;
            if result.is_ok() {
                let (arguments, environment) = (pointers(&order.arguments), order.environment.as_deref().map(pointers));
                let environment = environment.as_ref().map_or(environ.cast_const(), |list| list.as_ptr());
                let call = if order.search { libc::posix_spawnp } else { libc::posix_spawn };
                let path = order.path.as_ptr();
                result = check(call(
                    &raw mut pid,
                    path,
                    &raw const actions,
                    &raw const attributes,
                    arguments.as_ptr(),
                    environment,
                ));
            }
            libc::posix_spawnattr_destroy(&raw mut attributes);
            libc::posix_spawn_file_actions_destroy(&raw mut actions);
            return result.map(|()| pid);
        }
        libc::posix_spawn_file_actions_destroy(&raw mut actions);
        result.map(|()| 0)
    }
}

unsafe extern "C" {
    static environ: *mut *mut libc::c_char;
    fn posix_spawn_file_actions_addclosefrom_np(actions: *mut libc::posix_spawn_file_actions_t, from: i32) -> i32;
}

/// # Safety
/// The actions are initialised.
unsafe fn add_actions(target: *mut libc::posix_spawn_file_actions_t, actions: &[Action]) -> Sys<()> {
    for action in actions {
        // SAFETY: the caller vouches for the object; the library copies the paths.
        check(unsafe {
            match action {
                Action::Open { fd, path, flags, mode } => {
                    libc::posix_spawn_file_actions_addopen(target, *fd, path.as_ptr(), *flags, *mode)
                }
                Action::Close(fd) => libc::posix_spawn_file_actions_addclose(target, *fd),
                Action::Dup(from, to) => libc::posix_spawn_file_actions_adddup2(target, *from, *to),
                Action::CloseFrom(fd) => posix_spawn_file_actions_addclosefrom_np(target, *fd),
            }
        })?;
    }
    Ok(())
}

/// # Safety
/// The attributes are initialised.
unsafe fn set_attributes(target: *mut libc::posix_spawnattr_t, order: &Order) -> Sys<()> {
    /// glibc's flag for a new session.
    const SET_SESSION: i32 = 0x80;
    let mut flags = 0;
    // SAFETY: the caller vouches for the object; sets and numbers are copied.
    unsafe {
        if let Some(group) = order.group {
            check(libc::posix_spawnattr_setpgroup(target, group))?;
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if order.reset_ids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if order.new_session {
            flags |= SET_SESSION;
        }
        if let Some(mask) = &order.mask {
            check(libc::posix_spawnattr_setsigmask(target, &raw const *core::ptr::from_ref(&signal_set(mask))))?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(defaults) = &order.defaults {
            check(libc::posix_spawnattr_setsigdefault(target, &raw const *core::ptr::from_ref(&signal_set(defaults))))?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        if let Some(policy) = order.policy {
            check(libc::posix_spawnattr_setschedpolicy(target, policy))?;
            flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        if let Some(priority) = order.priority {
            let param = libc::sched_param { sched_priority: priority };
            check(libc::posix_spawnattr_setschedparam(target, &raw const param))?;
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        }
        check(libc::posix_spawnattr_setflags(target, flags as libc::c_short))
    }
}

/// Closes descriptors from one up to another, which stays open.
pub fn close_range(low: i32, high: i32) {
    if high <= low {
        return;
    }
    // SAFETY: numbers only.
    let result = unsafe { libc::syscall(libc::SYS_close_range, low, high - 1, 0) };
    if result != 0 {
        for fd in low..high.min(1 << 20) {
            // SAFETY: a number only.
            unsafe { libc::close(fd) };
        }
    }
}

/// What a child of `_posixsubprocess.fork_exec` is to do.
pub struct Child<'a> {
    /// Files to try, the first that can be executed.
    pub executables: &'a [CString],
    pub arguments: &'a [CString],
    pub environment: Option<&'a [CString]>,
    pub folder: Option<&'a CStr>,
    pub close_descriptors: bool,
    /// Descriptors to keep, rising.
    pub keep: &'a [i32],
    /// Parent's and child's ends of the pipes: stdin's reading end, and so on; -1 where there is none.
    pub p2cread: i32,
    pub p2cwrite: i32,
    pub c2pread: i32,
    pub c2pwrite: i32,
    pub errread: i32,
    pub errwrite: i32,
    pub errpipe_read: i32,
    pub errpipe_write: i32,
    pub restore_signals: bool,
    pub new_session: bool,
    /// Below zero for none.
    pub group: i32,
    pub gid: Option<u32>,
    pub groups: Option<&'a [u32]>,
    pub uid: Option<u32>,
    /// Below zero for none.
    pub umask: i32,
}

/// What is prepared before the fork, so that the child does not allocate.
pub struct Prepared<'a> {
    child: &'a Child<'a>,
    arguments: Vec<*mut libc::c_char>,
    environment: Option<Vec<*mut libc::c_char>>,
}

impl<'a> Prepared<'a> {
    /// Makes the lists that the system takes.
    #[must_use]
    pub fn new(child: &'a Child<'a>) -> Self {
        Prepared { child, arguments: pointers(child.arguments), environment: child.environment.map(pointers) }
    }

    /// What the child does. `before_exec` runs just before the program is replaced; it says whether it went well. Ends the process.
    pub fn run(&self, before_exec: &mut dyn FnMut() -> bool) -> ! {
        // SAFETY: the calls are safe after a fork, and take what was prepared before it.
        unsafe {
            let (errno, where_) = match self.prepare() {
                Ok(()) if before_exec() => {
                    if self.child.close_descriptors {
                        self.close_others();
                    }
                    (self.replace(), "")
                }
                Ok(()) => (-1, ""),
                Err(found) => found,
            };
            self.report(errno, where_);
            libc::_exit(255)
        }
    }

    /// Tells the parent: the exception's name, the error number in hexadecimal, what was being done.
    ///
    /// # Safety
    /// The process is a fresh child.
    unsafe fn report(&self, errno: i32, what: &str) {
        let write = |bytes: &[u8]| {
            // SAFETY: the bytes may be read.
            unsafe { libc::write(self.child.errpipe_write, bytes.as_ptr().cast(), bytes.len()) }
        };
        if errno < 0 {
            write(b"SubprocessError:0:Exception occurred in preexec_fn.");
            return;
        }
        let mut digits = [0u8; 8];
        let (mut at, mut rest) = (digits.len(), errno as u32);
        loop {
            at -= 1;
            digits[at] = b"0123456789ABCDEF"[(rest & 15) as usize];
            rest >>= 4;
            if rest == 0 {
                break;
            }
        }
        write(b"OSError:");
        write(&digits[at..]);
        write(b":");
        write(what.as_bytes());
    }

    /// Everything between the fork and the call before the program is replaced.
    ///
    /// # Safety
    /// The process is a fresh child.
    unsafe fn prepare(&self) -> Result<(), (i32, &'static str)> {
        const DONE: &str = "noexec";
        let child = self.child;
        let done = |result: i32| if result < 0 { Err((last_error(), DONE)) } else { Ok(result) };
        // SAFETY: system calls with numbers and prepared memory.
        unsafe {
            for fd in child.keep {
                if *fd != child.errpipe_write {
                    // One that is not open is the caller's mistake, which exec would not notice either.
                    let flags = libc::fcntl(*fd, libc::F_GETFD);
                    if flags >= 0 {
                        done(libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
                    }
                }
            }
            for fd in [child.p2cwrite, child.c2pread, child.errread] {
                if fd >= 0 {
                    done(libc::close(fd))?;
                }
            }
            done(libc::close(child.errpipe_read))?;
            // Ends that would be overwritten are moved out of the way.
            let mut c2pwrite = child.c2pwrite;
            if c2pwrite == 0 {
                c2pwrite = done(libc::dup(c2pwrite))?;
                done(libc::fcntl(c2pwrite, libc::F_SETFD, libc::FD_CLOEXEC))?;
            }
            let mut errwrite = child.errwrite;
            while errwrite == 0 || errwrite == 1 {
                errwrite = done(libc::dup(errwrite))?;
                done(libc::fcntl(errwrite, libc::F_SETFD, libc::FD_CLOEXEC))?;
            }
            for (from, to) in [(child.p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if from == to {
                    let flags = done(libc::fcntl(from, libc::F_GETFD))?;
                    done(libc::fcntl(from, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
                } else if from != -1 {
                    done(libc::dup2(from, to))?;
                }
            }
            if let Some(folder) = child.folder
                && libc::chdir(folder.as_ptr()) < 0
            {
                return Err((last_error(), "noexec:chdir"));
            }
            if child.umask >= 0 {
                libc::umask(child.umask as libc::mode_t);
            }
            if child.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if child.new_session {
                done(libc::setsid())?;
            }
            if child.group >= 0 {
                done(libc::setpgid(0, child.group))?;
            }
            // By system calls: the library's functions would signal threads that are not there.
            if let Some(groups) = child.groups {
                done(libc::syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr()) as i32)?;
            }
            if let Some(gid) = child.gid {
                done(libc::syscall(libc::SYS_setregid, gid, gid) as i32)?;
            }
            if let Some(uid) = child.uid {
                done(libc::syscall(libc::SYS_setreuid, uid, uid) as i32)?;
            }
        }
        Ok(())
    }

    /// Closes all descriptors from 3 but for those to keep.
    fn close_others(&self) {
        let mut low = 3;
        for fd in self.child.keep.iter().copied().filter(|fd| *fd >= 3) {
            close_range(low, fd);
            low = low.max(fd.saturating_add(1));
        }
        // SAFETY: numbers only.
        if unsafe { libc::syscall(libc::SYS_close_range, low, u32::MAX, 0) } != 0 {
            // SAFETY: numbers only.
            let most = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) };
            close_range(low, i32::try_from(most).unwrap_or(1 << 16).max(256));
        }
    }

    /// Tries to execute each of the files. Returns the error number that counts.
    ///
    /// # Safety
    /// The process is a fresh child.
    unsafe fn replace(&self) -> i32 {
        let mut saved = 0;
        let mut last = libc::ENOENT;
        for path in self.child.executables {
            // SAFETY: the strings live until the program is replaced; the lists end in a null.
            unsafe {
                match &self.environment {
                    Some(environment) => {
                        libc::execve(path.as_ptr(), self.arguments.as_ptr().cast(), environment.as_ptr().cast())
                    }
                    None => libc::execv(path.as_ptr(), self.arguments.as_ptr().cast()),
                };
            }
            last = last_error();
            if last != libc::ENOENT && last != libc::ENOTDIR && saved == 0 {
                saved = last;
            }
        }
        if saved != 0 { saved } else { last }
    }
}

/// Blocks all signals; returns the mask before.
pub fn block_signals() -> libc::sigset_t {
    // SAFETY: both sets are initialised by the library.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        let mut old: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, &raw mut old);
        old
    }
}

/// Sets the mask of signals.
pub fn restore_signals(mask: &libc::sigset_t) {
    // SAFETY: the mask is one that the library made.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, core::ptr::from_ref(mask), core::ptr::null_mut()) };
}
