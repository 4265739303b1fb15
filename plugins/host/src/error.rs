//! Everything that can go wrong between a host and a plugin. Every error names the path, what was found, what was
//! expected, and how to mend it.

use std::fmt;
use std::path::PathBuf;

use orochi_abi::ABI_VERSION;

use crate::manifest::{Format, SUFFIX};

/// Why a plugin cannot be found, trusted, loaded or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.report())]
pub enum PluginError {
    /// Nothing is there.
    NotFound { path: PathBuf },
    /// A file or folder cannot be read or written.
    Unreadable { path: PathBuf, error: String },
    /// A folder without a manifest.
    NoManifest { path: PathBuf },
    /// A manifest that is not one.
    BadManifest { path: PathBuf, error: String },
    /// An `orochi.toml` that is not one.
    BadProject { path: PathBuf, error: String },
    /// The list of added plugins cannot be read.
    BadRegistry { path: PathBuf, error: String },
    /// A manifest without its library.
    LibraryMissing { manifest: PathBuf, library: PathBuf },
    /// The system does not take the file for a dynamic library.
    NotALibrary { path: PathBuf, error: String },
    /// A dynamic library without the entry symbol.
    NotAPlugin { path: PathBuf },
    /// The entry symbol is there, but not made by the `abi_stable` that this host speaks.
    ForeignAbi { path: PathBuf, found: String },
    /// Another version of the plugin ABI.
    WrongAbi { path: PathBuf, found: String },
    /// The right version, but other functions than that version has.
    WrongLayout { path: PathBuf },
    /// The library could not start.
    FailedToStart { path: PathBuf, error: String },
    /// It writes a bytecode format that this host does not read.
    ForeignBytecode { path: PathBuf, found: Format, expected: Format },
    /// Manifest and library disagree.
    Mismatch { path: PathBuf, what: &'static str, found: String, expected: String },
    /// An answer that is not one.
    BadAnswer { path: PathBuf, call: &'static str, found: String },
    /// Nobody said that this library may be run.
    NotTrusted { path: PathBuf },
    /// It is not the file that was added.
    Changed { path: PathBuf, found: String, expected: String },
    /// It is not the file that its manifest describes.
    NotAsPinned { path: PathBuf, manifest: PathBuf, found: String, expected: String },
    /// Anybody may write to it.
    WorldWritable { path: PathBuf, mode: u32 },
    /// No such frontend.
    UnknownFrontend { name: String, known: Vec<String>, nearest: Option<String>, wanted_by: String },
    /// No such added plugin.
    NotAdded { name: String, known: Vec<String>, nearest: Option<String>, registry: PathBuf },
    /// There is no folder for the user's data.
    NoDataFolder,
    /// The child process could not be used.
    Isolation { path: PathBuf, found: String },
}

/// The parts of a report.
struct Parts {
    what: String,
    found: String,
    expected: String,
    fix: String,
}

impl PluginError {
    /// A stable name for scripts that read `--json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Unreadable { .. } => "unreadable",
            Self::NoManifest { .. } => "no-manifest",
            Self::BadManifest { .. } => "bad-manifest",
            Self::BadProject { .. } => "bad-project",
            Self::BadRegistry { .. } => "bad-registry",
            Self::LibraryMissing { .. } => "library-missing",
            Self::NotALibrary { .. } => "not-a-library",
            Self::NotAPlugin { .. } => "not-a-plugin",
            Self::ForeignAbi { .. } => "foreign-abi",
            Self::WrongAbi { .. } => "wrong-abi",
            Self::WrongLayout { .. } => "wrong-layout",
            Self::FailedToStart { .. } => "failed-to-start",
            Self::ForeignBytecode { .. } => "foreign-bytecode",
            Self::Mismatch { .. } => "mismatch",
            Self::BadAnswer { .. } => "bad-answer",
            Self::NotTrusted { .. } => "not-trusted",
            Self::Changed { .. } => "changed",
            Self::NotAsPinned { .. } => "not-as-pinned",
            Self::WorldWritable { .. } => "world-writable",
            Self::UnknownFrontend { .. } => "unknown-frontend",
            Self::NotAdded { .. } => "not-added",
            Self::NoDataFolder => "no-data-folder",
            Self::Isolation { .. } => "isolation",
        }
    }

