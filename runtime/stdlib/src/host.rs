//! What modules share that call the system: calls that block, error numbers, conversions of arguments.

use std::os::fd::BorrowedFd;

use orochi_vm::types::int::{to_big, to_i64};
use orochi_vm::{PyResult, Raised, Value, Vm};

pub use orochi_vm::host::last_error;

/// The result of a call of the system: what it returns or its error number.
pub type Sys<T = i32> = Result<T, i32>;

/// The error number of a call of `rustix`.
pub fn number<T>(result: rustix::io::Result<T>) -> Sys<T> {
    result.map_err(rustix::io::Errno::raw_os_error)
}

/// Makes a call that may block, until no signal interrupts it (PEP 475). Handlers of signals run in between; what they raise
/// ends it.
pub fn blocking<T>(vm: &Vm, mut call: impl FnMut() -> Sys<T>) -> PyResult<Sys<T>> {
    loop {
        // Signals that came before would else wait as long as the call does.
        vm.poll()?;
        match vm.allow_threads(&mut call) {
            Err(libc::EINTR) => {}
            result => return Ok(result),
        }
    }
}

/// The same, with an OSError that names no file.
pub fn blocking_or_raise<T>(vm: &Vm, call: impl FnMut() -> Sys<T>) -> PyResult<T> {
    blocking(vm, call)?.map_err(|errno| vm.os_error(errno, vm.none()))
}

/// A result with an OSError that names no file.
pub fn or_raise<T>(vm: &Vm, result: Sys<T>) -> PyResult<T> {
    result.map_err(|errno| vm.os_error(errno, vm.none()))
}

/// A descriptor for a safe call. EBADF for a number that none has.
pub fn borrow(fd: i32) -> Sys<BorrowedFd<'static>> {
    if fd < 0 && fd != libc::AT_FDCWD {
        return Err(libc::EBADF);
    }
    #[allow(unsafe_code)]
    // SAFETY: the number is not -1. Descriptors are numbers to Python programs, which may close them at any time: the kernel
    // refuses one that is not open, and no memory depends on it.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

// ---- integers ------------------------------------------------------------------------------------------------------------

