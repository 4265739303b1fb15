//! Showing what came out: a table to read, JSON for scripts.

use std::fmt::Write;

use serde_json::{Value, json as value};

use crate::compare::{Outcome, show_end};
use crate::observe::Observation;
use crate::{Checked, Run};

/// A table with a line for each file and engine, and what differs below it.
#[must_use]
pub fn table(checked: &[Checked]) -> String {
    let mut rows = vec![["FILE", "ENGINE", "OUTCOME", "SECONDS"].map(str::to_owned)];
    let mut notes = Vec::new();
    for check in checked {
        let file = check.file.display().to_string();
        let (word, time) = match &check.expected {
            Ok(seen) => ("reference", seconds(Some(seen))),
            Err(_) => ("unsupported", seconds(None)),
        };
        rows.push([file.clone(), check.reference.clone(), word.to_owned(), time]);
        notes.push(check.expected.as_ref().err().map(|reason| format!("    {reason}\n")).unwrap_or_default());
        for run in &check.runs {
            let time = seconds(run.observation.as_ref());
            rows.push([file.clone(), run.engine.clone(), run.outcome.word().to_owned(), time]);
            notes.push(note(run, &check.reference));
        }
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for (index, [file, engine, outcome, time]) in rows.iter().enumerate() {
        let [a, b, c] = widths;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{file:<a$}  {engine:<b$}  {outcome:<c$}  {time:>7}");
        if index > 0 {
            text += &notes[index - 1];
        }
    }
    let runs = || checked.iter().flat_map(|check| &check.runs);
    let count = |word: &str| runs().filter(|run| run.outcome.word() == word).count();
    let counts: Vec<String> = ["agree", "diverge", "crash", "timeout", "unsupported"]
        .iter()
        .filter(|word| count(word) > 0)
        .map(|word| format!("{} {word}", count(word)))
        .collect();
    let _ = writeln!(text, "{} files, {} runs: {}", checked.len(), runs().count(), counts.join(", "));
    text
}

fn seconds(observation: Option<&Observation>) -> String {
    observation.map_or_else(|| "-".to_owned(), |seen| format!("{:.3}", seen.time.as_secs_f64()))
}

fn note(run: &Run, reference: &str) -> String {
    match &run.outcome {
        Outcome::Agree | Outcome::Timeout => String::new(),
        Outcome::Crash(what) | Outcome::Unsupported(what) => format!("    {}\n", what.replace('\n', "\n    ")),
        Outcome::Diverge(d) => {
            let width = reference.chars().count().max(run.engine.chars().count());
            let indent = |text: &str| text.replace('\n', &format!("\n      {:width$}  ", ""));
            format!(
                "    {}\n      {reference:<width$}  {}\n      {:<width$}  {}\n",
                d.place,
                indent(&d.expected),
                run.engine,
                indent(&d.found)
            )
        }
    }
}

/// The same for scripts.
#[must_use]
pub fn json(checked: &[Checked]) -> Value {
    checked
        .iter()
        .map(|check| {
            value!({
                "file": check.file.to_string_lossy(),
                "agrees": check.agrees(),
                "reference": {
                    "engine": check.reference,
                    "observation": check.expected.as_ref().ok().map(observation),
                    "problem": check.expected.as_ref().err(),
                },
                "runs": check.runs.iter().map(run).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn run(run: &Run) -> Value {
    let (detail, difference) = match &run.outcome {
        Outcome::Crash(what) | Outcome::Unsupported(what) => (Some(what), None),
        Outcome::Diverge(d) => (None, Some(value!({ "place": d.place, "expected": d.expected, "found": d.found }))),
        Outcome::Agree | Outcome::Timeout => (None, None),
    };
    value!({
        "engine": run.engine,
        "outcome": run.outcome.word(),
        "detail": detail,
        "difference": difference,
        "observation": run.observation.as_ref().map(observation),
    })
}

fn observation(seen: &Observation) -> Value {
    value!({
        "stdout": String::from_utf8_lossy(&seen.stdout),
        "stderr": String::from_utf8_lossy(&seen.stderr),
        "end": show_end(seen.end),
        "exception": seen.exception.as_ref().map(|e| value!({ "type": e.kind, "message": e.message })),
        "seconds": seen.time.as_secs_f64(),
    })
}
