//! Union, intersection and the like. The other operand is any iterable; sets and dicts are read without hashing again.

use orochi_gc::Gc;

use super::{Set, hash_item};
use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::dict::{Dict, DictTable};
use crate::value::Value;
use crate::vm::Vm;

/// Results of fewer items grow by themselves.
const MIN_ROOM: usize = 10;

impl Set {
    /// A set of a class with the items of an iterable.
    pub fn from_iterable(vm: &Vm, class: Gc<Class>, iterable: Value) -> PyResult<Gc<Set>> {
        let set = Set::new(vm, class, &[])?;
        set.update(vm, iterable)?;
        Ok(set)
    }

    /// A set of a class with the same items.
    pub fn copy_as(&self, vm: &Vm, class: Gc<Class>) -> PyResult<Gc<Set>> {
        let set = Set::new(vm, class, &[])?;
        set.set_table(vm, self.table.get().copy(vm)?);
        Ok(set)
    }

    /// Calls `f` with every item of an iterable and its hash, until it says false.
    fn each_hashed(vm: &Vm, iterable: Value, mut f: impl FnMut(Value, u64) -> PyResult<bool>) -> PyResult<()> {
        if let Some(set) = iterable.cast::<Set>() {
            let mut place = 0;
            while let Some((next, item, hash)) = set.next_item(place) {
                if !f(item, hash)? {
                    return Ok(());
                }
                place = next;
            }
            return Ok(());
        }
        if let Some(dict) = iterable.cast::<Dict>().filter(|_| vm.is_exact(iterable, vm.types().dict)) {
            let mut place = 0;
            while let Some((next, key, _)) = dict.next_entry(place) {
                let hash = dict.table().hash(next - 1);
                if !f(key, hash)? {
                    return Ok(());
                }
                place = next;
            }
            return Ok(());
        }
        vm.for_each_while(iterable, |item| {
            let hash = hash_item(vm, item)?;
            f(item, hash)
        })
    }

    /// Adds the items of an iterable.
    pub fn update(&self, vm: &Vm, iterable: Value) -> PyResult<()> {
        if let Some(other) = iterable.cast::<Set>()
            && self.is_empty()
        {
            if !other.is_empty() {
                self.set_table(vm, other.table.get().copy(vm)?);
            }
            return Ok(());
        }
        Self::each_hashed(vm, iterable, |item, hash| self.add_hashed(vm, item, hash).map(|()| true))
    }

    /// A plain set, frozen or not, of the items that are also in an iterable.
    pub fn intersection(&self, vm: &Vm, class: Gc<Class>, iterable: Value) -> PyResult<Gc<Set>> {
        if let Some(other) = iterable.cast::<Set>() {
            // The smaller one is walked.
            let (source, filter) = if other.len() > self.len() { (self.this(), other) } else { (other, self.this()) };
            return source.filtered(vm, class, &filter, true);
        }
        let result = Set::new(vm, class, &[])?;
        let (source, filter) = (iterable, self.this());
        Self::each_hashed(vm, source, |item, hash| {
            if filter.contains_hashed(vm, item, hash)? {
                result.add_hashed(vm, item, hash)?;
            }
            Ok(true)
        })?;
        Ok(result)
    }

    /// A plain set of those items that another set has, or has not.
    fn filtered(&self, vm: &Vm, class: Gc<Class>, other: &Set, wanted: bool) -> PyResult<Gc<Set>> {
        let result = Set::new(vm, class, &[])?;
        let table = self.table.get();
        if table.live() > MIN_ROOM {
            let room = DictTable::with_capacity(vm, if wanted { table.live() / 2 } else { table.live() })?;
            result.set_table(vm, room);
        }
        let stamp = table.stamp();
        let mut place = 0;
        while let Some((next, item, hash)) = self.next_item(place) {
            place = next;
            if other.contains_hashed(vm, item, hash)? != wanted {
                continue;
            }
            // The items of a set differ, unless comparing them changed the set meanwhile.
            if self.table.get() == table && table.stamp() == stamp && !result.table.get().is_full() {
                result.table.get().append(vm, hash, item, Value::UNBOUND);
            } else {
                result.add_hashed(vm, item, hash)?;
            }
        }
        Ok(result)
    }

    /// Keeps only the items that are also in an iterable.
    pub fn intersection_update(&self, vm: &Vm, iterable: Value) -> PyResult<()> {
        let result = self.intersection(vm, vm.types().set, iterable)?;
        self.set_table(vm, result.table.get());
        Ok(())
    }

    /// Removes the items of an iterable.
    pub fn difference_update(&self, vm: &Vm, iterable: Value) -> PyResult<()> {
        if iterable == Value::from(self.this()) {
            self.clear(vm);
            return Ok(());
        }
        Self::each_hashed(vm, iterable, |item, hash| self.discard_hashed(vm, item, hash).map(|_| true))
    }

    /// A plain set, frozen or not, of the items that are not in an iterable.
    pub fn difference(&self, vm: &Vm, class: Gc<Class>, iterable: Value) -> PyResult<Gc<Set>> {
        // With a far smaller set it is cheaper to take its items out of a copy.
        if let Some(other) = iterable.cast::<Set>().filter(|other| other.len() > self.len() / 4) {
            return self.filtered(vm, class, &other, false);
        }
        let result = self.copy_as(vm, class)?;
        result.difference_update(vm, iterable)?;
        Ok(result)
    }

    /// Keeps the items that are in exactly one of this set and an iterable.
    pub fn symmetric_difference_update(&self, vm: &Vm, iterable: Value) -> PyResult<()> {
        if iterable == Value::from(self.this()) {
            self.clear(vm);
            return Ok(());
        }
        // An item that the iterable has twice counts once.
        let other = match iterable.cast::<Set>() {
            Some(other) => other.into(),
            // The keys of a dict differ.
            None if vm.is_exact_dict(iterable) => iterable,
            None => Set::from_iterable(vm, vm.types().set, iterable)?.into(),
        };
        Self::each_hashed(vm, other, |item, hash| {
            if !self.discard_hashed(vm, item, hash)? {
                self.add_hashed(vm, item, hash)?;
            }
            Ok(true)
        })
    }

    /// Whether all items are in another set.
    pub fn is_subset(&self, vm: &Vm, other: &Set) -> PyResult<bool> {
        let mut all = self.len() <= other.len();
        if all {
            Self::each_hashed(vm, self.this().into(), |item, hash| {
                all = other.contains_hashed(vm, item, hash)?;
                Ok(all)
            })?;
        }
        Ok(all)
    }

    /// Whether no item is in an iterable.
    pub fn is_disjoint(&self, vm: &Vm, iterable: Value) -> PyResult<bool> {
        let (source, filter) = match iterable.cast::<Set>() {
            Some(other) if other.len() > self.len() => (Value::from(self.this()), other),
            _ => (iterable, self.this()),
        };
        let mut disjoint = true;
        Self::each_hashed(vm, source, |item, hash| {
            disjoint = !filter.contains_hashed(vm, item, hash)?;
            Ok(disjoint)
        })?;
        Ok(disjoint)
    }

    fn this(&self) -> Gc<Set> {
        // SAFETY: sets live only in the heap.
        unsafe { Gc::from_ptr(core::ptr::from_ref(self).cast_mut()) }
    }
}
