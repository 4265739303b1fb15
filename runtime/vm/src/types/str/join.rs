//! `str.join`.

use core::cell::Cell;

use orochi_gc::Gc;

use super::Str;
use super::fill::{Fill, Measure};
use crate::error::PyResult;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The strings of an iterable with a separator between.
pub fn join(vm: &Vm, separator: Gc<Str>, iterable: Value) -> PyResult {
    // Nothing that follows runs Python code, so the items stay as they are.
    if let Some(tuple) = iterable.cast::<Tuple>().filter(|_| vm.is_exact_tuple(iterable)) {
        return join_items(vm, separator, tuple.len(), tuple.items().iter().copied());
    }
    let list = match iterable.cast::<List>().filter(|_| vm.is_exact(iterable, vm.types().list)) {
        Some(list) => list,
        None => {
            let iterator = match vm.iter(iterable) {
                Err(raised) if vm.pending_is(vm.types().type_error) => {
                    let _ = vm.take_exception(raised);
                    return Err(vm.type_error("can only join an iterable"));
                }
                iterator => iterator?,
            };
            vm.list_from(iterator)?
        }
    };
    join_items(vm, separator, list.len(), list.slots().iter().map(Cell::get))
}

fn join_items(vm: &Vm, separator: Gc<Str>, count: usize, items: impl Iterator<Item = Value> + Clone) -> PyResult {
    if count == 1
        && let Some(only) = items.clone().next().filter(|only| vm.is_exact_str(*only))
    {
        return Ok(only);
    }
    let mut measure = Measure::EMPTY;
    let too_long = || vm.overflow_error("join() result is too long for a Python string");
    if count > 1 {
        measure = measure.add(&separator, count - 1).ok_or_else(too_long)?;
    }
    for (index, item) in items.clone().enumerate() {
        let Some(text) = item.cast::<Str>() else {
            let name = vm.type_name(item);
            return Err(vm.type_error(format!("sequence item {index}: expected str instance, {name} found")));
        };
        measure = measure.add_one(&text).ok_or_else(too_long)?;
    }
    let mut fill = Fill::new(vm, measure)?;
    let separator = separator.text();
    for (index, text) in items.filter_map(Value::cast::<Str>).enumerate() {
        if index > 0 && !separator.is_empty() {
            fill.push(separator);
        }
        fill.push(text.text());
    }
    Ok(fill.finish(vm).into())
}
