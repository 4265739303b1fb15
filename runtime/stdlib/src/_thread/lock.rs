//! `lock`: held or not, by nobody in particular.

use core::cell::Cell;
use std::time::{Duration, Instant};

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::threads::{WaitQueue, deadline_of};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::address;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

use super::Own;

/// The most whole seconds that one may wait, and the most seconds: nanoseconds in 63 bits.
pub(crate) const TIMEOUT_MAX: f64 = 9_223_372_036.0;
const LONGEST: f64 = 9_223_372_036.854_775;

/// The state.
#[derive(Default)]
struct Lock {
    held: Cell<bool>,
    waiting: WaitQueue,
}

/// `lock`.
pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[METHODS],
    ..ClassDef::new(
        "_thread.lock",
        "A lock object is a synchronization primitive.  To create a lock,\n\
         call threading.Lock().  Methods are:\n\n\
         acquire() -- lock the lock, possibly blocking until it can be obtained\n\
         release() -- unlock of the lock\n\
         locked() -- test whether the lock is currently locked\n\n\
         A lock is not owned by the thread that locked it; another thread may\n\
         unlock it.  A thread attempting to lock a lock that it has already locked\n\
         will block until another thread unlocks it.  Deadlocks may ensue.",
        Layout::Opaque,
    )
};

fn this(args: &[Value]) -> Own<Lock> {
    Own::of(args[0])
}

/// A lock that nobody holds.
pub(super) fn new(vm: &Vm) -> PyResult {
    Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(Lock::default())).map(Value::from)
}

/// How long to wait.
#[derive(Clone, Copy)]
pub(crate) enum Patience {
    None,
    Until(Instant),
    Endless,
}

impl Patience {
    pub(crate) fn deadline(self) -> Option<Instant> {
        if let Patience::Until(deadline) = self { Some(deadline) } else { None }
    }
}

/// What `timeout` says in seconds; `None` for -1.
pub(crate) fn read_timeout(vm: &Vm, timeout: Value) -> PyResult<Option<Duration>> {
    let seconds = match timeout.bound() {
        None => return Ok(None),
        Some(value) => seconds(vm, value)?,
    };
    if seconds == -1.0 {
        return Ok(None);
    }
    if seconds < 0.0 {
        return Err(vm.value_error("timeout value must be a non-negative number"));
    }
    if seconds > LONGEST {
        return Err(vm.overflow_error("timeout value is too large"));
    }
    Ok(Some(Duration::from_secs_f64(seconds)))
}

/// A number of seconds.
pub(crate) fn seconds(vm: &Vm, value: Value) -> PyResult<f64> {
    if let Some(float) = value.as_float() {
        if float.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if float.abs() > LONGEST {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(float);
    }
    let Some(index) = vm.try_index(value)? else {
        let kind = vm.type_name(value);
        return Err(vm.type_error(format!("'{kind}' object cannot be interpreted as an integer or float")));
    };
    let seconds = vm.index_i64(index)?;
    if seconds.unsigned_abs() > TIMEOUT_MAX as u64 {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    Ok(seconds as f64)
}

/// What `acquire` is asked for by its two arguments.
pub(super) fn read_patience(vm: &Vm, blocking: Value, timeout: Value) -> PyResult<Patience> {
    let blocking = blocking.bound().map_or(Ok(true), |blocking| vm.is_true(blocking))?;
    match read_timeout(vm, timeout)? {
        Some(_) if !blocking => Err(vm.value_error("can't specify a timeout for a non-blocking call")),
        Some(time) => Ok(deadline_of(time).map_or(Patience::Endless, Patience::Until)),
        None => Ok(if blocking { Patience::Endless } else { Patience::None }),
    }
}

impl Lock {
    fn try_acquire(&self) -> bool {
        !self.held.replace(true)
    }

    fn acquire(&self, vm: &Vm, patience: Patience) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if matches!(patience, Patience::None) {
            return Ok(false);
        }
        self.waiting.wait(vm, patience.deadline(), || self.try_acquire())
    }

    fn release(&self, vm: &Vm) -> PyResult<()> {
        if !self.held.replace(false) {
            return Err(vm.runtime_error("release unlocked lock"));
        }
        self.waiting.wake_one();
        Ok(())
    }
}

#[methods(METHODS)]
impl Methods {
    /// Lock the lock.
    #[method("__enter__($self, /)")]
    fn enter(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).acquire(vm, Patience::Endless).map(|held| vm.bool(held))
    }

    /// Release the lock.
    #[method("__exit__($self, /, *exc_info)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).release(vm)?;
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type)")]
    fn new_lock(vm: &Vm, _: &[Value]) -> PyResult {
        new(vm)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let state = if this(args).held.get() { "locked" } else { "unlocked" };
        vm.new_str(&format!("<{state} {} object at {:#x}>", vm.type_name(args[0]), address(args[0])))
    }

    /// Make the lock as new, in a process that was forked.
    #[method("_at_fork_reinit($self, /)")]
    fn at_fork_reinit(vm: &Vm, args: &[Value]) -> PyResult {
        let lock = this(args);
        lock.held.set(false);
        lock.waiting.forget_all();
        Ok(vm.none())
    }

    /// Lock the lock.  Without argument, this blocks if the lock is already
    /// locked (even by the same thread), waiting for another thread to release
    /// the lock, and return True once the lock is acquired.
    /// With an argument, this will only block if the argument is true,
    /// and the return value reflects whether the lock is acquired.
    /// The blocking operation is interruptible.
    #[method("acquire($self, /, blocking=True, timeout=-1)")]
    fn acquire(vm: &Vm, args: &[Value]) -> PyResult {
        let patience = read_patience(vm, args[1], args[2])?;
        this(args).acquire(vm, patience).map(|held| vm.bool(held))
    }

    /// An obsolete synonym of acquire().
    #[method("acquire_lock($self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(vm: &Vm, args: &[Value]) -> PyResult {
        acquire(vm, args)
    }

    /// Return whether the lock is in the locked state.
    #[method("locked($self, /)")]
    fn locked(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).held.get()))
    }

    /// An obsolete synonym of locked().
    #[method("locked_lock($self, /)")]
    fn locked_lock(vm: &Vm, args: &[Value]) -> PyResult {
        locked(vm, args)
    }

    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// but it needn't be locked by the same thread that unlocks it.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).release(vm)?;
        Ok(vm.none())
    }

    /// An obsolete synonym of release().
    #[method("release_lock($self, /)")]
    fn release_lock(vm: &Vm, args: &[Value]) -> PyResult {
        release(vm, args)
    }
}
