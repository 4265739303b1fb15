//! Padding, tabs, replacing, case: what makes other bytes of bytes.

use crate::error::PyResult;
use crate::types::str::search;
use crate::vm::Vm;

/// The bytes with padding on both sides. MemoryError when there is no room.
pub fn pad(vm: &Vm, bytes: &[u8], left: usize, right: usize, fill: u8) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    let total = left.checked_add(right).and_then(|padding| padding.checked_add(bytes.len()));
    if total.is_none_or(|total| out.try_reserve_exact(total).is_err()) {
        return Err(vm.memory_error());
    }
    out.resize(left, fill);
    out.extend_from_slice(bytes);
    out.resize(out.len() + right, fill);
    Ok(out)
}

/// Tabs become spaces up to the next multiple of `size`.
pub fn expand_tabs(vm: &Vm, bytes: &[u8], size: i64) -> PyResult<Vec<u8>> {
    let size = usize::try_from(size).unwrap_or(0);
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes {
        match byte {
            b'\t' if size > 0 => {
                let spaces = size - column % size;
                if out.try_reserve(spaces).is_err() {
                    return Err(vm.memory_error());
                }
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            b'\t' => {}
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                column += 1;
            }
        }
    }
    Ok(out)
}

/// The bytes with at most `limit` occurrences of `old` replaced.
pub fn replace(vm: &Vm, bytes: &[u8], old: &[u8], new: &[u8], limit: usize) -> PyResult<Vec<u8>> {
    if old.is_empty() {
        let count = limit.min(bytes.len() + 1);
        let room = count.checked_mul(new.len()).and_then(|room| room.checked_add(bytes.len()));
        let mut out = Vec::new();
        if room.is_none_or(|room| out.try_reserve_exact(room).is_err()) {
            return Err(vm.memory_error());
        }
        for (index, byte) in bytes.iter().enumerate() {
            if index < count {
                out.extend_from_slice(new);
            }
            out.push(*byte);
        }
        if count > bytes.len() {
            out.extend_from_slice(new);
        }
        return Ok(out);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for (index, part) in search::split(bytes, old, limit).into_iter().enumerate() {
        if index > 0 {
            if out.try_reserve(new.len()).is_err() {
                return Err(vm.memory_error());
            }
            out.extend_from_slice(new);
        }
        out.extend_from_slice(&bytes[part]);
    }
    Ok(out)
}

/// Each word begins with an upper-case letter, the rest of it in lower case.
#[must_use]
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    bytes
        .iter()
        .map(|byte| {
            let result = if inside { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
            inside = byte.is_ascii_alphabetic();
            result
        })
        .collect()
}

/// Whether upper-case letters begin words and lower-case ones go on, and there is one of them.
#[must_use]
pub fn is_title(bytes: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for byte in bytes {
        let fits = match byte {
            b'A'..=b'Z' => !inside,
            b'a'..=b'z' => inside,
            _ => true,
        };
        if !fits {
            return false;
        }
        inside = byte.is_ascii_alphabetic();
        any |= inside;
    }
    any
}

/// The first letter in upper case, all others in lower case.
#[must_use]
pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

/// Zeros on the left, behind a sign.
pub fn zero_fill(vm: &Vm, bytes: &[u8], width: usize) -> PyResult<Vec<u8>> {
    let missing = width.saturating_sub(bytes.len());
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut out = pad(vm, &bytes[sign..], missing, 0, b'0')?;
    if sign == 1 {
        out.insert(0, bytes[0]);
    }
    Ok(out)
}
