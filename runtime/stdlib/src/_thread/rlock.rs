//! `RLock`: held by a thread, any number of times.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::threads::WaitQueue;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::address;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Layout, PyResult, Raised, Value, Vm};

use super::Own;
use super::lock::{Patience, read_patience};

/// The state.
#[derive(Default)]
struct RLock {
    /// Who holds it; 0 when nobody does.
    owner: Cell<u64>,
    count: Cell<u64>,
    waiting: WaitQueue,
}

/// `RLock`.
pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF,
    methods: &[METHODS],
    ..ClassDef::new("_thread.RLock", "", Layout::Opaque)
};

fn this(args: &[Value]) -> Own<RLock> {
    Own::of(args[0])
}

impl RLock {
    fn try_acquire(&self, me: u64, count: u64) -> bool {
        if self.owner.get() != 0 {
            return false;
        }
        self.owner.set(me);
        self.count.set(count);
        true
    }

    fn acquire(&self, vm: &Vm, patience: Patience) -> PyResult<bool> {
        let me = vm.thread_ident();
        if self.owner.get() == me {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        if self.try_acquire(me, 1) {
            return Ok(true);
        }
        if matches!(patience, Patience::None) {
            return Ok(false);
        }
        self.waiting.wait(vm, patience.deadline(), || self.try_acquire(me, 1))
    }

    fn release(&self, vm: &Vm) -> PyResult<()> {
        if self.owner.get() != vm.thread_ident() {
            return Err(not_held(vm));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.free();
        }
        Ok(())
    }

    fn free(&self) {
        self.count.set(0);
        self.owner.set(0);
        self.waiting.wake_one();
    }
}

fn not_held(vm: &Vm) -> Raised {
    vm.runtime_error("cannot release un-acquired lock")
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
    #[method("static __new__(type, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(RLock::default())).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let lock = this(args);
        let (owner, count) = (lock.owner.get(), lock.count.get());
        let state = if count > 0 { "locked" } else { "unlocked" };
        let (name, place) = (vm.type_name(args[0]), address(args[0]));
        vm.new_str(&format!("<{state} {name} object owner={owner} count={count} at {place:#x}>"))
    }

    /// For internal use by `threading.Condition`.
    #[method("_acquire_restore($self, state, /)")]
    fn acquire_restore(vm: &Vm, args: &[Value]) -> PyResult {
        let state = args[1].cast::<Tuple>().filter(|state| state.len() == 2);
        let Some(state) = state else {
            return Err(vm.type_error("_acquire_restore() argument 1 must be 2-item tuple"));
        };
        let count = vm.index_i64(state.items()[0])?.max(0) as u64;
        let owner = vm.index_i64(state.items()[1])? as u64;
        let lock = this(args);
        lock.waiting.wait(vm, None, || lock.try_acquire(owner, count))?;
        Ok(vm.none())
    }

    /// Make the lock as new, in a process that was forked.
    #[method("_at_fork_reinit($self, /)")]
    fn at_fork_reinit(vm: &Vm, args: &[Value]) -> PyResult {
        let lock = this(args);
        lock.owner.set(0);
        lock.count.set(0);
        lock.waiting.forget_all();
        Ok(vm.none())
    }

    /// For internal use by `threading.Condition`.
    #[method("_is_owned($self, /)")]
    fn is_owned(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).owner.get() == vm.thread_ident()))
    }

    /// For internal use by reentrancy checks.
    #[method("_recursion_count($self, /)")]
    fn recursion_count(vm: &Vm, args: &[Value]) -> PyResult {
        let lock = this(args);
        let own = lock.owner.get() == vm.thread_ident();
        vm.new_int(if own { lock.count.get() as i64 } else { 0 })
    }

    /// For internal use by `threading.Condition`.
    #[method("_release_save($self, /)")]
    fn release_save(vm: &Vm, args: &[Value]) -> PyResult {
        let lock = this(args);
        if lock.count.get() == 0 {
            return Err(not_held(vm));
        }
        let state = vm.new_tuple(&[vm.new_int(lock.count.get() as i64)?, vm.new_int(lock.owner.get() as i64)?])?;
        lock.free();
        Ok(state)
    }

    /// Lock the lock.  `blocking` indicates whether we should wait
    /// for the lock to be available or not.  If `blocking` is False
    /// and another thread holds the lock, the method will return False
    /// immediately.  If `blocking` is True and another thread holds
    /// the lock, the method will wait for the lock to be released,
    /// take it and then return True.
    /// (note: the blocking operation is interruptible.)
    ///
    /// In all other cases, the method will return True immediately.
    /// Precisely, if the current thread already holds the lock, its
    /// internal counter is simply incremented. If nobody holds the lock,
    /// the lock is taken and its internal counter initialized to 1.
    #[method("acquire($self, /, blocking=True, timeout=-1)")]
    fn acquire(vm: &Vm, args: &[Value]) -> PyResult {
        let patience = read_patience(vm, args[1], args[2])?;
        this(args).acquire(vm, patience).map(|held| vm.bool(held))
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method("locked($self, /)")]
    fn locked(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).count.get() > 0))
    }

    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// and must be locked by the same thread that unlocks it; otherwise a
    /// `RuntimeError` is raised.
    ///
    /// Do note that if the lock was acquire()d several times in a row by the
    /// current thread, release() needs to be called as many times for the lock
    /// to be available for other threads.
    #[method("release($self, /)")]
    fn release(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).release(vm)?;
        Ok(vm.none())
    }
}
