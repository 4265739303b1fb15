//! `sys._jit`: what programs may ask of machine code that is made while they run.

use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

pub(super) static MODULE: NativeModule =
    NativeModule { name: "sys._jit", doc: "", functions: FUNCTIONS, init: |_, _| Ok(()) };

#[methods(FUNCTIONS)]
impl Functions {
    /// Return True if the topmost Python frame is currently executing JIT code (implies is_enabled()), and False otherwise.
    #[method("is_active()")]
    fn is_active(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[method("is_available()")]
    fn is_available(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }

    /// Return True if JIT compilation is enabled for the current Python process (implies is_available()), and False otherwise.
    #[method("is_enabled()")]
    fn is_enabled(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.false_())
    }
}
