//! What the sequence types have in common: reprs of items, `count` and `index`, the count of `sequence * count`.

use crate::error::PyResult;
use crate::protocol::text::TextBuf;
use crate::types::int;
use crate::value::Value;
use crate::vm::Vm;

/// How often `sequence * count` repeats the sequence. TypeError when it is no integer.
pub fn repeat_count(vm: &Vm, count: Value) -> PyResult<usize> {
    let Some(index) = vm.try_index(count)? else {
        let name = vm.type_name(count);
        return Err(vm.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
    };
    match int::to_i64(index) {
        Some(count) => Ok(count.max(0) as usize),
        None => {
            let name = vm.type_name(count);
            Err(vm.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// A bound of `index(value, start, stop)`: counted from the end when negative, never negative.
pub fn search_bound(vm: &Vm, bound: Value, default: i64, len: usize) -> PyResult<usize> {
    let Some(bound) = bound.bound() else { return Ok(default.max(0) as usize) };
    let Some(index) = vm.try_index(bound)? else {
        return Err(vm.type_error("slice indices must be integers or have an __index__ method"));
    };
    let index = int::to_i64_clamped(index);
    Ok(if index < 0 { index.saturating_add(len as i64).max(0) } else { index } as usize)
}

/// How many items are equal to a value. `at` gives an item as it is when asked, `None` beyond the end.
pub fn count(vm: &Vm, value: Value, at: impl Fn(usize) -> Option<Value>) -> PyResult {
    let (mut index, mut count) = (0, 0);
    while let Some(item) = at(index) {
        count += i64::from(vm.equals(item, value)?);
        index += 1;
    }
    vm.new_int(count)
}

/// The first place from `start` to `stop` whose item is equal to a value.
pub fn find(
    vm: &Vm,
    value: Value,
    start: usize,
    stop: usize,
    at: impl Fn(usize) -> Option<Value>,
) -> PyResult<Option<usize>> {
    let mut index = start;
    while index < stop
        && let Some(item) = at(index)
    {
        if vm.equals(item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

/// `open`, the reprs of the items with commas between, `close`.
pub fn push_items(vm: &Vm, text: &mut TextBuf, at: impl Fn(usize) -> Option<Value>) -> PyResult<()> {
    let mut index = 0;
    while let Some(item) = at(index) {
        if index > 0 {
            text.push(", ");
        }
        text.push_repr(vm, item)?;
        index += 1;
    }
    Ok(())
}
