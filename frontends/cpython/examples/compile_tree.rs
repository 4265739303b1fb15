//! Compiles and verifies every `.py` file under some folders and reports failures and speed: a check by hand on large bodies of code.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use orochi_bytecode::VerifiedModule;
use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend};

fn main() {
    let mut files = Vec::new();
    for root in std::env::args().skip(1) {
        collect(Path::new(&root), &mut files);
    }
    files.sort();
    let (mut bytes, mut failed, mut spent) = (0, 0, Duration::ZERO);
    for file in &files {
        let Ok(source) = std::fs::read(file) else { continue };
        bytes += source.len();
        let request = CompileRequest::module(file.display().to_string(), source);
        let start = Instant::now();
        let result = CPython.compile(&request);
        spent += start.elapsed();
        match result {
            Ok(output) => {
                if let Err(error) = VerifiedModule::verify(output.module) {
                    failed += 1;
                    println!("{}: not verified: {error}", file.display());
                }
            }
            Err(errors) => {
                failed += 1;
                for error in errors {
                    let line = error.span.map_or(0, |span| span.line);
                    println!("{}:{line}: {}: {}", file.display(), error.kind, error.message);
                }
            }
        }
    }
    let megabytes = bytes as f64 / 1e6;
    println!("{} files, {megabytes:.1} MB, {failed} failed, {:.1} MB/s", files.len(), megabytes / spent.as_secs_f64());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else { return };
        entries.flatten().for_each(|entry| collect(&entry.path(), files));
    } else if path.extension().is_some_and(|extension| extension == "py") {
        files.push(path.to_owned());
    }
}
