//! Mistakes in `match` statements.

use super::{Kind, P, Parser};
use crate::ast::{Pattern, Ranged};

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_match_stmt(&mut self) -> P<()> {
        let no_colon = self.attempt(|p| {
            p.soft_keyword("match")?;
            p.subject_expr()?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            self.since(10, "Pattern matching is")?;
            return Err(self.missing_colon());
        }
        let keyword = self.soft_keyword("match")?;
        self.subject_expr()?;
        self.token(Kind::Colon)?;
        self.missing_block()?;
        Err(self.fail_block("'match' statement", keyword))
    }

    pub(in super::super) fn invalid_case_block(&mut self) -> P<()> {
        let no_colon = self.attempt(|p| {
            p.soft_keyword("case")?;
            p.patterns()?;
            p.attempt(Self::guard)?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            return Err(self.missing_colon());
        }
        let keyword = self.soft_keyword("case")?;
        self.patterns()?;
        self.attempt(Self::guard)?;
        self.token(Kind::Colon)?;
        self.missing_block()?;
        Err(self.fail_block("'case' statement", keyword))
    }

    pub(in super::super) fn invalid_as_pattern(&mut self) -> P<()> {
        let wildcard = self.attempt(|p| {
            p.or_pattern()?;
            p.token(Kind::As)?;
            p.soft_keyword("_")
        })?;
        if let Some(token) = wildcard {
            return Err(self.fail_at(token.range, "cannot use '_' as a target"));
        }
        self.or_pattern()?;
        self.token(Kind::As)?;
        let target = self.expression()?;
        Err(self.fail_at(target.range(), format!("cannot use {} as pattern target", target.description())))
    }

    pub(in super::super) fn invalid_class_pattern(&mut self) -> P<()> {
        self.name_or_attr()?;
        self.token(Kind::LPar)?;
        self.attempt(|p| {
            p.positional_patterns()?;
            p.token(Kind::Comma)
        })?;
        self.keyword_patterns()?;
        self.token(Kind::Comma)?;
        let patterns: Vec<Pattern<'a>> = self.positional_patterns()?;
        let (first, last) = (patterns[0], patterns[patterns.len() - 1]);
        Err(self.fail_between(&first, &last, "positional patterns follow keyword patterns"))
    }
}
