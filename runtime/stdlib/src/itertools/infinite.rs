//! `count`, `cycle`, `repeat`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::int::Int;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Layout, PyResult, Special, Value, Vm};

use super::{COMMON, end, make, this};

pub(super) static COUNT: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, COUNT_METHODS],
    ..ClassDef::new("itertools.count", "start, start+step, start+2*step, ...", Layout::Record)
};

/// Fields of `count`.
const NEXT: usize = 0;
const STEP: usize = 1;

fn is_number(vm: &Vm, value: Value) -> bool {
    let class = vm.class_of(value);
    value.is_int()
        || value.is_float()
        || [Special::Index, Special::Int, Special::Float, Special::Complex]
            .into_iter()
            .any(|special| class.special(special).is_bound())
}

#[methods(COUNT_METHODS)]
impl CountMethods {
    /// Create and return a new object.
    #[method("static __new__(type, start=0, step=1)")]
    fn count_new(vm: &Vm, args: &[Value]) -> PyResult {
        let start = args[1].bound().unwrap_or(Value::ZERO);
        let step = args[2].bound().unwrap_or(Value::small(1));
        if !is_number(vm, start) || !is_number(vm, step) {
            return Err(vm.type_error("a number is required"));
        }
        make(vm, args[0], &[start, step])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn count_next(vm: &Vm, args: &[Value]) -> PyResult {
        let count = this(args);
        let value = count.get(NEXT);
        let next = match (value.as_int(), count.get(STEP).as_int()) {
            (Some(value), Some(step)) => vm.new_int(value + step)?,
            _ => vm.binary(orochi_vm::BinaryOp::Add, value, count.get(STEP))?,
        };
        count.set(vm, NEXT, next);
        Ok(value)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn count_repr(vm: &Vm, args: &[Value]) -> PyResult {
        let count = this(args);
        let mut text = TextBuf::new();
        text.push("count(");
        text.push_repr(vm, count.get(NEXT))?;
        let step = count.get(STEP);
        if step != Value::small(1) && (step.is_int() || step.is_float() || step.cast::<Int>().is_some()) {
            text.push(", ");
            text.push_repr(vm, step)?;
        }
        text.push(")");
        text.finish(vm)
    }
}

pub(super) static CYCLE: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, CYCLE_METHODS],
    ..ClassDef::new("itertools.cycle", "The items of the iterable, again and again.", Layout::Record)
};

/// Fields of `cycle`: the iterator until it is exhausted, the items that it gave, the place of the next one.
const ITERATOR: usize = 0;
const SAVED: usize = 1;
const PLACE: usize = 2;

#[methods(CYCLE_METHODS)]
impl CycleMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, /)")]
    fn cycle_new(vm: &Vm, args: &[Value]) -> PyResult {
        let fields = [vm.iter(args[1])?, vm.new_list(&[])?, Value::ZERO];
        make(vm, args[0], &fields)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn cycle_next(vm: &Vm, args: &[Value]) -> PyResult {
        let cycle = this(args);
        let saved = cycle.get(SAVED).expect::<List>();
        if let Some(iterator) = cycle.get(ITERATOR).bound() {
            if let Some(item) = vm.next(iterator)? {
                saved.push(vm, item)?;
                return Ok(item);
            }
            cycle.set(vm, ITERATOR, Value::UNBOUND);
        }
        let place = cycle.get(PLACE).as_int().unwrap_or(0) as usize;
        let Some(item) = saved.get(place) else { return end() };
        let next = if place + 1 == saved.len() { 0 } else { place + 1 };
        cycle.set(vm, PLACE, Value::small(next as i64));
        Ok(item)
    }
}

pub(super) static REPEAT: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[COMMON, REPEAT_METHODS],
    ..ClassDef::new("itertools.repeat", "The object that many times, or for ever.", Layout::Record)
};

/// Fields of `repeat`: the object, and how often still, or -1.
const OBJECT: usize = 0;
const LEFT: usize = 1;

#[methods(REPEAT_METHODS)]
impl RepeatMethods {
    /// Return how many items are left.
    #[method("__length_hint__($self, /)")]
    fn repeat_length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args).get(LEFT).as_int() {
            Some(left) if left >= 0 => vm.new_int(left),
            _ => Err(vm.type_error("len() of unsized object")),
        }
    }

    /// Create and return a new object.
    #[method("static __new__(type, object, times=<unrepresentable>)")]
    fn repeat_new(vm: &Vm, args: &[Value]) -> PyResult {
        let left = match args[2].bound() {
            Some(times) => vm.new_int(vm.index_i64(times)?.max(0))?,
            None => Value::small(-1),
        };
        make(vm, args[0], &[args[1], left])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn repeat_next(vm: &Vm, args: &[Value]) -> PyResult {
        let repeat = this(args);
        match repeat.get(LEFT).as_int() {
            Some(0) => return end(),
            Some(left) if left > 0 => repeat.set(vm, LEFT, Value::small(left - 1)),
            _ => {}
        }
        Ok(repeat.get(OBJECT))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repeat_repr(vm: &Vm, args: &[Value]) -> PyResult {
        let repeat = this(args);
        let mut text = TextBuf::new();
        text.push("repeat(");
        text.push_repr(vm, repeat.get(OBJECT))?;
        if let Some(left) = repeat.get(LEFT).as_int().filter(|left| *left >= 0) {
            text.push(&format!(", {left}"));
        }
        text.push(")");
        text.finish(vm)
    }
}
