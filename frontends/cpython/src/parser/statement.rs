//! Statements: sequences of them, and those that fit on a line.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{
    Alias, ExprContext, ExprName, Operator, Stmt, StmtAnnAssign, StmtAssert, StmtAssign, StmtAugAssign, StmtDelete,
    StmtExpr, StmtGlobal, StmtImport, StmtImportFrom, StmtNonlocal, StmtRaise, StmtReturn, StmtTypeAlias,
};
use crate::lexer::{Kind, Token};

impl<'a> Parser<'_, 'a> {
    pub(super) fn statements(&mut self) -> P<&'a [Stmt<'a>]> {
        let mut body = Vec::new();
        while let Some(stmts) = self.attempt(Self::statement)? {
            body.extend_from_slice(stmts);
        }
        if body.is_empty() { Err(Stop::NoMatch) } else { Ok(self.slice(&body)) }
    }

    fn statement(&mut self) -> P<&'a [Stmt<'a>]> {
        match self.attempt(Self::compound_stmt)? {
            Some(stmt) => Ok(self.slice(&[stmt])),
            None => self.simple_stmts(),
        }
    }

    pub(super) fn simple_stmts(&mut self) -> P<&'a [Stmt<'a>]> {
        let mut body = vec![self.simple_stmt()?];
        loop {
            let next = self.attempt(|p| {
                p.token(Kind::Semi)?;
                p.simple_stmt()
            })?;
            match next {
                Some(stmt) => body.push(stmt),
                None => break,
            }
        }
        self.eat(Kind::Semi)?;
        self.token(Kind::Newline)?;
        Ok(self.slice(&body))
    }

    pub(super) fn simple_stmt(&mut self) -> P<Stmt<'a>> {
        self.memo(Rule::SimpleStmt, Self::simple_stmt_here)
    }

    fn simple_stmt_here(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        // No assignment and no expression begins with these.
        match self.peek()? {
            Kind::Return => return self.return_stmt(),
            Kind::Import | Kind::From => return self.import_stmt(),
            Kind::Raise => return self.raise_stmt(),
            Kind::Pass | Kind::Break | Kind::Continue if !self.diagnosing => return self.one_word_stmt(),
            Kind::Del => return self.del_stmt(),
            Kind::Assert => return self.assert_stmt(),
            Kind::Global => return self.global_stmt(),
            Kind::Nonlocal => return self.nonlocal_stmt(),
            _ => {}
        }
        if let Some(stmt) = self.attempt(Self::assignment)? {
            return Ok(stmt);
        }
        if self.ahead(|p| p.soft_keyword("type"))?
            && let Some(stmt) = self.attempt(Self::type_alias)?
        {
            return Ok(stmt);
        }
        if let Some(value) = self.attempt(Self::star_expressions)? {
            return Ok(StmtExpr { range: self.range(start), value }.into());
        }
        match self.peek()? {
            Kind::Pass | Kind::Break | Kind::Continue => self.one_word_stmt(),
            Kind::Yield => {
                let value = self.yield_expr()?;
                Ok(StmtExpr { range: self.range(start), value }.into())
            }
            _ => Err(Stop::NoMatch),
        }
    }

    /// `pass`, `break`, `continue`.
    pub(super) fn one_word_stmt(&mut self) -> P<Stmt<'a>> {
        let token = self.token_of(&[Kind::Pass, Kind::Break, Kind::Continue])?;
        Ok(match token.kind {
            Kind::Pass => Stmt::Pass(token.range),
            Kind::Break => Stmt::Break(token.range),
            _ => Stmt::Continue(token.range),
        })
    }

    // ---- assignments ----------------------------------------------------------------------------------------------------

    fn assignment(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        if let Some(stmt) = self.attempt(|p| p.annotated_name(start))? {
            return Ok(stmt);
        }
        if let Some(stmt) = self.attempt(|p| p.annotated_target(start))? {
            return Ok(stmt);
        }
        if let Some(stmt) = self.attempt(|p| p.assignment_to(start))? {
            return Ok(stmt);
        }
        let augmented = self.attempt(|p| {
            let target = p.single_target()?;
            Ok((target, p.augassign()?))
        })?;
        if let Some((target, op)) = augmented {
            // Behind the operator there is no other way to read it.
            let value = self.annotated_rhs()?;
            return Ok(StmtAugAssign { range: self.range(start), target, op, value }.into());
        }
        self.diagnose(Self::invalid_assignment)?;
        Err(Stop::NoMatch)
    }

    fn annotated_name(&mut self, start: usize) -> P<Stmt<'a>> {
        let (id, token) = self.name()?;
        self.token(Kind::Colon)?;
        let target = self.expr(ExprName { range: token.range, id, ctx: ExprContext::Store });
        self.annotated(start, target, true)
    }

    fn annotated_target(&mut self, start: usize) -> P<Stmt<'a>> {
        let target = match self.attempt(Self::parenthesized_target)? {
            Some(target) => target,
            None => self.single_subscript_attribute_target()?,
        };
        self.token(Kind::Colon)?;
        self.annotated(start, target, false)
    }

    fn annotated(&mut self, start: usize, target: Ex<'a>, simple: bool) -> P<Stmt<'a>> {
        let annotation = self.expression()?;
        let value = self.attempt(|p| {
            p.token(Kind::Equal)?;
            p.annotated_rhs()
        })?;
        let what = if simple { "Variable annotation syntax is" } else { "Variable annotations syntax is" };
        self.since(6, what)?;
        Ok(StmtAnnAssign { range: self.range(start), target, annotation, value, simple }.into())
    }

    fn assignment_to(&mut self, start: usize) -> P<Stmt<'a>> {
        let targets = self.some(|p| {
            let target = p.star_targets()?;
            p.token(Kind::Equal)?;
            Ok(target)
        })?;
        let value = self.annotated_rhs()?;
        self.not_token(Kind::Equal)?;
        let type_comment = self.type_comment()?;
        let targets = self.exprs(&targets);
        Ok(StmtAssign { range: self.range(start), targets, value, type_comment }.into())
    }

    /// A type comment, if there is one.
    pub(super) fn type_comment(&mut self) -> P<Option<&'a [u8]>> {
        Ok(match self.eat(Kind::TypeComment)? {
            Some(token) => Some(self.comment_text(token)),
            None => None,
        })
    }

    pub(super) fn comment_text(&self, token: Token) -> &'a [u8] {
        self.slice(self.text_of(token).as_bytes())
    }

    pub(super) fn augassign(&mut self) -> P<Operator> {
        let op = match self.peek()? {
            Kind::PlusEqual => Operator::Add,
            Kind::MinEqual => Operator::Sub,
            Kind::StarEqual => Operator::Mult,
            Kind::AtEqual => Operator::MatMult,
            Kind::SlashEqual => Operator::Div,
            Kind::PercentEqual => Operator::Mod,
            Kind::AmperEqual => Operator::BitAnd,
            Kind::VBarEqual => Operator::BitOr,
            Kind::CircumflexEqual => Operator::BitXor,
            Kind::LeftShiftEqual => Operator::LShift,
            Kind::RightShiftEqual => Operator::RShift,
            Kind::DoubleStarEqual => Operator::Pow,
            Kind::DoubleSlashEqual => Operator::FloorDiv,
            _ => return Err(Stop::NoMatch),
        };
        self.mark += 1;
        if op == Operator::MatMult {
            self.since(5, "The '@' operator is")?;
        }
        Ok(op)
    }

    fn type_alias(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.soft_keyword("type")?;
        let (id, token) = self.name()?;
        let type_params = self.type_params_if_any()?;
        self.token(Kind::Equal)?;
        let value = self.expression()?;
        self.since(12, "Type statement is")?;
        let name = self.expr(ExprName { range: token.range, id, ctx: ExprContext::Store });
        Ok(StmtTypeAlias { range: self.range(start), name, type_params, value }.into())
    }

    // ---- words ------------------------------------------------------------------------------------------------------------

    fn return_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(Kind::Return)?;
        let value = self.attempt(Self::star_expressions)?;
        Ok(StmtReturn { range: self.range(start), value }.into())
    }

    fn raise_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(Kind::Raise)?;
        let exc = self.attempt(Self::expression)?;
        let cause = match exc {
            Some(_) => self.attempt(|p| {
                p.token(Kind::From)?;
                p.expression()
            })?,
            None => None,
        };
        Ok(StmtRaise { range: self.range(start), exc, cause }.into())
    }

    fn del_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        let stmt = self.attempt(|p| {
            p.token(Kind::Del)?;
            let targets = p.del_targets()?;
            p.require_ahead(&[Kind::Semi, Kind::Newline])?;
            Ok(StmtDelete { range: p.range(start), targets })
        })?;
        if let Some(stmt) = stmt {
            return Ok(stmt.into());
        }
        self.diagnose(Self::invalid_del_stmt)?;
        Err(Stop::NoMatch)
    }

    fn assert_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(Kind::Assert)?;
        let test = self.expression()?;
        let msg = self.after_comma(Self::expression)?;
        Ok(StmtAssert { range: self.range(start), test, msg }.into())
    }

    fn names(&mut self, word: Kind) -> P<&'a [&'a str]> {
        self.token(word)?;
        let names = self.separated(|p| p.name().map(|(name, _)| name))?;
        Ok(self.slice(&names))
    }

    fn global_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        let names = self.names(Kind::Global)?;
        Ok(StmtGlobal { range: self.range(start), names }.into())
    }

    fn nonlocal_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        let names = self.names(Kind::Nonlocal)?;
        Ok(StmtNonlocal { range: self.range(start), names }.into())
    }

    // ---- imports ------------------------------------------------------------------------------------------------------------

    fn import_stmt(&mut self) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_import)?;
        match self.attempt(Self::import_name)? {
            Some(stmt) => Ok(stmt),
            None => self.import_from(),
        }
    }

    fn import_name(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(Kind::Import)?;
        let names = self.separated(Self::dotted_as_name)?;
        Ok(StmtImport { range: self.range(start), names: self.slice(&names) }.into())
    }

    fn import_from(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        self.token(Kind::From)?;
        let mut level = 0;
        loop {
            match self.peek()? {
                Kind::Dot => level += 1,
                Kind::Ellipsis => level += 3,
                _ => break,
            }
            self.mark += 1;
        }
        let module = self.attempt(Self::dotted_name)?;
        if module.is_none() && level == 0 {
            return Err(Stop::NoMatch);
        }
        self.token(Kind::Import)?;
        let names = self.import_from_targets()?;
        if module.is_some_and(|(name, _)| name == "__future__") && level == 0 {
            self.options.barry_as_flufl |= names.iter().any(|alias| alias.name == "barry_as_FLUFL");
        }
        let module = module.map(|(name, _)| name);
        Ok(StmtImportFrom { range: self.range(start), module, names, level: Some(level) }.into())
    }

    fn import_from_targets(&mut self) -> P<&'a [Alias<'a>]> {
        let parenthesized = self.attempt(|p| {
            p.token(Kind::LPar)?;
            let names = p.import_from_as_names()?;
            p.eat(Kind::Comma)?;
            p.token(Kind::RPar)?;
            Ok(names)
        })?;
        if let Some(names) = parenthesized {
            return Ok(names);
        }
        let bare = self.attempt(|p| {
            let names = p.import_from_as_names()?;
            p.not_token(Kind::Comma)?;
            Ok(names)
        })?;
        if let Some(names) = bare {
            return Ok(names);
        }
        if let Some(star) = self.eat(Kind::Star)? {
            return Ok(self.slice(&[Alias { range: star.range, name: "*", asname: None }]));
        }
        self.diagnose(Self::invalid_import_from_targets)?;
        Err(Stop::NoMatch)
    }

    pub(super) fn import_from_as_names(&mut self) -> P<&'a [Alias<'a>]> {
        let names = self.separated(|p| {
            p.diagnose(Self::invalid_import_from_as_name)?;
            p.alias(Self::name)
        })?;
        Ok(self.slice(&names))
    }

    fn dotted_as_name(&mut self) -> P<Alias<'a>> {
        self.diagnose(Self::invalid_dotted_as_name)?;
        self.alias(Self::dotted_name)
    }

    fn alias(&mut self, name: fn(&mut Self) -> P<(&'a str, Token)>) -> P<Alias<'a>> {
        let start = self.mark;
        let (name, _) = name(self)?;
        let asname = self.attempt(|p| {
            p.token(Kind::As)?;
            p.name()
        })?;
        Ok(Alias { range: self.range(start), name, asname: asname.map(|(name, _)| name) })
    }

    /// Names with dots between them, and the first token.
    pub(super) fn dotted_name(&mut self) -> P<(&'a str, Token)> {
        let (first, token) = self.name()?;
        if !self.sees(Kind::Dot)? {
            return Ok((first, token));
        }
        let mut name = first.to_owned();
        let part = |p: &mut Self| {
            p.token(Kind::Dot)?;
            p.name()
        };
        while let Some((part, _)) = self.attempt(part)? {
            name.push('.');
            name.push_str(part);
        }
        Ok((self.arena.alloc_str(&name), token))
    }
}
