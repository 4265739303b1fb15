//! The `orochi` command as its users see it: what it prints, what it leaves, how it ends.

#[path = "../../../plugins/host/tests/common/mod.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod common;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{fs, thread};

use common::{Folder, brook, fixture};

/// A folder of its own as home, data folder and working directory.
struct Session(Folder);

impl Session {
    fn new() -> Self {
        Self(Folder::new())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orochi"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("XDG_DATA_HOME", self.0.join("data")).env_remove("OROCHI_PLUGIN_PATH");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("orochi can be run")
    }

    /// Runs, expects success, gives standard output.
    fn fine(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs, expects a status, gives standard error.
    fn fails(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).expect("text")
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}

const SQUARES: &str = "def f(n):\n    return [i * i for i in range(n)]\nprint(f(4))\n";

#[test]
fn a_source_goes_to_a_module_to_text_and_back() {
    let session = Session::new();
    session.0.write("squares.py", SQUARES);
    session.fine(&["compile", "squares.py", "-o", "a.orb"]);
    session.fine(&["compile", "squares.py"]);
    let whole = fs::read(session.0.join("a.orb")).expect("a module");
    assert_eq!(fs::read(session.0.join("squares.orb")).expect("a module"), whole);
    assert!(session.fine(&["verify", "a.orb"]).starts_with("a.orb: fine (2 code objects, from cpython "));

    let listing = session.fine(&["dis", "a.orb"]);
    assert_eq!(session.fine(&["dis", "squares.py"]), listing);
    session.0.write("b.orasm", &listing);
    session.fine(&["asm", "b.orasm", "-o", "b.orb"]);
    assert_eq!(fs::read(session.0.join("b.orb")).expect("a module"), whole);
    let left: Vec<_> = fs::read_dir(session.0.path()).expect("the folder").collect();
    assert_eq!(left.len(), 5, "no temporary file is left: {left:?}");

    for cut in [0, 7, 11, whole.len() / 2, whole.len() - 1] {
        fs::write(session.0.join("cut.orb"), &whole[..cut]).expect("a file");
        let error = session.fails(&["dis", "cut.orb"], 1);
        assert!(error.contains("'cut.orb'") && error.contains("expected:"), "{error}");
        let answer = session.json(&["verify", "a.orb", "cut.orb", "--json"]);
        assert_eq!((&answer[0]["ok"], &answer[1]["ok"]), (&true.into(), &false.into()));
    }
    session.0.write("bad.orasm", &listing.replace("return", "retrun"));
    let error = session.fails(&["asm", "bad.orasm"], 1);
    assert!(error.contains("bad.orasm:") && error.contains("retrun"), "{error}");
    assert!(!session.0.join("bad.orb").exists());
}

#[test]
fn what_is_wrong_with_a_source_is_shown_as_python_shows_it() {
    let session = Session::new();
    session.0.write("bad.py", "x = 1\nif x:\n    return 1\n");
    let error = session.fails(&["compile", "bad.py"], 1);
    assert!(error.starts_with("  File \"bad.py\", line 3\n    return 1\n    ^"), "{error}");
    assert!(error.ends_with("SyntaxError: 'return' outside function\n"), "{error}");
    session.0.write("warn.py", "assert (1, 'x')\n");
    let output = session.run(&["dis", "warn.py"]);
    assert!(output.status.success());
    let warning = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warning.starts_with("warn.py:1: SyntaxWarning: "), "{warning}");
}

