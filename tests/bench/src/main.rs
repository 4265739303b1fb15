//! The benchmark runner: the programs of pyperformance under several engines, interleaved in one run, with checked
//! results, ratios to `python3`, peak memory and startup.
//!
//! `README.md` beside this crate's manifest says how to read what it prints.

mod engine;
mod measure;
mod programs;
mod report;
mod setup;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use engine::Engine;
use report::{Report, Row};

/// Runs benchmark programs under orochi, python3 and pypy3 and compares them.
#[derive(Debug, Parser)]
#[command(name = "orochi-bench")]
struct Options {
    /// Only these programs, separated by commas.
    #[arg(long, value_delimiter = ',')]
    programs: Vec<String>,
    /// Only these engines, separated by commas: source, pyc, python3, pypy3.
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// How often each program is started under each engine.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Measured iterations in each start; the first one counts on its own as well.
    #[arg(long, default_value_t = 5)]
    iterations: usize,
    /// The small programs that exercise one thing each, instead of pyperformance's.
    #[arg(long)]
    micro: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Another `orochi` than a release build of this workspace.
    #[arg(long)]
    orochi: Option<PathBuf>,
    /// An older build of `orochi` as one more engine, `before`.
    #[arg(long)]
    before: Option<PathBuf>,
    /// Do not compare what the programs compute.
    #[arg(long)]
    no_check: bool,
    /// List the programs and end.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("orochi-bench: {message}");
            ExitCode::from(2)
        }
    }
}

/// Runs everything; `false` when a program failed or engines disagree on a result.
fn run(options: &Options) -> Result<bool, String> {
    let programs = programs::select(&options.programs, options.micro)?;
    if options.list {
        for program in programs {
            println!("{}", program.name);
        }
        return Ok(true);
    }
    let engines = Engine::select(&options.engines, options.orochi.as_deref(), options.before.as_deref())?;
    let places = setup::prepare(&programs, &engines)?;
    let mut report = Report::new(&engines);
    for engine in &engines {
        report.startup.push(measure::startup(engine)?);
    }
    for program in programs {
        if !options.json {
            eprintln!("{} ...", program.name);
        }
        // Engines take turns within each round, so that a slow minute of the machine falls on all of them.
        let mut rows: Vec<Row> = Vec::new();
        for _ in 0..options.rounds.max(1) {
            for (column, engine) in engines.iter().enumerate() {
                let run = measure::timed(engine, &places, program, options.iterations.max(1));
                report::merge(&mut rows, program, column, engines.len(), run);
            }
        }
        if !options.no_check {
            let results: Vec<_> = engines.iter().map(|engine| measure::results(engine, &places, program)).collect();
            report::compare_results(&mut rows, &engines, &results);
        }
        report.rows.extend(rows);
    }
    if options.json {
        println!("{:#}", report.to_json());
    } else {
        print!("{report}");
    }
    Ok(report.is_clean())
}
