//! Integers as text, and the limit on the length of decimal text.

use core::cell::Cell;

use dashu_int::IBig;
use orochi_gc::Gc;

use super::arith;
use crate::error::PyResult;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// The most decimal digits that conversions between `int` and text take (`sys.set_int_max_str_digits`); 0 for no limit.
pub struct DigitLimit(pub Cell<usize>);

impl DigitLimit {
    /// The limit when the VM starts.
    pub const DEFAULT: usize = 4300;
    /// The smallest limit that may be set.
    pub const MIN: usize = 640;
}

impl Default for DigitLimit {
    fn default() -> Self {
        Self(Cell::new(Self::DEFAULT))
    }
}

/// The decimal text of an integer. ValueError when it is longer than the limit.
pub fn to_decimal(vm: &Vm, value: &IBig) -> PyResult<String> {
    if let Ok(small) = i128::try_from(value) {
        return Ok(small.to_string());
    }
    let limit = vm.state.int_max_str_digits.0.get();
    let too_long = || {
        vm.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to \
             increase the limit"
        ))
    };
    // 10 ** n has more than 3.32 n bits: what is far too long is not converted at all.
    if limit != 0 && arith::bit_length(value) > limit as u64 * 10 / 3 + 4 {
        return Err(too_long());
    }
    let text = value.to_string();
    if limit != 0 && text.trim_start_matches('-').len() > limit {
        return Err(too_long());
    }
    Ok(text)
}

/// Room for the digits of any 64-bit integer and its sign.
pub const DECIMAL_ROOM: usize = 20;

/// The decimal digits of a 64-bit integer, at the end of the room for them.
#[must_use]
pub fn decimal_digits(int: i64, digits: &mut [u8; DECIMAL_ROOM]) -> &[u8] {
    let (mut rest, mut start) = (int.unsigned_abs(), DECIMAL_ROOM);
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if int < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    &digits[start..]
}

/// The decimal text of a 64-bit integer.
pub fn decimal(vm: &Vm, int: i64) -> PyResult<Gc<Str>> {
    Str::from_latin1(vm, decimal_digits(int, &mut [0; DECIMAL_ROOM]))
}

/// The decimal text of an integer object.
pub fn decimal_of(vm: &Vm, value: Value) -> PyResult<String> {
    match (value.as_int(), value.cast::<super::Int>()) {
        (Some(int), _) => Ok(int.to_string()),
        (None, Some(int)) => to_decimal(vm, &int.value),
        (None, None) => Err(vm.type_error(format!("an integer is required (got type {})", vm.type_name(value)))),
    }
}
