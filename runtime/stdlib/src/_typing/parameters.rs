//! What type variables, parameter specifications and type variable tuples have in common: the record behind them, their names,
//! defaults and variance.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::generic_alias::union;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Layout, PyResult, Record, Value, Vm};

use super::{call_typing, calling_module, evaluator, param_spec, this, type_var, type_var_tuple};

/// Fields of a type parameter. A lazy one (`.._OF`) is the function that computes the value, called when it is asked for.
pub(super) const NAME: usize = 0;
pub(super) const BOUND: usize = 1;
pub(super) const BOUND_OF: usize = 2;
pub(super) const CONSTRAINTS: usize = 3;
pub(super) const CONSTRAINTS_OF: usize = 4;
pub(super) const DEFAULT: usize = 5;
pub(super) const DEFAULT_OF: usize = 6;
pub(super) const COVARIANT: usize = 7;
pub(super) const CONTRAVARIANT: usize = 8;
pub(super) const INFER: usize = 9;
const FIELDS: usize = 10;

static NO_DEFAULT: ClassDef = ClassDef {
    methods: &[NO_DEFAULT_METHODS],
    ..ClassDef::new("NoDefaultType", "The type of the NoDefault singleton.", Layout::Object)
};

/// `typing.NoDefault`.
pub(super) fn no_default(vm: &Vm) -> PyResult {
    if let Some(instance) = vm.module_value(&NO_DEFAULT) {
        return Ok(instance);
    }
    let instance = vm.new_object(vm.module_class(&NO_DEFAULT)?)?;
    vm.set_module_value(&NO_DEFAULT, instance);
    Ok(instance)
}

