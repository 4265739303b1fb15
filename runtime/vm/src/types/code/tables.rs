//! `co_linetable` and `co_exceptiontable`, in the encodings of CPython 3.11 and later (its `Objects/locations.md` and
//! `Objects/exception_handling_notes.txt` describe them), of which a unit is a code unit of [`super::words`].

use orochi_bytecode::Position;

use super::Code;
use super::words::{Place, Words};

/// A run of units with one source position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub units: u32,
    pub position: Position,
}

impl Code {
    /// The position of every unit, in runs.
    pub(super) fn runs(&self, words: &Words) -> Vec<Run> {
        let mut runs = vec![Run { units: 1, position: self.position(Place::ENTRY) }];
        for word in &words.words {
            runs.push(Run { units: word.units, position: self.position(Place::at(word.offset)) });
        }
        runs
    }
}

const SHORT: u8 = 0;
const ONE_LINE: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NOTHING: u8 = 15;

/// Appends an unsigned number, six bits a byte, the lowest first.
fn varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push((value & 63) as u8 | 64);
        value >>= 6;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i64) {
    let magnitude = value.unsigned_abs() as u32;
    varint(out, magnitude << 1 | u32::from(value < 0));
}

/// `co_linetable`.
pub(super) fn linetable(runs: &[Run], first_line: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = i64::from(first_line);
    for run in runs {
        let mut left = run.units;
        while left > 0 {
            let units = left.min(8);
            left -= units;
            location(&mut out, units as u8, run.position, &mut line);
        }
    }
    out
}

fn location(out: &mut Vec<u8>, units: u8, position: Position, line: &mut i64) {
    let head = |code: u8| 0x80 | code << 3 | (units - 1);
    if position.line == 0 {
        out.push(head(NOTHING));
        return;
    }
    let delta = i64::from(position.line) - *line;
    *line = i64::from(position.line);
    let (column, end) = (position.column, position.end_column);
    let one_line = position.end_line == position.line;
    if !one_line || column > end {
        out.push(head(LONG));
        signed(out, delta);
        varint(out, position.end_line.saturating_sub(position.line));
        varint(out, column + 1);
        varint(out, end + 1);
    } else if delta == 0 && column < 80 && end - column < 16 {
        out.push(head(SHORT + (column / 8) as u8));
        out.push((column % 8) as u8 * 16 + (end - column) as u8);
    } else if (0..3).contains(&delta) && column < 128 && end < 128 {
        out.push(head(ONE_LINE + delta as u8));
        out.extend([column as u8, end as u8]);
    } else {
        out.push(head(LONG));
        signed(out, delta);
        varint(out, 0);
        varint(out, column + 1);
        varint(out, end + 1);
    }
}

/// Reads a `co_linetable`: positions by unit. `None` when it makes no sense.
pub(super) fn read_linetable(table: &[u8], first_line: u32) -> Option<Vec<Run>> {
    let mut reader = Reader { bytes: table, at: 0 };
    let mut line = i64::from(first_line);
    let mut runs = Vec::new();
    while reader.at < table.len() {
        let head = reader.byte()?;
        let (code, units) = (head >> 3 & 15, u32::from(head & 7) + 1);
        if head & 0x80 == 0 {
            return None;
        }
        let mut columns = None;
        let mut lines = 0;
        match code {
            NOTHING => {
                runs.push(Run { units, position: Position::default() });
                continue;
            }
            LONG => {
                line += reader.signed()?;
                lines = reader.varint()?;
                columns = reader.varint()?.checked_sub(1).zip(reader.varint()?.checked_sub(1));
            }
            NO_COLUMNS => line += reader.signed()?,
            ONE_LINE..NO_COLUMNS => {
                line += i64::from(code - ONE_LINE);
                columns = Some((u32::from(reader.byte()?), u32::from(reader.byte()?)));
            }
            _ => {
                let second = reader.byte()?;
                let column = u32::from(code) * 8 + u32::from(second >> 4 & 7);
                columns = Some((column, column + u32::from(second & 15)));
            }
        }
        let start = u32::try_from(line).ok()?;
        let (column, end_column) = columns.unwrap_or((0, 0));
        let end_line = start.checked_add(lines)?;
        runs.push(Run { units, position: Position { offset: 0, line: start, end_line, column, end_column } });
    }
    Some(runs)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 63).checked_shl(shift)?;
            shift += 6;
            if byte & 64 == 0 {
                return Some(value);
            }
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.varint()?;
        let magnitude = i64::from(value >> 1);
        Some(if value & 1 == 0 { magnitude } else { -magnitude })
    }
}

/// The positions of a body whose units have these; `None` when there are not as many.
pub(super) fn positions(runs: &[Run], words: &Words) -> Option<Box<[Position]>> {
    let total: u32 = runs.iter().map(|run| run.units).sum();
    if total as usize != words.bytes.len() / 2 {
        return None;
    }
    let mut positions: Vec<Position> = Vec::new();
    let mut run = 0;
    let mut end = runs.first()?.units;
    for word in &words.words {
        while word.unit >= end {
            run += 1;
            end += runs.get(run)?.units;
        }
        let position = Position { offset: word.offset, ..runs[run].position };
        let same = |last: &&Position| Position { offset: 0, ..**last } == Position { offset: 0, ..position };
        if positions.last().filter(same).is_none() {
            positions.push(position);
        }
    }
    Some(positions.into())
}

/// `co_exceptiontable`: start, length, target and twice the depth of every handler.
pub(super) fn exceptiontable(code: &Code, words: &Words) -> Vec<u8> {
    let mut out = Vec::new();
    let number = |out: &mut Vec<u8>, value: u32, first: bool| {
        let mut started = false;
        for shift in [24, 18, 12, 6, 0] {
            let part = (value >> shift & 63) as u8;
            if part == 0 && !started && shift != 0 {
                continue;
            }
            let mark = if first && !started { 128 } else { 0 };
            started = true;
            out.push(part | mark | if shift == 0 { 0 } else { 64 });
        }
    };
    for handler in &code.wire().handlers {
        let unit = |offset: u32| words.start_of(offset) / 2;
        let start = unit(handler.start);
        number(&mut out, start, true);
        number(&mut out, unit(handler.end) - start, false);
        number(&mut out, unit(handler.target), false);
        number(&mut out, handler.depth << 1, false);
    }
    out
}
