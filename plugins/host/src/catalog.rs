//! The catalogue: every frontend there is, where it was found, and which of two of the same name counts.
//!
//! Making it runs no plugin's code, except that a library without a manifest that the command line names has to be
//! asked who it is. A frontend is loaded when it is first used.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use orochi_frontend::{Frontend, Info};

use crate::error::PluginError;
use crate::isolate::IsolatedFrontend;
use crate::load::{LoadedFrontend, check_bytecode};
use crate::manifest::{self, Manifest};
use crate::places::Places;
use crate::trust::{self, Registry};

/// Where a frontend was found, in the order in which the places count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    CommandLine,
    Environment,
    Project,
    Added,
    BesideProgram,
    BuiltIn,
}

impl Origin {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::CommandLine => "--plugin",
            Self::Environment => "OROCHI_PLUGIN_PATH",
            Self::Project => "orochi.toml",
            Self::Added => "added by the user",
            Self::BesideProgram => "installed with orochi",
            Self::BuiltIn => "built in",
        }
    }
}

/// A frontend in the catalogue.
#[derive(Clone)]
pub struct Entry {
    pub info: Info,
    pub origin: Origin,
    /// The library, if it is a plugin.
    pub plugin: Option<Plugin>,
    /// A frontend of the same name that counts instead: its index.
    pub shadowed_by: Option<usize>,
    built_in: Option<Arc<dyn Frontend>>,
}

/// A plugin that was found.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its manifest's file, if it has one.
    pub manifest_path: Option<PathBuf>,
    pub manifest: Manifest,
    pub library: PathBuf,
}

/// Every frontend there is.
pub struct Catalog {
    entries: Vec<Entry>,
    /// What was found and could not be used; the command line reports it where it may matter.
    pub problems: Vec<PluginError>,
    places: Places,
    registry: Registry,
    loaded: Mutex<BTreeMap<usize, Arc<dyn Frontend>>>,
}

impl Catalog {
    /// Looks for plugins. `built_in` are the frontends that are part of the program; the first is the default.
    ///
    /// # Errors
    /// When a plugin that the command line names is not one. Trouble elsewhere goes to [`Catalog::problems`].
    pub fn discover(places: Places, built_in: Vec<Arc<dyn Frontend>>) -> Result<Self, PluginError> {
        let mut catalog = Self {
            entries: Vec::new(),
            problems: Vec::new(),
            registry: Registry::default(),
            loaded: Mutex::new(BTreeMap::new()),
            places,
        };
        match catalog.places.data_folder.as_deref().map(Registry::read) {
            Some(Ok(registry)) => catalog.registry = registry,
            Some(Err(error)) => catalog.problems.push(error),
            None => {}
        }
        for path in catalog.places.command_line.clone() {
            for plugin in catalog.plugins_at(&path, true)? {
                catalog.enter(plugin, Origin::CommandLine);
            }
        }
        catalog.look_in_environment_and_project();
        for added in catalog.registry.plugins.clone() {
            let plugin = Plugin { manifest_path: None, manifest: added.manifest, library: added.library };
            catalog.enter(plugin, Origin::Added);
        }
        for folder in catalog.places.beside_program() {
            if folder.is_dir() {
                catalog.look_at(&folder, Origin::BesideProgram);
            }
        }
        for frontend in built_in {
            let info = frontend.info();
            let entry =
                Entry { info, origin: Origin::BuiltIn, plugin: None, shadowed_by: None, built_in: Some(frontend) };
            catalog.push(entry);
        }
        Ok(catalog)
    }

    /// Every frontend, shadowed ones too, in the order in which they count.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The frontends that can be chosen, with their index.
    pub fn usable(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries.iter().enumerate().filter(|(_, entry)| entry.shadowed_by.is_none())
    }

    /// The places that were looked at.
    #[must_use]
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The added plugins.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The frontend of a name. `wanted_by` says in a few words who asks, for the error.
    ///
    /// # Errors
    /// [`PluginError::UnknownFrontend`], with the nearest match.
    pub fn find(&self, name: &str, wanted_by: &str) -> Result<usize, PluginError> {
        if let Some((index, _)) = self.usable().find(|(_, entry)| entry.info.name == name) {
            return Ok(index);
        }
        let known: Vec<String> = self.usable().map(|(_, entry)| entry.info.name.clone()).collect();
        let nearest = crate::suggest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        Err(PluginError::UnknownFrontend { name: name.to_owned(), known, nearest, wanted_by: wanted_by.to_owned() })
    }

