//! Methods, operators and attributes of `range`.

use dashu_int::IBig;
use orochi_gc::Gc;
use orochi_macros::methods;

use super::{Range, big, iterator, plain_int};
use crate::error::PyResult;
use crate::protocol::hash::hash_sequence;
use crate::protocol::text::TextBuf;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::member("start", "The first integer.", |_, range| Ok(range.expect::<Range>().start.get())),
    GetSetDef::member("step", "The distance between integers.", |_, range| Ok(range.expect::<Range>().step.get())),
    GetSetDef::member("stop", "The end, which is not in the range.", |_, range| Ok(range.expect::<Range>().stop.get())),
];

#[inline(always)]
fn this(args: &[Value]) -> Gc<Range> {
    args[0].expect()
}

/// The place of an integer of no subclass (or a bool) in the range; `Err(())` for other values, which are compared one by one.
fn place_of(vm: &Vm, range: &Range, value: Value) -> Result<Option<IBig>, ()> {
    if let (Some(value), Some((start, step, count))) = (value.as_int(), range.small()) {
        let distance = value - start;
        let place = distance / step;
        return Ok((distance % step == 0 && (0..count).contains(&place)).then(|| place.into()));
    }
    let types = vm.types();
    if !value.is_int() && !vm.is_exact(value, types.int) && !vm.is_exact(value, types.bool_) {
        return Err(());
    }
    let distance = big(value) - big(range.start.get());
    let step = big(range.step.get());
    let place = &distance / &step;
    let inside = &place * &step == distance && place >= IBig::ZERO && place < big(range.length.get());
    Ok(inside.then_some(place))
}

fn equal(a: &Range, b: &Range) -> bool {
    let same = |x: Value, y: Value| x == y || (!x.is_int() && !y.is_int() && big(x) == big(y));
    let length = a.length.get();
    same(length, b.length.get())
        && (length == Value::ZERO
            || (same(a.start.get(), b.start.get()) && (length == Value::small(1) || same(a.step.get(), b.step.get()))))
}

fn slice(vm: &Vm, range: &Range, slice: &Slice) -> PyResult {
    let [from, to, by] = slice.indices(vm, &big(range.length.get()))?;
    let (start, step) = (big(range.start.get()), big(range.step.get()));
    let parts = [&start + from * &step, &start + to * &step, by * &step];
    let [start, stop, step] = parts;
    Range::new(vm, vm.new_big_int(start)?, vm.new_big_int(stop)?, vm.new_big_int(step)?).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// True if the range has any integer.
    #[method("__bool__($self, /)")]
    fn bool(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).length.get() != Value::ZERO))
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        if let Ok(place) = place_of(vm, &this(args), args[1]) {
            return Ok(vm.bool(place.is_some()));
        }
        let iterator = iterator::forward(vm, &this(args))?;
        while let Some(item) = vm.next(iterator)? {
            if vm.equals(item, args[1])? {
                return Ok(vm.true_());
            }
        }
        Ok(vm.false_())
    }

    /// Return how many items are equal to the value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        if let Ok(place) = place_of(vm, &this(args), args[1]) {
            return vm.new_int(i64::from(place.is_some()));
        }
        let iterator = iterator::forward(vm, &this(args))?;
        let mut count = 0;
        while let Some(item) = vm.next(iterator)? {
            count += i64::from(vm.equals(item, args[1])?);
        }
        vm.new_int(count)
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(match args[1].cast::<Range>() {
            Some(other) => vm.bool(equal(&this(args), &other)),
            None => vm.not_implemented(),
        })
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let range = this(args);
        if let (Some(index), Some((start, step, count))) = (args[1].as_int(), range.small()) {
            let place = if index < 0 { index + count } else { index };
            if place < 0 || place >= count {
                return Err(vm.index_error("range object index out of range"));
            }
            return vm.new_int(start + place * step);
        }
        if let Some(places) = args[1].cast::<Slice>() {
            return slice(vm, &range, &places);
        }
        let Some(index) = vm.try_index(args[1])? else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("range indices must be integers or slices, not {name}")));
        };
        let (index, count) = (big(index), big(range.length.get()));
        let place = if index < IBig::ZERO { index + &count } else { index };
        if place < IBig::ZERO || place >= count {
            return Err(vm.index_error("range object index out of range"));
        }
        range.item(vm, &place)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let (range, none) = (this(args), vm.none());
        let length = range.length.get();
        let start = if length == Value::ZERO { none } else { range.start.get() };
        let step = if length == Value::ZERO || length == Value::small(1) { none } else { range.step.get() };
        let hashes = [vm.hash(length)?, vm.hash(start)?, vm.hash(step)?];
        vm.new_int(hash_sequence(hashes.into_iter()) as i64)
    }

    /// Return the place of the value.
    ///
    /// Raises ValueError if it is not in the range.
    #[method("index($self, value, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let range = this(args);
        match place_of(vm, &range, args[1]) {
            Ok(Some(place)) => return vm.new_big_int(place),
            Ok(None) => return Err(vm.value_error("range.index(x): x not in range")),
            Err(()) => {}
        }
        let iterator = iterator::forward(vm, &range)?;
        let mut place = 0;
        while let Some(item) = vm.next(iterator)? {
            if vm.equals(item, args[1])? {
                return vm.new_int(place);
            }
            place += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        iterator::forward(vm, &this(args))
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        let length = this(args).length.get();
        match crate::types::int::to_i64(length) {
            Some(_) => Ok(length),
            None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(match args[1].cast::<Range>() {
            Some(other) => vm.bool(!equal(&this(args), &other)),
            None => vm.not_implemented(),
        })
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, start, stop=<unrepresentable>, step=1, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let first = plain_int(vm, args[1])?;
        let Some(stop) = args[2].bound() else {
            return Range::new(vm, Value::ZERO, first, Value::small(1)).map(Value::from);
        };
        let stop = plain_int(vm, stop)?;
        let step = match args[3].bound() {
            Some(step) => plain_int(vm, step)?,
            None => Value::small(1),
        };
        Range::new(vm, first, stop, step).map(Value::from)
    }

    /// Return the class and arguments that make an equal range, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let range = this(args);
        let arguments = vm.new_tuple(&[range.start.get(), range.stop.get(), range.step.get()])?;
        vm.new_tuple(&[vm.types().range.into(), arguments])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let range = this(args);
        let parts = [range.start.get(), range.stop.get(), range.step.get()];
        let shown = if parts[2] == Value::small(1) { &parts[..2] } else { &parts[..] };
        let mut text = TextBuf::new();
        text.push("range(");
        sequence::push_items(vm, &mut text, |index| shown.get(index).copied())?;
        text.push(")");
        text.finish(vm)
    }

    /// Return a reverse iterator.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        iterator::backward(vm, &this(args))
    }
}
