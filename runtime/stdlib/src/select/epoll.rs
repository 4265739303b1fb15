//! `epoll`: an object of the kernel with descriptors, and what to wait for on each.

use core::cell::Cell;
use std::time::Duration;

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::{Timeout, calls, is_number};
use crate::host::{self, Round, fileno, int_or, or_raise};

static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("closed", "True if the epoll handler is closed", |vm, epoll| {
        Ok(vm.bool(this(&epoll.expect()).fd.get() < 0))
    })],
    ..ClassDef::new(
        "select.epoll",
        "Returns an epolling object.\n\n  sizehint\n    The expected number of events to be registered.  It must be positive,\n    or -1 to \
         use the default.  It is only used on older systems where\n    epoll_create1() is not available; otherwise it has no effect \
         (though its\n    value is still checked).\n  flags\n    Deprecated and completely ignored.  However, when supplied, its \
         value\n    must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.",
        Layout::Opaque,
    )
};

/// `select.epoll`.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class(&CLASS)
}

/// The state: the descriptor, below zero once closed.
struct Epoll {
    fd: Cell<i32>,
}

impl Drop for Epoll {
    fn drop(&mut self) {
        if self.fd.get() >= 0 {
            // There is nobody left to tell when this fails.
            let _ = calls::close(self.fd.replace(-1));
        }
    }
}

fn this(object: &Gc<Opaque>) -> &Epoll {
    object.state().expect("an epoll object has this state")
}

/// The descriptor, while it is open.
fn open(vm: &Vm, value: Value) -> PyResult<i32> {
    match this(&value.expect()).fd.get() {
        fd if fd >= 0 => Ok(fd),
        _ => Err(vm.value_error("I/O operation on closed epoll object")),
    }
}

fn make(vm: &Vm, class: Value, fd: i32) -> PyResult {
    Opaque::new(vm, class.expect(), Box::new(Epoll { fd: Cell::new(fd) })).map(Value::from)
}

fn close(vm: &Vm, value: Value) -> PyResult {
    let fd = this(&value.expect()).fd.replace(-1);
    if fd >= 0 {
        or_raise(vm, vm.allow_threads(|| calls::close(fd)))?;
    }
    Ok(vm.none())
}

fn control(vm: &Vm, args: &[Value], operation: i32, events: u32) -> PyResult {
    let epoll = open(vm, args[0])?;
    let fd = fileno(vm, args[1])?;
    or_raise(vm, vm.allow_threads(|| calls::epoll_control(epoll, operation, fd, events))).map(|_| vm.none())
}

fn mask(vm: &Vm, value: Value) -> PyResult<u32> {
    let default = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
    value.bound().map_or(Ok(default), |value| host::mask(vm, value).map(|bits| bits as u32))
}

#[methods(METHODS)]
impl Methods {
    /// Return the object.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        open(vm, args[0])?;
        Ok(args[0])
    }

    /// Close the object.
    #[method("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        close(vm, args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, sizehint=-1, flags=0)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let hint = int_or(vm, args[1], -1)?;
        if hint != -1 && hint <= 0 {
            return Err(vm.value_error("sizehint must be positive or -1"));
        }
        let flags = int_or(vm, args[2], 0)?;
        if flags != 0 && flags != libc::EPOLL_CLOEXEC {
            return Err(vm.raise(vm.types().os_error, "invalid flags"));
        }
        let fd = or_raise(vm, calls::epoll_create())?;
        make(vm, args[0], fd)
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method("close($self, /)")]
    fn close_object(vm: &Vm, args: &[Value]) -> PyResult {
        close(vm, args[0])
    }

    /// Return the epoll control file descriptor.
    #[method("fileno($self, /)")]
    fn fileno_of(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(open(vm, args[0])?))
    }

    /// Create an epoll object from a given control file descriptor.
    #[method("fromfd($type, fd, /)")]
    fn fromfd(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = host::int(vm, args[1])?;
        make(vm, args[0], fd)
    }

    /// Modify event mask for a registered file descriptor.
    #[method("modify($self, /, fd, eventmask)")]
    fn modify(vm: &Vm, args: &[Value]) -> PyResult {
        let events = mask(vm, args[2])?;
        control(vm, args, libc::EPOLL_CTL_MOD, events)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float); a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report, as a list of (fd, events) 2-tuples.
    #[method("poll($self, /, timeout=None, maxevents=-1)")]
    fn poll(vm: &Vm, args: &[Value]) -> PyResult {
        let epoll = open(vm, args[0])?;
        let timeout = match args[1].bound().filter(|timeout| *timeout != vm.none()) {
            None => Timeout::NEVER,
            Some(timeout) if is_number(vm, timeout) => {
                let wait = host::nanoseconds(vm, timeout, Round::Up)?;
                if wait > i64::from(i32::MAX) * 1_000_000 {
                    return Err(vm.overflow_error("timeout is too large"));
                }
                u64::try_from(wait).map_or(Timeout::NEVER, |wait| Timeout::after(Duration::from_nanos(wait)))
            }
            Some(_) => return Err(vm.type_error("timeout must be an integer or None")),
        };
        let most = match int_or(vm, args[2], -1)? {
            -1 => calls::SET_SIZE - 1,
            most if most < 1 => {
                return Err(vm.value_error(format!("maxevents must be greater than 0, got {most}")));
            }
            most => most,
        };
        // More than there can be descriptors are never ready.
        let most = usize::try_from(most).unwrap_or(1).min(1 << 20);
        let events = host::blocking_or_raise(vm, || calls::epoll_wait(epoll, most, timeout.left_milliseconds()))?;
        let list = List::with_capacity(vm, events.len())?;
        for (fd, events) in events {
            list.push(vm, vm.new_tuple(&[vm.new_int(i64::from(fd))?, vm.new_int(i64::from(events))?])?)?;
        }
        Ok(list.into())
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method("register($self, /, fd, eventmask=EPOLLIN | EPOLLPRI | EPOLLOUT)")]
    fn register(vm: &Vm, args: &[Value]) -> PyResult {
        let events = mask(vm, args[2])?;
        control(vm, args, libc::EPOLL_CTL_ADD, events)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method("unregister($self, /, fd)")]
    fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
        control(vm, args, libc::EPOLL_CTL_DEL, 0)
    }
}
