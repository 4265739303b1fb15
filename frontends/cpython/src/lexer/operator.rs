//! Operators and brackets, those of fields in f-strings among them.

use super::{Bracket, EOF, Kind, Lexer, Token};
use crate::limits;

impl Lexer<'_> {
    /// Reads an operator that begins with a character.
    pub(super) fn operator(&mut self, c: i32) -> Token {
        let byte = c as u8;
        let mut expression = 0;
        let unequal = byte == b'!' && self.text.get(self.at) == Some(&b'=');
        if matches!(byte, b':' | b'}' | b'!' | b'{')
            && !unequal
            && self.modes.last().is_some_and(|mode| mode.fields >= 0)
        {
            expression = self.field_boundary(byte);
            let start = self.start.unwrap_or(self.at);
            if let Some(mode) = self.modes.last_mut()
                && byte == b':'
                && mode.braces - 1 == mode.fields
            {
                mode.in_text = true;
                mode.in_format_spec = true;
                let mut token = self.make_with(Kind::Colon, start, self.at);
                token.expression = expression;
                return token;
            }
        }
        let mut token = match self.longer_operator(byte) {
            Some(kind) => self.make(kind),
            None => match self.short_operator(byte) {
                Ok(kind) => self.make(kind),
                Err(token) => return token,
            },
        };
        token.expression = expression;
        token
    }

    /// An operator of two or three characters.
    fn longer_operator(&mut self, first: u8) -> Option<Kind> {
        let second = self.next();
        if second == EOF {
            return None;
        }
        let two = [first, second as u8];
        let kind = if &two == b"<>" { Some(Kind::NotEqual) } else { Kind::operator(&two) };
        let Some(kind) = kind else {
            self.back(second);
            return None;
        };
        let third = self.next();
        if third != EOF
            && let Some(kind) = Kind::operator(&[first, second as u8, third as u8])
        {
            return Some(kind);
        }
        self.back(third);
        Some(kind)
    }

    fn short_operator(&mut self, byte: u8) -> Result<Kind, Token> {
        match byte {
            b'(' | b'[' | b'{' => self.open(byte)?,
            b')' | b']' | b'}' => self.close(byte)?,
            _ => {}
        }
        if !(0x20..0x7f).contains(&byte) {
            return Err(self.error(format!("invalid non-printable character U+{byte:04X}")));
        }
        if byte == b'='
            && let Some(mode) = self.modes.last_mut()
            && mode.fields >= 0
            && mode.braces - mode.fields == 1
        {
            mode.debug = true;
        }
        Ok(Kind::operator(&[byte]).unwrap_or(Kind::Op))
    }

    fn open(&mut self, opening: u8) -> Result<(), Token> {
        if self.brackets.len() >= limits::MAX_BRACKETS {
            return Err(self.error("too many nested parentheses"));
        }
        let column = self.start.unwrap_or(self.at) - self.line_start;
        self.brackets.push(Bracket { opening, line: self.line, column });
        if let Some(mode) = self.modes.last_mut() {
            mode.braces += 1;
        }
        Ok(())
    }

    fn close(&mut self, closing: u8) -> Result<(), Token> {
        let strict = !self.settings.extra_tokens;
        let shown = char::from(closing);
        let mode = self.modes.last().map(|mode| (mode.letter, mode.braces, mode.fields));
        if let Some((letter, 0, _)) = mode
            && closing == b'}'
        {
            return Err(self.error(format!("{letter}-string: single '}}' is not allowed")));
        }
        if strict && self.brackets.is_empty() {
            return Err(self.error(format!("unmatched '{shown}'")));
        }
        if let Some(bracket) = self.brackets.pop() {
            let matches = matches!((bracket.opening, closing), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
            if strict && !matches {
                return Err(self.mismatch(bracket, shown, mode));
            }
        }
        if let Some(mode) = self.modes.last_mut() {
            mode.braces -= 1;
            if mode.braces < 0 {
                let letter = mode.letter;
                return Err(self.error(format!("{letter}-string: unmatched '{shown}'")));
            }
            if closing == b'}' && mode.braces == mode.fields {
                mode.fields -= 1;
                mode.in_text = true;
                mode.in_format_spec = false;
                mode.debug = false;
            }
        }
        Ok(())
    }

    fn mismatch(&mut self, bracket: Bracket, shown: char, mode: Option<(char, i32, i32)>) -> Token {
        if let Some((letter, braces, fields)) = mode
            && bracket.opening == b'{'
            && braces - 1 == fields
        {
            return self.error(format!("{letter}-string: unmatched '{shown}'"));
        }
        let opening = char::from(bracket.opening);
        let message = format!("closing parenthesis '{shown}' does not match opening parenthesis '{opening}'");
        if bracket.line == self.line {
            return self.error(message);
        }
        self.error(format!("{message} on line {}", bracket.line))
    }
}
