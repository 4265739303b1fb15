//! `_sysconfig` and the module with the variables of the build that `sysconfig` imports. Nothing was configured or made here, so
//! that there are few of them: what programs ask for to know the platform and what Python can do.

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_sysconfig",
    doc: "A helper for the sysconfig module.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// The module of variables. Its name is made of the ABI flags and the multiarch name, which are empty, and the platform.
pub const DATA: NativeModule = NativeModule {
    name: "_sysconfigdata__linux_",
    doc: "",
    functions: &[],
    init: |vm, module| module.dict().set_str(vm, vm.intern("build_time_vars"), build_time_vars(vm)?.into()),
};

const TEXTS: &[(&str, &str)] = &[
    ("ABIFLAGS", ""),
    ("CC", "cc"),
    ("CFLAGS", ""),
    ("CONFIG_ARGS", ""),
    ("EXT_SUFFIX", ".so"),
    ("LDFLAGS", ""),
    ("LDSHARED", "cc -shared"),
    ("MACHDEP", "linux"),
    ("PY_CFLAGS", ""),
    ("PY_CORE_CFLAGS", ""),
    ("SHLIB_SUFFIX", ".so"),
    ("SOABI", ""),
    ("TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"),
    ("VERSION", "3.14"),
    ("exec_prefix", "/usr/local"),
    ("prefix", "/usr/local"),
];

const NUMBERS: &[(&str, i64)] = &[
    ("HAVE_FORK", 1),
    ("HAVE_GETRANDOM", 1),
    ("HAVE_GETRANDOM_SYSCALL", 1),
    ("PY_COERCE_C_LOCALE", 0),
    ("Py_DEBUG", 0),
    ("Py_ENABLE_SHARED", 0),
    ("Py_GIL_DISABLED", 0),
    ("SIZEOF_INT", 4),
    ("SIZEOF_LONG", 8),
    ("SIZEOF_SIZE_T", 8),
    ("SIZEOF_VOID_P", 8),
    ("SIZEOF_WCHAR_T", 4),
    ("WITH_DOC_STRINGS", 1),
    ("WITH_PYMALLOC", 0),
];

fn build_time_vars(vm: &Vm) -> PyResult<Gc<Dict>> {
    let dict = Dict::new(vm)?;
    for (name, text) in TEXTS {
        dict.set_str(vm, vm.intern(name), vm.new_str(text)?)?;
    }
    for (name, number) in NUMBERS {
        dict.set_str(vm, vm.intern(name), Value::small(*number))?;
    }
    Ok(dict)
}

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
