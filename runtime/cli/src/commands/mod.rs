//! The subcommands, one a file.

mod asm;
mod compile;
mod crosscheck;
mod dis;
mod frontends;
mod plugin;
mod verify;

use std::process::ExitCode;

use crate::arguments::{Command, Common};
use crate::failure::Failure;

/// Runs a subcommand.
pub fn dispatch(command: Command, common: &Common) -> Result<ExitCode, Failure> {
    match command {
        Command::Run { .. } => Err(Failure::usage("'run' wants a file")),
        Command::Compile { file, output, optimize } => compile::run(common, &file, output, optimize),
        Command::Dis { file, registers, output, optimize } => dis::run(common, &file, output, optimize, registers),
        Command::Asm { file, output } => asm::run(&file, output),
        Command::Verify { files, json } => verify::run(&files, json),
        Command::Frontends { command, json } => frontends::run(common, command, json),
        Command::Plugin { command, json } => plugin::run(common, command, json),
        Command::Crosscheck { files, against, timeout, json } => {
            crosscheck::run(common, &files, &against, timeout, json)
        }
        Command::PluginWorker { call, library, memory } => {
            orochi_host::isolate::work(&call, &library, memory).map_err(|error| Failure::new(error.to_string()))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
