//! The short ways of subscripts and iteration: exact built-in containers, without a look at their classes.

use core::cell::Cell;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::layout::{Layout, shape_of_header};
use crate::types::dict::{Dict, DictIter};
use crate::types::iterators::{SeqIter, enumerate};
use crate::types::list::List;
use crate::types::range::RangeIter;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// `list[int]`, `tuple[int]`, `dict[str]`.
    #[inline(always)]
    pub(super) fn fast_item(&self, obj: Value, key: Value) -> Option<Value> {
        if key.is_int() {
            let index = key.int_unchecked();
            if self.is_exact_list(obj) {
                // SAFETY: the shape says that it is a list.
                let list: Gc<List> = unsafe { Gc::from_ptr(obj.address_unchecked().cast()) };
                let index = if index < 0 { index + list.len() as i64 } else { index };
                return list.get(index as usize);
            }
            if self.is_exact_tuple(obj) {
                // SAFETY: the shape says that it is a tuple.
                let tuple: Gc<Tuple> = unsafe { Gc::from_ptr(obj.address_unchecked().cast()) };
                let index = if index < 0 { index + tuple.len() as i64 } else { index };
                return tuple.get(index as usize);
            }
        } else if self.is_exact_dict(obj) && self.is_exact_str(key) {
            let dict: Gc<Dict> = obj.expect();
            let text: Gc<Str> = key.expect();
            let table = dict.table();
            return table.find_str(&text, text.hash()).map(|index| table.value(index));
        }
        None
    }

    /// The items of an exact tuple or list.
    #[inline(always)]
    pub(super) fn fast_items<'a>(&self, value: Value) -> Option<&'a [Cell<Value>]> {
        if self.is_exact_tuple(value) {
            // SAFETY: the shape says that it is a tuple, which the caller's register keeps alive; values never change in it.
            return Some(unsafe {
                let tuple: Gc<Tuple> = Gc::from_ptr(value.address_unchecked().cast());
                let items = tuple.as_ref_unbound().items();
                core::slice::from_raw_parts(items.as_ptr().cast(), items.len())
            });
        }
        if self.is_exact_list(value) {
            // SAFETY: the shape says that it is a list, which the caller's register keeps alive.
            return Some(unsafe {
                let list: Gc<List> = Gc::from_ptr(value.address_unchecked().cast());
                list.as_ref_unbound().slots()
            });
        }
        None
    }

    /// The next item of a common iterator that has one and needs no other code to run for it.
    #[inline(always)]
    pub(super) fn next_at_once(&self, iterator: Value) -> Option<Value> {
        self.item_at_once::<true>(iterator)
    }

    /// That item; the iterator goes on only if it is to.
    #[inline(always)]
    fn item_at_once<const GO_ON: bool>(&self, iterator: Value) -> Option<Value> {
        let header = iterator.as_header()?;
        let shape = shape_of_header(header);
        match shape.layout {
            Layout::RangeIter => {
                // SAFETY: the layout says what it is.
                let iter: Gc<RangeIter> = unsafe { Gc::from_ptr(header.as_ptr().cast()) };
                let left = iter.left.get();
                if left <= 0 {
                    return None;
                }
                let value = iter.next.get();
                if GO_ON {
                    iter.left.set(left - 1);
                    iter.next.set(value.wrapping_add(iter.step.get()));
                }
                Some(Value::small(value))
            }
            Layout::SeqIter
                if shape.class == self.types().list_iterator || shape.class == self.types().tuple_iterator =>
            {
                // SAFETY: the layout says what it is.
                let iter: Gc<SeqIter> = unsafe { Gc::from_ptr(header.as_ptr().cast()) };
                let items = self.fast_items(iter.sequence.get())?;
                let item = items.get(iter.index.get())?.get();
                if GO_ON {
                    iter.index.set(iter.index.get() + 1);
                }
                Some(item)
            }
            _ => None,
        }
    }

    /// The next pair of an iterator that makes pairs, without making the tuple: `enumerate`, `zip` of two, items of a dict.
    #[inline(never)]
    pub(super) fn next_pair_at_once(&self, iterator: Value) -> Option<(Value, Value)> {
        let (types, class) = (self.types(), self.class_of(iterator));
        if class == types.enumerate {
            let iter: Gc<Record> = iterator.cast()?;
            let number = iter.get(enumerate::NUMBER);
            let next = Value::try_int(number.as_int()?.checked_add(1)?)?;
            let item = self.next_at_once(iter.get(enumerate::ITERATOR))?;
            iter.set(self, enumerate::NUMBER, next);
            return Some((number, item));
        }
        if class == types.zip {
            let iter: Gc<Record> = iterator.cast()?;
            let (first, second) = match iter.fields() {
                [_, first, second] => (first.get(), second.get()),
                _ => return None,
            };
            // Both must have an item before either goes on.
            self.item_at_once::<false>(second)?;
            if first == second {
                return None;
            }
            return Some((self.next_at_once(first)?, self.next_at_once(second)?));
        }
        if class == types.dict_itemiterator {
            return iterator.cast::<DictIter>()?.next_entry_at_once();
        }
        None
    }

    #[inline(always)]
    pub(super) fn fast_iter(&self, value: Value) -> PyResult {
        let types = self.types();
        if self.is_exact_list(value) {
            return SeqIter::new(self, types.list_iterator, value, 0);
        }
        if self.is_exact_tuple(value) {
            return SeqIter::new(self, types.tuple_iterator, value, 0);
        }
        if self.is_exact_dict(value) {
            let dict: Gc<Dict> = value.expect();
            return DictIter::new(self, types.dict_keyiterator, value, 0, dict.len()).map(Value::from);
        }
        self.iter(value)
    }
}
