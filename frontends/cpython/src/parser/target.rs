//! What is assigned to and deleted.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{Expr, ExprAttribute, ExprContext, ExprList, ExprName, ExprStarred, ExprSubscript, ExprTuple};
use crate::lexer::Kind;

/// The tokens that go on with a primary.
const TRAILERS: &[Kind] = &[Kind::LPar, Kind::LSqb, Kind::Dot];

impl<'a> Parser<'_, 'a> {
    /// The same expression, there for something else.
    pub(super) fn with_context(&self, expr: Ex<'a>, ctx: ExprContext) -> Ex<'a> {
        let all = |elts: &[Expr<'a>]| -> Vec<Expr<'a>> {
            elts.iter().map(|item| *self.with_context(self.arena.alloc(*item), ctx)).collect()
        };
        match *expr {
            Expr::Name(name) => self.expr(ExprName { ctx, ..name }),
            Expr::Attribute(attribute) => self.expr(ExprAttribute { ctx, ..attribute }),
            Expr::Subscript(subscript) => self.expr(ExprSubscript { ctx, ..subscript }),
            Expr::Starred(starred) => {
                self.expr(ExprStarred { ctx, value: self.with_context(starred.value, ctx), ..starred })
            }
            Expr::List(list) => self.expr(ExprList { ctx, elts: self.slice(&all(list.elts)), ..list }),
            Expr::Tuple(tuple) => self.expr(ExprTuple { ctx, elts: self.slice(&all(tuple.elts)), ..tuple }),
            _ => expr,
        }
    }

    pub(super) fn star_targets(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let first = self.star_target()?;
        if !self.sees(Kind::Comma)? {
            return Ok(first);
        }
        let mut items = vec![*first];
        while let Some(item) = self.after_comma(Self::star_target)? {
            items.push(*item);
        }
        self.eat(Kind::Comma)?;
        Ok(self.tuple_of(start, &items, ExprContext::Store))
    }

    pub(super) fn star_target(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::StarTarget, |p| {
            if !p.sees(Kind::Star)? {
                return p.target_with_star_atom();
            }
            let start = p.mark;
            p.token(Kind::Star)?;
            p.not_token(Kind::Star)?;
            let value = p.deeper(Self::star_target)?;
            let value = p.with_context(value, ExprContext::Store);
            let range = p.range(start);
            Ok(p.expr(ExprStarred { range, value, ctx: ExprContext::Store }))
        })
    }

    fn target_with_star_atom(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::TargetWithStarAtom, |p| match p.attempt(|p| p.subscript_or_attribute(ExprContext::Store))? {
            Some(target) => Ok(target),
            None => p.deeper(Self::star_atom),
        })
    }

    /// An attribute or a subscript of a primary, with nothing behind it that goes on with it.
    fn subscript_or_attribute(&mut self, ctx: ExprContext) -> P<Ex<'a>> {
        let start = self.mark;
        let value = self.t_primary()?;
        self.require_ahead(&[Kind::Dot, Kind::LSqb])?;
        let target = self.trailer(start, value, ctx)?;
        if self.sees_any(TRAILERS)? { Err(Stop::NoMatch) } else { Ok(target) }
    }

    /// A primary that something goes on with.
    fn t_primary(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::TargetPrimary, |p| {
            let start = p.mark;
            let mut primary = p.atom()?;
            p.require_ahead(TRAILERS)?;
            loop {
                let longer = p.attempt(|p| {
                    let longer = p.trailer(start, primary, ExprContext::Load)?;
                    p.require_ahead(TRAILERS)?;
                    Ok(longer)
                })?;
                match longer {
                    Some(longer) => primary = longer,
                    None => return Ok(primary),
                }
            }
        })
    }

    fn star_atom(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        match self.peek()? {
            Kind::Name => {
                let (id, token) = self.name()?;
                Ok(self.expr(ExprName { range: token.range, id, ctx: ExprContext::Store }))
            }
            Kind::LPar => {
                let single = self.attempt(|p| {
                    p.token(Kind::LPar)?;
                    let target = p.target_with_star_atom()?;
                    p.token(Kind::RPar)?;
                    Ok(p.with_context(target, ExprContext::Store))
                })?;
                if let Some(target) = single {
                    return Ok(target);
                }
                self.token(Kind::LPar)?;
                let items = self.attempt(Self::star_targets_tuple_seq)?.unwrap_or_default();
                self.token(Kind::RPar)?;
                Ok(self.tuple_of(start, &items, ExprContext::Store))
            }
            Kind::LSqb => {
                self.token(Kind::LSqb)?;
                let items = self.attempt(|p| {
                    let items = p.separated(Self::star_target)?;
                    p.eat(Kind::Comma)?;
                    Ok(items)
                })?;
                self.token(Kind::RSqb)?;
                let range = self.range(start);
                let elts = self.exprs(&items.unwrap_or_default());
                Ok(self.expr(ExprList { range, elts, ctx: ExprContext::Store }))
            }
            _ => Err(Stop::NoMatch),
        }
    }

    /// Two or more targets, or one and a comma.
    fn star_targets_tuple_seq(&mut self) -> P<Vec<Expr<'a>>> {
        let mut items = vec![*self.star_target()?];
        while let Some(item) = self.after_comma(Self::star_target)? {
            items.push(*item);
        }
        if items.len() > 1 {
            self.eat(Kind::Comma)?;
        } else {
            self.token(Kind::Comma)?;
        }
        Ok(items)
    }

    pub(super) fn single_target(&mut self) -> P<Ex<'a>> {
        if let Some(target) = self.attempt(Self::single_subscript_attribute_target)? {
            return Ok(target);
        }
        if self.sees(Kind::Name)? {
            let (id, token) = self.name()?;
            return Ok(self.expr(ExprName { range: token.range, id, ctx: ExprContext::Store }));
        }
        self.parenthesized_target()
    }

    /// `'(' single_target ')'`.
    pub(super) fn parenthesized_target(&mut self) -> P<Ex<'a>> {
        self.token(Kind::LPar)?;
        let target = self.deeper(Self::single_target)?;
        self.token(Kind::RPar)?;
        Ok(target)
    }

    pub(super) fn single_subscript_attribute_target(&mut self) -> P<Ex<'a>> {
        self.subscript_or_attribute(ExprContext::Store)
    }

    // ---- del ----------------------------------------------------------------------------------------------------------------

    /// Targets of `del`, with a comma behind the last one if there is one.
    pub(super) fn del_targets(&mut self) -> P<&'a [Expr<'a>]> {
        let items = self.separated(Self::del_target)?;
        self.eat(Kind::Comma)?;
        Ok(self.exprs(&items))
    }

    fn del_target(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::DelTarget, |p| match p.attempt(|p| p.subscript_or_attribute(ExprContext::Del))? {
            Some(target) => Ok(target),
            None => p.deeper(Self::del_t_atom),
        })
    }

    fn del_t_atom(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        match self.peek()? {
            Kind::Name => {
                let (id, token) = self.name()?;
                Ok(self.expr(ExprName { range: token.range, id, ctx: ExprContext::Del }))
            }
            Kind::LPar => {
                let single = self.attempt(|p| {
                    p.token(Kind::LPar)?;
                    let target = p.del_target()?;
                    p.token(Kind::RPar)?;
                    Ok(p.with_context(target, ExprContext::Del))
                })?;
                if let Some(target) = single {
                    return Ok(target);
                }
                self.token(Kind::LPar)?;
                let elts = self.attempt(Self::del_targets)?.unwrap_or_default();
                self.token(Kind::RPar)?;
                let range = self.range(start);
                Ok(self.expr(ExprTuple { range, elts, ctx: ExprContext::Del }))
            }
            Kind::LSqb => {
                self.token(Kind::LSqb)?;
                let elts = self.attempt(Self::del_targets)?.unwrap_or_default();
                self.token(Kind::RSqb)?;
                let range = self.range(start);
                Ok(self.expr(ExprList { range, elts, ctx: ExprContext::Del }))
            }
            _ => Err(Stop::NoMatch),
        }
    }
}
