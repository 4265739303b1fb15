//! The type variables of generic types, and their substitution: `dict[str, T][int]`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

fn add(vm: &Vm, found: Gc<List>, value: Value) -> PyResult<()> {
    if found.slots().iter().any(|other| other.get() == value) { Ok(()) } else { found.push(vm, value) }
}

/// The type variables among type arguments, in the order of their first appearance.
pub fn collect(vm: &Vm, args: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let found = List::new(vm, &[])?;
    for arg in args.items() {
        if arg.cast::<Class>().is_some() {
            continue;
        }
        if let Some(inner) = arg.cast::<Tuple>() {
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

/// The arguments with type variables replaced by `items`. TypeError when there are none, or another number.
pub fn substitute(vm: &Vm, whole: Value, args: Gc<Tuple>, items: Value) -> PyResult<Gc<Tuple>> {
    let parameters = collect(vm, args)?;
    if parameters.is_empty() {
        return Err(vm.type_error(format!("{} is not a generic class", vm.display_repr(whole))));
    }
    let mut items = if vm.is_exact_tuple(items) { items } else { vm.new_tuple(&[items])? };
    for parameter in parameters.items() {
        if let Some(prepare) = vm.find_attr_str(*parameter, "__typing_prepare_subst__")? {
            items = vm.call(prepare, &[whole, items])?;
        }
    }
    let items = vm.tuple_from(items)?;
    if items.len() != parameters.len() {
        return Err(vm.type_error(format!(
            "Too {} arguments for {}; actual {}, expected {}",
            if items.len() > parameters.len() { "many" } else { "few" },
            vm.display_repr(whole),
            items.len(),
            parameters.len()
        )));
    }
    let value_of = |parameter: Value| {
        let place = parameters.items().iter().position(|other| *other == parameter);
        place.and_then(|place| items.get(place)).unwrap_or(parameter)
    };
    let result = List::new(vm, &[])?;
    for arg in args.items() {
        let replaced = if arg.cast::<Class>().is_some() {
            *arg
        } else if let Some(subst) = vm.find_attr_str(*arg, "__typing_subst__")? {
            vm.call(subst, &[value_of(*arg)])?
        } else {
            match vm.find_attr_str(*arg, "__parameters__")?.and_then(Value::cast::<Tuple>) {
                Some(inner) if !inner.is_empty() => {
                    let values = Tuple::from_iter(vm, inner.len(), inner.items().iter().map(|item| value_of(*item)))?;
                    vm.get_item(*arg, values.into())?
                }
                _ => *arg,
            }
        };
        result.push(vm, replaced)?;
    }
    result.to_tuple(vm)
}
