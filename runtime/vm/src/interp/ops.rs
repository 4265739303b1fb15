//! Operations that are long or rare: what the dispatch loop leaves to functions.

use orochi_bytecode::operands::{BuiltinRef, CodeIdx, Conversion, FunctionAttr, IntrinsicFn};
use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::interp::stack::Scratch;
use crate::lower::Lowered;
use crate::object::class::Class;
use crate::object::class::flags;
use crate::object::special::Special;
use crate::types::cell::PyCell;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

// ---- local variables and cells ------------------------------------------------------------------------------------

/// The error for a local variable or own cell without value.
#[cold]
pub fn unbound_local(vm: &Vm, name: Gc<Str>) -> Raised {
    // It does not say its name, so that no other name is suggested.
    vm.raise(
        vm.types().unbound_local_error,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    )
}

/// The error for a free variable without value.
#[cold]
pub fn unbound_free(vm: &Vm, name: Gc<Str>) -> Raised {
    let raised = vm.raise(
        vm.types().name_error,
        format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope"),
    );
    name_pending(vm, name);
    raised
}

fn name_pending(vm: &Vm, name: Gc<Str>) {
    if let Some(exception) = vm.pending.get().cast::<Exception>() {
        exception.fields[0].set(name.into());
        vm.heap.barrier(exception.header());
    }
}

/// The name of an own cell (by its place among the own cells) or a free variable.
fn cell_name(vm: &Vm, function: Gc<Function>, own: Option<usize>, free: usize) -> Gc<Str> {
    let Some(code) = function.code.get().cast::<Code>() else { return vm.empty_str() };
    match own {
        Some(own) => code.cell_name(vm, own),
        None => code.free_name(vm, free),
    }
}

/// The error for an empty own cell, given its register.
#[cold]
pub fn empty_cell(vm: &Vm, function: Gc<Function>, register: u16, locals: usize) -> Raised {
    let name = cell_name(vm, function, Some((register as usize).saturating_sub(locals)), 0);
    unbound_local(vm, name)
}

/// The cell of a free variable. SystemError when the closure does not fit the code.
#[inline]
pub fn free_cell(vm: &Vm, function: Gc<Function>, index: u16) -> PyResult<Gc<PyCell>> {
    let cell = function.closure.get().cast::<Tuple>().and_then(|closure| closure.get(index as usize));
    match cell.and_then(Value::cast::<PyCell>) {
        Some(cell) => Ok(cell),
        None => Err(vm.raise(vm.types().system_error, "function has no closure for its free variables")),
    }
}

/// The content of a free variable.
pub fn load_free(vm: &Vm, function: Gc<Function>, index: u16) -> PyResult {
    match free_cell(vm, function, index)?.content.get().bound() {
        Some(value) => Ok(value),
        None => Err(unbound_free(vm, cell_name(vm, function, None, index as usize))),
    }
}

/// Empties a cell that must hold something.
pub fn delete_free(vm: &Vm, function: Gc<Function>, index: u16) -> PyResult<()> {
    let cell = free_cell(vm, function, index)?;
    if cell.content.replace(Value::UNBOUND).is_unbound() {
        return Err(unbound_free(vm, cell_name(vm, function, None, index as usize)));
    }
    Ok(())
}

// ---- names ------------------------------------------------------------------------------------------------------------

/// A name of the frame's mapping; `None` when it is not there.
pub fn mapping_get(vm: &Vm, mapping: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if let Some(dict) = mapping.cast::<Dict>()
        && vm.is_exact_dict(mapping)
    {
        return dict.get_str(vm, name);
    }
    let result = vm.get_item(mapping, name.into());
    vm.absorb(result, vm.types().key_error)
}

/// Binds a name in the frame's mapping.
pub fn store_name(vm: &Vm, mapping: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    if let Some(dict) = mapping.cast::<Dict>()
        && vm.is_exact_dict(mapping)
    {
        return dict.set_str(vm, name, value);
    }
    if mapping.is_unbound() {
        return Err(vm.raise(vm.types().system_error, format!("no locals found when storing '{name}'")));
    }
    vm.set_item(mapping, name.into(), value)
}

