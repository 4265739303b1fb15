//! Items of a memoryview: values from bytes, and back. Formats are those of the module `struct`; native ones are read here, others
//! by the module itself.

use dashu_int::IBig;

use crate::error::PyResult;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::memoryview::MemoryView;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The letter of a native format: one letter, perhaps behind `@`. `None` for other formats.
#[inline]
#[must_use]
pub fn native_letter(format: &str) -> Option<u8> {
    match *format.as_bytes() {
        [letter] | [b'@', letter] if size_of_letter(letter).is_some() => Some(letter),
        _ => None,
    }
}

/// Bytes of an item of a native format.
#[must_use]
pub fn size_of_letter(letter: u8) -> Option<usize> {
    Some(match letter {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// The bytes of an item, in a word.
#[inline]
fn word_at(memory: &[u8], place: usize, size: usize) -> u64 {
    let mut word = [0; 8];
    if let Some(bytes) = memory.get(place..place + size) {
        word[..size].copy_from_slice(bytes);
    }
    u64::from_le_bytes(word)
}

/// The value of an item from its bytes in a word.
pub fn unpack_word(vm: &Vm, letter: u8, word: u64) -> PyResult {
    match letter {
        b'B' => Ok(Value::small(i64::from(word as u8))),
        b'b' => Ok(Value::small(i64::from(word as i8))),
        b'c' => vm.new_bytes(&[word as u8]),
        b'?' => Ok(vm.bool(word as u8 != 0)),
        b'h' => Ok(Value::small(i64::from(word as i16))),
        b'H' => Ok(Value::small(i64::from(word as u16))),
        b'i' => Ok(Value::small(i64::from(word as i32))),
        b'I' => Ok(Value::small(i64::from(word as u32))),
        b'l' | b'q' | b'n' => vm.new_int(word as i64),
        b'L' | b'Q' | b'N' | b'P' => vm.new_big_int(IBig::from(word)),
        b'd' => vm.new_float(f64::from_bits(word)),
        b'f' => vm.new_float(f64::from(f32::from_bits(word as u32))),
        _ => vm.new_float(half_to_double(word as u16)),
    }
}

/// A number of 16 bits (IEEE 754 binary16).
#[must_use]
pub fn half_to_double(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x3ff);
    sign * match bits >> 10 & 0x1f {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    }
}

/// The nearest number of 16 bits, ties to even; `None` when it is too large.
#[must_use]
pub fn double_to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if magnitude < 2f64.powi(-14) {
        // Subnormal, or rounded up to the least normal number, whose bits follow.
        return Some(sign | (magnitude * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    if exponent > 15 {
        return None;
    }
    let rounded = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let bits = ((exponent + 15) as u32) * 0x400 + (rounded - 0x400);
    if bits >= 0x7c00 { None } else { Some(sign | bits as u16) }
}

/// The item at a place in the memory.
#[inline]
pub fn unpack(vm: &Vm, view: &MemoryView, place: usize) -> PyResult {
    let layout = view.view(vm)?;
    match native_letter(&layout.format) {
        Some(letter) => {
            let size = size_of_letter(letter).unwrap_or(1);
            unpack_word(vm, letter, view.read(|memory| word_at(memory, place, size)))
        }
        None => {
            let item = view.read(|memory| memory.get(place..place + layout.itemsize).map(<[u8]>::to_vec));
            unpack_by_module(vm, &layout.format, &item.unwrap_or_default())
        }
    }
}

/// NotImplementedError for formats that are not native.
pub fn check_native(vm: &Vm, format: &str) -> PyResult<u8> {
    native_letter(format)
        .ok_or_else(|| vm.raise(vm.types().not_implemented_error, format!("memoryview: format {format} not supported")))
}

/// An item of any format, as the module `struct` reads it.
pub fn unpack_by_module(vm: &Vm, format: &str, item: &[u8]) -> PyResult {
    let module = vm.import("struct")?;
    let result = vm.call_method(module, "unpack_from", &[vm.new_str(format)?, vm.new_bytes(item)?])?;
    match result.cast::<Tuple>() {
        Some(tuple) if tuple.len() == 1 => Ok(tuple.get(0).unwrap_or_default()),
        _ => Ok(result),
    }
}

/// The bytes of a value as an item of a native format, in a word.
pub fn pack(vm: &Vm, letter: u8, format: &str, value: Value) -> PyResult<u64> {
    let invalid_type = || vm.type_error(format!("memoryview: invalid type for format '{format}'"));
    let invalid_value = || vm.value_error(format!("memoryview: invalid value for format '{format}'"));
    match letter {
        b'?' => return Ok(u64::from(vm.is_true(value)?)),
        b'c' => {
            let Some(bytes) = value.cast::<Bytes>() else { return Err(invalid_type()) };
            let [byte] = *bytes.as_slice() else { return Err(invalid_value()) };
            return Ok(u64::from(byte));
        }
        b'd' | b'f' | b'e' => {
            let result = crate::types::float::methods::as_double(vm, value);
            let Some(number) = vm.absorb(result, vm.types().type_error)? else { return Err(invalid_type()) };
            return match letter {
                b'd' => Ok(number.to_bits()),
                b'f' => Ok(u64::from((number as f32).to_bits())),
                _ => double_to_half(number).map(u64::from).ok_or_else(invalid_value),
            };
        }
        _ => {}
    }
    let index = if letter == b'P' && !is_int(value) { Ok(None) } else { vm.try_index(value) };
    let Some(index) = vm.absorb(index, vm.types().type_error)?.flatten() else { return Err(invalid_type()) };
    let signed = int::to_i64(index);
    let unsigned = || int::to_big(index).and_then(|big| u64::try_from(&big).ok());
    let range = match letter {
        b'b' => i64::from(i8::MIN)..=i64::from(i8::MAX),
        b'B' => 0..=i64::from(u8::MAX),
        b'h' => i64::from(i16::MIN)..=i64::from(i16::MAX),
        b'H' => 0..=i64::from(u16::MAX),
        b'i' => i64::from(i32::MIN)..=i64::from(i32::MAX),
        b'I' => 0..=i64::from(u32::MAX),
        b'P' if signed.is_some() => i64::MIN..=i64::MAX,
        b'L' | b'Q' | b'N' | b'P' => return unsigned().ok_or_else(invalid_value),
        _ => i64::MIN..=i64::MAX,
    };
    match signed.filter(|number| range.contains(number)) {
        Some(number) => Ok(number as u64),
        None => Err(invalid_value()),
    }
}

fn is_int(value: Value) -> bool {
    value.is_int() || value.cast::<int::Int>().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip() {
        for bits in 0..=u16::MAX {
            let value = half_to_double(bits);
            if value.is_nan() {
                continue;
            }
            assert_eq!(double_to_half(value), Some(bits), "{value}");
        }
        assert_eq!(double_to_half(65519.0), Some(0x7bff));
        assert_eq!(double_to_half(65520.0), None);
        assert_eq!(double_to_half(2f64.powi(-25)), Some(0));
        assert_eq!(double_to_half(2f64.powi(-25) * 1.5), Some(1));
    }
}
