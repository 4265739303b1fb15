//! `from __future__ import ...`.

use crate::ast::{Constant, Expr, ExprConstant, Mod, Place, Ranged, Stmt, StmtImportFrom};
use crate::codegen::Error;

/// The features in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features {
    /// Annotations are kept as text.
    pub annotations: bool,
    /// All of them by their names, as what is compiled from inside the program inherits them.
    pub names: Vec<String>,
    /// Where the last import of features ends that stands where it must.
    end: Place,
}

/// Features that are part of the language by now: importing them does nothing.
const SETTLED: [&str; 8] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

impl Features {
    /// Whether a statement imports features after the beginning of the program.
    pub(crate) fn is_late(&self, import: &StmtImportFrom) -> bool {
        imports_features(import) && import.start() > self.end
    }

    fn add(&mut self, name: &str) {
        self.annotations |= name == "annotations";
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }
}

/// Finds the features that a program imports at its beginning, behind the docstring.
pub(crate) fn features(program: &Mod, inherited: &[String]) -> Result<Features, Error> {
    let mut features = Features::default();
    inherited.iter().for_each(|name| features.add(name));
    let body = match program {
        Mod::Module(module) => module.body,
        Mod::Interactive(module) => module.body,
        Mod::Expression(_) | Mod::FunctionType(_) => &[],
    };
    let docstring = usize::from(matches!(
        body,
        [Stmt::Expr(stmt), ..] if matches!(stmt.value, Expr::Constant(ExprConstant { value: Constant::Str(_), .. }))
    ));
    for stmt in &body[docstring..] {
        let Stmt::ImportFrom(import) = stmt else { break };
        if !imports_features(import) {
            break;
        }
        for alias in import.names {
            match alias.name {
                "annotations" | "barry_as_FLUFL" => features.add(alias.name),
                settled if SETTLED.contains(&settled) => {}
                "braces" => return Err(Error::syntax("not a chance", alias.range)),
                name => return Err(Error::syntax(format!("future feature {name} is not defined"), alias.range)),
            }
        }
        features.end = import.end();
    }
    Ok(features)
}

fn imports_features(import: &StmtImportFrom) -> bool {
    import.module == Some("__future__") && import.level.unwrap_or(0) == 0
}
