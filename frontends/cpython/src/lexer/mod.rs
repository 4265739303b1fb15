//! The tokenizer: from the text of a source to tokens, exactly as CPython's does it, errors and their places included.
//!
//! It works line by line, since messages and the text shown with them depend on how far it has read. [`name`] reads names and
//! the prefixes of strings, [`number`] numbers, [`string`] strings, [`fstring`] what stands between the fields of f-strings
//! and t-strings; [`indent`] counts indentation; [`kind`] has the kinds of tokens.

mod comment;
mod fault;
mod fstring;
mod indent;
pub(crate) mod kind;
mod name;
mod number;
mod operator;
mod string;

use crate::ast::{Place, Range};
pub(crate) use fault::{Fault, Warning};
use fstring::Mode;
pub(crate) use kind::Kind;

/// A token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// Where its text lies in the source.
    pub start: usize,
    pub end: usize,
    /// Columns are -1 for tokens without a text.
    pub range: Range,
    /// How many brackets are open behind it.
    pub level: usize,
    /// The text of the expression that it ends, of a field of an f-string or t-string: its number plus one.
    pub expression: usize,
}

/// How reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// It has not.
    No,
    End,
    /// With an error that is already told.
    Error,
    /// With an error that the parser words.
    Dedent,
    TabSpace,
    TooDeep,
    LineContinuation,
}

/// The end of the text, as a character.
const EOF: i32 = -1;

/// What is asked of a tokenizer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Settings {
    /// Type comments are tokens.
    pub type_comments: bool,
    /// Comments and line ends that mean nothing are tokens, and some errors are none: for the module `tokenize`.
    pub extra_tokens: bool,
    /// It reads line by line what a function gives, as the module `tokenize` does: carriage returns are in the text.
    pub by_lines: bool,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    opening: u8,
    line: i32,
    column: usize,
}

pub(crate) struct Lexer<'s> {
    text: &'s [u8],
    settings: Settings,
    /// Where the next character is, and the end of the line that it is in.
    at: usize,
    line_end: usize,
    /// The start of the line that is being read, and its number.
    line_start: usize,
    line: i32,
    /// The start of the first line that the token being read is in: what messages show.
    shown_from: usize,
    /// The start of the token being read, with its line's.
    start: Option<usize>,
    first_line: i32,
    first_line_start: usize,
    done: Done,
    at_line_start: bool,
    indents: Vec<indent::Level>,
    /// Indents (or dedents, below zero) that are found and not yet told.
    pending_indents: i32,
    brackets: Vec<Bracket>,
    /// The f-strings and t-strings that are open, the innermost last.
    modes: Vec<Mode>,
    comment_newline: bool,
    /// A string does not end before the text does.
    ended_in_string: bool,
    /// The text ended where no token had begun.
    ended_between_tokens: bool,
    /// Texts of expressions in fields.
    expressions: Vec<String>,
    pub warnings: Vec<Warning>,
    /// What went wrong, when `done` says so.
    pub fault: Option<Fault>,
}

impl<'s> Lexer<'s> {
    pub fn new(text: &'s str, settings: Settings) -> Lexer<'s> {
        Lexer {
            text: text.as_bytes(),
            settings,
            at: 0,
            line_end: 0,
            line_start: 0,
            line: 0,
            shown_from: 0,
            start: None,
            first_line: 0,
            first_line_start: 0,
            done: Done::No,
            at_line_start: true,
            indents: vec![indent::Level::default()],
            pending_indents: 0,
            brackets: Vec::new(),
            modes: Vec::new(),
            comment_newline: false,
            ended_in_string: false,
            ended_between_tokens: false,
            expressions: Vec::new(),
            warnings: Vec::new(),
            fault: None,
        }
    }

    /// The text of an expression in a field of an f-string or t-string.
    pub fn expression(&self, token: Token) -> &str {
        token.expression.checked_sub(1).map_or("", |index| &self.expressions[index])
    }

    pub fn done(&self) -> Done {
        self.done
    }

    /// Whether reading came to the end of the text, be it inside a string.
    pub fn at_end_of_source(&self) -> bool {
        self.done == Done::End || self.ended_in_string
    }

    /// Whether an f-string or t-string is open.
    pub fn in_interpolated(&self) -> bool {
        !self.modes.is_empty()
    }

    /// What is not read yet.
    pub fn rest(&self) -> &'s str {
        std::str::from_utf8(&self.text[self.at..]).unwrap_or_default()
    }