/// Unbinds a name in the frame's mapping.
pub fn delete_name(vm: &Vm, mapping: Value, name: Gc<Str>) -> PyResult<()> {
    if mapping.is_unbound() {
        return Err(vm.raise(vm.types().system_error, format!("no locals when deleting '{name}'")));
    }
    let result = vm.delete_item(mapping, name.into());
    match vm.absorb(result, vm.types().key_error)? {
        Some(()) => Ok(()),
        None => Err(super::global::name_error(vm, name)),
    }
}

/// Unbinds a global name.
pub fn delete_global(vm: &Vm, function: Gc<Function>, name: Gc<Str>) -> PyResult<()> {
    match function.globals.get().expect::<Dict>().remove_str(vm, name)? {
        Some(_) => Ok(()),
        None => Err(super::global::name_error(vm, name)),
    }
}

/// Objects that the language refers to by itself.
pub fn builtin(vm: &Vm, function: Gc<Function>, which: u8) -> PyResult {
    match BuiltinRef::from_number(u32::from(which)) {
        Some(BuiltinRef::AssertionError) => Ok(vm.types().assertion_error.into()),
        Some(BuiltinRef::NotImplementedError) => Ok(vm.types().not_implemented_error.into()),
        Some(BuiltinRef::BuildClass) | None => {
            let name = vm.intern("__build_class__");
            match super::global::builtin(vm, function, name)? {
                Some(value) => Ok(value),
                None => Err(vm.raise(vm.types().name_error, "__build_class__ not found")),
            }
        }
    }
}

// ---- building ------------------------------------------------------------------------------------------------------------

/// A dict of pairs.
pub fn build_dict(vm: &Vm, pairs: &[Value]) -> PyResult {
    let dict = Dict::with_capacity(vm, pairs.len() / 2)?;
    for pair in pairs.chunks_exact(2) {
        dict.set(vm, pair[0], pair[1])?;
    }
    Ok(dict.into())
}

/// The concatenation of strings.
pub fn build_string(vm: &Vm, parts: &[Value]) -> PyResult {
    if parts.iter().any(|part| part.cast::<Str>().is_none()) {
        return Err(vm.type_error("can only join strings"));
    }
    crate::types::str::join_runs(vm, parts.iter().filter_map(|part| part.cast::<Str>())).map(Value::from)
}

/// `[*it]`: extends a list by an iterable.
pub fn list_extend(vm: &Vm, list: Value, iterable: Value) -> PyResult<()> {
    let Some(target) = list.cast::<List>() else { return Err(vm.type_error("list_extend needs a list")) };
    let class = vm.class_of(iterable);
    if class.special(Special::Iter).is_unbound() && class.special(Special::GetItem).is_unbound() {
        return Err(vm.type_error(format!("Value after * must be an iterable, not {}", class.name.get())));
    }
    vm.list_extend(target, iterable)
}

/// `{**m}`: updates a dict by a mapping.
pub fn dict_update(vm: &Vm, dict: Value, mapping: Value) -> PyResult<()> {
    let Some(target) = dict.cast::<Dict>() else { return Err(vm.type_error("dict_update needs a dict")) };
    if mapping.cast::<Dict>().is_none() && vm.find_attr_str(mapping, "keys")?.is_none() {
        return Err(vm.type_error(format!("'{}' object is not a mapping", vm.type_name(mapping))));
    }
    vm.dict_update(target, mapping)
}

/// `f(**m)`: merges a mapping into keyword arguments.
pub fn dict_merge(vm: &Vm, dict: Value, mapping: Value, callable: Value) -> PyResult<()> {
    let Some(target) = dict.cast::<Dict>() else { return Err(vm.type_error("dict_merge needs a dict")) };
    let Some(keys) = (match mapping.cast::<Dict>() {
        Some(dict) if vm.class_of(mapping).special(Special::Iter) == vm.types().dict.special(Special::Iter) => {
            if target.is_empty() {
                return target.update(vm, dict);
            }
            Some(mapping)
        }
        _ => match vm.find_attr_str(mapping, "keys")? {
            Some(keys) => Some(vm.call(keys, &[])?),
            None => None,
        },
    }) else {
        let title = callable_title(vm, callable);
        return Err(
            vm.type_error(format!("{title} argument after ** must be a mapping, not {}", vm.type_name(mapping)))
        );
    };
    vm.for_each(keys, |key| {
        if target.get(vm, key)?.is_some() {
            let title = callable_title(vm, callable);
            return Err(
                vm.type_error(format!("{title} got multiple values for keyword argument '{}'", vm.display(key)))
            );
        }
        let value = vm.get_item(mapping, key)?;
        target.set(vm, key, value)
    })
}

