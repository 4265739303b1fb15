//! Runs the corpus under one engine and holds the results against what is expected.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::case::Case;
use crate::engine::Engine;
use crate::expected::Expected;
use crate::process::{self, End, Output};
use crate::workspace;

/// How many programs run at a time.
const THREADS: usize = 2;

/// Runs every program that the engine takes and returns one line for each that fails, and for each entry of the list of
/// expected failures that no longer holds.
#[must_use]
pub fn run(engine: Engine, cases: &[Case], expected: &[Expected]) -> Vec<String> {
    let cases: Vec<&Case> = cases.iter().filter(|case| engine.takes(case)).collect();
    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let entry =
                        expected.iter().find(|entry| entry.program == case.name && entry.engine == engine.name());
                    let line = match (check(engine, case), entry) {
                        (Err(_), Some(_)) | (Ok(()), None) => continue,
                        (Err(failure), None) => failure,
                        (Ok(()), Some(entry)) => format!(
                            "passes, but expected-failures.txt line {} says it fails ({}): remove the line",
                            entry.line, entry.reason
                        ),
                    };
                    let line = format!("{} [{}]: {line}", case.name, engine.name());
                    problems.lock().expect("no thread panics while it holds the lock").push(line);
                }
            });
        }
    });
    let mut problems = problems.into_inner().expect("no thread panics while it holds the lock");
    problems.sort();
    problems
}

/// The entries of the list that name no program, or a program that the engine does not take.
#[must_use]
pub fn unused(cases: &[Case], expected: &[Expected]) -> Vec<String> {
    let known = |entry: &Expected| {
        let engine = Engine::ALL.into_iter().find(|engine| engine.name() == entry.engine);
        cases.iter().any(|case| case.name == entry.program && engine.is_some_and(|engine| engine.takes(case)))
    };
    let unknown = expected.iter().filter(|entry| !known(entry));
    unknown
        .map(|entry| {
            format!(
                "expected-failures.txt line {}: no program {} runs under {}",
                entry.line, entry.program, entry.engine
            )
        })
        .collect()
}

/// Runs one program and compares. An error is one line that says what differs first.
///
/// # Errors
/// The first difference between what the program did and what is expected.
pub fn check(engine: Engine, case: &Case) -> Result<(), String> {
    let limit = case.header.timeout.unwrap_or(engine.time_limit());
    let output = process::run(&mut engine.command(case), &case.header.stdin, limit);
    compare(engine, case, &output).inspect_err(|_| keep(engine, case, &output))
}

fn compare(engine: Engine, case: &Case, output: &Output) -> Result<(), String> {
    match output.end {
        End::Timeout => return Err(format!("no end after {:.0?}", output.time)),
        End::Signal => {
            return Err(format!("crashed (killed by a signal) {}", last_line(&output.stderr)));
        }
        End::NotStarted => return Err(format!("cannot be started: {}", output.stderr)),
        End::Exit(_) => {}
    }
    let expected = read(&case.expected_stdout())?;
    if let Some(difference) = first_difference(&expected, &output.stdout) {
        let mut line = format!("stdout {difference}");
        if output.end != End::Exit(case.header.exit) {
            let _ = write!(line, "; {:?}; stderr ends: {}", output.end, last_line(&output.stderr));
        }
        return Err(line);
    }
    if output.end != End::Exit(case.header.exit) {
        return Err(format!(
            "exit code {} expected, {:?} found; stderr ends: {}",
            case.header.exit,
            output.end,
            last_line(&output.stderr)
        ));
    }
    for wanted in &case.header.stderr_contains {
        if !output.stderr.contains(wanted.as_str()) {
            return Err(format!("stderr does not contain `{wanted}`; it ends: {}", last_line(&output.stderr)));
        }
    }
    if case.expected_stderr().exists() {
        let expected = read(&case.expected_stderr())?;
        let found = without_paths(&output.stderr);
        if engine.has_314_columns() {
            if let Some(difference) = first_difference(&expected, &found) {
                return Err(format!("stderr {difference}"));
            }
        } else if engine == Engine::Pyc && last_line(&expected) != last_line(&found) {
            return Err(format!("stderr ends `{}`, expected `{}`", last_line(&found), last_line(&expected)));
        }
    }
    Ok(())
}

