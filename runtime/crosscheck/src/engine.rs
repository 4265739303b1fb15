//! Engines: how each is asked to run a program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io};

/// A compiler with the machine that runs its code.
pub trait Engine {
    /// The name in reports.
    fn name(&self) -> String;

    /// The command that runs a program.
    ///
    /// # Errors
    /// Why the engine does not take the program.
    fn prepare(&self, file: &Path) -> Result<Prepared, String>;
}

/// A command that is ready to be started.
#[derive(Debug)]
pub struct Prepared {
    pub command: Command,
    /// Files that have to stay until the command has ended.
    pub scratch: Option<Scratch>,
}

/// What every engine's process shares: no input, and nothing that differs from run to run where that can be helped.
fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.stdin(Stdio::null()).env("PYTHONHASHSEED", "0").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("PYTHONIOENCODING", "utf-8").env_remove("PYTHONSTARTUP").env_remove("PYTHONINSPECT");
    command
}

/// A frontend on the VM.
#[derive(Debug)]
pub struct SourceFrontend {
    /// The `orochi` program.
    pub program: PathBuf,
    pub frontend: String,
    /// Arguments that stand before the file, `--plugin PATH` say.
    pub arguments: Vec<OsString>,
}

impl Engine for SourceFrontend {
    fn name(&self) -> String {
        self.frontend.clone()
    }

    fn prepare(&self, file: &Path) -> Result<Prepared, String> {
        let mut command = command(&self.program);
        command.args(&self.arguments).arg("--frontend").arg(&self.frontend).arg("run").arg(file);
        Ok(Prepared { command, scratch: None })
    }
}

/// The real CPython compiler on the VM: `python3` compiles the program to a `.pyc`, which the `cpython` frontend
/// translates.
#[derive(Debug)]
pub struct PycRoute {
    /// The `orochi` program.
    pub program: PathBuf,
    /// The interpreter that compiles.
    pub python: String,
}

const COMPILE: &str = "import py_compile, sys\n\
    try:\n    py_compile.compile(sys.argv[1], cfile=sys.argv[2], dfile=sys.argv[1], doraise=True)\n\
    except py_compile.PyCompileError as e:\n    sys.exit(str(e.exc_type_name))";

impl Engine for PycRoute {
    fn name(&self) -> String {
        format!("{} bytecode", self.python)
    }

    fn prepare(&self, file: &Path) -> Result<Prepared, String> {
        if file.extension().is_none_or(|extension| extension != "py") {
            return Err(format!("{} compiles .py files only", self.python));
        }
        let scratch = Scratch::new().map_err(|error| format!("no temporary folder: {error}"))?;
        let pyc = scratch.path.join("program.pyc");
        let output = command(&self.python)
            .args(["-c", COMPILE])
            .arg(file)
            .arg(&pyc)
            .output()
            .map_err(|error| format!("'{}' cannot be started: {error}", self.python))?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            let reason = reason.trim().lines().last().unwrap_or("no reason given").to_owned();
            return Err(format!("{} does not compile it: {reason}", self.python));
        }
        let mut command = command(&self.program);
        // The program is to find its own path, and the modules beside it.
        command.arg("--program-name").arg(file).args(["--frontend", "cpython", "run"]).arg(&pyc);
        Ok(Prepared { command, scratch: Some(scratch) })
    }
}

/// Another interpreter of Python.
#[derive(Debug)]
pub struct ExternalPython {
    pub program: String,
}

impl ExternalPython {
    /// Its version, in its own words.
    ///
    /// # Errors
    /// When it cannot be started, or does not answer.
    pub fn version(&self) -> Result<String, String> {
        let output = command(&self.program)
            .arg("--version")
            .output()
            .map_err(|error| format!("'{}' cannot be started: {error}", self.program))?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !text.is_empty() {
            return Ok(text);
        }
        Err(format!("'{} --version' gives no version", self.program))
    }
}

impl Engine for ExternalPython {
    fn name(&self) -> String {
        self.program.clone()
    }

    fn prepare(&self, file: &Path) -> Result<Prepared, String> {
        if file.extension().is_none_or(|extension| extension != "py" && extension != "pyc") {
            return Err(format!("{} takes .py and .pyc files only", self.program));
        }
        let mut command = command(&self.program);
        command.arg(file);
        Ok(Prepared { command, scratch: None })
    }
}

/// A temporary folder that goes with the value.
#[derive(Debug)]
pub struct Scratch {
    pub path: PathBuf,
}

impl Scratch {
    fn new() -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("orochi-crosscheck-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clean up, in its folder for such files.
        let _ = fs::remove_dir_all(&self.path);
    }
}
