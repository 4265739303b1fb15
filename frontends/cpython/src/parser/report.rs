//! Errors: where they are and what is shown with them.

use super::engine::Parser;
use super::{P, Stop};
use crate::ast::{Expr, Range, Ranged};
use crate::lexer::{Done, Fault, Kind, Token};

/// What is assigned to, deleted or looped over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetKind {
    Star,
    Del,
    For,
}

impl<'a> Parser<'_, 'a> {
    /// Notes an error. Columns are those of the exception but for being in bytes: 1-based, 0 or -1 when unknown.
    fn fail_with(
        &mut self,
        kind: &'static str,
        message: impl Into<String>,
        (line, column): (i32, i32),
        (end_line, end_column): (i32, i32),
    ) -> Stop {
        let text = self.lexer.line_text(line);
        let column = characters(&text, column);
        let end_column = if end_column > 0 { characters(&text, end_column) } else { end_column };
        self.fault =
            Some(Fault { kind, message: message.into(), line, column, end_line, end_column, text: Some(text) });
        Stop::Error
    }

    /// A column in the line that an error shows, in characters.
    pub fn character_column(&self, fault: &Fault, column: i32) -> i32 {
        characters(fault.text.as_deref().unwrap_or_default(), column)
    }

    /// A SyntaxError at a range.
    pub fn fail_at(&mut self, range: Range, message: impl Into<String>) -> Stop {
        let (start, end) = (range.start(), range.end());
        let from = (start.line, start.column + 1);
        self.fail_with("SyntaxError", message, from, (end.line, end.column + 1))
    }

    /// A SyntaxError from one node to another.
    pub fn fail_between(&mut self, from: &impl Ranged, to: &impl Ranged, message: impl Into<String>) -> Stop {
        self.fail_at(Range::new(from.start(), to.end()), message)
    }

    /// A SyntaxError from a node to where reading has come.
    pub fn fail_from(&mut self, from: &impl Ranged, message: impl Into<String>) -> Stop {
        let start = from.start();
        let end = (self.lexer.line(), self.lexer.column() as i32);
        self.fail_with("SyntaxError", message, (start.line, start.column + 1), end)
    }

    /// A SyntaxError at a place of a line, without an end.
    pub fn fail_in_line(&mut self, line: i32, column: i32, end_line: i32, message: impl Into<String>) -> Stop {
        self.fail_with("SyntaxError", message, (line, column + 1), (end_line, 0))
    }

    /// An error at the token that was read last.
    pub fn fail_last(&mut self, kind: &'static str, message: impl Into<String>) -> Stop {
        match self.tokens.last().copied() {
            Some(token) => self.fail_at_token(kind, token, message),
            None => self.fail_with(kind, message, (0, 0), (0, -1)),
        }
    }

    /// An error at the next token.
    pub fn fail_next(&mut self, message: impl Into<String>) -> Stop {
        match self.tokens.get(self.mark).copied() {
            Some(token) => self.fail_at_token("SyntaxError", token, message),
            None => self.fail_last("SyntaxError", message),
        }
    }

    /// An error at a token.
    pub fn fail_at_token(&mut self, kind: &'static str, token: Token, message: impl Into<String>) -> Stop {
        let (start, end) = (token.range.start(), token.range.end());
        let column = if start.column == -1 { self.lexer.column() as i32 } else { start.column + 1 };
        let end_column = if end.column == -1 { -1 } else { end.column + 1 };
        self.fail_with(kind, message, (start.line, column), (end.line, end_column))
    }

    /// An IndentationError for a block that is missing.
    pub fn fail_indent(&mut self, message: impl Into<String>) -> Stop {
        self.fail_last("IndentationError", message)
    }

    /// An IndentationError for the block that a keyword on some line should have.
    pub fn fail_block(&mut self, what: &str, keyword: Token) -> Stop {
        let line = keyword.range.start().line;
        self.fail_indent(format!("expected an indented block after {what} on line {line}"))
    }

    /// The error of a source that nests too deeply.
    pub fn fail_overflow(&mut self) -> Stop {
        self.fail_without_place("MemoryError", "Parser stack overflowed - Python source too complex to compile")
    }

    /// An error that is no SyntaxError and so has no place.
    pub fn fail_without_place(&mut self, kind: &'static str, message: impl Into<String>) -> Stop {
        let message = message.into();
        self.fault = Some(Fault { kind, message, line: 0, column: 0, end_line: 0, end_column: 0, text: None });
        Stop::Error
    }

    /// The error for the innermost bracket that is open; false when none is.
    pub fn fail_unclosed(&mut self) -> bool {
        let Some((bracket, line, column)) = self.lexer.open_bracket() else { return false };
        self.fail_in_line(line, column as i32, line, format!("'{bracket}' was never closed"));
        true
    }

    /// The error that the tokenizer ended with.
    pub fn tokenizer_error(&mut self) -> Stop {
        if let Some(fault) = self.lexer.fault.take() {
            self.fault = Some(fault);
            return Stop::Error;
        }
        let line = self.lexer.line();
        match self.lexer.done() {
            Done::End => {
                if !self.fail_unclosed() {
                    self.fail_last("SyntaxError", "unexpected EOF while parsing");
                }
                Stop::Error
            }
            Done::Dedent => self.fail_last("IndentationError", "unindent does not match any outer indentation level"),
            Done::TabSpace => {
                let message = "inconsistent use of tabs and spaces in indentation";
                self.fail_with("TabError", message, (line, 1), (line, 0))
            }
            Done::TooDeep => self.fail_with("IndentationError", "too many levels of indentation", (line, 1), (line, 0)),
            Done::LineContinuation => {
                let column = self.lexer.shown_column() as i32 - 1;
                self.fail_in_line(line, column, line, "unexpected character after line continuation character")
            }
            Done::No | Done::Error => self.fail_in_line(line, 0, line, "unknown parsing error"),
        }
    }

    /// Reads the rest of the source: an error of the tokenizer there, or a bracket before the error that is never closed, says
    /// more than what the parser found.
    pub fn check_rest(&mut self) {
        let error_line = self.tokens.last().map_or(0, |token| token.range.start().line);
        loop {
            match self.lexer.token().kind {
                Kind::EndMarker => return,
                Kind::Error => break,
                _ => {}
            }
        }
        let fault = self.lexer.fault.take();
        if self.lexer.in_interpolated() {
            // What is wrong in a field says more than that the string does not end.
            return;
        }
        if let Some(fault) = fault {
            self.fault = Some(fault);
        } else if self.lexer.open_bracket().is_some_and(|(_, line, _)| error_line > line) {
            self.fail_unclosed();
        }
    }

    pub fn take_fault(&mut self) -> Fault {
        self.fault.take().expect("a text that does not parse has an error")
    }

    /// The error for an expression that cannot be a target, if there is one in it.
    pub fn fail_target(&mut self, kind: TargetKind, expr: &'a Expr<'a>) -> P<()> {
        let Some(invalid) = invalid_target(kind, expr) else { return Err(Stop::NoMatch) };
        let verb = if kind == TargetKind::Del { "delete" } else { "assign to" };
        Err(self.fail_at(invalid.range(), format!("cannot {verb} {}", invalid.description())))
    }

    /// Refuses what the version of the language that was asked for does not have yet.
    pub fn since(&mut self, version: u32, what: &str) -> P<()> {
        if self.options.feature_version >= version {
            return Ok(());
        }
        let message = format!("{what} only supported in Python 3.{version} and greater");
        Err(self.fail_last("SyntaxError", message))
    }
}

