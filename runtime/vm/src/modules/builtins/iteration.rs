//! Built-in functions over iterables: `all`, `any`, `iter`, `max`, `min`, `next`, `sorted`, `sum`, and `aiter`.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::special::Special;
use crate::protocol::iter::Items;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;
use crate::{BinaryOp, CompareOp};

/// Whether the truth of some item is `wanted`.
fn some_item_is(vm: &Vm, iterable: Value, wanted: bool) -> PyResult<bool> {
    let mut found = false;
    vm.for_each_while(iterable, |item| {
        found = vm.is_true(item)? == wanted;
        Ok(!found)
    })?;
    Ok(found)
}

/// `max` and `min`. The arguments: `key`, `default`, then the values.
fn extreme(vm: &Vm, args: &[Value], name: &str, op: CompareOp) -> PyResult {
    // Two numbers, the most frequent case.
    if let [Value::UNBOUND, Value::UNBOUND, a, b] = *args
        && (Value::both_ints(a, b) || Value::both_floats(a, b))
    {
        return Ok(if vm.compare_bool(op, b, a)? { b } else { a });
    }
    let key = args[0].bound().filter(|key| *key != vm.none());
    let default = args[1].bound();
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |item: Value| -> PyResult<()> {
        let rank = match key {
            Some(key) => vm.call(key, &[item])?,
            None => item,
        };
        let better = match best {
            None => true,
            Some((other, _)) => vm.compare_bool(op, rank, other)?,
        };
        if better {
            best = Some((rank, item));
        }
        Ok(())
    };
    match &args[2..] {
        [] => return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [iterable] => vm.for_each(*iterable, consider)?,
        values => {
            if default.is_some() {
                let text = format!("Cannot specify a default for {name}() with multiple positional arguments");
                return Err(vm.type_error(text));
            }
            values.iter().try_for_each(|value| consider(*value))?;
        }
    }
    match best.map(|(_, item)| item).or(default) {
        Some(item) => Ok(item),
        None => Err(vm.value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// A sum of floats that keeps what rounding loses (Neumaier's variant of Kahan's summation).
#[derive(Clone, Copy)]
struct FloatSum {
    high: f64,
    low: f64,
}

impl FloatSum {
    fn add(&mut self, value: f64) {
        let sum = self.high + value;
        self.low += if self.high.abs() >= value.abs() { (self.high - sum) + value } else { (value - sum) + self.high };
        self.high = sum;
    }

    fn value(self) -> f64 {
        // A compensation that is not finite would only spoil an infinite sum.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// An exact integer that is inline: not a bool, not of a subclass.
fn small_int(value: Value) -> Option<i64> {
    value.as_int()
}

/// `sum` from the iterator on, with ways of their own for integers and floats as long as all items are such.
fn sum_items(vm: &Vm, mut items: Items, start: Value) -> PyResult {
    let mut total = start;
    let mut pending = items.next(vm)?;
    if let Some(mut sum) = small_int(total) {
        while let Some(int) = pending.and_then(small_int)
            && let Some(next) = sum.checked_add(int)
        {
            sum = next;
            pending = items.next(vm)?;
        }
        total = vm.new_int(sum)?;
    }
    if pending.is_some_and(|item| is_exact_float(vm, item)) && small_int(total).is_some() || is_exact_float(vm, total) {
        let first = total.as_float().or(small_int(total).map(|int| int as f64)).unwrap_or(0.0);
        let mut sum = FloatSum { high: first, low: 0.0 };
        while let Some(item) = pending {
            if item.is_float() {
                sum.add(item.float_unchecked());
            } else if is_exact_float(vm, item) {
                sum.add(item.as_float().unwrap_or(0.0));
            } else if let Some(int) = small_int(item) {
                sum.add(int as f64);
            } else {
                break;
            }
            pending = items.next(vm)?;
        }
        total = vm.new_float(sum.value())?;
    }
    if let Some(item) = pending.filter(|item| vm.is_exact(*item, vm.types().complex))
        && (small_int(total).is_some() || is_exact_float(vm, total))
    {
        total = vm.binary(BinaryOp::Add, total, item)?;
        pending = items.next(vm)?;
    }
    if vm.is_exact(total, vm.types().complex) {
        (total, pending) = sum_complex(vm, &mut items, total, pending)?;
    }
    while let Some(item) = pending {
        total = vm.binary(BinaryOp::Add, total, item)?;
        pending = items.next(vm)?;
    }
    Ok(total)
}

/// Adds numbers to a complex one, part by part, as long as they are exact: the sum, and the item that is none of them.
fn sum_complex(vm: &Vm, items: &mut Items, start: Value, first: Option<Value>) -> PyResult<(Value, Option<Value>)> {
    let (real, imag) = start.expect::<Complex>().parts();
    let (mut real, mut imag) = (FloatSum { high: real, low: 0.0 }, FloatSum { high: imag, low: 0.0 });
    let mut pending = first;
    while let Some(item) = pending {
        if vm.is_exact(item, vm.types().complex) {
            let parts = item.expect::<Complex>().parts();
            real.add(parts.0);
            imag.add(parts.1);
        } else if let Some(float) = item.as_float().filter(|_| is_exact_float(vm, item)) {
            real.add(float);
        } else if let Some(int) = small_int(item) {
            real.add(int as f64);
        } else {
            break;
        }
        pending = items.next(vm)?;
    }
    Ok((vm.new_complex(real.value(), imag.value())?, pending))
}

fn is_exact_float(vm: &Vm, value: Value) -> bool {
    value.is_float() || vm.is_exact(value, vm.types().float)
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Return an asynchronous iterator over an asynchronous iterable.
    #[method("aiter(async_iterable, /)")]
    fn aiter(vm: &Vm, args: &[Value]) -> PyResult {
        let method = vm.class_of(args[0]).special(Special::AIter);
        if method.is_unbound() {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("'{name}' object is not an async iterable")));
        }
        let iterator = vm.call_special(args[0], method, &[])?;
        if vm.class_of(iterator).special(Special::ANext).is_unbound() {
            let name = vm.type_name(iterator);
            return Err(vm.type_error(format!("aiter() returned not an async iterator of type '{name}'")));
        }
        Ok(iterator)
    }

    /// Return whether all items are true.
    #[method("all(iterable, /)")]
    fn all(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(!some_item_is(vm, args[0], false)?))
    }

    /// Return whether any item is true.
    #[method("any(iterable, /)")]
    fn any(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(some_item_is(vm, args[0], true)?))
    }

    /// Return an iterator over an iterable, or over what a callable returns until that is the sentinel.
    #[method("hidden iter(object, sentinel=None, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(sentinel) = args[1].bound() else { return vm.iter(args[0]) };
        if !vm.is_callable(args[0]) {
            return Err(vm.type_error("iter(v, w): v must be callable"));
        }
        crate::types::iterators::callable::new(vm, args[0], sentinel)
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// Return the biggest of the arguments, or the biggest item of the only one.
    #[method("hidden max(*args, key=None, default=None)")]
    fn max(vm: &Vm, args: &[Value]) -> PyResult {
        extreme(vm, args, "max", CompareOp::Gt)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// Return the smallest of the arguments, or the smallest item of the only one.
    #[method("hidden min(*args, key=None, default=None)")]
    fn min(vm: &Vm, args: &[Value]) -> PyResult {
        extreme(vm, args, "min", CompareOp::Lt)
    }

    /// Return the next item of an iterator, or the default if there is none.
    #[method("hidden resumes next(iterator, default=None, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(default) = args[1].bound() else {
            let method = vm.class_of(args[0]).special(Special::Next);
            if method.is_unbound() {
                let name = vm.type_name(args[0]);
                return Err(vm.type_error(format!("'{name}' object is not an iterator")));
            }
            // Not by `Vm::next`: the StopIteration has the value that a generator returned.
            return vm.call_special(args[0], method, &[]);
        };
        Ok(vm.next(args[0])?.unwrap_or(default))
    }

    /// Return a new sorted list of the items. The named arguments are those of `list.sort`.
    #[method("sorted(*args, **kwargs)")]
    fn sorted(vm: &Vm, args: &[Value]) -> PyResult {
        let (named, given) = (args[0].expect::<Dict>(), &args[1..]);
        let [iterable] = given else {
            return Err(vm.type_error(format!("sorted expected 1 argument, got {}", given.len())));
        };
        let list = vm.list_from(*iterable)?;
        if named.is_empty() {
            list.sort(vm, None, false)?;
        } else {
            let sort = vm.get_attr_str(list.into(), "sort")?;
            vm.call_with(sort, &[], named)?;
        }
        Ok(list.into())
    }

    /// Return the sum of the start value and the items.
    #[method("sum(iterable, /, start=0)")]
    fn sum(vm: &Vm, args: &[Value]) -> PyResult {
        let start = args[1].bound().unwrap_or(Value::ZERO);
        let wrong = if start.cast::<Str>().is_some() {
            Some("sum() can't sum strings [use ''.join(seq) instead]")
        } else if start.cast::<Bytes>().is_some() {
            Some("sum() can't sum bytes [use b''.join(seq) instead]")
        } else if start.cast::<ByteArray>().is_some() {
            Some("sum() can't sum bytearray [use b''.join(seq) instead]")
        } else {
            None
        };
        let items = vm.items(args[0])?;
        match wrong {
            Some(text) => Err(vm.type_error(text)),
            None => sum_items(vm, items, start),
        }
    }
}
