//! `orochi compile`: from a source to a module's file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use orochi_bytecode::{Module, VerifiedModule, binary};

use crate::arguments::Common;
use crate::failure::Failure;
use crate::frontends::{self, Wanted};
use crate::input::Input;
use crate::output;

pub fn run(common: &Common, file: &Path, to: Option<PathBuf>, optimize: u8) -> Result<ExitCode, Failure> {
    let input = Input::read(file)?;
    let module = frontends::module(common, &input, Wanted { optimize, ..Wanted::default() })?;
    let to = match to {
        Some(to) => to,
        None => beside(&input)?,
    };
    write(&module, &input, &to)
}

/// Writes a module that keeps the rules, and no other.
pub fn write(module: &Module, input: &Input, to: &Path) -> Result<ExitCode, Failure> {
    let bytes = binary::encode(module);
    VerifiedModule::verify(module.clone())
        .map_err(|error| Failure::new(format!("the module of '{}' breaks a rule: {error}", input.name)))?;
    output::write_file(to, &bytes)?;
    Ok(ExitCode::SUCCESS)
}

/// Where a module goes when nobody says so: beside its source.
pub fn beside(input: &Input) -> Result<PathBuf, Failure> {
    match &input.path {
        Some(path) => Ok(path.with_extension("orb")),
        None => Err(Failure::usage("standard input has no place to put the module beside; say where with '-o FILE'")),
    }
}
