//! Mistakes in displays, comprehensions and parentheses.

use super::{Kind, P, Parser};
use crate::ast::Ranged;

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_group(&mut self) -> P<()> {
        let starred = self.attempt(|p| {
            p.token(Kind::LPar)?;
            let starred = p.starred_expression()?;
            p.token(Kind::RPar)?;
            Ok(starred)
        })?;
        if let Some(starred) = starred {
            return Err(self.fail_at(starred.range(), "cannot use starred expression here"));
        }
        self.token(Kind::LPar)?;
        let stars = self.token(Kind::DoubleStar)?;
        self.expression()?;
        self.token(Kind::RPar)?;
        Err(self.fail_at(stars.range, "cannot use double starred expression here"))
    }

    pub(in super::super) fn invalid_comprehension(&mut self) -> P<()> {
        let starred = self.attempt(|p| {
            p.token_of(&[Kind::LSqb, Kind::LPar, Kind::LBrace])?;
            let starred = p.starred_expression()?;
            p.for_if_clauses()?;
            Ok(starred)
        })?;
        if let Some(starred) = starred {
            return Err(self.fail_at(starred.range(), "iterable unpacking cannot be used in comprehension"));
        }
        let message = "did you forget parentheses around the comprehension target?";
        let several = self.attempt(|p| {
            p.token_of(&[Kind::LSqb, Kind::LBrace])?;
            let first = p.star_named_expression()?;
            p.token(Kind::Comma)?;
            let rest = p.star_named_expressions()?;
            p.for_if_clauses()?;
            Ok((first, rest))
        })?;
        if let Some((first, rest)) = several {
            return Err(self.fail_between(first, &rest[rest.len() - 1], message));
        }
        self.token_of(&[Kind::LSqb, Kind::LBrace])?;
        let first = self.star_named_expression()?;
        let comma = self.token(Kind::Comma)?;
        self.for_if_clauses()?;
        Err(self.fail_between(first, &comma.range, message))
    }

    pub(in super::super) fn invalid_dict_comprehension(&mut self) -> P<()> {
        self.token(Kind::LBrace)?;
        let stars = self.token(Kind::DoubleStar)?;
        self.bitwise_or()?;
        self.for_if_clauses()?;
        self.token(Kind::RBrace)?;
        Err(self.fail_at(stars.range, "dict unpacking cannot be used in dict comprehension"))
    }

    pub(in super::super) fn invalid_for_if_clause(&mut self) -> P<()> {
        self.eat(Kind::Async)?;
        self.token(Kind::For)?;
        self.separated(Self::bitwise_or)?;
        self.eat(Kind::Comma)?;
        self.not_token(Kind::In)?;
        Err(self.fail_last("SyntaxError", "'in' expected after for-loop variables"))
    }

    // ---- dicts ------------------------------------------------------------------------------------------------------------

    pub(in super::super) fn invalid_double_starred_kvpairs(&mut self) -> P<()> {
        let pairs = self.attempt(|p| {
            p.separated(Self::double_starred_kvpair)?;
            p.token(Kind::Comma)?;
            p.invalid_kvpair()
        })?;
        if pairs.is_some() {
            return Ok(());
        }
        self.starred_value()?;
        self.no_value()
    }

    /// `key: *value`.
    fn starred_value(&mut self) -> P<()> {
        let starred = self.attempt(|p| {
            p.expression()?;
            p.token(Kind::Colon)?;
            let star = p.token(Kind::Star)?;
            p.bitwise_or()?;
            Ok(star)
        })?;
        match starred {
            Some(star) => Err(self.fail_from(&star.range, "cannot use a starred expression in a dictionary value")),
            None => Ok(()),
        }
    }

    /// `key:` and nothing.
    fn no_value(&mut self) -> P<()> {
        self.expression()?;
        let colon = self.token(Kind::Colon)?;
        self.require_ahead(&[Kind::RBrace, Kind::Comma])?;
        Err(self.fail_at(colon.range, "expression expected after dictionary key and ':'"))
    }

    fn invalid_kvpair(&mut self) -> P<()> {
        let no_colon = self.attempt(|p| {
            let key = p.expression()?;
            p.not_token(Kind::Colon)?;
            Ok(key)
        })?;
        if let Some(key) = no_colon {
            let (start, end) = (key.start(), key.end());
            return Err(self.fail_in_line(start.line, end.column - 1, end.line, "':' expected after dictionary key"));
        }
        self.starred_value()?;
        self.no_value()
    }

    // ---- stars --------------------------------------------------------------------------------------------------------------

    pub(in super::super) fn invalid_starred_expression_unpacking(&mut self) -> P<()> {
        let star = self.token(Kind::Star)?;
        self.expression()?;
        self.token(Kind::Equal)?;
        let value = self.expression()?;
        Err(self.fail_between(&star.range, value, "cannot assign to iterable argument unpacking"))
    }

    pub(in super::super) fn invalid_starred_expression(&mut self) -> P<()> {
        self.token(Kind::Star)?;
        Err(self.fail_last("SyntaxError", "Invalid star expression"))
    }
}
