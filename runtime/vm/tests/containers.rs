//! Containers and iterators, called from Rust: what needs no interpreter.

use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Config, Gc, PyResult, Value, Vm};

fn run(test: impl FnOnce(&Vm) -> PyResult<()>) {
    let vm = Vm::new(Config::default()).expect("starts");
    vm.heap.with_stack(|| {
        if let Err(raised) = test(&vm) {
            panic!("{}", error(&vm, Err(raised)));
        }
    });
}

fn ints(vm: &Vm, items: &[i64]) -> Value {
    let list = List::with_capacity(vm, items.len()).expect("room");
    items.iter().for_each(|item| list.push(vm, Value::small(*item)).expect("room"));
    list.into()
}

fn to_ints(vm: &Vm, iterable: Value) -> PyResult<Vec<i64>> {
    let list: Gc<List> = vm.list_from(iterable)?;
    Ok(list.slots().iter().map(|slot| slot.get().as_int().expect("an integer")).collect())
}

/// The class and message of the exception that a call raises.
fn error(vm: &Vm, result: PyResult) -> String {
    let exception = vm.take_exception(result.expect_err("raises"));
    let argument = exception.first_arg(vm);
    format!(
        "{}: {}",
        vm.type_name(exception.into()),
        argument.cast::<orochi_vm::types::str::Str>().map_or_else(String::new, |text| text.to_string())
    )
}

