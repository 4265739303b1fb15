//! `object`: making plain instances. [`methods`] has the methods, [`attributes`] `__class__` and `__dict__`, [`reduce`]
//! the protocol of `copy` and `pickle`.

pub mod attributes;
pub mod methods;
pub mod reduce;

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::list::List;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `object`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[methods::METHODS, methods::COMPARISONS, reduce::METHODS],
    getset: &[GetSetDef::new("__class__", "the object's class", attributes::class, attributes::set_class)],
    ..ClassDef::new(
        "object",
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
        Layout::Object,
    )
};

/// `object.__new__`. `has_arguments` says whether there were arguments besides the class: TypeError unless the class's
/// `__init__` takes them.
#[inline]
pub fn new_instance(vm: &Vm, class: Gc<Class>, has_arguments: bool) -> PyResult {
    if has_arguments {
        check_arguments(vm, class)?;
    }
    if class.has(flags::ABSTRACT) {
        return Err(abstract_class(vm, class));
    }
    if class.layout as u8 != Layout::Object as u8 || class.has(flags::NO_NEW) {
        let name = crate::types::type_::full_name(vm, class);
        return Err(vm.type_error(format!("cannot create '{name}' instances")));
    }
    vm.new_object(class)
}

fn check_arguments(vm: &Vm, class: Gc<Class>) -> PyResult<()> {
    if !vm.is_object_new(vm.unwrap_static(class.special(Special::New))) {
        return Err(vm.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
    }
    if class.special(Special::Init) == vm.types().object.special(Special::Init) {
        return Err(vm.type_error(format!("{}() takes no arguments", class.name.get())));
    }
    Ok(())
}

#[cold]
fn abstract_class(vm: &Vm, class: Gc<Class>) -> Raised {
    let names = || -> PyResult<Vec<String>> {
        let methods = vm.get_attr_str(class.into(), "__abstractmethods__")?;
        let list: Gc<List> = vm.list_from(methods)?;
        let mut names: Vec<String> = list.slots().iter().map(|name| vm.display(name.get())).collect();
        names.sort();
        Ok(names)
    };
    match names() {
        Ok(names) => vm.type_error(format!(
            "Can't instantiate abstract class {} without an implementation for abstract method{} '{}'",
            class.name.get(),
            if names.len() == 1 { "" } else { "s" },
            names.join("', '")
        )),
        Err(raised) => raised,
    }
}

/// The name that an attribute function was given. TypeError when it is no string.
pub(crate) fn attribute_name(vm: &Vm, value: Value) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(name) => Ok(vm.intern_str(name)),
        None => Err(vm.type_error(format!("attribute name must be string, not '{}'", vm.type_name(value)))),
    }
}

/// Where an object lies, for texts such as `<X object at 0x7f..>`; the same as `id()`.
#[must_use]
pub fn address(value: Value) -> u64 {
    value.address_unchecked() as u64
}

/// `<module.name object at 0x..>`.
pub(crate) fn default_repr(vm: &Vm, value: Value) -> PyResult {
    let class = vm.class_of(value);
    let name = crate::types::type_::qualified_name(vm, class);
    vm.new_str(&format!("<{name} object at {:#x}>", address(value)))
}
