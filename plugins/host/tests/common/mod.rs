//! What the tests of plugins share: libraries to load, folders to put them in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use orochi_host::manifest::library_file_name;

/// The folder that holds the programs of this build.
pub fn build_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let test = env::current_exe().expect("a test knows its file");
        test.ancestors().nth(2).expect("a test lies in deps").to_owned()
    })
}

/// A plugin that misbehaves; cargo built it before the tests, unless it was told to run a single one.
pub fn fixture(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| cargo_build(&["-p", "orochi-host", "--examples"]));
    build_folder().join("examples").join(library_file_name(name))
}

/// The example's plugin.
pub fn brook() -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| cargo_build(&["-p", "orochi-plugin-example"]));
    build_folder().join(library_file_name("orochi_plugin_example"))
}

/// The library of another plugin in the tree.
pub fn plugin(package: &str, library: &str) -> PathBuf {
    cargo_build(&["-p", package]);
    build_folder().join(library_file_name(library))
}

fn cargo_build(arguments: &[&str]) {
    let profile = match build_folder().file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--profile", profile, "--target-dir"])
        .arg(build_folder().parent().expect("a build has a target folder"))
        .args(arguments)
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "cargo build {arguments:?}: {status}");
}

/// A fresh folder that goes with the value.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(fs::canonicalize(path).expect("it is there"))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Copies a library into the folder.
    pub fn library(&self, from: &Path) -> PathBuf {
        let to = self.0.join(from.file_name().expect("a file"));
        fs::copy(from, &to).expect("a copy");
        to
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over is in the build's own folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A manifest for a library.
pub fn manifest(id: &str, library: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = \"0.1.0\"\nlibrary = \"{library}\"\nabi = {{ min = 1, max = 1 }}\n\
         bytecode = {{ min = \"1.0\", max = \"1.0\" }}\nlanguages = [\"{id}\"]\nextensions = [\"{id}\"]\n"
    )
}
