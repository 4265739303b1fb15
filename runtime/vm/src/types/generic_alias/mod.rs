//! `types.GenericAlias` (`list[int]`). [`union`] has `int | str`, [`parameters`] the type variables of both.

pub mod parameters;
pub mod union;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

pub use union::UNION_CLASS;

/// `GenericAlias`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("types.GenericAlias", "Represent a PEP 585 generic type", Layout::Record)
};

/// Fields of the record behind a generic alias; the last is true for `*tuple[int]`.
pub const ORIGIN: usize = 0;
pub const ARGS: usize = 1;
const STARRED: usize = 2;

/// `origin[args]`.
pub fn new(vm: &Vm, origin: Value, args: Value) -> PyResult {
    with_star(vm, vm.types().generic_alias, origin, args, false)
}

fn with_star(vm: &Vm, class: Gc<Class>, origin: Value, args: Value, starred: bool) -> PyResult {
    let args = if vm.is_exact_tuple(args) { args } else { vm.new_tuple(&[args])? };
    Record::new(vm, class, &[origin, args, vm.bool(starred)]).map(Value::from)
}

#[methods(pub CLASS_GETITEM)]
impl ClassGetItem {
    /// See PEP 585
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        new(vm, args[0], args[1])
    }
}

fn origin(value: Value) -> Value {
    value.expect::<Record>().get(ORIGIN)
}

pub(crate) fn args_of(value: Value) -> Gc<Tuple> {
    value.expect::<Record>().get(ARGS).expect::<Tuple>()
}

fn is_starred(vm: &Vm, value: Value) -> bool {
    value.expect::<Record>().get(STARRED) == vm.true_()
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("__args__", "", |_, value| Ok(value.expect::<Record>().get(ARGS))),
    GetSetDef::readonly("__origin__", "", |_, value| Ok(origin(value))),
    GetSetDef::readonly("__parameters__", "Type variables in the GenericAlias.", |vm, value| {
        parameters::collect(vm, args_of(value)).map(Value::from)
    }),
    GetSetDef::readonly("__typing_unpacked_tuple_args__", "", |vm, value| {
        let unpacked = is_starred(vm, value) && origin(value) == Value::from(vm.types().tuple);
        Ok(if unpacked { value.expect::<Record>().get(ARGS) } else { vm.none() })
    }),
    GetSetDef::readonly("__unpacked__", "", |vm, value| Ok(vm.bool(is_starred(vm, value)))),
];

/// Attributes of the alias itself; all others are those of its origin.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
    "__bases__",
];

/// How a type is shown among arguments: `int`, `collections.deque`, `...`, `list[int]`.
pub(crate) fn show_argument(vm: &Vm, value: Value) -> PyResult<String> {
    if value == vm.ellipsis() {
        return Ok("...".to_owned());
    }
    if let Some(list) = value.cast::<List>() {
        let parts: Vec<String> =
            list.slots().iter().map(|item| show_argument(vm, item.get())).collect::<PyResult<_>>()?;
        return Ok(format!("[{}]", parts.join(", ")));
    }
    let is_alias = vm.find_attr_str(value, "__origin__")?.is_some() && vm.find_attr_str(value, "__args__")?.is_some();
    if !is_alias
        && let Some(qualname) = vm.find_attr_str(value, "__qualname__")?
        && let Some(module) = vm.find_attr_str(value, "__module__")?
        && module != vm.none()
    {
        let qualname = vm.display(qualname);
        return Ok(match module.cast::<Str>() {
            Some(module) if module.equals_str("builtins") => qualname,
            _ => format!("{}.{qualname}", vm.display(module)),
        });
    }
    vm.repr(value).map(|text| text.to_string())
}

fn show(vm: &Vm, value: Value) -> PyResult<String> {
    vm.check_native_recursion()?;
    let name = show_argument(vm, origin(value))?;
    let args = args_of(value);
    let parts: Vec<String> = args.items().iter().map(|arg| show_argument(vm, *arg)).collect::<PyResult<_>>()?;
    let inner = if parts.is_empty() { "()".to_owned() } else { parts.join(", ") };
    Ok(format!("{}{name}[{inner}]", if is_starred(vm, value) { "*" } else { "" }))
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let made = vm.call_with(origin(args[0]), &args[2..], args[1].expect::<Dict>())?;
        let result = vm.set_attr(made, vm.intern("__orig_class__"), Some(args[0]));
        let result = vm.absorb(result, vm.types().attribute_error);
        vm.absorb(result, vm.types().type_error)?;
        Ok(made)
    }

    /// Default dir() implementation.
    #[method("__dir__($self, /)")]
    fn dir(vm: &Vm, args: &[Value]) -> PyResult {
        let names = Dict::new(vm)?;
        crate::types::object::methods::merge_class_names(vm, names, origin(args[0]))?;
        for name in OWN_ATTRIBUTES {
            names.set_str(vm, vm.intern(name), vm.none())?;
        }
        vm.list_from(names.into()).map(Value::from)
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_instance(args[1], vm.types().generic_alias) {
            return Ok(vm.not_implemented());
        }
        let same = is_starred(vm, args[0]) == is_starred(vm, args[1])
            && vm.equals(origin(args[0]), origin(args[1]))?
            && vm.equals(args_of(args[0]).into(), args_of(args[1]).into())?;
        Ok(vm.bool(same))
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        let name = crate::types::object::attribute_name(vm, args[1])?;
        if OWN_ATTRIBUTES.iter().any(|own| name.equals_str(own)) {
            return vm.generic_get_attr(args[0], name);
        }
        vm.get_attr(origin(args[0]), name)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let substituted = parameters::substitute(vm, args[0], args_of(args[0]), args[1])?;
        with_star(vm, vm.class_of(args[0]), origin(args[0]), substituted.into(), is_starred(vm, args[0]))
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, b) = (vm.hash(origin(args[0]))?, vm.hash(args_of(args[0]).into())?);
        vm.new_int((a ^ b) as i64 >> 2)
    }

    /// Raise TypeError: isinstance does not take parameterized generics.
    #[method("__instancecheck__($self, instance, /)")]
    fn instancecheck(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let starred = with_star(vm, vm.class_of(args[0]), record.get(ORIGIN), record.get(ARGS), true)?;
        vm.iter(vm.new_tuple(&[starred])?)
    }

    /// Return the origin as the base class to use instead.
    #[method("__mro_entries__($self, bases, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_tuple(&[origin(args[0])])
    }

    /// Create and return a new object.
    #[method("static __new__(type, origin, args, /)")]
    fn new_(vm: &Vm, args: &[Value]) -> PyResult {
        with_star(vm, args[0].expect::<Class>(), args[1], args[2], false)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        union::or(vm, args[0], args[1])
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let parts = vm.new_tuple(&[record.get(ORIGIN), record.get(ARGS)])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), parts])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&show(vm, args[0])?)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        union::or(vm, args[1], args[0])
    }

    /// Raise TypeError: issubclass does not take parameterized generics.
    #[method("__subclasscheck__($self, subclass, /)")]
    fn subclasscheck(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }
}
