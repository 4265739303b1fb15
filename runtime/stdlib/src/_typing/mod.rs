//! `_typing`: type parameters, type aliases and `Generic`, which the syntax of PEP 695 makes. The interpreter calls the functions
//! whose names are in lower case; `typing` re-exports the classes.

mod alias;
mod evaluator;
mod generic;
mod param_spec;
mod parameters;
mod type_var;
mod type_var_tuple;

use orochi_macros::methods;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, NativeModule, PyResult, Record, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.\n",
    functions: FUNCTIONS,
    init: |vm, module| {
        for class in [
            &generic::CLASS,
            &param_spec::CLASS,
            &param_spec::ARGS_CLASS,
            &param_spec::KWARGS_CLASS,
            &alias::CLASS,
            &type_var::CLASS,
            &type_var_tuple::CLASS,
        ] {
            vm.add_module_class(module, class)?;
        }
        let dict = module.dict();
        dict.set_str(vm, vm.intern("NoDefault"), parameters::no_default(vm)?)?;
        dict.set_str(vm, vm.intern("Union"), vm.types().union_type.into())
    },
};

/// Calls a function of `typing`, which has what is easier said in Python.
fn call_typing(vm: &Vm, function: &str, args: &[Value]) -> PyResult {
    let function = vm.get_attr_str(vm.import("typing")?, function)?;
    vm.call(function, args)
}

fn this(value: Value) -> Gc<Record> {
    value.expect()
}

/// The argument `name` of a constructor.
fn name_argument(vm: &Vm, value: Value, function: &str) -> PyResult {
    match value.cast::<Str>() {
        Some(_) => Ok(value),
        None => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("{function}() argument 'name' must be str, not {name}")))
        }
    }
}

/// The name of the module whose code runs, or None.
fn calling_module(vm: &Vm) -> Value {
    orochi_vm::modules::frames::current_globals(vm)
        .and_then(|globals| globals.get_interned(vm, vm.intern("__name__")))
        .unwrap_or(vm.none())
}

/// Type parameters with each TypeVarTuple unpacked, as `Generic` wants them.
fn with_unpacked(vm: &Vm, parameters: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let class = vm.module_class(&type_var_tuple::CLASS)?;
    if !parameters.items().iter().any(|parameter| vm.is_exact(*parameter, class)) {
        return Ok(parameters);
    }
    let result = List::with_capacity(vm, parameters.len())?;
    for parameter in parameters.items() {
        let value = if vm.is_exact(*parameter, class) { unpack(vm, *parameter)? } else { *parameter };
        result.push(vm, value)?;
    }
    result.to_tuple(vm)
}

/// `typing.Unpack[value]`.
fn unpack(vm: &Vm, value: Value) -> PyResult {
    let unpack = vm.get_attr_str(vm.import("typing")?, "Unpack")?;
    vm.get_item(unpack, value)
}

/// What `*value` gives: `Unpack[value]` and nothing else.
fn unpack_iter(vm: &Vm, value: Value) -> PyResult {
    let unpacked = vm.new_tuple(&[unpack(vm, value)?])?;
    vm.iter(unpacked)
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
        let parameters = with_unpacked(vm, vm.tuple_from(args[0])?)?;
        call_typing(vm, "_GenericAlias", &[vm.module_class(&generic::CLASS)?.into(), parameters.into()])
    }

    /// Make the parameter `**name`.
    #[method("paramspec(name, /)")]
    fn paramspec(vm: &Vm, args: &[Value]) -> PyResult {
        parameters::of_syntax(vm, &param_spec::CLASS, args[0], &[])
    }

    /// Give a type parameter a default, which a function computes.
    #[method("set_typeparam_default(parameter, function, /)")]
    fn set_typeparam_default(vm: &Vm, args: &[Value]) -> PyResult {
        if !parameters::is_parameter(vm, args[0])? {
            let shown = vm.display_repr(args[0]);
            return Err(vm.type_error(format!("Expected a type param, got {shown}")));
        }
        this(args[0]).set(vm, parameters::DEFAULT_OF, args[1]);
        Ok(args[0])
    }

    /// Make the alias of a `type` statement, whose value a function computes.
    #[method("typealias(name, type_params, function, /)")]
    fn typealias(vm: &Vm, args: &[Value]) -> PyResult {
        alias::of_syntax(vm, args[0], args[1], args[2])
    }

    /// Make the type variable of a parameter `name`.
    #[method("typevar(name, /)")]
    fn typevar(vm: &Vm, args: &[Value]) -> PyResult {
        parameters::of_syntax(vm, &type_var::CLASS, args[0], &[])
    }

    /// Make the type variable of a parameter `name: bound`.
    #[method("typevar_with_bound(name, function, /)")]
    fn typevar_with_bound(vm: &Vm, args: &[Value]) -> PyResult {
        parameters::of_syntax(vm, &type_var::CLASS, args[0], &[(parameters::BOUND_OF, args[1])])
    }

    /// Make the type variable of a parameter `name: (constraint, ...)`.
    #[method("typevar_with_constraints(name, function, /)")]
    fn typevar_with_constraints(vm: &Vm, args: &[Value]) -> PyResult {
        parameters::of_syntax(vm, &type_var::CLASS, args[0], &[(parameters::CONSTRAINTS_OF, args[1])])
    }

    /// Make the parameter `*name`.
    #[method("typevartuple(name, /)")]
    fn typevartuple(vm: &Vm, args: &[Value]) -> PyResult {
        parameters::of_syntax(vm, &type_var_tuple::CLASS, args[0], &[])
    }
}
