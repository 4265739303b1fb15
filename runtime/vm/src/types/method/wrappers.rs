//! `staticmethod` and `classmethod`.

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// Field of the records behind `staticmethod` and `classmethod`: the callable.
pub const CALLABLE: usize = 0;

/// `staticmethod`.
pub static STATIC_CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT,
    methods: &[METHODS, STATIC_METHODS, crate::types::generic_alias::CLASS_GETITEM],
    getset: GETSET,
    ..ClassDef::new("staticmethod", "Convert a function to be a static method.", Layout::Record)
};
/// `classmethod`.
pub static CLASSMETHOD_CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT,
    methods: &[METHODS, CLASS_METHODS, crate::types::generic_alias::CLASS_GETITEM],
    getset: GETSET,
    ..ClassDef::new("classmethod", "Convert a function to be a class method.", Layout::Record)
};

/// A `staticmethod` of a callable.
pub fn new_static(vm: &Vm, callable: Value) -> PyResult {
    Record::new(vm, vm.types().staticmethod, &[callable]).map(Value::from)
}

/// A `classmethod` of a callable.
pub fn new_classmethod(vm: &Vm, callable: Value) -> PyResult {
    Record::new(vm, vm.types().classmethod, &[callable]).map(Value::from)
}

/// Whether a callable says that it is an abstract method.
pub fn is_abstract(vm: &Vm, callable: Value) -> PyResult<bool> {
    match vm.find_attr_str(callable, "__isabstractmethod__")? {
        Some(value) => vm.is_true(value),
        None => Ok(false),
    }
}

fn callable(value: Value) -> Value {
    value.expect::<Record>().get(CALLABLE)
}

fn wrapped(vm: &Vm, value: Value) -> PyResult {
    Ok(callable(value).bound().unwrap_or(vm.none()))
}

/// Attributes of the callable that the wrapper has not copied.
fn forwarded(vm: &Vm, value: Value, name: &str) -> PyResult {
    let key = vm.intern(name);
    if let Some(header) = value.as_header()
        && let Some(own) = vm.instance_get(header, key)?
    {
        return Ok(own);
    }
    let found = vm.get_attr(wrapped(vm, value)?, key)?;
    set_own(vm, value, name, Some(found))?;
    Ok(found)
}

/// The built-in class of a wrapper.
fn class_name(vm: &Vm, value: Value) -> &'static str {
    if vm.is_instance(value, vm.types().staticmethod) { "staticmethod" } else { "classmethod" }
}

fn set_own(vm: &Vm, value: Value, name: &str, new: Option<Value>) -> PyResult<()> {
    let Some(header) = value.as_header() else { return Ok(()) };
    match new {
        Some(new) => vm.instance_set(header, vm.intern(name), new).map(drop),
        None if vm.instance_delete(header, vm.intern(name))? => Ok(()),
        None => {
            let text = format!("'{}' object has no attribute '{name}'", class_name(vm, value));
            Err(vm.raise(vm.types().attribute_error, &text))
        }
    }
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::new(
        "__annotate__",
        "",
        |vm, value| forwarded(vm, value, "__annotate__"),
        |vm, value, new| set_own(vm, value, "__annotate__", new),
    ),
    GetSetDef::new(
        "__annotations__",
        "",
        |vm, value| forwarded(vm, value, "__annotations__"),
        |vm, value, new| set_own(vm, value, "__annotations__", new),
    ),
    GetSetDef::member("__func__", "", wrapped),
    GetSetDef::readonly("__isabstractmethod__", "", |vm, value| {
        is_abstract(vm, wrapped(vm, value)?).map(|is| vm.bool(is))
    }),
    GetSetDef::member("__wrapped__", "", wrapped),
];

#[methods(METHODS)]
impl Methods {
    /// See PEP 585
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Initialize self.
    #[method("__init__($self, function, /)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        args[0].expect::<Record>().set(vm, CALLABLE, args[1]);
        let Some(header) = args[0].as_header() else { return Ok(vm.none()) };
        for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
            let name = vm.intern(name);
            if let Some(value) = vm.find_attr(args[1], name)? {
                vm.instance_set(header, name, value)?;
            }
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, args[0].expect::<Class>(), &[Value::UNBOUND]).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let (name, inner) = (class_name(vm, args[0]), vm.repr(wrapped(vm, args[0])?)?);
        vm.new_str(&format!("<{name}({inner})>"))
    }
}

#[methods(STATIC_METHODS)]
impl StaticMethods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call_static(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_with(wrapped(vm, args[0])?, &args[2..], args[1].expect::<Dict>())
    }

    /// Return the function.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get_static(vm: &Vm, args: &[Value]) -> PyResult {
        match callable(args[0]).bound() {
            Some(function) => Ok(function),
            None => Err(vm.runtime_error("uninitialized staticmethod object")),
        }
    }
}

#[methods(CLASS_METHODS)]
impl ClassMethods {
    /// Return the function bound to the class.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get_class(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(function) = callable(args[0]).bound() else {
            return Err(vm.runtime_error("uninitialized classmethod object"));
        };
        let owner = args[2].bound().filter(|owner| *owner != vm.none());
        match owner.unwrap_or_else(|| vm.class_of(args[1]).into()).cast::<Class>() {
            Some(class) => vm.bind_to_class(function, class),
            None => crate::types::method::BoundMethod::new(vm, function, args[2]),
        }
    }
}
