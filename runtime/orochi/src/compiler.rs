//! The bridge from frontends to the VM: what the VM's `compile`, `exec`, `eval` and import ask is answered by a frontend.

use std::collections::BTreeMap;
use std::sync::Arc;

use orochi_bytecode::VerifiedModule;
use orochi_frontend::tree::Tree;
use orochi_frontend::{CompileOutput, CompileRequest, Diagnostic, Flags, Frontend, Mode, Severity};
use orochi_vm::compile::{
    Answer, CompileError, CompileWarning, Compiler, ErrorPlace, Request, Scope, ScopeKind, SourceMode, Token, Tokens,
};

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

/// What a frontend answers.
type Asked<T> = Result<(T, Vec<Diagnostic>), Vec<Diagnostic>>;

impl FrontendCompiler {
    /// Asks the frontend that a request is for.
    fn ask<T>(&self, request: &Request<'_>, ask: impl FnOnce(&dyn Frontend, &CompileRequest) -> Asked<T>) -> Answer<T> {
        let choice = match self.frontends.choose(request.filename, request.source, request.asked_by) {
            Ok(choice) => choice,
            Err(message) => {
                let error = error(Diagnostic::error("SyntaxError", message), request.filename);
                return Answer { result: Err(error), warnings: Vec::new() };
            }
        };
        let asked = CompileRequest {
            mode: match request.mode {
                SourceMode::Exec => Mode::Module,
                SourceMode::Eval => Mode::Eval,
                SourceMode::Single => Mode::Single,
                SourceMode::FunctionType => Mode::FunctionType,
            },
            optimize: request.optimize.unwrap_or(self.optimize),
            options: choice.options,
            future_features: request.future_features.clone(),
            flags: Flags {
                utf8: request.flags.utf8,
                type_comments: request.flags.type_comments,
                top_level_await: request.flags.top_level_await,
                incomplete_input: request.flags.incomplete_input,
                dont_imply_dedent: request.flags.dont_imply_dedent,
                optimized_tree: request.flags.optimized_tree,
                integer_digits: request.flags.integer_digits,
            },
            feature_version: request.feature_version,
            ..CompileRequest::module(request.filename, request.source)
        };
        match ask(&*choice.frontend, &asked) {
            Ok((value, warnings)) => Answer { result: Ok(value), warnings: self::warnings(warnings, request.filename) },
            Err(diagnostics) => {
                let (errors, warnings): (Vec<_>, Vec<_>) =
                    diagnostics.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
                let silent = || Diagnostic::error("SyntaxError", "the frontend gave no reason");
                let first = errors.into_iter().next().unwrap_or_else(silent);
                Answer {
                    result: Err(error(first, request.filename)),
                    warnings: self::warnings(warnings, request.filename),
                }
            }
        }
    }
}

impl Compiler for FrontendCompiler {
    fn compile(&self, request: &Request<'_>) -> Answer<VerifiedModule> {
        self.ask(request, |frontend, asked| verified(frontend.compile(asked)?))
    }

    fn parse(&self, request: &Request<'_>) -> Answer<Tree> {
        self.ask(request, |frontend, asked| frontend.parse(asked).map(|output| (output.tree, output.warnings)))
    }

    fn compile_tree(&self, tree: &Tree, request: &Request<'_>) -> Answer<VerifiedModule> {
        self.ask(request, |frontend, asked| verified(frontend.compile_tree(tree, asked)?))
    }

    fn optimize_tree(&self, tree: &Tree, request: &Request<'_>) -> Answer<Tree> {
        self.ask(request, |frontend, asked| {
            frontend.optimize_tree(tree, asked).map(|output| (output.tree, output.warnings))
        })
    }

    fn symbols(&self, request: &Request<'_>) -> Answer<Vec<Scope>> {
        self.ask(request, |frontend, asked| {
            let symbols = frontend.symbols(asked)?;
            Ok((symbols.scopes.into_iter().map(scope).collect(), symbols.warnings))
        })
    }

    fn tokens(&self, request: &Request<'_>, extra: bool) -> Answer<Tokens> {
        self.ask(request, |frontend, asked| {
            let tokens = frontend.tokens(&String::from_utf8_lossy(&asked.source), extra)?;
            let error = tokens.error.map(|diagnostic| error(diagnostic, request.filename));
            let warnings = tokens.warnings.into_iter().map(|(_, warning)| warning).collect();
            let lines = tokens.lines;
            let tokens = tokens.tokens.into_iter().map(|token| Token {
                kind: token.kind,
                start: token.start,
                end: token.end,
                text: token.text,
                line: token.line,
            });
            Ok((Tokens { tokens: tokens.collect(), lines, error }, warnings))
        })
    }

    fn extensions(&self) -> Vec<String> {
        self.frontends.extensions()
    }
}

/// A module that passes the verifier.
fn verified(output: CompileOutput) -> Asked<VerifiedModule> {
    match VerifiedModule::container(output.module) {
        Ok(module) => Ok((module, output.warnings)),
        Err(error) => {
            let message = format!("the frontend made a module that does not pass the verifier: {error}");
            Err(vec![Diagnostic::error("SystemError", message)])
        }
    }
}

/// A diagnostic as the VM raises it.
fn error(diagnostic: Diagnostic, filename: &str) -> CompileError {
    CompileError {
        kind: diagnostic.kind,
        message: diagnostic.message,
        filename: filename.into(),
        place: diagnostic.span.map(|span| ErrorPlace {
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
        }),
        text: diagnostic.text,
    }
}

fn warnings(diagnostics: Vec<Diagnostic>, filename: &str) -> Vec<CompileWarning> {
    let warning = |mut diagnostic: Diagnostic| {
        let category = std::mem::replace(&mut diagnostic.kind, "SyntaxError".to_owned());
        let message = diagnostic.message.clone();
        if let Some(as_error) = diagnostic.as_error.take() {
            diagnostic.message = as_error;
        }
        CompileWarning { category, message, as_error: error(diagnostic, filename) }
    };
    diagnostics.into_iter().map(warning).collect()
}

fn scope(scope: orochi_frontend::Scope) -> Scope {
    use orochi_frontend::ScopeKind as Kind;
    Scope {
        name: scope.name,
        kind: match scope.kind {
            Kind::Function => ScopeKind::Function,
            Kind::Class => ScopeKind::Class,
            Kind::Module => ScopeKind::Module,
            Kind::Annotation => ScopeKind::Annotation,
            Kind::TypeAlias => ScopeKind::TypeAlias,
            Kind::TypeParameters => ScopeKind::TypeParameters,
            Kind::TypeVariable => ScopeKind::TypeVariable,
        },
        line: scope.line,
        nested: scope.nested,
        children: scope.children,
        parameters: scope.parameters,
        symbols: scope.symbols.into_iter().map(|symbol| (symbol.name, symbol.flags)).collect(),
    }
}
