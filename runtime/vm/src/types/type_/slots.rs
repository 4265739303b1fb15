//! `__slots__`: which attributes get a place of their own in instances.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// What a namespace's `__slots__` ask for.
pub struct Slots {
    /// Mangled names in the order of their places; a list.
    pub names: Gc<List>,
    /// Whether instances get a `__dict__` that those of the base do not have.
    pub dict: bool,
    /// Whether instances can be weakly referenced while those of the base cannot.
    pub weakref: bool,
}

/// Reads `__slots__`. TypeError and ValueError as CPython's.
pub fn read(vm: &Vm, class_name: Gc<Str>, base: Gc<Class>, bases: &[Gc<Class>], dict: Gc<Dict>) -> PyResult<Slots> {
    // Modules and classes have a namespace of their own.
    let has_namespace = matches!(base.layout, Layout::Module | Layout::Class);
    let may_add_dict = !base.has(flags::DICT) && !has_namespace;
    let may_add_weakref = !base.has(flags::WEAKREF);
    let names = List::new(vm, &[])?;
    let Some(slots) = dict.get_interned(vm, vm.intern("__slots__")) else {
        return Ok(Slots { names, dict: may_add_dict, weakref: may_add_weakref });
    };
    let given = if slots.cast::<Str>().is_some() { List::new(vm, &[slots])? } else { vm.list_from(slots)? };
    // Where CPython's objects end in an array of varying length.
    let is_variable = matches!(base.layout, Layout::Int | Layout::Tuple | Layout::Bytes | Layout::Class);
    if !given.is_empty() && is_variable {
        return Err(vm.type_error(format!("nonempty __slots__ not supported for subtype of '{}'", base.name.get())));
    }
    let (mut add_dict, mut add_weakref) = (false, false);
    for slot in given.slots() {
        let slot = slot.get();
        let Some(name) = slot.cast::<Str>() else {
            return Err(vm.type_error(format!("__slots__ items must be strings, not '{}'", vm.type_name(slot))));
        };
        if !is_identifier(name) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if name.equals_str("__dict__") {
            if !may_add_dict || add_dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            add_dict = true;
            continue;
        }
        if name.equals_str("__weakref__") {
            if !may_add_weakref || add_weakref {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            add_weakref = true;
            continue;
        }
        let mangled = mangle(vm, class_name, name);
        let taken = dict.get_interned(vm, mangled).is_some();
        // The body's own special names do not count, as in CPython.
        if taken && !["__qualname__", "__classcell__", "__classdictcell__"].iter().any(|n| mangled.equals_str(n)) {
            return Err(vm.value_error(format!("'{mangled}' in __slots__ conflicts with class variable")));
        }
        let known = names.slots().iter().any(|other| other.get() == Value::from(mangled));
        if !known || names.is_empty() {
            names.push(vm, mangled.into())?;
        }
    }
    // CPython keeps slots in the order of their names.
    let mut sorted: Vec<(String, usize)> =
        names.slots().iter().enumerate().map(|(index, name)| (vm.display(name.get()), index)).collect();
    sorted.sort();
    let ordered = List::new(vm, &[])?;
    for (_, index) in sorted {
        if let Some(name) = names.get(index) {
            ordered.push(vm, name)?;
        }
    }
    // Other bases may bring a dict or weak references along.
    for other in bases.iter().filter(|other| **other != base) {
        add_dict |= may_add_dict && other.has(flags::DICT);
        add_weakref |= may_add_weakref && other.has(flags::WEAKREF);
    }
    Ok(Slots { names: ordered, dict: add_dict, weakref: add_weakref })
}

fn is_identifier(name: Gc<Str>) -> bool {
    let text = name.to_string();
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// `__name` in class `_C` becomes `_C__name`.
pub(crate) fn mangle(vm: &Vm, class_name: Gc<Str>, name: Gc<Str>) -> Gc<Str> {
    let text = name.to_string();
    let class_text = class_name.to_string();
    let class_text = class_text.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class_text.is_empty() {
        return vm.intern_str(name);
    }
    vm.intern(&format!("_{class_text}{text}"))
}