/// An argument of the C type `int`.
pub fn int(vm: &Vm, value: Value) -> PyResult<i32> {
    let index = vm.index(value)?;
    match to_i64(index) {
        Some(number) => {
            i32::try_from(number).map_err(|_| vm.overflow_error("Python int too large to convert to C int"))
        }
        None => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

/// An optional one.
pub fn int_or(vm: &Vm, value: Value, default: i32) -> PyResult<i32> {
    value.bound().map_or(Ok(default), |value| int(vm, value))
}

/// An argument of the C type `long`.
pub fn long(vm: &Vm, value: Value) -> PyResult<i64> {
    to_i64(vm.index(value)?).ok_or_else(|| vm.overflow_error("Python int too large to convert to C long"))
}

/// An argument of the C type `long long`, such as an offset.
pub fn long_long(vm: &Vm, value: Value) -> PyResult<i64> {
    to_i64(vm.index(value)?).ok_or_else(|| vm.overflow_error("int too big to convert"))
}

/// An argument of the C type `Py_ssize_t`.
pub fn ssize(vm: &Vm, value: Value) -> PyResult<i64> {
    to_i64(vm.index(value)?).ok_or_else(|| vm.overflow_error("Python int too large to convert to C ssize_t"))
}

/// An argument of the C type `unsigned int`.
pub fn unsigned(vm: &Vm, value: Value) -> PyResult<u32> {
    let index = vm.index(value)?;
    let Some(number) = to_i64(index) else {
        return Err(vm.overflow_error("Python int too large to convert to C unsigned int"));
    };
    if number < 0 {
        return Err(vm.value_error("value must be positive"));
    }
    u32::try_from(number).map_err(|_| vm.overflow_error("Python int too large to convert to C unsigned int"))
}

/// An argument of the C type `unsigned long`, reduced to its bits.
pub fn mask(vm: &Vm, value: Value) -> PyResult<u64> {
    let index = vm.index(value)?;
    if let Some(number) = to_i64(index) {
        return Ok(number as u64);
    }
    let big = to_big(index).unwrap_or_default();
    let modulus = dashu_int::IBig::from(1u128 << 64);
    let rest = ((big % &modulus) + &modulus) % &modulus;
    Ok(u64::try_from(&rest).unwrap_or(0))
}

// ---- descriptors and texts -----------------------------------------------------------------------------------------------

/// The descriptor that an object stands for: a number, or what its `fileno()` returns.
pub fn fileno(vm: &Vm, value: Value) -> PyResult<i32> {
    if vm.is_instance(value, vm.types().bool_) {
        vm.warn(vm.types().runtime_warning, "bool is used as a file descriptor", 1)?;
    }
    let number = if vm.is_instance(value, vm.types().int) {
        int(vm, value)?
    } else {
        let Some(method) = vm.find_attr_str(value, "fileno")? else {
            return Err(vm.type_error("argument must be an int, or have a fileno() method."));
        };
        let result = vm.call(method, &[])?;
        if !vm.is_instance(result, vm.types().int) {
            return Err(vm.type_error("fileno() returned a non-integer"));
        }
        int(vm, result)?
    };
    if number < 0 {
        return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({number})")));
    }
    Ok(number)
}

/// The bound `__fspath__` of an object whose class has one.
pub fn fspath_method(vm: &Vm, path: Value) -> PyResult<Option<Value>> {
    let class = vm.class_of(path);
    match class.lookup(vm, vm.intern("__fspath__")).filter(|method| *method != vm.none()) {
        Some(method) => vm.bind(method, path, class).map(Some),
        None => Ok(None),
    }
}

/// The error of a `rustix` or C call, for a result that has none.
pub fn raise<T>(vm: &Vm, errno: i32) -> Result<T, Raised> {
    Err(vm.os_error(errno, vm.none()))
}

// ---- times and signals ---------------------------------------------------------------------------------------------------

/// How a time is rounded to a whole unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Round {
    Floor,
    Ceiling,
    /// Away from zero.
    Up,
}

impl Round {
    /// A float without its fraction.
    #[must_use]
    pub fn float(self, value: f64) -> f64 {
        match self {
            Round::Floor => value.floor(),
            Round::Ceiling => value.ceil(),
            Round::Up if value >= 0.0 => value.ceil(),
            Round::Up => value.floor(),
        }
    }

    /// A number divided by another.
    #[must_use]
    pub fn divide(self, value: i64, by: i64) -> i64 {
        let (floor, rest) = (value.div_euclid(by), value.rem_euclid(by));
        let up = match self {
            Round::Floor => false,
            Round::Ceiling => rest > 0,
            Round::Up => rest > 0 && value >= 0,
        };
        floor + i64::from(up)
    }
}

/// A number of seconds as nanoseconds.
pub fn nanoseconds(vm: &Vm, seconds: Value, round: Round) -> PyResult<i64> {
    scaled(vm, seconds, 1e9, round)
}

fn scaled(vm: &Vm, value: Value, scale: f64, round: Round) -> PyResult<i64> {
    let too_large = || vm.overflow_error("timestamp too large to convert to C PyTime_t");
    let Some(float) = value.as_float() else {
        let number = to_i64(vm.index(value)?).ok_or_else(too_large)?;
        return number.checked_mul(scale as i64).ok_or_else(too_large);
    };
    if float.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    let scaled = round.float(float * scale);
    if !(-9.223_372_036_854_775_8e18..9.223_372_036_854_775_8e18).contains(&scaled) {
        return Err(too_large());
    }
    Ok(scaled as i64)
}

/// A time of the system from nanoseconds.
#[must_use]
pub fn timespec(nanoseconds: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanoseconds.div_euclid(1_000_000_000), tv_nsec: nanoseconds.rem_euclid(1_000_000_000) }
}

/// The highest number of a signal.
pub const LAST_SIGNAL: i32 = 64;

/// The numbers of signals of an iterable.
pub fn signals(vm: &Vm, iterable: Value) -> PyResult<Vec<i32>> {
    let mut signals = Vec::new();
    vm.for_each(iterable, |signal| {
        let number = to_i64(vm.index(signal)?).unwrap_or(-1);
        match i32::try_from(number) {
            Ok(number) if (1..=LAST_SIGNAL).contains(&number) => {
                signals.push(number);
                Ok(())
            }
            _ => Err(vm.value_error(format!("signal number {number} out of range [1; {LAST_SIGNAL}]"))),
        }
    })?;
    Ok(signals)
}
