//! Iterators over sequences by position, and those of `enumerate`, `zip`, `map`, `filter`, `reversed` and `iter`.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
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
}

/// `enumerate`.
pub static ENUMERATE_CLASS: ClassDef =
    ClassDef { flags: flags::BASE, ..ClassDef::new("enumerate", "", Layout::Record) };
/// `zip`.
pub static ZIP_CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("zip", "", Layout::Record) };
/// `map`.
pub static MAP_CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("map", "", Layout::Record) };
/// `filter`.
pub static FILTER_CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("filter", "", Layout::Record) };
/// `reversed`.
pub static REVERSED_CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("reversed", "", Layout::SeqIter) };
/// `iterator`: over anything with `__getitem__`.
pub static SEQUENCE_CLASS: ClassDef = ClassDef::new("iterator", "", Layout::SeqIter);
/// `list_iterator`.
pub static LIST_CLASS: ClassDef = ClassDef::new("list_iterator", "", Layout::SeqIter);
/// `list_reverseiterator`.
pub static LIST_REVERSE_CLASS: ClassDef = ClassDef::new("list_reverseiterator", "", Layout::SeqIter);
/// `tuple_iterator`.
pub static TUPLE_CLASS: ClassDef = ClassDef::new("tuple_iterator", "", Layout::SeqIter);
/// `str_iterator`.
pub static STR_CLASS: ClassDef = ClassDef::new("str_iterator", "", Layout::SeqIter);
/// `bytes_iterator`.
pub static BYTES_CLASS: ClassDef = ClassDef::new("bytes_iterator", "", Layout::SeqIter);
/// `bytearray_iterator`.
pub static BYTEARRAY_CLASS: ClassDef = ClassDef::new("bytearray_iterator", "", Layout::SeqIter);
/// `callable_iterator`: a record of the callable and the sentinel.
pub static CALLABLE_CLASS: ClassDef = ClassDef::new("callable_iterator", "", Layout::Record);
