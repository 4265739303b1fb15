//! The system around the process: its environment, limits, names, terminals, randomness.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Value, Vm, struct_sequence};

use super::calls;
use super::constants::{CONFSTR, PATHCONF, SYSCONF};
use super::path::Spec;
use crate::host::{self, fileno, int, int_or, or_raise, ssize};

struct_sequence! {
    pub static TERMINAL_SIZE = "os.terminal_size", "A tuple of (columns, lines) for holding terminal window size", [
        0 "columns" "width of the terminal window in characters",
        1 "lines" "height of the terminal window in characters",
    ]
}

struct_sequence! {
    pub static TIMES_RESULT = "posix.times_result", "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.", [
        0 "user" "user time",
        1 "system" "system time",
        2 "children_user" "user time of children",
        3 "children_system" "system time of children",
        4 "elapsed" "elapsed time since an arbitrary point in the past",
    ]
}

struct_sequence! {
    pub static UNAME_RESULT = "posix.uname_result", "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.", [
        0 "sysname" "operating system name",
        1 "nodename" "name of machine on network (implementation-defined)",
        2 "release" "operating system release",
        3 "version" "operating system version",
        4 "machine" "hardware identifier",
    ]
}

/// The environment as `os.environ` begins with: bytes by bytes. Of two values of a name the first counts.
pub(super) fn environment(vm: &Vm) -> PyResult<Gc<Dict>> {
    let dict = Dict::new(vm)?;
    for (name, value) in calls::environment() {
        let name = vm.new_bytes(&name)?;
        if dict.get(vm, name)?.is_none() {
            dict.set(vm, name, vm.new_bytes(&value)?)?;
        }
    }
    Ok(dict)
}

/// A name of a table such as `sysconf_names`, or its number.
fn configuration(vm: &Vm, value: Value, table: &[(&str, i64)]) -> PyResult<i32> {
    if let Some(name) = value.cast::<Str>() {
        return match table.iter().find(|(known, _)| name.equals_str(known)) {
            Some((_, number)) => Ok(*number as i32),
            None => Err(vm.value_error("unrecognized configuration name")),
        };
    }
    if vm.try_index(value)?.is_none() {
        return Err(vm.type_error("configuration names must be strings or integers"));
    }
    int(vm, value)
}

/// A file descriptor that may be left out.
fn standard_output(vm: &Vm, value: Value) -> PyResult<i32> {
    int_or(vm, value, 1)
}

/// A whole buffer of random bytes.
fn random(vm: &Vm, size: usize, flags: u32) -> PyResult<Vec<u8>> {
    vm.check_room_for(size)?;
    let mut bytes = vec![0; size];
    let mut filled = 0;
    while filled < size {
        let rest = &mut bytes[filled..];
        filled += host::blocking_or_raise(vm, || calls::getrandom(rest, flags))? as usize;
    }
    Ok(bytes)
}

fn int_pair(vm: &Vm, pair: (i32, i32)) -> PyResult {
    vm.new_tuple(&[vm.new_int(i64::from(pair.0))?, vm.new_int(i64::from(pair.1))?])
}

/// Nanoseconds of a time of the system.
fn nanoseconds_of(time: libc::timespec) -> i128 {
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}

fn timer_pair(vm: &Vm, setting: libc::itimerspec, nanoseconds: bool) -> PyResult {
    let [value, interval] = [setting.it_value, setting.it_interval].map(nanoseconds_of);
    if nanoseconds {
        let number = |value: i128| vm.new_big_int(dashu_int::IBig::from(value));
        return vm.new_tuple(&[number(value)?, number(interval)?]);
    }
    let number = |value: i128| vm.new_float(value as f64 / 1e9);
    vm.new_tuple(&[number(value)?, number(interval)?])
}

