//! `orochi asm`: from the text form to a module's file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::compile;
use crate::failure::Failure;
use crate::frontends;
use crate::input::Input;

pub fn run(file: &Path, to: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let input = Input::read(file)?;
    let module = frontends::assemble_input(&input)?;
    let to = match to {
        Some(to) => to,
        None => compile::beside(&input)?,
    };
    compile::write(&module, &input, &to)
}