fn slice(vm: &Vm, start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Value {
    let part = |part: Option<i64>| part.map_or(vm.none(), Value::small);
    orochi_vm::types::slice::Slice::new(vm, part(start), part(stop), part(step)).expect("room")
}

#[test]
fn lists_change_in_place() {
    run(|vm| {
        let list = ints(vm, &[3, 1, 2]);
        vm.call_method(list, "sort", &[])?;
        assert_eq!(to_ints(vm, list)?, [1, 2, 3]);
        vm.call_method(list, "insert", &[Value::small(-1), Value::small(9)])?;
        vm.call_method(list, "extend", &[list])?;
        assert_eq!(to_ints(vm, list)?, [1, 2, 9, 3, 1, 2, 9, 3]);
        vm.set_item(list, slice(vm, Some(1), Some(3), None), ints(vm, &[7, 7, 7]))?;
        assert_eq!(to_ints(vm, list)?, [1, 7, 7, 7, 3, 1, 2, 9, 3]);
        vm.delete_item(list, slice(vm, None, None, Some(-2)))?;
        assert_eq!(to_ints(vm, list)?, [7, 7, 1, 9]);
        vm.set_item(list, slice(vm, None, None, Some(2)), ints(vm, &[4, 5]))?;
        assert_eq!(to_ints(vm, list)?, [4, 7, 5, 9]);
        let part = vm.get_item(list, slice(vm, None, Some(1), Some(-1)))?;
        assert_eq!(to_ints(vm, part)?, [9, 5]);
        assert_eq!(
            error(vm, vm.call_method(list, "remove", &[Value::small(99)])),
            "ValueError: list.remove(x): x not in list"
        );
        assert_eq!(error(vm, vm.call_method(list, "pop", &[Value::small(99)])), "IndexError: pop index out of range");
        assert_eq!(vm.call_method(list, "pop", &[Value::ZERO])?, Value::small(4));
        assert_eq!(vm.call_method(list, "index", &[Value::small(9)])?, Value::small(2));
        Ok(())
    });
}

#[test]
fn mixed_keys_are_sorted_by_protocol() {
    run(|vm| {
        let list = List::new(vm, &[Value::small(3), vm.new_float(1.5)?, Value::small(-1)])?;
        list.sort(vm, None, true)?;
        assert_eq!(list.get(0), Some(Value::small(3)));
        assert_eq!(list.get(2), Some(Value::small(-1)));
        let bad = List::new(vm, &[Value::small(3), vm.none()])?;
        assert!(bad.sort(vm, None, false).is_err());
        assert_eq!(bad.len(), 2);
        Ok(())
    });
}

#[test]
fn dicts_keep_order_and_notice_changes() {
    run(|vm| {
        let dict: Value = Dict::new(vm)?.into();
        for key in 0..100 {
            vm.set_item(dict, Value::small(key), Value::small(key * key))?;
        }
        for key in 0..50 {
            vm.delete_item(dict, Value::small(key * 2))?;
        }
        assert_eq!(vm.len(dict)?, 50);
        assert_eq!(to_ints(vm, dict)?, (0..50).map(|n| n * 2 + 1).collect::<Vec<_>>());
        let copy = vm.call_method(dict, "copy", &[])?;
        assert!(vm.equals(dict, copy)?);
        let iterator = vm.iter(dict)?;
        vm.next(iterator)?;
        vm.set_item(dict, Value::small(1000), vm.none())?;
        assert_eq!(
            error(vm, vm.next(iterator).map(|_| vm.none())),
            "RuntimeError: dictionary changed size during iteration"
        );
        assert_eq!(
            error(vm, vm.set_item(dict, ints(vm, &[]), vm.none()).map(|()| vm.none())),
            "TypeError: cannot use 'list' as a dict key (unhashable type: 'list')"
        );
        let (keys, other) = (vm.call_method(copy, "keys", &[])?, ints(vm, &[1, 2, 3]));
        let both = vm.binary(orochi_bytecode::operands::BinaryOp::And, keys, other)?;
        assert_eq!(to_ints(vm, both)?, [1, 3]);
        Ok(())
    });
}

#[test]
fn sets_combine() {
    use orochi_bytecode::operands::BinaryOp;
    run(|vm| {
        let set = |items: &[i64]| vm.call(vm.types().set.into(), &[ints(vm, items)]);
        let (a, b) = (set(&[1, 2, 3])?, set(&[2, 3, 4])?);
        assert_eq!(to_ints(vm, vm.binary(BinaryOp::Or, a, b)?)?, [1, 2, 3, 4]);
        assert_eq!(to_ints(vm, vm.binary(BinaryOp::And, a, b)?)?, [2, 3]);
        assert_eq!(to_ints(vm, vm.binary(BinaryOp::Sub, a, b)?)?, [1]);
        assert_eq!(to_ints(vm, vm.binary(BinaryOp::Xor, a, b)?)?, [1, 4]);
        let frozen = vm.call(vm.types().frozenset.into(), &[a])?;
        // CPython's hash of frozenset({1, 2, 3}).
        assert_eq!(vm.hash(frozen)? as i64, -272_375_401_224_217_160);
        assert!(vm.equals(frozen, a)?);
        assert_eq!(
            error(vm, vm.binary(BinaryOp::Or, a, ints(vm, &[]))),
            "TypeError: unsupported operand type(s) for |: 'set' and 'list'"
        );
        let first = vm.call_method(a, "pop", &[])?;
        assert_eq!(first, Value::small(1));
        Ok(())
    });
}

#[test]
fn ranges_are_sequences_of_any_size() {
    run(|vm| {
        let range = |args: &[i64]| {
            let args = Tuple::from_iter(vm, args.len(), args.iter().map(|arg| Value::small(*arg)))?;
            vm.call(vm.types().range.into(), args.items())
        };
        assert_eq!(to_ints(vm, range(&[10, 0, -3])?)?, [10, 7, 4, 1]);
        let reversed = vm.call(vm.types().reversed.into(), &[range(&[0, 10, 3])?])?;
        assert_eq!(to_ints(vm, reversed)?, [9, 6, 3, 0]);
        assert!(vm.contains(range(&[0, 10, 3])?, Value::small(9))?);
        assert!(!vm.contains(range(&[0, 10, 3])?, Value::small(10))?);
        assert!(vm.equals(range(&[0, 0])?, range(&[5, 5])?)?);
        let part = vm.get_item(range(&[0, 100])?, slice(vm, Some(10), Some(20), Some(5)))?;
        assert_eq!(to_ints(vm, part)?, [10, 15]);
        assert_eq!(error(vm, range(&[1, 2, 0])), "ValueError: range() arg 3 must not be zero");
        assert_eq!(error(vm, range(&[1, 2, 3, 4])), "TypeError: range expected at most 3 arguments, got 4");
        let big = vm.binary(orochi_bytecode::operands::BinaryOp::LShift, Value::small(1), Value::small(70));
        if let Ok(big) = big {
            let end = vm.binary(orochi_bytecode::operands::BinaryOp::Add, big, Value::small(2))?;
            let long = vm.call(vm.types().range.into(), &[big, end])?;
            assert_eq!(vm.list_from(long)?.len(), 2);
        }
        Ok(())
    });
}

#[test]
fn iterators_work_together() {
    run(|vm| {
        let zip = vm.types().zip.into();
        let pairs = vm.list_from(vm.call(zip, &[ints(vm, &[1, 2]), ints(vm, &[3, 4, 5])])?)?;
        assert_eq!(pairs.len(), 2);
        let enumerated = vm.call(vm.types().enumerate.into(), &[ints(vm, &[7]), Value::small(5)])?;
        let pair = vm.next(enumerated)?.and_then(Value::cast::<Tuple>).expect("a pair");
        assert_eq!(pair.items(), [Value::small(5), Value::small(7)]);
        let truthy = vm.call(vm.types().filter.into(), &[vm.none(), ints(vm, &[0, 1, 2])])?;
        assert_eq!(to_ints(vm, truthy)?, [1, 2]);
        assert_eq!(
            error(vm, vm.call(vm.types().map.into(), &[vm.none()])),
            "TypeError: map() must have at least two arguments."
        );
        let reversed = vm.call(vm.types().reversed.into(), &[ints(vm, &[1, 2, 3])])?;
        assert_eq!(to_ints(vm, reversed)?, [3, 2, 1]);
        assert_eq!(
            error(vm, vm.call(vm.types().reversed.into(), &[vm.none()])),
            "TypeError: 'NoneType' object is not reversible"
        );
        Ok(())
    });
}
