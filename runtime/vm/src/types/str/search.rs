//! Searching and splitting slices: the same for the units of strings and for bytes.

use core::ops::Range;
use std::borrow::Cow;

use super::Text;

/// A unit of text: a byte, or a code unit of a wider string.
pub trait Unit: Copy + Eq + Into<u32> + 'static {
    /// The first place of a slice that is not empty.
    fn find(haystack: &[Self], needle: &[Self]) -> Option<usize>;

    /// The last place of a slice that is not empty.
    fn rfind(haystack: &[Self], needle: &[Self]) -> Option<usize>;

    /// A whole string's units in this width; `None` when it has code points that do not fit.
    fn units(text: Text<'_>) -> Option<Cow<'_, [Self]>>;
}

impl Unit for u8 {
    fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [byte] => memchr::memchr(*byte, haystack),
            // Preparing a search takes longer than looking at every place of a short text.
            [first, ..] if haystack.len() <= 64 => {
                let last = haystack.len().checked_sub(needle.len())?;
                let mut at = 0;
                loop {
                    at += haystack.get(at..=last)?.iter().position(|unit| unit == first)?;
                    if haystack[at..at + needle.len()] == *needle {
                        return Some(at);
                    }
                    at += 1;
                }
            }
            _ => memchr::memmem::find(haystack, needle),
        }
    }

    fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
        match needle {
            [byte] => memchr::memrchr(*byte, haystack),
            _ => memchr::memmem::rfind(haystack, needle),
        }
    }

    fn units(text: Text<'_>) -> Option<Cow<'_, [u8]>> {
        match text {
            Text::Latin1(units) => Some(Cow::Borrowed(units)),
            _ => None,
        }
    }
}

