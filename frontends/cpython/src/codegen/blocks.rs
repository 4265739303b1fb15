//! Leaving blocks early: what `return`, `break` and `continue` do on their way through `finally`, `with` and handlers.

use crate::ast::Range;
use orochi_bytecode::Op;
use orochi_bytecode::builder::Try;
use orochi_bytecode::operands::{AwaitContext, Count};

use super::unit::Block;
use super::{Compiler, Error, Result};
use crate::limits;

impl<'a> Compiler<'a> {
    /// Opens a block that counts against the limit on static nesting.
    pub(super) fn push_block(&mut self, block: Block<'a>, range: Range) -> Result {
        if self.unit_ref().blocks.len() >= limits::MAX_BLOCKS {
            return Err(Error::syntax("too many statically nested blocks", range));
        }
        self.unit().blocks.push(block);
        Ok(())
    }

    pub(super) fn pop_block(&mut self) {
        self.unit().blocks.pop();
    }

    pub(super) fn begin_try(&mut self, region: Try) {
        self.unit().code.begin_try(region);
    }

    pub(super) fn end_try(&mut self, region: Try) {
        self.unit().code.end_try(region);
    }

    /// Emits what leaving the innermost blocks takes, down to but not including block number `stop` (all of them if there
    /// is none), then what `finish` adds; afterwards the blocks are as before. With `keep`, a value on top of the stack
    /// is kept.
    pub(super) fn unwind(
        &mut self,
        range: Range,
        stop: Option<usize>,
        keep: bool,
        finish: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        let first = stop.map_or(0, |stop| stop + 1);
        let mut left = Vec::new();
        let mut closed = Vec::new();
        while self.unit_ref().blocks.len() > first {
            let Some(block) = self.unit().blocks.pop() else { break };
            left.push(block.clone());
            self.leave(range, block, keep, &mut closed)?;
        }
        finish(self)?;
        // Regions are begun again in the order in which they were begun first.
        while let Some(region) = closed.pop() {
            self.begin_try(region);
        }
        let blocks = &mut self.unit().blocks;
        blocks.extend(left.into_iter().rev());
        Ok(())
    }

    fn leave(&mut self, range: Range, block: Block<'a>, keep: bool, closed: &mut Vec<Try>) -> Result {
        let mut close = |this: &mut Self, region: Try| {
            this.end_try(region);
            closed.push(region);
        };
        match block {
            Block::While { .. } | Block::ExceptStar => {}
            Block::For { .. } | Block::Value => {
                if keep {
                    self.swap(range, 2);
                }
                self.emit(range, Op::Pop);
            }
            Block::Try { region } => close(self, region),
            Block::FinallyTry { region, body } => {
                close(self, region);
                if keep {
                    self.unit().blocks.push(Block::Value);
                }
                self.finally_body(body, range)?;
                if keep {
                    self.pop_block();
                }
                // What follows belongs to the statement that leaves.
                self.emit(range, Op::Nop);
            }
            Block::FinallyEnd { region } => {
                // Stack: previous, exception, and the value that is kept.
                close(self, region);
                if keep {
                    self.swap(range, 2);
                }
                self.emit(range, Op::Pop);
                if keep {
                    self.swap(range, 2);
                }
                self.emit(range, Op::EndHandler);
            }
            Block::With { region, is_async, range: with } => {
                close(self, region);
                if keep {
                    self.swap(range, 2);
                }
                self.call_exit(with, is_async);
            }
            Block::Handler { cleanup, name } => {
                if let Some((region, _)) = name {
                    close(self, region);
                }
                close(self, cleanup);
                if keep {
                    self.swap(range, 2);
                }
                self.emit(range, Op::EndHandler);
                if let Some((_, name)) = name {
                    self.none(range);
                    self.store_name(range, name);
                    self.delete_name(range, name);
                }
            }
        }
        Ok(())
    }

    /// Calls the exit function on the stack as a `with` statement does that ends normally.
    pub(super) fn call_exit(&mut self, range: Range, is_async: bool) {
        for _ in 0..3 {
            self.none(range);
        }
        self.emit(range, Op::Call { argc: Count(3) });
        if is_async {
            self.await_value(range, AwaitContext::AsyncWithExit);
        }
        self.emit(range, Op::Pop);
    }
}
