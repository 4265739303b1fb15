//! `io` and `_io`: streams in memory. `StringIO` is in [`string`], `BytesIO` in [`bytes`].

mod bytes;
mod string;

use orochi_vm::types::module::Module;
use orochi_vm::{Gc, NativeModule, PyResult, Raised, Value, Vm};

const DOC: &str = "Streams of text and bytes.";

/// The module.
pub const MODULE: NativeModule = NativeModule { name: "io", doc: DOC, functions: &[], init };

/// The part that the standard library's own `io` imports.
pub const ACCELERATOR: NativeModule = NativeModule { name: "_io", doc: DOC, functions: &[], init };

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    vm.add_module_class(module, &string::CLASS)?;
    vm.add_module_class(module, &bytes::CLASS)?;
    let dict = module.dict();
    for (name, number) in [("SEEK_SET", 0), ("SEEK_CUR", 1), ("SEEK_END", 2), ("DEFAULT_BUFFER_SIZE", 131_072)] {
        dict.set_str(vm, vm.intern(name), vm.new_int(number)?)?;
    }
    Ok(())
}

/// ValueError for a stream that was closed.
fn closed(vm: &Vm) -> Raised {
    vm.value_error("I/O operation on closed file")
}

/// How many items a `size` argument allows; all without one or when it is negative.
fn size(vm: &Vm, value: Value) -> PyResult<usize> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(usize::MAX),
        Some(value) => match vm.try_index(value)? {
            Some(index) => Ok(usize::try_from(orochi_vm::types::int::to_i64_clamped(index)).unwrap_or(usize::MAX)),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("argument should be integer or None, not '{name}'")))
            }
        },
    }
}
