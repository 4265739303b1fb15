//! The engines that are compared.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A way to run a Python program.
#[derive(Clone, Debug)]
pub struct Engine {
    pub name: &'static str,
    /// The executable.
    pub command: PathBuf,
    /// Whether it is given CPython's bytecode instead of the source.
    pub compiled: bool,
}

impl Engine {
    /// The engines with these names, or all that are present; `before` is an older build of `orochi`, one more engine.
    ///
    /// # Errors
    /// An unknown name, an engine that was asked for and is absent, or a build of `orochi` that fails.
    pub fn select(names: &[String], orochi: Option<&Path>, before: Option<&Path>) -> Result<Vec<Engine>, String> {
        const ALL: [&str; 4] = ["source", "pyc", "python3", "pypy3"];
        if let Some(unknown) = names.iter().find(|name| !ALL.contains(&name.as_str())) {
            return Err(format!("no engine `{unknown}`; there are {}", ALL.join(", ")));
        }
        let mut engines = Vec::new();
        if let Some(before) = before {
            engines.push(Engine { name: "before", command: before.to_owned(), compiled: false });
        }
        let mut built = None;
        for name in ALL {
            let asked = names.iter().any(|asked| asked == name);
            if !names.is_empty() && !asked {
                continue;
            }
            let command = match name {
                "python3" | "pypy3" => executable(name),
                _ => {
                    if built.is_none() {
                        built = Some(orochi.map_or_else(crate::setup::build_orochi, |path| Ok(path.to_owned()))?);
                    }
                    built.clone()
                }
            };
            match command {
                Some(command) => engines.push(Engine { name, command, compiled: name == "pyc" }),
                None if asked => return Err(format!("`{name}` is not installed")),
                None => eprintln!("{name} is not installed: left out"),
            }
        }
        Ok(engines)
    }
}

/// The interpreter itself: what is first on the path may be a launcher that takes longer than the interpreter.
fn executable(name: &str) -> Option<PathBuf> {
    let output = Command::new(name).args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !path.trim().is_empty()).then(|| path.trim().into())
}