/// Whether a value is a type parameter of any kind.
pub(super) fn is_parameter(vm: &Vm, value: Value) -> PyResult<bool> {
    for class in [&type_var::CLASS, &param_spec::CLASS, &type_var_tuple::CLASS] {
        if vm.is_exact(value, vm.module_class(class)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn new(vm: &Vm, class: &'static ClassDef, name: Value, set: &[(usize, Value)]) -> PyResult {
    let mut fields = [Value::UNBOUND; FIELDS];
    fields[NAME] = name;
    for field in [COVARIANT, CONTRAVARIANT, INFER] {
        fields[field] = vm.false_();
    }
    for (field, value) in set {
        fields[*field] = *value;
    }
    Record::new(vm, vm.module_class(class)?, &fields).map(Value::from)
}

/// A parameter that the syntax of PEP 695 makes: its variance is inferred.
pub(super) fn of_syntax(vm: &Vm, class: &'static ClassDef, name: Value, set: &[(usize, Value)]) -> PyResult {
    let parameter = new(vm, class, name, set)?;
    this(parameter).set(vm, INFER, vm.true_());
    Ok(parameter)
}

/// A parameter that a program makes: it knows the module that did.
pub(super) fn of_call(vm: &Vm, class: &'static ClassDef, name: Value, set: &[(usize, Value)]) -> PyResult {
    let module = calling_module(vm);
    let parameter = new(vm, class, name, set)?;
    vm.set_attr(parameter, vm.intern("__module__"), Some(module))?;
    Ok(parameter)
}

/// The three flags of variance from a constructor's arguments.
pub(super) fn variance(vm: &Vm, args: &[Value]) -> PyResult<[(usize, Value); 3]> {
    let mut flags = [false; 3];
    for (flag, value) in flags.iter_mut().zip(args) {
        *flag = value.is_bound() && vm.is_true(*value)?;
    }
    let [covariant, contravariant, infer] = flags;
    if covariant && contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok([(COVARIANT, vm.bool(covariant)), (CONTRAVARIANT, vm.bool(contravariant)), (INFER, vm.bool(infer))])
}

/// The argument `bound`: unbound if it is None, else checked to be a type.
pub(super) fn bound_argument(vm: &Vm, value: Value) -> PyResult {
    match value.bound().filter(|value| *value != vm.none()) {
        Some(value) => call_typing(vm, "_type_check", &[value, vm.new_str("Bound must be a type.")?]),
        None => Ok(Value::UNBOUND),
    }
}

/// The argument `default`: NoDefault if it is not given.
pub(super) fn default_argument(vm: &Vm, value: Value) -> PyResult {
    value.bound().map_or_else(|| no_default(vm), Ok)
}

/// A value that is known, or computed now, or absent.
pub(super) fn lazy(vm: &Vm, owner: Value, field: usize, function: usize, absent: Value) -> PyResult {
    let record = this(owner);
    if let Some(value) = record.get(field).bound() {
        return Ok(value);
    }
    let Some(function) = record.get(function).bound() else { return Ok(absent) };
    let value = vm.call(function, &[])?;
    record.set(vm, field, value);
    Ok(value)
}

/// The function that computes a value, made for one that is known; None for one that is absent.
pub(super) fn evaluate(vm: &Vm, owner: Value, field: usize, function: usize) -> PyResult {
    let record = this(owner);
    match (record.get(function).bound(), record.get(field).bound()) {
        (Some(function), _) => Ok(function),
        (None, Some(value)) => evaluator::new(vm, value),
        (None, None) => Ok(vm.none()),
    }
}

pub(super) fn default(vm: &Vm, value: Value) -> PyResult {
    lazy(vm, value, DEFAULT, DEFAULT_OF, no_default(vm)?)
}

pub(super) const NAME_MEMBER: GetSetDef = GetSetDef::member("__name__", "", |_, value| Ok(this(value).get(NAME)));
pub(super) const COVARIANT_MEMBER: GetSetDef =
    GetSetDef::member("__covariant__", "", |_, value| Ok(this(value).get(COVARIANT)));
pub(super) const CONTRAVARIANT_MEMBER: GetSetDef =
    GetSetDef::member("__contravariant__", "", |_, value| Ok(this(value).get(CONTRAVARIANT)));
pub(super) const INFER_MEMBER: GetSetDef =
    GetSetDef::member("__infer_variance__", "", |_, value| Ok(this(value).get(INFER)));
pub(super) const EVALUATE_DEFAULT: GetSetDef =
    GetSetDef::readonly("evaluate_default", "", |vm, value| evaluate(vm, value, DEFAULT, DEFAULT_OF));

/// `+T`, `-T`, `~T`; without a sign when the variance is inferred.
fn show(vm: &Vm, value: Value) -> PyResult {
    let record = this(value);
    let is = |field: usize| record.get(field) == vm.true_();
    if is(INFER) {
        return Ok(record.get(NAME));
    }
    let sign = match () {
        () if is(COVARIANT) => "+",
        () if is(CONTRAVARIANT) => "-",
        () => "~",
    };
    let mut text = orochi_vm::protocol::text::TextBuf::new();
    text.push(sign);
    text.push_str(&record.get(NAME).expect());
    text.finish(vm)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Refuse to be a base class.
    #[method("__mro_entries__($self, object, /)")]
    fn mro_entries(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        Err(vm.type_error(format!("Cannot subclass an instance of {name}")))
    }

    /// Return the name, for pickling.
    #[method("__reduce__($self, /)")]
    fn reduce(_: &Vm, args: &[Value]) -> PyResult {
        Ok(this(args[0]).get(NAME))
    }

    /// Return whether there is a default.
    #[method("has_default($self, /)")]
    fn has_default(vm: &Vm, args: &[Value]) -> PyResult {
        let record = this(args[0]);
        let known = record.get(DEFAULT).bound();
        let has = record.get(DEFAULT_OF).is_bound() || known.is_some_and(|value| no_default(vm) != Ok(value));
        Ok(vm.bool(has))
    }
}

/// What type variables and parameter specifications have: a sign of their variance, and `|`.
#[methods(pub(super) VARIANT_METHODS)]
impl VariantMethods {
    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        union::of_types(vm, args)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        show(vm, args[0])
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        union::of_types(vm, &[args[1], args[0]])
    }
}

#[methods(NO_DEFAULT_METHODS)]
impl NoDefaultMethods {
    /// Return the one NoDefault.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_no_default(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() > 2 || args[1].cast::<Dict>().is_some_and(|named| !named.is_empty()) {
            return Err(vm.type_error("NoDefaultType takes no arguments"));
        }
        no_default(vm)
    }

    /// Return the name by which it is found again, for pickling.
    #[method("__reduce__($self, /)")]
    fn reduce_no_default(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("NoDefault")
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_no_default(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("typing.NoDefault")
    }
}
