//! The module `time`: clocks and sleeping.

use std::time::{Duration, Instant};

use orochi_vm::{NativeDef, NativeModule, PyResult, Value, Vm, methods};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

/// Time since the epoch.
fn since_epoch() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
}

/// Time since the first question.
fn monotonic_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Processor time of the process.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

fn nanoseconds(vm: &Vm, time: Duration) -> PyResult {
    vm.new_int(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX))
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Return a monotonic clock in seconds, which cannot go backward.
    #[method("monotonic()")]
    fn monotonic(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_float(monotonic_time().as_secs_f64())
    }

    /// Return a monotonic clock in nanoseconds.
    #[method("monotonic_ns()")]
    fn monotonic_ns(vm: &Vm, _: &[Value]) -> PyResult {
        nanoseconds(vm, monotonic_time())
    }

    /// Return a clock for measuring short times, in seconds.
    #[method("perf_counter()")]
    fn perf_counter(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_float(monotonic_time().as_secs_f64())
    }

    /// Return a clock for measuring short times, in nanoseconds.
    #[method("perf_counter_ns()")]
    fn perf_counter_ns(vm: &Vm, _: &[Value]) -> PyResult {
        nanoseconds(vm, monotonic_time())
    }

    /// Return the processor time of the process, in seconds.
    #[method("process_time()")]
    fn process_time(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_float(processor_time().as_secs_f64())
    }

    /// Return the processor time of the process, in nanoseconds.
    #[method("process_time_ns()")]
    fn process_time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        nanoseconds(vm, processor_time())
    }

    /// Wait for a number of seconds. A signal that is handled by an exception ends it.
    #[method("sleep(seconds, /)")]
    fn sleep(vm: &Vm, args: &[Value]) -> PyResult {
        let seconds = match args[0].as_float() {
            Some(seconds) => seconds,
            None => vm.index_i64(args[0])? as f64,
        };
        if seconds.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        let Ok(length) = Duration::try_from_secs_f64(seconds) else {
            return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
        };
        let end = Instant::now().checked_add(length);
        // In slices, so that an interruption does not wait for the end.
        while let Some(left) = end.map_or(Some(length), |end| end.checked_duration_since(Instant::now())) {
            if left.is_zero() {
                break;
            }
            std::thread::sleep(left.min(Duration::from_millis(20)));
            vm.poll()?;
        }
        Ok(vm.none())
    }

    /// Return the time since the epoch, in seconds.
    #[method("time()")]
    fn time(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_float(since_epoch().as_secs_f64())
    }

    /// Return the time since the epoch, in nanoseconds.
    #[method("time_ns()")]
    fn time_ns(vm: &Vm, _: &[Value]) -> PyResult {
        nanoseconds(vm, since_epoch())
    }
}
