//! `_typing`: type parameters, type aliases and `Generic`, which the syntax of PEP 695 makes. The interpreter calls the functions
//! whose names are in lower case; `typing` re-exports the classes.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::generic_alias::{self, union};
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Record, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.",
    functions: FUNCTIONS,
    init: |vm, module| {
        for class in [&TYPE_VAR, &PARAM_SPEC, &PARAM_SPEC_ARGS, &PARAM_SPEC_KWARGS, &TYPE_VAR_TUPLE, &ALIAS, &GENERIC] {
            vm.add_module_class(module, class)?;
        }
        let dict = module.dict();
        dict.set_str(vm, vm.intern("NoDefault"), no_default(vm)?)?;
        dict.set_str(vm, vm.intern("Union"), vm.types().union_type.into())
    },
};

/// Fields of a type parameter. A lazy one (`.._OF`) is the function that computes the value, called when it is asked for.
const NAME: usize = 0;
const BOUND: usize = 1;
const BOUND_OF: usize = 2;
const CONSTRAINTS: usize = 3;
const CONSTRAINTS_OF: usize = 4;
const DEFAULT: usize = 5;
const DEFAULT_OF: usize = 6;
const COVARIANT: usize = 7;
const CONTRAVARIANT: usize = 8;
const INFER: usize = 9;
const FIELDS: usize = 10;

/// Fields of a type alias.
const VALUE: usize = 1;
const VALUE_OF: usize = 2;
const PARAMETERS: usize = 3;
const ALIAS_FIELDS: usize = 4;

const PARAMETER: &[GetSetDef] = &[
    GetSetDef::readonly("__name__", "", |_, value| Ok(this(value).get(NAME))),
    GetSetDef::readonly("__default__", "", default),
];

static TYPE_VAR: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[PARAMETER_METHODS, TYPE_VAR_METHODS],
    getset: &[
        GetSetDef::readonly("__name__", "", |_, value| Ok(this(value).get(NAME))),
        GetSetDef::readonly("__default__", "", default),
        GetSetDef::readonly("__bound__", "", |vm, value| lazy(vm, value, BOUND, BOUND_OF, vm.none())),
        GetSetDef::readonly("__constraints__", "", |vm, value| {
            lazy(vm, value, CONSTRAINTS, CONSTRAINTS_OF, vm.empty_tuple().into())
        }),
        GetSetDef::readonly("__contravariant__", "", |vm, value| flag(vm, value, CONTRAVARIANT)),
        GetSetDef::readonly("__covariant__", "", |vm, value| flag(vm, value, COVARIANT)),
        GetSetDef::readonly("__infer_variance__", "", |vm, value| flag(vm, value, INFER)),
    ],
    ..ClassDef::new("typing.TypeVar", "Type variable.", Layout::Record)
};

static PARAM_SPEC: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[PARAMETER_METHODS, PARAM_SPEC_METHODS],
    getset: &[
        GetSetDef::readonly("__name__", "", |_, value| Ok(this(value).get(NAME))),
        GetSetDef::readonly("__default__", "", default),
        GetSetDef::readonly("__bound__", "", |vm, value| lazy(vm, value, BOUND, BOUND_OF, vm.none())),
        GetSetDef::readonly("__contravariant__", "", |vm, value| flag(vm, value, CONTRAVARIANT)),
        GetSetDef::readonly("__covariant__", "", |vm, value| flag(vm, value, COVARIANT)),
        GetSetDef::readonly("__infer_variance__", "", |vm, value| flag(vm, value, INFER)),
        GetSetDef::readonly("args", "The positional arguments.", |vm, value| part(vm, &PARAM_SPEC_ARGS, value)),
        GetSetDef::readonly("kwargs", "The keyword arguments.", |vm, value| part(vm, &PARAM_SPEC_KWARGS, value)),
    ],
    ..ClassDef::new("typing.ParamSpec", "Parameter specification variable.", Layout::Record)
};

