//! The type variables of generic types, and their substitution: `dict[str, T][int]`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::Class;
use crate::object::special::Special;
use crate::types::generic_alias;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The type variables of an alias or a union, which keeps them in a field once they are known.
pub(crate) fn of(vm: &Vm, alias: Value, args: usize, field: usize) -> PyResult<Gc<Tuple>> {
    let record = alias.expect::<Record>();
    if let Some(known) = record.get(field).cast::<Tuple>() {
        return Ok(known);
    }
    let found = collect(vm, record.get(args).expect())?;
    record.set(vm, field, found.into());
    Ok(found)
}

fn add(vm: &Vm, found: Gc<List>, value: Value) -> PyResult<()> {
    if found.slots().iter().any(|other| other.get() == value) { Ok(()) } else { found.push(vm, value) }
}

/// The items of a tuple or a list, which type arguments may contain.
fn nested(vm: &Vm, value: Value) -> PyResult<Option<Gc<Tuple>>> {
    match value.cast::<List>() {
        Some(list) => list.to_tuple(vm).map(Some),
        None => Ok(value.cast::<Tuple>()),
    }
}

/// The type variables among type arguments, in the order of their first appearance.
fn collect(vm: &Vm, args: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    vm.check_native_recursion()?;
    let found = List::new(vm, &[])?;
    for arg in args.items() {
        if arg.cast::<Class>().is_some() {
            continue;
        }
        if let Some(inner) = nested(vm, *arg)? {
            for parameter in collect(vm, inner)?.items() {
                add(vm, found, *parameter)?;
            }
        } else if vm.find_attr_str(*arg, "__typing_subst__")?.is_some() {
            add(vm, found, *arg)?;
        } else if let Some(inner) = vm.find_attr_str(*arg, "__parameters__")?.and_then(Value::cast::<Tuple>) {
            for parameter in inner.items() {
                add(vm, found, *parameter)?;
            }
        }
    }
    found.to_tuple(vm)
}

/// The arguments that `*tuple[int, str]` stands for; none for what is no such thing, or has an ellipsis.
fn unpacked(vm: &Vm, value: Value) -> PyResult<Option<Gc<Tuple>>> {
    if value.cast::<Class>().is_some() {
        return Ok(None);
    }
    let args = if vm.is_instance(value, vm.types().generic_alias) && generic_alias::is_starred(vm, value) {
        let of_tuple = generic_alias::origin(value) == Value::from(vm.types().tuple);
        of_tuple.then(|| generic_alias::args_of(value))
    } else {
        vm.find_attr_str(value, "__typing_unpacked_tuple_args__")?.and_then(Value::cast::<Tuple>)
    };
    Ok(args.filter(|args| args.items().last() != Some(&vm.ellipsis())))
}

/// What is between the brackets, with unpacked tuples laid out.
fn laid_out(vm: &Vm, item: Value) -> PyResult<Gc<Tuple>> {
    let items = match item.cast::<Tuple>() {
        Some(items) => items,
        None => Tuple::new(vm, &[item])?,
    };
    let result = List::with_capacity(vm, items.len())?;
    for item in items.items() {
        match unpacked(vm, *item)? {
            Some(several) => result.extend(vm, several.items())?,
            None => result.push(vm, *item)?,
        }
    }
    result.to_tuple(vm)
}

/// The arguments with type variables replaced by `item`. TypeError when there are none, or another number.
pub(crate) fn substitute(
    vm: &Vm,
    whole: Value,
    args: Gc<Tuple>,
    parameters: Gc<Tuple>,
    item: Value,
) -> PyResult<Gc<Tuple>> {
    vm.check_native_recursion()?;
    if parameters.is_empty() {
        let shown = vm.repr(whole)?;
        return Err(vm.type_error(format!("{} is not a generic class", *shown)));
    }
    let mut given: Value = laid_out(vm, item)?.into();
    for parameter in parameters.items() {
        if let Some(prepare) = vm.find_attr_str(*parameter, "__typing_prepare_subst__")?
            && prepare != vm.none()
        {
            let all = if given.cast::<Tuple>().is_some() { given } else { vm.new_tuple(&[given])? };
            given = vm.call(prepare, &[whole, all])?;
        }
    }
    let values = match given.cast::<Tuple>() {
        Some(values) => values,
        None => Tuple::new(vm, &[given])?,
    };
    if values.len() != parameters.len() {
        let shown = vm.repr(whole)?;
        return Err(vm.type_error(format!(
            "Too {} arguments for {}; actual {}, expected {}",
            if values.len() > parameters.len() { "many" } else { "few" },
            *shown,
            values.len(),
            parameters.len()
        )));
    }
    let result = List::with_capacity(vm, args.len())?;
    for arg in args.items() {
        if arg.cast::<Class>().is_some() {
            result.push(vm, *arg)?;
        } else if let Some(inner) = nested(vm, *arg)? {
            let inner = substitute(vm, whole, inner, parameters, given)?;
            let of_list = arg.cast::<List>().is_some();
            result.push(vm, if of_list { vm.new_list(inner.items())? } else { inner.into() })?;
        } else {
            push_substituted(vm, result, *arg, parameters, values)?;
        }
    }
    result.to_tuple(vm)
}

/// Adds an argument that is a type variable, has some, or has none.
fn push_substituted(vm: &Vm, result: Gc<List>, arg: Value, parameters: Gc<Tuple>, values: Gc<Tuple>) -> PyResult<()> {
    let unpack = match vm.find_attr_str(arg, "__typing_is_unpacked_typevartuple__")? {
        Some(flag) => vm.is_true(flag)?,
        None => false,
    };
    let replaced = match vm.find_attr_str(arg, "__typing_subst__")? {
        Some(subst) => {
            let Some(place) = parameters.items().iter().position(|other| *other == arg) else {
                return Err(vm.type_error(format!("{} not found in __parameters__", vm.repr(arg)?)));
            };
            vm.call(subst, &[values.get(place).unwrap_or(arg)])?
        }
        None => with_values(vm, arg, parameters, values)?,
    };
    if !unpack {
        return result.push(vm, replaced);
    }
    match replaced.cast::<Tuple>() {
        Some(several) => result.extend(vm, several.items()),
        None => {
            let (owner, found) = (vm.qualified_type_name(arg), vm.qualified_type_name(replaced));
            Err(vm.type_error(format!("expected __typing_subst__ of {owner} objects to return a tuple, not {found}")))
        }
    }
}

/// `list[T]` with T replaced; anything without type variables as it is.
fn with_values(vm: &Vm, arg: Value, parameters: Gc<Tuple>, values: Gc<Tuple>) -> PyResult {
    let own = vm.find_attr_str(arg, "__parameters__")?.and_then(Value::cast::<Tuple>);
    let Some(own) = own.filter(|own| !own.is_empty()) else { return Ok(arg) };
    let inner = List::with_capacity(vm, own.len())?;
    for parameter in own.items() {
        let place = parameters.items().iter().position(|other| other == parameter);
        match place.and_then(|place| values.get(place)) {
            // Several values for a TypeVarTuple.
            Some(value) if vm.class_of(*parameter).special(Special::Iter).is_bound() => match value.cast::<Tuple>() {
                Some(several) => inner.extend(vm, several.items())?,
                None => inner.push(vm, value)?,
            },
            Some(value) => inner.push(vm, value)?,
            None => inner.push(vm, *parameter)?,
        }
    }
    vm.get_item(arg, inner.to_tuple(vm)?.into())
}
