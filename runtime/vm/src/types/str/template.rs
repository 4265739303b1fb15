//! `str.format`: replacement fields with attributes, items, conversions and nested specifications (PEP 3101).

use core::ops::Range;

use orochi_gc::Gc;

use super::Str;
use super::fill::Builder;
use super::unicode::decimal_value;
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::Vm;

/// Where field values come from.
pub enum Source<'a> {
    /// `format(*args, **kwargs)`.
    Arguments(&'a [Value], Option<Gc<Dict>>),
    /// `format_map(mapping)`.
    Mapping(Value),
}

/// How fields are numbered: by themselves or by the template, but not both.
#[derive(Default)]
struct Numbering {
    automatic: Option<bool>,
    next: usize,
}

/// Specifications may have fields, and these plain specifications.
const MAX_DEPTH: usize = 2;

/// A replacement field in a template.
struct Field<'a> {
    name: &'a [u32],
    conversion: Option<u32>,
    spec: &'a [u32],
    /// Whether the specification has fields.
    nested: bool,
}

/// A part of a template: literal text, and the replacement field that may follow it.
pub struct Piece {
    pub literal: Range<usize>,
    pub field: Option<PieceField>,
    /// Where the next part begins.
    pub next: usize,
}

/// A replacement field as `_string.formatter_parser` shows it.
pub struct PieceField {
    pub name: Range<usize>,
    pub spec: Range<usize>,
    pub conversion: Option<u32>,
}

/// The part that begins at a place; `None` at the end.
pub fn piece(vm: &Vm, template: &[u32], start: usize) -> PyResult<Option<Piece>> {
    let (open, close) = (u32::from(b'{'), u32::from(b'}'));
    if start >= template.len() {
        return Ok(None);
    }
    let Some(len) = template[start..].iter().position(|c| *c == open || *c == close) else {
        return Ok(Some(Piece { literal: start..template.len(), field: None, next: template.len() }));
    };
    let brace = start + len;
    let after = template.get(brace + 1);
    if after == Some(&template[brace]) {
        return Ok(Some(Piece { literal: start..brace + 1, field: None, next: brace + 2 }));
    }
    if template[brace] == close {
        return Err(vm.value_error("Single '}' encountered in format string"));
    }
    if after.is_none() {
        return Err(vm.value_error("Single '{' encountered in format string"));
    }
    let (field, rest) = split_field(vm, &template[brace + 1..])?;
    let place = |part: &[u32]| {
        let from = (part.as_ptr() as usize - template.as_ptr() as usize) / size_of::<u32>();
        from..from + part.len()
    };
    let spec = if field.spec.is_empty() { 0..0 } else { place(field.spec) };
    let field = PieceField { name: place(field.name), spec, conversion: field.conversion };
    Ok(Some(Piece { literal: start..brace, field: Some(field), next: template.len() - rest.len() }))
}

/// A step behind the first part of a field name: an attribute or an item.
pub struct Step {
    pub is_attribute: bool,
    pub name: Range<usize>,
    /// Where the next step begins.
    pub next: usize,
}

/// Where the first part of a field name ends.
#[must_use]
pub fn first_end(name: &[u32]) -> usize {
    name.iter().position(is_step).unwrap_or(name.len())
}

fn is_step(c: &u32) -> bool {
    matches!(u8::try_from(*c), Ok(b'.' | b'['))
}

/// The step that begins at a place in a field name; `None` at the end.
pub fn step(vm: &Vm, name: &[u32], start: usize) -> PyResult<Option<Step>> {
    let Some(first) = name.get(start) else { return Ok(None) };
    let is_item = *first == u32::from(b'[');
    if !is_item && *first != u32::from(b'.') {
        return Err(vm.value_error("Only '.' or '[' may follow ']' in format field specifier"));
    }
    let tail = &name[start + 1..];
    let end = if is_item {
        tail.iter().position(|c| *c == u32::from(b']'))
    } else {
        Some(tail.iter().position(is_step).unwrap_or(tail.len()))
    };
    let Some(end) = end else { return Err(vm.value_error("Missing ']' in format string")) };
    if end == 0 {
        return Err(vm.value_error("Empty attribute in format string"));
    }
    let end = start + 1 + end;
    Ok(Some(Step { is_attribute: !is_item, name: start + 1..end, next: end + usize::from(is_item) }))
}

/// The text of a template.
pub fn format(vm: &Vm, template: Gc<Str>, source: &Source<'_>) -> PyResult {
    let units: Vec<u32> = template.text().iter().collect();
    let mut out = Builder::with_capacity(units.len());
    render(vm, &mut out, &units, source, &mut Numbering::default(), MAX_DEPTH)?;
    out.finish(vm)
}

fn render(
    vm: &Vm,
    out: &mut Builder,
    template: &[u32],
    source: &Source<'_>,
    numbering: &mut Numbering,
    depth: usize,
) -> PyResult<()> {
    if depth == 0 {
        return Err(vm.value_error("Max string recursion exceeded"));
    }
    let (open, close) = (u32::from(b'{'), u32::from(b'}'));
    let mut rest = template;
    while let [c, tail @ ..] = rest {
        rest = tail;
        if *c != open && *c != close {
            out.push(*c);
            continue;
        }
        if tail.first() == Some(c) {
            out.push(*c);
            rest = &tail[1..];
            continue;
        }
        if *c == close {
            return Err(vm.value_error("Single '}' encountered in format string"));
        }
        if tail.is_empty() {
            return Err(vm.value_error("Single '{' encountered in format string"));
        }
        let (field, after) = split_field(vm, tail)?;
        rest = after;
        render_field(vm, out, &field, source, numbering, depth)?;
    }
    Ok(())
}

