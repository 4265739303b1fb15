//! Sorting: a stable merge sort of natural runs, as TimSort without galloping.
//!
//! What is sorted is a permutation, an array of places: keys and values stay where they are until it is known, so that a comparison
//! that raises, or collects garbage, finds everything in its place. Keys that are all small integers, all floats or all
//! plain strings are compared without the protocol.

use core::cell::Cell;

use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;

use super::slices::reverse_array;
use crate::error::PyResult;
use crate::object::array::Array;
use crate::types::list::List;
use crate::types::str::{Str, Text};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Runs shorter than this are extended by insertion.
const MIN_RUN: usize = 32;

impl List {
    /// `list.sort(key=key, reverse=reverse)`. The list is empty while keys are computed and compared; ValueError when a
    /// program puts something into it meanwhile.
    pub fn sort(&self, vm: &Vm, key: Option<Value>, reverse: bool) -> PyResult<()> {
        let (array, len) = self.take(vm);
        let emptied = self.array.get();
        let result = sort_array(vm, array, len, key, reverse);
        let modified = !self.is_empty() || self.array.get() != emptied;
        self.put(vm, array, len);
        result?;
        if modified {
            return Err(vm.value_error("list modified during sort"));
        }
        Ok(())
    }
}

fn sort_array(vm: &Vm, array: Gc<Array>, len: usize, key: Option<Value>, reverse: bool) -> PyResult<()> {
    let keys = match key {
        None => array,
        Some(key) => {
            let keys = Array::new(vm, len)?;
            for (index, slot) in keys.slots().iter().enumerate() {
                slot.set(vm.call(key, &[array.slots()[index].get()])?);
                vm.heap.barrier(keys.header());
            }
            keys
        }
    };
    // A descending sort is an ascending one of the list turned around, turned around: equal items keep their order.
    if reverse {
        reverse_array(vm, array, len);
        if key.is_some() {
            reverse_array(vm, keys, len);
        }
    }
    let result = sort_by_keys(vm, array, keys, len);
    if reverse {
        reverse_array(vm, array, len);
    }
    result
}

/// What all keys are.
enum Kind {
    Ints,
    Floats,
    Strings,
    Tuples,
    Mixed,
}

fn kind_of(vm: &Vm, keys: &[Cell<Value>]) -> Kind {
    let all = |test: &dyn Fn(Value) -> bool| keys.iter().all(|key| test(key.get()));
    match keys.first().map(Cell::get) {
        Some(first) if first.is_int() && all(&Value::is_int) => Kind::Ints,
        // NaN has no place in an order; what becomes of it depends on every single comparison.
        Some(first) if first.is_float() && all(&|key| key.as_inline_float().is_some_and(|key| !key.is_nan())) => {
            Kind::Floats
        }
        Some(first) if vm.is_exact_str(first) && all(&|key| vm.is_exact_str(key)) => Kind::Strings,
        Some(first) if vm.is_exact_tuple(first) && all(&|key| vm.is_exact_tuple(key)) => Kind::Tuples,
        _ => Kind::Mixed,
    }
}

fn sort_by_keys(vm: &Vm, values: Gc<Array>, keys: Gc<Array>, len: usize) -> PyResult<()> {
    if len < 2 {
        return Ok(());
    }
    let slots = &keys.slots()[..len];
    let kind = kind_of(vm, slots);
    // The order and half of it again, or the numbers; then the sorted list.
    vm.check_room_for(len.saturating_mul(16))?;
    if matches!(kind, Kind::Ints) && values == keys {
        let mut ints: Vec<i64> = slots.iter().map(|slot| slot.get().raw_int()).collect();
        ints.sort_unstable();
        slots.iter().zip(ints).for_each(|(slot, int)| slot.set(Value::from_raw_int(int)));
        return Ok(());
    }
    let Ok(count) = u32::try_from(len) else { return Err(vm.memory_error()) };
    let mut order: Vec<u32> = (0..count).collect();
    let key = |place: u32| slots[place as usize].get();
    let result = match kind {
        Kind::Ints => merge_sort(&mut order, &mut |a, b| Ok(key(a).raw_int() < key(b).raw_int())),
        Kind::Floats => merge_sort(&mut order, &mut |a, b| Ok(key(a).float_unchecked() < key(b).float_unchecked())),
        Kind::Strings => {
            let prefixes: Option<Vec<u64>> = slots.iter().map(|slot| prefix(slot.get())).collect();
            match prefixes {
                Some(prefixes) => merge_sort(&mut order, &mut |a, b| {
                    let (x, y) = (prefixes[a as usize], prefixes[b as usize]);
                    Ok(x < y || (x == y && text_less(key(a), key(b))))
                }),
                None => merge_sort(&mut order, &mut |a, b| Ok(text_less(key(a), key(b)))),
            }
        }
        Kind::Tuples => merge_sort(&mut order, &mut |a, b| tuple_less(vm, key(a).expect(), key(b).expect())),
        Kind::Mixed => merge_sort(&mut order, &mut |a, b| vm.compare_bool(CompareOp::Lt, key(a), key(b))),
    };
    // After an error the order is still a permutation: as in CPython, the list keeps all its items, partly sorted.
    let sorted = Array::new(vm, len)?;
    for (slot, place) in sorted.slots().iter().zip(&order) {
        slot.set(values.slots()[*place as usize].get());
    }
    for (slot, value) in values.slots().iter().zip(sorted.slots()) {
        slot.set(value.get());
    }
    vm.heap.barrier(values.header());
    result
}

