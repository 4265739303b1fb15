//! `try` with `except`, `except*`, `else` and `finally`.
//!
//! Handlers run with the exception being handled set; a region of their own sets it back when they are left by another
//! exception. A `finally` clause is generated twice: for the normal way and for exceptions.

use crate::ast::{self, Range, Ranged, Stmt};
use orochi_bytecode::Op;
use orochi_bytecode::builder::Try;
use orochi_bytecode::operands::{Count, Depth, Label};

use super::unit::Block;
use super::{Compiler, Error, Result};

/// A body that has grown beyond this many instructions gets no further copies of `finally` clauses: nested ones double.
const MAX_INSTRUCTIONS: usize = 1 << 22;

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, stmt: &'a ast::StmtTry<'a>) -> Result {
        // The word itself does nothing, but its line counts.
        self.emit(stmt.range, Op::Nop);
        if stmt.finalbody.is_empty() { self.try_except(stmt) } else { self.try_finally(stmt) }
    }

    fn try_except(&mut self, stmt: &'a ast::StmtTry<'a>) -> Result {
        if stmt.is_star { self.except_star(stmt) } else { self.except(stmt) }
    }

    pub(super) fn finally_body(&mut self, body: &'a [Stmt<'a>], range: Range) -> Result {
        if self.unit_ref().code.len() > MAX_INSTRUCTIONS {
            let message = "too many copies of nested 'finally' clauses".into();
            return Err(Error { kind: "MemoryError", message, range });
        }
        self.statements(body)
    }

    fn try_finally(&mut self, stmt: &'a ast::StmtTry<'a>) -> Result {
        let (handler, cleanup, exit) = (self.label(), self.label(), self.label());
        let region = self.unit().code.new_try(handler);
        self.begin_try(region);
        self.push_block(Block::FinallyTry { region, body: stmt.finalbody }, stmt.range)?;
        if stmt.handlers.is_empty() {
            self.statements(stmt.body)?;
        } else {
            self.try_except(stmt)?;
        }
        self.glue(Op::Nop);
        self.pop_block();
        self.end_try(region);
        self.finally_body(stmt.finalbody, stmt.range)?;
        self.glue(Op::Jump { target: exit });

        self.bind(handler);
        self.emit_nowhere(Op::BeginHandler);
        let restore = self.unit().code.new_try_under(cleanup, 1);
        self.begin_try(restore);
        self.push_block(Block::FinallyEnd { region: restore }, stmt.range)?;
        self.finally_body(stmt.finalbody, stmt.range)?;
        self.pop_block();
        self.glue(Op::Reraise);
        self.end_try(restore);
        self.restore_and_reraise(cleanup);
        self.bind(exit);
        Ok(())
    }

    /// The handler of a handler: sets back the exception being handled and passes the new one on.
    pub(super) fn restore_and_reraise(&mut self, label: Label) {
        self.bind(label);
        self.emit_nowhere(Op::Swap { depth: Depth(2) });
        self.op(Op::EndHandler);
        self.op(Op::Reraise);
    }

    fn except(&mut self, stmt: &'a ast::StmtTry<'a>) -> Result {
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        self.protected_body(stmt, handler)?;
        self.statements(stmt.orelse)?;
        self.glue(Op::Jump { target: end });
        self.bind(handler);
        self.emit_nowhere(Op::BeginHandler);
        // Clauses consume the exception; only what was handled before lies below.
        let restore = self.unit().code.new_try_under(cleanup, 1);
        self.begin_try(restore);
        let last = stmt.handlers.len().saturating_sub(1);
        for (at, clause) in stmt.handlers.iter().enumerate() {
            let next = self.label();
            match clause.type_ {
                Some(type_) => {
                    self.expr(type_)?;
                    self.emit(type_.range(), Op::MatchException);
                    self.emit(type_.range(), Op::JumpIfFalse { target: next });
                }
                None if at < last => return Err(Error::syntax("default 'except:' must be last", clause.range)),
                None => {}
            }
            self.clause_body(clause, restore, end)?;
            self.bind(next);
        }
        // No clause matched: the last one that was tried passes the exception on.
        match stmt.handlers.last().and_then(|clause| clause.type_) {
            Some(type_) => self.emit(type_.range(), Op::Reraise),
            None => self.emit_nowhere(Op::Reraise),
        }
        self.end_try(restore);
        self.restore_and_reraise(cleanup);
        self.bind(end);
        Ok(())
    }

    /// The body of `try`, under a region that leads to `handler`.
    fn protected_body(&mut self, stmt: &'a ast::StmtTry<'a>, handler: Label) -> Result {
        let region = self.unit().code.new_try(handler);
        self.begin_try(region);
        self.push_block(Block::Try { region }, stmt.range)?;
        self.statements(stmt.body)?;
        self.pop_block();
        self.end_try(region);
        Ok(())
    }

    /// The body of an `except` clause that matched; the exception is on the stack.
    fn clause_body(&mut self, clause: &'a ast::ExceptHandler<'a>, restore: Try, end: Label) -> Result {
        let Some(name) = clause.name else {
            self.emit(clause.range, Op::Pop);
            self.push_block(Block::Handler { cleanup: restore, name: None }, clause.range)?;
            self.statements(clause.body)?;
            self.pop_block();
            self.end_try(restore);
            self.glue(Op::EndHandler);
            self.glue(Op::Jump { target: end });
            self.begin_try(restore);
            return Ok(());
        };
        let unbind = self.label();
        self.store_name(clause.range, name);
        let region = self.unit().code.new_try(unbind);
        self.begin_try(region);
        self.push_block(Block::Handler { cleanup: restore, name: Some((region, name)) }, clause.range)?;
        self.statements(clause.body)?;
        self.glue(Op::Nop);
        self.pop_block();
        self.end_try(region);
        self.end_try(restore);
        self.glue(Op::EndHandler);
        self.unbind(name);
        self.glue(Op::Jump { target: end });
        self.begin_try(restore);
        self.bind(unbind);
        self.emit_nowhere(Op::Nop);
        self.unbind(name);
        self.emit_nowhere(Op::Reraise);
        Ok(())
    }

    /// `name = None; del name`, so that deleting it succeeds whatever the clause did to it.
    pub(super) fn unbind(&mut self, name: &str) {
        let (store, delete) = (self.store_op(name), self.delete_op(name));
        let value = self.module.none();
        self.op(Op::Const { value });
        self.op(store);
        self.op(delete);
    }

    /// `except*`: every clause takes its part of the group; what is left, and what clauses raise, is raised at the end.
    fn except_star(&mut self, stmt: &'a ast::StmtTry<'a>) -> Result {
        let (handler, cleanup, end) = (self.label(), self.label(), self.label());
        self.protected_body(stmt, handler)?;
        self.statements(stmt.orelse)?;
        self.glue(Op::Jump { target: end });

        self.bind(handler);
        self.emit_nowhere(Op::BeginHandler);
        let restore = self.unit().code.new_try_under(cleanup, 1);
        self.begin_try(restore);
        self.push_block(Block::ExceptStar, stmt.range)?;
        // Stack: previous, original, list of raised, rest.
        self.emit_nowhere(Op::Copy { depth: Depth(1) });
        self.op(Op::BuildList { count: Count(0) });
        self.op(Op::Swap { depth: Depth(2) });
        for clause in stmt.handlers {
            self.star_clause(clause)?;
        }
        // What no clause took is raised again with what they raised.
        self.emit_nowhere(Op::ListAppend { depth: Depth(1) });
        self.op(Op::PrepareReraiseStar);
        self.pop_block();
        let reraise = self.label();
        self.op(Op::Copy { depth: Depth(1) });
        let none = self.module.none();
        self.op(Op::Const { value: none });
        self.op(Op::Is { negate: orochi_bytecode::operands::Flag::Yes });
        self.glue(Op::JumpIfTrue { target: reraise });
        self.op(Op::Pop);
        self.end_try(restore);
        self.op(Op::EndHandler);
        self.glue(Op::Jump { target: end });
        self.begin_try(restore);
        self.bind(reraise);
        self.op(Op::Reraise);
        self.end_try(restore);
        self.restore_and_reraise(cleanup);
        self.bind(end);
        Ok(())
    }

    /// One `except*` clause. Stack before and after: original, list, rest.
    fn star_clause(&mut self, clause: &'a ast::ExceptHandler<'a>) -> Result {
        let (no_match, next, failed) = (self.label(), self.label(), self.label());
        let Some(type_) = clause.type_ else {
            return Err(Error::syntax("expected one or more exception types", clause.range));
        };
        self.expr(type_)?;
        self.emit(clause.range, Op::MatchExceptionGroup);
        // Stack: original, list, rest, matched.
        self.op(Op::Copy { depth: Depth(1) });
        let none = self.module.none();
        self.op(Op::Const { value: none });
        self.op(Op::Is { negate: orochi_bytecode::operands::Flag::No });
        self.glue(Op::JumpIfTrue { target: no_match });
        // The matched part is the exception being handled while the clause runs.
        self.emit(clause.range, Op::BeginHandler);
        match clause.name {
            Some(name) => self.store_name(clause.range, name),
            None => self.emit(clause.range, Op::Pop),
        }
        let region = self.unit().code.new_try(failed);
        self.begin_try(region);
        self.push_block(Block::ExceptStar, clause.range)?;
        self.statements(clause.body)?;
        self.glue(Op::Nop);
        self.pop_block();
        self.end_try(region);
        self.op(Op::EndHandler);
        if let Some(name) = clause.name {
            self.unbind(name);
        }
        self.glue(Op::Jump { target: next });
        // Stack: original, list, rest, previous, raised.
        self.bind(failed);
        self.emit_nowhere(Op::Swap { depth: Depth(2) });
        self.op(Op::EndHandler);
        if let Some(name) = clause.name {
            self.unbind(name);
        }
        self.emit_nowhere(Op::ListAppend { depth: Depth(2) });
        self.glue(Op::Jump { target: next });
        self.bind(no_match);
        self.emit(clause.range, Op::Pop);
        self.bind(next);
        Ok(())
    }
}
