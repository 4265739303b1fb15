//! What becomes of a tree before code is made from it, or before `ast.parse(.., optimize=..)` shows it: `__debug__` is a constant,
//! numbers in patterns are computed, a text that is formatted with `%` becomes an f-string, and where it is asked for the
//! documentation strings go. Constants in expressions stay as they are: that is the code generator's matter.

use bumpalo::Bump;

use super::fold::{Fold, Folder};
use super::nodes::*;
use super::number;
use super::percent;
use super::place::{Range, Ranged};
use crate::lexer::{Fault, Warning};
use crate::limits;

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// 1 for programs that run without `__debug__`, 2 to drop documentation strings, too.
    pub optimize: u8,
    /// Annotations are not evaluated, and so stay as they are.
    pub future_annotations: bool,
    /// Only documentation strings go; the tree is to be shown as it was written.
    pub plain: bool,
    /// Jumps out of `finally` are warned of.
    pub warn: bool,
}

/// A program as code is made from it, and what is to be warned of.
pub(crate) fn preprocess<'a>(arena: &'a Bump, program: &Mod<'a>, options: Options) -> (Mod<'a>, Vec<Warning>) {
    let mut worker = Preprocess { arena, options, depth: 0, around: Around::Nothing, warnings: Vec::new() };
    let changed = match program {
        Mod::Module(module) => {
            let body = worker.body(module.body);
            body.map(|body| ModModule { body, ..*module }.into())
        }
        Mod::Interactive(module) => {
            let body = worker.part(&module.body);
            body.map(|body| ModInteractive { body, ..*module }.into())
        }
        Mod::Expression(module) => {
            let body = worker.part(&module.body);
            body.map(|body| ModExpression { body, ..*module }.into())
        }
        Mod::FunctionType(_) => None,
    };
    (changed.unwrap_or(*program), worker.warnings)
}

/// What a statement is directly inside of, as far as it matters to a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Nothing,
    Function,
    Loop,
    Finally,
}

struct Preprocess<'a> {
    arena: &'a Bump,
    options: Options,
    depth: usize,
    around: Around,
    warnings: Vec<Warning>,
}

/// The documentation string that a body begins with.
fn docstring<'a>(body: &[Stmt<'a>]) -> Option<(&'a Expr<'a>, Range)> {
    let Some(Stmt::Expr(stmt)) = body.first() else { return None };
    let Expr::Constant(constant) = stmt.value else { return None };
    matches!(constant.value, Constant::Str(_)).then_some((stmt.value, stmt.range))
}

impl<'a> Preprocess<'a> {
    fn deeper<T>(&mut self, fold: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let result = limits::with_stack(self.depth, || fold(self));
        self.depth -= 1;
        result
    }

