//! Runs a Python file: the smallest program that embeds Orochi.

use std::process::ExitCode;
use std::sync::Arc;

use orochi::{ExitStatus, Options};

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: run FILE");
        return ExitCode::from(2);
    };
    let source = match std::fs::read(&file) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("run: can't open file '{file}': {error}");
            return ExitCode::from(2);
        }
    };
    let stress = std::env::var("OROCHI_GC_STRESS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let options = Options { argv: std::env::args().skip(1).collect(), stress, ..Options::default() };
    let frontend = Arc::new(orochi_cpython::CPython);
    match orochi::run(options, frontend, |interpreter| interpreter.run_source(&file, &source)) {
        Ok(ExitStatus::Code(code)) => ExitCode::from(code as u8),
        Ok(ExitStatus::Interrupted) => ExitCode::from(130),
        Err(error) => {
            eprintln!("run: {error}");
            ExitCode::FAILURE
        }
    }
}
