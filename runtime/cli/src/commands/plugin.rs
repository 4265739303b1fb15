//! `orochi plugin`: which plugins the user trusts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use orochi_frontend::Frontend;
use orochi_host::trust::{self, Added, Registry};
use orochi_host::{LoadedFrontend, Manifest, Places, PluginError, manifest};
use serde_json::{Value, json};

use super::frontends::problem;
use crate::arguments::{Common, PluginCommand};
use crate::failure::Failure;
use crate::output;

pub fn run(common: &Common, command: PluginCommand, json: bool) -> Result<ExitCode, Failure> {
    let mut places = Places::of_process(Path::new("."), Vec::new())?;
    places.isolate = common.isolation();
    match command {
        PluginCommand::Add { path } => add(&places, &path, json),
        PluginCommand::Rm { name } => remove(&places, &name, json),
        PluginCommand::Verify { name } => verify(&places, name.as_deref(), json),
        PluginCommand::Manifest { library, output } => write_manifest(&places, &library, output),
    }
}

fn data_folder(places: &Places) -> Result<&Path, Failure> {
    Ok(places.data_folder.as_deref().ok_or(PluginError::NoDataFolder)?)
}

fn add(places: &Places, path: &Path, json: bool) -> Result<ExitCode, Failure> {
    let folder = data_folder(places)?;
    let mut registry = Registry::read(folder)?;
    let plugin = orochi_host::examine(path, places)?;
    let sha256 = trust::hash_file(&plugin.library)?;
    let before = registry.plugins.iter().find(|p| p.manifest.id == plugin.manifest.id).cloned();
    let manifest = Manifest { sha256: None, metadata: None, ..plugin.manifest };
    registry.add(Added { library: plugin.library.clone(), sha256: sha256.clone(), manifest: manifest.clone() });
    registry.write(folder)?;
    if json {
        output::print_json(&json!({
            "added": manifest.id, "version": manifest.version, "library": plugin.library.to_string_lossy(),
            "sha256": sha256, "replaced": before.map(|b| json!({ "library": b.library.to_string_lossy(), "sha256": b.sha256 })),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = format!(
        "added {} {}\n  library: {}\n  sha256:  {sha256}\n",
        manifest.id,
        manifest.version,
        plugin.library.display()
    );
    if let Some(before) = before {
        text += &format!("  before:  {} ({})\n", before.sha256, before.library.display());
    }
    text += "It is native code: it runs with your rights whenever its frontend is used.\n";
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn remove(places: &Places, name: &str, json: bool) -> Result<ExitCode, Failure> {
    let folder = data_folder(places)?;
    let mut registry = Registry::read(folder)?;
    let removed = registry.remove(name, folder)?;
    registry.write(folder)?;
    if json {
        output::print_json(&json!({ "removed": name, "library": removed.library.to_string_lossy() }))?;
    } else {
        output::print(&format!("removed {name}; its library is still at {}\n", removed.library.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(places: &Places, name: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let folder = data_folder(places)?;
    let registry = Registry::read(folder)?;
    if let Some(name) = name
        && !registry.plugins.iter().any(|p| p.manifest.id == name)
    {
        return Err(registry.not_added(name, folder).into());
    }
    let chosen = registry.plugins.iter().filter(|p| name.is_none_or(|name| p.manifest.id == name));
    let results: Vec<(&Added, Result<(), PluginError>)> = chosen.map(|p| (p, check(p))).collect();
    let fine = results.iter().all(|(_, result)| result.is_ok());
    if json {
        let results = results.iter().map(|(plugin, result)| {
            json!({
                "name": plugin.manifest.id,
                "library": plugin.library.to_string_lossy(),
                "ok": result.is_ok(),
                "problem": result.as_ref().err().map(problem),
            })
        });
        output::print_json(&Value::Array(results.collect()))?;
    } else {
        let mut text = String::new();
        for (plugin, result) in &results {
            text += &match result {
                Ok(()) => format!("{} {}: fine\n", plugin.manifest.id, plugin.manifest.version),
                Err(error) => format!("{} {}: {error}\n", plugin.manifest.id, plugin.manifest.version),
            };
        }
        if results.is_empty() {
            text += "no plugin has been added\n";
        }
        output::print(&text)?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether an added plugin is unchanged, and answers as its entry says.
fn check(added: &Added) -> Result<(), PluginError> {
    trust::check_permissions(&added.library)?;
    let found = trust::hash_file(&added.library)?;
    if found != added.sha256 {
        let (path, expected) = (added.library.clone(), added.sha256.clone());
        return Err(PluginError::Changed { path, found, expected });
    }
    let info = LoadedFrontend::load(&added.library)?.info();
    if info.name != added.manifest.id {
        return Err(PluginError::Mismatch {
            path: added.library.clone(),
            what: "name",
            found: info.name,
            expected: added.manifest.id.clone(),
        });
    }
    Ok(())
}

fn write_manifest(places: &Places, library: &Path, to: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let library = fs::canonicalize(library).map_err(|_| PluginError::NotFound { path: library.to_owned() })?;
    let described = orochi_host::describe_library(&library, places)?;
    let to = match to {
        Some(to) => to,
        None => library.with_file_name(format!("{}{}", described.manifest.id, manifest::SUFFIX)),
    };
    output::write_file(&to, described.manifest.to_toml().as_bytes())?;
    if to.as_os_str() != "-" {
        output::print(&format!("wrote {}\n", to.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
