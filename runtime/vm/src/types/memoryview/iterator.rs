//! The iterator over the items of a view.

use orochi_macros::methods;

use super::access;
use super::view::MemoryView;
use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: the view (unbound once all items were taken), the index of the next item, how many there were at the start.
const VIEW: usize = 0;
const INDEX: usize = 1;
const LEN: usize = 2;

static CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, methods: &[METHODS], ..ClassDef::new("memory_iterator", "", Layout::Record) };

/// An iterator over a view in one dimension.
pub(super) fn over(vm: &Vm, view: Value, len: usize) -> PyResult {
    let fields = [view, Value::ZERO, vm.new_int(len as i64)?];
    Record::new(vm, vm.module_class(&CLASS)?, &fields).map(Value::from)
}

#[methods(METHODS)]
impl Methods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let record = args[0].expect::<Record>();
        let Some(view) = record.get(VIEW).bound() else { return Ok(Value::UNBOUND) };
        let (index, len) = (record.get(INDEX), record.get(LEN));
        view.expect::<MemoryView>().memory(vm)?;
        if index.as_int() >= len.as_int() {
            record.set(vm, VIEW, Value::UNBOUND);
            return Ok(Value::UNBOUND);
        }
        let item = access::get(vm, view, index)?;
        record.set(vm, INDEX, vm.new_int(index.as_int().unwrap_or(0) + 1)?);
        Ok(item)
    }
}
