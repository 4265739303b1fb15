//! The registry of codecs and error handlers: search functions, what they found, handlers by name.
//!
//! The package `encodings` registers the search function that knows all codecs of the library. It is imported when a codec is first
//! looked up, which programs that only use the native encodings never do.

use core::cell::Cell;

use orochi_gc::{Gc, Tracer};

use super::encoding::normalize;
use super::handlers::HANDLERS;
use crate::error::{PyResult, Raised};
use crate::types::dict::Dict;
use crate::types::exception;
use crate::types::list::List;
use crate::types::native::Native;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What the VM keeps: a list of search functions, a dict of codecs by normalized name, a dict of error handlers. All are unbound until
/// they are needed.
#[derive(Default)]
pub struct State {
    search: Cell<Value>,
    found: Cell<Value>,
    handlers: Cell<Value>,
    /// Whether `encodings` has been imported, or is being so.
    ready: Cell<bool>,
}

impl State {
    /// Reports the registry.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        [&self.search, &self.found, &self.handlers].iter().for_each(|cell| cell.get().trace(tracer));
    }
}

fn list(vm: &Vm, cell: &Cell<Value>) -> PyResult<Gc<List>> {
    if let Some(list) = cell.get().cast::<List>() {
        return Ok(list);
    }
    let list = List::with_capacity(vm, 0)?;
    cell.set(list.into());
    Ok(list)
}

fn dict(vm: &Vm, cell: &Cell<Value>) -> PyResult<Gc<Dict>> {
    if let Some(dict) = cell.get().cast::<Dict>() {
        return Ok(dict);
    }
    let dict = Dict::new(vm)?;
    cell.set(dict.into());
    Ok(dict)
}

#[cold]
pub(crate) fn unknown_encoding(vm: &Vm, name: &str) -> Raised {
    vm.raise(vm.types().lookup_error, format!("unknown encoding: {name}"))
}

// ---- codecs --------------------------------------------------------------------------------------------------------------

/// `codecs.register`.
///
/// # Errors
/// TypeError when the function is not callable.
pub fn register(vm: &Vm, function: Value) -> PyResult<()> {
    if !vm.is_callable(function) {
        return Err(vm.type_error("argument must be callable"));
    }
    prepare(vm)?;
    list(vm, &vm.state.codecs.search)?.push(vm, function)
}

/// `codecs.unregister`: also forgets what was found.
///
/// # Errors
/// MemoryError.
pub fn unregister(vm: &Vm, function: Value) -> PyResult<()> {
    let search = list(vm, &vm.state.codecs.search)?;
    if let Some(index) = search.slots().iter().position(|slot| slot.get() == function) {
        dict(vm, &vm.state.codecs.found)?.clear(vm);
        search.splice(vm, index, index + 1, &[])?;
    }
    Ok(())
}

/// Imports `encodings`, once. A VM that has no such package does with what programs register.
fn prepare(vm: &Vm) -> PyResult<()> {
    if vm.state.codecs.ready.replace(true) {
        return Ok(());
    }
    match vm.import("encodings") {
        Ok(_) => Ok(()),
        Err(_) if vm.pending_is(vm.types().module_not_found_error) => {
            vm.pending.set(Value::UNBOUND);
            Ok(())
        }
        Err(raised) => {
            vm.state.codecs.ready.set(false);
            Err(raised)
        }
    }
}

/// `codecs.lookup`: a tuple of four functions, or of a subclass.
///
/// # Errors
/// LookupError for an unknown encoding, whatever a search function raises.
pub fn lookup(vm: &Vm, encoding: &str) -> PyResult<Gc<Tuple>> {
    if encoding.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    prepare(vm)?;
    let state = &vm.state.codecs;
    let name = vm.intern(&normalize(encoding));
    let found = dict(vm, &state.found)?;
    if let Some(codec) = found.get_str(vm, name)?.and_then(Value::cast::<Tuple>) {
        return Ok(codec);
    }
    let search = list(vm, &state.search)?;
    let mut index = 0;
    while let Some(function) = search.get(index) {
        index += 1;
        let codec = vm.call(function, &[name.into()])?;
        if codec == vm.none() {
            continue;
        }
        return match codec.cast::<Tuple>() {
            Some(tuple) if tuple.len() == 4 => {
                found.set_str(vm, name, codec)?;
                Ok(tuple)
            }
            _ => Err(vm.type_error("codec search functions must return 4-tuples")),
        };
    }
    Err(unknown_encoding(vm, encoding))
}

