//! Loading a library and talking to it.
//!
//! Libraries are never unloaded: code of theirs may be anywhere once they have run. Each library's header is read
//! from the library itself, since `RootModule::load_from_file` would hand out the first plugin for every later one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use abi_stable::library::{LibHeader, LibraryError, abi_header_from_path};
use abi_stable::std_types::RSlice;
use orochi_abi::{ABI_VERSION, PluginV1Ref, frame, wire};
use orochi_bytecode::{VerifiedModule, binary};
use orochi_frontend::{
    CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info, ParseOutput, PreludeModule, Severity,
    Symbols, Tokens, features, tree, tree::Tree,
};
use serde::de::DeserializeOwned;

use crate::elf;
use crate::error::PluginError;
use crate::manifest::Format;

/// A frontend in a dynamic library that has been loaded.
pub struct LoadedFrontend {
    path: PathBuf,
    module: PluginV1Ref,
    wire_info: wire::Info,
    info: Info,
}

impl LoadedFrontend {
    /// Loads a library. Whether it may be loaded must have been settled before (see [`crate::trust`]).
    ///
    /// # Errors
    /// When it is no library, no plugin, or one for another host.
    pub fn load(path: &Path) -> Result<Self, PluginError> {
        let module = root_module(path)?;
        let wire_info: wire::Info = answer(path, "info", &module.info()())?;
        if let Err(error) = crate::manifest::check_id(&wire_info.name) {
            return Err(PluginError::BadAnswer { path: path.to_owned(), call: "info", found: error });
        }
        check_bytecode(path, Format::from(wire_info.bytecode))?;
        let info = wire_info.clone().into_api();
        Ok(Self { path: path.to_owned(), module, wire_info, info })
    }

    /// Where it was loaded from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself, as it says it.
    #[must_use]
    pub fn wire_info(&self) -> &wire::Info {
        &self.wire_info
    }

    /// Passes a request on as it is, for a process that only forwards.
    #[must_use]
    pub fn compile_bytes(&self, request: &[u8]) -> Vec<u8> {
        self.module.compile()(RSlice::from_slice(request)).into_vec()
    }

    /// Passes a question on as it is, for a process that only forwards.
    #[must_use]
    pub fn completeness_bytes(&self, request: &[u8]) -> Vec<u8> {
        self.module.completeness()(RSlice::from_slice(request)).into_vec()
    }

    /// Passes the prelude on as it is, for a process that only forwards.
    #[must_use]
    pub fn prelude_bytes(&self) -> Vec<u8> {
        self.module.prelude()().into_vec()
    }
}

impl Frontend for LoadedFrontend {
    fn info(&self) -> Info {
        self.info.clone()
    }

    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Asking(self).compile(request)
    }

    fn parse(&self, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Asking(self).parse(request)
    }

    fn compile_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Asking(self).compile_tree(tree, request)
    }

    fn optimize_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        Asking(self).optimize_tree(tree, request)
    }

    fn symbols(&self, request: &CompileRequest) -> Result<Symbols, Vec<Diagnostic>> {
        Asking(self).symbols(request)
    }

    fn tokens(&self, source: &str, extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        Asking(self).tokens(source, extra)
    }

    fn completeness(&self, source: &str) -> Completeness {
        let request = frame::encode(&wire::Empty {}, source.as_bytes());
        read_completeness(&self.path, &self.completeness_bytes(&request))
    }

    fn prelude(&self) -> Vec<PreludeModule> {
        read_prelude(&self.path, &self.prelude_bytes())
    }
}

/// A library that answers frames: in this process or in another.
pub(crate) trait Answers {
    fn library(&self) -> &Path;

    /// The answer to a request to compile.
    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, PluginError>;

    /// Whether it said that it does something beyond compiling text.
    fn has(&self, feature: &str) -> bool;

    /// What a frontend says that does not do something.
    fn refusal(&self, what: &str) -> Diagnostic;
}

impl Answers for LoadedFrontend {
    fn library(&self) -> &Path {
        &self.path
    }

    fn answer(&self, request: &[u8]) -> Result<Vec<u8>, PluginError> {
        Ok(self.compile_bytes(request))
    }

    fn has(&self, feature: &str) -> bool {
        self.info.features.iter().any(|own| own == feature)
    }

    fn refusal(&self, what: &str) -> Diagnostic {
        self.lacks(what)
    }
}

/// Asks a library what a frontend is asked, and reads its answers. Nothing in them is believed.
pub(crate) struct Asking<'a, T>(pub &'a T);

