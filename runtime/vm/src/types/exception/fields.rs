//! What some exception classes add: `StopIteration.value`, `SystemExit.code`, `ImportError.name`, `AttributeError.obj`,
//! `NameError.name`, the text of a KeyError.
//!
//! Exceptions that the VM raises itself have arguments only; a field that was not set is read from them.

use orochi_gc::Gc;

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

/// The same for a field that is read from the arguments where it is not set.
fn set_for_good<const INDEX: usize>(vm: &Vm, value: Value, new: Option<Value>) -> PyResult<()> {
    value.expect::<Exception>().set_field(vm, INDEX, new.unwrap_or(vm.none()));
    Ok(())
}

/// Takes named arguments of the `__init__` of a class into fields, which are emptied else, and the others as arguments. TypeError
/// for a name that is not there.
fn init_named(vm: &Vm, args: &[Value], class: &str, names: &[&str]) -> PyResult<()> {
    let (exception, named) = (args[0].expect::<Exception>(), args[1].expect::<Dict>());
    exception.set_args(vm, &args[2..])?;
    for place in 0..names.len() {
        exception.set_field(vm, place, Value::UNBOUND);
    }
    let (count, most) = (named.len(), names.len());
    if count > most {
        let plural = if most == 1 { "" } else { "s" };
        let text = format!("{class}() takes at most {most} keyword argument{plural} ({count} given)");
        return Err(vm.type_error(text));
    }
    for (name, value) in named.entries() {
        let Some(place) = names.iter().position(|known| name.cast::<Str>().is_some_and(|n| n.equals_str(known))) else {
            return Err(vm.type_error(format!("{class}() got an unexpected keyword argument '{}'", vm.display(name))));
        };
        exception.set_field(vm, place, value);
    }
    Ok(())
}

/// What `__getstate__` adds to the exception's own dict: the named fields that are set.
fn state(vm: &Vm, value: Value, names: &[(&str, usize)]) -> PyResult<Gc<Dict>> {
    let exception = value.expect::<Exception>();
    let state = Dict::new(vm)?;
    if let Some(own) = vm.find_attr_str(value, "__dict__")?.and_then(Value::cast::<Dict>) {
        state.update(vm, own)?;
    }
    for (name, place) in names {
        if let Some(field) = exception.fields[*place].get().bound() {
            state.set_str(vm, vm.intern(name), field)?;
        }
    }
    Ok(state)
}

/// `__reduce__` with that state, if there is any.
fn reduce_with(vm: &Vm, value: Value, state: Gc<Dict>) -> PyResult {
    let (class, own) = (vm.class_of(value).into(), value.expect::<Exception>().args.get());
    if state.is_empty() { vm.new_tuple(&[class, own]) } else { vm.new_tuple(&[class, own, state.into()]) }
}

// ---- StopIteration, SystemExit ---------------------------------------------------------------------------------------

pub(crate) static STOP_ITERATION_GETSET: &[GetSetDef] = &[GetSetDef::new(
    "value",
    "generator return value",
    |vm, value| {
        let exception = value.expect::<Exception>();
        Ok(exception.fields[0].get().bound().unwrap_or_else(|| exception.first_arg(vm)))
    },
    set_for_good::<0>,
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
    &[GetSetDef::new("code", "exception code", |vm, value| Ok(exit_code(vm, value)), set_for_good::<0>)];

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

fn attribute_error_state(vm: &Vm, value: Value) -> PyResult<Gc<Dict>> {
    let state = state(vm, value, &[("name", 0)])?;
    state.set_str(vm, vm.intern("args"), value.expect::<Exception>().args.get())?;
    Ok(state)
}

#[methods(pub(crate) ATTRIBUTE_ERROR_METHODS)]
impl AttributeErrorMethods {
    /// Helper for pickle: without the object, which may not be one that can be pickled.
    #[method("__getstate__($self, /)")]
    fn attribute_error_getstate(vm: &Vm, args: &[Value]) -> PyResult {
        attribute_error_state(vm, args[0]).map(Value::from)
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn attribute_error_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        reduce_with(vm, args[0], attribute_error_state(vm, args[0])?)
    }

    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn attribute_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, "AttributeError", &["name", "obj"]).map(|()| vm.none())
    }
}

pub(crate) static NAME_ERROR_GETSET: &[GetSetDef] = &[GetSetDef::new("name", "name", get::<0>, set::<0>)];

#[methods(pub(crate) NAME_ERROR_METHODS)]
impl NameErrorMethods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn name_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, "NameError", &["name"]).map(|()| vm.none())
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
    GetSetDef::new("msg", "exception message", message, set_for_good::<MESSAGE>),
    GetSetDef::new("name", "module name", get::<0>, set::<0>),
    GetSetDef::new("name_from", "name imported from module", get::<2>, set::<2>),
    GetSetDef::new("path", "module path", get::<1>, set::<1>),
];

#[methods(pub(crate) IMPORT_ERROR_METHODS)]
impl ImportErrorMethods {
    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn import_error_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        reduce_with(vm, args[0], state(vm, args[0], &[("name", 0), ("path", 1), ("name_from", 2)])?)
    }

    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn import_error_init(vm: &Vm, args: &[Value]) -> PyResult {
        init_named(vm, args, "ImportError", &["name", "path", "name_from"]).map(|()| vm.none())
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn import_error_str(vm: &Vm, args: &[Value]) -> PyResult {
        let message = message(vm, args[0])?;
        if message.cast::<Str>().is_some() { Ok(message) } else { base_str(vm, args[0]) }
    }
}
