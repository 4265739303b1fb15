//! Methods that make a changed copy: padding, replacing, stripping, translating.

use orochi_gc::Gc;

use super::fill::{Builder, Fill, Measure};
use super::search::{self, Unit};
use super::{Str, Text};
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::int::to_i64;
use crate::value::Value;
use crate::vm::Vm;
use crate::with_text;

/// A part of a string; the string itself when that is all of it.
pub fn part(vm: &Vm, text: Gc<Str>, start: usize, end: usize) -> PyResult {
    if start == 0 && end == text.len() {
        return Str::plain(vm, text).map(Value::from);
    }
    Str::from_text(vm, text.text().slice(start, end)).map(Value::from)
}

/// The text with fill characters on both sides.
pub fn pad(vm: &Vm, text: Gc<Str>, left: usize, right: usize, fill: u32) -> PyResult {
    if left == 0 && right == 0 {
        return Str::plain(vm, text).map(Value::from);
    }
    let one = Str::from_slice(vm, &[fill])?;
    let measure = left.checked_add(right).and_then(|count| Measure::EMPTY.add(&one, count)?.add(&text, 1));
    let Some(measure) = measure.filter(|measure| measure.len < isize::MAX as usize / 4) else {
        return Err(vm.overflow_error("padded string is too long"));
    };
    let mut out = Fill::new(vm, measure)?;
    (0..left).for_each(|_| out.push(one.text()));
    out.push(text.text());
    (0..right).for_each(|_| out.push(one.text()));
    Ok(out.finish(vm).into())
}

/// `expandtabs()`.
pub fn expand_tabs(vm: &Vm, text: Gc<Str>, size: i64) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    let mut column = 0;
    for c in text.text().iter() {
        match c {
            0x09 if size > 0 => {
                let count = size as usize - column % size as usize;
                if count > isize::MAX as usize - out.len() {
                    return Err(vm.overflow_error("new string is too long"));
                }
                if count > 1 << 40 {
                    return Err(vm.memory_error());
                }
                out.repeat(0x20, count);
                column += count;
            }
            0x09 => {}
            _ => {
                column = if c == 0x0a || c == 0x0d { 0 } else { column + 1 };
                out.push(c);
            }
        }
    }
    out.finish(vm)
}

/// `replace()`: at most `limit` times.
pub fn replace(vm: &Vm, text: Gc<Str>, old: Gc<Str>, new: Gc<Str>, limit: usize) -> PyResult {
    let places = with_text!(text.text(), units => replaced_places(units, old.text(), limit));
    if places.is_empty() {
        return Str::plain(vm, text).map(Value::from);
    }
    let rest = text.len() - places.len() * old.len();
    let ascii = text.is_ascii() && new.is_ascii();
    let width = text.width().max(new.width());
    let Some(len) = new.len().checked_mul(places.len()).and_then(|len| len.checked_add(rest)) else {
        return Err(vm.overflow_error("replace string is too long"));
    };
    // What is replaced may have been all that needed the width.
    if !old.is_ascii() && old.width() == text.width() {
        let mut out = Builder::with_capacity(len);
        each_part(text, &places, old.len(), |part| out.push_text(part), new);
        return out.finish(vm);
    }
    let mut out = Fill::new(vm, Measure { len, width, ascii })?;
    each_part(text, &places, old.len(), |part| out.push(part), new);
    Ok(out.finish(vm).into())
}

fn replaced_places<U: Unit>(units: &[U], old: Text<'_>, limit: usize) -> Vec<usize> {
    match U::units(old) {
        Some(old) if old.is_empty() => (0..=units.len()).take(limit).collect(),
        Some(old) => search::matches(units, &old).take(limit).collect(),
        None => Vec::new(),
    }
}

fn each_part(text: Gc<Str>, places: &[usize], old_len: usize, mut push: impl FnMut(Text<'_>), new: Gc<Str>) {
    let mut start = 0;
    for place in places {
        push(text.text().slice(start, *place));
        push(new.text());
        start = place + old_len;
    }
    push(text.text().slice(start, text.len()));
}

/// `zfill()`.
pub fn zero_fill(vm: &Vm, text: Gc<Str>, width: usize) -> PyResult {
    let missing = width.saturating_sub(text.len());
    if missing == 0 {
        return Str::plain(vm, text).map(Value::from);
    }
    let sign = usize::from(!text.is_empty() && matches!(text.text().at(0), 0x2b | 0x2d));
    let measure = Measure { len: width, width: text.width(), ascii: text.is_ascii() };
    let mut out = Fill::new(vm, measure)?;
    out.push(text.text().slice(0, sign));
    (0..missing).for_each(|_| out.push(Text::Latin1(b"0")));
    out.push(text.text().slice(sign, text.len()));
    Ok(out.finish(vm).into())
}

/// `translate()`.
pub fn translate(vm: &Vm, text: Gc<Str>, table: Value) -> PyResult {
    let mut out = Builder::with_capacity(text.len());
    for c in text.text().iter() {
        let found = vm.get_item(table, Value::small(c.into()));
        let Some(mapped) = vm.absorb(found, vm.types().lookup_error)? else {
            out.push(c);
            continue;
        };
        if mapped == vm.none() {
            continue;
        }
        if let Some(mapped) = mapped.cast::<Str>() {
            out.push_text(mapped.text());
        } else if mapped.is_int() || mapped.cast::<crate::types::int::Int>().is_some() {
            match to_i64(mapped) {
                Some(c @ 0..0x11_0000) => out.push(c as u32),
                _ => return Err(vm.value_error("character mapping must be in range(0x110000)")),
            }
        } else {
            return Err(vm.type_error("character mapping must return integer, None or str"));
        }
    }
    out.finish(vm)
}

/// `str.maketrans(mapping)`.
pub fn table_of_mapping(vm: &Vm, mapping: Value) -> PyResult {
    let Some(source) = mapping.cast::<Dict>() else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let table = Dict::new(vm)?;
    for (key, value) in source.entries() {
        if key.is_int() || key.cast::<crate::types::int::Int>().is_some() {
            table.set(vm, key, value)?;
            continue;
        }
        let Some(text) = key.cast::<Str>() else {
            return Err(vm.type_error("keys in translate table must be strings or integers"));
        };
        if text.len() != 1 {
            return Err(vm.value_error("string keys in translate table must be of length 1"));
        }
        table.set(vm, Value::small(text.text().at(0).into()), value)?;
    }
    Ok(table.into())
}

/// `str.maketrans(from, to, delete)`.
pub fn table_of_strings(vm: &Vm, from: Gc<Str>, to: Gc<Str>, delete: Option<Gc<Str>>) -> PyResult {
    if from.len() != to.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    let table = Dict::new(vm)?;
    for (from, to) in from.text().iter().zip(to.text().iter()) {
        table.set(vm, Value::small(from.into()), Value::small(to.into()))?;
    }
    for c in delete.iter().flat_map(|delete| delete.text().iter()) {
        table.set(vm, Value::small(c.into()), vm.none())?;
    }
    Ok(table.into())
}
