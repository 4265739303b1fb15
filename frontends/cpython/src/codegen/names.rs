//! Variables: loading, storing and deleting a name wherever it lives.

use std::borrow::Cow;

use crate::ast::{ExprContext, Range};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{CellIdx, LocalIdx, NameIdx};

use super::Compiler;
use crate::symtable::{Binding, ScopeKind, Sym, mangle};

/// Where a name lives, for the code being generated.
#[derive(Clone, Copy, Debug)]
enum Place {
    Local(LocalIdx),
    Cell(CellIdx),
    /// A free variable in a class body, whose own names come first.
    ClassCell(CellIdx),
    /// A free variable in an annotation scope, where the names of the class around come first.
    AnnotationCell(CellIdx),
    Global(NameIdx),
    /// A global in an annotation scope, where the names of the class around come first.
    AnnotationGlobal(NameIdx),
    Name(NameIdx),
}

impl Compiler<'_> {
    pub(super) fn mangle<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let scope = self.scope();
        match &scope.mangled_names {
            Some(only) if !only.contains(name) => Cow::Borrowed(name),
            _ => mangle(scope.private.as_deref(), name),
        }
    }

    fn place(&mut self, name: &str) -> Place {
        let mangled = self.mangle(name).into_owned();
        let sym = self.table.names.get(&mangled);
        let name = self.module.name(&mangled);
        let Some(sym) = sym else { return Place::Global(name) };
        let scope = self.scope();
        let unit = self.unit_ref();
        for inlined in unit.inlined.iter().rev() {
            match self.table.scope(inlined.scope).binding(sym) {
                Binding::Local => {
                    if let Some(&local) = inlined.locals.get(&sym) {
                        return Place::Local(local);
                    }
                }
                Binding::Cell => {
                    if let Some(&cell) = inlined.cells.get(&sym) {
                        return Place::Cell(cell);
                    }
                }
                Binding::GlobalImplicit if scope.kind == ScopeKind::Module => return Place::Name(name),
                Binding::GlobalExplicit | Binding::GlobalImplicit => return Place::Global(name),
                Binding::Free | Binding::Unknown => {}
            }
        }
        let inlined = !unit.inlined.is_empty();
        let own = unit.cells.get(&sym).copied();
        let free = unit.free.get(&sym).copied();
        if inlined
            && scope.kind == ScopeKind::Class
            && let Some(cell) = own.or(free)
        {
            // A comprehension does not see the names of the class around it, only those further out.
            return Place::Cell(cell);
        }
        let binding = scope.binding(sym);
        match (binding, if binding == Binding::Free { free } else { own }) {
            (Binding::Local, _) if scope.is_function_like() => match unit.locals.get(&sym) {
                Some(&local) => Place::Local(local),
                None => Place::Global(name),
            },
            (Binding::Cell, Some(cell)) => Place::Cell(cell),
            (Binding::Free, Some(cell)) if scope.kind == ScopeKind::Class => Place::ClassCell(cell),
            (Binding::Free, Some(cell)) if scope.can_see_class_scope => Place::AnnotationCell(cell),
            (Binding::Free, Some(cell)) => Place::Cell(cell),
            (Binding::GlobalImplicit, _) if scope.is_function_like() => {
                if scope.can_see_class_scope {
                    Place::AnnotationGlobal(name)
                } else {
                    Place::Global(name)
                }
            }
            (Binding::GlobalExplicit, _) => Place::Global(name),
            _ if scope.is_function_like() => Place::Global(name),
            _ => Place::Name(name),
        }
    }

    /// The cell of one of the names that the language itself puts in cells.
    pub(super) fn cell_of(&self, name: &str) -> Option<CellIdx> {
        let sym = self.table.names.get(name)?;
        let unit = self.unit_ref();
        unit.cells.get(&sym).or_else(|| unit.free.get(&sym)).copied()
    }

    pub(super) fn load_name(&mut self, range: Range, name: &str) {
        let op = match self.place(name) {
            Place::Local(local) => Op::LoadLocal { local },
            Place::Cell(cell) => Op::LoadDeref { cell },
            Place::ClassCell(cell) => {
                self.emit(range, Op::LoadLocals);
                Op::LoadFromDictOrDeref { cell }
            }
            Place::AnnotationCell(cell) if self.load_class_dict(range) => Op::LoadFromDictOrDeref { cell },
            Place::AnnotationCell(cell) => Op::LoadDeref { cell },
            Place::AnnotationGlobal(name) if self.load_class_dict(range) => Op::LoadFromDictOrGlobals { name },
            Place::AnnotationGlobal(name) => Op::LoadGlobal { name },
            Place::Global(name) => Op::LoadGlobal { name },
            Place::Name(name) => Op::LoadName { name },
        };
        self.emit(range, op);
    }

    /// Loads the namespace of the class whose names a scope sees. It has none where a program uses the namespace's own name for
    /// something else, which CPython does not compile.
    fn load_class_dict(&mut self, range: Range) -> bool {
        let Some(cell) = self.cell_of("__classdict__") else { return false };
        self.emit(range, Op::LoadDeref { cell });
        true
    }

    pub(super) fn store_name(&mut self, range: Range, name: &str) {
        let op = self.store_op(name);
        self.emit(range, op);
    }

    /// The instruction that stores a name.
    pub(super) fn store_op(&mut self, name: &str) -> Op {
        match self.place(name) {
            Place::Local(local) => Op::StoreLocal { local },
            Place::Cell(cell) | Place::ClassCell(cell) | Place::AnnotationCell(cell) => Op::StoreDeref { cell },
            Place::Global(name) | Place::AnnotationGlobal(name) => Op::StoreGlobal { name },
            Place::Name(name) => Op::StoreName { name },
        }
    }

    pub(super) fn delete_name(&mut self, range: Range, name: &str) {
        let op = self.delete_op(name);
        self.emit(range, op);
    }

    /// The instruction that deletes a name.
    pub(super) fn delete_op(&mut self, name: &str) -> Op {
        match self.place(name) {
            Place::Local(local) => Op::DeleteLocal { local },
            Place::Cell(cell) | Place::ClassCell(cell) | Place::AnnotationCell(cell) => Op::DeleteDeref { cell },
            Place::Global(name) | Place::AnnotationGlobal(name) => Op::DeleteGlobal { name },
            Place::Name(name) => Op::DeleteName { name },
        }
    }

    pub(super) fn name(&mut self, range: Range, name: &str, context: ExprContext) {
        match context {
            ExprContext::Load => self.load_name(range, name),
            ExprContext::Store => self.store_name(range, name),
            ExprContext::Del => self.delete_name(range, name),
        }
    }

    /// Emits the cell of a variable that an inner code object captures.
    pub(super) fn load_captured(&mut self, range: Range, sym: Sym) {
        let unit = self.unit_ref();
        let inlined = unit.inlined.iter().rev().find_map(|inlined| inlined.cells.get(&sym).copied());
        let cell = inlined.or_else(|| unit.cells.get(&sym).or_else(|| unit.free.get(&sym)).copied());
        let cell = cell.expect("the symbol table gives a captured variable a cell in the scope around");
        self.emit(range, Op::LoadCell { cell });
    }
}
