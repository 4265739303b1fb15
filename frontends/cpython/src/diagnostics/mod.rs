//! The parser's errors in CPython's words, and whether a text is a whole program.
//!
//! The parser of ruff recovers from errors and names what it missed; CPython's stops at the first token that fits
//! nowhere, says `invalid syntax` there, and knows better words for common mistakes. `tokens` finds what CPython's
//! tokenizer refuses (it comes before all else), `wording` translates the rest, `target` names expressions that
//! cannot be assigned to.

mod completeness;
mod target;
mod tokens;
mod warnings;
mod wording;

pub(crate) use completeness::completeness;
pub(crate) use warnings::token_warnings;

use orochi_frontend::Diagnostic;
use ruff_python_ast::Mod;
use ruff_python_parser::{Parsed, UnsupportedSyntaxError, UnsupportedSyntaxErrorKind};
use ruff_text_size::{Ranged, TextRange};

use crate::source::Source;

/// An error with CPython's words.
#[derive(Clone, Debug)]
pub(crate) struct Worded {
    pub kind: &'static str,
    pub message: String,
    pub range: TextRange,
}

impl Worded {
    fn syntax(message: impl Into<String>, range: TextRange) -> Worded {
        Worded { kind: "SyntaxError", message: message.into(), range }
    }

    fn into_diagnostic(self, source: &Source) -> Diagnostic {
        Diagnostic::error(self.kind, self.message).at(Some(source.span(self.range)))
    }
}

/// The first error of a parse.
pub(crate) fn first_error(source: &Source, parsed: &Parsed<Mod>) -> Option<Diagnostic> {
    let tokenizer = tokens::check(source, parsed);
    let parser = match parsed.errors().first() {
        Some(error) => Some(wording::word(source, parsed, error)),
        // Syntax of later versions.
        None => parsed.unsupported_syntax_errors().first().map(|error| later_syntax(source, error)),
    };
    let error = match (tokenizer.error, parser) {
        (Some(error), _) => error,
        (None, None) => return None,
        // A bracket that is never closed explains what is wrong further down.
        (None, Some(error)) => match tokenizer.unclosed {
            Some(open) if unclosed_explains(source, open, &error) => {
                let bracket = source.slice(open).to_owned();
                Worded::syntax(format!("'{bracket}' was never closed"), open)
            }
            _ => error,
        },
    };
    Some(error.into_diagnostic(source))
}

/// Syntax of versions after 3.14, which the parser knows.
fn later_syntax(source: &Source, error: &UnsupportedSyntaxError) -> Worded {
    let message = match error.kind {
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(_) if source.slice(error.range).starts_with("**") => {
            "dict unpacking cannot be used in dict comprehension"
        }
        UnsupportedSyntaxErrorKind::UnpackingInComprehension(_) => "iterable unpacking cannot be used in comprehension",
        _ => "invalid syntax",
    };
    Worded::syntax(message, error.range())
}

fn unclosed_explains(source: &Source, open: TextRange, error: &Worded) -> bool {
    let at_end = source.text()[error.range.start().to_usize().min(source.text().len())..].trim().is_empty();
    at_end || source.line(error.range.end()) > source.line(open.start())
}
