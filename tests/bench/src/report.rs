//! Gathers the figures and prints them: ratios to `python3`, geometric means, memory, startup; or all of it as JSON.

use std::fmt;

use serde_json::{Value, json};

use crate::engine::Engine;
use crate::measure::{Run, Startup};
use crate::programs::Program;

/// Everything that was measured.
#[derive(Debug)]
pub struct Report {
    engines: Vec<&'static str>,
    pub startup: Vec<Startup>,
    pub rows: Vec<Row>,
}

/// One benchmark under every engine.
#[derive(Debug)]
pub struct Row {
    program: &'static str,
    name: String,
    cells: Vec<Cell>,
}

/// One benchmark under one engine, over all rounds.
#[derive(Clone, Debug, Default)]
struct Cell {
    first: Option<f64>,
    best: Option<f64>,
    memory: u64,
    problem: Option<String>,
}

/// Adds one start of a program to the rows of that program.
pub fn merge(rows: &mut Vec<Row>, program: &Program, column: usize, columns: usize, run: Result<Run, String>) {
    let row = |rows: &mut Vec<Row>, name: &str| {
        let known = rows.iter().position(|row| row.name == name);
        known.unwrap_or_else(|| {
            rows.push(Row { program: program.name, name: name.to_owned(), cells: vec![Cell::default(); columns] });
            rows.len() - 1
        })
    };
    match run {
        Ok(run) => {
            for (name, times) in run.times {
                let at = row(rows, &name);
                let cell = &mut rows[at].cells[column];
                let least = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).min_by(f64::total_cmp);
                cell.first = least(cell.first, times.first().copied());
                cell.best = least(cell.best, times.into_iter().min_by(f64::total_cmp));
                cell.memory = cell.memory.max(run.memory);
            }
        }
        Err(problem) => {
            // A program that fails before it names its benchmarks has one row under its own name.
            if rows.is_empty() {
                row(rows, program.name);
            }
            for row in rows {
                row.cells[column].problem = Some(problem.clone());
            }
        }
    }
}

/// Marks every engine whose results are not those of the reference: `python3` where it is there, else the first.
pub fn compare_results(rows: &mut [Row], engines: &[Engine], results: &[Result<String, String>]) {
    let reference = engines.iter().position(|engine| engine.name == "python3").unwrap_or(0);
    let Some(Ok(expected)) = results.get(reference) else { return };
    for (column, result) in results.iter().enumerate() {
        let problem = match result {
            Ok(found) if found == expected => continue,
            Ok(found) => {
                let differing = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
                let (found, expected) = differing.unwrap_or(("another number of lines", ""));
                format!("wrong result: `{found}` instead of `{expected}`")
            }
            Err(problem) => problem.clone(),
        };
        for row in &mut *rows {
            row.cells[column].problem.get_or_insert_with(|| problem.clone());
        }
    }
}

impl Report {
    #[must_use]
    pub fn new(engines: &[Engine]) -> Report {
        Report { engines: engines.iter().map(|engine| engine.name).collect(), startup: Vec::new(), rows: Vec::new() }
    }

    /// Whether every program ran to its end under every engine, with the same results.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.rows.iter().all(|row| row.cells.iter().all(|cell| cell.problem.is_none()))
    }

    fn reference(&self) -> usize {
        self.engines.iter().position(|name| *name == "python3").unwrap_or(0)
    }

    /// How many times as fast as the reference, by one of the two figures.
    fn ratio(&self, row: &Row, column: usize, figure: impl Fn(&Cell) -> Option<f64>) -> Option<f64> {
        let cell = &row.cells[column];
        if cell.problem.is_some() {
            return None;
        }
        Some(figure(&row.cells[self.reference()])? / figure(cell)?)
    }

    /// The geometric mean of the ratios over programs; the benchmarks within a program count as one.
    fn mean(&self, column: usize, figure: impl Fn(&Cell) -> Option<f64> + Copy) -> Option<f64> {
        let mut logs: Vec<(&str, Vec<f64>)> = Vec::new();
        for row in &self.rows {
            let Some(ratio) = self.ratio(row, column, figure) else { continue };
            match logs.iter_mut().find(|(program, _)| *program == row.program) {
                Some((_, ratios)) => ratios.push(ratio.ln()),
                None => logs.push((row.program, vec![ratio.ln()])),
            }
        }
        let average = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let of_programs: Vec<f64> = logs.iter().map(|(_, ratios)| average(ratios)).collect();
        (!of_programs.is_empty()).then(|| average(&of_programs).exp())
    }

    /// The figures as JSON, times in seconds and memory in bytes.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let by_engine = |value: &dyn Fn(usize) -> Value| -> Value {
            let pairs = self.engines.iter().enumerate().map(|(column, name)| ((*name).to_owned(), value(column)));
            Value::Object(pairs.collect())
        };
        let rows = self.rows.iter().map(|row| {
            let cell = |column: usize| {
                let cell = &row.cells[column];
                json!({"first": cell.first, "best": cell.best, "memory": cell.memory, "problem": cell.problem})
            };
            json!({"program": row.program, "benchmark": row.name, "engines": by_engine(&cell)})
        });
        json!({
            "reference": self.engines[self.reference()],
            "startup": by_engine(&|column| json!({"seconds": self.startup[column].seconds, "memory": self.startup[column].memory})),
            "mean_first": by_engine(&|column| json!(self.mean(column, |cell| cell.first))),
            "mean_best": by_engine(&|column| json!(self.mean(column, |cell| cell.best))),
            "benchmarks": rows.collect::<Vec<_>>(),
        })
    }
}

