//! Methods that cut a string into parts.

use core::ops::Range;

use orochi_gc::Gc;

use super::search::{self, Unit};
use super::{Str, Text, unicode};
use crate::error::PyResult;
use crate::types::list::List;
use crate::value::Value;
use crate::vm::Vm;
use crate::with_text;

/// A list of parts of a string.
fn list_of(vm: &Vm, text: Gc<Str>, parts: &[Range<usize>]) -> PyResult {
    let list = List::with_capacity(vm, parts.len())?;
    if let (Text::Latin1(units), false) = (text.text(), parts.len() == 1) {
        for part in parts {
            list.push(vm, Str::from_latin1(vm, &units[part.clone()])?.into())?;
        }
        return Ok(list.into());
    }
    for part in parts {
        let part = super::edit::part(vm, text, part.start, part.end)?;
        list.push(vm, part)?;
    }
    Ok(list.into())
}

/// `split()` and `rsplit()`: at white space without a separator; at most `limit` cuts.
pub fn split(vm: &Vm, text: Gc<Str>, separator: Option<Gc<Str>>, limit: usize, from_right: bool) -> PyResult {
    let Some(separator) = separator else {
        let parts = with_text!(text.text(), units => at_space(units, limit, from_right));
        return list_of(vm, text, &parts);
    };
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let parts = with_text!(text.text(), units => at_separator(units, separator.text(), limit, from_right));
    list_of(vm, text, &parts)
}

fn at_space<U: Unit>(units: &[U], limit: usize, from_right: bool) -> Vec<Range<usize>> {
    let is_space = |unit: U| unicode::is_space(unit.into());
    if from_right { search::rsplit_space(units, is_space, limit) } else { search::split_space(units, is_space, limit) }
}

fn at_separator<U: Unit>(units: &[U], separator: Text<'_>, limit: usize, from_right: bool) -> Vec<Range<usize>> {
    match U::units(separator) {
        Some(separator) if from_right => search::rsplit(units, &separator, limit),
        Some(separator) => search::split(units, &separator, limit),
        #[expect(clippy::single_range_in_vec_init, reason = "one part: all of it")]
        None => vec![0..units.len()],
    }
}

/// `splitlines()`.
pub fn split_lines(vm: &Vm, text: Gc<Str>, keep_ends: bool) -> PyResult {
    let lines = with_text!(text.text(), units => {
        search::split_lines(units, |unit| unicode::is_line_break(unit.into()), keep_ends)
    });
    list_of(vm, text, &lines)
}

/// `partition()` and `rpartition()`.
pub fn partition(vm: &Vm, text: Gc<Str>, separator: Gc<Str>, from_right: bool) -> PyResult {
    if separator.is_empty() {
        return Err(vm.value_error("empty separator"));
    }
    let found = find(&text, &separator, 0, text.len(), from_right);
    let (empty, whole) = (Value::from(vm.empty_str()), Str::plain(vm, text)?);
    match found {
        Some(place) => {
            let parts = [
                super::edit::part(vm, text, 0, place)?,
                separator.into(),
                super::edit::part(vm, text, place + separator.len(), text.len())?,
            ];
            vm.new_tuple(&parts)
        }
        None if from_right => vm.new_tuple(&[empty, empty, whole.into()]),
        None => vm.new_tuple(&[whole.into(), empty, empty]),
    }
}

/// The first or last place of a needle within `start..end`.
#[must_use]
pub fn find(text: &Str, needle: &Str, start: usize, end: usize, from_right: bool) -> Option<usize> {
    fn within<U: Unit>(units: &[U], needle: Text<'_>, from_right: bool) -> Option<usize> {
        let needle = U::units(needle)?;
        if from_right { search::rfind(units, &needle) } else { search::find(units, &needle) }
    }
    let end = end.min(text.len());
    if start > end || needle.len() > end - start {
        return None;
    }
    with_text!(text.text().slice(start, end), units => within(units, needle.text(), from_right))
        .map(|place| place + start)
}

/// How often a needle occurs within `start..end`.
#[must_use]
pub fn count(text: &Str, needle: &Str, start: usize, end: usize) -> usize {
    fn within<U: Unit>(units: &[U], needle: Text<'_>) -> usize {
        U::units(needle).map_or(0, |needle| search::count(units, &needle))
    }
    let end = end.min(text.len());
    if start > end {
        return 0;
    }
    with_text!(text.text().slice(start, end), units => within(units, needle.text()))
}

/// Whether a text stands at a place.
#[must_use]
pub fn matches_at(text: &Str, part: &Str, at: usize) -> bool {
    let Some(end) = at.checked_add(part.len()).filter(|end| *end <= text.len()) else { return false };
    match (text.text().slice(at, end), part.text()) {
        (Text::Latin1(a), Text::Latin1(b)) => a == b,
        (Text::Ucs2(a), Text::Ucs2(b)) => a == b,
        (Text::Ucs4(a), Text::Ucs4(b)) => a == b,
        (a, b) => a.iter().eq(b.iter()),
    }
}
