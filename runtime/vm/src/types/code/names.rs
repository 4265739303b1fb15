//! The names of variables: those of the module, or what `replace` was given.

use orochi_bytecode::operands::NameIdx;
use orochi_gc::Gc;

use super::Code;
use crate::error::PyResult;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Which tuple of names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Names {
    /// Globals, attributes, modules.
    Used,
    Local,
    Cell,
    Free,
}

impl Code {
    fn replaced(&self, which: Names) -> Option<Gc<Tuple>> {
        self.replaced[which as usize].get().cast()
    }

    fn replaced_name(&self, which: Names, index: usize) -> Option<Gc<Str>> {
        self.replaced(which)?.get(index)?.cast()
    }

    fn interned(&self, vm: &Vm, name: Option<&NameIdx>) -> Gc<Str> {
        name.map_or(vm.empty_str(), |name| self.module_name(vm, *name))
    }

    /// The name of a local variable, interned.
    pub(crate) fn local_name(&self, vm: &Vm, index: usize) -> Gc<Str> {
        match self.replaced_name(Names::Local, index) {
            Some(name) => name,
            None => self.interned(vm, self.wire().locals.get(index)),
        }
    }

    /// The name of an own cell, interned.
    pub(crate) fn cell_name(&self, vm: &Vm, index: usize) -> Gc<Str> {
        match self.replaced_name(Names::Cell, index) {
            Some(name) => name,
            None => self.interned(vm, self.wire().cells.get(index).map(|cell| &cell.name)),
        }
    }

    /// The name of a free variable, interned.
    pub(crate) fn free_name(&self, vm: &Vm, index: usize) -> Gc<Str> {
        match self.replaced_name(Names::Free, index) {
            Some(name) => name,
            None => self.interned(vm, self.wire().free.get(index)),
        }
    }

    /// A name that the body uses, interned.
    pub(crate) fn used_name(&self, vm: &Vm, name: NameIdx) -> PyResult<Gc<Str>> {
        if self.replaced(Names::Used).is_some() {
            let place = self.words(vm)?.names.iter().position(|used| *used == name);
            if let Some(name) = place.and_then(|place| self.replaced_name(Names::Used, place)) {
                return Ok(name);
            }
        }
        Ok(self.interned(vm, Some(&name)))
    }

    /// `co_names` and its like.
    pub(super) fn names(&self, vm: &Vm, which: Names) -> PyResult<Gc<Tuple>> {
        if let Some(names) = self.replaced(which) {
            return Ok(names);
        }
        let wire = self.wire();
        let list = List::new(vm, &[])?;
        match which {
            Names::Used => {
                for name in &self.words(vm)?.names {
                    list.push(vm, self.interned(vm, Some(name)).into())?;
                }
            }
            Names::Local => {
                for name in &wire.locals {
                    list.push(vm, self.interned(vm, Some(name)).into())?;
                }
            }
            Names::Cell => {
                for cell in &wire.cells {
                    list.push(vm, self.interned(vm, Some(&cell.name)).into())?;
                }
            }
            Names::Free => {
                for name in &wire.free {
                    list.push(vm, self.interned(vm, Some(name)).into())?;
                }
            }
        }
        list.to_tuple(vm)
    }

    /// Keeps another tuple of names; its items are interned strings.
    pub(super) fn replace_names(&self, vm: &Vm, which: Names, names: Gc<Tuple>) {
        self.replaced[which as usize].set(Value::from(names));
        vm.heap.barrier(&raw const self.header);
    }
}
