//! What some exception classes add: `StopIteration.value`, `SystemExit.code`, `ImportError.name`, `AttributeError.obj`,
//! `NameError.name`, the text of a KeyError.
//!
//! Exceptions that the VM raises itself have arguments only; a field that was not set is read from them.

use crate::error::PyResult;
use crate::methods;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::exception::methods::{base_init, base_str, or_none};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// A field, or None.
fn get<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    Ok(or_none(vm, value.expect::<Exception>().fields[INDEX].get()))
}

fn set<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    value.expect::<Exception>().set_field(vm, INDEX, new.unwrap_or_default());
    Ok(())
}

/// Takes named arguments of `__init__` into fields and the others as arguments. TypeError for a name that is not there.
fn init_named(vm: &Vm, args: &[Value], names: &[&str]) -> PyResult<()> {
    let exception = args[0].expect::<Exception>();
    for (name, value) in args[1].expect::<Dict>().entries() {
        let Some(place) = names.iter().position(|known| name.cast::<Str>().is_some_and(|n| n.equals_str(known))) else {
            let class = vm.types().name_error;
            let title =
                if names.len() == 1 && vm.is_instance(args[0], class) { "NameError" } else { names_title(names) };
            return Err(vm.type_error(format!("{title}() got an unexpected keyword argument '{}'", vm.display(name))));
        };
        exception.set_field(vm, place, value);
    }
    exception.set_args(vm, &args[2..])
}

/// The class that has these named arguments.
fn names_title(names: &[&str]) -> &'static str {
    match names.len() {
        1 => "NameError",
        2 => "AttributeError",
        _ => "ImportError",
    }
}

// ---- StopIteration, SystemExit ---------------------------------------------------------------------------------------

pub(crate) static STOP_ITERATION_GETSET: &[GetSetDef] = &[GetSetDef::new(
    "value",
    "generator return value",
    |vm, value| {
        let exception = value.expect::<Exception>();
        Ok(exception.fields[0].get().bound().unwrap_or_else(|| exception.first_arg(vm)))
    },
    set::<0>,
)];

#[methods(pub(crate) STOP_ITERATION_METHODS)]
impl StopIterationMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn stop_iteration_init(vm: &Vm, args: &[Value]) -> PyResult {
        base_init(vm, args)?;
        args[0].expect::<Exception>().set_field(vm, 0, args.get(2).copied().unwrap_or(vm.none()));
        Ok(vm.none())
    }
}

pub(crate) static SYSTEM_EXIT_GETSET: &[GetSetDef] =
    &[GetSetDef::new("code", "exception code", |vm, value| Ok(exit_code(vm, value)), set::<0>)];

/// `SystemExit.code`.
#[must_use]
pub fn exit_code(vm: &Vm, value: Value) -> Value {
    let Some(exception) = value.cast::<Exception>() else { return vm.none() };
    exception.fields[0].get().bound().unwrap_or_else(|| match exception.arg_count() {
        0 | 1 => exception.first_arg(vm),
        _ => exception.args.get(),
    })
}

#[methods(pub(crate) SYSTEM_EXIT_METHODS)]
impl SystemExitMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn system_exit_init(vm: &Vm, args: &[Value]) -> PyResult {
        base_init(vm, args)?;
        let exception = args[0].expect::<Exception>();
        exception.set_field(vm, 0, Value::UNBOUND);
        exception.set_field(vm, 0, exit_code(vm, args[0]));
        Ok(vm.none())
    }
}

// ---- KeyError --------------------------------------------------------------------------------------------------------

#[methods(pub(crate) KEY_ERROR_METHODS)]
impl KeyErrorMethods {
    /// Return str(self).
    #[method("__str__($self, /)")]
    fn key_error_str(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        if exception.arg_count() == 1 {
            return vm.repr(exception.first_arg(vm)).map(Value::from);
        }
        base_str(vm, args[0])
    }
}

// ---- AttributeError, NameError ---------------------------------------------------------------------------------------

pub(crate) static ATTRIBUTE_ERROR_GETSET: &[GetSetDef] = &[
    GetSetDef::new("name", "attribute name", get::<0>, set::<0>),
    GetSetDef::new("obj", "object", get::<1>, set::<1>),
];

#[methods(pub(crate) ATTRIBUTE_ERROR_METHODS)]
impl AttributeErrorMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn attribute_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, &["name", "obj"]).map(|()| vm.none())
    }
}

pub(crate) static NAME_ERROR_GETSET: &[GetSetDef] = &[GetSetDef::new("name", "name", get::<0>, set::<0>)];

#[methods(pub(crate) NAME_ERROR_METHODS)]
impl NameErrorMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn name_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, &["name"]).map(|()| vm.none())
    }
}

// ---- ImportError -----------------------------------------------------------------------------------------------------

/// Fields of an ImportError: name, path, `name_from`, msg.
const MESSAGE: usize = 3;

fn message(vm: &Vm, value: Value) -> PyResult {
    let exception = value.expect::<Exception>();
    let message = exception.fields[MESSAGE].get().bound();
    Ok(message.unwrap_or_else(|| if exception.arg_count() == 1 { exception.first_arg(vm) } else { vm.none() }))
}

pub(crate) static IMPORT_ERROR_GETSET: &[GetSetDef] = &[
    GetSetDef::new("msg", "exception message", message, set::<MESSAGE>),
    GetSetDef::new("name", "module name", get::<0>, set::<0>),
    GetSetDef::new("name_from", "name imported from module", get::<2>, set::<2>),
    GetSetDef::new("path", "module path", get::<1>, set::<1>),
];

#[methods(pub(crate) IMPORT_ERROR_METHODS)]
impl ImportErrorMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn import_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, &["name", "path", "name_from"]).map(|()| vm.none())
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn import_error_str(vm: &Vm, args: &[Value]) -> PyResult {
        let message = message(vm, args[0])?;
        if message.cast::<Str>().is_some() { Ok(message) } else { base_str(vm, args[0]) }
    }
}