/// Sets a timer from seconds or nanoseconds.
fn set_timer(vm: &Vm, args: &[Value], nanoseconds: bool) -> PyResult {
    let fd = fileno(vm, args[0])?;
    let flags = int_or(vm, args[1], 0)?;
    let read = |value: Value| -> PyResult<libc::timespec> {
        let all = match value.bound() {
            None => 0,
            Some(value) if nanoseconds => i128::from(host::long_long(vm, value)?),
            Some(value) => i128::from(host::nanoseconds(vm, value, host::Round::Up)?),
        };
        let seconds = i64::try_from(all.div_euclid(1_000_000_000)).unwrap_or(i64::MAX);
        Ok(libc::timespec { tv_sec: seconds, tv_nsec: all.rem_euclid(1_000_000_000) as i64 })
    };
    let setting = libc::itimerspec { it_value: read(args[2])?, it_interval: read(args[3])? };
    let old = or_raise(vm, calls::timerfd_settime(fd, flags, setting))?;
    timer_pair(vm, old, nanoseconds)
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Create the environment dictionary.
    #[method("_create_environ()")]
    fn create_environ(vm: &Vm, _: &[Value]) -> PyResult {
        environment(vm).map(Value::from)
    }

    /// Return a string-valued system configuration variable.
    #[method("confstr(name, /)")]
    fn confstr(vm: &Vm, args: &[Value]) -> PyResult {
        match or_raise(vm, calls::confstr(configuration(vm, args[0], CONFSTR)?))? {
            Some(text) => vm.fs_decode(&text).map(Value::from),
            None => Ok(vm.none()),
        }
    }

    /// Return the number of logical CPUs in the system. Return None if indeterminable.
    #[method("cpu_count()")]
    fn cpu_count(vm: &Vm, _: &[Value]) -> PyResult {
        match calls::online_processors() {
            count if count > 0 => vm.new_int(count),
            _ => Ok(vm.none()),
        }
    }

    /// Return the name of the controlling terminal for this process.
    #[method("ctermid()")]
    fn ctermid(vm: &Vm, _: &[Value]) -> PyResult {
        vm.fs_decode(&calls::ctermid()).map(Value::from)
    }

    /// Return the configuration limit name for the file descriptor fd. If there is no limit, return -1.
    #[method("fpathconf(fd, name, /)")]
    fn fpathconf(vm: &Vm, args: &[Value]) -> PyResult {
        let (fd, name) = (fileno(vm, args[0])?, configuration(vm, args[1], PATHCONF)?);
        vm.new_int(or_raise(vm, calls::pathconf(fd, None, name))?)
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over the last 1, 5, and 15 minutes as a tuple of three
    /// floats. Raises OSError if the load average was unobtainable.
    #[method("getloadavg()")]
    fn getloadavg(vm: &Vm, _: &[Value]) -> PyResult {
        let Some([one, five, fifteen]) = calls::getloadavg() else {
            return Err(vm.raise(vm.types().os_error, "Load averages are unobtainable"));
        };
        vm.new_tuple(&[vm.new_float(one)?, vm.new_float(five)?, vm.new_float(fifteen)?])
    }

    /// Obtain a series of random bytes.
    #[method("getrandom(size, flags=0)")]
    fn getrandom(vm: &Vm, args: &[Value]) -> PyResult {
        let (size, flags) = (ssize(vm, args[0])?, int_or(vm, args[1], 0)?);
        let Ok(size) = usize::try_from(size) else { return host::raise(vm, libc::EINVAL) };
        vm.check_room_for(size)?;
        let mut bytes = vec![0; size];
        let count = host::blocking_or_raise(vm, || calls::getrandom(&mut bytes, flags as u32))?;
        vm.new_bytes(&bytes[..count as usize])
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies which file descriptor should be queried. If the file descriptor is
    /// not connected to a terminal, an OSError is thrown.
    #[method("get_terminal_size(fd=<unrepresentable>, /)")]
    fn get_terminal_size(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = standard_output(vm, args[0])?;
        let (columns, lines) = or_raise(vm, calls::terminal_size(fd))?;
        vm.new_struct(&TERMINAL_SIZE, &[vm.new_int(i64::from(columns))?, vm.new_int(i64::from(lines))?])
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    #[method("login_tty(fd, /)")]
    fn login_tty(vm: &Vm, args: &[Value]) -> PyResult {
        or_raise(vm, calls::login_tty(fileno(vm, args[0])?)).map(|_| vm.none())
    }

    /// Grant access to the slave pseudo-terminal device.
    #[method("grantpt(fd, /)")]
    fn grantpt(vm: &Vm, args: &[Value]) -> PyResult {
        or_raise(vm, calls::grantpt(fileno(vm, args[0])?)).map(|_| vm.none())
    }

    /// Open a pseudo-terminal. Return a tuple of (master_fd, slave_fd) containing open file descriptors for both ends.
    #[method("openpty()")]
    fn openpty(vm: &Vm, _: &[Value]) -> PyResult {
        let (main, other) = or_raise(vm, calls::openpty())?;
        for fd in [main, other] {
            or_raise(vm, calls::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC))?;
        }
        int_pair(vm, (main, other))
    }

    /// Return the configuration limit name for the file or directory path. If there is no limit, return -1.
    #[method("pathconf(path, name)")]
    fn pathconf(vm: &Vm, args: &[Value]) -> PyResult {
        let path = Spec::new("pathconf").or_fd().read(vm, args[0])?;
        let name = configuration(vm, args[1], PATHCONF)?;
        let limit = path.check(vm, calls::pathconf(path.fd().unwrap_or(-1), path.path(), name))?;
        vm.new_int(limit)
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    #[method("posix_openpt(oflag, /)")]
    fn posix_openpt(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::posix_openpt(int(vm, args[0])?))?))
    }

    /// Return the name of the slave pseudo-terminal device.
    #[method("ptsname(fd, /)")]
    fn ptsname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = or_raise(vm, calls::ptsname(fileno(vm, args[0])?))?;
        vm.fs_decode(&name).map(Value::from)
    }

    /// Change or add an environment variable.
    #[method("putenv(name, value, /)")]
    fn putenv(vm: &Vm, args: &[Value]) -> PyResult {
        let (name, value) = (vm.system_path(args[0])?, vm.system_path(args[1])?);
        if name.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        or_raise(vm, calls::setenv(&name, &value)).map(|_| vm.none())
    }

    /// Translate an error code to a message string.
    #[method("strerror(code, /)")]
    fn strerror(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&orochi_vm::types::exception::os_error::error_text(int(vm, args[0])?))
    }

    /// Return an integer-valued system configuration variable.
    #[method("sysconf(name, /)")]
    fn sysconf(vm: &Vm, args: &[Value]) -> PyResult {
        let name = configuration(vm, args[0], SYSCONF)?;
        vm.new_int(or_raise(vm, calls::sysconf(name))?)
    }

    /// Return the process group associated with the terminal specified by fd.
    #[method("tcgetpgrp(fd, /)")]
    fn tcgetpgrp(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::tcgetpgrp(int(vm, args[0])?))?))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[method("tcsetpgrp(fd, pgid, /)")]
    fn tcsetpgrp(vm: &Vm, args: &[Value]) -> PyResult {
        or_raise(vm, calls::tcsetpgrp(int(vm, args[0])?, int(vm, args[1])?)).map(|_| vm.none())
    }

    /// Create and return a timer file descriptor.
    #[method("timerfd_create(clockid, /, *, flags=524288)")]
    fn timerfd_create(vm: &Vm, args: &[Value]) -> PyResult {
        let (clock, flags) = (int(vm, args[0])?, int_or(vm, args[1], libc::TFD_CLOEXEC)?);
        vm.new_int(i64::from(or_raise(vm, calls::timerfd_create(clock, flags))?))
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
    #[method("timerfd_gettime(fd, /)")]
    fn timerfd_gettime(vm: &Vm, args: &[Value]) -> PyResult {
        timer_pair(vm, or_raise(vm, calls::timerfd_gettime(fileno(vm, args[0])?))?, false)
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
    #[method("timerfd_gettime_ns(fd, /)")]
    fn timerfd_gettime_ns(vm: &Vm, args: &[Value]) -> PyResult {
        timer_pair(vm, or_raise(vm, calls::timerfd_gettime(fileno(vm, args[0])?))?, true)
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    #[method("timerfd_settime(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(vm: &Vm, args: &[Value]) -> PyResult {
        set_timer(vm, args, false)
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    #[method("timerfd_settime_ns(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(vm: &Vm, args: &[Value]) -> PyResult {
        set_timer(vm, args, true)
    }

    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields: (utime, stime, cutime, cstime, elapsed_time). All fields are
    /// floating-point numbers.
    #[method("times()")]
    fn times(vm: &Vm, _: &[Value]) -> PyResult {
        let ticks = calls::sysconf(libc::_SC_CLK_TCK).unwrap_or(100) as f64;
        let mut values = [Value::ZERO; 5];
        for (value, count) in values.iter_mut().zip(or_raise(vm, calls::times())?) {
            *value = vm.new_float(count as f64 / ticks)?;
        }
        vm.new_struct(&TIMES_RESULT, &values)
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[method("ttyname(fd, /)")]
    fn ttyname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = or_raise(vm, calls::ttyname(int(vm, args[0])?))?;
        vm.fs_decode(&name).map(Value::from)
    }

    /// Return an object identifying the current operating system.
    #[method("uname()")]
    fn uname(vm: &Vm, _: &[Value]) -> PyResult {
        let mut values = [Value::ZERO; 5];
        for (value, text) in values.iter_mut().zip(or_raise(vm, calls::uname())?) {
            *value = vm.fs_decode(&text)?.into();
        }
        vm.new_struct(&UNAME_RESULT, &values)
    }

    /// Unlock a pseudo-terminal master/slave pair.
    #[method("unlockpt(fd, /)")]
    fn unlockpt(vm: &Vm, args: &[Value]) -> PyResult {
        or_raise(vm, calls::unlockpt(fileno(vm, args[0])?)).map(|_| vm.none())
    }

    /// Delete an environment variable.
    #[method("unsetenv(name, /)")]
    fn unsetenv(vm: &Vm, args: &[Value]) -> PyResult {
        or_raise(vm, calls::unsetenv(&vm.system_path(args[0])?)).map(|_| vm.none())
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[method("urandom(size, /)")]
    fn urandom(vm: &Vm, args: &[Value]) -> PyResult {
        let Ok(size) = usize::try_from(ssize(vm, args[0])?) else {
            return Err(vm.value_error("negative argument not allowed"));
        };
        vm.new_bytes(&random(vm, size, 0)?)
    }

    /// Return whether the interpreter runs a hook while it waits for input: it does not.
    #[method("_is_inputhook_installed()")]
    fn is_inputhook_installed(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Call the hook that runs while input is waited for: there is none.
    #[method("_inputhook()")]
    fn inputhook(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(0)
    }
}
