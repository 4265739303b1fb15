//! What CPython's tokenizer refuses: brackets, indentation, numbers, strings that do not end.

use ruff_python_ast::Mod;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{LexicalErrorType, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Worded;
use crate::limits;
use crate::source::Source;

/// What a pass over the tokens finds.
pub(super) struct Checked {
    /// The first error.
    pub error: Option<Worded>,
    /// The innermost bracket that is open at the end.
    pub unclosed: Option<TextRange>,
}

pub(super) fn check(source: &Source, parsed: &Parsed<Mod>) -> Checked {
    let mut open: Vec<Token> = Vec::new();
    let mut levels = 0;
    let lexical: Vec<Worded> = if parsed.has_valid_syntax() { Vec::new() } else { lexical_errors(source, parsed) };
    let mut lexical = lexical.into_iter().peekable();
    let mut previous: Option<Token> = None;
    for token in parsed.tokens().iter() {
        if lexical.peek().is_some_and(|error| error.range.start() <= token.start()) {
            return Checked { error: lexical.next(), unclosed: None };
        }
        let error = match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.push(*token);
                (open.len() > limits::MAX_BRACKETS)
                    .then(|| Worded::syntax("too many nested parentheses", token.range()))
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => close(source, &mut open, *token),
            TokenKind::Indent => {
                levels += 1;
                (levels > limits::MAX_INDENTATION).then(|| Worded {
                    kind: "IndentationError",
                    message: "too many levels of indentation".into(),
                    range: token.range(),
                })
            }
            TokenKind::Dedent => {
                levels -= 1;
                None
            }
            _ => after_number(source, previous, *token),
        };
        if error.is_some() {
            return Checked { error, unclosed: None };
        }
        previous = Some(*token);
    }
    Checked { error: lexical.next(), unclosed: open.last().map(Ranged::range) }
}

fn close(source: &Source, open: &mut Vec<Token>, token: Token) -> Option<Worded> {
    let closing = source.slice(token.range());
    let Some(opened) = open.pop() else {
        return Some(Worded::syntax(format!("unmatched '{closing}'"), token.range()));
    };
    let opening = source.slice(opened.range());
    if matches!((opening, closing), ("(", ")") | ("[", "]") | ("{", "}")) {
        return None;
    }
    let (here, there) = (source.line(token.start()), source.line(opened.start()));
    let line = if here == there { String::new() } else { format!(" on line {there}") };
    let message = format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'{line}");
    Some(Worded::syntax(message, token.range()))
}

/// A number right before a name: `1abc`, `1_`, `0b2`.
fn after_number(source: &Source, previous: Option<Token>, token: Token) -> Option<Worded> {
    let number = previous.filter(|previous| previous.end() == token.start())?;
    let kind = match number.kind() {
        TokenKind::Int => "decimal",
        TokenKind::Float => "decimal",
        TokenKind::Complex => "imaginary",
        _ => return None,
    };
    let text = source.slice(token.range());
    if !text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    // These keywords may follow; CPython only warns.
    let keyword = matches!(text, "and" | "else" | "for" | "if" | "in" | "is" | "not" | "or");
    if keyword {
        return None;
    }
    let at = if text.starts_with('_') { token.start() } else { number.end() - TextSize::new(1) };
    Some(Worded::syntax(format!("invalid {kind} literal"), TextRange::at(at, TextSize::new(1))))
}

/// The lexer's errors in order of place, except those about the content of strings, which CPython finds later.
fn lexical_errors(source: &Source, parsed: &Parsed<Mod>) -> Vec<Worded> {
    let mut errors: Vec<Worded> = parsed
        .errors()
        .iter()
        .filter_map(|error| match &error.error {
            ParseErrorType::Lexical(kind) => lexical_error(source, kind, error.location),
            _ => None,
        })
        .collect();
    errors.sort_by_key(|error| error.range.start());
    errors
}

fn lexical_error(source: &Source, kind: &LexicalErrorType, range: TextRange) -> Option<Worded> {
    Some(match kind {
        LexicalErrorType::UnclosedStringError => unterminated(source, range, ""),
        LexicalErrorType::IndentationError => indentation(source, range),
        LexicalErrorType::UnrecognizedToken { tok } => {
            let at = TextRange::at(range.start(), TextSize::of(*tok));
            if tok.is_ascii() && !tok.is_ascii_control() {
                Worded::syntax("invalid syntax", at)
            } else if tok.is_control() || !is_printable(*tok) {
                Worded::syntax(format!("invalid non-printable character U+{:04X}", u32::from(*tok)), at)
            } else {
                Worded::syntax(format!("invalid character '{tok}' (U+{:04X})", u32::from(*tok)), at)
            }
        }
        LexicalErrorType::LineContinuationError => {
            let after = &source.text()[range.start().to_usize().min(source.text().len())..];
            if after.trim_matches(['\\', '\n']).is_empty() {
                Worded::syntax(
                    "unexpected EOF while parsing",
                    TextRange::at(range.start() + TextSize::new(1), 0.into()),
                )
            } else {
                let at = TextRange::at(range.start() + TextSize::new(1), TextSize::new(1));
                Worded::syntax("unexpected character after line continuation character", at)
            }
        }
        LexicalErrorType::OtherError(message) => number(source, message, range),
        _ => return None,
    })
}

