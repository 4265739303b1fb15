//! `__class__`, `__dict__` and `__weakref__` of instances.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::Record;
use crate::object::class::{Class, flags};
use crate::object::layout::{Layout, shape_of_header};
use crate::object::shape::Attrs;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::property::Member;
use crate::types::str::Str;
use crate::types::type_::best_base;
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
    if !is_compatible(new, old) {
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

/// Whether objects of one class can become objects of the other, as CPython has it: both have the same last class that changes what
/// objects look like, or those two have the same base and add the same to it.
pub(crate) fn is_compatible(a: Gc<Class>, b: Gc<Class>) -> bool {
    if a.layout != b.layout {
        return false;
    }
    let (a, b) = (last_change(a), last_change(b));
    a == b || (best_base(a) == best_base(b) && best_base(a).is_some_and(|base| added_to(a, base) == added_to(b, base)))
}

/// The class itself, or the nearest along the line of best bases that looks different from its base.
fn last_change(class: Gc<Class>) -> Gc<Class> {
    let mut class = class;
    while let Some(base) = best_base(class)
        && class.layout == base.layout
        && !class.has(flags::SOLID)
        && added_to(class, base) == (0, false, false, Vec::new())
    {
        class = base;
    }
    class
}

/// What a class adds to its base: bytes, a `__dict__`, weak references, and the names of `__slots__`.
fn added_to(class: Gc<Class>, base: Gc<Class>) -> (u32, bool, bool, Vec<String>) {
    let bytes = class.basic_size.get() - base.basic_size.get();
    let dict = class.has_dict() && !base.has_dict();
    let weakref = class.has(flags::WEAKREF) && !base.has(flags::WEAKREF);
    let names = if bytes == 0 { Vec::new() } else { slots_of(class) };
    (bytes, dict, weakref, names)
}

/// The names of the `__slots__` that a class itself adds.
fn slots_of(class: Gc<Class>) -> Vec<String> {
    let mut names = Vec::new();
    for (name, value) in class.dict.get().entries() {
        if let Some(record) = value.cast::<Record>()
            && Member::is(&record)
            && record.get(Member::OWNER) == Value::from(class)
            && let Some(name) = name.cast::<Str>()
        {
            names.push(name.to_string());
        }
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
    // Classes and modules have a namespace of their own, whatever their metaclass or a base says.
    if let Some(class) = obj.cast::<Class>() {
        return crate::types::mappingproxy::new(vm, class.dict.get().into());
    }
    if let Some(module) = obj.cast::<Module>() {
        return Ok(module.dict.get());
    }
    match obj.as_header() {
        Some(header) if shape_of_header(header).attrs != Attrs::None => vm.instance_dict(header).map(Value::from),
        _ => Err(vm.no_attribute(obj, vm.intern("__dict__"))),
    }
}

/// Whether it is a native class that gives instances their `__dict__`, which cannot be deleted then.
fn native_dict(class: Gc<Class>) -> bool {
    class.mro().any(|class| class.has_dict() && class.def.is_some())
}

/// `obj.__dict__ = value`; deleting it leaves an empty one.
pub fn set_dict(vm: &Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
    if obj.cast::<Class>().is_some() || obj.cast::<Module>().is_some() {
        let name = vm.type_name(obj);
        return Err(vm.type_error(format!("this __dict__ descriptor does not support '{name}' objects")));
    }
    let header = match obj.as_header() {
        Some(header) if shape_of_header(header).attrs != Attrs::None => header,
        _ => return Err(vm.no_attribute(obj, vm.intern("__dict__"))),
    };
    let dict = match value {
        None if native_dict(vm.class_of(obj)) => return Err(vm.type_error("cannot delete __dict__")),
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
