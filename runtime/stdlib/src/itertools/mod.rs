//! `itertools`. Every iterator is a record whose fields its file names.

mod combinatorics;
mod combine;
mod group;
mod infinite;
mod select;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Gc, NativeModule, PyResult, Record, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "itertools",
    doc: "Functional tools for creating and using iterators.",
    functions: group::FUNCTIONS,
    init: |vm, module| {
        for class in CLASSES {
            vm.add_module_class(module, class)?;
        }
        Ok(())
    },
};

static CLASSES: &[&ClassDef] = &[
    &combine::ACCUMULATE,
    &combine::BATCHED,
    &combine::CHAIN,
    &combine::PAIRWISE,
    &combine::STARMAP,
    &combine::ZIP_LONGEST,
    &combinatorics::COMBINATIONS,
    &combinatorics::COMBINATIONS_WITH_REPLACEMENT,
    &combinatorics::PERMUTATIONS,
    &combinatorics::PRODUCT,
    &group::GROUPBY,
    &group::GROUPER,
    &group::TEE,
    &group::TEE_LINK,
    &infinite::COUNT,
    &infinite::CYCLE,
    &infinite::REPEAT,
    &select::COMPRESS,
    &select::DROPWHILE,
    &select::FILTERFALSE,
    &select::ISLICE,
    &select::TAKEWHILE,
];

/// The receiver.
#[inline]
fn this(args: &[Value]) -> Gc<Record> {
    args[0].expect()
}

/// What `__next__` returns: unbound at the end.
fn end() -> PyResult {
    Ok(Value::UNBOUND)
}

/// A new iterator of the class that `__new__` was called with.
fn make(vm: &Vm, class: Value, fields: &[Value]) -> PyResult {
    Record::new(vm, class.expect(), fields).map(Value::from)
}

#[methods(COMMON)]
impl Common {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }
}
