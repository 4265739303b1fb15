//! Iterators over sequences by position.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};
use orochi_macros::methods;

use super::builtin;
use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// An iterator over a sequence by position. Its class says over what.
#[repr(C)]
pub struct SeqIter {
    header: Header,
    /// Unbound once it is exhausted.
    pub sequence: Cell<Value>,
    /// Place of the next item; for a reversed iterator, one past it.
    pub index: Cell<usize>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for SeqIter {
    const LAYOUT: Layout = Layout::SeqIter;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.sequence.get().trace(tracer);
    }
}

impl SeqIter {
    /// An iterator of one of the classes for them.
    pub fn new(vm: &Vm, class: Gc<Class>, sequence: Value, index: usize) -> PyResult {
        let iter = SeqIter { header: Header::empty(), sequence: Cell::new(sequence), index: Cell::new(index) };
        vm.new_native(class, iter).map(Value::from)
    }

    /// The next item of a list.
    #[inline(always)]
    pub fn next_of_list(&self) -> Option<Value> {
        let list = self.sequence.get().cast::<List>()?;
        self.step(list.get(self.index.get()))
    }

    /// The next item of a tuple.
    #[inline(always)]
    pub fn next_of_tuple(&self) -> Option<Value> {
        let tuple = self.sequence.get().cast::<Tuple>()?;
        self.step(tuple.get(self.index.get()))
    }

    /// The next character of a string.
    #[inline]
    pub fn next_of_str(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(text) = self.sequence.get().cast::<Str>() else { return Ok(None) };
        let index = self.index.get();
        let item = if index < text.len() {
            let code_point = text.text().at(index);
            Some(match u8::try_from(code_point) {
                Ok(byte) => vm.latin1_char(byte).into(),
                Err(_) => Str::from_slice(vm, &[code_point])?.into(),
            })
        } else {
            None
        };
        Ok(self.step(item))
    }

    /// Goes on after an item, or ends where there is none.
    #[inline(always)]
    pub(super) fn step(&self, item: Option<Value>) -> Option<Value> {
        match item {
            Some(_) => self.index.set(self.index.get() + 1),
            None => self.sequence.set(Value::UNBOUND),
        }
        item
    }

    /// The next item of anything with `__getitem__`.
    fn next_of_any(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let Some(sequence) = self.sequence.get().bound() else { return Ok(None) };
        let item = item_or_end(vm, sequence, self.index.get())?;
        Ok(self.step(item))
    }
}

/// An item of anything with `__getitem__`; `None` where that raises IndexError or StopIteration.
pub(super) fn item_or_end(vm: &Vm, sequence: Value, index: usize) -> PyResult<Option<Value>> {
    let result = vm.get_item(sequence, vm.new_int(index as i64)?);
    let result = vm.absorb(result, vm.types().index_error);
    Ok(vm.absorb(result, vm.types().stop_iteration)?.flatten())
}

fn this(args: &[Value]) -> Gc<SeqIter> {
    args[0].expect()
}

fn unbound_or(item: Option<Value>) -> PyResult {
    Ok(item.unwrap_or(Value::UNBOUND))
}

#[methods(pub(super) COMMON)]
impl Common {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }
}

#[methods(pub(super) FORWARD)]
impl Forward {
    /// Return how many items are still to come, as far as is known.
    #[method("__length_hint__($self, /)")]
    fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(sequence) = iter.sequence.get().bound() else { return Ok(Value::ZERO) };
        if vm.class_of(sequence).special(Special::Len).is_unbound() {
            return Ok(vm.not_implemented());
        }
        let len = vm.len(sequence)?;
        vm.new_int(len.saturating_sub(iter.index.get()) as i64)
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let builtin = builtin(vm, "iter")?;
        let iter = this(args);
        match iter.sequence.get().bound() {
            Some(sequence) => {
                let arguments = vm.new_tuple(&[sequence])?;
                vm.new_tuple(&[builtin, arguments, vm.new_int(iter.index.get() as i64)?])
            }
            None => {
                let empty = match &*vm.class_of(args[0]).name.get().to_string() {
                    "list_iterator" => vm.new_list(&[])?,
                    name if name.starts_with("str_") => vm.empty_str().into(),
                    _ => vm.empty_tuple().into(),
                };
                vm.new_tuple(&[builtin, vm.new_tuple(&[empty])?])
            }
        }
    }

    /// Go to that place.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let place = vm.state_place(args[1])?;
        this(args).index.set(place.max(0) as usize);
        Ok(vm.none())
    }
}

#[methods(pub(super) ANY)]
impl Any {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_any(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_of_any(vm)?)
    }
}

#[methods(pub(super) LIST)]
impl ListItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_list(_: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_of_list())
    }
}

#[methods(pub(super) TUPLE)]
impl TupleItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_tuple(_: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_of_tuple())
    }
}

#[methods(pub(super) STR)]
impl StrItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_str(vm: &Vm, args: &[Value]) -> PyResult {
        unbound_or(this(args).next_of_str(vm)?)
    }
}

#[methods(pub(super) BYTES)]
impl BytesItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_bytes(_: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(bytes) = iter.sequence.get().cast::<Bytes>() else { return Ok(Value::UNBOUND) };
        let byte = bytes.as_slice().get(iter.index.get()).copied();
        unbound_or(iter.step(byte.map(|byte| Value::small(i64::from(byte)))))
    }
}

#[methods(pub(super) BYTEARRAY)]
impl ByteArrayItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_bytearray(_: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let Some(bytes) = iter.sequence.get().cast::<ByteArray>() else { return Ok(Value::UNBOUND) };
        let byte = bytes.data.borrow().get(iter.index.get()).copied();
        unbound_or(iter.step(byte.map(|byte| Value::small(i64::from(byte)))))
    }
}

#[methods(pub(super) MEMORY)]
impl MemoryItems {
    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next_of_memory(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let item = crate::types::memoryview::methods::next_item(vm, &iter)?;
        unbound_or(iter.step(item))
    }
}
