//! Iterators over ranges: over inline integers, and over integers of any size.

use core::cell::Cell;

use dashu_int::IBig;
use orochi_gc::{Gc, Header, Tracer};
use orochi_macros::methods;

use super::{Range, big};
use crate::error::PyResult;
use crate::object::Record;
use crate::object::layout::{Layout, PyLayout};
use crate::types::iterators::builtin;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

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

impl RangeIter {
    /// An iterator over `count` integers, all of which are inline ones.
    pub fn new(vm: &Vm, start: i64, step: i64, count: i64) -> PyResult {
        let iter = RangeIter {
            header: Header::empty(),
            next: Cell::new(start),
            step: Cell::new(step),
            left: Cell::new(count),
        };
        vm.new_native(vm.types().range_iterator, iter).map(Value::from)
    }

    /// The next item.
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let item = self.next.get();
        self.left.set(left - 1);
        // Behind the last item there may be no such integer; nobody reads it.
        self.next.set(item.wrapping_add(self.step.get()));
        Some(Value::small(item))
    }
}

/// Fields of the record behind a `longrange_iterator`.
const NEXT: usize = 0;
const STEP: usize = 1;
const LEFT: usize = 2;

/// `iter(range)`.
pub(super) fn forward(vm: &Vm, range: &Range) -> PyResult {
    match range.small() {
        Some((start, step, count)) => RangeIter::new(vm, start, step, count),
        None => long(vm, big(range.start.get()), big(range.step.get()), range.length.get()),
    }
}

/// `reversed(range)`.
pub(super) fn backward(vm: &Vm, range: &Range) -> PyResult {
    match range.small() {
        Some((start, step, count)) if step != crate::value::INT_MIN => {
            RangeIter::new(vm, start + (count - 1).max(0) * step, -step, count)
        }
        _ => {
            let (step, count) = (big(range.step.get()), big(range.length.get()));
            let last = big(range.start.get()) + (count - IBig::ONE) * &step;
            long(vm, last, -step, range.length.get())
        }
    }
}

fn long(vm: &Vm, start: IBig, step: IBig, count: Value) -> PyResult {
    let fields = [vm.new_big_int(start)?, vm.new_big_int(step)?, count];
    Record::new(vm, vm.types().long_range_iterator, &fields).map(Value::from)
}

/// `(iter, (range,), None)`: what makes an equal iterator.
fn reduced(vm: &Vm, next: IBig, step: IBig, left: IBig) -> PyResult {
    let stop = vm.new_big_int(&next + left * &step)?;
    let range = Range::new(vm, vm.new_big_int(next)?, stop, vm.new_big_int(step)?)?;
    let arguments = vm.new_tuple(&[range.into()])?;
    vm.new_tuple(&[builtin(vm, "iter")?, arguments, vm.none()])
}

fn this(args: &[Value]) -> Gc<RangeIter> {
    args[0].expect()
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return how many items are left.
    #[method("__length_hint__($self, /)")]
    fn length_hint(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).left.get())
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args).next().unwrap_or(Value::UNBOUND))
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        reduced(vm, iter.next.get().into(), iter.step.get().into(), iter.left.get().into())
    }

    /// Skip that many items.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = this(args);
        let skip = vm.index_clamped(args[1])?.clamp(0, iter.left.get());
        iter.left.set(iter.left.get() - skip);
        iter.next.set(iter.next.get().wrapping_add(skip.wrapping_mul(iter.step.get())));
        Ok(vm.none())
    }
}

#[methods(pub(super) LONG_METHODS)]
impl LongMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn long_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return how many items are left.
    #[method("__length_hint__($self, /)")]
    fn long_length_hint(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0].expect::<Record>().get(LEFT))
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn long_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<Record>();
        let left = big(iter.get(LEFT));
        if left <= IBig::ZERO {
            return Ok(Value::UNBOUND);
        }
        let item = iter.get(NEXT);
        let next = vm.new_big_int(big(item) + big(iter.get(STEP)))?;
        iter.set(vm, NEXT, next);
        iter.set(vm, LEFT, vm.new_big_int(left - IBig::ONE)?);
        Ok(item)
    }

    /// Skip that many items.
    #[method("__setstate__($self, state, /)")]
    fn long_setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<Record>();
        let left = big(iter.get(LEFT));
        let skip = big(vm.index(args[1])?).clamp(IBig::ZERO, left.clone());
        let next = vm.new_big_int(big(iter.get(NEXT)) + &skip * big(iter.get(STEP)))?;
        iter.set(vm, NEXT, next);
        iter.set(vm, LEFT, vm.new_big_int(left - skip)?);
        Ok(vm.none())
    }

    /// Return what makes an equal iterator, for copying.
    #[method("__reduce__($self, /)")]
    fn long_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<Record>();
        reduced(vm, big(iter.get(NEXT)), big(iter.get(STEP)), big(iter.get(LEFT)))
    }
}
