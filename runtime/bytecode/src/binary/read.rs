//! Reads constants and code objects.

use crate::error::DecodeError;
use crate::module::{Cell, Code, CodeFlags, Const, Handler, Position};
use crate::operands::{ConstIdx, LocalIdx, NameIdx};

use crate::cursor::Cursor;

/// The tag of strings.
pub(super) const STR: u8 = 8;

type Result<T> = std::result::Result<T, DecodeError>;

pub(super) fn constants(cursor: &mut Cursor<'_>) -> Result<Vec<Const>> {
    cursor.vector(1, "constants", constant)
}

pub(super) fn constant(cursor: &mut Cursor<'_>) -> Result<Const> {
    let at = cursor.offset();
    let index = |cursor: &mut Cursor<'_>| cursor.leb32().map(ConstIdx);
    Ok(match cursor.byte()? {
        0 => Const::None,
        1 => Const::True,
        2 => Const::False,
        3 => Const::Ellipsis,
        4 => Const::Int(cursor.signed64()?),
        5 => Const::BigInt(cursor.bytes("a big integer")?.to_vec()),
        6 => Const::Float(cursor.f64()?),
        7 => Const::Complex { real: cursor.f64()?, imag: cursor.f64()? },
        STR => Const::Str(cursor.bytes("a string")?.to_vec()),
        9 => Const::Bytes(cursor.bytes("a bytes object")?.to_vec()),
        10 => Const::Tuple(cursor.vector(1, "items", index)?),
        11 => Const::FrozenSet(cursor.vector(1, "items", index)?),
        12 => Const::Slice { start: index(cursor)?, stop: index(cursor)?, step: index(cursor)? },
        tag => {
            return Err(DecodeError::new(at, format!("the constant tag {tag}"), "a tag from 0 to 12"));
        }
    })
}

/// Goes over a constant.
pub(super) fn skip_constant(cursor: &mut Cursor<'_>) -> Result<()> {
    match cursor.byte()? {
        0..=3 => {}
        4 => {
            cursor.leb64()?;
        }
        6 => {
            cursor.array::<8>()?;
        }
        7 => {
            cursor.array::<16>()?;
        }
        5 | STR | 9 => {
            cursor.span()?;
        }
        10 | 11 => {
            for _ in 0..cursor.count(1, "items")? {
                cursor.leb32()?;
            }
        }
        _ => {
            for _ in 0..3 {
                cursor.leb32()?;
            }
        }
    }
    Ok(())
}

/// The names of a code object, with which it begins: its own and its path's.
pub(super) fn title(cursor: &mut Cursor<'_>) -> Result<(NameIdx, NameIdx)> {
    Ok((NameIdx(cursor.leb32()?), NameIdx(cursor.leb32()?)))
}

pub(super) fn code(cursor: &mut Cursor<'_>) -> Result<Code> {
    let mut code = code_without_positions(cursor)?;
    code.positions = positions(cursor)?;
    Ok(code)
}

/// A code object up to its positions, which come last.
pub(super) fn code_without_positions(cursor: &mut Cursor<'_>) -> Result<Code> {
    let name = |cursor: &mut Cursor<'_>| cursor.leb32().map(NameIdx);
    Ok(Code {
        name: name(cursor)?,
        qualname: name(cursor)?,
        flags: flags(cursor)?,
        first_line: cursor.leb32()?,
        positional_only: cursor.leb32()?,
        positional: cursor.leb32()?,
        keyword_only: cursor.leb32()?,
        max_stack: cursor.leb32()?,
        docstring: cursor.optional()?.map(ConstIdx),
        locals: cursor.vector(1, "local variables", name)?,
        cells: cursor.vector(2, "cells", |cursor| {
            Ok(Cell { name: name(cursor)?, parameter: cursor.optional()?.map(LocalIdx) })
        })?,
        free: cursor.vector(1, "free variables", name)?,
        body: cursor.bytes("a body")?.to_vec(),
        handlers: handlers(cursor)?,
        positions: Vec::new(),
    })
}

fn flags(cursor: &mut Cursor<'_>) -> Result<CodeFlags> {
    let at = cursor.offset();
    let bits = cursor.leb32()?;
    CodeFlags::from_bits(bits)
        .ok_or_else(|| DecodeError::new(at, format!("the flags {bits:#x}"), "flags that this version knows"))
}

fn handlers(cursor: &mut Cursor<'_>) -> Result<Vec<Handler>> {
    let mut last = 0u32;
    cursor.vector(4, "handlers", |cursor| {
        let start = last.wrapping_add(cursor.leb32()?);
        let end = start.wrapping_add(cursor.leb32()?);
        last = end;
        Ok(Handler { start, end, target: cursor.leb32()?, depth: cursor.leb32()? })
    })
}

pub(super) fn positions(cursor: &mut Cursor<'_>) -> Result<Vec<Position>> {
    let (mut offset, mut line) = (0u32, 0u32);
    cursor.vector(5, "source positions", |cursor| {
        offset = offset.wrapping_add(cursor.leb32()?);
        line = line.wrapping_add(cursor.signed32()?);
        let end_line = line.wrapping_add(cursor.signed32()?);
        let column = cursor.leb32()?;
        let end_column = column.wrapping_add(cursor.signed32()?);
        Ok(Position { offset, line, end_line, column, end_column })
    })
}
