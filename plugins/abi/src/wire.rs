//! The heads of the frames, and how they become the types of `orochi-frontend` and back.
//!
//! They are apart from those types on purpose: the frontend interface may change with every release, these may only
//! gain members that have a default. Enumerations travel as names; a name that the reader does not know is an error
//! that says so where guessing would be wrong, and a default where it is harmless.

use std::collections::BTreeMap;

use orochi_frontend as api;
use serde::{Deserialize, Serialize};

/// A head without members.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Empty {}

/// What a frontend says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    pub name: String,
    pub version: String,
    pub mirrors: String,
    pub languages: Vec<String>,
    pub extensions: Vec<String>,
    pub options: Vec<OptionInfo>,
    /// Major and minor number of the bytecode format of the modules that it writes.
    pub bytecode: (u16, u16),
    /// What the plugin can do beyond version 1 as first frozen: the words of [`api::features`]. A host asks for such
    /// a [`CompileRequest::task`] only where the word is there.
    pub features: Vec<String>,
}

/// An option that a frontend understands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionInfo {
    pub name: String,
    pub default: String,
    pub doc: String,
}

/// What a request asks for, in [`CompileRequest::task`].
pub mod task {
    /// A module; the body is the source.
    pub const COMPILE: &str = "";
    /// A syntax tree; the body is the source.
    pub const PARSE: &str = "parse";
    /// A module; the body is a syntax tree.
    pub const COMPILE_TREE: &str = "compile-tree";
    /// A syntax tree as code is made from it; the body is a syntax tree.
    pub const OPTIMIZE_TREE: &str = "optimize-tree";
    /// A symbol table, as JSON; the body is the source.
    pub const SYMBOLS: &str = "symbols";
    /// Tokens, as JSON; the body is the source.
    pub const TOKENS: &str = "tokens";
    /// The same with comments and line ends that mean nothing.
    pub const EXTRA_TOKENS: &str = "extra-tokens";
}

/// A request to compile; the source is the frame's body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompileRequest {
    /// What is asked for: a word of [`task`].
    pub task: String,
    pub source_name: String,
    /// `module`, `single`, `eval` or `function-type`.
    pub mode: String,
    pub optimize: u8,
    pub future_features: Vec<String>,
    pub options: BTreeMap<String, String>,
    pub flags: api::Flags,
    pub feature_version: Option<u32>,
    /// Who asks.
    pub host: Host,
}

/// What a plugin may want to know of its host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Host {
    /// The host's version.
    pub version: String,
    /// Major and minor number of the newest bytecode format that it reads.
    pub bytecode: (u16, u16),
    /// What the host can do beyond version 1 as first frozen. None is defined yet.
    pub features: Vec<String>,
}

/// The answer to a request to compile; the module, or what else was asked for, is the frame's body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompileAnswer {
    /// Whether the body is what was asked for. If not, `diagnostics` says why.
    pub compiled: bool,
    /// The errors of a source that did not compile, or the warnings of one that did.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something to say of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    pub kind: String,
    pub message: String,
    /// Line, column, end line, end column, as in [`api::Span`].
    pub span: Option<(i32, i32, i32, i32)>,
    pub help: Option<String>,
    pub text: Option<String>,
    pub as_error: Option<String>,
}

/// Whether a text is a whole program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompletenessAnswer {
    /// `complete`, `incomplete` or `invalid`.
    pub completeness: String,
}

/// The modules that a dialect brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreludeAnswer {
    pub modules: Vec<PreludeModule>,
}

/// One of them, as source text in the dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreludeModule {
    pub name: String,
    pub source: String,
}

impl Info {
    /// The head for what a frontend says of itself.
    #[must_use]
    pub fn new(info: api::Info, bytecode: (u16, u16)) -> Self {
        let options = info.options.into_iter().map(|option| OptionInfo {
            name: option.name,
            default: option.default,
            doc: option.doc,
        });
        Self {
            name: info.name,
            version: info.version,
            mirrors: info.mirrors,
            languages: info.languages,
            extensions: info.extensions,
            options: options.collect(),
            bytecode,
            features: info.features,
        }
    }