impl<T: Answers> Asking<'_, T> {
    fn ask(&self, task: &str, request: &CompileRequest, body: &[u8]) -> Result<Answer, Vec<Diagnostic>> {
        let frame = frame::encode(&wire::CompileRequest::new(task, request, host()), body);
        let bytes = self.0.answer(&frame).map_err(|error| vec![system_error(&error)])?;
        let (head, body) = frame::decode::<wire::CompileAnswer>(&bytes).map_err(|error| self.bad(error.to_string()))?;
        let diagnostics: Vec<Diagnostic> = head.diagnostics.into_iter().map(Diagnostic::from).collect();
        if head.compiled {
            return Ok(Answer { body: body.to_vec(), warnings: diagnostics });
        }
        let has_error = diagnostics.iter().any(|d| d.severity == Severity::Error);
        Err(if has_error { diagnostics } else { self.bad("neither what was asked for nor an error".to_owned()) })
    }

    fn bad(&self, found: String) -> Vec<Diagnostic> {
        let error = PluginError::BadAnswer { path: self.0.library().to_owned(), call: "compile", found };
        vec![system_error(&error)]
    }

    fn require(&self, feature: &str, what: &str) -> Result<(), Vec<Diagnostic>> {
        if self.0.has(feature) { Ok(()) } else { Err(vec![self.0.refusal(what)]) }
    }

    fn module(&self, answer: Answer) -> Result<CompileOutput, Vec<Diagnostic>> {
        let module =
            binary::decode(&answer.body).map_err(|error| self.bad(format!("bytes that are not a module: {error}")))?;
        let module = Arc::new(module);
        VerifiedModule::verify(Arc::clone(&module))
            .map_err(|error| self.bad(format!("a module that does not verify: {error}")))?;
        Ok(CompileOutput { module: Arc::unwrap_or_clone(module), warnings: answer.warnings })
    }

    pub fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        let answer = self.ask(wire::task::COMPILE, request, &request.source)?;
        self.module(answer)
    }

    pub fn parse(&self, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        self.require(features::TREES, "syntax trees")?;
        let answer = self.ask(wire::task::PARSE, request, &request.source)?;
        self.tree(answer)
    }

    pub fn optimize_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        self.require(features::TREES, "syntax trees")?;
        let answer = self.ask(wire::task::OPTIMIZE_TREE, request, &tree::encode(tree))?;
        self.tree(answer)
    }

    fn tree(&self, answer: Answer) -> Result<ParseOutput, Vec<Diagnostic>> {
        let tree = tree::decode(&answer.body)
            .map_err(|error| self.bad(format!("bytes that are not a syntax tree: {error}")))?;
        Ok(ParseOutput { tree, warnings: answer.warnings })
    }

    pub fn compile_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        self.require(features::TREES, "syntax trees")?;
        let answer = self.ask(wire::task::COMPILE_TREE, request, &tree::encode(tree))?;
        self.module(answer)
    }

    pub fn symbols(&self, request: &CompileRequest) -> Result<Symbols, Vec<Diagnostic>> {
        self.require(features::SYMBOLS, "symbol tables")?;
        let answer = self.ask(wire::task::SYMBOLS, request, &request.source)?;
        let symbols: Symbols = serde_json::from_slice(&answer.body).map_err(|error| self.bad(error.to_string()))?;
        let count = symbols.scopes.len();
        // Each scope stands behind the one that it is in, so that nobody goes in circles.
        let sound =
            symbols.scopes.iter().enumerate().all(|(at, scope)| {
                scope.children.iter().all(|child| (*child as usize) > at && (*child as usize) < count)
            });
        if sound && count > 0 { Ok(symbols) } else { Err(self.bad("scopes that are not in each other".to_owned())) }
    }

    pub fn tokens(&self, source: &str, extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        self.require(features::TOKENS, "tokens")?;
        let task = if extra { wire::task::EXTRA_TOKENS } else { wire::task::TOKENS };
        let answer = self.ask(task, &CompileRequest::module("", Vec::new()), source.as_bytes())?;
        let tokens: Tokens = serde_json::from_slice(&answer.body).map_err(|error| self.bad(error.to_string()))?;
        let lines = tokens.lines.len();
        if tokens.tokens.iter().all(|token| (token.line as usize) < lines) {
            Ok(tokens)
        } else {
            Err(self.bad("tokens in lines that are not there".to_owned()))
        }
    }
}

/// An answer that has what was asked for.
struct Answer {
    body: Vec<u8>,
    warnings: Vec<Diagnostic>,
}

