//! Encoding by the encodings that are native to strings.

use orochi_gc::Gc;

use super::encoding::Encoding;
use super::errors::{EncodeErrors, Handler, Replacement};
use crate::error::PyResult;
use crate::types::str::{Str, Text};
use crate::vm::Vm;

/// The bytes of a string.
///
/// # Errors
/// LookupError for an unknown handler, UnicodeEncodeError, whatever a handler raises.
pub fn encode(vm: &Vm, text: Gc<Str>, encoding: Encoding, errors: &str) -> PyResult<Vec<u8>> {
    match (encoding, text.text()) {
        (Encoding::Ascii | Encoding::Utf8, Text::Latin1(units)) if text.is_ascii() => return copy(vm, units),
        (Encoding::Latin1, Text::Latin1(units)) => return copy(vm, units),
        _ => {}
    }
    let mut out = Vec::new();
    // A code point takes four bytes at most, but for the replacements of one that cannot be encoded.
    let size = match (encoding.unit(), text.text()) {
        (1, Text::Latin1(units)) => units.len() * 2,
        (1, Text::Ucs2(units)) => units.len() * 3,
        _ => text.len() * 4,
    };
    vm.check_room_for(size)?;
    if out.try_reserve_exact(size + 4).is_err() {
        return Err(vm.memory_error());
    }
    if matches!(encoding, Encoding::Utf8Sig | Encoding::Utf16(None) | Encoding::Utf32(None)) {
        encoding.push(&mut out, 0xfeff);
    }
    let errors = EncodeErrors::new(vm, encoding.name(), text, errors);
    let mut at = 0;
    while at < text.len() {
        let code_point = text.text().at(at);
        if encoding.can_encode(code_point) {
            encoding.push(&mut out, code_point);
            at += 1;
            continue;
        }
        let mut end = at + 1;
        if encoding.unit() == 1 {
            let rest = text.text().slice(at, text.len());
            end = at + rest.iter().take_while(|c| !encoding.can_encode(*c)).count();
        }
        at = handle(vm, &mut out, encoding, &errors, (at, end))?;
    }
    Ok(out)
}

fn copy(vm: &Vm, units: &[u8]) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(units.len()).is_err() {
        return Err(vm.memory_error());
    }
    bytes.extend_from_slice(units);
    Ok(bytes)
}

/// Handles a run of code points that cannot be encoded: where to go on.
fn handle(
    vm: &Vm,
    out: &mut Vec<u8>,
    encoding: Encoding,
    errors: &EncodeErrors<'_>,
    (mut start, end): (usize, usize),
) -> PyResult<usize> {
    let run = errors.text.text().slice(start, end);
    let mut push_all = |replacement: &str| replacement.bytes().for_each(|byte| encoding.push(out, byte.into()));
    match errors.handler {
        Handler::Strict => return Err(errors.raise(start, end, encoding.reason())),
        Handler::Ignore => return Ok(end),
        Handler::Replace => {
            run.iter().for_each(|_| push_all("?"));
            return Ok(end);
        }
        Handler::XmlCharRefReplace => {
            run.iter().for_each(|c| push_all(&format!("&#{c};")));
            return Ok(end);
        }
        Handler::BackslashReplace => {
            run.iter().for_each(|c| push_all(&super::errors::hex_escape(c)));
            return Ok(end);
        }
        Handler::SurrogateEscape if encoding.unit() == 1 => {
            for c in run.iter().take_while(|c| (0xdc80..=0xdcff).contains(c)) {
                out.push((c - 0xdc00) as u8);
                start += 1;
            }
            if start == end {
                return Ok(end);
            }
        }
        Handler::SurrogatePass if !matches!(encoding, Encoding::Ascii | Encoding::Latin1) => {
            run.iter().for_each(|c| encoding.push(out, c));
            return Ok(end);
        }
        _ => {}
    }
    let (replacement, next) = errors.call(start, end, encoding.reason())?;
    match replacement {
        Replacement::Bytes(bytes) if bytes.as_slice().len() % encoding.unit() == 0 => {
            if out.try_reserve(bytes.as_slice().len()).is_err() {
                return Err(vm.memory_error());
            }
            out.extend_from_slice(bytes.as_slice());
        }
        // For all but Latin-1 the replacement must be ASCII.
        Replacement::Text(text) if text.is_ascii() || (encoding == Encoding::Latin1 && text.width() == 1) => {
            if out.try_reserve(text.len() * encoding.unit()).is_err() {
                return Err(vm.memory_error());
            }
            text.text().iter().for_each(|c| encoding.push(out, c));
        }
        _ => return Err(errors.raise(start, end, encoding.reason())),
    }
    Ok(next)
}
