//! The frontend as the host sees it.

use orochi_bytecode::Producer;
use orochi_frontend::tree::Tree;
use orochi_frontend::{
    CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info, Mode, ParseOutput, Tokens, features,
};
use ruff_python_ast::{Mod, PythonVersion, Stmt};
use ruff_python_parser::{ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use crate::codegen::{Compiler, Error, Options};
use crate::source::Source;
use crate::{diagnostics, future, limits, nesting, pyc, symtable};

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
        let source = Source::of_request(request).map_err(|error| vec![error])?;
        compile(&source, request).map_err(|error| vec![error])
    }

    fn parse(&self, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        crate::tree::parse(request)
    }

    fn optimize_tree(&self, tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
        crate::tree::optimize(tree, request)
    }

    fn tokens(&self, source: &str, extra: bool) -> Result<Tokens, Vec<Diagnostic>> {
        Ok(crate::tokens::tokens(source, extra))
    }

    fn completeness(&self, source: &str) -> Completeness {
        diagnostics::completeness(source)
    }
}

fn compile(source: &Source, request: &CompileRequest) -> Result<CompileOutput, Diagnostic> {
    let bound = nesting::bound(source.text()).map_err(|error| to_diagnostic(source, error))?;
    let parsed = parse(source, request.mode);
    let result = match diagnostics::first_error(source, &parsed) {
        Some(error) => Err(error),
        None => generate(source, request, &parsed),
    };
    // Dropping a deep tree recurses, too.
    limits::with_stack_for(bound, || drop(parsed));
    result
}

fn generate(source: &Source, request: &CompileRequest, parsed: &Parsed<Mod>) -> Result<CompileOutput, Diagnostic> {
    let program = parsed.syntax();
    let fail = |error: Error| to_diagnostic(source, error);
    if request.mode == Mode::Single {
        single_statement(source, program).map_err(fail)?;
    }
    let features = future::features(program, &request.future_features).map_err(fail)?;
    let table = symtable::symbol_table(program, features.annotations)
        .map_err(|error| fail(Error { kind: error.kind, message: error.message, range: error.range }))?;
    let options = Options {
        optimize: request.optimize,
        future_annotations: features.annotations,
        interactive: request.mode == Mode::Single,
    };
    let mut compiler = Compiler::new(source, &table, options, &request.source_name);
    compiler.builder().set_producer(Producer {
        frontend: "cpython".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        source_hash: [0; 32],
    });
    compiler.program(program).map_err(fail)?;
    let (module, own) = compiler.finish().map_err(fail)?;
    let mut warnings = diagnostics::token_warnings(source, parsed);
    warnings.extend(own);
    Ok(CompileOutput { module, warnings })
}

/// In interactive mode a text is one compound statement or one line of simple ones.
fn single_statement(source: &Source, program: &Mod) -> Result<(), Error> {
    let Mod::Module(module) = program else { return Ok(()) };
    let apart = |pair: &[Stmt]| {
        let compound = matches!(
            pair[0],
            Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::If(_)
                | Stmt::For(_)
                | Stmt::While(_)
                | Stmt::With(_)
                | Stmt::Try(_)
                | Stmt::Match(_)
        );
        compound || source.line(pair[0].end()) != source.line(pair[1].start())
    };
    match module.body.windows(2).find(|pair| apart(pair)) {
        None => Ok(()),
        Some(pair) => {
            let message = "multiple statements found while compiling a single statement";
            Err(Error::syntax(message, pair[0].range()))
        }
    }
}

fn to_diagnostic(source: &Source, error: Error) -> Diagnostic {
    let span = (error.range != TextRange::default()).then(|| source.span(error.range));
    Diagnostic::error(error.kind, error.message).at(span)
}

fn parse(source: &Source, mode: Mode) -> Parsed<Mod> {
    let parser_mode = match mode {
        Mode::Module | Mode::Single => ruff_python_parser::Mode::Module,
        Mode::Eval | Mode::FunctionType => ruff_python_parser::Mode::Expression,
    };
    let options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY314);
    parse_unchecked(source.text(), options)
}
