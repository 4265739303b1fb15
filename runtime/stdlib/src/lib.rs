//! The standard library's own modules: one file or folder each, named as the Python module. What an embedder does with them
//! is [`register`].

pub mod array;
pub mod bisect;
pub mod collections;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod operator;

use orochi_vm::{NativeModule, SourceModule, Vm};

/// The modules in Rust.
static NATIVE: &[NativeModule] = &[
    array::MODULE,
    bisect::ACCELERATOR,
    bisect::MODULE,
    collections::MODULE,
    functools::MODULE,
    heapq::MODULE,
    itertools::MODULE,
    operator::ACCELERATOR,
    operator::MODULE,
];

/// The modules in Python, in `python/`.
static SOURCES: &[SourceModule] = &[];

/// Makes all modules of this crate available to a VM's import.
pub fn register(vm: &Vm) {
    vm.register_modules(NATIVE);
    vm.register_sources(SOURCES);
}
