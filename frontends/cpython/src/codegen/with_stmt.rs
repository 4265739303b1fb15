//! `with` and `async with`.

use crate::ast::{self, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{AwaitContext, Depth};

use super::unit::Block;
use super::{Compiler, Result};

impl<'a> Compiler<'a> {
    /// The items from number `at` on, and the body inside them all.
    pub(super) fn with_stmt(&mut self, stmt: &'a ast::StmtWith<'a>, at: usize) -> Result {
        if stmt.is_async {
            self.check_async_statement("'async with' outside async function", stmt.range)?;
        }
        let Some(item) = stmt.items.get(at) else { return self.statements(stmt.body) };
        let range = item.context_expr.range();
        let (handler, cleanup, suppress, exit) = (self.label(), self.label(), self.label(), self.label());
        self.expr(item.context_expr)?;
        if stmt.is_async {
            self.emit(range, Op::AsyncWithEnter);
            self.await_value(range, AwaitContext::AsyncWithEnter);
        } else {
            self.emit(range, Op::WithEnter);
        }
        // Stack: exit, value. The value is consumed under protection.
        let region = self.unit().code.new_try_under(handler, 1);
        self.begin_try(region);
        self.push_block(Block::With { region, is_async: stmt.is_async, range }, stmt.range)?;
        match item.optional_vars {
            Some(target) => self.store(target)?,
            None => self.emit(range, Op::Pop),
        }
        self.deeper(stmt, |this| this.with_stmt(stmt, at + 1))?;
        self.glue(Op::Nop);
        self.pop_block();
        self.end_try(region);
        self.call_exit(range, stmt.is_async);
        self.jump(range, exit);

        self.bind(handler);
        self.emit(range, Op::BeginHandler);
        let restore = self.unit().code.new_try_under(cleanup, 1);
        self.begin_try(restore);
        // Stack: exit, previous, exception.
        self.emit(range, Op::WithExcept { depth: Depth(3) });
        if stmt.is_async {
            self.await_value(range, AwaitContext::AsyncWithExit);
        }
        self.emit(range, Op::JumpIfTrue { target: suppress });
        self.emit_nowhere(Op::Reraise);
        self.bind(suppress);
        self.emit(range, Op::Pop);
        self.end_try(restore);
        self.emit(range, Op::EndHandler);
        self.emit(range, Op::Pop);
        self.jump(range, exit);
        self.restore_and_reraise(cleanup);
        self.bind(exit);
        Ok(())
    }
}
