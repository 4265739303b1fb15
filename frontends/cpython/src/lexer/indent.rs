//! Indentation.

use super::{Done, Kind, Lexer, Token};
use crate::limits;

const TAB: usize = 8;

/// A level of indentation: its column with tabs to multiples of eight, and with tabs as one column each. Where the two tell
/// different stories, tabs and spaces are mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    column: usize,
    alternative: usize,
}

impl Lexer<'_> {
    /// Reads the indentation of a line; true when there is nothing but a comment in it.
    pub(super) fn indentation(&mut self) -> Result<bool, Done> {
        self.at_line_start = false;
        let mut level = Level::default();
        // Where a backslash goes on to the next line, the indentation of the first one counts.
        let mut continued = 0;
        let c = loop {
            let c = self.next();
            match u8::try_from(c) {
                Ok(b' ') => {
                    level.column += 1;
                    level.alternative += 1;
                }
                Ok(b'\t') => {
                    level.column = (level.column / TAB + 1) * TAB;
                    level.alternative += 1;
                }
                Ok(0x0c) => level = Level::default(),
                Ok(b'\\') => {
                    if continued == 0 {
                        continued = level.column;
                    }
                    self.continuation()?;
                }
                _ => break c,
            }
        };
        self.back(c);
        let blank = matches!(u8::try_from(c), Ok(b'#' | b'\n' | b'\r'));
        if blank || !self.brackets.is_empty() {
            return Ok(blank);
        }
        if continued != 0 {
            level = Level { column: continued, alternative: continued };
        }
        self.settle(level)?;
        Ok(false)
    }

    fn settle(&mut self, level: Level) -> Result<(), Done> {
        let current = self.indents.last().copied().unwrap_or_default();
        if level.column == current.column {
            return if level.alternative == current.alternative { Ok(()) } else { Err(self.mixed()) };
        }
        if level.column > current.column {
            if self.indents.len() > limits::MAX_INDENTATION {
                self.at = self.line_end;
                return Err(Done::TooDeep);
            }
            if level.alternative <= current.alternative {
                return Err(self.mixed());
            }
            self.pending_indents += 1;
            self.indents.push(level);
            return Ok(());
        }
        while self.indents.len() > 1 && self.indents.last().is_some_and(|last| level.column < last.column) {
            self.pending_indents -= 1;
            self.indents.pop();
        }
        let outer = self.indents.last().copied().unwrap_or_default();
        if level.column != outer.column {
            self.at = self.line_end;
            return Err(Done::Dedent);
        }
        if level.alternative == outer.alternative { Ok(()) } else { Err(self.mixed()) }
    }

    fn mixed(&mut self) -> Done {
        self.at = self.line_end;
        Done::TabSpace
    }

    /// The token of an indentation that was found.
    pub(super) fn pending_indent(&mut self) -> Token {
        let kind = if self.pending_indents < 0 { Kind::Dedent } else { Kind::Indent };
        self.pending_indents -= self.pending_indents.signum();
        if !self.settings.extra_tokens {
            return self.bare(kind);
        }
        let start = if kind == Kind::Indent { self.line_start } else { self.at };
        self.make_with(kind, start, self.at)
    }
}
