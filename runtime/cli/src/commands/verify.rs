//! `orochi verify`: whether modules keep the rules of the bytecode.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use orochi_bytecode::VerifiedModule;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::frontends;
use crate::input::Input;
use crate::output;

pub fn run(files: &[PathBuf], json: bool) -> Result<ExitCode, Failure> {
    let mut results = Vec::new();
    let mut text = String::new();
    let mut fine = true;
    for file in files {
        match verify(file) {
            Ok(module) => {
                let module = module.module();
                let (codes, producer) = (module.codes.len(), &module.producer);
                text += &format!("{}: fine ({codes} code objects", file.display());
                if !producer.frontend.is_empty() {
                    text += &format!(", from {} {}", producer.frontend, producer.version);
                }
                text += ")\n";
                results.push(json!({
                    "file": file.to_string_lossy(), "ok": true, "source": module.source_name, "codes": codes,
                    "frontend": producer.frontend, "frontend_version": producer.version,
                }));
            }
            Err((rule, error)) => {
                fine = false;
                text += &format!("{}: {error}\n", file.display());
                results.push(json!({ "file": file.to_string_lossy(), "ok": false, "rule": rule, "error": error }));
            }
        }
    }
    if json {
        output::print_json(&Value::Array(results))?;
    } else {
        output::print(&text)?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify(file: &Path) -> Result<VerifiedModule, (Option<String>, String)> {
    let text = |failure: Failure| match failure {
        Failure::Message { text, .. } => (None, text),
        _ => (None, "cannot be read".to_owned()),
    };
    let input = Input::read(file).map_err(text)?;
    let module = frontends::decode(&input).map_err(text)?;
    VerifiedModule::verify(module).map_err(|error| (Some(error.rule.to_string()), error.to_string()))
}
