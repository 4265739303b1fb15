//! Operators of numbers and strings, called as native code calls them. What programs see is tested in `tests/cases`.

use orochi_bytecode::operands::{BinaryOp, CompareOp};
use orochi_vm::{Value, Vm};

/// Runs a check in a new VM.
fn with_vm(check: impl FnOnce(&Vm)) {
    let vm = Vm::new(Default::default()).expect("room for a VM");
    vm.heap.with_stack(|| check(&vm));
}

/// A number or string: decimal, float with a point, else the text itself.
fn value(vm: &Vm, text: &str) -> Value {
    if text.contains('.')
        && let Ok(float) = text.parse::<f64>()
    {
        return vm.new_float(float).expect("a float");
    }
    match text.parse::<dashu_int::IBig>() {
        Ok(int) => vm.new_big_int(int).expect("an int"),
        Err(_) => vm.new_str(text).expect("a string"),
    }
}

fn show(vm: &Vm, result: Result<Value, orochi_vm::error::Raised>) -> String {
    match result {
        Ok(value) => vm.display_repr(value),
        Err(raised) => {
            let exception = vm.take_exception(raised);
            format!("{}: {}", vm.type_name(exception.into()), vm.display(exception.first_arg(vm)))
        }
    }
}

#[test]
fn operators() {
    use BinaryOp::*;
    with_vm(|vm| {
        for (a, op, b, expected) in [
            ("2305843009213693951", Add, "1", "2305843009213693952"),
            ("-7", FloorDiv, "2", "-4"),
            ("-7", Mod, "2", "1"),
            ("7", Mod, "-2", "-1"),
            ("-100000000000000000000", FloorDiv, "30000000000", "-3333333334"),
            ("-100000000000000000000", Mod, "30000000000", "20000000000"),
            ("1", Div, "3", "0.3333333333333333"),
            ("100000000000000000000000000000000000000001", Div, "3", "3.3333333333333335e+40"),
            ("1", LShift, "100", "1267650600228229401496703205376"),
            ("-1267650600228229401496703205377", RShift, "100", "-2"),
            ("-1267650600228229401496703205376", And, "255", "0"),
            ("-5", Or, "1267650600228229401496703205376", "-5"),
            ("3", Pow, "100", "515377520732011331036461129765621272702107522001"),
            ("2", Pow, "-2", "0.25"),
            ("0", Pow, "-1", "ZeroDivisionError: zero to a negative power"),
            ("1", FloorDiv, "0", "ZeroDivisionError: division by zero"),
            ("1", LShift, "-1", "ValueError: negative shift count"),
            ("1.5", Add, "1", "2.5"),
            ("1", Add, "1.5", "2.5"),
            ("-7.5", Mod, "2", "0.5"),
            ("-7.5", FloorDiv, "2", "-4.0"),
            ("2.0", Pow, "0.5", "1.4142135623730951"),
            ("ab", Add, "cd", "'abcd'"),
            ("ab", Mul, "3", "'ababab'"),
            ("é", Add, "€", "'é€'"),
            ("ab", Add, "3", "TypeError: can only concatenate str (not \"int\") to str"),
        ] {
            let result = vm.binary(op, value(vm, a), value(vm, b));
            assert_eq!(show(vm, result), expected, "{a} {op:?} {b}");
        }
    });
}

#[test]
fn comparisons_are_exact() {
    use CompareOp::*;
    with_vm(|vm| {
        for (a, op, b, expected) in [
            ("9007199254740993", Eq, "9007199254740992.0", false),
            ("9007199254740993", Gt, "9007199254740992.0", true),
            ("9007199254740992.0", Lt, "9007199254740993", true),
            ("100000000000000000000000", Gt, "2305843009213693951", true),
            ("abc", Lt, "abd", true),
            ("é", Gt, "z", true),
            ("€", Gt, "é", true),
        ] {
            let result = vm.compare_bool(op, value(vm, a), value(vm, b)).expect("a comparison");
            assert_eq!(result, expected, "{a} {op:?} {b}");
        }
        let (int, float) = (value(vm, "100000000000000000000"), value(vm, "100000000000000000000.0"));
        assert_eq!(vm.hash(int).expect("a hash"), vm.hash(float).expect("a hash"));
    });
}
