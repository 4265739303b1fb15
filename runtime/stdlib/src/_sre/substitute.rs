//! `sub` and `subn`.

use orochi_vm::types::bytes::buffer;
use orochi_vm::types::str::fill::Builder;
use orochi_vm::types::str::{Str, Text};
use orochi_vm::{Gc, PyResult, Record, Value, Vm};

use super::pattern::{Ask, Run};
use super::{matches, template};

/// A text that is put together of parts.
pub enum Pieces {
    /// And the number of parts.
    Text(Builder, usize),
    Bytes(Vec<u8>, usize),
}

impl Pieces {
    /// Nothing yet.
    pub fn new(bytes: bool) -> Pieces {
        if bytes { Pieces::Bytes(Vec::new(), 0) } else { Pieces::Text(Builder::new(), 0) }
    }

    /// Appends an object. TypeError when it is not of the right kind.
    pub fn push(&mut self, vm: &Vm, part: Value) -> PyResult<()> {
        match self {
            Pieces::Text(out, count) => {
                let Some(text) = part.cast::<Str>() else {
                    let name = vm.type_name(part);
                    return Err(vm.type_error(format!("sequence item {count}: expected str instance, {name} found")));
                };
                out.push_text(text.text());
                *count += 1;
            }
            Pieces::Bytes(out, count) => {
                let Some(bytes) = buffer::find(part) else {
                    let name = vm.type_name(part);
                    let text = format!("sequence item {count}: expected a bytes-like object, {name} found");
                    return Err(vm.type_error(text));
                };
                extend(vm, out, &bytes)?;
                *count += 1;
            }
        }
        Ok(())
    }

    /// Appends a part of what is searched.
    fn push_text(&mut self, vm: &Vm, text: Text<'_>) -> PyResult<()> {
        match (self, text) {
            (Pieces::Text(out, count), text) => {
                out.push_text(text);
                *count += 1;
            }
            (Pieces::Bytes(out, count), Text::Latin1(bytes)) => {
                extend(vm, out, bytes)?;
                *count += 1;
            }
            // Bytes are Latin-1.
            (Pieces::Bytes(..), _) => {}
        }
        Ok(())
    }

    /// The string or the bytes.
    pub fn finish(self, vm: &Vm) -> PyResult {
        match self {
            Pieces::Text(out, _) => out.finish(vm),
            Pieces::Bytes(out, _) => vm.new_bytes(&out),
        }
    }
}

fn extend(vm: &Vm, out: &mut Vec<u8>, bytes: &[u8]) -> PyResult<()> {
    if out.try_reserve(bytes.len()).is_err() {
        return Err(vm.memory_error());
    }
    out.extend_from_slice(bytes);
    Ok(())
}

/// What stands for a match.
enum Replacement {
    Literal(Value),
    Template(Gc<Record>),
    Function(Value),
}

fn replacement(vm: &Vm, pattern: Value, value: Value) -> PyResult<Replacement> {
    if vm.is_callable(value) {
        return Ok(Replacement::Function(value));
    }
    let is_literal = match value.cast::<Str>() {
        Some(text) => !text.text().iter().any(|c| c == u32::from(b'\\')),
        None => buffer::find(value).is_some_and(|bytes| !bytes.contains(&b'\\')),
    };
    if is_literal {
        return Ok(Replacement::Literal(value));
    }
    let compiled = template::compile(vm, pattern, value)?;
    Ok(match template::literal(compiled) {
        Some(literal) => Replacement::Literal(literal),
        None => Replacement::Template(compiled),
    })
}

/// The new text, and how often something was replaced. The arguments are those of `Pattern.sub`.
pub fn substitute(vm: &Vm, args: &[Value]) -> PyResult<(Value, i64)> {
    let most = args[3].bound().map_or(Ok(0), |most| vm.index_i64(most))?;
    let replacement = replacement(vm, args[0], args[1])?;
    let object = args[2];
    let mut run = Run::new(vm, args[0], object, Value::UNBOUND, Value::UNBOUND)?;
    let mut pieces = Pieces::new(run.subject.is_bytes());
    let (mut count, mut last) = (0, 0);
    while (most == 0 || count < most) && run.ask(Ask::Search)? {
        let (start, end) = (run.state.start, run.state.end);
        if last < start {
            pieces.push_text(vm, run.subject.text().slice(last, start))?;
        }
        match replacement {
            Replacement::Literal(literal) => pieces.push(vm, literal)?,
            Replacement::Template(compiled) => push_template(&run, compiled, &mut pieces)?,
            Replacement::Function(function) => {
                let result = vm.call(function, &[matches::new(&run, object)?])?;
                if result != vm.none() {
                    pieces.push(vm, result)?;
                }
            }
        }
        count += 1;
        last = end;
    }
    if count == 0 {
        return Ok((run.slice(object, 0, run.end)?, 0));
    }
    if last < run.end {
        pieces.push_text(vm, run.subject.text().slice(last, run.end))?;
    }
    Ok((pieces.finish(vm)?, count))
}

/// Appends a template with the groups of the match that was just found.
fn push_template(run: &Run<'_>, compiled: Gc<Record>, pieces: &mut Pieces) -> PyResult<()> {
    let vm = run.vm;
    template::push(vm, compiled, pieces, |pieces, group| {
        if group > run.pattern.program.groups {
            return Err(vm.index_error("no such group"));
        }
        let span = if group == 0 { Some((run.state.start, run.state.end)) } else { run.state.group(group) };
        match span {
            Some((start, end)) => pieces.push_text(vm, run.subject.text().slice(start, end)),
            None => Ok(()),
        }
    })
}