/// What in an expression cannot be a target.
fn invalid_target<'a>(kind: TargetKind, expr: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
    use crate::ast::CmpOp;
    match expr {
        Expr::List(list) => list.elts.iter().find_map(|item| invalid_target(kind, item)),
        Expr::Tuple(tuple) => tuple.elts.iter().find_map(|item| invalid_target(kind, item)),
        Expr::Starred(_) if kind == TargetKind::Del => Some(expr),
        Expr::Starred(starred) => invalid_target(kind, starred.value),
        // `a in b` of `for a in b` was taken for a comparison.
        Expr::Compare(compare) if kind == TargetKind::For => {
            if compare.ops.first() == Some(&CmpOp::In) {
                invalid_target(kind, compare.left)
            } else {
                None
            }
        }
        Expr::Name(_) | Expr::Subscript(_) | Expr::Attribute(_) => None,
        _ => Some(expr),
    }
}

/// How many characters the first `column` bytes of a line are. An error may be right behind the line, and no further.
fn characters(line: &str, column: i32) -> i32 {
    let column = usize::try_from(column).unwrap_or(0);
    match line.as_bytes().get(..column) {
        Some(bytes) => String::from_utf8_lossy(bytes).chars().count() as i32,
        None => line.chars().count() as i32 + 1,
    }
}
