//! Views of dicts: records that hold the dict. Their set operators are in [`super::view_operators`], their iterators in
//! [`super::iterator`].

use orochi_gc::Gc;
use orochi_macros::methods;

use super::{Dict, DictIter, iterator, view_operators};
use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{Class, ClassDef};
use crate::object::layout::Layout;
use crate::protocol::text::TextBuf;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The field of a view: the dict.
const DICT: usize = 0;

static GETSET: &[GetSetDef] = &[GetSetDef::readonly("mapping", "The dict, read-only.", |vm, view| {
    Record::new(vm, vm.types().mappingproxy, &[dict_of(view).into()]).map(Value::from)
})];

/// `dict_keys`.
pub static KEYS_CLASS: ClassDef = ClassDef {
    methods: &[COMMON, KEYS, view_operators::METHODS],
    getset: GETSET,
    ..ClassDef::new("dict_keys", "", Layout::Record)
};

/// `dict_values`.
pub static VALUES_CLASS: ClassDef =
    ClassDef { methods: &[COMMON, VALUES], getset: GETSET, ..ClassDef::new("dict_values", "", Layout::Record) };

/// `dict_items`.
pub static ITEMS_CLASS: ClassDef = ClassDef {
    methods: &[COMMON, ITEMS, view_operators::METHODS],
    getset: GETSET,
    ..ClassDef::new("dict_items", "", Layout::Record)
};

/// `dict_keyiterator`.
pub static KEY_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::KEYS],
    ..ClassDef::new("dict_keyiterator", "", Layout::DictIter)
};

/// `dict_valueiterator`.
pub static VALUE_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::VALUES],
    ..ClassDef::new("dict_valueiterator", "", Layout::DictIter)
};

/// `dict_itemiterator`.
pub static ITEM_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::ITEMS],
    ..ClassDef::new("dict_itemiterator", "", Layout::DictIter)
};

/// `dict_reversekeyiterator`.
pub static REVERSE_KEY_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::KEYS_BACK],
    ..ClassDef::new("dict_reversekeyiterator", "", Layout::DictIter)
};

/// `dict_reversevalueiterator`.
pub static REVERSE_VALUE_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::VALUES_BACK],
    ..ClassDef::new("dict_reversevalueiterator", "", Layout::DictIter)
};

/// `dict_reverseitemiterator`.
pub static REVERSE_ITEM_ITERATOR_CLASS: ClassDef = ClassDef {
    methods: &[iterator::COMMON, iterator::ITEMS_BACK],
    ..ClassDef::new("dict_reverseitemiterator", "", Layout::DictIter)
};

/// A view of one of the classes for them.
pub(super) fn new(vm: &Vm, class: Gc<Class>, dict: Value) -> PyResult {
    Record::new(vm, class, &[dict]).map(Value::from)
}

/// The dict behind a view.
pub(super) fn dict_of(view: Value) -> Gc<Dict> {
    view.expect::<Record>().get(DICT).expect()
}

fn forward(vm: &Vm, class: Gc<Class>, view: Value) -> PyResult {
    let dict = dict_of(view);
    DictIter::new(vm, class, dict.into(), 0, dict.len()).map(Value::from)
}

fn backward(vm: &Vm, class: Gc<Class>, view: Value) -> PyResult {
    let dict = dict_of(view);
    DictIter::new(vm, class, dict.into(), dict.table().used(), dict.len()).map(Value::from)
}

#[methods(COMMON)]
impl Common {
    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(dict_of(args[0]).len() as i64)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("...") };
        let mut text = TextBuf::new();
        text.push(&vm.type_name(args[0]));
        text.push("(");
        let items = vm.list_from(args[0])?;
        text.push_repr(vm, items.into())?;
        text.push(")");
        text.finish(vm)
    }
}

#[methods(KEYS)]
impl Keys {
    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn has_key(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(dict_of(args[0]).get(vm, args[1])?.is_some()))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter_keys(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, vm.types().dict_keyiterator, args[0])
    }

    /// Return a reverse iterator over the keys.
    #[method("__reversed__($self, /)")]
    fn reversed_keys(vm: &Vm, args: &[Value]) -> PyResult {
        backward(vm, vm.types().dict_reversekeyiterator, args[0])
    }
}

#[methods(VALUES)]
impl Values {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter_values(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, vm.types().dict_valueiterator, args[0])
    }

    /// Return a reverse iterator over the values.
    #[method("__reversed__($self, /)")]
    fn reversed_values(vm: &Vm, args: &[Value]) -> PyResult {
        backward(vm, vm.types().dict_reversevalueiterator, args[0])
    }
}

#[methods(ITEMS)]
impl Items {
    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn has_item(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(pair) = args[1].cast::<Tuple>() else { return Ok(vm.false_()) };
        let (Some(key), Some(value), 2) = (pair.get(0), pair.get(1), pair.len()) else { return Ok(vm.false_()) };
        match dict_of(args[0]).get(vm, key)? {
            Some(found) => vm.equals(found, value).map(|equal| vm.bool(equal)),
            None => Ok(vm.false_()),
        }
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter_items(vm: &Vm, args: &[Value]) -> PyResult {
        forward(vm, vm.types().dict_itemiterator, args[0])
    }

    /// Return a reverse iterator over the items.
    #[method("__reversed__($self, /)")]
    fn reversed_items(vm: &Vm, args: &[Value]) -> PyResult {
        backward(vm, vm.types().dict_reverseitemiterator, args[0])
    }
}
