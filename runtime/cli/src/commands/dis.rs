//! `orochi dis`: the text form of a source's or a file's module.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use orochi_bytecode::{VerifiedModule, disassemble};

use crate::arguments::Common;
use crate::failure::Failure;
use crate::frontends::{self, Wanted};
use crate::input::Input;
use crate::output;

pub fn run(common: &Common, file: &Path, to: Option<PathBuf>, optimize: u8) -> Result<ExitCode, Failure> {
    let input = Input::read(file)?;
    let module = frontends::module(common, &input, Wanted { optimize, ..Wanted::default() })?;
    let text = disassemble(&module);
    output::write_file(to.as_deref().unwrap_or(Path::new("-")), text.as_bytes())?;
    // A module that breaks a rule is shown all the same: whoever looks for the fault needs to see it.
    match VerifiedModule::verify(module) {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::new(format!("the module of '{}' breaks a rule: {error}", input.name))),
    }
}
