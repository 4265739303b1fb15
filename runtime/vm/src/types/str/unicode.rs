//! Properties of code points, as the methods of `str` ask for them. The tables are those of the Unicode version that
//! CPython 3.14 has; case mappings come from Rust's `char`, which may know a later version: code points that the
//! tables do not assign have none.

use super::unicode_tables as tables;

/// General categories that have a role here, by their number in the tables.
pub mod category {
    pub const UNASSIGNED: u8 = 0;
    pub const FORMAT: u8 = 2;
    pub const SURROGATE: u8 = 4;
    pub const LOWER: u8 = 5;
    pub const MODIFIER_LETTER: u8 = 6;
    pub const TITLE: u8 = 8;
    pub const UPPER: u8 = 9;
    pub const SPACING_MARK: u8 = 10;
    pub const ENCLOSING_MARK: u8 = 11;
    pub const NONSPACING_MARK: u8 = 12;
    pub const DECIMAL: u8 = 13;
    pub const LETTER_NUMBER: u8 = 14;
    pub const OTHER_NUMBER: u8 = 15;
    pub const CONNECTOR: u8 = 16;
    pub const MODIFIER_SYMBOL: u8 = 24;
    pub const LINE_SEPARATOR: u8 = 27;
}

/// The general category of a code point; [`tables::CATEGORY_NAMES`] has the names.
#[must_use]
pub fn category(code_point: u32) -> u8 {
    let key = code_point << 5 | 31;
    let index = tables::CATEGORIES.partition_point(|run| *run <= key);
    index.checked_sub(1).map_or(category::UNASSIGNED, |index| (tables::CATEGORIES[index] & 31) as u8)
}

fn in_ranges(ranges: &[(u32, u32)], code_point: u32) -> bool {
    let index = ranges.partition_point(|range| range.1 < code_point);
    ranges.get(index).is_some_and(|range| range.0 <= code_point)
}

/// The `char` of an assigned code point.
fn assigned(code_point: u32) -> Option<char> {
    char::from_u32(code_point).filter(|_| category(code_point) != category::UNASSIGNED)
}

/// `isalpha`: a letter.
#[must_use]
pub fn is_alpha(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_alphabetic(),
        _ => matches!(category(c), category::LOWER..=category::UPPER),
    }
}

/// `isdecimal`: a digit of a decimal number.
#[must_use]
pub fn is_decimal(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_digit(),
        _ => category(c) == category::DECIMAL,
    }
}

/// The value of a decimal digit.
#[must_use]
pub fn decimal_value(c: u32) -> Option<u8> {
    if c < 0x80 {
        return (c as u8).is_ascii_digit().then(|| c as u8 - b'0');
    }
    let index = tables::DECIMALS.partition_point(|zero| *zero <= c);
    let value = c - tables::DECIMALS.get(index.checked_sub(1)?)?;
    (value < 10).then_some(value as u8)
}

/// `isdigit`: a decimal digit, or a superscript and the like.
#[must_use]
pub fn is_digit(c: u32) -> bool {
    is_decimal(c) || (c >= 0x80 && in_ranges(tables::DIGITS, c))
}

/// `isnumeric`: has a numeric value.
#[must_use]
pub fn is_numeric(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_digit(),
        _ => matches!(category(c), category::DECIMAL..=category::OTHER_NUMBER) || in_ranges(tables::NUMERIC, c),
    }
}

/// `isalnum`: a letter or something numeric.
#[must_use]
pub fn is_alnum(c: u32) -> bool {
    is_alpha(c) || is_numeric(c) || is_digit(c)
}

/// `isspace`.
#[inline]
#[must_use]
pub fn is_space(c: u32) -> bool {
    match c {
        0..0x80 => matches!(c, 0x09..=0x0d | 0x1c..=0x20),
        _ => in_ranges(tables::SPACE, c),
    }
}

/// Whether `splitlines` ends a line there.
#[inline]
#[must_use]
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// `isprintable`: shown by `repr` as it is.
#[inline]
#[must_use]
pub fn is_printable(c: u32) -> bool {
    match c {
        0..0x80 => (0x20..0x7f).contains(&c),
        // All of "Other" and of "Separator".
        _ => !matches!(category(c), category::UNASSIGNED..=category::SURROGATE | category::LINE_SEPARATOR..),
    }
}

