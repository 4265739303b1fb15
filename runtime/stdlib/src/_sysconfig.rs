//! `_sysconfig`: the variables of the build that the interpreter itself knows. The others are in the library's module
//! `_sysconfigdata__linux_`.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_sysconfig",
    doc: "A helper for the sysconfig module.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Returns a dictionary containing build variables intended to be exposed by sysconfig.
    #[method("config_vars()")]
    fn config_vars(vm: &Vm, _: &[Value]) -> PyResult {
        let dict = Dict::new(vm)?;
        dict.set_str(vm, vm.intern("Py_GIL_DISABLED"), Value::ZERO)?;
        dict.set_str(vm, vm.intern("Py_DEBUG"), Value::ZERO)?;
        Ok(dict.into())
    }
}
