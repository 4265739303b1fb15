//! `_contextvars` (PEP 567): variables, contexts, tokens. [`map`] is what a context is made of.

mod context;
mod map;
mod token;
mod variable;

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_contextvars",
    doc: "Context Variables",
    functions: FUNCTIONS,
    init: |vm, module| {
        for class in [&context::CLASS, &variable::CLASS, &token::CLASS] {
            vm.add_module_class(module, class)?;
        }
        token::add_missing(vm)
    },
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a copy of the current context.
    #[method("copy_context()")]
    fn copy_context(vm: &Vm, _: &[Value]) -> PyResult {
        context::copy(vm, context::current(vm)?)
    }
}
