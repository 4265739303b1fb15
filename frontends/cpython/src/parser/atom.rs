//! Primaries and atoms: names, literals, displays, comprehensions, and what follows them.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{
    Comprehension, Constant, Expr, ExprAttribute, ExprCall, ExprConstant, ExprContext, ExprDict, ExprDictComp,
    ExprGenerator, ExprList, ExprListComp, ExprName, ExprSet, ExprSetComp, ExprSlice, ExprSubscript,
};
use crate::lexer::Kind;

/// A key and a value of a dict; a value that is unpacked has no key.
pub(super) type KeyValue<'a> = (Option<Ex<'a>>, Ex<'a>);

impl<'a> Parser<'_, 'a> {
    pub(super) fn primary(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::Primary, |p| {
            let start = p.mark;
            let mut primary = p.atom()?;
            while let Some(longer) = p.attempt(|p| p.trailer(start, primary, ExprContext::Load))? {
                primary = longer;
            }
            Ok(primary)
        })
    }

    /// An attribute, a call or a subscript of what stands before.
    pub(super) fn trailer(&mut self, start: usize, value: Ex<'a>, ctx: ExprContext) -> P<Ex<'a>> {
        match self.peek()? {
            Kind::Dot => {
                self.mark += 1;
                let (attr, _) = self.name()?;
                let range = self.range(start);
                Ok(self.expr(ExprAttribute { range, value, attr, ctx }))
            }
            Kind::LPar => self.call(start, value),
            Kind::LSqb => {
                self.mark += 1;
                let slice = self.slices()?;
                self.token(Kind::RSqb)?;
                let range = self.range(start);
                Ok(self.expr(ExprSubscript { range, value, slice, ctx }))
            }
            _ => Err(Stop::NoMatch),
        }
    }

    fn call(&mut self, start: usize, func: Ex<'a>) -> P<Ex<'a>> {
        if let Some(generator) = self.attempt(Self::genexp)? {
            let range = self.range(start);
            return Ok(self.expr(ExprCall { range, func, args: self.slice(&[*generator]), keywords: &[] }));
        }
        self.token(Kind::LPar)?;
        let arguments = self.attempt(Self::arguments)?.unwrap_or_default();
        self.token(Kind::RPar)?;
        let range = self.range(start);
        Ok(self.expr(ExprCall { range, func, args: arguments.args, keywords: arguments.keywords }))
    }

    pub(super) fn slices(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let single = self.attempt(|p| {
            let slice = p.slice_()?;
            p.not_token(Kind::Comma)?;
            Ok(slice)
        })?;
        if let Some(slice) = single {
            return Ok(slice);
        }
        let items = self.separated(|p| match p.attempt(Self::slice_)? {
            Some(slice) => Ok(slice),
            None => p.starred_expression(),
        })?;
        self.eat(Kind::Comma)?;
        let range = self.range(start);
        Ok(self.expr(crate::ast::ExprTuple { range, elts: self.exprs(&items), ctx: ExprContext::Load }))
    }

    fn slice_(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let slice = self.attempt(|p| {
            let lower = p.attempt(Self::expression)?;
            p.token(Kind::Colon)?;
            let upper = p.attempt(Self::expression)?;
            let step = match p.eat(Kind::Colon)? {
                Some(_) => p.attempt(Self::expression)?,
                None => None,
            };
            let range = p.range(start);
            Ok(p.expr(ExprSlice { range, lower, upper, step }))
        })?;
        match slice {
            Some(slice) => Ok(slice),
            None => self.named_expression(),
        }
    }

    pub(super) fn atom(&mut self) -> P<Ex<'a>> {
        let token = self.next()?;
        let constant = |value| Ok(ExprConstant { range: token.range, value, kind: None });
        let literal: P<ExprConstant<'a>> = match token.kind {
            Kind::Name => {
                let (id, token) = self.name()?;
                return Ok(self.expr(ExprName { range: token.range, id, ctx: ExprContext::Load }));
            }
            Kind::True => constant(Constant::Bool(true)),
            Kind::False => constant(Constant::Bool(false)),
            Kind::None => constant(Constant::None),
            Kind::Ellipsis => constant(Constant::Ellipsis),
            Kind::String | Kind::FStringStart | Kind::TStringStart => return self.strings(),
            Kind::Number => return self.number(),
            Kind::LPar => return self.first_of(&[Self::tuple, Self::group, Self::genexp]),
            Kind::LSqb => return self.first_of(&[Self::list, Self::listcomp]),
            Kind::LBrace => return self.first_of(&[Self::dict, Self::set, Self::dictcomp, Self::setcomp]),
            _ => Err(Stop::NoMatch),
        };
        let literal = literal?;
        self.mark += 1;
        Ok(self.expr(literal))
    }

    fn first_of(&mut self, rules: &[fn(&mut Self) -> P<Ex<'a>>]) -> P<Ex<'a>> {
        for rule in rules {
            if let Some(expr) = self.attempt(rule)? {
                return Ok(expr);
            }
        }
        Err(Stop::NoMatch)
    }

    pub(super) fn group(&mut self) -> P<Ex<'a>> {
        let group = self.attempt(|p| {
            p.token(Kind::LPar)?;
            let inner = if p.sees(Kind::Yield)? { p.yield_expr()? } else { p.named_expression()? };
            p.token(Kind::RPar)?;
            Ok(inner)
        })?;
        if let Some(inner) = group {
            return Ok(inner);
        }
        self.diagnose(Self::invalid_group)?;
        Err(Stop::NoMatch)
    }

    // ---- displays -------------------------------------------------------------------------------------------------------

    pub(super) fn tuple(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::LPar)?;
        let items = self.attempt(|p| {
            let mut items = vec![*p.star_named_expression()?];
            p.token(Kind::Comma)?;
            items.extend(p.attempt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(items)
        })?;
        self.token(Kind::RPar)?;
        Ok(self.tuple_of(start, &items.unwrap_or_default(), ExprContext::Load))
    }

    pub(super) fn list(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::LSqb)?;
        let items = self.attempt(Self::star_named_expressions)?.unwrap_or_default();
        self.token(Kind::RSqb)?;
        let range = self.range(start);
        Ok(self.expr(ExprList { range, elts: self.slice(&items), ctx: ExprContext::Load }))
    }

    fn set(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::LBrace)?;
        let items = self.star_named_expressions()?;
        self.token(Kind::RBrace)?;
        let range = self.range(start);
        Ok(self.expr(ExprSet { range, elts: self.slice(&items) }))
    }

    fn dict(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let dict = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            let items = p.attempt(|p| {
                let items = p.separated(Self::double_starred_kvpair)?;
                p.eat(Kind::Comma)?;
                Ok(items)
            })?;
            p.token(Kind::RBrace)?;
            let items = items.unwrap_or_default();
            let keys: Vec<Option<Expr<'a>>> = items.iter().map(|(key, _)| key.copied()).collect();
            let values: Vec<Expr<'a>> = items.iter().map(|(_, value)| **value).collect();
            let range = p.range(start);
            Ok(p.expr(ExprDict { range, keys: p.slice(&keys), values: p.slice(&values) }))
        })?;
        if let Some(dict) = dict {
            return Ok(dict);
        }
        self.diagnose(|p| {
            p.token(Kind::LBrace)?;
            p.invalid_double_starred_kvpairs()?;
            p.token(Kind::RBrace)
        })?;
        Err(Stop::NoMatch)
    }

    pub(super) fn double_starred_kvpair(&mut self) -> P<KeyValue<'a>> {
        let unpacked = self.attempt(|p| {
            p.token(Kind::DoubleStar)?;
            p.bitwise_or()
        })?;
        match unpacked {
            Some(value) => Ok((None, value)),
            None => self.kvpair().map(|(key, value)| (Some(key), value)),
        }
    }

    fn kvpair(&mut self) -> P<(Ex<'a>, Ex<'a>)> {
        let key = self.expression()?;
        self.token(Kind::Colon)?;
        let value = self.expression()?;
        Ok((key, value))
    }

    // ---- comprehensions ---------------------------------------------------------------------------------------------------

    fn listcomp(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let found = self.comprehension(Kind::LSqb, Self::named_expression, Kind::RSqb)?;
        let range = self.range(start);
        match found {
            Some((elt, generators)) => Ok(self.expr(ExprListComp { range, elt, generators })),
            None => Err(Stop::NoMatch),
        }
    }

    fn setcomp(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let found = self.comprehension(Kind::LBrace, Self::named_expression, Kind::RBrace)?;
        let range = self.range(start);
        match found {
            Some((elt, generators)) => Ok(self.expr(ExprSetComp { range, elt, generators })),
            None => Err(Stop::NoMatch),
        }
    }

    pub(super) fn genexp(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let found = self.comprehension(Kind::LPar, Self::assignment_or_expression, Kind::RPar)?;
        let range = self.range(start);
        match found {
            Some((elt, generators)) => Ok(self.expr(ExprGenerator { range, elt, generators })),
            None => Err(Stop::NoMatch),
        }
    }

    #[allow(clippy::type_complexity)]
    fn comprehension(
        &mut self,
        open: Kind,
        element: fn(&mut Self) -> P<Ex<'a>>,
        close: Kind,
    ) -> P<Option<(Ex<'a>, &'a [Comprehension<'a>])>> {
        let found = self.attempt(|p| {
            p.token(open)?;
            let elt = element(p)?;
            let generators = p.for_if_clauses()?;
            p.token(close)?;
            Ok((elt, generators))
        })?;
        if found.is_none() {
            self.diagnose(Self::invalid_comprehension)?;
        }
        Ok(found)
    }

    fn dictcomp(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let found = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            let pair = p.kvpair()?;
            let generators = p.for_if_clauses()?;
            p.token(Kind::RBrace)?;
            Ok((pair, generators))
        })?;
        let Some(((key, value), generators)) = found else {
            self.diagnose(Self::invalid_dict_comprehension)?;
            return Err(Stop::NoMatch);
        };
        let range = self.range(start);
        Ok(self.expr(ExprDictComp { range, key, value, generators }))
    }

    pub(super) fn for_if_clauses(&mut self) -> P<&'a [Comprehension<'a>]> {
        let clauses = self.some(Self::for_if_clause)?;
        Ok(self.slice(&clauses))
    }

    fn for_if_clause(&mut self) -> P<Comprehension<'a>> {
        let start = self.mark;
        let head = self.attempt(|p| {
            let is_async = p.eat(Kind::Async)?.is_some();
            p.token(Kind::For)?;
            let target = p.star_targets()?;
            p.token(Kind::In)?;
            Ok((is_async, target))
        })?;
        let Some((is_async, target)) = head else {
            self.mark = start;
            self.diagnose(Self::invalid_for_if_clause)?;
            self.diagnose(Self::invalid_for_target)?;
            return Err(Stop::NoMatch);
        };
        // Behind `in` there is no other way to read it.
        let iter = self.disjunction()?;
        let ifs = self.many(|p| {
            p.token(Kind::If)?;
            p.disjunction()
        })?;
        if is_async {
            self.since(6, "Async comprehensions are")?;
        }
        let range = crate::ast::Range::default();
        Ok(Comprehension { range, target, iter, ifs: self.exprs(&ifs), is_async })
    }
}
