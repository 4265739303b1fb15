//! Showing diagnostics: as `python3` shows a syntax error or a warning, with the frontend's advice below.

use std::fmt::Write;

use orochi_frontend::{Diagnostic, Severity};

/// The text for one diagnostic.
pub fn diagnostic(diagnostic: &Diagnostic, name: &str, source: &[u8]) -> String {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    // What is no UTF-8 is Latin-1, of the encodings that a frontend takes.
    let source =
        String::from_utf8(source.to_vec()).unwrap_or_else(|_| source.iter().copied().map(char::from).collect());
    let line = diagnostic
        .span
        .and_then(|span| source.lines().nth((span.line.max(0) as usize).saturating_sub(1)))
        .unwrap_or("");
    let mut text = match diagnostic.severity {
        Severity::Error => error(diagnostic, name, line),
        Severity::Warning => warning(diagnostic, name, line),
    };
    if let Some(help) = &diagnostic.help {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  help: {help}");
    }
    text
}

fn error(diagnostic: &Diagnostic, name: &str, line: &str) -> String {
    let mut text = String::new();
    if let Some(span) = diagnostic.span {
        let _ = writeln!(text, "  File \"{name}\", line {}", span.line);
        let shown = line.trim();
        if !shown.is_empty() {
            let _ = writeln!(text, "    {shown}");
            let cut = line.chars().count() - line.trim_start().chars().count();
            let start = (span.column.max(0) as usize).saturating_sub(1 + cut);
            let end_column = if span.end_line == span.line { span.end_column } else { i32::MAX };
            let end = (end_column.max(0) as usize).saturating_sub(1 + cut).min(shown.chars().count());
            if span.column > 0 {
                let carets = if span.end_line == 0 { 1 } else { end.saturating_sub(start).max(1) };
                let _ = writeln!(text, "    {}{}", " ".repeat(start.min(4096)), "^".repeat(carets));
            }
        }
    }
    let _ = writeln!(text, "{}: {}", diagnostic.kind, diagnostic.message);
    text
}

/// As Python's `warnings` module shows one.
fn warning(diagnostic: &Diagnostic, name: &str, line: &str) -> String {
    let number = diagnostic.span.map_or(1, |span| span.line);
    let mut text = format!("{name}:{number}: {}: {}\n", diagnostic.kind, diagnostic.message);
    if !line.trim().is_empty() {
        let _ = writeln!(text, "  {}", line.trim());
    }
    text
}

/// The text for several.
pub fn diagnostics(diagnostics: &[Diagnostic], name: &str, source: &[u8]) -> String {
    diagnostics.iter().map(|d| diagnostic(d, name, source)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use orochi_frontend::Span;

    #[test]
    fn carets_stand_below_what_is_meant() {
        let error = Diagnostic {
            severity: Severity::Error,
            kind: "SyntaxError".to_owned(),
            message: "invalid syntax".to_owned(),
            span: Some(Span { line: 2, column: 9, end_line: 2, end_column: 12 }),
            help: Some("write it otherwise".to_owned()),
            text: None,
            as_error: None,
        };
        let text = diagnostic(&error, "x.py", "if ü:\n    ü = é + #\n".as_bytes());
        assert_eq!(
            text,
            "  File \"x.py\", line 2\n    ü = é + #\n        ^^^\nSyntaxError: invalid syntax\n  help: write it otherwise\n"
        );
    }
}
