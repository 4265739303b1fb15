//! The parser's errors in CPython's words, and whether a text is a whole program.

use orochi_frontend::{Completeness, Diagnostic, Severity};
use ruff_python_ast::Mod;
use ruff_python_parser::Parsed;

use crate::source::Source;

/// The first error of a parse.
pub(crate) fn first_error(source: &Source, parsed: &Parsed<Mod>) -> Option<Diagnostic> {
    let error = parsed.errors().first()?;
    Some(Diagnostic {
        severity: Severity::Error,
        kind: "SyntaxError".into(),
        message: error.error.to_string(),
        span: Some(source.span(error.location)),
        help: None,
    })
}

pub(crate) fn completeness(_: &str) -> Completeness {
    Completeness::Complete
}