static PARAM_SPEC_ARGS: ClassDef = ClassDef {
    methods: &[ARGS_METHODS],
    getset: &[GetSetDef::readonly("__origin__", "", |_, value| Ok(this(value).get(0)))],
    ..ClassDef::new("typing.ParamSpecArgs", "The args for a ParamSpec object.", Layout::Record)
};

static PARAM_SPEC_KWARGS: ClassDef = ClassDef {
    methods: &[KWARGS_METHODS],
    getset: &[GetSetDef::readonly("__origin__", "", |_, value| Ok(this(value).get(0)))],
    ..ClassDef::new("typing.ParamSpecKwargs", "The kwargs for a ParamSpec object.", Layout::Record)
};

static TYPE_VAR_TUPLE: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[PARAMETER_METHODS, TYPE_VAR_TUPLE_METHODS],
    getset: PARAMETER,
    ..ClassDef::new("typing.TypeVarTuple", "Type variable tuple.", Layout::Record)
};

static ALIAS: ClassDef = ClassDef {
    flags: flags::DICT | flags::WEAKREF,
    methods: &[ALIAS_METHODS],
    getset: &[
        GetSetDef::readonly("__name__", "", |_, value| Ok(this(value).get(NAME))),
        GetSetDef::readonly("__parameters__", "", |_, value| Ok(this(value).get(PARAMETERS))),
        GetSetDef::readonly("__type_params__", "", |_, value| Ok(this(value).get(PARAMETERS))),
        GetSetDef::readonly("__value__", "", |vm, value| lazy(vm, value, VALUE, VALUE_OF, vm.none())),
    ],
    ..ClassDef::new("typing.TypeAliasType", "Type alias.", Layout::Record)
};

static GENERIC: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[GENERIC_METHODS],
    ..ClassDef::new("typing.Generic", "Abstract base class for generic types.", Layout::Object)
};

static NO_DEFAULT: ClassDef = ClassDef {
    methods: &[NO_DEFAULT_METHODS],
    ..ClassDef::new("typing.NoDefaultType", "The type of the NoDefault singleton.", Layout::Object)
};

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

fn flag(vm: &Vm, value: Value, field: usize) -> PyResult {
    Ok(this(value).get(field).bound().unwrap_or(vm.false_()))
}

/// A value that is known, or computed now, or absent.
fn lazy(vm: &Vm, owner: Value, field: usize, function: usize, absent: Value) -> PyResult {
    let record = this(owner);
    if let Some(value) = record.get(field).bound() {
        return Ok(value);
    }
    let Some(function) = record.get(function).bound() else { return Ok(absent) };
    let value = vm.call(function, &[])?;
    record.set(vm, field, value);
    Ok(value)
}

/// `typing.NoDefault`, kept on its class.
fn no_default(vm: &Vm) -> PyResult {
    let class = vm.module_class(&NO_DEFAULT)?;
    let name = vm.intern("_instance");
    if let Some(instance) = class.dict.get().get_interned(vm, name) {
        return Ok(instance);
    }
    let instance = vm.new_object(class)?;
    class.set_attr(vm, name, instance)?;
    Ok(instance)
}

fn default(vm: &Vm, value: Value) -> PyResult {
    lazy(vm, value, DEFAULT, DEFAULT_OF, no_default(vm)?)
}

fn part(vm: &Vm, definition: &'static ClassDef, value: Value) -> PyResult {
    Record::new(vm, vm.module_class(definition)?, &[value]).map(Value::from)
}

/// Gives a new object the name of the module whose code runs as `__module__`: an attribute of its own, which hides the
/// class's.
fn with_module(vm: &Vm, object: Gc<Record>) -> PyResult {
    let name = orochi_vm::modules::frames::current_globals(vm)
        .and_then(|globals| globals.get_interned(vm, vm.intern("__name__")));
    vm.instance_set(object.as_header(), vm.intern("__module__"), name.unwrap_or(vm.none()))?;
    Ok(object.into())
}

