//! One program of the corpus: its header, its files, and how they are found.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::workspace;

/// A program and what is expected of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its path below the corpus without the extension: `lists/sort`.
    pub name: String,
    pub path: PathBuf,
    pub header: Header,
}

/// What the comment lines at the top of a program say. `tests/README.md` describes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub exit: i32,
    pub stderr_contains: Vec<String>,
    /// The program is Python 3.14's own: older compilers do not take it, or give it another meaning.
    pub needs_314: bool,
    /// The expected output is CPython 3.14's, and differs from that of older versions.
    pub oracle_314: bool,
    /// Files and folders beside the program that it imports.
    pub with: Vec<String>,
    pub args: Vec<String>,
    pub stdin: String,
    pub timeout: Option<Duration>,
    /// Whether it runs in an empty folder of its own.
    pub own_folder: bool,
    /// Under heap stress, a collection at every nth allocation instead of at every one.
    pub stress: Option<u32>,
}

/// A line of a header that says nothing known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderError {
    pub line: usize,
    pub message: String,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl Header {
    /// Reads the comment lines at the top of a program. A line `# key: value` with a known key is a directive, other
    /// lines are prose; a key that looks like a mistyped directive is an error.
    ///
    /// # Errors
    /// A value that does not fit its key, or a key that begins like a directive but is none.
    pub fn parse(text: &str) -> Result<Header, HeaderError> {
        let mut header = Header::default();
        for (index, line) in text.lines().enumerate().take_while(|(_, line)| line.starts_with('#')) {
            let Some((key, value)) = line[1..].trim().split_once(':') else {
                continue;
            };
            let value = value.trim();
            let fail = |message: String| HeaderError { line: index + 1, message };
            match key {
                "expect-exit" => {
                    header.exit = value.parse().map_err(|_| fail(format!("`{value}` is no exit code (0 to 255)")))?;
                }
                "expect-stderr-contains" => header.stderr_contains.push(value.to_owned()),
                "python" if value == "3.14" => header.needs_314 = true,
                "oracle" if value == "3.14" => header.oracle_314 = true,
                "python" | "oracle" => {
                    return Err(fail(format!("`{key}: {value}`: the only version to ask for is 3.14")));
                }
                "with" => header.with.extend(value.split_whitespace().map(str::to_owned)),
                "args" => header.args.extend(value.split_whitespace().map(str::to_owned)),
                "stdin" => header.stdin.push_str(&format!("{value}\n")),
                "folder" if value == "empty" => header.own_folder = true,
                "folder" => return Err(fail(format!("`folder: {value}`: the only folder to ask for is `empty`"))),
                "timeout" => {
                    let seconds = value.parse().map_err(|_| fail(format!("`{value}` is no number of seconds")))?;
                    header.timeout = Some(Duration::from_secs(seconds));
                }
                "stress" => {
                    let every = value.parse().ok().filter(|every| *every > 0);
                    header.stress = Some(every.ok_or_else(|| fail(format!("`{value}` is no number of allocations")))?);
                }
                _ if key.starts_with("expect") || key.starts_with("engine") => {
                    return Err(fail(format!("`{key}` is no directive; tests/README.md lists them")));
                }
                _ => {}
            }
        }
        Ok(header)
    }
}

impl Case {
    /// The file that holds what the program prints.
    #[must_use]
    pub fn expected_stdout(&self) -> PathBuf {
        self.path.with_extension("out")
    }

    /// The file that holds what the program writes to standard error, where that is checked to the letter.
    #[must_use]
    pub fn expected_stderr(&self) -> PathBuf {
        self.path.with_extension("err")
    }
}

/// Every program of the corpus, sorted by name; only those whose name contains `OROCHI_CASE`, if that is set.
///
/// Files and folders whose name begins with `_` belong to the programs that name them in `# with:`.
///
/// # Panics
/// A header that cannot be read: the message names the file and the line.
#[must_use]
pub fn all() -> Vec<Case> {
    let wanted = std::env::var("OROCHI_CASE").unwrap_or_default();
    let mut cases = Vec::new();
    collect(&workspace::cases(), "", &mut cases);
    cases.retain(|case| case.name.contains(&wanted));
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn collect(folder: &Path, prefix: &str, cases: &mut Vec<Case>) {
    for entry in std::fs::read_dir(folder).expect("the corpus can be read").flatten() {
        let path = entry.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        if stem.starts_with('_') {
            continue;
        }
        let name = format!("{prefix}{stem}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), cases);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            let text = std::fs::read_to_string(&path).expect("a program is UTF-8 text");
            let header = Header::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            cases.push(Case { name, path, header });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_and_prose_are_told_apart() {
        let text = "# A title: with a colon.\n# expect-exit: 7\n# with: _a _b.py\n# oracle: 3.14\nprint(1)\n# expect-exit: 9\n";
        let header = Header::parse(text).expect("a good header");
        assert_eq!((header.exit, header.oracle_314, header.needs_314), (7, true, false));
        assert_eq!(header.with, ["_a", "_b.py"]);
    }

    #[test]
    fn a_mistyped_directive_is_an_error() {
        let error = Header::parse("# fine\n# expect-exist: 1\n").expect_err("a typing error");
        assert_eq!(error.line, 2);
        assert!(error.message.contains("expect-exist"), "{error}");
        assert!(Header::parse("# expect-exit: many\n").is_err());
        assert!(Header::parse("# python: 3.99\n").is_err());
    }
}
