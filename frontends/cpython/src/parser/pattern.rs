//! `match` statements and their patterns.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{
    Constant, Expr, ExprAttribute, ExprBinOp, ExprConstant, ExprContext, ExprName, ExprUnaryOp, MatchCase, Operator,
    Pattern, PatternMatchAs, PatternMatchClass, PatternMatchMapping, PatternMatchOr, PatternMatchSequence,
    PatternMatchSingleton, PatternMatchStar, PatternMatchValue, Range, Ranged, Stmt, StmtMatch, UnaryOp,
};
use crate::lexer::Kind;

impl<'a> Parser<'_, 'a> {
    pub(super) fn match_stmt(&mut self) -> P<Stmt<'a>> {
        let start = self.mark;
        let stmt = self.attempt(|p| {
            p.soft_keyword("match")?;
            let subject = p.subject_expr()?;
            p.token(Kind::Colon)?;
            p.token(Kind::Newline)?;
            p.token(Kind::Indent)?;
            let cases = p.some(Self::case_block)?;
            p.token(Kind::Dedent)?;
            p.since(10, "Pattern matching is")?;
            Ok(StmtMatch { range: p.range(start), subject, cases: p.slice(&cases) })
        })?;
        if let Some(stmt) = stmt {
            return Ok(stmt.into());
        }
        self.diagnose(Self::invalid_match_stmt)?;
        Err(Stop::NoMatch)
    }

    pub(super) fn subject_expr(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let tuple = self.attempt(|p| {
            let first = p.star_named_expression()?;
            p.token(Kind::Comma)?;
            let mut items = vec![*first];
            items.extend(p.attempt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(p.tuple_of(start, &items, ExprContext::Load))
        })?;
        match tuple {
            Some(tuple) => Ok(tuple),
            None => self.named_expression(),
        }
    }

    fn case_block(&mut self) -> P<MatchCase<'a>> {
        self.diagnose(Self::invalid_case_block)?;
        self.soft_keyword("case")?;
        let pattern = self.patterns()?;
        let guard = self.attempt(Self::guard)?;
        self.token(Kind::Colon)?;
        let body = self.block()?;
        Ok(MatchCase { range: Range::default(), pattern: self.arena.alloc(pattern), guard, body })
    }

    pub(super) fn guard(&mut self) -> P<Ex<'a>> {
        self.token(Kind::If)?;
        self.named_expression()
    }

    pub(super) fn patterns(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        if let Some(patterns) = self.attempt(Self::open_sequence_pattern)? {
            return Ok(self.sequence_of(start, &patterns));
        }
        self.pattern()
    }

    fn sequence_of(&self, start: usize, patterns: &[Pattern<'a>]) -> Pattern<'a> {
        PatternMatchSequence { range: self.range(start), patterns: self.slice(patterns) }.into()
    }

    pub(super) fn pattern(&mut self) -> P<Pattern<'a>> {
        self.deeper(|p| match p.attempt(Self::as_pattern)? {
            Some(pattern) => Ok(pattern),
            None => p.or_pattern(),
        })
    }

    fn as_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let found = self.attempt(|p| {
            let pattern = p.or_pattern()?;
            p.token(Kind::As)?;
            let name = p.pattern_capture_target()?;
            let pattern = Some(&*p.arena.alloc(pattern));
            Ok(PatternMatchAs { range: p.range(start), pattern, name: Some(name) })
        })?;
        if let Some(pattern) = found {
            return Ok(pattern.into());
        }
        self.diagnose(Self::invalid_as_pattern)?;
        Err(Stop::NoMatch)
    }

    pub(super) fn or_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let first = self.closed_pattern()?;
        let mut patterns = vec![first];
        let alternative = |p: &mut Self| {
            p.token(Kind::VBar)?;
            p.closed_pattern()
        };
        while let Some(pattern) = self.attempt(alternative)? {
            patterns.push(pattern);
        }
        if patterns.len() == 1 {
            return Ok(first);
        }
        Ok(PatternMatchOr { range: self.range(start), patterns: self.slice(&patterns) }.into())
    }

    fn closed_pattern(&mut self) -> P<Pattern<'a>> {
        self.memo(Rule::ClosedPattern, Self::closed_pattern_here)
    }

    fn closed_pattern_here(&mut self) -> P<Pattern<'a>> {
        let rules: [fn(&mut Self) -> P<Pattern<'a>>; 8] = [
            Self::literal_pattern,
            Self::capture_pattern,
            Self::wildcard_pattern,
            Self::value_pattern,
            Self::group_pattern,
            Self::sequence_pattern,
            Self::mapping_pattern,
            Self::class_pattern,
        ];
        for rule in rules {
            if let Some(pattern) = self.attempt(rule)? {
                return Ok(pattern);
            }
        }
        Err(Stop::NoMatch)
    }

    // ---- literals -------------------------------------------------------------------------------------------------------

    fn singleton(&mut self) -> P<(Constant<'a>, Range)> {
        let token = self.token_of(&[Kind::None, Kind::True, Kind::False])?;
        let value = match token.kind {
            Kind::None => Constant::None,
            kind => Constant::Bool(kind == Kind::True),
        };
        Ok((value, token.range))
    }

    fn literal_pattern(&mut self) -> P<Pattern<'a>> {
        if let Some(value) = self.attempt(Self::literal_value)? {
            return Ok(PatternMatchValue { range: value.range(), value }.into());
        }
        let (value, range) = self.singleton()?;
        Ok(PatternMatchSingleton { range, value }.into())
    }

    /// A number or a string.
    fn literal_value(&mut self) -> P<Ex<'a>> {
        let number = self.attempt(|p| {
            let number = p.signed(Self::number)?;
            if p.sees_any(&[Kind::Plus, Kind::Minus])? { Err(Stop::NoMatch) } else { Ok(number) }
        })?;
        if let Some(number) = number {
            return Ok(number);
        }
        if let Some(number) = self.attempt(Self::complex_number)? {
            return Ok(number);
        }
        self.require_ahead(&[Kind::String, Kind::FStringStart, Kind::TStringStart])?;
        self.strings()
    }

    /// A literal as the key of a mapping.
    fn literal_expr(&mut self) -> P<Ex<'a>> {
        if let Some(value) = self.attempt(Self::literal_value)? {
            return Ok(value);
        }
        let (value, range) = self.singleton()?;
        Ok(self.expr(ExprConstant { range, value, kind: None }))
    }

    fn signed(&mut self, number: fn(&mut Self) -> P<Ex<'a>>) -> P<Ex<'a>> {
        let start = self.mark;
        if self.eat(Kind::Plus)?.is_some() {
            return number(self);
        }
        if self.eat(Kind::Minus)?.is_none() {
            return number(self);
        }
        let operand = number(self)?;
        let range = self.range(start);
        Ok(self.expr(ExprUnaryOp { range, op: UnaryOp::USub, operand }))
    }

    fn complex_number(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let left = self.signed(Self::real_number)?;
        let op = match self.token_of(&[Kind::Plus, Kind::Minus])?.kind {
            Kind::Plus => Operator::Add,
            _ => Operator::Sub,
        };
        let right = self.number()?;
        if !is_complex(right) {
            return Err(self.fail_at(right.range(), "imaginary number required in complex literal"));
        }
        let range = self.range(start);
        Ok(self.expr(ExprBinOp { range, left, op, right }))
    }

    fn real_number(&mut self) -> P<Ex<'a>> {
        let number = self.number()?;
        if is_complex(number) {
            return Err(self.fail_at(number.range(), "real number required in complex literal"));
        }
        Ok(number)
    }

    // ---- names ------------------------------------------------------------------------------------------------------------

    fn capture_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let name = self.pattern_capture_target()?;
        Ok(PatternMatchAs { range: self.range(start), pattern: None, name: Some(name) }.into())
    }

    fn pattern_capture_target(&mut self) -> P<&'a str> {
        self.not_ahead(|p| p.soft_keyword("_"))?;
        let (name, _) = self.name()?;
        if self.sees_any(&[Kind::Dot, Kind::LPar, Kind::Equal])? { Err(Stop::NoMatch) } else { Ok(name) }
    }

    fn wildcard_pattern(&mut self) -> P<Pattern<'a>> {
        let token = self.soft_keyword("_")?;
        Ok(PatternMatchAs { range: token.range, pattern: None, name: None }.into())
    }

    fn value_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let value = self.attr()?;
        if self.sees_any(&[Kind::Dot, Kind::LPar, Kind::Equal])? {
            return Err(Stop::NoMatch);
        }
        Ok(PatternMatchValue { range: self.range(start), value }.into())
    }

    /// A name with attributes.
    fn attr(&mut self) -> P<Ex<'a>> {
        let value = self.name_or_attr()?;
        if matches!(value, Expr::Attribute(_)) { Ok(value) } else { Err(Stop::NoMatch) }
    }

    pub(super) fn name_or_attr(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let (id, token) = self.name()?;
        let mut value = self.expr(ExprName { range: token.range, id, ctx: ExprContext::Load });
        let attribute = |p: &mut Self| {
            p.token(Kind::Dot)?;
            p.name()
        };
        while let Some((attr, _)) = self.attempt(attribute)? {
            let range = self.range(start);
            value = self.expr(ExprAttribute { range, value, attr, ctx: ExprContext::Load });
        }
        Ok(value)
    }

    // ---- containers -------------------------------------------------------------------------------------------------------

    fn group_pattern(&mut self) -> P<Pattern<'a>> {
        self.token(Kind::LPar)?;
        let pattern = self.pattern()?;
        self.token(Kind::RPar)?;
        Ok(pattern)
    }

    fn sequence_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        if self.eat(Kind::LSqb)?.is_some() {
            let patterns = self.attempt(Self::maybe_sequence_pattern)?.unwrap_or_default();
            self.token(Kind::RSqb)?;
            return Ok(self.sequence_of(start, &patterns));
        }
        self.token(Kind::LPar)?;
        let patterns = self.attempt(Self::open_sequence_pattern)?.unwrap_or_default();
        self.token(Kind::RPar)?;
        Ok(self.sequence_of(start, &patterns))
    }

    fn open_sequence_pattern(&mut self) -> P<Vec<Pattern<'a>>> {
        let mut patterns = vec![self.maybe_star_pattern()?];
        self.token(Kind::Comma)?;
        patterns.extend(self.attempt(Self::maybe_sequence_pattern)?.unwrap_or_default());
        Ok(patterns)
    }

    fn maybe_sequence_pattern(&mut self) -> P<Vec<Pattern<'a>>> {
        let patterns = self.separated(Self::maybe_star_pattern)?;
        self.eat(Kind::Comma)?;
        Ok(patterns)
    }

    fn maybe_star_pattern(&mut self) -> P<Pattern<'a>> {
        if !self.sees(Kind::Star)? {
            return self.pattern();
        }
        let start = self.mark;
        self.token(Kind::Star)?;
        let name = self.attempt(Self::pattern_capture_target)?;
        if name.is_none() {
            self.soft_keyword("_")?;
        }
        Ok(PatternMatchStar { range: self.range(start), name }.into())
    }

    fn mapping_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let found = self.attempt(|p| {
            p.token(Kind::LBrace)?;
            let items = p.attempt(Self::items_pattern)?.unwrap_or_default();
            let rest = if items.is_empty() {
                p.attempt(Self::double_star_pattern)?
            } else {
                p.after_comma(Self::double_star_pattern)?
            };
            if !items.is_empty() || rest.is_some() {
                p.eat(Kind::Comma)?;
            }
            p.token(Kind::RBrace)?;
            Ok((items, rest))
        })?;
        let Some((items, rest)) = found else { return Err(Stop::NoMatch) };
        let (keys, patterns): (Vec<Expr<'a>>, Vec<Pattern<'a>>) = items.into_iter().unzip();
        let (keys, patterns) = (self.slice(&keys), self.slice(&patterns));
        Ok(PatternMatchMapping { range: self.range(start), keys, patterns, rest }.into())
    }

    fn items_pattern(&mut self) -> P<Vec<(Expr<'a>, Pattern<'a>)>> {
        self.separated(|p| {
            let key = match p.attempt(Self::literal_expr)? {
                Some(key) => key,
                None => p.attr()?,
            };
            p.token(Kind::Colon)?;
            Ok((*key, p.pattern()?))
        })
    }

    fn double_star_pattern(&mut self) -> P<&'a str> {
        self.token(Kind::DoubleStar)?;
        self.pattern_capture_target()
    }

    fn class_pattern(&mut self) -> P<Pattern<'a>> {
        let start = self.mark;
        let found = self.attempt(|p| {
            let cls = p.name_or_attr()?;
            p.token(Kind::LPar)?;
            let patterns = p.attempt(Self::positional_patterns)?.unwrap_or_default();
            let keywords = if patterns.is_empty() {
                p.attempt(Self::keyword_patterns)?
            } else {
                p.after_comma(Self::keyword_patterns)?
            };
            let keywords = keywords.unwrap_or_default();
            if !patterns.is_empty() || !keywords.is_empty() {
                p.eat(Kind::Comma)?;
            }
            p.token(Kind::RPar)?;
            Ok((cls, patterns, keywords))
        })?;
        let Some((cls, patterns, keywords)) = found else {
            self.diagnose(Self::invalid_class_pattern)?;
            return Err(Stop::NoMatch);
        };
        let (names, values): (Vec<&'a str>, Vec<Pattern<'a>>) = keywords.into_iter().unzip();
        Ok(PatternMatchClass {
            range: self.range(start),
            cls,
            patterns: self.slice(&patterns),
            kwd_attrs: self.slice(&names),
            kwd_patterns: self.slice(&values),
        }
        .into())
    }

    /// Patterns without a name. The last one must not be the name of a keyword pattern.
    pub(super) fn positional_patterns(&mut self) -> P<Vec<Pattern<'a>>> {
        self.separated(Self::pattern)
    }

    pub(super) fn keyword_patterns(&mut self) -> P<Vec<(&'a str, Pattern<'a>)>> {
        self.separated(|p| {
            let (name, _) = p.name()?;
            p.token(Kind::Equal)?;
            Ok((name, p.pattern()?))
        })
    }
}

fn is_complex(number: &Expr<'_>) -> bool {
    matches!(number, Expr::Constant(ExprConstant { value: Constant::Complex(..), .. }))
}
