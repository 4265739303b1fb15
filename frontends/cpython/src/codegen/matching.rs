//! The `match` statement. Patterns are in `pattern`.

use crate::ast::{self, Pattern, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::Depth;

use super::pattern::Context;
use super::{Compiler, Result};

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, stmt: &'a ast::StmtMatch<'a>) -> Result {
        self.expr(stmt.subject)?;
        let end = self.label();
        let Some((last, first)) = stmt.cases.split_last() else {
            self.op(Op::Pop);
            return Ok(());
        };
        // A trailing `case _` needs no test.
        let has_default = is_wildcard(last.pattern) && !first.is_empty();
        let tested = if has_default { first } else { stmt.cases };
        for (at, case) in tested.iter().enumerate() {
            // The last test may consume the subject.
            let keeps_subject = at + 1 < tested.len();
            if keeps_subject {
                self.emit(case.pattern.range(), Op::Copy { depth: Depth(1) });
            }
            let mut context = Context::new(case.guard.is_some() || at + 1 == stmt.cases.len());
            self.pattern(case.pattern, &mut context)?;
            for name in std::mem::take(&mut context.stores) {
                self.store_name(case.pattern.range(), name);
            }
            if let Some(guard) = case.guard {
                let fail = self.fail_label(&mut context, 0);
                self.jump_if(guard, fail, false)?;
            }
            if keeps_subject {
                self.emit(case.pattern.range(), Op::Pop);
            }
            self.statements(case.body)?;
            self.glue(Op::Jump { target: end });
            self.bind_failures(case.pattern.range(), &mut context);
        }
        if has_default {
            self.emit(last.pattern.range(), Op::Nop);
            if let Some(guard) = last.guard {
                self.jump_if(guard, end, false)?;
            }
            self.statements(last.body)?;
        }
        self.bind(end);
        Ok(())
    }
}

pub(super) fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(ast::PatternMatchAs { pattern: None, name: None, .. }))
}
