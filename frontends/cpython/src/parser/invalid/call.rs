//! Mistakes in the arguments of calls.

use super::super::Ex;
use super::{Kind, NOTHING, P, Parser, last_item};
use crate::ast::{Comprehension, Ranged};
use crate::lexer::Token;

const NOT_PARENTHESIZED: &str = "Generator expression must be parenthesized";
const MEANT_COMPARISON: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_arguments(&mut self) -> P<()> {
        if let Some(comma) = self.attempt(Self::iterable_behind_mapping)? {
            let message = "iterable argument unpacking follows keyword argument unpacking";
            return Err(self.fail_from(&comma.range, message));
        }
        let first = self.attempt(|p| {
            let (element, clauses) = p.bare_generator()?;
            p.token(Kind::Comma)?;
            if p.attempt(Self::args)?.is_none() {
                p.attempt(Self::bare_generator)?;
            }
            Ok((element, clauses))
        })?;
        if let Some((element, clauses)) = first {
            return Err(self.fail_between(element, &last_item(clauses), NOT_PARENTHESIZED));
        }
        if let Some((name, equal)) = self.attempt(Self::assignment_in_generator)? {
            return Err(self.fail_between(&name.range, &equal.range, MEANT_COMPARISON));
        }
        let no_value = self.attempt(|p| {
            p.attempt(|p| {
                p.args()?;
                p.token(Kind::Comma)
            })?;
            let (_, name) = p.name()?;
            let equal = p.token(Kind::Equal)?;
            p.require_ahead(&[Kind::Comma, Kind::RPar])?;
            Ok((name, equal))
        })?;
        if let Some((name, equal)) = no_value {
            return Err(self.fail_between(&name.range, &equal.range, "expected argument value expression"));
        }
        let last = self.attempt(|p| Ok((p.args()?, p.for_if_clauses()?)))?;
        if let Some((arguments, clauses)) = last {
            // One argument alone is a generator expression, and right.
            let [_, .., element] = arguments.args else { return NOTHING };
            return Err(self.fail_between(element, &last_item(clauses), NOT_PARENTHESIZED));
        }
        let among = self.attempt(|p| {
            p.args()?;
            p.token(Kind::Comma)?;
            p.bare_generator()
        })?;
        if let Some((element, clauses)) = among {
            return Err(self.fail_between(element, &last_item(clauses), NOT_PARENTHESIZED));
        }
        let arguments = self.args()?;
        self.token(Kind::Comma)?;
        self.args()?;
        let unpacked = arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        let message = if unpacked {
            "positional argument follows keyword argument unpacking"
        } else {
            "positional argument follows keyword argument"
        };
        Err(self.fail_last("SyntaxError", message))
    }

    /// `*iterable` behind `**mapping`: the comma before it.
    fn iterable_behind_mapping(&mut self) -> P<Token> {
        let both = self.attempt(|p| {
            p.separated(Self::positional)?;
            p.token(Kind::Comma)?;
            p.kwargs()
        })?;
        if both.is_none() {
            self.kwargs()?;
        }
        let comma = self.token(Kind::Comma)?;
        self.separated(|p| {
            p.starred_expression()?;
            p.not_token(Kind::Equal)
        })?;
        Ok(comma)
    }

    /// A generator expression without parentheses.
    fn bare_generator(&mut self) -> P<(Ex<'a>, &'a [Comprehension<'a>])> {
        Ok((self.expression()?, self.for_if_clauses()?))
    }

    /// `name = expression for ..`.
    fn assignment_in_generator(&mut self) -> P<(Token, Token)> {
        let (_, name) = self.name()?;
        let equal = self.token(Kind::Equal)?;
        self.bare_generator()?;
        Ok((name, equal))
    }

    pub(in super::super) fn invalid_kwarg(&mut self) -> P<()> {
        let constant = self.attempt(|p| {
            let constant = p.token_of(&[Kind::True, Kind::False, Kind::None])?;
            Ok((constant, p.token(Kind::Equal)?))
        })?;
        if let Some((constant, equal)) = constant {
            let message = format!("cannot assign to {}", self.text_of(constant));
            return Err(self.fail_between(&constant.range, &equal.range, message));
        }
        if let Some((name, equal)) = self.attempt(Self::assignment_in_generator)? {
            return Err(self.fail_between(&name.range, &equal.range, MEANT_COMPARISON));
        }
        let expression = self.attempt(|p| {
            p.not_ahead(|p| {
                p.name()?;
                p.token(Kind::Equal)
            })?;
            let target = p.expression()?;
            Ok((target, p.token(Kind::Equal)?))
        })?;
        if let Some((target, equal)) = expression {
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            return Err(self.fail_between(&target.range(), &equal.range, message));
        }
        let stars = self.token(Kind::DoubleStar)?;
        self.expression()?;
        self.token(Kind::Equal)?;
        let value = self.expression()?;
        Err(self.fail_between(&stars.range, value, "cannot assign to keyword argument unpacking"))
    }
}
