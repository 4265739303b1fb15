//! From bytes to values.

use dashu_int::IBig;
use orochi_vm::{PyResult, Vm};

use super::format::{Format, Item, Kind};
use super::half;

/// The values of a struct as a tuple. There are as many bytes as the format says.
pub(super) fn unpack(vm: &Vm, format: &Format, bytes: &[u8]) -> PyResult {
    let mut values = vm.scratch(format.values)?;
    for item in &format.items {
        let mut offset = item.offset;
        for _ in 0..item.count {
            let value = value(vm, item, &bytes[offset..offset + item.size])?;
            values.push(value);
            offset += item.size;
        }
    }
    vm.new_tuple(&values)
}

/// The word that some bytes are.
fn load(bytes: &[u8], big: bool) -> u64 {
    let mut word = [0; 8];
    let size = bytes.len().min(8);
    if big {
        word[8 - size..].copy_from_slice(&bytes[..size]);
        u64::from_be_bytes(word)
    } else {
        word[..size].copy_from_slice(&bytes[..size]);
        u64::from_le_bytes(word)
    }
}

fn single(bytes: &[u8], big: bool) -> f64 {
    f64::from(f32::from_bits(load(bytes, big) as u32))
}

fn double(bytes: &[u8], big: bool) -> f64 {
    f64::from_bits(load(bytes, big))
}

fn value(vm: &Vm, item: &Item, bytes: &[u8]) -> PyResult {
    let big = item.big;
    match item.kind {
        Kind::Signed => {
            let unused = 64 - 8 * bytes.len() as u32;
            vm.new_int((load(bytes, big) << unused) as i64 >> unused)
        }
        Kind::Unsigned | Kind::Pointer => match i64::try_from(load(bytes, big)) {
            Ok(number) => vm.new_int(number),
            Err(_) => vm.new_big_int(IBig::from(load(bytes, big))),
        },
        Kind::Bool => Ok(vm.bool(bytes[0] != 0)),
        Kind::Half => vm.new_float(half::to_float(load(bytes, big) as u16)),
        Kind::Float => vm.new_float(single(bytes, big)),
        Kind::Double => vm.new_float(double(bytes, big)),
        Kind::ComplexFloat => vm.new_complex(single(&bytes[..4], big), single(&bytes[4..], big)),
        Kind::ComplexDouble => vm.new_complex(double(&bytes[..8], big), double(&bytes[8..], big)),
        Kind::Char | Kind::Bytes => vm.new_bytes(bytes),
        Kind::Pascal => match bytes.split_first() {
            Some((len, rest)) => vm.new_bytes(&rest[..usize::from(*len).min(rest.len())]),
            None => vm.new_bytes(&[]),
        },
    }
}