impl Unit for u16 {
    fn find(haystack: &[u16], needle: &[u16]) -> Option<usize> {
        let (first, last) = (needle.first()?, haystack.len().checked_sub(needle.len())?);
        let mut at = 0;
        while let Some(offset) = haystack.get(at..=last)?.iter().position(|unit| unit == first) {
            at += offset;
            if haystack[at..at + needle.len()] == *needle {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    fn rfind(haystack: &[u16], needle: &[u16]) -> Option<usize> {
        haystack.windows(needle.len()).rposition(|window| window == needle)
    }

    fn units(text: Text<'_>) -> Option<Cow<'_, [u16]>> {
        match text {
            Text::Latin1(units) => Some(units.iter().map(|unit| u16::from(*unit)).collect()),
            Text::Ucs2(units) => Some(Cow::Borrowed(units)),
            Text::Ucs4(_) => None,
        }
    }
}

impl Unit for u32 {
    fn find(haystack: &[u32], needle: &[u32]) -> Option<usize> {
        haystack.windows(needle.len()).position(|window| window == needle)
    }

    fn rfind(haystack: &[u32], needle: &[u32]) -> Option<usize> {
        haystack.windows(needle.len()).rposition(|window| window == needle)
    }

    fn units(text: Text<'_>) -> Option<Cow<'_, [u32]>> {
        Some(match text {
            Text::Ucs4(units) => Cow::Borrowed(units),
            _ => text.iter().collect(),
        })
    }
}

/// The first place of a needle; an empty one is at the start.
#[must_use]
pub fn find<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    if needle.is_empty() { Some(0) } else { U::find(haystack, needle) }
}

/// The last place of a needle; an empty one is at the end.
#[must_use]
pub fn rfind<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    if needle.is_empty() { Some(haystack.len()) } else { U::rfind(haystack, needle) }
}

/// How often a needle occurs without overlap; an empty one before every unit and at the end.
#[must_use]
pub fn count<U: Unit>(haystack: &[U], needle: &[U]) -> usize {
    if needle.is_empty() { haystack.len() + 1 } else { matches(haystack, needle).count() }
}

/// The places of a needle that is not empty, from the left without overlap.
pub fn matches<'a, U: Unit>(haystack: &'a [U], needle: &'a [U]) -> impl Iterator<Item = usize> + 'a {
    let mut at = 0;
    core::iter::from_fn(move || {
        let found = at + U::find(haystack.get(at..)?, needle)?;
        at = found + needle.len();
        Some(found)
    })
}

/// The parts between separators, which are not empty: at most `limit` cuts, from the left.
#[must_use]
pub fn split<U: Unit>(haystack: &[U], separator: &[U], limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::with_capacity(8);
    let mut start = 0;
    for found in matches(haystack, separator).take(limit) {
        parts.push(start..found);
        start = found + separator.len();
    }
    parts.push(start..haystack.len());
    parts
}

/// The same with the cuts made from the right; the parts are in order.
#[must_use]
pub fn rsplit<U: Unit>(haystack: &[U], separator: &[U], limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut end = haystack.len();
    while parts.len() < limit
        && let Some(found) = U::rfind(&haystack[..end], separator)
    {
        parts.push(found + separator.len()..end);
        end = found;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// The words between runs of space: at most `limit` cuts; what is left keeps inner and trailing space only where CPython
/// does, at its end being cut.
#[must_use]
pub fn split_space<U: Unit>(units: &[U], is_space: impl Fn(U) -> bool, limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::with_capacity(8);
    let mut at = 0;
    loop {
        at += units[at..].iter().take_while(|unit| is_space(**unit)).count();
        if at == units.len() {
            return parts;
        }
        if parts.len() == limit {
            // The rest, as it is.
            parts.push(at..units.len());
            return parts;
        }
        let end = at + units[at..].iter().take_while(|unit| !is_space(**unit)).count();
        parts.push(at..end);
        at = end;
    }
}

/// The same from the right; the parts are in order.
#[must_use]
pub fn rsplit_space<U: Unit>(units: &[U], is_space: impl Fn(U) -> bool, limit: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut end = units.len();
    loop {
        end -= units[..end].iter().rev().take_while(|unit| is_space(**unit)).count();
        if end == 0 {
            break;
        }
        if parts.len() == limit {
            parts.push(0..end);
            break;
        }
        let start = end - units[..end].iter().rev().take_while(|unit| !is_space(**unit)).count();
        parts.push(start..end);
        end = start;
    }
    parts.reverse();
    parts
}

/// The lines of a text, with or without their ends. `\r\n` is one end.
#[must_use]
pub fn split_lines<U: Unit>(units: &[U], is_end: impl Fn(U) -> bool, keep_ends: bool) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let end = start + units[start..].iter().take_while(|unit| !is_end(**unit)).count();
        let code = |at: usize| units.get(at).map(|unit| (*unit).into());
        let next = match (code(end), code(end + 1)) {
            (Some(0x0d), Some(0x0a)) => end + 2,
            (Some(_), _) => end + 1,
            (None, _) => end,
        };
        lines.push(start..if keep_ends { next } else { end });
        start = next;
    }
    lines
}

/// What is left when units at the start, at the end or both are taken away while a test holds.
#[must_use]
pub fn strip<U: Unit>(units: &[U], test: impl Fn(U) -> bool, left: bool, right: bool) -> Range<usize> {
    let start = if left { units.iter().take_while(|unit| test(**unit)).count() } else { 0 };
    let end = if right {
        units.len() - units[start..].iter().rev().take_while(|unit| test(**unit)).count()
    } else {
        units.len()
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_in_all_widths() {
        fn check<U: Unit + TryFrom<u8>>() {
            let units = |text: &str| text.bytes().filter_map(|byte| U::try_from(byte).ok()).collect::<Vec<U>>();
            let hay = units("abcabcab");
            assert_eq!(find(&hay, &units("ca")), Some(2));
            assert_eq!(rfind(&hay, &units("ab")), Some(6));
            assert_eq!(find(&hay, &units("abcabcabc")), None);
            assert_eq!(rfind(&hay, &units("x")), None);
            assert_eq!(count(&hay, &units("ab")), 3);
            assert_eq!(count(&hay, &[]), 9);
            assert_eq!(split(&hay, &units("b"), 2), [0..1, 2..4, 5..8]);
            assert_eq!(rsplit(&hay, &units("b"), 2), [0..4, 5..7, 8..8]);
        }
        check::<u8>();
        check::<u16>();
        check::<u32>();
    }

    #[test]
    fn space_splits_words() {
        let space = |unit: u8| unit == b' ';
        assert_eq!(split_space(b" a  b c ", space, usize::MAX), [1..2, 4..5, 6..7]);
        assert_eq!(split_space(b" a  b c ", space, 1), [1..2, 4..8]);
        assert_eq!(rsplit_space(b" a  b c ", space, 1), [0..5, 6..7]);
        assert_eq!(split_space(b"  ", space, 1), []);
    }

    #[test]
    fn lines_end_at_any_break() {
        let end = |unit: u8| unit == b'\n' || unit == b'\r';
        assert_eq!(split_lines(b"a\r\nb\n\nc", end, false), [0..1, 3..4, 5..5, 6..7]);
        assert_eq!(split_lines(b"a\r\nb", end, true), [0..3, 3..4]);
        assert_eq!(split_lines(b"", end, true), []);
    }
}
