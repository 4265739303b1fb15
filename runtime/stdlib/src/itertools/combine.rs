//! `accumulate`, `batched`, `chain`, `pairwise`, `starmap`, `zip_longest`.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{BinaryOp, ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

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

class!(ACCUMULATE, "itertools.accumulate", "Running totals, or running results of a function.", ACCUMULATE_METHODS);
class!(BATCHED, "itertools.batched", "Tuples of n items of the iterable; the last may be shorter.", BATCHED_METHODS);
class!(CHAIN, "itertools.chain", "The items of the first iterable, then those of the next, and so on.", CHAIN_METHODS);
class!(PAIRWISE, "itertools.pairwise", "Pairs of an item and the next one.", PAIRWISE_METHODS);
class!(STARMAP, "itertools.starmap", "What the function returns for arguments from the iterable.", STARMAP_METHODS);
class!(
    ZIP_LONGEST,
    "itertools.zip_longest",
    "Tuples of one item of each iterable, until the longest is exhausted; fillvalue stands for what is missing.",
    ZIP_LONGEST_METHODS
);

/// Fields of `accumulate`; the total is unbound before the first item, and so is an initial value that is not there.
const ITERATOR: usize = 0;
const FUNCTION: usize = 1;
const TOTAL: usize = 2;
const INITIAL: usize = 3;

#[methods(ACCUMULATE_METHODS)]
impl AccumulateMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, func=None, *, initial=None)")]
    fn accumulate_new(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[1])?;
        let given = |value: Value| value.bound().filter(|value| *value != vm.none()).unwrap_or(Value::UNBOUND);
        make(vm, args[0], &[iterator, given(args[2]), Value::UNBOUND, given(args[3])])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn accumulate_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        if let Some(initial) = iter.get(INITIAL).bound() {
            iter.set(vm, INITIAL, Value::UNBOUND);
            iter.set(vm, TOTAL, initial);
            return Ok(initial);
        }
        let Some(item) = vm.next(iter.get(ITERATOR))? else { return end() };
        let total = match (iter.get(TOTAL).bound(), iter.get(FUNCTION).bound()) {
            (None, _) => item,
            (Some(total), None) => vm.binary(BinaryOp::Add, total, item)?,
            (Some(total), Some(function)) => vm.call(function, &[total, item])?,
        };
        iter.set(vm, TOTAL, total);
        Ok(total)
    }
}

/// Fields of `batched`; the iterator is unbound at the end.
const SOURCE: usize = 0;
const SIZE: usize = 1;
const STRICT: usize = 2;

#[methods(BATCHED_METHODS)]
impl BatchedMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, n, *, strict=False)")]
    fn batched_new(vm: &Vm, args: &[Value]) -> PyResult {
        let size = vm.index_i64(args[2])?;
        let strict = args[3].bound().map_or(Ok(false), |strict| vm.is_true(strict))?;
        if size < 1 {
            return Err(vm.value_error("n must be at least one"));
        }
        let fields = [vm.iter(args[1])?, vm.new_int(size)?, vm.bool(strict)];
        make(vm, args[0], &fields)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn batched_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(source) = iter.get(SOURCE).bound() else { return end() };
        let size = iter.get(SIZE).as_int().map_or(usize::MAX, |size| size as usize);
        let batch = List::with_capacity(vm, size.min(64))?;
        while batch.len() < size {
            match vm.next(source)? {
                Some(item) => batch.push(vm, item)?,
                None => {
                    iter.set(vm, SOURCE, Value::UNBOUND);
                    break;
                }
            }
        }
        if batch.is_empty() {
            return end();
        }
        if batch.len() < size && iter.get(STRICT) == vm.true_() {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        batch.to_tuple(vm).map(Value::from)
    }
}

/// Fields of `chain`: the iterator over iterables, and the one over the current of them; unbound where there is none.
const SOURCES: usize = 0;
const ACTIVE: usize = 1;

