//! `poll`: an object with descriptors, and what to wait for on each.

use core::cell::{Cell, RefCell};
use std::time::Duration;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Value, Vm};

use super::{Timeout, calls, is_number};
use crate::host::{self, Round, fileno};

static CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, methods: &[METHODS], ..ClassDef::new("select.poll", "", Layout::Opaque) };

/// The state.
#[derive(Default)]
struct Poll {
    /// Descriptors in the order in which they were registered, each with what is waited for.
    wanted: RefCell<Vec<(i32, u16)>>,
    busy: Cell<bool>,
}

/// A new object.
pub(super) fn new(vm: &Vm) -> PyResult {
    Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(Poll::default())).map(Value::from)
}

fn this(object: &Gc<Opaque>) -> &Poll {
    object.state().expect("a poll object has this state")
}

/// What to wait for.
fn mask(vm: &Vm, value: Value) -> PyResult<u16> {
    let Some(value) = value.bound() else { return Ok((libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16) };
    let number = vm.index(value)?;
    let clamped = orochi_vm::types::int::to_i64_clamped(number);
    if clamped < 0 {
        return Err(vm.value_error("value must be positive"));
    }
    u16::try_from(clamped).map_err(|_| vm.overflow_error("Python int too large to convert to C unsigned short"))
}

#[methods(METHODS)]
impl Methods {
    /// Modify an already registered file descriptor.
    #[method("modify($self, fd, eventmask, /)")]
    fn modify(vm: &Vm, args: &[Value]) -> PyResult {
        let (object, fd, mask) = (args[0].expect::<Opaque>(), fileno(vm, args[1])?, mask(vm, args[2])?);
        match this(&object).wanted.borrow_mut().iter_mut().find(|(known, _)| *known == fd) {
            Some((_, wanted)) => {
                *wanted = mask;
                Ok(vm.none())
            }
            None => host::raise(vm, libc::ENOENT),
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to report, as a list of (fd, event) 2-tuples. timeout is the
    /// maximum time to wait in milliseconds, or else None (or a negative value) to wait indefinitely.
    #[method("poll($self, timeout=None, /)")]
    fn poll(vm: &Vm, args: &[Value]) -> PyResult {
        let timeout = match args[1].bound().filter(|timeout| *timeout != vm.none()) {
            None => Timeout::NEVER,
            Some(timeout) if is_number(vm, timeout) => milliseconds(vm, timeout)?,
            Some(_) => return Err(vm.type_error("timeout must be an integer or None")),
        };
        let object: Gc<Opaque> = args[0].expect();
        let state = this(&object);
        if state.busy.replace(true) {
            return Err(vm.runtime_error("concurrent poll() invocation"));
        }
        let mut list: Vec<libc::pollfd> = state
            .wanted
            .borrow()
            .iter()
            .map(|(fd, events)| libc::pollfd { fd: *fd, events: *events as i16, revents: 0 })
            .collect();
        let result = host::blocking_or_raise(vm, || calls::poll(&mut list, timeout.left_milliseconds()));
        state.busy.set(false);
        result?;
        let ready = List::with_capacity(vm, 0)?;
        for entry in list.iter().filter(|entry| entry.revents != 0) {
            let pair = [vm.new_int(i64::from(entry.fd))?, vm.new_int(i64::from(entry.revents as u16))?];
            ready.push(vm, vm.new_tuple(&pair)?)?;
        }
        Ok(ready.into())
    }

    /// Register a file descriptor with the polling object.
    #[method("register($self, fd, eventmask=POLLIN | POLLPRI | POLLOUT, /)")]
    fn register(vm: &Vm, args: &[Value]) -> PyResult {
        let (object, fd, mask) = (args[0].expect::<Opaque>(), fileno(vm, args[1])?, mask(vm, args[2])?);
        let mut wanted = this(&object).wanted.borrow_mut();
        match wanted.iter_mut().find(|(known, _)| *known == fd) {
            Some((_, events)) => *events = mask,
            None => wanted.push((fd, mask)),
        }
        Ok(vm.none())
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method("unregister($self, fd, /)")]
    fn unregister(vm: &Vm, args: &[Value]) -> PyResult {
        let (object, fd) = (args[0].expect::<Opaque>(), fileno(vm, args[1])?);
        let mut wanted = this(&object).wanted.borrow_mut();
        match wanted.iter().position(|(known, _)| *known == fd) {
            Some(place) => {
                wanted.remove(place);
                Ok(vm.none())
            }
            None => Err(vm.key_error(vm.new_int(i64::from(fd))?)),
        }
    }
}

/// A number of milliseconds. One below zero means a wait without end.
fn milliseconds(vm: &Vm, timeout: Value) -> PyResult<Timeout> {
    let too_large = || vm.overflow_error("timeout is too large");
    let wait = match timeout.as_float() {
        Some(float) if float.is_nan() => return Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(float) => Round::Up.float(float),
        None => match orochi_vm::types::int::to_i64(vm.index(timeout)?) {
            Some(number) => number as f64,
            None => return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t")),
        },
    };
    if wait < 0.0 {
        // One that no number of milliseconds can say is an error all the same.
        return if wait < f64::from(i32::MIN) { Err(too_large()) } else { Ok(Timeout::NEVER) };
    }
    if wait > f64::from(i32::MAX) {
        return Err(too_large());
    }
    Ok(Timeout::after(Duration::from_millis(wait as u64)))
}
