//! `type`: how attributes of classes are looked up and set, and how classes are called in texts. [`new`] makes classes,
//! [`build`] is the `class` statement, [`attributes`] has `__name__`, `__bases__`, .., [`check`] has `isinstance` and
//! `issubclass`, [`mro`] the order of bases.

pub mod attributes;
pub mod build;
pub mod check;
pub mod methods;
pub mod mro;
pub mod new;
mod slots;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `type`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF,
    methods: &[methods::METHODS],
    getset: attributes::GETSET,
    ..ClassDef::new(
        "type",
        "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
        Layout::Class,
    )
};

/// The module of a class, if it is known.
pub fn module_of(vm: &Vm, class: Gc<Class>) -> Option<Value> {
    match class.dict.get().get_interned(vm, vm.intern("__module__")) {
        // In the namespace of some native classes, such as `type`, it is the descriptor of what instances have.
        Some(module) if class.has(flags::HEAP) || module.cast::<Str>().is_some() => Some(module),
        None if class.has(flags::HEAP) => None,
        _ => {
            let module = class.def.and_then(|def| def.name.rsplit_once('.')).map_or("builtins", |(module, _)| module);
            Some(vm.intern(module).into())
        }
    }
}

/// `module.qualname`, without the module when it is `builtins` or no string.
#[must_use]
pub fn qualified_name(vm: &Vm, class: Gc<Class>) -> String {
    let qualname = class.qualname.get();
    match module_of(vm, class).and_then(Value::cast::<Str>) {
        Some(module) if !module.equals_str("builtins") => format!("{module}.{qualname}"),
        _ => qualname.to_string(),
    }
}

/// What CPython calls `tp_name`: native classes with their module, others by their name alone.
#[must_use]
pub fn full_name(vm: &Vm, class: Gc<Class>) -> String {
    if class.has(flags::HEAP) { class.name.get().to_string() } else { qualified_name(vm, class) }
}

/// The class that decides how instances of this class look in memory (CPython's `solid_base`): the nearest along the line of best
/// bases that is native with a layout of its own, or has `__slots__`.
#[must_use]
pub fn solid_class(class: Gc<Class>) -> Gc<Class> {
    let mut class = class;
    loop {
        if class.def.is_some() {
            return class.solid_base.get().unwrap_or(class);
        }
        match best_base(class) {
            Some(base) if base.basic_size.get() == class.basic_size.get() => class = base,
            _ => return class,
        }
    }
}

/// The base whose layout a class has (CPython's `tp_base`). `None` for `object`.
#[must_use]
pub fn best_base(class: Gc<Class>) -> Option<Gc<Class>> {
    let mut bases = class.bases();
    let mut best = bases.next()?;
    let mut winner = None;
    for base in bases {
        let current = *winner.get_or_insert_with(|| solid_class(best));
        let candidate = solid_class(base);
        if !current.is_subclass_of(candidate) && candidate.is_subclass_of(current) {
            (winner, best) = (Some(candidate), base);
        }
    }
    Some(best)
}

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
        && vm.overrides_instance(value)
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
        return Err(vm.type_error(format!("cannot set '{name}' attribute of immutable type '{}'", class.name.get())));
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