    /// What becomes of a part of a node; `None` when it stays.
    fn part<T: Fold<'a>>(&mut self, part: &T) -> Option<T> {
        part.fold(self)
    }

    fn inside<T>(&mut self, around: Around, fold: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.around, around);
        let result = fold(self);
        self.around = before;
        result
    }

    /// A body that may begin with a documentation string.
    fn body(&mut self, body: &'a [Stmt<'a>]) -> Option<&'a [Stmt<'a>]> {
        let mut result = body;
        let found = docstring(body);
        let drops = found.filter(|_| self.options.optimize >= 2);
        if let Some((_, range)) = drops {
            let start = range.start();
            result = if body.len() == 1 {
                let end = super::Place { line: start.line, column: start.column.saturating_add(4) };
                self.arena.alloc_slice_copy(&[Stmt::Pass(Range::new(start, end))])
            } else {
                &body[1..]
            };
        }
        result = self.part(&result).unwrap_or(result);
        if (found.is_none() || drops.is_some())
            && let Some((text, range)) = docstring(result)
        {
            // It was none before, and must not be taken for one now.
            let values = self.arena.alloc_slice_copy(&[*text]);
            let value = self.arena.alloc(ExprJoinedStr { range, values }.into());
            let stmts = self.arena.alloc_slice_copy(result);
            stmts[0] = StmtExpr { range, value }.into();
            result = stmts;
        }
        (!std::ptr::eq(result, body)).then_some(result)
    }

    fn warn_of_jump(&mut self, keyword: &str, range: Range) {
        if self.around != Around::Finally || !self.options.warn {
            return;
        }
        let message = format!("'{keyword}' in a 'finally' block");
        let (start, end) = (range.start(), range.end());
        let as_error = Fault {
            kind: "SyntaxError",
            message: message.clone(),
            line: start.line,
            column: start.column.saturating_add(1),
            end_line: end.line,
            end_column: end.column.saturating_add(1),
            text: None,
        };
        self.warnings.push(Warning { message, as_error });
    }

    fn function(&mut self, node: &StmtFunctionDef<'a>) -> Option<Stmt<'a>> {
        let type_params = self.part(&node.type_params);
        let parameters = self.part(&node.parameters);
        let body = self.inside(Around::Function, |f| f.body(node.body));
        let decorators = self.part(&node.decorator_list);
        let returns = if self.options.future_annotations { None } else { self.part(&node.returns) };
        let same = type_params.is_none()
            && parameters.is_none()
            && body.is_none()
            && decorators.is_none()
            && returns.is_none();
        let changed = StmtFunctionDef {
            type_params: type_params.unwrap_or(node.type_params),
            parameters: parameters.unwrap_or(node.parameters),
            body: body.unwrap_or(node.body),
            decorator_list: decorators.unwrap_or(node.decorator_list),
            returns: returns.unwrap_or(node.returns),
            ..*node
        };
        (!same).then(|| changed.into())
    }

    fn class(&mut self, node: &StmtClassDef<'a>) -> Option<Stmt<'a>> {
        // The body is done apart from the other parts, since it may begin with a documentation string.
        let empty = StmtClassDef { body: &[], ..*node };
        let rest = empty.fold_parts(self);
        let body = self.body(node.body);
        let same = rest.is_none() && body.is_none();
        (!same).then(|| StmtClassDef { body: body.unwrap_or(node.body), ..rest.unwrap_or(*node) }.into())
    }

    fn for_loop(&mut self, node: &StmtFor<'a>) -> Option<Stmt<'a>> {
        let head = StmtFor { body: &[], orelse: &[], ..*node }.fold_parts(self);
        let body = self.inside(Around::Loop, |f| f.part(&node.body));
        let orelse = self.part(&node.orelse);
        let same = head.is_none() && body.is_none() && orelse.is_none();
        let (body, orelse) = (body.unwrap_or(node.body), orelse.unwrap_or(node.orelse));
        (!same).then(|| StmtFor { body, orelse, ..head.unwrap_or(*node) }.into())
    }

    fn while_loop(&mut self, node: &StmtWhile<'a>) -> Option<Stmt<'a>> {
        let test = self.part(&node.test);
        let body = self.inside(Around::Loop, |f| f.part(&node.body));
        let orelse = self.part(&node.orelse);
        let same = test.is_none() && body.is_none() && orelse.is_none();
        let (body, orelse) = (body.unwrap_or(node.body), orelse.unwrap_or(node.orelse));
        (!same).then(|| StmtWhile { test: test.unwrap_or(node.test), body, orelse, ..*node }.into())
    }

    fn try_stmt(&mut self, node: &StmtTry<'a>) -> Option<Stmt<'a>> {
        let rest = StmtTry { finalbody: &[], ..*node }.fold_parts(self);
        let finalbody = self.inside(Around::Finally, |f| f.part(&node.finalbody));
        let same = rest.is_none() && finalbody.is_none();
        (!same).then(|| StmtTry { finalbody: finalbody.unwrap_or(node.finalbody), ..rest.unwrap_or(*node) }.into())
    }

    fn annotated(&mut self, node: &StmtAnnAssign<'a>) -> Option<Stmt<'a>> {
        let folded = node.fold_parts(self)?;
        let annotation = if self.options.future_annotations { node.annotation } else { folded.annotation };
        Some(StmtAnnAssign { annotation, ..folded }.into())
    }

    /// A number in a pattern, computed.
    fn pattern_number(&mut self, expr: &'a Expr<'a>) -> Option<Expr<'a>> {
        if self.options.plain {
            return None;
        }
        let value = number::of_pattern(self.arena, expr)?;
        Some(ExprConstant { range: expr.range(), value, kind: None }.into())
    }
}

impl<'a> Folder<'a> for Preprocess<'a> {
    fn arena(&self) -> &'a Bump {
        self.arena
    }

    fn expr(&mut self, expr: &Expr<'a>) -> Option<Expr<'a>> {
        if let Expr::Name(name) = expr {
            let debug = name.id == "__debug__" && name.ctx == ExprContext::Load && !self.options.plain;
            let value = Constant::Bool(self.options.optimize == 0);
            return debug.then(|| ExprConstant { range: name.range, value, kind: None }.into());
        }
        if matches!(expr, Expr::Constant(_)) {
            return None;
        }
        let folded = self.deeper(|f| expr.fold_parts(f));
        if let Expr::BinOp(binary) = folded.as_ref().unwrap_or(expr)
            && !self.options.plain
            && let Some(joined) = percent::joined(self.arena, binary)
        {
            return Some(joined);
        }
        folded
    }

    fn stmt(&mut self, stmt: &Stmt<'a>) -> Option<Stmt<'a>> {
        match stmt {
            Stmt::Return(node) => self.warn_of_jump("return", node.range),
            Stmt::Break(range) => self.warn_of_jump("break", *range),
            Stmt::Continue(range) => self.warn_of_jump("continue", *range),
            _ => {}
        }
        self.deeper(|f| match stmt {
            Stmt::FunctionDef(node) => f.function(node),
            Stmt::ClassDef(node) => f.class(node),
            Stmt::For(node) => f.for_loop(node),
            Stmt::While(node) => f.while_loop(node),
            Stmt::Try(node) => f.try_stmt(node),
            Stmt::AnnAssign(node) => f.annotated(node),
            _ => stmt.fold_parts(f),
        })
    }

    fn pattern(&mut self, pattern: &Pattern<'a>) -> Option<Pattern<'a>> {
        match pattern {
            Pattern::MatchValue(node) => {
                let value = self.pattern_number(node.value)?;
                Some(PatternMatchValue { value: self.arena.alloc(value), ..*node }.into())
            }
            Pattern::MatchMapping(node) => self.deeper(|f| {
                let mut keys: Option<&'a mut [Expr<'a>]> = None;
                for (at, key) in node.keys.iter().enumerate() {
                    if let Some(number) = f.pattern_number(key) {
                        keys.get_or_insert_with(|| f.arena.alloc_slice_copy(node.keys))[at] = number;
                    }
                }
                let patterns = f.part(&node.patterns);
                let same = keys.is_none() && patterns.is_none();
                let keys = keys.map_or(node.keys, |keys| &*keys);
                (!same)
                    .then(|| PatternMatchMapping { keys, patterns: patterns.unwrap_or(node.patterns), ..*node }.into())
            }),
            _ => self.deeper(|f| pattern.fold_parts(f)),
        }
    }

    fn parameter(&mut self, parameter: &Parameter<'a>) -> Option<Parameter<'a>> {
        if self.options.future_annotations { None } else { parameter.fold_parts(self) }
    }
}
