//! Special methods of `dict`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::methods::{this, update_from};
use super::{Dict, DictIter};
use crate::error::PyResult;
use crate::object::special::Special;
use crate::protocol::text::TextBuf;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

fn equal(vm: &Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut place = 0;
    while let Some((next, key, value)) = a.next_entry(place) {
        let hash = a.table().hash(next - 1);
        match b.get_hashed(vm, key, hash)? {
            Some(other) if vm.equals(value, other)? => {}
            _ => return Ok(false),
        }
        place = next;
    }
    Ok(true)
}

fn merged(vm: &Vm, a: Value, b: Value) -> PyResult {
    match (a.cast::<Dict>(), b.cast::<Dict>()) {
        (Some(a), Some(_)) => {
            let merged = a.copy(vm)?;
            vm.dict_update(merged, b)?;
            Ok(merged.into())
        }
        _ => Ok(vm.not_implemented()),
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return True if the dict has the key, else False.
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args).get(vm, args[1])?.is_some()))
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args).remove(vm, args[1])? {
            Some(_) => Ok(vm.none()),
            None => Err(vm.key_error(args[1])),
        }
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Dict>() {
            Some(other) => equal(vm, this(args), other).map(|equal| vm.bool(equal)),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(value) = this(args).get(vm, args[1])? {
            return Ok(value);
        }
        let missing = vm.class_of(args[0]).special(Special::Missing);
        if missing.is_bound() {
            return vm.call_special(args[0], missing, &[args[1]]);
        }
        Err(vm.key_error(args[1]))
    }

    /// Fill the dict with the entries of a mapping or of an iterable of pairs, then with the named ones.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        update_from(vm, "dict", args)
    }

    /// Return self|=value.
    #[method("__ior__($self, value, /)")]
    fn ior(vm: &Vm, args: &[Value]) -> PyResult {
        vm.dict_update(this(args), args[1])?;
        Ok(args[0])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        DictIter::new(vm, vm.types().dict_keyiterator, args[0], 0, this(args).len()).map(Value::from)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).len() as i64)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Dict>() {
            Some(other) => equal(vm, this(args), other).map(|equal| vm.bool(!equal)),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Create and return a new object.
    #[method("static __new__(type, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Dict::with_class(vm, args[0].expect()).map(Value::from)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[0], args[1])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let dict = this(args);
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("{...}") };
        let mut text = TextBuf::new();
        let mut place = 0;
        text.push("{");
        while let Some((next, key, value)) = dict.next_entry(place) {
            if place > 0 {
                text.push(", ");
            }
            text.push_repr(vm, key)?;
            text.push(": ");
            text.push_repr(vm, value)?;
            place = next;
        }
        text.push("}");
        text.finish(vm)
    }

    /// Return a reverse iterator over the keys.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        let dict = this(args);
        let class = vm.types().dict_reversekeyiterator;
        DictIter::new(vm, class, args[0], dict.table().used(), dict.len()).map(Value::from)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        merged(vm, args[1], args[0])
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).set(vm, args[1], args[2])?;
        Ok(vm.none())
    }

    /// Return the size of the dict in memory, in bytes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        use crate::object::layout::PyLayout;
        vm.new_int((size_of::<Dict>() + this(args).table().native_size()) as i64)
    }
}
