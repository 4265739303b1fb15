//! The second pass: settles where every name lives.
//!
//! The algorithm is that of CPython's `symtable.c` (`analyze_block` and friends). It differs in one point: an inlined
//! comprehension keeps its own symbols, because its variables get slots of their own in the enclosing code object.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::Sym;
use super::scope::{Binding, Comprehension, Flags, ScopeId, ScopeKind, Symbol, SymbolTable};
use crate::codegen::Error;
use crate::limits;

type Names = FxHashSet<Sym>;

pub(super) fn analyze(table: &mut SymbolTable) -> Result<(), Error> {
    let implicit = Implicit {
        class: table.names.intern("__class__"),
        class_dict: table.names.intern("__classdict__"),
        conditional_annotations: table.names.intern("__conditional_annotations__"),
    };
    let mut analyzer = Analyzer { table, implicit };
    let mut context = Context { bound: None, global: Names::default(), type_params: Names::default(), class: None };
    analyzer.block(SymbolTable::MODULE, &mut context, 0)?;
    Ok(())
}

/// Names that classes provide to their inner scopes without defining them.
#[derive(Clone, Copy)]
struct Implicit {
    class: Sym,
    class_dict: Sym,
    conditional_annotations: Sym,
}

/// What an enclosing scope passes to an inner one. Every inner scope gets its own copy.
#[derive(Clone)]
struct Context {
    /// Variables of enclosing functions; absent in the module.
    bound: Option<Names>,
    /// Names declared `global` in an enclosing scope.
    global: Names,
    type_params: Names,
    /// The class that an annotation scope looks names up in.
    class: Option<ScopeId>,
}

struct Analyzer<'t> {
    table: &'t mut SymbolTable,
    implicit: Implicit,
}

