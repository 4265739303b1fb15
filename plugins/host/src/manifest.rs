//! Manifests: what a plugin says of itself in a file beside it, so that the host can list and choose plugins without
//! running any of their code.
//!
//! A manifest is called `NAME.orochi-plugin.toml`; `docs/plugins.md` describes every key.

use std::fs;
use std::path::{Path, PathBuf};

use orochi_abi::wire;
use orochi_frontend::{Info, OptionInfo};
use serde::{Deserialize, Serialize};

use crate::error::PluginError;

/// How a manifest's file name ends.
pub const SUFFIX: &str = ".orochi-plugin.toml";

/// What a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The frontend's name: lower-case letters, digits and `-`.
    pub id: String,
    pub version: String,
    /// The system whose compiler it mirrors.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub mirrors: String,
    /// File name of the library in the manifest's folder: in full, or without the prefix and suffix that the platform
    /// gives to libraries.
    pub library: String,
    /// SHA-256 of the library in hexadecimal, if it is pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The versions of the plugin ABI that the library speaks.
    pub abi: AbiRange,
    /// The bytecode formats that it writes.
    pub bytecode: BytecodeRange,
    pub languages: Vec<String>,
    pub extensions: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionInfo>,
    /// What it does beyond compiling text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// For the author's own use; not looked at.
    #[serde(default, skip_serializing)]
    pub metadata: Option<toml::Table>,
}

/// Versions of the plugin ABI, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbiRange {
    pub min: u32,
    pub max: u32,
}

/// Bytecode formats, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BytecodeRange {
    pub min: Format,
    pub max: Format,
}

/// A bytecode format: `MAJOR.MINOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Format {
    pub major: u16,
    pub minor: u16,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl From<Format> for String {
    fn from(format: Format) -> Self {
        format.to_string()
    }
}

impl From<(u16, u16)> for Format {
    fn from((major, minor): (u16, u16)) -> Self {
        Self { major, minor }
    }
}

impl TryFrom<String> for Format {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers = text.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let (major, minor) = numbers
            .ok_or_else(|| format!("'{text}' is not a bytecode format; write MAJOR.MINOR, for example \"1.0\""))?;
        Ok(Self { major, minor })
    }
}

impl Manifest {
    /// Reads a manifest's file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or lacks something.
    pub fn read(path: &Path) -> Result<Self, PluginError> {
        let text = fs::read_to_string(path)
            .map_err(|error| PluginError::Unreadable { path: path.to_owned(), error: error.to_string() })?;
        Self::parse(&text).map_err(|error| PluginError::BadManifest { path: path.to_owned(), error })
    }

    /// Reads a manifest's text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), String> {
        check_id(&self.id)?;
        if self.library.is_empty() || self.library.contains(['/', '\\']) {
            return Err(format!("`library = \"{}\"` is not the name of a file in the manifest's folder", self.library));
        }
        if let Some(hash) = &self.sha256
            && (hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
        {
            return Err(format!("`sha256 = \"{hash}\"` is not 64 lower-case hexadecimal digits"));
        }
        if self.abi.min > self.abi.max || self.bytecode.min > self.bytecode.max {
            return Err("a range whose `min` is above its `max`".to_owned());
        }
        if let Some(extension) = self.extensions.iter().find(|e| e.starts_with('.') || e.is_empty()) {
            return Err(format!("the extension \"{extension}\": write it without the dot"));
        }
        Ok(())
    }

    /// What a library said of itself when it was loaded, as a manifest.
    #[must_use]
    pub fn of(info: wire::Info, library: &Path, sha256: Option<String>) -> Self {
        let format = Format::from(info.bytecode);
        let library = library.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let info = info.into_api();
        Self {
            id: info.name,
            version: info.version,
            mirrors: info.mirrors,
            library,
            sha256,
            abi: AbiRange { min: orochi_abi::ABI_VERSION, max: orochi_abi::ABI_VERSION },
            bytecode: BytecodeRange { min: format, max: format },
            languages: info.languages,
            extensions: info.extensions,
            options: info.options,
            features: info.features,
            metadata: None,
        }
    }

    /// The manifest's text.
    ///
    /// # Panics
    /// Never: a manifest is plain data that TOML can express.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a manifest is expressible in TOML")
    }

    /// Where the library is, for a manifest that lies in `folder`.
    #[must_use]
    pub fn library_path(&self, folder: &Path) -> PathBuf {
        let exact = folder.join(&self.library);
        if exact.exists() || self.library.contains('.') {
            return exact;
        }
        folder.join(library_file_name(&self.library))
    }

    /// The same facts in the words of the frontend interface.
    #[must_use]
    pub fn info(&self) -> Info {
        Info {
            name: self.id.clone(),
            version: self.version.clone(),
            mirrors: self.mirrors.clone(),
            languages: self.languages.clone(),
            extensions: self.extensions.clone(),
            options: self.options.clone(),
            features: self.features.clone(),
        }
    }
}

/// The name that this platform gives to the file of a library.
#[must_use]
pub fn library_file_name(stem: &str) -> String {
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// Whether a name is one that a frontend may have.
///
/// # Errors
/// What is wrong with it.
pub fn check_id(id: &str) -> Result<(), String> {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.is_empty() || !id.bytes().all(fine) {
        return Err(format!("'{id}' is not a frontend's name; use lower-case letters, digits and '-'"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        id = "toy"
        version = "0.1.0"
        library = "orochi_plugin_toy"
        abi = { min = 1, max = 1 }
        bytecode = { min = "1.0", max = "1.2" }
        languages = ["toy 1"]
        extensions = ["toy"]
        [[options]]
        name = "loud"
        default = "no"
        doc = "Shouts."
        [metadata]
        anything = 1
    "#;

    #[test]
    fn a_manifest_comes_back() {
        let manifest = Manifest::parse(GOOD).expect("a good manifest");
        assert_eq!(manifest.bytecode.max, Format { major: 1, minor: 2 });
        let mut again = Manifest::parse(&manifest.to_toml()).expect("what was written is read");
        again.metadata = manifest.metadata.clone();
        assert_eq!(again, manifest);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (from, to, expected) in [
            ("id = \"toy\"", "id = \"Toy\"", "lower-case"),
            ("id = \"toy\"", "", "missing field `id`"),
            ("extensions", "extension", "unknown field `extension`"),
            ("\"1.2\"", "\"1\"", "MAJOR.MINOR"),
            ("min = 1, max = 1", "min = 2, max = 1", "above"),
            ("[\"toy\"]", "[\".toy\"]", "without the dot"),
            ("library = \"", "library = \"../", "manifest's folder"),
            ("version = \"0.1.0\"", "sha256 = \"12\"\nversion = \"0.1.0\"", "64"),
            ("version = ", "version ", "line 3"),
        ] {
            let error = Manifest::parse(&GOOD.replace(from, to)).expect_err(to);
            assert!(error.contains(expected), "{to}: {error}");
        }
    }
}
