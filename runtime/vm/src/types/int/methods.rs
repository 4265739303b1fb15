//! Methods and attributes of `int`.

use dashu_int::IBig;
use orochi_gc::Gc;
use orochi_macros::methods;

use super::protocol::plain;
use super::{arith, bytes, parse};
use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, buffer};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `int`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "int",
        "An integer of any size.\n\nWithout an argument it is 0. A number is cut towards zero; a string, bytes or bytearray is read as \
         an integer literal in the given base, 10 by default. Base 0 reads the base from the literal's prefix.",
        Layout::Int,
    )
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("denominator", "The denominator of a rational number: 1.", |vm, _| vm.new_int(1)),
    GetSetDef::readonly("imag", "The imaginary part of a complex number: 0.", |vm, _| vm.new_int(0)),
    GetSetDef::readonly("numerator", "The numerator of a rational number: the integer itself.", plain),
    GetSetDef::readonly("real", "The real part of a complex number: the integer itself.", plain),
];

/// `int(value)`: an `int` object, possibly of a subclass.
pub fn from_value(vm: &Vm, value: Value) -> PyResult {
    if vm.is_exact(value, vm.types().int) {
        return Ok(value);
    }
    let class = vm.class_of(value);
    for (special, name) in [(Special::Int, "__int__"), (Special::Index, "__index__")] {
        let method = class.special(special);
        if method.is_unbound() {
            continue;
        }
        let result = vm.call_special(value, method, &[])?;
        vm.check_int_result(result, name)?;
        return plain(vm, result);
    }
    if let Some(text) = value.cast::<Str>() {
        return vm.new_big_int(parse::parse_str(vm, text, 10)?);
    }
    if let Some(bytes) = buffer::of(vm, value)? {
        return vm.new_big_int(parse::parse_bytes(vm, &bytes, 10)?);
    }
    let name = vm.type_name(value);
    Err(vm.type_error(format!("int() argument must be a string, a bytes-like object or a real number, not '{name}'")))
}

