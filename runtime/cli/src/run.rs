//! Running programs: what `sys.argv` and `sys.path` hold, and how the process ends.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use orochi::{Builder, ExitStatus, Interpreter, Options};

use crate::arguments::{Program, What};
use crate::failure::Failure;
use crate::flags;
use crate::frontends::{self, Chooser, Wanted};
use crate::input::{self, Input};

/// Runs the program that the command line names.
pub fn run(program: &Program) -> Result<ExitCode, Failure> {
    let input = match &program.what {
        What::File(path) if is_archive(path) => return run_archive(program, path),
        What::File(path) => file(path, program.options.program_name.as_deref())?,
        What::Code(code) => Input::code(code),
        What::Stdin => Input::read_stdin()?,
        What::Nothing if program.options.inspect || io::stdin().is_terminal() => return interact(program),
        What::Nothing => Input::read_stdin()?,
        What::Module(name) => return run_named(program, name),
    };
    let catalog = Arc::new(frontends::catalog(&program.common, &input.folder())?);
    let wanted = Wanted { optimize: flags::flags(&program.options)?.optimize, ..Wanted::default() };
    let module = frontends::program(&catalog, &program.common, &input, wanted)?;
    let options = options(program, &input)?;
    let is_command = matches!(program.what, What::Code(_));
    run_module(program, catalog, options, |interpreter| {
        let Some(module) = module else { return interpreter.run_source(&input.name, &input.bytes) };
        if is_command {
            return interpreter.run_command(module, &input.name, &String::from_utf8_lossy(&input.bytes));
        }
        interpreter.run_module(module, &input.name)
    })
}

/// Reads statements and runs each.
fn interact(program: &Program) -> Result<ExitCode, Failure> {
    let catalog = Arc::new(frontends::catalog(&program.common, Path::new("."))?);
    let mut options = options(program, &Input::code(OsStr::new("")))?;
    options.flags.interactive = true;
    let startup = env::var_os("PYTHONSTARTUP").filter(|name| !options.flags.ignore_environment && !name.is_empty());
    run_module(program, catalog, options, |interpreter| interpreter.interact(startup.as_deref().map(Path::new)))
}

/// Runs a module by its name.
fn run_named(program: &Program, name: &OsStr) -> Result<ExitCode, Failure> {
    let catalog = Arc::new(frontends::catalog(&program.common, Path::new("."))?);
    let folder = env::current_dir().map_or_else(|_| String::new(), |folder| text(folder.as_os_str()));
    let options = options(program, &Input::code(name))?;
    let options = Options { program_folder: options.program_folder.is_some().then_some(folder), ..options };
    let name = text(name);
    run_module(program, catalog, options, |interpreter| interpreter.run_named(&name))
}

/// Whether a file is an archive with a program in it, as `zipapp` makes them: perhaps behind a line for the shell.
fn is_archive(path: &Path) -> bool {
    let mut start = [0; 512];
    let read = fs::File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut start)).unwrap_or(0);
    let start = &start[..read];
    let body = match start.strip_prefix(b"#!") {
        Some(rest) => rest.iter().position(|byte| *byte == b'\n').map_or(&[][..], |end| &rest[end + 1..]),
        None => start,
    };
    body.starts_with(b"PK\x03\x04")
}

/// Runs the `__main__` of an archive.
fn run_archive(program: &Program, path: &Path) -> Result<ExitCode, Failure> {
    let catalog = Arc::new(frontends::catalog(&program.common, Path::new("."))?);
    let folder = text(path.as_os_str());
    let options = Options { program_folder: Some(folder), ..options(program, &Input::code(path.as_os_str()))? };
    run_module(program, catalog, options, |interpreter| interpreter.run_folder())
}

