//! `map`.

use orochi_macros::methods;

use super::{record, zip};
use crate::error::PyResult;
use crate::types::native::NativeDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: whether the iterables must be equally long, the function, then the iterators.
const STRICT: usize = 0;
const FUNCTION: usize = 1;
const FIRST: usize = 2;

#[methods(pub(super) METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, strict=False)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let strict = args[1].bound().map_or(Ok(false), |strict| vm.is_true(strict))?;
        match &args[2..] {
            [function, iterables @ ..] if !iterables.is_empty() => {
                zip::with_iterators(vm, args[0].expect(), &[vm.bool(strict), *function], iterables)
            }
            _ => Err(vm.type_error("map() must have at least two arguments.")),
        }
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        if iter.fields().len() == FIRST + 1 {
            return match vm.next_inlined(iter.get(FIRST))? {
                Some(item) => vm.call(iter.get(FUNCTION), &[item]),
                None => Ok(Value::UNBOUND),
            };
        }
        let strict = iter.get(STRICT) == vm.true_();
        zip::step(vm, &iter, FIRST, strict, "map", |items| vm.call(iter.get(FUNCTION), items))
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let parts = iter.fields()[FUNCTION..].iter().map(core::cell::Cell::get);
        let arguments = Tuple::from_iter(vm, iter.fields().len() - FUNCTION, parts)?;
        let class = vm.class_of(args[0]).into();
        if iter.get(STRICT) == vm.true_() {
            return vm.new_tuple(&[class, arguments.into(), vm.true_()]);
        }
        vm.new_tuple(&[class, arguments.into()])
    }

    /// Set whether the iterables must be equally long.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let strict = vm.is_true(args[1])?;
        record(args).set(vm, STRICT, vm.bool(strict));
        Ok(vm.none())
    }
}