    /// The frontend of an entry, loaded if it was not yet.
    ///
    /// # Errors
    /// When it is not trusted, or cannot be loaded.
    pub fn frontend(&self, index: usize) -> Result<Arc<dyn Frontend>, PluginError> {
        let entry = &self.entries[index];
        if let Some(frontend) = &entry.built_in {
            return Ok(Arc::clone(frontend));
        }
        // A panic while the lock was held left the map as it was.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frontend) = loaded.get(&index) {
            return Ok(Arc::clone(frontend));
        }
        let plugin = entry.plugin.as_ref().expect("an entry is built in or a plugin");
        let frontend = self.load(plugin, entry.origin)?;
        loaded.insert(index, Arc::clone(&frontend));
        Ok(frontend)
    }

    /// Whether a plugin may be loaded: its place, its permissions, its hash.
    ///
    /// # Errors
    /// Why not.
    pub fn check_trust(&self, plugin: &Plugin, origin: Origin) -> Result<(), PluginError> {
        let library = real_path(&plugin.library)?;
        trust::check_permissions(&library)?;
        let hash = trust::hash_file(&library)?;
        match origin {
            // Whoever can change the command line or the program's own folder runs code anyway.
            Origin::CommandLine | Origin::BesideProgram | Origin::BuiltIn => {
                self.registry.check_unchanged(&library, &hash)?;
            }
            // An added plugin, and what comes with a checkout or an inherited environment.
            Origin::Environment | Origin::Project | Origin::Added => self.registry.check(&library, &hash)?,
        }
        match (&plugin.manifest_path, &plugin.manifest.sha256) {
            (Some(manifest), Some(pinned)) if *pinned != hash => Err(PluginError::NotAsPinned {
                path: library,
                manifest: manifest.clone(),
                found: hash,
                expected: pinned.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn load(&self, plugin: &Plugin, origin: Origin) -> Result<Arc<dyn Frontend>, PluginError> {
        self.check_trust(plugin, origin)?;
        check_manifest_ranges(plugin)?;
        if let (Some(limits), Some(program)) = (self.places.isolate, &self.places.program) {
            let frontend = IsolatedFrontend::new(program, &plugin.library, limits, plugin.manifest.info());
            return Ok(Arc::new(frontend));
        }
        let frontend = LoadedFrontend::load(&plugin.library)?;
        check_same(plugin, &frontend.info())?;
        Ok(Arc::new(frontend))
    }

    fn look_in_environment_and_project(&mut self) {
        if let Some(list) = self.places.environment.clone() {
            for path in std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()) {
                self.look_at(&path, Origin::Environment);
            }
        }
        let paths: Vec<PathBuf> = self.places.project.iter().flat_map(|p| p.plugin_paths()).collect();
        for path in paths {
            self.look_at(&path, Origin::Project);
        }
    }

    fn look_at(&mut self, path: &Path, origin: Origin) {
        match self.plugins_at(path, false) {
            Ok(plugins) => plugins.into_iter().for_each(|plugin| self.enter(plugin, origin)),
            Err(error) => self.problems.push(error),
        }
    }

    fn enter(&mut self, plugin: Plugin, origin: Origin) {
        let info = plugin.manifest.info();
        self.push(Entry { info, origin, plugin: Some(plugin), shadowed_by: None, built_in: None });
    }

    fn push(&mut self, mut entry: Entry) {
        // The same library found twice is no second frontend.
        let same = |other: &Entry| match (&other.plugin, &entry.plugin) {
            (Some(a), Some(b)) => a.library == b.library && a.manifest.id == b.manifest.id,
            _ => false,
        };
        if self.entries.iter().any(same) {
            return;
        }
        let earlier = self.usable().find(|(_, earlier)| earlier.info.name == entry.info.name);
        entry.shadowed_by = earlier.map(|(index, _)| index);
        self.entries.push(entry);
    }

    /// The plugins that a path stands for: a manifest, a library, or a folder of manifests.
    fn plugins_at(&mut self, path: &Path, named: bool) -> Result<Vec<Plugin>, PluginError> {
        let path = real_path(path)?;
        if path.is_dir() {
            return self.plugins_in(&path, named);
        }
        if is_manifest(&path) {
            return Ok(vec![from_manifest(&path)?]);
        }
        if let Some(plugin) = manifest_of_library(&path) {
            return Ok(vec![plugin]);
        }
        if let Some(added) = self.registry.plugins.iter().find(|added| added.library == path) {
            return Ok(vec![Plugin { manifest_path: None, manifest: added.manifest.clone(), library: path }]);
        }
        if !named {
            return Err(PluginError::NotTrusted { path });
        }
        Ok(vec![ask_library(&path, &self.places, &self.registry)?])
    }

    fn plugins_in(&mut self, folder: &Path, named: bool) -> Result<Vec<Plugin>, PluginError> {
        let mut plugins = Vec::new();
        for path in manifests_in(folder)? {
            match from_manifest(&path) {
                Ok(plugin) => plugins.push(plugin),
                Err(error) => self.problems.push(error),
            }
        }
        if plugins.is_empty() && named {
            return Err(match self.problems.pop() {
                Some(problem) => problem,
                None => PluginError::NoManifest { path: folder.to_owned() },
            });
        }
        Ok(plugins)
    }
}

/// The plugin that a path stands for, for `orochi plugin add`: its library is asked who it is, so the caller has
/// decided to run it.
///
/// # Errors
/// When there is no plugin, or it fails a check.
pub fn examine(path: &Path, places: &Places) -> Result<Plugin, PluginError> {
    let path = real_path(path)?;
    let from_manifest = if is_manifest(&path) {
        Some(from_manifest(&path)?)
    } else if path.is_dir() {
        let manifests = manifests_in(&path)?;
        let first = manifests.first().ok_or_else(|| PluginError::NoManifest { path: path.clone() })?;
        Some(from_manifest(first)?)
    } else {
        manifest_of_library(&path)
    };
    let Some(plugin) = from_manifest else { return describe_library(&path, places) };
    let library = real_path(&plugin.library)?;
    let asked = describe_library(&library, places)?;
    check_same(&plugin, &asked.manifest.info())?;
    let hash = trust::hash_file(&library)?;
    match (&plugin.manifest_path, &plugin.manifest.sha256) {
        (Some(manifest), Some(pinned)) if *pinned != hash => Err(PluginError::NotAsPinned {
            path: library,
            manifest: manifest.clone(),
            found: hash,
            expected: pinned.clone(),
        }),
        _ => Ok(Plugin { library, ..plugin }),
    }
}

/// A library, described by what it says when it is asked, whatever manifest it may have: the caller has decided to run
/// it. The path is one without symbolic links.
///
/// # Errors
/// When it is no plugin, or anybody may write to it.
pub fn describe_library(path: &Path, places: &Places) -> Result<Plugin, PluginError> {
    ask_library(path, places, &Registry::default())
}

/// The same, unless it has changed since it was added.
fn ask_library(path: &Path, places: &Places, registry: &Registry) -> Result<Plugin, PluginError> {
    trust::check_permissions(path)?;
    let hash = trust::hash_file(path)?;
    registry.check_unchanged(path, &hash)?;
    let info = match (places.isolate, &places.program) {
        (Some(limits), Some(program)) => IsolatedFrontend::ask(program, path, limits)?,
        _ => LoadedFrontend::load(path)?.wire_info().clone(),
    };
    let manifest = Manifest::of(info, path, Some(hash));
    Ok(Plugin { manifest_path: None, manifest, library: path.to_owned() })
}

fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(manifest::SUFFIX))
}

