//! `OrderedDict`: a dict that can change the order of its entries. Every dict keeps their order.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Raised, Special, Value, Vm};

static ORDERED_DICT: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    ..ClassDef::new("collections.OrderedDict", "A dict that can change the order of its entries.", Layout::Dict)
};

/// The class.
pub(super) fn class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&ORDERED_DICT, &[vm.types().dict])
}

fn this(args: &[Value]) -> Gc<Dict> {
    args[0].expect()
}

/// Whether two dicts are equal; the order counts where both are ordered.
/// What tells whether a dict was changed meanwhile, but for its values.
fn state(dict: &Dict) -> (Value, u64, usize) {
    (dict.table().into(), dict.table().stamp(), dict.len())
}

fn mutated(vm: &Vm) -> Raised {
    vm.runtime_error("OrderedDict mutated during iteration")
}

fn equal(vm: &Vm, a: Value, b: Value) -> PyResult {
    let plain = vm.types().dict.special(Special::Eq);
    let result = vm.call_special(a, plain, &[b])?;
    if result != vm.true_() || !vm.is_instance(b, class(vm)?) {
        return Ok(result);
    }
    let (a, b) = (a.expect::<Dict>(), b.expect::<Dict>());
    let (mut place, mut other_place) = (0, 0);
    while let (Some((next, key, _)), Some((other_next, other, _))) = (a.next_entry(place), b.next_entry(other_place)) {
        let before = (state(&a), state(&b));
        let equal = vm.equals(key, other)?;
        if (state(&a), state(&b)) != before {
            return Err(mutated(vm));
        }
        if !equal {
            return Ok(vm.false_());
        }
        (place, other_place) = (next, other_next);
    }
    Ok(vm.true_())
}

fn merged(vm: &Vm, left: Value, right: Value, own: Value) -> PyResult {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(vm.not_implemented());
    }
    let result = vm.call(vm.class_of(own).into(), &[left])?;
    vm.call_method(result, "update", &[right])?;
    Ok(result)
}

#[methods(METHODS)]
impl Methods {
    /// Return a dict with the same entries.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args);
        let copy = vm.call(vm.class_of(args[0]).into(), &[])?;
        let is_plain = vm.is_exact(args[0], class(vm)?);
        let (before, mut place) = (state(&own), 0);
        while let Some((next, key, value)) = own.next_entry(place) {
            place = next;
            if is_plain {
                copy.expect::<Dict>().set(vm, key, value)?;
            } else {
                let value = vm.get_item(args[0], key)?;
                vm.set_item(copy, key, value)?;
            }
            if state(&own) != before {
                return Err(mutated(vm));
            }
        }
        Ok(copy)
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        equal(vm, args[0], args[1])
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[method("fromkeys($type, /, iterable, value=None)")]
    fn fromkeys(vm: &Vm, args: &[Value]) -> PyResult {
        let value = args[2].bound().unwrap_or(vm.none());
        let result = vm.call(args[0], &[])?;
        vm.for_each(args[1], |key| vm.set_item(result, key, value))?;
        Ok(result)
    }

    /// Move an entry to the end, or to the start if last is false.
    ///
    /// Raises KeyError if the key is not in the dict.
    #[method("move_to_end($self, /, key, last=True)")]
    fn move_to_end(vm: &Vm, args: &[Value]) -> PyResult {
        let dict = this(args);
        let last = args[2].bound().map_or(Ok(true), |last| vm.is_true(last))?;
        let Some(value) = dict.remove(vm, args[1])? else { return Err(vm.key_error(args[1])) };
        if last {
            dict.set(vm, args[1], value)?;
            return Ok(vm.none());
        }
        let rest = dict.copy(vm)?;
        dict.clear(vm);
        dict.set(vm, args[1], value)?;
        dict.update(vm, rest)?;
        Ok(vm.none())
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        let equal = equal(vm, args[0], args[1])?;
        if equal == vm.not_implemented() { Ok(equal) } else { Ok(vm.bool(equal != vm.true_())) }
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[0], args[1], args[0])
    }

    /// Remove the key and return its value.
    ///
    /// Without the key return default if it is given, else raise KeyError.
    #[method("pop($self, /, key, default=<unrepresentable>)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args).remove(vm, args[1])? {
            Some(value) => Ok(value),
            None => args[2].bound().ok_or_else(|| vm.key_error(args[1])),
        }
    }

    /// Remove the last entry, or the first if last is false, and return it as a (key, value) pair.
    #[method("popitem($self, /, last=True)")]
    fn popitem(vm: &Vm, args: &[Value]) -> PyResult {
        let dict = this(args);
        let last = args[1].bound().map_or(Ok(true), |last| vm.is_true(last))?;
        let entry = if last {
            dict.pop_last()
        } else {
            match dict.next_entry(0) {
                Some((_, key, value)) => {
                    dict.remove(vm, key)?;
                    Some((key, value))
                }
                None => None,
            }
        };
        match entry {
            Some((key, value)) => vm.new_tuple(&[key, value]),
            None => Err(vm.raise(vm.types().key_error, "dictionary is empty")),
        }
    }

    /// Return what makes an equal dict, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let state = vm.call_method(args[0], "__getstate__", &[])?;
        let items = vm.iter(vm.call_method(args[0], "items", &[])?)?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), vm.empty_tuple().into(), state, vm.none(), items])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        if this(args).is_empty() {
            return vm.new_str(&format!("{name}()"));
        }
        let Some(guard) = vm.repr_guard(args[0]) else { return vm.new_str("...") };
        drop(guard);
        let mut text = TextBuf::new();
        text.push_str(&name);
        text.push("(");
        let plain = vm.types().dict.special(Special::Repr);
        let entries = vm.call_special(args[0], plain, &[])?;
        text.push_str(&entries.expect());
        text.push(")");
        text.finish(vm)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[1], args[0], args[0])
    }

    /// Return the size of the dict in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let plain = vm.call_method(vm.types().dict.into(), "__sizeof__", &[args[0]])?;
        // The order is kept in the dict itself.
        vm.binary(orochi_vm::BinaryOp::Add, plain, Value::small(16))
    }

    /// Return the value of the key; add it with the default first if it is not in the dict.
    #[method("setdefault($self, /, key, default=None)")]
    fn setdefault(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).get_or_insert(vm, args[1], args[2].bound().unwrap_or(vm.none()))
    }
}
