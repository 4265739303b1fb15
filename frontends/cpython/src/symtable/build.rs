//! The first pass: opens a scope for every block and records how each name is used in it.
//!
//! Order of visits and errors follow CPython's `symtable.c`, so that of two errors the same one is reported.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Mod, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::SymbolError;
use super::names::mangle;
use super::scope::{Flags, Role, Scope, ScopeId, ScopeKind, SymbolTable, key};
use crate::limits;

mod expressions;

pub(super) fn build(program: &Mod, future_annotations: bool) -> Result<SymbolTable, SymbolError> {
    let mut table = SymbolTable::default();
    table.scopes.push(Scope::new("top".into(), ScopeKind::Module));
    let mut builder = Builder { table, stack: vec![SymbolTable::MODULE], error: None, depth: 0, future_annotations };
    match program {
        Mod::Module(module) => builder.statements(&module.body),
        Mod::Expression(expression) => builder.visit_expr(&expression.body),
    }
    match builder.error {
        Some(error) => Err(error),
        None => Ok(builder.table),
    }
}

struct Builder {
    table: SymbolTable,
    /// The open scopes, the innermost last.
    stack: Vec<ScopeId>,
    /// The first error; once there is one, nothing more is visited.
    error: Option<SymbolError>,
    depth: usize,
    future_annotations: bool,
}

impl Builder {
    fn id(&self) -> ScopeId {
        *self.stack.last().expect("the module's scope stays open")
    }

    fn scope(&mut self) -> &mut Scope {
        let id = self.id();
        self.table.scope_mut(id)
    }

    fn fail(&mut self, message: impl Into<String>, range: TextRange) {
        if self.error.is_none() {
            self.error = Some(SymbolError::syntax(message, range));
        }
    }

    /// Opens a scope inside the current one.
    fn enter(&mut self, name: &str, kind: ScopeKind, node: (usize, Role)) -> ScopeId {
        let id = self.new_scope(name, kind);
        let parent = self.id();
        self.table.scope_mut(parent).children.push(id);
        self.table.by_node.insert(node, id);
        self.stack.push(id);
        if self.stack.len() > limits::MAX_SCOPES && self.error.is_none() {
            let message = "maximum recursion depth exceeded during compilation".into();
            self.error = Some(SymbolError { kind: "RecursionError", message, range: TextRange::default() });
        }
        id
    }

    fn new_scope(&mut self, name: &str, kind: ScopeKind) -> ScopeId {
        let parent = self.id();
        let outer = self.table.scope(parent);
        let mut scope = Scope::new(name.into(), kind);
        scope.nested = outer.nested || outer.is_function_like();
        scope.private.clone_from(&outer.private);
        scope.mangled_names = match kind {
            ScopeKind::Class => None,
            _ => outer.mangled_names.clone(),
        };
        let id = ScopeId(self.table.scopes.len() as u32);
        self.table.scopes.push(scope);
        if matches!(kind, ScopeKind::Annotation | ScopeKind::TypeAlias | ScopeKind::TypeVariable) {
            self.stack.push(id);
            self.define(".format", Flags::PARAM.with(Flags::USE), TextRange::default());
            self.stack.pop();
        }
        id
    }

    fn exit(&mut self) {
        self.stack.pop();
    }

    /// Makes the names of the class around visible in the scope just opened, if there is such a class.
    fn see_class_scope(&mut self, sees: bool) {
        if sees {
            self.scope().can_see_class_scope = true;
            self.define("__classdict__", Flags::USE, TextRange::default());
        }
    }

    /// Whether a scope opened here would see the names of a class.
    fn in_class_scope(&mut self) -> bool {
        let scope = self.scope();
        scope.kind == ScopeKind::Class || scope.can_see_class_scope
    }

