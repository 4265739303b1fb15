//! `_ThreadHandle`: what joins a thread.

use core::cell::Cell;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::threads::{WaitQueue, deadline_of};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

use super::{Own, lock};

/// How far a thread is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    #[default]
    NotStarted,
    Starting,
    Running,
    Done,
}

/// The state.
#[derive(Default)]
pub(super) struct Handle {
    pub(super) stage: Cell<Stage>,
    pub(super) ident: Cell<u64>,
    joining: WaitQueue,
}

/// `_ThreadHandle`.
pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("ident", "", |vm, handle| vm.new_int(Handle::of(handle).ident.get() as i64))],
    ..ClassDef::new("_thread._ThreadHandle", "", Layout::Opaque)
};

/// The handle of a thread that was not started here.
pub(super) fn of_foreign(vm: &Vm, ident: u64) -> PyResult {
    let handle = Handle::default();
    handle.stage.set(Stage::Running);
    handle.ident.set(ident);
    Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(handle)).map(Value::from)
}

/// The handle of a thread that is not started yet.
pub(super) fn fresh(vm: &Vm) -> PyResult {
    Opaque::new(vm, vm.module_class(&CLASS)?, Box::new(Handle::default())).map(Value::from)
}

impl Handle {
    pub(super) fn of(value: Value) -> Own<Handle> {
        Own::of(value)
    }

    /// The thread has ended, or never began.
    pub(super) fn set_stage(&self, stage: Stage) {
        self.stage.set(stage);
        if matches!(stage, Stage::Done | Stage::NotStarted) {
            self.joining.wake_all();
        }
    }

    pub(super) fn join(&self, vm: &Vm, timeout: Value) -> PyResult<()> {
        match self.stage.get() {
            Stage::NotStarted => return Err(vm.runtime_error("thread not started")),
            Stage::Done => return Ok(()),
            Stage::Starting | Stage::Running => {}
        }
        if self.stage.get() == Stage::Running && self.ident.get() == vm.thread_ident() {
            return Err(vm.runtime_error("Cannot join current thread"));
        }
        let timeout = timeout.bound().filter(|timeout| *timeout != vm.none());
        let deadline = match timeout {
            // A negative timeout is none.
            Some(timeout) => Some(lock::seconds(vm, timeout)?)
                .filter(|seconds| *seconds >= 0.0)
                .and_then(|seconds| deadline_of(std::time::Duration::from_secs_f64(seconds))),
            None => None,
        };
        self.joining.wait(vm, deadline, || self.stage.get() == Stage::Done)?;
        Ok(())
    }
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(Handle::default())).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        vm.new_str(&format!("<{name} object: ident={}>", Handle::of(args[0]).ident.get()))
    }

    /// Say that the thread has ended.
    #[method("_set_done($self, /)")]
    fn set_done(vm: &Vm, args: &[Value]) -> PyResult {
        let handle = Handle::of(args[0]);
        if handle.stage.get() == Stage::NotStarted {
            return Err(vm.runtime_error("thread not started"));
        }
        handle.set_stage(Stage::Done);
        Ok(vm.none())
    }

    /// Return whether the thread has ended.
    #[method("is_done($self, /)")]
    fn is_done(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(Handle::of(args[0]).stage.get() == Stage::Done))
    }

    /// Wait until the thread has ended.
    #[method("join($self, timeout=None, /)")]
    fn join(vm: &Vm, args: &[Value]) -> PyResult {
        Handle::of(args[0]).join(vm, args[1])?;
        Ok(vm.none())
    }
}
