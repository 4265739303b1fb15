//! Whether a tree that a program made is one that could have been parsed, as far as the rest of the compiler relies on it. A tree
//! from the parser needs no such check.
//!
//! The order of the checks, and so the error that is told of several, is CPython's.

use super::convert::Refused;
use super::nodes::*;
use super::place::{Range, Ranged};
use crate::limits;

type Valid = Result<(), Refused>;

fn refuse(message: impl Into<String>) -> Valid {
    Err(Refused::value(message))
}

/// Checks a program.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn validate(program: &Mod<'_>) -> Valid {
    let mut validator = Validator { depth: 0 };
    match program {
        Mod::Module(module) => validator.stmts(module.body),
        Mod::Interactive(module) => validator.stmts(module.body),
        Mod::Expression(module) => validator.expr(module.body, ExprContext::Load),
        Mod::FunctionType(signature) => {
            validator.loads(signature.argtypes)?;
            validator.expr(signature.returns, ExprContext::Load)
        }
    }
}

/// Checks where a node stands.
fn place(range: Range) -> Valid {
    let (start, end) = (range.start(), range.end());
    let (line, column, end_line, end_column) = (start.line, start.column, end.line, end.column);
    if line > end_line {
        return refuse(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if line < 0 && end_line != line || column < 0 && column != end_column {
        let lines = format!("for line range ({line}, {end_line})");
        return refuse(format!("AST node column range ({column}, {end_column}) {lines} is not valid"));
    }
    if line == end_line && column > end_column {
        return refuse(format!("line {line}, column {column}-{end_column} is not a valid range"));
    }
    Ok(())
}

fn name(name: &str) -> Valid {
    if matches!(name, "None" | "True" | "False") {
        return refuse(format!("identifier field can't represent '{name}' constant"));
    }
    Ok(())
}

fn aliases(aliases: &[Alias<'_>]) -> Valid {
    aliases.iter().flat_map(|alias| [Some(alias.name), alias.asname]).flatten().try_for_each(name)
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> Valid {
    if items.is_empty() { refuse(format!("empty {what} on {owner}")) } else { Ok(()) }
}

/// What an expression that can be a target is there for.
fn context(expr: &Expr<'_>) -> Option<ExprContext> {
    match expr {
        Expr::Attribute(node) => Some(node.ctx),
        Expr::Subscript(node) => Some(node.ctx),
        Expr::Starred(node) => Some(node.ctx),
        Expr::Name(node) => Some(node.ctx),
        Expr::List(node) => Some(node.ctx),
        Expr::Tuple(node) => Some(node.ctx),
        _ => None,
    }
}

struct Validator {
    depth: usize,
}

impl Validator {
    /// Checks one level deeper, on more stack if need be.
    fn deeper(&mut self, check: impl FnOnce(&mut Self) -> Valid) -> Valid {
        self.depth += 1;
        let valid = limits::with_stack(self.depth, || check(self));
        self.depth -= 1;
        valid
    }

    fn stmts(&mut self, stmts: &[Stmt<'_>]) -> Valid {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn body(&mut self, stmts: &[Stmt<'_>], owner: &str) -> Valid {
        nonempty(stmts, "body", owner)?;
        self.stmts(stmts)
    }

    fn exprs(&mut self, exprs: &[Expr<'_>], wanted: ExprContext) -> Valid {
        exprs.iter().try_for_each(|expr| self.expr(expr, wanted))
    }

    fn loads<'a, 'n: 'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr<'n>>) -> Valid {
        exprs.into_iter().try_for_each(|expr| self.expr(expr, ExprContext::Load))
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) -> Valid {
        place(stmt.range())?;
        self.deeper(|v| v.any_stmt(stmt))
    }

    fn any_stmt(&mut self, stmt: &Stmt<'_>) -> Valid {
        use ExprContext::{Del, Load, Store};
        match stmt {
            Stmt::FunctionDef(node) => {
                name(node.name)?;
                self.body(node.body, if node.is_async { "AsyncFunctionDef" } else { "FunctionDef" })?;
                self.type_params(node.type_params)?;
                self.parameters(node.parameters)?;
                self.loads(node.decorator_list)?;
                self.loads(node.returns)
            }
            Stmt::ClassDef(node) => {
                name(node.name)?;
                self.body(node.body, "ClassDef")?;
                self.type_params(node.type_params)?;
                self.loads(node.bases)?;
                self.keywords(node.keywords)?;
                self.loads(node.decorator_list)
            }
            Stmt::Return(node) => self.loads(node.value),
            Stmt::Delete(node) => {
                nonempty(node.targets, "targets", "Delete")?;
                self.exprs(node.targets, Del)
            }
            Stmt::Assign(node) => {
                nonempty(node.targets, "targets", "Assign")?;
                self.exprs(node.targets, Store)?;
                self.expr(node.value, Load)
            }
            Stmt::AugAssign(node) => {
                self.expr(node.target, Store)?;
                self.expr(node.value, Load)
            }
            Stmt::AnnAssign(node) => {
                if node.simple && !matches!(node.target, Expr::Name(_)) {
                    return Err(Refused::type_error("AnnAssign with simple non-Name target"));
                }
                self.expr(node.target, Store)?;
                self.loads(node.value)?;
                self.expr(node.annotation, Load)
            }
            Stmt::TypeAlias(node) => {
                if !matches!(node.name, Expr::Name(_)) {
                    return Err(Refused::type_error("TypeAlias with non-Name name"));
                }
                self.expr(node.name, Store)?;
                self.type_params(node.type_params)?;
                self.expr(node.value, Load)
            }
            Stmt::For(node) => {
                self.expr(node.target, Store)?;
                self.expr(node.iter, Load)?;
                self.body(node.body, if node.is_async { "AsyncFor" } else { "For" })?;
                self.stmts(node.orelse)
            }
            Stmt::While(node) => {
                self.expr(node.test, Load)?;
                self.body(node.body, "While")?;
                self.stmts(node.orelse)
            }
            Stmt::If(node) => {
                self.expr(node.test, Load)?;
                self.body(node.body, "If")?;
                self.stmts(node.orelse)
            }
            Stmt::With(node) => {
                let owner = if node.is_async { "AsyncWith" } else { "With" };
                nonempty(node.items, "items", owner)?;
                for item in node.items {
                    self.expr(item.context_expr, Load)?;
                    item.optional_vars.map_or(Ok(()), |target| self.expr(target, Store))?;
                }
                self.body(node.body, owner)
            }
            Stmt::Match(node) => {
                self.expr(node.subject, Load)?;
                nonempty(node.cases, "cases", "Match")?;
                for case in node.cases {
                    self.pattern(case.pattern, false)?;
                    self.loads(case.guard)?;
                    self.body(case.body, "match_case")?;
                }
                Ok(())
            }
            Stmt::Raise(node) => {
                if node.exc.is_none() && node.cause.is_some() {
                    return refuse("Raise with cause but no exception");
                }
                self.loads(node.exc)?;
                self.loads(node.cause)
            }
            Stmt::Try(node) => self.try_stmt(node),
            Stmt::Assert(node) => {
                self.expr(node.test, Load)?;
                self.loads(node.msg)
            }
            Stmt::Import(node) => {
                nonempty(node.names, "names", "Import")?;
                aliases(node.names)
            }
            Stmt::ImportFrom(node) => {
                if node.level.is_some_and(|level| level < 0) {
                    return refuse("Negative ImportFrom level");
                }
                nonempty(node.names, "names", "ImportFrom")?;
                aliases(node.names)
            }
            Stmt::Global(node) => nonempty(node.names, "names", "Global"),
            Stmt::Nonlocal(node) => nonempty(node.names, "names", "Nonlocal"),
            Stmt::Expr(node) => self.expr(node.value, Load),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
        }
    }

    fn try_stmt(&mut self, node: &StmtTry<'_>) -> Valid {
        let owner = if node.is_star { "TryStar" } else { "Try" };
        self.body(node.body, owner)?;
        if node.handlers.is_empty() && node.finalbody.is_empty() {
            return refuse(format!("{owner} has neither except handlers nor finalbody"));
        }
        if node.handlers.is_empty() && !node.orelse.is_empty() {
            return refuse(format!("{owner} has orelse but no except handlers"));
        }
        for handler in node.handlers {
            place(handler.range)?;
            handler.name.map_or(Ok(()), name)?;
            self.loads(handler.type_)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(node.finalbody)?;
        self.stmts(node.orelse)
    }

    fn keywords(&mut self, keywords: &[Keyword<'_>]) -> Valid {
        self.loads(keywords.iter().map(|keyword| keyword.value))
    }

    fn parameters(&mut self, parameters: &Parameters<'_>) -> Valid {
        for parameter in parameters.posonlyargs.iter().chain(parameters.args) {
            place(parameter.range)?;
            self.loads(parameter.annotation)?;
        }
        self.loads(parameters.vararg.and_then(|parameter| parameter.annotation))?;
        for parameter in parameters.kwonlyargs {
            place(parameter.range)?;
            self.loads(parameter.annotation)?;
        }
        self.loads(parameters.kwarg.and_then(|parameter| parameter.annotation))?;
        if parameters.defaults.len() > parameters.posonlyargs.len() + parameters.args.len() {
            return refuse("more positional defaults than args on arguments");
        }
        if parameters.kw_defaults.len() != parameters.kwonlyargs.len() {
            return refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(parameters.defaults)?;
        self.loads(parameters.kw_defaults.iter().flatten())
    }

    fn type_params(&mut self, params: &[TypeParam<'_>]) -> Valid {
        for param in params {
            place(param.range())?;
            let (own, bound, default) = match param {
                TypeParam::TypeVar(node) => (node.name, node.bound, node.default_value),
                TypeParam::ParamSpec(node) => (node.name, None, node.default_value),
                TypeParam::TypeVarTuple(node) => (node.name, None, node.default_value),
            };
            name(own)?;
            self.loads(bound)?;
            self.loads(default)?;
        }
        Ok(())
    }

    fn generators(&mut self, generators: &[Comprehension<'_>]) -> Valid {
        if generators.is_empty() {
            return refuse("comprehension with no generators");
        }
        for generator in generators {
            self.expr(generator.target, ExprContext::Store)?;
            self.expr(generator.iter, ExprContext::Load)?;
            self.loads(generator.ifs)?;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr<'_>, wanted: ExprContext) -> Valid {
        place(expr.range())?;
        self.deeper(|v| {
            if let Expr::Name(node) = expr {
                name(node.id)?;
            }
            match context(expr) {
                None if wanted != ExprContext::Load => {
                    return refuse(format!("expression which can't be assigned to in {wanted:?} context"));
                }
                Some(found) if found != wanted => {
                    return refuse(format!("expression must have {wanted:?} context but has {found:?} instead"));
                }
                _ => {}
            }
            v.any_expr(expr, wanted)
        })
    }

    fn any_expr(&mut self, expr: &Expr<'_>, wanted: ExprContext) -> Valid {
        use ExprContext::Load;
        match expr {
            Expr::BoolOp(node) => {
                if node.values.len() < 2 {
                    return refuse("BoolOp with less than 2 values");
                }
                self.loads(node.values)
            }
            Expr::Named(node) => {
                if !matches!(node.target, Expr::Name(_)) {
                    return Err(Refused::type_error("NamedExpr target must be a Name"));
                }
                self.expr(node.value, Load)
            }
            Expr::BinOp(node) => self.loads([node.left, node.right]),
            Expr::UnaryOp(node) => self.expr(node.operand, Load),
            Expr::Lambda(node) => {
                self.parameters(node.parameters)?;
                self.expr(node.body, Load)
            }
            Expr::If(node) => self.loads([node.test, node.body, node.orelse]),
            Expr::Dict(node) => {
                if node.keys.len() != node.values.len() {
                    return refuse("Dict doesn't have the same number of keys as values");
                }
                self.loads(node.keys.iter().flatten())?;
                self.loads(node.values)
            }
            Expr::Set(node) => self.loads(node.elts),
            Expr::ListComp(node) => {
                self.generators(node.generators)?;
                self.expr(node.elt, Load)
            }
            Expr::SetComp(node) => {
                self.generators(node.generators)?;
                self.expr(node.elt, Load)
            }
            Expr::Generator(node) => {
                self.generators(node.generators)?;
                self.expr(node.elt, Load)
            }
            Expr::DictComp(node) => {
                self.generators(node.generators)?;
                self.loads([node.key, node.value])
            }
            Expr::Await(node) => self.expr(node.value, Load),
            Expr::Yield(node) => self.loads(node.value),
            Expr::YieldFrom(node) => self.expr(node.value, Load),
            Expr::Compare(node) => {
                if node.comparators.is_empty() {
                    return refuse("Compare with no comparators");
                }
                if node.comparators.len() != node.ops.len() {
                    return refuse("Compare has a different number of comparators and operands");
                }
                self.loads(node.comparators)?;
                self.expr(node.left, Load)
            }
            Expr::Call(node) => {
                self.expr(node.func, Load)?;
                self.loads(node.args)?;
                self.keywords(node.keywords)
            }
            Expr::FormattedValue(node) => {
                self.expr(node.value, Load)?;
                self.loads(node.format_spec)
            }
            Expr::Interpolation(node) => {
                self.expr(node.value, Load)?;
                self.loads(node.format_spec)
            }
            Expr::JoinedStr(node) => self.loads(node.values),
            Expr::TemplateStr(node) => self.loads(node.values),
            Expr::Attribute(node) => self.expr(node.value, Load),
            Expr::Subscript(node) => self.loads([node.slice, node.value]),
            Expr::Starred(node) => self.expr(node.value, wanted),
            Expr::List(node) => self.exprs(node.elts, wanted),
            Expr::Tuple(node) => self.exprs(node.elts, wanted),
            Expr::Slice(node) => {
                self.loads(node.lower)?;
                self.loads(node.upper)?;
                self.loads(node.step)
            }
            Expr::Constant(_) | Expr::Name(_) => Ok(()),
        }
    }

    fn patterns(&mut self, patterns: &[Pattern<'_>], star: bool) -> Valid {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern, star))
    }

    /// Checks a pattern; one with a star only where it may be.
    fn pattern(&mut self, pattern: &Pattern<'_>, star: bool) -> Valid {
        place(pattern.range())?;
        self.deeper(|v| v.any_pattern(pattern, star))
    }

    fn any_pattern(&mut self, pattern: &Pattern<'_>, star: bool) -> Valid {
        match pattern {
            Pattern::MatchValue(node) => self.matched_value(node.value),
            Pattern::MatchSingleton(node) => {
                if !matches!(node.value, Constant::None | Constant::Bool(_)) {
                    return refuse("MatchSingleton can only contain True, False and None");
                }
                Ok(())
            }
            Pattern::MatchSequence(node) => self.patterns(node.patterns, true),
            Pattern::MatchMapping(node) => {
                if node.keys.len() != node.patterns.len() {
                    return refuse("MatchMapping doesn't have the same number of keys as patterns");
                }
                capture(node.rest)?;
                for key in node.keys {
                    let singleton =
                        |constant: &ExprConstant<'_>| matches!(constant.value, Constant::None | Constant::Bool(_));
                    if !matches!(key, Expr::Constant(constant) if singleton(constant)) {
                        self.matched_value(key)?;
                    }
                }
                self.patterns(node.patterns, false)
            }
            Pattern::MatchClass(node) => {
                if node.kwd_attrs.len() != node.kwd_patterns.len() {
                    return refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
                }
                self.expr(node.cls, ExprContext::Load)?;
                let mut class = node.cls;
                while let Expr::Attribute(attribute) = class {
                    class = attribute.value;
                }
                if !matches!(class, Expr::Name(_)) {
                    return refuse("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                node.kwd_attrs.iter().try_for_each(|attr| name(attr))?;
                self.patterns(node.patterns, false)?;
                self.patterns(node.kwd_patterns, false)
            }
            Pattern::MatchStar(node) => {
                if !star {
                    return refuse("can't use MatchStar here");
                }
                capture(node.name)
            }
            Pattern::MatchAs(node) => {
                capture(node.name)?;
                match node.pattern {
                    Some(_) if node.name.is_none() => {
                        refuse("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(pattern) => self.pattern(pattern, false),
                    None => Ok(()),
                }
            }
            Pattern::MatchOr(node) => {
                if node.patterns.len() < 2 {
                    return refuse("MatchOr requires at least 2 patterns");
                }
                self.patterns(node.patterns, false)
            }
        }
    }

    /// Checks what a subject is compared with: a literal or a dotted name.
    fn matched_value(&mut self, expr: &Expr<'_>) -> Valid {
        self.expr(expr, ExprContext::Load)?;
        match expr {
            Expr::Constant(node) => match node.value {
                Constant::None | Constant::Bool(_) | Constant::Ellipsis => {
                    refuse("unexpected constant inside of a literal pattern")
                }
                Constant::Tuple(_) | Constant::FrozenSet(_) => {
                    refuse("unexpected constant inside of a literal pattern")
                }
                _ => Ok(()),
            },
            Expr::Attribute(_) | Expr::JoinedStr(_) | Expr::TemplateStr(_) => Ok(()),
            Expr::UnaryOp(node) if is_negative(node, true) => Ok(()),
            Expr::BinOp(node) if is_complex(node) => Ok(()),
            _ => refuse("patterns may only match literals and attribute lookups"),
        }
    }
}

fn capture(target: Option<&str>) -> Valid {
    match target {
        Some("_") => refuse("can't capture name '_' in patterns"),
        Some(target) => name(target),
        None => Ok(()),
    }
}

fn is_real(expr: &Expr<'_>) -> bool {
    matches!(expr, Expr::Constant(node)
        if matches!(node.value, Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_)))
}

fn is_imaginary(expr: &Expr<'_>) -> bool {
    matches!(expr, Expr::Constant(node) if matches!(node.value, Constant::Complex(..)))
}

fn is_negative(node: &ExprUnaryOp<'_>, imaginary: bool) -> bool {
    node.op == UnaryOp::USub && (is_real(node.operand) || imaginary && is_imaginary(node.operand))
}

/// Whether it is a number with a real and an imaginary part.
fn is_complex(node: &ExprBinOp<'_>) -> bool {
    let left = match node.left {
        Expr::UnaryOp(negative) => is_negative(negative, false),
        left => is_real(left),
    };
    matches!(node.op, Operator::Add | Operator::Sub) && left && is_imaginary(node.right)
}