/// `module.qualname()`: how messages about argument lists name a callable.
fn callable_title(vm: &Vm, callable: Value) -> String {
    let qualname = vm.find_attr_str(callable, "__qualname__").ok().flatten();
    match qualname {
        Some(name) => {
            let module = vm.find_attr_str(callable, "__module__").ok().flatten();
            match module {
                Some(module) if module != vm.none() && vm.display(module) != "builtins" => {
                    format!("{}.{}()", vm.display(module), vm.display(name))
                }
                _ => format!("{}()", vm.display(name)),
            }
        }
        None => vm.display(callable),
    }
}

/// Calls with an iterable of positional and a mapping of keyword arguments.
pub fn call_ex(vm: &Vm, callable: Value, args: Value, kwargs: Value) -> PyResult {
    let args = match args.cast::<Tuple>() {
        Some(tuple) => tuple,
        None => {
            let class = vm.class_of(args);
            if class.special(Special::Iter).is_unbound() && class.special(Special::GetItem).is_unbound() {
                let title = callable_title(vm, callable);
                return Err(
                    vm.type_error(format!("{title} argument after * must be an iterable, not {}", class.name.get()))
                );
            }
            vm.tuple_from(args)?
        }
    };
    let Some(dict) = kwargs.cast::<Dict>().filter(|dict| !dict.is_empty()) else {
        return vm.call(callable, args.items());
    };
    if vm.stack.end() as usize - (vm.stack.top.get() as usize) < (args.len() + dict.len() + 1024) * 8 {
        return Err(vm.memory_error());
    }
    let mut values = vm.scratch(args.len() + dict.len())?;
    values.extend(args.items());
    let mut names = vm.scratch(dict.len())?;
    for (key, value) in dict.entries() {
        if key.cast::<Str>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        values.push(value);
        names.push(key);
    }
    let names_tuple = Tuple::new(vm, &names)?;
    drop(names);
    vm.call_args(callable, crate::types::native::Args { values: &values, names: Some(names_tuple) })
}

/// `obj[start:stop]`.
pub fn get_slice(vm: &Vm, obj: Value, start: Value, stop: Value) -> PyResult {
    if vm.is_exact_list(obj) {
        let list: Gc<List> = obj.expect();
        if let Some((start, stop)) = slice_bounds(vm, start, stop, list.len()) {
            return list.copy_range(vm, start, stop).map(Value::from);
        }
    } else if vm.is_exact_tuple(obj) {
        let tuple: Gc<Tuple> = obj.expect();
        if let Some((start, stop)) = slice_bounds(vm, start, stop, tuple.len()) {
            return vm.new_tuple(tuple.items().get(start..stop).unwrap_or_default());
        }
    }
    let slice = crate::types::slice::Slice::new(vm, start, stop, vm.none())?;
    vm.get_item(obj, slice)
}

/// The places between two bounds that are integers or None, as places in a sequence of `len` items.
fn slice_bounds(vm: &Vm, start: Value, stop: Value, len: usize) -> Option<(usize, usize)> {
    let bound = |value: Value, default: usize| {
        if value == vm.none() {
            return Some(default);
        }
        let index = value.as_int()?;
        Some(if index < 0 { index.saturating_add(len as i64).max(0) as usize } else { len.min(index as usize) })
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, len)?);
    Some((start, stop.max(start)))
}

