//! `_socket`: sockets, and what the system knows of hosts, services and interfaces.
//!
//! - [`calls`] has the calls of the system on sockets, [`database`] those of the C library about names
//! - [`address`] makes addresses for the system of tuples and strings, and the other way round
//! - [`socket`] is the class, what waits, and how long; [`methods`] and [`messages`] are its methods
//! - [`names`] has the functions of the module
//! - [`constants`] has its numbers

mod address;
mod calls;
mod constants;
mod database;
mod messages;
mod methods;
mod names;
mod socket;

use orochi_vm::object::class::flags;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

use database::Failure;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_socket",
    doc: "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    functions: names::FUNCTIONS,
    init: |vm, module| {
        crate::add_constants(vm, module, constants::CONSTANTS)?;
        let add = |name: &str, value: Value| module.dict().set_str(vm, vm.intern(name), value);
        let class = socket::class(vm)?;
        add("has_ipv6", vm.true_())?;
        add("error", vm.types().os_error.into())?;
        add("timeout", vm.types().timeout_error.into())?;
        add("herror", error_class(vm, &HOST_ERROR)?.into())?;
        add("gaierror", error_class(vm, &RESOLVER_ERROR)?.into())?;
        add("socket", class.into())?;
        add("SocketType", class.into())
    },
};

static HOST_ERROR: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("socket.herror", "", Layout::Exception) };
static RESOLVER_ERROR: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("socket.gaierror", "", Layout::Exception) };

fn error_class(vm: &Vm, definition: &'static ClassDef) -> PyResult<Gc<Class>> {
    vm.module_class_with(definition, &[vm.types().os_error])
}

/// Raises an exception of one of these classes.
fn raise(vm: &Vm, definition: &'static ClassDef, error: i32, text: &str) -> Raised {
    let raised = || -> PyResult {
        let args = [vm.new_int(i64::from(error))?, vm.new_str(text)?];
        let exception = vm.call(error_class(vm, definition)?.into(), &args)?;
        Err(vm.raise_exception(orochi_vm::types::exception::make_raisable(vm, exception, None)?))
    };
    match raised() {
        Ok(_) => unreachable!("it raises"),
        Err(raised) => raised,
    }
}

/// The exception for what could not be resolved.
fn resolver_error(vm: &Vm, failure: Failure) -> Raised {
    match failure {
        Failure::System(errno) => vm.os_error(errno, vm.none()),
        Failure::Resolver(error) => raise(vm, &RESOLVER_ERROR, error, &database::resolver_text(error)),
    }
}

/// The exception for a host that was not found.
fn host_error(vm: &Vm, error: i32) -> Raised {
    raise(vm, &HOST_ERROR, error, &database::host_error_text(error))
}

/// An OSError with a text and no number.
fn plain_error(vm: &Vm, text: &str) -> Raised {
    vm.raise(vm.types().os_error, text)
}
