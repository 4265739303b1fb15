//! `super`: look-up along an MRO, behind a class.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Fields of the record: the class behind which the look-up starts, the object (or unbound), and the class whose MRO it is
/// (or unbound).
const CLASS_FIELD: usize = 0;
const OBJECT: usize = 1;
const OBJECT_CLASS: usize = 2;
const COUNT: usize = 3;

/// `super`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "super",
        "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)",
        Layout::Record,
    )
};

fn field(vm: &Vm, value: Value, index: usize) -> PyResult {
    Ok(value.expect::<Record>().get(index).bound().unwrap_or(vm.none()))
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("__self__", "the instance invoking super(); may be None", |vm, v| field(vm, v, OBJECT)),
    GetSetDef::member("__self_class__", "the type of the instance invoking super(); may be None", |vm, v| {
        field(vm, v, OBJECT_CLASS)
    }),
    GetSetDef::member("__thisclass__", "the class invoking super()", |vm, v| field(vm, v, CLASS_FIELD)),
];

/// `super(class, obj)`.
pub fn new(vm: &Vm, class: Gc<Class>, obj: Value) -> PyResult {
    let object_class = check(vm, class, obj)?;
    Record::new(vm, vm.types().super_, &[class.into(), obj, object_class.into()]).map(Value::from)
}

/// `super()`: of the class that the running method was defined in, and of its first argument.
pub fn of_caller(vm: &Vm) -> PyResult {
    let (class, obj) = crate::interp::ops::super_arguments(vm)?;
    new(vm, class, obj)
}

/// The class whose MRO a look-up for an object takes: the object itself if it is a class, else its class. TypeError when that does
/// not inherit from `class`.
pub fn check(vm: &Vm, class: Gc<Class>, obj: Value) -> PyResult<Gc<Class>> {
    if let Some(own) = obj.cast::<Class>()
        && own.is_subclass_of(class)
    {
        return Ok(own);
    }
    let own = vm.class_of(obj);
    if own.is_subclass_of(class) {
        return Ok(own);
    }
    if let Some(claimed) = vm.find_attr_str(obj, "__class__")?.and_then(Value::cast::<Class>)
        && claimed != own
        && claimed.is_subclass_of(class)
    {
        return Ok(claimed);
    }
    let (kind, name) = match obj.cast::<Class>() {
        Some(class) => ("type", crate::types::type_::full_name(vm, class)),
        None => ("instance of", crate::types::type_::full_name(vm, own)),
    };
    Err(vm.type_error(format!(
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({}).",
        crate::types::type_::full_name(vm, class)
    )))
}

/// What a name means behind `class` in the MRO of `object_class`. `name` is interned.
#[must_use]
pub fn lookup(vm: &Vm, class: Gc<Class>, object_class: Gc<Class>, name: Gc<Str>) -> Option<Value> {
    let mut rest = object_class.mro().skip_while(|other| *other != class);
    rest.next()?;
    rest.find_map(|base| base.dict.get().get_interned(vm, name))
}

/// An attribute of a `super` object. `name` is interned.
pub fn get_attr(vm: &Vm, value: Value, name: Gc<Str>) -> PyResult {
    let record = value.expect::<Record>();
    let (Some(class), Some(object_class)) =
        (record.get(CLASS_FIELD).cast::<Class>(), record.get(OBJECT_CLASS).cast::<Class>())
    else {
        return vm.generic_get_attr(value, name);
    };
    if name.equals_str("__class__") {
        return vm.generic_get_attr(value, name);
    }
    match lookup(vm, class, object_class, name) {
        Some(found) if record.get(OBJECT) == Value::from(object_class) => vm.bind_on_class(found, object_class),
        Some(found) => vm.bind(found, record.get(OBJECT), object_class),
        None => vm.generic_get_attr(value, name),
    }
}

/// An attribute of a `super` object that is about to be called: the callable, and the receiver to put before the arguments, or
/// unbound.
pub fn get_method(vm: &Vm, value: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let record = value.expect::<Record>();
    if let (Some(class), Some(object_class)) =
        (record.get(CLASS_FIELD).cast::<Class>(), record.get(OBJECT_CLASS).cast::<Class>())
        && record.get(OBJECT) != Value::from(object_class)
        && let Some(found) = lookup(vm, class, object_class, name)
        && vm.is_method(found)
        && !name.equals_str("__class__")
    {
        return Ok((found, record.get(OBJECT)));
    }
    get_attr(vm, value, name).map(|callable| (callable, Value::UNBOUND))
}

#[methods(METHODS)]
impl Methods {
    /// Return a super object bound to an instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        if args[1] == vm.none() || record.get(OBJECT).is_bound() {
            return Ok(args[0]);
        }
        let class = record.get(CLASS_FIELD);
        if !vm.is_exact(args[0], vm.types().super_) {
            return vm.call(vm.class_of(args[0]).into(), &[class, args[1]]);
        }
        match class.cast::<Class>() {
            Some(class) => new(vm, class, args[1]),
            None => Ok(args[0]),
        }
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        get_attr(vm, args[0], crate::types::object::attribute_name(vm, args[1])?)
    }

    /// Initialize self.
    #[method("__init__($self, /, *args)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let given = &args[1..];
        if given.len() > 2 {
            return Err(vm.type_error(format!("super() expected at most 2 arguments, got {}", given.len())));
        }
        let (class, obj) = match given {
            [] => {
                let (class, obj) = crate::interp::ops::super_arguments(vm)?;
                (class.into(), Some(obj))
            }
            [class] => (*class, None),
            [class, obj, ..] => (*class, Some(*obj)),
        };
        let Some(class) = class.cast::<Class>() else {
            return Err(vm.type_error(format!("super() argument 1 must be a type, not {}", vm.argument_name(class))));
        };
        let (obj, object_class) = match obj.filter(|obj| *obj != vm.none()) {
            Some(obj) => (obj, check(vm, class, obj)?.into()),
            None => (Value::UNBOUND, Value::UNBOUND),
        };
        record.set(vm, CLASS_FIELD, class.into());
        record.set(vm, OBJECT, obj);
        record.set(vm, OBJECT_CLASS, object_class);
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, args[0].expect::<Class>(), &[Value::UNBOUND; COUNT]).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let name = |value: Value| value.cast::<Class>().map(|class| crate::types::type_::full_name(vm, class));
        let class = name(record.get(CLASS_FIELD)).unwrap_or_else(|| "NULL".to_owned());
        match name(record.get(OBJECT_CLASS)) {
            Some(object) => vm.new_str(&format!("<super: <class '{class}'>, <{object} object>>")),
            None => vm.new_str(&format!("<super: <class '{class}'>, NULL>")),
        }
    }
}