/// Makes an interpreter, runs something in it, and ends as that ends.
fn run_module(
    program: &Program,
    catalog: Arc<orochi_host::Catalog>,
    options: Options,
    work: impl FnOnce(&Interpreter<'_>) -> ExitStatus + Send,
) -> Result<ExitCode, Failure> {
    let chooser = Chooser::new(catalog, program.common.clone());
    let process = std::process::id();
    let status = Builder::new(chooser)
        .options(options)
        .run(|interpreter| {
            let status = work(interpreter);
            // A program that forked comes here twice. In the child there is this thread only: nobody waits for what it returns.
            if std::process::id() != process {
                std::process::exit(exit_code(status));
            }
            status
        })
        .map_err(|error| Failure::new(format!("cannot start the virtual machine: {error}")))?;
    Ok(ExitCode::from(exit_code(status) as u8))
}

/// What the process ends with. One that an interrupt ended does not come back.
fn exit_code(status: ExitStatus) -> i32 {
    match status {
        // The system keeps the low byte only.
        ExitStatus::Code(code) => code & 0xff,
        ExitStatus::Interrupted => end_by_interrupt(),
    }
}

/// The source of a file, or of the `__main__` in a folder. As with `python3`, the program's name is absolute.
fn file(path: &Path, name: Option<&Path>) -> Result<Input, Failure> {
    let mut path = path.to_owned();
    if path.is_dir() {
        let main = ["py", "pyc", "orb"].iter().map(|e| path.join(format!("__main__.{e}"))).find(|p| p.is_file());
        path = main.ok_or_else(|| {
            let shown = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
            Failure::new(format!("can't find '__main__' module in '{}'", shown.display()))
        })?;
    }
    let bytes = fs::read(&path).map_err(|error| input::unreadable(&path, &error))?;
    let shown = name.unwrap_or(&path);
    let shown = env::current_dir().map_or_else(|_| shown.to_owned(), |folder| folder.join(shown));
    Ok(Input { name: text(shown.as_os_str()), path: Some(path), bytes })
}

fn options(program: &Program, input: &Input) -> Result<Options, Failure> {
    let flags = flags::flags(&program.options)?;
    let (name, first): (OsString, String) = match &program.what {
        What::File(path) => {
            let named = program.options.program_name.as_deref();
            let real = named.or(input.path.as_deref()).and_then(|path| fs::canonicalize(path).ok());
            let folder: Option<PathBuf> = real.as_deref().and_then(Path::parent).map(Path::to_owned);
            (named.unwrap_or(path).into(), folder.map_or_else(String::new, |folder| text(folder.as_os_str())))
        }
        What::Code(_) => ("-c".into(), String::new()),
        What::Module(_) => ("-m".into(), String::new()),
        What::Stdin => ("-".into(), String::new()),
        What::Nothing => (OsString::new(), String::new()),
    };
    let argv = std::iter::once(&name).chain(&program.arguments).map(|argument| text(argument)).collect();
    let stress = env::var("OROCHI_GC_STRESS").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    Ok(Options {
        argv,
        whole_line: env::args_os().map(|argument| text(&argument)).collect(),
        path: if flags.ignore_environment { Vec::new() } else { search_path() },
        program_folder: (!flags.safe_path).then_some(first),
        memory_limit: None,
        stress,
        catch_interrupts: true,
        ends_process: true,
        flags,
    })
}

/// What `PYTHONPATH` adds to `sys.path`.
fn search_path() -> Vec<String> {
    let Some(list) = env::var_os("PYTHONPATH") else { return Vec::new() };
    env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).map(|path| text(path.as_os_str())).collect()
}

fn text(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

/// Ends as a program ends that Ctrl-C stops, so that a shell or a `make` above stops too.
#[cfg(unix)]
fn end_by_interrupt() -> i32 {
    use rustix::process::{Signal, getpid, kill_process};
    // If the signal is ignored, the status tells as much.
    let _ = kill_process(getpid(), Signal::INT);
    130
}

#[cfg(not(unix))]
fn end_by_interrupt() -> i32 {
    130
}
