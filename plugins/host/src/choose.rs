//! Which frontend a source gets. First wins: `--frontend`, a line in the source, the project's rules, the file's
//! extension, the default.

use std::path::Path;

use crate::catalog::Catalog;
use crate::error::PluginError;

/// How many lines of a source are searched for its own choice.
const LINES: usize = 10;
/// And how many bytes.
const BYTES: usize = 2048;

/// Why a frontend was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Asked,
    SourceLine,
    ProjectRule,
    Extension,
    Default,
}

impl Catalog {
    /// The frontend for a source. `asked` is the value of `--frontend`, `file` its path if it has one, `head` at least
    /// the first 2048 bytes of it.
    ///
    /// # Errors
    /// When the name that is asked for is unknown.
    pub fn choose(
        &self,
        asked: Option<&str>,
        file: Option<&Path>,
        head: &[u8],
    ) -> Result<(usize, Reason), PluginError> {
        let shown = || file.map_or_else(|| "<stdin>".to_owned(), |file| file.display().to_string());
        if let Some(name) = asked {
            return Ok((self.find(name, "asked for by --frontend")?, Reason::Asked));
        }
        if let Some((line, name)) = line_in_source(head) {
            let wanted_by = format!("asked for by {}, line {line}", shown());
            return Ok((self.find(name, &wanted_by)?, Reason::SourceLine));
        }
        let project = self.places().project.as_ref();
        if let Some((project, file)) = project.zip(file)
            && let Some(name) = project.frontend_for(file)
        {
            let wanted_by = format!("asked for by {}", project.root.join(crate::project::FILE_NAME).display());
            return Ok((self.find(name, &wanted_by)?, Reason::ProjectRule));
        }
        let default = self.default_frontend();
        let extension = file.and_then(Path::extension).and_then(|e| e.to_str());
        match extension.and_then(|extension| self.by_extension(extension, default.as_ref().ok().copied())) {
            Some(index) => Ok((index, Reason::Extension)),
            None => Ok((default?, Reason::Default)),
        }
    }

    /// The frontend for sources that nothing chooses one for: the project's, else the first that is built in.
    ///
    /// # Errors
    /// When the project names one that does not exist.
    pub fn default_frontend(&self) -> Result<usize, PluginError> {
        if let Some(project) = &self.places().project
            && let Some(name) = project.default_frontend()
        {
            let wanted_by = format!("the default of {}", project.root.join(crate::project::FILE_NAME).display());
            return self.find(name, &wanted_by);
        }
        self.built_in_default()
    }

    /// The first frontend that is built in, or what shadows it: the one for sources that come with the program.
    ///
    /// # Errors
    /// When nothing is built in.
    pub fn built_in_default(&self) -> Result<usize, PluginError> {
        match self.entries().iter().position(|entry| entry.plugin.is_none()) {
            // A plugin of the same name that was found earlier counts instead.
            Some(index) => Ok(self.entries()[index].shadowed_by.unwrap_or(index)),
            None => self.find("cpython", "the default"),
        }
    }

    /// The frontend that takes an extension: the default if it does, else the first that was found.
    fn by_extension(&self, extension: &str, default: Option<usize>) -> Option<usize> {
        let takes = |index: &usize| self.entries()[*index].info.extensions.iter().any(|e| e == extension);
        default.filter(takes).or_else(|| self.usable().map(|(index, _)| index).find(takes))
    }
}

/// The frontend that a source asks for: a comment line `orochi: frontend=NAME` near its top, whatever the language's
/// comments look like. Gives the line's number and the name.
#[must_use]
pub fn line_in_source(head: &[u8]) -> Option<(usize, &str)> {
    let head = &head[..head.len().min(BYTES)];
    for (index, line) in head.split(|byte| *byte == b'\n').take(LINES).enumerate() {
        let Ok(line) = std::str::from_utf8(line) else { continue };
        let text = line.trim_start_matches(|c: char| c.is_whitespace() || "#/*;%-!\"'(<{\u{feff}".contains(c));
        // A line without a comment sign is code or text.
        if text.len() == line.trim_start().len() {
            continue;
        }
        let Some(settings) = text.strip_prefix("orochi:") else { continue };
        for setting in settings.split(|c: char| c.is_whitespace() || c == ',') {
            if let Some(name) = setting.strip_prefix("frontend=") {
                return Some((index + 1, name));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::line_in_source;

    #[test]
    fn a_source_asks_for_a_frontend_in_any_comment_style() {
        for source in [
            "# orochi: frontend=toy\n",
            "#!/usr/bin/env orochi\n# orochi: frontend=toy\nx = 1\n",
            "// orochi: frontend=toy",
            "/* orochi: frontend=toy */",
            "-- orochi: frontend=toy\r\n",
            "\n\n\n#orochi: other=1, frontend=toy",
        ] {
            assert_eq!(line_in_source(source.as_bytes()).map(|(_, name)| name), Some("toy"), "{source}");
        }
        for source in ["x = 'orochi: frontend=toy'", "orochi: frontend=toy", "# frontend=toy", "", "# orochi:"] {
            assert_eq!(line_in_source(source.as_bytes()), None, "{source}");
        }
        let far = "#\n".repeat(10) + "# orochi: frontend=toy";
        assert_eq!(line_in_source(far.as_bytes()), None);
        assert_eq!(line_in_source(&[0xff; 4000]), None);
    }
}
