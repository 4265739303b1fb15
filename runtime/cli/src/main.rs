//! The `orochi` command.
//!
//! `arguments` reads the command line, `commands` has one file a subcommand, `run` runs programs. Nothing is looked
//! up, loaded or made before it is needed: a start takes a few milliseconds, and that is felt.

mod arguments;
mod commands;
mod failure;
mod flags;
mod frontends;
mod input;
mod output;
mod report;
mod run;

use std::process::ExitCode;

use arguments::Invocation;

/// Where memory ends, programs get a MemoryError.
#[global_allocator]
static ALLOCATOR: orochi::ReservingAllocator = orochi::ReservingAllocator::new();

fn main() -> ExitCode {
    orochi::use_one_arena();
    let result = match arguments::parse(std::env::args_os().collect()) {
        Ok(Invocation::Program(program)) => run::run(&program),
        Ok(Invocation::Command(command, common)) => commands::dispatch(command, &common),
        Err(failure) => Err(failure),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
