//! What a run found: a line a module, and the page `docs/conformance.md`.

use std::fmt::Write as _;
use std::fs;

use crate::expected::{self, Expected, KINDS};
use crate::run::{ModuleOutcome, Outcome};
use crate::suite::{LEVELS, Level};

/// A module's figures.
#[derive(Debug)]
pub struct Row {
    pub module: String,
    passed: usize,
    skipped: usize,
    crashed: usize,
    seconds: f64,
    /// Failures that the list knows, by kind of reason.
    expected: Vec<(&'static str, String, String)>,
    /// Failures that it does not know.
    unexpected: Vec<(String, String)>,
    /// Tests that it says fail, and that pass.
    passing: Vec<String>,
    /// All tests.
    tests: Vec<String>,
}

impl Row {
    /// Holds what happened against the list.
    pub fn new(module: &str, outcome: ModuleOutcome, list: &[Expected]) -> Row {
        let mut row = Row {
            module: module.to_owned(),
            passed: 0,
            skipped: 0,
            crashed: 0,
            seconds: outcome.seconds,
            expected: Vec::new(),
            unexpected: Vec::new(),
            passing: Vec::new(),
            tests: Vec::new(),
        };
        for (test, what) in outcome.tests {
            let known = list.iter().find(|entry| entry.matches(&test));
            let reason = match what {
                Outcome::Passed => {
                    row.passed += 1;
                    if known.is_some_and(|entry| !entry.is_broad()) {
                        row.passing.push(test.clone());
                    }
                    None
                }
                Outcome::Skipped => {
                    row.skipped += 1;
                    None
                }
                Outcome::Failed(reason) => Some(reason),
                Outcome::Crashed(reason) => {
                    row.crashed += 1;
                    Some(format!("crash: {reason}"))
                }
                Outcome::Timeout => Some("timeout".to_owned()),
            };
            if let Some(reason) = reason {
                match known {
                    Some(entry) => row.expected.push((entry.kind, test.clone(), entry.reason.clone())),
                    None => row.unexpected.push((test.clone(), reason)),
                }
            }
            row.tests.push(test);
        }
        row
    }

    /// Tests that ran.
    fn run(&self) -> usize {
        self.passed + self.expected.len() + self.unexpected.len()
    }

    /// Failures with a kind of reason.
    fn count(&self, kind: &str) -> usize {
        self.expected.iter().filter(|(known, ..)| *known == kind).count()
    }

    /// Whether everything went as the list says.
    pub fn is_clean(&self) -> bool {
        self.unexpected.is_empty() && self.passing.is_empty()
    }

    /// Whether a test of this module answers to an entry.
    pub fn knows(&self, entry: &Expected) -> bool {
        self.tests.iter().any(|test| entry.matches(test))
    }

    /// The module in a line, with what was not expected below it.
    pub fn line(&self, verbose: bool) -> String {
        let (failed, known) = (self.unexpected.len(), self.expected.len());
        let mut text = format!(
            "{:28} {:5} run {:5} passed {known:4} expected {failed:4} unexpected {:4} skipped {:6.1} s\n",
            self.module,
            self.run(),
            self.passed,
            self.skipped,
            self.seconds
        );
        for test in &self.passing {
            let _ = writeln!(text, "    passes, but is listed: {test}");
        }
        if verbose {
            for (kind, test, reason) in &self.expected {
                let _ = writeln!(text, "    expected: {test}: {kind}: {reason}");
            }
            for (test, reason) in &self.unexpected {
                let _ = writeln!(text, "    {test}: {}", reason.replace('\n', " "));
            }
        }
        text
    }

    /// What was not expected, as lines for the list with the kind left open.
    pub fn as_expected(&self) -> String {
        self.unexpected.iter().fold(String::new(), |mut text, (test, reason)| {
            let _ = writeln!(text, "{test} missing: {}", reason.replace('\n', " "));
            text
        })
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// The sum of all modules.
pub fn total(rows: &[Row]) -> String {
    let run: usize = rows.iter().map(Row::run).sum();
    let passed: usize = rows.iter().map(|row| row.passed).sum();
    let unexpected: usize = rows.iter().map(|row| row.unexpected.len()).sum();
    let crashed: usize = rows.iter().map(|row| row.crashed).sum();
    format!(
        "{} modules: {run} tests run, {passed} passed ({:.1}%), {unexpected} failed unexpectedly, {crashed} crashed\n",
        rows.len(),
        share(passed, run)
    )
}

/// Writes a suite's section of the page and keeps the others'.
pub fn write(level: &Level, rows: &[Row]) -> Result<(), String> {
    let path = expected::folder().join("../../docs/conformance.md");
    let at = |error: std::io::Error| format!("{}: {error}", path.display());
    let old = fs::read_to_string(&path).map_err(at)?;
    let mut text = head();
    for each in &LEVELS {
        let part = if each == level { Some(section(level, rows)) } else { find_section(&old, each).map(str::to_owned) };
        if let Some(part) = part {
            let _ = writeln!(text, "{}\n", part.trim_end());
        }
    }
    let fresh = path.with_extension("md.new");
    fs::write(&fresh, text.trim_end().to_owned() + "\n").and_then(|()| fs::rename(&fresh, &path)).map_err(at)
}

/// What stands before the tables.
fn head() -> String {
    let mut text = String::from(
        "# Conformance\n\nModules of CPython's own test suite under Orochi, whose language is 3.14. The tests run unchanged. The kinds of \
         reasons in the lists of expected failures:\n\n",
    );
    for (kind, meaning) in KINDS {
        let _ = writeln!(text, "- `{kind}`: {meaning}");
    }
    text.push('\n');
    text
}

fn heading(level: &Level) -> String {
    format!("## The suite of CPython {}\n", level.version)
}

/// A suite's section in the page, from its heading to the next.
fn find_section<'a>(page: &'a str, level: &Level) -> Option<&'a str> {
    let start = page.find(&heading(level))?;
    let rest = &page[start..];
    Some(rest[1..].find("\n## ").map_or(rest, |end| &rest[..end + 2]))
}

/// A suite's section: where it comes from and its table.
fn section(level: &Level, rows: &[Row]) -> String {
    let list = level.list;
    let mut text = heading(level);
    let _ = writeln!(
        text,
        "\n{}\n\nEvery test that fails stands with its reason in [{list}](../tests/conformance/{list}).\n",
        level.about
    );
    let kinds: Vec<&str> =
        KINDS.iter().map(|(kind, _)| *kind).filter(|kind| rows.iter().any(|row| row.count(kind) > 0)).collect();
    let columns = kinds.iter().fold(String::new(), |columns, kind| columns + kind + " | ");
    let _ = writeln!(text, "| module | run | passed | {columns}no reason yet | skipped |");
    let _ = writeln!(text, "|{}", "---|".repeat(kinds.len() + 5));
    for row in rows {
        let _ = write!(text, "| {} | {} | {} |", row.module, row.run(), row.passed);
        for kind in &kinds {
            let _ = write!(text, " {} |", row.count(kind));
        }
        let _ = writeln!(text, " {} | {} |", row.unexpected.len(), row.skipped);
    }
    let _ = writeln!(text, "\n{}\n", total(rows).trim_end());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_between_the_others() {
        let page = format!("{}{}{}", head(), section(&LEVELS[0], &[]), section(&LEVELS[1], &[]));
        for level in &LEVELS {
            assert_eq!(find_section(&page, level).map(str::trim_end), Some(section(level, &[]).trim_end()));
        }
        assert_eq!(find_section("# Conformance\n", &LEVELS[0]), None);
    }
}
