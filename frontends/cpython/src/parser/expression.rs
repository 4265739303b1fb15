//! Expressions from the comma down to the operators.

use super::engine::{Parser, Rule};
use super::{Ex, P, Stop};
use crate::ast::{
    BoolOp, CmpOp, Expr, ExprAwait, ExprBinOp, ExprBoolOp, ExprCompare, ExprContext, ExprIf, ExprLambda, ExprName,
    ExprNamed, ExprStarred, ExprTuple, ExprUnaryOp, ExprYield, ExprYieldFrom, Operator, UnaryOp,
};
use crate::lexer::Kind;

impl<'a> Parser<'_, 'a> {
    /// `expressions`: one, or a tuple without parentheses.
    pub(super) fn expressions(&mut self) -> P<Ex<'a>> {
        self.bare_tuple(Self::expression)
    }

    /// `star_expressions`: the same, with starred ones among them.
    pub(super) fn star_expressions(&mut self) -> P<Ex<'a>> {
        self.bare_tuple(Self::star_expression)
    }

    fn bare_tuple(&mut self, rule: fn(&mut Self) -> P<Ex<'a>>) -> P<Ex<'a>> {
        let start = self.mark;
        let first = rule(self)?;
        if !self.sees(Kind::Comma)? {
            return Ok(first);
        }
        let mut items = vec![*first];
        while let Some(item) = self.after_comma(rule)? {
            items.push(*item);
        }
        self.eat(Kind::Comma)?;
        Ok(self.tuple_of(start, &items, ExprContext::Load))
    }

    pub(super) fn tuple_of(&mut self, start: usize, items: &[Expr<'a>], ctx: ExprContext) -> Ex<'a> {
        let range = self.range(start);
        self.expr(ExprTuple { range, elts: self.slice(items), ctx })
    }

    pub(super) fn star_expression(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::StarExpression, |p| match p.attempt(Self::starred_operand)? {
            Some(starred) => Ok(starred),
            None => p.expression(),
        })
    }

    /// `'*' bitwise_or`.
    fn starred_operand(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::Star)?;
        let value = self.bitwise_or()?;
        let range = self.range(start);
        Ok(self.expr(ExprStarred { range, value, ctx: ExprContext::Load }))
    }

    /// `star_named_expressions`, with a comma behind the last one if there is one.
    pub(super) fn star_named_expressions(&mut self) -> P<Vec<Expr<'a>>> {
        let items = self.separated(Self::star_named_expression)?;
        self.eat(Kind::Comma)?;
        Ok(items.into_iter().copied().collect())
    }

    pub(super) fn star_named_expression(&mut self) -> P<Ex<'a>> {
        match self.attempt(Self::starred_operand)? {
            Some(starred) => Ok(starred),
            None => self.named_expression(),
        }
    }

    pub(super) fn assignment_expression(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let (id, token) = self.name()?;
        self.token(Kind::ColonEqual)?;
        let value = self.expression()?;
        self.since(8, "Assignment expressions are")?;
        let target = self.expr(ExprName { range: token.range, id, ctx: ExprContext::Store });
        let range = self.range(start);
        Ok(self.expr(ExprNamed { range, target, value }))
    }

    pub(super) fn named_expression(&mut self) -> P<Ex<'a>> {
        if self.sees(Kind::Name)?
            && let Some(named) = self.attempt(Self::assignment_expression)?
        {
            return Ok(named);
        }
        self.diagnose(Self::invalid_named_expression)?;
        self.plain_expression()
    }

    /// `expression !':='`.
    pub(super) fn plain_expression(&mut self) -> P<Ex<'a>> {
        let expr = self.expression()?;
        self.not_token(Kind::ColonEqual)?;
        Ok(expr)
    }

    /// `assignment_expression | expression !':='`.
    pub(super) fn assignment_or_expression(&mut self) -> P<Ex<'a>> {
        match self.attempt(Self::assignment_expression)? {
            Some(named) => Ok(named),
            None => self.plain_expression(),
        }
    }

    pub(super) fn expression(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::Expression, |p| p.deeper(Self::expression_here))
    }

    fn expression_here(&mut self) -> P<Ex<'a>> {
        self.diagnose(Self::invalid_expression)?;
        self.diagnose(Self::invalid_legacy_expression)?;
        self.expression_without_invalid()
    }

    /// A conditional expression, a disjunction or a lambda.
    pub(super) fn expression_without_invalid(&mut self) -> P<Ex<'a>> {
        if self.sees(Kind::Lambda)? {
            return self.lambdef();
        }
        let start = self.mark;
        let body = self.disjunction()?;
        if !self.sees(Kind::If)? {
            return Ok(body);
        }
        let conditional = self.attempt(|p| {
            p.token(Kind::If)?;
            let test = p.disjunction()?;
            p.token(Kind::Else)?;
            let orelse = p.expression()?;
            let range = p.range(start);
            Ok(p.expr(ExprIf { range, test, body, orelse }))
        })?;
        Ok(conditional.unwrap_or(body))
    }

    pub(super) fn yield_expr(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::Yield)?;
        let from = self.attempt(|p| {
            p.token(Kind::From)?;
            p.expression()
        })?;
        if let Some(value) = from {
            let range = self.range(start);
            return Ok(self.expr(ExprYieldFrom { range, value }));
        }
        let value = self.attempt(Self::star_expressions)?;
        let range = self.range(start);
        Ok(self.expr(ExprYield { range, value }))
    }

    /// `yield_expr | star_expressions`.
    pub(super) fn annotated_rhs(&mut self) -> P<Ex<'a>> {
        if self.sees(Kind::Yield)? { self.yield_expr() } else { self.star_expressions() }
    }

    fn lambdef(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        self.token(Kind::Lambda)?;
        let parameters = self.attempt(Self::lambda_params)?.unwrap_or_else(|| self.no_parameters());
        self.token(Kind::Colon)?;
        let body = self.expression()?;
        let range = self.range(start);
        Ok(self.expr(ExprLambda { range, parameters, body }))
    }

    // ---- operators ------------------------------------------------------------------------------------------------------

    pub(super) fn disjunction(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::Disjunction, |p| p.bool_op(BoolOp::Or, Kind::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> P<Ex<'a>> {
        self.memo_when_diagnosing(Rule::Conjunction, |p| p.bool_op(BoolOp::And, Kind::And, Self::inversion))
    }

    fn bool_op(&mut self, op: BoolOp, word: Kind, operand: fn(&mut Self) -> P<Ex<'a>>) -> P<Ex<'a>> {
        let start = self.mark;
        let first = operand(self)?;
        if !self.sees(word)? {
            return Ok(first);
        }
        let mut values = vec![*first];
        let next = |p: &mut Self| {
            p.token(word)?;
            operand(p)
        };
        while let Some(value) = self.attempt(next)? {
            values.push(*value);
        }
        if values.len() == 1 {
            return Ok(first);
        }
        let range = self.range(start);
        Ok(self.expr(ExprBoolOp { range, op, values: self.slice(&values) }))
    }

    pub(super) fn inversion(&mut self) -> P<Ex<'a>> {
        self.memo_when_diagnosing(Rule::Inversion, |p| {
            let start = p.mark;
            if !p.sees(Kind::Not)? {
                return p.comparison();
            }
            let not = p.attempt(|p| {
                p.token(Kind::Not)?;
                let operand = p.deeper(Self::inversion)?;
                let range = p.range(start);
                Ok(p.expr(ExprUnaryOp { range, op: UnaryOp::Not, operand }))
            })?;
            not.ok_or(Stop::NoMatch)
        })
    }

    fn comparison(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let left = self.bitwise_or()?;
        let mut ops = Vec::new();
        let mut comparators = Vec::new();
        while let Some((op, right)) = self.attempt(Self::compare_op_pair)? {
            ops.push(op);
            comparators.push(*right);
        }
        if ops.is_empty() {
            return Ok(left);
        }
        let range = self.range(start);
        Ok(self.expr(ExprCompare { range, left, ops: self.slice(&ops), comparators: self.slice(&comparators) }))
    }

    fn compare_op_pair(&mut self) -> P<(CmpOp, Ex<'a>)> {
        let token = self.next()?;
        let op = match token.kind {
            Kind::EqEqual => CmpOp::Eq,
            Kind::NotEqual => CmpOp::NotEq,
            Kind::LessEqual => CmpOp::LtE,
            Kind::Less => CmpOp::Lt,
            Kind::GreaterEqual => CmpOp::GtE,
            Kind::Greater => CmpOp::Gt,
            Kind::Not => CmpOp::NotIn,
            Kind::In => CmpOp::In,
            Kind::Is => CmpOp::Is,
            _ => return Err(Stop::NoMatch),
        };
        self.mark += 1;
        match op {
            CmpOp::NotIn => {
                self.token(Kind::In)?;
            }
            CmpOp::Is => {
                // `is not` is tried first; `is (not x)` is what is left when no operand follows it.
                let is_not = self.attempt(|p| {
                    p.token(Kind::Not)?;
                    p.bitwise_or()
                })?;
                if let Some(right) = is_not {
                    return Ok((CmpOp::IsNot, right));
                }
            }
            CmpOp::NotEq => {
                let flufl = self.text_of(token) == "<>";
                if self.options.barry_as_flufl && !flufl {
                    return Err(self.fail_last("SyntaxError", "with Barry as BDFL, use '<>' instead of '!='"));
                }
                if self.diagnosing && flufl && !self.options.barry_as_flufl {
                    let message = "invalid syntax. Maybe you meant '!=' instead of '<>'?";
                    return Err(self.fail_at_token("SyntaxError", token, message));
                }
                self.require(flufl == self.options.barry_as_flufl)?;
            }
            _ => {}
        }
        Ok((op, self.bitwise_or()?))
    }

    pub(super) fn bitwise_or(&mut self) -> P<Ex<'a>> {
        self.memo(Rule::BitwiseOr, |p| p.binary(Level::Or))
    }

    pub(super) fn sum(&mut self) -> P<Ex<'a>> {
        self.memo_when_diagnosing(Rule::Sum, |p| p.binary(Level::Sum))
    }

    /// Operators of a level, which group to the left.
    fn binary(&mut self, level: Level) -> P<Ex<'a>> {
        let start = self.mark;
        match level {
            Level::Shift => self.diagnose(Self::invalid_arithmetic)?,
            Level::Term => self.diagnose(Self::invalid_factor)?,
            _ => {}
        }
        let mut left = self.operand(level)?;
        while let Some(op) = level.operator(self.peek()?) {
            let right = self.attempt(|p| {
                p.mark += 1;
                p.operand(level)
            })?;
            let Some(right) = right else { break };
            if op == Operator::MatMult {
                self.since(5, "The '@' operator is")?;
            }
            let range = self.range(start);
            left = self.expr(ExprBinOp { range, left, op, right });
        }
        Ok(left)
    }

    fn operand(&mut self, level: Level) -> P<Ex<'a>> {
        match level {
            Level::Or => self.binary(Level::Xor),
            Level::Xor => self.binary(Level::And),
            Level::And => self.binary(Level::Shift),
            Level::Shift => self.sum(),
            Level::Sum => self.binary(Level::Term),
            Level::Term => self.factor(),
        }
    }

    pub(super) fn factor(&mut self) -> P<Ex<'a>> {
        self.memo_when_diagnosing(Rule::Factor, |p| {
            let start = p.mark;
            let op = match p.peek()? {
                Kind::Plus => UnaryOp::UAdd,
                Kind::Minus => UnaryOp::USub,
                Kind::Tilde => UnaryOp::Invert,
                _ => return p.power(),
            };
            p.mark += 1;
            let operand = p.deeper(Self::factor)?;
            let range = p.range(start);
            Ok(p.expr(ExprUnaryOp { range, op, operand }))
        })
    }

    fn power(&mut self) -> P<Ex<'a>> {
        let start = self.mark;
        let left = self.await_primary()?;
        if !self.sees(Kind::DoubleStar)? {
            return Ok(left);
        }
        let power = self.attempt(|p| {
            p.token(Kind::DoubleStar)?;
            let right = p.deeper(Self::factor)?;
            let range = p.range(start);
            Ok(p.expr(ExprBinOp { range, left, op: Operator::Pow, right }))
        })?;
        Ok(power.unwrap_or(left))
    }

    fn await_primary(&mut self) -> P<Ex<'a>> {
        if !self.sees(Kind::Await)? {
            return self.primary();
        }
        self.memo(Rule::AwaitPrimary, |p| {
            let start = p.mark;
            p.token(Kind::Await)?;
            let value = p.primary()?;
            p.since(5, "Await expressions are")?;
            let range = p.range(start);
            Ok(p.expr(ExprAwait { range, value }))
        })
    }
}

/// The levels of binary operators, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Or,
    Xor,
    And,
    Shift,
    Sum,
    Term,
}

impl Level {
    fn operator(self, kind: Kind) -> Option<Operator> {
        Some(match (self, kind) {
            (Level::Or, Kind::VBar) => Operator::BitOr,
            (Level::Xor, Kind::Circumflex) => Operator::BitXor,
            (Level::And, Kind::Amper) => Operator::BitAnd,
            (Level::Shift, Kind::LeftShift) => Operator::LShift,
            (Level::Shift, Kind::RightShift) => Operator::RShift,
            (Level::Sum, Kind::Plus) => Operator::Add,
            (Level::Sum, Kind::Minus) => Operator::Sub,
            (Level::Term, Kind::Star) => Operator::Mult,
            (Level::Term, Kind::Slash) => Operator::Div,
            (Level::Term, Kind::DoubleSlash) => Operator::FloorDiv,
            (Level::Term, Kind::Percent) => Operator::Mod,
            (Level::Term, Kind::At) => Operator::MatMult,
            _ => return None,
        })
    }
}
