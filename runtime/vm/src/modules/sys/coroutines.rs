//! What event loops and debuggers are told of asynchronous generators and coroutines. PEP 525.

use core::cell::Cell;

use orochi_macros::methods;

use crate::error::PyResult;
use crate::struct_sequence;
use crate::types::int::to_i64;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

struct_sequence! {
    static HOOKS = "asyncgen_hooks", "Hooks for asynchronous generators: what is told of one that begins, and what finalizes one that is lost.", [
        0 "firstiter" "called with an asynchronous generator before its first step, or None",
        1 "finalizer" "called with an asynchronous generator that is lost, or None",
    ]
}

/// A hook, if it is given: something that can be called, or None.
fn check(vm: &Vm, value: Value, name: &str) -> PyResult<()> {
    let wrong = value.bound().is_some_and(|value| value != vm.none() && !vm.is_callable(value));
    if wrong {
        let found = vm.type_name(value);
        return Err(vm.type_error(format!("callable {name} expected, got {found}")));
    }
    Ok(())
}

fn set(vm: &Vm, cell: &Cell<Value>, value: Value) {
    if let Some(value) = value.bound() {
        cell.set(if value == vm.none() { Value::UNBOUND } else { value });
    }
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[method("get_asyncgen_hooks()")]
    fn get_asyncgen_hooks(vm: &Vm, _: &[Value]) -> PyResult {
        let hook = |cell: &Cell<Value>| cell.get().bound().unwrap_or(vm.none());
        vm.new_struct(&HOOKS, &[hook(&vm.threads.first_iteration), hook(&vm.threads.finalizer)])
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[method("get_coroutine_origin_tracking_depth()")]
    fn get_coroutine_origin_tracking_depth(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(vm.threads.origin_depth.get() as i64)
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[method("hidden set_asyncgen_hooks(firstiter=None, finalizer=None)")]
    fn set_asyncgen_hooks(vm: &Vm, args: &[Value]) -> PyResult {
        check(vm, args[1], "finalizer")?;
        check(vm, args[0], "firstiter")?;
        set(vm, &vm.threads.finalizer, args[1]);
        set(vm, &vm.threads.first_iteration, args[0]);
        Ok(vm.none())
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information about where they came from, available in their cr_origin
    /// attribute. Set a depth of 0 to disable.
    #[method("set_coroutine_origin_tracking_depth(depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(depth) = to_i64(vm.index(args[0])?).and_then(|depth| i32::try_from(depth).ok()) else {
            return Err(vm.overflow_error("Python int too large to convert to C int"));
        };
        let Ok(depth) = usize::try_from(depth) else { return Err(vm.value_error("depth must be >= 0")) };
        vm.threads.origin_depth.set(depth);
        Ok(vm.none())
    }
}
