//! `dict`: the object and its hash table. [`methods`] has the methods, [`protocol`] the operators, [`views`] the views,
//! [`iterator`] their iterators.
//!
//! The table is compact and ordered: entries lie in insertion order, and an open-addressing index of one, two or
//! four bytes a place points into them. A removed entry stays behind as a hole until the table is rebuilt. Comparing keys may run Python
//! code that changes the dict; a search notices that the table is another or the entry has changed, and starts again.
//!
//! Sets use the same table ([`crate::types::set`]).

pub(super) mod iterator;
pub mod methods;
mod protocol;
pub mod table;
mod view_operators;
pub mod views;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::types::set::Set;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

pub use iterator::DictIter;
pub use table::{DictTable, Found};

/// A dict.
#[repr(C)]
pub struct Dict {
    header: Header,
    table: Cell<Gc<DictTable>>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Dict {
    const LAYOUT: Layout = Layout::Dict;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.table.get()).trace(tracer);
    }
}

impl Dict {
    /// An empty dict.
    pub fn new(vm: &Vm) -> PyResult<Gc<Dict>> {
        Self::with_class(vm, vm.types().dict)
    }

    /// An empty dict with room for some entries.
    pub fn with_capacity(vm: &Vm, capacity: usize) -> PyResult<Gc<Dict>> {
        let table = DictTable::with_capacity(vm, capacity)?;
        vm.new_native(vm.types().dict, Dict { header: Header::empty(), table: Cell::new(table) })
    }

    /// An empty dict that may belong to a subclass.
    pub fn with_class(vm: &Vm, class: Gc<Class>) -> PyResult<Gc<Dict>> {
        vm.new_native(class, Dict { header: Header::empty(), table: Cell::new(vm.empty_table()) })
    }

    /// The table as it is now.
    #[inline(always)]
    #[must_use]
    pub fn table(&self) -> Gc<DictTable> {
        self.table.get()
    }

    fn set_table(&self, vm: &Vm, table: Gc<DictTable>) {
        self.table.set(table);
        vm.heap.barrier(&raw const self.header);
    }

    /// The number of entries.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.get().live()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key. TypeError when the key cannot be hashed; whatever its `__eq__` raises.
    #[inline]
    pub fn get(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = table::hash_key(vm, key, "a dict key")?;
        self.get_hashed(vm, key, hash)
    }

    /// The value of a key with a known hash.
    #[inline]
    pub fn get_hashed(&self, vm: &Vm, key: Value, hash: u64) -> PyResult<Option<Value>> {
        Ok(table::find(vm, &self.table, key, hash)?.index().map(|index| self.table.get().value(index)))
    }

    /// The value of a string key.
    #[inline]
    pub fn get_str(&self, vm: &Vm, key: Gc<Str>) -> PyResult<Option<Value>> {
        self.get_hashed(vm, key.into(), key.hash())
    }

    /// The value of an interned string key in a dict whose other keys are strings or are not asked for: runs no Python code.
    #[inline]
    #[must_use]
    pub fn get_interned(&self, _: &Vm, key: Gc<Str>) -> Option<Value> {
        let table = self.table.get();
        table.find_str(&key, key.hash()).map(|index| table.value(index))
    }

    /// The place of an interned string key, for inline caches.
    #[must_use]
    pub fn index_of(&self, key: Gc<Str>) -> Option<usize> {
        self.table.get().find_str(&key, key.hash())
    }

    /// Sets a key. Errors as [`Dict::get`].
    #[inline]
    pub fn set(&self, vm: &Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = table::hash_key(vm, key, "a dict key")?;
        self.set_hashed(vm, key, hash, value)
    }

    /// Sets a key with a known hash.
    #[inline]
    pub fn set_hashed(&self, vm: &Vm, key: Value, hash: u64, value: Value) -> PyResult<()> {
        match table::find(vm, &self.table, key, hash)? {
            Found::At(index) => self.table.get().set_value(vm, index, value),
            Found::Absent => self.add_absent(vm, key, hash, value)?,
        }
        Ok(())
    }

    /// Adds a key that is not there.
    #[inline]
    /// Makes room for so many more keys, so that the table need not grow step by step.
    pub fn reserve(&self, vm: &Vm, more: usize) -> PyResult<()> {
        let table = self.table.get();
        if table.has_room_for(more) {
            return Ok(());
        }
        let table = table.with_room_for(vm, more)?;
        self.set_table(vm, table);
        Ok(())
    }