const MEGABYTE: f64 = 1024.0 * 1024.0;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = self.engines[self.reference()];
        writeln!(f, "times as fast as {reference}: first iteration, best iteration; peak memory in MB")?;
        write!(f, "{:26}{:>12}", "", format!("{reference} ms"))?;
        for name in &self.engines {
            write!(f, "{name:>24}")?;
        }
        writeln!(f)?;
        for row in &self.rows {
            let milliseconds = row.cells[self.reference()].best.map(|seconds| format!("{:.1}", seconds * 1e3));
            write!(f, "{:26}{:>12}", row.name, milliseconds.unwrap_or_else(|| "-".to_owned()))?;
            for column in 0..self.engines.len() {
                write!(f, "{:>24}", self.cell(row, column))?;
            }
            writeln!(f)?;
        }
        write!(f, "{:38}", "geometric mean of programs")?;
        for column in 0..self.engines.len() {
            let means = self.mean(column, |cell| cell.first).zip(self.mean(column, |cell| cell.best));
            write!(
                f,
                "{:>24}",
                means.map_or("-".to_owned(), |(first, best)| format!("{first:.2}x {best:.2}x       "))
            )?;
        }
        write!(f, "\n{:38}", "startup (-c pass)")?;
        for startup in &self.startup {
            write!(f, "{:>24}", format!("{:.1} ms {:6.1}", startup.seconds * 1e3, startup.memory as f64 / MEGABYTE))?;
        }
        writeln!(f)?;
        for row in &self.rows {
            for (cell, engine) in row.cells.iter().zip(&self.engines) {
                if let Some(problem) = &cell.problem {
                    writeln!(f, "{} under {engine}: {problem}", row.name)?;
                }
            }
        }
        Ok(())
    }
}

impl Report {
    fn cell(&self, row: &Row, column: usize) -> String {
        let cell = &row.cells[column];
        match &cell.problem {
            Some(problem) if problem.starts_with("wrong result") => "WRONG".to_owned(),
            Some(_) => "failed".to_owned(),
            None => {
                let show = |ratio: Option<f64>| ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}x"));
                let first = show(self.ratio(row, column, |cell| cell.first));
                let best = show(self.ratio(row, column, |cell| cell.best));
                format!("{first} {best} {:6.1}", cell.memory as f64 / MEGABYTE)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(name: &'static str) -> Engine {
        Engine { name, command: name.into(), compiled: false }
    }

    fn run(name: &str, times: &[f64]) -> Result<Run, String> {
        Ok(Run { times: vec![(name.to_owned(), times.to_vec())], memory: 1 << 20 })
    }

    #[test]
    fn ratios_are_of_the_least_times_over_all_rounds() {
        let engines = [engine("source"), engine("python3")];
        let program = crate::programs::select(&["float".to_owned()], false).expect("a program")[0];
        let mut report = Report::new(&engines);
        let mut rows = Vec::new();
        merge(&mut rows, program, 0, 2, run("float", &[2.0, 1.0]));
        merge(&mut rows, program, 0, 2, run("float", &[3.0, 0.5]));
        merge(&mut rows, program, 1, 2, run("float", &[4.0, 2.0]));
        report.rows = rows;
        assert_eq!(report.mean(0, |cell| cell.first).map(|mean| mean.round()), Some(2.0));
        assert_eq!(report.mean(0, |cell| cell.best).map(|mean| mean.round()), Some(4.0));
        assert!(report.is_clean());
    }

    #[test]
    fn a_wrong_result_and_a_failure_spoil_the_run() {
        let engines = [engine("source"), engine("python3")];
        let program = crate::programs::select(&["float".to_owned()], false).expect("a program")[0];
        let mut rows = Vec::new();
        merge(&mut rows, program, 0, 2, run("float", &[1.0]));
        merge(&mut rows, program, 1, 2, run("float", &[1.0]));
        compare_results(&mut rows, &engines, &[Ok("@result 1".into()), Ok("@result 2".into())]);
        let mut report = Report::new(&engines);
        report.rows = rows;
        assert!(!report.is_clean());
        assert!(report.cell(&report.rows[0], 0) == "WRONG" && report.mean(0, |cell| cell.best).is_none());
        let mut rows = Vec::new();
        merge(&mut rows, program, 0, 2, Err("exit status: 1".into()));
        assert_eq!(rows.len(), 1, "a program that failed still has its row");
    }
}
