//! The symbol table: which scope every name of a program belongs to, by CPython's rules.
//!
//! [`build`] walks the syntax tree once and records, for every block (module, class, function, comprehension, type
//! parameter list, annotation), how each name is used in it; [`analyze`] then settles for every block whether a name
//! is local, a cell, free or global. Code generation only reads the result. Errors carry CPython's wording.

mod analyze;
mod build;
mod names;
mod report;
mod scope;

pub(crate) use report::report;

pub use names::{Sym, mangle};
pub use scope::{Binding, Comprehension, Role, Scope, ScopeId, ScopeKind, SymbolTable};

use crate::ast::Mod;
use crate::codegen::Error;
use crate::future::Features;

/// Builds and analyses the symbol table of a program.
///
/// # Errors
/// The first violation of the scoping rules.
pub fn symbol_table(program: &Mod, features: &Features) -> Result<SymbolTable, Error> {
    let mut table = build::build(program, features)?;
    analyze::analyze(&mut table)?;
    Ok(table)
}