impl Analyzer<'_> {
    /// Analyses a block and those in it; returns the names that are free in it.
    fn block(&mut self, id: ScopeId, outer: &mut Context, depth: usize) -> Result<Names, Error> {
        let is_class = self.table.scope(id).kind == ScopeKind::Class;
        let mut local = Names::default();
        let mut free = Names::default();
        let mut decided: FxHashMap<Sym, Binding> = FxHashMap::default();
        // A class body sees the names around it, but what it binds itself stays invisible to inner scopes.
        let mut inner = Context {
            bound: Some(Names::default()),
            global: Names::default(),
            type_params: Names::default(),
            class: None,
        };
        if is_class {
            inner.global.extend(&outer.global);
            if let (Some(names), Some(around)) = (&mut inner.bound, &outer.bound) {
                names.extend(around);
            }
        }
        for (sym, flags) in self.sorted_symbols(id) {
            let binding = self.name(id, sym, flags, outer, &mut local, &mut free)?;
            decided.insert(sym, binding);
        }
        let scope = self.table.scope(id);
        let bound = inner.bound.get_or_insert_default();
        if is_class {
            bound.extend([self.implicit.class, self.implicit.class_dict, self.implicit.conditional_annotations]);
        } else {
            if scope.is_function_like() {
                bound.extend(&local);
            }
            if let Some(around) = &outer.bound {
                bound.extend(around);
            }
            inner.global.extend(&outer.global);
        }
        inner.type_params.clone_from(&outer.type_params);

        let mut inner_free = Names::default();
        for child in scope.children.clone() {
            inner_free.extend(self.child(id, child, &inner, outer.class, depth + 1)?);
        }
        if self.table.scope(id).is_function_like() {
            for (sym, binding) in &mut decided {
                if *binding == Binding::Local && inner_free.remove(sym) {
                    *binding = Binding::Cell;
                }
            }
        } else if is_class {
            self.drop_class_free(id, &mut inner_free);
        }
        self.record(id, &decided, outer.bound.as_ref(), &inner_free);
        free.extend(inner_free);
        Ok(free)
    }

    /// Analyses a block inside another; returns what is free in it and not provided by an inlining.
    fn child(
        &mut self,
        id: ScopeId,
        child: ScopeId,
        inner: &Context,
        outer_class: Option<ScopeId>,
        depth: usize,
    ) -> Result<Names, Error> {
        let (sees_class, inline) = {
            let scope = self.table.scope(id);
            let inner_scope = self.table.scope(child);
            let comprehension = inner_scope.comprehension.is_some_and(|kind| kind != Comprehension::Generator);
            (inner_scope.can_see_class_scope, comprehension && !scope.can_see_class_scope)
        };
        let mut context = inner.clone();
        context.class = match sees_class {
            true if self.table.scope(id).kind == ScopeKind::Class => Some(id),
            true => outer_class,
            false => None,
        };
        let mut free = limits::with_stack(depth, || self.block(child, &mut context, depth))?;
        if inline {
            self.table.scope_mut(child).inlined = true;
            self.absorb_inlined(id, child, &mut free);
        }
        Ok(free)
    }

    /// A variable of `id` that an inlined comprehension uses needs no cell, unless a function in it captures it.
    fn absorb_inlined(&mut self, id: ScopeId, child: ScopeId, free: &mut Names) {
        let scope = self.table.scope(id);
        if scope.kind == ScopeKind::Class {
            return;
        }
        let captured = self.free_in_children(child);
        free.retain(|sym| captured.contains(sym) || !scope.flags(*sym).meets(Flags::BOUND));
    }

    /// Names that are free in a code object made by an inner scope of an inlined comprehension.
    fn free_in_children(&self, id: ScopeId) -> Names {
        let mut names = Names::default();
        for &child in &self.table.scope(id).children {
            let scope = self.table.scope(child);
            if scope.inlined {
                names.extend(self.free_in_children(child));
            } else {
                names.extend(&scope.free);
            }
        }
        names
    }

    fn name(
        &mut self,
        id: ScopeId,
        sym: Sym,
        flags: Flags,
        outer: &mut Context,
        local: &mut Names,
        free: &mut Names,
    ) -> Result<Binding, Error> {
        if flags.meets(Flags::GLOBAL) {
            if flags.meets(Flags::NONLOCAL) {
                return Err(self.directive_error(id, sym, |name| format!("name '{name}' is nonlocal and global")));
            }
            outer.global.insert(sym);
            if let Some(bound) = &mut outer.bound {
                bound.remove(&sym);
            }
            return Ok(Binding::GlobalExplicit);
        }
        if flags.meets(Flags::NONLOCAL) {
            let Some(bound) = &outer.bound else {
                let message = |_: &str| "nonlocal declaration not allowed at module level".to_owned();
                return Err(self.directive_error(id, sym, message));
            };
            if !bound.contains(&sym) {
                return Err(self.directive_error(id, sym, |name| format!("no binding for nonlocal '{name}' found")));
            }
            if outer.type_params.contains(&sym) {
                return Err(self.directive_error(id, sym, |name| {
                    format!("nonlocal binding not allowed for type parameter '{name}'")
                }));
            }
            free.insert(sym);
            return Ok(Binding::Free);
        }
        if flags.meets(Flags::BOUND) {
            local.insert(sym);
            outer.global.remove(&sym);
            if flags.meets(Flags::TYPE_PARAM) {
                outer.type_params.insert(sym);
            } else {
                outer.type_params.remove(&sym);
            }
            return Ok(Binding::Local);
        }
        // A name that the class around an annotation scope binds is looked up there at run time, else globally: it
        // must not be caught by a function further out.
        if let Some(class) = outer.class {
            let in_class = self.table.scope(class).flags(sym);
            if in_class.meets(Flags::GLOBAL) {
                return Ok(Binding::GlobalExplicit);
            }
            if in_class.meets(Flags::BOUND) && !in_class.meets(Flags::NONLOCAL) {
                return Ok(Binding::GlobalImplicit);
            }
        }
        if outer.bound.as_ref().is_some_and(|bound| bound.contains(&sym)) {
            free.insert(sym);
            return Ok(Binding::Free);
        }
        Ok(Binding::GlobalImplicit)
    }

    /// A class provides `__class__` and its namespace to its inner scopes by cells of its own.
    fn drop_class_free(&mut self, id: ScopeId, free: &mut Names) {
        let implicit = self.implicit;
        let scope = self.table.scope_mut(id);
        scope.needs_class_closure |= free.remove(&implicit.class);
        scope.needs_class_dict |= free.remove(&implicit.class_dict);
        scope.has_conditional_annotations |= free.remove(&implicit.conditional_annotations);
    }

    fn record(&mut self, id: ScopeId, decided: &FxHashMap<Sym, Binding>, bound: Option<&Names>, inner_free: &Names) {
        let scope = &mut self.table.scopes[id.0 as usize];
        for (sym, &binding) in decided {
            if let Some(symbol) = scope.symbols.get_mut(sym) {
                symbol.binding = binding;
            }
        }
        for &sym in inner_free {
            match scope.symbols.get_mut(&sym) {
                Some(symbol) => {
                    let in_class =
                        scope.kind == ScopeKind::Class && symbol.flags.meets(Flags::BOUND.with(Flags::GLOBAL));
                    // What such a scope finds in the class or among the globals, a scope inside it may find further out.
                    let sees_class = scope.can_see_class_scope
                        && matches!(symbol.binding, Binding::GlobalImplicit | Binding::GlobalExplicit);
                    if in_class || sees_class {
                        symbol.flags = symbol.flags.with(Flags::FREE_CLASS);
                    }
                }
                None => {
                    if bound.is_none_or(|bound| bound.contains(&sym)) {
                        scope.symbols.insert(sym, Symbol { flags: Flags::default(), binding: Binding::Free });
                    }
                }
            }
        }
        let names = &self.table.names;
        let mut cells = Vec::new();
        let mut free = Vec::new();
        for (&sym, symbol) in &scope.symbols {
            if symbol.binding == Binding::Cell {
                cells.push(sym);
            } else if symbol.binding == Binding::Free || symbol.flags.meets(Flags::FREE_CLASS) {
                free.push(sym);
            }
        }
        cells.sort_by_key(|&sym| names.text(sym));
        free.sort_by_key(|&sym| names.text(sym));
        scope.cells = cells;
        scope.free = free;
    }

    /// The symbols of a scope in an order that does not depend on hashing, so that the first error is always the same.
    fn sorted_symbols(&self, id: ScopeId) -> Vec<(Sym, Flags)> {
        let mut symbols: Vec<(Sym, Flags)> =
            self.table.scope(id).symbols.iter().map(|(&sym, symbol)| (sym, symbol.flags)).collect();
        symbols.sort_by_key(|&(sym, _)| sym);
        symbols
    }

    fn directive_error(&self, id: ScopeId, sym: Sym, message: impl Fn(&str) -> String) -> Error {
        let scope = self.table.scope(id);
        let range = scope.directives.iter().find(|(name, _)| *name == sym).map_or_else(Default::default, |d| d.1);
        Error::syntax(message(self.table.names.text(sym)), range)
    }
}
