//! Built-in functions on numbers and characters.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// An integer in base `2 ** bits` with a prefix.
fn in_base(vm: &Vm, value: Value, prefix: &str, bits: u32) -> PyResult {
    let index = vm.index(value)?;
    let Some(number) = int::to_big(index) else { return vm.new_str("") };
    let sign = if int::arith::is_negative(&number) { "-" } else { "" };
    let magnitude = if int::arith::is_negative(&number) { -number } else { number };
    let digits = match bits {
        1 => format!("{magnitude:b}"),
        3 => format!("{magnitude:o}"),
        _ => format!("{magnitude:x}"),
    };
    vm.new_str(&format!("{sign}{prefix}{digits}"))
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Return the absolute value of a number.
    #[method("abs(x, /)")]
    fn abs(vm: &Vm, args: &[Value]) -> PyResult {
        let method = vm.class_of(args[0]).special(Special::Abs);
        if method.is_unbound() {
            return Err(vm.type_error(format!("bad operand type for abs(): '{}'", vm.type_name(args[0]))));
        }
        vm.call_special(args[0], method, &[])
    }

    /// Return the binary text of an integer: `0b..`.
    #[method("bin(number, /)")]
    fn bin(vm: &Vm, args: &[Value]) -> PyResult {
        in_base(vm, args[0], "0b", 1)
    }

    /// Return the string of one character with that code point.
    #[method("chr(i, /)")]
    fn chr(vm: &Vm, args: &[Value]) -> PyResult {
        let index = vm.index(args[0])?;
        match u32::try_from(int::to_i64_clamped(index)) {
            Ok(byte @ 0..0x100) => Ok(vm.latin1_char(byte as u8).into()),
            Ok(code_point @ 0..0x11_0000) => Str::from_slice(vm, &[code_point]).map(Value::from),
            _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// Return the quotient and the remainder: (x // y, x % y).
    #[method("divmod(x, y, /)")]
    fn divmod(vm: &Vm, args: &[Value]) -> PyResult {
        match vm.try_pair(Special::Divmod, Special::RDivmod, args[0], args[1], &[])? {
            Some(result) => Ok(result),
            None => {
                let (x, y) = (vm.type_name(args[0]), vm.type_name(args[1]));
                Err(vm.type_error(format!("unsupported operand type(s) for divmod(): '{x}' and '{y}'")))
            }
        }
    }

    /// Return the hexadecimal text of an integer: `0x..`.
    #[method("hex(number, /)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        in_base(vm, args[0], "0x", 4)
    }

    /// Return the octal text of an integer: `0o..`.
    #[method("oct(number, /)")]
    fn oct(vm: &Vm, args: &[Value]) -> PyResult {
        in_base(vm, args[0], "0o", 3)
    }

    /// Return the code point of a string of one character.
    #[method("ord(character, /)")]
    fn ord(vm: &Vm, args: &[Value]) -> PyResult {
        let wrong =
            |len: usize| Err(vm.type_error(format!("ord() expected a character, but string of length {len} found")));
        if let Some(text) = args[0].cast::<Str>() {
            return match text.len() {
                1 => Ok(Value::small(i64::from(text.text().at(0)))),
                len => wrong(len),
            };
        }
        let bytes = match (args[0].cast::<Bytes>(), args[0].cast::<ByteArray>()) {
            (Some(bytes), _) => bytes.as_slice().to_vec(),
            (_, Some(array)) => array.data.borrow().clone(),
            _ => {
                let name = vm.type_name(args[0]);
                return Err(vm.type_error(format!("ord() expected string of length 1, but {name} found")));
            }
        };
        match bytes.as_slice() {
            [byte] => Ok(Value::small(i64::from(*byte))),
            _ => wrong(bytes.len()),
        }
    }

    /// Return base ** exp, or base ** exp % mod without the large number between.
    #[method("pow(base, exp, mod=None)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        vm.power(args[0], args[1], args[2].bound().unwrap_or(vm.none()))
    }

    /// Return a number rounded to so many decimal digits; without them, to an integer.
    #[method("round(number, ndigits=None)")]
    fn round(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(method) = vm.class_of(args[0]).lookup(vm, vm.intern("__round__")) else {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("type {name} doesn't define __round__ method")));
        };
        match args[1].bound().filter(|digits| *digits != vm.none()) {
            Some(digits) => vm.call_special(args[0], method, &[digits]),
            None => vm.call_special(args[0], method, &[]),
        }
    }
}
