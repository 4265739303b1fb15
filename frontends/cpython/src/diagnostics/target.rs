//! Expressions that something is wrong with: finding them in the tree by place, and naming their kind as CPython does.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// CPython's name for a kind of expression.
pub(super) fn name(expr: &Expr) -> &'static str {
    match expr {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(name) if name.id.as_str() == "__debug__" => "__debug__",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(literal) if literal.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => "literal",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}

/// The outermost expression at exactly a range.
pub(super) fn at(program: &Mod, range: TextRange) -> Option<&Expr> {
    let mut finder = Finder { wanted: |expr: &Expr| expr.range() == range, found: None, within: range };
    finder.program(program);
    finder.found
}

/// The widest expression that ends at an offset, starts at `from` or later, and could be an operand of `or`.
pub(super) fn ending_at(program: &Mod, from: TextSize, end: TextSize) -> Option<&Expr> {
    let wanted = |expr: &Expr| {
        let whole = !matches!(expr, Expr::Lambda(_) | Expr::If(_) | Expr::Named(_) | Expr::Starred(_));
        let bare_tuple = matches!(expr, Expr::Tuple(tuple) if !tuple.parenthesized);
        whole && !bare_tuple && expr.end() == end && expr.start() >= from
    };
    let within = TextRange::new(end.checked_sub(TextSize::new(1)).unwrap_or(end), end);
    let mut finder = Finder { wanted, found: None, within };
    finder.program(program);
    finder.found
}

/// The value of the only `=` of an assignment whose target is exactly an expression.
pub(super) fn only_assignment(program: &Mod, range: TextRange) -> bool {
    struct Search {
        range: TextRange,
        found: bool,
    }
    impl Visitor<'_> for Search {
        fn visit_stmt(&mut self, stmt: &Stmt) {
            if let Stmt::Assign(assign) = stmt {
                self.found |= matches!(assign.targets.as_slice(), [target] if target.range() == self.range);
            }
            if stmt.range().contains_range(self.range) {
                visitor::walk_stmt(self, stmt);
            }
        }
        fn visit_expr(&mut self, _: &Expr) {}
    }
    let mut search = Search { range, found: false };
    if let Mod::Module(module) = program {
        search.visit_body(&module.body);
    }
    search.found
}

struct Finder<'a, F> {
    wanted: F,
    found: Option<&'a Expr>,
    /// Only nodes that hold this range are looked into.
    within: TextRange,
}

impl<'a, F: Fn(&Expr) -> bool> Finder<'a, F> {
    fn program(&mut self, program: &'a Mod) {
        match program {
            Mod::Module(module) => self.visit_body(&module.body),
            Mod::Expression(expression) => self.visit_expr(&expression.body),
        }
    }
}

impl<'a, F: Fn(&Expr) -> bool> Visitor<'a> for Finder<'a, F> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.found.is_none() && stmt.range().intersect(self.within).is_some() {
            visitor::walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.found.is_some() || expr.range().intersect(self.within).is_none() {
            return;
        }
        if (self.wanted)(expr) {
            self.found = Some(expr);
            return;
        }
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || visitor::walk_expr(self, expr));
    }
}
