//! `reversed`, and the reverse iterator of lists.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::builtin;
use super::sequence::{SeqIter, item_or_end};
use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::special::Special;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// `reversed(sequence)`, for a class that is `reversed` or a subclass.
pub fn new(vm: &Vm, class: Gc<Class>, sequence: Value) -> PyResult {
    let sequence_class = vm.class_of(sequence);
    let method = sequence_class.special(Special::Reversed);
    if method.is_bound() && method != vm.none() {
        return vm.call_special(sequence, method, &[]);
    }
    let is_sequence = sequence_class.special(Special::GetItem).is_bound()
        && sequence_class.special(Special::Len).is_bound()
        && !vm.is_instance(sequence, vm.types().dict);
    if !is_sequence || method.is_bound() {
        return Err(vm.type_error(format!("'{}' object is not reversible", sequence_class.name.get())));
    }
    let len = vm.len(sequence)?;
    SeqIter::new(vm, class, sequence, len)
}

fn this(args: &[Value]) -> Gc<SeqIter> {
    args[0].expect()
}

/// Goes one back after an item, or ends where there is none.
fn step_back(iter: &SeqIter, item: Option<Value>) -> PyResult {
    match item {
        Some(item) => {
            iter.index.set(iter.index.get() - 1);
            Ok(item)
        }
        None => {
            iter.sequence.set(Value::UNBOUND);
            iter.index.set(0);
            Ok(Value::UNBOUND)
        }
    }
}

/// What makes an equal iterator with a class or function; with this when it is used up.
fn reduce(vm: &Vm, iter: &SeqIter, function: Value, empty: Value) -> PyResult {
    match iter.sequence.get().bound() {
        Some(sequence) => {
            let arguments = vm.new_tuple(&[sequence])?;
            vm.new_tuple(&[function, arguments, vm.new_int(iter.index.get() as i64 - 1)?])
        }
        None => vm.new_tuple(&[function, vm.new_tuple(&[empty])?]),
    }
}

fn setstate(vm: &Vm, iter: &SeqIter, state: Value) -> PyResult {
    let place = vm.state_place(state)?;
    if let Some(sequence) = iter.sequence.get().bound() {
        let len = vm.len(sequence)? as i64;
        iter.index.set((place.clamp(-1, len - 1) + 1) as usize);
    }
    Ok(vm.none())
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return how many items are still to come, as far as is known.
    #[method("__length_hint__($self, /)")]
    fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(sequence) = iter.sequence.get().bound() else { return Ok(Value::ZERO) };
        let len = vm.len(sequence)?;
        vm.new_int(if len < iter.index.get() { 0 } else { iter.index.get() as i64 })
    }

    /// Create and return a new object.
    #[method("static __new__(type, object, /)")]
    fn new_(vm: &Vm, args: &[Value]) -> PyResult {
        new(vm, args[0].expect(), args[1])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let item = match (iter.sequence.get().bound(), iter.index.get()) {
            (Some(sequence), 1..) => item_or_end(vm, sequence, iter.index.get() - 1)?,
            _ => None,
        };
        // Python code may have moved the iterator meanwhile.
        step_back(&iter, item.filter(|_| iter.index.get() > 0))
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce_(vm: &Vm, args: &[Value]) -> PyResult {
        reduce(vm, &this(args), vm.class_of(args[0]).into(), vm.empty_tuple().into())
    }

    /// Go to that place.
    #[method("__setstate__($self, state, /)")]
    fn setstate_(vm: &Vm, args: &[Value]) -> PyResult {
        setstate(vm, &this(args), args[1])
    }
}

#[methods(pub(super) LIST)]
impl ListItems {
    /// Return how many items are still to come, as far as is known.
    #[method("__length_hint__($self, /)")]
    fn list_length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let len = iter.sequence.get().cast::<List>().map_or(0, |list| list.len());
        vm.new_int(if len < iter.index.get() { 0 } else { iter.index.get() as i64 })
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn list_next(_: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let list = iter.sequence.get().cast::<List>();
        let item = match iter.index.get() {
            0 => None,
            index => list.and_then(|list| list.get(index - 1)),
        };
        step_back(&iter, item)
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn list_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let function = builtin(vm, "reversed")?;
        reduce(vm, &this(args), function, vm.new_list(&[])?)
    }

    /// Go to that place.
    #[method("__setstate__($self, state, /)")]
    fn list_setstate(vm: &Vm, args: &[Value]) -> PyResult {
        setstate(vm, &this(args), args[1])
    }
}
