//! Trust: which libraries may be loaded into this process.
//!
//! A plugin is native code that runs with the user's rights, so it is loaded only when the user said so: by
//! `orochi plugin add`, which records the library's path and hash in the user's data folder, or by naming the file on
//! the command line. A recorded library whose bytes have changed is refused until it is added again. Whatever its
//! origin, a library that anybody may write to, or that lies in a folder where anybody may put another, is refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::PluginError;
use crate::manifest::Manifest;
use crate::write::write_atomically;

/// The added plugins, as `plugins.toml` in the user's data folder holds them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    #[serde(default, rename = "plugin", skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<Added>,
}

/// An added plugin. Its manifest is kept with it, so that listing the frontends reads one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// The library, as an absolute path without symbolic links.
    pub library: PathBuf,
    pub sha256: String,
    pub manifest: Manifest,
}

impl Registry {
    /// Where the registry of a data folder is.
    #[must_use]
    pub fn path(data_folder: &Path) -> PathBuf {
        data_folder.join("plugins.toml")
    }

    /// Reads the registry; it is empty when there is none yet.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is not a registry.
    pub fn read(data_folder: &Path) -> Result<Self, PluginError> {
        let path = Self::path(data_folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(PluginError::Unreadable { path, error: error.to_string() }),
        };
        check_not_world_writable(&path)?;
        toml::from_str(&text)
            .map_err(|error| PluginError::BadRegistry { path, error: error.to_string().trim_end().to_owned() })
    }

    /// Writes the registry.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, data_folder: &Path) -> Result<(), PluginError> {
        let path = Self::path(data_folder);
        let unwritable = |error: String| PluginError::Unreadable { path: path.clone(), error };
        let text = toml::to_string(self).map_err(|error| unwritable(error.to_string()))?;
        fs::create_dir_all(data_folder).map_err(|error| unwritable(error.to_string()))?;
        write_atomically(&path, text.as_bytes()).map_err(|error| unwritable(error.to_string()))
    }

    /// Records a library, in the place of an earlier entry for the same path or the same name.
    pub fn add(&mut self, added: Added) {
        self.plugins.retain(|p| p.library != added.library && p.manifest.id != added.manifest.id);
        self.plugins.push(added);
    }

    /// Removes a plugin by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove(&mut self, name: &str, data_folder: &Path) -> Result<Added, PluginError> {
        match self.plugins.iter().position(|p| p.manifest.id == name) {
            Some(index) => Ok(self.plugins.remove(index)),
            None => Err(self.not_added(name, data_folder)),
        }
    }

    /// The error for a name that no added plugin has.
    #[must_use]
    pub fn not_added(&self, name: &str, data_folder: &Path) -> PluginError {
        let known: Vec<String> = self.plugins.iter().map(|p| p.manifest.id.clone()).collect();
        let nearest = crate::suggest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        PluginError::NotAdded { name: name.to_owned(), known, nearest, registry: Self::path(data_folder) }
    }

    /// Whether a library, given by its path without symbolic links and its hash, is the one that was added. A copy of
    /// an added library at another place is as good.
    ///
    /// # Errors
    /// When it was never added, or has changed since.
    pub fn check(&self, library: &Path, sha256: &str) -> Result<(), PluginError> {
        if self.plugins.iter().any(|p| p.sha256 == sha256) {
            return Ok(());
        }
        self.check_unchanged(library, sha256)?;
        Err(PluginError::NotTrusted { path: library.to_owned() })
    }

    /// Whether a library that was added is still the same; one that was never added passes.
    ///
    /// # Errors
    /// When it has changed since it was added.
    pub fn check_unchanged(&self, library: &Path, sha256: &str) -> Result<(), PluginError> {
        match self.plugins.iter().find(|p| p.library == library) {
            Some(added) if added.sha256 != sha256 => Err(PluginError::Changed {
                path: library.to_owned(),
                found: sha256.to_owned(),
                expected: added.sha256.clone(),
            }),
            _ => Ok(()),
        }
    }
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// When the file cannot be read.
pub fn hash_file(path: &Path) -> Result<String, PluginError> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => PluginError::NotFound { path: path.to_owned() },
        _ => PluginError::Unreadable { path: path.to_owned(), error: error.to_string() },
    };
    let mut file = fs::File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut hasher).map_err(unreadable)?;
    Ok(hexadecimal(&hasher.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Refuses a library that somebody else could have written: it, its folder, or a folder above where anybody may
/// replace the one below.
///
/// # Errors
/// [`PluginError::WorldWritable`], or that the file is not there.
pub fn check_permissions(library: &Path) -> Result<(), PluginError> {
    check_not_world_writable(library)?;
    for (level, folder) in library.ancestors().skip(1).enumerate() {
        if folder.as_os_str().is_empty() {
            break;
        }
        check_folder(folder, level == 0)?;
    }
    Ok(())
}

#[cfg(unix)]
fn check_not_world_writable(path: &Path) -> Result<(), PluginError> {
    let mode = mode(path)?;
    if mode & 0o002 != 0 {
        return Err(PluginError::WorldWritable { path: path.to_owned(), mode });
    }
    Ok(())
}

/// In a folder with the sticky bit nobody can replace what is another's, but anybody can add files: that is fine
/// further up, and not fine for the library's own folder, from which its dependencies may be loaded too.
#[cfg(unix)]
fn check_folder(folder: &Path, own: bool) -> Result<(), PluginError> {
    let mode = mode(folder)?;
    let sticky = mode & 0o1000 != 0;
    if mode & 0o002 != 0 && (own || !sticky) {
        return Err(PluginError::WorldWritable { path: folder.to_owned(), mode });
    }
    Ok(())
}

#[cfg(unix)]
fn mode(path: &Path) -> Result<u32, PluginError> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.permissions().mode()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(PluginError::NotFound { path: path.to_owned() })
        }
        Err(error) => Err(PluginError::Unreadable { path: path.to_owned(), error: error.to_string() }),
    }
}

#[cfg(not(unix))]
fn check_not_world_writable(_path: &Path) -> Result<(), PluginError> {
    // Access-control lists are the system's matter there; the hash is checked on every system.
    Ok(())
}

#[cfg(not(unix))]
fn check_folder(_folder: &Path, _own: bool) -> Result<(), PluginError> {
    Ok(())
}
