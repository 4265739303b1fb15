//! Whether a text is a whole program, for a read-eval-print loop: what CPython's `codeop` finds out.

use bumpalo::Bump;
use orochi_frontend::{CompileRequest, Completeness, Frontend, Mode};

use crate::CPython;
use crate::parser::{self, Options, Start};

pub(crate) fn completeness(text: &str) -> Completeness {
    if text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#')) {
        return Completeness::Complete;
    }
    // A block ends with an empty line.
    let text = text.strip_suffix('\n').unwrap_or(text);
    match parse(text) {
        Answer::Program => whole(text),
        Answer::Unfinished => Completeness::Incomplete,
        Answer::Wrong => match parse(&format!("{text}\n")) {
            Answer::Program | Answer::Unfinished => Completeness::Incomplete,
            Answer::Wrong => Completeness::Invalid,
        },
    }
}

enum Answer {
    Program,
    Unfinished,
    Wrong,
}

fn parse(text: &str) -> Answer {
    let arena = Bump::new();
    let options = Options { allow_incomplete: true, dont_imply_dedent: true, ..Options::new(Start::Interactive) };
    match parser::parse(text, options, &arena).program {
        Ok(_) => Answer::Program,
        Err(fault) if fault.kind == "_IncompleteInputError" => Answer::Unfinished,
        Err(_) => Answer::Wrong,
    }
}

/// What parses may still not compile.
fn whole(text: &str) -> Completeness {
    let request = CompileRequest { mode: Mode::Single, ..CompileRequest::module("<input>", text) };
    if CPython.compile(&request).is_ok() { Completeness::Complete } else { Completeness::Invalid }
}
