//! What CPython's tokenizer warns of: escape sequences that mean nothing, numbers that run into a keyword.

use orochi_frontend::Diagnostic;
use ruff_python_ast::Mod;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::source::Source;

/// A warning for every string with an invalid escape sequence and every number right before a keyword.
pub(crate) fn token_warnings(source: &Source, parsed: &Parsed<Mod>) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let mut number: Option<TextRange> = None;
    let mut raw_f_string = Vec::new();
    for token in parsed.tokens().iter() {
        let text = source.slice(token.range());
        if let Some(number) = number.take()
            && number.end() == token.start()
            && token.kind().is_keyword()
        {
            warnings.push(number_warning(source, number));
        }
        match token.kind() {
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => number = Some(token.range()),
            TokenKind::String => {
                let Some(quote) = text.find(['"', '\'']) else { continue };
                let prefix = text[..quote].to_ascii_lowercase();
                if !prefix.contains('r') {
                    warn(source, token.range(), text, prefix.contains('b'), &mut warnings);
                }
            }
            TokenKind::FStringStart | TokenKind::TStringStart => {
                raw_f_string.push(text.to_ascii_lowercase().trim_end_matches(['"', '\'']).contains('r'));
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                raw_f_string.pop();
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle if raw_f_string.last() == Some(&false) => {
                warn(source, token.range(), text, false, &mut warnings);
            }
            _ => {}
        }
    }
    warnings
}

fn number_warning(source: &Source, number: TextRange) -> Diagnostic {
    let text = source.slice(number).to_ascii_lowercase();
    let kind = match text.get(..2) {
        Some("0x") => "hexadecimal",
        Some("0o") => "octal",
        Some("0b") => "binary",
        _ if text.ends_with('j') => "imaginary",
        _ => "decimal",
    };
    Diagnostic::warning("SyntaxWarning", format!("invalid {kind} literal"), Some(source.span(number)))
}

fn warn(source: &Source, range: TextRange, text: &str, bytes: bool, warnings: &mut Vec<Diagnostic>) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let mut characters = rest[at + 1..].chars();
        let Some(c) = characters.next() else { return };
        let known = matches!(c, '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | '0'..='7')
            || !bytes && matches!(c, 'N' | 'u' | 'U');
        let octal: String = rest[at + 1..].chars().take(3).take_while(|c| c.is_digit(8)).collect();
        let too_large = octal.len() == 3 && octal.as_str() > "377";
        if !known || too_large {
            let sequence = if too_large { octal } else { c.to_string() };
            let what = if too_large { "octal escape sequence" } else { "escape sequence" };
            let offset = range.start() + TextSize::new((text.len() - rest.len() + at) as u32);
            let message = format!(
                "\"\\{sequence}\" is an invalid {what}. Such sequences will not work in the future. \
                 Did you mean \"\\\\{sequence}\"? A raw string is also an option."
            );
            let span = source.span(TextRange::at(offset, TextSize::new(1 + sequence.len() as u32)));
            warnings.push(Diagnostic::warning("SyntaxWarning", message, Some(span)));
            // CPython warns once for each string.
            return;
        }
        rest = characters.as_str();
    }
}
