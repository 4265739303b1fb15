//! Subscripts and sizes: `obj[key]`, `obj[key] = value`, `del obj[key]`, `len(obj)`, and places in sequences.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, flags};
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The places that a slice selects in a sequence: `count` of them from `start` on, `step` apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceRange {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl SliceRange {
    /// The places in order.
    pub fn places(self) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator {
        (0..self.count).map(move |n| (self.start + n as i64 * self.step) as usize)
    }
}

impl Vm {
    /// `obj[key]`.
    pub fn get_item(&self, obj: Value, key: Value) -> PyResult {
        let types = self.types();
        let class = self.class_of(obj);
        if class == types.list
            && let Some(index) = key.as_int()
        {
            let list = obj.expect::<List>();
            let place = if index < 0 { index + list.len() as i64 } else { index };
            return match list.get(place as usize) {
                Some(value) if place >= 0 => Ok(value),
                _ => Err(self.index_error("list index out of range")),
            };
        }
        if class == types.tuple
            && let Some(index) = key.as_int()
        {
            let tuple = obj.expect::<Tuple>();
            let place = if index < 0 { index + tuple.len() as i64 } else { index };
            return match tuple.get(place as usize) {
                Some(value) if place >= 0 => Ok(value),
                _ => Err(self.index_error("tuple index out of range")),
            };
        }
        if class == types.dict {
            return match obj.expect::<Dict>().get(self, key)? {
                Some(value) => Ok(value),
                None => Err(self.key_error(key)),
            };
        }
        if let Some(get) = class.native(Special::GetItem) {
            return get(self, &[obj, key]);
        }
        let method = class.special(Special::GetItem);
        if method.is_bound() {
            return self.call_special(obj, method, &[key]);
        }
        if let Some(class) = obj.cast::<Class>() {
            let name = self.intern("__class_getitem__");
            if let Some(found) = class.lookup(self, name) {
                let bound = self.bind_on_class(found, class)?;
                return self.call(bound, &[key]);
            }
            if class == types.type_ {
                return crate::types::generic_alias::new(self, obj, key);
            }
            return Err(self.type_error(format!("type '{}' is not subscriptable", class.name.get())));
        }
        Err(self.type_error(format!("'{}' object is not subscriptable", self.type_name(obj))))
    }

    /// What a class attribute gives when it is looked up on the class itself.
    pub fn bind_on_class(&self, value: Value, class: orochi_gc::Gc<Class>) -> PyResult {
        crate::types::type_::bind_class_attribute(self, value, class)
    }

    /// `obj[key] = value`.
    pub fn set_item(&self, obj: Value, key: Value, value: Value) -> PyResult<()> {
        let types = self.types();
        let class = self.class_of(obj);
        if class == types.list
            && let Some(index) = key.as_int()
        {
            let list = obj.expect::<List>();
            let place = if index < 0 { index + list.len() as i64 } else { index };
            if place < 0 || !list.set(self, place as usize, value) {
                return Err(self.index_error("list assignment index out of range"));
            }
            return Ok(());
        }
        if class == types.dict {
            return obj.expect::<Dict>().set(self, key, value);
        }
        if let Some(set) = class.native(Special::SetItem) {
            return set(self, &[obj, key, value]).map(drop);
        }
        let method = class.special(Special::SetItem);
        if method.is_unbound() {
            self.is_sequence_index(class, key)?;
            return Err(self.type_error(format!("'{}' object does not support item assignment", class.name.get())));
        }
        self.call_special(obj, method, &[key, value]).map(drop)
    }

    /// `del obj[key]`.
    pub fn delete_item(&self, obj: Value, key: Value) -> PyResult<()> {
        let class = self.class_of(obj);
        if let Some(delete) = class.native(Special::DelItem) {
            return delete(self, &[obj, key]).map(drop);
        }
        let method = class.special(Special::DelItem);
        if method.is_unbound() {
            let verb = if self.is_sequence_index(class, key)? { "doesn't" } else { "does not" };
            return Err(self.type_error(format!("'{}' object {verb} support item deletion", class.name.get())));
        }
        self.call_special(obj, method, &[key]).map(drop)
    }

    /// Whether CPython takes a subscript that a class has no method for to be meant for a sequence. IndexError when it does not fit an index.
    #[cold]
    fn is_sequence_index(&self, class: Gc<Class>, key: Value) -> PyResult<bool> {
        let is_sequence = class.has(flags::HEAP) || class.special(Special::Len).is_bound();
        if !is_sequence || self.class_of(key).special(Special::Index).is_unbound() {
            return Ok(false);
        }
        self.sequence_place(key, 0, "").map(|_| true)
    }

    /// The length of a common built-in container that is of no subclass.
    #[inline]
    pub(crate) fn builtin_len(&self, obj: Value) -> Option<usize> {
        let (types, class) = (self.types(), self.class_of(obj));
        if class == types.list {
            Some(obj.expect::<List>().len())
        } else if class == types.tuple {
            Some(obj.expect::<Tuple>().len())
        } else if class == types.dict {
            Some(obj.expect::<Dict>().len())
        } else if class == types.str {
            Some(obj.expect::<Str>().len())
        } else if class == types.set {
            Some(obj.expect::<Set>().len())
        } else {
            None
        }
    }

    /// `len(obj)`.
    pub fn len(&self, obj: Value) -> PyResult<usize> {
        if let Some(len) = self.builtin_len(obj) {
            return Ok(len);
        }
        let class = self.class_of(obj);
        let method = class.special(Special::Len);
        if method.is_unbound() {
            return Err(self.type_error(format!("object of type '{}' has no len()", self.type_name(obj))));
        }
        let result = match class.native(Special::Len) {
            Some(len) => len(self, &[obj])?,
            None => self.call_special(obj, method, &[])?,
        };
        match result.as_int() {
            Some(len) if len >= 0 => Ok(len as usize),
            _ => {
                let index = self.index(result)?;
                match crate::types::int::to_i64(index) {
                    Some(len) if len >= 0 => Ok(len as usize),
                    None if crate::types::int::to_i64_clamped(index) > 0 => {
                        let name = self.type_name(result);
                        Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
                    }
                    _ => Err(self.value_error("__len__() should return >= 0")),
                }
            }
        }
    }

    /// The place in a sequence of `len` items that an index means, or `None` when it is outside. TypeError with
    /// `what indices must be integers or slices, not X` when it is no integer.
    pub fn sequence_place(&self, key: Value, len: usize, what: &str) -> PyResult<Option<usize>> {
        let index = match key.as_int() {
            Some(index) => index,
            None => match self.try_index(key)? {
                Some(index) => match crate::types::int::to_i64(index) {
                    Some(index) => index,
                    None => {
                        return Err(self
                            .index_error(format!("cannot fit '{}' into an index-sized integer", self.type_name(key))));
                    }
                },
                None => {
                    return Err(self.type_error(format!(
                        "{what} indices must be integers or slices, not {}",
                        self.type_name(key)
                    )));
                }
            },
        };
        let place = if index < 0 { index.checked_add(len as i64) } else { Some(index) };
        Ok(place.and_then(|place| usize::try_from(place).ok()).filter(|place| *place < len))
    }

    /// The places that a slice selects in a sequence of `len` items (`slice.indices`).
    pub fn slice_range(&self, slice: &Slice, len: usize) -> PyResult<SliceRange> {
        let none = self.none();
        let len = len as i64;
        let step = if slice.step.get() == none { 1 } else { self.slice_index(slice.step.get())? };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let step = step.max(-i64::MAX);
        let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let bound = |value: Value, default: i64| -> PyResult<i64> {
            if value == none {
                return Ok(default);
            }
            let index = self.slice_index(value)?;
            Ok(if index < 0 { index.saturating_add(len).max(low) } else { index.min(high) })
        };
        let start = bound(slice.start.get(), if step < 0 { high } else { low })?;
        let stop = bound(slice.stop.get(), if step < 0 { low } else { high })?;
        let count = if step < 0 {
            if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        Ok(SliceRange { start, stop, step, count: count as usize })
    }

    fn slice_index(&self, value: Value) -> PyResult<i64> {
        match self.try_index(value)? {
            Some(index) => Ok(crate::types::int::to_i64_clamped(index)),
            None => Err(self.type_error("slice indices must be integers or None or have an __index__ method")),
        }
    }
}
