//! `socket`: the class, its state, and calls that wait.

use core::cell::Cell;
use core::ops::Deref;
use std::time::{Duration, Instant};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::{calls, messages, methods};
use crate::host::{self, Round, Sys, int_or, or_raise};

/// The class.
static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, methods::METHODS, messages::METHODS],
    getset: &[
        GetSetDef::member("family", "the socket family", |vm, socket| {
            vm.new_int(i64::from(This::of(socket).family.get()))
        }),
        GetSetDef::member("proto", "the socket protocol", |vm, socket| {
            vm.new_int(i64::from(This::of(socket).proto.get()))
        }),
        GetSetDef::readonly("timeout", "the socket timeout", |vm, socket| {
            show_timeout(vm, This::of(socket).timeout.get())
        }),
        GetSetDef::member("type", "the socket type", |vm, socket| vm.new_int(i64::from(This::of(socket).kind.get()))),
    ],
    ..ClassDef::new(
        "_socket.socket",
        "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, \
         fileno=None) -> socket object\n\nOpen a socket of the given type. The family defaults to AF_INET, the type to \
         SOCK_STREAM. With a file descriptor,\nfamily, type and protocol are those of its socket, unless they are given. The \
         socket is not inherited by other programs.",
        Layout::Opaque,
    )
};

/// `_socket.socket`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&CLASS)
}

/// The state of a socket.
pub(super) struct Socket {
    /// Below zero when it is closed.
    pub(super) fd: Cell<i32>,
    pub(super) family: Cell<i32>,
    pub(super) kind: Cell<i32>,
    pub(super) proto: Cell<i32>,
    /// Nanoseconds that a call waits: none for 0, without end below zero.
    pub(super) timeout: Cell<i64>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // There is nobody left to tell when this fails.
            let _ = calls::close(self.fd.replace(-1));
        }
    }
}

/// A socket object, for its state.
#[derive(Clone, Copy)]
pub(super) struct This(Gc<Opaque>);

impl This {
    pub(super) fn of(value: Value) -> This {
        This(value.expect())
    }
}

impl Deref for This {
    type Target = Socket;

    fn deref(&self) -> &Socket {
        self.0.state().expect("a socket object has this state")
    }
}

fn empty() -> Socket {
    Socket { fd: Cell::new(-1), family: Cell::new(0), kind: Cell::new(0), proto: Cell::new(0), timeout: Cell::new(-1) }
}

// ---- timeouts --------------------------------------------------------------------------------------------------------------

/// How long new sockets wait.
pub(super) fn default_timeout(vm: &Vm) -> i64 {
    vm.module_value(&CLASS).and_then(Value::as_int).unwrap_or(-1)
}

/// Sets how long new sockets wait.
pub(super) fn set_default_timeout(vm: &Vm, timeout: i64) -> PyResult<()> {
    vm.set_module_value(&CLASS, vm.new_int(timeout)?);
    Ok(())
}

/// A number of seconds, or None for a wait without end.
pub(super) fn read_timeout(vm: &Vm, value: Value) -> PyResult<i64> {
    if value == vm.none() {
        return Ok(-1);
    }
    let timeout = host::nanoseconds(vm, value, Round::Up)?;
    if timeout < 0 { Err(vm.value_error("Timeout value out of range")) } else { Ok(timeout) }
}

/// The same the other way round.
pub(super) fn show_timeout(vm: &Vm, timeout: i64) -> PyResult {
    if timeout < 0 { Ok(vm.none()) } else { vm.new_float(timeout as f64 / 1e9) }
}

// ---- calls that wait -------------------------------------------------------------------------------------------------------

/// What a call waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    Read,
    Write,
    /// The end of a `connect`, for which sockets that block wait as well.
    Connect,
}

/// The end of a time in which several calls are made.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    timeout: i64,
    end: Option<Instant>,
}

impl Deadline {
    pub(super) fn of(socket: &Socket) -> Deadline {
        let timeout = socket.timeout.get();
        let end = u64::try_from(timeout).ok().filter(|timeout| *timeout > 0);
        Deadline { timeout, end: end.and_then(|timeout| Instant::now().checked_add(Duration::from_nanos(timeout))) }
    }

    /// What is left, as `poll` takes it; `None` when the time is over.
    fn left(&self) -> Option<i32> {
        if self.timeout < 0 {
            return Some(-1);
        }
        let Some(end) = self.end else { return Some(i32::MAX) };
        let left = end.checked_duration_since(Instant::now())?;
        Some(i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX))
    }
}

/// Why a call failed.
pub(super) enum Failure {
    TimedOut,
    System(i32),
}

impl Failure {
    /// The exception.
    pub(super) fn raise(self, vm: &Vm) -> orochi_vm::Raised {
        match self {
            Failure::TimedOut => vm.raise(vm.types().timeout_error, "timed out"),
            Failure::System(errno) => vm.os_error(errno, vm.none()),
        }
    }
}

