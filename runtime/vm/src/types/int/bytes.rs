//! Integers as bytes: `to_bytes`, `from_bytes`.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::arith::{self, is_negative};
use crate::error::PyResult;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// More bytes than this are a MemoryError instead of an attempt.
const MAX_BYTES: usize = 1 << 33;

/// The byte order of an argument: whether the lowest byte comes first.
pub fn is_little(vm: &Vm, order: Value, method: &str) -> PyResult<bool> {
    let Some(order) = order.bound() else { return Ok(false) };
    match order.cast::<Str>() {
        Some(text) if text.equals_str("little") => Ok(true),
        Some(text) if text.equals_str("big") => Ok(false),
        Some(_) => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
        None => {
            let name = vm.argument_name(order);
            Err(vm.type_error(format!("{method}() argument 'byteorder' must be str, not {name}")))
        }
    }
}

/// The bytes of an integer in two's complement, the lowest first unless `little` is false.
pub fn to_bytes(vm: &Vm, value: &IBig, len: usize, little: bool, signed: bool) -> PyResult<Vec<u8>> {
    if is_negative(value) && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    if len > MAX_BYTES {
        return Err(vm.memory_error());
    }
    let too_big = || vm.overflow_error("int too big to convert");
    // A negative number of n bits is -(2 ** n) at least.
    let bits = if is_negative(value) { arith::bit_length(&(value + IBig::ONE)) } else { arith::bit_length(value) };
    let needed = if signed && !value.is_zero() { bits + 1 } else { bits };
    if needed.div_ceil(8) > len as u64 {
        return Err(too_big());
    }
    let magnitude = if is_negative(value) { (IBig::ONE << (len * 8)) + value } else { value.clone() };
    let mut bytes = magnitude.into_parts().1.to_le_bytes().into_vec();
    bytes.resize(len, 0);
    if !little {
        bytes.reverse();
    }
    Ok(bytes)
}

/// The integer of bytes.
#[must_use]
pub fn from_bytes(bytes: &[u8], little: bool, signed: bool) -> IBig {
    let magnitude = if little { UBig::from_le_bytes(bytes) } else { UBig::from_be_bytes(bytes) };
    let bits = bytes.len() * 8;
    let negative = signed && bits > 0 && magnitude.bit(bits - 1);
    let value = IBig::from(magnitude);
    if negative { value - (IBig::ONE << bits) } else { value }
}
