//! Sources as syntax trees, and trees as sources of modules.

use bumpalo::Bump;
use orochi_frontend::tree::Tree;
use orochi_frontend::{CompileRequest, Diagnostic, Mode, ParseOutput, Span};

use crate::ast::preprocess::{self, preprocess};
use crate::ast::{self, Mod, Refused};
use crate::frontend::to_diagnostic;
use crate::future;
use crate::lexer::{Fault, Warning};
use crate::parser::{self, Options, Start};
use crate::source::Source;

/// The syntax tree of a source.
pub(crate) fn parse(request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
    let source = Source::of_request(request).map_err(|error| vec![error])?;
    let arena = Bump::new();
    let parsed = parser::parse(source.text(), options(request), &arena);
    let mut diagnostics: Vec<Diagnostic> = parsed.warnings.into_iter().map(warning).collect();
    let program = match parsed.program {
        Ok(program) => program,
        Err(fault) => {
            diagnostics.push(error(fault));
            return Err(diagnostics);
        }
    };
    let features = match future::features(&program, &request.future_features) {
        Ok(features) => features,
        Err(error) => {
            diagnostics.push(to_diagnostic(error));
            return Err(diagnostics);
        }
    };
    let (program, _) = preprocess(&arena, &program, preprocessing(request, features.annotations));
    match ast::to_tree(&program) {
        Ok(tree) => Ok(ParseOutput { tree, warnings: diagnostics }),
        Err(refused) => Err(vec![self::refused(refused)]),
    }
}

fn preprocessing(request: &CompileRequest, future_annotations: bool) -> preprocess::Options {
    preprocess::Options {
        optimize: request.optimize,
        future_annotations,
        plain: !request.flags.optimized_tree,
        warn: false,
    }
}

/// The program of a tree that some program has made.
pub(crate) fn program<'a>(tree: &Tree, arena: &'a Bump) -> Result<Mod<'a>, Diagnostic> {
    let program = ast::from_tree(tree, arena).map_err(refused)?;
    ast::validate(&program).map_err(refused)?;
    Ok(program)
}

/// The tree that code would be made from, or a plain one where that is asked for.
pub(crate) fn optimize(tree: &Tree, request: &CompileRequest) -> Result<ParseOutput, Vec<Diagnostic>> {
    let arena = Bump::new();
    let program = program(tree, &arena).map_err(|error| vec![error])?;
    let features = future::features(&program, &request.future_features).map_err(|error| vec![to_diagnostic(error)])?;
    let (program, _) = preprocess(&arena, &program, preprocessing(request, features.annotations));
    match ast::to_tree(&program) {
        Ok(tree) => Ok(ParseOutput { tree, warnings: Vec::new() }),
        Err(refused) => Err(vec![self::refused(refused)]),
    }
}

pub(crate) fn refused(refused: Refused) -> Diagnostic {
    Diagnostic::error(refused.kind, refused.message)
}

pub(crate) fn options(request: &CompileRequest) -> Options {
    let start = match request.mode {
        Mode::Module => Start::File,
        Mode::Single => Start::Interactive,
        Mode::Eval => Start::Expression,
        Mode::FunctionType => Start::FunctionType,
    };
    Options {
        type_comments: request.flags.type_comments,
        feature_version: request.feature_version.unwrap_or(14),
        allow_incomplete: request.flags.incomplete_input,
        dont_imply_dedent: request.flags.dont_imply_dedent,
        barry_as_flufl: request.future_features.iter().any(|name| name == "barry_as_FLUFL"),
        max_digits: request.flags.integer_digits.map_or(parser::MAX_DIGITS, |digits| digits as usize),
        ..Options::new(start)
    }
}

/// An error of the parser for the host.
pub(crate) fn error(fault: Fault) -> Diagnostic {
    let span = (fault.text.is_some() || fault.line != 0).then_some(Span {
        line: fault.line,
        column: fault.column,
        end_line: fault.end_line,
        end_column: fault.end_column,
    });
    Diagnostic { text: fault.text, ..Diagnostic::error(fault.kind, fault.message).at(span) }
}

/// A warning of the parser for the host.
pub(crate) fn warning(warning: Warning) -> Diagnostic {
    let as_error = error(warning.as_error);
    Diagnostic {
        text: as_error.text,
        as_error: Some(as_error.message),
        ..Diagnostic::warning("SyntaxWarning", warning.message, as_error.span)
    }
}
