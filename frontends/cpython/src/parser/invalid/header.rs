//! Mistakes in the lines that open blocks.

use super::super::report::TargetKind;
use super::{Kind, NOTHING, P, Parser};
use crate::ast::Ranged;
use crate::lexer::Token;

impl<'a> Parser<'_, 'a> {
    /// `word named_expression` without a colon, or without a block.
    fn invalid_condition(&mut self, word: Kind, shown: &str) -> P<()> {
        let no_colon = self.attempt(|p| {
            p.token(word)?;
            p.named_expression()?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            return Err(self.missing_colon());
        }
        let keyword = self.token(word)?;
        self.named_expression()?;
        self.token(Kind::Colon)?;
        self.missing_block()?;
        Err(self.fail_block(&format!("'{shown}' statement"), keyword))
    }

    pub(in super::super) fn invalid_if_stmt(&mut self) -> P<()> {
        self.invalid_condition(Kind::If, "if")
    }

    pub(in super::super) fn invalid_elif_stmt(&mut self) -> P<()> {
        self.invalid_condition(Kind::Elif, "elif")
    }

    pub(in super::super) fn invalid_while_stmt(&mut self) -> P<()> {
        self.invalid_condition(Kind::While, "while")
    }

    /// A word and a colon without a block.
    fn bare_header(&mut self, word: Kind, shown: &str) -> P<()> {
        let header = self.attempt(|p| {
            let keyword = p.token(word)?;
            p.token(Kind::Colon)?;
            p.missing_block()?;
            Ok(keyword)
        })?;
        match header {
            Some(keyword) => Err(self.fail_block(&format!("'{shown}' statement"), keyword)),
            None => Ok(()),
        }
    }

    pub(in super::super) fn invalid_else_stmt(&mut self) -> P<()> {
        self.bare_header(Kind::Else, "else")?;
        self.token(Kind::Else)?;
        self.token(Kind::Colon)?;
        self.block()?;
        self.token(Kind::Elif)?;
        Err(self.fail_last("SyntaxError", "'elif' block follows an 'else' block"))
    }

    pub(in super::super) fn invalid_finally_stmt(&mut self) -> P<()> {
        self.bare_header(Kind::Finally, "finally")?;
        NOTHING
    }

    // ---- for, with --------------------------------------------------------------------------------------------------------

    fn for_header(&mut self) -> P<Token> {
        self.eat(Kind::Async)?;
        let keyword = self.token(Kind::For)?;
        self.star_targets()?;
        self.token(Kind::In)?;
        self.star_expressions()?;
        Ok(keyword)
    }

    pub(in super::super) fn invalid_for_stmt(&mut self) -> P<()> {
        let no_colon = self.attempt(|p| {
            p.for_header()?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            return Err(self.missing_colon());
        }
        let keyword = self.for_header()?;
        self.token(Kind::Colon)?;
        self.missing_block()?;
        Err(self.fail_block("'for' statement", keyword))
    }

    pub(in super::super) fn invalid_for_target(&mut self) -> P<()> {
        self.eat(Kind::Async)?;
        self.token(Kind::For)?;
        let target = self.star_expressions()?;
        self.fail_target(TargetKind::For, target)
    }

    fn as_target_if_any(&mut self) -> P<()> {
        self.attempt(|p| {
            p.token(Kind::As)?;
            p.star_target()
        })
        .map(drop)
    }

    fn with_header(&mut self) -> P<Token> {
        self.eat(Kind::Async)?;
        let keyword = self.token(Kind::With)?;
        self.separated(|p| {
            p.expression()?;
            p.as_target_if_any()
        })?;
        Ok(keyword)
    }

    fn parenthesized_with_header(&mut self) -> P<Token> {
        self.eat(Kind::Async)?;
        let keyword = self.token(Kind::With)?;
        self.token(Kind::LPar)?;
        self.separated(|p| {
            p.expressions()?;
            p.as_target_if_any()
        })?;
        self.eat(Kind::Comma)?;
        self.token(Kind::RPar)?;
        Ok(keyword)
    }

    pub(in super::super) fn invalid_with_stmt(&mut self) -> P<()> {
        for header in [Self::with_header, Self::parenthesized_with_header] {
            let no_colon = self.attempt(|p| {
                header(p)?;
                p.token(Kind::Newline)
            })?;
            if no_colon.is_some() {
                return Err(self.missing_colon());
            }
        }
        NOTHING
    }

    pub(in super::super) fn invalid_with_stmt_indent(&mut self) -> P<()> {
        for header in [Self::with_header, Self::parenthesized_with_header] {
            let no_block = self.attempt(|p| {
                let keyword = header(p)?;
                p.token(Kind::Colon)?;
                p.missing_block()?;
                Ok(keyword)
            })?;
            if let Some(keyword) = no_block {
                return Err(self.fail_block("'with' statement", keyword));
            }
        }
        NOTHING
    }

    pub(in super::super) fn invalid_with_item(&mut self) -> P<()> {
        self.expression()?;
        self.token(Kind::As)?;
        let target = self.expression()?;
        self.require_ahead(&[Kind::Comma, Kind::RPar, Kind::Colon])?;
        self.fail_target(TargetKind::Star, target)
    }

    // ---- try ----------------------------------------------------------------------------------------------------------------

    pub(in super::super) fn invalid_try_stmt(&mut self) -> P<()> {
        self.bare_header(Kind::Try, "try")?;
        let alone = self.attempt(|p| {
            p.token(Kind::Try)?;
            p.token(Kind::Colon)?;
            p.block()?;
            if p.sees_any(&[Kind::Except, Kind::Finally])? { NOTHING } else { Ok(()) }
        })?;
        if alone.is_some() {
            return Err(self.fail_last("SyntaxError", "expected 'except' or 'finally' block"));
        }
        let message = "cannot have both 'except' and 'except*' on the same 'try'";
        let star_last = self.attempt(|p| {
            p.token(Kind::Try)?;
            p.token(Kind::Colon)?;
            p.many(Self::block)?;
            p.some(Self::except_block)?;
            let except = p.token(Kind::Except)?;
            let star = p.token(Kind::Star)?;
            p.expression()?;
            p.as_name_if_any()?;
            p.token(Kind::Colon)?;
            Ok((except, star))
        })?;
        if let Some((except, star)) = star_last {
            return Err(self.fail_between(&except.range, &star.range, message));
        }
        self.token(Kind::Try)?;
        self.token(Kind::Colon)?;
        self.many(Self::block)?;
        self.some(Self::except_star_block)?;
        let except = self.token(Kind::Except)?;
        self.attempt(|p| {
            p.expression()?;
            p.as_name_if_any()
        })?;
        self.token(Kind::Colon)?;
        Err(self.fail_at(except.range, message))
    }

    /// `except`, with a star or without.
    fn except(&mut self, is_star: bool) -> P<Token> {
        let keyword = self.token(Kind::Except)?;
        if is_star {
            self.token(Kind::Star)?;
        }
        Ok(keyword)
    }

    fn invalid_except(&mut self, is_star: bool) -> P<()> {
        let unparenthesized = self.attempt(|p| {
            p.except(is_star)?;
            let first = p.expression()?;
            p.token(Kind::Comma)?;
            p.expressions()?;
            p.token(Kind::As)?;
            p.name()?;
            p.token(Kind::Colon)?;
            Ok(first)
        })?;
        if let Some(first) = unparenthesized {
            let message = "multiple exception types must be parenthesized when using 'as'";
            return Err(self.fail_from(first, message));
        }
        let no_colon = self.attempt(|p| {
            p.except(is_star)?;
            p.expression()?;
            p.as_name_if_any()?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            return Err(self.missing_colon());
        }
        if is_star {
            let no_type = self.attempt(|p| {
                p.except(true)?;
                p.token_of(&[Kind::Newline, Kind::Colon])
            })?;
            if no_type.is_some() {
                return Err(self.fail_last("SyntaxError", "expected one or more exception types"));
            }
        } else {
            let no_colon = self.attempt(|p| {
                p.except(false)?;
                p.token(Kind::Newline)
            })?;
            if no_colon.is_some() {
                return Err(self.missing_colon());
            }
        }
        self.except(is_star)?;
        self.expression()?;
        self.token(Kind::As)?;
        let target = self.expression()?;
        self.token(Kind::Colon)?;
        self.block()?;
        let star = if is_star { "*" } else { "" };
        let message = format!("cannot use except{star} statement with {}", target.description());
        Err(self.fail_at(target.range(), message))
    }

    pub(in super::super) fn invalid_except_stmt(&mut self) -> P<()> {
        self.invalid_except(false)
    }

    pub(in super::super) fn invalid_except_star_stmt(&mut self) -> P<()> {
        self.invalid_except(true)
    }

    fn invalid_except_indent(&mut self, is_star: bool) -> P<()> {
        let with_type = self.attempt(|p| {
            let keyword = p.except(is_star)?;
            p.expression()?;
            p.as_name_if_any()?;
            p.token(Kind::Colon)?;
            p.missing_block()?;
            Ok(keyword)
        })?;
        if let Some(keyword) = with_type {
            let star = if is_star { "*" } else { "" };
            return Err(self.fail_block(&format!("'except{star}' statement"), keyword));
        }
        NOTHING
    }

    pub(in super::super) fn invalid_except_stmt_indent(&mut self) -> P<()> {
        self.attempt(|p| p.invalid_except_indent(false))?;
        self.bare_header(Kind::Except, "except")?;
        NOTHING
    }

    pub(in super::super) fn invalid_except_star_stmt_indent(&mut self) -> P<()> {
        self.invalid_except_indent(true)
    }
}
