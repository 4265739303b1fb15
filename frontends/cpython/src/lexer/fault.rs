//! Errors and warnings, with their places as CPython's exceptions carry them.

use super::{Done, Kind, Lexer, Token};

/// An error. Columns are 1-based and count characters; 0 and -1 stand for columns that CPython does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub kind: &'static str,
    pub message: String,
    pub line: i32,
    pub column: i32,
    pub end_line: i32,
    pub end_column: i32,
    /// The line that is shown with it.
    pub text: Option<String>,
}

/// A warning, and the message that it has as an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    pub message: String,
    pub as_error: Fault,
}

impl Lexer<'_> {
    /// Ends reading with an error at the character that was read last.
    pub(super) fn error(&mut self, message: impl Into<String>) -> Token {
        let column = self.characters(self.at);
        self.error_at(message, column, column)
    }

    /// The same in a range of columns.
    pub(super) fn error_at(&mut self, message: impl Into<String>, column: i32, end_column: i32) -> Token {
        if self.done != Done::Error {
            self.fault = Some(self.fault_at(message, column, end_column));
            self.done = Done::Error;
        }
        self.bare(Kind::Error)
    }

    fn fault_at(&self, message: impl Into<String>, column: i32, end_column: i32) -> Fault {
        let line = &self.text[self.line_start..];
        let line = &line[..super::memchr(line, b'\n').unwrap_or(line.len())];
        Fault {
            kind: "SyntaxError",
            message: message.into(),
            line: self.line,
            column,
            end_line: self.line,
            end_column,
            text: Some(String::from_utf8_lossy(line).into_owned()),
        }
    }

    /// How many characters there are in the line before an offset.
    pub(super) fn characters(&self, end: usize) -> i32 {
        let bytes = self.text.get(self.line_start..end).unwrap_or_default();
        bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as i32
    }

    /// Warns of what was read last.
    pub(super) fn warn(&mut self, message: String, as_error: String) {
        let column = self.characters(self.at);
        let as_error = self.fault_at(as_error, column, column);
        self.warnings.push(Warning { message, as_error });
    }
}
