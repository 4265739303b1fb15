//! `orochi frontends`: what there is, where it was found, what it shadows.

use std::path::Path;
use std::process::ExitCode;

use orochi_host::{Catalog, Entry, PluginError};
use serde_json::{Value, json};

use crate::arguments::{Common, FrontendsCommand};
use crate::failure::Failure;
use crate::frontends;
use crate::output;

pub fn run(common: &Common, command: Option<FrontendsCommand>, json: bool) -> Result<ExitCode, Failure> {
    let catalog = frontends::catalog(common, Path::new("."))?;
    match command {
        None if json => output::print_json(&json!({
            "frontends": catalog.entries().iter().enumerate().map(|(i, e)| describe(&catalog, i, e)).collect::<Vec<_>>(),
            "problems": catalog.problems.iter().map(problem).collect::<Vec<_>>(),
        }))?,
        None => output::print(&list(&catalog))?,
        Some(FrontendsCommand::Info { name }) => {
            let index = catalog.find(&name, "asked for on the command line")?;
            let entry = &catalog.entries()[index];
            if json {
                output::print_json(&describe(&catalog, index, entry))?;
            } else {
                output::print(&info(&catalog, index, entry))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// An error, for scripts.
pub fn problem(error: &PluginError) -> Value {
    json!({ "code": error.code(), "message": error.to_string() })
}

fn describe(catalog: &Catalog, index: usize, entry: &Entry) -> Value {
    let info = &entry.info;
    let options: Vec<Value> =
        info.options.iter().map(|o| json!({ "name": o.name, "default": o.default, "doc": o.doc })).collect();
    let trust = entry.plugin.as_ref().map(|plugin| match catalog.check_trust(plugin, entry.origin) {
        Ok(()) => Value::Null,
        Err(error) => problem(&error),
    });
    json!({
        "name": info.name,
        "version": info.version,
        "mirrors": info.mirrors,
        "languages": info.languages,
        "extensions": info.extensions,
        "options": options,
        "origin": entry.origin.text(),
        "default": catalog.default_frontend().ok() == Some(index),
        "library": entry.plugin.as_ref().map(|p| p.library.to_string_lossy()),
        "manifest": entry.plugin.as_ref().and_then(|p| p.manifest_path.as_ref()).map(|p| p.to_string_lossy()),
        "shadowed_by": entry.shadowed_by.map(|by| catalog.entries()[by].origin.text()),
        "problem": trust.unwrap_or(Value::Null),
    })
}

fn list(catalog: &Catalog) -> String {
    let heading = ["NAME", "VERSION", "LANGUAGES", "EXTENSIONS", "FROM"].map(str::to_owned).to_vec();
    let mut rows = vec![heading];
    let default = catalog.default_frontend().ok();
    for (index, entry) in catalog.entries().iter().enumerate() {
        let info = &entry.info;
        let mut from = entry.origin.text().to_owned();
        if let Some(plugin) = &entry.plugin {
            from += &format!(": {}", plugin.library.display());
        }
        if default == Some(index) {
            from += " (default)";
        }
        if let Some(by) = entry.shadowed_by {
            from += &format!(" (shadowed by the one from {})", catalog.entries()[by].origin.text());
        } else if let Some(plugin) = &entry.plugin
            && let Err(error) = catalog.check_trust(plugin, entry.origin)
        {
            from += &format!(" (unusable: {})", error.code());
        }
        let row =
            [info.name.clone(), info.version.clone(), info.languages.join(", "), info.extensions.join(", "), from];
        rows.push(row.to_vec());
    }
    if rows.len() == 1 {
        return "there are no frontends; add one with 'orochi plugin add PATH'\n".to_owned();
    }
    output::table(&rows)
}

fn info(catalog: &Catalog, index: usize, entry: &Entry) -> String {
    let info = &entry.info;
    let mut lines = vec![
        format!("name:       {}", info.name),
        format!("version:    {}", info.version),
        format!("mirrors:    {}", info.mirrors),
        format!("languages:  {}", info.languages.join(", ")),
        format!("extensions: {}", info.extensions.join(", ")),
        format!("from:       {}", entry.origin.text()),
    ];
    if let Some(plugin) = &entry.plugin {
        lines.push(format!("library:    {}", plugin.library.display()));
        if let Some(manifest) = &plugin.manifest_path {
            lines.push(format!("manifest:   {}", manifest.display()));
        }
        if let Some(hash) = &plugin.manifest.sha256 {
            lines.push(format!("sha256:     {hash}"));
        }
        let (abi, bytecode) = (plugin.manifest.abi, plugin.manifest.bytecode);
        lines.push(format!("abi:        {} to {}", abi.min, abi.max));
        lines.push(format!("bytecode:   {} to {}", bytecode.min, bytecode.max));
        if let Err(error) = catalog.check_trust(plugin, entry.origin) {
            lines.push(format!("problem:    {error}"));
        }
    }
    if catalog.default_frontend().ok() == Some(index) {
        lines.push("default:    yes".to_owned());
    }
    for (other, hidden) in catalog.entries().iter().enumerate() {
        if hidden.shadowed_by == Some(index) && other != index {
            lines.push(format!("shadows:    {} {} ({})", hidden.info.name, hidden.info.version, hidden.origin.text()));
        }
    }
    for option in &info.options {
        lines.push(format!("option:     {}={}  {}", option.name, option.default, option.doc));
    }
    lines.join("\n") + "\n"
}
