//! Arguments of calls.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{Expr, ExprContext, ExprStarred, Keyword};
use crate::lexer::Kind;

/// The arguments of a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arguments<'a> {
    pub args: &'a [Expr<'a>],
    pub keywords: &'a [Keyword<'a>],
}

/// A named argument or one that is unpacked, where those may stand side by side.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'a> {
    Keyword(Keyword<'a>),
    Starred(Ex<'a>),
}

impl<'a> Parser<'_, 'a> {
    pub(super) fn arguments(&mut self) -> P<Arguments<'a>> {
        self.memo(Rule::Arguments, |p| {
            let arguments = p.attempt(|p| {
                let arguments = p.args()?;
                p.eat(Kind::Comma)?;
                p.require_ahead(&[Kind::RPar])?;
                Ok(arguments)
            })?;
            if let Some(arguments) = arguments {
                return Ok(arguments);
            }
            p.diagnose(Self::invalid_arguments)?;
            Err(Stop::NoMatch)
        })
    }

    pub(super) fn args(&mut self) -> P<Arguments<'a>> {
        let positional = self.attempt(|p| p.separated(Self::positional))?;
        let (mut args, named) = match positional {
            Some(args) => (args, self.after_comma(Self::kwargs)?.unwrap_or_default()),
            None => (Vec::new(), self.kwargs()?),
        };
        let mut keywords = Vec::new();
        for argument in named {
            match argument {
                Named::Keyword(keyword) => keywords.push(keyword),
                Named::Starred(starred) => args.push(starred),
            }
        }
        Ok(Arguments { args: self.exprs(&args), keywords: self.slice(&keywords) })
    }

    /// `starred_expression | (assignment_expression | expression !':=') !'='`.
    pub(super) fn positional(&mut self) -> P<Ex<'a>> {
        if let Some(starred) = self.attempt(Self::starred_expression)? {
            return Ok(starred);
        }
        let argument = self.assignment_or_expression()?;
        self.not_token(Kind::Equal)?;
        Ok(argument)
    }

    pub(super) fn kwargs(&mut self) -> P<Vec<Named<'a>>> {
        let both = self.attempt(|p| {
            let mut named = p.separated(Self::kwarg_or_starred)?;
            p.token(Kind::Comma)?;
            named.extend(p.separated(Self::kwarg_or_double_starred)?);
            Ok(named)
        })?;
        if let Some(named) = both {
            return Ok(named);
        }
        match self.attempt(|p| p.separated(Self::kwarg_or_starred))? {
            Some(named) => Ok(named),
            None => self.separated(Self::kwarg_or_double_starred),
        }
    }

    pub(super) fn starred_expression(&mut self) -> P<Ex<'a>> {
        self.diagnose(Self::invalid_starred_expression_unpacking)?;
        let start = self.mark;
        let starred = self.attempt(|p| {
            p.token(Kind::Star)?;
            let value = p.expression()?;
            let range = p.range(start);
            Ok(p.expr(ExprStarred { range, value, ctx: ExprContext::Load }))
        })?;
        if let Some(starred) = starred {
            return Ok(starred);
        }
        self.diagnose(Self::invalid_starred_expression)?;
        Err(Stop::NoMatch)
    }

    fn kwarg(&mut self) -> P<Named<'a>> {
        let start = self.mark;
        let (name, _) = self.name()?;
        self.token(Kind::Equal)?;
        let value = self.expression()?;
        Ok(Named::Keyword(Keyword { range: self.range(start), arg: Some(name), value }))
    }

    fn kwarg_or_starred(&mut self) -> P<Named<'a>> {
        self.diagnose(Self::invalid_kwarg)?;
        match self.attempt(Self::kwarg)? {
            Some(keyword) => Ok(keyword),
            None => self.starred_expression().map(Named::Starred),
        }
    }

    fn kwarg_or_double_starred(&mut self) -> P<Named<'a>> {
        self.diagnose(Self::invalid_kwarg)?;
        if let Some(keyword) = self.attempt(Self::kwarg)? {
            return Ok(keyword);
        }
        let start = self.mark;
        self.token(Kind::DoubleStar)?;
        let value = self.expression()?;
        Ok(Named::Keyword(Keyword { range: self.range(start), arg: None, value }))
    }
}
