//! Iteration: `iter(obj)`, `next(it)`, and reading a whole iterable from native code.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::flags;
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::int::Int;
use crate::types::iterators::SeqIter;
use crate::types::list::List;
use crate::types::native::{Native, NativeFn};
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// An iterator that native code reads.
#[derive(Clone, Copy)]
pub struct Items {
    iterator: Value,
    next: Option<NativeFn>,
}

impl Items {
    /// The next item; `None` when there are no more.
    #[inline(always)]
    pub fn next(&mut self, vm: &Vm) -> PyResult<Option<Value>> {
        match self.next {
            Some(next) => vm.next_by(next, self.iterator),
            None => vm.next(self.iterator),
        }
    }
}

impl Vm {
    /// `iter(obj)`.
    pub fn iter(&self, obj: Value) -> PyResult {
        let class = self.class_of(obj);
        let method = class.special(Special::Iter);
        if method.is_bound() && method != self.none() {
            let iterator = match class.native(Special::Iter) {
                Some(iter) => iter(self, &[obj])?,
                None => self.call_special(obj, method, &[])?,
            };
            if self.class_of(iterator).special(Special::Next).is_unbound() {
                return Err(
                    self.type_error(format!("iter() returned non-iterator of type '{}'", self.type_name(iterator)))
                );
            }
            return Ok(iterator);
        }
        if method.is_unbound()
            && class.special(Special::GetItem).is_bound()
            // Native sequences all have `__iter__`; what has items by native code besides is a mapping or the like.
            && class.special(Special::GetItem).cast::<Native>().is_none()
        {
            return SeqIter::new(self, self.types().seq_iterator, obj, 0);
        }
        Err(self.type_error(format!("'{}' object is not iterable", class.name.get())))
    }

    /// `next(iterator)`; `None` when there are no more items. TypeError when it is no iterator.
    #[inline]
    pub fn next(&self, iterator: Value) -> PyResult<Option<Value>> {
        let class = self.class_of(iterator);
        match class.native(Special::Next) {
            Some(next) => self.next_by(next, iterator),
            None => self.next_slow(iterator, class.special(Special::Next)),
        }
    }

    /// As [`Vm::next`], with the way of list iterators inside: for iterators over other iterators.
    #[inline(always)]
    pub(crate) fn next_inlined(&self, iterator: Value) -> PyResult<Option<Value>> {
        if self.is_exact(iterator, self.types().list_iterator)
            && let Some(iter) = iterator.cast::<SeqIter>()
        {
            return Ok(iter.next_of_list());
        }
        self.next(iterator)
    }

    /// The same with the native code of the iterator's `__next__`.
    #[inline(always)]
    fn next_by(&self, next: NativeFn, iterator: Value) -> PyResult<Option<Value>> {
        self.check_interrupt()?;
        // Native iterators say that they are exhausted with an unbound value: no exception is made.
        match next(self, &[iterator]) {
            Ok(value) => Ok(value.bound()),
            // A generator that returned a value, or Python code behind the iterator, says it with an exception.
            result => self.absorb(result, self.types().stop_iteration),
        }
    }

    #[inline(never)]
    fn next_slow(&self, iterator: Value, method: Value) -> PyResult<Option<Value>> {
        if method.is_unbound() {
            return Err(self.type_error(format!("'{}' object is not an iterator", self.type_name(iterator))));
        }
        let result = self.call_special(iterator, method, &[]);
        self.absorb(result, self.types().stop_iteration)
    }

    /// Calls `f` with every item of an iterable.
    pub fn for_each(&self, iterable: Value, mut f: impl FnMut(Value) -> PyResult<()>) -> PyResult<()> {
        self.for_each_while(iterable, |item| f(item).map(|()| true))
    }

    /// Calls `f` with every item of an iterable until it says false.
    pub fn for_each_while(&self, iterable: Value, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
        if self.is_exact(iterable, self.types().list) {
            let list = iterable.expect::<List>();
            let mut index = 0;
            while let Some(item) = list.get(index) {
                if !f(item)? {
                    break;
                }
                index += 1;
            }
            return Ok(());
        }
        if self.is_exact_tuple(iterable) {
            let tuple = iterable.expect::<Tuple>();
            for item in tuple.items() {
                if !f(*item)? {
                    break;
                }
            }
            return Ok(());
        }
        let mut items = self.items(iterable)?;
        while let Some(item) = items.next(self)? {
            if !f(item)? {
                break;
            }
        }
        Ok(())
    }

    /// Iterates over an iterable from native code. What `__next__` is is looked up once where no program can change it.
    pub fn items(&self, iterable: Value) -> PyResult<Items> {
        let iterator = self.iter(iterable)?;
        let class = self.class_of(iterator);
        let next = if class.has(flags::HEAP) { None } else { class.native(Special::Next) };
        Ok(Items { iterator, next })
    }

    /// A new list of an iterable's items.
    pub fn list_from(&self, iterable: Value) -> PyResult<Gc<List>> {
        if self.is_exact_list(iterable) {
            return iterable.expect::<List>().copy_range(self, 0, usize::MAX);
        }
        let list = List::with_capacity(self, 0)?;
        self.list_extend(list, iterable)?;
        Ok(list)
    }

