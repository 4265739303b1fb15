//! The first pass: opens a scope for every block and records how each name is used in it.
//!
//! Order of visits and errors follow CPython's `symtable.c`, so that of two errors the same one is reported.

use crate::ast::{self, Expr, Identifier, Mod, Pattern, Range, Ranged, Stmt, TypeParam};
use rustc_hash::FxHashSet;

use super::names::mangle;
use super::scope::{Flags, Role, Scope, ScopeId, ScopeKind, SymbolTable, key};
use crate::codegen::Error;
use crate::future::Features;
use crate::limits;

mod expressions;

pub(super) fn build(program: &Mod, features: &Features) -> Result<SymbolTable, Error> {
    let mut table = SymbolTable::default();
    table.scopes.push(Scope::new("top".into(), ScopeKind::Module));
    let mut builder = Builder { table, stack: vec![SymbolTable::MODULE], error: None, depth: 0, features };
    match program {
        Mod::Module(module) => builder.statements(module.body),
        Mod::Interactive(module) => builder.statements(module.body),
        Mod::Expression(expression) => builder.visit_expr(expression.body),
        Mod::FunctionType(_) => builder.fail("this compiler does not handle FunctionTypes", Range::default()),
    }
    match builder.error {
        Some(error) => Err(error),
        None => Ok(builder.table),
    }
}

struct Builder<'f> {
    table: SymbolTable,
    /// The open scopes, the innermost last.
    stack: Vec<ScopeId>,
    /// The first error; once there is one, nothing more is visited.
    error: Option<Error>,
    depth: usize,
    features: &'f Features,
}

