//! `combinations`, `combinations_with_replacement`, `permutations`, `product`.
//!
//! All of them keep the pool of items and a list of places in it; a step changes the places and makes a tuple.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{COMMON, end, make, this};

macro_rules! class {
    ($name:ident, $python:literal, $doc:literal, $methods:ident) => {
        pub(super) static $name: ClassDef = ClassDef {
            flags: flags::BASE,
            methods: &[COMMON, $methods],
            ..ClassDef::new($python, $doc, Layout::Record)
        };
    };
}

class!(
    COMBINATIONS,
    "itertools.combinations",
    "Tuples of r items of the iterable, in its order, each place once.",
    COMBINATIONS_METHODS
);
class!(
    COMBINATIONS_WITH_REPLACEMENT,
    "itertools.combinations_with_replacement",
    "Tuples of r items of the iterable, in its order, where items may repeat.",
    REPLACEMENT_METHODS
);
class!(
    PERMUTATIONS,
    "itertools.permutations",
    "Tuples of r items of the iterable in every order, each place once.",
    PERMUTATIONS_METHODS
);
class!(
    PRODUCT,
    "itertools.product",
    "Tuples of one item of each iterable, in every combination: nested for loops.",
    PRODUCT_METHODS
);

/// Fields: the pool (of `product`, a tuple of pools), the places of the current tuple, whether a tuple was given already
/// (unbound before), the cycles of `permutations`.
const POOL: usize = 0;
const PLACES: usize = 1;
const STARTED: usize = 2;
const CYCLES: usize = 3;

/// Places or cycles as numbers that may be changed.
struct Numbers(Gc<List>);

impl Numbers {
    fn new(vm: &Vm, numbers: impl Iterator<Item = usize>) -> PyResult<Value> {
        let list = List::with_capacity(vm, 0)?;
        for number in numbers {
            list.push(vm, Value::small(number as i64))?;
        }
        Ok(list.into())
    }

    fn of(iter: &Record, field: usize) -> Self {
        Self(iter.get(field).expect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> usize {
        self.0.get(index).and_then(Value::as_int).unwrap_or(0) as usize
    }

    fn set(&self, vm: &Vm, index: usize, number: usize) {
        self.0.set(vm, index, Value::small(number as i64));
    }
}

/// How many items a tuple has. ValueError when that is negative.
fn tuple_size(vm: &Vm, size: Value) -> PyResult<usize> {
    usize::try_from(vm.index_i64(size)?).map_err(|_| vm.value_error("r must be non-negative"))
}

/// Whether this is the first step; from then on it is not.
fn starts(vm: &Vm, iter: &Record) -> bool {
    let first = iter.get(STARTED).is_unbound();
    if first {
        iter.set(vm, STARTED, vm.true_());
    }
    first
}

/// There are no more tuples: nothing is left of the places.
fn exhaust(vm: &Vm, iter: &Record) -> PyResult {
    iter.set(vm, PLACES, Value::UNBOUND);
    end()
}

/// The items at the first `count` places.
fn pick(vm: &Vm, iter: &Record, count: usize) -> PyResult {
    let (pool, places) = (iter.get(POOL).expect::<Tuple>(), Numbers::of(iter, PLACES));
    let items = (0..count).filter_map(|index| pool.get(places.get(index)));
    Tuple::from_iter(vm, count, items).map(Value::from)
}

#[methods(COMBINATIONS_METHODS)]
impl CombinationsMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, r)")]
    fn combinations_new(vm: &Vm, args: &[Value]) -> PyResult {
        let pool = vm.tuple_from(args[1])?;
        let size = tuple_size(vm, args[2])?;
        let places = if size > pool.len() { Value::UNBOUND } else { Numbers::new(vm, 0..size)? };
        make(vm, args[0], &[pool.into(), places, Value::UNBOUND])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn combinations_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if iter.get(PLACES).is_unbound() {
            return end();
        }
        let places = Numbers::of(&iter, PLACES);
        let (size, len) = (places.len(), iter.get(POOL).expect::<Tuple>().len());
        if !starts(vm, &iter) {
            // The last place that is not as far as it can be moves on, and those behind it follow.
            let Some(moved) = (0..size).rev().find(|index| places.get(*index) != index + len - size) else {
                return exhaust(vm, &iter);
            };
            let place = places.get(moved) + 1;
            (moved..size).for_each(|index| places.set(vm, index, place + index - moved));
        }
        pick(vm, &iter, size)
    }
}