fn from_manifest(path: &Path) -> Result<Plugin, PluginError> {
    let manifest = Manifest::read(path)?;
    let library = manifest.library_path(path.parent().unwrap_or(Path::new(".")));
    if !library.exists() {
        return Err(PluginError::LibraryMissing { manifest: path.to_owned(), library });
    }
    Ok(Plugin { manifest_path: Some(path.to_owned()), manifest, library })
}

/// The manifest beside a library that describes it. Manifests that cannot be read are other plugins' trouble.
fn manifest_of_library(library: &Path) -> Option<Plugin> {
    let manifests = manifests_in(library.parent()?).ok()?;
    manifests.iter().filter_map(|path| from_manifest(path).ok()).find(|plugin| plugin.library == library)
}

/// The manifests in a folder, by name.
fn manifests_in(folder: &Path) -> Result<Vec<PathBuf>, PluginError> {
    let listing = fs::read_dir(folder)
        .map_err(|error| PluginError::Unreadable { path: folder.to_owned(), error: error.to_string() })?;
    let mut manifests: Vec<PathBuf> =
        listing.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_manifest(path)).collect();
    manifests.sort();
    Ok(manifests)
}

fn real_path(path: &Path) -> Result<PathBuf, PluginError> {
    fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => PluginError::NotFound { path: path.to_owned() },
        _ => PluginError::Unreadable { path: path.to_owned(), error: error.to_string() },
    })
}

/// Whether this host is in the ranges that a manifest gives, told before the library is touched.
fn check_manifest_ranges(plugin: &Plugin) -> Result<(), PluginError> {
    let abi = plugin.manifest.abi;
    if !(abi.min..=abi.max).contains(&orochi_abi::ABI_VERSION) {
        let found = if abi.min == abi.max { abi.min.to_string() } else { format!("{} to {}", abi.min, abi.max) };
        return Err(PluginError::WrongAbi { path: plugin.library.clone(), found });
    }
    check_bytecode(&plugin.library, plugin.manifest.bytecode.min)
}

/// Whether a loaded library is what its manifest says.
fn check_same(plugin: &Plugin, info: &Info) -> Result<(), PluginError> {
    let mismatch = |what, found: &str, expected: &str| PluginError::Mismatch {
        path: plugin.library.clone(),
        what,
        found: found.to_owned(),
        expected: expected.to_owned(),
    };
    let manifest = &plugin.manifest;
    if info.name != manifest.id {
        return Err(mismatch("name", &info.name, &manifest.id));
    }
    if info.version != manifest.version {
        return Err(mismatch("version", &info.version, &manifest.version));
    }
    if info.extensions != manifest.extensions {
        return Err(mismatch("extensions", &info.extensions.join(", "), &manifest.extensions.join(", ")));
    }
    Ok(())
}