    /// Appends all items of an iterable to a list.
    pub fn list_extend(&self, list: Gc<List>, iterable: Value) -> PyResult<()> {
        if self.is_exact_tuple(iterable) {
            return list.extend(self, iterable.expect::<Tuple>().items());
        }
        if let Some(other) = iterable.cast::<List>().filter(|_| self.is_exact(iterable, self.types().list)) {
            return list.extend_cells(self, other.slots());
        }
        // Keys of exact dicts and items of exact sets are read without an iterator: no program runs meanwhile.
        let table = if self.is_exact_dict(iterable) {
            Some(iterable.expect::<Dict>().table())
        } else if self.is_exact(iterable, self.types().set) || self.is_exact(iterable, self.types().frozenset) {
            Some(iterable.expect::<Set>().table.get())
        } else {
            None
        };
        if let Some(table) = table {
            list.reserve(self, table.live())?;
            for index in table.first()..table.used() {
                if let Some((key, _)) = table.entry(index) {
                    list.push(self, key)?;
                }
            }
            return Ok(());
        }
        // As CPython: the iterator is made before it is asked how long it is; a hint that does not fit an index is no hint.
        let mut items = self.items(iterable)?;
        let hint = self.length_hint(iterable)?;
        if i64::try_from(hint + list.len()).is_ok() {
            list.reserve(self, hint)?;
        }
        while let Some(item) = items.next(self)? {
            list.push(self, item)?;
        }
        Ok(())
    }

    /// A tuple of an iterable's items; an exact tuple is returned as it is.
    pub fn tuple_from(&self, iterable: Value) -> PyResult<Gc<Tuple>> {
        if self.is_exact_tuple(iterable) {
            return Ok(iterable.expect::<Tuple>());
        }
        if self.is_exact_list(iterable) {
            return iterable.expect::<List>().to_tuple(self);
        }
        self.list_from(iterable)?.to_tuple(self)
    }

    /// How many items an iterable is likely to have (`operator.length_hint`).
    pub fn length_hint(&self, obj: Value) -> PyResult<usize> {
        let class = self.class_of(obj);
        if class.special(Special::Len).is_bound() {
            let len = self.len(obj);
            return Ok(self.absorb(len, self.types().type_error)?.unwrap_or(0));
        }
        let method = class.special(Special::LengthHint);
        if method.is_unbound() {
            return Ok(0);
        }
        let result = self.call_special(obj, method, &[]);
        let Some(hint) = self.absorb(result, self.types().type_error)? else { return Ok(0) };
        if hint == self.not_implemented() {
            return Ok(0);
        }
        match crate::types::int::to_i64(hint) {
            Some(hint) if hint >= 0 => Ok(hint as usize),
            Some(_) => Err(self.value_error("__length_hint__() should return >= 0")),
            None if hint.cast::<Int>().is_some() => {
                Err(self.overflow_error("Python int too large to convert to C ssize_t"))
            }
            None => Err(self.type_error(format!("__length_hint__ must be an integer, not {}", self.type_name(hint)))),
        }
    }

    /// Adds the entries of a mapping or of an iterable of pairs to a dict: `dict.update`, `dict(..)`.
    pub fn dict_update(&self, dict: Gc<Dict>, source: Value) -> PyResult<()> {
        // As CPython: a subclass that does not iterate in its own way is copied without asking its methods.
        if let Some(other) = source.cast::<Dict>()
            && self.class_of(source).special(Special::Iter) == self.types().dict.special(Special::Iter)
        {
            return dict.update(self, other);
        }
        if let Some(keys) = self.find_attr_str(source, "keys")? {
            let keys = self.call(keys, &[])?;
            return self.for_each(keys, |key| {
                let value = self.get_item(source, key)?;
                dict.set(self, key, value)
            });
        }
        let mut index = 0;
        self.for_each(source, |pair| {
            if self.is_exact_tuple(pair)
                && let [key, value] = *pair.expect::<Tuple>().items()
            {
                index += 1;
                return dict.set(self, key, value);
            }
            let mut is_iterable = true;
            let items = self.iter(pair).inspect_err(|_| is_iterable = false).and_then(|items| self.list_from(items));
            let items = match items {
                Ok(items) => items,
                Err(raised) if self.pending_is(self.types().type_error) => {
                    let mut exception = self.take_exception(raised);
                    if !is_iterable {
                        let raised = self.type_error("object is not iterable");
                        exception = self.take_exception(raised);
                    }
                    let note = self.new_str(&format!(
                        "Cannot convert dictionary update sequence element #{index} to a sequence"
                    ))?;
                    self.call_method(exception.into(), "add_note", &[note])?;
                    return Err(self.raise_exception(exception));
                }
                Err(raised) => return Err(raised),
            };
            let (Some(key), Some(value), 2) = (items.get(0), items.get(1), items.len()) else {
                return Err(self.value_error(format!(
                    "dictionary update sequence element #{index} has length {}; 2 is required",
                    items.len()
                )));
            };
            index += 1;
            dict.set(self, key, value)
        })
    }
}
