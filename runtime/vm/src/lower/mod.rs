//! Lowering: from stack code to register code.

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::CodeIdx;
use orochi_gc::Tracer;

use crate::error::PyResult;
use crate::vm::Vm;

/// Register code.
pub struct Lowered {}

impl Lowered {
    /// Reports what the code refers to.
    pub fn trace(&self, _: &mut Tracer<'_>) {}
}

/// Lowers a code object.
pub fn lower(vm: &Vm, _: &VerifiedModule, _: CodeIdx) -> PyResult<Box<Lowered>> {
    Err(vm.runtime_error("not yet"))
}
