//! `type`.

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `type`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::WEAKREF, ..ClassDef::new("type", "", Layout::Class) };

pub mod mro;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::special::Special;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `type.__getattribute__`: data descriptors of the metaclass, then the class and its bases, then the rest of the metaclass.
pub fn get_attr(vm: &Vm, class: Gc<Class>, name: Gc<Str>) -> PyResult {
    match find_attr(vm, class, name)? {
        Some(value) => Ok(value),
        None => Err(vm.attribute_error(
            format!("type object '{}' has no attribute '{name}'", class.name.get()),
            class.into(),
            name,
        )),
    }
}

/// The same; `None` when there is no such attribute. `name` is interned.
pub fn find_attr(vm: &Vm, class: Gc<Class>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let metaclass = vm.class_of(class.into());
    let meta_found = metaclass.lookup(vm, name);
    if let Some(value) = meta_found
        && vm.is_data_descriptor(value)
    {
        return vm.bind(value, class.into(), metaclass).map(Some);
    }
    if let Some(value) = class.lookup(vm, name) {
        return bind_class_attribute(vm, value, class).map(Some);
    }
    match meta_found {
        Some(value) => vm.bind(value, class.into(), metaclass).map(Some),
        None => Ok(None),
    }
}

/// What an attribute gives when it is looked up on the class itself: `type(value).__get__(value, None, class)`.
pub fn bind_class_attribute(vm: &Vm, value: Value, class: Gc<Class>) -> PyResult {
    let types = vm.types();
    if let Some(native) = value.cast::<crate::types::native::Native>() {
        use crate::types::native::{Binding, Native};
        if native.def.binding == Binding::Class && native.receiver.get().is_unbound() {
            return Native::new(vm, types.builtin_function, native.def, class.into(), native.owner.get())
                .map(Value::from);
        }
        return Ok(value);
    }
    let descriptor = vm.class_of(value);
    if let Some(record) = value.cast::<crate::object::Record>() {
        if descriptor == types.staticmethod {
            return Ok(record.get(crate::types::method::CALLABLE));
        }
        if descriptor == types.classmethod {
            return vm.bind_to_class(record.get(crate::types::method::CALLABLE), class);
        }
        if descriptor == types.property
            || descriptor == types.getset_descriptor
            || descriptor == types.member_descriptor
        {
            return Ok(value);
        }
    }
    if vm.is_function(value) {
        return Ok(value);
    }
    let get = descriptor.special(Special::Get);
    if get.is_unbound() { Ok(value) } else { vm.call_special(value, get, &[vm.none(), class.into()]) }
}

/// `type.__setattr__` and `type.__delattr__`. `name` is interned.
pub fn set_attr(vm: &Vm, class: Gc<Class>, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let metaclass = vm.class_of(class.into());
    if !class.has(crate::object::class::flags::HEAP) {
        let verb = if value.is_some() { "set" } else { "delete" };
        return Err(vm.type_error(format!("cannot {verb} '{name}' attribute of immutable type '{}'", class.name.get())));
    }
    if let Some(descriptor) = metaclass.lookup(vm, name)
        && vm.set_by_descriptor(descriptor, class.into(), value)?
    {
        return Ok(());
    }
    match value {
        Some(value) => class.set_attr(vm, name, value),
        None if class.delete_attr(vm, name)? => Ok(()),
        None => Err(vm.attribute_error(
            format!("type object '{}' has no attribute '{name}'", class.name.get()),
            class.into(),
            name,
        )),
    }
}
