//! Comments, and the type comments among them.

use super::{EOF, Kind, Lexer, Place, Range, Token};

/// What a type comment begins with; a space stands for any number of spaces and tabs.
const PREFIX: &[u8] = b"# type: ";
const IGNORE: &[u8] = b"ignore";

impl Lexer<'_> {
    /// Reads a comment up to the end of its line. It is a token where that is asked for.
    pub(super) fn comment(&mut self, blank: bool) -> Option<Token> {
        let start = self.at - 1;
        let mut c = self.next();
        while c != EOF && c != i32::from(b'\n') && c != i32::from(b'\r') {
            c = self.next();
        }
        self.back(c);
        if self.settings.type_comments
            && let Some(token) = self.type_comment(start, blank)
        {
            return Some(token);
        }
        if self.settings.extra_tokens {
            self.comment_newline = blank;
            return Some(self.make_with(Kind::Comment, start, self.at));
        }
        None
    }

    fn type_comment(&mut self, start: usize, blank: bool) -> Option<Token> {
        let mut at = start;
        for expected in PREFIX {
            if *expected == b' ' {
                while matches!(self.text.get(at), Some(b' ' | b'\t')) {
                    at += 1;
                }
            } else if at < self.at && self.text[at] == *expected {
                at += 1;
            } else {
                return None;
            }
        }
        let place =
            |lexer: &Self, offset: usize| Place { line: lexer.line, column: (offset - lexer.line_start) as i32 };
        let rest = &self.text[at..self.at];
        let ignores = rest.starts_with(IGNORE)
            && rest.get(IGNORE.len()).is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
        let begin = if ignores { at + IGNORE.len() } else { at };
        let range = Range::new(place(self, begin), self.here());
        let mut token = self.make_with(if ignores { Kind::TypeIgnore } else { Kind::TypeComment }, begin, self.at);
        token.range = range;
        if ignores && blank {
            // The line has nothing else.
            self.next();
            self.at_line_start = true;
        }
        Some(token)
    }
}
