//! Errors of programs that are none, compared with what CPython 3.14 says: kind, message and place.
//!
//! `errors.json` holds the programs with CPython's answers: source, then kind, message, line, column, end line and end
//! column of the error or null, then the warnings.

use std::path::Path;

use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend};
use serde_json::Value;

/// What CPython or the frontend says of a program: the error with its start, or the warnings with their lines.
fn describe(error: Option<(&str, &str, i64, i64)>) -> String {
    match error {
        None => "accepted".into(),
        Some((kind, message, line, column)) => format!("{kind}: {message} ({line}:{column})"),
    }
}

fn answer(source: &str) -> String {
    match CPython.compile(&CompileRequest::module("<s>", source)) {
        Ok(output) => {
            let warnings = output
                .warnings
                .iter()
                .map(|warning| format!(", warns {} ({})", warning.message, warning.span.map_or(0, |span| span.line)));
            describe(None) + &warnings.collect::<String>()
        }
        Err(errors) => {
            let error = &errors[0];
            let (line, column) = error.span.map_or((0, 0), |span| (span.line, span.column));
            describe(Some((&error.kind, &error.message, line.into(), column.into())))
        }
    }
}

#[test]
fn errors_are_cpythons() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let cases = std::fs::read_to_string(folder.join("errors.json")).expect("the cases");
    let cases: Vec<(String, Option<Vec<Value>>, Value)> = serde_json::from_str(&cases).expect("well-formed cases");
    let mut report = String::new();
    for (source, expected, warnings) in &cases {
        let accepted = expected.is_none();
        let mut expected = describe(expected.as_ref().map(|error| {
            let number = |at: usize| error[at].as_i64().unwrap_or(0);
            (error[0].as_str().unwrap_or(""), error[1].as_str().unwrap_or(""), number(2), number(3))
        }));
        if accepted {
            for warning in warnings.as_array().into_iter().flatten() {
                let (message, line) = (warning[0].as_str().unwrap_or(""), warning[1].as_u64().unwrap_or(0));
                expected += &format!(", warns {message} ({line})");
            }
        }
        let found = answer(source);
        if found != expected {
            report += &format!("{source:?}\n  expected {expected}\n  found    {found}\n");
        }
    }
    assert!(report.is_empty(), "differ from CPython:\n{report}");
}
