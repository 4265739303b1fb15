//! `types.GenericAlias` (`list[int]`) and unions (`int | str`).

use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;

/// `GenericAlias`.
pub static CLASS: ClassDef = ClassDef { flags: flags::BASE, ..ClassDef::new("types.GenericAlias", "", Layout::Record) };

/// `Union`.
pub static UNION_CLASS: ClassDef = ClassDef::new("typing.Union", "", Layout::Record);

use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// Fields of the record behind a generic alias.
pub const ORIGIN: usize = 0;
pub const ARGS: usize = 1;

/// `origin[args]`.
pub fn new(vm: &Vm, origin: Value, args: Value) -> PyResult {
    let args = if vm.is_exact_tuple(args) { args } else { vm.new_tuple(&[args])? };
    crate::object::Record::new(vm, vm.types().generic_alias, &[origin, args]).map(Value::from)
}