    fn report(&self) -> String {
        let Parts { what, found, expected, fix } = self.parts();
        let indent = |text: String| text.replace('\n', "\n            ");
        format!("{what}\n  found:    {}\n  expected: {}\n  fix:      {}", indent(found), indent(expected), indent(fix))
    }

    #[allow(clippy::too_many_lines, reason = "one arm an error; together they are the catalogue")]
    fn parts(&self) -> Parts {
        let parts = |what: fmt::Arguments<'_>, found: &str, expected: &str, fix: &str| Parts {
            what: what.to_string(),
            found: found.to_owned(),
            expected: expected.to_owned(),
            fix: fix.to_owned(),
        };
        match self {
            Self::NotFound { path } => parts(
                format_args!("no plugin at '{}'", path.display()),
                "nothing of that name",
                &format!("a manifest (NAME{SUFFIX}), a library, or a folder that holds manifests"),
                "check the path; after building a plugin with cargo, its library is in target/debug or target/release",
            ),
            Self::Unreadable { path, error } => parts(
                format_args!("cannot use '{}'", path.display()),
                error,
                "a file that this user may read (and, for the list of added plugins, write)",
                "check the path and its permissions",
            ),
            Self::NoManifest { path } => parts(
                format_args!("no plugin in the folder '{}'", path.display()),
                "no manifest in it",
                &format!("at least one file NAME{SUFFIX}"),
                "name the library itself, or write its manifest with 'orochi plugin manifest LIBRARY'",
            ),
            Self::BadManifest { path, error } => parts(
                format_args!("the manifest '{}' cannot be used", path.display()),
                error,
                "a plugin manifest as described in docs/plugins.md",
                "correct the file, or write it anew with 'orochi plugin manifest LIBRARY'",
            ),
            Self::BadProject { path, error } => parts(
                format_args!("the project file '{}' cannot be used", path.display()),
                error,
                "the tables [frontends], [plugins] and [options.NAME] as described in docs/plugins.md",
                "correct the file",
            ),
            Self::BadRegistry { path, error } => parts(
                format_args!("the list of added plugins, '{}', cannot be used", path.display()),
                error,
                "the file as 'orochi plugin add' wrote it",
                "remove the file and add the plugins again with 'orochi plugin add PATH'",
            ),
            Self::LibraryMissing { manifest, library } => parts(
                format_args!("the manifest '{}' has no library", manifest.display()),
                &format!("nothing at '{}'", library.display()),
                "the library that the manifest names, in the manifest's folder",
                "copy the library there, or correct `library` in the manifest",
            ),
            Self::NotALibrary { path, error } => parts(
                format_args!("cannot load the plugin '{}'", path.display()),
                error,
                &format!("a dynamic library for this system ({}, {})", std::env::consts::OS, std::env::consts::ARCH),
                "build the plugin for this system, as a crate of type \"cdylib\"",
            ),
            Self::NotAPlugin { path } => parts(
                format_args!("'{}' is not an Orochi plugin", path.display()),
                "a dynamic library without the symbol that plugins export",
                &format!("the symbol {}", orochi_abi::ENTRY_SYMBOL),
                "export a frontend with orochi_sdk::export_frontend!, as docs/plugins.md shows",
            ),
            Self::ForeignAbi { path, found } => parts(
                format_args!("cannot load the plugin '{}'", path.display()),
                found,
                "a library built with abi_stable 0.11",
                "build the plugin against the orochi-sdk of this release",
            ),
            Self::WrongAbi { path, found } => parts(
                format_args!("the plugin '{}' speaks another version of the plugin ABI", path.display()),
                &format!("ABI version {found}"),
                &format!("ABI version {ABI_VERSION}"),
                "build the plugin against the orochi-sdk of this release, or use the release of orochi that it was built for",
            ),
            Self::WrongLayout { path } => parts(
                format_args!("the plugin '{}' does not have the functions of its ABI version", path.display()),
                &format!("a root module that says it is version {ABI_VERSION} and is laid out otherwise"),
                &format!("the root module of ABI version {ABI_VERSION}: info, compile, completeness, prelude"),
                "export the frontend with orochi_sdk::export_frontend! instead of a root module of your own",
            ),
            Self::FailedToStart { path, error } => parts(
                format_args!("the plugin '{}' failed to start", path.display()),
                error,
                "a root module",
                "report this to the plugin's author",
            ),
            Self::ForeignBytecode { path, found, expected } => parts(
                format_args!(
                    "the plugin '{}' writes a bytecode format that this release does not read",
                    path.display()
                ),
                &format!("bytecode format {found}"),
                &format!("bytecode format {}.0 to {expected}", expected.major),
                if found > expected {
                    "use a newer release of orochi, or a version of the plugin for this one"
                } else {
                    "build the plugin against the orochi-sdk of this release"
                },
            ),
            Self::Mismatch { path, what, found, expected } => parts(
                format_args!("the plugin '{}' is not what its manifest says", path.display()),
                &format!("{what} '{found}' in the library"),
                &format!("{what} '{expected}', from the manifest"),
                "write the manifest anew with 'orochi plugin manifest LIBRARY', then add the plugin again",
            ),
            Self::BadAnswer { path, call, found } => parts(
                format_args!("the plugin '{}' gave no proper answer to '{call}'", path.display()),
                found,
                &format!("a frame with the answer to '{call}' as ABI version {ABI_VERSION} defines it"),
                "report this to the plugin's author; meanwhile remove the plugin with 'orochi plugin rm NAME'",
            ),
            Self::NotTrusted { path } => parts(
                format_args!("the plugin '{}' is not trusted", path.display()),
                "a library that nobody added",
                "a library that was added with 'orochi plugin add', since a plugin is native code that runs with your rights",
                &format!("if you trust it: orochi plugin add '{}'", path.display()),
            ),
            Self::Changed { path, found, expected } => parts(
                format_args!("the plugin '{}' has changed since it was added", path.display()),
                &format!("SHA-256 {found}"),
                &format!("SHA-256 {expected}, which was recorded then"),
                &format!("if you made or trust the change: orochi plugin add '{}'", path.display()),
            ),
            Self::NotAsPinned { path, manifest, found, expected } => parts(
                format_args!("the plugin '{}' is not the library that its manifest pins", path.display()),
                &format!("SHA-256 {found}"),
                &format!("SHA-256 {expected}, from '{}'", manifest.display()),
                "get library and manifest from the same place; an author writes the pin with 'orochi plugin manifest LIBRARY'",
            ),
            Self::WorldWritable { path, mode } => parts(
                format_args!("'{}' can be written by anybody", path.display()),
                &format!("permissions {:03o}", mode & 0o7777),
                "plugins, and the folders above them, that only their owner can change",
                &format!("chmod o-w '{}'", path.display()),
            ),
            Self::UnknownFrontend { name, known, nearest, wanted_by } => parts(
                format_args!("no frontend is called '{name}' ({wanted_by})"),
                &format!("'{name}'"),
                &format!("one of: {}", known.join(", ")),
                &match nearest {
                    Some(nearest) => format!("did you mean '{nearest}'?"),
                    None => "add its plugin with 'orochi plugin add PATH', or name it with '--plugin PATH'".to_owned(),
                },
            ),
            Self::NotAdded { name, known, nearest, registry } => parts(
                format_args!("no added plugin is called '{name}' (in '{}')", registry.display()),
                &format!("'{name}'"),
                &if known.is_empty() {
                    "no plugin has been added".to_owned()
                } else {
                    format!("one of: {}", known.join(", "))
                },
                &match nearest {
                    Some(nearest) => format!("did you mean '{nearest}'?"),
                    None => "'orochi frontends' lists what there is".to_owned(),
                },
            ),
            Self::NoDataFolder => parts(
                format_args!("there is no folder for the user's data, where added plugins are recorded"),
                "neither XDG_DATA_HOME nor HOME is set",
                "one of them",
                "set XDG_DATA_HOME to a folder of yours",
            ),
            Self::Isolation { path, found } => parts(
                format_args!("the plugin '{}' could not be run in a process of its own", path.display()),
                found,
                "a child process of orochi that loads the plugin and answers",
                "try without --isolate to see the plugin's own error, or report this to the plugin's author",
            ),
        }
    }
}
