//! Statements with blocks.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{ExceptHandler, Expr, Stmt, StmtFor, StmtIf, StmtTry, StmtWhile, StmtWith, WithItem};
use crate::lexer::Kind;

type Body<'a> = &'a [Stmt<'a>];

impl<'a> Parser<'_, 'a> {
    pub(super) fn compound_stmt(&mut self) -> P<Stmt<'a>> {
        match self.peek()? {
            Kind::Def => self.function_def(&[]),
            Kind::At => {
                if let Some(stmt) = self.attempt(Self::decorated_function)? {
                    return Ok(stmt);
                }
                let decorators = self.decorators()?;
                self.class_def(decorators)
            }
            Kind::Async => {
                if let Some(stmt) = self.attempt(|p| p.function_def(&[]))? {
                    return Ok(stmt);
                }
                match self.attempt(Self::with_stmt)? {
                    Some(stmt) => Ok(stmt),
                    None => self.for_stmt(),
                }
            }
            Kind::If => self.if_stmt(),
            Kind::Class => self.class_def(&[]),
            Kind::With => self.with_stmt(),
            Kind::For => self.for_stmt(),
            Kind::Try => self.try_stmt(),
            Kind::While => self.while_stmt(),
            Kind::Name => self.match_stmt(),
            _ => Err(Stop::NoMatch),
        }
    }

    fn decorated_function(&mut self) -> P<Stmt<'a>> {
        let decorators = self.decorators()?;
        self.function_def(decorators)
    }

    fn decorators(&mut self) -> P<&'a [Expr<'a>]> {
        let decorators = self.some(|p| {
            p.token(Kind::At)?;
            let decorator = p.named_expression()?;
            p.token(Kind::Newline)?;
            Ok(decorator)
        })?;
        Ok(self.exprs(&decorators))
    }

    pub(super) fn block(&mut self) -> P<Body<'a>> {
        self.memo(Rule::Block, |p| p.deeper(Self::block_here))
    }

    fn block_here(&mut self) -> P<Body<'a>> {
        let indented = self.attempt(|p| {
            p.token(Kind::Newline)?;
            p.token(Kind::Indent)?;
            let body = p.statements()?;
            p.token(Kind::Dedent)?;
            Ok(body)
        })?;
        if let Some(body) = indented {
            return Ok(body);
        }
        if let Some(body) = self.attempt(Self::simple_stmts)? {
            return Ok(body);
        }
        self.diagnose(Self::invalid_block)?;
        Err(Stop::NoMatch)
    }

    // ---- if, while, for -------------------------------------------------------------------------------------------------

    fn if_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_if_stmt)?;
        self.if_or_elif(Kind::If)
    }

    fn elif_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_elif_stmt)?;
        self.if_or_elif(Kind::Elif)
    }

    fn if_or_elif(&mut self, word: Kind) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(word)?;
        let test = self.named_expression()?;
        self.token(Kind::Colon)?;
        let body = self.block()?;
        let elif = self.attempt(|p| p.deeper(Self::elif_stmt))?;
        let orelse = match elif {
            Some(stmt) => self.slice(&[stmt]),
            None => self.else_block_if_any()?,
        };
        Ok(StmtIf { range: self.range(start), test, body, orelse }.into())
    }

    fn else_block_if_any(&mut self) -> P<Body<'a>> {
        let block = self.attempt(|p| {
            p.diagnose(Self::invalid_else_stmt)?;
            p.token(Kind::Else)?;
            p.expect(Kind::Colon, ":")?;
            p.block()
        })?;
        Ok(block.unwrap_or_default())
    }

    fn while_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_while_stmt)?;
        let start = self.mark;
        self.token(Kind::While)?;
        let test = self.named_expression()?;
        self.token(Kind::Colon)?;
        let body = self.block()?;
        let orelse = self.else_block_if_any()?;
        Ok(StmtWhile { range: self.range(start), test, body, orelse }.into())
    }

    fn for_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_for_stmt)?;
        let start = self.mark;
        let head = self.attempt(|p| {
            let is_async = p.eat(Kind::Async)?.is_some();
            p.token(Kind::For)?;
            let target = p.star_targets()?;
            p.token(Kind::In)?;
            Ok((is_async, target))
        })?;
        let Some((is_async, target)) = head else {
            self.diagnose(Self::invalid_for_target)?;
            return Err(Stop::NoMatch);
        };
        // Behind `in` there is no other way to read it.
        let iter = self.star_expressions()?;
        self.token(Kind::Colon)?;
        let type_comment = self.type_comment()?;
        let body = self.block()?;
        let orelse = self.else_block_if_any()?;
        if is_async {
            self.since(5, "Async for loops are")?;
        }
        let range = self.range(start);
        Ok(StmtFor { range, is_async, target, iter, body, orelse, type_comment }.into())
    }

    // ---- with -----------------------------------------------------------------------------------------------------------

    fn with_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_with_stmt_indent)?;
        let start = self.mark;
        for rule in [Self::parenthesized_with, Self::bare_with] {
            let found = self.attempt(|p| {
                let is_async = p.eat(Kind::Async)?.is_some();
                p.token(Kind::With)?;
                let items = rule(p)?;
                p.token(Kind::Colon)?;
                let type_comment = p.type_comment()?;
                let body = p.block()?;
                Ok((is_async, items, type_comment, body))
            })?;
            if let Some((is_async, items, type_comment, body)) = found {
                if is_async {
                    self.since(5, "Async with statements are")?;
                }
                let items = self.slice(&items);
                return Ok(StmtWith { range: self.range(start), is_async, items, body, type_comment }.into());
            }
        }
        self.diagnose(Self::invalid_with_stmt)?;
        Err(Stop::NoMatch)
    }

    fn parenthesized_with(&mut self) -> P<Vec<WithItem<'a>>> {
        self.token(Kind::LPar)?;
        let items = self.separated(Self::with_item)?;
        self.eat(Kind::Comma)?;
        self.token(Kind::RPar)?;
        Ok(items)
    }

    fn bare_with(&mut self) -> P<Vec<WithItem<'a>>> {
        self.separated(Self::with_item)
    }

    fn with_item(&mut self) -> P<WithItem<'a>> {
        let range = crate::ast::Range::default();
        let named = self.attempt(|p| {
            let context_expr = p.expression()?;
            p.token(Kind::As)?;
            let target = p.star_target()?;
            p.require_ahead(&[Kind::Comma, Kind::RPar, Kind::Colon])?;
            Ok(WithItem { range, context_expr, optional_vars: Some(target) })
        })?;
        if let Some(item) = named {
            return Ok(item);
        }
        self.diagnose(Self::invalid_with_item)?;
        let context_expr = self.expression()?;
        Ok(WithItem { range, context_expr, optional_vars: None })
    }

    // ---- try ------------------------------------------------------------------------------------------------------------

    fn try_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_try_stmt)?;
        let start = self.mark;
        self.token(Kind::Try)?;
        self.expect(Kind::Colon, ":")?;
        let body = self.block()?;
        if let Some(finalbody) = self.attempt(Self::finally_block)? {
            let range = self.range(start);
            return Ok(StmtTry { range, is_star: false, body, handlers: &[], orelse: &[], finalbody }.into());
        }
        let plain = self.attempt(|p| p.clauses(start, body, false))?;
        match plain {
            Some(stmt) => Ok(stmt),
            None => self.clauses(start, body, true),
        }
    }

    fn clauses(&mut self, start: usize, body: Body<'a>, is_star: bool) -> P<Stmt<'a>> {
        let handlers = if is_star { self.some(Self::except_star_block)? } else { self.some(Self::except_block)? };
        let orelse = self.else_block_if_any()?;
        let finalbody = self.attempt(Self::finally_block)?.unwrap_or_default();
        if is_star {
            self.since(11, "Exception groups are")?;
        }
        let handlers = self.slice(&handlers);
        Ok(StmtTry { range: self.range(start), is_star, body, handlers, orelse, finalbody }.into())
    }

    pub(super) fn except_block(&mut self) -> P<ExceptHandler<'a>> {
        self.diagnose(Self::invalid_except_stmt_indent)?;
        if let Some(handler) = self.attempt(|p| p.handler(false))? {
            return Ok(handler);
        }
        self.diagnose(Self::invalid_except_stmt)?;
        Err(Stop::NoMatch)
    }

    pub(super) fn except_star_block(&mut self) -> P<ExceptHandler<'a>> {
        self.diagnose(Self::invalid_except_star_stmt_indent)?;
        if let Some(handler) = self.attempt(|p| p.handler(true))? {
            return Ok(handler);
        }
        self.diagnose(Self::invalid_except_star_stmt)?;
        Err(Stop::NoMatch)
    }

    fn handler(&mut self, is_star: bool) -> P<ExceptHandler<'a>> {
        let start = self.mark;
        self.token(Kind::Except)?;
        if is_star {
            self.token(Kind::Star)?;
        }
        let (type_, name) = match self.attempt(Self::caught)? {
            Some((type_, name)) => (Some(type_), name),
            None if is_star => return Err(Stop::NoMatch),
            None => (None, None),
        };
        self.token(Kind::Colon)?;
        let body = self.block()?;
        Ok(ExceptHandler { range: self.range(start), type_, name, body })
    }

    /// What a clause catches, and the name for it.
    fn caught(&mut self) -> P<(Ex<'a>, Option<&'a str>)> {
        let single = self.attempt(|p| {
            let type_ = p.expression()?;
            let name = p.attempt(|p| {
                p.token(Kind::As)?;
                p.name()
            })?;
            p.require_ahead(&[Kind::Colon])?;
            Ok((type_, name.map(|(name, _)| name)))
        })?;
        if let Some(caught) = single {
            return Ok(caught);
        }
        let types = self.expressions()?;
        self.require_ahead(&[Kind::Colon])?;
        self.since(14, "except expressions without parentheses are")?;
        Ok((types, None))
    }

    fn finally_block(&mut self) -> P<Body<'a>> {
        self.diagnose(Self::invalid_finally_stmt)?;
        self.token(Kind::Finally)?;
        self.expect(Kind::Colon, ":")?;
        self.block()
    }
}
