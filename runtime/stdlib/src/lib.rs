//! The standard library's own modules: one file or folder each, named as the Python module. What an embedder does with them
//! is [`register`].

pub mod _abc;
pub mod _bisect;
pub mod _cjk;
pub mod _codecs;
pub mod _collections;
pub mod _contextvars;
pub mod _csv;
pub mod _functools;
pub mod _heapq;
pub mod _imp;
pub mod _io;
pub mod _json;
pub mod _locale;
pub mod _opcode;
pub mod _operator;
pub mod _pickle;
pub mod _posixsubprocess;
pub mod _queue;
pub mod _random;
pub mod _signal;
pub mod _socket;
pub mod _sre;
pub mod _stat;
pub mod _statistics;
pub mod _string;
pub mod _struct;
pub mod _suggestions;
pub mod _symtable;
pub mod _sysconfig;
pub mod _thread;
pub mod _tokenize;
pub mod _types;
pub mod _typing;
pub mod _weakref;
mod accounts;
pub mod array;
pub mod atexit;
pub mod binascii;
pub mod cmath;
pub mod errno;
pub mod faulthandler;
pub mod fcntl;
pub mod grp;
pub mod hashes;
mod host;
pub mod importlib;
pub mod itertools;
pub mod library;
pub mod marshal;
pub mod math;
pub mod posix;
pub mod pwd;
pub mod resource;
pub mod select;
pub mod time;
pub mod unicodedata;
pub mod zlib;

use orochi_vm::types::module::Module;
use orochi_vm::{Gc, NativeModule, PyResult, Vm};

/// The modules in Rust.
static NATIVE: &[NativeModule] = &[
    _abc::MODULE,
    _bisect::MODULE,
    _cjk::MODULE,
    _codecs::MODULE,
    _collections::MODULE,
    _contextvars::MODULE,
    _csv::MODULE,
    _functools::MODULE,
    _heapq::MODULE,
    _json::MODULE,
    _imp::MODULE,
    _opcode::MODULE,
    _operator::MODULE,
    _pickle::MODULE,
    _queue::MODULE,
    _signal::MODULE,
    _random::MODULE,
    _stat::MODULE,
    _socket::MODULE,
    _sre::MODULE,
    _statistics::MODULE,
    _struct::MODULE,
    _string::MODULE,
    _symtable::MODULE,
    _tokenize::MODULE,
    _suggestions::MODULE,
    _sysconfig::MODULE,
    _types::MODULE,
    _stat::MODULE,
    _thread::MODULE,
    _sysconfig::MODULE,
    _types::MODULE,
    _typing::MODULE,
    _weakref::MODULE,
    _locale::MODULE,
    _posixsubprocess::MODULE,
    array::MODULE,
    binascii::MODULE,
    hashes::BLAKE2,
    hashes::MD5,
    hashes::SHA1,
    hashes::SHA2,
    hashes::SHA3,
    zlib::MODULE,
    select::MODULE,
    pwd::MODULE,
    grp::MODULE,
    faulthandler::MODULE,
    fcntl::MODULE,
    atexit::MODULE,
    cmath::MODULE,
    errno::MODULE,
    _io::MODULE,
    itertools::MODULE,
    library::MODULE,
    marshal::MODULE,
    math::MODULE,
    posix::MODULE,
    resource::MODULE,
    time::MODULE,
    unicodedata::MODULE,
];

/// Makes all modules of this crate available to a VM's import.
pub fn register(vm: &Vm) {
    vm.register_modules(NATIVE);
}

/// Adds the built-in functions that live in this crate, once the module `builtins` is there.
///
/// # Errors
/// MemoryError.
pub fn add_builtins(vm: &Vm) -> PyResult<()> {
    library::add_names(vm)?;
    _io::add_builtins(vm)
}

/// Adds numbers to a module.
fn add_constants(vm: &Vm, module: Gc<Module>, constants: &[(&str, i64)]) -> PyResult<()> {
    let add = |(name, number): &(&str, i64)| module.dict().set_str(vm, vm.intern(name), vm.new_int(*number)?);
    constants.iter().try_for_each(add)
}
