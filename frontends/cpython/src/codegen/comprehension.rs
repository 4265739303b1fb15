//! Comprehensions, which run inside the enclosing code object (PEP 709), and generator expressions, which are functions.

use crate::ast::{self, Expr, Range, Ranged};
use orochi_bytecode::Op;
use orochi_bytecode::operands::{AwaitContext, CellIdx, Count, Depth, Label, LocalIdx};

use super::function::Given;
use super::unit::{Header, Inlined, UnitKind};
use super::{Compiler, Error, Result};
use crate::symtable::{Binding, Comprehension, Role, ScopeId, Sym};

/// The parts of a comprehension of any kind.
#[derive(Clone, Copy)]
struct Parts<'a> {
    scope: ScopeId,
    kind: Comprehension,
    /// The element, or the key of a dict.
    element: &'a Expr<'a>,
    /// The value of a dict.
    value: Option<&'a Expr<'a>>,
    generators: &'a [ast::Comprehension<'a>],
    range: Range,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr<'a>) -> Result {
        let range = expr.range();
        let (scope, kind, element, value, generators) = match expr {
            Expr::ListComp(comp) => {
                (self.scope_of(comp, Role::Body), Comprehension::List, comp.elt, None, comp.generators)
            }
            Expr::SetComp(comp) => {
                (self.scope_of(comp, Role::Body), Comprehension::Set, comp.elt, None, comp.generators)
            }
            Expr::DictComp(comp) => {
                (self.scope_of(comp, Role::Body), Comprehension::Dict, comp.key, Some(comp.value), comp.generators)
            }
            Expr::Generator(comp) => {
                (self.scope_of(comp, Role::Body), Comprehension::Generator, comp.elt, None, comp.generators)
            }
            _ => return Ok(()),
        };
        let parts = Parts { scope, kind, element, value, generators, range };
        self.check_async(&parts)?;
        let Some(first) = parts.generators.first() else { return Ok(()) };
        // The outermost iterable is evaluated outside.
        self.expr(first.iter)?;
        self.emit(first.iter.range(), if first.is_async { Op::GetAsyncIter } else { Op::GetIter });
        if self.table.scope(parts.scope).inlined { self.inline(&parts) } else { self.function_comprehension(&parts) }
    }

    fn check_async(&self, parts: &Parts<'a>) -> Result {
        let is_async = self.table.scope(parts.scope).coroutine;
        if !is_async || parts.kind == Comprehension::Generator {
            return Ok(());
        }
        let allowed = match self.unit_ref().kind {
            UnitKind::AsyncFunction => true,
            UnitKind::Comprehension => self.scope().coroutine,
            _ => self.at_top_level_await(),
        };
        if allowed {
            return Ok(());
        }
        Err(Error::syntax("asynchronous comprehension outside of an asynchronous function", parts.range))
    }

    /// A generator expression, or a comprehension in an annotation scope of a class: a function that takes the iterator.
    fn function_comprehension(&mut self, parts: &Parts<'a>) -> Result {
        let scope = self.table.scope(parts.scope);
        let line = parts.range.line();
        let mut header = Header::new(scope.name.clone(), parts.scope, line, parts.range);
        header.positional = 1;
        self.enter(header, UnitKind::Comprehension);
        if parts.kind != Comprehension::Generator {
            self.emit(parts.range, empty(parts.kind));
        }
        self.load_name(parts.range, ".0");
        self.generators(parts, 0)?;
        if parts.kind == Comprehension::Generator {
            self.none(parts.range);
        }
        self.emit(parts.range, Op::Return);
        let is_async = scope.coroutine && parts.kind != Comprehension::Generator;
        let code = self.exit()?;
        self.closure(parts.range, parts.scope, code, Given::default());
        self.swap(parts.range, 2);
        self.emit(parts.range, Op::Call { argc: Count(1) });
        if is_async {
            self.await_value(parts.range, AwaitContext::Await);
        }
        Ok(())
    }

    /// A comprehension in the code of the enclosing block; its iterator is on the stack.
    fn inline(&mut self, parts: &Parts<'a>) -> Result {
        let inlined = self.comprehension_variables(parts.scope);
        let mut renewed: Vec<CellIdx> = inlined.cells.values().copied().collect();
        renewed.sort_unstable();
        for cell in renewed {
            self.emit(parts.range, Op::MakeCell { cell });
        }
        self.unit().inlined.push(inlined);
        self.emit(parts.range, empty(parts.kind));
        self.swap(parts.range, 2);
        self.generators(parts, 0)?;
        self.release_variables(parts.range);
        Ok(())
    }

    /// Slots and cells for the variables of an inlined comprehension.
    fn comprehension_variables(&mut self, id: ScopeId) -> Inlined {
        let scope = self.table.scope(id);
        let mut variables: Vec<(Sym, Binding)> = scope
            .symbols
            .iter()
            .map(|(&sym, symbol)| (sym, symbol.binding))
            .filter(|(sym, _)| self.table.names.text(*sym) != ".0")
            .collect();
        variables.sort_unstable_by_key(|(sym, _)| *sym);
        let mut inlined = Inlined { scope: id, locals: Default::default(), cells: Default::default() };
        for (sym, binding) in variables {
            match binding {
                Binding::Local => {
                    let name = self.module.name(self.table.names.text(sym));
                    let unit = self.unit();
                    let spare = unit.spare_locals.get_mut(&sym).and_then(Vec::pop);
                    let slot = spare.unwrap_or_else(|| unit.code.add_local(name));
                    inlined.locals.insert(sym, slot);
                }
                Binding::Cell => {
                    let spare = self.unit().spare_cells.get_mut(&sym).and_then(Vec::pop);
                    let cell = spare.expect("cells of inlined comprehensions were counted when the code object began");
                    inlined.cells.insert(sym, cell);
                }
                _ => {}
            }
        }
        inlined
    }

    /// Unbinds the variables of an inlined comprehension and lets later ones have their slots.
    fn release_variables(&mut self, range: Range) {
        let Some(inlined) = self.unit().inlined.pop() else { return };
        let mut locals: Vec<(Sym, LocalIdx)> = inlined.locals.into_iter().collect();
        locals.sort_unstable_by_key(|(_, local)| *local);
        for &(_, local) in &locals {
            self.emit(range, Op::ClearLocal { local });
        }
        let mut cells: Vec<(Sym, CellIdx)> = inlined.cells.into_iter().collect();
        cells.sort_unstable_by_key(|(_, cell)| *cell);
        for &(_, cell) in &cells {
            // Closures keep the cell with the last value; `locals()` is not to find it here.
            self.emit(range, Op::MakeCell { cell });
        }
        let unit = self.unit();
        for (sym, local) in locals {
            unit.spare_locals.entry(sym).or_default().push(local);
        }
        for (sym, cell) in cells {
            unit.spare_cells.entry(sym).or_default().push(cell);
        }
    }

    /// The loops from number `at` on, the iterator of the first of them on the stack, and the element inside them all.
    fn generators(&mut self, parts: &Parts<'a>, at: usize) -> Result {
        let generator = &parts.generators[at];
        if at > 0 {
            // `for x in [value]` is how comprehensions bind a temporary.
            if let Some(value) = temporary(generator.iter).filter(|_| !generator.is_async) {
                self.expr(value)?;
                self.store(generator.target)?;
                let next = self.label();
                self.filtered(parts, at, next)?;
                self.bind(next);
                return Ok(());
            }
            self.expr(generator.iter)?;
            self.emit(generator.iter.range(), if generator.is_async { Op::GetAsyncIter } else { Op::GetIter });
        }
        let (start, end) = (self.label(), self.label());
        let handler = self.label();
        self.bind(start);
        if generator.is_async {
            let region = self.unit().code.new_try(handler);
            self.unit().code.begin_try(region);
            self.emit(generator.iter.range(), Op::GetAsyncNext);
            self.emit(generator.iter.range(), Op::YieldFrom);
            self.unit().code.end_try(region);
        } else {
            self.emit(generator.iter.range(), Op::ForIter { target: end });
        }
        self.store(generator.target)?;
        self.filtered(parts, at, start)?;
        self.jump(parts.element.range(), start);
        if generator.is_async {
            self.bind(handler);
            self.emit(generator.iter.range(), Op::EndAsyncFor);
        }
        self.bind(end);
        Ok(())
    }

    /// The conditions of a loop and what is inside it; `next` is where the next round begins.
    fn filtered(&mut self, parts: &Parts<'a>, at: usize, next: Label) -> Result {
        for test in parts.generators[at].ifs {
            self.jump_if(test, next, false)?;
        }
        if at + 1 < parts.generators.len() {
            return self.deeper(&parts.range, |this| this.generators(parts, at + 1));
        }
        // Below the element: the iterators of the loops around, then what is being built.
        let temporaries = parts.generators[1..].iter().filter(|g| !g.is_async && temporary(g.iter).is_some()).count();
        let depth = Depth((parts.generators.len() - temporaries) as u32 + 1);
        match parts.kind {
            Comprehension::Generator => {
                self.expr(parts.element)?;
                self.yield_value(parts.element.range());
                self.emit(parts.element.range(), Op::Pop);
            }
            Comprehension::List => {
                self.expr(parts.element)?;
                self.emit(parts.element.range(), Op::ListAppend { depth });
            }
            Comprehension::Set => {
                self.expr(parts.element)?;
                self.emit(parts.element.range(), Op::SetAdd { depth });
            }
            Comprehension::Dict => {
                self.expr(parts.element)?;
                if let Some(value) = parts.value {
                    self.expr(value)?;
                }
                let end = parts.value.map_or(parts.element.end(), |value| value.end());
                self.emit(Range::new(parts.element.start(), end), Op::DictSet { depth });
            }
        }
        Ok(())
    }
}

/// The only item of a list or tuple display.
fn temporary<'a>(iter: &Expr<'a>) -> Option<&'a Expr<'a>> {
    let items = match iter {
        Expr::List(list) => list.elts,
        Expr::Tuple(tuple) => tuple.elts,
        _ => return None,
    };
    match items {
        [item] if !item.is_starred() => Some(item),
        _ => None,
    }
}

fn empty(kind: Comprehension) -> Op {
    match kind {
        Comprehension::Set => Op::BuildSet { count: Count(0) },
        Comprehension::Dict => Op::BuildDict { count: Count(0) },
        Comprehension::List | Comprehension::Generator => Op::BuildList { count: Count(0) },
    }
}
