//! Mistakes in functions, classes and their parameters.

use super::super::function::Of;
use super::{Kind, NOTHING, P, Parser, Stop};
use crate::lexer::Token;

impl<'a> Parser<'_, 'a> {
    pub(in super::super) fn invalid_def_raw(&mut self) -> P<()> {
        let no_block = self.attempt(|p| {
            p.eat(Kind::Async)?;
            let keyword = p.token(Kind::Def)?;
            p.name()?;
            p.type_params_if_any()?;
            p.token(Kind::LPar)?;
            p.attempt(Self::params)?;
            p.token(Kind::RPar)?;
            p.returns_if_any()?;
            p.token(Kind::Colon)?;
            p.missing_block()?;
            Ok(keyword)
        })?;
        if let Some(keyword) = no_block {
            return Err(self.fail_block("function definition", keyword));
        }
        // What is missing here is an error at once.
        self.eat(Kind::Async)?;
        self.token(Kind::Def)?;
        self.name()?;
        self.type_params_if_any()?;
        self.expect(Kind::LPar, "(")?;
        self.attempt(Self::params)?;
        self.token(Kind::RPar)?;
        self.returns_if_any()?;
        self.expect(Kind::Colon, ":")?;
        self.attempt(Self::func_type_comment)?;
        self.block()?;
        NOTHING
    }

    pub(in super::super) fn invalid_double_type_comments(&mut self) -> P<()> {
        for kind in [Kind::TypeComment, Kind::Newline, Kind::TypeComment, Kind::Newline, Kind::Indent] {
            self.token(kind)?;
        }
        Err(self.fail_last("SyntaxError", "Cannot have two type comments on def"))
    }

    fn class_header(&mut self) -> P<Token> {
        let keyword = self.token(Kind::Class)?;
        self.name()?;
        self.type_params_if_any()?;
        self.attempt(|p| {
            p.token(Kind::LPar)?;
            p.attempt(Self::arguments)?;
            p.token(Kind::RPar)
        })?;
        Ok(keyword)
    }

    pub(in super::super) fn invalid_class_def_raw(&mut self) -> P<()> {
        let no_colon = self.attempt(|p| {
            p.class_header()?;
            p.token(Kind::Newline)
        })?;
        if no_colon.is_some() {
            return Err(self.missing_colon());
        }
        let keyword = self.class_header()?;
        self.token(Kind::Colon)?;
        self.missing_block()?;
        Err(self.fail_block("class definition", keyword))
    }

    // ---- parameters -------------------------------------------------------------------------------------------------------

    fn any_slash(&mut self, of: Of) -> P<()> {
        match self.attempt(|p| p.slash_no_default(of))? {
            Some(_) => Ok(()),
            None => self.slash_with_default(of).map(drop),
        }
    }

    pub(in super::super) fn invalid_parameters(&mut self, of: Of) -> P<()> {
        let first = self.attempt(|p| {
            let slash = p.token(Kind::Slash)?;
            p.token(Kind::Comma)?;
            Ok(slash)
        })?;
        if let Some(slash) = first {
            return Err(self.fail_at(slash.range, "at least one argument must precede /"));
        }
        let twice = self.attempt(|p| {
            p.any_slash(of)?;
            p.many(|p| p.param_maybe_default(of))?;
            p.token(Kind::Slash)
        })?;
        if let Some(slash) = twice {
            return Err(self.fail_at(slash.range, "/ may appear only once"));
        }
        let no_default = self.attempt(|p| {
            p.attempt(|p| p.slash_no_default(of))?;
            p.many(|p| p.param_no_default(of))?;
            if p.attempt(|p| p.slash_with_default(of))?.is_none() {
                p.some(|p| p.param_with_default(of))?;
            }
            p.param_no_default(of)
        })?;
        if let Some(parameter) = no_default {
            let message = "parameter without a default follows parameter with a default";
            return Err(self.fail_at(parameter.range, message));
        }
        if let Some((open, close)) = self.attempt(|p| p.parenthesized_parameters(of))? {
            let what = if of == Of::Def { "Function" } else { "Lambda expression" };
            let message = format!("{what} parameters cannot be parenthesized");
            return Err(self.fail_between(&open.range, &close.range, message));
        }
        let behind_star = self.attempt(|p| {
            p.attempt(|p| p.any_slash(of))?;
            p.many(|p| p.param_maybe_default(of))?;
            p.token(Kind::Star)?;
            p.comma_or_param(of)?;
            p.many(|p| p.param_maybe_default(of))?;
            p.token(Kind::Slash)
        })?;
        if let Some(slash) = behind_star {
            return Err(self.fail_at(slash.range, "/ must be ahead of *"));
        }
        self.some(|p| p.param_maybe_default(of))?;
        self.token(Kind::Slash)?;
        let star = self.token(Kind::Star)?;
        Err(self.fail_at(star.range, "expected comma between / and *"))
    }

    fn parenthesized_parameters(&mut self, of: Of) -> P<(Token, Token)> {
        self.many(|p| p.param_no_default(of))?;
        let open = self.token(Kind::LPar)?;
        if of == Of::Def {
            self.some(|p| p.param_no_default(of))?;
        } else {
            self.separated(|p| p.param(of))?;
        }
        self.eat(Kind::Comma)?;
        Ok((open, self.token(Kind::RPar)?))
    }

    fn comma_or_param(&mut self, of: Of) -> P<()> {
        match self.eat(Kind::Comma)? {
            Some(_) => Ok(()),
            None => self.param_no_default(of).map(drop),
        }
    }

    pub(in super::super) fn invalid_default(&mut self) -> P<()> {
        let equal = self.token(Kind::Equal)?;
        self.require_ahead(&[Kind::RPar, Kind::Comma])?;
        Err(self.fail_at(equal.range, "expected default value expression"))
    }

    pub(in super::super) fn invalid_star_etc(&mut self, of: Of) -> P<()> {
        let bare = self.attempt(|p| {
            let star = p.token(Kind::Star)?;
            if p.eat(Kind::Comma)?.is_some() {
                p.token_of(&[of.closing(), Kind::DoubleStar])?;
            } else {
                p.token(of.closing())?;
            }
            Ok(star)
        })?;
        if let Some(star) = bare {
            let message = "named arguments must follow bare *";
            return Err(if of == Of::Def {
                self.fail_at(star.range, message)
            } else {
                self.fail_last("SyntaxError", message)
            });
        }
        if of == Of::Def {
            let comment = self.attempt(|p| {
                p.token(Kind::Star)?;
                p.token(Kind::Comma)?;
                p.token(Kind::TypeComment)
            })?;
            if comment.is_some() {
                return Err(self.fail_last("SyntaxError", "bare * has associated type comment"));
            }
        }
        let default = self.attempt(|p| {
            p.token(Kind::Star)?;
            p.param(of)?;
            p.token(Kind::Equal)
        })?;
        if let Some(equal) = default {
            return Err(self.fail_at(equal.range, "var-positional argument cannot have default value"));
        }
        self.token(Kind::Star)?;
        if self.attempt(|p| p.param_no_default(of))?.is_none() {
            self.token(Kind::Comma)?;
        }
        self.many(|p| p.param_maybe_default(of))?;
        let star = self.token(Kind::Star)?;
        if self.attempt(|p| p.param_no_default(of))?.is_none() {
            self.token(Kind::Comma)?;
        }
        Err(self.fail_at(star.range, "* argument may appear only once"))
    }

    pub(in super::super) fn invalid_kwds(&mut self, of: Of) -> P<()> {
        let default = self.attempt(|p| {
            p.token(Kind::DoubleStar)?;
            p.param(of)?;
            p.token(Kind::Equal)
        })?;
        if let Some(equal) = default {
            return Err(self.fail_at(equal.range, "var-keyword argument cannot have default value"));
        }
        self.token(Kind::DoubleStar)?;
        self.param(of)?;
        self.token(Kind::Comma)?;
        let range = match self.attempt(|p| p.param(of))? {
            Some(parameter) => parameter.range,
            None => self.token_of(&[Kind::Star, Kind::DoubleStar, Kind::Slash])?.range,
        };
        Err(self.fail_at(range, "arguments cannot follow var-keyword argument"))
    }

    // ---- type parameters ----------------------------------------------------------------------------------------------------

    pub(in super::super) fn invalid_type_params(&mut self) -> P<()> {
        self.token(Kind::LSqb)?;
        let close = self.token(Kind::RSqb)?;
        Err(self.fail_from(&close.range, "Type parameter list cannot be empty"))
    }

    pub(in super::super) fn invalid_type_param(&mut self) -> P<()> {
        let what = match self.token_of(&[Kind::Star, Kind::DoubleStar])?.kind {
            Kind::Star => "TypeVarTuple",
            Kind::DoubleStar => "ParamSpec",
            _ => return Err(Stop::NoMatch),
        };
        self.name()?;
        let colon = self.token(Kind::Colon)?;
        let bound = self.expression()?;
        let bound = if matches!(bound, crate::ast::Expr::Tuple(_)) { "constraints" } else { "bound" };
        Err(self.fail_from(&colon.range, format!("cannot use {bound} with {what}")))
    }
}
