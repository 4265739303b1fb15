//! The facade that a Rust program depends on to run Python: a virtual machine with the standard library and the frontends that it
//! is given.
//!
//! ```ignore
//! let outcome = orochi::run(orochi::Options::default(), frontend, |interpreter| interpreter.run_source("<string>", b"print(1)"));
//! ```

mod compiler;
mod interpreter;

pub use interpreter::{ExitStatus, Interpreter, Options, run};
