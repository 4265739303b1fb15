//! `orochi crosscheck`: whether engines agree on programs.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use orochi_crosscheck::{Checked, Engine, ExternalPython, PycRoute, SourceFrontend};
use orochi_host::Catalog;

use crate::arguments::Common;
use crate::failure::Failure;
use crate::input::Input;
use crate::{frontends, output};

pub fn run(common: &Common, files: &[PathBuf], against: &str, timeout: f64, json: bool) -> Result<ExitCode, Failure> {
    let time = Duration::try_from_secs_f64(timeout)
        .map_err(|_| Failure::usage(format!("--timeout {timeout}: a number of seconds was expected")))?;
    let reference = ExternalPython { program: against.to_owned() };
    reference.version().map_err(|error| Failure::usage(format!("--against {against}: {error}")))?;
    let program = env::current_exe().map_err(|error| Failure::new(format!("cannot find this program: {error}")))?;
    let catalog = frontends::catalog(common, Path::new("."))?;
    let mut checked = Vec::new();
    for file in files {
        // A file that is not there is one error, not one for each engine.
        Input::read(file)?;
        let engines = engines(common, &catalog, &program, against, file)?;
        checked.push(orochi_crosscheck::check(file, &reference, &engines, time));
    }
    if json {
        output::print_json(&orochi_crosscheck::json(&checked))?;
    } else {
        output::print(&orochi_crosscheck::table(&checked))?;
    }
    Ok(if checked.iter().all(Checked::agrees) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The engines for a file: each frontend that takes its extension, or the one that was asked for, and the bytecode of
/// the reference's own compiler.
fn engines(
    common: &Common,
    catalog: &Catalog,
    program: &Path,
    python: &str,
    file: &Path,
) -> Result<Vec<Box<dyn Engine>>, Failure> {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or("");
    let chosen: Vec<String> = match &common.frontend {
        Some(name) => vec![catalog.entries()[catalog.find(name, "asked for by --frontend")?].info.name.clone()],
        None => catalog
            .usable()
            .filter(|(_, entry)| entry.info.extensions.iter().any(|e| e == extension))
            .map(|(_, entry)| entry.info.name.clone())
            .collect(),
    };
    let mut arguments: Vec<OsString> = Vec::new();
    for plugin in &common.plugins {
        arguments.extend(["--plugin".into(), plugin.into()]);
    }
    if common.isolate {
        arguments.push("--isolate".into());
    }
    let mut engines: Vec<Box<dyn Engine>> = Vec::new();
    for frontend in chosen {
        let (program, arguments) = (program.to_owned(), arguments.clone());
        engines.push(Box::new(SourceFrontend { program, frontend, arguments }));
    }
    engines.push(Box::new(PycRoute { program: program.to_owned(), python: python.to_owned() }));
    Ok(engines)
}