fn parameter(vm: &Vm, definition: &'static ClassDef, name: Value, set: &[(usize, Value)]) -> PyResult<Value> {
    let mut fields = [Value::UNBOUND; FIELDS];
    fields[NAME] = name;
    fields[INFER] = vm.true_();
    for (field, value) in set {
        fields[*field] = *value;
    }
    with_module(vm, Record::new(vm, vm.module_class(definition)?, &fields)?)
}

/// `+T`, `-T`, `~T`; without a sign when the variance is inferred.
fn shown(vm: &Vm, value: Value) -> String {
    let record = this(value);
    let name = vm.display(record.get(NAME));
    let is = |field: usize| record.get(field) == vm.true_();
    let sign = match () {
        () if is(INFER) => "",
        () if is(COVARIANT) => "+",
        () if is(CONTRAVARIANT) => "-",
        () => "~",
    };
    format!("{sign}{name}")
}

fn name_argument(vm: &Vm, value: Value, function: &str) -> PyResult {
    match value.cast::<Str>() {
        Some(_) => Ok(value),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("{function}() argument 'name' must be str, not {name}")))
        }
    }
}

fn given(vm: &Vm, value: Value) -> Value {
    value.bound().filter(|value| *value != vm.none()).unwrap_or_default()
}

#[methods(PARAMETER_METHODS)]
impl ParameterMethods {
    /// Refuse to be a base class.
    #[method("__mro_entries__($self, bases, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.type_name(args[0]);
        Err(vm.type_error(format!("Cannot subclass an instance of {name}")))
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        union::make(vm, args)
    }

    /// Return the name, for pickling.
    #[method("__reduce__($self, /)")]
    fn reduce(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&shown(vm, args[0]))
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        union::make(vm, &[args[1], args[0]])
    }

    /// Return what stands for the parameter in a specialised type.
    #[method("__typing_subst__($self, arg, /)")]
    fn subst(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[1])
    }

    /// Return whether there is a default.
    #[method("has_default($self, /)")]
    fn has_default(vm: &Vm, args: &[Value]) -> PyResult {
        let record = this(args[0]);
        Ok(vm.bool(record.get(DEFAULT).is_bound() || record.get(DEFAULT_OF).is_bound()))
    }
}

#[methods(TYPE_VAR_METHODS)]
impl TypeVarMethods {
    /// Create and return a new object.
    #[method(
        "static __new__(type, name, /, *constraints, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new_type_var(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typevar")?;
        let constraints = &args[7..];
        if constraints.len() == 1 {
            return Err(vm.type_error("A single constraint is not allowed"));
        }
        let is = |value: Value| -> PyResult { Ok(vm.bool(value.is_bound() && vm.is_true(value)?)) };
        let (covariant, contravariant, infer) = (is(args[4])?, is(args[5])?, is(args[6])?);
        if covariant == vm.true_() && contravariant == vm.true_() {
            return Err(vm.value_error("Bivariant types are not supported."));
        }
        let bound = given(vm, args[2]);
        if bound.is_bound() && !constraints.is_empty() {
            return Err(vm.type_error("Constraints cannot be combined with bound=..."));
        }
        let constraints = if constraints.is_empty() { Value::UNBOUND } else { vm.new_tuple(constraints)? };
        parameter(
            vm,
            &TYPE_VAR,
            name,
            &[
                (BOUND, bound),
                (CONSTRAINTS, constraints),
                (DEFAULT, args[3]),
                (COVARIANT, covariant),
                (CONTRAVARIANT, contravariant),
                (INFER, infer),
            ],
        )
    }
}

#[methods(PARAM_SPEC_METHODS)]
impl ParamSpecMethods {
    /// Create and return a new object.
    #[method(
        "static __new__(type, name, /, *, bound=None, default=None, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new_param_spec(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "paramspec")?;
        let is = |value: Value| -> PyResult { Ok(vm.bool(value.is_bound() && vm.is_true(value)?)) };
        parameter(
            vm,
            &PARAM_SPEC,
            name,
            &[
                (BOUND, given(vm, args[2])),
                (DEFAULT, args[3]),
                (COVARIANT, is(args[4])?),
                (CONTRAVARIANT, is(args[5])?),
                (INFER, is(args[6])?),
            ],
        )
    }
}

