//! `set` and `frozenset`: the object and the changes that the VM makes to it itself. [`operations`] has union and the like,
//! [`methods`] the methods, [`protocol`] the operators.

mod methods;
mod operations;
mod protocol;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

use crate::types::dict::DictTable;
use crate::types::dict::table::{find, hash_key};

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
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF | flags::MATCH_SELF,
    methods: &[methods::COMMON, methods::MUTABLE, protocol::COMMON, protocol::MUTABLE],
    ..ClassDef::new("set", "A mutable collection of distinct items that can be hashed.", Layout::Set)
};
/// `frozenset`.
pub static FROZEN_CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF | flags::MATCH_SELF,
    methods: &[methods::COMMON, protocol::COMMON, protocol::FROZEN],
    ..ClassDef::new("frozenset", "An immutable collection of distinct items that can be hashed.", Layout::Set)
};
/// `set_iterator`.
pub static ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[super::dict::iterator::COMMON, super::dict::iterator::SET],
    ..ClassDef::new("set_iterator", "", Layout::DictIter)
};

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
    #[inline]
    pub fn add(&self, vm: &Vm, item: Value) -> PyResult<()> {
        let hash = hash_item(vm, item)?;
        self.add_hashed(vm, item, hash)
    }

    /// Adds an item with a known hash.
    #[inline]
    pub fn add_hashed(&self, vm: &Vm, item: Value, hash: u64) -> PyResult<()> {
        if find(vm, &self.table, item, hash)?.index().is_none() {
            if self.table.get().is_full() {
                let table = self.table.get().grown_for_set(vm)?;
                self.set_table(vm, table);
            }
            self.table.get().append(vm, hash, item, Value::UNBOUND);
        }
        Ok(())
    }

    /// Whether it has an item.
    #[inline]
    pub fn contains(&self, vm: &Vm, item: Value) -> PyResult<bool> {
        let hash = hash_item(vm, item)?;
        self.contains_hashed(vm, item, hash)
    }

    /// Whether it has an item with a known hash.
    #[inline]
    pub fn contains_hashed(&self, vm: &Vm, item: Value, hash: u64) -> PyResult<bool> {
        Ok(find(vm, &self.table, item, hash)?.index().is_some())
    }

    /// Removes an item; whether it was there.
    pub fn discard(&self, vm: &Vm, item: Value) -> PyResult<bool> {
        let hash = hash_item(vm, item)?;
        self.discard_hashed(vm, item, hash)
    }

    fn discard_hashed(&self, vm: &Vm, item: Value, hash: u64) -> PyResult<bool> {
        let Some(index) = find(vm, &self.table, item, hash)?.index() else { return Ok(false) };
        self.table.get().remove(index);
        Ok(true)
    }

    /// The first item at a place or after it with its hash, and the place of the next: for loops during which the set may
    /// change.
    #[inline]
    #[must_use]
    pub fn next_item(&self, from: usize) -> Option<(usize, Value, u64)> {
        let table = self.table.get();
        (from.max(table.first())..table.used())
            .find_map(|index| table.entry(index).map(|(item, _)| (index + 1, item, table.hash(index))))
    }

    /// Removes and returns the item that was added first.
    fn pop_first(&self) -> Option<Value> {
        self.next_item(0).map(|(next, item, _)| {
            self.table.get().remove(next - 1);
            item
        })
    }

    /// Removes all items.
    pub fn clear(&self, vm: &Vm) {
        self.set_table(vm, vm.empty_table());
    }

    fn set_table(&self, vm: &Vm, table: Gc<DictTable>) {
        self.table.set(table);
        vm.heap.barrier(&raw const self.header);
    }
}

#[inline(always)]
fn hash_item(vm: &Vm, item: Value) -> PyResult<u64> {
    hash_key(vm, item, "a set element")
}
