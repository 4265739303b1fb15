//! Loops, `break` and `continue`.

use crate::ast::{self, Range, Ranged};
use orochi_bytecode::Op;

use super::unit::Block;
use super::{Compiler, Error, Result};

impl<'a> Compiler<'a> {
    /// The test stands at the bottom, so that a round takes one jump.
    pub(super) fn while_stmt(&mut self, stmt: &'a ast::StmtWhile<'a>) -> Result {
        let (body, test, otherwise, end) = (self.label(), self.label(), self.label(), self.label());
        self.push_block(Block::While { test, end }, stmt.range)?;
        let truth = self.constant_truth(stmt.test);
        match truth {
            Some(true) => {
                self.bind(test);
                self.emit(stmt.test.range(), Op::Nop);
                self.statements(stmt.body)?;
                self.glue(Op::Jump { target: test });
                self.bind(body);
            }
            Some(false) => {
                self.emit(stmt.test.range(), Op::Nop);
                self.jump(stmt.test.range(), otherwise);
                self.bind(test);
                self.bind(body);
                self.statements(stmt.body)?;
                self.glue(Op::Jump { target: test });
            }
            None => {
                self.jump(stmt.test.range(), test);
                self.bind(body);
                self.statements(stmt.body)?;
                self.bind(test);
                self.jump_if(stmt.test, body, true)?;
            }
        }
        self.pop_block();
        self.bind(otherwise);
        self.statements(stmt.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, stmt: &'a ast::StmtFor<'a>) -> Result {
        let (next, cleanup, end) = (self.label(), self.label(), self.label());
        self.push_block(Block::For { next, end }, stmt.range)?;
        self.iterable(stmt.iter)?;
        self.bind(next);
        self.emit(stmt.iter.range(), Op::ForIter { target: cleanup });
        self.store(stmt.target)?;
        self.statements(stmt.body)?;
        self.glue(Op::Jump { target: next });
        self.bind(cleanup);
        self.pop_block();
        self.statements(stmt.orelse)?;
        self.bind(end);
        Ok(())
    }

    /// Pushes an iterator over what a `for` loop iterates; a list or set of constants need not be made for it.
    fn iterable(&mut self, iter: &'a ast::Expr<'a>) -> Result {
        match self.fold_container(iter) {
            Some(value) => {
                let value = self.intern(&value);
                self.constant(iter.range(), value);
            }
            None => self.expr(iter)?,
        }
        self.emit(iter.range(), Op::GetIter);
        Ok(())
    }

    pub(super) fn async_for(&mut self, stmt: &'a ast::StmtFor<'a>) -> Result {
        self.check_async_statement("'async for' outside async function", stmt.range)?;
        let (next, handler, end) = (self.label(), self.label(), self.label());
        self.expr(stmt.iter)?;
        self.emit(stmt.iter.range(), Op::GetAsyncIter);
        self.bind(next);
        self.push_block(Block::For { next, end }, stmt.range)?;
        let region = self.unit().code.new_try(handler);
        self.begin_try(region);
        self.emit(stmt.iter.range(), Op::GetAsyncNext);
        self.emit(stmt.iter.range(), Op::YieldFrom);
        self.end_try(region);
        self.store(stmt.target)?;
        self.statements(stmt.body)?;
        self.glue(Op::Jump { target: next });
        self.pop_block();
        self.bind(handler);
        self.emit(stmt.iter.range(), Op::EndAsyncFor);
        self.statements(stmt.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn check_async_statement(&self, message: &str, range: Range) -> Result {
        if self.unit_ref().kind == super::unit::UnitKind::AsyncFunction || self.at_top_level_await() {
            return Ok(());
        }
        Err(Error::syntax(message, range))
    }

    pub(super) fn break_stmt(&mut self, range: Range) -> Result {
        let Some((at, block)) = self.innermost_loop(range)? else {
            return Err(Error::syntax("'break' outside loop", range));
        };
        self.emit(range, Op::Nop);
        let is_for = matches!(block, Block::For { .. });
        let (Block::For { end, .. } | Block::While { end, .. }) = block else { return Ok(()) };
        self.unwind(range, Some(at), false, |this, place| {
            if is_for {
                this.emit_at(place, Op::Pop);
            }
            this.emit_at(place, Op::Jump { target: end });
            Ok(())
        })
    }

    pub(super) fn continue_stmt(&mut self, range: Range) -> Result {
        let Some((at, block)) = self.innermost_loop(range)? else {
            return Err(Error::syntax("'continue' not properly in loop", range));
        };
        self.emit(range, Op::Nop);
        let (Block::For { next, .. } | Block::While { test: next, .. }) = block else { return Ok(()) };
        self.unwind(range, Some(at), false, |this, place| {
            this.emit_at(place, Op::Jump { target: next });
            Ok(())
        })
    }

    fn innermost_loop(&self, range: Range) -> Result<Option<(usize, Block<'a>)>> {
        for (at, block) in self.unit_ref().blocks.iter().enumerate().rev() {
            match block {
                Block::While { .. } | Block::For { .. } => return Ok(Some((at, block.clone()))),
                Block::ExceptStar => {
                    let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                    return Err(Error::syntax(message, range));
                }
                _ => {}
            }
        }
        Ok(None)
    }
}
