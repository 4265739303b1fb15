//! `set` and `frozenset`.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

use crate::types::dict::DictTable;

/// A set or frozenset: the keys of a hash table.
#[repr(C)]
pub struct Set {
    header: Header,
    pub table: Cell<Gc<DictTable>>,
    /// Of a frozenset, once it was asked for; 0 before.
    pub hash: Cell<u64>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Set {
    const LAYOUT: Layout = Layout::Set;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.table.get()).trace(tracer);
    }
}

/// `set`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE | flags::WEAKREF, ..ClassDef::new("set", "", Layout::Set) };
/// `frozenset`.
pub static FROZEN_CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::WEAKREF, ..ClassDef::new("frozenset", "", Layout::Set) };
/// `set_iterator`.
pub static ITERATOR_CLASS: ClassDef = ClassDef::new("set_iterator", "", Layout::DictIter);

impl Set {
    /// A set or frozenset with these items, or of a subclass. TypeError for an item that cannot be hashed.
    pub fn new(vm: &Vm, class: Gc<Class>, items: &[Value]) -> PyResult<Gc<Set>> {
        let set = vm.new_native(
            class,
            Set { header: Header::empty(), table: Cell::new(vm.empty_table()), hash: Cell::new(0) },
        )?;
        for item in items {
            set.add(vm, *item)?;
        }
        Ok(set)
    }

    /// The number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.get().live()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an item.
    pub fn add(&self, vm: &Vm, item: Value) -> PyResult<()> {
        let hash = vm.hash(item)?;
        if crate::types::dict::table::find(vm, &self.table, item, hash)?.index().is_none() {
            if self.table.get().is_full() {
                let table = self.table.get().grown(vm)?;
                self.table.set(table);
                vm.heap.barrier(&raw const self.header);
            }
            self.table.get().append(vm, hash, item, Value::UNBOUND);
        }
        Ok(())
    }

    /// Whether it has an item.
    pub fn contains(&self, vm: &Vm, item: Value) -> PyResult<bool> {
        let hash = vm.hash(item)?;
        Ok(crate::types::dict::table::find(vm, &self.table, item, hash)?.index().is_some())
    }
}
