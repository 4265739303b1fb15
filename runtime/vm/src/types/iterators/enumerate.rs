//! `enumerate`.

use dashu_int::IBig;
use orochi_macros::methods;

use super::record;
use crate::error::PyResult;
use crate::object::Record;
use crate::types::int;
use crate::types::native::NativeDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: the iterator over the items, and the number of the next item.
pub const ITERATOR: usize = 0;
pub const NUMBER: usize = 1;

#[methods(pub(super) METHODS)]
impl Methods {
    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, iterable, start=0)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let start = match args[2].bound() {
            Some(start) => vm.index(start)?,
            None => Value::ZERO,
        };
        let iterator = vm.iter(args[1])?;
        Record::new(vm, args[0].expect(), &[iterator, start]).map(Value::from)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let Some(item) = vm.next_inlined(iter.get(ITERATOR))? else { return Ok(Value::UNBOUND) };
        let number = iter.get(NUMBER);
        let next = match number.as_int() {
            Some(number) => vm.new_int(number + 1)?,
            None => vm.new_big_int(int::to_big(number).unwrap_or_default() + IBig::ONE)?,
        };
        iter.set(vm, NUMBER, next);
        Tuple::of(vm, [number, item]).map(Value::from)
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let arguments = vm.new_tuple(&[iter.get(ITERATOR), iter.get(NUMBER)])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }
}
