//! Iterators: over sequences by position ([`sequence`]), `enumerate`, `zip`, `map`, `filter`, `reversed`, and
//! `iter(callable, sentinel)`.

pub mod callable;
pub mod enumerate;
mod filter;
mod map;
mod reversed;
mod sequence;
mod zip;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::value::Value;
use crate::vm::Vm;

pub use callable::new as new_callable;
pub use reversed::new as new_reversed;
pub use sequence::SeqIter;

/// `enumerate`.
pub static ENUMERATE_CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[enumerate::METHODS],
    ..ClassDef::new("enumerate", "Pairs of a running number and an item of the iterable.", Layout::Record)
};
/// `zip`.
pub static ZIP_CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[zip::METHODS],
    ..ClassDef::new(
        "zip",
        "Tuples of one item of each iterable, until the shortest is exhausted.\n\nWith strict it is an error if they are not \
         equally long.",
        Layout::Record,
    )
};
/// `map`.
pub static MAP_CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[map::METHODS],
    ..ClassDef::new(
        "map",
        "What the function returns for one item of each iterable, until the shortest is exhausted.\n\nWith strict it is an \
         error if they are not equally long.",
        Layout::Record,
    )
};
/// `filter`.
pub static FILTER_CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[filter::METHODS],
    ..ClassDef::new(
        "filter",
        "The items of the iterable for which the function is true; with None, those that are true.",
        Layout::Record,
    )
};
/// `reversed`.
pub static REVERSED_CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[sequence::COMMON, reversed::METHODS],
    ..ClassDef::new("reversed", "The items of the sequence from the last to the first.", Layout::SeqIter)
};
/// `iterator`: over anything with `__getitem__`.
pub static SEQUENCE_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::ANY],
    ..ClassDef::new("iterator", "", Layout::SeqIter)
};
/// `list_iterator`.
pub static LIST_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::LIST],
    ..ClassDef::new("list_iterator", "", Layout::SeqIter)
};
/// `list_reverseiterator`.
pub static LIST_REVERSE_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, reversed::LIST],
    ..ClassDef::new("list_reverseiterator", "", Layout::SeqIter)
};
/// `tuple_iterator`.
pub static TUPLE_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::TUPLE],
    ..ClassDef::new("tuple_iterator", "", Layout::SeqIter)
};
/// `str_ascii_iterator`: CPython has a class of its own for strings of ASCII only.
pub static STR_ASCII_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::STR],
    ..ClassDef::new("str_ascii_iterator", "", Layout::SeqIter)
};
/// `str_iterator`.
pub static STR_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::STR],
    ..ClassDef::new("str_iterator", "", Layout::SeqIter)
};
/// `bytes_iterator`.
pub static BYTES_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::BYTES],
    ..ClassDef::new("bytes_iterator", "", Layout::SeqIter)
};
/// `bytearray_iterator`.
pub static BYTEARRAY_CLASS: ClassDef = ClassDef {
    methods: &[sequence::COMMON, sequence::FORWARD, sequence::BYTEARRAY],
    ..ClassDef::new("bytearray_iterator", "", Layout::SeqIter)
};
/// The methods of `memory_iterator`, whose class is declared with `memoryview`.
pub(crate) static MEMORY_METHODS: &[&[crate::types::native::NativeDef]] = &[sequence::COMMON, sequence::MEMORY];
/// `callable_iterator`: a record of the callable and the sentinel.
pub static CALLABLE_CLASS: ClassDef =
    ClassDef { methods: &[callable::METHODS], ..ClassDef::new("callable_iterator", "", Layout::Record) };

/// A function of the builtins that the running frame sees, for `__reduce__`. Looking it up may run Python code, which may use up the
/// iterator that asks: it looks at itself afterwards.
///
/// # Errors
/// AttributeError when there is none.
pub fn builtin(vm: &Vm, name: &str) -> PyResult {
    let builtins = crate::modules::frames::current_builtins(vm);
    match crate::interp::ops::mapping_get(vm, builtins, vm.intern(name))? {
        Some(function) => Ok(function),
        None => Err(vm.raise(vm.types().attribute_error, name)),
    }
}

fn record(args: &[Value]) -> Gc<Record> {
    args[0].expect()
}

impl Vm {
    /// The place that `__setstate__` of an iterator was given: an integer, not only what can be made one.
    pub(crate) fn state_place(&self, state: Value) -> crate::error::PyResult<i64> {
        if state.is_int() || state.cast::<crate::types::int::Int>().is_some() {
            return self.index_i64(state);
        }
        Err(self.type_error("an integer is required"))
    }
}
