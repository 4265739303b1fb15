//! The argument `newline`: where lines end, and what becomes of their ends.

use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

/// What a `newline` argument means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Newline {
    /// None: all ends of lines become `\n`.
    #[default]
    Translate,
    /// Empty: lines end with any of the three, which are left as they are.
    Any,
    Feed,
    Return,
    ReturnFeed,
}

/// Bits of the ends that were met.
const RETURN: u8 = 1;
const FEED: u8 = 2;
const RETURN_FEED: u8 = 4;

impl Newline {
    /// The meaning of an argument. `function` is the one that it is an argument of.
    pub(super) fn of(vm: &Vm, value: Value, function: &str) -> PyResult<Newline> {
        let Some(value) = value.bound().filter(|value| *value != vm.none()) else { return Ok(Newline::Translate) };
        let Some(text) = value.cast::<Str>() else {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("{function}() argument 'newline' must be str or None, not {name}")));
        };
        match text.to_wtf8().as_slice() {
            b"" => Ok(Newline::Any),
            b"\n" => Ok(Newline::Feed),
            b"\r" => Ok(Newline::Return),
            b"\r\n" => Ok(Newline::ReturnFeed),
            _ => Err(vm.value_error(format!("illegal newline value: {text}"))),
        }
    }

    /// Whether any of the three ends a line.
    pub(super) fn is_universal(self) -> bool {
        matches!(self, Newline::Translate | Newline::Any)
    }

    /// What is written for `\n`, if that is something else.
    pub(super) fn written(self) -> Option<&'static [u8]> {
        match self {
            Newline::Return => Some(b"\r"),
            Newline::ReturnFeed => Some(b"\r\n"),
            _ => None,
        }
    }

    /// The end of the first line at or after `from`: where it begins and where the next line does. `None` when there is none, or
    /// when what follows decides what it is.
    pub(super) fn find(self, text: &[u8], from: usize, is_all: bool) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        match self {
            Newline::Feed => memchr::memchr(b'\n', rest).map(|at| (from + at, from + at + 1)),
            Newline::Return => memchr::memchr(b'\r', rest).map(|at| (from + at, from + at + 1)),
            Newline::ReturnFeed => memchr::memmem::find(rest, b"\r\n").map(|at| (from + at, from + at + 2)),
            Newline::Translate | Newline::Any => {
                let at = from + memchr::memchr2(b'\n', b'\r', rest)?;
                match (text[at], text.get(at + 1)) {
                    (b'\n', _) => Some((at, at + 1)),
                    (_, Some(b'\n')) => Some((at, at + 2)),
                    (_, Some(_)) => Some((at, at + 1)),
                    (_, None) => is_all.then_some((at, at + 1)),
                }
            }
        }
    }
}

/// The ends of lines that were met.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    kinds: u8,
    /// Whether the last byte was a `\r` that may belong to a `\r\n`.
    after_return: bool,
}

impl Seen {
    /// Looks at more text.
    pub(super) fn look(&mut self, text: &[u8], is_last: bool) {
        let mut from = 0;
        if self.after_return && (is_last || !text.is_empty()) {
            let pair = text.first() == Some(&b'\n');
            self.kinds |= if pair { RETURN_FEED } else { RETURN };
            self.after_return = false;
            from = usize::from(pair);
        }
        while self.kinds != RETURN | FEED | RETURN_FEED
            && let Some(at) = memchr::memchr2(b'\n', b'\r', &text[from..])
        {
            let at = from + at;
            from = at + 1;
            if text[at] == b'\n' {
                self.kinds |= FEED;
                // Most texts have no other kind.
                if memchr::memchr(b'\r', &text[from..]).is_none() {
                    return;
                }
                continue;
            }
            match text.get(at + 1) {
                Some(b'\n') => (self.kinds, from) = (self.kinds | RETURN_FEED, at + 2),
                None if !is_last => self.after_return = true,
                _ => self.kinds |= RETURN,
            }
        }
        if text.last() == Some(&b'\r') && !is_last {
            self.after_return = true;
        }
    }

    /// None, a string, or a tuple of several.
    pub(super) fn value(self, vm: &Vm) -> PyResult {
        let mut found = [Value::UNBOUND; 3];
        let mut count = 0;
        for (kind, text) in [(RETURN, "\r"), (FEED, "\n"), (RETURN_FEED, "\r\n")] {
            if self.kinds & kind != 0 {
                found[count] = vm.new_str(text)?;
                count += 1;
            }
        }
        match count {
            0 => Ok(vm.none()),
            1 => Ok(found[0]),
            _ => vm.new_tuple(&found[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_argument_says() {
        let text = b"a\rb\r\nc\n\r";
        let ends = |newline: Newline, is_all| {
            let (mut found, mut from) = (Vec::new(), 0);
            while let Some((_, next)) = newline.find(text, from, is_all) {
                found.push(next);
                from = next;
            }
            found
        };
        assert_eq!(ends(Newline::Any, true), [2, 5, 7, 8]);
        assert_eq!(ends(Newline::Translate, false), [2, 5, 7]);
        assert_eq!(ends(Newline::Feed, true), [5, 7]);
        assert_eq!(ends(Newline::Return, true), [2, 4, 8]);
        assert_eq!(ends(Newline::ReturnFeed, true), [5]);
    }

    #[test]
    fn kinds_of_ends_are_remembered_across_chunks() {
        let kinds = |chunks: &[&[u8]]| {
            let mut seen = Seen::default();
            chunks.iter().for_each(|chunk| seen.look(chunk, false));
            seen.look(b"", true);
            seen.kinds
        };
        assert_eq!(kinds(&[b"a\r", b"\nb"]), RETURN_FEED);
        assert_eq!(kinds(&[b"a\r", b"b\n"]), RETURN | FEED);
        assert_eq!(kinds(&[b"a\r"]), RETURN);
        assert_eq!(kinds(&[b"\n\n", b"\r\n\r\r\n"]), RETURN | FEED | RETURN_FEED);
    }
}
