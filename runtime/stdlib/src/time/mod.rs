//! `time`: clocks, `sleep`, and the calendar of the C library, which knows the local time zone.

mod calendar;
mod calls;
mod clocks;

use orochi_vm::types::module::Module;
use orochi_vm::types::native::Native;
use orochi_vm::{Gc, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "This module provides various functions to manipulate time values.\n\nThere are two standard representations of \
          time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\nor a \
          floating-point number (to represent fractions of seconds).\nThe other representation is a tuple of 9 integers \
          giving local time: struct_time.",
    functions: clocks::FUNCTIONS,
    init,
};

static CONSTANTS: &[(&str, i64)] = &[
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME as i64),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC as i64),
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW as i64),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID as i64),
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME as i64),
    ("CLOCK_TAI", libc::CLOCK_TAI as i64),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID as i64),
    ("_STRUCT_TM_ITEMS", 11),
];

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let own = vm.intern("time");
    for function in calendar::FUNCTIONS {
        dict.set_str(vm, vm.intern(function.name), Native::function(vm, function, own.into())?.into())?;
    }
    crate::add_constants(vm, module, CONSTANTS)?;
    dict.set_str(vm, vm.intern("struct_time"), vm.struct_class(&calendar::STRUCT_TIME)?.into())?;
    set_zone(vm, module)
}

/// Sets what the module says of the local time zone.
fn set_zone(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let (west, daylight, [standard, summer]) = calls::zone();
    let set = |name: &str, value: Value| module.dict().set_str(vm, vm.intern(name), value);
    set("timezone", vm.new_int(west)?)?;
    set("altzone", vm.new_int(west - 3600)?)?;
    set("daylight", vm.new_int(i64::from(daylight))?)?;
    set("tzname", vm.new_tuple(&[vm.fs_decode(&standard)?.into(), vm.fs_decode(&summer)?.into()])?)
}
