//! The symbol table: which scope every name of a program belongs to, by CPython's rules.
//!
//! [`build`] walks the syntax tree once and records, for every block (module, class, function, comprehension, type
//! parameter list, annotation), how each name is used in it; [`analyze`] then settles for every block whether a name
//! is local, a cell, free or global. Code generation only reads the result. Errors carry CPython's wording.

mod analyze;
mod build;
mod names;
mod scope;

pub use names::{Sym, mangle};
pub use scope::{Binding, Comprehension, Role, Scope, ScopeId, ScopeKind, SymbolTable};

use ruff_python_ast::Mod;
use ruff_text_size::TextRange;

/// An error of scoping, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolError {
    pub kind: &'static str,
    pub message: String,
    pub range: TextRange,
}

impl SymbolError {
    pub(crate) fn syntax(message: impl Into<String>, range: TextRange) -> SymbolError {
        SymbolError { kind: "SyntaxError", message: message.into(), range }
    }
}

/// Builds and analyses the symbol table of a program.
///
/// # Errors
/// The first violation of the scoping rules.
pub fn symbol_table(program: &Mod, future_annotations: bool) -> Result<SymbolTable, SymbolError> {
    let mut table = build::build(program, future_annotations)?;
    analyze::analyze(&mut table)?;
    Ok(table)
}
