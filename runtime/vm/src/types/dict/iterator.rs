//! Iterators over dicts, their views and sets.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};
use orochi_macros::methods;

use super::{Dict, DictTable};
use crate::error::{PyResult, Raised};
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// An iterator over a dict, one of its views, or a set. Its class says whether it yields keys, values or items.
#[repr(C)]
pub struct DictIter {
    header: Header,
    /// The dict or set; unbound once it is exhausted.
    pub target: Cell<Value>,
    /// Place of the next entry; for a reversed iterator, one past it.
    pub index: Cell<usize>,
    /// Size when the iterator was made.
    pub expected: Cell<usize>,
    /// How many entries are still to come.
    left: Cell<usize>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for DictIter {
    const LAYOUT: Layout = Layout::DictIter;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.target.get().trace(tracer);
    }
}

impl DictIter {
    /// An iterator of one of the classes for them.
    pub fn new(vm: &Vm, class: Gc<Class>, target: Value, index: usize, expected: usize) -> PyResult<Gc<DictIter>> {
        vm.new_native(
            class,
            DictIter {
                header: Header::empty(),
                target: Cell::new(target),
                index: Cell::new(index),
                expected: Cell::new(expected),
                left: Cell::new(expected),
            },
        )
    }

    /// The next entry of a dict. RuntimeError when its size or keys have changed.
    #[inline]
    pub fn next_entry(&self, vm: &Vm) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.target.get().cast::<Dict>() else { return Ok(None) };
        let table = dict.table();
        if table.live() != self.expected.get() {
            return Err(self.changed(vm, "dictionary changed size during iteration"));
        }
        match self.find_next(&table) {
            Some(_) if self.left.get() == 0 => {
                self.target.set(Value::UNBOUND);
                Err(vm.runtime_error("dictionary keys changed during iteration"))
            }
            Some(entry) => {
                self.left.set(self.left.get() - 1);
                Ok(Some(entry))
            }
            None => {
                self.target.set(Value::UNBOUND);
                Ok(None)
            }
        }
    }

    /// The next entry of a dict, when there is one and the dict has not changed.
    #[inline]
    pub fn next_entry_at_once(&self) -> Option<(Value, Value)> {
        let table = self.target.get().cast::<Dict>()?.table();
        let left = self.left.get();
        if table.live() != self.expected.get() || left == 0 {
            return None;
        }
        let entry = self.find_next(&table)?;
        self.left.set(left - 1);
        Some(entry)
    }

    #[inline]
    fn find_next(&self, table: &DictTable) -> Option<(Value, Value)> {
        let mut index = self.index.get().max(table.first());
        while index < table.used() {
            let entry = table.entry(index);
            index += 1;
            if entry.is_some() {
                self.index.set(index);
                return entry;
            }
        }
        None
    }

    /// The next entry of a dict from its end.
    pub fn next_entry_back(&self, vm: &Vm) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.target.get().cast::<Dict>() else { return Ok(None) };
        let table = dict.table();
        if table.live() != self.expected.get() {
            return Err(self.changed(vm, "dictionary changed size during iteration"));
        }
        // A place beyond the end is one in a table that is no more: nothing is left of it.
        let mut index = if self.index.get() <= table.used() { self.index.get() } else { 0 };
        while index > 0 {
            index -= 1;
            if let Some(entry) = table.entry(index) {
                let Some(left) = self.left.get().checked_sub(1) else {
                    self.target.set(Value::UNBOUND);
                    return Err(vm.runtime_error("dictionary keys changed during iteration"));
                };
                self.index.set(index);
                self.left.set(left);
                return Ok(Some(entry));
            }
        }
        self.target.set(Value::UNBOUND);
        Ok(None)
    }

    /// The next item of a set.
    #[inline]
    pub fn next_set_item(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(set) = self.target.get().cast::<Set>() else { return Ok(None) };
        let table = set.table.get();
        if table.live() != self.expected.get() {
            return Err(self.changed(vm, "Set changed size during iteration"));
        }
        match self.find_next(&table) {
            Some((item, _)) => {
                self.left.set(self.left.get().saturating_sub(1));
                Ok(Some(item))
            }
            None => {
                self.target.set(Value::UNBOUND);
                Ok(None)
            }
        }
    }

    #[cold]
    fn changed(&self, vm: &Vm, message: &str) -> Raised {
        // Asking again raises again.
        self.expected.set(usize::MAX);
        vm.runtime_error(message)
    }

    /// How many items are still to come, as far as is known.
    fn hint(&self) -> usize {
        let size = self.target.get().cast::<Dict>().map(|dict| dict.len());
        let size = size.or_else(|| self.target.get().cast::<Set>().map(|set| set.len()));
        if size == Some(self.expected.get()) { self.left.get() } else { 0 }
    }
}

fn this(args: &[Value]) -> Gc<DictIter> {
    args[0].expect()
}

fn unbound_or(value: Option<Value>) -> PyResult {
    Ok(value.unwrap_or(Value::UNBOUND))
}

fn pair(vm: &Vm, entry: Option<(Value, Value)>) -> PyResult {
    match entry {
        Some((key, value)) => Tuple::of(vm, [key, value]).map(Value::from),
        None => Ok(Value::UNBOUND),
    }
}

#[methods(pub(in crate::types) COMMON)]
impl Common {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return how many items are still to come, as far as is known.
    #[method("__length_hint__($self, /)")]
    fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).hint() as i64)
    }

    /// Return what makes an equal iterator, for copying: iter and the list of the items still to come.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = this(args);
        let state = DictIter {
            header: Header::empty(),
            target: iterator.target.clone(),
            index: iterator.index.clone(),
            expected: iterator.expected.clone(),
            left: iterator.left.clone(),
        };
        let copy = vm.new_native(vm.class_of(args[0]), state)?;
        let rest: Gc<List> = vm.list_from(copy.into())?;
        let iter = crate::types::iterators::builtin(vm, "iter")?;
        let arguments = vm.new_tuple(&[rest.into()])?;
        vm.new_tuple(&[iter, arguments])
    }
}

#[methods(pub(super) KEYS)]
impl Keys {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_key(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_entry(vm)?.map(|(key, _)| key))
    }
}

#[methods(pub(super) VALUES)]
impl Values {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_value(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_entry(vm)?.map(|(_, value)| value))
    }
}

#[methods(pub(super) ITEMS)]
impl Items {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_item(vm: &Vm, args: &[Value]) -> PyResult {
        let entry = this(args).next_entry(vm)?;
        pair(vm, entry)
    }
}

#[methods(pub(super) KEYS_BACK)]
impl KeysBack {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_key_back(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_entry_back(vm)?.map(|(key, _)| key))
    }
}

#[methods(pub(super) VALUES_BACK)]
impl ValuesBack {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_value_back(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_entry_back(vm)?.map(|(_, value)| value))
    }
}

#[methods(pub(super) ITEMS_BACK)]
impl ItemsBack {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_item_back(vm: &Vm, args: &[Value]) -> PyResult {
        let entry = this(args).next_entry_back(vm)?;
        pair(vm, entry)
    }
}

#[methods(pub(in crate::types) SET)]
impl SetItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_set(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_set_item(vm)?)
    }
}
