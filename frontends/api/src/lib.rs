//! What a frontend is: a pure compiler from source text to the common bytecode.
//!
//! A frontend reads no file, runs no code and knows nothing of the VM. Everything that crosses this interface is plain
//! data, so that the same trait serves a frontend that is linked in, one that is loaded as a plugin (where requests
//! and answers travel as bytes), and one that runs in a child process.

mod inspect;

use std::collections::BTreeMap;

use orochi_bytecode::Module;
pub use orochi_bytecode::tree;
use orochi_bytecode::tree::Tree;
use serde::{Deserialize, Serialize};

pub use inspect::{Scope, ScopeKind, Symbol, Symbols, Token, Tokens, symbol_flags};

/// A compiler from some source language to the common bytecode.
pub trait Frontend: Send + Sync {
    /// Name, languages and options. Cheap; the same at every call.
    fn info(&self) -> Info;

    /// Compiles one source to a module.
    ///
    /// # Errors
    /// Every reason why the source is not a program, the first one first; never empty. Warnings that came before them come before
    /// them here, too.
    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>>;

    /// Parses one source to a syntax tree. For frontends whose [`Info::features`] have `trees`.
    ///
    /// # Errors
    /// As [`Frontend::compile`].
    fn parse(&self, _request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Err(vec![self.lacks("syntax trees")])
    }

    /// Compiles a syntax tree to a module; the request has no source. For frontends whose features have `trees`.
    ///
    /// # Errors
    /// As [`Frontend::compile`].
    fn compile_tree(&self, _tree: &Tree, _request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Err(vec![self.lacks("syntax trees")])
    }

    /// The tree that code is made from when a tree is compiled: without what the request's `optimize` drops, constants folded. For
    /// frontends whose features have `trees`.
    ///
    /// # Errors
    /// As [`Frontend::compile`].
    fn optimize_tree(&self, _tree: &Tree, _request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Err(vec![self.lacks("syntax trees")])
    }

    /// Finds out which scopes a source has and what its names are there. For frontends whose features have `symbols`.
    ///
    /// # Errors
    /// As [`Frontend::compile`].
    fn symbols(&self, _request: &CompileRequest) -> Result<Symbols, Vec<Diagnostic>> {
        Err(vec![self.lacks("symbol tables")])
    }

    /// Splits a source into tokens, as far as it goes. For frontends whose features have `tokens`.
    ///
    /// # Errors
    /// When the frontend does not do that.
    fn tokens(&self, _source: &str, _extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        Err(vec![self.lacks("tokens")])
    }

    /// The error for what a frontend does not do.
    fn lacks(&self, what: &str) -> Diagnostic {
        let message = format!("the frontend '{}' makes no {what}", self.info().name);
        Diagnostic::error("NotImplementedError", message)
    }

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
    /// What it does beyond compiling text, each a word of [`features`].
    pub features: Vec<String>,
}

/// Words for what a frontend may do beyond compiling text.
pub mod features {
    /// [`super::Frontend::parse`] and [`super::Frontend::compile_tree`].
    pub const TREES: &str = "trees";
    /// [`super::Frontend::symbols`].
    pub const SYMBOLS: &str = "symbols";
    /// [`super::Frontend::tokens`].
    pub const TOKENS: &str = "tokens";
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
    pub flags: Flags,
    /// The minor version of the language that a tree is asked for in, if it is not the newest.
    pub feature_version: Option<u32>,
}

/// What else `compile` may be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flags {
    /// The source is UTF-8, whatever it says of its encoding.
    pub utf8: bool,
    /// Type comments are kept in the tree.
    pub type_comments: bool,
    /// `await` may stand outside of functions; the module's body is a coroutine then.
    pub top_level_await: bool,
    /// A text that may go on is an `_IncompleteInputError`.
    pub incomplete_input: bool,
    /// Indented blocks of interactive text do not end with it.
    pub dont_imply_dedent: bool,
    /// The tree is the one that code is made from, as `optimize` asks for.
    pub optimized_tree: bool,
    /// The most digits of a decimal integer, if the host has another limit than the language's default; 0 for no limit.
    pub integer_digits: Option<u32>,
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
            flags: Flags::default(),
            feature_version: None,
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
    /// The signature in a type comment; only for trees. Python's `func_type` mode.
    FunctionType,
}

/// A parsed source.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseOutput {
    pub tree: Tree,
    /// Warnings (CPython's SyntaxWarning).
    pub warnings: Vec<Diagnostic>,
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
    /// `ValueError`, ...; for a warning its category. `LookupError` with the message `unknown encoding: NAME` asks the host to
    /// decode the source, if it can.
    pub kind: String,
    /// The message, without place and kind, in the words of the system that the frontend mirrors.
    pub message: String,
    /// Where, if that is known.
    pub span: Option<Span>,
    /// How to mend it, if that is known and `message` does not say it.
    pub help: Option<String>,
    /// The line that is shown with it, if the source has it and a file may not.
    pub text: Option<String>,
    /// The message of a warning that has become an error, if it is another.
    pub as_error: Option<String>,
}

impl Diagnostic {
    /// An error without a place.
    #[must_use]
    pub fn error(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            kind: kind.into(),
            message: message.into(),
            span: None,
            help: None,
            text: None,
            as_error: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(kind: impl Into<String>, message: impl Into<String>, span: Option<Span>) -> Self {
        Self { severity: Severity::Warning, span, ..Self::error(kind, message) }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, span: Option<Span>) -> Self {
        Self { span, ..self }
    }
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    Warning,
    Error,
}

/// A place in a source. Lines and columns are 1-based as in Python's `SyntaxError`; columns count characters. An
/// `end_line` of 0 means that only the start is known; a column of 0 or -1 is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub line: i32,
    pub column: i32,
    pub end_line: i32,
    pub end_column: i32,
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
