//! Expressions and patterns: names, comprehensions, `:=`, `yield` and `await`.

use super::Builder;
use crate::ast::{self, Expr, ExprContext, Pattern, Range, Ranged};
use crate::symtable::scope::{Comprehension, Flags, Role, ScopeKind, key};

impl Builder<'_> {
    pub(super) fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => self.name(name),
            Expr::Named(named) => self.named(named),
            Expr::Lambda(lambda) => {
                self.defaults(lambda.parameters);
                self.enter("<lambda>", ScopeKind::Function, key(lambda, Role::Body), lambda.range);
                self.parameters(lambda.parameters);
                self.visit_expr(lambda.body);
                self.exit();
            }
            Expr::ListComp(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::List, comp.range, node, comp.generators, &[comp.elt]);
            }
            Expr::SetComp(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::Set, comp.range, node, comp.generators, &[comp.elt]);
            }
            Expr::DictComp(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::Dict, comp.range, node, comp.generators, &[comp.key, comp.value]);
            }
            Expr::Generator(comp) => {
                let node = key(comp, Role::Body);
                self.comprehension(Comprehension::Generator, comp.range, node, comp.generators, &[comp.elt]);
            }
            Expr::Yield(yield_) => self.yield_expression(yield_.value, yield_.range),
            Expr::YieldFrom(yield_) => self.yield_expression(Some(yield_.value), yield_.range),
            Expr::Await(await_) => {
                self.refuse_in_annotation("await expression", await_.range);
                self.visit_expr(await_.value);
                self.scope().coroutine = true;
            }
            Expr::Attribute(attribute) => {
                match attribute.ctx {
                    ExprContext::Store => self.check_name(attribute.attr, attribute.range, "assign to"),
                    ExprContext::Del => self.check_name(attribute.attr, attribute.range, "delete"),
                    ExprContext::Load => {}
                }
                self.visit_expr(attribute.value);
            }
            Expr::BoolOp(expr) => self.exprs(expr.values),
            Expr::BinOp(expr) => {
                self.visit_expr(expr.left);
                self.visit_expr(expr.right);
            }
            Expr::UnaryOp(expr) => self.visit_expr(expr.operand),
            Expr::If(expr) => [expr.test, expr.body, expr.orelse].into_iter().for_each(|part| self.visit_expr(part)),
            Expr::Dict(dict) => {
                dict.keys.iter().flatten().for_each(|key| self.visit_expr(key));
                self.exprs(dict.values);
            }
            Expr::Set(set) => self.exprs(set.elts),
            Expr::Compare(compare) => {
                self.visit_expr(compare.left);
                self.exprs(compare.comparators);
            }
            Expr::Call(call) => {
                self.visit_expr(call.func);
                self.exprs(call.args);
                self.keywords(call.keywords);
            }
            Expr::FormattedValue(field) => {
                self.visit_expr(field.value);
                field.format_spec.into_iter().for_each(|spec| self.visit_expr(spec));
            }
            Expr::Interpolation(field) => {
                self.visit_expr(field.value);
                field.format_spec.into_iter().for_each(|spec| self.visit_expr(spec));
            }
            Expr::JoinedStr(string) => self.exprs(string.values),
            Expr::TemplateStr(string) => self.exprs(string.values),
            Expr::Constant(_) => {}
            Expr::Subscript(subscript) => {
                self.visit_expr(subscript.value);
                self.visit_expr(subscript.slice);
            }
            Expr::Starred(starred) => self.visit_expr(starred.value),
            Expr::List(list) => self.exprs(list.elts),
            Expr::Tuple(tuple) => self.exprs(tuple.elts),
            Expr::Slice(slice) => {
                let parts = [slice.lower, slice.upper, slice.step];
                parts.into_iter().flatten().for_each(|part| self.visit_expr(part));
            }
        }
    }

    fn name(&mut self, name: &ast::ExprName) {
        match name.ctx {
            ExprContext::Load => {
                self.define(name.id, Flags::USE, name.range);
                if name.id == "super" && self.scope().is_function_like() {
                    // `super()` finds its class in the cell `__class__`.
                    self.define("__class__", Flags::USE, name.range);
                }
            }
            ExprContext::Store => {
                self.check_name(name.id, name.range, "assign to");
                self.define(name.id, Flags::LOCAL, name.range);
            }
            ExprContext::Del => {
                self.check_name(name.id, name.range, "delete");
                self.define(name.id, Flags::LOCAL, name.range);
            }
        }
    }

    fn named(&mut self, named: &ast::ExprNamed) {
        self.refuse_in_annotation("named expression", named.range);
        if self.scope().comp_iter_expr > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            self.fail(message, named.range);
        }
        if self.scope().comprehension.is_some()
            && let Expr::Name(target) = named.target
        {
            self.extend_named_scope(target);
        }
        self.visit_expr(named.value);
        self.visit_expr(named.target);
    }

    /// `:=` in a comprehension binds in the scope that contains the outermost comprehension (PEP 572).
    fn extend_named_scope(&mut self, target: &ast::ExprName) {
        let name = target.id;
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

    fn yield_expression(&mut self, value: Option<&Expr>, range: Range) {
        self.refuse_in_annotation("yield expression", range);
        value.into_iter().for_each(|value| self.visit_expr(value));
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

    fn refuse_in_annotation(&mut self, what: &str, range: Range) {
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
        range: Range,
        node: (usize, Role),
        generators: &[ast::Comprehension],
        elements: &[&Expr],
    ) {
        let Some((first, rest)) = generators.split_first() else { return };
        // The outermost iterable is evaluated in the scope around.
        self.iterable(first.iter);
        let name = match kind {
            Comprehension::List => "<listcomp>",
            Comprehension::Set => "<setcomp>",
            Comprehension::Dict => "<dictcomp>",
            Comprehension::Generator => "<genexpr>",
        };
        self.enter(name, ScopeKind::Function, node, range);
        self.scope().comprehension = Some(kind);
        self.scope().coroutine = first.is_async;
        self.define(".0", Flags::PARAM, range);
        self.loop_target(first.target);
        first.ifs.iter().for_each(|test| self.visit_expr(test));
        for generator in rest {
            self.loop_target(generator.target);
            self.iterable(generator.iter);
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
            if self.scope().kind == ScopeKind::Annotation {
                // Not all annotations get code, so code generation would not see all of these.
                let message = "asynchronous comprehension outside of an asynchronous function";
                return self.fail(message, range);
            }
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
            Pattern::MatchAs(as_pattern) => {
                as_pattern.pattern.into_iter().for_each(|pattern| self.visit_pattern(pattern));
                self.bind_if_any(as_pattern.name, as_pattern.range);
            }
            Pattern::MatchStar(star) => self.bind_if_any(star.name, star.range),
            Pattern::MatchMapping(mapping) => {
                self.exprs(mapping.keys);
                mapping.patterns.iter().for_each(|pattern| self.visit_pattern(pattern));
                self.bind_if_any(mapping.rest, mapping.range);
            }
            Pattern::MatchValue(value) => self.visit_expr(value.value),
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(sequence) => {
                sequence.patterns.iter().for_each(|pattern| self.visit_pattern(pattern));
            }
            Pattern::MatchClass(class) => {
                self.visit_expr(class.cls);
                class.patterns.iter().for_each(|pattern| self.visit_pattern(pattern));
                for (name, pattern) in class.kwd_attrs.iter().zip(class.kwd_patterns) {
                    self.check_name(name, pattern.range(), "assign to");
                }
                class.kwd_patterns.iter().for_each(|pattern| self.visit_pattern(pattern));
            }
            Pattern::MatchOr(or) => or.patterns.iter().for_each(|pattern| self.visit_pattern(pattern)),
        }
    }

    fn bind_if_any(&mut self, name: Option<ast::Identifier>, range: Range) {
        if let Some(name) = name {
            self.bind(name, range);
        }
    }
}
