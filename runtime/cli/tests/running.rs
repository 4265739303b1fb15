//! Running programs with the `orochi` command: what they find, and how the process ends.

#[path = "../../../plugins/host/tests/common/mod.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use common::{Folder, brook};

fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orochi"));
    command.args(arguments).current_dir(folder.path()).stdin(Stdio::null());
    command.env("XDG_DATA_HOME", folder.join("data")).env_remove("OROCHI_PLUGIN_PATH").env_remove("PYTHONPATH");
    command
}

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("orochi can be run")
}

/// Standard output, standard error, status.
fn seen(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn a_program_finds_its_arguments_and_its_modules() {
    let folder = Folder::new();
    folder.write("sub/helper.py", "value = 3\n");
    folder.write("sub/main.py", "import sys, helper\nprint(sys.argv, helper.value, __name__)\n");
    let (out, err, status) = seen(&run(&folder, &["sub/main.py", "-c", "--frontend", "x"]));
    assert_eq!((out.as_str(), status), ("['sub/main.py', '-c', '--frontend', 'x'] 3 __main__\n", Some(0)), "{err}");
    let (out, ..) = seen(&run(&folder, &["-c", "import sys; print(sys.argv, sys.path[0] == '')", "a"]));
    assert_eq!(out, "['-c', 'a'] True\n");
    run(&folder, &["compile", "sub/main.py", "-o", "sub/run"]);
    let (out, err, _) = seen(&run(&folder, &["run", "sub/run"]));
    assert_eq!(out, "['sub/run'] 3 __main__\n", "{err}");
}

#[test]
fn a_program_ends_as_under_python() {
    let folder = Folder::new();
    for (code, status, error) in [
        ("raise SystemExit", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit(-3)", 253, ""),
        ("raise SystemExit('gone')", 1, "gone\n"),
    ] {
        let (_, err, found) = seen(&run(&folder, &["-c", code]));
        assert_eq!((err.as_str(), found), (error, Some(status)), "{code}");
    }
    let (_, err, status) = seen(&run(&folder, &["-c", "1 / 0"]));
    assert!(err.ends_with("ZeroDivisionError: division by zero\n"), "{err}");
    assert_eq!(status, Some(1));
    let (_, err, status) = seen(&run(&folder, &["-m", "nowhere"]));
    // As python3 does, it begins with the whole path of the command.
    assert!(err.ends_with("orochi: No module named nowhere\n"), "{err}");
    assert_eq!(status, Some(1));
}

#[test]
#[cfg(unix)]
fn an_interrupt_is_an_exception_and_else_ends_the_process() {
    use std::os::unix::process::ExitStatusExt;
    let folder = Folder::new();
    let interrupt = |code: &str| {
        let code = format!("print('ready' * 20000)\n{code}");
        let mut command = command(&folder, &["-c", &code]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("orochi can be run");
        // So much output is not kept back: once it is here, the program runs.
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("the program is ready");
        let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill can be run");
        assert!(status.success());
        line.clear();
        output.read_line(&mut line).expect("it writes text");
        (line, child.wait().expect("it ends"))
    };
    let (_, status) = interrupt("while 1: pass\n");
    // A loop whose only way back is its condition.
    let (_, conditional) = interrupt("x = 1\nwhile x: pass\n");
    assert_eq!(conditional, status);
    assert_eq!(status.signal(), Some(2), "{status}");
    let (line, status) = interrupt("try:\n  while 1: pass\nexcept KeyboardInterrupt: print('caught')\n");
    assert_eq!((line.as_str(), status.code()), ("caught\n", Some(0)));
}

#[test]
fn a_program_in_another_language_runs_on_the_same_machine() {
    let folder = Folder::new();
    folder.write("a.brook", "fn twice(x)\nreturn x + x\nend\nprint twice(21)\n");
    folder.write("b.py", "import a\nprint(a.twice('ha'))\n");
    let library = brook();
    let library = library.to_str().expect("a path that is text");
    let (out, err, _) = seen(&run(&folder, &["--plugin", library, "a.brook"]));
    assert_eq!(out, "42\n", "{err}");
    let (out, err, _) = seen(&run(&folder, &["--plugin", library, "b.py"]));
    assert_eq!(out, "42\nhaha\n", "{err}");
}

#[test]
fn the_time_that_imports_take_is_told() {
    let folder = Folder::new();
    folder.write("outer.py", "import sys, inner\n");
    folder.write("inner.py", "");
    let line = |text: &str, name: &str| {
        let mut lines = text.lines().filter(|line| line.ends_with(name)).map(str::to_owned);
        lines.next().unwrap_or_else(|| panic!("{name} is not in {text}"))
    };
    for (level, cached) in [("importtime", false), ("importtime=2", true)] {
        let (_, told, status) = seen(&run(&folder, &["-S", "-X", level, "-c", "import outer"]));
        assert_eq!(status, Some(0), "{told}");
        assert_eq!(told.lines().next(), Some("import time: self [us] | cumulative | imported package"));
        for (name, end) in [("outer", " | outer"), ("inner", " |   inner")] {
            let fields: Vec<String> = line(&told, end).split('|').map(|field| field.trim().to_owned()).collect();
            let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("{told}"));
            let own = fields[0].strip_prefix("import time:").map(|own| number(own.trim()));
            assert!(own.is_some_and(|own| own <= number(&fields[1])) && fields[2] == name, "{told}");
        }
        assert_eq!(told.contains("import time: cached    | cached     |   sys\n"), cached, "{told}");
    }
    let (_, told, status) = seen(&run(&folder, &["-X", "importtime=7", "-c", "pass"]));
    assert!(status != Some(0) && told.contains("-X importtime: values other than 1 and 2 are reserved"), "{told}");
}

#[test]
fn statements_are_run_as_they_are_read() {
    let folder = Folder::new();
    folder.write("program.py", "x = 5\nraise SystemExit(2)\n");
    folder.write("startup.py", "known = 'from the startup file'\n");
    let interact = |arguments: &[&str], lines: &str| {
        folder.write("lines", lines);
        let mut command = command(&folder, arguments);
        command.env("PYTHONSTARTUP", folder.join("startup.py"));
        command.stdin(std::fs::File::open(folder.join("lines")).expect("it was just written"));
        seen(&command.output().expect("orochi can be run"))
    };
    // What a program left is there, its exception is shown, and `exit` gives the status.
    let (out, err, status) = interact(&["-i", "program.py"], "x + 1\nif x:\n    x\n\nx +\n1 / 0\nexit(7)\n");
    assert_eq!(out, "6\n5\n", "{err}");
    assert!(err.contains(">>> >>> ... ... >>> "), "{err}");
    assert!(err.contains("SystemExit: 2") && err.contains("SyntaxError: invalid syntax"), "{err}");
    assert!(err.contains("ZeroDivisionError: division by zero"), "{err}");
    assert_eq!(status, Some(7));
    // Without a program there are a banner and the startup file.
    let (out, err, status) = interact(&["-i"], "known\nimport sys\nsys.flags.interactive, sys.argv\n");
    assert_eq!((out.as_str(), status), ("'from the startup file'\n(1, [''])\n", Some(0)), "{err}");
    assert!(err.starts_with("Python 3.14") && err.contains("Type \"help\""), "{err}");
    let (_, err, _) = interact(&["-i", "-q", "-E"], "known\n");
    assert!(!err.contains("Python 3.14") && err.contains("NameError"), "{err}");
}

#[test]
fn a_codec_that_is_not_there_is_unknown() {
    // Programs that try all codecs go by the ImportError.
    let folder = Folder::new();
    folder.write(
        "codecs_there.py",
        "import codecs, importlib\n\
         for name in ('gbk', 'euc_jis_2004', 'big5', 'iso2022_kr', 'johab'):\n\
         \x20   try:\n\
         \x20       module = importlib.import_module(f'encodings.{name}').__name__\n\
         \x20   except ImportError as error:\n\
         \x20       module = 'ImportError'\n\
         \x20   try:\n\
         \x20       print(name, module, codecs.lookup(name).name)\n\
         \x20   except LookupError as error:\n\
         \x20       print(name, module, error)\n",
    );
    let (out, err, status) = seen(&run(&folder, &["codecs_there.py"]));
    let unknown = |name: &str| format!("{name} ImportError unknown encoding: {name}\n");
    let expected: String = ["gbk encodings.gbk gbk\n".to_owned()]
        .into_iter()
        .chain(["euc_jis_2004", "big5", "iso2022_kr", "johab"].map(unknown))
        .collect();
    assert_eq!((out, status), (expected, Some(0)), "{err}");
}
