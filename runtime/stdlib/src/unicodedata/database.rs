//! What the tables say about code points, in the version of the VM and in 3.2.0.

use orochi_vm::types::str::unicode::{self, decimal_value};
use orochi_vm::types::str::unicode_tables::CATEGORY_NAMES;

use super::tables;

/// A version of the Unicode standard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    Current,
    /// 3.2.0, which the rules of domain names are made for.
    Old,
}

/// What a run of equal values says: the first code point is shifted left by `shift`, the value is below it.
fn run(runs: &[u32], shift: u32, c: u32) -> usize {
    let mask = (1 << shift) - 1;
    let index = runs.partition_point(|run| *run <= (c << shift | mask));
    index.checked_sub(1).map_or(0, |index| (runs[index] & mask) as usize)
}

fn in_ranges(ranges: &[(u32, u32)], c: u32) -> bool {
    let index = ranges.partition_point(|range| range.1 < c);
    ranges.get(index).is_some_and(|range| range.0 <= c)
}

fn entry<T: Copy>(table: &[(u32, T)], c: u32) -> Option<T> {
    table.binary_search_by_key(&c, |entry| entry.0).ok().map(|index| table[index].1)
}

impl Version {
    fn category_number(self, c: u32) -> usize {
        match self {
            Version::Current => unicode::category(c).into(),
            Version::Old => run(tables::OLD_CATEGORIES, 5, c),
        }
    }

    pub fn category(self, c: u32) -> &'static str {
        CATEGORY_NAMES[self.category_number(c)]
    }

    /// Whether it has a meaning.
    pub fn is_assigned(self, c: u32) -> bool {
        self.category_number(c) != 0
    }

    /// Whether what the current tables say does not hold, since it was not assigned yet.
    fn is_too_new(self, c: u32) -> bool {
        self == Version::Old && !self.is_assigned(c)
    }

    pub fn bidirectional(self, c: u32) -> &'static str {
        let runs = if self == Version::Old { tables::OLD_BIDI } else { tables::BIDI };
        tables::BIDI_NAMES[run(runs, 5, c)]
    }

    pub fn width(self, c: u32) -> &'static str {
        let runs = if self == Version::Old { tables::OLD_WIDTH } else { tables::WIDTH };
        tables::WIDTH_NAMES[run(runs, 3, c)]
    }

    pub fn is_mirrored(self, c: u32) -> bool {
        in_ranges(if self == Version::Old { tables::OLD_MIRRORED } else { tables::MIRRORED }, c)
    }

    /// The canonical combining class.
    pub fn combining(self, c: u32) -> u8 {
        if self.is_too_new(c) { 0 } else { run(tables::COMBINING, 8, c) as u8 }
    }

    pub fn decimal(self, c: u32) -> Option<u8> {
        if self.is_too_new(c) {
            return None;
        }
        match entry(tables::OLD_DECIMALS, c).filter(|_| self == Version::Old) {
            Some(decimal) => (decimal < 10).then_some(decimal),
            None => decimal_value(c),
        }
    }

    pub fn numeric(self, c: u32) -> Option<f64> {
        if self.is_too_new(c) {
            return None;
        }
        match entry(tables::OLD_NUMERIC, c).filter(|_| self == Version::Old) {
            Some(numeric) => Some(numeric).filter(|numeric| !numeric.is_nan()),
            None => digit(c).map(f64::from).or_else(|| entry(tables::NUMERIC, c)),
        }
    }

    /// The decomposition: its kind, and the code points. Canonical ones have the kind "".
    pub fn decomposition(self, c: u32) -> Option<(&'static str, &'static [u32])> {
        if self.is_too_new(c) {
            return None;
        }
        let place = tables::DECOMPOSITIONS.binary_search_by_key(&c, |entry| (*entry & 0x1f_ffff) as u32).ok()?;
        let found = tables::DECOMPOSITIONS[place];
        let (tag, len, start) = ((found >> 21 & 31) as usize, (found >> 26 & 63) as usize, (found >> 32) as usize);
        Some((tables::DECOMPOSITION_TAGS[tag], &tables::DECOMPOSED[start..start + len]))
    }

    /// The code point that a canonical decomposition of 3.2.0 had.
    pub fn old_normalization(self, c: u32) -> Option<u32> {
        entry(tables::OLD_NORMALIZATIONS, c).filter(|_| self == Version::Old)
    }
}

/// The value of a digit, decimal or not.
pub fn digit(c: u32) -> Option<u8> {
    decimal_value(c).or_else(|| entry(tables::DIGITS, c))
}

/// What two code points compose to.
pub fn composition(a: u32, b: u32) -> Option<u32> {
    let place = tables::COMPOSITIONS.binary_search_by_key(&(a, b), |entry| (entry.0, entry.1)).ok()?;
    Some(tables::COMPOSITIONS[place].2)
}

/// The text of a named sequence of characters.
pub fn sequence(name: &str) -> Option<&'static str> {
    let place = tables::SEQUENCES.binary_search_by_key(&name, |entry| entry.0).ok()?;
    Some(tables::SEQUENCES[place].1)
}
