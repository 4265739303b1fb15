//! The bridge from frontends to the VM: what the VM's `compile`, `exec`, `eval` and import ask is answered by a frontend.

use std::collections::BTreeMap;
use std::sync::Arc;

use orochi_bytecode::VerifiedModule;
use orochi_frontend::{CompileRequest, Diagnostic, Frontend, Mode};
use orochi_vm::compile::{CompileError, Compiler, SourceMode};

/// The frontends that a program may need: says which one a source gets.
pub trait Frontends: Send + Sync {
    /// The frontend for a source, by its name (a path, or `<string>` and its like) and its text. `asked_by` is the name of the
    /// frontend whose code asks, with `exec` and its like: the text is in that one's language.
    ///
    /// # Errors
    /// Why there is none, as a message for the SyntaxError that the program sees.
    fn choose(&self, name: &str, source: &[u8], asked_by: Option<&str>) -> Result<Choice, String>;

    /// The extensions of files that can be imported, without the dot, the first one first.
    fn extensions(&self) -> Vec<String>;

    /// Takes the warnings about a source that compiled. By default nobody hears of them.
    fn warn(&self, _warnings: &[Diagnostic], _name: &str, _source: &[u8]) {}
}

/// A frontend, and the options that it is called with.
pub struct Choice {
    pub frontend: Arc<dyn Frontend>,
    pub options: BTreeMap<String, String>,
}

/// One frontend for everything.
impl Frontends for Arc<dyn Frontend> {
    fn choose(&self, _name: &str, _source: &[u8], _asked_by: Option<&str>) -> Result<Choice, String> {
        Ok(Choice { frontend: Arc::clone(self), options: BTreeMap::new() })
    }

    fn extensions(&self) -> Vec<String> {
        self.info().extensions
    }
}

/// The VM's compiler: asks a frontend.
pub(crate) struct FrontendCompiler {
    pub frontends: Arc<dyn Frontends>,
    /// What is asked for when the VM asks for nothing: 0, 1 or 2.
    pub optimize: u8,
}

impl Compiler for FrontendCompiler {
    fn compile(
        &self,
        source: &[u8],
        filename: &str,
        mode: SourceMode,
        optimize: u8,
        asked_by: Option<&str>,
    ) -> Result<VerifiedModule, CompileError> {
        let fail = |kind: &str, message| CompileError {
            kind: kind.into(),
            message,
            filename: filename.into(),
            ..CompileError::default()
        };
        let choice =
            self.frontends.choose(filename, source, asked_by).map_err(|message| fail("SyntaxError", message))?;
        let request = CompileRequest {
            mode: match mode {
                SourceMode::Exec => Mode::Module,
                SourceMode::Eval => Mode::Eval,
                SourceMode::Single => Mode::Single,
            },
            optimize: optimize.max(self.optimize),
            options: choice.options,
            ..CompileRequest::module(filename, source)
        };
        let output = choice.frontend.compile(&request).map_err(|errors| first_error(&errors, source, filename))?;
        if !output.warnings.is_empty() {
            self.frontends.warn(&output.warnings, filename, source);
        }
        VerifiedModule::container(output.module).map_err(|error| {
            fail("SystemError", format!("the frontend made a module that does not pass the verifier: {error}"))
        })
    }

    fn extensions(&self) -> Vec<String> {
        self.frontends.extensions()
    }
}

/// The first diagnostic as the VM raises it.
fn first_error(diagnostics: &[Diagnostic], source: &[u8], filename: &str) -> CompileError {
    let Some(first) = diagnostics.first() else {
        return CompileError {
            kind: "SyntaxError".into(),
            message: "the frontend gave no reason".into(),
            filename: filename.into(),
            ..CompileError::default()
        };
    };
    let span = first.span.unwrap_or_default();
    let text = String::from_utf8_lossy(source);
    let line = span.line.checked_sub(1).and_then(|line| text.lines().nth(line as usize));
    CompileError {
        kind: first.kind.clone(),
        message: first.message.clone(),
        filename: filename.into(),
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
        text: line.map(|line| format!("{line}\n")),
    }
}