/// The items of an iterable that must have `count` of them.
pub fn unpack_sequence(vm: &Vm, iterable: Value, count: usize) -> PyResult<Scratch<'_>> {
    let sized = if vm.is_exact_tuple(iterable) || vm.is_exact_list(iterable) { Some(vm.len(iterable)?) } else { None };
    if let Some(len) = sized.filter(|len| *len != count) {
        return Err(wrong_count(vm, len, count, true));
    }
    let iterator = iter_to_unpack(vm, iterable)?;
    let mut items = vm.scratch(count)?;
    for got in 0..count {
        match vm.next(iterator)? {
            Some(item) => items.push(item),
            None => return Err(wrong_count(vm, got, count, false)),
        }
    }
    match vm.next(iterator)? {
        None => Ok(items),
        Some(_) => {
            let known = iterable.cast::<Dict>().map(|dict| dict.len());
            Err(wrong_count(vm, known.unwrap_or(count + 1), count, known.is_some()))
        }
    }
}

fn iter_to_unpack(vm: &Vm, iterable: Value) -> PyResult {
    let class = vm.class_of(iterable);
    if class.special(Special::Iter).is_unbound() && class.special(Special::GetItem).is_unbound() {
        return Err(vm.type_error(format!("cannot unpack non-iterable {} object", class.name.get())));
    }
    vm.iter(iterable)
}

#[cold]
fn wrong_count(vm: &Vm, got: usize, wanted: usize, known: bool) -> Raised {
    if got < wanted {
        vm.value_error(format!("not enough values to unpack (expected {wanted}, got {got})"))
    } else if known {
        vm.value_error(format!("too many values to unpack (expected {wanted}, got {got})"))
    } else {
        vm.value_error(format!("too many values to unpack (expected {wanted})"))
    }
}

/// Unpacks with a starred target, into places as `unpack_ex` leaves them.
pub fn unpack_ex(vm: &Vm, iterable: Value, before: usize, after: usize, targets: &mut [Value]) -> PyResult<()> {
    iter_to_unpack(vm, iterable).map(drop)?;
    let items = vm.list_from(iterable)?;
    let len = items.len();
    if len < before + after {
        let least = if after == 0 { before } else { before + after };
        return Err(vm.value_error(format!("not enough values to unpack (expected at least {least}, got {len})")));
    }
    let rest = List::with_capacity(vm, len - before - after)?;
    for index in before..len - after {
        rest.push(vm, items.get(index).unwrap_or_default())?;
    }
    let total = targets.len();
    for (index, target) in targets.iter_mut().enumerate() {
        // The first item comes last.
        let place = total - 1 - index;
        *target = if place < before {
            items.get(place).unwrap_or_default()
        } else if place == before {
            rest.into()
        } else {
            items.get(len - (total - place)).unwrap_or_default()
        };
    }
    Ok(())
}

// ---- strings --------------------------------------------------------------------------------------------------------------

/// `!s`, `!r`, `!a`.
pub fn convert(vm: &Vm, conversion: u8, value: Value) -> PyResult {
    match Conversion::from_number(u32::from(conversion)) {
        Some(Conversion::Str) => vm.to_str(value).map(Value::from),
        Some(Conversion::Repr) => vm.repr(value).map(Value::from),
        Some(Conversion::Ascii) => vm.ascii(value).map(Value::from),
        Some(Conversion::None) | None => Ok(value),
    }
}

/// `format(value, spec)`.
pub fn format(vm: &Vm, value: Value, spec: Option<Value>) -> PyResult {
    let spec = match spec {
        None => vm.empty_str(),
        Some(spec) => match spec.cast::<Str>() {
            Some(spec) => spec,
            None => return Err(vm.type_error("format spec must be a string")),
        },
    };
    vm.format(value, spec).map(Value::from)
}

// ---- exceptions ----------------------------------------------------------------------------------------------------------------

/// `raise`, `raise exc`, `raise exc from cause`.
#[cold]
pub fn raise(vm: &Vm, argc: u8, exc: Value, cause: Value) -> Raised {
    if argc == 0 {
        return match vm.handled.get().cast::<Exception>() {
            Some(exception) => vm.raise_exception(exception),
            None => vm.runtime_error("No active exception to reraise"),
        };
    }
    let cause = (argc == 2).then_some(cause);
    match crate::types::exception::make_raisable(vm, exc, cause) {
        Ok(exception) => {
            crate::types::exception::set_context(vm, exception);
            vm.raise_exception(exception)
        }
        Err(raised) => raised,
    }
}

/// Raises an exception again.
#[cold]
pub fn reraise(vm: &Vm, exception: Value) -> Raised {
    match exception.cast::<Exception>() {
        Some(exception) => vm.raise_exception(exception),
        None => vm.raise(vm.types().system_error, "reraise needs an exception"),
    }
}

