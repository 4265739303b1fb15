//! Expressions and patterns: names, comprehensions, `:=`, `yield` and `await`.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Pattern};
use ruff_text_size::{Ranged, TextRange};

use super::Builder;
use crate::symtable::scope::{Comprehension, Flags, Role, ScopeKind, key};

impl Builder {
    pub(super) fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => self.name(name),
            Expr::Named(named) => self.named(named),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.enter("<lambda>", ScopeKind::Function, key(lambda, Role::Body));
                if let Some(parameters) = &lambda.parameters {
                    self.parameters(parameters);
                }
                self.visit_expr(&lambda.body);
                self.exit();
            }
            Expr::ListComp(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::List, "<listcomp>", node, &comp.generators, &[&comp.elt]);
            }
            Expr::SetComp(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::Set, "<setcomp>", node, &comp.generators, &[&comp.elt]);
            }
            Expr::DictComp(comp) => {
                let node = key(comp, Role::Body);
                let elements: Vec<&Expr> = comp.key.as_deref().into_iter().chain([&*comp.value]).collect();
                self.comprehension(Comprehension::Dict, "<dictcomp>", node, &comp.generators, &elements);
            }
            Expr::Generator(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::Generator, "<genexpr>", node, &comp.generators, &[&comp.elt]);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => self.yield_expression(expr),
            Expr::Await(await_) => {
                self.refuse_in_annotation("await expression", await_.range);
                self.visit_expr(&await_.value);
                self.scope().coroutine = true;
            }
            Expr::Attribute(attribute) => {
                match attribute.ctx {
                    ExprContext::Store => self.check_name(&attribute.attr.id, attribute.range, "assign to"),
                    ExprContext::Del => self.check_name(&attribute.attr.id, attribute.range, "delete"),
                    ExprContext::Load | ExprContext::Invalid => {}
                }
                self.visit_expr(&attribute.value);
            }
            Expr::FString(string) => {
                for element in string.value.elements() {
                    self.visit_interpolated_string_element(element);
                }
            }
            Expr::TString(string) => {
                for element in string.value.elements() {
                    self.visit_interpolated_string_element(element);
                }
            }
            Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => {}
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn name(&mut self, name: &ast::ExprName) {
        match name.ctx {
            ExprContext::Load => {
                self.define(&name.id, Flags::USE, name.range);
                if name.id.as_str() == "super" && self.scope().is_function_like() {
                    // `super()` finds its class in the cell `__class__`.
                    self.define("__class__", Flags::USE, name.range);
                }
            }
            ExprContext::Store => {
                self.check_name(&name.id, name.range, "assign to");
                self.define(&name.id, Flags::LOCAL, name.range);
            }
            ExprContext::Del => {
                self.check_name(&name.id, name.range, "delete");
                self.define(&name.id, Flags::LOCAL, name.range);
            }
            ExprContext::Invalid => self.fail("invalid syntax", name.range),
        }
    }

    fn named(&mut self, named: &ast::ExprNamed) {
        self.refuse_in_annotation("named expression", named.range);
        if self.scope().comp_iter_expr > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            self.fail(message, named.range);
        }
        if self.scope().comprehension.is_some()
            && let Expr::Name(target) = &*named.target
        {
            self.extend_named_scope(target);
        }
        self.visit_expr(&named.value);
        self.visit_expr(&named.target);
    }

    /// `:=` in a comprehension binds in the scope that contains the outermost comprehension (PEP 572).
    fn extend_named_scope(&mut self, target: &ast::ExprName) {
        let name = target.id.as_str();
        for at in (0..self.stack.len()).rev() {
            let id = self.stack[at];
            let scope = self.table.scope(id);
            let kind = scope.kind;
            if scope.comprehension.is_some() {
                let used = self.lookup(id, name);
                if used.meets(Flags::COMP_ITER) && used.meets(Flags::LOCAL.with(Flags::GLOBAL)) {
                    let message =
                        format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
                    self.fail(message, target.range);
                }
                continue;
            }
            let message = match kind {
                ScopeKind::Function => {
                    let global = self.lookup(id, name).meets(Flags::GLOBAL);
                    self.define(name, if global { Flags::GLOBAL } else { Flags::NONLOCAL }, target.range);
                    self.record_directive(name, target.range);
                    return self.define_in(id, name, Flags::LOCAL, target.range);
                }
                ScopeKind::Module => {
                    self.define(name, Flags::GLOBAL, target.range);
                    self.record_directive(name, target.range);
                    return self.define_in(id, name, Flags::GLOBAL, target.range);
                }
                ScopeKind::Class => "assignment expression within a comprehension cannot be used in a class body",
                ScopeKind::TypeParameters => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic"
                }
                ScopeKind::TypeAlias => "assignment expression within a comprehension cannot be used in a type alias",
                ScopeKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
                ScopeKind::Annotation => "named expression cannot be used within an annotation",
            };
            return self.fail(message, target.range);
        }
    }

    fn yield_expression(&mut self, expr: &Expr) {
        let range = expr.range();
        self.refuse_in_annotation("yield expression", range);
        visitor::walk_expr(self, expr);
        self.scope().generator = true;
        let place = match self.scope().comprehension {
            None => return,
            Some(Comprehension::List) => "list comprehension",
            Some(Comprehension::Set) => "set comprehension",
            Some(Comprehension::Dict) => "dict comprehension",
            Some(Comprehension::Generator) => "generator expression",
        };
        self.fail(format!("'yield' inside {place}"), range);
    }

    fn refuse_in_annotation(&mut self, what: &str, range: TextRange) {
        let scope = self.scope();
        let place = match scope.kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => scope.description,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParameters => "the definition of a generic",
            ScopeKind::Module | ScopeKind::Class | ScopeKind::Function => return,
        };
        self.fail(format!("{what} cannot be used within {place}"), range);
    }

    fn comprehension(
        &mut self,
        kind: Comprehension,
        name: &str,
        node: (usize, Role),
        generators: &[ast::Comprehension],
        elements: &[&Expr],
    ) {
        let Some((first, rest)) = generators.split_first() else { return };
        // The outermost iterable is evaluated in the scope around.
        self.iterable(&first.iter);
        self.enter(name, ScopeKind::Function, node);
        self.scope().comprehension = Some(kind);
        self.scope().coroutine = first.is_async;
        self.define(".0", Flags::PARAM, first.range);
        self.loop_target(&first.target);
        first.ifs.iter().for_each(|test| self.visit_expr(test));
        for generator in rest {
            self.loop_target(&generator.target);
            self.iterable(&generator.iter);
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
            self.scope().coroutine |= generator.is_async;
        }
        // The value of a dictionary comes first, as in CPython.
        elements.iter().rev().for_each(|element| self.visit_expr(element));
        let generator = kind == Comprehension::Generator;
        self.scope().generator = generator;
        let is_async = self.scope().coroutine && !generator;
        self.exit();
        if is_async {
            self.scope().coroutine = true;
        }
    }

    fn iterable(&mut self, iter: &Expr) {
        self.scope().comp_iter_expr += 1;
        self.visit_expr(iter);
        self.scope().comp_iter_expr -= 1;
    }

    fn loop_target(&mut self, target: &Expr) {
        self.scope().comp_iter_target = true;
        self.visit_expr(target);
        self.scope().comp_iter_target = false;
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::MatchAs(ast::PatternMatchAs { name: Some(name), pattern, .. }) => {
                if let Some(pattern) = pattern {
                    self.visit_pattern(pattern);
                }
                self.bind(name);
            }
            Pattern::MatchStar(ast::PatternMatchStar { name: Some(name), .. }) => self.bind(name),
            Pattern::MatchMapping(mapping) => {
                mapping.keys.iter().for_each(|key| self.visit_expr(key));
                mapping.patterns.iter().for_each(|pattern| self.visit_pattern(pattern));
                if let Some(rest) = &mapping.rest {
                    self.bind(rest);
                }
            }
            _ => visitor::walk_pattern(self, pattern),
        }
    }
}
