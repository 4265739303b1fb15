//! Judging: what one engine did against what the reference did.

use crate::observe::{End, Exception, Observation};

/// How an engine stands to the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Agree,
    Diverge(Difference),
    /// The engine itself failed: a signal, or a panic.
    Crash(String),
    Timeout,
    /// The engine, or the reference, does not take the program.
    Unsupported(String),
}

/// The first thing in which two runs differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, and where.
    pub place: String,
    pub expected: String,
    pub found: String,
}

impl Outcome {
    /// One word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Diverge(_) => "diverge",
            Self::Crash(_) => "crash",
            Self::Timeout => "timeout",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// Whether it is no cause for concern.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Agree | Self::Unsupported(_))
    }
}

/// Holds a run against the reference's.
#[must_use]
pub fn compare(expected: &Observation, found: &Observation) -> Outcome {
    if let Some(crash) = crash(found).filter(|_| expected.end != found.end) {
        return Outcome::Crash(crash);
    }
    if expected.end == End::TimedOut {
        return Outcome::Unsupported("the reference did not end in time".to_owned());
    }
    if found.end == End::TimedOut {
        return Outcome::Timeout;
    }
    let refused = |o: &Observation| o.exception.as_ref().is_some_and(|e| e.at_compile_time);
    if refused(expected) && !refused(found) {
        return Outcome::Unsupported(
            "the reference's compiler refuses it: another version of the language?".to_owned(),
        );
    }
    match first_difference(expected, found) {
        Some(difference) => Outcome::Diverge(difference),
        None => Outcome::Agree,
    }
}

/// The engine's own failure, which no program should be able to cause.
fn crash(found: &Observation) -> Option<String> {
    if let End::Signal(signal) = found.end {
        return Some(format!("ended by signal {signal}"));
    }
    let stderr = String::from_utf8_lossy(&found.stderr);
    let panic = stderr.lines().position(|line| line.starts_with("thread '") && line.contains("panicked at"))?;
    let lines: Vec<&str> = stderr.lines().skip(panic).take(2).collect();
    Some(lines.join(" "))
}

/// Output first: what is printed before two runs part tells most.
fn first_difference(expected: &Observation, found: &Observation) -> Option<Difference> {
    let output = output_difference(&expected.stdout, &found.stdout);
    output.or_else(|| exception_difference(expected.exception.as_ref(), found.exception.as_ref())).or_else(|| {
        (expected.end != found.end).then(|| Difference {
            place: "exit status".to_owned(),
            expected: show_end(expected.end),
            found: show_end(found.end),
        })
    })
}

fn output_difference(expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let (mut ours, mut theirs) = (found.split(|b| *b == b'\n'), expected.split(|b| *b == b'\n'));
    let mut number = 0;
    loop {
        number += 1;
        let (found, expected) = (ours.next(), theirs.next());
        if found != expected || (found.is_none() && expected.is_none()) {
            let place = format!("output, line {number}");
            return Some(Difference { place, expected: show_line(expected), found: show_line(found) });
        }
    }
}

fn exception_difference(expected: Option<&Exception>, found: Option<&Exception>) -> Option<Difference> {
    let show = |e: Option<&Exception>| match e {
        Some(e) if e.message.is_empty() => e.kind.clone(),
        Some(e) => format!("{}: {}", e.kind, e.message),
        None => "no exception".to_owned(),
    };
    let same = match (expected, found) {
        (Some(a), Some(b)) => a.kind == b.kind && a.message == b.message,
        (None, None) => true,
        _ => false,
    };
    (!same).then(|| Difference { place: "exception".to_owned(), expected: show(expected), found: show(found) })
}

fn show_line(line: Option<&[u8]>) -> String {
    match line {
        Some(line) => {
            let text = String::from_utf8_lossy(line);
            let short: String = text.chars().take(200).collect();
            if short.len() < text.len() { format!("{short}...") } else { short }
        }
        None => "the end of the output".to_owned(),
    }
}

/// An end in words.
pub fn show_end(end: End) -> String {
    match end {
        End::Status(status) => status.to_string(),
        End::Signal(signal) => format!("signal {signal}"),
        End::TimedOut => "out of time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn run(stdout: &str, stderr: &str, end: End) -> Observation {
        let exception = stderr.split_once(": ").map(|(kind, message)| Exception {
            kind: kind.to_owned(),
            message: message.to_owned(),
            at_compile_time: kind == "SyntaxError",
        });
        Observation { stdout: stdout.into(), stderr: stderr.into(), end, exception, time: Duration::ZERO }
    }

    fn place(outcome: &Outcome) -> (&str, &str, &str) {
        match outcome {
            Outcome::Diverge(d) => (&d.place, &d.expected, &d.found),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_difference_is_named() {
        let right = run("a\nb\n", "", End::Status(0));
        assert_eq!(compare(&right, &right), Outcome::Agree);
        let outcome = compare(&right, &run("a\nc\n", "", End::Status(0)));
        assert_eq!(place(&outcome), ("output, line 2", "b", "c"));
        let outcome = compare(&right, &run("a\nb", "", End::Status(0)));
        assert_eq!(place(&outcome), ("output, line 3", "", "the end of the output"));
        let outcome = compare(&right, &run("a\nb\n", "KeyError: 1", End::Status(1)));
        assert_eq!(place(&outcome), ("exception", "no exception", "KeyError: 1"));
        let outcome = compare(&right, &run("a\nb\n", "", End::Status(4)));
        assert_eq!(place(&outcome), ("exit status", "0", "4"));
        let raised = run("", "KeyError: 1", End::Status(1));
        let outcome = compare(&raised, &run("", "KeyError: 2", End::Status(1)));
        assert_eq!(place(&outcome), ("exception", "KeyError: 1", "KeyError: 2"));
    }

    #[test]
    fn a_failure_of_the_engine_is_told_apart() {
        let right = run("a\n", "", End::Status(0));
        assert_eq!(compare(&right, &run("a\n", "", End::Signal(11))).word(), "crash");
        let panic = run("a\n", "thread 'main' (1) panicked at x.rs:1:1:\nindex out of bounds", End::Status(101));
        assert_eq!(compare(&right, &panic).word(), "crash");
        assert_eq!(compare(&right, &run("", "", End::TimedOut)), Outcome::Timeout);
        let refused = run("", "SyntaxError: invalid syntax", End::Status(1));
        assert_eq!(compare(&refused, &right).word(), "unsupported");
        assert_eq!(compare(&refused, &refused), Outcome::Agree);
        assert_eq!(compare(&right, &refused).word(), "diverge");
    }
}