#[methods(TYPE_VAR_TUPLE_METHODS)]
impl TypeVarTupleMethods {
    /// Implement iter(self): what `*Ts` unpacks.
    #[method("__iter__($self, /)")]
    fn iter_type_var_tuple(vm: &Vm, args: &[Value]) -> PyResult {
        let unpacked = vm.new_tuple(&[args[0]])?;
        vm.iter(unpacked)
    }

    /// Create and return a new object.
    #[method("static __new__(type, name, /, *, default=None)")]
    fn new_type_var_tuple(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typevartuple")?;
        parameter(vm, &TYPE_VAR_TUPLE, name, &[(DEFAULT, args[2])])
    }
}

#[methods(ARGS_METHODS)]
impl ArgsMethods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_args(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&format!("{}.args", vm.display(vm.get_attr_str(this(args[0]).get(0), "__name__")?)))
    }
}

#[methods(KWARGS_METHODS)]
impl KwargsMethods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_kwargs(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&format!("{}.kwargs", vm.display(vm.get_attr_str(this(args[0]).get(0), "__name__")?)))
    }
}

#[methods(ALIAS_METHODS)]
impl AliasMethods {
    /// Return self[key]. TypeError when the alias has no parameters.
    #[method("__getitem__($self, key, /)")]
    fn getitem_alias(vm: &Vm, args: &[Value]) -> PyResult {
        if this(args[0]).get(PARAMETERS).cast::<Tuple>().is_none_or(|parameters| parameters.is_empty()) {
            return Err(vm.type_error("Only generic type aliases are subscriptable"));
        }
        generic_alias::new(vm, args[0], args[1])
    }

