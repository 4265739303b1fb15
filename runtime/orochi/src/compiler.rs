//! The bridge from frontends to the VM: what the VM's `compile`, `exec`, `eval` and import ask is answered by a frontend.

use std::sync::Arc;

use orochi_bytecode::VerifiedModule;
use orochi_frontend::{CompileRequest, Diagnostic, Frontend, Mode};
use orochi_vm::compile::{CompileError, Compiler, SourceMode};

/// A compiler that asks a frontend.
pub struct FrontendCompiler {
    pub frontend: Arc<dyn Frontend>,
}

impl Compiler for FrontendCompiler {
    fn compile(
        &self,
        source: &[u8],
        filename: &str,
        mode: SourceMode,
        optimize: u8,
    ) -> Result<VerifiedModule, CompileError> {
        let mut request = CompileRequest::module(filename, source);
        request.optimize = optimize;
        request.mode = match mode {
            SourceMode::Exec => Mode::Module,
            SourceMode::Eval => Mode::Eval,
            SourceMode::Single => Mode::Single,
        };
        let output = self.frontend.compile(&request).map_err(|diagnostics| to_error(&diagnostics, source, filename))?;
        VerifiedModule::container(output.module).map_err(|error| CompileError {
            kind: "SystemError".into(),
            message: format!("the frontend made a module that does not pass the verifier: {error}"),
            filename: filename.into(),
            ..CompileError::default()
        })
    }

    fn extensions(&self) -> Vec<String> {
        self.frontend.info().extensions
    }
}

/// The first diagnostic as the VM raises it.
fn to_error(diagnostics: &[Diagnostic], source: &[u8], filename: &str) -> CompileError {
    let Some(first) = diagnostics.first() else {
        return CompileError {
            kind: "SyntaxError".into(),
            message: "the frontend gave no reason".into(),
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
