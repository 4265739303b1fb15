//! The named tuples of `sys`.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::Class;
use crate::struct_sequence;
use crate::types::dict::Dict;
use crate::types::int::text::DigitLimit;
use crate::value::Value;
use crate::vm::Vm;

struct_sequence! {
    static VERSION_INFO = "sys.version_info", "Version information as a named tuple.", [
        0 "major" "Major release number",
        1 "minor" "Minor release number",
        2 "micro" "Patch release number",
        3 "releaselevel" "'alpha', 'beta', 'candidate', or 'final'",
        4 "serial" "Serial release number",
    ]
}

struct_sequence! {
    pub(super) static FLAGS = "sys.flags", "Flags provided through command line arguments or environment variables.", [
        0 "debug" "-d",
        1 "inspect" "-i",
        2 "interactive" "-i",
        3 "optimize" "-O or -OO",
        4 "dont_write_bytecode" "-B",
        5 "no_user_site" "-s",
        6 "no_site" "-S",
        7 "ignore_environment" "-E",
        8 "verbose" "-v",
        9 "bytes_warning" "-b",
        10 "quiet" "-q",
        11 "hash_randomization" "-R",
        12 "isolated" "-I",
        13 "dev_mode" "-X dev",
        14 "utf8_mode" "-X utf8",
        15 "warn_default_encoding" "-X warn_default_encoding",
        16 "safe_path" "-P",
        17 "int_max_str_digits" "-X int_max_str_digits",
        18 "gil" "-X gil",
        19 "thread_inherit_context" "-X thread_inherit_context",
        20 "context_aware_warnings" "-X context_aware_warnings",
    ], visible: 18
}

struct_sequence! {
    static FLOAT_INFO = "sys.float_info", "Information about the float type.", [
        0 "max" "largest representable finite float",
        1 "max_exp" "largest e such that radix**(e-1) is representable",
        2 "max_10_exp" "largest e such that 10**e is representable",
        3 "min" "smallest positive normalized float",
        4 "min_exp" "smallest e such that radix**(e-1) is a normalized float",
        5 "min_10_exp" "smallest e such that 10**e is a normalized float",
        6 "dig" "decimal digits that are faithfully represented",
        7 "mant_dig" "digits of the mantissa",
        8 "epsilon" "difference between 1 and the next representable float",
        9 "radix" "radix of the exponent",
        10 "rounds" "rounding mode of arithmetic",
    ]
}

struct_sequence! {
    static INT_INFO = "sys.int_info", "Information about integers.", [
        0 "bits_per_digit" "bits of a digit",
        1 "sizeof_digit" "bytes of a digit",
        2 "default_max_str_digits" "default limit of the length of decimal text",
        3 "str_digits_check_threshold" "smallest limit that can be set",
    ]
}

struct_sequence! {
    static HASH_INFO = "sys.hash_info", "Parameters of hashing.", [
        0 "width" "bits of a hash value",
        1 "modulus" "prime modulus of the hash of numbers",
        2 "inf" "hash of infinity",
        3 "nan" "unused",
        4 "imag" "multiplier of the imaginary part of a complex number",
        5 "algorithm" "algorithm for str and bytes",
        6 "hash_bits" "bits of the algorithm's result",
        7 "seed_bits" "bits of the algorithm's seed",
        8 "cutoff" "length below which another algorithm is used",
    ]
}

struct_sequence! {
    static THREAD_INFO = "sys.thread_info", "Information about the thread implementation.", [
        0 "name" "name of the implementation",
        1 "lock" "kind of locks",
        2 "version" "version of the library",
    ]
}

struct_sequence! {
    /// What `sys.unraisablehook` is called with.
    pub static UNRAISABLE = "UnraisableHookArgs", "Arguments of sys.unraisablehook().", [
        0 "exc_type" "Exception type",
        1 "exc_value" "Exception value",
        2 "exc_traceback" "Exception traceback",
        3 "err_msg" "Error message",
        4 "object" "Object causing the exception",
    ]
}

/// The record, after which its class makes no more.
fn sealed(vm: &Vm, definition: &'static crate::types::struct_sequence::StructDef, items: &[Value]) -> PyResult {
    vm.new_struct(definition, items)
}

fn numbers<const N: usize>(vm: &Vm, numbers: [i64; N]) -> PyResult<[Value; N]> {
    let mut values = [Value::ZERO; N];
    for (value, number) in values.iter_mut().zip(numbers) {
        *value = vm.new_int(number)?;
    }
    Ok(values)
}

/// Adds the records to the module.
pub fn add(vm: &Vm, dict: Gc<Dict>) -> PyResult<()> {
    let set = |name: &str, value: Value| dict.set_str(vm, vm.intern(name), value);
    let int = |number: i64| vm.new_int(number);
    let release = vm.new_str("final")?;
    let version = sealed(vm, &VERSION_INFO, &[int(3)?, int(14)?, int(0)?, release, int(0)?])?;
    set("version_info", version)?;

    let float = [
        vm.new_float(f64::MAX)?,
        int(1024)?,
        int(308)?,
        vm.new_float(f64::MIN_POSITIVE)?,
        int(-1021)?,
        int(-307)?,
        int(15)?,
        int(53)?,
        vm.new_float(f64::EPSILON)?,
        int(2)?,
        int(1)?,
    ];
    set("float_info", sealed(vm, &FLOAT_INFO, &float)?)?;
    let digits = numbers(vm, [30, 4, DigitLimit::DEFAULT as i64, DigitLimit::MIN as i64])?;
    set("int_info", sealed(vm, &INT_INFO, &digits)?)?;

    let algorithm = vm.new_str("siphash13")?;
    let hash = [
        int(64)?,
        int((1 << 61) - 1)?,
        int(314_159)?,
        int(0)?,
        int(1_000_003)?,
        algorithm,
        int(64)?,
        int(128)?,
        int(0)?,
    ];
    set("hash_info", sealed(vm, &HASH_INFO, &hash)?)?;
    let threads = [vm.new_str("pthread")?, vm.new_str("semaphore")?, vm.none()];
    set("thread_info", sealed(vm, &THREAD_INFO, &threads)?)?;

    let implementation = vm.new_object(vm.types().simple_namespace)?;
    let attribute = |name: &str, value: Value| vm.set_attr(implementation, vm.intern(name), Some(value));
    attribute("name", vm.new_str("orochi")?)?;
    attribute("cache_tag", vm.new_str("orochi-314")?)?;
    attribute("version", version)?;
    attribute("hexversion", int(0x030e_00f0)?)?;
    attribute("supports_isolated_interpreters", vm.false_())?;
    set("implementation", implementation)?;

    for definition in [&VERSION_INFO, &FLAGS] {
        refuse_more(vm, vm.struct_class(definition)?);
    }
    Ok(())
}

/// Programs cannot make another record of these classes.
fn refuse_more(_: &Vm, class: Gc<Class>) {
    class.flags.set(class.flags.get() | crate::object::class::flags::NO_NEW);
}
