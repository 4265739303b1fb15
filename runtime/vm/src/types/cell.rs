//! Cells: variables that closures share.

use core::cell::Cell;

use orochi_bytecode::operands::CompareOp;
use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::types::native::NativeDef;
use crate::types::object::address;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// A variable that closures share; its content is unbound when it is empty.
#[repr(C)]
pub struct PyCell {
    header: Header,
    pub content: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for PyCell {
    const LAYOUT: Layout = Layout::Cell;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.content.get().trace(tracer);
    }
}

impl PyCell {
    /// A cell.
    pub fn new(vm: &Vm, content: Value) -> PyResult<Gc<PyCell>> {
        vm.new_native(vm.types().cell, PyCell { header: Header::empty(), content: Cell::new(content) })
    }

    /// Sets the content.
    #[inline]
    pub fn set(&self, vm: &Vm, value: Value) {
        self.content.set(value);
        vm.heap.barrier(&raw const self.header);
    }
}

/// `cell`.
pub static CLASS: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[GetSetDef::new("cell_contents", "", contents, set_contents)],
    ..ClassDef::new("cell", "Create a new cell object.", Layout::Cell)
};

fn contents(vm: &Vm, value: Value) -> PyResult {
    match value.expect::<PyCell>().content.get().bound() {
        Some(content) => Ok(content),
        None => Err(vm.value_error("Cell is empty")),
    }
}

fn set_contents(vm: &Vm, value: Value, content: Option<Value>) -> PyResult<()> {
    value.expect::<PyCell>().set(vm, content.unwrap_or_default());
    Ok(())
}

/// Compares the contents; an empty cell is less than others.
fn compare(vm: &Vm, op: CompareOp, args: &[Value]) -> PyResult {
    let Some(other) = args[1].cast::<PyCell>() else { return Ok(vm.not_implemented()) };
    match (args[0].expect::<PyCell>().content.get().bound(), other.content.get().bound()) {
        (Some(a), Some(b)) => vm.compare(op, a, b),
        (a, b) => Ok(vm.bool(crate::protocol::compare::ordering_is(op, a.is_some().cmp(&b.is_some())))),
    }
}

#[methods(METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Eq, args)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Ge, args)
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Gt, args)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Le, args)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Lt, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Ne, args)
    }

    /// Create and return a new object.
    #[method("static __new__(type, contents=None, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        PyCell::new(vm, args[1]).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let place = address(args[0]);
        match args[0].expect::<PyCell>().content.get().bound() {
            None => vm.new_str(&format!("<cell at {place:#x}: empty>")),
            Some(content) => vm.new_str(&format!(
                "<cell at {place:#x}: {} object at {:#x}>",
                vm.type_name(content),
                address(content)
            )),
        }
    }
}
