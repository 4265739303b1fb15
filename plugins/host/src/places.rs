//! Where plugins are looked for, as plain data, so that nothing else here reads the environment.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::PluginError;
use crate::isolate::Limits;
use crate::project::Project;

/// The variable that lists manifests, libraries and folders of plugins, in the form of `PATH`.
pub const PATH_VARIABLE: &str = "OROCHI_PLUGIN_PATH";

/// Where plugins are looked for, in this order.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Each `--plugin`.
    pub command_line: Vec<PathBuf>,
    /// [`PATH_VARIABLE`].
    pub environment: Option<OsString>,
    /// The project's `orochi.toml`.
    pub project: Option<Project>,
    /// The folder of the user's data, where added plugins are recorded.
    pub data_folder: Option<PathBuf>,
    /// The `orochi` program: plugins that were installed with it lie in folders beside it. It is also what isolated
    /// plugins run in.
    pub program: Option<PathBuf>,
    /// Run plugins in processes of their own, within limits.
    pub isolate: Option<Limits>,
}

impl Places {
    /// The places of this process, for a source file in `folder`.
    ///
    /// # Errors
    /// When the project's `orochi.toml` is not what it should be.
    pub fn of_process(folder: &Path, command_line: Vec<PathBuf>) -> Result<Self, PluginError> {
        Ok(Self {
            command_line,
            environment: env::var_os(PATH_VARIABLE),
            project: Project::find(folder)?,
            data_folder: data_folder(),
            program: env::current_exe().ok(),
            isolate: None,
        })
    }

    /// The folders where plugins that come with the program lie.
    pub(crate) fn beside_program(&self) -> Vec<PathBuf> {
        let Some(folder) = self.program.as_deref().and_then(Path::parent) else { return Vec::new() };
        let mut folders = vec![folder.join("orochi-plugins")];
        if let Some(prefix) = folder.parent() {
            folders.push(prefix.join("lib/orochi/plugins"));
        }
        folders
    }
}

/// The folder of this user's data.
#[must_use]
pub fn data_folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = absolute("XDG_DATA_HOME") {
        return Some(folder.join("orochi"));
    }
    if cfg!(windows) {
        return absolute("LOCALAPPDATA").map(|folder| folder.join("orochi"));
    }
    let home = absolute("HOME")?;
    Some(if cfg!(target_os = "macos") {
        home.join("Library/Application Support/orochi")
    } else {
        home.join(".local/share/orochi")
    })
}
