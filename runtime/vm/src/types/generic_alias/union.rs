//! Unions of types: `int | str`, `typing.Union[int, str]`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::protocol::text::TextBuf;
use crate::types::generic_alias::{parameters, push_type};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// `Union`.
pub static UNION_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::NO_NEW,
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("typing.Union", "Represent a union type\n\nE.g. for int | str", Layout::Record)
};

/// Fields of the record: all members (a tuple), those that can be hashed (a frozenset), the others (a list, or unbound), the
/// type variables once somebody asked for them.
const ARGS: usize = 0;
const HASHABLE: usize = 1;
const UNHASHABLE: usize = 2;
const PARAMETERS: usize = 3;

pub(crate) fn args_of(value: Value) -> Gc<Tuple> {
    value.expect::<Record>().get(ARGS).expect::<Tuple>()
}

fn unhashable_of(value: Value) -> Option<Gc<List>> {
    value.expect::<Record>().get(UNHASHABLE).cast()
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("__args__", "", |_, value| Ok(value.expect::<Record>().get(ARGS))),
    GetSetDef::readonly("__name__", "Name of the type", |vm, _| vm.new_str("Union")),
    GetSetDef::readonly("__origin__", "Always returns the type", |vm, _| Ok(vm.types().union_type.into())),
    GetSetDef::readonly("__parameters__", "Type variables in the types.UnionType.", |vm, value| {
        parameters::of(vm, value, ARGS, PARAMETERS).map(Value::from)
    }),
    GetSetDef::readonly("__qualname__", "Qualified name of the type", |vm, _| vm.new_str("Union")),
];

fn is_unionable(vm: &Vm, value: Value) -> bool {
    value == vm.none()
        || value.cast::<Class>().is_some()
        || vm.is_instance(value, vm.types().generic_alias)
        || vm.is_exact(value, vm.types().union_type)
        || vm.class_of(value).has(flags::UNION_MEMBER)
}

/// `a | b` for types; NotImplemented when one is none.
pub fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    if !is_unionable(vm, a) || !is_unionable(vm, b) {
        return Ok(vm.not_implemented());
    }
    let builder = Builder::new(vm)?;
    builder.add(vm, a)?;
    builder.add(vm, b)?;
    builder.finish(vm)
}

/// The union of what `typing` takes for types: strings become forward references. One type alone is itself.
///
/// # Errors
/// TypeError when one is no type, or there is none at all.
pub fn of_types(vm: &Vm, types: &[Value]) -> PyResult {
    let builder = Builder::new(vm)?;
    for value in types {
        builder.add_checked(vm, *value)?;
    }
    builder.finish(vm)
}

/// Members of a union to be.
struct Builder {
    members: Gc<List>,
    hashable: Gc<Set>,
    unhashable: Gc<List>,
}

impl Builder {
    fn new(vm: &Vm) -> PyResult<Builder> {
        Ok(Builder {
            members: List::new(vm, &[])?,
            hashable: Set::new(vm, vm.types().frozenset, &[])?,
            unhashable: List::new(vm, &[])?,
        })
    }

    fn add_checked(&self, vm: &Vm, value: Value) -> PyResult<()> {
        if is_unionable(vm, value) {
            return self.add(vm, value);
        }
        let check = vm.get_attr_str(vm.import("typing")?, "_type_check")?;
        let message = vm.new_str("Union[arg, ...]: each arg must be a type.")?;
        let value = vm.call(check, &[value, message])?;
        self.add_single(vm, value)
    }

    /// Adds a type, or the members of a union.
    fn add(&self, vm: &Vm, value: Value) -> PyResult<()> {
        if value == vm.none() {
            return self.add_single(vm, vm.types().none_type.into());
        }
        if vm.is_exact(value, vm.types().union_type) {
            for member in args_of(value).items() {
                self.add_single(vm, *member)?;
            }
            return Ok(());
        }
        self.add_single(vm, value)
    }

