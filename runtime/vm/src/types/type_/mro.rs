//! The method resolution order: C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for Dylan").

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::Class;
use crate::types::tuple::Tuple;
use crate::vm::Vm;

/// The MRO of a class with these bases. TypeError when there is no consistent order.
pub fn linearize(vm: &Vm, class: Gc<Class>, bases: &[Gc<Class>]) -> PyResult<Gc<Tuple>> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].contains(base) {
            return Err(vm.type_error(format!("duplicate base class {}", base.name.get())));
        }
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
