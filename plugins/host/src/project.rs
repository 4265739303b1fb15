//! `orochi.toml`: which frontend a project's files take, which plugins it brings, and options for its frontends.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::PluginError;
use crate::glob;

/// The file's name.
pub const FILE_NAME: &str = "orochi.toml";

/// A project: the folder that holds an `orochi.toml`, and what that says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The folder.
    pub root: PathBuf,
    contents: Contents,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Contents {
    frontends: Frontends,
    plugins: Plugins,
    options: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Frontends {
    /// The frontend for files that nothing else chooses one for.
    default: Option<String>,
    /// The first rule that matches a file counts.
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    files: String,
    frontend: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Plugins {
    /// Manifests, libraries or folders, relative to the project.
    paths: Vec<PathBuf>,
}

impl Project {
    /// The project that a folder belongs to: the nearest `orochi.toml` in it or above.
    ///
    /// # Errors
    /// When there is one that cannot be read or is not what it should be.
    pub fn find(folder: &Path) -> Result<Option<Self>, PluginError> {
        let Ok(folder) = std::path::absolute(folder) else { return Ok(None) };
        for root in folder.ancestors() {
            let path = root.join(FILE_NAME);
            match fs::read_to_string(&path) {
                Ok(text) => return Self::parse(root, &text).map(Some),
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                    return Err(PluginError::BadProject { path, error: "text that is not UTF-8".to_owned() });
                }
                // Most often there is none; one that this user may not read does not concern this user.
                Err(_) => {}
            }
        }
        Ok(None)
    }

    fn parse(root: &Path, text: &str) -> Result<Self, PluginError> {
        let contents = toml::from_str(text).map_err(|error| PluginError::BadProject {
            path: root.join(FILE_NAME),
            error: error.to_string().trim_end().to_owned(),
        })?;
        Ok(Self { root: root.to_owned(), contents })
    }

    /// The frontend for files that nothing else chooses one for.
    #[must_use]
    pub fn default_frontend(&self) -> Option<&str> {
        self.contents.frontends.default.as_deref()
    }

    /// The frontend that the rules choose for a file.
    #[must_use]
    pub fn frontend_for(&self, file: &Path) -> Option<&str> {
        if self.contents.frontends.rules.is_empty() {
            return None;
        }
        let file = std::path::absolute(file).ok()?;
        let inside = file.strip_prefix(&self.root).ok()?;
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        let rule = self.contents.frontends.rules.iter().find(|rule| glob::matches(&rule.files, &path))?;
        Some(&rule.frontend)
    }

    /// The plugins that the project brings, as absolute paths.
    pub fn plugin_paths(&self) -> impl Iterator<Item = PathBuf> {
        self.contents.plugins.paths.iter().map(|path| self.root.join(path))
    }

    /// The options for a frontend.
    #[must_use]
    pub fn options(&self, frontend: &str) -> BTreeMap<String, String> {
        self.contents.options.get(frontend).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_choose_by_the_path_in_the_project() {
        let text = r#"
            [frontends]
            default = "pypy"
            rules = [ { files = "legacy/**/*.py", frontend = "jython" }, { files = "*.toy", frontend = "toy" } ]
            [plugins]
            paths = ["tools/plugins"]
            [options.jython]
            division = "classic"
        "#;
        let project = Project::parse(Path::new("/p"), text).expect("a good project file");
        assert_eq!(project.frontend_for(Path::new("/p/legacy/a/b.py")), Some("jython"));
        assert_eq!(project.frontend_for(Path::new("/p/x/b.toy")), Some("toy"));
        assert_eq!(project.frontend_for(Path::new("/p/new/b.py")), None);
        assert_eq!(project.frontend_for(Path::new("/q/legacy/b.py")), None);
        assert_eq!(project.default_frontend(), Some("pypy"));
        assert_eq!(project.plugin_paths().next(), Some(PathBuf::from("/p/tools/plugins")));
        assert_eq!(project.options("jython")["division"], "classic");
    }

    #[test]
    fn a_slip_is_named_with_its_line() {
        let error = Project::parse(Path::new("/p"), "[frontends]\ndefualt = \"x\"\n").expect_err("a slip");
        let text = error.to_string();
        assert!(text.contains("/p/orochi.toml") && text.contains("line 2") && text.contains("defualt"), "{text}");
    }
}
