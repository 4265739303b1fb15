//! The one list of programs that are known to fail, each with its reason: `tests/expected-failures.txt`.

/// A line of the list: `PROGRAM ENGINE REASON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub line: usize,
    pub program: String,
    pub engine: String,
    pub reason: String,
}

/// Reads the list. Empty lines and lines that begin with `#` say nothing.
///
/// # Errors
/// The first line that names no program, no engine of `engines`, or gives no reason.
pub fn parse(text: &str, engines: &[&str]) -> Result<Vec<Expected>, String> {
    let mut entries: Vec<Expected> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let line_number = index + 1;
        let mut parts = line.splitn(3, char::is_whitespace).map(str::trim);
        let (program, engine, reason) = (parts.next(), parts.next(), parts.next());
        let (Some(program), Some(engine), Some(reason)) = (program, engine, reason.filter(|reason| !reason.is_empty()))
        else {
            return Err(format!("line {line_number}: expected `PROGRAM ENGINE REASON`, found `{line}`"));
        };
        if !engines.contains(&engine) {
            return Err(format!("line {line_number}: `{engine}` is no engine; there are {}", engines.join(", ")));
        }
        if entries.iter().any(|entry| entry.program == program && entry.engine == engine) {
            return Err(format!("line {line_number}: {program} under {engine} is listed twice"));
        }
        let (program, engine, reason) = (program.to_owned(), engine.to_owned(), reason.to_owned());
        entries.push(Expected { line: line_number, program, engine, reason });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_three_parts() {
        let text = "# comment\n\nlists/sort pyc the reason here\n";
        let entries = parse(text, &["pyc"]).expect("a good list");
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (entries[0].program.as_str(), entries[0].reason.as_str(), entries[0].line),
            ("lists/sort", "the reason here", 3)
        );
    }

    #[test]
    fn a_missing_reason_a_wrong_engine_and_a_repetition_are_errors() {
        assert!(parse("lists/sort pyc\n", &["pyc"]).is_err());
        assert!(parse("lists/sort nope why\n", &["pyc"]).is_err());
        assert!(parse("a/b pyc why\na/b pyc why\n", &["pyc"]).is_err());
    }
}
