//! Case mappings of whole strings.

use orochi_gc::Gc;

use super::fill::Builder;
use super::unicode::{self, category};
use super::{Str, Text};
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// A mapping of ASCII text byte by byte; `None` when the text is not ASCII.
fn map_ascii(vm: &Vm, text: Gc<Str>, f: impl FnOnce(&mut [u8])) -> Option<PyResult> {
    const SHORT: usize = 64;
    let Text::Latin1(bytes) = text.text() else { return None };
    if !text.is_ascii() {
        return None;
    }
    if bytes.len() <= SHORT {
        let mut buffer = [0; SHORT];
        let buffer = &mut buffer[..bytes.len()];
        buffer.copy_from_slice(bytes);
        f(buffer);
        return Some(Str::from_latin1(vm, buffer).map(Value::from));
    }
    if let Err(raised) = vm.check_room_for(bytes.len()) {
        return Some(Err(raised));
    }
    let mut bytes = bytes.to_vec();
    f(&mut bytes);
    Some(Str::from_latin1(vm, &bytes).map(Value::from))
}

/// `lower()`.
pub fn lower(vm: &Vm, text: Gc<Str>) -> PyResult {
    if let Some(result) = map_ascii(vm, text, <[u8]>::make_ascii_lowercase) {
        return result;
    }
    let mut out = Builder::with_capacity(text.len());
    for index in 0..text.len() {
        push_lower(&mut out, text.text(), index);
    }
    out.finish(vm)
}

/// `upper()`.
pub fn upper(vm: &Vm, text: Gc<Str>) -> PyResult {
    if let Some(result) = map_ascii(vm, text, <[u8]>::make_ascii_uppercase) {
        return result;
    }
    let mut out = Builder::with_capacity(text.len());
    text.text().iter().for_each(|c| unicode::push_upper(c, |c| out.push(c)));
    out.finish(vm)
}

/// `casefold()`.
pub fn casefold(vm: &Vm, text: Gc<Str>) -> PyResult {
    if let Some(result) = map_ascii(vm, text, <[u8]>::make_ascii_lowercase) {
        return result;
    }
    let mut out = Builder::with_capacity(text.len());
    text.text().iter().for_each(|c| unicode::push_folded(c, |c| out.push(c)));
    out.finish(vm)
}

/// `swapcase()`.
pub fn swapcase(vm: &Vm, text: Gc<Str>) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    for (index, c) in text.text().iter().enumerate() {
        if unicode::is_upper(c) {
            push_lower(&mut out, text.text(), index);
        } else if unicode::is_lower(c) {
            unicode::push_upper(c, |c| out.push(c));
        } else {
            out.push(c);
        }
    }
    out.finish(vm)
}

/// `capitalize()`.
pub fn capitalize(vm: &Vm, text: Gc<Str>) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    for (index, c) in text.text().iter().enumerate() {
        if index == 0 {
            unicode::push_title(c, |c| out.push(c));
        } else {
            push_lower(&mut out, text.text(), index);
        }
    }
    out.finish(vm)
}

/// `title()`.
pub fn title(vm: &Vm, text: Gc<Str>) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    let mut after_cased = false;
    for (index, c) in text.text().iter().enumerate() {
        if after_cased {
            push_lower(&mut out, text.text(), index);
        } else {
            unicode::push_title(c, |c| out.push(c));
        }
        after_cased = unicode::is_cased(c);
    }
    out.finish(vm)
}

/// `istitle()`: upper case only after what has no case, lower case only after what has.
#[must_use]
pub fn is_title(text: Text<'_>) -> bool {
    let (mut after_cased, mut any) = (false, false);
    for c in text.iter() {
        if unicode::is_upper(c) || unicode::is_title(c) {
            if after_cased {
                return false;
            }
            (after_cased, any) = (true, true);
        } else if unicode::is_lower(c) {
            if !after_cased {
                return false;
            }
            any = true;
        } else {
            after_cased = false;
        }
    }
    any
}

/// Appends the lower case of a code point where it stands: a capital sigma at the end of a word becomes a final one.
fn push_lower(out: &mut Builder, text: Text<'_>, index: usize) {
    const CAPITAL_SIGMA: u32 = 0x3a3;
    match text.at(index) {
        CAPITAL_SIGMA => out.push(if is_final(text, index) { 0x3c2 } else { 0x3c3 }),
        c => unicode::push_lower(c, |c| out.push(c)),
    }
}

/// The Final_Sigma condition of the Unicode standard: a cased letter before, none after, case-ignorable ones aside.
fn is_final(text: Text<'_>, index: usize) -> bool {
    let before = (0..index).rev().map(|at| text.at(at)).find(|c| !is_case_ignorable(*c));
    let after = (index + 1..text.len()).map(|at| text.at(at)).find(|c| !is_case_ignorable(*c));
    before.is_some_and(unicode::is_cased) && !after.is_some_and(unicode::is_cased)
}

/// The derived property Case_Ignorable.
fn is_case_ignorable(c: u32) -> bool {
    use category::{ENCLOSING_MARK, FORMAT, MODIFIER_LETTER, MODIFIER_SYMBOL, NONSPACING_MARK};
    // Word_Break MidLetter, MidNumLet and Single_Quote.
    matches!(
        c,
        0x27 | 0x2e
            | 0x3a
            | 0xb7
            | 0x387
            | 0x55f
            | 0x5f4
            | 0x2018
            | 0x2019
            | 0x2024
            | 0x2027
            | 0xfe13
            | 0xfe52
            | 0xfe55
            | 0xff07
            | 0xff0e
            | 0xff1a
    ) || matches!(unicode::category(c), ENCLOSING_MARK | FORMAT | MODIFIER_LETTER | MODIFIER_SYMBOL | NONSPACING_MARK)
}
