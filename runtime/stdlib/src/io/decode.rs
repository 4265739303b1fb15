//! What a text stream has read and the program has not asked for yet: decoded piece by piece, kept as UTF-8 (with surrogates).

use orochi_vm::types::str::{Str, codecs};
use orochi_vm::{PyResult, Vm};

use super::newline::{Newline, Seen};

/// Text that was read.
#[derive(Default)]
pub(super) struct Decoded {
    /// Bytes at the end that are no whole character yet.
    tail: Vec<u8>,
    text: Vec<u8>,
    /// Where in the text what was not asked for yet begins.
    start: usize,
    /// Whether the text holds other bytes than the file.
    converted: bool,
    /// The encoding that a byte order mark decided on.
    marked: Option<&'static str>,
    pub(super) seen: Seen,
}

/// An encoding whose first bytes may say more, and how many bytes these are.
fn mark_size(encoding: &str) -> usize {
    match encoding {
        "utf-8-sig" => 3,
        "utf-16" => 2,
        "utf-32" => 4,
        _ => 0,
    }
}

/// The encoding that the first bytes say, and how many bytes the mark has.
fn by_mark(encoding: &'static str, bytes: &[u8]) -> (&'static str, usize) {
    match (encoding, bytes) {
        ("utf-8-sig", [0xef, 0xbb, 0xbf, ..]) => ("utf-8", 3),
        ("utf-8-sig", _) => ("utf-8", 0),
        ("utf-16", [0xff, 0xfe, ..]) => ("utf-16-le", 2),
        ("utf-16", [0xfe, 0xff, ..]) => ("utf-16-be", 2),
        ("utf-16", _) => ("utf-16-le", 0),
        ("utf-32", [0xff, 0xfe, 0, 0, ..]) => ("utf-32-le", 4),
        ("utf-32", [0, 0, 0xfe, 0xff, ..]) => ("utf-32-be", 4),
        ("utf-32", _) => ("utf-32-le", 0),
        _ => (encoding, 0),
    }
}

/// How many bytes at the start are whole characters, as far as the end is concerned.
fn complete(encoding: &str, bytes: &[u8]) -> usize {
    let len = bytes.len();
    match encoding {
        "utf-8" => {
            // A character has at most four bytes: one of the last three may begin one that is cut.
            for back in 1..=len.min(3) {
                let byte = bytes[len - back];
                if byte & 0xc0 == 0x80 {
                    continue;
                }
                let cut = core::str::from_utf8(&bytes[len - back..])
                    .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none());
                return if cut { len - back } else { len };
            }
            len
        }
        "utf-16-le" | "utf-16-be" => {
            let len = len & !1;
            let high = if encoding == "utf-16-be" { len.wrapping_sub(2) } else { len.wrapping_sub(1) };
            // The first half of a pair waits for the second.
            if bytes.get(high).is_some_and(|byte| byte & 0xfc == 0xd8) { len - 2 } else { len }
        }
        "utf-32-le" | "utf-32-be" => len & !3,
        _ => len,
    }
}

impl Decoded {
    /// Forgets all that was read; at the start of the file the first bytes may be a mark again.
    pub(super) fn reset(&mut self, at_start: bool, encoding: &'static str) {
        self.tail.clear();
        self.text.clear();
        self.start = 0;
        self.converted = false;
        if at_start {
            self.marked = None;
        } else if self.marked.is_none() && mark_size(encoding) > 0 {
            self.marked = Some(by_mark(encoding, b"").0);
        }
    }

    /// Forgets a character that is cut: what came before it could not be decoded, and is lost.
    pub(super) fn forget_tail(&mut self) {
        self.tail.clear();
    }

    /// What was not asked for yet.
    pub(super) fn rest(&self) -> &[u8] {
        &self.text[self.start..]
    }

    /// Takes so many bytes of it.
    pub(super) fn take(&mut self, count: usize) -> &[u8] {
        let start = self.start;
        self.start = (start + count).min(self.text.len());
        &self.text[start..self.start]
    }

    /// What is to be decoded now that these bytes came, and its encoding; nothing when more have to come first.
    pub(super) fn accept(
        &mut self,
        bytes: &[u8],
        encoding: &'static str,
        is_last: bool,
    ) -> Option<(Vec<u8>, &'static str)> {
        let mut input = core::mem::take(&mut self.tail);
        input.extend_from_slice(bytes);
        let size = mark_size(encoding);
        let encoding = match self.marked {
            Some(marked) => marked,
            None if input.is_empty() => return None,
            None if size > 0 => {
                if input.len() < size && !is_last {
                    self.tail = input;
                    return None;
                }
                let (marked, size) = by_mark(encoding, &input);
                self.marked = Some(marked);
                input.drain(..size);
                marked
            }
            None => encoding,
        };
        if !is_last {
            self.tail = input.split_off(complete(encoding, &input));
        }
        (!input.is_empty()).then_some((input, encoding))
    }

