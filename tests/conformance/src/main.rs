//! Conformance: runs modules of CPython's own test suite under `orochi`, holds the failures against the list of expected ones, and
//! writes the table in `docs/conformance.md`.
//!
//! `README.md` beside this crate's manifest says how to use it.

mod expected;
mod modules;
mod report;
mod run;
mod suite;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Parser;

use expected::Expected;
use report::Row;

/// Runs modules of CPython's test suite under orochi.
#[derive(Debug, Parser)]
#[command(name = "orochi-conformance")]
struct Options {
    /// Modules to run, as `test_int`; those of the table if none is named.
    modules: Vec<String>,
    /// Another `orochi` than a release build of this workspace.
    #[arg(long)]
    orochi: Option<PathBuf>,
    /// A folder that holds the package `test` of CPython's repository (its `Lib`), instead of 3.11's suite; the list of expected failures is
    /// that of the suite's version.
    #[arg(long, value_name = "DIR")]
    suite: Option<PathBuf>,
    /// How many modules run at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Seconds that a single test may take.
    #[arg(long, default_value_t = 120)]
    test_limit: u64,
    /// Seconds that a module may take.
    #[arg(long, default_value_t = 900)]
    module_limit: u64,
    /// Write the table to docs/conformance.md.
    #[arg(long)]
    write: bool,
    /// Show every failure that is not expected, with its reason.
    #[arg(long, short)]
    verbose: bool,
    /// Print failures that are not expected as lines for the list.
    #[arg(long)]
    lines: bool,
    /// Run under this interpreter instead, to see what it does with the same tests.
    #[arg(long, conflicts_with = "orochi")]
    python: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("orochi-conformance: {message}");
            ExitCode::from(2)
        }
    }
}

/// Runs the modules; `false` when something failed that is not expected, or passed that is.
fn run(options: &Options) -> Result<bool, String> {
    let suite = suite::find(options.suite.as_deref())?;
    let expected = expected::read(suite.level.list)?;
    let absolute = |path: &PathBuf| std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()));
    let engine = match (&options.python, &options.orochi) {
        (Some(python), _) => absolute(python)?,
        (None, Some(orochi)) => suite::install(&absolute(orochi)?, &suite)?,
        (None, None) => suite::install(&suite::build_orochi()?, &suite)?,
    };
    let names: Vec<&str> = if options.modules.is_empty() {
        modules::MODULES.iter().map(|name| suite.level.module(name)).collect()
    } else {
        options.modules.iter().map(String::as_str).collect()
    };
    let limits = run::Limits {
        test: Duration::from_secs(options.test_limit),
        module: Duration::from_secs(options.module_limit),
    };
    let rows: Mutex<Vec<Row>> = Mutex::default();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.clamp(1, 64) {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = run::module(&engine, &suite, name, &limits);
                    let row = Row::new(name, outcome, &expected);
                    eprint!("{}", row.line(options.verbose));
                    if options.lines {
                        print!("{}", row.as_expected());
                    }
                    rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|row| names.iter().position(|name| *name == row.module));
    let unused = unused(&expected, &rows, options.modules.is_empty());
    for entry in &unused {
        eprintln!("{}:{}: no test is called {}", suite.level.list, entry.line, entry.pattern);
    }
    eprint!("{}", report::total(&rows));
    if options.write {
        report::write(suite.level, &rows)?;
    }
    Ok(unused.is_empty() && rows.iter().all(Row::is_clean))
}

/// Entries of the list that no test of the modules that ran answers to; only a run of all modules can tell.
fn unused<'a>(expected: &'a [Expected], rows: &[Row], all: bool) -> Vec<&'a Expected> {
    if !all {
        return Vec::new();
    }
    let ran = |entry: &Expected| rows.iter().any(|row| entry.pattern.starts_with(&format!("{}.", row.module)));
    expected.iter().filter(|entry| ran(entry) && !rows.iter().any(|row| row.knows(entry))).collect()
}
