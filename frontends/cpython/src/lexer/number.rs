//! Numbers.

use super::{Kind, Lexer, Token, is_digit, is_name_part};

/// Keywords that may follow a number without a space, which is warned of: their first letter and the rest.
const FOLLOWING: [(u8, &[u8]); 6] =
    [(b'a', b"nd"), (b'e', b"lse"), (b'f', b"or"), (b'o', b"r"), (b'n', b"ot"), (b'i', b"")];

type Read<T = ()> = Result<T, Token>;

impl Lexer<'_> {
    /// Reads a number that begins with a digit.
    pub(super) fn number(&mut self, first: i32) -> Token {
        let read = if first == i32::from(b'0') { self.after_zero() } else { self.decimal() };
        match read {
            Ok(()) => self.make(Kind::Number),
            Err(token) => token,
        }
    }

    /// Reads what begins with a dot: a number, `...` or the dot.
    pub(super) fn dot(&mut self) -> Token {
        let c = self.next();
        if is_digit(c) {
            return match self.fraction(c) {
                Ok(()) => self.make(Kind::Number),
                Err(token) => token,
            };
        }
        if c == i32::from(b'.') {
            let c = self.next();
            if c == i32::from(b'.') {
                return self.make(Kind::Ellipsis);
            }
            self.back(c);
        }
        self.back(c);
        self.make(Kind::Dot)
    }

    fn after_zero(&mut self) -> Read {
        let c = self.next();
        match u8::try_from(c).map(|byte| byte.to_ascii_lowercase()) {
            Ok(b'x') => self.digits_of(16, "hexadecimal"),
            Ok(b'o') => self.digits_of(8, "octal"),
            Ok(b'b') => self.digits_of(2, "binary"),
            _ => self.zeros(c),
        }
    }

    /// Reads the digits of a number in another base.
    fn digits_of(&mut self, radix: u32, name: &str) -> Read {
        let is_digit_here = |c: i32| u8::try_from(c).is_ok_and(|byte| char::from(byte).is_digit(radix));
        let mut c = self.next();
        loop {
            if c == i32::from(b'_') {
                c = self.next();
            }
            if !is_digit_here(c) {
                return Err(self.wrong_digit(c, name));
            }
            while is_digit_here(c) {
                c = self.next();
            }
            if c != i32::from(b'_') {
                break;
            }
        }
        if is_digit(c) {
            return Err(self.wrong_digit(c, name));
        }
        self.end_of_number(c, name)
    }

    fn wrong_digit(&mut self, c: i32, name: &str) -> Token {
        if is_digit(c) && name != "hexadecimal" {
            let digit = char::from(c as u8);
            return self.error(format!("invalid digit '{digit}' in {name} literal"));
        }
        self.back(c);
        self.error(format!("invalid {name} literal"))
    }

    /// Reads a number that begins with `0`: zero, or a float, or what C would take for octal.
    fn zeros(&mut self, mut c: i32) -> Read {
        loop {
            if c == i32::from(b'_') {
                c = self.next();
                if !is_digit(c) {
                    self.back(c);
                    return Err(self.error("invalid decimal literal"));
                }
            }
            if c != i32::from(b'0') {
                break;
            }
            c = self.next();
        }
        let zeros_end = self.at;
        let nonzero = is_digit(c);
        if nonzero {
            c = self.decimal_tail()?;
        }
        match u8::try_from(c) {
            Ok(b'.') => {
                let c = self.next();
                self.fraction(c)
            }
            Ok(b'e' | b'E') => self.exponent(c),
            Ok(b'j' | b'J') => self.imaginary(),
            _ if nonzero && !self.settings.extra_tokens => {
                self.back(c);
                let start = self.start.unwrap_or(self.at);
                let (column, end) = (self.characters(start) + 1, self.characters(zeros_end));
                let message =
                    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
                Err(self.error_at(message, column, end))
            }
            _ => self.end_of_number(c, "decimal"),
        }
    }

    fn decimal(&mut self) -> Read {
        let c = self.decimal_tail()?;
        if c == i32::from(b'.') {
            let c = self.next();
            return self.fraction(c);
        }
        self.after_fraction(c)
    }

    /// Reads digits; gives the character behind them.
    fn decimal_tail(&mut self) -> Read<i32> {
        loop {
            let mut c = self.next();
            while is_digit(c) {
                c = self.next();
            }
            if c != i32::from(b'_') {
                return Ok(c);
            }
            c = self.next();
            if !is_digit(c) {
                self.back(c);
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    /// Reads what follows the point; `c` is the first character of it.
    fn fraction(&mut self, mut c: i32) -> Read {
        if is_digit(c) {
            c = self.decimal_tail()?;
        }
        self.after_fraction(c)
    }

    fn after_fraction(&mut self, c: i32) -> Read {
        match u8::try_from(c) {
            Ok(b'e' | b'E') => self.exponent(c),
            Ok(b'j' | b'J') => self.imaginary(),
            _ => self.end_of_number(c, "decimal"),
        }
    }

    fn exponent(&mut self, e: i32) -> Read {
        let mut c = self.next();
        if c == i32::from(b'+') || c == i32::from(b'-') {
            c = self.next();
            if !is_digit(c) {
                self.back(c);
                return Err(self.error("invalid decimal literal"));
            }
        } else if !is_digit(c) {
            self.back(c);
            // The number may end before the `e` of `else`.
            return self.end_of_number(e, "decimal");
        }
        match self.decimal_tail()? {
            c if c == i32::from(b'j') || c == i32::from(b'J') => self.imaginary(),
            c => self.end_of_number(c, "decimal"),
        }
    }

    fn imaginary(&mut self) -> Read {
        let c = self.next();
        self.end_of_number(c, "imaginary")
    }

    /// Checks that nothing runs into a number, and steps back before the character behind it.
    fn end_of_number(&mut self, c: i32, name: &str) -> Read {
        if !self.settings.extra_tokens {
            let keyword = FOLLOWING.iter().find(|(first, _)| i32::from(*first) == c);
            if keyword.is_some_and(|(first, rest)| self.follows(*first, rest)) {
                self.back(c);
                let message = format!("invalid {name} literal");
                self.warn(message.clone(), message);
                return Ok(());
            }
            if c < 128 && is_name_part(c) {
                self.back(c);
                return Err(self.error(format!("invalid {name} literal")));
            }
        }
        self.back(c);
        Ok(())
    }

    fn follows(&self, first: u8, rest: &[u8]) -> bool {
        let text = &self.text[self.at..];
        if first == b'i' {
            // `if`, `in`, `is`, and whatever begins so.
            return matches!(text.first(), Some(b'f' | b'n' | b's'));
        }
        text.starts_with(rest) && !text.get(rest.len()).is_some_and(|byte| is_name_part(i32::from(*byte)))
    }
}
