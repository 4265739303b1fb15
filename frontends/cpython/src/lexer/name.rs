//! Names, keywords, and the prefixes of strings.

use super::{Kind, Lexer, Token, is_name_part};

/// The letters before a string.
#[derive(Clone, Copy, Default)]
struct Prefix {
    b: bool,
    r: bool,
    u: bool,
    f: bool,
    t: bool,
}

impl Prefix {
    /// Adds a letter; false when it makes no prefix.
    fn add(&mut self, c: i32) -> bool {
        let seen = match u8::try_from(c).map(|byte| byte.to_ascii_lowercase()) {
            Ok(b'b') => &mut self.b,
            Ok(b'u') => &mut self.u,
            Ok(b'r') => &mut self.r,
            Ok(b'f') => &mut self.f,
            Ok(b't') => &mut self.t,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }

    /// Two letters that do not go together.
    fn conflict(self) -> Option<(char, char)> {
        let pairs = [
            (self.u && self.b, ('u', 'b')),
            (self.u && self.r, ('u', 'r')),
            (self.u && self.f, ('u', 'f')),
            (self.u && self.t, ('u', 't')),
            (self.b && self.f, ('b', 'f')),
            (self.b && self.t, ('b', 't')),
            (self.f && self.t, ('f', 't')),
        ];
        pairs.into_iter().find_map(|(conflict, letters)| conflict.then_some(letters))
    }
}

impl Lexer<'_> {
    /// Reads a name that begins with a character, or the string that it is the prefix of.
    pub(super) fn name(&mut self, first: i32) -> Token {
        let mut c = first;
        let mut prefix = Prefix::default();
        while prefix.add(c) {
            c = self.next();
            if c == i32::from(b'"') || c == i32::from(b'\'') {
                if let Some((one, other)) = prefix.conflict() {
                    let start = self.start.unwrap_or(self.at);
                    let (column, end) = (self.characters(start) + 1, self.characters(self.at));
                    let message = format!("'{one}' and '{other}' prefixes are incompatible");
                    return self.error_at(message, column, end);
                }
                return if prefix.f || prefix.t {
                    self.string_start(c, if prefix.f { 'f' } else { 't' }, prefix.r)
                } else {
                    self.string(c)
                };
            }
        }
        let mut ascii = true;
        while is_name_part(c) {
            ascii &= c < 128;
            c = self.next();
        }
        self.back(c);
        if !ascii && let Err(token) = self.check_identifier() {
            return token;
        }
        let start = self.start.unwrap_or(self.at);
        let kind = Kind::keyword(&self.text[start..self.at]).unwrap_or(Kind::Name);
        self.make(kind)
    }

    /// Checks that a name is an identifier (PEP 3131).
    fn check_identifier(&mut self) -> Result<(), Token> {
        if self.settings.extra_tokens {
            return Ok(());
        }
        let start = self.start.unwrap_or(self.at);
        let text = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        let invalid = text.char_indices().find(|&(at, c)| {
            if at == 0 { c != '_' && !unicode_ident::is_xid_start(c) } else { !unicode_ident::is_xid_continue(c) }
        });
        let Some((at, c)) = invalid else { return Ok(()) };
        // The error is at the character.
        self.at = start + at + c.len_utf8();
        let code = c as u32;
        Err(if crate::unicode::is_printable(c) {
            self.error(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.error(format!("invalid non-printable character U+{code:04X}"))
        })
    }
}
