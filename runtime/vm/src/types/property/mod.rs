//! `property`. [`descriptors`] has those of native attributes and of `__slots__`.

pub mod descriptors;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

pub use descriptors::{GETSET_CLASS, GetSet, GetSetDef, MEMBER_CLASS, Member};

/// Fields of the record behind a `property`.
pub struct Property;

impl Property {
    pub const GET: usize = 0;
    pub const SET: usize = 1;
    pub const DELETE: usize = 2;
    pub const DOC: usize = 3;
    pub const NAME: usize = 4;
    /// True when the docstring is the getter's.
    pub const DOC_OF_GETTER: usize = 5;
    pub const COUNT: usize = 6;
}

/// `property`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("property", "Property attribute.", Layout::Record)
};

fn field(vm: &Vm, value: Value, index: usize) -> PyResult {
    Ok(value.expect::<Record>().get(index).bound().unwrap_or(vm.none()))
}

fn name(vm: &Vm, value: Value) -> PyResult {
    let property = value.expect::<Record>();
    if let Some(name) = property.get(Property::NAME).bound() {
        return Ok(name);
    }
    if let Some(getter) = given(vm, property.get(Property::GET))
        && let Some(name) = vm.find_attr_str(getter, "__name__")?
    {
        return Ok(name);
    }
    Err(vm.attribute_error("'property' object has no attribute '__name__'".to_owned(), value, vm.intern("__name__")))
}

fn is_abstract(vm: &Vm, value: Value) -> PyResult {
    let property = value.expect::<Record>();
    for index in [Property::GET, Property::SET, Property::DELETE] {
        if let Some(function) = given(vm, property.get(index))
            && crate::types::method::is_abstract(vm, function)?
        {
            return Ok(vm.true_());
        }
    }
    Ok(vm.false_())
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::new(
        "__doc__",
        "",
        |vm, value| field(vm, value, Property::DOC),
        |vm, value, doc| {
            value.expect::<Record>().set(vm, Property::DOC, doc.unwrap_or(vm.none()));
            Ok(())
        },
    ),
    GetSetDef::readonly("__isabstractmethod__", "", is_abstract),
    GetSetDef::new("__name__", "", name, |vm, value, name| {
        value.expect::<Record>().set(vm, Property::NAME, name.unwrap_or_default());
        Ok(())
    }),
    GetSetDef::member("fdel", "", |vm, value| field(vm, value, Property::DELETE)),
    GetSetDef::member("fget", "", |vm, value| field(vm, value, Property::GET)),
    GetSetDef::member("fset", "", |vm, value| field(vm, value, Property::SET)),
];

/// A function that was given and is not None.
fn given(vm: &Vm, value: Value) -> Option<Value> {
    value.bound().filter(|value| *value != vm.none())
}

/// The same property with one function replaced.
fn copy_with(vm: &Vm, value: Value, index: usize, function: Value) -> PyResult {
    let property = value.expect::<Record>();
    let mut parts = [Property::GET, Property::SET, Property::DELETE, Property::DOC]
        .map(|part| property.get(part).bound().unwrap_or(vm.none()));
    if function != vm.none() {
        parts[index] = function;
    }
    if property.get(Property::DOC_OF_GETTER).is_bound() && parts[Property::GET] != vm.none() {
        parts[Property::DOC] = vm.none();
    }
    let copy = vm.call(vm.class_of(value).into(), &parts)?;
    if let Some(record) = copy.cast::<Record>().filter(|_| vm.is_instance(copy, vm.types().property)) {
        record.set(vm, Property::NAME, property.get(Property::NAME));
    }
    Ok(copy)
}

fn initialize(vm: &Vm, property: Gc<Record>, args: &[Value]) -> PyResult<()> {
    for (index, value) in [Property::GET, Property::SET, Property::DELETE].into_iter().zip(args) {
        property.set(vm, index, given(vm, *value).unwrap_or_default());
    }
    property.set(vm, Property::NAME, Value::UNBOUND);
    property.set(vm, Property::DOC_OF_GETTER, Value::UNBOUND);
    let mut doc = given(vm, args[3]);
    if doc.is_none()
        && let Some(getter) = given(vm, args[0])
    {
        doc = vm.find_attr_str(getter, "__doc__")?.and_then(|doc| given(vm, doc));
        if doc.is_some() {
            property.set(vm, Property::DOC_OF_GETTER, vm.true_());
        }
    }
    property.set(vm, Property::DOC, doc.unwrap_or_default());
    if !vm.is_exact(property.into(), vm.types().property) {
        // The subclass has a `__doc__` of its own, which the object's attribute hides.
        let result = vm.set_attr(property.into(), vm.intern("__doc__"), Some(doc.unwrap_or(vm.none())));
        if property.get(Property::DOC_OF_GETTER).is_bound() {
            return result;
        }
        // Where it has no place for one, a docstring is silently lost, but not that of the getter.
        vm.absorb(result, vm.types().attribute_error)?;
    }
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Delete the attribute of an instance.
    #[method("__delete__($self, instance, /)")]
    fn delete(vm: &Vm, args: &[Value]) -> PyResult {
        vm.property_set(args[0].expect(), args[1], None).map(|()| vm.none())
    }

    /// Return the attribute of an instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() { Ok(args[0]) } else { vm.property_get(args[0].expect(), args[1]) }
    }

    /// Initialize self.
    #[method("__init__($self, /, fget=None, fset=None, fdel=None, doc=None)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        initialize(vm, args[0].expect(), &args[1..]).map(|()| vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, args[0].expect(), &[Value::UNBOUND; Property::COUNT]).map(Value::from)
    }

    /// Set the attribute of an instance.
    #[method("__set__($self, instance, value, /)")]
    fn set(vm: &Vm, args: &[Value]) -> PyResult {
        vm.property_set(args[0].expect(), args[1], Some(args[2])).map(|()| vm.none())
    }

    /// Remember the name under which a class has the property.
    #[method("__set_name__($self, /, *args)")]
    fn set_name(vm: &Vm, args: &[Value]) -> PyResult {
        let [_, _, name] = args else {
            let given = args.len() - 1;
            return Err(vm.type_error(format!("__set_name__() takes 2 positional arguments but {given} were given")));
        };
        args[0].expect::<Record>().set(vm, Property::NAME, *name);
        Ok(vm.none())
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method("deleter($self, object, /)")]
    fn deleter(vm: &Vm, args: &[Value]) -> PyResult {
        copy_with(vm, args[0], Property::DELETE, args[1])
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method("getter($self, object, /)")]
    fn getter(vm: &Vm, args: &[Value]) -> PyResult {
        copy_with(vm, args[0], Property::GET, args[1])
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method("setter($self, object, /)")]
    fn setter(vm: &Vm, args: &[Value]) -> PyResult {
        copy_with(vm, args[0], Property::SET, args[1])
    }
}
