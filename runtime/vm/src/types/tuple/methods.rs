//! Methods of `tuple`.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// `tuple`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::SEQUENCE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    ..ClassDef::new(
        "tuple",
        "An immutable sequence of items.\n\nWithout an argument it is empty; otherwise it has the items of the iterable. A tuple is \
         returned as it is.",
        Layout::Tuple,
    )
};

#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<Tuple> {
    args[0].expect()
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return how many items are equal to the value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        sequence::count(vm, args[1], |index| tuple.get(index))
    }

    /// Return the first place whose item is equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple = this(args);
        let start = sequence::search_bound(vm, args[2], 0, tuple.len())?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, tuple.len())?;
        match sequence::find(vm, args[1], start, stop, |index| tuple.get(index))? {
            Some(index) => vm.new_int(index as i64),
            None => Err(vm.value_error("tuple.index(x): x not in tuple")),
        }
    }
}
