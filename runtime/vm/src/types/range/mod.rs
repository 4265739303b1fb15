//! `range`: the object and its construction. [`methods`] has the methods and operators, [`iterator`] the iterators.

mod iterator;
mod methods;

use core::cell::Cell;

use dashu_int::IBig;
use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::int;
use crate::value::Value;
use crate::vm::Vm;

pub use iterator::RangeIter;

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

/// `range`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::SEQUENCE,
    methods: &[methods::METHODS],
    getset: methods::GETSET,
    ..ClassDef::new("range", "The integers from start up to, without, stop, a step apart.", Layout::Range)
};
/// `range_iterator`.
pub static ITERATOR_CLASS: ClassDef =
    ClassDef { methods: &[iterator::METHODS], ..ClassDef::new("range_iterator", "", Layout::RangeIter) };
/// `longrange_iterator`: a record of next item, step and number left.
pub static LONG_ITERATOR_CLASS: ClassDef =
    ClassDef { methods: &[iterator::LONG_METHODS], ..ClassDef::new("longrange_iterator", "", Layout::Record) };

impl Range {
    /// A range of plain integers. ValueError when the step is zero.
    pub fn new(vm: &Vm, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        if step == Value::ZERO {
            return Err(vm.value_error("range() arg 3 must not be zero"));
        }
        let length = length(vm, start, stop, step)?;
        vm.new_native(
            vm.types().range,
            Range {
                header: Header::empty(),
                start: Cell::new(start),
                stop: Cell::new(stop),
                step: Cell::new(step),
                length: Cell::new(length),
            },
        )
    }

    /// Start, step and number of items, if all of them and all items are inline integers.
    #[inline]
    #[must_use]
    pub fn small(&self) -> Option<(i64, i64, i64)> {
        self.stop.get().as_int()?;
        Some((self.start.get().as_int()?, self.step.get().as_int()?, self.length.get().as_int()?))
    }

    /// An item by its place, which must be one of the range.
    fn item(&self, vm: &Vm, place: &IBig) -> PyResult {
        let (start, step) = (big(self.start.get()), big(self.step.get()));
        vm.new_big_int(start + place * step)
    }
}

/// A part of a range as a big integer.
fn big(value: Value) -> IBig {
    int::to_big(value).unwrap_or_default()
}

/// An integer of no subclass: what `__index__` of the value gives.
fn plain_int(vm: &Vm, value: Value) -> PyResult {
    let index = vm.index(value)?;
    if index.is_int() || vm.is_exact(index, vm.types().int) { Ok(index) } else { vm.new_big_int(big(index)) }
}

fn length(vm: &Vm, start: Value, stop: Value, step: Value) -> PyResult {
    if let (Some(start), Some(stop), Some(step)) = (start.as_int(), stop.as_int(), step.as_int()) {
        // Inline integers have 62 bits: none of this overflows.
        let distance = if step > 0 { stop - start } else { start - stop };
        return vm.new_int(if distance <= 0 { 0 } else { (distance - 1) / step.abs() + 1 });
    }
    let (start, stop, step) = (big(start), big(stop), big(step));
    let (distance, step) = if step > IBig::ZERO { (stop - start, step) } else { (start - stop, -step) };
    if distance <= IBig::ZERO {
        return Ok(Value::ZERO);
    }
    vm.new_big_int((distance - IBig::ONE) / step + IBig::ONE)
}