    /// Create and return a new object.
    #[method("static __new__(type, name, value, *, type_params=())")]
    fn new_alias(vm: &Vm, args: &[Value]) -> PyResult {
        let name = name_argument(vm, args[1], "typealias")?;
        let parameters = args[3].bound().unwrap_or(vm.empty_tuple().into());
        if parameters.cast::<Tuple>().is_none() {
            return Err(vm.type_error("type_params must be a tuple"));
        }
        alias(vm, name, args[2], Value::UNBOUND, parameters)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or_alias(vm: &Vm, args: &[Value]) -> PyResult {
        union::make(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_alias(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror_alias(vm: &Vm, args: &[Value]) -> PyResult {
        union::make(vm, &[args[1], args[0]])
    }
}

fn alias(vm: &Vm, name: Value, value: Value, value_of: Value, parameters: Value) -> PyResult {
    let mut fields = [Value::UNBOUND; ALIAS_FIELDS];
    fields[NAME] = name;
    fields[VALUE] = value;
    fields[VALUE_OF] = value_of;
    fields[PARAMETERS] = parameters;
    with_module(vm, Record::new(vm, vm.module_class(&ALIAS)?, &fields)?)
}

#[methods(GENERIC_METHODS)]
impl GenericMethods {
    /// Return the class specialised to type arguments.
    #[method("__class_getitem__($type, params, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let items = if vm.is_exact_tuple(args[1]) { args[1] } else { vm.new_tuple(&[args[1]])? };
        if let Some(parameters) = vm.find_attr_str(args[0], "__parameters__")?.and_then(Value::cast::<Tuple>) {
            let (actual, expected) = (items.expect::<Tuple>().len(), parameters.len());
            let variadic = parameters.items().iter().any(|item| is_variadic(vm, *item));
            if expected == 0 {
                return Err(vm.type_error(format!("{} is not a generic class", vm.display_repr(args[0]))));
            }
            if !variadic && actual > expected {
                let text = format!(
                    "Too many arguments for {}; actual {actual}, expected {expected}",
                    vm.display_repr(args[0])
                );
                return Err(vm.type_error(text));
            }
        }
        generic_alias::new(vm, args[0], items)
    }

    /// Note the type parameters of a new subclass.
    #[method("__init_subclass__($type, /, **kwargs)")]
    fn init_subclass(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<orochi_vm::Class> = args[0].expect();
        let found = vm.new_list(&[])?.expect::<orochi_vm::types::list::List>();
        if let Some(bases) = class.dict.get().get_interned(vm, vm.intern("__orig_bases__")) {
            for base in vm.tuple_from(bases)?.items() {
                if base.cast::<orochi_vm::Class>().is_some() {
                    continue;
                }
                let Some(parameters) = vm.find_attr_str(*base, "__parameters__")? else { continue };
                for parameter in vm.tuple_from(parameters)?.items() {
                    if !found.slots().iter().any(|known| known.get() == *parameter) {
                        found.push(vm, *parameter)?;
                    }
                }
            }
        }
        class.set_attr(vm, vm.intern("__parameters__"), found.to_tuple(vm)?.into())?;
        Ok(vm.none())
    }
}

fn is_variadic(vm: &Vm, parameter: Value) -> bool {
    [&PARAM_SPEC, &TYPE_VAR_TUPLE]
        .into_iter()
        .any(|definition| vm.class_of(parameter).def.is_some_and(|own| core::ptr::eq(own, definition)))
}

#[methods(NO_DEFAULT_METHODS)]
impl NoDefaultMethods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_no_default(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("typing.NoDefault")
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the value itself.
    #[method("_idfunc(x, /)")]
    fn idfunc(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// The base of a class with type parameters: Generic[params].
    #[method("_subscript_generic(params, /)")]
    fn subscript_generic(vm: &Vm, args: &[Value]) -> PyResult {
        generic_alias::new(vm, vm.module_class(&GENERIC)?.into(), args[0])
    }

    /// Make the parameter `**name`.
    #[method("paramspec(name, /)")]
    fn paramspec(vm: &Vm, args: &[Value]) -> PyResult {
        parameter(vm, &PARAM_SPEC, args[0], &[])
    }

    /// Give a type parameter a default, which a function computes.
    #[method("set_typeparam_default(parameter, function, /)")]
    fn set_typeparam_default(vm: &Vm, args: &[Value]) -> PyResult {
        this(args[0]).set(vm, DEFAULT_OF, args[1]);
        Ok(args[0])
    }

    /// Make the alias of a `type` statement, whose value a function computes.
    #[method("typealias(name, type_params, function, /)")]
    fn typealias(vm: &Vm, args: &[Value]) -> PyResult {
        let parameters = if args[1] == vm.none() { vm.empty_tuple().into() } else { args[1] };
        alias(vm, args[0], Value::UNBOUND, args[2], parameters)
    }

    /// Make the type variable of a parameter `name`.
    #[method("typevar(name, /)")]
    fn typevar(vm: &Vm, args: &[Value]) -> PyResult {
        parameter(vm, &TYPE_VAR, args[0], &[])
    }

    /// Make the type variable of a parameter `name: bound`.
    #[method("typevar_with_bound(name, function, /)")]
    fn typevar_with_bound(vm: &Vm, args: &[Value]) -> PyResult {
        parameter(vm, &TYPE_VAR, args[0], &[(BOUND_OF, args[1])])
    }

    /// Make the type variable of a parameter `name: (constraint, ...)`.
    #[method("typevar_with_constraints(name, function, /)")]
    fn typevar_with_constraints(vm: &Vm, args: &[Value]) -> PyResult {
        parameter(vm, &TYPE_VAR, args[0], &[(CONSTRAINTS_OF, args[1])])
    }

    /// Make the parameter `*name`.
    #[method("typevartuple(name, /)")]
    fn typevartuple(vm: &Vm, args: &[Value]) -> PyResult {
        parameter(vm, &TYPE_VAR_TUPLE, args[0], &[])
    }
}
