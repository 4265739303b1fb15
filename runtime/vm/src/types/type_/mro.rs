//! The method resolution order: C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for Dylan"), or what the `mro()` of
//! a metaclass says.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, flags};
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::type_::solid_class;
use crate::value::Value;
use crate::vm::Vm;

/// The MRO that a class begins with. Where the metaclass has a say later, bases without a consistent order are no error yet.
pub fn first_order(vm: &Vm, class: Gc<Class>, bases: &[Gc<Class>]) -> PyResult<Gc<Tuple>> {
    let order = linearize(vm, class, bases);
    if custom_method(vm, class).is_none() {
        return order;
    }
    match vm.absorb(order, vm.types().type_error)? {
        Some(order) => Ok(order),
        None => Tuple::new(vm, &[class.into(), vm.types().object.into()]),
    }
}

/// The `mro` of the metaclass, if it is not that of `type`.
pub fn custom_method(vm: &Vm, class: Gc<Class>) -> Option<Value> {
    let metaclass = vm.class_of(class.into());
    if metaclass == vm.types().type_ {
        return None;
    }
    let name = vm.intern("mro");
    let method = metaclass.lookup(vm, name)?;
    (Some(method) != vm.types().type_.lookup(vm, name)).then_some(method)
}

/// Computes the MRO of a class from its bases, or asks the metaclass for it, and sets it.
pub fn compute(vm: &Vm, class: Gc<Class>) -> PyResult<()> {
    let order = match custom_method(vm, class) {
        None => {
            // untraced: the class's own tuple of bases holds them
            let bases: Vec<Gc<Class>> = class.bases().collect();
            linearize(vm, class, &bases)?
        }
        Some(method) => {
            let before = class.mro.get();
            class.set_flag(flags::NO_MRO, true);
            let result = vm.call_special(class.into(), method, &[]);
            class.set_flag(flags::NO_MRO, false);
            let order = vm.tuple_from(result?)?;
            check(vm, class, order)?;
            if class.mro.get() != before {
                return Ok(()); // The method has set the bases, and with them the order.
            }
            follow_strangers(vm, class, order)?;
            order
        }
    };
    class.mro.set(order.into());
    vm.heap.barrier(class.header());
    Ok(())
}

/// Has classes of the order that no base leads to tell of their changes as bases do.
fn follow_strangers(vm: &Vm, class: Gc<Class>, order: Gc<Tuple>) -> PyResult<()> {
    for other in order.items().iter().filter_map(|other| other.cast::<Class>()) {
        let is_stranger = other != class && !class.bases().any(|base| base.is_subclass_of(other));
        if is_stranger && !other.is_subclass_of(class) {
            other.add_subclass(vm, class)?;
        }
    }
    Ok(())
}

fn check(vm: &Vm, class: Gc<Class>, order: Gc<Tuple>) -> PyResult<()> {
    let solid = solid_class(class);
    for value in order.items() {
        let Some(base) = value.cast::<Class>() else {
            return Err(vm.type_error(format!("mro() returned a non-class ('{}')", vm.type_name(*value))));
        };
        if !solid.is_subclass_of(solid_class(base)) {
            return Err(vm.type_error(format!("mro() returned base with unsuitable layout ('{}')", base.name.get())));
        }
    }
    Ok(())
}

/// Computes the MRO of a class and of all that inherit from it. What was changed is added to a list of triples of class, old and new order,
/// also when that fails in between.
pub fn compute_hierarchy(vm: &Vm, class: Gc<Class>, changed: Gc<List>) -> PyResult<()> {
    vm.check_native_recursion()?;
    let old = class.mro.get();
    compute(vm, class)?;
    changed.push(vm, vm.new_tuple(&[class.into(), old, class.mro.get()])?)?;
    for subclass in class.subclasses(vm) {
        if subclass.bases().any(|base| base == class) {
            compute_hierarchy(vm, subclass, changed)?;
        }
    }
    Ok(())
}

/// The MRO of a class with these bases. TypeError when there is no consistent order.
pub fn linearize(vm: &Vm, class: Gc<Class>, bases: &[Gc<Class>]) -> PyResult<Gc<Tuple>> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].contains(base) {
            return Err(vm.type_error(format!("duplicate base class {}", base.name.get())));
        }
        if base.has(flags::NO_MRO) {
            return Err(vm.type_error(format!("Cannot extend an incomplete type '{}'", base.name.get())));
        }
    }
    if let [base] = bases
        && let Some(order) = base.mro.get().cast::<Tuple>()
        && order.get(0) == Some((*base).into())
    {
        let classes = core::iter::once(Value::from(class)).chain(order.items().iter().copied());
        return Tuple::from_iter(vm, order.len() + 1, classes);
    }
    // All of these classes are reachable from the bases, which the caller holds.
    // untraced: the bases' own tuples hold them
    let mut rows: Vec<Vec<Gc<Class>>> = bases.iter().map(|base| base.mro().collect()).collect();
    rows.push(bases.to_vec());
    let mut order = vec![class];
    loop {
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return Tuple::from_iter(vm, order.len(), order.iter().map(|class| (*class).into()));
        }
        let next = rows.iter().map(|row| row[0]).find(|candidate| !rows.iter().any(|row| row[1..].contains(candidate)));
        let Some(next) = next else {
            let mut names: Vec<String> = Vec::new();
            for row in &rows {
                let name = row[0].name.get().to_string();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            return Err(vm.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        for row in &mut rows {
            if row[0] == next {
                row.remove(0);
            }
        }
        order.push(next);
    }
}
