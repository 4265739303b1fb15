//! `orochi dis`: the text form of a source's or a file's module, or the register code of it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use orochi::Builder;
use orochi_bytecode::{VerifiedModule, disassemble};

use crate::arguments::Common;
use crate::failure::Failure;
use crate::frontends::{self, Chooser, Wanted};
use crate::input::Input;
use crate::output;

pub fn run(
    common: &Common,
    file: &Path,
    to: Option<PathBuf>,
    optimize: u8,
    registers: bool,
) -> Result<ExitCode, Failure> {
    let input = Input::read(file)?;
    let module = frontends::module(common, &input, Wanted { optimize, ..Wanted::default() })?;
    if registers {
        let chooser = Chooser::new(Arc::new(frontends::catalog(common, &input.folder())?), common.clone());
        let text = Builder::new(chooser)
            .run(|interpreter| interpreter.register_code(module))
            .map_err(|error| Failure::new(format!("cannot start the virtual machine: {error}")))?
            .map_err(|error| Failure::new(format!("cannot lower the module of '{}': {error}", input.name)))?;
        output::write_file(to.as_deref().unwrap_or(Path::new("-")), text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = disassemble(&module);
    output::write_file(to.as_deref().unwrap_or(Path::new("-")), text.as_bytes())?;
    // A module that breaks a rule is shown all the same: whoever looks for the fault needs to see it.
    match VerifiedModule::verify(module) {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::new(format!("the module of '{}' breaks a rule: {error}", input.name))),
    }
}
