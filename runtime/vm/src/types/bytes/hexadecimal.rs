//! `hex()` and `fromhex()`.

use super::{Bytes, buffer};
use crate::error::PyResult;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Two digits a byte, with a separator after so many bytes counted from the right (from the left when negative).
pub fn hex(vm: &Vm, bytes: &[u8], separator: Value, group: Value) -> PyResult {
    let digits = |byte: u8| [b"0123456789abcdef"[usize::from(byte >> 4)], b"0123456789abcdef"[usize::from(byte & 15)]];
    let group = if group.is_bound() { vm.index_i64(group)? } else { 1 };
    let Some(separator) = separator.bound() else {
        let text: Vec<u8> = bytes.iter().flat_map(|byte| digits(*byte)).collect();
        return Str::from_latin1(vm, &text).map(Value::from);
    };
    if vm.len(separator)? != 1 {
        return Err(vm.value_error("sep must be length 1."));
    }
    // A subclass may say another length than it has.
    let unit = match (separator.cast::<Str>(), separator.cast::<Bytes>()) {
        (Some(text), _) if !text.text().is_empty() => text.text().at(0),
        (_, Some(bytes)) => bytes.as_slice().first().map_or(0, |byte| u32::from(*byte)),
        (Some(_), _) => 0,
        (None, None) => return Err(vm.type_error("sep must be str or bytes.")),
    };
    let Some(separator) = u8::try_from(unit).ok().filter(u8::is_ascii) else {
        return Err(vm.value_error("sep must be ASCII."));
    };
    let width = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut text = Vec::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        let place = if group < 0 { index } else { bytes.len() - index };
        if index > 0 && width > 0 && place % width == 0 {
            text.push(separator);
        }
        text.extend(digits(*byte));
    }
    Str::from_latin1(vm, &text).map(Value::from)
}

/// The bytes of hexadecimal text; white space between bytes is skipped.
pub fn parse(vm: &Vm, source: Value) -> PyResult<Vec<u8>> {
    let units: Vec<u32> = match (source.cast::<Str>(), buffer::of(vm, source)?) {
        (Some(text), _) => text.text().iter().collect(),
        (None, Some(bytes)) => bytes.iter().map(|byte| u32::from(*byte)).collect(),
        (None, None) => {
            let name = vm.type_name(source);
            return Err(vm.type_error(format!("fromhex() argument must be str or bytes-like, not {name}")));
        }
    };
    let digit = |unit: u32| char::from_u32(unit).and_then(|c| c.to_digit(16)).map(|digit| digit as u8);
    let wrong =
        |place: usize| vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {place}"));
    let mut bytes = Vec::with_capacity(units.len() / 2);
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        if matches!(unit, 0x20 | 0x09..=0x0d) {
            at += 1;
            continue;
        }
        let Some(high) = digit(*unit) else { return Err(wrong(at)) };
        let Some(next) = units.get(at + 1) else {
            return Err(vm.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        };
        let Some(low) = digit(*next) else { return Err(wrong(at + 1)) };
        bytes.push(high << 4 | low);
        at += 2;
    }
    Ok(bytes)
}