    /// The number of the line that was read last.
    pub fn line(&self) -> i32 {
        self.line
    }

    /// How far it has read in its line.
    pub fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// Where a token is in the text: the offset and the number of the line that it begins in, and of the one that it ends in.
    pub fn lines_of(&self, token: Token) -> ((usize, i32), (usize, i32)) {
        let last = (self.line_start, self.line);
        if token.kind.is_string() { ((self.first_line_start, self.first_line), last) } else { (last, last) }
    }

    /// The end of the line that is being read.
    pub fn line_end(&self) -> usize {
        self.line_end
    }

    /// What it has of the source when it ends with an error: the lines from the first one that the token is in.
    pub fn shown(&self) -> &'s str {
        let from = if self.ended_between_tokens { self.line_end } else { self.shown_from };
        std::str::from_utf8(&self.text[from..self.line_end]).unwrap_or_default()
    }

    /// How far it has read from the start of what messages show.
    pub fn shown_column(&self) -> usize {
        self.at - self.shown_from
    }

    /// Where the innermost open bracket is, if one is open: the bracket, its line, its column.
    pub fn open_bracket(&self) -> Option<(char, i32, usize)> {
        self.brackets.last().map(|bracket| (char::from(bracket.opening), bracket.line, bracket.column))
    }

    /// Forgets the indentation, as an interactive statement that ends does; the dedents come as tokens.
    pub fn dedent_all(&mut self) {
        self.pending_indents = -(self.indents.len() as i32 - 1);
        self.indents.truncate(1);
    }

    /// The text of a line for a message about it: the line that is being read, as far as it is read, or an earlier one.
    pub fn line_text(&self, line: i32) -> String {
        let text = if self.line <= line && self.line_end > self.shown_from {
            &self.text[self.shown_from..self.line_end]
        } else {
            let mut rest = self.text;
            for _ in 1..line {
                match memchr(rest, b'\n') {
                    Some(end) => rest = &rest[end + 1..],
                    None => break,
                }
            }
            &rest[..memchr(rest, b'\n').unwrap_or(rest.len())]
        };
        String::from_utf8_lossy(text).into_owned()
    }

    // ---- characters ---------------------------------------------------------------------------------------------------

    /// The next character (byte); [`EOF`] at the end.
    #[inline]
    fn next(&mut self) -> i32 {
        if self.at == self.line_end && !self.next_line() {
            return EOF;
        }
        let byte = self.text[self.at];
        self.at += 1;
        i32::from(byte)
    }

    /// Starts the next line; false at the end of the text.
    fn next_line(&mut self) -> bool {
        if self.done != Done::No {
            return false;
        }
        let fresh = self.start.is_none() && !(self.settings.by_lines && self.in_interpolated());
        if self.line_end >= self.text.len() {
            self.done = Done::End;
            self.ended_between_tokens = fresh;
            return false;
        }
        let rest = &self.text[self.line_end..];
        self.line_end += memchr(rest, b'\n').map_or(rest.len(), |end| end + 1);
        if fresh {
            self.shown_from = self.at;
        }
        self.line_start = self.at;
        self.line += 1;
        if memchr(&self.text[self.at..self.line_end], 0).is_some() {
            self.error("source code cannot contain null bytes");
            self.at = self.line_end;
            return false;
        }
        true
    }

    #[inline]
    fn back(&mut self, c: i32) {
        if c != EOF {
            self.at -= 1;
        }
    }

    fn here(&self) -> Place {
        Place { line: self.line, column: self.column() as i32 }
    }

    // ---- tokens -----------------------------------------------------------------------------------------------------------

    /// The next token.
    pub fn token(&mut self) -> Token {
        match self.modes.last() {
            Some(mode) if mode.in_text => self.string_text(),
            _ => self.plain_token(),
        }
    }

    /// A token from the start of what is being read up to here.
    fn make(&mut self, kind: Kind) -> Token {
        let start = self.start.unwrap_or(self.at);
        self.make_with(kind, start, self.at)
    }

    /// A token whose text is not all that was read.
    fn make_with(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        let begins = match kind {
            _ if kind.is_string() => Place { line: self.first_line, column: (start - self.first_line_start) as i32 },
            _ => Place { line: self.line, column: (start - self.line_start.min(start)) as i32 },
        };
        Token { kind, start, end, range: Range::new(begins, self.here()), level: self.brackets.len(), expression: 0 }
    }

    /// A token without a text.
    fn bare(&mut self, kind: Kind) -> Token {
        let place = Place { line: self.line, column: -1 };
        Token {
            kind,
            start: self.at,
            end: self.at,
            range: Range::new(place, place),
            level: self.brackets.len(),
            expression: 0,
        }
    }

    /// The token of an error.
    fn failed(&mut self, done: Done) -> Token {
        if done != Done::Error {
            self.done = done;
        }
        self.bare(Kind::Error)
    }

    fn plain_token(&mut self) -> Token {
        loop {
            self.start = None;
            let mut blank = false;
            if self.at_line_start {
                match self.indentation() {
                    Ok(is_blank) => blank = is_blank,
                    Err(done) => return self.failed(done),
                }
                if self.done == Done::Error {
                    return self.failed(Done::Error);
                }
            }
            self.start = Some(self.at);
            if self.pending_indents != 0 {
                return self.pending_indent();
            }
            // The next line is begun while the token's start is known: what messages show begins with the line before.
            let c = self.next();
            self.back(c);
            if let Some(token) = self.token_in_line(blank) {
                return token;
            }
        }
    }

    /// A token in the rest of a line; `None` at its end, if that means nothing.
    fn token_in_line(&mut self, blank: bool) -> Option<Token> {
        loop {
            self.start = None;
            let mut c = self.next();
            while matches!(c, 0x20 | 0x09 | 0x0c) {
                c = self.next();
            }
            self.start = Some(if c == EOF { self.at } else { self.at - 1 });
            if c == i32::from(b'#') {
                if let Some(token) = self.comment(blank) {
                    return Some(token);
                }
                c = self.next();
            }
            if c == EOF {
                let ended = self.done == Done::End && self.brackets.is_empty();
                return Some(self.bare(if ended { Kind::EndMarker } else { Kind::Error }));
            }
            if is_name_start(c) {
                return Some(self.name(c));
            }
            if c == i32::from(b'\r') {
                c = self.next();
            }
            match c as u8 {
                b'\n' => return self.newline(blank),
                b'.' => return Some(self.dot()),
                b'0'..=b'9' => return Some(self.number(c)),
                b'\'' | b'"' => return Some(self.string(c)),
                b'\\' => match self.continuation() {
                    Ok(()) => {}
                    Err(done) => return Some(self.failed(done)),
                },
                _ => return Some(self.operator(c)),
            }
        }
    }

    fn newline(&mut self, blank: bool) -> Option<Token> {
        self.at_line_start = true;
        let extra = self.settings.extra_tokens;
        if blank || !self.brackets.is_empty() {
            self.comment_newline = false;
            return extra.then(|| self.make(Kind::Nl));
        }
        if self.comment_newline && extra {
            self.comment_newline = false;
            return Some(self.make(Kind::Nl));
        }
        // The newline itself is not in the text.
        let (start, end) = (self.start.unwrap_or(self.at), self.at - 1);
        Some(self.make_with(Kind::Newline, start, end))
    }

    /// Reads the rest of a line behind a backslash.
    fn continuation(&mut self) -> Result<(), Done> {
        let mut c = self.next();
        if c == i32::from(b'\r') {
            c = self.next();
        }
        if c != i32::from(b'\n') {
            return Err(Done::LineContinuation);
        }
        let c = self.next();
        if c == EOF {
            self.at = self.line_end;
            return Err(Done::End);
        }
        self.back(c);
        Ok(())
    }
}

fn memchr(text: &[u8], byte: u8) -> Option<usize> {
    text.iter().position(|other| *other == byte)
}

fn is_name_start(c: i32) -> bool {
    c >= 128 || u8::try_from(c).is_ok_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

fn is_name_part(c: i32) -> bool {
    is_name_start(c) || is_digit(c)
}

fn is_digit(c: i32) -> bool {
    u8::try_from(c).is_ok_and(|byte| byte.is_ascii_digit())
}
