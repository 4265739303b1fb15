//! Makes the scratch folder: installs pyperformance, puts each program beside the stand-in for `pyperf`, compiles the
//! `.pyc` files, builds `orochi`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engine::Engine;
use crate::programs::Program;

/// The version whose programs are run. Figures of different versions cannot be compared.
const PYPERFORMANCE: &str = "pyperformance==1.14.0";

/// Where the programs lie, ready to run.
#[derive(Debug)]
pub struct Places {
    programs: PathBuf,
}

impl Places {
    /// The file to give to an engine.
    #[must_use]
    pub fn program(&self, program: &Program, compiled: bool) -> PathBuf {
        self.programs.join(program.name).join(if compiled { "run_benchmark.pyc" } else { "run_benchmark.py" })
    }
}

fn source_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Cargo's target folder: this program lies in one of its profiles.
fn target() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot tell where this program lies: {error}"))?;
    own.ancestors().nth(2).map(Path::to_owned).ok_or_else(|| "this program lies in no target folder".to_owned())
}

/// Builds `orochi` as it is released and says where it is.
pub fn build_orochi() -> Result<PathBuf, String> {
    let target = target()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--quiet", "-p", "orochi-cli", "--target-dir"]).arg(&target);
    run(cargo.current_dir(source_folder()))?;
    Ok(target.join("release").join(format!("orochi{}", std::env::consts::EXE_SUFFIX)))
}

/// Lays out the scratch folder for these programs and engines.
pub fn prepare(programs: &[&Program], engines: &[Engine]) -> Result<Places, String> {
    let scratch = target()?.join("bench");
    let places = Places { programs: scratch.join("programs") };
    let benchmarks = scratch.join("pyperformance/pyperformance/data-files/benchmarks");
    if programs.iter().any(|program| program.micro_file().is_none()) && !benchmarks.exists() {
        eprintln!("installing {PYPERFORMANCE} into {} ...", scratch.display());
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"]);
        run(pip.arg(scratch.join("pyperformance")).arg(PYPERFORMANCE))?;
    }
    let mut compile = Command::new("python3");
    compile.args(["-c", "import py_compile, sys\nfor f in sys.argv[1:]: py_compile.compile(f, f + 'c', doraise=True)"]);
    for program in programs {
        let folder = places.programs.join(program.name);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let source = match program.micro_file() {
            Some(file) => source_folder().join("micro").join(file),
            None => benchmarks.join(format!("bm_{}/run_benchmark.py", program.name)),
        };
        copy(&source, &folder.join("run_benchmark.py"))?;
        for file in ["pyperf.py", "results.py"] {
            copy(&source_folder().join("pyperf_standin").join(file), &folder.join(file))?;
        }
        compile.arg(folder.join("run_benchmark.py"));
    }
    if engines.iter().any(|engine| engine.compiled) {
        run(&mut compile)?;
    }
    Ok(places)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::copy(from, to).map(|_| ()).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

fn run(command: &mut Command) -> Result<(), String> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{shown} failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
