//! The two compressed tables of a code object: source locations (PEP 626 and 657) and exception handlers. Their format is
//! described in CPython's `Objects/locations.md` and `Objects/exception_handling_notes.txt`; it is the same from 3.11 on.

use super::error::Problem;

/// A source location. Lines are 1-based, columns 0-based byte offsets into the line's UTF-8; a line of 0 means that
/// there is none, and columns of 0 and 0 that only the lines are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Location {
    pub line: u32,
    pub end_line: u32,
    pub column: u32,
    pub end_column: u32,
}

/// An exception handler. Places are in code units (two bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// How many slots of the stack are kept.
    pub depth: u32,
    /// Whether the offset of the instruction that raised is pushed below the exception.
    pub lasti: bool,
}

/// Reads a location table: for each run of code units the first unit and its location, by rising unit.
///
/// # Errors
/// When the table is cut short or leads to lines or columns that do not exist.
pub fn locations(table: &[u8], first_line: i32) -> Result<Vec<(u32, Location)>, Problem> {
    const WHAT: &str = "the location table";
    const SHORT_LAST: u8 = 9;
    const ONE_LINE_FIRST: u8 = 10;
    const ONE_LINE_LAST: u8 = 12;
    const NO_COLUMNS: u8 = 13;
    const LONG: u8 = 14;

    let mut bytes = Bytes { what: WHAT, rest: table };
    let mut line = i64::from(first_line);
    let mut unit = 0;
    let mut out = Vec::new();
    while let Some(head) = bytes.next() {
        if head & 0x80 == 0 {
            return Err(Problem::unexpected(WHAT, format!("{head:#04x} at the start of an entry"), "its high bit set"));
        }
        let code = head >> 3 & 15;
        let location = match code {
            0..=SHORT_LAST => {
                let second = bytes.byte()?;
                let column = u32::from(code) << 3 | u32::from(second >> 4);
                one_line(line, column, column + u32::from(second & 15))?
            }
            ONE_LINE_FIRST..=ONE_LINE_LAST => {
                line += i64::from(code - ONE_LINE_FIRST);
                one_line(line, u32::from(bytes.byte()?), u32::from(bytes.byte()?))?
            }
            NO_COLUMNS => {
                line += bytes.signed()?;
                one_line(line, 0, 0)?
            }
            LONG => {
                line += bytes.signed()?;
                let end_line = line + i64::from(bytes.varint()?);
                let (column, end_column) = (bytes.varint()?, bytes.varint()?);
                let lines = one_line(line, 0, 0)?;
                match (column.checked_sub(1), end_column.checked_sub(1)) {
                    (Some(column), Some(end_column)) => {
                        Location { end_line: line_number(end_line)?, column, end_column, ..lines }
                    }
                    _ => Location { end_line: line_number(end_line)?, ..lines },
                }
            }
            _ => Location::default(),
        };
        out.push((unit, location));
        unit += u32::from(head & 7) + 1;
    }
    Ok(out)
}

fn one_line(line: i64, column: u32, end_column: u32) -> Result<Location, Problem> {
    let line = line_number(line)?;
    if line == 0 {
        // The instructions that come before the first line of a module.
        return Ok(Location::default());
    }
    Ok(Location { line, end_line: line, column, end_column })
}

fn line_number(line: i64) -> Result<u32, Problem> {
    u32::try_from(line).map_err(|_| Problem::unexpected("a line number", line, "0 to 4294967295"))
}

/// Reads an exception table: entries that do not overlap, by rising start.
///
/// # Errors
/// When the table is cut short, or its entries are not as said.
pub fn handlers(table: &[u8]) -> Result<Vec<Handler>, Problem> {
    const WHAT: &str = "the exception table";
    let mut bytes = Bytes { what: WHAT, rest: table };
    let mut out: Vec<Handler> = Vec::new();
    while !bytes.rest.is_empty() {
        let start = bytes.big_endian()?;
        let length = bytes.big_endian()?;
        let target = bytes.big_endian()?;
        let depth_lasti = bytes.big_endian()?;
        let after = out.last().map_or(0, |last| last.end);
        let end = start.checked_add(length).filter(|_| length > 0 && start >= after);
        let Some(end) = end else {
            let found = format!("the range {start} + {length} after {after}");
            return Err(Problem::unexpected(WHAT, found, "ranges that rise and are not empty"));
        };
        out.push(Handler { start, end, target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 != 0 });
    }
    Ok(out)
}

