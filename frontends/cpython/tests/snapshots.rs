//! The text form of what programs compile to: `tests/snapshots/*.py` beside `*.orasm`. `BLESS=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use orochi_bytecode::{VerifiedModule, assemble, disassemble};
use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let entries = fs::read_dir(folder).expect("the folder of snapshots");
    let mut programs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    programs.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    programs.sort();
    programs
}

#[test]
fn programs_compile_to_their_snapshots() {
    let programs = programs();
    assert!(!programs.is_empty());
    for program in programs {
        let name = program.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        let source = fs::read(&program).expect("a readable program");
        let output = CPython.compile(&CompileRequest::module(name.as_str(), source)).expect("a program");
        VerifiedModule::verify(output.module.clone()).expect("what the frontend makes is valid");
        let text = disassemble(&output.module);
        assert_eq!(assemble(&text).as_ref(), Ok(&output.module), "{name}: the text form loses something");
        let golden = program.with_extension("orasm");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&golden, &text).expect("the snapshot can be written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(text == expected, "{name} compiles to something else than its snapshot; BLESS=1 accepts it:\n{text}");
    }
}

#[test]
fn the_whole_grammar_compiles_and_verifies() {
    let source = include_str!("grammar.py");
    for optimize in 0..3 {
        let mut request = CompileRequest::module("grammar.py", source);
        request.optimize = optimize;
        let output = CPython.compile(&request).expect("a program");
        VerifiedModule::verify(output.module).expect("what the frontend makes is valid");
    }
    let future =
        format!("from __future__ import annotations\n{}", source.replace("from __future__ import generator_stop", ""));
    let output = CPython.compile(&CompileRequest::module("grammar.py", future)).expect("a program");
    VerifiedModule::verify(output.module).expect("what the frontend makes is valid");
}
