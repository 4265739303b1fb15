//! `TypeAliasType`: what a `type` statement makes.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::generic_alias::{self, union};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{calling_module, name_argument, parameters, this, unpack_iter, with_unpacked};

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::UNION_MEMBER,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("__name__", "", |_, value| Ok(this(value).get(NAME))),
        GetSetDef::readonly("__module__", "", module),
        GetSetDef::readonly("__parameters__", "", |vm, value| {
            with_unpacked(vm, type_params(vm, value)).map(Value::from)
        }),
        GetSetDef::readonly("__type_params__", "", |vm, value| Ok(type_params(vm, value).into())),
        GetSetDef::readonly("__value__", "", |vm, value| parameters::lazy(vm, value, VALUE, VALUE_OF, vm.none())),
        GetSetDef::readonly("evaluate_value", "", |vm, value| parameters::evaluate(vm, value, VALUE, VALUE_OF)),
    ],
    ..ClassDef::new("typing.TypeAliasType", "Type alias.", Layout::Record)
};

/// Fields; the value is known or what a function computes when it is asked for.
const NAME: usize = 0;
const VALUE: usize = 1;
const VALUE_OF: usize = 2;
/// A tuple, or unbound when there are none.
const PARAMETERS: usize = 3;
const MODULE: usize = 4;

fn type_params(vm: &Vm, alias: Value) -> Gc<Tuple> {
    this(alias).get(PARAMETERS).cast().unwrap_or(vm.empty_tuple())
}

fn module(vm: &Vm, alias: Value) -> PyResult {
    let record = this(alias);
    match (record.get(MODULE).bound(), record.get(VALUE_OF).bound()) {
        (Some(module), _) => Ok(module),
        (None, Some(function)) => vm.get_attr_str(function, "__module__"),
        (None, None) => Ok(vm.none()),
    }
}

/// The alias of a `type` statement.
pub(super) fn of_syntax(vm: &Vm, name: Value, parameters: Value, function: Value) -> PyResult {
    let parameters = parameters.cast::<Tuple>().filter(|parameters| !parameters.is_empty());
    let parameters = parameters.map_or(Value::UNBOUND, Value::from);
    let fields = [name, Value::UNBOUND, function, parameters, Value::UNBOUND];
    Record::new(vm, vm.module_class(&CLASS)?, &fields).map(Value::from)
}

/// TypeError unless all are type parameters, those with defaults last.
fn check_parameters(vm: &Vm, given: Gc<Tuple>) -> PyResult<()> {
    let mut default_seen = false;
    for parameter in given.items() {
        if !parameters::is_parameter(vm, *parameter)? {
            let shown = vm.display_repr(*parameter);
            return Err(vm.type_error(format!("Expected a type param, got {shown}")));
        }
        let has_default = parameters::default(vm, *parameter)? != parameters::no_default(vm)?;
        if default_seen && !has_default {
            let shown = vm.display_repr(*parameter);
            return Err(vm.type_error(format!("non-default type parameter '{shown}' follows default type parameter")));
        }
        default_seen |= has_default;
    }
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        if this(args[0]).get(PARAMETERS).is_unbound() {
            return Err(vm.type_error("Only generic type aliases are subscriptable"));
        }
        generic_alias::new(vm, args[0], args[1])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        unpack_iter(vm, args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, name, value, *, type_params=<unrepresentable>)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typealias")?;
        let mut parameters = Value::UNBOUND;
        if let Some(given) = args[3].bound() {
            let Some(given) = given.cast::<Tuple>() else {
                return Err(vm.type_error("type_params must be a tuple"));
            };
            check_parameters(vm, given)?;
            if !given.is_empty() {
                parameters = given.into();
            }
        }
        let fields = [name, args[2], Value::UNBOUND, parameters, calling_module(vm)];
        Record::new(vm, vm.module_class(&CLASS)?, &fields).map(Value::from)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        union::or(vm, args[0], args[1])
    }

    /// Return the name, for pickling.
    #[method("__reduce__($self, /)")]
    fn reduce(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        union::or(vm, args[1], args[0])
    }
}
