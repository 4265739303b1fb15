//! Leaving blocks early: what `return`, `break` and `continue` do on their way through `finally`, `with` and handlers.

use crate::ast::Range;
use orochi_bytecode::Op;
use orochi_bytecode::builder::Try;
use orochi_bytecode::operands::{AwaitContext, Count, Depth};

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
    /// is none), then what `finish` adds, at the place that it is given; afterwards the blocks are as before. With `keep`, a value
    /// on top of the stack is kept.
    ///
    /// Behind the code of a `finally` clause or of the end of a `with` statement there is no place: what follows belongs to that.
    pub(super) fn unwind(
        &mut self,
        range: Range,
        stop: Option<usize>,
        keep: bool,
        finish: impl FnOnce(&mut Self, Option<Range>) -> Result,
    ) -> Result {
        let mut place = Some(range);
        let first = stop.map_or(0, |stop| stop + 1);
        let mut left = Vec::new();
        let mut closed = Vec::new();
        while self.unit_ref().blocks.len() > first {
            let Some(block) = self.unit().blocks.pop() else { break };
            left.push(block.clone());
            self.leave(range, &mut place, block, keep, &mut closed)?;
        }
        finish(self, place)?;
        // Regions are begun again in the order in which they were begun first.
        while let Some(region) = closed.pop() {
            self.begin_try(region);
        }
        let blocks = &mut self.unit().blocks;
        blocks.extend(left.into_iter().rev());
        Ok(())
    }

    /// An instruction at a place, or with what comes before it.
    pub(super) fn emit_at(&mut self, place: Option<Range>, op: Op) {
        match place {
            Some(range) => self.emit(range, op),
            None => self.glue(op),
        }
    }

    fn leave(
        &mut self,
        range: Range,
        place: &mut Option<Range>,
        block: Block<'a>,
        keep: bool,
        closed: &mut Vec<Try>,
    ) -> Result {
        let swap = Op::Swap { depth: Depth(2) };
        let mut close = |this: &mut Self, region: Try| {
            this.end_try(region);
            closed.push(region);
        };
        match block {
            Block::While { .. } | Block::ExceptStar => {}
            Block::For { .. } | Block::Value => {
                if keep {
                    self.emit_at(*place, swap);
                }
                self.emit_at(*place, Op::Pop);
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
                *place = None;
            }
            Block::FinallyEnd { region } => {
                // Stack: previous, exception, and the value that is kept.
                close(self, region);
                if keep {
                    self.emit_at(*place, swap);
                }
                self.emit_at(*place, Op::Pop);
                if keep {
                    self.emit_at(*place, swap);
                }
                self.emit_at(*place, Op::EndHandler);
            }
            Block::With { region, is_async, range: with } => {
                close(self, region);
                if keep {
                    self.emit(with, swap);
                }
                self.call_exit(with, is_async);
                *place = None;
            }
            Block::Handler { cleanup, name } => {
                if let Some((region, _)) = name {
                    close(self, region);
                }
                close(self, cleanup);
                if keep {
                    self.emit_at(*place, swap);
                }
                self.emit_at(*place, Op::EndHandler);
                if let Some((_, name)) = name {
                    match *place {
                        Some(range) => {
                            self.none(range);
                            self.store_name(range, name);
                            self.delete_name(range, name);
                        }
                        None => self.unbind(name),
                    }
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
