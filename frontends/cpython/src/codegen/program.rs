//! Whole programs: modules, interactive statements, single expressions.

use crate::ast::{self, Constant, Expr, Mod, Range, Ranged, Stmt};
use orochi_bytecode::Op;
use orochi_bytecode::operands::Count;

use super::unit::{Header, UnitKind};
use super::{Compiler, Error, Result};
use crate::symtable::SymbolTable;

impl<'a> Compiler<'a> {
    /// Generates the module's code object and all those inside it.
    pub(crate) fn program(&mut self, program: &'a Mod<'a>) -> Result {
        let header = Header::new("<module>", SymbolTable::MODULE, 1, Range::default());
        self.enter(header, UnitKind::Module);
        match program {
            Mod::Module(module) => self.module_body(module.body)?,
            Mod::Interactive(module) => self.module_body(module.body)?,
            Mod::FunctionType(_) => {
                return Err(Error::syntax("this compiler does not handle FunctionTypes", Range::default()));
            }
            Mod::Expression(expression) => {
                self.expr(expression.body)?;
                self.op(Op::Return);
            }
        }
        self.exit()?;
        Ok(())
    }

    fn module_body(&mut self, body: &'a [Stmt<'a>]) -> Result {
        let start = body.first().map_or(Range::default(), |stmt| Range::empty(stmt.start()));
        self.deferred_annotations(body, start)?;
        if self.scope().has_conditional_annotations {
            self.emit(start, Op::BuildSet { count: Count(0) });
            self.store_name(start, "__conditional_annotations__");
        }
        self.block_body(body)?;
        let value = self.module.none();
        self.glue(Op::Const { value });
        self.op(Op::Return);
        Ok(())
    }

    /// The statements of a module or class: with docstring and annotations.
    pub(super) fn block_body(&mut self, body: &'a [Stmt<'a>]) -> Result {
        self.number_annotations(body);
        if self.options.future_annotations && super::annotations::any(body) {
            let range = body.first().map_or(Range::default(), Ranged::range);
            self.emit(range, Op::SetupAnnotations);
        }
        let mut body = body;
        let interactive = self.options.interactive && self.units.len() == 1;
        if !interactive && let Some(((docstring, range), rest)) = split_docstring(body) {
            body = rest;
            let text = self.docstring(docstring);
            self.constant(range, text);
            let name = self.module.name("__doc__");
            self.emit(range, Op::StoreName { name });
        }
        self.statements(body)
    }
}

/// The docstring of a body with its place, and the statements after it.
#[allow(clippy::type_complexity)]
pub(super) fn split_docstring<'a>(body: &'a [Stmt<'a>]) -> Option<((&'a [u8], Range), &'a [Stmt<'a>])> {
    let (first, rest) = body.split_first()?;
    let Stmt::Expr(stmt) = first else { return None };
    match stmt.value {
        Expr::Constant(ast::ExprConstant { value: Constant::Str(text), range, .. }) => Some(((text, *range), rest)),
        _ => None,
    }
}