/// Makes a call of the system on a socket. With a timeout it waits until the socket is ready first; when that was a mistake it waits
/// again. Signals are handled in between (PEP 475).
pub(super) fn try_call<T>(
    vm: &Vm,
    socket: &Socket,
    ready: Ready,
    deadline: Deadline,
    mut call: impl FnMut(i32) -> Sys<T>,
) -> PyResult<Result<T, Failure>> {
    let waits = deadline.timeout > 0 || ready == Ready::Connect;
    let events = match ready {
        Ready::Read => libc::POLLIN,
        Ready::Write => libc::POLLOUT,
        Ready::Connect => libc::POLLOUT | libc::POLLERR,
    };
    loop {
        // Another thread may have closed it: then the call says so.
        if waits && socket.fd.get() >= 0 {
            let Some(left) = deadline.left() else { return Ok(Err(Failure::TimedOut)) };
            let fd = socket.fd.get();
            match vm.allow_threads(|| calls::wait(fd, events, left)) {
                Ok(true) => {}
                // `poll` can wait for less time than may be left.
                Ok(false) if left == i32::MAX => continue,
                Ok(false) => return Ok(Err(Failure::TimedOut)),
                Err(libc::EINTR) => {
                    vm.poll()?;
                    continue;
                }
                Err(errno) => return Ok(Err(Failure::System(errno))),
            }
        }
        let fd = socket.fd.get();
        match vm.allow_threads(|| call(fd)) {
            Ok(result) => return Ok(Ok(result)),
            Err(libc::EINTR) => vm.poll()?,
            Err(libc::EAGAIN) if socket.timeout.get() > 0 && waits => {}
            Err(errno) => return Ok(Err(Failure::System(errno))),
        }
    }
}

/// The same with an exception for what failed.
pub(super) fn call<T>(vm: &Vm, socket: &Socket, ready: Ready, f: impl FnMut(i32) -> Sys<T>) -> PyResult<T> {
    vm.poll()?;
    try_call(vm, socket, ready, Deadline::of(socket), f)?.map_err(|failure| failure.raise(vm))
}

/// A call that does not wait for anything.
pub(super) fn simple<T>(vm: &Vm, socket: &Socket, f: impl FnOnce(i32) -> Sys<T>) -> PyResult<T> {
    let fd = socket.fd.get();
    or_raise(vm, vm.allow_threads(|| f(fd)))
}

// ---- making and ending -----------------------------------------------------------------------------------------------------

/// Has an object stand for a socket of the system.
fn set(vm: &Vm, socket: &Socket, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<()> {
    let timeout = if kind & libc::SOCK_NONBLOCK != 0 { 0 } else { default_timeout(vm) };
    if timeout >= 0 && kind & libc::SOCK_NONBLOCK == 0 {
        or_raise(vm, calls::set_blocking(fd, false))?;
    }
    socket.family.set(family);
    socket.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
    socket.proto.set(proto);
    socket.timeout.set(timeout);
    socket.fd.set(fd);
    Ok(())
}

/// An object of the class itself for a socket of the system, which it owns from now on.
pub(super) fn make(vm: &Vm, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult {
    // What cannot be made is closed.
    let state = empty();
    state.fd.set(fd);
    set(vm, &state, fd, family, kind, proto)?;
    Opaque::new(vm, class(vm)?, Box::new(state)).map(Value::from)
}

/// Family, kind and protocol of a socket that there is, where they are not given.
fn look_at(vm: &Vm, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<(i32, i32, i32)> {
    let family = match calls::own_address(fd, calls::Address::ROOM) {
        Ok(address) if family == -1 => address.family(),
        Ok(_) => family,
        // Some kinds of socket have no address.
        Err(errno) if family == -1 || errno == libc::EBADF || errno == libc::ENOTSOCK => {
            return Err(vm.os_error(errno, vm.none()));
        }
        Err(_) => family,
    };
    let option = |given: i32, name: i32| match given {
        -1 => or_raise(vm, calls::number_option(fd, libc::SOL_SOCKET, name)),
        _ => Ok(given),
    };
    Ok((family, option(kind, libc::SO_TYPE)?, option(proto, libc::SO_PROTOCOL)?))
}

/// Closes a socket; one whose peer is gone is closed as well.
pub(super) fn close(vm: &Vm, fd: i32) -> PyResult<()> {
    match vm.allow_threads(|| calls::close(fd)) {
        Err(errno) if errno != libc::ECONNRESET => Err(vm.os_error(errno, vm.none())),
        _ => Ok(()),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Called when the instance is about to be destroyed.
    #[method("__del__($self, /)")]
    fn del(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        if socket.fd.get() < 0 {
            return Ok(vm.none());
        }
        let shown = vm.repr(args[0]).map(|text| format!("unclosed {text}"));
        let warned = shown.and_then(|text| vm.warn_about(vm.types().resource_warning, &text, 1, args[0]));
        if let Err(raised) = warned {
            let is_warning = vm.pending_is(vm.types().warning);
            let exception = vm.take_exception(raised);
            if is_warning {
                let text = format!("Exception ignored while finalizing socket {}", vm.display_repr(args[0]));
                vm.report_unraisable_as(exception, &text);
            }
        }
        let fd = socket.fd.replace(-1);
        if fd >= 0 {
            let _ = vm.allow_threads(|| calls::close(fd));
        }
        Ok(vm.none())
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let (family, kind, proto) = (int_or(vm, args[1], -1)?, int_or(vm, args[2], -1)?, int_or(vm, args[3], -1)?);
        if let Some(fileno) = args[4].bound().filter(|fileno| *fileno != vm.none()) {
            let fd = host::long(vm, fileno)? as i32;
            if fd < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            let (family, kind, proto) = look_at(vm, fd, family, kind, proto)?;
            set(vm, &socket, fd, family, kind, proto)?;
            return Ok(vm.none());
        }
        let family = if family == -1 { libc::AF_INET } else { family };
        let kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
        let proto = if proto == -1 { 0 } else { proto };
        let fd = or_raise(vm, vm.allow_threads(|| calls::socket(family, kind, proto)))?;
        if let Err(raised) = set(vm, &socket, fd, family, kind, proto) {
            let _ = calls::close(fd);
            return Err(raised);
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(empty())).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let (fd, family, kind, proto) = (socket.fd.get(), socket.family.get(), socket.kind.get(), socket.proto.get());
        vm.new_str(&format!("<socket object, fd={fd}, family={family}, type={kind}, proto={proto}>"))
    }
}
