//! Splits a line of the text form into tokens.

use super::{AsmError, Result};

/// A token; texts are unescaped.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A mnemonic, directive, identifier, keyword, the name of a choice.
    Word(&'a str),
    /// Anything that starts with a digit or a minus sign.
    Number(&'a str),
    /// A string: generalised UTF-8.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    /// One of `: , ( ) # @`.
    Mark(char),
    End,
}

impl Token<'_> {
    /// For messages.
    pub fn describe(&self) -> String {
        match self {
            Token::Word(text) | Token::Number(text) => format!("`{text}`"),
            Token::Str(text) => format!("the string \"{}\"", String::from_utf8_lossy(text).escape_debug()),
            Token::Bytes(_) => "a bytes literal".to_owned(),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::End => "the end of the line".to_owned(),
        }
    }
}

/// A line at work.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    text: &'a str,
    /// 1-based.
    number: u32,
    /// Where the next token is looked for, in bytes.
    at: usize,
    /// Where the last token started.
    last: usize,
}

impl<'a> Line<'a> {
    pub fn new(text: &'a str, number: u32) -> Self {
        Self { text, number, at: 0, last: 0 }
    }

    /// The error that the last token is not what is expected.
    #[cold]
    pub fn error(&self, found: impl Into<String>, expected: impl Into<String>) -> Box<AsmError> {
        let column = self.text[..self.last].chars().count() as u32 + 1;
        Box::new(AsmError { line: self.number, column, found: found.into(), expected: expected.into(), help: None })
    }

    /// The same with advice.
    #[cold]
    pub fn error_help(
        &self,
        found: impl Into<String>,
        expected: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<AsmError> {
        let mut error = self.error(found, expected);
        error.help = Some(help.into());
        error
    }

    /// The next token, left where it is.
    pub fn peek(&self) -> Result<Token<'a>> {
        self.clone().next()
    }