/// Looks up both methods of a context manager and enters it: the exit method, bound, and the result.
pub fn with_enter(vm: &Vm, manager: Value, asynchronous: bool) -> PyResult<(Value, Value)> {
    let (enter, exit) = if asynchronous { (Special::AEnter, Special::AExit) } else { (Special::Enter, Special::Exit) };
    let kind = if asynchronous { "asynchronous context manager" } else { "context manager" };
    let class = vm.class_of(manager);
    let missing = |what: Special| {
        let other = if asynchronous { (Special::Enter, Special::Exit) } else { (Special::AEnter, Special::AExit) };
        let hint = if class.special(other.0).is_bound() && class.special(other.1).is_bound() {
            if asynchronous {
                " but it supports the context manager protocol. Did you mean to use 'with'?"
            } else {
                " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
            }
        } else {
            ""
        };
        vm.type_error(format!(
            "'{}' object does not support the {kind} protocol (missed {} method){hint}",
            class.qualname.get(),
            what.name()
        ))
    };
    let Some(exit) = vm.special_method(manager, exit)? else { return Err(missing(exit)) };
    let Some(method) = class.special(enter).bound() else { return Err(missing(enter)) };
    let result = vm.call_special(manager, method, &[])?;
    Ok((exit, result))
}

/// Calls a context manager's exit method with an exception.
pub fn with_except(vm: &Vm, exit: Value, exception: Value) -> PyResult {
    let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get().bound()).unwrap_or(vm.none());
    vm.call(exit, &[vm.class_of(exception).into(), exception, traceback])
}

// ---- functions --------------------------------------------------------------------------------------------------------------------

/// A function of a code object of the running function's module.
pub fn make_function(vm: &Vm, outer: Gc<Function>, running: &Lowered, index: u32) -> PyResult {
    let inner = running.owner().inner(vm, CodeIdx(index))?;
    Function::with_builtins(vm, inner, outer.globals.get().expect(), outer.builtins.get()).map(Value::from)
}

/// Gives a function its defaults, closure, ...
pub fn set_function(vm: &Vm, attr: u8, value: Value, function: Value) -> PyResult<()> {
    let Some(function) = function.cast::<Function>() else {
        return Err(vm.type_error("set_function needs a function"));
    };
    let field = match FunctionAttr::from_number(u32::from(attr)) {
        Some(FunctionAttr::Defaults) => &function.defaults,
        Some(FunctionAttr::KwDefaults) => &function.kwdefaults,
        Some(FunctionAttr::Annotations) => &function.annotations,
        Some(FunctionAttr::Annotate) => &function.annotate,
        Some(FunctionAttr::TypeParams) => &function.type_params,
        Some(FunctionAttr::Closure) | None => &function.closure,
    };
    field.set(value);
    vm.heap.barrier(function.header());
    Ok(())
}

