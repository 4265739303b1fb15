//! Iterators over a deque, from either end.

use orochi_macros::methods;
use orochi_vm::types::deque::Deque;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{DEQUE, of};

pub(in crate::_collections) static FORWARD: ClassDef = ClassDef {
    methods: &[METHODS, FORWARD_METHODS],
    ..ClassDef::new("_collections._deque_iterator", "", Layout::Record)
};

pub(in crate::_collections) static BACKWARD: ClassDef = ClassDef {
    methods: &[METHODS, BACKWARD_METHODS],
    ..ClassDef::new("_collections._deque_reverse_iterator", "", Layout::Record)
};

/// Fields of the iterators: the deque, how many items were given, the deque's state at the start, and how many items are
/// left.
const TARGET: usize = 0;
const GIVEN: usize = 1;
const EXPECTED: usize = 2;
const LEFT: usize = 3;

/// The state of a deque as an inline integer.
fn state_of(deque: &Deque) -> Value {
    Value::small((deque.state() & 0xffff_ffff_ffff) as i64)
}

pub(super) fn new(vm: &Vm, class: &'static ClassDef, deque: Value) -> PyResult {
    let target = of(deque);
    let fields = [deque, Value::ZERO, state_of(&target), Value::small(target.len() as i64)];
    Record::new(vm, vm.module_class(class)?, &fields).map(Value::from)
}

/// The number of the next item; `None` at the end. RuntimeError when the deque has changed.
fn step(vm: &Vm, iterator: &Record) -> PyResult<Option<(Gc<Deque>, usize)>> {
    let (given, left) = (iterator.get(GIVEN).as_int().unwrap_or(0), iterator.get(LEFT).as_int().unwrap_or(0));
    let deque = of(iterator.get(TARGET));
    if state_of(&deque) != iterator.get(EXPECTED) {
        iterator.set(vm, LEFT, Value::ZERO);
        return Err(vm.runtime_error("deque mutated during iteration"));
    }
    if left == 0 {
        return Ok(None);
    }
    iterator.set(vm, GIVEN, Value::small(given + 1));
    iterator.set(vm, LEFT, Value::small(left - 1));
    Ok(Some((deque, given as usize)))
}

/// An iterator that has given so many items.
fn started(vm: &Vm, args: &[Value], class: &'static ClassDef) -> PyResult {
    if !vm.is_instance(args[1], vm.module_class(&DEQUE)?) {
        let (name, found) = (vm.module_class(class)?.name.get(), vm.type_name(args[1]));
        return Err(vm.type_error(format!("{name}() argument 1 must be collections.deque, not {found}")));
    }
    let given = args[2].bound().map_or(Ok(0), |index| vm.index_i64(index))?;
    let iterator = new(vm, class, args[1])?;
    let record = iterator.expect::<Record>();
    for _ in 0..given.max(0) {
        if step(vm, &record)?.is_none() {
            break;
        }
    }
    Ok(iterator)
}

#[methods(METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Private method returning an estimate of len(list(it)).
    #[method("__length_hint__($self, /)")]
    fn length_hint(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0].expect::<Record>().get(LEFT))
    }

    /// Return state information for pickling.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = args[0].expect::<Record>();
        let deque = iterator.get(TARGET);
        let given = of(deque).len() as i64 - iterator.get(LEFT).as_int().unwrap_or(0);
        let arguments = vm.new_tuple(&[deque, vm.new_int(given)?])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }
}

#[methods(FORWARD_METHODS)]
impl Forward {
    /// Create and return a new object.
    #[method("static __new__(type, deque, index=0, /)")]
    fn new_forward(vm: &Vm, args: &[Value]) -> PyResult {
        started(vm, args, &FORWARD)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let item = step(vm, &args[0].expect::<Record>())?.and_then(|(deque, index)| deque.get(index));
        Ok(item.unwrap_or(Value::UNBOUND))
    }
}

#[methods(BACKWARD_METHODS)]
impl Backward {
    /// Create and return a new object.
    #[method("static __new__(type, deque, index=0, /)")]
    fn new_backward(vm: &Vm, args: &[Value]) -> PyResult {
        started(vm, args, &BACKWARD)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_back(vm: &Vm, args: &[Value]) -> PyResult {
        let step = step(vm, &args[0].expect::<Record>())?;
        let item = step.and_then(|(deque, index)| deque.get(deque.len().checked_sub(index + 1)?));
        Ok(item.unwrap_or(Value::UNBOUND))
    }
}
