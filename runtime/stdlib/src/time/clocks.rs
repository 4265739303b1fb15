//! Clocks and sleeping.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

use super::calls;
use crate::host::{self, Round, int, or_raise};

/// What a clock of Python's is made of: its name, the system's number and name, whether it never goes back, whether it may be set.
const CLOCKS: [(&str, i32, &str, bool, bool); 5] = [
    ("monotonic", libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
    ("perf_counter", libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false),
    ("process_time", libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
    ("thread_time", libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
    ("time", libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
];

/// A clock in nanoseconds.
fn read(vm: &Vm, clock: i32) -> PyResult<i64> {
    or_raise(vm, calls::clock_gettime(clock))
}

/// Nanoseconds as seconds; the quotient is rounded once.
fn as_float(vm: &Vm, nanoseconds: i64) -> PyResult {
    vm.new_float(if nanoseconds % 1_000_000_000 == 0 {
        (nanoseconds / 1_000_000_000) as f64
    } else {
        nanoseconds as f64 / 1e9
    })
}

#[methods(pub FUNCTIONS)]
impl Functions {
    /// Return the resolution (precision) of the specified clock clk_id.
    #[method("clock_getres(clk_id, /)")]
    fn clock_getres(vm: &Vm, args: &[Value]) -> PyResult {
        as_float(vm, or_raise(vm, calls::clock_getres(int(vm, args[0])?))?)
    }

    /// Return the time of the specified clock clk_id as a float.
    #[method("clock_gettime(clk_id, /)")]
    fn clock_gettime(vm: &Vm, args: &[Value]) -> PyResult {
        as_float(vm, read(vm, int(vm, args[0])?)?)
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[method("clock_gettime_ns(clk_id, /)")]
    fn clock_gettime_ns(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(read(vm, int(vm, args[0])?)?)
    }

    /// Set the time of the specified clock clk_id.
    #[method("clock_settime(clk_id, time, /)")]
    fn clock_settime(vm: &Vm, args: &[Value]) -> PyResult {
        let clock = int(vm, args[0])?;
        let time = host::timespec(host::nanoseconds(vm, args[1], Round::Floor)?);
        or_raise(vm, calls::clock_settime(clock, time)).map(|()| vm.none())
    }

    /// Set the time of the specified clock clk_id with nanoseconds.
    #[method("clock_settime_ns(clk_id, time, /)")]
    fn clock_settime_ns(vm: &Vm, args: &[Value]) -> PyResult {
        let clock = int(vm, args[0])?;
        let time = host::timespec(host::long_long(vm, args[1])?);
        or_raise(vm, calls::clock_settime(clock, time)).map(|()| vm.none())
    }

    /// Get information of the specified clock.
    #[method("get_clock_info(name, /)")]
    fn get_clock_info(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(name) = args[0].cast::<Str>() else {
            let found = vm.type_name(args[0]);
            return Err(vm.type_error(format!("get_clock_info() argument 1 must be str, not {found}")));
        };
        let Some((_, clock, implementation, monotonic, adjustable)) =
            CLOCKS.iter().find(|(known, ..)| name.equals_str(known))
        else {
            return Err(vm.value_error("unknown clock"));
        };
        let info = vm.new_object(vm.types().simple_namespace)?;
        let set = |name: &str, value: Value| vm.set_attr(info, vm.intern(name), Some(value));
        set("implementation", vm.new_str(implementation)?)?;
        set("monotonic", vm.bool(*monotonic))?;
        set("adjustable", vm.bool(*adjustable))?;
        set("resolution", as_float(vm, or_raise(vm, calls::clock_getres(*clock))?)?)?;
        Ok(info)
    }

    /// Monotonic clock, cannot go backward.
    #[method("monotonic()")]
    fn monotonic(vm: &Vm, _: &[Value]) -> PyResult {
        as_float(vm, read(vm, libc::CLOCK_MONOTONIC)?)
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[method("monotonic_ns()")]
    fn monotonic_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(read(vm, libc::CLOCK_MONOTONIC)?)
    }

    /// Performance counter for benchmarking.
    #[method("perf_counter()")]
    fn perf_counter(vm: &Vm, _: &[Value]) -> PyResult {
        as_float(vm, read(vm, libc::CLOCK_MONOTONIC)?)
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[method("perf_counter_ns()")]
    fn perf_counter_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(read(vm, libc::CLOCK_MONOTONIC)?)
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[method("process_time()")]
    fn process_time(vm: &Vm, _: &[Value]) -> PyResult {
        as_float(vm, read(vm, libc::CLOCK_PROCESS_CPUTIME_ID)?)
    }

    /// Process time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[method("process_time_ns()")]
    fn process_time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(read(vm, libc::CLOCK_PROCESS_CPUTIME_ID)?)
    }

    /// Return the clk_id of a thread's CPU time clock.
    #[method("pthread_getcpuclockid(thread_id, /)")]
    fn pthread_getcpuclockid(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(or_raise(vm, calls::thread_clock(host::mask(vm, args[0])?))?))
    }

    /// Delay execution for a given number of seconds. The argument may be a floating-point number for subsecond precision.
    #[method("sleep(seconds, /)")]
    fn sleep(vm: &Vm, args: &[Value]) -> PyResult {
        let wait = host::nanoseconds(vm, args[0], Round::Up)?;
        if wait < 0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        if wait == 0 {
            return vm.yield_to_others().map(|()| vm.none());
        }
        let moment = host::timespec(read(vm, libc::CLOCK_MONOTONIC)?.saturating_add(wait));
        host::blocking_or_raise(vm, || calls::sleep_until(moment)).map(|()| vm.none())
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[method("thread_time()")]
    fn thread_time(vm: &Vm, _: &[Value]) -> PyResult {
        as_float(vm, read(vm, libc::CLOCK_THREAD_CPUTIME_ID)?)
    }

    /// Thread time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[method("thread_time_ns()")]
    fn thread_time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(read(vm, libc::CLOCK_THREAD_CPUTIME_ID)?)
    }

    /// Return the current time in seconds since the Epoch. Fractions of a second may be present if the system clock provides them.
    #[method("time()")]
    fn time(vm: &Vm, _: &[Value]) -> PyResult {
        as_float(vm, read(vm, libc::CLOCK_REALTIME)?)
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[method("time_ns()")]
    fn time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(read(vm, libc::CLOCK_REALTIME)?)
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].
    ///
    /// The environment variable should be specified in standard Unix timezone format as documented in the tzset man page. If it is not
    /// set in the environment, the local timezone is that of the system.
    #[method("tzset()")]
    fn tzset(vm: &Vm, _: &[Value]) -> PyResult {
        if let Some(module) = vm.import("time")?.cast::<orochi_vm::types::module::Module>() {
            super::set_zone(vm, module)?;
        }
        Ok(vm.none())
    }
}
