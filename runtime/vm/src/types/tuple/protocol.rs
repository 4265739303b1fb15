//! Special methods of `tuple`.

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::methods::this;
use crate::error::PyResult;
use crate::protocol::text::TextBuf;
use crate::types::iterators::SeqIter;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (a, Some(b)) = (this(args), args[1].cast::<Tuple>()) else { return Ok(vm.not_implemented()) };
    vm.compare_tuples(op, a, b)
}

fn repeat(vm: &Vm, args: &[Value]) -> PyResult {
    let tuple = this(args);
    let count = sequence::repeat_count(vm, args[1])?;
    if count == 1 && vm.is_exact_tuple(args[0]) {
        return Ok(args[0]);
    }
    let Some(total) = tuple.len().checked_mul(count) else { return Err(vm.memory_error()) };
    Tuple::from_iter(vm, total, tuple.items().iter().cycle().take(total).copied()).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        let Some(other) = args[1].cast::<Tuple>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")));
        };
        if other.is_empty() && vm.is_exact_tuple(args[0]) {
            return Ok(args[0]);
        }
        if tuple.is_empty() && vm.is_exact_tuple(args[1]) {
            return Ok(args[1]);
        }
        let items = tuple.items().iter().chain(other.items()).copied();
        Tuple::from_iter(vm, tuple.len() + other.len(), items).map(Value::from)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        let found = sequence::find(vm, args[1], 0, usize::MAX, |index| tuple.get(index))?;
        Ok(vm.bool(found.is_some()))
    }

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

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        if let Some(slice) = args[1].cast::<Slice>() {
            let range = vm.slice_range(&slice, tuple.len())?;
            if range.step == 1 && range.count == tuple.len() && vm.is_exact_tuple(args[0]) {
                return Ok(args[0]);
            }
            let items = range.places().filter_map(|place| tuple.get(place));
            return Tuple::from_iter(vm, range.count, items).map(Value::from);
        }
        let place = vm.sequence_place(args[1], tuple.len(), "tuple")?;
        match place.and_then(|place| tuple.get(place)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error("tuple index out of range")),
        }
    }

    /// Return the arguments that make an equal tuple, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let plain = vm.new_tuple(this(args).items())?;
        vm.new_tuple(&[plain])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.hash_tuple(this(args))? as i64)
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.types().tuple_iterator, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        repeat(vm, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, iterable=(), /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class = args[0].expect();
        let tuple = match args[1].bound() {
            Some(iterable) => vm.tuple_from(iterable)?,
            None => vm.empty_tuple(),
        };
        if class == vm.types().tuple {
            return Ok(tuple.into());
        }
        Tuple::with_class(vm, class, tuple.items()).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("(...)") };
        let mut text = TextBuf::new();
        text.push("(");
        sequence::push_items(vm, &mut text, |index| tuple.get(index))?;
        text.push(if tuple.len() == 1 { ",)" } else { ")" });
        text.finish(vm)
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        repeat(vm, args)
    }
}