#[test]
fn a_file_that_is_not_there_is_told_as_python_tells_it() {
    let session = Session::new();
    session.0.write("squares.py", SQUARES);
    let error = session.fails(&["sqaures.py"], 2);
    let path = session.0.join("sqaures.py");
    let expected = format!("orochi: can't open file '{}': [Errno 2] No such file or directory", path.display());
    assert!(error.starts_with(&expected) && error.contains("did you mean 'squares.py'?"), "{error}");
    assert!(session.fails(&["vrify"], 2).contains("did you mean the command 'orochi verify'?"));
    assert!(session.fails(&["compile", "."], 2).contains("[Errno 21] Is a directory"));
    assert!(session.fails(&["--frontned", "x", "y.py"], 2).contains("--frontend"));
    assert!(session.fails(&["--frontend", "cpyhton", "squares.py"], 1).contains("did you mean 'cpython'?"));
    assert!(session.fails(&["--option", "x=1", "squares.py"], 2).contains("has no option 'x'"));
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let session = Session::new();
    session.0.write("long.py", &"x = [1, 2, 3]\n".repeat(20_000));
    let mut command = session.command(&["dis", "long.py"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orochi can be run");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

#[test]
fn standard_input_is_a_source_too() {
    let session = Session::new();
    let mut command = session.command(&["dis", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("orochi can be run");
    let mut stdin = child.stdin.take().expect("a pipe");
    thread::spawn(move || stdin.write_all(b"x = 1\n"));
    let output = child.wait_with_output().expect("it ends");
    assert!(String::from_utf8_lossy(&output.stdout).contains(".source \"<stdin>\""), "{output:?}");
}

#[test]
fn plugins_are_added_listed_verified_and_removed() {
    let session = Session::new();
    let library = session.0.library(&brook());
    session.0.write("a.brook", "print 1\n");
    assert!(session.fine(&["plugin", "verify"]).contains("no plugin has been added"));
    // The default frontend does not take the file's language, and nobody else is there.
    let error = session.fails(&["dis", "a.brook"], 1);
    assert!(error.contains("SyntaxError") && error.contains("no frontend takes '.brook' files"), "{error}");
    assert!(session.fine(&["--plugin", text(&library), "dis", "a.brook"]).contains(".producer \"brook\""));

    let added = session.json(&["plugin", "add", text(&library), "--json"]);
    assert_eq!(added["added"], "brook");
    assert!(session.fine(&["dis", "a.brook"]).contains(".producer \"brook\""));
    let listed = session.json(&["frontends", "--json"]);
    assert_eq!(listed["frontends"][0]["name"], "brook");
    assert_eq!(listed["frontends"][1]["origin"], "built in");
    assert!(session.fine(&["frontends", "info", "brook"]).contains("added by the user"));
    assert!(session.fine(&["plugin", "verify", "brook"]).contains("fine"));
    assert!(session.fine(&["--isolate", "dis", "a.brook"]).contains(".producer \"brook\""));

    let mut bytes = fs::read(&library).expect("the library");
    bytes.push(0);
    fs::write(&library, bytes).expect("a file");
    let error = session.fails(&["dis", "a.brook"], 1);
    assert!(error.contains("has changed since it was added") && error.contains("fix:"), "{error}");
    assert!(session.fine(&["frontends"]).contains("(unusable: changed)"));
    let verified = session.run(&["plugin", "verify", "--json"]);
    assert_eq!(verified.status.code(), Some(1));
    session.fine(&["plugin", "add", text(&library)]);
    session.fine(&["dis", "a.brook"]);

    assert!(session.fails(&["plugin", "rm", "broook"], 1).contains("did you mean 'brook'?"));
    session.fine(&["plugin", "rm", "brook"]);
    assert!(session.fails(&["--frontend", "brook", "dis", "a.brook"], 1).contains("no frontend is called 'brook'"));
}

#[test]
fn a_manifest_is_written_for_a_library() {
    let session = Session::new();
    let library = session.0.library(&brook());
    session.fine(&["plugin", "manifest", text(&library)]);
    let manifest = fs::read_to_string(session.0.join("brook.orochi-plugin.toml")).expect("a manifest");
    assert!(manifest.contains("id = \"brook\"") && manifest.contains("sha256 = "), "{manifest}");
    session.0.write("a.brook", "print 1\n");
    assert!(session.fine(&["--plugin", ".", "dis", "a.brook"]).contains(".producer \"brook\""));
    let printed = session.fine(&["plugin", "manifest", text(&library), "-o", "-"]);
    assert_eq!(printed, manifest);
}

#[test]
fn a_frontend_that_fails_in_isolation_is_a_diagnostic() {
    let session = Session::new();
    let library = fixture("misbehaving");
    for (source, limits, expected) in [
        ("panic", &[][..], "the frontend panicked: x.trouble is too much"),
        ("abort", &[], "SIGABRT"),
        ("exit", &[], "0 bytes, where a frame"),
        ("overflow", &[], "overflowed its stack"),
        ("hang", &["--isolate-time", "1"], "no answer to 'compile' within 1 seconds"),
        ("memory", &["--isolate-memory", "512"], "512 MB"),
        ("nonsense", &[], "does not verify"),
    ] {
        session.0.write("x.trouble", source);
        let arguments = [&["--isolate", "--plugin", text(&library)], limits, &["dis", "x.trouble"]].concat();
        let error = session.fails(&arguments, 1);
        assert!(error.starts_with("SystemError: ") && error.contains(expected), "{source}: {error}");
    }
    // A library that cannot even be loaded.
    let error = session.fails(&["--isolate", "--plugin", text(&fixture("abi_two")), "dis", "x.trouble"], 1);
    assert!(error.contains("ABI version 2.0.0"), "{error}");
}

#[test]
fn a_frontend_from_a_library_makes_the_same_module_as_the_one_that_is_built_in() {
    let session = Session::new();
    session.0.write("squares.py", SQUARES);
    let library = common::plugin("orochi-plugin-cpython", "orochi_plugin_cpython");
    let listed = session.json(&["--plugin", text(&library), "frontends", "--json"]);
    assert_eq!(listed["frontends"][0]["origin"], "--plugin");
    assert_eq!(listed["frontends"][1]["shadowed_by"], "--plugin");
    assert_eq!(session.fine(&["--plugin", text(&library), "dis", "squares.py"]), session.fine(&["dis", "squares.py"]));
}
