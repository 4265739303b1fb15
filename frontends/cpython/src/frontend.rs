//! The frontend as the host sees it.

use bumpalo::Bump;
use orochi_bytecode::{Module, Producer};
use orochi_frontend::tree::Tree;
use orochi_frontend::{
    CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info, ParseOutput, Symbols, Tokens, features,
};

use crate::ast::preprocess::{self, preprocess};
use crate::ast::{Mod, Range};
use crate::codegen::{Compiler, Error, Options, span};
use crate::source::Source;
use crate::{completeness, future, parser, pyc, symtable, tokens, tree};

/// The reference compiler.
#[derive(Clone, Copy, Debug, Default)]
pub struct CPython;

impl Frontend for CPython {
    fn info(&self) -> Info {
        Info {
            name: "cpython".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            mirrors: "CPython 3.14, the reference implementation".into(),
            languages: vec!["python 3.14".into()],
            extensions: vec!["py".into(), "pyc".into()],
            options: Vec::new(),
            features: vec![features::TREES.into(), features::SYMBOLS.into(), features::TOKENS.into()],
        }
    }

    fn compile(&self, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        if pyc::is_pyc(&request.source) {
            return pyc::compile(&request.source);
        }
        with_program(request, |arena, program, warnings| generate(arena, program, request, warnings))
            .map(|(module, warnings)| CompileOutput { module, warnings })
    }

    fn parse(&self, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        tree::parse(request)
    }

    fn compile_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        let arena = Bump::new();
        let program = tree::program(tree, &arena).map_err(|error| vec![error])?;
        let mut warnings = Vec::new();
        match generate(&arena, &program, request, &mut warnings) {
            Ok(module) => Ok(CompileOutput { module, warnings }),
            Err(error) => {
                warnings.push(to_diagnostic(error));
                Err(warnings)
            }
        }
    }

    fn optimize_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        tree::optimize(tree, request)
    }

    fn symbols(&self, request: &CompileRequest) -> Result<Symbols, Vec<Diagnostic>> {
        let scopes = |program: &Mod| {
            let features = future::features(program, &request.future_features)?;
            Ok(symtable::report(&symtable::symbol_table(program, &features)?))
        };
        with_program(request, |_, program, _| scopes(program)).map(|(scopes, warnings)| Symbols { scopes, warnings })
    }

    fn tokens(&self, source: &str, extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        Ok(tokens::tokens(source, extra))
    }

    fn completeness(&self, source: &str) -> Completeness {
        completeness::completeness(source)
    }
}

/// Parses the source of a request and hands the tree to what makes something of it. With the result are the warnings.
fn with_program<T>(
    request: &CompileRequest,
    work: impl for<'a> FnOnce(&'a Bump, &Mod<'a>, &mut Vec<Diagnostic>) -> Result<T, Error>,
) -> Result<(T, Vec<Diagnostic>), Vec<Diagnostic>> {
    let source = Source::of_request(request).map_err(|error| vec![error])?;
    let arena = Bump::new();
    let parsed = parser::parse(source.text(), tree::options(request), &arena);
    let mut warnings: Vec<Diagnostic> = parsed.warnings.into_iter().map(tree::warning).collect();
    let error = match parsed.program {
        Ok(program) => match work(&arena, &program, &mut warnings) {
            Ok(result) => return Ok((result, warnings)),
            Err(error) => to_diagnostic(error),
        },
        Err(fault) => tree::error(fault),
    };
    warnings.push(error);
    Err(warnings)
}

/// The module of a program.
fn generate<'a>(
    arena: &'a Bump,
    program: &Mod<'a>,
    request: &CompileRequest,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Module, Error> {
    let features = future::features(program, &request.future_features)?;
    let preprocessing = preprocess::Options {
        optimize: request.optimize,
        future_annotations: features.annotations,
        plain: false,
        warn: true,
    };
    let (program, more) = preprocess(arena, program, preprocessing);
    warnings.extend(more.into_iter().map(tree::warning));
    let table = symtable::symbol_table(&program, &features)?;
    let options = Options {
        optimize: request.optimize,
        future_annotations: features.annotations,
        top_level_await: request.flags.top_level_await,
        interactive: matches!(program, Mod::Interactive(_)),
    };
    let mut compiler = Compiler::new(&table, options, &request.source_name);
    compiler.builder().set_producer(Producer {
        frontend: "cpython".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        source_hash: [0; 32],
    });
    if !features.names.is_empty() {
        compiler.builder().add_custom("python.future", features.names.join("\n").into_bytes());
    }
    let result = compiler.program(&program);
    warnings.append(compiler.warnings());
    result?;
    compiler.finish()
}

/// An error of the compiler for the host.
pub(crate) fn to_diagnostic(error: Error) -> Diagnostic {
    let span = (error.range != Range::default()).then(|| span(error.range));
    Diagnostic::error(error.kind, error.message).at(span)
}
