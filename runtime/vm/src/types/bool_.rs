//! `bool`.

use dashu_int::IBig;
use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef};
use crate::object::layout::Layout;
use crate::value::Value;
use crate::vm::Vm;

/// `bool`.
pub static CLASS: ClassDef = ClassDef::new("bool", "", Layout::Int);

/// `True` or `False`, for the VM.
pub(crate) fn new_singleton(vm: &Vm, class: Gc<Class>, value: bool) -> PyResult {
    vm.new_int_of(class, IBig::from(u8::from(value))).map(Value::from)
}