/// Arguments of a `super()` without any: the class of the running method and its first argument.
pub fn super_arguments(vm: &Vm) -> PyResult<(Gc<Class>, Value)> {
    let Some(frame) = vm.stack.frames().next() else { return Err(vm.runtime_error("super(): no current frame")) };
    // SAFETY: an active frame; its registers are valid.
    let (function, lowered, base) = unsafe { ((*frame).function, &*(*frame).code, (*frame).base) };
    let code = lowered.owner();
    if lowered.positional == 0 && !lowered.varargs {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    // The first argument may have moved to a cell.
    let wire = code.wire();
    let cell = wire.cells.iter().position(|cell| cell.parameter.is_some_and(|parameter| parameter.0 == 0));
    // SAFETY: register 0 is the first parameter; own cells follow the local variables.
    let first = unsafe {
        match cell {
            Some(cell) => {
                (*base.add(wire.locals.len() + cell)).cast::<PyCell>().map_or(Value::UNBOUND, |c| c.content.get())
            }
            None => *base,
        }
    };
    if first.is_unbound() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    let Some(index) = wire.free.iter().position(|name| code.module.name(*name) == b"__class__") else {
        return Err(vm.runtime_error("super(): __class__ cell not found"));
    };
    let Some(class) = free_cell(vm, function, index as u16)?.content.get().bound() else {
        return Err(vm.runtime_error("super(): empty __class__ cell"));
    };
    match class.cast::<Class>() {
        Some(class) => Ok((class, first)),
        None => {
            let kind = vm.type_name(class);
            Err(vm.runtime_error(format!("super(): __class__ is not a type ({kind})")))
        }
    }
}

// ---- modules -------------------------------------------------------------------------------------------------------------------------

/// `import name` by the builtins' `__import__`.
pub fn import_name(vm: &Vm, frame: *mut Frame, name: Gc<Str>, level: Value, from: Value) -> PyResult {
    // SAFETY: the running frame.
    let (function, locals) = unsafe { ((*frame).function, (*frame).namespace()) };
    let import = super::global::builtin(vm, function, vm.intern("__import__"))?;
    let Some(import) = import else { return Err(vm.raise(vm.types().import_error, "__import__ not found")) };
    let locals = locals.bound().unwrap_or(vm.none());
    vm.call(import, &[name.into(), function.globals.get(), locals, from, level])
}

/// `from module import name`.
pub fn import_from(vm: &Vm, module: Value, name: Gc<Str>) -> PyResult {
    if let Some(value) = vm.find_attr(module, name)? {
        return Ok(value);
    }
    crate::modules::import::import_from_missing(vm, module, name)
}

/// `from module import *`.
pub fn import_star(vm: &Vm, mapping: Value, module: Value) -> PyResult<()> {
    if let Some(all) = vm.find_attr_str(module, "__all__")? {
        return vm.for_each(all, |name| {
            let Some(name) = name.cast::<Str>() else {
                return Err(vm.type_error(format!("Item in __all__ must be str, not {}", vm.type_name(name))));
            };
            let value = vm.get_attr(module, name)?;
            store_name(vm, mapping, name, value)
        });
    }
    let dict = match module.cast::<Module>() {
        Some(module) => module.dict().into(),
        None => vm.get_attr_str(module, "__dict__")?,
    };
    let names = vm.list_from(dict)?;
    for index in 0..names.len() {
        let Some(name) = names.get(index).and_then(Value::cast::<Str>) else { continue };
        if name.text().iter().next() != Some(u32::from('_')) {
            let value = vm.get_attr(module, name)?;
            store_name(vm, mapping, name, value)?;
        }
    }
    Ok(())
}

/// Makes `__annotations__` in the frame's mapping, if it is not there.
pub fn setup_annotations(vm: &Vm, mapping: Value) -> PyResult<()> {
    let name = vm.intern("__annotations__");
    if mapping_get(vm, mapping, name)?.is_none() {
        let dict = Dict::new(vm)?;
        store_name(vm, mapping, name, dict.into())?;
    }
    Ok(())
}

// ---- generators --------------------------------------------------------------------------------------------------------------------------

/// The iterator for `yield from`.
pub fn yield_from_iter(vm: &Vm, function: Gc<Function>, iterable: Value) -> PyResult {
    let types = vm.types();
    let class = vm.class_of(iterable);
    if class == types.coroutine {
        let flags = function.code.get().cast::<Code>().map(|code| code.flags()).unwrap_or_default();
        if !flags.coroutine && !flags.iterable_coroutine {
            return Err(vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(iterable);
    }
    if iterable.cast::<Generator>().is_some() && class != types.async_generator {
        return Ok(iterable);
    }
    vm.iter(iterable)
}

// ---- intrinsics ----------------------------------------------------------------------------------------------------------------------------

/// A rarely used operation.
pub fn intrinsic(vm: &Vm, which: u8, args: &[Value]) -> PyResult {
    let Some(which) = IntrinsicFn::from_number(u32::from(which)) else {
        return Err(vm.raise(vm.types().system_error, "unknown intrinsic"));
    };
    if which == IntrinsicFn::Print {
        let sys: Gc<Dict> = vm.state.sys.get().expect();
        let Some(hook) = sys.get_str(vm, vm.intern("displayhook"))? else {
            return Err(vm.runtime_error("lost sys.displayhook"));
        };
        vm.call(hook, &args[..1])?;
        return Ok(vm.none());
    }
    let name = match which {
        IntrinsicFn::SubscriptGeneric => "_subscript_generic",
        other => other.text(),
    };
    let helper = crate::modules::import::import_native_attr(vm, "_typing", name)?;
    vm.call(helper, &args[..which.arity() as usize])
}

// ---- pattern matching -------------------------------------------------------------------------------------------------------------------------

/// Whether a value is a sequence in the sense of PEP 634.
#[must_use]
pub fn is_match_sequence(vm: &Vm, value: Value) -> bool {
    vm.class_of(value).has(flags::SEQUENCE)
}

/// Whether a value is a mapping in the sense of PEP 634.
#[must_use]
pub fn is_match_mapping(vm: &Vm, value: Value) -> bool {
    vm.class_of(value).has(flags::MAPPING)
}

/// A tuple of values for keys, or None.
pub fn match_keys(vm: &Vm, subject: Value, keys: Value) -> PyResult {
    let keys: Gc<Tuple> = match keys.cast() {
        Some(keys) => keys,
        None => return Err(vm.type_error("match_keys needs a tuple")),
    };
    let seen = crate::types::set::Set::new(vm, vm.types().set, &[])?;
    let values = List::with_capacity(vm, keys.len())?;
    let get = vm.get_attr_str(subject, "get")?;
    let missing = vm.new_object(vm.types().object)?;
    for key in keys.items() {
        if seen.contains(vm, *key)? {
            return Err(vm.value_error(format!("mapping pattern checks duplicate key ({})", vm.display_repr(*key))));
        }
        seen.add(vm, *key)?;
        let value = vm.call(get, &[*key, missing])?;
        if value == missing {
            return Ok(vm.none());
        }
        values.push(vm, value)?;
    }
    values.to_tuple(vm).map(Value::from)
}

/// A tuple of positional and named attributes, or None when the subject is no instance or lacks one.
pub fn match_class(vm: &Vm, subject: Value, class: Value, names: Value, positional: usize) -> PyResult {
    let Some(cls) = class.cast::<crate::object::Class>() else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    if !vm.isinstance(subject, class)? {
        return Ok(vm.none());
    }
    let seen = crate::types::set::Set::new(vm, vm.types().set, &[])?;
    let values = List::with_capacity(vm, positional)?;
    let attribute = |name: Gc<Str>| -> PyResult<Option<Value>> {
        if seen.contains(vm, name.into())? {
            let message = format!("{}() got multiple sub-patterns for attribute '{name}'", cls.name.get());
            return Err(vm.type_error(message));
        }
        seen.add(vm, name.into())?;
        vm.find_attr(subject, name)
    };
    if positional > 0 {
        let match_args = vm.find_attr_str(class, "__match_args__")?;
        let match_self = match_args.is_none() && cls.has(flags::MATCH_SELF);
        let match_args: Gc<Tuple> = match match_args {
            Some(value) => match value.cast() {
                Some(tuple) => tuple,
                None => {
                    return Err(vm.type_error(format!(
                        "{}.__match_args__ must be a tuple (got {})",
                        cls.name.get(),
                        vm.type_name(value)
                    )));
                }
            },
            None => vm.empty_tuple(),
        };
        let allowed = if match_self { 1 } else { match_args.len() };
        if positional > allowed {
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(vm.type_error(format!(
                "{}() accepts {allowed} positional sub-pattern{plural} ({positional} given)",
                cls.name.get()
            )));
        }
        if match_self {
            values.push(vm, subject)?;
        } else {
            for name in &match_args.items()[..positional] {
                let Some(name) = name.cast::<Str>() else {
                    let kind = vm.type_name(*name);
                    return Err(vm.type_error(format!("__match_args__ elements must be strings (got {kind})")));
                };
                match attribute(name)? {
                    Some(value) => values.push(vm, value)?,
                    None => return Ok(vm.none()),
                }
            }
        }
    }
    if let Some(names) = names.cast::<Tuple>() {
        for name in names.items() {
            let Some(name) = name.cast::<Str>() else { return Err(vm.type_error("match_class needs names")) };
            match attribute(name)? {
                Some(value) => values.push(vm, value)?,
                None => return Ok(vm.none()),
            }
        }
    }
    values.to_tuple(vm).map(Value::from)
}
