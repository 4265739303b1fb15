//! Whether a text is a whole program, for a read-eval-print loop: what CPython's `codeop` finds out.

use orochi_frontend::{CompileRequest, Completeness, Frontend, Mode};

use crate::CPython;
use crate::source::Source;

/// Messages of errors that more text may mend.
const UNFINISHED: [&str; 5] = [
    "was never closed",
    "unterminated triple-quoted",
    "unexpected EOF while parsing",
    "expected an indented block",
    "expected 'except' or 'finally' block",
];

pub(crate) fn completeness(text: &str) -> Completeness {
    let mut request = CompileRequest::module("<input>", text);
    request.mode = Mode::Single;
    let Err(errors) = CPython.compile(&request) else { return whole(text) };
    let Some(error) = errors.first() else { return Completeness::Invalid };
    let source = Source::new(text.to_owned());
    let last = text.trim_end().matches('\n').count() as u32 + 1;
    let at_end =
        error.span.is_none_or(|span| span.line as u32 >= last || source.line_text(span.line as u32).is_empty());
    let bracket_or_string = UNFINISHED[..3].iter().any(|part| error.message.contains(part));
    let unfinished = UNFINISHED.iter().any(|part| error.message.contains(part));
    if bracket_or_string || unfinished && at_end { Completeness::Incomplete } else { Completeness::Invalid }
}

/// A compound statement goes on until a blank line.
fn whole(text: &str) -> Completeness {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let first = lines.next().unwrap_or("");
    let compound =
        first.trim_end().ends_with(':') || first.starts_with('@') || lines.any(|line| line.starts_with([' ', '\t']));
    let ended = text.ends_with("\n\n") || text.lines().last().is_some_and(|line| line.trim().is_empty());
    let block_open =
        text.lines().last().is_some_and(|line| line.starts_with([' ', '\t']) || line.trim_end().ends_with(':'));
    if compound && block_open && !ended { Completeness::Incomplete } else { Completeness::Complete }
}
