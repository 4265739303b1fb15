//! The module `sys`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::value::Value;
use crate::vm::Vm;

static MODULE: NativeModule = NativeModule {
    name: "sys",
    doc: "Objects used or maintained by the interpreter and functions that interact with it.",
    functions: &[],
    init,
};

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    dict.set_str(vm, vm.intern("modules"), vm.state.modules.get())?;
    dict.set_str(vm, vm.intern("path"), vm.new_list(&[])?)?;
    dict.set_str(vm, vm.intern("argv"), vm.new_list(&[])?)?;
    dict.set_str(vm, vm.intern("maxsize"), vm.new_int(i64::MAX)?)
}

/// Makes the module.
pub fn start(vm: &Vm) -> PyResult<()> {
    let module = vm.make_native_module(&MODULE)?;
    vm.state.sys.set(module.dict().into());
    let modules: Gc<Dict> = vm.state.modules.get().expect();
    modules.set_str(vm, vm.intern("sys"), Value::from(module))
}
