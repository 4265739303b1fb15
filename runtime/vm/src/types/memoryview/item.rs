//! Items of views: what a format means, and values from and to bytes.

use dashu_int::IBig;

use crate::error::{PyResult, Raised};
use crate::types::bytes::Bytes;
use crate::types::float::half;
use crate::types::{int, typed_array};
use crate::value::Value;
use crate::vm::Vm;

/// The letter of a format of one native item, such as `i` or `@i`; `None` for any other format.
#[must_use]
pub fn letter(format: &str) -> Option<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [letter] => Some(*letter),
        _ => None,
    }
}

/// Bytes of an item of a native format; `None` for a letter that is none.
#[must_use]
pub fn size(letter: u8) -> Option<usize> {
    Some(match letter {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// Whether an item is a byte.
#[must_use]
pub fn is_byte(letter: u8) -> bool {
    matches!(letter, b'b' | b'B' | b'c')
}

/// The letter of a view's format, for its items.
pub(super) fn required_letter(vm: &Vm, format: &str) -> PyResult<u8> {
    letter(format).ok_or_else(|| not_implemented(vm, &format!("memoryview: unsupported format {format}")))
}

#[cold]
pub(super) fn not_implemented(vm: &Vm, text: &str) -> Raised {
    vm.raise(vm.types().not_implemented_error, text)
}

/// An item's bytes as the low part of a word.
fn word(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    let count = bytes.len().min(8);
    word[..count].copy_from_slice(&bytes[..count]);
    u64::from_le_bytes(word)
}

/// The value of an item.
#[inline]
pub fn unpack(vm: &Vm, letter: u8, bytes: &[u8]) -> PyResult {
    let bits = word(bytes);
    match letter {
        b'B' => Ok(Value::small(bits as i64)),
        b'b' => Ok(Value::small(i64::from(bits as i8))),
        b'h' => Ok(Value::small(i64::from(bits as i16))),
        b'H' => Ok(Value::small(i64::from(bits as u16))),
        b'i' => Ok(Value::small(i64::from(bits as i32))),
        b'I' => Ok(Value::small(i64::from(bits as u32))),
        b'l' | b'q' | b'n' => vm.new_int(bits as i64),
        b'L' | b'Q' | b'N' | b'P' => vm.new_big_int(IBig::from(bits)),
        b'f' => vm.new_float(f64::from(f32::from_bits(bits as u32))),
        b'd' => vm.new_float(f64::from_bits(bits)),
        b'e' => vm.new_float(half::to_f64(bits as u16)),
        b'?' => Ok(vm.bool(bits != 0)),
        b'c' => vm.new_bytes(bytes),
        _ => Err(not_implemented(vm, &format!("memoryview: format {} not supported", char::from(letter)))),
    }
}

/// The value of an item as a number that can be compared without making an object; `None` where that takes more.
pub(super) fn plain(letter: u8, bytes: &[u8]) -> Option<Plain> {
    let bits = word(bytes);
    Some(match letter {
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => Plain::Int(i128::from(bits)),
        b'b' => Plain::Int(i128::from(bits as i8)),
        b'h' => Plain::Int(i128::from(bits as i16)),
        b'i' => Plain::Int(i128::from(bits as i32)),
        b'l' | b'q' | b'n' => Plain::Int(i128::from(bits as i64)),
        b'?' => Plain::Int(i128::from(bits != 0)),
        b'f' => Plain::Float(f64::from(f32::from_bits(bits as u32))),
        b'd' => Plain::Float(f64::from_bits(bits)),
        b'e' => Plain::Float(half::to_f64(bits as u16)),
        _ => return None,
    })
}

/// A number.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Plain {
    Int(i128),
    Float(f64),
}

/// The bytes of a value as an item: the first [`size`] of them.
pub fn pack(vm: &Vm, letter: u8, value: Value) -> PyResult<[u8; 8]> {
    let integer = |low: i128, high: i128| -> PyResult<[u8; 8]> {
        let number = match vm.index(value) {
            Ok(index) => int::to_big(index).and_then(|number| i128::try_from(&number).ok()),
            Err(raised) => return Err(mend(vm, letter, raised)),
        };
        match number.filter(|number| (low..=high).contains(number)) {
            Some(number) => Ok((number as u64).to_le_bytes()),
            None => Err(invalid_value(vm, letter)),
        }
    };
    let float = || -> PyResult<f64> {
        match typed_array::number(vm, value) {
            Ok(float) => Ok(float),
            Err(raised) => Err(mend(vm, letter, raised)),
        }
    };
    match letter {
        b'B' => integer(0, u8::MAX.into()),
        b'b' => integer(i8::MIN.into(), i8::MAX.into()),
        b'h' => integer(i16::MIN.into(), i16::MAX.into()),
        b'H' => integer(0, u16::MAX.into()),
        b'i' => integer(i32::MIN.into(), i32::MAX.into()),
        b'I' => integer(0, u32::MAX.into()),
        b'l' | b'q' | b'n' => integer(i64::MIN.into(), i64::MAX.into()),
        b'L' | b'Q' | b'N' | b'P' => integer(0, u64::MAX.into()),
        b'f' => {
            let number = float()?;
            let single = number as f32;
            if single.is_infinite() && number.is_finite() {
                return Err(invalid_value(vm, letter));
            }
            Ok(u64::from(single.to_bits()).to_le_bytes())
        }
        b'd' => Ok(float()?.to_bits().to_le_bytes()),
        b'e' => match half::from_f64(float()?) {
            Some(bits) => Ok(u64::from(bits).to_le_bytes()),
            None => Err(invalid_value(vm, letter)),
        },
        b'?' => Ok(u64::from(vm.is_true(value)?).to_le_bytes()),
        b'c' => match value.cast::<Bytes>() {
            None => Err(invalid_type(vm, letter)),
            Some(bytes) => match bytes.as_slice() {
                [byte] => Ok(u64::from(*byte).to_le_bytes()),
                _ => Err(invalid_value(vm, letter)),
            },
        },
        _ => Err(not_implemented(vm, &format!("memoryview: format {} not supported", char::from(letter)))),
    }
}

#[cold]
fn invalid_type(vm: &Vm, letter: u8) -> Raised {
    vm.type_error(format!("memoryview: invalid type for format '{}'", char::from(letter)))
}

#[cold]
fn invalid_value(vm: &Vm, letter: u8) -> Raised {
    vm.value_error(format!("memoryview: invalid value for format '{}'", char::from(letter)))
}

/// What an exception of a conversion is for an item.
#[cold]
fn mend(vm: &Vm, letter: u8, raised: Raised) -> Raised {
    let types = vm.types();
    if vm.pending_is(types.type_error) {
        let _ = vm.take_exception(raised);
        return invalid_type(vm, letter);
    }
    if vm.pending_is(types.overflow_error) || vm.pending_is(types.value_error) {
        let _ = vm.take_exception(raised);
        return invalid_value(vm, letter);
    }
    raised
}
