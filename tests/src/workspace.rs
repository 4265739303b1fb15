//! Where things are: the workspace, the corpus, the folder for scratch files, and the binaries under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace").to_owned()
}

/// The folder that holds the programs of the corpus.
#[must_use]
pub fn cases() -> PathBuf {
    root().join("tests/cases")
}

/// A folder for scratch files, made when it is asked for.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    let path = target().join("corpus").join(name);
    std::fs::create_dir_all(&path).expect("the target folder can be written");
    path
}

/// Cargo's target folder: the one that holds the running test.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    // target/PROFILE/deps/TEST
    test.ancestors().nth(3).expect("a test lies three folders below the target folder").to_owned()
}

/// The binaries under test.
#[derive(Clone, Debug)]
pub struct Built {
    /// The `orochi` command.
    pub orochi: PathBuf,
    /// The `cpython` frontend as a library to load.
    pub plugin: PathBuf,
}

/// Builds the command line and the plugin once, in the profile of the running test, and says where they are.
///
/// `OROCHI_BIN` and `OROCHI_PLUGIN` name others, to test a release build or an installed one.
#[must_use]
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
        if let (Some(orochi), Some(plugin)) = (set("OROCHI_BIN"), set("OROCHI_PLUGIN")) {
            return Built { orochi, plugin };
        }
        let target = target();
        let profile = std::env::current_exe().expect("a running test has a path");
        let release = profile.ancestors().nth(2).is_some_and(|folder| folder.ends_with("release"));
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["build", "--quiet", "-p", "orochi-cli", "-p", "orochi-plugin-cpython", "--target-dir"])
            .arg(&target);
        if release {
            cargo.arg("--release");
        }
        let status = cargo.current_dir(root()).status().expect("cargo runs");
        assert!(status.success(), "the `orochi` command and its plugin do not build");
        let folder = target.join(if release { "release" } else { "debug" });
        let library = format!("{}orochi_plugin_cpython{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let executable = format!("orochi{}", std::env::consts::EXE_SUFFIX);
        Built {
            orochi: set("OROCHI_BIN").unwrap_or_else(|| folder.join(executable)),
            plugin: set("OROCHI_PLUGIN").unwrap_or_else(|| folder.join(library)),
        }
    })
}