    /// The next token.
    pub fn next(&mut self) -> Result<Token<'a>> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.last = self.at;
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        match first {
            ';' => Ok(Token::End),
            ':' | ',' | '(' | ')' | '#' | '@' => {
                self.at += 1;
                Ok(Token::Mark(first))
            }
            '"' => {
                self.at += 1;
                self.quoted(false).map(Token::Str)
            }
            'b' if rest[1..].starts_with('"') => {
                self.at += 2;
                self.quoted(true).map(Token::Bytes)
            }
            '-' | '0'..='9' => Ok(Token::Number(self.number_text(rest))),
            '.' | '_' => Ok(Token::Word(self.word(rest))),
            first if first.is_alphabetic() => Ok(Token::Word(self.word(rest))),
            other => {
                let shown = if other.is_control() { other.escape_default().to_string() } else { other.to_string() };
                let found = format!("the character `{shown}`");
                Err(self.error(found, "a name, a number, a string or the end of the line"))
            }
        }
    }

    fn word(&mut self, rest: &'a str) -> &'a str {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// A number: letters and digits, points, and signs that follow an exponent's `e`.
    fn number_text(&mut self, rest: &'a str) -> &'a str {
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        let is_hex = digits.starts_with("0x");
        let mut before = '\0';
        let end = digits.find(|c: char| {
            let exponent_sign = matches!(c, '-' | '+') && matches!(before, 'e' | 'E') && !is_hex;
            before = c;
            !(c.is_ascii_alphanumeric() || c == '.' || exponent_sign)
        });
        let end = rest.len() - digits.len() + end.unwrap_or(digits.len());
        self.at += end;
        &rest[..end]
    }

    /// What stands between quotes, the first of which is read.
    fn quoted(&mut self, bytes: bool) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let mut chars = rest.chars();
            let Some(c) = chars.next() else {
                return Err(self.error("the end of the line", "a closing quote"));
            };
            self.at += c.len_utf8();
            match c {
                '"' => return Ok(content),
                '\\' => self.escape(bytes, &mut content)?,
                c if bytes && !c.is_ascii() => {
                    return Err(self.error(format!("`{c}`"), "ASCII or an escape such as \\xff in a bytes literal"));
                }
                c => content.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    /// An escape whose backslash is read.
    fn escape(&mut self, bytes: bool, content: &mut Vec<u8>) -> Result<()> {
        self.last = self.at - 1;
        let rest = &self.text[self.at..];
        let c = rest.chars().next().unwrap_or('\0');
        self.at += c.len_utf8().min(rest.len());
        let plain = match c {
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            '"' | '\\' => c as u8,
            'x' if bytes => {
                let digits = rest.get(1..3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
                let Some(byte) = digits.filter(|_| rest.as_bytes()[1] != b'+') else {
                    return Err(self.error("`\\x`", "two hexadecimal digits behind it"));
                };
                self.at += 2;
                byte
            }
            'u' if !bytes => return self.code_point(rest, content),
            _ => {
                let expected = if bytes { r#"\n, \r, \t, \", \\ or \xff"# } else { r#"\n, \r, \t, \", \\ or \u{ff}"# };
                return Err(self.error(format!("`\\{}`", c.escape_debug()), expected));
            }
        };
        content.push(plain);
        Ok(())
    }

    /// `u{...}`, of which the `u` is read: any code point, surrogates too.
    fn code_point(&mut self, rest: &str, content: &mut Vec<u8>) -> Result<()> {
        let digits = rest.strip_prefix("u{").and_then(|rest| rest.split_once('}')).map(|(digits, _)| digits);
        let value = digits
            .filter(|digits| (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .filter(|&value| value <= 0x10_ffff);
        let (Some(digits), Some(value)) = (digits, value) else {
            return Err(self.error("`\\u`", "a code point in braces, such as \\u{e9}"));
        };
        self.at += digits.len() + 2;
        match char::from_u32(value) {
            Some(c) => content.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => content.extend([
                0xe0 | (value >> 12) as u8,
                0x80 | (value >> 6 & 0x3f) as u8,
                0x80 | (value & 0x3f) as u8,
            ]),
        }
        Ok(())
    }

    /// Reads a mark.
    pub fn expect_mark(&mut self, mark: char) -> Result<()> {
        let token = self.next()?;
        if token == Token::Mark(mark) {
            return Ok(());
        }
        Err(self.error(token.describe(), format!("`{mark}`")))
    }

    /// Reads the end of the line.
    pub fn expect_end(&mut self) -> Result<()> {
        match self.next()? {
            Token::End => Ok(()),
            token => Err(self.error(token.describe(), "the end of the line")),
        }
    }

    /// Reads a number of 32 bits.
    pub fn expect_u32(&mut self) -> Result<u32> {
        let token = self.next()?;
        if let Token::Number(text) = token
            && let Ok(value) = text.parse()
        {
            return Ok(value);
        }
        Err(self.error(token.describe(), "a number from 0 to 4294967295"))
    }

    /// Reads a string that is UTF-8.
    pub fn expect_string(&mut self) -> Result<String> {
        match self.next()? {
            Token::Str(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(text),
                Err(_) => Err(self.error("a string with a surrogate", "a string without")),
            },
            token => Err(self.error(token.describe(), "a string in quotes")),
        }
    }

    /// Reads a string of hexadecimal digits, two a byte.
    pub fn expect_hex(&mut self) -> Result<Vec<u8>> {
        let text = self.expect_string()?;
        let digits: Option<Vec<u8>> = text.bytes().map(|c| (c as char).to_digit(16).map(|digit| digit as u8)).collect();
        match digits {
            Some(digits) if digits.len() % 2 == 0 => {
                Ok(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
            }
            _ => Err(self.error(format!("\"{}\"", text.escape_debug()), "hexadecimal digits, two a byte")),
        }
    }
}