#[methods(REPLACEMENT_METHODS)]
impl ReplacementMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, r)")]
    fn replacement_new(vm: &Vm, args: &[Value]) -> PyResult {
        let pool = vm.tuple_from(args[1])?;
        let size = tuple_size(vm, args[2])?;
        let places =
            if size > 0 && pool.is_empty() { Value::UNBOUND } else { Numbers::new(vm, core::iter::repeat_n(0, size))? };
        make(vm, args[0], &[pool.into(), places, Value::UNBOUND])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn replacement_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if iter.get(PLACES).is_unbound() {
            return end();
        }
        let places = Numbers::of(&iter, PLACES);
        let (size, len) = (places.len(), iter.get(POOL).expect::<Tuple>().len());
        if !starts(vm, &iter) {
            let Some(moved) = (0..size).rev().find(|index| places.get(*index) + 1 != len) else {
                return exhaust(vm, &iter);
            };
            let place = places.get(moved) + 1;
            (moved..size).for_each(|index| places.set(vm, index, place));
        }
        pick(vm, &iter, size)
    }
}

#[methods(PERMUTATIONS_METHODS)]
impl PermutationsMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, r=None)")]
    fn permutations_new(vm: &Vm, args: &[Value]) -> PyResult {
        let pool = vm.tuple_from(args[1])?;
        let len = pool.len();
        let size = match args[2].bound().filter(|size| *size != vm.none()) {
            None => len,
            Some(size) if vm.is_instance(size, vm.types().int) => tuple_size(vm, size)?,
            Some(_) => return Err(vm.type_error("Expected int as r")),
        };
        let places = if size > len { Value::UNBOUND } else { Numbers::new(vm, 0..len)? };
        let cycles = if size > len { Value::UNBOUND } else { Numbers::new(vm, (len - size + 1..=len).rev())? };
        make(vm, args[0], &[pool.into(), places, Value::UNBOUND, cycles])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn permutations_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if iter.get(PLACES).is_unbound() {
            return end();
        }
        let (places, cycles) = (Numbers::of(&iter, PLACES), Numbers::of(&iter, CYCLES));
        let (size, len) = (cycles.len(), places.len());
        if starts(vm, &iter) {
            return pick(vm, &iter, size);
        }
        for index in (0..size).rev() {
            let cycle = cycles.get(index) - 1;
            cycles.set(vm, index, cycle);
            if cycle == 0 {
                // Its round is over: the place goes to the end, and the next one in front of it moves.
                let place = places.get(index);
                (index..len - 1).for_each(|at| places.set(vm, at, places.get(at + 1)));
                places.set(vm, len - 1, place);
                cycles.set(vm, index, len - index);
            } else {
                let (place, other) = (places.get(index), places.get(len - cycle));
                places.set(vm, index, other);
                places.set(vm, len - cycle, place);
                return pick(vm, &iter, size);
            }
        }
        exhaust(vm, &iter)
    }
}

#[methods(PRODUCT_METHODS)]
impl ProductMethods {
    /// Create and return a new object.
    #[method("static __new__(type, /, *iterables, repeat=1)")]
    fn product_new(vm: &Vm, args: &[Value]) -> PyResult {
        let repeat = args[1].bound().map_or(Ok(1), |repeat| vm.index_i64(repeat))?;
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(vm.value_error("repeat argument cannot be negative"));
        };
        let pools = List::with_capacity(vm, 0)?;
        let mut empty = false;
        for iterable in &args[2..] {
            let pool = vm.tuple_from(*iterable)?;
            empty |= pool.is_empty() && repeat > 0;
            pools.push(vm, pool.into())?;
        }
        let pools = pools.repeat(vm, repeat)?;
        let places = if empty { Value::UNBOUND } else { Numbers::new(vm, core::iter::repeat_n(0, pools.len()))? };
        let pools = pools.to_tuple(vm)?;
        make(vm, args[0], &[pools.into(), places, Value::UNBOUND])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn product_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if iter.get(PLACES).is_unbound() {
            return end();
        }
        let (pools, places) = (iter.get(POOL).expect::<Tuple>(), Numbers::of(&iter, PLACES));
        let pool = |index: usize| pools.get(index).and_then(Value::cast::<Tuple>).unwrap_or(vm.empty_tuple());
        if !starts(vm, &iter) {
            // Like an odometer: the last place moves on, and one that comes round takes the one in front along.
            let mut index = places.len();
            loop {
                if index == 0 {
                    return exhaust(vm, &iter);
                }
                index -= 1;
                let place = places.get(index) + 1;
                if place < pool(index).len() {
                    places.set(vm, index, place);
                    break;
                }
                places.set(vm, index, 0);
            }
        }
        let items = (0..places.len()).filter_map(|index| pool(index).get(places.get(index)));
        Tuple::from_iter(vm, places.len(), items).map(Value::from)
    }
}
