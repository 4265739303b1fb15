//! Where CPython's test suite is: installed, or unpacked into the target folder from Debian's package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "libpython3.11-testsuite";
const INSTALLED: &str = "/usr/lib/python3.11/test";

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

/// A folder with the package `test` and nothing else, so that the library stays Orochi's own.
pub fn find() -> Result<PathBuf, String> {
    let folder = scratch()?.join("suite");
    let link = folder.join("test");
    if link.join("test_grammar.py").exists() {
        return Ok(folder);
    }
    let tests =
        if Path::new(INSTALLED).join("test_grammar.py").exists() { PathBuf::from(INSTALLED) } else { unpack()? };
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(&tests, &link).map_err(|error| format!("{}: {error}", link.display()))?;
    Ok(folder)
}

/// Puts `orochi` where the suite is among its own packages, as it is among CPython's: tests start it with `-I`.
pub fn install(orochi: &Path, suite: &Path) -> Result<PathBuf, String> {
    let prefix = scratch()?.join("prefix");
    let (programs, packages) = (prefix.join("bin"), prefix.join("lib/orochi3.14/site-packages"));
    for folder in [&programs, &packages] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let list = packages.join("suite.pth");
    fs::write(&list, format!("{}\n", suite.display())).map_err(|error| format!("{}: {error}", list.display()))?;
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
