//! Special methods of `list`.

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::methods::this;
use crate::error::PyResult;
use crate::protocol::text::TextBuf;
use crate::types::iterators::SeqIter;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::value::Value;
use crate::vm::Vm;

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (a, Some(b)) = (this(args), args[1].cast::<List>()) else { return Ok(vm.not_implemented()) };
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.bool(op == CompareOp::Ne));
    }
    vm.compare_sequences(op, |index| a.get(index), |index| b.get(index))
}

fn repeat(vm: &Vm, args: &[Value]) -> PyResult {
    let list = this(args);
    let count = sequence::repeat_count(vm, args[1])?;
    list.repeat(vm, count).map(Value::from)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let Some(other) = args[1].cast::<List>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("can only concatenate list (not \"{name}\") to list")));
        };
        let sum = List::of_cells(vm, list.slots(), list.len() + other.len())?;
        sum.extend_cells(vm, other.slots())?;
        Ok(sum.into())
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let found = sequence::find(vm, args[1], 0, usize::MAX, |index| list.get(index))?;
        Ok(vm.bool(found.is_some()))
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        if let Some(slice) = args[1].cast::<Slice>() {
            list.delete_slice(vm, &slice)?;
            return Ok(vm.none());
        }
        match vm.sequence_place(args[1], list.len(), "list")? {
            Some(place) => list.splice(vm, place, place + 1, &[])?,
            None => return Err(vm.index_error("list assignment index out of range")),
        }
        Ok(vm.none())
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

    /// Return self[index].
    #[method("__getitem__($self, index, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        if let Some(slice) = args[1].cast::<Slice>() {
            return list.get_slice(vm, &slice).map(Value::from);
        }
        let place = vm.sequence_place(args[1], list.len(), "list")?;
        match place.and_then(|place| list.get(place)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error("list index out of range")),
        }
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Implement self+=value.
    #[method("__iadd__($self, value, /)")]
    fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
        vm.list_extend(this(args), args[1])?;
        Ok(args[0])
    }

    /// Implement self*=value.
    #[method("__imul__($self, value, /)")]
    fn imul(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        match sequence::repeat_count(vm, args[1])? {
            0 => list.clear(vm),
            1 => {}
            count => {
                let repeated = list.repeat(vm, count)?;
                let (array, len) = repeated.take(vm);
                list.put(vm, array, len);
            }
        }
        Ok(args[0])
    }

    /// Fill the list with the items of an iterable.
    #[method("__init__($self, iterable=(), /)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        if !list.is_empty() {
            list.clear(vm);
        }
        if let Some(iterable) = args[1].bound() {
            vm.list_extend(list, iterable)?;
        }
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.types().list_iterator, args[0], 0)
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
    #[method("static __new__(type, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        List::with_class(vm, args[0].expect(), &[]).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("[...]") };
        let mut text = TextBuf::new();
        text.push("[");
        sequence::push_items(vm, &mut text, |index| list.get(index))?;
        text.push("]");
        text.finish(vm)
    }

    /// Return a reverse iterator over the list.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.types().list_reverseiterator, args[0], this(args).len())
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        repeat(vm, args)
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        if let Some(slice) = args[1].cast::<Slice>() {
            list.set_slice(vm, &slice, args[2])?;
            return Ok(vm.none());
        }
        let place = vm.sequence_place(args[1], list.len(), "list")?;
        if place.is_some_and(|place| list.set(vm, place, args[2])) {
            Ok(vm.none())
        } else {
            Err(vm.index_error("list assignment index out of range"))
        }
    }

    /// Return the size of the list in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int((size_of::<List>() + 8 * this(args).len()) as i64)
    }
}