/// Takes a field apart, from behind its brace, and returns what follows it.
fn split_field<'a>(vm: &Vm, text: &'a [u32]) -> PyResult<(Field<'a>, &'a [u32])> {
    let at = |index: usize| text.get(index).copied().and_then(|c| u8::try_from(c).ok());
    let mut end = 0;
    let stop = loop {
        match at(end) {
            None if end >= text.len() => return Err(vm.value_error("expected '}' before end of string")),
            Some(b'{') => return Err(vm.value_error("unexpected '{' in field name")),
            Some(b'[') => {
                end += text[end..].iter().take_while(|c| **c != u32::from(b']')).count();
            }
            Some(stop @ (b'}' | b':' | b'!')) => break stop,
            _ => end += 1,
        }
    };
    let name = &text[..end];
    let mut start = end + 1;
    let mut field = Field { name, conversion: None, spec: &[], nested: false };
    if stop == b'}' {
        return Ok((field, &text[start..]));
    }
    if stop == b'!' {
        let Some(conversion) = text.get(start) else {
            return Err(vm.value_error("end of string while looking for conversion specifier"));
        };
        field.conversion = Some(*conversion);
        start += 1;
        match at(start) {
            Some(b'}') => return Ok((field, &text[start + 1..])),
            Some(b':') => start += 1,
            None if start >= text.len() => {}
            _ => return Err(vm.value_error("expected ':' after conversion specifier")),
        }
    }
    let mut open = 1;
    for index in start..text.len() {
        match at(index) {
            Some(b'{') => {
                field.nested = true;
                open += 1;
            }
            Some(b'}') => open -= 1,
            _ => {}
        }
        if open == 0 {
            field.spec = &text[start..index];
            return Ok((field, &text[index + 1..]));
        }
    }
    Err(vm.value_error("unmatched '{' in format spec"))
}

fn render_field(
    vm: &Vm,
    out: &mut Builder,
    field: &Field<'_>,
    source: &Source<'_>,
    numbering: &mut Numbering,
    depth: usize,
) -> PyResult<()> {
    let value = lookup(vm, field.name, source, numbering)?;
    let value = match field.conversion {
        Some(conversion) => convert(vm, value, conversion)?,
        None => value,
    };
    let spec = if field.nested {
        let mut spec = Builder::new();
        render(vm, &mut spec, field.spec, source, numbering, depth - 1)?;
        spec.finish(vm)?.expect::<Str>()
    } else {
        Str::from_slice(vm, field.spec)?
    };
    out.push_text(vm.format(value, spec)?.text());
    Ok(())
}

/// `!r`, `!s`, `!a`.
fn convert(vm: &Vm, value: Value, conversion: u32) -> PyResult {
    match u8::try_from(conversion) {
        Ok(b'r') => vm.repr(value).map(Value::from),
        Ok(b's') => vm.to_str(value).map(Value::from),
        Ok(b'a') => vm.ascii(value).map(Value::from),
        Ok(c @ 33..127) => Err(vm.value_error(format!("Unknown conversion specifier {}", char::from(c)))),
        _ => Err(vm.value_error(format!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

/// A decimal number; `None` when the text is empty or has something else in it.
pub fn number(vm: &Vm, text: &[u32]) -> PyResult<Option<usize>> {
    let mut number = 0usize;
    for c in text {
        let Some(digit) = decimal_value(*c) else { return Ok(None) };
        let next = number.checked_mul(10).and_then(|number| number.checked_add(digit.into()));
        let Some(next) = next.filter(|next| *next <= isize::MAX as usize) else {
            return Err(vm.value_error("Too many decimal digits in format string"));
        };
        number = next;
    }
    Ok((!text.is_empty()).then_some(number))
}

/// The value of a field name: an argument, then its attributes and items.
fn lookup(vm: &Vm, name: &[u32], source: &Source<'_>, numbering: &mut Numbering) -> PyResult {
    let mut at = first_end(name);
    let mut value = argument(vm, &name[..at], source, numbering)?;
    while let Some(step) = step(vm, name, at)? {
        let key = &name[step.name];
        at = step.next;
        value = match number(vm, key)?.filter(|_| !step.is_attribute) {
            Some(index) => vm.get_item(value, vm.new_int(index as i64)?)?,
            None if !step.is_attribute => vm.get_item(value, Str::from_slice(vm, key)?.into())?,
            None => vm.get_attr(value, Str::from_slice(vm, key)?)?,
        };
    }
    Ok(value)
}

fn argument(vm: &Vm, name: &[u32], source: &Source<'_>, numbering: &mut Numbering) -> PyResult {
    let index = number(vm, name)?;
    let automatic = name.is_empty();
    if index.is_none() && !automatic {
        let key = Str::from_slice(vm, name)?;
        return match source {
            Source::Mapping(mapping) => vm.get_item(*mapping, key.into()),
            Source::Arguments(_, named) => match named.map(|named| named.get_str(vm, key)).transpose()?.flatten() {
                Some(value) => Ok(value),
                None => Err(vm.key_error(key.into())),
            },
        };
    }
    match numbering.automatic {
        None => numbering.automatic = Some(automatic),
        Some(true) if !automatic => {
            return Err(vm.value_error("cannot switch from automatic field numbering to manual field specification"));
        }
        Some(false) if automatic => {
            return Err(vm.value_error("cannot switch from manual field specification to automatic field numbering"));
        }
        Some(_) => {}
    }
    let index = index.unwrap_or(numbering.next);
    numbering.next += usize::from(automatic);
    match source {
        Source::Mapping(_) => Err(vm.value_error("Format string contains positional fields")),
        Source::Arguments(values, _) => values
            .get(index)
            .copied()
            .ok_or_else(|| vm.index_error(format!("Replacement index {index} out of range for positional args tuple"))),
    }
}
