//! `resource`: limits and what a process uses.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{NativeModule, PyResult, Value, Vm, struct_sequence};

use crate::host::{self, Sys, int, or_raise};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "resource",
    doc: "",
    functions: FUNCTIONS,
    init: |vm, module| {
        crate::add_constants(vm, module, CONSTANTS)?;
        let set = |name: &str, value: Value| module.dict().set_str(vm, vm.intern(name), value);
        set("RLIM_INFINITY", vm.new_int(-1)?)?;
        set("error", vm.types().os_error.into())?;
        set("struct_rusage", vm.struct_class(&RUSAGE)?.into())
    },
};

static CONSTANTS: &[(&str, i64)] = &[
    ("RLIMIT_AS", libc::RLIMIT_AS as i64),
    ("RLIMIT_CORE", libc::RLIMIT_CORE as i64),
    ("RLIMIT_CPU", libc::RLIMIT_CPU as i64),
    ("RLIMIT_DATA", libc::RLIMIT_DATA as i64),
    ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i64),
    ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i64),
    ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i64),
    ("RLIMIT_NICE", libc::RLIMIT_NICE as i64),
    ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i64),
    ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64),
    ("RLIMIT_RSS", libc::RLIMIT_RSS as i64),
    ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i64),
    ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i64),
    ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i64),
    ("RLIMIT_STACK", libc::RLIMIT_STACK as i64),
    ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN as i64),
    ("RUSAGE_SELF", libc::RUSAGE_SELF as i64),
    ("RUSAGE_THREAD", libc::RUSAGE_THREAD as i64),
];

struct_sequence! {
    static RUSAGE = "resource.struct_rusage", "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.", [
        0 "ru_utime" "user time used",
        1 "ru_stime" "system time used",
        2 "ru_maxrss" "max. resident set size",
        3 "ru_ixrss" "shared memory size",
        4 "ru_idrss" "unshared data size",
        5 "ru_isrss" "unshared stack size",
        6 "ru_minflt" "page faults not requiring I/O",
        7 "ru_majflt" "page faults requiring I/O",
        8 "ru_nswap" "number of swap outs",
        9 "ru_inblock" "block input operations",
        10 "ru_oublock" "block output operations",
        11 "ru_msgsnd" "IPC messages sent",
        12 "ru_msgrcv" "IPC messages received",
        13 "ru_nsignals" "signals received",
        14 "ru_nvcsw" "voluntary context switches",
        15 "ru_nivcsw" "involuntary context switches",
    ]
}

