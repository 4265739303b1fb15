//! `compress`, `dropwhile`, `filterfalse`, `islice`, `takewhile`: some of the items of one iterable.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::int;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Layout, PyResult, Raised, Value, Vm};

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

class!(COMPRESS, "itertools.compress", "The items of data whose selectors are true.", COMPRESS_METHODS);
class!(
    DROPWHILE,
    "itertools.dropwhile",
    "The items of the iterable from the first for which the predicate is false.",
    DROPWHILE_METHODS
);
class!(
    FILTERFALSE,
    "itertools.filterfalse",
    "The items of the iterable for which the function is false; with None, those that are false.",
    FILTERFALSE_METHODS
);
class!(ISLICE, "itertools.islice", "The items of the iterable at the places of a slice.", ISLICE_METHODS);
class!(
    TAKEWHILE,
    "itertools.takewhile",
    "The items of the iterable before the first for which the predicate is false.",
    TAKEWHILE_METHODS
);

/// Fields of `compress`.
const DATA: usize = 0;
const SELECTORS: usize = 1;

#[methods(COMPRESS_METHODS)]
impl CompressMethods {
    /// Create and return a new object.
    #[method("static __new__(type, data, selectors)")]
    fn compress_new(vm: &Vm, args: &[Value]) -> PyResult {
        let fields = [vm.iter(args[1])?, vm.iter(args[2])?];
        make(vm, args[0], &fields)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn compress_next(vm: &Vm, args: &[Value]) -> PyResult {
        let compress = this(args);
        loop {
            let Some(item) = vm.next(compress.get(DATA))? else { return end() };
            let Some(selector) = vm.next(compress.get(SELECTORS))? else { return end() };
            if vm.is_true(selector)? {
                return Ok(item);
            }
        }
    }
}

/// Fields of `dropwhile`, `filterfalse` and `takewhile`.
const PREDICATE: usize = 0;
const ITERATOR: usize = 1;
/// Whether the start was dropped, or the end reached: unbound before.
const DONE: usize = 2;

fn new_with_predicate(vm: &Vm, args: &[Value]) -> PyResult {
    let iterator = vm.iter(args[2])?;
    make(vm, args[0], &[args[1], iterator, Value::UNBOUND])
}

#[methods(DROPWHILE_METHODS)]
impl DropwhileMethods {
    /// Create and return a new object.
    #[method("static __new__(type, predicate, iterable, /)")]
    fn dropwhile_new(vm: &Vm, args: &[Value]) -> PyResult {
        new_with_predicate(vm, args)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn dropwhile_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        while let Some(item) = vm.next(iter.get(ITERATOR))? {
            if iter.get(DONE).is_bound() {
                return Ok(item);
            }
            let verdict = vm.call(iter.get(PREDICATE), &[item])?;
            if !vm.is_true(verdict)? {
                iter.set(vm, DONE, vm.true_());
                return Ok(item);
            }
        }
        end()
    }
}

#[methods(FILTERFALSE_METHODS)]
impl FilterfalseMethods {
    /// Create and return a new object.
    #[method("static __new__(type, function, iterable, /)")]
    fn filterfalse_new(vm: &Vm, args: &[Value]) -> PyResult {
        new_with_predicate(vm, args)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn filterfalse_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let function = iter.get(PREDICATE);
        while let Some(item) = vm.next(iter.get(ITERATOR))? {
            let verdict = if function == vm.none() { item } else { vm.call(function, &[item])? };
            if !vm.is_true(verdict)? {
                return Ok(item);
            }
        }
        end()
    }
}

#[methods(TAKEWHILE_METHODS)]
impl TakewhileMethods {
    /// Create and return a new object.
    #[method("static __new__(type, predicate, iterable, /)")]
    fn takewhile_new(vm: &Vm, args: &[Value]) -> PyResult {
        new_with_predicate(vm, args)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn takewhile_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if iter.get(DONE).is_bound() {
            return end();
        }
        let Some(item) = vm.next(iter.get(ITERATOR))? else { return end() };
        let verdict = vm.call(iter.get(PREDICATE), &[item])?;
        if vm.is_true(verdict)? {
            return Ok(item);
        }
        iter.set(vm, DONE, vm.true_());
        end()
    }
}

/// Fields of `islice`: the iterator, unbound at the end; how many items it gave; the place of the next item; the end, or
/// -1; the step.
const SOURCE: usize = 0;
const TAKEN: usize = 1;
const NEXT: usize = 2;
const STOP: usize = 3;
const STEP: usize = 4;

/// A bound of `islice`; `default` for None.
fn bound(vm: &Vm, value: Value, default: i64, error: impl Fn(&Vm) -> Raised) -> PyResult<i64> {
    if value == vm.none() {
        return Ok(default);
    }
    let index = vm.try_index(value);
    let index = vm.absorb(index, vm.types().exception)?.flatten();
    match index.and_then(int::to_i64).filter(|index| *index >= 0) {
        // Nothing has so many items that the difference shows.
        Some(index) => Ok(index.min(orochi_vm::value::INT_MAX)),
        None => Err(error(vm)),
    }
}

#[methods(ISLICE_METHODS)]
impl IsliceMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, start, stop=<unrepresentable>, step=1, /)")]
    fn islice_new(vm: &Vm, args: &[Value]) -> PyResult {
        let stop_error =
            |vm: &Vm| vm.value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
        let index_error =
            |vm: &Vm| vm.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
        let (start, stop) = match args[3].bound() {
            None => (0, bound(vm, args[2], -1, stop_error)?),
            Some(stop) => {
                let stop = bound(vm, stop, -1, stop_error)?;
                (bound(vm, args[2], 0, index_error)?, stop)
            }
        };
        let step_error = |vm: &Vm| vm.value_error("Step for islice() must be a positive integer or None.");
        let step = bound(vm, args[4].bound().unwrap_or(vm.none()), 1, step_error)?;
        if step == 0 {
            return Err(step_error(vm));
        }
        let iterator = vm.iter(args[1])?;
        let [start, stop, step] = [start, stop, step].map(Value::small);
        make(vm, args[0], &[iterator, Value::ZERO, start, stop, step])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn islice_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let number = |field: usize| iter.get(field).as_int().unwrap_or(0);
        let Some(source) = iter.get(SOURCE).bound() else { return end() };
        let (next, stop) = (number(NEXT), number(STOP));
        let mut taken = number(TAKEN);
        let last = if stop >= 0 { next.min(stop) } else { next };
        while taken < last {
            if vm.next(source)?.is_none() {
                iter.set(vm, SOURCE, Value::UNBOUND);
                return end();
            }
            taken += 1;
            iter.set(vm, TAKEN, Value::small(taken));
        }
        let item = if stop >= 0 && taken >= stop { None } else { vm.next(source)? };
        let Some(item) = item else {
            iter.set(vm, SOURCE, Value::UNBOUND);
            return end();
        };
        iter.set(vm, TAKEN, Value::small(taken + 1));
        let next =
            next.checked_add(number(STEP)).and_then(Value::try_int).unwrap_or(Value::small(orochi_vm::value::INT_MAX));
        iter.set(vm, NEXT, next);
        Ok(item)
    }
}