impl Builder<'_> {
    fn id(&self) -> ScopeId {
        *self.stack.last().expect("the module's scope stays open")
    }

    fn scope(&mut self) -> &mut Scope {
        let id = self.id();
        self.table.scope_mut(id)
    }

    fn fail(&mut self, message: impl Into<String>, range: Range) {
        if self.error.is_none() {
            self.error = Some(Error::syntax(message, range));
        }
    }

    /// Opens a scope inside the current one.
    fn enter(&mut self, name: &str, kind: ScopeKind, node: (usize, Role), range: Range) -> ScopeId {
        let id = self.new_scope(name, kind, range);
        let parent = self.id();
        self.table.scope_mut(parent).children.push(id);
        self.table.by_node.insert(node, id);
        self.stack.push(id);
        if self.stack.len() > limits::MAX_SCOPES && self.error.is_none() {
            let message = "maximum recursion depth exceeded during compilation".into();
            self.error = Some(Error { kind: "RecursionError", message, range: Range::default() });
        }
        id
    }

    fn new_scope(&mut self, name: &str, kind: ScopeKind, range: Range) -> ScopeId {
        let parent = self.id();
        let outer = self.table.scope(parent);
        let mut scope = Scope::new(name.into(), kind);
        scope.line = range.line();
        scope.comp_iter_expr = outer.comp_iter_expr;
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
            self.define(".format", Flags::PARAM.with(Flags::USE), Range::default());
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
            self.define("__classdict__", Flags::USE, Range::default());
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

    fn define(&mut self, name: &str, flags: Flags, range: Range) {
        let id = self.id();
        if flags.meets(Flags::TYPE_PARAM)
            && let Some(names) = &mut self.table.scope_mut(id).mangled_names
        {
            names.insert(name.to_owned());
        }
        self.define_in(id, name, flags, range);
    }

    fn define_in(&mut self, id: ScopeId, name: &str, flags: Flags, range: Range) {
        let mangled = self.mangled(id, name).into_owned();
        let sym = self.table.names.intern(&mangled);
        let scope = self.table.scope_mut(id);
        let comp_iter_target = scope.comp_iter_target;
        let order = &mut scope.order;
        let symbol = scope.symbols.entry(sym).or_insert_with(|| {
            order.push(sym);
            Default::default()
        });
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
        } else if flags.meets(Flags::GLOBAL) && id != SymbolTable::MODULE {
            // What is global somewhere is so in the module, too, wherever that keeps its other names.
            let symbol = self.table.scope_mut(SymbolTable::MODULE).symbols.entry(sym).or_default();
            symbol.flags = symbol.flags.with(Flags::GLOBAL);
        }
    }

    /// Binds a name, after checking that it may be bound at all.
    fn bind(&mut self, name: Identifier, range: Range) {
        self.check_name(name, range, "assign to");
        self.define(name, Flags::LOCAL, range);
    }

    fn check_name(&mut self, name: &str, range: Range, what: &str) {
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
                self.exprs(assign.targets);
                self.visit_expr(assign.value);
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = assign.target {
                    self.define(name.id, Flags::USE, name.range);
                }
                self.visit_expr(assign.target);
                self.visit_expr(assign.value);
            }
            Stmt::AnnAssign(assign) => self.annotated_assignment(assign),
            Stmt::For(stmt) => {
                let in_module = self.id() == SymbolTable::MODULE;
                self.scope().coroutine |= stmt.is_async && in_module;
                self.visit_expr(stmt.target);
                self.visit_expr(stmt.iter);
                self.conditional(|this| {
                    this.statements(stmt.body);
                    this.statements(stmt.orelse);
                });
            }
            Stmt::While(stmt) => {
                self.visit_expr(stmt.test);
                self.conditional(|this| {
                    this.statements(stmt.body);
                    this.statements(stmt.orelse);
                });
            }
            Stmt::If(stmt) => self.if_statement(stmt),
            Stmt::Match(stmt) => {
                self.visit_expr(stmt.subject);
                self.conditional(|this| {
                    for case in stmt.cases {
                        this.visit_pattern(case.pattern);
                        case.guard.into_iter().for_each(|guard| this.visit_expr(guard));
                        this.statements(case.body);
                    }
                });
            }
            Stmt::Try(stmt) => self.conditional(|this| {
                this.statements(stmt.body);
                for handler in stmt.handlers {
                    handler.type_.into_iter().for_each(|type_| this.visit_expr(type_));
                    if let Some(name) = handler.name {
                        this.bind(name, handler.range);
                    }
                    this.statements(handler.body);
                }
                this.statements(stmt.orelse);
                this.statements(stmt.finalbody);
            }),
            Stmt::With(stmt) => self.conditional(|this| {
                let in_module = this.id() == SymbolTable::MODULE;
                this.scope().coroutine |= stmt.is_async && in_module;
                for item in stmt.items {
                    this.visit_expr(item.context_expr);
                    item.optional_vars.into_iter().for_each(|vars| this.visit_expr(vars));
                }
                this.statements(stmt.body);
            }),
            Stmt::Import(stmt) => stmt.names.iter().for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(stmt) => {
                stmt.names.iter().for_each(|alias| self.alias(alias));
                if self.features.is_late(stmt) {
                    self.fail("from __future__ imports must occur at the beginning of the file", stmt.range);
                }
            }
            Stmt::Global(stmt) => {
                stmt.names.iter().for_each(|name| self.directive(name, stmt.range, Flags::GLOBAL, "global"));
            }
            Stmt::Nonlocal(stmt) => {
                stmt.names.iter().for_each(|name| self.directive(name, stmt.range, Flags::NONLOCAL, "nonlocal"));
            }
            Stmt::Return(stmt) => stmt.value.into_iter().for_each(|value| self.visit_expr(value)),
            Stmt::Delete(stmt) => self.exprs(stmt.targets),
            Stmt::Raise(stmt) => stmt.exc.into_iter().chain(stmt.cause).for_each(|value| self.visit_expr(value)),
            Stmt::Assert(stmt) => {
                self.visit_expr(stmt.test);
                stmt.msg.into_iter().for_each(|message| self.visit_expr(message));
            }
            Stmt::Expr(stmt) => self.visit_expr(stmt.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => {}
        }
    }

    /// `elif` clauses nest in the tree; they are taken one after the other.
    fn if_statement(&mut self, stmt: &ast::StmtIf) {
        self.visit_expr(stmt.test);
        let before = std::mem::replace(&mut self.scope().in_conditional_block, true);
        self.statements(stmt.body);
        let mut orelse = stmt.orelse;
        while let [Stmt::If(next)] = orelse {
            self.visit_expr(next.test);
            self.statements(next.body);
            orelse = next.orelse;
        }
        self.statements(orelse);
        self.scope().in_conditional_block = before;
    }

    fn directive(&mut self, name: Identifier, range: Range, flag: Flags, word: &str) {
        let id = self.id();
        let used = self.lookup(id, name);
        let message = if used.meets(Flags::PARAM) {
            format!("name '{name}' is parameter and {word}")
        } else if used.meets(Flags::USE) {
            format!("name '{name}' is used prior to {word} declaration")
        } else if used.meets(Flags::ANNOT) {
            format!("annotated name '{name}' can't be {word}")
        } else if used.meets(Flags::LOCAL) {
            format!("name '{name}' is assigned to before {word} declaration")
        } else {
            self.define(name, flag, range);
            return self.record_directive(name, range);
        };
        self.fail(message, range);
    }

    fn record_directive(&mut self, name: &str, range: Range) {
        let id = self.id();
        let mangled = self.mangled(id, name).into_owned();
        let sym = self.table.names.intern(&mangled);
        self.scope().directives.push((sym, range));
    }

    fn alias(&mut self, alias: &ast::Alias) {
        let name = match alias.asname {
            Some(asname) => asname,
            None if alias.name == "*" => {
                if self.scope().kind != ScopeKind::Module {
                    self.fail("import * only allowed at module level", alias.range);
                }
                return;
            }
            None => alias.name.split('.').next().unwrap_or(""),
        };
        self.check_name(name, alias.range, "assign to");
        self.define(name, Flags::IMPORT, alias.range);
    }

    fn annotated_assignment(&mut self, assign: &ast::StmtAnnAssign) {
        if let Expr::Name(name) = assign.target {
            let id = self.id();
            let used = self.lookup(id, name.id);
            if used.meets(Flags::GLOBAL.with(Flags::NONLOCAL)) && id != SymbolTable::MODULE && assign.simple {
                let word = if used.meets(Flags::GLOBAL) { "global" } else { "nonlocal" };
                return self.fail(format!("annotated name '{}' can't be {word}", name.id), assign.range);
            }
            self.check_name(name.id, name.range, "assign to");
            if assign.simple {
                self.define(name.id, Flags::ANNOT.with(Flags::LOCAL), name.range);
            } else if assign.value.is_some() {
                self.define(name.id, Flags::LOCAL, name.range);
            }
        } else {
            self.visit_expr(assign.target);
        }
        self.annotation(assign.annotation);
        assign.value.into_iter().for_each(|value| self.visit_expr(value));
    }

    /// The annotation of a variable: compiled into the block's `__annotate__`.
    fn annotation(&mut self, annotation: &Expr) {
        let kind = self.scope().kind;
        let conditional = kind == ScopeKind::Module || kind == ScopeKind::Class && self.scope().in_conditional_block;
        let evaluated = matches!(kind, ScopeKind::Module | ScopeKind::Class) && !self.features.annotations;
        if conditional && evaluated && !self.scope().has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            self.define("__conditional_annotations__", Flags::USE, annotation.range());
        }
        let id = match self.scope().annotations {
            Some(id) if evaluated => id,
            _ => {
                let id = self.new_scope("__annotate__", ScopeKind::Annotation, annotation.range());
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
        self.visit_expr(alias.name);
        let name = match alias.name {
            Expr::Name(name) => name.id,
            _ => "",
        };
        let in_class = self.in_class_scope();
        let generic = !alias.type_params.is_empty();
        if generic {
            self.enter_type_params(name, alias.type_params, key(alias, Role::TypeParameters), None, alias.range);
        }
        self.enter(name, ScopeKind::TypeAlias, key(alias, Role::Body), alias.range);
        self.see_class_scope(in_class);
        self.visit_expr(alias.value);
        self.exit();
        if generic {
            self.exit();
        }
    }

    // ---- functions and classes --------------------------------------------------------------------------------------

    fn function(&mut self, def: &ast::StmtFunctionDef) {
        self.bind(def.name, def.range);
        let (defaults, kw_defaults) = self.defaults(def.parameters);
        self.exprs(def.decorator_list);
        let generic = !def.type_params.is_empty();
        if generic {
            let node = key(def, Role::TypeParameters);
            let id = self.enter_type_params(def.name, def.type_params, node, None, def.range);
            if defaults {
                self.define_in(id, ".defaults", Flags::PARAM, def.range);
            }
            if kw_defaults {
                self.define_in(id, ".kwdefaults", Flags::PARAM, def.range);
            }
        }
        self.function_annotations(def);
        self.enter(def.name, ScopeKind::Function, key(def, Role::Body), def.range);
        self.scope().coroutine = def.is_async;
        self.parameters(def.parameters);
        self.statements(def.body);
        self.exit();
        if generic {
            self.exit();
        }
    }

    /// Visits default values, which belong to the scope around; tells whether there are positional and keyword ones.
    fn defaults(&mut self, parameters: &ast::Parameters) -> (bool, bool) {
        self.exprs(parameters.defaults);
        let mut keyword = false;
        for (_, default) in parameters.keyword_defaults() {
            keyword = true;
            self.visit_expr(default);
        }
        (!parameters.defaults.is_empty(), keyword)
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let plain = parameters.positional().chain(parameters.kwonlyargs);
        for parameter in plain.chain(parameters.vararg).chain(parameters.kwarg) {
            self.check_name(parameter.name, parameter.range, "assign to");
            self.define(parameter.name, Flags::PARAM, parameter.range);
        }
    }

    fn function_annotations(&mut self, def: &ast::StmtFunctionDef) {
        let in_class = self.in_class_scope();
        let id = self.new_scope("__annotate__", ScopeKind::Annotation, def.range);
        let node = key(def, Role::Annotations);
        if self.features.annotations {
            // What is in them is checked, but the code only gives their texts.
            let texts = self.new_scope("__annotate__", ScopeKind::Annotation, def.range);
            self.table.scope_mut(texts).hidden = true;
            self.scope().children.push(texts);
            self.table.by_node.insert(node, texts);
        } else {
            self.scope().children.push(id);
            self.table.by_node.insert(node, id);
        }
        self.stack.push(id);
        self.see_class_scope(in_class);
        let annotations = def.parameters.annotated().map(|(_, annotation)| annotation);
        for annotation in annotations.chain(def.returns) {
            self.scope().annotations_used = true;
            self.visit_expr(annotation);
        }
        self.exit();
    }

    fn class(&mut self, def: &ast::StmtClassDef) {
        self.bind(def.name, def.range);
        self.exprs(def.decorator_list);
        let generic = !def.type_params.is_empty();
        if generic {
            let node = key(def, Role::TypeParameters);
            self.enter_type_params(def.name, def.type_params, node, Some(def.name), def.range);
        }
        self.exprs(def.bases);
        self.keywords(def.keywords);
        self.enter(def.name, ScopeKind::Class, key(def, Role::Body), def.range);
        self.scope().private = Some(def.name.to_owned());
        if generic {
            self.define("__type_params__", Flags::LOCAL, def.range);
            self.define(".type_params", Flags::USE, def.range);
        }
        self.statements(def.body);
        self.exit();
        if generic {
            self.exit();
        }
    }

    /// Opens the scope of a type parameter list and visits the parameters. `class` is the name of the class that the
    /// list belongs to, if it is one's.
    fn enter_type_params(
        &mut self,
        name: &str,
        params: &[TypeParam],
        node: (usize, Role),
        class: Option<&str>,
        range: Range,
    ) -> ScopeId {
        let sees = self.scope().kind == ScopeKind::Class;
        let name = format!("<generic parameters of {name}>");
        let id = self.enter(&name, ScopeKind::TypeParameters, node, range);
        self.see_class_scope(sees);
        if let Some(class) = class {
            self.define(".type_params", Flags::LOCAL.with(Flags::USE), range);
            self.define(".generic_base", Flags::LOCAL.with(Flags::USE), range);
            // Only the type parameters are mangled with the class's name; bases are not inside the class.
            self.scope().mangled_names = Some(FxHashSet::default());
            self.scope().private = Some(class.to_owned());
        }
        let mut seen_default = false;
        for param in params {
            if param.default_value().is_some() {
                seen_default = true;
            } else if seen_default {
                let message = format!("non-default type parameter '{}' follows default type parameter", param.name());
                self.fail(message, param.range());
            }
            self.type_param(param);
        }
        id
    }

    fn type_param(&mut self, param: &TypeParam) {
        let name = param.name();
        self.check_name(name, param.range(), "assign to");
        if name == "__classdict__" {
            self.fail(format!("reserved name '{name}' cannot be used for type parameter"), param.range());
        }
        self.define(name, Flags::TYPE_PARAM.with(Flags::LOCAL), param.range());
        let default_what = match param {
            TypeParam::TypeVar(var) => {
                if let Some(bound) = var.bound {
                    let what = if bound.is_tuple() { "a TypeVar constraint" } else { "a TypeVar bound" };
                    self.type_variable(name, bound, key(param, Role::Bound), what);
                }
                "a TypeVar default"
            }
            TypeParam::TypeVarTuple(_) => "a TypeVarTuple default",
            TypeParam::ParamSpec(_) => "a ParamSpec default",
        };
        if let Some(default) = param.default_value() {
            self.type_variable(name, default, key(param, Role::Default), default_what);
        }
    }

    fn type_variable(&mut self, name: &str, value: &Expr, node: (usize, Role), description: &'static str) {
        let sees = self.scope().can_see_class_scope;
        self.enter(name, ScopeKind::TypeVariable, node, value.range());
        self.scope().description = description;
        self.see_class_scope(sees);
        self.visit_expr(value);
        self.exit();
    }

    // ---- visits -----------------------------------------------------------------------------------------------------

    /// Visits one level deeper, on more stack if need be.
    fn deeper(&mut self, range: Range, visit: impl FnOnce(&mut Self)) {
        if self.error.is_some() {
            return;
        }
        self.depth += 1;
        if self.depth > limits::MAX_DEPTH {
            self.error = Some(Error {
                kind: "RecursionError",
                message: "maximum recursion depth exceeded during compilation".into(),
                range,
            });
        } else {
            limits::with_stack(self.depth, || visit(self));
        }
        self.depth -= 1;
    }

    fn visit_stmt(&mut self, stmt: &Stmt) {
        self.deeper(stmt.range(), |this| this.statement(stmt));
    }

    fn visit_expr(&mut self, expr: &Expr) {
        self.deeper(expr.range(), |this| this.expression(expr));
    }

    fn exprs(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.visit_expr(expr));
    }

    fn keywords(&mut self, keywords: &[ast::Keyword]) {
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.check_name(name, keyword.range, "assign to");
            }
            self.visit_expr(keyword.value);
        }
    }

    fn visit_pattern(&mut self, pattern: &Pattern) {
        self.deeper(pattern.range(), |this| this.pattern(pattern));
    }
}
