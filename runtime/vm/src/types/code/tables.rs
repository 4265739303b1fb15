//! `co_linetable` and `co_exceptiontable`, in the encodings of CPython 3.11 and later (its `Objects/locations.md` and
//! `Objects/exception_handling_notes.txt` describe them), of which a unit is a code unit of [`super::words`].

use orochi_bytecode::Position;

use super::Code;
use super::words::{Place, Words};
use crate::error::PyResult;
use crate::vm::Vm;

/// A run of units with one source position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub units: u32,
    pub position: Position,
}

impl Code {
    /// `co_linetable`.
    pub(super) fn linetable(&self, vm: &Vm) -> PyResult<Vec<u8>> {
        match self.changes.as_ref().and_then(|changes| changes.linetable.as_ref()) {
            Some(table) => Ok(table.to_vec()),
            None => Ok(linetable(&self.runs(self.words(vm)?), self.first_line())),
        }
    }

    /// The position of every unit, in runs. A table that `replace` was given may say nothing of the last ones.
    pub(super) fn runs(&self, words: &Words) -> Vec<Run> {
        if let Some(table) = self.changes.as_ref().and_then(|changes| changes.linetable.as_ref()) {
            let mut runs = read_linetable(table, self.first_line());
            let mut left = (words.bytes.len() / 2) as u32;
            for run in &mut runs {
                run.units = run.units.min(left);
                left -= run.units;
            }
            runs.retain(|run| run.units > 0);
            return runs;
        }
        let mut runs = vec![Run { units: 1, position: self.position(Place::ENTRY) }];
        for word in &words.words {
            runs.push(Run { units: word.units, position: self.position(Place::at(word.offset)) });
        }
        runs
    }
}

/// Whether there is a line. Line 0 is one where a module is entered: then it ends in the first line.
pub(super) fn is_known(position: Position) -> bool {
    position.line != 0 || position.end_line != 0
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

/// The `co_linetable` that shows these positions.
fn linetable(runs: &[Run], first_line: u32) -> Vec<u8> {
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
    if !is_known(position) {
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

/// Reads a `co_linetable`: positions by unit, up to what makes no sense.
pub(super) fn read_linetable(table: &[u8], first_line: u32) -> Vec<Run> {
    let mut reader = Reader { bytes: table, at: 0 };
    let mut line = i64::from(first_line);
    let mut runs = Vec::new();
    while let Some(run) = reader.run(&mut line) {
        runs.push(run);
    }
    runs
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn run(&mut self, line: &mut i64) -> Option<Run> {
        let head = self.byte()?;
        let (code, units) = (head >> 3 & 15, u32::from(head & 7) + 1);
        if head & 0x80 == 0 {
            return None;
        }
        let mut columns = None;
        let mut lines = 0;
        match code {
            NOTHING => return Some(Run { units, position: Position::default() }),
            LONG => {
                *line += self.signed()?;
                lines = self.varint()?;
                columns = self.varint()?.checked_sub(1).zip(self.varint()?.checked_sub(1));
            }
            NO_COLUMNS => *line += self.signed()?,
            ONE_LINE..NO_COLUMNS => {
                *line += i64::from(code - ONE_LINE);
                columns = Some((u32::from(self.byte()?), u32::from(self.byte()?)));
            }
            _ => {
                let second = self.byte()?;
                let column = u32::from(code) * 8 + u32::from(second >> 4 & 7);
                columns = Some((column, column + u32::from(second & 15)));
            }
        }
        let start = u32::try_from(*line).ok()?;
        let (column, end_column) = columns.unwrap_or((0, 0));
        let end_line = start.checked_add(lines)?;
        Some(Run { units, position: Position { offset: 0, line: start, end_line, column, end_column } })
    }

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

/// The positions of a body whose units have these. Units behind the last run have none.
pub(super) fn positions(runs: &[Run], words: &Words) -> Box<[Position]> {
    let mut positions: Vec<Position> = Vec::new();
    let mut run = 0;
    let mut end = runs.first().map_or(0, |run| run.units);
    for word in &words.words {
        while run < runs.len() && word.unit >= end {
            run += 1;
            end += runs.get(run).map_or(0, |run| run.units);
        }
        let known = runs.get(run).map_or_else(Position::default, |run| run.position);
        let position = Position { offset: word.offset, ..known };
        let same = |last: &&Position| Position { offset: 0, ..**last } == Position { offset: 0, ..position };
        if positions.last().filter(same).is_none() {
            positions.push(position);
        }
    }
    positions.into()
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
