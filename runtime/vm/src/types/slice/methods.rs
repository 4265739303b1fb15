//! Methods and attributes of `slice`.

use dashu_int::IBig;
use orochi_bytecode::operands::CompareOp;
use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::protocol::hash::hash_sequence;
use crate::protocol::text::TextBuf;
use crate::types::int;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

pub(super) static GETSET: &[GetSetDef] = &[
    GetSetDef::member("start", "The first place, or None.", |_, slice| Ok(slice.expect::<Slice>().start.get())),
    GetSetDef::member("step", "The distance of places, or None.", |_, slice| Ok(slice.expect::<Slice>().step.get())),
    GetSetDef::member("stop", "The end of the places, or None.", |_, slice| Ok(slice.expect::<Slice>().stop.get())),
];

fn this(args: &[Value]) -> Gc<Slice> {
    args[0].expect()
}

fn parts(slice: &Slice) -> [Value; 3] {
    [slice.start.get(), slice.stop.get(), slice.step.get()]
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (a, Some(b)) = (this(args), args[1].cast::<Slice>()) else { return Ok(vm.not_implemented()) };
    let (a, b) = (parts(&a), parts(&b));
    vm.compare_sequences(op, |index| a.get(index).copied(), |index| b.get(index).copied())
}

/// The integer of a part; TypeError when it is none.
fn part(vm: &Vm, value: Value) -> PyResult<IBig> {
    match vm.try_index(value)?.and_then(int::to_big) {
        Some(index) => Ok(index),
        None => Err(vm.type_error("slice indices must be integers or None or have an __index__ method")),
    }
}

impl Slice {
    /// Start, stop and step of the places that the slice selects in a sequence of any length.
    pub fn indices(&self, vm: &Vm, length: &IBig) -> PyResult<[IBig; 3]> {
        let none = vm.none();
        let [start, stop, step] = parts(self);
        let step = if step == none { IBig::ONE } else { part(vm, step)? };
        if step == IBig::ZERO {
            return Err(vm.value_error("slice step cannot be zero"));
        }
        let down = step < IBig::ZERO;
        let (low, high) = if down { (-IBig::ONE, length - IBig::ONE) } else { (IBig::ZERO, length.clone()) };
        let bound = |value: Value, default: &IBig| -> PyResult<IBig> {
            if value == none {
                return Ok(default.clone());
            }
            let place = part(vm, value)?;
            let place = if place < IBig::ZERO { place + length } else { place };
            Ok(place.max(low.clone()).min(high.clone()))
        };
        let start = bound(start, if down { &high } else { &low })?;
        let stop = bound(stop, if down { &low } else { &high })?;
        Ok([start, stop, step])
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let [start, stop, step] = parts(&this(args));
        let hashes = [vm.hash(start)?, vm.hash(stop)?, vm.hash(step)?];
        vm.new_int(hash_sequence(hashes.into_iter()) as i64)
    }

    /// Return (start, stop, step) of the places that the slice selects in a sequence of that length.
    #[method("indices($self, length, /)")]
    fn indices(vm: &Vm, args: &[Value]) -> PyResult {
        let length = int::to_big(vm.index(args[1])?).unwrap_or_default();
        if length < IBig::ZERO {
            return Err(vm.value_error("length should not be negative"));
        }
        let [start, stop, step] = this(args).indices(vm, &length)?;
        let items = [vm.new_big_int(start)?, vm.new_big_int(stop)?, vm.new_big_int(step)?];
        vm.new_tuple(&items)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, start, stop=None, step=None, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let none = vm.none();
        match args[2].bound() {
            // With one argument it is the end.
            None => Slice::new(vm, none, args[1], none),
            Some(stop) => Slice::new(vm, args[1], stop, args[3].bound().unwrap_or(none)),
        }
    }

    /// Return the class and arguments that make an equal slice, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let arguments = vm.new_tuple(&parts(&this(args)))?;
        vm.new_tuple(&[vm.types().slice.into(), arguments])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        for (before, value) in ["slice(", ", ", ", "].into_iter().zip(parts(&this(args))) {
            text.push(before);
            text.push_repr(vm, value)?;
        }
        text.push(")");
        text.finish(vm)
    }
}
