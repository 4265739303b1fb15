//! Whole programs: modules, interactive statements, single expressions.

use orochi_bytecode::Op;
use orochi_bytecode::operands::Count;
use ruff_python_ast::{self as ast, Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::unit::{Header, UnitKind};
use super::{Compiler, Result};
use crate::symtable::SymbolTable;

impl<'a> Compiler<'a> {
    /// Generates the module's code object and all those inside it.
    pub(crate) fn program(&mut self, program: &'a Mod) -> Result {
        let header = Header::new("<module>", SymbolTable::MODULE, 1, TextRange::default());
        self.enter(header, UnitKind::Module);
        match program {
            Mod::Module(module) => self.module_body(module)?,
            Mod::Expression(expression) => {
                self.expr(&expression.body)?;
                self.op(Op::Return);
            }
        }
        self.exit()?;
        Ok(())
    }

    fn module_body(&mut self, module: &'a ast::ModModule) -> Result {
        let start = module.body.first().map_or(TextRange::default(), |stmt| TextRange::empty(stmt.start()));
        self.deferred_annotations(&module.body, start)?;
        if self.scope().has_conditional_annotations {
            self.emit(start, Op::BuildSet { count: Count(0) });
            self.store_name(start, "__conditional_annotations__");
        }
        self.block_body(&module.body)?;
        let value = self.module.none();
        self.glue(Op::Const { value });
        self.op(Op::Return);
        Ok(())
    }

    /// The statements of a module or class: with docstring and annotations.
    pub(super) fn block_body(&mut self, body: &'a [Stmt]) -> Result {
        self.number_annotations(body);
        if self.options.future_annotations && super::annotations::any(body) {
            let range = body.first().map_or(TextRange::default(), Ranged::range);
            self.emit(range, Op::SetupAnnotations);
        }
        let mut body = body;
        if !self.options.interactive
            && let Some((docstring, rest)) = split_docstring(body)
        {
            body = rest;
            if self.options.optimize < 2 {
                let text = self.docstring(docstring);
                self.constant(docstring.range, text);
                let name = self.module.name("__doc__");
                self.emit(docstring.range, Op::StoreName { name });
            } else {
                self.emit(docstring.range, Op::Nop);
            }
        }
        self.statements(body)
    }
}

/// The docstring of a body and the statements after it.
pub(super) fn split_docstring(body: &[Stmt]) -> Option<(&ast::ExprStringLiteral, &[Stmt])> {
    let (first, rest) = body.split_first()?;
    match first {
        Stmt::Expr(ast::StmtExpr { value, .. }) => match &**value {
            Expr::StringLiteral(literal) => Some((literal, rest)),
            _ => None,
        },
        _ => None,
    }
}