/// `int(value, base)`.
fn from_text(vm: &Vm, value: Value, base: Value) -> PyResult {
    let base = match vm.index_clamped(base)? {
        base @ (0 | 2..=36) => base as u32,
        _ => return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    if let Some(text) = value.cast::<Str>() {
        return vm.new_big_int(parse::parse_str(vm, text, base)?);
    }
    match bytes_with_base(value) {
        Some(bytes) => vm.new_big_int(parse::parse_bytes(vm, &bytes, base)?),
        None => Err(vm.type_error("int() can't convert non-string with explicit base")),
    }
}

/// Bytes and bytearrays; only they can be read in another base than 10.
fn bytes_with_base(value: Value) -> Option<buffer::Buffer> {
    let is_bytes = value.cast::<Bytes>().is_some() || value.cast::<ByteArray>().is_some();
    if is_bytes { buffer::find(value) } else { None }
}

/// A plain integer as an instance of a class.
fn of_class(vm: &Vm, class: Gc<Class>, int: Value) -> PyResult {
    if class == vm.types().int {
        return Ok(int);
    }
    let value = super::to_big(int).unwrap_or_default();
    vm.new_int_of(class, value).map(Value::from)
}

/// The bytes that `from_bytes` takes: a bytes-like object, what has `__bytes__`, or an iterable of integers.
fn byte_argument(vm: &Vm, value: Value) -> PyResult<Vec<u8>> {
    let value = match vm.class_of(value).special(Special::Bytes).bound() {
        Some(method) => vm.call_special(value, method, &[])?,
        None => value,
    };
    if let Some(bytes) = buffer::of_items(vm, value)? {
        return Ok(bytes.into_vec());
    }
    if value.cast::<Str>().is_some() || vm.class_of(value).special(Special::Iter).is_unbound() {
        return Err(vm.type_error(format!("cannot convert '{}' object to bytes", vm.type_name(value))));
    }
    let mut bytes = Vec::new();
    vm.for_each(value, |item| match vm.index_clamped(item)? {
        byte @ 0..256 => {
            bytes.push(byte as u8);
            Ok(())
        }
        _ => Err(vm.value_error("bytes must be in range(0, 256)")),
    })?;
    Ok(bytes)
}

/// `round(int, places)`: to a multiple of a power of ten, ties to even.
fn round(vm: &Vm, value: Value, places: Value) -> PyResult {
    let places = vm.index_clamped(places)?;
    let Some(int) = arith::operand(value).filter(|_| places < 0) else { return plain(vm, value) };
    // More places than there are digits leave nothing.
    if places.unsigned_abs() > arith::bit_length(&int) / 3 + 2 {
        return vm.new_int(0);
    }
    let unit = IBig::from(10).pow(places.unsigned_abs() as usize);
    let (quotient, rest) = arith::floor_div_rem(&int, &unit);
    let twice = rest * 2;
    let odd = !arith::floor_div_rem(&quotient, &IBig::from(2)).1.is_zero();
    let up = twice > unit || (twice == unit && odd);
    vm.new_big_int((if up { quotient + IBig::ONE } else { quotient }) * unit)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return the integer as a pair of numerator and denominator.
    #[method("as_integer_ratio($self, /)")]
    fn as_integer_ratio(vm: &Vm, args: &[Value]) -> PyResult {
        let int = plain(vm, args[0])?;
        vm.new_tuple(&[int, Value::small(1)])
    }

    /// Return how many bits of the magnitude are set.
    #[method("bit_count($self, /)")]
    fn bit_count(vm: &Vm, args: &[Value]) -> PyResult {
        let bits = arith::operand(args[0]).map_or(0, |int| (*int).clone().into_parts().1.count_ones());
        vm.new_int(bits as i64)
    }

    /// Return how many bits the magnitude has, without leading zeros.
    #[method("bit_length($self, /)")]
    fn bit_length(vm: &Vm, args: &[Value]) -> PyResult {
        let bits = arith::operand(args[0]).map_or(0, |int| arith::bit_length(&int));
        vm.new_int(bits as i64)
    }

    /// Return the integer itself: it is its own conjugate.
    #[method("conjugate($self, /)")]
    fn conjugate(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return the integer that an array of bytes stands for.
    #[method("from_bytes($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let little = bytes::is_little(vm, args[2], "from_bytes")?;
        let signed = args[3].bound().map_or(Ok(false), |signed| vm.is_true(signed))?;
        let data = byte_argument(vm, args[1])?;
        let int = vm.new_big_int(bytes::from_bytes(&data, little, signed))?;
        if class == vm.types().int { Ok(int) } else { vm.call(class.into(), &[int]) }
    }

    /// Return True: an integer is a whole number.
    #[method("is_integer($self, /)")]
    fn is_integer(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.true_())
    }

    /// Return an array of bytes that stands for the integer.
    #[method("to_bytes($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(vm: &Vm, args: &[Value]) -> PyResult {
        let len = args[1].bound().map_or(Ok(1), |len| vm.index_i64(len))?;
        let little = bytes::is_little(vm, args[2], "to_bytes")?;
        let signed = args[3].bound().map_or(Ok(false), |signed| vm.is_true(signed))?;
        let Ok(len) = usize::try_from(len) else {
            return Err(vm.value_error("length argument must be non-negative"));
        };
        let int = arith::operand(args[0]).map_or(IBig::ZERO, |int| (*int).clone());
        vm.new_bytes(&bytes::to_bytes(vm, &int, len, little, signed)?)
    }

    /// Create and return a new object.
    #[method("hidden static __new__(type, x=0, /, base=10)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let int = match (args[1].bound(), args[2].bound()) {
            (None, None) => Value::ZERO,
            (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
            (Some(value), None) => from_value(vm, value)?,
            (Some(value), Some(base)) => from_text(vm, value, base)?,
        };
        of_class(vm, class, int)
    }

    /// Return the integer rounded to a multiple of a power of ten.
    #[method("__round__($self, ndigits=None, /)")]
    fn round_(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].bound().filter(|places| *places != vm.none()) {
            Some(places) => round(vm, args[0], places),
            None => plain(vm, args[0]),
        }
    }

    /// Return how many bytes the object takes.
    #[method("__sizeof__($self, /)")]
    fn sizeof(vm: &Vm, args: &[Value]) -> PyResult {
        let bits = arith::operand(args[0]).map_or(0, |int| arith::bit_length(&int));
        // As CPython counts: digits of 30 bits behind the header.
        vm.new_int(24 + 4 * (bits.div_ceil(30).max(1) as i64))
    }
}
