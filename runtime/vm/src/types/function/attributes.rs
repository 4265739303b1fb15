//! The attributes of functions: `__name__`, `__defaults__`, `__code__`, `__annotations__`, ...

use core::cell::Cell;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn function(value: Value) -> Gc<Function> {
    value.expect::<Function>()
}

fn or_none(vm: &Vm, value: Value) -> PyResult {
    Ok(value.bound().unwrap_or(vm.none()))
}

fn store(vm: &Vm, function: Gc<Function>, field: &Cell<Value>, value: Value) {
    field.set(value);
    vm.heap.barrier(function.header());
}

/// After a change of what calls depend on.
fn changed(function: Gc<Function>) {
    function.version.set(function.version.get().wrapping_add(1));
}

/// How many free variables the code has.
pub(crate) fn free_variables(code: Gc<Code>) -> usize {
    code.wire().free.len()
}

pub(crate) static GETSET: &[GetSetDef] = &[
    GetSetDef::new("__annotate__", "", |vm, value| or_none(vm, function(value).annotate.get()), set_annotate),
    GetSetDef::new("__annotations__", "", annotations, set_annotations),
    GetSetDef::member("__builtins__", "", |vm, value| or_none(vm, function(value).builtins.get())),
    GetSetDef::member("__closure__", "", |vm, value| or_none(vm, function(value).closure.get())),
    GetSetDef::new("__code__", "", |vm, value| or_none(vm, function(value).code.get()), set_code),
    GetSetDef::new("__defaults__", "", |vm, value| or_none(vm, function(value).defaults.get()), set_defaults),
    GetSetDef::new(
        "__doc__",
        "",
        |vm, value| Ok(function(value).doc(vm)),
        |vm, value, doc| {
            function(value).set_doc(vm, doc.unwrap_or(vm.none()));
            Ok(())
        },
    ),
    GetSetDef::member("__globals__", "", |vm, value| or_none(vm, function(value).globals.get())),
    GetSetDef::new("__kwdefaults__", "", |vm, value| or_none(vm, function(value).kwdefaults.get()), set_kwdefaults),
    GetSetDef::new(
        "__module__",
        "",
        |vm, value| or_none(vm, function(value).module.get()),
        |vm, value, module| {
            let function = function(value);
            store(vm, function, &function.module, module.unwrap_or_default());
            Ok(())
        },
    ),
    GetSetDef::new(
        "__name__",
        "",
        |vm, value| or_none(vm, function(value).name.get()),
        |vm, value, name| {
            let function = function(value);
            let name = string(vm, "__name__", name)?;
            store(vm, function, &function.name, name);
            Ok(())
        },
    ),
    GetSetDef::new(
        "__qualname__",
        "",
        |vm, value| or_none(vm, function(value).qualname.get()),
        |vm, value, name| {
            let function = function(value);
            let name = string(vm, "__qualname__", name)?;
            store(vm, function, &function.qualname, name);
            Ok(())
        },
    ),
    GetSetDef::new("__type_params__", "", type_params, set_type_params),
];

fn string(vm: &Vm, name: &str, value: Option<Value>) -> PyResult {
    match value.filter(|value| value.cast::<Str>().is_some()) {
        Some(value) => Ok(value),
        None => Err(vm.type_error(format!("{name} must be set to a string object"))),
    }
}

fn set_annotate(vm: &Vm, value: Value, annotate: Option<Value>) -> PyResult<()> {
    let function = function(value);
    match annotate {
        None => Err(vm.type_error("__annotate__ cannot be deleted")),
        Some(annotate) if annotate == vm.none() => {
            store(vm, function, &function.annotate, Value::UNBOUND);
            Ok(())
        }
        Some(annotate) if vm.is_callable(annotate) => {
            store(vm, function, &function.annotate, annotate);
            store(vm, function, &function.annotations, Value::UNBOUND);
            Ok(())
        }
        Some(_) => Err(vm.type_error("__annotate__ must be callable or None")),
    }
}

