//! `types.GenericAlias` (`list[int]`). [`union`] has `int | str`, [`parameters`] the type variables of both.

pub mod parameters;
pub mod union;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::protocol::text::TextBuf;
use crate::types::dict::Dict;
use crate::types::iterators::builtin;
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
    flags: flags::BASE | flags::WEAKREF,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "types.GenericAlias",
        "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
        Layout::Record,
    )
};

/// What iterates over `list[int]`: gives `*list[int]` once.
static ITERATOR_CLASS: ClassDef =
    ClassDef { methods: &[ITERATOR_METHODS], ..ClassDef::new("generic_alias_iterator", "", Layout::Record) };

/// Fields of the record behind a generic alias: one is true for `*tuple[int]`, the last is the tuple of type variables once
/// somebody asked for it.
pub const ORIGIN: usize = 0;
pub const ARGS: usize = 1;
const STARRED: usize = 2;
const PARAMETERS: usize = 3;

/// `origin[args]`.
pub fn new(vm: &Vm, origin: Value, args: Value) -> PyResult {
    with_star(vm, vm.types().generic_alias, origin, args, false)
}

fn with_star(vm: &Vm, class: Gc<Class>, origin: Value, args: Value, starred: bool) -> PyResult {
    let args = if vm.is_exact_tuple(args) { args } else { vm.new_tuple(&[args])? };
    Record::new(vm, class, &[origin, args, vm.bool(starred), Value::UNBOUND]).map(Value::from)
}

#[methods(pub CLASS_GETITEM)]
impl ClassGetItem {
    /// See PEP 585
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        new(vm, args[0], args[1])
    }
}

pub(crate) fn origin(value: Value) -> Value {
    value.expect::<Record>().get(ORIGIN)
}

pub(crate) fn args_of(value: Value) -> Gc<Tuple> {
    value.expect::<Record>().get(ARGS).expect::<Tuple>()
}

pub(crate) fn is_starred(vm: &Vm, value: Value) -> bool {
    value.expect::<Record>().get(STARRED) == vm.true_()
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("__args__", "", |_, value| Ok(value.expect::<Record>().get(ARGS))),
    GetSetDef::member("__origin__", "", |_, value| Ok(origin(value))),
    GetSetDef::readonly("__parameters__", "Type variables in the GenericAlias.", |vm, value| {
        parameters::of(vm, value, ARGS, PARAMETERS).map(Value::from)
    }),
    GetSetDef::readonly("__typing_unpacked_tuple_args__", "", |vm, value| {
        let unpacked = is_starred(vm, value) && origin(value) == Value::from(vm.types().tuple);
        Ok(if unpacked { value.expect::<Record>().get(ARGS) } else { vm.none() })
    }),
    GetSetDef::member("__unpacked__", "", |vm, value| Ok(vm.bool(is_starred(vm, value)))),
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
];

/// Attributes that it does not have although its origin may.
const BLOCKED_ATTRIBUTES: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

/// Adds a type as it is shown among arguments: `int`, `collections.deque`, `...`, `list[int]`.
pub fn push_type(vm: &Vm, text: &mut TextBuf, value: Value) -> PyResult<()> {
    if value == vm.ellipsis() {
        text.push("...");
        return Ok(());
    }
    if value == Value::from(vm.types().none_type) {
        text.push("None");
        return Ok(());
    }
    let is_alias = vm.find_attr_str(value, "__origin__")?.is_some() && vm.find_attr_str(value, "__args__")?.is_some();
    if !is_alias
        && let Some(qualname) = vm.find_attr_str(value, "__qualname__")?
        && let Some(module) = vm.find_attr_str(value, "__module__")?
        && module != vm.none()
    {
        if module.cast::<Str>().is_none_or(|module| !module.equals_str("builtins")) {
            text.push_str(&*vm.to_str(module)?);
            text.push(".");
        }
        text.push_str(&*vm.to_str(qualname)?);
        return Ok(());
    }
    text.push_repr(vm, value)
}

