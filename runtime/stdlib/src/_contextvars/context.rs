//! `Context`, the current one, and the iterators over one.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{map, variable};

/// Fields: the map (unbound when it is empty); the context that was current before this one was entered, None when there was none,
/// unbound while it is not entered.
const MAP: usize = 0;
const PREVIOUS: usize = 1;

/// `Context`.
pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::MAPPING,
    methods: &[METHODS],
    ..ClassDef::new("_contextvars.Context", "", Layout::Record)
};

fn this(context: Value) -> Gc<Record> {
    context.expect()
}

/// The map of a context; none without a context.
pub(super) fn map_of(context: Value) -> Option<Value> {
    context.cast::<Record>().map(|context| context.get(MAP))
}

fn with_map(vm: &Vm, map: Value) -> PyResult {
    Record::new(vm, vm.module_class(&CLASS)?, &[map, Value::UNBOUND]).map(Value::from)
}

/// The current context of the running thread.
pub(super) fn current(vm: &Vm) -> PyResult {
    if let Some(context) = vm.threads.context.get().bound() {
        return Ok(context);
    }
    let context = with_map(vm, Value::UNBOUND)?;
    vm.threads.context.set(context);
    Ok(context)
}

/// Another context with the same values.
pub(super) fn copy(vm: &Vm, context: Value) -> PyResult {
    with_map(vm, this(context).get(MAP))
}

/// Sets a variable.
pub(super) fn set(vm: &Vm, context: Value, variable: Value, value: Value) -> PyResult<()> {
    let map = map::insert(vm, this(context).get(MAP), variable, value)?;
    this(context).set(vm, MAP, map);
    Ok(())
}

/// Has a variable no value any more.
pub(super) fn unset(vm: &Vm, context: Value, variable: Value) -> PyResult<()> {
    let map = map::remove(vm, this(context).get(MAP), variable)?;
    this(context).set(vm, MAP, map);
    Ok(())
}

/// What a variable has in a context.
fn look_up(vm: &Vm, context: Value, key: Value) -> PyResult<Option<Value>> {
    if !variable::is_variable(vm, key)? {
        let key = vm.repr(key)?;
        return Err(vm.type_error(format!("a ContextVar key was expected, got {key}")));
    }
    Ok(map::get(this(context).get(MAP), key))
}

/// Runs a function with a context as the current one.
fn run(vm: &Vm, context: Value, function: Value, positional: &[Value], named: Gc<Dict>) -> PyResult {
    let record = this(context);
    if record.get(PREVIOUS).is_bound() {
        let text = vm.repr(context)?;
        return Err(vm.runtime_error(format!("cannot enter context: {text} is already entered")));
    }
    record.set(vm, PREVIOUS, vm.threads.context.get().bound().unwrap_or(vm.none()));
    vm.threads.context.set(context);
    let result = vm.call_with(function, positional, named);
    let previous = record.get(PREVIOUS);
    record.set(vm, PREVIOUS, Value::UNBOUND);
    vm.threads.context.set(if previous == vm.none() { Value::UNBOUND } else { previous });
    result
}

#[methods(METHODS)]
impl Methods {
    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        look_up(vm, args[0], args[1]).map(|found| vm.bool(found.is_some()))
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        if vm.class_of(args[1]) != vm.class_of(args[0]) {
            return Ok(vm.not_implemented());
        }
        let (own, other) = (this(args[0]).get(MAP), this(args[1]).get(MAP));
        if own == other {
            return Ok(vm.true_());
        }
        if map::len(own) != map::len(other) {
            return Ok(vm.false_());
        }
        let same = map::for_each(own, &mut |key, value| match map::get(other, key) {
            Some(other) => Ok(value == other || vm.equals(value, other)?),
            None => Ok(false),
        })?;
        Ok(vm.bool(same))
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        look_up(vm, args[0], args[1])?.ok_or_else(|| vm.key_error(args[1]))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        iterate(vm, args[0], &KEYS)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(map::len(this(args[0]).get(MAP)) as i64)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() > 2 || !args[1].expect::<Dict>().is_empty() {
            return Err(vm.type_error("Context() does not accept any arguments"));
        }
        with_map(vm, Value::UNBOUND)
    }

    /// Return a shallow copy of the context object.
    #[method("copy($self, /)")]
    fn copy_(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args[0])
    }

    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`. If `default` is not given,
    /// return None.
    #[method("get($self, key, default=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(look_up(vm, args[0], args[1])?.or(args[2].bound()).unwrap_or(vm.none()))
    }

    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[method("items($self, /)")]
    fn items(vm: &Vm, args: &[Value]) -> PyResult {
        iterate(vm, args[0], &ITEMS)
    }

    /// Return a list of all variables in the context object.
    #[method("keys($self, /)")]
    fn keys(vm: &Vm, args: &[Value]) -> PyResult {
        iterate(vm, args[0], &KEYS)
    }

    /// Call a function with this context as the current one.
    #[method("run($self, /, *args, **kwargs)")]
    fn run_(vm: &Vm, args: &[Value]) -> PyResult {
        match args[2..] {
            [function, ref positional @ ..] => run(vm, args[0], function, positional, args[1].expect()),
            [] => Err(vm.type_error("run() missing 1 required positional argument")),
        }
    }

    /// Return a list of all variables' values in the context object.
    #[method("values($self, /)")]
    fn values(vm: &Vm, args: &[Value]) -> PyResult {
        iterate(vm, args[0], &VALUES)
    }
}

// ---- iterators ----------------------------------------------------------------------------------------------------------

/// Fields of an iterator: the map as it was, and the number of the variable before, unbound at first.
const TREE: usize = 0;
const AFTER: usize = 1;

static KEYS: ClassDef = ClassDef { methods: &[ITERATION, NEXT_KEY], ..ClassDef::new("keys", "", Layout::Record) };
static VALUES: ClassDef = ClassDef { methods: &[ITERATION, NEXT_VALUE], ..ClassDef::new("values", "", Layout::Record) };
static ITEMS: ClassDef = ClassDef { methods: &[ITERATION, NEXT_ITEM], ..ClassDef::new("items", "", Layout::Record) };

fn iterate(vm: &Vm, context: Value, class: &'static ClassDef) -> PyResult {
    let class: Gc<Class> = vm.module_class(class)?;
    Record::new(vm, class, &[this(context).get(MAP), Value::UNBOUND]).map(Value::from)
}

/// The next variable and its value.
fn step(vm: &Vm, iterator: Value) -> PyResult<Option<(Value, Value)>> {
    let iterator = this(iterator);
    let after = iterator.get(AFTER).as_int().map(|number| number as u64);
    let next = map::next(iterator.get(TREE), after);
    if let Some((key, _)) = next {
        iterator.set(vm, AFTER, vm.new_int(variable::number(key) as i64)?);
    }
    Ok(next)
}

#[methods(ITERATION)]
impl Iteration {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter_self(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn iter_len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(map::len(this(args[0]).get(TREE)) as i64)
    }
}

#[methods(NEXT_KEY)]
impl NextKey {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_key(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(step(vm, args[0])?.map_or(Value::UNBOUND, |(key, _)| key))
    }
}

#[methods(NEXT_VALUE)]
impl NextValue {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_value(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(step(vm, args[0])?.map_or(Value::UNBOUND, |(_, value)| value))
    }
}

#[methods(NEXT_ITEM)]
impl NextItem {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_item(vm: &Vm, args: &[Value]) -> PyResult {
        match step(vm, args[0])? {
            Some((key, value)) => vm.new_tuple(&[key, value]),
            None => Ok(Value::UNBOUND),
        }
    }
}
