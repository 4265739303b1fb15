//! Loading libraries: the good one, and every way in which one can be bad.

#[allow(dead_code, reason = "each test program uses a part")]
mod common;

use std::fs;

use common::{Folder, brook, fixture};
use orochi_frontend::{CompileRequest, Completeness, Diagnostic, Frontend};
use orochi_host::{LoadedFrontend, PluginError};

fn load(path: &std::path::Path) -> LoadedFrontend {
    LoadedFrontend::load(path).unwrap_or_else(|error| panic!("{error}"))
}

fn load_error(path: &std::path::Path) -> PluginError {
    match LoadedFrontend::load(path) {
        Ok(_) => panic!("{} loads", path.display()),
        Err(error) => error,
    }
}

fn compile_error(frontend: &dyn Frontend, source: &[u8]) -> Diagnostic {
    let errors = frontend.compile(&CompileRequest::module("s", source)).expect_err("no module is expected");
    errors.into_iter().next().expect("an error")
}

#[test]
fn a_plugin_compiles_as_the_frontend_in_it_does() {
    let frontend = load(&brook());
    let info = frontend.info();
    assert_eq!((info.name.as_str(), info.extensions.as_slice()), ("brook", &["brook".to_owned()][..]));
    let output = frontend.compile(&CompileRequest::module("a.brook", "print 1 + 2\n")).expect("it compiles");
    assert_eq!(output.module.producer.frontend, "brook");
    assert_eq!(output.module.source_name, "a.brook");
    assert!(output.module.names.iter().any(|name| name == "print"));
    let error = compile_error(&frontend, b"print (\n");
    assert_eq!(error.kind, "SyntaxError");
    assert_eq!(error.span.map(|span| span.line), Some(1));
    assert_eq!(frontend.completeness("while 1\n"), Completeness::Incomplete);
    assert!(frontend.prelude().is_empty());
}

#[test]
fn two_plugins_are_two_plugins() {
    let (first, second) = (load(&brook()), load(&fixture("misbehaving")));
    assert_eq!(first.info().name, "brook");
    assert_eq!(second.info().name, "misbehaving");
}

#[test]
fn a_panic_is_a_diagnostic() {
    let frontend = load(&fixture("misbehaving"));
    let error = compile_error(&frontend, b"panic");
    assert_eq!(error.kind, "SystemError");
    assert!(error.message.starts_with("the frontend panicked: s is too much ("), "{}", error.message);
    assert!(error.message.contains("misbehaving.rs:"), "{}", error.message);
    let error = compile_error(&frontend, b"panic with something odd");
    assert!(error.message.contains("panicked"), "{}", error.message);
    assert_eq!(frontend.completeness("x"), Completeness::Complete);
    assert!(frontend.prelude().is_empty());
}

#[test]
fn an_answer_that_is_none_is_a_diagnostic() {
    let frontend = load(&fixture("misbehaving"));
    let error = compile_error(&frontend, b"anything");
    assert!(error.message.contains("does not verify"), "{}", error.message);
    let error = compile_error(&frontend, b"silence");
    assert!(error.message.contains("neither what was asked for nor an error"), "{}", error.message);

    let garbled = load(&fixture("garbled"));
    for (source, expected) in [
        (&b"raw "[..], "0 bytes, where a frame"),
        (b"raw \xff\xff\xff\xff", "where a frame"),
        (b"raw \x02\0\0\x00\x31\x37", "a frame whose head"),
        (b"noise", "bytes that are not a module"),
        (b"\x8eORB\r\n\x1a\n\x01\0\x63\0", "bytes that are not a module"),
        (b"\x8eORB\r\n\x1a\n\x07\0\0\0", "bytes that are not a module"),
    ] {
        let error = compile_error(&garbled, source);
        assert_eq!(error.kind, "SystemError");
        assert!(error.message.contains(expected), "{expected}: {}", error.message);
        assert!(error.message.contains("garbled"), "the path is named: {}", error.message);
    }
    assert_eq!(garbled.completeness("x"), Completeness::Complete);
    assert!(garbled.prelude().is_empty());
}

#[test]
fn what_cannot_be_loaded_says_why_in_four_lines() {
    let folder = Folder::new();
    let text = folder.write("libtext.so", &"this is text ".repeat(99));
    let empty = folder.write("libempty.so", "");
    let whole = fs::read(brook()).expect("the library");
    let cut = folder.join("libcut.so");
    fs::write(&cut, &whole[..whole.len() / 20]).expect("a file");
    let (no_plugin, abi_two, layout) = (fixture("no_plugin"), fixture("abi_two"), fixture("other_layout"));
    for (path, code, found) in [
        (&text, "not-a-library", "invalid ELF header"),
        (&empty, "not-a-library", "file too short"),
        (&cut, "not-a-library", "cut off"),
        (&folder.join("absent.so"), "not-a-library", "No such file"),
        (&no_plugin, "not-a-plugin", "without the symbol"),
        (&abi_two, "wrong-abi", "ABI version 2.0.0"),
        (&layout, "wrong-layout", "laid out otherwise"),
    ] {
        let error = load_error(path);
        let report = error.to_string();
        assert_eq!(error.code(), code, "{report}");
        assert!(report.contains(&path.display().to_string()), "{report}");
        assert!(report.contains("found:") && report.contains("expected:") && report.contains("fix:"), "{report}");
        if cfg!(target_os = "linux") {
            assert!(report.contains(found), "{report}");
        }
        assert!(report.lines().count() <= 5, "{report}");
    }
}
