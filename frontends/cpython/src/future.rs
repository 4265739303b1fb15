//! `from __future__ import ...`.

use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_text_size::TextRange;

use crate::codegen::Error;

/// The features in force that change compilation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Features {
    /// Annotations are kept as text.
    pub annotations: bool,
}

/// Features that are accepted; all but `annotations` are part of the language by now.
const KNOWN: [&str; 9] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
    "annotations",
];

/// Finds the features that a program imports, which must stand first in it.
pub(crate) fn features(program: &Mod, inherited: &[String]) -> Result<Features, Error> {
    let mut features = Features { annotations: inherited.iter().any(|name| name == "annotations") };
    let Mod::Module(module) = program else { return Ok(features) };
    let mut may_follow = true;
    for (at, stmt) in module.body.iter().enumerate() {
        match stmt {
            Stmt::ImportFrom(import)
                if import.level == 0 && import.module.as_ref().is_some_and(|name| name.id.as_str() == "__future__") =>
            {
                if !may_follow {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return Err(Error::syntax(message, import.range));
                }
                for alias in &import.names {
                    check(alias.name.id.as_str(), alias.range)?;
                    features.annotations |= alias.name.id.as_str() == "annotations";
                }
            }
            Stmt::Expr(stmt) if at == 0 && matches!(&*stmt.value, Expr::StringLiteral(_)) => {}
            _ => may_follow = false,
        }
    }
    Ok(features)
}

fn check(name: &str, range: TextRange) -> Result<(), Error> {
    if KNOWN.contains(&name) || name == "barry_as_FLUFL" {
        return Ok(());
    }
    let message = match name {
        "braces" => "not a chance".to_owned(),
        _ => format!("future feature {name} is not defined"),
    };
    Err(Error::syntax(message, range))
}
