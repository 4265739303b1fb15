//! The standard library's own modules: one file or folder each, named as the Python module. What an embedder does with them
//! is [`register`].

pub mod itertools;

use orochi_vm::{NativeModule, SourceModule, Vm};

/// The modules in Rust.
static NATIVE: &[NativeModule] = &[itertools::MODULE];

/// The modules in Python, in `python/`.
static SOURCES: &[SourceModule] = &[];

/// Makes all modules of this crate available to a VM's import.
pub fn register(vm: &Vm) {
    vm.register_modules(NATIVE);
    vm.register_sources(SOURCES);
}
