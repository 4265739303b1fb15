//! Statements: the dispatch, and the simple ones.

use crate::ast::{self, Expr, Ranged, Stmt};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{BuiltinRef, Count, IntrinsicFn, RaiseArgs};

use super::unit::{Block, UnitKind};
use super::{Compiler, Error, Result};

impl<'a> Compiler<'a> {
    pub(super) fn statements(&mut self, body: &'a [Stmt<'a>]) -> Result {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Result {
        self.deeper(stmt, |this| this.statement(stmt))
    }

    fn statement(&mut self, stmt: &'a Stmt<'a>) -> Result {
        let range = stmt.range();
        match stmt {
            Stmt::FunctionDef(def) => self.function_def(def),
            Stmt::ClassDef(def) => self.class_def(def),
            Stmt::Return(stmt) => self.return_stmt(stmt),
            Stmt::Delete(stmt) => stmt.targets.iter().try_for_each(|target| self.delete(target)),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::Assign(assign) => self.assign(assign),
            Stmt::AugAssign(assign) => self.augmented_assign(assign),
            Stmt::AnnAssign(assign) => self.annotated_assignment(assign),
            Stmt::For(stmt) if stmt.is_async => self.async_for(stmt),
            Stmt::For(stmt) => self.for_stmt(stmt),
            Stmt::While(stmt) => self.while_stmt(stmt),
            Stmt::If(stmt) => self.if_stmt(stmt),
            Stmt::With(stmt) => self.with_stmt(stmt, 0),
            Stmt::Match(stmt) => self.match_stmt(stmt),
            Stmt::Raise(stmt) => self.raise(stmt),
            Stmt::Try(stmt) => self.try_stmt(stmt),
            Stmt::Assert(stmt) => self.assert(stmt),
            Stmt::Import(stmt) => {
                self.import(stmt);
                Ok(())
            }
            Stmt::ImportFrom(stmt) => self.import_from(stmt),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(stmt) => self.expr_stmt(stmt),
            Stmt::Pass(_) => {
                self.emit(range, Op::Nop);
                Ok(())
            }
            Stmt::Break(_) => self.break_stmt(range),
            Stmt::Continue(_) => self.continue_stmt(range),
        }
    }

    fn expr_stmt(&mut self, stmt: &'a ast::StmtExpr<'a>) -> Result {
        if self.options.interactive && self.units.len() == 1 {
            self.expr(stmt.value)?;
            self.emit(stmt.range, Op::Intrinsic { which: IntrinsicFn::Print });
            self.emit(stmt.range, Op::Pop);
            return Ok(());
        }
        if stmt.value.is_constant() {
            // A constant does nothing, but its line counts.
            self.emit(stmt.range, Op::Nop);
            return Ok(());
        }
        self.expr(stmt.value)?;
        self.op(Op::Pop);
        Ok(())
    }

    fn if_stmt(&mut self, stmt: &'a ast::StmtIf<'a>) -> Result {
        let end = self.label();
        let mut next = self.label();
        self.jump_if(stmt.test, next, false)?;
        self.statements(stmt.body)?;
        let mut orelse = stmt.orelse;
        while !orelse.is_empty() {
            self.glue(Op::Jump { target: end });
            self.bind(next);
            next = self.label();
            // `elif` clauses nest in the tree; they are taken one after the other.
            if let [Stmt::If(clause)] = orelse {
                self.jump_if(clause.test, next, false)?;
                self.statements(clause.body)?;
                orelse = clause.orelse;
            } else {
                self.statements(orelse)?;
                break;
            }
        }
        self.bind(next);
        self.bind(end);
        Ok(())
    }

    fn raise(&mut self, stmt: &'a ast::StmtRaise<'a>) -> Result {
        let argc = match (stmt.exc, stmt.cause) {
            (Some(exc), Some(cause)) => {
                self.expr(exc)?;
                self.expr(cause)?;
                RaiseArgs::Cause
            }
            (Some(exc), None) => {
                self.expr(exc)?;
                RaiseArgs::Exc
            }
            (None, _) => RaiseArgs::Bare,
        };
        self.emit(stmt.range, Op::Raise { argc });
        Ok(())
    }

    fn assert(&mut self, stmt: &'a ast::StmtAssert<'a>) -> Result {
        if let Expr::Tuple(tuple) = stmt.test
            && !tuple.elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?", stmt.range);
        }
        if self.options.optimize > 0 {
            self.emit(stmt.range, Op::Nop);
            // Errors in what is left out are errors all the same.
            let len = self.unit().code.len();
            stmt.msg.into_iter().chain([stmt.test]).try_for_each(|part| self.expr(part))?;
            self.unit().code.truncate(len);
            return Ok(());
        }
        let end = self.label();
        self.jump_if(stmt.test, end, true)?;
        // The exception points at the test.
        let range = stmt.test.range();
        self.emit(range, Op::LoadBuiltin { which: BuiltinRef::AssertionError });
        if let Some(message) = stmt.msg {
            self.expr(message)?;
            self.emit(stmt.range, Op::Call { argc: Count(1) });
        }
        self.emit(range, Op::Raise { argc: RaiseArgs::Exc });
        self.bind(end);
        Ok(())
    }

    fn return_stmt(&mut self, stmt: &'a ast::StmtReturn<'a>) -> Result {
        let scope = self.scope();
        if !matches!(self.unit_ref().kind, UnitKind::Function | UnitKind::AsyncFunction) {
            return Err(Error::syntax("'return' outside function", stmt.range));
        }
        if stmt.value.is_some() && scope.coroutine && scope.generator {
            return Err(Error::syntax("'return' with value in async generator", stmt.range));
        }
        let shown = match stmt.value {
            Some(value @ Expr::Constant(_)) => value.range(),
            _ => stmt.range,
        };
        self.check_leaves_except_star(shown)?;
        let value = match stmt.value {
            Some(value) => match self.fold(value) {
                Some(constant) => Err(self.intern(&constant)),
                None => Ok(value),
            },
            None => Err(self.module.none()),
        };
        match value {
            Ok(value) => {
                self.expr(value)?;
                self.unwind(stmt.range, None, true, |this, place| {
                    this.emit_at(place, Op::Return);
                    Ok(())
                })
            }
            // A constant is loaded only when all is unwound.
            Err(constant) => {
                if !self.unit_ref().blocks.is_empty() {
                    self.emit(stmt.value.map_or(stmt.range, |value| value.range()), Op::Nop);
                }
                self.unwind(stmt.range, None, false, |this, place| {
                    this.emit_at(place, Op::Const { value: constant });
                    this.emit_at(place, Op::Return);
                    Ok(())
                })
            }
        }
    }

    fn check_leaves_except_star(&self, range: crate::ast::Range) -> Result {
        if self.unit_ref().blocks.iter().any(|block| matches!(block, Block::ExceptStar)) {
            return Err(Error::syntax("'break', 'continue' and 'return' cannot appear in an except* block", range));
        }
        Ok(())
    }
}