    fn add_absent(&self, vm: &Vm, key: Value, hash: u64, value: Value) -> PyResult<()> {
        if self.table.get().is_full() {
            let table = self.table.get().grown(vm)?;
            self.set_table(vm, table);
        }
        self.table.get().append(vm, hash, key, value);
        Ok(())
    }

    /// Sets the items of an iterable as keys, all with the same value. Hashes that sets and dicts know are not asked for again.
    pub fn set_keys(&self, vm: &Vm, iterable: Value, value: Value) -> PyResult<()> {
        if let Some(set) = iterable.cast::<Set>() {
            let mut place = 0;
            while let Some((next, key, hash)) = set.next_item(place) {
                self.set_hashed(vm, key, hash, value)?;
                place = next;
            }
            return Ok(());
        }
        if vm.is_exact_dict(iterable)
            && let Some(dict) = iterable.cast::<Dict>()
        {
            let mut place = 0;
            while let Some((next, key, _)) = dict.next_entry(place) {
                self.set_hashed(vm, key, dict.table().hash(next - 1), value)?;
                place = next;
            }
            return Ok(());
        }
        vm.for_each(iterable, |key| self.set(vm, key, value))
    }

    /// Sets a string key.
    #[inline]
    pub fn set_str(&self, vm: &Vm, key: Gc<Str>, value: Value) -> PyResult<()> {
        self.set_hashed(vm, key.into(), key.hash(), value)
    }

    /// The value of a key, set to `default` first if it is absent.
    pub fn get_or_insert(&self, vm: &Vm, key: Value, default: Value) -> PyResult<Value> {
        let hash = table::hash_key(vm, key, "a dict key")?;
        match table::find(vm, &self.table, key, hash)? {
            Found::At(index) => Ok(self.table.get().value(index)),
            Found::Absent => {
                self.add_absent(vm, key, hash, default)?;
                Ok(default)
            }
        }
    }

    /// Removes a key and returns its value.
    pub fn remove(&self, vm: &Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = table::hash_key(vm, key, "a dict key")?;
        self.remove_hashed(vm, key, hash)
    }

    /// Removes a string key and returns its value.
    pub fn remove_str(&self, vm: &Vm, key: Gc<Str>) -> PyResult<Option<Value>> {
        self.remove_hashed(vm, key.into(), key.hash())
    }

    /// Removes a key whose hash is known.
    pub fn remove_hashed(&self, vm: &Vm, key: Value, hash: u64) -> PyResult<Option<Value>> {
        let Found::At(index) = table::find(vm, &self.table, key, hash)? else { return Ok(None) };
        let table = self.table.get();
        let value = table.value(index);
        table.remove(index);
        Ok(Some(value))
    }

    /// Removes the first entry.
    pub fn remove_first(&self) {
        let table = self.table.get();
        if let Some(index) = (table.first()..table.used()).find(|index| table.entry(*index).is_some()) {
            table.remove(index);
        }
    }

    /// Removes and returns the last entry.
    #[must_use]
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        self.table.get().pop_last()
    }

    /// Removes all entries.
    pub fn clear(&self, vm: &Vm) {
        self.set_table(vm, vm.empty_table());
    }

    /// A dict with the same entries.
    pub fn copy(&self, vm: &Vm) -> PyResult<Gc<Dict>> {
        let copy = Dict::new(vm)?;
        copy.set_table(vm, self.table.get().copy(vm)?);
        Ok(copy)
    }

    /// The entries as they are now, in order. The dict must not change meanwhile.
    pub fn entries(&self) -> impl Iterator<Item = (Value, Value)> + use<> {
        let table = self.table.get();
        (0..table.used()).filter_map(move |index| table.entry(index))
    }

    /// The first entry at a place or after it, and the place of the next: for loops during which the dict may change.
    #[inline]
    #[must_use]
    pub fn next_entry(&self, from: usize) -> Option<(usize, Value, Value)> {
        let table = self.table.get();
        (from.max(table.first())..table.used())
            .find_map(|index| table.entry(index).map(|(key, value)| (index + 1, key, value)))
    }

    /// Sets all entries of another dict.
    pub fn update(&self, vm: &Vm, other: Gc<Dict>) -> PyResult<()> {
        if core::ptr::eq(self, other.as_ptr()) {
            return Ok(());
        }
        if self.is_empty() {
            self.set_table(vm, other.table().copy(vm)?);
            return Ok(());
        }
        let table = other.table();
        for index in 0..table.used() {
            if let Some((key, value)) = table.entry(index) {
                self.set_hashed(vm, key, table.hash(index), value)?;
                if other.table() != table {
                    return Err(vm.runtime_error("dict mutated during update"));
                }
            }
        }
        Ok(())
    }
}
