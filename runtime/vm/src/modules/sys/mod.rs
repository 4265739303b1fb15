//! The module `sys`.
//!
//! - [`functions`]: its functions; [`audit`]: hooks for events; [`flags`]: what the command line asks for
//! - [`coroutines`]: hooks for asynchronous generators, and where coroutines were made
//! - [`hooks`]: `displayhook`, `excepthook`, `unraisablehook`, and how the VM calls them
//! - [`monitoring`] has `sys.monitoring`
//! - [`records`]: `version_info`, `flags`, `float_info` and the like

mod audit;
mod coroutines;
pub mod flags;
mod functions;
pub(crate) mod hooks;
mod jit;
pub mod monitoring;
mod records;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::native::Native;
use crate::value::Value;
use crate::vm::Vm;

static MODULE: NativeModule = NativeModule {
    name: "sys",
    doc: "Objects used or maintained by the interpreter and functions that interact with it.",
    functions: functions::FUNCTIONS,
    init,
};

/// The version of the language, as `sys.version` begins.
const LANGUAGE: &str = "3.14.0";

/// `sys.platform`.
const PLATFORM: &str = if cfg!(target_os = "macos") {
    "darwin"
} else if cfg!(target_os = "windows") {
    "win32"
} else {
    "linux"
};

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let set = |name: &str, value: Value| dict.set_str(vm, vm.intern(name), value);
    for function in audit::FUNCTIONS.iter().chain(coroutines::FUNCTIONS) {
        set(function.name, Native::function(vm, function, vm.intern("sys").into())?.into())?;
    }
    for function in hooks::FUNCTIONS {
        let native = Native::function(vm, function, vm.intern("sys").into())?;
        set(function.name, native.into())?;
        set(&format!("__{}__", function.name), native.into())?;
    }
    set("modules", vm.state.modules.get())?;
    for name in ["path", "argv", "orig_argv", "meta_path", "path_hooks"] {
        set(name, vm.new_list(&[])?)?;
    }
    set("path_importer_cache", Dict::new(vm)?.into())?;
    for (name, text) in [
        ("byteorder", if cfg!(target_endian = "big") { "big" } else { "little" }),
        ("copyright", "Copyright (c) the Orochi authors."),
        ("float_repr_style", "short"),
        ("platform", PLATFORM),
        ("platlibdir", "lib"),
        ("ps1", ">>> "),
        ("ps2", "... "),
    ] {
        set(name, vm.new_str(text)?)?;
    }
    let version = format!("{LANGUAGE} (Orochi {}) [Rust]", env!("CARGO_PKG_VERSION"));
    set("version", vm.new_str(&version)?)?;
    let executable = std::env::current_exe().unwrap_or_default();
    for name in ["executable", "_base_executable"] {
        set(name, vm.new_str(&executable.to_string_lossy())?)?;
    }
    for name in ["prefix", "base_prefix", "exec_prefix", "base_exec_prefix"] {
        set(name, vm.new_str(&prefix(&executable).to_string_lossy())?)?;
    }
    set("api_version", vm.new_int(1013)?)?;
    set("hexversion", vm.new_int(0x030e_00f0)?)?;
    set("maxsize", vm.new_int(i64::MAX)?)?;
    set("maxunicode", vm.new_int(0x10_ffff)?)?;
    set("pycache_prefix", vm.none())?;
    set("abiflags", vm.new_str("")?)?;
    records::add(vm, dict)?;
    flags::add(vm, dict)?;
    set("monitoring", vm.make_native_module(&monitoring::MODULE)?.into())?;
    set("_jit", vm.make_native_module(&jit::MODULE)?.into())?;
    // Until the library of streams makes them.
    for name in ["stdin", "stdout", "stderr"] {
        set(name, vm.none())?;
        set(&format!("__{name}__"), vm.none())?;
    }
    let names = vm.new_list(&[])?.expect::<List>();
    let mut known = vm.registered_module_names();
    known.extend(["builtins", "sys"]);
    known.sort_unstable();
    known.dedup();
    for name in known {
        names.push(vm, vm.intern(name).into())?;
    }
    set("builtin_module_names", names.to_tuple(vm)?.into())?;
    let stdlib = crate::types::set::Set::new(vm, vm.types().frozenset, &[])?;
    for name in names.slots() {
        stdlib.add(vm, name.get())?;
    }
    set("stdlib_module_names", stdlib.into())
}

/// The folder that site-packages are looked for in: the one above `bin`, where the executable is in one, else its own.
fn prefix(executable: &std::path::Path) -> &std::path::Path {
    let folder = executable.parent().unwrap_or(executable);
    match folder.parent() {
        Some(above) if folder.file_name().is_some_and(|name| name == "bin") => above,
        _ => folder,
    }
}

/// Makes the module.
pub fn start(vm: &Vm) -> PyResult<()> {
    let module = vm.make_native_module(&MODULE)?;
    vm.state.sys.set(module.dict().into());
    let modules: Gc<Dict> = vm.state.modules.get().expect();
    modules.set_str(vm, vm.intern("sys"), Value::from(module))
}
