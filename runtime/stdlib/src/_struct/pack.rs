//! From values to bytes.

use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::Bytes;
use orochi_vm::types::complex::Complex;
use orochi_vm::types::float::methods::as_double;
use orochi_vm::types::int::{self, Int};
use orochi_vm::{PyResult, Special, Value, Vm};

use super::format::{Format, Item, Kind};
use super::{error, half};

/// `struct.error` unless there are as many values as the format has.
pub(super) fn check_count(vm: &Vm, format: &Format, values: &[Value], function: &str) -> PyResult<()> {
    if values.len() == format.values {
        return Ok(());
    }
    let (expected, given) = (format.values, values.len());
    Err(error(vm, format!("{function} expected {expected} items for packing (got {given})")))
}

/// Structs up to this size are packed on the stack.
const SMALL: usize = 128;

/// Packs values and does something with the bytes.
pub(super) fn with_packed(
    vm: &Vm,
    format: &Format,
    values: &[Value],
    function: &str,
    f: impl FnOnce(&[u8]) -> PyResult,
) -> PyResult {
    check_count(vm, format, values, function)?;
    if format.size <= SMALL {
        let mut room = [0; SMALL];
        let bytes = &mut room[..format.size];
        fill(vm, format, values, bytes)?;
        return f(bytes);
    }
    vm.check_room_for(format.size)?;
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(format.size).is_err() {
        return Err(vm.memory_error());
    }
    bytes.resize(format.size, 0);
    fill(vm, format, values, &mut bytes)?;
    f(&bytes)
}

fn fill(vm: &Vm, format: &Format, values: &[Value], bytes: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for item in &format.items {
        let mut offset = item.offset;
        for _ in 0..item.count {
            let Some(value) = values.next() else { return Ok(()) };
            pack_value(vm, item, *value, &mut bytes[offset..offset + item.size])?;
            offset += item.size;
        }
    }
    Ok(())
}

/// Stores the low bytes of a word.
fn store(word: u64, big: bool, bytes: &mut [u8]) {
    let size = bytes.len();
    if big {
        bytes.copy_from_slice(&word.to_be_bytes()[8 - size..]);
    } else {
        bytes.copy_from_slice(&word.to_le_bytes()[..size]);
    }
}

fn pack_value(vm: &Vm, item: &Item, value: Value, bytes: &mut [u8]) -> PyResult<()> {
    match item.kind {
        Kind::Signed | Kind::Unsigned | Kind::Pointer => store(integer(vm, item, value)?, item.big, bytes),
        Kind::Bool => bytes[0] = u8::from(vm.is_true(value)?),
        Kind::Double => store(float(vm, value)?.to_bits(), item.big, bytes),
        Kind::Float => store(single(vm, float(vm, value)?)?, item.big, bytes),
        Kind::Half => match half::from_float(float(vm, value)?) {
            Some(half) => store(u64::from(half), item.big, bytes),
            None => return Err(vm.overflow_error("float too large to pack with e format")),
        },
        Kind::ComplexFloat => {
            let (real, imag) = complex(vm, value)?;
            store(single(vm, real)?, item.big, &mut bytes[..4]);
            store(single(vm, imag)?, item.big, &mut bytes[4..]);
        }
        Kind::ComplexDouble => {
            let (real, imag) = complex(vm, value)?;
            store(real.to_bits(), item.big, &mut bytes[..8]);
            store(imag.to_bits(), item.big, &mut bytes[8..]);
        }
        Kind::Char => match value.cast::<Bytes>().map(|text| text.as_slice().to_vec()).as_deref() {
            Some([byte]) => bytes[0] = *byte,
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        Kind::Bytes => {
            let text = text(vm, item, value)?;
            let count = text.len().min(bytes.len());
            bytes[..count].copy_from_slice(&text[..count]);
        }
        Kind::Pascal => {
            let text = text(vm, item, value)?;
            let Some((len, rest)) = bytes.split_first_mut() else { return Ok(()) };
            let count = text.len().min(rest.len());
            rest[..count].copy_from_slice(&text[..count]);
            *len = count.min(255) as u8;
        }
    }
    Ok(())
}

fn text(vm: &Vm, item: &Item, value: Value) -> PyResult<Vec<u8>> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    match value.cast::<ByteArray>() {
        Some(array) => Ok(array.data.borrow().clone()),
        None => Err(error(vm, format!("argument for '{}' must be a bytes object", item.letter as char))),
    }
}

/// The word of an integer that fits the item.
fn integer(vm: &Vm, item: &Item, value: Value) -> PyResult<u64> {
    let index = if value.is_int() || value.cast::<Int>().is_some() {
        value
    } else if vm.class_of(value).special(Special::Index).is_bound() {
        vm.index(value)?
    } else {
        return Err(error(vm, "required argument is not an integer"));
    };
    let bits = 8 * item.size as u32;
    let word = match item.kind {
        Kind::Signed => int::to_i64(index)
            .filter(|number| bits == 64 || (-(1i64 << (bits - 1))..1 << (bits - 1)).contains(number))
            .map(|number| number as u64),
        // An address may be given as a negative number too.
        Kind::Pointer => int::to_i64(index).map(|number| number as u64).or_else(|| unsigned(index)),
        _ => unsigned(index).filter(|number| bits == 64 || *number < 1 << bits),
    };
    if let Some(word) = word {
        return Ok(word);
    }
    let letter = item.letter as char;
    Err(error(
        vm,
        match item.kind {
            Kind::Pointer => "int too large to convert".to_owned(),
            Kind::Signed => {
                let most = i64::MAX >> (64 - bits);
                format!("'{letter}' format requires {} <= number <= {most}", -most - 1)
            }
            _ => format!("'{letter}' format requires 0 <= number <= {}", u64::MAX >> (64 - bits)),
        },
    ))
}

fn unsigned(index: Value) -> Option<u64> {
    match index.as_int() {
        Some(number) => u64::try_from(number).ok(),
        None => int::to_big(index).and_then(|big| u64::try_from(&big).ok()),
    }
}

fn float(vm: &Vm, value: Value) -> PyResult<f64> {
    if let Some(float) = value.as_float() {
        return Ok(float);
    }
    as_double(vm, value).map_err(|raised| {
        let _ = vm.take_exception(raised);
        error(vm, "required argument is not a float")
    })
}

/// The bits of a float of 32 bits.
fn single(vm: &Vm, value: f64) -> PyResult<u64> {
    let single = value as f32;
    if single.is_infinite() && value.is_finite() {
        return Err(vm.overflow_error("float too large to pack with f format"));
    }
    Ok(u64::from(single.to_bits()))
}

fn complex(vm: &Vm, value: Value) -> PyResult<(f64, f64)> {
    if let Some(complex) = value.cast::<Complex>() {
        return Ok(complex.parts());
    }
    let converted = match vm.class_of(value).special(Special::Complex).bound() {
        Some(method) => vm.call_special(value, method, &[]),
        None => as_double(vm, value).and_then(|real| vm.new_complex(real, 0.0)),
    };
    match converted.map(Value::cast::<Complex>) {
        Ok(Some(complex)) => Ok(complex.parts()),
        Ok(None) => Err(error(vm, "required argument is not a complex")),
        Err(raised) => {
            let _ = vm.take_exception(raised);
            Err(error(vm, "required argument is not a complex"))
        }
    }
}