    /// The same in the words of the frontend interface.
    #[must_use]
    pub fn into_api(self) -> api::Info {
        let options = self.options.into_iter().map(|option| api::OptionInfo {
            name: option.name,
            default: option.default,
            doc: option.doc,
        });
        api::Info {
            name: self.name,
            version: self.version,
            mirrors: self.mirrors,
            languages: self.languages,
            extensions: self.extensions,
            options: options.collect(),
            features: self.features,
        }
    }
}

impl CompileRequest {
    /// The head for a request; the source goes into the frame's body.
    #[must_use]
    pub fn new(task: &str, request: &api::CompileRequest, host: Host) -> Self {
        let mode = match request.mode {
            api::Mode::Module => "module",
            api::Mode::Single => "single",
            api::Mode::Eval => "eval",
            api::Mode::FunctionType => "function-type",
        };
        Self {
            task: task.to_owned(),
            source_name: request.source_name.clone(),
            mode: mode.to_owned(),
            optimize: request.optimize,
            future_features: request.future_features.clone(),
            options: request.options.clone(),
            flags: request.flags,
            feature_version: request.feature_version,
            host,
        }
    }

    /// The request in the words of the frontend interface.
    ///
    /// # Errors
    /// When the mode is one that this library does not know.
    pub fn into_api(self, source: &[u8]) -> Result<api::CompileRequest, String> {
        let mode = match self.mode.as_str() {
            "module" => api::Mode::Module,
            "single" => api::Mode::Single,
            "eval" => api::Mode::Eval,
            "function-type" => api::Mode::FunctionType,
            other => {
                return Err(format!(
                    "the host asks for the mode '{other}'; this plugin knows 'module', 'single', 'eval' and \
                     'function-type'"
                ));
            }
        };
        Ok(api::CompileRequest {
            source_name: self.source_name,
            source: source.to_vec(),
            mode,
            optimize: self.optimize,
            future_features: self.future_features,
            options: self.options,
            flags: self.flags,
            feature_version: self.feature_version,
        })
    }
}

impl From<api::Diagnostic> for Diagnostic {
    fn from(diagnostic: api::Diagnostic) -> Self {
        let severity = match diagnostic.severity {
            api::Severity::Error => "error",
            api::Severity::Warning => "warning",
        };
        Self {
            severity: severity.to_owned(),
            kind: diagnostic.kind,
            message: diagnostic.message,
            span: diagnostic.span.map(|s| (s.line, s.column, s.end_line, s.end_column)),
            help: diagnostic.help,
            text: diagnostic.text,
            as_error: diagnostic.as_error,
        }
    }
}

impl From<Diagnostic> for api::Diagnostic {
    fn from(diagnostic: Diagnostic) -> Self {
        // An unknown severity is taken for the graver one.
        let severity = if diagnostic.severity == "warning" { api::Severity::Warning } else { api::Severity::Error };
        Self {
            severity,
            kind: diagnostic.kind,
            message: diagnostic.message,
            span: diagnostic.span.map(|(line, column, end_line, end_column)| api::Span {
                line,
                column,
                end_line,
                end_column,
            }),
            help: diagnostic.help,
            text: diagnostic.text,
            as_error: diagnostic.as_error,
        }
    }
}

impl From<api::Completeness> for CompletenessAnswer {
    fn from(completeness: api::Completeness) -> Self {
        let name = match completeness {
            api::Completeness::Complete => "complete",
            api::Completeness::Incomplete => "incomplete",
            api::Completeness::Invalid => "invalid",
        };
        Self { completeness: name.to_owned() }
    }
}

impl CompletenessAnswer {
    /// In the words of the frontend interface. An unknown name counts as complete: compiling the text then says what
    /// is wrong with it.
    #[must_use]
    pub fn into_api(self) -> api::Completeness {
        match self.completeness.as_str() {
            "incomplete" => api::Completeness::Incomplete,
            "invalid" => api::Completeness::Invalid,
            _ => api::Completeness::Complete,
        }
    }
}

impl From<Vec<api::PreludeModule>> for PreludeAnswer {
    fn from(modules: Vec<api::PreludeModule>) -> Self {
        let modules = modules.into_iter().map(|m| PreludeModule { name: m.name, source: m.source });
        Self { modules: modules.collect() }
    }
}

impl PreludeAnswer {
    /// In the words of the frontend interface.
    #[must_use]
    pub fn into_api(self) -> Vec<api::PreludeModule> {
        self.modules.into_iter().map(|m| api::PreludeModule { name: m.name, source: m.source }).collect()
    }
}
