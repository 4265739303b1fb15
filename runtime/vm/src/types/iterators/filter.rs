//! `filter`.

use orochi_macros::methods;

use super::record;
use crate::error::PyResult;
use crate::object::Record;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: the function or None, and the iterator over the items.
const FUNCTION: usize = 0;
const ITERATOR: usize = 1;

#[methods(pub(super) METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, function, iterable, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[2])?;
        Record::new(vm, args[0].expect(), &[args[1], iterator]).map(Value::from)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let (function, iterator) = (iter.get(FUNCTION), iter.get(ITERATOR));
        let plain = function == vm.none() || function == vm.types().bool_.into();
        while let Some(item) = vm.next_inlined(iterator)? {
            let verdict = if plain { item } else { vm.call(function, &[item])? };
            if vm.is_true(verdict)? {
                return Ok(item);
            }
        }
        Ok(Value::UNBOUND)
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let arguments = vm.new_tuple(&[iter.get(FUNCTION), iter.get(ITERATOR)])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }
}
