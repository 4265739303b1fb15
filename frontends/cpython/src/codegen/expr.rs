//! Expressions: all that are not calls, displays, comprehensions, f-strings or functions.

use crate::ast::{self, BoolOp, CmpOp, Constant, Expr, Operator, Place, Range, Ranged, UnaryOp};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{AwaitContext, BinaryOp, CompareOp, Depth, Flag, Label};

use super::constant::{Value, literal_type};
use super::unit::UnitKind;
use super::{Compiler, Error, Result};

impl<'a> Compiler<'a> {
    /// Generates code that pushes the value of an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr<'a>) -> Result {
        if let Expr::Name(name) = expr {
            self.load_name(name.range, name.id);
            return Ok(());
        }
        self.deeper(expr, |this| this.expression(expr))
    }

    pub(super) fn exprs(&mut self, exprs: &'a [Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn expression(&mut self, expr: &'a Expr<'a>) -> Result {
        let range = expr.range();
        if let Expr::Constant(literal) = expr {
            let value = self.literal(&literal.value);
            self.constant(range, value);
            return Ok(());
        }
        if let Some(value) = self.fold(expr) {
            let value = self.intern(&value);
            self.constant(range, value);
            return Ok(());
        }
        match expr {
            Expr::BoolOp(expr) => self.bool_op(expr)?,
            Expr::Named(expr) => {
                self.expr(expr.value)?;
                self.emit(range, Op::Copy { depth: Depth(1) });
                self.store(expr.target)?;
            }
            Expr::BinOp(expr) => {
                self.expr(expr.left)?;
                self.expr(expr.right)?;
                self.emit(range, Op::Binary { op: binary_op(expr.op) });
            }
            Expr::UnaryOp(expr) => {
                self.expr(expr.operand)?;
                let op = match expr.op {
                    UnaryOp::Invert => orochi_bytecode::operands::UnaryOp::Invert,
                    UnaryOp::Not => orochi_bytecode::operands::UnaryOp::Not,
                    UnaryOp::UAdd => orochi_bytecode::operands::UnaryOp::Pos,
                    UnaryOp::USub => orochi_bytecode::operands::UnaryOp::Neg,
                };
                self.emit(range, Op::Unary { op });
            }
            Expr::Lambda(lambda) => self.lambda(lambda)?,
            Expr::If(expr) => {
                let (otherwise, end) = (self.label(), self.label());
                self.jump_if(expr.test, otherwise, false)?;
                self.expr(expr.body)?;
                self.jump(range, end);
                self.bind(otherwise);
                self.expr(expr.orelse)?;
                self.bind(end);
            }
            Expr::Dict(dict) => self.dict(dict)?,
            Expr::Set(set) => self.set_display(set)?,
            Expr::List(list) => self.list(list)?,
            Expr::Tuple(tuple) => self.tuple(tuple)?,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expr)?;
            }
            Expr::Await(await_) => self.await_expression(await_)?,
            Expr::Yield(yield_) => self.yield_expression(yield_)?,
            Expr::YieldFrom(yield_) => self.yield_from(yield_)?,
            Expr::Compare(compare) => self.compare(compare)?,
            Expr::Call(call) => self.call(call)?,
            Expr::JoinedStr(string) => self.joined(string)?,
            Expr::FormattedValue(field) => self.field(field)?,
            Expr::TemplateStr(string) => self.template(string)?,
            Expr::Interpolation(field) => self.interpolation(field)?,
            Expr::Attribute(attribute) => {
                self.expr(attribute.value)?;
                let name = self.mangled_name(attribute.attr);
                let place = attribute_range(range, attribute);
                self.emit(place, Op::LoadAttr { name });
            }
            Expr::Subscript(subscript) => {
                self.check_subscript(subscript);
                self.expr(subscript.value)?;
                self.index(subscript.slice)?;
                self.emit(range, Op::LoadItem);
            }
            Expr::Starred(_) => return Err(Error::syntax("can't use starred expression here", range)),
            Expr::Name(name) => self.load_name(range, name.id),
            Expr::Slice(slice) => self.slice(slice)?,
            Expr::Constant(_) => unreachable!("literals are constants"),
        }
        Ok(())
    }

    /// The key of a subscript.
    pub(super) fn index(&mut self, key: &'a Expr<'a>) -> Result {
        self.expr(key)
    }

    fn slice(&mut self, slice: &'a ast::ExprSlice<'a>) -> Result {
        for part in [slice.lower, slice.upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.none(slice.range),
            }
        }
        if let Some(step) = slice.step {
            self.expr(step)?;
        }
        let step = if slice.step.is_some() { Flag::Yes } else { Flag::No };
        self.emit(slice.range, Op::BuildSlice { step });
        Ok(())
    }

    fn bool_op(&mut self, expr: &'a ast::ExprBoolOp<'a>) -> Result {
        let end = self.label();
        let Some((last, first)) = expr.values.split_last() else { return Ok(()) };
        for value in first {
            match self.constant_truth(value) {
                // What is constant says now whether the others count.
                Some(truth) if truth == (expr.op == BoolOp::Or) => {
                    self.expr(value)?;
                    self.bind(end);
                    return Ok(());
                }
                Some(_) => {}
                None => self.settle(value, expr.op, expr.range, end)?,
            }
        }
        self.expr(last)?;
        self.bind(end);
        Ok(())
    }

    /// Jumps to `end` with the value of an operand on the stack when its truth settles an operation, else goes on without it. The truth of
    /// no value is asked for twice.
    fn settle(&mut self, value: &'a Expr<'a>, op: BoolOp, range: Range, end: Label) -> Result {
        let Expr::BoolOp(inner) = value else {
            self.expr(value)?;
            self.emit(range, Op::Copy { depth: Depth(1) });
            self.emit(
                range,
                match op {
                    BoolOp::And => Op::JumpIfFalse { target: end },
                    BoolOp::Or => Op::JumpIfTrue { target: end },
                },
            );
            self.emit(range, Op::Pop);
            return Ok(());
        };
        self.deeper(value, |this| {
            let Some((last, first)) = inner.values.split_last() else { return Ok(()) };
            let next = this.label();
            for part in first {
                if inner.op == op {
                    this.settle(part, op, range, end)?;
                } else {
                    // What settles the inner operation does not settle the outer one.
                    this.jump_if(part, next, inner.op == BoolOp::Or)?;
                }
            }
            this.settle(last, op, range, end)?;
            this.bind(next);
            Ok(())
        })
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare<'a>) -> Result {
        self.check_compare(compare);
        let Some((last, first)) = compare.comparators.split_last() else { return Ok(()) };
        self.expr(compare.left)?;
        if first.is_empty() {
            self.comparator(compare.ops[0], last)?;
            self.compare_op(compare.range, compare.ops[0]);
            return Ok(());
        }
        let (cleanup, end) = (self.label(), self.label());
        for (&op, comparator) in compare.ops.iter().zip(first) {
            self.chained(compare.range, op, comparator)?;
            self.emit(compare.range, Op::Copy { depth: Depth(1) });
            self.emit(compare.range, Op::JumpIfFalse { target: cleanup });
            self.emit(compare.range, Op::Pop);
        }
        let op = compare.ops[compare.ops.len() - 1];
        self.comparator(op, last)?;
        self.compare_op(compare.range, op);
        self.jump(compare.range, end);
        self.bind(cleanup);
        self.emit(compare.range, Op::Swap { depth: Depth(2) });
        self.emit(compare.range, Op::Pop);
        self.bind(end);
        Ok(())
    }

    /// Compares the value on the stack with the next one of a chain, which stays below the result.
    pub(super) fn chained(&mut self, range: Range, op: CmpOp, comparator: &'a Expr<'a>) -> Result {
        // It is an operand of the next comparison as well: a list must stay one.
        self.expr(comparator)?;
        self.emit(range, Op::Swap { depth: Depth(2) });
        self.emit(range, Op::Copy { depth: Depth(2) });
        self.compare_op(range, op);
        Ok(())
    }

    /// The right side of a comparison. A display that is only searched need not be made anew each time.
    pub(super) fn comparator(&mut self, op: CmpOp, expr: &'a Expr<'a>) -> Result {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(value) = self.fold_container(expr)
        {
            let value = self.intern(&value);
            self.constant(expr.range(), value);
            return Ok(());
        }
        self.expr(expr)
    }

    /// A list or set of constants that is only searched or iterated: a tuple or a frozenset.
    pub(super) fn fold_container(&self, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::List(list) => self.fold_all(list.elts, 0).map(Value::Tuple),
            Expr::Set(set) => {
                let mut items: Vec<Value> = Vec::new();
                for item in self.fold_all(set.elts, 0)? {
                    // Equal items of different types (`1`, `1.0`, `True`) are left to the run.
                    if items.iter().any(|other| *other != item && other.equals(&item)) {
                        return None;
                    }
                    if !items.contains(&item) {
                        items.push(item);
                    }
                }
                Some(Value::FrozenSet(items))
            }
            _ => None,
        }
    }

    pub(super) fn compare_op(&mut self, range: Range, op: CmpOp) {
        let op = match op {
            CmpOp::Eq => Op::Compare { op: CompareOp::Eq },
            CmpOp::NotEq => Op::Compare { op: CompareOp::Ne },
            CmpOp::Lt => Op::Compare { op: CompareOp::Lt },
            CmpOp::LtE => Op::Compare { op: CompareOp::Le },
            CmpOp::Gt => Op::Compare { op: CompareOp::Gt },
            CmpOp::GtE => Op::Compare { op: CompareOp::Ge },
            CmpOp::Is => Op::Is { negate: Flag::No },
            CmpOp::IsNot => Op::Is { negate: Flag::Yes },
            CmpOp::In => Op::Contains { negate: Flag::No },
            CmpOp::NotIn => Op::Contains { negate: Flag::Yes },
        };
        self.emit(range, op);
    }

    // ---- generators and coroutines ----------------------------------------------------------------------------------

    fn yield_expression(&mut self, yield_: &'a ast::ExprYield<'a>) -> Result {
        self.check_in_function("'yield' outside function", yield_.range)?;
        match yield_.value {
            Some(value) => self.expr(value)?,
            None => self.none(yield_.range),
        }
        self.yield_value(yield_.range);
        Ok(())
    }

    /// Yields the value on the stack.
    pub(super) fn yield_value(&mut self, range: Range) {
        let scope = self.scope();
        if scope.generator && scope.coroutine {
            self.emit(range, Op::AsyncGenWrap);
        }
        self.emit(range, Op::Yield);
    }

    fn yield_from(&mut self, yield_: &'a ast::ExprYieldFrom<'a>) -> Result {
        self.check_in_function("'yield from' outside function", yield_.range)?;
        if self.unit_ref().kind == UnitKind::AsyncFunction {
            return Err(Error::syntax("'yield from' inside async function", yield_.range));
        }
        self.expr(yield_.value)?;
        self.emit(yield_.range, Op::GetYieldFromIter);
        self.emit(yield_.range, Op::YieldFrom);
        Ok(())
    }

    fn await_expression(&mut self, await_: &'a ast::ExprAwait<'a>) -> Result {
        if !self.at_top_level_await() {
            self.check_in_function("'await' outside function", await_.range)?;
        }
        if !matches!(self.unit_ref().kind, UnitKind::AsyncFunction | UnitKind::Comprehension)
            && !self.at_top_level_await()
        {
            return Err(Error::syntax("'await' outside async function", await_.range));
        }
        self.expr(await_.value)?;
        self.await_value(await_.range, AwaitContext::Await);
        Ok(())
    }

    /// Awaits the value on the stack.
    pub(super) fn await_value(&mut self, range: Range, context: AwaitContext) {
        self.emit(range, Op::GetAwaitable { context });
        self.emit(range, Op::YieldFrom);
    }

    /// Whether this is a module that may await.
    pub(super) fn at_top_level_await(&self) -> bool {
        self.options.top_level_await && self.unit_ref().kind == UnitKind::Module
    }

    fn check_in_function(&self, message: &str, range: Range) -> Result {
        if self.scope().is_function_like() { Ok(()) } else { Err(Error::syntax(message, range)) }
    }

    // ---- warnings -------------------------------------------------------------------------------------------------------

    fn check_compare(&mut self, compare: &ast::ExprCompare) {
        let mut left = compare.left;
        for (op, right) in compare.ops.iter().zip(compare.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let suspicious = |expr: &Expr| match expr {
                    Expr::Constant(ast::ExprConstant {
                        value: Constant::None | Constant::Bool(_) | Constant::Ellipsis,
                        ..
                    }) => None,
                    Expr::Constant(_) => literal_type(expr),
                    Expr::Tuple(tuple) if tuple.elts.iter().all(Expr::is_constant) => Some("tuple"),
                    _ => None,
                };
                if let Some(kind) = suspicious(left).or_else(|| suspicious(right)) {
                    let (word, sign) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let message = format!("\"{word}\" with '{kind}' literal. Did you mean \"{sign}\"?");
                    return self.warn(message, compare.range);
                }
            }
            left = right;
        }
    }

    fn check_subscript(&mut self, subscript: &ast::ExprSubscript) {
        let value = subscript.value;
        let Some(kind) = literal_type(value) else { return };
        let subscriptable = matches!(kind, "tuple" | "list" | "dict" | "str" | "bytes");
        if !subscriptable {
            let message = format!("'{kind}' object is not subscriptable; perhaps you missed a comma?");
            return self.warn(message, subscript.range);
        }
        let Some(key) = literal_type(subscript.slice) else { return };
        let indexed = !matches!(value, Expr::Dict(_) | Expr::DictComp(_));
        if indexed && !matches!(key, "int" | "bool") && !subscript.slice.is_slice() {
            let message = format!("{kind} indices must be integers or slices, not {key}; perhaps you missed a comma?");
            self.warn(message, subscript.range);
        }
    }
}

pub(super) fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Sub,
        Operator::Mult => BinaryOp::Mul,
        Operator::MatMult => BinaryOp::MatMul,
        Operator::Div => BinaryOp::Div,
        Operator::Mod => BinaryOp::Mod,
        Operator::Pow => BinaryOp::Pow,
        Operator::LShift => BinaryOp::LShift,
        Operator::RShift => BinaryOp::RShift,
        Operator::BitOr => BinaryOp::Or,
        Operator::BitXor => BinaryOp::Xor,
        Operator::BitAnd => BinaryOp::And,
        Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

/// The place of an attribute access or method call: all of it, or from the attribute's name on when that stands on
/// another line than the start, so that a traceback shows the line that is at work.
pub(super) fn attribute_range(range: Range, attribute: &ast::ExprAttribute) -> Range {
    let end = attribute.range.end();
    if range.start().line == end.line {
        return range;
    }
    let length = attribute.attr.len() as i32;
    Range::new(Place { line: end.line, column: (end.column - length).max(0) }, range.end())
}
