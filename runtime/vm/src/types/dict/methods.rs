//! Methods of `dict`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::views;
use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// `dict`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MAPPING | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    ..ClassDef::new(
        "dict",
        "A mapping of keys to values, in the order in which keys were added.\n\nIt is made from another mapping or from \
         an iterable of pairs, and from keyword arguments.",
        Layout::Dict,
    )
};

#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<Dict> {
    args[0].expect()
}

/// `dict(*args, **kwargs)` and `update(*args, **kwargs)`: at most one mapping or iterable, then the named ones.
pub(super) fn update_from(vm: &Vm, name: &str, args: &[Value]) -> PyResult {
    let (dict, kwargs, sources) = (this(args), args[1], &args[2..]);
    if sources.len() > 1 {
        return Err(vm.type_error(format!("{name} expected at most 1 argument, got {}", sources.len())));
    }
    if let Some(source) = sources.first() {
        vm.dict_update(dict, *source)?;
    }
    if let Some(kwargs) = kwargs.cast::<Dict>()
        && !kwargs.is_empty()
    {
        dict.update(vm, kwargs)?;
    }
    Ok(vm.none())
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Remove all entries.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).clear(vm);
        Ok(vm.none())
    }

    /// Return a dict with the same entries.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).copy(vm).map(Value::from)
    }

    /// Return a new dict with the items of the iterable as keys, all with the same value.
    #[method("fromkeys($type, iterable, value=None, /)")]
    fn fromkeys(vm: &Vm, args: &[Value]) -> PyResult {
        let value = args[2].bound().unwrap_or(vm.none());
        if args[0].cast::<Class>() == Some(vm.types().dict) {
            let dict = Dict::new(vm)?;
            dict.set_keys(vm, args[1], value)?;
            return Ok(dict.into());
        }
        let dict = vm.call(args[0], &[])?;
        if vm.is_exact_dict(dict) {
            dict.expect::<Dict>().set_keys(vm, args[1], value)?;
            return Ok(dict);
        }
        vm.for_each(args[1], |key| vm.set_item(dict, key, value))?;
        Ok(dict)
    }

    /// Return the value of the key if it is in the dict, else default.
    #[method("get($self, key, default=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(match this(args).get(vm, args[1])? {
            Some(value) => value,
            None => args[2].bound().unwrap_or(vm.none()),
        })
    }

    /// Return a view of the dict's (key, value) pairs.
    #[method("items($self, /)")]
    fn items(vm: &Vm, args: &[Value]) -> PyResult {
        views::new(vm, vm.types().dict_items, args[0])
    }

    /// Return a view of the dict's keys.
    #[method("keys($self, /)")]
    fn keys(vm: &Vm, args: &[Value]) -> PyResult {
        views::new(vm, vm.types().dict_keys, args[0])
    }

    /// Remove the key and return its value.
    ///
    /// Without the key return default if it is given, else raise KeyError.
    #[method("pop($self, key, default=<unrepresentable>, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args).remove(vm, args[1])? {
            Some(value) => Ok(value),
            None => args[2].bound().ok_or_else(|| vm.key_error(args[1])),
        }
    }

    /// Remove the entry that was added last and return it as a (key, value) pair.
    ///
    /// Raises KeyError if the dict is empty.
    #[method("popitem($self, /)")]
    fn popitem(vm: &Vm, args: &[Value]) -> PyResult {
        match this(args).pop_last() {
            Some((key, value)) => vm.new_tuple(&[key, value]),
            None => Err(vm.raise(vm.types().key_error, "popitem(): dictionary is empty")),
        }
    }

    /// Return the value of the key; add it with the default first if it is not in the dict.
    #[method("setdefault($self, key, default=None, /)")]
    fn setdefault(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).get_or_insert(vm, args[1], args[2].bound().unwrap_or(vm.none()))
    }

    /// Add the entries of a mapping or of an iterable of pairs, then the named ones.
    #[method("hidden update($self, /, *args, **kwargs)")]
    fn update(vm: &Vm, args: &[Value]) -> PyResult {
        update_from(vm, "update", args)
    }

    /// Return a view of the dict's values.
    #[method("values($self, /)")]
    fn values(vm: &Vm, args: &[Value]) -> PyResult {
        views::new(vm, vm.types().dict_values, args[0])
    }
}
