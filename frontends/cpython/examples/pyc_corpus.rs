//! Translates every `.pyc` file below the given paths, verifies the modules, and says what came of it:
//! `cargo run --example pyc_corpus -- FOLDER...`. Exits with 1 when a file fails.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use orochi_bytecode::VerifiedModule;

fn main() -> ExitCode {
    let mut files = Vec::new();
    for argument in std::env::args_os().skip(1) {
        collect(Path::new(&argument), &mut files);
    }
    files.sort();
    let start = Instant::now();
    let (mut failed, mut bytes, mut codes, mut body) = (0, 0, 0, 0);
    for path in &files {
        let Ok(content) = std::fs::read(path) else {
            println!("{}: cannot be read", path.display());
            failed += 1;
            continue;
        };
        bytes += content.len();
        match orochi_cpython::pyc::translate(&content) {
            Ok(module) => {
                codes += module.codes.len();
                body += module.codes.iter().map(|code| code.body.len()).sum::<usize>();
                if let Err(error) = VerifiedModule::verify(module) {
                    println!("{}: {error}", path.display());
                    failed += 1;
                }
            }
            Err(error) => {
                println!("{}: {error}", path.display());
                failed += 1;
            }
        }
    }
    println!(
        "{} files, {bytes} bytes: {codes} code objects with {body} bytes of body, {failed} failures, {:.2?}",
        files.len(),
        start.elapsed()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Finds the files below a path, without following symbolic links.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() && !path.is_symlink() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "pyc") {
        files.push(path.to_owned());
    }
}
