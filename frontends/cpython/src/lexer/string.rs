//! Strings without fields.

use super::{Done, EOF, Kind, Lexer, Token};

impl Lexer<'_> {
    /// Reads a string whose first quote was just read.
    pub(super) fn string(&mut self, quote: i32) -> Token {
        self.first_line = self.line;
        self.first_line_start = self.line_start;
        let mut quotes = 1;
        let mut closing = 0;
        let mut c = self.next();
        if c == quote {
            c = self.next();
            if c == quote {
                quotes = 3;
            } else {
                closing = 1;
            }
        }
        if c != quote {
            self.back(c);
        }
        let mut escaped_quote = false;
        while closing != quotes {
            c = self.next();
            if self.done == Done::Error {
                return self.failed(Done::Error);
            }
            if c == EOF || quotes == 1 && c == i32::from(b'\n') {
                self.ended_in_string = c == EOF;
                return self.unterminated(quote, quotes, escaped_quote);
            }
            if c == quote {
                closing += 1;
            } else {
                closing = 0;
                if c == i32::from(b'\\') {
                    c = self.next();
                    escaped_quote |= c == quote;
                    if c == i32::from(b'\r') {
                        self.next();
                    }
                }
            }
        }
        self.make(Kind::String)
    }

    /// The error for a string that does not end: at its first quote.
    fn unterminated(&mut self, quote: i32, quotes: usize, escaped_quote: bool) -> Token {
        let detected = self.line;
        self.at = self.start.unwrap_or(self.at) + 1;
        self.line_start = self.first_line_start;
        self.line = self.first_line;
        if let Some(mode) = self.modes.last()
            && i32::from(mode.quote) == quote
            && mode.quotes == quotes
        {
            // It is the f-string's own end, and a brace is missing.
            let letter = mode.letter;
            return self.error(format!("{letter}-string: expecting '}}'"));
        }
        let what = if quotes == 3 { "triple-quoted string" } else { "string" };
        let advice = if escaped_quote && quotes == 1 { "; perhaps you escaped the end quote?" } else { "" };
        self.error(format!("unterminated {what} literal (detected at line {detected}){advice}"))
    }
}
