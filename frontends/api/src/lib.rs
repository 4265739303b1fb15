//! What a frontend is: a pure compiler from source text to the common bytecode.
//!
//! A frontend reads no file, runs no code and knows nothing of the VM. Everything that crosses this interface is plain
//! data, so that the same trait serves a frontend that is linked in, one that is loaded as a plugin (where requests
//! and answers travel as bytes), and one that runs in a child process.

use std::collections::BTreeMap;

use orochi_bytecode::Module;
use serde::{Deserialize, Serialize};

/// A compiler from some source language to the common bytecode.
pub trait Frontend: Send + Sync {
    /// Name, languages and options. Cheap; the same at every call.
    fn info(&self) -> Info;

    /// Compiles one source to a module.
    ///
    /// # Errors
    /// Every reason why the source is not a program, the first one first; never empty.
    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>>;

    /// Whether the text is a whole program, for a read-eval-print loop.
    fn completeness(&self, source: &str) -> Completeness;

    /// Modules that the dialect brings along, as source text in its own language.
    fn prelude(&self) -> Vec<PreludeModule> {
        Vec::new()
    }
}

/// What a frontend says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Its name: lower-case letters, digits and `-`.
    pub name: String,
    pub version: String,
    /// The system whose compiler it mirrors, in a few words.
    pub mirrors: String,
    /// Languages that it takes, as `name version`: `python 3.14`.
    pub languages: Vec<String>,
    /// File extensions that it takes, without the dot.
    pub extensions: Vec<String>,
    pub options: Vec<OptionInfo>,
}

/// An option that a frontend understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionInfo {
    pub name: String,
    pub default: String,
    /// One sentence.
    pub doc: String,
}

/// A source to compile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileRequest {
    /// The name that tracebacks and diagnostics show: a path as the user gave it, or `<string>`.
    pub source_name: String,
    /// The source's bytes, as they stand in the file. The frontend decodes them (PEP 263 for Python).
    pub source: Vec<u8>,
    pub mode: Mode,
    /// 0, or 1 to drop assertions, or 2 to drop docstrings too (CPython's `-O` and `-OO`).
    pub optimize: u8,
    /// `__future__` features that are in force without being imported (a nested `compile`, `exec`, `eval`).
    pub future_features: Vec<String>,
    pub options: BTreeMap<String, String>,
}

impl CompileRequest {
    /// A request for a whole module with everything else as by default.
    #[must_use]
    pub fn module(source_name: impl Into<String>, source: impl Into<Vec<u8>>) -> Self {
        Self {
            source_name: source_name.into(),
            source: source.into(),
            mode: Mode::Module,
            optimize: 0,
            future_features: Vec::new(),
            options: BTreeMap::new(),
        }
    }
}

/// What kind of text the source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// A file; Python's `exec` mode.
    #[default]
    Module,
    /// One interactive statement, whose value is shown; Python's `single` mode.
    Single,
    /// One expression, whose value the module's body returns; Python's `eval` mode.
    Eval,
}

/// A compiled source.
#[derive(Clone, Debug, PartialEq)]
pub struct CompileOutput {
    pub module: Module,
    /// Warnings (CPython's SyntaxWarning).
    pub warnings: Vec<Diagnostic>,
}

/// Something to say of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// What the VM raises for it: `SyntaxError`, `IndentationError`, `TabError`, `UnicodeDecodeError`,
    /// `ValueError`, ...; for a warning its category.
    pub kind: String,
    /// The message, without place and kind, in the words of the system that the frontend mirrors.
    pub message: String,
    /// Where, if that is known.
    pub span: Option<Span>,
    /// How to mend it, if that is known and `message` does not say it.
    pub help: Option<String>,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    Warning,
    Error,
}

/// A place in a source. Lines and columns are 1-based as in Python's `SyntaxError`; columns count characters. An
/// `end_line` of 0 means that only the start is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// Whether a text is a whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Completeness {
    Complete,
    /// More lines are needed.
    Incomplete,
    /// No further line can make it a program.
    Invalid,
}

/// A module that a dialect brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreludeModule {
    /// Its dotted name.
    pub name: String,
    pub source: String,
}
