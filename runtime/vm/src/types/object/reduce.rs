//! How objects are taken apart for `copy` and `pickle`: `__reduce_ex__`, `__reduce__`, `__getstate__`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::Class;
use crate::object::instance::read_slot;
use crate::object::layout::{Layout, shape_of_header};
use crate::object::shape::Attrs;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Helper for pickle.
    #[method("__getstate__($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        default_state(vm, args[0], false)
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        common_reduce(vm, args[0], 0)
    }

    /// Helper for pickle.
    #[method("__reduce_ex__($self, protocol, /)")]
    fn reduce_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let protocol = vm.index_i64(args[1])?;
        let name = vm.intern("__reduce__");
        let own = vm.class_of(args[0]).lookup(vm, name);
        if own != vm.types().object.lookup(vm, name) {
            return vm.call_method_named(args[0], name, &[]);
        }
        common_reduce(vm, args[0], protocol)
    }
}

fn common_reduce(vm: &Vm, obj: Value, protocol: i64) -> PyResult {
    if protocol >= 2 {
        return reduce_new_object(vm, obj);
    }
    let copyreg = vm.import("copyreg")?;
    vm.call_method(copyreg, "_reduce_ex", &[obj, vm.new_int(protocol)?])
}

/// A method that is looked up on the class only, bound.
fn class_method(vm: &Vm, obj: Value, name: &str) -> PyResult<Option<Value>> {
    let class = vm.class_of(obj);
    match class.lookup(vm, vm.intern(name)) {
        Some(method) => vm.bind(method, obj, class).map(Some),
        None => Ok(None),
    }
}

/// What `__getnewargs_ex__` or `__getnewargs__` give: positional arguments and named ones.
fn new_arguments(vm: &Vm, obj: Value) -> PyResult<Option<(Gc<Tuple>, Option<Gc<Dict>>)>> {
    if let Some(method) = class_method(vm, obj, "__getnewargs_ex__")? {
        let result = vm.call(method, &[])?;
        let Some(pair) = result.cast::<Tuple>() else {
            return Err(
                vm.type_error(format!("__getnewargs_ex__ should return a tuple, not '{}'", vm.type_name(result)))
            );
        };
        let (Some(args), Some(named), 2) = (pair.get(0), pair.get(1), pair.len()) else {
            return Err(
                vm.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {}", pair.len()))
            );
        };
        let Some(positional) = args.cast::<Tuple>() else {
            return Err(vm.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                vm.type_name(args)
            )));
        };
        let Some(named) = named.cast::<Dict>() else {
            return Err(vm.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                vm.type_name(named)
            )));
        };
        return Ok(Some((positional, Some(named))));
    }
    let Some(method) = class_method(vm, obj, "__getnewargs__")? else { return Ok(None) };
    let result = vm.call(method, &[])?;
    match result.cast::<Tuple>() {
        Some(args) => Ok(Some((args, None))),
        None => Err(vm.type_error(format!("__getnewargs__ should return a tuple, not '{}'", vm.type_name(result)))),
    }
}

/// Protocol 2 and later: `(copyreg.__newobj__, (cls, *args), state, list items, dict items)`.
fn reduce_new_object(vm: &Vm, obj: Value) -> PyResult {
    let class = vm.class_of(obj);
    if class.special(crate::object::Special::New).is_unbound() {
        return Err(vm.type_error(format!("cannot pickle '{}' object", class.name.get())));
    }
    let given = new_arguments(vm, obj)?;
    let (positional, named) = given.unwrap_or((vm.empty_tuple(), None));
    let (function, args) = match named.filter(|named| !named.is_empty()) {
        None => {
            let mut values = vm.scratch(positional.len() + 1)?;
            values.push(class.into());
            values.extend(positional.items());
            ("__newobj__", vm.new_tuple(&values)?)
        }
        Some(named) => ("__newobj_ex__", vm.new_tuple(&[class.into(), positional.into(), named.into()])?),
    };
    let copyreg = vm.import("copyreg")?;
    let function = vm.get_attr_str(copyreg, function)?;
    let is_list = obj.cast::<List>().is_some();
    let is_dict = obj.cast::<Dict>().is_some();
    let state = state_of(vm, obj, given.is_none() && !is_list && !is_dict)?;
    let list_items = if is_list { vm.iter(obj)? } else { vm.none() };
    let dict_items = if is_dict { vm.iter(vm.call_method(obj, "items", &[])?)? } else { vm.none() };
    vm.new_tuple(&[function, args, state, list_items, dict_items])
}

/// `obj.__getstate__()`.
fn state_of(vm: &Vm, obj: Value, required: bool) -> PyResult {
    let name = vm.intern("__getstate__");
    if vm.class_of(obj).lookup(vm, name) == vm.types().object.lookup(vm, name) {
        return default_state(vm, obj, required);
    }
    vm.call_method_named(obj, name, &[])
}

/// The `__dict__` if there is anything in it, or None; with `__slots__` that are set, a pair of it and a dict of their values.
fn default_state(vm: &Vm, obj: Value, required: bool) -> PyResult {
    let class = vm.class_of(obj);
    if required && class.layout != Layout::Object {
        return Err(vm.type_error(format!("cannot pickle '{}' object", class.title())));
    }
    let state = instance_state(vm, obj)?;
    let names = slot_names(vm, class)?;
    let slots = Dict::new(vm)?;
    for index in 0..names.map_or(0, |names| names.len()) {
        if let Some(name) = names.and_then(|names| names.get(index)).and_then(Value::cast::<Str>)
            && let Some(value) = vm.find_attr(obj, name)?
        {
            slots.set_str(vm, name, value)?;
        }
    }
    if slots.is_empty() { Ok(state) } else { vm.new_tuple(&[state, slots.into()]) }
}

/// The object's attributes as a dict, None if there are none. An object whose attributes are in slots keeps them there.
fn instance_state(vm: &Vm, obj: Value) -> PyResult {
    let Some(header) = obj.as_header() else { return Ok(vm.none()) };
    let shape = shape_of_header(header);
    let dict = match shape.attrs {
        Attrs::None => return Ok(vm.none()),
        Attrs::Dict => vm.instance_dict(header)?,
        Attrs::Slots => {
            let dict = Dict::new(vm)?;
            for (slot, key) in shape.keys().iter().enumerate() {
                dict.set_str(vm, *key, read_slot(&shape, header, slot))?;
            }
            dict
        }
    };
    Ok(if dict.is_empty() { vm.none() } else { dict.into() })
}

/// The names of the `__slots__` of a class and its bases, as `copyreg` finds and keeps them.
fn slot_names(vm: &Vm, class: Gc<Class>) -> PyResult<Option<Gc<List>>> {
    let key = vm.intern("__slotnames__");
    let known = class.dict.get().get_interned(vm, key);
    let names = match known {
        Some(names) => names,
        None => {
            let slots = vm.intern("__slots__");
            if !class.mro().any(|base| base.dict.get().get_interned(vm, slots).is_some()) {
                return Ok(None);
            }
            let copyreg = vm.import("copyreg")?;
            vm.call_method(copyreg, "_slotnames", &[class.into()])?
        }
    };
    match names.cast::<List>() {
        Some(names) => Ok(Some(names)),
        None if names == vm.none() => Ok(None),
        None if known.is_some() => {
            let (name, found) = (class.title(), vm.type_name(names));
            Err(vm.type_error(format!("{name}.__slotnames__ should be a list or None, not {found}")))
        }
        None => Err(vm.type_error("copyreg._slotnames didn't return a list or None")),
    }
}
