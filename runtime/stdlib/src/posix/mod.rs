//! `posix`: the system calls and what goes with them. `os` is made of it.
//!
//! | file | what it has |
//! |---|---|
//! | [`path`] | path arguments |
//! | [`stat`], [`names`], [`xattr`] | functions on names of files |
//! | [`files`] | functions on descriptors |
//! | [`folders`] | `listdir`, `scandir` |
//! | [`paths`] | functions on the text of paths |
//! | [`process`], [`identity`], [`scheduling`] | functions on processes |
//! | [`system`] | environment, limits, terminals, randomness |
//! | [`constants`] | the numbers |
//! | [`calls`], [`spawn`] | the calls of the C library, with the unsafe code |

pub mod calls;
mod constants;
mod files;
mod folders;
mod identity;
mod names;
mod path;
mod paths;
pub(crate) mod process;
mod scheduling;
pub mod spawn;
mod stat;
mod system;
mod xattr;

pub(crate) use names::id;

use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::module::Module;
use orochi_vm::types::native::{Native, NativeDef};
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the \
          POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual \
          entries for more information on calls.",
    functions: files::FUNCTIONS,
    init,
};

/// The other functions.
static FUNCTIONS: &[&[NativeDef]] = &[
    folders::FUNCTIONS,
    identity::FUNCTIONS,
    names::FUNCTIONS,
    paths::FUNCTIONS,
    process::FUNCTIONS,
    scheduling::FUNCTIONS,
    stat::FUNCTIONS,
    system::FUNCTIONS,
    xattr::FUNCTIONS,
];

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let set = |name: &str, value: Value| module.dict().set_str(vm, vm.intern(name), value);
    let own = vm.intern("posix");
    for function in FUNCTIONS.iter().copied().flatten() {
        set(function.name, Native::function(vm, function, own.into())?.into())?;
    }
    crate::add_constants(vm, module, constants::CONSTANTS)?;
    set("environ", system::environment(vm)?.into())?;
    set("error", vm.types().os_error.into())?;
    let have = List::with_capacity(vm, constants::HAVE.len())?;
    for name in constants::HAVE {
        have.push(vm, vm.intern(name).into())?;
    }
    set("_have_functions", have.into())?;
    for (name, table) in [
        ("confstr_names", constants::CONFSTR),
        ("pathconf_names", constants::PATHCONF),
        ("sysconf_names", constants::SYSCONF),
    ] {
        let names = Dict::new(vm)?;
        for (name, number) in table {
            names.set_str(vm, vm.intern(name), Value::small(*number))?;
        }
        set(name, names.into())?;
    }
    for definition in [
        &stat::STAT_RESULT,
        &stat::STATVFS_RESULT,
        &process::WAITID_RESULT,
        &scheduling::SCHED_PARAM,
        &system::TERMINAL_SIZE,
        &system::TIMES_RESULT,
        &system::UNAME_RESULT,
    ] {
        let class = vm.struct_class(definition)?;
        set(&class.name.get().to_string(), class.into())?;
    }
    set("DirEntry", vm.module_class(&folders::ENTRY)?.into())
}
