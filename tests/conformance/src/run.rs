//! Runs one module: the driver in a process of its own, started again without a test that ended it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::suite::Suite;

/// How often the driver is started again before a module is given up.
const RESTARTS: usize = 40;

/// How long things may take.
#[derive(Debug)]
pub struct Limits {
    pub test: Duration,
    pub module: Duration,
}

/// What happened to a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Skipped,
    /// With the exception's last line.
    Failed(String),
    /// It ended the process.
    Crashed(String),
    /// It did not end.
    Timeout,
}

/// A module's tests in the order in which they ran.
#[derive(Debug, Default)]
pub struct ModuleOutcome {
    pub tests: Vec<(String, Outcome)>,
    pub seconds: f64,
}

/// A line that the driver writes.
#[derive(Deserialize)]
struct Event {
    event: String,
    #[serde(default)]
    test: String,
    #[serde(default)]
    reason: String,
}

/// Runs a module of the suite.
pub fn module(engine: &Path, suite: &Suite, name: &str, limits: &Limits) -> ModuleOutcome {
    let start = Instant::now();
    let mut outcome = ModuleOutcome::default();
    let mut left_out: Vec<String> = Vec::new();
    for _ in 0..RESTARTS {
        let end = once(engine, suite, name, limits, &left_out, start, &mut outcome);
        match end {
            End::Whole => break,
            End::Broken(test, what) => {
                outcome.tests.push((test.clone(), what));
                // Those that ran before it need not run again.
                left_out = outcome.tests.iter().map(|(test, _)| test.clone()).collect();
                if test == name || start.elapsed() > limits.module {
                    break;
                }
            }
        }
    }
    outcome.seconds = start.elapsed().as_secs_f64();
    outcome
}

/// How a run of the driver ended.
enum End {
    Whole,
    /// The test that ran last, or the module's name if none did.
    Broken(String, Outcome),
}

fn once(
    engine: &Path,
    suite: &Suite,
    name: &str,
    limits: &Limits,
    left_out: &[String],
    start: Instant,
    outcome: &mut ModuleOutcome,
) -> End {
    let folder = std::env::temp_dir().join(format!("orochi-conformance-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let failed = |what: String| End::Broken(name.to_owned(), Outcome::Crashed(what));
    if let Err(error) = fs::create_dir_all(folder.join("cwd")) {
        return failed(format!("{}: {error}", folder.display()));
    }
    let (results, errors) = (folder.join("results"), folder.join("stderr"));
    let stderr = fs::File::create(&errors).map_or_else(|_| Stdio::null(), Stdio::from);
    let spawned = Command::new(engine)
        .arg(crate::expected::folder().join("driver.py"))
        .arg(&suite.folder)
        .arg(suite.level.version)
        .arg(name)
        .arg(&results)
        .args(left_out)
        .current_dir(folder.join("cwd"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return failed(format!("{}: {error}", engine.display())),
    };
    let (mut size, mut moved) = (0, Instant::now());
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) => {}
            Err(_) => break None,
        }
        let now = fs::metadata(&results).map_or(0, |file| file.len());
        if now != size {
            (size, moved) = (now, Instant::now());
        }
        if moved.elapsed() > limits.test || start.elapsed() > limits.module {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let text = fs::read_to_string(&results).unwrap_or_default();
    let (mut running, mut whole) = (name.to_owned(), false);
    for event in text.lines().filter_map(|line| serde_json::from_str::<Event>(line).ok()) {
        let what = match event.event.as_str() {
            "start" => {
                running = event.test;
                continue;
            }
            "end" => {
                whole = true;
                continue;
            }
            "passed" => Outcome::Passed,
            "skipped" => Outcome::Skipped,
            _ => Outcome::Failed(event.reason),
        };
        // A test that fails and whose clean-up fails too is told of twice.
        if outcome.tests.iter().all(|(test, _)| *test != event.test) {
            outcome.tests.push((event.test, what));
        }
    }
    let said = fs::read_to_string(&errors).unwrap_or_default();
    let _ = fs::remove_dir_all(&folder);
    if whole {
        return End::Whole;
    }
    if outcome.tests.iter().any(|(test, _)| *test == running) {
        name.clone_into(&mut running);
    }
    let last = said.lines().last().unwrap_or_default().to_owned();
    match status {
        None => End::Broken(running, Outcome::Timeout),
        Some(status) => End::Broken(running, Outcome::Crashed(format!("{status}: {last}"))),
    }
}
