//! The standard library's own modules: one file or folder each, named as the Python module. What an embedder does with them
//! is [`register`].

use orochi_vm::Vm;
use orochi_vm::modules::native::{NativeModule, SourceModule};

/// The modules in Rust.
static NATIVE: &[NativeModule] = &[];

/// The modules in Python, in `python/`.
static SOURCES: &[SourceModule] = &[];

/// Makes all modules of this crate available to a VM's import.
pub fn register(vm: &Vm) {
    vm.register_modules(NATIVE);
    vm.register_sources(SOURCES);
}
