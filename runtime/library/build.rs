//! Compiles the pure-Python standard library into one image: for each module its bytecode as it is and its source, compressed, with a
//! table of where they are.
//!
//! The sources are those of the crate `rustpython-pylib` (CPython 3.14's `Lib`) and the few in `python/`, which are ours: the importer
//! of the library, and what is about bytecode.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use orochi_bytecode::VerifiedModule;
use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend};

/// Parts that nothing here can run: they need Tk, or bring archives for another installer.
const LEFT_OUT: &[&str] = &["_opcode_metadata.py", "ensurepip", "idlelib", "tkinter", "turtle.py", "turtledemo"];

/// Where the crate changed CPython's text for its own virtual machine: file, what it says, what it says here.
const MENDED: &[(&str, &str, &str)] = &[
    ("site.py", "return 'RustPython' # XXX: RUSTPYTHON; for site-packages", "return 'Orochi'"),
    ("site.py", "/lib/rustpython{version[0]}", "/lib/orochi{version[0]}"),
    ("sysconfig/__init__.py", "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages", "return 'Orochi'"),
];

type Failure = Box<dyn std::error::Error>;

/// A source file: its path below the library's folder, and its text.
struct Source {
    path: String,
    text: Vec<u8>,
}

fn main() -> Result<(), Failure> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=python");
    let mut sources = Vec::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut sources)?;
    let mut own = Vec::new();
    collect(Path::new("python"), "", &mut own)?;
    // Ours take the place of CPython's: its `dis` is about its own bytecode.
    sources.retain(|source| own.iter().all(|ours| ours.path != source.path));
    sources.append(&mut own);
    for (path, from, to) in MENDED {
        mend(&mut sources, path, from, to)?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let (table, image) = build(&sources)?;
    fs::write(out.join("table.rs"), table)?;
    fs::write(out.join("image.bin"), image)?;
    Ok(())
}

/// All Python files below a folder.
fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if LEFT_OUT.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), sources)?;
        } else if name.ends_with(".py") {
            sources.push(Source { path, text: fs::read(entry.path())? });
        }
    }
    Ok(())
}

fn mend(sources: &mut [Source], path: &str, from: &str, to: &str) -> Result<(), Failure> {
    let source = sources.iter_mut().find(|source| source.path == path).ok_or(format!("the library has no {path}"))?;
    let text = std::str::from_utf8(&source.text)?;
    if !text.contains(from) {
        return Err(format!("{path} does not say `{from}`").into());
    }
    source.text = text.replace(from, to).into_bytes();
    Ok(())
}

/// The table of modules as Rust source, sorted by name, and the image.
fn build(sources: &[Source]) -> Result<(String, Vec<u8>), Failure> {
    let mut image = Vec::new();
    let mut rows = Vec::new();
    for source in sources {
        let request = CompileRequest::module(source.path.as_str(), source.text.as_slice());
        // A file that is no program (a template, a test of decoders) is left to who reads it as data.
        let Ok(output) = CPython.compile(&request) else {
            println!("cargo:warning={} does not compile", source.path);
            continue;
        };
        let stem = source.path.trim_end_matches(".py").replace('/', ".");
        let (name, package) = match stem.strip_suffix("__init__") {
            Some(package) => (package.trim_end_matches('.').to_owned(), true),
            None => (stem, false),
        };
        let bytes = orochi_bytecode::binary::encode(&output.module);
        // Who reads the image relies on that.
        VerifiedModule::verify(output.module).map_err(|error| format!("{}: {error}", source.path))?;
        let code = append(&mut image, &bytes);
        let packed = append(&mut image, &miniz_oxide::deflate::compress_to_vec(&source.text, 6));
        rows.push((name, package, code, packed, source.text.len()));
    }
    rows.sort();
    let mut table = String::from("static TABLE: &[Module] = &[\n");
    for (name, package, code, source, length) in rows {
        writeln!(
            table,
            "    Module {{ name: {name:?}, package: {package}, code: {code:?}, source: {source:?}, length: {length} }},"
        )?;
    }
    table.push_str("];\n");
    Ok((table, image))
}

/// Adds bytes to the image; where they are.
fn append(image: &mut Vec<u8>, bytes: &[u8]) -> (usize, usize) {
    let start = image.len();
    image.extend_from_slice(bytes);
    (start, image.len())
}
