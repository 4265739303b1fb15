//! The engines: the ways to run a program of the corpus.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::case::Case;
use crate::{process, workspace};

/// A way to run a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// CPython 3.11 itself: keeps the expected output honest.
    Python3,
    /// Orochi's own compiler, linked in.
    Source,
    /// The bytecode that CPython's compiler makes, translated.
    Pyc,
    /// The same compiler as `Source`, loaded as a plugin.
    Plugin,
    /// As `Source`, with a collection at every safepoint.
    Stress,
}

impl Engine {
    pub const ALL: [Engine; 5] = [Engine::Python3, Engine::Source, Engine::Pyc, Engine::Plugin, Engine::Stress];

    /// The name that `expected-failures.txt` and the reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Engine::Python3 => "python3",
            Engine::Source => "source",
            Engine::Pyc => "pyc",
            Engine::Plugin => "plugin",
            Engine::Stress => "stress",
        }
    }

    /// Whether the program means the same to this engine as to CPython 3.14.
    #[must_use]
    pub fn takes(self, case: &Case) -> bool {
        match self {
            Engine::Python3 => !case.header.needs_314 && !case.header.oracle_314,
            Engine::Pyc => !case.header.needs_314,
            Engine::Source | Engine::Plugin | Engine::Stress => true,
        }
    }

    /// Whether tracebacks are expected to be the same to the letter. CPython 3.11 marks other columns than 3.14, in its
    /// own tracebacks as in the tables of its bytecode, so there only the last line counts.
    #[must_use]
    pub fn has_314_columns(self) -> bool {
        !matches!(self, Engine::Python3 | Engine::Pyc)
    }

    /// How long a program may run unless its header says otherwise.
    #[must_use]
    pub fn time_limit(self) -> Duration {
        Duration::from_secs(if self == Engine::Stress { 300 } else { 20 })
    }

    /// The folder that a program runs in: the corpus, or one that is made empty for it.
    #[must_use]
    pub fn folder(self, case: &Case) -> PathBuf {
        if !case.header.own_folder {
            return workspace::cases();
        }
        let folder = workspace::scratch("folders").join(self.name()).join(&case.name);
        // It is not there yet at the first run.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        folder
    }

    /// The command that runs a program.
    #[must_use]
    pub fn command(self, case: &Case) -> Command {
        let mut command = match self {
            Engine::Python3 => {
                let mut command = Command::new(python3().map_or(Path::new("python3"), |python3| &python3.path));
                command.arg("-B").arg(&case.path);
                command
            }
            Engine::Pyc => {
                let mut command = Command::new(&workspace::built().orochi);
                command.arg(compiled(case));
                command
            }
            Engine::Source | Engine::Stress => {
                let mut command = Command::new(&workspace::built().orochi);
                command.arg(&case.path);
                command
            }
            Engine::Plugin => {
                let built = workspace::built();
                let mut command = Command::new(&built.orochi);
                command.arg("--plugin").arg(&built.plugin).arg(&case.path);
                command
            }
        };
        command.args(&case.header.args).current_dir(self.folder(case));
        command
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("NO_COLOR", "1")
            .env("LC_ALL", "C.UTF-8");
        command.env_remove("PYTHONPATH").env_remove("OROCHI_GC_STRESS").env_remove("OROCHI_PLUGIN_PATH");
        if self == Engine::Stress {
            command.env("OROCHI_GC_STRESS", case.header.stress.unwrap_or(1).to_string());
        }
        command
    }
}

/// CPython as it is installed here.
#[derive(Debug)]
pub struct Python3 {
    /// The interpreter itself, not a launcher that looks for it at every start.
    pub path: PathBuf,
    /// `major.minor`.
    pub version: String,
}

/// The `python3` of this machine, if there is one.
#[must_use]
pub fn python3() -> Option<&'static Python3> {
    static FOUND: OnceLock<Option<Python3>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let mut command = Command::new("python3");
        command.args(["-c", "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"]);
        let output = process::run(&mut command, "", Duration::from_secs(20));
        let (version, path) = output.stdout.trim().split_once('\n')?;
        Some(Python3 { path: path.into(), version: version.to_owned() })
    });
    found.as_ref()
}

/// Whether `python3` is the version that made the expected output and whose bytecode the `pyc` engine reads.
#[must_use]
pub fn python3_is_311() -> bool {
    python3().is_some_and(|python3| python3.version == "3.11")
}

fn compiled(case: &Case) -> PathBuf {
    workspace::scratch("pyc").join(&case.name).with_extension("pyc")
}

/// Compiles every program that the `pyc` engine takes, in one run of `python3`, each beside copies of what it imports.
///
/// # Errors
/// What `python3` said when it failed.
pub fn compile_all(cases: &[Case]) -> Result<(), String> {
    const SCRIPT: &str = "import sys, py_compile\n\
        for line in sys.stdin:\n    source, target = line.rstrip('\\n').split('\\t')\n    \
        py_compile.compile(source, target, dfile=source, doraise=True)\n";
    let mut list = String::new();
    for case in cases.iter().filter(|case| Engine::Pyc.takes(case)) {
        let target = compiled(case);
        let folder = target.parent().expect("a compiled program has a folder");
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        list.push_str(&format!("{}\t{}\n", case.path.display(), target.display()));
        for helper in &case.header.with {
            let source = case.path.with_file_name(helper);
            copy(&source, &folder.join(helper)).map_err(|error| format!("{}: {error}", source.display()))?;
        }
    }
    let output = process::run(Command::new("python3").args(["-c", SCRIPT]), &list, Duration::from_secs(120));
    if output.end == process::End::Exit(0) { Ok(()) } else { Err(output.stderr) }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return std::fs::copy(from, to).map(|_| ());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != "__pycache__" {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
