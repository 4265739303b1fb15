//! Cross-validation: the same program under several engines, and whether they agree.
//!
//! An engine is a compiler with the machine that runs its code: a frontend on the VM, the CPython compiler's bytecode on
//! the VM, or another interpreter. Each runs in a process of its own, with a limit on its time, so that a crash or a
//! hang is an outcome like any other. Compared are standard output, the exception that ended the program, and the exit
//! status; what runs is held against the reference, an interpreter that is right by definition.
//!
//! `engine` says how an engine is started, `observe` watches it, `compare` judges, `report` shows.

mod compare;
mod engine;
mod observe;
mod report;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use compare::{Difference, Outcome, compare};
pub use engine::{Engine, ExternalPython, Prepared, PycRoute, SourceFrontend};
pub use observe::{End, Exception, Observation, observe};
pub use report::{json, table};

/// What one engine did with one program.
#[derive(Debug)]
pub struct Run {
    pub engine: String,
    /// Nothing when the engine does not take the program.
    pub observation: Option<Observation>,
    pub outcome: Outcome,
}

/// One program under every engine.
#[derive(Debug)]
pub struct Checked {
    pub file: PathBuf,
    pub reference: String,
    /// What the reference did, and why it is no measure if it is none.
    pub expected: Result<Observation, String>,
    pub runs: Vec<Run>,
}

impl Checked {
    /// Whether no engine parted from the reference.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.runs.iter().all(|run| run.outcome.is_harmless())
    }
}

/// Runs a program under the reference and under each engine.
#[must_use]
pub fn check(file: &Path, reference: &dyn Engine, engines: &[Box<dyn Engine>], time: Duration) -> Checked {
    let expected = start(reference, file, time);
    let run = |engine: &dyn Engine| {
        let (observation, outcome) = match start(engine, file, time) {
            Err(reason) => (None, Outcome::Unsupported(reason)),
            Ok(observation) => {
                let outcome = match &expected {
                    Ok(expected) => compare(expected, &observation),
                    Err(reason) => Outcome::Unsupported(format!("nothing to compare with: {reason}")),
                };
                (Some(observation), outcome)
            }
        };
        Run { engine: engine.name(), observation, outcome }
    };
    let runs = engines.iter().map(|engine| run(&**engine)).collect();
    Checked { file: file.to_owned(), reference: reference.name(), expected, runs }
}

fn start(engine: &dyn Engine, file: &Path, time: Duration) -> Result<Observation, String> {
    let Prepared { mut command, scratch: _kept } = engine.prepare(file)?;
    observe(&mut command, time).map_err(|error| format!("cannot be started: {error}"))
}