    /// Adds text: the bytes as they are in the file, or others.
    pub(super) fn add(&mut self, text: &[u8], converted: bool) {
        if self.start == self.text.len() {
            self.text.clear();
            self.converted = false;
        } else {
            self.text.drain(..self.start);
        }
        self.start = 0;
        self.text.extend_from_slice(text);
        self.converted |= converted;
    }

    /// How many bytes of the file were read and not asked for.
    pub(super) fn bytes_ahead(&self, vm: &Vm, encoding: &'static str, errors: &str) -> PyResult<usize> {
        let ahead = if self.converted {
            let text = Str::from_wtf8(vm, self.rest())?;
            codecs::encode(vm, text, self.marked.unwrap_or(encoding), errors)?.len()
        } else {
            self.rest().len()
        };
        Ok(ahead + self.tail.len())
    }
}

/// Bytes of text and whether they are others than the file's.
///
/// # Errors
/// UnicodeDecodeError, LookupError for an unknown error handler.
pub(super) fn decode(vm: &Vm, bytes: Vec<u8>, encoding: &str, errors: &str) -> PyResult<(Vec<u8>, bool)> {
    let same = match encoding {
        "utf-8" => core::str::from_utf8(&bytes).is_ok(),
        "ascii" | "latin-1" => bytes.is_ascii(),
        _ => false,
    };
    if same {
        return Ok((bytes, false));
    }
    let text = codecs::decode(vm, &bytes, encoding, errors)?;
    Ok((text.expect::<Str>().to_wtf8(), true))
}

/// The first `count` characters of a text as a program sees them: how many bytes of the text they take, and how many
/// characters they are. `is_all` says that nothing follows the text; else a `\r` at its end waits for what does.
pub(super) fn characters(text: &[u8], count: usize, newline: Newline, is_all: bool) -> (usize, usize) {
    let (mut at, mut found) = (0, 0);
    while at < text.len() && found < count {
        let next = match text[at] {
            b'\r' if newline == Newline::Translate => match text.get(at + 1) {
                Some(b'\n') => at + 2,
                None if !is_all => break,
                _ => at + 1,
            },
            0..0x80 => at + 1,
            0x80..0xe0 => at + 2,
            0xe0..0xf0 => at + 3,
            _ => at + 4,
        };
        at = next.min(text.len());
        found += 1;
    }
    (at, found)
}

/// `\r\n` and `\r` become `\n`, where the program wants that.
pub(super) fn translated(text: &[u8], newline: Newline) -> Vec<u8> {
    if newline != Newline::Translate || memchr::memchr(b'\r', text).is_none() {
        return text.to_vec();
    }
    orochi_vm::modules::sys::streams::universal_newlines(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_cut_waits() {
        assert_eq!(complete("utf-8", b"ab\xc3"), 2);
        assert_eq!(complete("utf-8", b"ab\xc3\xa9"), 4);
        assert_eq!(complete("utf-8", b"\xf0\x9f\x98"), 0);
        // Bytes that are wrong anyway do not wait.
        assert_eq!(complete("utf-8", b"ab\xff"), 3);
        assert_eq!(complete("utf-8", b"\x80\x80\x80\x80"), 4);
        assert_eq!(complete("utf-16-le", b"a\0\x3d\xd8"), 2);
        assert_eq!(complete("utf-16-be", b"\0a\xd8"), 2);
        assert_eq!(complete("utf-32-le", b"a\0\0\0b\0"), 4);
    }

    #[test]
    fn marks_are_read_once() {
        let mut decoded = Decoded::default();
        assert_eq!(decoded.accept(b"\xff", "utf-16", false), None);
        assert_eq!(decoded.accept(b"\xfea\0", "utf-16", false), Some((b"a\0".to_vec(), "utf-16-le")));
        assert_eq!(decoded.accept(b"\xff\xfe", "utf-16", false), Some((b"\xff\xfe".to_vec(), "utf-16-le")));
        decoded.reset(true, "utf-16");
        assert_eq!(decoded.accept(b"\xfe\xff\0a", "utf-16", false), Some((b"\0a".to_vec(), "utf-16-be")));
    }

    #[test]
    fn characters_are_counted_as_the_program_sees_them() {
        assert_eq!(characters("aé\r\nb".as_bytes(), 3, Newline::Translate, true), (5, 3));
        assert_eq!(characters("aé\r\nb".as_bytes(), 3, Newline::Any, true), (4, 3));
        assert_eq!(characters(b"a\r", 3, Newline::Translate, false), (1, 1));
        assert_eq!(characters(b"a\r", 3, Newline::Translate, true), (2, 2));
    }
}