/// The same for a codec between text and bytes. `instead` is what to use for others.
pub(super) fn text_codec(vm: &Vm, encoding: &str, instead: &str) -> PyResult<Gc<Tuple>> {
    let codec = lookup(vm, encoding)?;
    if !vm.is_exact_tuple(codec.into())
        && let Some(is_text) = vm.find_attr_str(codec.into(), "_is_text_encoding")?
        && !vm.is_true(is_text)?
    {
        let text = format!("'{encoding}' is not a text encoding; use {instead} to handle arbitrary codecs");
        return Err(vm.raise(vm.types().lookup_error, text));
    }
    Ok(codec)
}

/// The direction of a codec.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Encode,
    Decode,
}

/// Notes with the pending exception that a codec has failed.
#[cold]
pub(super) fn add_note(vm: &Vm, raised: Raised, way: Way, encoding: &str) -> Raised {
    let doing = if way == Way::Encode { "encoding" } else { "decoding" };
    exception::add_note(vm, raised, &format!("{doing} with '{encoding}' codec failed"))
}

/// Calls a codec's encoder or decoder: what it made of the object.
///
/// # Errors
/// TypeError when it does not return a pair, whatever it raises, with a note.
pub fn run(vm: &Vm, codec: Gc<Tuple>, way: Way, encoding: &str, object: Value, errors: Option<&str>) -> PyResult {
    let (place, doer, pair_text) = match way {
        Way::Encode => (0, "encoder", "object, integer"),
        Way::Decode => (1, "decoder", "object,integer"),
    };
    let function = codec.get(place).unwrap_or(vm.none());
    let result = match errors {
        Some(errors) => vm.call(function, &[object, vm.new_str(errors)?]),
        None => vm.call(function, &[object]),
    };
    let pair = match result {
        Ok(result) => result.cast::<Tuple>().filter(|pair| pair.len() == 2),
        Err(raised) => return Err(add_note(vm, raised, way, encoding)),
    };
    match pair {
        Some(pair) => Ok(pair.get(0).unwrap_or(vm.none())),
        None => Err(vm.type_error(format!("{doer} must return a tuple ({pair_text})"))),
    }
}

// ---- error handlers --------------------------------------------------------------------------------------------------------

/// The dict of handlers, which begins with those that are always there.
fn handlers(vm: &Vm) -> PyResult<Gc<Dict>> {
    let cell = &vm.state.codecs.handlers;
    if let Some(dict) = cell.get().cast::<Dict>() {
        return Ok(dict);
    }
    let dict = dict(vm, cell)?;
    for function in HANDLERS {
        let name = function.name.strip_suffix("_errors").unwrap_or(function.name);
        let native = Native::function(vm, function, vm.intern("codecs").into())?;
        dict.set_str(vm, vm.intern(name), native.into())?;
    }
    Ok(dict)
}

/// `codecs.register_error`.
///
/// # Errors
/// TypeError when the handler is not callable.
pub fn register_error(vm: &Vm, name: Gc<Str>, handler: Value) -> PyResult<()> {
    if !vm.is_callable(handler) {
        return Err(vm.type_error("handler must be callable"));
    }
    handlers(vm)?.set_str(vm, name, handler)
}

/// `_codecs._unregister_error`: whether there was such a handler.
///
/// # Errors
/// ValueError for one that is always there.
pub fn unregister_error(vm: &Vm, name: Gc<Str>) -> PyResult<bool> {
    let is_native =
        HANDLERS.iter().any(|handler| handler.name.strip_suffix("_errors").is_some_and(|own| name.equals_str(own)));
    if is_native {
        return Err(vm.value_error(format!("cannot un-register built-in error handler '{name}'")));
    }
    Ok(handlers(vm)?.remove_str(vm, name)?.is_some())
}

/// `codecs.lookup_error`.
///
/// # Errors
/// LookupError for an unknown name.
pub fn lookup_error(vm: &Vm, name: &str) -> PyResult {
    let key = vm.new_str(name)?;
    match handlers(vm)?.get(vm, key)? {
        Some(handler) => Ok(handler),
        None => Err(vm.raise(vm.types().lookup_error, format!("unknown error handler name '{name}'"))),
    }
}