/// What a host tells plugins of itself.
fn host() -> wire::Host {
    wire::Host { version: env!("CARGO_PKG_VERSION").to_owned(), bytecode: binary::VERSION, features: Vec::new() }
}

/// Reads the answer to a question of completeness. Where there is none, compiling the text tells what is wrong.
#[must_use]
pub fn read_completeness(path: &Path, bytes: &[u8]) -> Completeness {
    answer::<wire::CompletenessAnswer>(path, "completeness", bytes)
        .map_or(Completeness::Complete, wire::CompletenessAnswer::into_api)
}

/// Reads a prelude; one that cannot be read is empty, and the program's import then says what is missing.
#[must_use]
pub fn read_prelude(path: &Path, bytes: &[u8]) -> Vec<PreludeModule> {
    answer::<wire::PreludeAnswer>(path, "prelude", bytes).map(wire::PreludeAnswer::into_api).unwrap_or_default()
}

/// A diagnostic for a fault that lies in the plugin and not in the source.
#[must_use]
pub fn system_error(error: &PluginError) -> Diagnostic {
    Diagnostic::error("SystemError", error.to_string())
}

/// The head of an answer.
pub(crate) fn answer<T: DeserializeOwned>(path: &Path, call: &'static str, bytes: &[u8]) -> Result<T, PluginError> {
    match frame::decode(bytes) {
        Ok((head, _)) => Ok(head),
        Err(error) => Err(PluginError::BadAnswer { path: path.to_owned(), call, found: error.to_string() }),
    }
}

/// Whether this host reads a bytecode format.
///
/// # Errors
/// [`PluginError::ForeignBytecode`].
pub fn check_bytecode(path: &Path, found: Format) -> Result<(), PluginError> {
    let expected = Format::from(binary::VERSION);
    if found.major != expected.major || found.minor > expected.minor {
        return Err(PluginError::ForeignBytecode { path: path.to_owned(), found, expected });
    }
    Ok(())
}

/// Opens a library and takes its root module, checking first what can be told in one line.
fn root_module(path: &Path) -> Result<PluginV1Ref, PluginError> {
    // A path without a separator would be looked for in the system's library folders.
    let path = std::path::absolute(path)
        .map_err(|error| PluginError::Unreadable { path: path.to_owned(), error: error.to_string() })?;
    // A file that cannot be opened is the loader's to explain.
    if let Ok(Some(error)) = elf::missing(&path) {
        return Err(PluginError::NotALibrary { path, error });
    }
    let header = abi_header_from_path(&path).map_err(|error| explain(&path, error))?;
    let header: &LibHeader = header.upgrade().map_err(|error| explain(&path, error))?;
    let version = header.version_strings().version.as_str();
    if version.split('.').next() != Some(ABI_VERSION.to_string().as_str()) {
        return Err(PluginError::WrongAbi { path, found: version.to_owned() });
    }
    header.check_layout::<PluginV1Ref>().map_err(|error| explain(&path, error))
}

/// `abi_stable`'s error in our words: its own are written for the authors of interfaces, and up to 600 lines long.
fn explain(path: &Path, error: LibraryError) -> PluginError {
    let path = path.to_owned();
    match error {
        LibraryError::OpenError { err, .. } => PluginError::NotALibrary { path, error: system_message(&err) },
        LibraryError::GetSymbolError { .. } => PluginError::NotAPlugin { path },
        LibraryError::InvalidAbiHeader(header) => {
            let magic = String::from_utf8_lossy(&header.magic_string).trim_end_matches('\0').to_owned();
            let found = if magic.starts_with("abi_stable") || magic.starts_with("abi stable") {
                format!("a library built with abi_stable {}.{}", header.abi_major, header.abi_minor)
            } else {
                "a symbol of the plugins' name that is something else".to_owned()
            };
            PluginError::ForeignAbi { path, found }
        }
        LibraryError::AbiInstability(_) => PluginError::WrongLayout { path },
        LibraryError::IncompatibleVersionNumber { actual_version, .. } => {
            PluginError::WrongAbi { path, found: actual_version.to_string() }
        }
        LibraryError::ParseVersionError(error) => PluginError::WrongAbi { path, found: error.to_string() },
        LibraryError::InvalidCAbi { .. } => {
            PluginError::ForeignAbi { path, found: "a library whose C calling convention differs".to_owned() }
        }
        LibraryError::RootModule { err, .. } => PluginError::FailedToStart { path, error: err.to_string() },
        LibraryError::Many(errors) => PluginError::FailedToStart { path, error: format!("{} errors", errors.len()) },
    }
}

/// The system's own words, which `libloading` keeps as the source of its error.
fn system_message(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}