/// A number that orders Latin-1 strings as their first characters do; where it is equal it says nothing.
fn prefix(text: Value) -> Option<u64> {
    let text = text.expect::<Str>();
    let Text::Latin1(units) = text.text() else { return None };
    let mut bytes = [0; 8];
    let count = units.len().min(bytes.len());
    bytes[..count].copy_from_slice(&units[..count]);
    Some(u64::from_be_bytes(bytes))
}

fn text_less(a: Value, b: Value) -> bool {
    let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>()) else { return false };
    match (a.text(), b.text()) {
        (Text::Latin1(a), Text::Latin1(b)) => a < b,
        (a, b) => a.iter().lt(b.iter()),
    }
}

/// `a < b` for tuples. Their items may be anything.
fn tuple_less(vm: &Vm, a: Gc<Tuple>, b: Gc<Tuple>) -> PyResult<bool> {
    for (x, y) in a.items().iter().copied().zip(b.items().iter().copied()) {
        if x == y {
            continue;
        }
        if Value::both_ints(x, y) {
            return Ok(x.raw_int() < y.raw_int());
        }
        if !vm.equals(x, y)? {
            return vm.compare_bool(CompareOp::Lt, x, y);
        }
    }
    Ok(a.len() < b.len())
}

type Less<'a> = dyn FnMut(u32, u32) -> PyResult<bool> + 'a;

/// Sorts places. On an error they are still a permutation.
fn merge_sort<F: FnMut(u32, u32) -> PyResult<bool>>(order: &mut [u32], less: &mut F) -> PyResult<()> {
    let mut buffer = Vec::with_capacity(order.len() / 2 + 1);
    // Ends of runs that are sorted, with sizes that shrink along the stack (TimSort's invariant).
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let mut end = start + natural_run(&mut order[start..], less)?;
        if end - start < MIN_RUN && end < order.len() {
            let wanted = (start + MIN_RUN).min(order.len());
            insert(&mut order[start..wanted], end - start, less)?;
            end = wanted;
        }
        runs.push((start, end));
        start = end;
        while let Some(place) = run_to_merge(&runs, start == order.len()) {
            let ((low, middle), (_, high)) = (runs[place], runs[place + 1]);
            merge(&mut order[low..high], middle - low, &mut buffer, less)?;
            runs[place].1 = high;
            runs.remove(place + 1);
        }
    }
    Ok(())
}

/// The run that is to be merged with the next one now.
fn run_to_merge(runs: &[(usize, usize)], at_end: bool) -> Option<usize> {
    let size = |from_top: usize| runs.len().checked_sub(from_top).and_then(|i| runs.get(i)).map_or(0, |r| r.1 - r.0);
    let count = runs.len();
    if count < 2 {
        return None;
    }
    let (first, second, third, fourth) = (size(1), size(2), size(3), size(4));
    if (count >= 3 && third <= second + first) || (count >= 4 && fourth <= third + second) {
        return Some(if third < first { count - 3 } else { count - 2 });
    }
    (second <= first || at_end).then_some(count - 2)
}

/// The length of the sorted run at the start; a descending one is turned around.
fn natural_run(order: &mut [u32], less: &mut Less<'_>) -> PyResult<usize> {
    if order.len() < 2 {
        return Ok(order.len());
    }
    let mut len = 2;
    if less(order[1], order[0])? {
        while len < order.len() && less(order[len], order[len - 1])? {
            len += 1;
        }
        order[..len].reverse();
    } else {
        while len < order.len() && !less(order[len], order[len - 1])? {
            len += 1;
        }
    }
    Ok(len)
}

/// Insertion by binary search of the places from `sorted` on.
fn insert<F: FnMut(u32, u32) -> PyResult<bool>>(order: &mut [u32], sorted: usize, less: &mut F) -> PyResult<()> {
    for next in sorted..order.len() {
        let pivot = order[next];
        let (mut low, mut high) = (0, next);
        while low < high {
            let middle = low + (high - low) / 2;
            if less(pivot, order[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        order.copy_within(low..next, low + 1);
        order[low] = pivot;
    }
    Ok(())
}

/// Merges the sorted parts before and after `middle`.
fn merge<F: FnMut(u32, u32) -> PyResult<bool>>(
    order: &mut [u32],
    middle: usize,
    buffer: &mut Vec<u32>,
    less: &mut F,
) -> PyResult<()> {
    if !less(order[middle], order[middle - 1])? {
        return Ok(());
    }
    buffer.clear();
    buffer.extend_from_slice(&order[..middle]);
    let (mut left, mut right, mut out) = (0, middle, 0);
    let mut result = Ok(());
    while left < buffer.len() && right < order.len() {
        match less(order[right], buffer[left]) {
            Ok(true) => {
                order[out] = order[right];
                right += 1;
            }
            Ok(false) => {
                order[out] = buffer[left];
                left += 1;
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
        out += 1;
    }
    // Room for the rest of the left part is exactly what lies before the rest of the right part.
    order[out..out + buffer.len() - left].copy_from_slice(&buffer[left..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &[u32]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        merge_sort(&mut order, &mut |a, b| Ok(keys[a as usize] < keys[b as usize])).expect("compares");
        order
    }

    #[test]
    fn it_sorts_and_is_stable() {
        let mut state = 1u32;
        for len in [0, 1, 2, 3, 31, 32, 33, 64, 100, 1000, 5000] {
            for modulus in [1, 2, 10, 1 << 30] {
                let keys: Vec<u32> = (0..len)
                    .map(|_| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        (state >> 2) % modulus
                    })
                    .collect();
                let mut expected: Vec<u32> = (0..len as u32).collect();
                expected.sort_by_key(|place| keys[*place as usize]);
                assert_eq!(sorted(&keys), expected);
            }
        }
        let descending: Vec<u32> = (0..100).rev().collect();
        assert_eq!(sorted(&descending), (0..100).rev().collect::<Vec<_>>());
    }
}
