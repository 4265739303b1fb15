//! The operators of `deque`.

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::deque::Deque;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::sequence;
use orochi_vm::{CompareOp, Gc, PyResult, Value, Vm};

use super::{DEQUE, copied, extend_from, find, iterator, maxlen, of, place};

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    if !vm.is_instance(args[1], vm.module_class(&DEQUE)?) {
        return Ok(vm.not_implemented());
    }
    let (a, b) = (of(args[0]), of(args[1]));
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.bool(op == CompareOp::Ne));
    }
    vm.compare_sequences(op, |index| a.get(index), |index| b.get(index))
}

fn repeated(vm: &Vm, args: &[Value]) -> PyResult {
    let count = sequence::repeat_count(vm, args[1])?;
    let copy = copied(vm, of(args[0]))?;
    repeat_in_place(vm, of(copy), count)?;
    Ok(copy)
}

fn repeat_in_place(vm: &Vm, deque: Gc<Deque>, count: usize) -> PyResult<()> {
    if count == 0 {
        deque.clear(vm);
        return Ok(());
    }
    let items = vm.list_from(deque.into())?;
    if items.len().checked_mul(count).is_none_or(|total| total > isize::MAX as usize / 8) {
        return Err(vm.memory_error());
    }
    for _ in 1..count {
        extend_from(vm, deque, items.into())?;
    }
    Ok(())
}

#[methods(pub(super) METHODS)]
impl Protocol {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_instance(args[1], vm.module_class(&DEQUE)?) {
            let name = vm.class_of(args[1]).name.get();
            return Err(vm.type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
        }
        let sum = copied(vm, of(args[0]))?;
        extend_from(vm, of(sum), args[1])?;
        Ok(sum)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        let found = find(vm, &of(args[0]), args[1], 0, usize::MAX, "in")?;
        Ok(vm.bool(found.is_some()))
    }

    /// Return a deque with the same items.
    #[method("__copy__($self, /)")]
    fn dunder_copy(vm: &Vm, args: &[Value]) -> PyResult {
        copied(vm, of(args[0]))
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let place = place(vm, &deque, args[1])?;
        deque.remove(vm, place);
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

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let place = place(vm, &deque, args[1])?;
        Ok(deque.get(place).unwrap_or_default())
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Implement self+=value.
    #[method("__iadd__($self, value, /)")]
    fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
        extend_from(vm, of(args[0]), args[1])?;
        Ok(args[0])
    }

    /// Implement self*=value.
    #[method("__imul__($self, value, /)")]
    fn imul(vm: &Vm, args: &[Value]) -> PyResult {
        let count = sequence::repeat_count(vm, args[1])?;
        repeat_in_place(vm, of(args[0]), count)?;
        Ok(args[0])
    }

    /// Set the most items to keep, and fill the deque with the items of an iterable.
    #[method("__init__($self, iterable=(), maxlen=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let maxlen = match args[2].bound().filter(|maxlen| *maxlen != vm.none()) {
            None => None,
            Some(maxlen) => {
                if !vm.is_instance(maxlen, vm.types().int) {
                    return Err(vm.type_error("an integer is required"));
                }
                let Ok(maxlen) = usize::try_from(vm.index_i64(maxlen)?) else {
                    return Err(vm.value_error("maxlen must be non-negative"));
                };
                Some(maxlen)
            }
        };
        deque.set_maxlen(maxlen);
        if !deque.is_empty() {
            deque.clear(vm);
        }
        if let Some(iterable) = args[1].bound() {
            extend_from(vm, deque, iterable)?;
        }
        Ok(vm.none())
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        iterator::new(vm, &iterator::FORWARD, args[0])
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(of(args[0]).len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        repeated(vm, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Deque::new(vm, args[0].expect()).map(Value::from)
    }

    /// Return what makes an equal deque, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let maxlen = maxlen(vm, &of(args[0]))?;
        let arguments = if maxlen == vm.none() {
            vm.empty_tuple().into()
        } else {
            vm.new_tuple(&[vm.empty_tuple().into(), maxlen])?
        };
        let state = vm.call_method(args[0], "__getstate__", &[])?;
        let items = vm.iter(args[0])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments, state, items])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("[...]") };
        let items: Gc<List> = vm.list_from(args[0])?;
        let mut text = TextBuf::new();
        text.push_str(&vm.class_of(args[0]).name.get());
        text.push("(");
        text.push_repr(vm, items.into())?;
        if let Some(maxlen) = of(args[0]).maxlen() {
            text.push(&format!(", maxlen={maxlen}"));
        }
        text.push(")");
        text.finish(vm)
    }

    /// Return a reverse iterator.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        iterator::new(vm, &iterator::BACKWARD, args[0])
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        repeated(vm, args)
    }

    /// Return the size of the deque in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        vm.new_int((class.basic_size.get() as usize + of(args[0]).ring_bytes()) as i64)
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        let deque = of(args[0]);
        let place = place(vm, &deque, args[1])?;
        deque.set(vm, place, args[2]);
        Ok(vm.none())
    }
}