struct Bytes<'a> {
    what: &'static str,
    rest: &'a [u8],
}

impl Bytes<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn byte(&mut self) -> Result<u8, Problem> {
        self.next().ok_or(Problem::Truncated { what: self.what })
    }

    /// Six bits in a byte, the lowest first; bit 6 says that there are more.
    fn varint(&mut self) -> Result<u32, Problem> {
        let mut value = 0u64;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 63) << shift;
            if byte & 64 == 0 {
                return self.fits(value);
            }
            shift += 6;
            if shift > 30 {
                return self.fits(u64::MAX);
            }
        }
    }

    /// A varint whose lowest bit is the sign.
    fn signed(&mut self) -> Result<i64, Problem> {
        let value = i64::from(self.varint()?);
        Ok(if value & 1 != 0 { -(value >> 1) } else { value >> 1 })
    }

    /// Six bits in a byte, the highest first; bit 6 says that there are more. Bit 7 marks the start of an entry.
    fn big_endian(&mut self) -> Result<u32, Problem> {
        let mut value = 0u64;
        loop {
            let byte = self.byte()?;
            value = value << 6 | u64::from(byte & 63);
            let value32 = self.fits(value)?;
            if byte & 64 == 0 {
                return Ok(value32);
            }
        }
    }

    fn fits(&self, value: u64) -> Result<u32, Problem> {
        u32::try_from(value).map_err(|_| Problem::unexpected(self.what, "a number beyond 32 bits", "smaller numbers"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_location() {
        let at = |line, end_line, column, end_column| Location { line, end_line, column, end_column };
        let table = [
            0x80,
            0x12, // short: 1 unit, columns 1 to 3
            0x80 | 11 << 3 | 1,
            4,
            9, // next line, 2 units
            0x80 | 13 << 3,
            3, // one line back, no columns
            0x80 | 14 << 3 | 7,
            0x44,
            0x01,
            1,
            3,
            5,              // 34 lines on, ending one line later
            0x80 | 15 << 3, // none
        ];
        let expected = vec![
            (0, at(5, 5, 1, 3)),
            (1, at(6, 6, 4, 9)),
            (3, at(5, 5, 0, 0)),
            (4, at(39, 40, 2, 4)),
            (12, Location::default()),
        ];
        assert_eq!(locations(&table, 5), Ok(expected));
    }

    #[test]
    fn rejects_bad_locations() {
        assert_eq!(locations(&[0x80], 1), Err(Problem::Truncated { what: "the location table" }));
        assert!(matches!(locations(&[0x00], 1), Err(Problem::Unexpected { .. })));
        assert!(matches!(locations(&[0x80 | 13 << 3, 0x7f, 1], 1), Err(Problem::Unexpected { .. })));
        assert!(locations(&[0x80 | 13 << 3, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 1], 1).is_err());
    }

    #[test]
    fn reads_handlers() {
        let table = [0x80 | 2, 3, 64 | 1, 0, 3, 0x80 | 5, 1, 9, 0];
        let expected = vec![
            Handler { start: 2, end: 5, target: 64, depth: 1, lasti: true },
            Handler { start: 5, end: 6, target: 9, depth: 0, lasti: false },
        ];
        assert_eq!(handlers(&table), Ok(expected));
        assert!(handlers(&table[..4]).is_err());
        assert!(handlers(&[0x82, 0, 1, 1]).is_err());
        assert!(handlers(&[0x82, 3, 1, 1, 0x83, 1, 1, 1]).is_err());
        assert!(handlers(&[0xff, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0]).is_err());
    }
}
