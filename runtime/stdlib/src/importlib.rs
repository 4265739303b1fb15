//! Starts the import system: runs the frozen modules that it is made of, in the order that they need.
//!
//! `importlib` is the library's own (`importlib/_bootstrap.py` and `_bootstrap_external.py`); `_library.py` adds the path hook for the
//! library in the executable.

use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::module::Module;
use orochi_vm::{Gc, PyResult, Value, Vm};

/// Starts it. `extensions` are those of files that frontends take, without the dot; `.py` is always one.
///
/// # Errors
/// Whatever the modules raise: MemoryError under a small limit.
pub fn start(vm: &Vm, extensions: &[String]) -> PyResult<()> {
    let imp = vm.import("_imp")?;
    let bootstrap = run_frozen(vm, "_frozen_importlib")?;
    let sys = module(vm, "sys")?;
    vm.call_method(bootstrap, "_install", &[sys, imp])?;
    vm.set_importlib(bootstrap);
    vm.call_method(bootstrap, "_install_external_importers", &[])?;
    let library = vm.import("_library")?;
    let list = List::with_capacity(vm, extensions.len())?;
    for extension in extensions.iter().filter(|extension| *extension != "py") {
        list.push(vm, vm.new_str(extension)?)?;
    }
    vm.call_method(library, "install", &[list.into()])?;
    Ok(())
}

/// The folder, below the executable, that the library's modules seem to be in.
#[must_use]
pub fn library_folder(executable: &str) -> String {
    format!("{executable}/Lib")
}

/// A module that is there already.
fn module(vm: &Vm, name: &str) -> PyResult {
    let modules: Gc<Dict> = vm.state.modules.get().expect();
    let module = modules.get_str(vm, vm.intern(name))?;
    module.ok_or_else(|| vm.runtime_error(format!("there is no module {name}")))
}

fn run_frozen(vm: &Vm, name: &str) -> PyResult {
    let code = crate::_imp::frozen_code(vm, name)?;
    let module = Module::new(vm, name)?;
    let origin = crate::_imp::frozen(name).map_or(name, |module| module.name);
    module.dict().set_str(vm, vm.intern("__origname__"), vm.new_str(origin)?)?;
    let modules: Gc<Dict> = vm.state.modules.get().expect();
    modules.set_str(vm, vm.intern(name), module.into())?;
    vm.run_code(code, module.dict(), module.dict().into())?;
    Ok(Value::from(module))
}
