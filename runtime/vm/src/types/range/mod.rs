//! `range` and its iterators.

use core::cell::Cell;

use orochi_gc::{Header, Tracer};

use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;

/// A range. The parts are integers, inline or not.
#[repr(C)]
pub struct Range {
    header: Header,
    pub start: Cell<Value>,
    pub stop: Cell<Value>,
    pub step: Cell<Value>,
    /// The number of items, an integer.
    pub length: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Range {
    const LAYOUT: Layout = Layout::Range;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.start.get().trace(tracer);
        self.stop.get().trace(tracer);
        self.step.get().trace(tracer);
        self.length.get().trace(tracer);
    }
}

/// An iterator over a range whose parts are all inline integers.
#[repr(C)]
pub struct RangeIter {
    header: Header,
    /// The next item.
    pub next: Cell<i64>,
    pub step: Cell<i64>,
    /// How many items are left.
    pub left: Cell<i64>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for RangeIter {
    const LAYOUT: Layout = Layout::RangeIter;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// `range`.
pub static CLASS: ClassDef = ClassDef::new("range", "", Layout::Range);
/// `range_iterator`.
pub static ITERATOR_CLASS: ClassDef = ClassDef::new("range_iterator", "", Layout::RangeIter);
/// `longrange_iterator`: a record of next item, step and number left.
pub static LONG_ITERATOR_CLASS: ClassDef = ClassDef::new("longrange_iterator", "", Layout::Record);
