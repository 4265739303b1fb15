//! `iter(callable, sentinel)`.

use orochi_macros::methods;

use super::{builtin, record};
use crate::error::PyResult;
use crate::object::Record;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// Fields; both unbound once it is exhausted.
const CALLABLE: usize = 0;
const SENTINEL: usize = 1;

/// An iterator over what a callable returns, until that is equal to the sentinel.
pub fn new(vm: &Vm, callable: Value, sentinel: Value) -> PyResult {
    Record::new(vm, vm.types().callable_iterator, &[callable, sentinel]).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let Some(callable) = iter.get(CALLABLE).bound() else { return Ok(Value::UNBOUND) };
        let result = vm.call(callable, &[]);
        if let Some(item) = vm.absorb(result, vm.types().stop_iteration)?.and_then(Value::bound) {
            // The call may have exhausted the iterator itself.
            let Some(sentinel) = iter.get(SENTINEL).bound() else { return Ok(Value::UNBOUND) };
            if !vm.equals(sentinel, item)? {
                return Ok(item);
            }
        }
        iter.set(vm, CALLABLE, Value::UNBOUND);
        iter.set(vm, SENTINEL, Value::UNBOUND);
        Ok(Value::UNBOUND)
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let builtin = builtin(vm, "iter")?;
        let iter = record(args);
        let arguments = match (iter.get(CALLABLE).bound(), iter.get(SENTINEL).bound()) {
            (Some(callable), Some(sentinel)) => vm.new_tuple(&[callable, sentinel])?,
            _ => vm.new_tuple(&[vm.empty_tuple().into()])?,
        };
        vm.new_tuple(&[builtin, arguments])
    }
}
