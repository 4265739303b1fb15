//! The suites and where they are: 3.11's installed, or unpacked into the target folder from Debian's package; another in a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "libpython3.11-testsuite";
const INSTALLED: &str = "/usr/lib/python3.11/test";

/// A version of CPython's test suite.
#[derive(Debug, PartialEq, Eq)]
pub struct Level {
    pub version: &'static str,
    /// The file beside this crate's manifest that lists the expected failures.
    pub list: &'static str,
    /// What the page says of where the suite comes from and how its table is made.
    pub about: &'static str,
    /// Modules of the table that have another name in this version.
    renamed: &'static [(&'static str, &'static str)],
}

pub static LEVELS: [Level; 2] = [
    Level {
        version: "3.11",
        list: "expected-failures.txt",
        about: "From Debian's package `libpython3.11-testsuite`. The table is made by\n\n    cargo run --release -p \
                orochi-conformance -- --write",
        renamed: &[],
    },
    Level {
        version: "3.14",
        list: "expected-failures-3.14.txt",
        about: "That of 3.14.10, from Debian's packages `libpython3.14-testsuite` and `libpython3.14-stdlib`, which the release that \
                we build on does not have: they are taken from `sid` (tests/conformance/README.md). The table is made by\n\n    cargo run --release \
                -p orochi-conformance -- --suite DIR --write",
        renamed: &[("test_unicode", "test_str")],
    },
];

impl Level {
    /// What a module of the table is called in this version.
    pub fn module(&self, name: &'static str) -> &'static str {
        self.renamed.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
    }
}

/// A suite to run: a folder with the package `test`.
#[derive(Debug)]
pub struct Suite {
    pub folder: PathBuf,
    pub level: &'static Level,
}

/// The suite in a folder, or else 3.11's.
pub fn find(folder: Option<&Path>) -> Result<Suite, String> {
    let Some(folder) = folder else {
        return Ok(Suite { folder: installed()?, level: &LEVELS[0] });
    };
    let tests = std::path::absolute(folder.join("test")).map_err(|error| format!("{}: {error}", folder.display()))?;
    for module in ["test_grammar.py", "support/__init__.py"] {
        if !tests.join(module).exists() {
            return Err(format!("{}: no suite: there is no test/{module} in it", folder.display()));
        }
    }
    // The suite does not say its version; this module is new in 3.14.
    let level = &LEVELS[usize::from(tests.join("test_annotationlib.py").exists())];
    let folder = scratch()?.join(format!("suite-{}", level.version));
    link(&tests, &folder)?;
    Ok(Suite { folder, level })
}

/// Makes a folder with the package `test` and nothing else, so that the library stays Orochi's own.
fn link(tests: &Path, folder: &Path) -> Result<(), String> {
    let link = folder.join("test");
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(tests, &link).map_err(|error| format!("{}: {error}", link.display()))
}

/// Cargo's target folder: this program lies in one of its profiles.
fn target() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| format!("cannot tell where this program lies: {error}"))?;
    own.ancestors().nth(2).map(Path::to_owned).ok_or_else(|| "this program lies in no target folder".to_owned())
}

/// A scratch folder below the target folder.
pub fn scratch() -> Result<PathBuf, String> {
    let folder = target()?.join("conformance");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// The folder of 3.11's suite.
fn installed() -> Result<PathBuf, String> {
    let folder = scratch()?.join("suite");
    if folder.join("test/test_grammar.py").exists() {
        return Ok(folder);
    }
    let tests =
        if Path::new(INSTALLED).join("test_grammar.py").exists() { PathBuf::from(INSTALLED) } else { unpack()? };
    link(&tests, &folder)?;
    Ok(folder)
}

/// Puts `orochi` where the suite is among its own packages, as it is among CPython's: tests start it with `-I`.
pub fn install(orochi: &Path, suite: &Suite) -> Result<PathBuf, String> {
    let prefix = scratch()?.join(format!("prefix-{}", suite.level.version));
    let (programs, packages) = (prefix.join("bin"), prefix.join("lib/orochi3.14/site-packages"));
    for folder in [&programs, &packages] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let list = packages.join("suite.pth");
    fs::write(&list, format!("{}\n", suite.folder.display()))
        .map_err(|error| format!("{}: {error}", list.display()))?;
    let installed = programs.join(format!("orochi{}", std::env::consts::EXE_SUFFIX));
    let _ = fs::remove_file(&installed);
    fs::hard_link(orochi, &installed)
        .or_else(|_| fs::copy(orochi, &installed).map(drop))
        .map_err(|error| format!("{}: {error}", installed.display()))?;
    Ok(installed)
}

/// Downloads Debian's package and unpacks it: needs no rights.
fn unpack() -> Result<PathBuf, String> {
    let scratch = scratch()?;
    eprintln!("fetching {PACKAGE} into {} ...", scratch.display());
    run(Command::new("apt-get").args(["download", PACKAGE]).current_dir(&scratch))?;
    let entries = fs::read_dir(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let archive = entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .ok_or_else(|| format!("apt-get downloaded no {PACKAGE}; install it by hand"))?;
    run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(scratch.join("unpacked")))?;
    Ok(scratch.join("unpacked").join(INSTALLED.trim_start_matches('/')))
}

/// Builds `orochi` as it is released and says where it is.
pub fn build_orochi() -> Result<PathBuf, String> {
    let target = target()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--quiet", "-p", "orochi-cli", "--target-dir"]).arg(&target);
    run(cargo.current_dir(crate::expected::folder()))?;
    Ok(target.join("release").join(format!("orochi{}", std::env::consts::EXE_SUFFIX)))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed: {status}")) }
}
