//! Mistakes in expressions.

use super::super::Ex;
use super::super::engine::Rule;
use super::{Kind, NOTHING, P, Parser, Stop};
use crate::ast::{Expr, Ranged, Stmt};
use crate::lexer::Token;

/// Words that are keywords only in some places.
const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];

/// Whether an expression is the name of what was a statement in Python 2.
fn is_legacy(expr: &Expr<'_>) -> bool {
    matches!(expr, Expr::Name(name) if matches!(name.id, "print" | "exec"))
}

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_expression(&mut self) -> P<()> {
        if let Some(inner) = self.attempt(Self::between_strings)? {
            let message = "invalid syntax. Is this intended to be part of the string?";
            return Err(self.fail_between(&inner[0], &inner[inner.len() - 1], message));
        }
        let neighbours = self.attempt(|p| {
            p.not_ahead(Self::name_and_string_or_soft_keyword)?;
            let first = p.disjunction()?;
            let second = p.quietly(|p| p.expression_without_invalid())?;
            Ok((first, second))
        })?;
        if let Some((first, second)) = neighbours {
            let in_brackets = self.tokens[self.mark - 1].level > 0;
            if is_legacy(first) || !in_brackets {
                return NOTHING;
            }
            return Err(self.fail_between(first, second, "invalid syntax. Perhaps you forgot a comma?"));
        }
        let no_else = self.attempt(|p| {
            let (body, test) = p.half_conditional()?;
            if p.sees_any(&[Kind::Else, Kind::Colon])? { Err(Stop::NoMatch) } else { Ok((body, test)) }
        })?;
        if let Some((body, test)) = no_else {
            return Err(self.fail_between(body, test, "expected 'else' after 'if' expression"));
        }
        let nothing_else = self.attempt(|p| {
            p.half_conditional()?;
            p.token(Kind::Else)?;
            p.not_ahead(Self::expression)
        })?;
        if nothing_else.is_some() {
            return Err(self.fail_next("expected expression after 'else', but statement is given"));
        }
        let statement = self.attempt(|p| {
            let stmt: Stmt<'a> = p.one_word_stmt()?;
            p.token(Kind::If)?;
            p.disjunction()?;
            p.token(Kind::Else)?;
            p.simple_stmt()?;
            Ok(stmt)
        })?;
        if let Some(stmt) = statement {
            return Err(self.fail_at(stmt.range(), "expected expression before 'if', but statement is given"));
        }
        for (middle, letter) in [(Kind::FStringMiddle, 'f'), (Kind::TStringMiddle, 't')] {
            if let Some((lambda, colon)) = self.attempt(|p| p.lambda_before(middle))? {
                let message = format!("{letter}-string: lambda expressions are not allowed without parentheses");
                return Err(self.fail_between(&lambda.range, &colon.range, message));
            }
        }
        NOTHING
    }

    /// Expressions between two strings.
    fn between_strings(&mut self) -> P<Vec<Ex<'a>>> {
        self.token(Kind::String)?;
        let inner = self.some(|p| {
            p.not_token(Kind::String)?;
            p.quietly(|p| p.expression_without_invalid())
        })?;
        self.token(Kind::String)?;
        Ok(inner)
    }

    fn name_and_string_or_soft_keyword(&mut self) -> P<()> {
        let prefixed = self.attempt(|p| {
            p.name()?;
            p.token(Kind::String)
        })?;
        if prefixed.is_some() {
            return Ok(());
        }
        let token = self.token(Kind::Name)?;
        let soft = SOFT_KEYWORDS.contains(&self.text_of(token));
        self.require(soft)
    }

    /// `disjunction 'if' disjunction`.
    fn half_conditional(&mut self) -> P<(Ex<'a>, Ex<'a>)> {
        let body = self.disjunction()?;
        self.token(Kind::If)?;
        Ok((body, self.disjunction()?))
    }

    /// A lambda whose colon is taken for the one before a format specification.
    fn lambda_before(&mut self, middle: Kind) -> P<(Token, Token)> {
        let lambda = self.token(Kind::Lambda)?;
        self.attempt(Self::lambda_params)?;
        let colon = self.token(Kind::Colon)?;
        self.require_ahead(&[middle])?;
        Ok((lambda, colon))
    }

    pub(in super::super) fn invalid_legacy_expression(&mut self) -> P<()> {
        let (name, token) = self.name()?;
        self.not_token(Kind::LPar)?;
        let argument = self.star_expressions()?;
        if !matches!(name, "print" | "exec") {
            return NOTHING;
        }
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        Err(self.fail_between(&token.range, argument, message))
    }

    pub(in super::super) fn invalid_named_expression(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::InvalidNamedExpression, Self::invalid_named_expression_here)
    }

    fn invalid_named_expression_here(&mut self) -> P<Ex<'a>> {
        let named = self.attempt(|p| {
            let target = p.expression()?;
            p.token(Kind::ColonEqual)?;
            p.expression()?;
            Ok(target)
        })?;
        if let Some(target) = named {
            let message = format!("cannot use assignment expressions with {}", target.description());
            return Err(self.fail_at(target.range(), message));
        }
        let assigned = self.attempt(|p| {
            let (_, name) = p.name()?;
            p.token(Kind::Equal)?;
            let value = p.bitwise_or()?;
            p.no_more_assignment()?;
            Ok((name, value))
        })?;
        if let Some((name, value)) = assigned {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Err(self.fail_between(&name.range, value, message));
        }
        self.not_ahead(Self::other_target)?;
        let target = self.bitwise_or()?;
        self.token(Kind::Equal)?;
        self.bitwise_or()?;
        self.no_more_assignment()?;
        let what = target.description();
        Err(self.fail_at(target.range(), format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?")))
    }

    fn no_more_assignment(&mut self) -> P<()> {
        if self.sees_any(&[Kind::Equal, Kind::ColonEqual])? { NOTHING } else { Ok(()) }
    }

    /// What an assignment to is told elsewhere.
    fn other_target(&mut self) -> P<()> {
        if self.sees_any(&[Kind::True, Kind::None, Kind::False])? {
            return Ok(());
        }
        for rule in [Self::list, Self::tuple, Self::genexp] {
            if self.attempt(rule)?.is_some() {
                return Ok(());
            }
        }
        NOTHING
    }

    pub(in super::super) fn invalid_arithmetic(&mut self) -> P<()> {
        self.sum()?;
        self.token_of(&[Kind::Plus, Kind::Minus, Kind::Star, Kind::Slash, Kind::Percent, Kind::DoubleSlash, Kind::At])?;
        let not = self.token(Kind::Not)?;
        let operand = self.inversion()?;
        Err(self.fail_between(&not.range, operand, "'not' after an operator must be parenthesized"))
    }

    pub(in super::super) fn invalid_factor(&mut self) -> P<()> {
        self.token_of(&[Kind::Plus, Kind::Minus, Kind::Tilde])?;
        let not = self.token(Kind::Not)?;
        let operand = self.factor()?;
        Err(self.fail_between(&not.range, operand, "'not' after an operator must be parenthesized"))
    }
}
