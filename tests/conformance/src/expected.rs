//! The list of tests that are known to fail, each with a reason: a list for each suite (`expected-failures*.txt`).

use std::path::{Path, PathBuf};

/// What kind of reason it is: the word before the colon.
pub const KINDS: &[(&str, &str)] = &[
    ("3.14", "3.14 differs from the 3.11 that the suite tests"),
    ("library", "tests what the embedded library, of an earlier 3.14, does not have"),
    ("refcount", "relies on objects that die with their last reference"),
    ("cpython", "tests the implementation of CPython, not the language"),
    ("host", "needs something that this machine or suite does not have"),
    ("missing", "not there yet"),
];

/// A line of the list: `TEST KIND: REASON`. A test that ends in `*` stands for all that begin so.
#[derive(Clone, Debug)]
pub struct Expected {
    pub line: usize,
    pub pattern: String,
    pub kind: &'static str,
    pub reason: String,
}

impl Expected {
    /// Whether it speaks of a test.
    pub fn matches(&self, test: &str) -> bool {
        match self.pattern.strip_suffix('*') {
            Some(start) => test.starts_with(start),
            None => test == self.pattern,
        }
    }

    /// Whether it speaks of several tests, some of which may pass.
    pub fn is_broad(&self) -> bool {
        self.pattern.ends_with('*')
    }
}

/// The folder of this crate.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads the list.
///
/// # Errors
/// The first line that is not as described.
pub fn read(list: &str) -> Result<Vec<Expected>, String> {
    let path: PathBuf = folder().join(list);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(list, &text)
}

fn parse(list: &str, text: &str) -> Result<Vec<Expected>, String> {
    let mut entries: Vec<Expected> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let line_number = index + 1;
        let bad = |what: &str| format!("{list}:{line_number}: {what}: `{line}`");
        let (pattern, rest) = line.split_once(' ').ok_or_else(|| bad("expected `TEST KIND: REASON`"))?;
        let (kind, reason) = rest.split_once(':').ok_or_else(|| bad("no kind"))?;
        let known = KINDS.iter().map(|(known, _)| *known).find(|known| *known == kind.trim());
        let kind = known.ok_or_else(|| bad("the kind is none of 3.14, library, refcount, cpython, host, missing"))?;
        if reason.trim().is_empty() {
            return Err(bad("no reason"));
        }
        if entries.iter().any(|entry| entry.pattern == pattern) {
            return Err(bad("listed twice"));
        }
        let (pattern, reason) = (pattern.to_owned(), reason.trim().to_owned());
        entries.push(Expected { line: line_number, pattern, kind, reason });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_test_a_kind_and_a_reason() {
        let entries =
            parse("list", "# words\n\ntest_int.A.test_b 3.14: the text changed\ntest_gc.B.* refcount: counts\n");
        let entries = entries.expect("a good list");
        assert!(entries[0].matches("test_int.A.test_b") && !entries[0].matches("test_int.A.test_bc"));
        assert!(entries[1].matches("test_gc.B.test_x") && entries[1].is_broad());
        assert!(parse("list", "test_int.A.test_b because\n").is_err());
        assert!(parse("list", "test_int.A.test_b bug: why\n").is_err());
        assert!(parse("list", "a 3.14: x\na 3.14: y\n").is_err());
    }
}
