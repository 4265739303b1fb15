//! `zip`, and the step that it shares with `map`: one item of each of several iterators.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::record;
use crate::error::{PyResult, Raised};
use crate::object::Record;
use crate::object::class::Class;
use crate::types::native::NativeDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: whether the iterables must be equally long, then the iterators.
const STRICT: usize = 0;
const FIRST: usize = 1;

/// More iterators than this have their items collected in borrowed registers.
const INLINE: usize = 6;

/// A record of some values and an iterator over each of the iterables.
pub(super) fn with_iterators(vm: &Vm, class: Gc<Class>, head: &[Value], iterables: &[Value]) -> PyResult {
    let mut fields = vm.scratch(head.len() + iterables.len())?;
    fields.extend(head);
    for iterable in iterables {
        let iterator = vm.iter(*iterable)?;
        fields.push(iterator);
    }
    Record::new(vm, class, &fields).map(Value::from)
}

/// Calls `f` with one item of each iterator of a record, which begin at field `first`. Unbound when one is exhausted.
pub(super) fn step(
    vm: &Vm,
    iter: &Record,
    first: usize,
    strict: bool,
    name: &str,
    f: impl FnOnce(&[Value]) -> PyResult,
) -> PyResult {
    let count = iter.fields().len() - first;
    if count <= INLINE {
        let mut items = [Value::UNBOUND; INLINE];
        for index in 0..count {
            match vm.next(iter.get(first + index))? {
                Some(item) => items[index] = item,
                None => return ended(vm, iter, first, index, strict, name),
            }
        }
        return f(&items[..count]);
    }
    let mut items = vm.scratch(count)?;
    for index in 0..count {
        match vm.next(iter.get(first + index))? {
            Some(item) => items.push(item),
            None => return ended(vm, iter, first, index, strict, name),
        }
    }
    f(&items)
}

/// An iterator is exhausted: the end, unless all must be equally long and another one is not.
fn ended(vm: &Vm, iter: &Record, first: usize, index: usize, strict: bool, name: &str) -> PyResult {
    if !strict {
        return Ok(Value::UNBOUND);
    }
    if index > 0 {
        return Err(unequal(vm, name, index, "shorter"));
    }
    for other in 1..iter.fields().len() - first {
        if vm.next(iter.get(first + other))?.is_some() {
            return Err(unequal(vm, name, other, "longer"));
        }
    }
    Ok(Value::UNBOUND)
}

#[cold]
fn unequal(vm: &Vm, name: &str, index: usize, how: &str) -> Raised {
    let others = if index == 1 { "argument 1".to_owned() } else { format!("arguments 1-{index}") };
    vm.value_error(format!("{name}() argument {} is {how} than {others}", index + 1))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *iterables, strict=False)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let strict = args[1].bound().map_or(Ok(false), |strict| vm.is_true(strict))?;
        with_iterators(vm, args[0].expect(), &[vm.bool(strict)], &args[2..])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        if iter.fields().len() == FIRST {
            return Ok(Value::UNBOUND);
        }
        if let [strict, first, second] = iter.fields()
            && strict.get() == vm.false_()
        {
            let Some(a) = vm.next_inlined(first.get())? else { return Ok(Value::UNBOUND) };
            let Some(b) = vm.next_inlined(second.get())? else { return Ok(Value::UNBOUND) };
            return Tuple::of(vm, [a, b]).map(Value::from);
        }
        step(vm, &iter, FIRST, iter.get(STRICT) == vm.true_(), "zip", |items| vm.new_tuple(items))
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = record(args);
        let iterators = iter.fields()[FIRST..].iter().map(core::cell::Cell::get);
        let arguments = Tuple::from_iter(vm, iter.fields().len() - FIRST, iterators)?;
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
