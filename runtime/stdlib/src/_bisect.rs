//! `_bisect`: binary search in sorted sequences.

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{CompareOp, NativeModule, PyResult, Value, Vm};

const DOC: &str = "Binary search in sorted sequences.";

/// The module.
pub const MODULE: NativeModule = NativeModule { name: "_bisect", doc: DOC, functions: FUNCTIONS, init: |_, _| Ok(()) };

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The place for `x` in `a`: before or behind the items equal to it. `args` is a, x, lo, hi, key.
fn search(vm: &Vm, args: &[Value], x: Value, side: Side) -> PyResult<usize> {
    let (a, key) = (args[0], args[4].bound().filter(|key| *key != vm.none()));
    let low = args[2].bound().map_or(Ok(0), |low| vm.index_i64(low))?;
    let Ok(mut low) = usize::try_from(low) else { return Err(vm.value_error("lo must be non-negative")) };
    let high = match args[3].bound().filter(|high| *high != vm.none()) {
        // As in CPython, -1 stands for the end, and other negative numbers find nothing.
        Some(high) => match vm.index_i64(high)? {
            -1 => vm.len(a)?,
            high => high.max(0) as usize,
        },
        None => vm.len(a)?,
    };
    let mut high = high;
    while low < high {
        let middle = low + (high - low) / 2;
        let mut item = vm.get_item(a, vm.new_int(middle as i64)?)?;
        if let Some(key) = key {
            item = vm.call(key, &[item])?;
        }
        let goes_right = match side {
            Side::Left => vm.compare_bool(CompareOp::Lt, item, x)?,
            Side::Right => !vm.compare_bool(CompareOp::Lt, x, item)?,
        };
        if goes_right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn insort(vm: &Vm, args: &[Value], side: Side) -> PyResult {
    let (a, x) = (args[0], args[1]);
    let wanted = match args[4].bound().filter(|key| *key != vm.none()) {
        Some(key) => vm.call(key, &[x])?,
        None => x,
    };
    let place = search(vm, args, wanted, side)?;
    match a.cast::<List>().filter(|_| vm.is_exact(a, vm.types().list)) {
        Some(list) => list.splice(vm, place, place, &[x])?,
        None => {
            vm.call_method(a, "insert", &[vm.new_int(place as i64)?, x])?;
        }
    }
    Ok(vm.none())
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the place for x in the sorted sequence a, before the items equal to x.
    #[method("bisect_left(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(search(vm, args, args[1], Side::Left)? as i64)
    }

    /// Return the place for x in the sorted sequence a, behind the items equal to x.
    #[method("bisect_right(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(search(vm, args, args[1], Side::Right)? as i64)
    }

    /// Put x into the sorted sequence a, before the items equal to x.
    #[method("insort_left(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(vm: &Vm, args: &[Value]) -> PyResult {
        insort(vm, args, Side::Left)
    }

    /// Put x into the sorted sequence a, behind the items equal to x.
    #[method("insort_right(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(vm: &Vm, args: &[Value]) -> PyResult {
        insort(vm, args, Side::Right)
    }
}