fn is_printable(c: char) -> bool {
    !matches!(c, '\u{ad}' | '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{3000}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// A string literal that does not end.
pub(super) fn unterminated(source: &Source, range: TextRange, what: &str) -> Worded {
    let text = source.slice(range);
    let quotes = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let triple = quotes.starts_with("\"\"\"") || quotes.starts_with("'''");
    let last = if triple {
        // The last line that has text.
        let end = source.text().trim_end_matches('\n').len();
        let end = if source.text()[..end].len() <= range.start().to_usize() {
            range.end()
        } else {
            TextSize::new(end as u32)
        };
        let lines = source.text()[end.to_usize()..].matches('\n').count() as u32;
        source.line(end) + lines.saturating_sub(1)
    } else {
        source.line(range.start())
    };
    let triple = if triple { "triple-quoted " } else { "" };
    let message = format!("unterminated {triple}{what}string literal (detected at line {last})");
    Worded::syntax(message, TextRange::at(range.start(), TextSize::new(1)))
}

/// Indentation that fits no outer level: tabs and spaces mixed, or a plain mistake.
fn indentation(source: &Source, range: TextRange) -> Worded {
    if let Some(worded) = mixed_tabs(source, range) {
        return worded;
    }
    let line = source.line(range.start());
    let start = range.start().to_u32() - source.location(range.start()).column;
    let end = TextSize::new(start + source.line_text(line).len() as u32);
    let message = "unindent does not match any outer indentation level".into();
    Worded { kind: "IndentationError", message, range: TextRange::at(end, 0.into()) }
}

/// A `TabError`, when a line's indentation and that of one above compare differently with another width of tabs.
pub(super) fn mixed_tabs(source: &Source, range: TextRange) -> Option<Worded> {
    let line = source.line(range.start());
    let indent_of = |line: u32| -> &str {
        let text = source.line_text(line);
        &text[..text.len() - text.trim_start_matches([' ', '\t', '\x0c']).len()]
    };
    let own = indent_of(line);
    // The nearest line above that has content and whose indentation is written otherwise.
    let inconsistent = (1..line)
        .rev()
        .map(|line| (indent_of(line), source.line_text(line).trim_start()))
        .filter(|(_, content)| !content.is_empty() && !content.starts_with('#'))
        .any(|(indent, _)| inconsistent(own, indent));
    let start = TextSize::new(range.start().to_u32() - source.location(range.start()).column);
    inconsistent.then(|| Worded {
        kind: "TabError",
        message: "inconsistent use of tabs and spaces in indentation".into(),
        range: TextRange::at(start, 0.into()),
    })
}

/// Do two indentations compare differently when a tab is one column and when it is eight?
fn inconsistent(a: &str, b: &str) -> bool {
    let columns = |text: &str, tab: usize| {
        text.chars().fold(0usize, |column, c| match c {
            '\t' => (column / tab + 1) * tab,
            '\x0c' => 0,
            _ => column + 1,
        })
    };
    columns(a, 8).cmp(&columns(b, 8)) != columns(a, 1).cmp(&columns(b, 1))
}

/// A number that is none.
fn number(source: &Source, message: &str, range: TextRange) -> Worded {
    let text: String = source.text()[range.start().to_usize()..].chars().take(64).collect();
    let at = |offset: usize| TextRange::at(range.start() + TextSize::new(offset as u32), TextSize::new(1));
    let lower = text.to_ascii_lowercase();
    let digits = |radix: u32, name: &str| {
        let body = &lower[2..];
        let bad = body
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .find(|c| *c != '_' && !c.is_digit(radix));
        match bad {
            Some(bad) if bad.is_ascii_digit() => {
                let place = 2 + body.find(bad).unwrap_or(0);
                Worded::syntax(format!("invalid digit '{bad}' in {name} literal"), at(place))
            }
            _ => Worded::syntax(format!("invalid {name} literal"), at(1)),
        }
    };
    if lower.starts_with("0x") {
        return digits(16, "hexadecimal");
    }
    if lower.starts_with("0o") {
        return digits(8, "octal");
    }
    if lower.starts_with("0b") {
        return digits(2, "binary");
    }
    if message.contains("decimal") {
        let message = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
        return Worded::syntax(message, range);
    }
    Worded::syntax("invalid decimal literal", range)
}
