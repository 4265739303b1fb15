//! Global names: look-up in the module's globals, then the builtins, and what the inline cache learns from it.

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::interp::cache::{Cache, CacheKind};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// What a cache knows of a global, if it still holds.
#[inline(always)]
#[must_use]
pub fn cached(function: &Function, cache: &Cache) -> Option<Value> {
    let table = cache.table.get()?;
    // SAFETY: the globals and builtins of a function are dicts.
    let globals = unsafe { dict_unchecked(function.globals.get()) };
    if globals.table() != table {
        return None;
    }
    if cache.kind.get() == CacheKind::Global {
        let index = cache.offset.get() as usize;
        return if table.key(index) == Value::from(cache.name) { Some(table.value(index)) } else { None };
    }
    // SAFETY: as above.
    let builtins = unsafe { dict_unchecked(function.builtins.get()) };
    let known = cache.builtins.get()?;
    let index = cache.offset.get() as usize;
    if table.stamp() == cache.version.get() && builtins.table() == known && known.key(index) == Value::from(cache.name)
    {
        return Some(known.value(index));
    }
    None
}

/// # Safety
/// The value is a dict.
#[inline(always)]
unsafe fn dict_unchecked(value: Value) -> Gc<Dict> {
    // SAFETY: the caller says so.
    unsafe { Gc::from_ptr(value.address_unchecked().cast()) }
}

/// A global name after a miss. NameError when there is none.
#[inline(never)]
pub fn load(vm: &Vm, function: Gc<Function>, cache: &Cache) -> PyResult {
    let globals: Gc<Dict> = function.globals.get().expect();
    let builtins: Gc<Dict> = function.builtins.get().expect();
    let exact = |dict: Gc<Dict>| vm.is_exact(dict.into(), vm.types().dict);
    if !exact(globals) || !exact(builtins) {
        return load_name(vm, function, cache.name);
    }
    if let Some(value) = globals.get_str(vm, cache.name)? {
        if let Some(index) = globals.index_of(cache.name)
            && globals.table().key(index) == Value::from(cache.name)
        {
            cache.kind.set(CacheKind::Global);
            cache.offset.set(index as u32);
            cache.table.set(Some(globals.table()));
            cache.builtins.set(None);
        }
        return Ok(value);
    }
    if let Some(value) = builtins.get_str(vm, cache.name)? {
        if let Some(index) = builtins.index_of(cache.name)
            && builtins.table().key(index) == Value::from(cache.name)
        {
            cache.kind.set(CacheKind::Builtin);
            cache.offset.set(index as u32);
            cache.table.set(Some(globals.table()));
            cache.builtins.set(Some(builtins.table()));
            cache.version.set(globals.table().stamp());
        }
        return Ok(value);
    }
    Err(name_error(vm, cache.name))
}

/// A global name without a cache.
pub fn load_name(vm: &Vm, function: Gc<Function>, name: Gc<Str>) -> PyResult {
    if let Some(value) = get(vm, function.globals.get(), name)? {
        return Ok(value);
    }
    builtin(vm, function, name)?.ok_or_else(|| name_error(vm, name))
}

/// A name of the builtins that a function sees.
pub fn builtin(vm: &Vm, function: Gc<Function>, name: Gc<Str>) -> PyResult<Option<Value>> {
    get(vm, function.builtins.get(), name)
}

/// A name in a namespace. One of a subclass of `dict` is asked by subscript.
fn get(vm: &Vm, dict: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if vm.is_exact(dict, vm.types().dict) {
        return dict.expect::<Dict>().get_str(vm, name);
    }
    let item = vm.get_item(dict, name.into());
    vm.absorb(item, vm.types().key_error)
}

/// `NameError: name 'x' is not defined`.
#[cold]
pub fn name_error(vm: &Vm, name: Gc<Str>) -> Raised {
    let raised = vm.raise(vm.types().name_error, format!("name '{name}' is not defined"));
    if let Some(exception) = vm.pending.get().cast::<crate::types::exception::Exception>() {
        exception.fields[0].set(name.into());
        vm.heap.barrier(exception.header());
    }
    raised
}
