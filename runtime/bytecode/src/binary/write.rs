//! Writes a module. That there is one encoding only is seen here: nothing depends on anything but the module.

use crate::leb128;
use crate::module::{Code, Const, Handler, Module, Position};
use crate::operands::{ConstIdx, NameIdx};

use super::{CUSTOM, MAGIC, VERSION};

/// The bytes of a module.
#[must_use]
pub fn encode(module: &Module) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + module.codes.iter().map(|code| code.body.len() * 3).sum::<usize>());
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.0.to_le_bytes());
    out.extend_from_slice(&VERSION.1.to_le_bytes());
    strings(&mut out, &module.required_features);
    section(&mut out, 1, |out| {
        bytes(out, module.producer.frontend.as_bytes());
        bytes(out, module.producer.version.as_bytes());
        out.extend_from_slice(&module.producer.source_hash);
        bytes(out, module.source_name.as_bytes());
    });
    section(&mut out, 2, |out| strings(out, &module.names));
    section(&mut out, 3, |out| {
        length(out, module.constants.len());
        module.constants.iter().for_each(|value| constant(out, value));
    });
    section(&mut out, 4, |out| codes(out, &module.codes));
    for (name, content) in &module.custom {
        section(&mut out, CUSTOM, |out| {
            bytes(out, name.as_bytes());
            out.extend_from_slice(content);
        });
    }
    out
}

fn section(out: &mut Vec<u8>, id: u8, write: impl FnOnce(&mut Vec<u8>)) {
    let mut payload = Vec::new();
    write(&mut payload);
    out.push(id);
    bytes(out, &payload);
}

fn length(out: &mut Vec<u8>, length: usize) {
    leb128::write(out, length as u64);
}

fn leb32(out: &mut Vec<u8>, value: u32) {
    leb128::write(out, u64::from(value));
}

/// Zigzagged.
fn signed32(out: &mut Vec<u8>, value: u32) {
    leb32(out, (value << 1) ^ (value >> 31).wrapping_neg());
}

fn bytes(out: &mut Vec<u8>, content: &[u8]) {
    length(out, content.len());
    out.extend_from_slice(content);
}

fn strings(out: &mut Vec<u8>, strings: &[String]) {
    length(out, strings.len());
    strings.iter().for_each(|string| bytes(out, string.as_bytes()));
}

fn indices(out: &mut Vec<u8>, indices: &[ConstIdx]) {
    length(out, indices.len());
    indices.iter().for_each(|index| leb32(out, index.0));
}

fn names(out: &mut Vec<u8>, names: &[NameIdx]) {
    length(out, names.len());
    names.iter().for_each(|name| leb32(out, name.0));
}

/// An index that may be absent.
fn optional(out: &mut Vec<u8>, index: Option<u32>) {
    leb128::write(out, index.map_or(0, |index| u64::from(index) + 1));
}

fn constant(out: &mut Vec<u8>, value: &Const) {
    match value {
        Const::None => out.push(0),
        Const::True => out.push(1),
        Const::False => out.push(2),
        Const::Ellipsis => out.push(3),
        Const::Int(value) => {
            out.push(4);
            leb128::write(out, (*value as u64) << 1 ^ (*value >> 63) as u64);
        }
        Const::BigInt(content) => {
            out.push(5);
            bytes(out, content);
        }
        Const::Float(value) => {
            out.push(6);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Const::Complex { real, imag } => {
            out.push(7);
            out.extend_from_slice(&real.to_le_bytes());
            out.extend_from_slice(&imag.to_le_bytes());
        }
        Const::Str(content) => {
            out.push(8);
            bytes(out, content);
        }
        Const::Bytes(content) => {
            out.push(9);
            bytes(out, content);
        }
        Const::Tuple(items) => {
            out.push(10);
            indices(out, items);
        }
        Const::FrozenSet(items) => {
            out.push(11);
            indices(out, items);
        }
        Const::Slice { start, stop, step } => {
            out.push(12);
            [start, stop, step].into_iter().for_each(|index| leb32(out, index.0));
        }
    }
}

fn codes(out: &mut Vec<u8>, codes: &[Code]) {
    let mut records = Vec::new();
    length(out, codes.len());
    for value in codes {
        code(&mut records, value);
        out.extend_from_slice(&(records.len() as u64).to_le_bytes());
    }
    out.extend_from_slice(&records);
}

fn code(out: &mut Vec<u8>, code: &Code) {
    let numbers = [
        code.name.0,
        code.qualname.0,
        code.flags.bits(),
        code.first_line,
        code.positional_only,
        code.positional,
        code.keyword_only,
        code.max_stack,
    ];
    numbers.into_iter().for_each(|number| leb32(out, number));
    optional(out, code.docstring.map(|index| index.0));
    names(out, &code.locals);
    length(out, code.cells.len());
    for cell in &code.cells {
        leb32(out, cell.name.0);
        optional(out, cell.parameter.map(|index| index.0));
    }
    names(out, &code.free);
    bytes(out, &code.body);
    handlers(out, &code.handlers);
    positions(out, &code.positions);
}

fn handlers(out: &mut Vec<u8>, handlers: &[Handler]) {
    length(out, handlers.len());
    let mut last = 0u32;
    for handler in handlers {
        leb32(out, handler.start.wrapping_sub(last));
        leb32(out, handler.end.wrapping_sub(handler.start));
        leb32(out, handler.target);
        leb32(out, handler.depth);
        last = handler.end;
    }
}

fn positions(out: &mut Vec<u8>, positions: &[Position]) {
    length(out, positions.len());
    let (mut offset, mut line) = (0u32, 0u32);
    for position in positions {
        leb32(out, position.offset.wrapping_sub(offset));
        signed32(out, position.line.wrapping_sub(line));
        signed32(out, position.end_line.wrapping_sub(position.line));
        leb32(out, position.column);
        signed32(out, position.end_column.wrapping_sub(position.column));
        (offset, line) = (position.offset, position.line);
    }
}
