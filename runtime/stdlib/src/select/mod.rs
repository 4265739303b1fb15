//! `select`: waiting for descriptors with `select`, `poll` and `epoll`.

mod calls;
mod epoll;
mod poll;

use std::time::{Duration, Instant};

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

use crate::host::{self, Round, fileno};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only \
          sockets are supported; on Unix, all file descriptors.",
    functions: FUNCTIONS,
    init: |vm, module| {
        crate::add_constants(vm, module, CONSTANTS)?;
        module.dict().set_str(vm, vm.intern("error"), vm.types().os_error.into())?;
        module.dict().set_str(vm, vm.intern("epoll"), epoll::class(vm)?.into())
    },
};

static CONSTANTS: &[(&str, i64)] = &[
    ("EPOLLERR", libc::EPOLLERR as i64),
    ("EPOLLET", libc::EPOLLET as u32 as i64),
    ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
    ("EPOLLHUP", libc::EPOLLHUP as i64),
    ("EPOLLIN", libc::EPOLLIN as i64),
    ("EPOLLMSG", libc::EPOLLMSG as i64),
    ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
    ("EPOLLOUT", libc::EPOLLOUT as i64),
    ("EPOLLPRI", libc::EPOLLPRI as i64),
    ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
    ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
    ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
    ("EPOLLWAKEUP", libc::EPOLLWAKEUP as i64),
    ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
    ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
    ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
    ("PIPE_BUF", libc::PIPE_BUF as i64),
    ("POLLERR", libc::POLLERR as i64),
    ("POLLHUP", libc::POLLHUP as i64),
    ("POLLIN", libc::POLLIN as i64),
    ("POLLMSG", 1024),
    ("POLLNVAL", libc::POLLNVAL as i64),
    ("POLLOUT", libc::POLLOUT as i64),
    ("POLLPRI", libc::POLLPRI as i64),
    ("POLLRDBAND", libc::POLLRDBAND as i64),
    ("POLLRDHUP", libc::POLLRDHUP as i64),
    ("POLLRDNORM", libc::POLLRDNORM as i64),
    ("POLLWRBAND", libc::POLLWRBAND as i64),
    ("POLLWRNORM", libc::POLLWRNORM as i64),
];

/// How long to wait, and from when.
#[derive(Clone, Copy)]
struct Timeout {
    end: Option<Instant>,
    wait: Duration,
}

impl Timeout {
    /// Without an end.
    const NEVER: Timeout = Timeout { end: None, wait: Duration::ZERO };

    fn after(wait: Duration) -> Timeout {
        Timeout { end: Instant::now().checked_add(wait), wait }
    }

    /// What is left of it, by now; `None` for a wait without end.
    fn left(&self) -> Option<Duration> {
        if self.wait.is_zero() {
            return self.end.map(|_| Duration::ZERO);
        }
        self.end.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// The same in milliseconds, rounded up, as `poll` takes it.
    fn left_milliseconds(&self) -> i32 {
        match self.left() {
            None => -1,
            Some(left) => i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX),
        }
    }
}

fn is_number(vm: &Vm, value: Value) -> bool {
    value.as_float().is_some() || vm.class_of(value).special(orochi_vm::Special::Index).is_bound() || value.is_int()
}

/// Descriptors of a sequence's items, with the items.
fn descriptors(vm: &Vm, sequence: Value) -> PyResult<(Gc<Tuple>, Vec<i32>)> {
    if vm.class_of(sequence).lookup(vm, vm.intern("__iter__")).is_none()
        && vm.class_of(sequence).lookup(vm, vm.intern("__getitem__")).is_none()
    {
        return Err(vm.type_error("arguments 1-3 must be sequences"));
    }
    // A list is gone through as it is: `fileno` methods may change it.
    let list = match sequence.cast::<List>() {
        Some(list) => list,
        None => vm.list_from(sequence)?,
    };
    let items = List::with_capacity(vm, list.len())?;
    let mut numbers = Vec::new();
    while let Some(item) = list.get(numbers.len()) {
        let number = fileno(vm, item)?;
        if number >= calls::SET_SIZE {
            return Err(vm.value_error("filedescriptor out of range in select()"));
        }
        if numbers.len() >= calls::SET_SIZE as usize {
            return Err(vm.value_error("too many file descriptors in select()"));
        }
        items.push(vm, item)?;
        numbers.push(number);
    }
    Ok((items.to_tuple(vm)?, numbers))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Returns a polling object, which supports registering and unregistering file descriptors, and then polling them for I/O events.
    #[method("poll()")]
    fn poll_object(vm: &Vm, _: &[Value]) -> PyResult {
        poll::new(vm)
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for: rlist -- wait until ready for reading, wlist -- wait
    /// until ready for writing, xlist -- wait for an "exceptional condition". If only one kind of condition is required, pass [] for
    /// the other lists. A file descriptor is either a socket or file object, or a small integer gotten from a fileno() method call on
    /// one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be a non-integer to specify fractions of seconds. If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three arguments; each contains the subset of the
    /// corresponding file descriptors that are ready.
    #[method("select(rlist, wlist, xlist, timeout=None, /)")]
    fn select(vm: &Vm, args: &[Value]) -> PyResult {
        let timeout = match args[3].bound().filter(|timeout| *timeout != vm.none()) {
            None => Timeout::NEVER,
            Some(timeout) if is_number(vm, timeout) => {
                let wait = host::nanoseconds(vm, timeout, Round::Up)?;
                let Ok(wait) = u64::try_from(wait) else {
                    return Err(vm.value_error("timeout must be non-negative"));
                };
                Timeout::after(Duration::from_nanos(wait))
            }
            Some(_) => return Err(vm.type_error("timeout must be a float or None")),
        };
        let (read, read_numbers) = descriptors(vm, args[0])?;
        let (write, write_numbers) = descriptors(vm, args[1])?;
        let (except, except_numbers) = descriptors(vm, args[2])?;
        let wanted = [&read_numbers, &write_numbers, &except_numbers];
        let ready =
            host::blocking_or_raise(vm, || calls::select(wanted.map(|numbers| numbers.as_slice()), timeout.left()))?;
        let mut lists = [Value::UNBOUND; 3];
        for (place, items) in [read, write, except].into_iter().enumerate() {
            let list = List::with_capacity(vm, 0)?;
            for (item, number) in items.items().iter().zip(wanted[place]) {
                if ready[place].contains(number) {
                    list.push(vm, *item)?;
                }
            }
            lists[place] = list.into();
        }
        vm.new_tuple(&lists)
    }
}
