//! Unions of types: `int | str`, `typing.Union[int, str]`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef};
use crate::object::layout::Layout;
use crate::types::generic_alias::{parameters, show_argument};
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// `Union`.
pub static UNION_CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: GETSET,
    ..ClassDef::new("typing.Union", "Represent a union type\n\nE.g. for int | str", Layout::Record)
};

/// Field of the record: a tuple.
const ARGS: usize = 0;

fn args_of(value: Value) -> Gc<Tuple> {
    value.expect::<Record>().get(ARGS).expect::<Tuple>()
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("__args__", "", |_, value| Ok(value.expect::<Record>().get(ARGS))),
    GetSetDef::readonly("__origin__", "Always returns the type", |vm, _| Ok(vm.types().union_type.into())),
    GetSetDef::readonly("__parameters__", "Type variables in the types.UnionType.", |vm, value| {
        parameters::collect(vm, args_of(value)).map(Value::from)
    }),
];

fn is_unionable(vm: &Vm, value: Value) -> bool {
    value == vm.none()
        || value.cast::<Class>().is_some()
        || vm.is_instance(value, vm.types().generic_alias)
        || vm.is_exact(value, vm.types().union_type)
}

/// `a | b` for types; NotImplemented when one is none.
pub fn or(vm: &Vm, a: Value, b: Value) -> PyResult {
    if !is_unionable(vm, a) || !is_unionable(vm, b) {
        return Ok(vm.not_implemented());
    }
    make(vm, &[a, b])
}

/// The union of types: unions among them are flattened, duplicates go, None becomes its class. One type alone is itself.
pub fn make(vm: &Vm, types: &[Value]) -> PyResult {
    let members = List::new(vm, &[])?;
    for value in types {
        if vm.is_exact(*value, vm.types().union_type) {
            for member in args_of(*value).items() {
                add(vm, members, *member)?;
            }
        } else {
            add(vm, members, *value)?;
        }
    }
    match (members.get(0), members.len()) {
        (None, _) => Err(vm.type_error("Cannot take a Union of no types.")),
        (Some(only), 1) => Ok(only),
        _ => {
            let members = members.to_tuple(vm)?;
            Record::new(vm, vm.types().union_type, &[members.into()]).map(Value::from)
        }
    }
}

fn add(vm: &Vm, members: Gc<List>, value: Value) -> PyResult<()> {
    let value = if value == vm.none() { vm.types().none_type.into() } else { value };
    let mut index = 0;
    while let Some(other) = members.get(index) {
        if vm.equals(other, value)? {
            return Ok(());
        }
        index += 1;
    }
    members.push(vm, value)
}

fn contains(vm: &Vm, members: Gc<Tuple>, value: Value) -> PyResult<bool> {
    for member in members.items() {
        if vm.equals(*member, value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn check(vm: &Vm, members: Gc<Tuple>, what: &str, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult {
    if members.items().iter().any(|member| vm.is_instance(*member, vm.types().generic_alias)) {
        return Err(vm.type_error(format!("{what}() argument 2 cannot be a parameterized generic")));
    }
    for member in members.items() {
        if f(*member)? {
            return Ok(vm.true_());
        }
    }
    Ok(vm.false_())
}

#[methods(METHODS)]
impl Methods {
    /// Create a union of the types in the subscript.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Tuple>() {
            Some(types) => make(vm, types.items()),
            None => make(vm, &args[1..2]),
        }
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_exact(args[1], vm.types().union_type) {
            return Ok(vm.not_implemented());
        }
        let (a, b) = (args_of(args[0]), args_of(args[1]));
        if a.len() != b.len() {
            return Ok(vm.false_());
        }
        for member in a.items() {
            if !contains(vm, b, *member)? {
                return Ok(vm.false_());
            }
        }
        Ok(vm.true_())
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let members = parameters::substitute(vm, args[0], args_of(args[0]), args[1])?;
        make(vm, members.items())
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let mut hash = 0u64;
        for member in args_of(args[0]).items() {
            hash ^= vm.hash(*member)?.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        vm.new_int(hash as i64 >> 2)
    }

    /// Check if an object is an instance of a member.
    #[method("__instancecheck__($self, instance, /)")]
    fn instancecheck(vm: &Vm, args: &[Value]) -> PyResult {
        check(vm, args_of(args[0]), "isinstance", |member| vm.isinstance(args[1], member))
    }

    /// Raise TypeError: a union is no base class.
    #[method("__mro_entries__($self, bases, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        Err(vm.type_error(format!("Cannot subclass {}", vm.display_repr(args[0]))))
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or_(vm: &Vm, args: &[Value]) -> PyResult {
        or(vm, args[0], args[1])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut parts = Vec::new();
        for member in args_of(args[0]).items() {
            let is_none = *member == Value::from(vm.types().none_type);
            parts.push(if is_none { "None".to_owned() } else { show_argument(vm, *member)? });
        }
        vm.new_str(&parts.join(" | "))
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        or(vm, args[1], args[0])
    }

    /// Check if a class is a subclass of a member.
    #[method("__subclasscheck__($self, subclass, /)")]
    fn subclasscheck(vm: &Vm, args: &[Value]) -> PyResult {
        check(vm, args_of(args[0]), "issubclass", |member| vm.issubclass(args[1], member))
    }
}
