//! Running programs.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use orochi_bytecode::VerifiedModule;

use crate::arguments::{self, Program, What};
use crate::failure::Failure;
use crate::frontends::{self, Wanted};
use crate::input::Input;
use crate::output;

/// Runs the program that the command line names.
pub fn run(program: &Program) -> Result<ExitCode, Failure> {
    let input = match &program.what {
        What::File(path) => Input::read(path)?,
        What::Code(code) => Input::code(code),
        What::Stdin => Input::read_stdin()?,
        What::Nothing if io::stdin().is_terminal() => {
            output::print(&arguments::help())?;
            return Ok(ExitCode::SUCCESS);
        }
        What::Nothing => Input::read_stdin()?,
        What::Module(name) => return Err(Failure::new(format!("cannot run the module {name:?} yet"))),
    };
    let wanted = Wanted { optimize: program.options.optimize, ..Wanted::default() };
    let module = frontends::module(&program.common, &input, wanted)?;
    let module = VerifiedModule::verify(module)
        .map_err(|error| Failure::new(format!("the module of '{}' breaks a rule: {error}", input.name)))?;
    run_module(&module, program)
}

fn run_module(_module: &VerifiedModule, _program: &Program) -> Result<ExitCode, Failure> {
    Err(Failure::new("this build cannot run programs yet"))
}
