//! Reading sources and modules.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::arguments;
use crate::failure::Failure;

/// A file's bytes and the name that messages show.
#[derive(Debug)]
pub struct Input {
    pub name: String,
    /// Nothing for standard input and for code from the command line.
    pub path: Option<PathBuf>,
    pub bytes: Vec<u8>,
}

impl Input {
    /// Reads a file, or standard input when the path is `-`.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Self::read_stdin();
        }
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self { name: path.to_string_lossy().into_owned(), path: Some(path.to_owned()), bytes })
    }

    /// Reads standard input to its end.
    pub fn read_stdin() -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::usage(format!("can't read standard input: {error}")))?;
        Ok(Self { name: "<stdin>".to_owned(), path: None, bytes })
    }

    /// Code from the command line.
    pub fn code(code: &OsStr) -> Self {
        Self { name: "<string>".to_owned(), path: None, bytes: code.as_encoded_bytes().to_vec() }
    }

    /// The folder whose project it belongs to.
    pub fn folder(&self) -> PathBuf {
        let parent = self.path.as_deref().and_then(Path::parent).filter(|p| !p.as_os_str().is_empty());
        parent.map_or_else(|| PathBuf::from("."), Path::to_owned)
    }

    /// Whether the file's name ends in an extension.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.path.as_deref().and_then(Path::extension).is_some_and(|e| e == extension)
    }
}

/// The error for a file that cannot be read, worded as `python3` does, with a guess at what was meant.
pub fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let shown = env::current_dir().map_or_else(|_| path.to_owned(), |folder| folder.join(path));
    let reason = match error.raw_os_error() {
        Some(number) => format!("[Errno {number}] {}", words(error)),
        None => words(error),
    };
    let hint = match error.kind() {
        io::ErrorKind::NotFound => hint(path).map(|hint| format!("\n  {hint}")).unwrap_or_default(),
        _ => String::new(),
    };
    Failure::usage(format!("can't open file '{}': {reason}{hint}", shown.display()))
}

/// The system's words, without the number that Rust puts after them.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// What may have been meant by a path where nothing is: a command, or a file beside it.
fn hint(path: &Path) -> Option<String> {
    let name = path.file_name()?;
    if name == path.as_os_str()
        && let Some(command) = arguments::nearest_command(name)
    {
        return Some(format!("did you mean the command 'orochi {command}'? 'orochi --help' lists all"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .take(10_000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let nearest = orochi_host::suggest::nearest(name.to_str()?, names.iter().map(String::as_str))?;
    Some(format!("did you mean '{}'?", path.with_file_name(nearest).display()))
}
