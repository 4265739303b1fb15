//! Functions, classes, their parameters and type parameters.

use super::engine::Parser;
use super::{Ex, P, Stop};
use crate::ast::{
    Expr, Parameter, Parameters, Range, Stmt, StmtClassDef, StmtFunctionDef, TypeParam, TypeParamParamSpec,
    TypeParamTypeVar, TypeParamTypeVarTuple,
};
use crate::lexer::Kind;

/// Whether parameters are those of a `def` or of a `lambda`: what follows the last one, and what may stand with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Def,
    Lambda,
}

impl Of {
    pub(super) fn closing(self) -> Kind {
        if self == Of::Def { Kind::RPar } else { Kind::Colon }
    }
}

/// A parameter and its default.
type WithDefault<'a> = (Parameter<'a>, Option<Ex<'a>>);

/// Positional-only parameters; those with a default come last.
pub(super) struct Slash<'a> {
    plain: Vec<Parameter<'a>>,
    with_default: Vec<WithDefault<'a>>,
}

/// What follows the positional parameters.
#[derive(Default)]
struct StarEtc<'a> {
    vararg: Option<Parameter<'a>>,
    kwonly: Vec<WithDefault<'a>>,
    kwarg: Option<Parameter<'a>>,
}

impl<'a> Parser<'_, 'a> {
    pub(super) fn function_def(&mut self, decorator_list: &'a [Expr<'a>]) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_def_raw)?;
        let start = self.mark;
        let is_async = self.eat(Kind::Async)?.is_some();
        self.token(Kind::Def)?;
        let (name, _) = self.name()?;
        let type_params = self.type_params_if_any()?;
        self.token(Kind::LPar)?;
        let parameters = self.attempt(Self::params)?.unwrap_or_else(|| self.no_parameters());
        self.token(Kind::RPar)?;
        let returns = self.returns_if_any()?;
        self.token(Kind::Colon)?;
        let type_comment = self.attempt(Self::func_type_comment)?;
        let body = self.block()?;
        if is_async {
            self.since(5, "Async functions are")?;
        }
        let range = self.range(start);
        let function = StmtFunctionDef {
            range,
            is_async,
            name,
            parameters,
            body,
            decorator_list,
            returns,
            type_comment,
            type_params,
        };
        Ok(function.into())
    }

    pub(super) fn returns_if_any(&mut self) -> P<Option<Ex<'a>>> {
        self.attempt(|p| {
            p.token(Kind::RArrow)?;
            p.expression()
        })
    }

    /// The type comment of a function, which may stand on a line of its own before the block.
    pub(super) fn func_type_comment(&mut self) -> P<&'a [u8]> {
        let own_line = self.attempt(|p| {
            p.token(Kind::Newline)?;
            let comment = p.token(Kind::TypeComment)?;
            let block = p.ahead(|p| {
                p.token(Kind::Newline)?;
                p.token(Kind::Indent)
            })?;
            p.require(block)?;
            Ok(comment)
        })?;
        if let Some(comment) = own_line {
            return Ok(self.comment_text(comment));
        }
        self.diagnose(Self::invalid_double_type_comments)?;
        let comment = self.token(Kind::TypeComment)?;
        Ok(self.comment_text(comment))
    }

    pub(super) fn class_def(&mut self, decorator_list: &'a [Expr<'a>]) -> P<Stmt<'a>> {
        self.diagnose(Self::invalid_class_def_raw)?;
        let start = self.mark;
        self.token(Kind::Class)?;
        let (name, _) = self.name()?;
        let type_params = self.type_params_if_any()?;
        let arguments = self.attempt(|p| {
            p.token(Kind::LPar)?;
            let arguments = p.attempt(Self::arguments)?;
            p.token(Kind::RPar)?;
            Ok(arguments.unwrap_or_default())
        })?;
        let arguments = arguments.unwrap_or_default();
        self.token(Kind::Colon)?;
        let body = self.block()?;
        let (bases, keywords) = (arguments.args, arguments.keywords);
        Ok(StmtClassDef { range: self.range(start), name, bases, keywords, body, decorator_list, type_params }.into())
    }

    // ---- parameters -------------------------------------------------------------------------------------------------------

    pub(super) fn no_parameters(&self) -> &'a Parameters<'a> {
        self.arena.alloc(Parameters {
            range: Range::default(),
            posonlyargs: &[],
            args: &[],
            vararg: None,
            kwonlyargs: &[],
            kw_defaults: &[],
            kwarg: None,
            defaults: &[],
        })
    }

    pub(super) fn params(&mut self) -> P<&'a Parameters<'a>> {
        self.diagnose(|p| p.invalid_parameters(Of::Def))?;
        self.parameters(Of::Def)
    }

    pub(super) fn lambda_params(&mut self) -> P<&'a Parameters<'a>> {
        self.diagnose(|p| p.invalid_parameters(Of::Lambda))?;
        self.parameters(Of::Lambda)
    }

    fn parameters(&mut self, of: Of) -> P<&'a Parameters<'a>> {
        let (mut slash, mut plain) = (None, Vec::new());
        if let Some(names) = self.attempt(|p| p.slash_no_default(of))? {
            slash = Some(Slash { plain: names, with_default: Vec::new() });
            plain = self.many(|p| p.param_no_default(of))?;
        } else if let Some(found) = self.attempt(|p| p.slash_with_default(of))? {
            slash = Some(found);
        } else {
            plain = self.many(|p| p.param_no_default(of))?;
        }
        let with_default = self.many(|p| p.param_with_default(of))?;
        let star_etc = self.attempt(|p| p.star_etc(of))?;
        if slash.is_none() && plain.is_empty() && with_default.is_empty() && star_etc.is_none() {
            return Err(Stop::NoMatch);
        }
        if slash.is_some() {
            self.since(8, "Positional-only parameters are")?;
        }
        Ok(self.make_parameters(slash, plain, with_default, star_etc.unwrap_or_default()))
    }

    fn make_parameters(
        &self,
        slash: Option<Slash<'a>>,
        plain: Vec<Parameter<'a>>,
        with_default: Vec<WithDefault<'a>>,
        star_etc: StarEtc<'a>,
    ) -> &'a Parameters<'a> {
        let mut defaults: Vec<Expr<'a>> = Vec::new();
        let mut posonly = Vec::new();
        if let Some(slash) = slash {
            posonly = slash.plain;
            posonly.extend(slash.with_default.iter().map(|(parameter, _)| *parameter));
            defaults.extend(slash.with_default.iter().filter_map(|(_, default)| default.copied()));
        }
        let mut args = plain;
        args.extend(with_default.iter().map(|(parameter, _)| *parameter));
        defaults.extend(with_default.iter().filter_map(|(_, default)| default.copied()));
        let kwonly: Vec<Parameter<'a>> = star_etc.kwonly.iter().map(|(parameter, _)| *parameter).collect();
        let kw_defaults: Vec<Option<Expr<'a>>> = star_etc.kwonly.iter().map(|(_, default)| default.copied()).collect();
        self.arena.alloc(Parameters {
            range: Range::default(),
            posonlyargs: self.slice(&posonly),
            args: self.slice(&args),
            vararg: star_etc.vararg.map(|parameter| &*self.arena.alloc(parameter)),
            kwonlyargs: self.slice(&kwonly),
            kw_defaults: self.slice(&kw_defaults),
            kwarg: star_etc.kwarg.map(|parameter| &*self.arena.alloc(parameter)),
            defaults: self.slice(&defaults),
        })
    }

    /// `/` behind parameters: with a comma, or as the last thing.
    fn slash(&mut self, of: Of) -> P<()> {
        self.token(Kind::Slash)?;
        if self.eat(Kind::Comma)?.is_some() { Ok(()) } else { self.require_ahead(&[of.closing()]) }
    }

    pub(super) fn slash_no_default(&mut self, of: Of) -> P<Vec<Parameter<'a>>> {
        let names = self.some(|p| p.param_no_default(of))?;
        self.slash(of)?;
        Ok(names)
    }

    pub(super) fn slash_with_default(&mut self, of: Of) -> P<Slash<'a>> {
        let plain = self.many(|p| p.param_no_default(of))?;
        let with_default = self.some(|p| p.param_with_default(of))?;
        self.slash(of)?;
        Ok(Slash { plain, with_default })
    }

    fn star_etc(&mut self, of: Of) -> P<StarEtc<'a>> {
        self.diagnose(|p| p.invalid_star_etc(of))?;
        let vararg = self.attempt(|p| {
            p.token(Kind::Star)?;
            let vararg = match p.attempt(|p| p.param_no_default(of))? {
                Some(vararg) => vararg,
                None if of == Of::Def => p.param_no_default_star_annotation()?,
                None => return Err(Stop::NoMatch),
            };
            let kwonly = p.many(|p| p.param_maybe_default(of))?;
            let kwarg = p.attempt(|p| p.kwds(of))?;
            Ok(StarEtc { vararg: Some(vararg), kwonly, kwarg })
        })?;
        if let Some(found) = vararg {
            return Ok(found);
        }
        let bare = self.attempt(|p| {
            p.token(Kind::Star)?;
            p.token(Kind::Comma)?;
            let kwonly = p.some(|p| p.param_maybe_default(of))?;
            let kwarg = p.attempt(|p| p.kwds(of))?;
            Ok(StarEtc { vararg: None, kwonly, kwarg })
        })?;
        match bare {
            Some(found) => Ok(found),
            None => Ok(StarEtc { vararg: None, kwonly: Vec::new(), kwarg: Some(self.kwds(of)?) }),
        }
    }

    fn kwds(&mut self, of: Of) -> P<Parameter<'a>> {
        self.diagnose(|p| p.invalid_kwds(of))?;
        self.token(Kind::DoubleStar)?;
        self.param_no_default(of)
    }

    /// What stands behind a parameter: a comma, or the end of the list. Type comments belong to the parameter.
    fn behind_param(&mut self, mut parameter: Parameter<'a>, of: Of) -> P<Parameter<'a>> {
        let comma = self.eat(Kind::Comma)?.is_some();
        if of == Of::Def
            && let Some(comment) = self.type_comment()?
        {
            parameter.type_comment = Some(comment);
        }
        if !comma {
            self.require_ahead(&[of.closing()])?;
        }
        Ok(parameter)
    }

    pub(super) fn param_no_default(&mut self, of: Of) -> P<Parameter<'a>> {
        let parameter = self.param(of)?;
        self.behind_param(parameter, of)
    }

    fn param_no_default_star_annotation(&mut self) -> P<Parameter<'a>> {
        let start = self.mark;
        let (name, _) = self.name()?;
        self.token(Kind::Colon)?;
        let annotation = self.star_expression()?;
        let range = self.range(start);
        self.behind_param(Parameter { range, name, annotation: Some(annotation), type_comment: None }, Of::Def)
    }

    pub(super) fn param_with_default(&mut self, of: Of) -> P<WithDefault<'a>> {
        let parameter = self.param(of)?;
        let default = self.default()?;
        Ok((self.behind_param(parameter, of)?, Some(default)))
    }

    pub(super) fn param_maybe_default(&mut self, of: Of) -> P<WithDefault<'a>> {
        let parameter = self.param(of)?;
        let default = self.attempt(Self::default)?;
        Ok((self.behind_param(parameter, of)?, default))
    }

    pub(super) fn param(&mut self, of: Of) -> P<Parameter<'a>> {
        let start = self.mark;
        let (name, _) = self.name()?;
        let annotation = if of == Of::Def {
            self.attempt(|p| {
                p.token(Kind::Colon)?;
                p.expression()
            })?
        } else {
            None
        };
        Ok(Parameter { range: self.range(start), name, annotation, type_comment: None })
    }

    fn default(&mut self) -> P<Ex<'a>> {
        let default = self.attempt(|p| {
            p.token(Kind::Equal)?;
            p.expression()
        })?;
        if let Some(default) = default {
            return Ok(default);
        }
        self.diagnose(Self::invalid_default)?;
        Err(Stop::NoMatch)
    }

    // ---- type parameters ----------------------------------------------------------------------------------------------------

    pub(super) fn type_params_if_any(&mut self) -> P<&'a [TypeParam<'a>]> {
        Ok(self.attempt(Self::type_params)?.unwrap_or_default())
    }

    fn type_params(&mut self) -> P<&'a [TypeParam<'a>]> {
        self.diagnose(Self::invalid_type_params)?;
        self.token(Kind::LSqb)?;
        let params = self.separated(Self::type_param)?;
        self.eat(Kind::Comma)?;
        self.token(Kind::RSqb)?;
        self.since(12, "Type parameter lists are")?;
        Ok(self.slice(&params))
    }

    fn type_param(&mut self) -> P<TypeParam<'a>> {
        let start = self.mark;
        if self.sees(Kind::Name)? {
            let (name, _) = self.name()?;
            let bound = self.attempt(|p| {
                p.token(Kind::Colon)?;
                p.expression()
            })?;
            let default_value = self.type_param_default(Self::expression)?;
            return Ok(TypeParamTypeVar { range: self.range(start), name, bound, default_value }.into());
        }
        self.diagnose(Self::invalid_type_param)?;
        if self.eat(Kind::Star)?.is_some() {
            let (name, _) = self.name()?;
            let default_value = self.type_param_default(Self::star_expression)?;
            return Ok(TypeParamTypeVarTuple { range: self.range(start), name, default_value }.into());
        }
        self.token(Kind::DoubleStar)?;
        let (name, _) = self.name()?;
        let default_value = self.type_param_default(Self::expression)?;
        Ok(TypeParamParamSpec { range: self.range(start), name, default_value }.into())
    }

    fn type_param_default(&mut self, rule: fn(&mut Self) -> P<Ex<'a>>) -> P<Option<Ex<'a>>> {
        let default = self.attempt(|p| {
            p.token(Kind::Equal)?;
            rule(p)
        })?;
        if default.is_some() {
            self.since(13, "Type parameter defaults are")?;
        }
        Ok(default)
    }
}