/// `islower` of one code point: the derived property Lowercase.
#[must_use]
pub fn is_lower(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_lowercase(),
        // A later version has made a letter of no case of one that is lower case here.
        _ => assigned(c).is_some_and(char::is_lowercase) || category(c) == category::LOWER,
    }
}

/// `isupper` of one code point: the derived property Uppercase.
#[must_use]
pub fn is_upper(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_uppercase(),
        _ => assigned(c).is_some_and(char::is_uppercase),
    }
}

/// Whether it is a letter of title case (`ǅ`).
#[must_use]
pub fn is_title(c: u32) -> bool {
    c >= 0x80 && category(c) == category::TITLE
}

/// Whether it has case: the derived property Cased.
#[must_use]
pub fn is_cased(c: u32) -> bool {
    is_lower(c) || is_upper(c) || is_title(c)
}

/// Whether an identifier may begin with it.
#[must_use]
pub fn is_id_start(c: u32) -> bool {
    match c {
        0..0x80 => (c as u8).is_ascii_alphabetic() || c == u32::from(b'_'),
        _ => {
            matches!(category(c), category::LOWER..=category::UPPER | category::LETTER_NUMBER)
                != in_ranges(tables::ID_START_EXCEPTIONS, c)
        }
    }
}

/// Whether an identifier may go on with it.
#[must_use]
pub fn is_id_continue(c: u32) -> bool {
    use category::{CONNECTOR, DECIMAL, LETTER_NUMBER, LOWER, NONSPACING_MARK, SPACING_MARK, UPPER};
    match c {
        0..0x80 => (c as u8).is_ascii_alphanumeric() || c == u32::from(b'_'),
        _ => {
            matches!(category(c), LOWER..=UPPER | SPACING_MARK | NONSPACING_MARK | DECIMAL | LETTER_NUMBER | CONNECTOR)
                != in_ranges(tables::ID_CONTINUE_EXCEPTIONS, c)
        }
    }
}

fn mapped(table: &[(u32, &'static str)], c: u32) -> Option<&'static str> {
    table.binary_search_by_key(&c, |entry| entry.0).ok().map(|index| table[index].1)
}

/// Calls `push` with the code points of a case mapping of `c`.
pub fn push_lower(c: u32, push: impl FnMut(u32)) {
    push_mapping(c, assigned(c).map(char::to_lowercase), push);
}

/// As [`push_lower`], for upper case.
pub fn push_upper(c: u32, push: impl FnMut(u32)) {
    push_mapping(c, assigned(c).map(char::to_uppercase), push);
}

/// Calls `push` with a mapping of `c`, or with `c` itself when it has none or one to what the tables do not assign.
fn push_mapping(c: u32, mapping: Option<impl Iterator<Item = char> + Clone>, mut push: impl FnMut(u32)) {
    match mapping {
        Some(mapping) if first_mapped(c, mapping.clone()) != c => mapping.for_each(|mapped| push(mapped.into())),
        _ => push(c),
    }
}

/// The first code point of a mapping of `c`, as far as the tables assign it.
fn first_mapped(c: u32, mut mapping: impl Iterator<Item = char>) -> u32 {
    let first = mapping.next().map_or(c, u32::from);
    if first == c || category(first) == category::UNASSIGNED { c } else { first }
}

/// As [`push_lower`], for title case.
pub fn push_title(c: u32, mut push: impl FnMut(u32)) {
    match mapped(tables::TITLE, c) {
        Some(title) => title.chars().for_each(|title| push(title.into())),
        None => push_upper(c, push),
    }
}

/// As [`push_lower`], for case folding.
pub fn push_folded(c: u32, mut push: impl FnMut(u32)) {
    match mapped(tables::CASEFOLD, c) {
        Some(folded) => folded.chars().for_each(|folded| push(folded.into())),
        None => push_lower(c, push),
    }
}

/// The lower case of a code point as one code point: the first, where there are several.
#[must_use]
pub fn simple_lower(c: u32) -> u32 {
    match c {
        0..0x80 => (c as u8).to_ascii_lowercase().into(),
        _ => assigned(c).map_or(c, |char| first_mapped(c, char.to_lowercase())),
    }
}

/// The upper case of a code point as one code point: the first, where there are several.
#[must_use]
pub fn simple_upper(c: u32) -> u32 {
    match c {
        0..0x80 => (c as u8).to_ascii_uppercase().into(),
        _ => assigned(c).map_or(c, |char| first_mapped(c, char.to_uppercase())),
    }
}