    fn mangled<'n>(&self, id: ScopeId, name: &'n str) -> std::borrow::Cow<'n, str> {
        let scope = self.table.scope(id);
        match &scope.mangled_names {
            Some(only) if !only.contains(name) => std::borrow::Cow::Borrowed(name),
            _ => mangle(scope.private.as_deref(), name),
        }
    }

    fn lookup(&mut self, id: ScopeId, name: &str) -> Flags {
        let mangled = self.mangled(id, name);
        match self.table.names.get(&mangled) {
            Some(sym) => self.table.scope(id).flags(sym),
            None => Flags::default(),
        }
    }

    fn define(&mut self, name: &str, flags: Flags, range: TextRange) {
        let id = self.id();
        if flags.meets(Flags::TYPE_PARAM)
            && let Some(names) = &mut self.table.scope_mut(id).mangled_names
        {
            names.insert(name.to_owned());
        }
        self.define_in(id, name, flags, range);
    }

    fn define_in(&mut self, id: ScopeId, name: &str, flags: Flags, range: TextRange) {
        let mangled = self.mangled(id, name).into_owned();
        let sym = self.table.names.intern(&mangled);
        let scope = self.table.scope_mut(id);
        let comp_iter_target = scope.comp_iter_target;
        let symbol = scope.symbols.entry(sym).or_default();
        if flags.meets(Flags::PARAM) && symbol.flags.meets(Flags::PARAM) {
            return self.fail(format!("duplicate argument '{name}' in function definition"), range);
        }
        if flags.meets(Flags::TYPE_PARAM) && symbol.flags.meets(Flags::TYPE_PARAM) {
            return self.fail(format!("duplicate type parameter '{name}'"), range);
        }
        let mut all = symbol.flags.with(flags);
        if comp_iter_target {
            if all.meets(Flags::GLOBAL.with(Flags::NONLOCAL)) {
                let message = format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return self.fail(message, range);
            }
            all = all.with(Flags::COMP_ITER);
        }
        symbol.flags = all;
        if flags.meets(Flags::PARAM) {
            scope.params.push(sym);
        }
    }

    /// Binds a name, after checking that it may be bound at all.
    fn bind(&mut self, name: &ast::Identifier) {
        self.check_name(&name.id, name.range, "assign to");
        self.define(&name.id, Flags::LOCAL, name.range);
    }

    fn check_name(&mut self, name: &str, range: TextRange, what: &str) {
        if name == "__debug__" {
            self.fail(format!("cannot {what} __debug__"), range);
        }
    }

    fn statements(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.visit_stmt(stmt);
        }
    }

    /// Visits statements of which it is known only at run time whether they are executed.
    fn conditional(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.scope().in_conditional_block, true);
        visit(self);
        self.scope().in_conditional_block = before;
    }

    // ---- statements ---------------------------------------------------------------------------------------------

    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::Assign(assign) => {
                assign.targets.iter().for_each(|target| self.visit_expr(target));
                self.visit_expr(&assign.value);
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    self.define(&name.id, Flags::USE, name.range);
                }
                self.visit_expr(&assign.target);
                self.visit_expr(&assign.value);
            }
            Stmt::AnnAssign(assign) => self.annotated_assignment(assign),
            Stmt::For(stmt) => {
                self.visit_expr(&stmt.target);
                self.visit_expr(&stmt.iter);
                self.conditional(|this| {
                    this.statements(&stmt.body);
                    this.statements(&stmt.orelse);
                });
            }
            Stmt::While(stmt) => {
                self.visit_expr(&stmt.test);
                self.conditional(|this| {
                    this.statements(&stmt.body);
                    this.statements(&stmt.orelse);
                });
            }
            Stmt::If(stmt) => {
                self.visit_expr(&stmt.test);
                self.conditional(|this| {
                    this.statements(&stmt.body);
                    for clause in &stmt.elif_else_clauses {
                        if let Some(test) = &clause.test {
                            this.visit_expr(test);
                        }
                        this.statements(&clause.body);
                    }
                });
            }
            Stmt::Match(stmt) => {
                self.visit_expr(&stmt.subject);
                self.conditional(|this| {
                    for case in &stmt.cases {
                        this.visit_pattern(&case.pattern);
                        if let Some(guard) = &case.guard {
                            this.visit_expr(guard);
                        }
                        this.statements(&case.body);
                    }
                });
            }
            Stmt::Try(stmt) => self.conditional(|this| {
                this.statements(&stmt.body);
                for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
                    if let Some(type_) = &handler.type_ {
                        this.visit_expr(type_);
                    }
                    if let Some(name) = &handler.name {
                        this.bind(name);
                    }
                    this.statements(&handler.body);
                }
                this.statements(&stmt.orelse);
                this.statements(&stmt.finalbody);
            }),
            Stmt::With(stmt) => self.conditional(|this| {
                for item in &stmt.items {
                    this.visit_expr(&item.context_expr);
                    if let Some(vars) = &item.optional_vars {
                        this.visit_expr(vars);
                    }
                }
                this.statements(&stmt.body);
            }),
            Stmt::Import(stmt) => stmt.names.iter().for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(stmt) => stmt.names.iter().for_each(|alias| self.alias(alias)),
            Stmt::Global(stmt) => {
                stmt.names.iter().for_each(|name| self.directive(name, stmt.range, Flags::GLOBAL, "global"));
            }
            Stmt::Nonlocal(stmt) => {
                stmt.names.iter().for_each(|name| self.directive(name, stmt.range, Flags::NONLOCAL, "nonlocal"));
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn directive(&mut self, name: &ast::Identifier, range: TextRange, flag: Flags, word: &str) {
        let id = self.id();
        let used = self.lookup(id, &name.id);
        let name_text = name.id.as_str();
        let message = if used.meets(Flags::PARAM) {
            format!("name '{name_text}' is parameter and {word}")
        } else if used.meets(Flags::USE) {
            format!("name '{name_text}' is used prior to {word} declaration")
        } else if used.meets(Flags::ANNOT) {
            format!("annotated name '{name_text}' can't be {word}")
        } else if used.meets(Flags::LOCAL) {
            format!("name '{name_text}' is assigned to before {word} declaration")
        } else {
            self.define(name_text, flag, range);
            return self.record_directive(name_text, range);
        };
        self.fail(message, range);
    }

    fn record_directive(&mut self, name: &str, range: TextRange) {
        let id = self.id();
        let mangled = self.mangled(id, name).into_owned();
        let sym = self.table.names.intern(&mangled);
        self.scope().directives.push((sym, range));
    }

    fn alias(&mut self, alias: &ast::Alias) {
        let name = match &alias.asname {
            Some(asname) => asname.id.as_str(),
            None if alias.name.id.as_str() == "*" => {
                if self.scope().kind != ScopeKind::Module {
                    self.fail("import * only allowed at module level", alias.range);
                }
                return;
            }
            None => alias.name.id.split('.').next().unwrap_or(""),
        };
        self.check_name(name, alias.range, "assign to");
        self.define(name, Flags::IMPORT.with(Flags::LOCAL), alias.range);
    }

    fn annotated_assignment(&mut self, assign: &ast::StmtAnnAssign) {
        if let Expr::Name(name) = &*assign.target {
            let id = self.id();
            let used = self.lookup(id, &name.id);
            if used.meets(Flags::GLOBAL.with(Flags::NONLOCAL)) && id != SymbolTable::MODULE && assign.simple {
                let word = if used.meets(Flags::GLOBAL) { "global" } else { "nonlocal" };
                return self.fail(format!("annotated name '{}' can't be {word}", name.id), assign.range);
            }
            self.check_name(&name.id, name.range, "assign to");
            if assign.simple {
                self.define(&name.id, Flags::ANNOT.with(Flags::LOCAL), name.range);
            } else if assign.value.is_some() {
                self.define(&name.id, Flags::LOCAL, name.range);
            }
        } else {
            self.visit_expr(&assign.target);
        }
        self.annotation(&assign.annotation);
        if let Some(value) = &assign.value {
            self.visit_expr(value);
        }
    }

    /// The annotation of a variable: compiled into the block's `__annotate__`.
    fn annotation(&mut self, annotation: &Expr) {
        let kind = self.scope().kind;
        let conditional = kind == ScopeKind::Module || kind == ScopeKind::Class && self.scope().in_conditional_block;
        let evaluated = matches!(kind, ScopeKind::Module | ScopeKind::Class) && !self.future_annotations;
        if conditional && evaluated && !self.scope().has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            self.define("__conditional_annotations__", Flags::USE, annotation.range());
        }
        let id = match self.scope().annotations {
            Some(id) if evaluated => id,
            _ => {
                let id = self.new_scope("__annotate__", ScopeKind::Annotation);
                if evaluated {
                    let parent = self.scope();
                    parent.annotations = Some(id);
                    parent.children.push(id);
                }
                self.stack.push(id);
                self.see_class_scope(kind == ScopeKind::Class);
                self.stack.pop();
                id
            }
        };
        self.stack.push(id);
        self.scope().annotations_used = true;
        self.visit_expr(annotation);
        if conditional && evaluated {
            // The function asks at run time which annotations were executed.
            self.define("__conditional_annotations__", Flags::USE, annotation.range());
        }
        self.exit();
    }

    fn type_alias(&mut self, alias: &ast::StmtTypeAlias) {
        self.visit_expr(&alias.name);
        let name = match &*alias.name {
            Expr::Name(name) => name.id.as_str(),
            _ => "",
        };
        let in_class = self.in_class_scope();
        if let Some(params) = &alias.type_params {
            self.enter_type_params(name, params, None);
        }
        self.enter(name, ScopeKind::TypeAlias, key(alias, Role::Body));
        self.see_class_scope(in_class);
        self.visit_expr(&alias.value);
        self.exit();
        if alias.type_params.is_some() {
            self.exit();
        }
    }

    // ---- functions and classes --------------------------------------------------------------------------------------

    fn function(&mut self, def: &ast::StmtFunctionDef) {
        self.bind(&def.name);
        let (defaults, kw_defaults) = self.defaults(&def.parameters);
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        if let Some(params) = &def.type_params {
            let id = self.enter_type_params(&def.name.id, params, None);
            if defaults {
                self.define_in(id, ".defaults", Flags::PARAM, def.range);
            }
            if kw_defaults {
                self.define_in(id, ".kwdefaults", Flags::PARAM, def.range);
            }
        }
        self.function_annotations(def);
        self.enter(&def.name.id, ScopeKind::Function, key(def, Role::Body));
        self.scope().coroutine = def.is_async;
        self.parameters(&def.parameters);
        self.statements(&def.body);
        self.exit();
        if def.type_params.is_some() {
            self.exit();
        }
    }

    /// Visits default values, which belong to the scope around; tells whether there are positional and keyword ones.
    fn defaults(&mut self, parameters: &ast::Parameters) -> (bool, bool) {
        let mut any = (false, false);
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(default) = &parameter.default {
                any.0 = true;
                self.visit_expr(default);
            }
        }
        for parameter in &parameters.kwonlyargs {
            if let Some(default) = &parameter.default {
                any.1 = true;
                self.visit_expr(default);
            }
        }
        any
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let plain = positional.chain(&parameters.kwonlyargs).map(|parameter| &parameter.parameter);
        let starred = parameters.vararg.iter().chain(&parameters.kwarg).map(|parameter| &**parameter);
        for parameter in plain.chain(starred) {
            self.check_name(&parameter.name.id, parameter.range, "assign to");
            self.define(&parameter.name.id, Flags::PARAM, parameter.range);
        }
    }

    fn function_annotations(&mut self, def: &ast::StmtFunctionDef) {
        let in_class = self.in_class_scope();
        let id = self.new_scope("__annotate__", ScopeKind::Annotation);
        if !self.future_annotations {
            let parent = self.scope();
            parent.children.push(id);
            self.table.by_node.insert(key(def, Role::Annotations), id);
        }
        self.stack.push(id);
        self.see_class_scope(in_class);
        for annotation in annotations_of(&def.parameters).chain(def.returns.as_deref()) {
            self.scope().annotations_used = true;
            self.visit_expr(annotation);
        }
        self.exit();
    }

    fn class(&mut self, def: &ast::StmtClassDef) {
        self.bind(&def.name);
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        if let Some(params) = &def.type_params {
            self.enter_type_params(&def.name.id, params, Some(&def.name.id));
        }
        if let Some(arguments) = &def.arguments {
            self.visit_arguments(arguments);
        }
        self.enter(&def.name.id, ScopeKind::Class, key(def, Role::Body));
        self.scope().private = Some(def.name.id.to_string());
        if def.type_params.is_some() {
            self.define("__type_params__", Flags::LOCAL, def.range);
            self.define(".type_params", Flags::USE, def.range);
        }
        self.statements(&def.body);
        self.exit();
        if def.type_params.is_some() {
            self.exit();
        }
    }

    /// Opens the scope of a type parameter list and visits the parameters. `class` is the name of the class that the
    /// list belongs to, if it is one's.
    fn enter_type_params(&mut self, name: &str, params: &ast::TypeParams, class: Option<&str>) -> ScopeId {
        let sees = self.scope().kind == ScopeKind::Class;
        let name = format!("<generic parameters of {name}>");
        let id = self.enter(&name, ScopeKind::TypeParameters, key(params, Role::TypeParameters));
        self.see_class_scope(sees);
        if let Some(class) = class {
            self.define(".type_params", Flags::LOCAL.with(Flags::USE), params.range);
            self.define(".generic_base", Flags::LOCAL.with(Flags::USE), params.range);
            // Only the type parameters are mangled with the class's name; bases are not inside the class.
            self.scope().mangled_names = Some(FxHashSet::default());
            self.scope().private = Some(class.to_owned());
        }
        let mut seen_default = false;
        for param in &params.type_params {
            let (name, default) = match param {
                TypeParam::TypeVar(var) => (&var.name, &var.default),
                TypeParam::TypeVarTuple(var) => (&var.name, &var.default),
                TypeParam::ParamSpec(var) => (&var.name, &var.default),
            };
            if default.is_some() {
                seen_default = true;
            } else if seen_default {
                let message = format!("non-default type parameter '{}' follows default type parameter", name.id);
                self.fail(message, param.range());
            }
            self.type_param(param, name, default.as_deref());
        }
        id
    }

    fn type_param(&mut self, param: &TypeParam, name: &ast::Identifier, default: Option<&Expr>) {
        self.check_name(&name.id, param.range(), "assign to");
        self.define(&name.id, Flags::TYPE_PARAM.with(Flags::LOCAL), param.range());
        let (bound_what, default_what) = match param {
            TypeParam::TypeVar(var) => {
                let tuple = var.bound.as_deref().is_some_and(Expr::is_tuple_expr);
                (if tuple { "a TypeVar constraint" } else { "a TypeVar bound" }, "a TypeVar default")
            }
            TypeParam::TypeVarTuple(_) => ("", "a TypeVarTuple default"),
            TypeParam::ParamSpec(_) => ("", "a ParamSpec default"),
        };
        if let TypeParam::TypeVar(var) = param
            && let Some(bound) = &var.bound
        {
            self.type_variable(&name.id, bound, key(param, Role::Bound), bound_what);
        }
        if let Some(default) = default {
            self.type_variable(&name.id, default, key(param, Role::Default), default_what);
        }
    }

    fn type_variable(&mut self, name: &str, value: &Expr, node: (usize, Role), description: &'static str) {
        let sees = self.scope().can_see_class_scope;
        self.enter(name, ScopeKind::TypeVariable, node);
        self.scope().description = description;
        self.see_class_scope(sees);
        self.visit_expr(value);
        self.exit();
    }

    /// Visits one level deeper, on more stack if need be.
    fn deeper(&mut self, range: TextRange, visit: impl FnOnce(&mut Self)) {
        if self.error.is_some() {
            return;
        }
        self.depth += 1;
        if self.depth > limits::MAX_DEPTH {
            self.error = Some(SymbolError {
                kind: "RecursionError",
                message: "maximum recursion depth exceeded during compilation".into(),
                range,
            });
        } else {
            limits::with_stack(self.depth, || visit(self));
        }
        self.depth -= 1;
    }
}

/// The annotations of parameters in the order in which they are evaluated.
pub(crate) fn annotations_of(parameters: &ast::Parameters) -> impl Iterator<Item = &Expr> {
    crate::parameters::annotated(parameters).map(|(_, annotation)| annotation)
}

impl Visitor<'_> for Builder {
    fn visit_stmt(&mut self, stmt: &Stmt) {
        self.deeper(stmt.range(), |this| this.statement(stmt));
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.deeper(expr.range(), |this| this.expression(expr));
    }

    fn visit_pattern(&mut self, pattern: &Pattern) {
        self.deeper(pattern.range(), |this| this.pattern(pattern));
    }

    fn visit_keyword(&mut self, keyword: &ast::Keyword) {
        if let Some(name) = &keyword.arg {
            self.check_name(&name.id, keyword.range, "assign to");
        }
        self.visit_expr(&keyword.value);
    }
}