fn push_argument(vm: &Vm, text: &mut TextBuf, value: Value) -> PyResult<()> {
    if !vm.is_exact_list(value) {
        return push_type(vm, text, value);
    }
    // The arguments of a parameter specification.
    let list = value.expect::<List>();
    text.push("[");
    for index in 0..list.len() {
        if index > 0 {
            text.push(", ");
        }
        // A repr may have changed the list.
        let Some(item) = list.get(index) else { return Err(vm.index_error("list index out of range")) };
        push_type(vm, text, item)?;
    }
    text.push("]");
    Ok(())
}

fn show(vm: &Vm, value: Value) -> PyResult {
    let mut text = TextBuf::new();
    if is_starred(vm, value) {
        text.push("*");
    }
    push_type(vm, &mut text, origin(value))?;
    text.push("[");
    let args = args_of(value);
    for (index, arg) in args.items().iter().enumerate() {
        if index > 0 {
            text.push(", ");
        }
        push_argument(vm, &mut text, *arg)?;
    }
    if args.is_empty() {
        text.push("()");
    }
    text.push("]");
    text.finish(vm)
}

fn equal(vm: &Vm, a: Value, b: Value) -> PyResult<Option<bool>> {
    if !vm.is_instance(b, vm.types().generic_alias) {
        return Ok(None);
    }
    let same = is_starred(vm, a) == is_starred(vm, b)
        && vm.equals(origin(a), origin(b))?
        && vm.equals(args_of(a).into(), args_of(b).into())?;
    Ok(Some(same))
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
        Ok(equal(vm, args[0], args[1])?.map_or(vm.not_implemented(), |same| vm.bool(same)))
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        let name = crate::types::object::attribute_name(vm, args[1])?;
        if OWN_ATTRIBUTES.iter().chain(BLOCKED_ATTRIBUTES).any(|own| name.equals_str(own)) {
            return vm.generic_get_attr(args[0], name);
        }
        vm.get_attr(origin(args[0]), name)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let variables = parameters::of(vm, args[0], ARGS, PARAMETERS)?;
        let substituted = parameters::substitute(vm, args[0], args_of(args[0]), variables, args[1])?;
        with_star(vm, vm.types().generic_alias, origin(args[0]), substituted.into(), is_starred(vm, args[0]))
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, b) = (vm.hash(origin(args[0]))?, vm.hash(args_of(args[0]).into())?);
        vm.new_int((a ^ b) as i64)
    }

    /// Raise TypeError: isinstance does not take parameterized generics.
    #[method("__instancecheck__($self, instance, /)")]
    fn instancecheck(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, vm.module_class(&ITERATOR_CLASS)?, &[args[0]]).map(Value::from)
    }

    /// Return the origin as the base class to use instead.
    #[method("__mro_entries__($self, bases, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_tuple(&[origin(args[0])])
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(equal(vm, args[0], args[1])?.map_or(vm.not_implemented(), |same| vm.bool(!same)))
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
        if is_starred(vm, args[0]) {
            // The first item of an iterator over the plain alias.
            let plain = new(vm, record.get(ORIGIN), record.get(ARGS))?;
            let iterator = vm.new_tuple(&[vm.iter(plain)?])?;
            return vm.new_tuple(&[builtin(vm, "next")?, iterator]);
        }
        let parts = vm.new_tuple(&[record.get(ORIGIN), record.get(ARGS)])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), parts])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0])
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

#[methods(ITERATOR_METHODS)]
impl IteratorMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iterator_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn iterator_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = args[0].expect::<Record>();
        let Some(alias) = iterator.get(0).cast::<Record>() else { return Ok(Value::UNBOUND) };
        iterator.set(vm, 0, Value::UNBOUND);
        with_star(vm, vm.types().generic_alias, alias.get(ORIGIN), alias.get(ARGS), true)
    }

    /// Return what makes an equal iterator, for pickling.
    #[method("__reduce__($self, /)")]
    fn iterator_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let builtin = builtin(vm, "iter")?;
        let rest = args[0].expect::<Record>().get(0).bound().unwrap_or(vm.empty_tuple().into());
        vm.new_tuple(&[builtin, vm.new_tuple(&[rest])?])
    }
}
