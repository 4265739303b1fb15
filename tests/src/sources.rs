//! The source files of the workspace, for the checks that read them as text.

use std::path::{Path, PathBuf};

/// A line of Rust that is neither a comment nor test code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub number: usize,
    /// The line as it stands in the file.
    pub text: &'a str,
    /// The line up to its first `//`.
    pub code: &'a str,
}

/// Every file below `folder` with one of the extensions, sorted; nothing from build folders and hidden folders.
#[must_use]
pub fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    visit(folder, extensions, &mut found);
    found.sort();
    found
}

fn visit(folder: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') && name != "__pycache__" {
                visit(&path, extensions, found);
            }
        } else if path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| extensions.contains(&extension))
        {
            found.push(path);
        }
    }
}

/// The lines of a Rust file that are code outside tests: comments are dropped, and so is everything inside a
/// `#[cfg(test)]` item.
#[must_use]
pub fn code_lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut test_item = TestItem::Outside;
    for (index, text) in text.lines().enumerate() {
        let code = text.split("//").next().unwrap_or_default().trim_end();
        if test_item.swallows(code) || code.trim().is_empty() {
            continue;
        }
        lines.push(Line { number: index + 1, text, code });
    }
    lines
}

/// Where we are with respect to an item under `#[cfg(test)]`. Braces are counted, which is enough for formatted code:
/// the item ends on the line that closes what it opened.
enum TestItem {
    Outside,
    /// The attribute was seen, the item's first brace or semicolon not yet.
    Announced,
    Inside(i64),
}

impl TestItem {
    /// Takes the next line; says whether it belongs to a test.
    fn swallows(&mut self, code: &str) -> bool {
        let balance = code.matches('{').count() as i64 - code.matches('}').count() as i64;
        let depth = match *self {
            TestItem::Outside if code.trim().starts_with("#[cfg(test)]") => {
                *self = TestItem::Announced;
                return true;
            }
            TestItem::Outside => return false,
            TestItem::Announced if !code.contains('{') => {
                if code.trim_end().ends_with(';') {
                    *self = TestItem::Outside;
                }
                return true;
            }
            TestItem::Announced => balance,
            TestItem::Inside(depth) => depth + balance,
        };
        *self = if depth <= 0 { TestItem::Outside } else { TestItem::Inside(depth) };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_comments_are_left_out() {
        let text = "//! doc\nfn a() {} // why\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n#[cfg(test)]\nuse x;\nfn d() {}\n";
        let code: Vec<&str> = code_lines(text).iter().map(|line| line.code).collect();
        assert_eq!(code, ["fn a() {}", "fn c() {}", "fn d() {}"]);
    }
}
