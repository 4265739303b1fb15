//! `__class__`, `__dict__` and `__weakref__` of instances.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::class::{Class, flags};
use crate::object::layout::{Layout, shape_of_header};
use crate::object::shape::Attrs;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::Vm;

/// `obj.__class__`.
pub fn class(vm: &Vm, obj: Value) -> PyResult {
    Ok(vm.class_of(obj).into())
}

/// `obj.__class__ = value`: TypeError unless objects of both classes look the same in memory.
pub fn set_class(vm: &Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete __class__ attribute")) };
    let Some(new) = value.cast::<Class>() else {
        return Err(vm.type_error(format!("__class__ must be set to a class, not '{}' object", vm.type_name(value))));
    };
    let old = vm.class_of(obj);
    if old == new {
        return Ok(());
    }
    let is_module = |class: Gc<Class>| class.layout == Layout::Module;
    let mutable = |class: Gc<Class>| class.has(flags::HEAP) || is_module(class);
    let header = match obj.as_header() {
        Some(header) if mutable(old) && mutable(new) => header,
        _ => {
            return Err(vm.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
        }
    };
    if !same_layout(old, new) {
        return Err(layout_differs(vm, "__class__ assignment", new, old));
    }
    let shape = shape_of_header(header);
    let next = match shape.attrs {
        Attrs::None => new.root_shape(vm),
        Attrs::Slots => {
            vm.instance_dict(header)?;
            new.dict_shape(vm, shape.inline_slots)
        }
        Attrs::Dict => new.dict_shape(vm, shape.inline_slots),
    };
    vm.set_shape(header, next);
    if new.has_finalizer() && !old.has_finalizer() {
        vm.heap.register_finalizable(header);
    }
    Ok(())
}

/// Whether objects of one class can become objects of the other: the same native part, the same `__slots__`, and
/// both have a `__dict__` or both have none.
pub(crate) fn same_layout(a: Gc<Class>, b: Gc<Class>) -> bool {
    a.layout == b.layout
        && a.basic_size.get() == b.basic_size.get()
        && a.has_dict() == b.has_dict()
        && a.has(flags::WEAKREF) == b.has(flags::WEAKREF)
        && a.solid_base.get() == b.solid_base.get()
        && slots_of(a) == slots_of(b)
}

/// The classes along the line of bases that add `__slots__`, by what they are called.
fn slots_of(class: Gc<Class>) -> Vec<String> {
    let mut names = Vec::new();
    let mut current = Some(class);
    while let Some(class) = current {
        for (name, value) in class.dict.get().entries() {
            if let Some(record) = value.cast::<crate::object::Record>()
                && record.fields().len() == 3
                && record.get(2) == Value::from(class)
                && let Some(name) = name.cast::<crate::types::str::Str>()
            {
                names.push(name.to_string());
            }
        }
        current = crate::types::type_::best_base(class);
    }
    names.sort();
    names
}

pub(crate) fn layout_differs(vm: &Vm, what: &str, new: Gc<Class>, old: Gc<Class>) -> Raised {
    let (new, old) = (new.name.get(), old.name.get());
    vm.type_error(format!("{what}: '{new}' object layout differs from '{old}'"))
}

/// `obj.__dict__`.
pub fn dict(vm: &Vm, obj: Value) -> PyResult {
    match obj.as_header() {
        Some(header) if shape_of_header(header).attrs != Attrs::None => vm.instance_dict(header).map(Value::from),
        _ => Err(vm.no_attribute(obj, vm.intern("__dict__"))),
    }
}

/// `obj.__dict__ = value`; deleting it leaves an empty one.
pub fn set_dict(vm: &Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
    let header = match obj.as_header() {
        Some(header) if shape_of_header(header).attrs != Attrs::None => header,
        _ => return Err(vm.no_attribute(obj, vm.intern("__dict__"))),
    };
    let dict = match value {
        None => Dict::new(vm)?,
        Some(value) => match value.cast::<Dict>() {
            Some(dict) => dict,
            None => {
                return Err(
                    vm.type_error(format!("__dict__ must be set to a dictionary, not a '{}'", vm.type_name(value)))
                );
            }
        },
    };
    // From slots to a dict first, so that the shape no longer names the old attributes.
    vm.instance_dict(header)?;
    vm.set_instance_dict(header, dict);
    Ok(())
}

/// `obj.__weakref__`: a weak reference to the object, or None.
pub fn weakref(vm: &Vm, obj: Value) -> PyResult {
    Ok(crate::types::weakref::existing(vm, obj).map_or(vm.none(), Value::from))
}
