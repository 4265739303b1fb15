//! Conditions: jumps on the truth of an expression without making a bool of it.

use crate::ast::{self, BoolOp, Expr, Ranged, UnaryOp};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{Depth, Label};

use super::{Compiler, Result};

impl<'a> Compiler<'a> {
    /// Jumps to `target` when the truth of `test` is `when`, else goes on.
    pub(super) fn jump_if(&mut self, test: &'a Expr<'a>, target: Label, when: bool) -> Result {
        self.deeper(test, |this| this.condition(test, target, when))
    }

    fn condition(&mut self, test: &'a Expr<'a>, target: Label, when: bool) -> Result {
        if let Some(truth) = self.constant_truth(test) {
            // The position keeps the line visible to those who trace lines.
            self.emit(test.range(), Op::Nop);
            if truth == when {
                self.jump(test.range(), target);
            }
            return Ok(());
        }
        match test {
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => self.jump_if(unary.operand, target, !when),
            Expr::BoolOp(bool_op) => self.jump_if_bool_op(bool_op, target, when),
            Expr::If(conditional) => {
                let (otherwise, end) = (self.label(), self.label());
                self.jump_if(conditional.test, otherwise, false)?;
                self.jump_if(conditional.body, target, when)?;
                self.jump(test.range(), end);
                self.bind(otherwise);
                self.jump_if(conditional.orelse, target, when)?;
                self.bind(end);
                Ok(())
            }
            Expr::Compare(compare) if compare.ops.len() > 1 => self.jump_if_chain(compare, target, when),
            _ => {
                self.expr(test)?;
                self.emit(test.range(), branch(target, when));
                Ok(())
            }
        }
    }

    fn jump_if_bool_op(&mut self, bool_op: &'a ast::ExprBoolOp<'a>, target: Label, when: bool) -> Result {
        // The truth that settles the whole: true for `or`, false for `and`.
        let settles = bool_op.op == BoolOp::Or;
        let Some((last, first)) = bool_op.values.split_last() else { return Ok(()) };
        if settles == when {
            return bool_op.values.iter().try_for_each(|value| self.jump_if(value, target, when));
        }
        let settled = self.label();
        for value in first {
            self.jump_if(value, settled, settles)?;
        }
        self.jump_if(last, target, when)?;
        self.bind(settled);
        Ok(())
    }

    fn jump_if_chain(&mut self, compare: &'a ast::ExprCompare<'a>, target: Label, when: bool) -> Result {
        let range = compare.range;
        let (cleanup, end) = (self.label(), self.label());
        let last = compare.ops.len() - 1;
        self.expr(compare.left)?;
        for at in 0..last {
            self.chained(range, compare.ops[at], &compare.comparators[at])?;
            self.emit(range, branch(cleanup, false));
        }
        self.comparator(compare.ops[last], &compare.comparators[last])?;
        self.compare_op(range, compare.ops[last]);
        self.emit(range, branch(target, when));
        self.jump(range, end);
        self.bind(cleanup);
        self.emit(range, Op::Pop);
        if !when {
            self.jump(range, target);
        }
        self.bind(end);
        Ok(())
    }

    /// Stack depth operands read better with a name.
    pub(super) fn swap(&mut self, range: crate::ast::Range, depth: u32) {
        self.emit(range, Op::Swap { depth: Depth(depth) });
    }
}

fn branch(target: Label, when: bool) -> Op {
    if when { Op::JumpIfTrue { target } } else { Op::JumpIfFalse { target } }
}
