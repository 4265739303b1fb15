//! Errors within string literals: bad escapes, f-strings.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{InterpolatedStringErrorType, LexicalErrorType};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Worded, Wording, tokens};

impl Wording<'_> {
    pub(super) fn lexical(&self, error: &LexicalErrorType) -> Worded {
        match error {
            LexicalErrorType::FStringError(error) => self.interpolated(error, "f-string"),
            LexicalErrorType::TStringError(error) => self.interpolated(error, "t-string"),
            LexicalErrorType::InvalidByteLiteral => {
                let token = self.string_token();
                self.at(token, "bytes can only contain ASCII literal characters")
            }
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::StringError => self.bad_escape(),
            LexicalErrorType::Eof => self.say("unexpected EOF while parsing"),
            LexicalErrorType::UnclosedStringError => tokens::unterminated(self.source, self.range, ""),
            _ => self.invalid(),
        }
    }

    /// The string token that holds the error.
    fn string_token(&self) -> TextRange {
        let token = self.parsed.tokens().iter().find(|token| {
            token.start() <= self.range.start()
                && self.range.start() < token.end().max(token.start() + TextSize::new(1))
        });
        token.map_or(self.range, |token| token.range())
    }

    /// An escape sequence that cannot be decoded, worded as the codec does.
    fn bad_escape(&self) -> Worded {
        let token = self.string_token();
        let text = self.source.slice(token);
        let quote = text.find(['"', '\'']).unwrap_or(0);
        let bytes = text[..quote].contains(['b', 'B']);
        let opener = if text[quote..].starts_with("\"\"\"") || text[quote..].starts_with("'''") { 3 } else { 1 };
        let body_start = (quote + opener).min(text.len());
        let until = (self.range.start() - token.start()).to_usize().max(body_start).min(text.len());
        let body = &text[body_start..];
        let slash = text.get(body_start..until).and_then(|before| before.rfind('\\')).unwrap_or(0);
        // Characters outside ASCII are ten bytes in what the codec sees.
        let position: usize = body[..slash].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum();
        if bytes {
            let message = format!("(value error) invalid \\x escape at position {position}");
            return self.at(token, message);
        }
        let escape = &body[slash..];
        let hex = |wanted: usize| escape[2..].chars().take(wanted).take_while(char::is_ascii_hexdigit).count();
        let (length, reason) = match escape.as_bytes().get(1) {
            Some(b'x') => (2 + hex(2), "truncated \\xXX escape"),
            Some(b'u') => (2 + hex(4), "truncated \\uXXXX escape"),
            Some(b'U') if hex(8) == 8 => (10, "illegal Unicode character"),
            Some(b'U') => (2 + hex(8), "truncated \\UXXXXXXXX escape"),
            _ => match escape.find('}') {
                Some(end) if escape.starts_with("\\N{") && end > 3 => (end + 1, "unknown Unicode character name"),
                _ => (2, "malformed \\N character escape"),
            },
        };
        let end = position + length - 1;
        let place = if end == position { format!("{position}") } else { format!("{position}-{end}") };
        let message = format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {place}: {reason}");
        self.at(token, message)
    }

    pub(super) fn interpolated(&self, error: &InterpolatedStringErrorType, what: &str) -> Worded {
        use InterpolatedStringErrorType as Type;
        match error {
            Type::UnclosedLbrace => {
                let follows = self.token().map(|token| token.kind());
                if matches!(follows, Some(TokenKind::FStringEnd | TokenKind::TStringEnd)) {
                    return self.say(format!("{what}: expecting '}}'"));
                }
                match self.comma_or_invalid() {
                    worded if worded.message == "invalid syntax" => {
                        self.at(worded.range, format!("{what}: expecting '=', or '!', or ':', or '}}'"))
                    }
                    worded => worded,
                }
            }
            Type::InvalidConversionFlag => {
                let character = self.token_text();
                let message = format!("{what}: invalid conversion character '{character}': expected 's', 'r', or 'a'");
                self.say(message)
            }
            Type::SingleRbrace => self.say(format!("{what}: single '}}' is not allowed")),
            Type::UnterminatedString | Type::UnterminatedTripleQuotedString => {
                if let Some(open) = self.inside_bracket() {
                    let brace = TextRange::new(open - TextSize::new(1), open);
                    return self.at(brace, "'{' was never closed");
                }
                let start = self.parsed.tokens()[..self.token_index()]
                    .iter()
                    .rev()
                    .find(|token| matches!(token.kind(), TokenKind::FStringStart | TokenKind::TStringStart))
                    .map_or(self.range, |token| token.range());
                let kind = if what == "f-string" { "f-" } else { "t-" };
                tokens::unterminated(self.source, start, kind)
            }
            Type::LambdaWithoutParentheses => {
                self.say(format!("{what}: lambda expressions are not allowed without parentheses"))
            }
            Type::ConversionFlagNotImmediatelyAfterExclamation => {
                self.say(format!("{what}: conversion type must come right after the exclamation mark"))
            }
            Type::NewlineInFormatSpec => {
                self.say(format!("{what}: newlines are not allowed in format specifiers for single quoted {what}s"))
            }
        }
    }
}