/// The text with the corpus's own path replaced, so that a traceback is the same on every machine.
fn without_paths(text: &str) -> String {
    text.replace(&format!("{}/", workspace::cases().display()), "CASES/")
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}; OROCHI_BLESS=1 writes it", path.display()))
}

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or("(nothing)")
}

/// Where two texts part, in one line; `None` when they are the same.
fn first_difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for number in 1.. {
        let difference = match (expected.next(), found.next()) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(a), Some(b)) => {
                let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
                format!("line {number}: expected `{}`, found `{}`", excerpt(a, common), excerpt(b, common))
            }
            (Some(a), None) => {
                format!("line {number}: expected `{}`, found the end", excerpt(a, 0))
            }
            (None, Some(b)) => {
                format!("line {number}: expected the end, found `{}`", excerpt(b, 0))
            }
            (None, None) => "differs in how its lines end".to_owned(),
        };
        return Some(difference);
    }
    None
}

/// The part of a line around the first character that differs.
fn excerpt(line: &str, at: usize) -> String {
    let start = at.saturating_sub(24);
    let text: String = line.chars().skip(start).take(80).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if line.chars().count() > start + 80 { "…" } else { "" });
    format!("{before}{text}{after}")
}

/// Leaves what a failing program wrote under `target/corpus/ENGINE/`, for a look with `diff`.
fn keep(engine: Engine, case: &Case, output: &Output) {
    let path = workspace::scratch(engine.name()).join(&case.name);
    if let Some(folder) = path.parent() {
        // A failure to keep the evidence must not hide the failure itself.
        let _ = std::fs::create_dir_all(folder);
        let _ = std::fs::write(path.with_extension("out"), &output.stdout);
        let _ = std::fs::write(path.with_extension("err"), without_paths(&output.stderr));
    }
}

/// Writes the expected output of every program anew, from `python3`, or for programs whose oracle is CPython 3.14 from
/// the command in `OROCHI_PYTHON314`; returns the programs that were left as they are.
#[must_use]
pub fn bless(cases: &[Case]) -> Vec<String> {
    let python314 = std::env::var("OROCHI_PYTHON314").ok();
    let mut left = Vec::new();
    for case in cases {
        let mut command = if Engine::Python3.takes(case) {
            Engine::Python3.command(case)
        } else if let Some(python314) = &python314 {
            let mut words = python314.split_whitespace();
            let mut command = std::process::Command::new(words.next().unwrap_or("python3.14"));
            command.args(words).arg(&case.path).current_dir(Engine::Python3.folder(case));
            command
        } else {
            left.push(format!("{}: needs CPython 3.14 in OROCHI_PYTHON314", case.name));
            continue;
        };
        let output = process::run(&mut command, &case.header.stdin, Engine::Stress.time_limit());
        if output.end != End::Exit(case.header.exit) {
            left.push(format!(
                "{}: {:?}, expected exit {}: {}",
                case.name,
                output.end,
                case.header.exit,
                last_line(&output.stderr)
            ));
            continue;
        }
        std::fs::write(case.expected_stdout(), &output.stdout).expect("the corpus can be written");
        if case.expected_stderr().exists() && !Engine::Python3.takes(case) {
            std::fs::write(case.expected_stderr(), without_paths(&output.stderr)).expect("the corpus can be written");
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_in_one_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n").as_deref(), Some("line 2: expected `b`, found `c`"));
        assert_eq!(first_difference("a\nb\n", "a\n").as_deref(), Some("line 2: expected `b`, found the end"));
        assert_eq!(first_difference("a\n", "a").as_deref(), Some("differs in how its lines end"));
        let long = "x".repeat(200);
        let difference = first_difference(&format!("{long}1"), &format!("{long}2")).expect("they differ");
        assert!(difference.chars().count() < 150, "{difference}");
    }
}
