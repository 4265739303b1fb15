//! The library inside the executable as import sees it: the native module `_orochi`, which `_library.py` stands on.

use orochi_bytecode::VerifiedModule;
use orochi_macros::methods;
use orochi_vm::compile::SourceMode;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::code::Code;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::set::Set;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_orochi",
    doc: "The library inside the executable, and files that are compiled by the frontend for them.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// The code of a module of the library, under a file name for tracebacks.
pub fn code(vm: &Vm, module: &orochi_library::Module, filename: &str) -> PyResult<Gc<Code>> {
    let damaged = |reason: String| {
        let message = format!("the library's module {} cannot be read: {reason}", module.name);
        vm.import_error(vm.types().import_error, message, module.name)
    };
    let verified =
        VerifiedModule::carried(module.code(), filename.to_owned()).map_err(|error| damaged(error.to_string()))?;
    crate::_imp::body(vm, &verified)
}

/// Adds the modules of the library to `sys.stdlib_module_names`.
pub(crate) fn add_names(vm: &Vm) -> PyResult<()> {
    let sys: Gc<Dict> = vm.state.sys.get().expect();
    let key = vm.intern("stdlib_module_names");
    let names = Set::new(vm, vm.types().frozenset, &[])?;
    if let Some(native) = sys.get_str(vm, key)? {
        for name in vm.list_from(native)?.slots() {
            names.add(vm, name.get())?;
        }
    }
    for module in orochi_library::modules().iter().filter(|module| !module.name.contains('.')) {
        names.add(vm, vm.intern(module.name).into())?;
    }
    sys.set_str(vm, key, names.into())
}

fn find(vm: &Vm, name: Value) -> PyResult<Option<&'static orochi_library::Module>> {
    match name.cast::<Str>() {
        Some(name) => Ok(orochi_library::find(&name.to_string())),
        None => Err(vm.type_error(format!("module name must be str, not {}", vm.type_name(name)))),
    }
}

fn required(vm: &Vm, name: Value) -> PyResult<&'static orochi_library::Module> {
    find(vm, name)?.ok_or_else(|| {
        let name = vm.display(name);
        vm.import_error(vm.types().import_error, format!("the library has no module {name}"), &name)
    })
}

#[methods(FUNCTIONS)]
impl Functions {
    /// The program of `-c`: its code and its source; None if there is none.
    #[method("command()")]
    fn command(vm: &Vm, _: &[Value]) -> PyResult {
        match vm.command()? {
            Some((code, source)) => vm.new_tuple(&[code.into(), source]),
            None => Ok(vm.none()),
        }
    }

    /// Compile the bytes of a file with the frontend for it.
    #[method("compile_file(data, path, /)")]
    fn compile_file(vm: &Vm, args: &[Value]) -> PyResult {
        let data = orochi_vm::types::bytes::buffer::required(vm, args[0])?;
        let module = vm.compile(&data, &vm.display(args[1]), SourceMode::Exec)?;
        crate::_imp::body(vm, &module).map(Value::from)
    }

    /// The code of a module of the library, under a file name.
    #[method("library_code(name, filename, /)")]
    fn library_code(vm: &Vm, args: &[Value]) -> PyResult {
        let filename = vm.display(args[1]);
        code(vm, required(vm, args[0])?, &filename).map(Value::from)
    }

    /// Whether a module of the library is a package; None if there is no such module.
    #[method("library_find(name, /)")]
    fn library_find(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(find(vm, args[0])?.map_or(vm.none(), |module| vm.bool(module.package)))
    }

    /// The names of all modules of the library.
    #[method("library_names()")]
    fn library_names(vm: &Vm, _: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, orochi_library::modules().len())?;
        for module in orochi_library::modules() {
            list.push(vm, vm.new_str(module.name)?)?;
        }
        Ok(list.into())
    }

    /// The source of a module of the library, as bytes.
    #[method("library_source(name, /)")]
    fn library_source(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&required(vm, args[0])?.source())
    }
}
