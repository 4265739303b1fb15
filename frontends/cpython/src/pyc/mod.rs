//! The second compiler: `.pyc` files that a real CPython made, translated to the common bytecode.
//!
//! CPython itself compiles; here its result is read (`header`, `marshal`, `tables`), with the opcode table of its version
//! (`opcodes`, `opcodes311`, `opcodes314`), and turned into a module (`translate`). The files are untrusted: whatever the bytes, the
//! answer is a module or a [`PycError`], in time and memory in proportion to the size of the file.
//!
//! In files of 3.11, what the source frontend does differently shows as CPython 3.11 differs from 3.14: annotations are
//! evaluated at once, comprehensions are functions, docstrings keep their indentation.

use orochi_bytecode::Module;
use orochi_frontend::{CompileOutput, Diagnostic};

mod error;
pub mod header;
pub mod marshal;
pub mod opcodes;
pub mod opcodes311;
pub mod opcodes314;
pub mod tables;
mod translate;

pub use error::{Problem, PycError, TranslateError};
pub use header::is_pyc;

/// Translates a `.pyc` file.
///
/// # Errors
/// When it is not a whole `.pyc` file of a supported version.
pub fn translate(bytes: &[u8]) -> Result<Module, PycError> {
    let header = header::read(bytes)?;
    let (objects, root) = marshal::read(bytes, header::HEADER_LENGTH)?;
    Ok(translate::translate(&objects, root, header.version, bytes.len())?)
}

/// Translates a `.pyc` file for a host.
///
/// # Errors
/// The errors of [`translate`], as a diagnostic of the kind that CPython raises.
pub fn compile(bytes: &[u8]) -> Result<CompileOutput, Vec<Diagnostic>> {
    match translate(bytes) {
        Ok(module) => Ok(CompileOutput { module, warnings: Vec::new() }),
        Err(error) => {
            let kind = match &error {
                PycError::Header(_) => "ImportError",
                PycError::Marshal(error) if error.is_truncation() => "EOFError",
                PycError::Marshal(_) | PycError::Translate(_) => "ValueError",
            };
            let help = "compile the source again with `python3 -m py_compile`, or give the source itself".to_owned();
            Err(vec![Diagnostic { help: Some(help), ..Diagnostic::error(kind, error.to_string()) }])
        }
    }
}
