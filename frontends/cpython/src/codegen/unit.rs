//! The state of one code object while it is compiled.

use crate::ast::{Range, Stmt};
use orochi_bytecode::builder::{CodeBuilder, Try};
use orochi_bytecode::module::{Cell, Code, CodeFlags};
use orochi_bytecode::operands::{CellIdx, CodeIdx, Label, LocalIdx};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

use super::{Compiler, Result, build_error};
use crate::symtable::{Binding, Role, ScopeId, ScopeKind, Sym};

pub(super) struct Unit<'a> {
    pub code: CodeBuilder,
    pub index: CodeIdx,
    pub scope: ScopeId,
    pub kind: UnitKind,
    pub qualname: String,
    pub locals: FxHashMap<Sym, LocalIdx>,
    /// Own cells.
    pub cells: FxHashMap<Sym, CellIdx>,
    /// Free variables. A class may have both an own cell and a free variable of one name.
    pub free: FxHashMap<Sym, CellIdx>,
    /// Inlined comprehensions whose code is being generated, the innermost last.
    pub inlined: Vec<Inlined>,
    /// Local slots and cells of comprehensions that are over, for reuse by name.
    pub spare_locals: FxHashMap<Sym, Vec<LocalIdx>>,
    pub spare_cells: FxHashMap<Sym, Vec<CellIdx>>,
    pub blocks: Vec<Block<'a>>,
    /// Attributes that methods set on `self`; for a class.
    pub static_attributes: BTreeSet<String>,
    /// Annotated names of a class or module: which of them get a number in `__conditional_annotations__`.
    pub conditional_annotations: FxHashMap<usize, i64>,
    pub range: Range,
    /// The number of instructions when a label was last bound: where ways may meet.
    pub joined_at: usize,
}

/// What a code object is compiled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    TypeParameters,
    Annotations,
}

/// An inlined comprehension: where its variables live in the enclosing code object.
pub(super) struct Inlined {
    pub scope: ScopeId,
    pub locals: FxHashMap<Sym, LocalIdx>,
    pub cells: FxHashMap<Sym, CellIdx>,
}

/// A statement whose end must be prepared when control leaves it early.
#[derive(Clone)]
pub(super) enum Block<'a> {
    While {
        test: Label,
        end: Label,
    },
    For {
        next: Label,
        end: Label,
    },
    /// The body of `try` with `except` clauses.
    Try {
        region: Try,
    },
    /// What is protected by a `finally` clause.
    FinallyTry {
        region: Try,
        body: &'a [Stmt<'a>],
    },
    /// The copy of a `finally` clause that runs while an exception passes. With `Try` the region that restores the
    /// exception being handled.
    FinallyEnd {
        region: Try,
    },
    With {
        region: Try,
        is_async: bool,
        range: Range,
    },
    /// An `except` clause whose exception is already bound or dropped.
    Handler {
        cleanup: Try,
        name: Option<(Try, &'a str)>,
    },
    /// An `except*` clause: out of it no control flow leads.
    ExceptStar,
    /// A value on the stack that is dropped on the way out: what a `return` is about to return.
    Value,
}

impl<'a> Compiler<'a> {
    /// Starts a code object for a scope.
    pub(super) fn enter(&mut self, header: Header, kind: UnitKind) {
        let scope = self.table.scope(header.scope);
        let qualname = self.qualname(&header.name, kind);
        let index = self.module.reserve_code();
        let mut unit = Unit {
            code: CodeBuilder::new(Code::default()),
            index,
            scope: header.scope,
            kind,
            locals: FxHashMap::default(),
            cells: FxHashMap::default(),
            free: FxHashMap::default(),
            inlined: Vec::new(),
            spare_locals: FxHashMap::default(),
            spare_cells: FxHashMap::default(),
            blocks: Vec::new(),
            static_attributes: BTreeSet::new(),
            conditional_annotations: FxHashMap::default(),
            range: header.range,
            joined_at: 0,
            qualname,
        };
        let may_await = matches!(kind, UnitKind::AsyncFunction | UnitKind::Comprehension)
            || kind == UnitKind::Module && self.options.top_level_await;
        let is_async = may_await && scope.coroutine;
        let code = &mut unit.code.code;
        code.name = self.module.name(&header.name);
        code.qualname = self.module.name(&unit.qualname);
        code.first_line = header.first_line;
        code.positional_only = header.positional_only;
        code.positional = header.positional;
        code.keyword_only = header.keyword_only;
        code.flags = CodeFlags {
            function: scope.is_function_like(),
            varargs: header.varargs,
            varkwargs: header.varkwargs,
            generator: scope.generator && !is_async,
            coroutine: is_async && !scope.generator,
            async_generator: is_async && scope.generator,
            iterable_coroutine: false,
            nested: scope.nested && scope.is_function_like(),
            method: self.units.last().is_some_and(|outer| outer.kind == UnitKind::Class)
                && matches!(kind, UnitKind::Function | UnitKind::AsyncFunction),
            has_docstring: false,
        };
        for &sym in &scope.params {
            let text = self.table.names.text(sym);
            // The annotate function's parameter is called `format` to those who look, CPython says.
            let shown = if text == ".format" && header.name == "__annotate__" { "format" } else { text };
            let name = self.module.name(shown);
            let slot = unit.code.add_local(name);
            unit.locals.insert(sym, slot);
        }
        if scope.is_function_like() {
            let is_local = |sym: &Sym| scope.binding(*sym) == Binding::Local && !unit.locals.contains_key(sym);
            let locals: Vec<Sym> = scope.order.iter().copied().filter(is_local).collect();
            for sym in locals {
                let name = self.module.name(self.table.names.text(sym));
                let slot = unit.code.add_local(name);
                unit.locals.insert(sym, slot);
            }
        }
        self.add_cells(&mut unit);
        self.units.push(unit);
    }