/// What a process used, as programs see it.
pub(crate) fn rusage(vm: &Vm, usage: &libc::rusage) -> PyResult {
    let seconds = |time: libc::timeval| vm.new_float(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let mut fields = [Value::ZERO; 16];
    fields[0] = seconds(usage.ru_utime)?;
    fields[1] = seconds(usage.ru_stime)?;
    let counts = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    for (field, count) in fields[2..].iter_mut().zip(counts) {
        *field = vm.new_int(count)?;
    }
    vm.new_struct(&RUSAGE, &fields)
}

/// The calls of the C library.
mod calls {
    #![allow(unsafe_code)]

    use super::Sys;
    use crate::host::last_error;

    pub fn getrusage(who: i32) -> Sys<libc::rusage> {
        // SAFETY: plain numbers, which the call fills.
        unsafe {
            let mut usage: libc::rusage = core::mem::zeroed();
            if libc::getrusage(who, &raw mut usage) == 0 { Ok(usage) } else { Err(last_error()) }
        }
    }

    /// The limits of a process before the call; sets new ones.
    pub fn prlimit(pid: i32, resource: u32, new: Option<libc::rlimit>) -> Sys<libc::rlimit> {
        let new = new.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
        // SAFETY: both pointers are null or to plain numbers of this frame.
        unsafe {
            let mut old: libc::rlimit = core::mem::zeroed();
            if libc::prlimit(pid, resource, new, &raw mut old) == 0 { Ok(old) } else { Err(last_error()) }
        }
    }

    pub fn page_size() -> i64 {
        // SAFETY: numbers only.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }
}

/// The number of a resource.
fn resource(vm: &Vm, value: Value) -> PyResult<u32> {
    match u32::try_from(int(vm, value)?) {
        Ok(resource) if resource < 16 => Ok(resource),
        _ => Err(vm.value_error("invalid resource specified")),
    }
}

/// Limits as a tuple; what is unlimited is -1.
fn limits(vm: &Vm, limits: libc::rlimit) -> PyResult {
    vm.new_tuple(&[vm.new_int(limits.rlim_cur as i64)?, vm.new_int(limits.rlim_max as i64)?])
}

/// Limits of an argument.
fn new_limits(vm: &Vm, value: Value) -> PyResult<libc::rlimit> {
    let given: orochi_vm::Gc<Tuple> = vm.tuple_from(value)?;
    if given.len() != 2 {
        return Err(vm.value_error("expected a tuple of 2 integers"));
    }
    let limit = |value: Value| -> PyResult<u64> {
        let index = vm.index(value)?;
        let big = orochi_vm::types::int::to_big(index).unwrap_or_default();
        if big == dashu_int::IBig::from(-1) {
            return Ok(libc::RLIM_INFINITY);
        }
        if big < dashu_int::IBig::ZERO {
            return Err(vm.value_error("Cannot convert negative int"));
        }
        u64::try_from(&big).map_err(|_| vm.overflow_error("Python int too large to convert to C rlim_t"))
    };
    Ok(libc::rlimit { rlim_cur: limit(given.items()[0])?, rlim_max: limit(given.items()[1])? })
}

fn set(vm: &Vm, pid: i32, resource: u32, new: Option<libc::rlimit>) -> PyResult<libc::rlimit> {
    match calls::prlimit(pid, resource, new) {
        Ok(old) => Ok(old),
        Err(libc::EINVAL) if new.is_some() => Err(vm.value_error("current limit exceeds maximum limit")),
        Err(libc::EPERM) if new.is_some() && pid == 0 => Err(vm.value_error("not allowed to raise maximum limit")),
        Err(errno) => host::raise(vm, errno),
    }
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return the number of bytes in a system page.
    #[method("getpagesize()")]
    fn getpagesize(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(calls::page_size())
    }

    /// Return the current soft and hard limits of a resource.
    #[method("getrlimit(resource, /)")]
    fn getrlimit(vm: &Vm, args: &[Value]) -> PyResult {
        let resource = resource(vm, args[0])?;
        limits(vm, or_raise(vm, calls::prlimit(0, resource, None))?)
    }

    /// Return an object that describes the resources consumed.
    #[method("getrusage(who, /)")]
    fn getrusage(vm: &Vm, args: &[Value]) -> PyResult {
        match calls::getrusage(int(vm, args[0])?) {
            Ok(usage) => rusage(vm, &usage),
            Err(libc::EINVAL) => Err(vm.value_error("invalid who parameter")),
            Err(errno) => host::raise(vm, errno),
        }
    }

    /// prlimit(pid, resource, [limits])
    #[method("prlimit(pid, resource, limits=None, /)")]
    fn prlimit(vm: &Vm, args: &[Value]) -> PyResult {
        let (pid, resource) = (int(vm, args[0])?, resource(vm, args[1])?);
        let new = args[2].bound().filter(|new| *new != vm.none()).map(|new| new_limits(vm, new)).transpose()?;
        limits(vm, set(vm, pid, resource, new)?)
    }

    /// Set the soft and hard limits of a resource.
    #[method("setrlimit(resource, limits, /)")]
    fn setrlimit(vm: &Vm, args: &[Value]) -> PyResult {
        let resource = resource(vm, args[0])?;
        set(vm, 0, resource, Some(new_limits(vm, args[1])?)).map(|_| vm.none())
    }
}