    fn add_single(&self, vm: &Vm, value: Value) -> PyResult<()> {
        match vm.hash(value) {
            Ok(hash) => {
                if self.hashable.contains_hashed(vm, value, hash)? {
                    return Ok(());
                }
                self.hashable.add_hashed(vm, value, hash)?;
            }
            Err(raised) => {
                let _ = vm.take_exception(raised);
                if contains(vm, self.unhashable, value)? {
                    return Ok(());
                }
                self.unhashable.push(vm, value)?;
            }
        }
        self.members.push(vm, value)
    }

    fn finish(self, vm: &Vm) -> PyResult {
        match (self.members.get(0), self.members.len()) {
            (None, _) => Err(vm.type_error("Cannot take a Union of no types.")),
            (Some(only), 1) => Ok(only),
            _ => {
                let members = self.members.to_tuple(vm)?;
                let unhashable = if self.unhashable.is_empty() { Value::UNBOUND } else { self.unhashable.into() };
                let fields = [members.into(), self.hashable.into(), unhashable, Value::UNBOUND];
                Record::new(vm, vm.types().union_type, &fields).map(Value::from)
            }
        }
    }
}

fn contains(vm: &Vm, list: Gc<List>, value: Value) -> PyResult<bool> {
    let mut index = 0;
    while let Some(other) = list.get(index) {
        if vm.equals(other, value)? {
            return Ok(true);
        }
        index += 1;
    }
    Ok(false)
}

fn contains_all(vm: &Vm, list: Gc<List>, others: Gc<List>) -> PyResult<bool> {
    let mut index = 0;
    while let Some(other) = others.get(index) {
        if !contains(vm, list, other)? {
            return Ok(false);
        }
        index += 1;
    }
    Ok(true)
}

fn equal(vm: &Vm, a: Value, b: Value) -> PyResult<Option<bool>> {
    if !vm.is_exact(b, vm.types().union_type) {
        return Ok(None);
    }
    let hashable = |value: Value| value.expect::<Record>().get(HASHABLE);
    if !vm.equals(hashable(a), hashable(b))? {
        return Ok(Some(false));
    }
    match (unhashable_of(a), unhashable_of(b)) {
        (None, None) => Ok(Some(true)),
        (Some(a), Some(b)) if a.len() == b.len() => Ok(Some(contains_all(vm, a, b)? && contains_all(vm, b, a)?)),
        _ => Ok(Some(false)),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Create a union of the types in the subscript.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Tuple>() {
            Some(types) => of_types(vm, types.items()),
            None => of_types(vm, &args[1..2]),
        }
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
        if name.equals_str("__module__") {
            return vm.get_attr(vm.types().union_type.into(), name);
        }
        vm.generic_get_attr(args[0], name)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let variables = parameters::of(vm, args[0], ARGS, PARAMETERS)?;
        let members = parameters::substitute(vm, args[0], args_of(args[0]), variables, args[1])?;
        of_types(vm, members.items())
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(unhashable) = unhashable_of(args[0]) {
            // Unions that are equal have equal hashes, so that this one can have none.
            for item in unhashable.slots() {
                vm.hash(item.get())?;
            }
            let count = unhashable.len();
            return Err(vm.type_error(format!("union contains {count} unhashable elements")));
        }
        vm.new_int(vm.hash(args[0].expect::<Record>().get(HASHABLE))? as i64)
    }

    /// Raise TypeError: a union is no base class.
    #[method("__mro_entries__($self, object, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        let shown: Gc<Str> = vm.repr(args[0])?;
        Err(vm.type_error(format!("Cannot subclass {}", *shown)))
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(equal(vm, args[0], args[1])?.map_or(vm.not_implemented(), |same| vm.bool(!same)))
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or_(vm: &Vm, args: &[Value]) -> PyResult {
        // A union takes more than classes do: what `typing` takes for a type.
        of_types(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        for (index, member) in args_of(args[0]).items().iter().enumerate() {
            if index > 0 {
                text.push(" | ");
            }
            push_type(vm, &mut text, *member)?;
        }
        text.finish(vm)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        of_types(vm, &[args[1], args[0]])
    }
}