    /// Numbers the cells: own ones, those of inlined comprehensions, and free variables last.
    fn add_cells(&mut self, unit: &mut Unit<'a>) {
        let scope = self.table.scope(unit.scope);
        let mut own = scope.cells.clone();
        for (needed, name) in [
            (scope.needs_class_closure, "__class__"),
            (scope.needs_class_dict, "__classdict__"),
            (scope.has_conditional_annotations && scope.kind == ScopeKind::Class, "__conditional_annotations__"),
        ] {
            if needed && let Some(sym) = self.table.names.get(name) {
                own.push(sym);
            }
        }
        for sym in own {
            let index = CellIdx(unit.code.code.cells.len() as u32);
            let name = self.module.name(self.table.names.text(sym));
            let parameter = unit.locals.get(&sym).copied().filter(|_| scope.params.contains(&sym));
            unit.code.code.cells.push(Cell { name, parameter });
            unit.cells.insert(sym, index);
        }
        let mut inlined = Vec::new();
        self.inlined_cells(unit.scope, &mut inlined);
        for sym in inlined {
            let index = CellIdx(unit.code.code.cells.len() as u32);
            let name = self.module.name(self.table.names.text(sym));
            unit.code.code.cells.push(Cell { name, parameter: None });
            unit.spare_cells.entry(sym).or_default().push(index);
        }
        let own = unit.code.code.cells.len();
        for (at, &sym) in scope.free.iter().enumerate() {
            let name = self.module.name(self.table.names.text(sym));
            unit.code.code.free.push(name);
            unit.free.insert(sym, CellIdx((own + at) as u32));
        }
    }

    /// The cells that the inlined comprehensions of a scope need, as many of one name as may be alive at once.
    fn inlined_cells(&self, scope: ScopeId, cells: &mut Vec<Sym>) {
        for &child in &self.table.scope(scope).children {
            let inner = self.table.scope(child);
            if !inner.inlined {
                continue;
            }
            let mut nested = Vec::new();
            self.inlined_cells(child, &mut nested);
            nested.extend(&inner.cells);
            for &sym in &nested {
                let wanted = nested.iter().filter(|&&other| other == sym).count();
                let have = cells.iter().filter(|&&other| other == sym).count();
                if have < wanted {
                    cells.push(sym);
                }
            }
        }
    }

    /// Ends the code object and gives its number.
    pub(super) fn exit(&mut self) -> Result<CodeIdx> {
        let mut unit = self.units.pop().expect("a unit is open");
        unit.code.copy_exits();
        match unit.code.finish() {
            Ok(code) => {
                self.module.set_code(unit.index, code);
                Ok(unit.index)
            }
            Err(error) => Err(build_error(&error, unit.range)),
        }
    }

    /// The dotted path of a code object, as CPython makes it.
    pub(super) fn qualname(&self, name: &str, kind: UnitKind) -> String {
        let Some(mut parent) = self.units.last() else { return name.to_owned() };
        if matches!(parent.kind, UnitKind::TypeParameters | UnitKind::Annotations) {
            match self.units.len().checked_sub(2).and_then(|at| self.units.get(at)) {
                Some(outer) => parent = outer,
                None => return name.to_owned(),
            }
        }
        if parent.kind == UnitKind::Module {
            return name.to_owned();
        }
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let scope = self.table.scope(parent.scope);
            let mangled = crate::symtable::mangle(scope.private.as_deref(), name);
            if let Some(sym) = self.table.names.get(&mangled)
                && scope.binding(sym) == Binding::GlobalExplicit
            {
                return name.to_owned();
            }
        }
        match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => {
                format!("{}.<locals>.{name}", parent.qualname)
            }
            _ => format!("{}.{name}", parent.qualname),
        }
    }

    /// The scope that a node opened.
    pub(super) fn scope_of<T>(&self, node: &T, role: Role) -> ScopeId {
        self.table.of_node(node, role).expect("the symbol table has a scope for every block")
    }
}

/// What is known of a code object before its body.
pub(super) struct Header {
    pub name: String,
    pub scope: ScopeId,
    pub first_line: u32,
    pub positional_only: u32,
    pub positional: u32,
    pub keyword_only: u32,
    pub varargs: bool,
    pub varkwargs: bool,
    pub range: Range,
}

impl Header {
    pub fn new(name: impl Into<String>, scope: ScopeId, first_line: u32, range: Range) -> Header {
        Header {
            name: name.into(),
            scope,
            first_line,
            positional_only: 0,
            positional: 0,
            keyword_only: 0,
            varargs: false,
            varkwargs: false,
            range,
        }
    }
}