#[methods(CHAIN_METHODS)]
impl ChainMethods {
    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn chain_class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Chain the iterables that an iterable gives.
    #[method("from_iterable($type, iterable, /)")]
    fn from_iterable(vm: &Vm, args: &[Value]) -> PyResult {
        let sources = vm.iter(args[1])?;
        make(vm, args[0], &[sources, Value::UNBOUND])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *iterables)")]
    fn chain_new(vm: &Vm, args: &[Value]) -> PyResult {
        let sources = vm.iter(vm.new_tuple(&args[1..])?)?;
        make(vm, args[0], &[sources, Value::UNBOUND])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn chain_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        while let Some(sources) = iter.get(SOURCES).bound() {
            if let Some(active) = iter.get(ACTIVE).bound() {
                if let Some(item) = vm.next(active)? {
                    return Ok(item);
                }
                iter.set(vm, ACTIVE, Value::UNBOUND);
            }
            let active = vm.next(sources).and_then(|source| source.map(|source| vm.iter(source)).transpose());
            match active {
                Ok(Some(active)) => iter.set(vm, ACTIVE, active),
                Ok(None) => iter.set(vm, SOURCES, Value::UNBOUND),
                Err(raised) => {
                    iter.set(vm, SOURCES, Value::UNBOUND);
                    return Err(raised);
                }
            }
        }
        end()
    }
}

/// Field of `pairwise`: the item before.
const BEFORE: usize = 1;

#[methods(PAIRWISE_METHODS)]
impl PairwiseMethods {
    /// Create and return a new object.
    #[method("static __new__(type, iterable, /)")]
    fn pairwise_new(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[1])?;
        make(vm, args[0], &[iterator, Value::UNBOUND])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn pairwise_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let source = iter.get(ITERATOR);
        let before = match iter.get(BEFORE).bound() {
            Some(before) => before,
            None => match vm.next(source)? {
                Some(first) => {
                    iter.set(vm, BEFORE, first);
                    first
                }
                None => return end(),
            },
        };
        let Some(item) = vm.next(source)? else { return end() };
        iter.set(vm, BEFORE, item);
        vm.new_tuple(&[before, item])
    }
}

#[methods(STARMAP_METHODS)]
impl StarmapMethods {
    /// Create and return a new object.
    #[method("static __new__(type, function, iterable, /)")]
    fn starmap_new(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = vm.iter(args[2])?;
        make(vm, args[0], &[iterator, args[1]])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn starmap_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(item) = vm.next(iter.get(ITERATOR))? else { return end() };
        let arguments: Gc<Tuple> = vm.tuple_from(item)?;
        vm.call(iter.get(FUNCTION), arguments.items())
    }
}

/// Fields of `zip_longest`: the filler, how many iterators are not exhausted, and the iterators, unbound when they are.
const FILLER: usize = 0;
const ALIVE: usize = 1;
const FIRST: usize = 2;

#[methods(ZIP_LONGEST_METHODS)]
impl ZipLongestMethods {
    /// Create and return a new object.
    #[method("static __new__(type, /, *iterables, fillvalue=None)")]
    fn zip_longest_new(vm: &Vm, args: &[Value]) -> PyResult {
        let count = args.len() - 2;
        let mut fields = vm.scratch(FIRST + count)?;
        fields.push(args[1].bound().unwrap_or(vm.none()));
        fields.push(Value::small(count as i64));
        for iterable in &args[2..] {
            let iterator = vm.iter(*iterable)?;
            fields.push(iterator);
        }
        make(vm, args[0], &fields)
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn zip_longest_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter: Gc<Record> = this(args);
        let count = iter.fields().len() - FIRST;
        if iter.get(ALIVE) == Value::ZERO {
            return end();
        }
        let mut items = vm.scratch(count)?;
        for index in 0..count {
            let mut item = None;
            if let Some(iterator) = iter.get(FIRST + index).bound() {
                item = vm.next(iterator)?;
                if item.is_none() {
                    let alive = iter.get(ALIVE).as_int().unwrap_or(0) - 1;
                    iter.set(vm, ALIVE, Value::small(alive));
                    if alive == 0 {
                        return end();
                    }
                    iter.set(vm, FIRST + index, Value::UNBOUND);
                }
            }
            items.push(item.unwrap_or(iter.get(FILLER)));
        }
        vm.new_tuple(&items)
    }
}