/// A dict; computed by `__annotate__` when it is first asked for (PEP 649).
fn annotations(vm: &Vm, value: Value) -> PyResult {
    let function = function(value);
    let known = function.annotations.get();
    if known.cast::<Dict>().is_some() {
        return Ok(known);
    }
    let annotate = function.annotate.get();
    let annotations = if let Some(flat) = known.cast::<Tuple>() {
        let dict = Dict::new(vm)?;
        for pair in flat.items().chunks_exact(2) {
            dict.set(vm, pair[0], pair[1])?;
        }
        dict.into()
    } else if annotate.is_bound() {
        let annotations = vm.call(annotate, &[Value::small(1)])?;
        if annotations.cast::<Dict>().is_none() {
            return Err(
                vm.type_error(format!("__annotate__ returned non-dict of type '{}'", vm.type_name(annotations)))
            );
        }
        annotations
    } else {
        Dict::new(vm)?.into()
    };
    store(vm, function, &function.annotations, annotations);
    Ok(annotations)
}

fn set_annotations(vm: &Vm, value: Value, annotations: Option<Value>) -> PyResult<()> {
    let function = function(value);
    let annotations = annotations.filter(|annotations| *annotations != vm.none());
    if annotations.is_some_and(|annotations| annotations.cast::<Dict>().is_none()) {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    store(vm, function, &function.annotations, annotations.unwrap_or_default());
    store(vm, function, &function.annotate, Value::UNBOUND);
    Ok(())
}

fn set_code(vm: &Vm, value: Value, code: Option<Value>) -> PyResult<()> {
    let function = function(value);
    let Some(code) = code.and_then(Value::cast::<Code>) else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let cells = function.closure.get().cast::<Tuple>().map_or(0, |cells| cells.len());
    let free = free_variables(code);
    if free != cells {
        return Err(vm.value_error(format!(
            "{}() requires a code object with {cells} free vars, not {free}",
            vm.display(function.name.get())
        )));
    }
    // The docstring stays.
    function.set_doc(vm, function.doc(vm));
    // Frames and generators run the lowered form of the code that the function had, which goes with the code object.
    let old = function.code.get();
    let mut kept = function.replaced.get();
    while let Some(pair) = kept.cast::<Tuple>() {
        if pair.get(0) == Some(old) {
            break;
        }
        kept = pair.get(1).filter(|rest| *rest != vm.none()).unwrap_or_default();
    }
    if kept.is_unbound() {
        let rest = function.replaced.get().bound().unwrap_or(vm.none());
        let pair = vm.new_tuple(&[old, rest])?;
        store(vm, function, &function.replaced, pair);
    }
    store(vm, function, &function.code, code.into());
    changed(function);
    Ok(())
}

fn set_defaults(vm: &Vm, value: Value, defaults: Option<Value>) -> PyResult<()> {
    let function = function(value);
    let defaults = defaults.filter(|defaults| *defaults != vm.none());
    if defaults.is_some_and(|defaults| defaults.cast::<Tuple>().is_none()) {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    store(vm, function, &function.defaults, defaults.unwrap_or_default());
    changed(function);
    Ok(())
}

fn set_kwdefaults(vm: &Vm, value: Value, defaults: Option<Value>) -> PyResult<()> {
    let function = function(value);
    let defaults = defaults.filter(|defaults| *defaults != vm.none());
    if defaults.is_some_and(|defaults| defaults.cast::<Dict>().is_none()) {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    store(vm, function, &function.kwdefaults, defaults.unwrap_or_default());
    changed(function);
    Ok(())
}

fn type_params(vm: &Vm, value: Value) -> PyResult {
    Ok(function(value).type_params.get().bound().unwrap_or(vm.empty_tuple().into()))
}

fn set_type_params(vm: &Vm, value: Value, params: Option<Value>) -> PyResult<()> {
    let function = function(value);
    match params.filter(|params| params.cast::<Tuple>().is_some()) {
        Some(params) => {
            store(vm, function, &function.type_params, params);
            Ok(())
        }
        None => Err(vm.type_error("__type_params__ must be set to a tuple")),
    }
}
