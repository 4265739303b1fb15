//! The standard library's own modules: one file or folder each, named as the Python module. What an embedder does with them
//! is [`register`].

pub mod _abc;
pub mod _bisect;
pub mod _collections;
pub mod _contextvars;
pub mod _functools;
pub mod _heapq;
pub mod _json;
pub mod _operator;
pub mod _sre;
pub mod _stat;
pub mod _struct;
pub mod _thread;
pub mod _types;
pub mod _typing;
pub mod _weakref;
pub mod array;
pub mod errno;
mod host;
pub mod io;
pub mod itertools;
pub mod marshal;
pub mod math;
pub mod posix;
pub mod random;
pub mod resource;
pub mod time;

use orochi_vm::types::module::Module;
use orochi_vm::{Gc, NativeModule, PyResult, SourceModule, Vm};

/// The modules in Rust.
static NATIVE: &[NativeModule] = &[
    _abc::MODULE,
    _bisect::MODULE,
    _bisect::PUBLIC,
    _collections::MODULE,
    _contextvars::MODULE,
    _functools::MODULE,
    _heapq::MODULE,
    _json::MODULE,
    _operator::MODULE,
    _operator::PUBLIC,
    _stat::MODULE,
    _sre::MODULE,
    _struct::MODULE,
    _types::MODULE,
    _thread::MODULE,
    _typing::MODULE,
    _weakref::MODULE,
    array::MODULE,
    errno::MODULE,
    io::ACCELERATOR,
    io::MODULE,
    itertools::MODULE,
    marshal::MODULE,
    math::MODULE,
    posix::MODULE,
    random::MODULE,
    resource::MODULE,
    time::MODULE,
];

/// The modules in Python, in `python/`. They offer less than CPython's, and go when its library is embedded.
static SOURCES: &[SourceModule] = &[
    SourceModule { name: "__future__", package: false, source: include_str!("python/__future__.py") },
    SourceModule { name: "abc", package: false, source: include_str!("python/abc.py") },
    SourceModule { name: "collections", package: true, source: include_str!("python/collections/__init__.py") },
    SourceModule { name: "collections.abc", package: false, source: include_str!("python/collections/abc.py") },
    SourceModule { name: "contextlib", package: false, source: include_str!("python/contextlib.py") },
    SourceModule { name: "dataclasses", package: false, source: include_str!("python/dataclasses.py") },
    SourceModule { name: "enum", package: false, source: include_str!("python/enum.py") },
    SourceModule { name: "functools", package: false, source: include_str!("python/functools.py") },
    SourceModule { name: "heapq", package: false, source: include_str!("python/heapq.py") },
    SourceModule { name: "string", package: true, source: include_str!("python/string/__init__.py") },
    SourceModule { name: "string.templatelib", package: false, source: include_str!("python/string/templatelib.py") },
    SourceModule { name: "types", package: false, source: include_str!("python/types.py") },
    SourceModule { name: "typing", package: false, source: include_str!("python/typing.py") },
];

/// Makes all modules of this crate available to a VM's import.
pub fn register(vm: &Vm) {
    vm.register_modules(NATIVE);
    vm.register_sources(SOURCES);
}

/// Adds the built-in functions that live in this crate, once the module `builtins` is there.
///
/// # Errors
/// MemoryError.
pub fn add_builtins(vm: &Vm) -> PyResult<()> {
    io::add_builtins(vm)
}

/// Adds numbers to a module.
fn add_constants(vm: &Vm, module: Gc<Module>, constants: &[(&str, i64)]) -> PyResult<()> {
    let add = |(name, number): &(&str, i64)| module.dict().set_str(vm, vm.intern(name), vm.new_int(*number)?);
    constants.iter().try_for_each(add)
}
