//! Methods and attributes of `float`.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::{Float, arith, parse};
use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::bytes::buffer;
use crate::types::int::arith as int_arith;
use crate::types::int::parse::ascii_number;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `float`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    getset: GETSET,
    ..ClassDef::new("float", "Convert a string or number to a floating-point number, if possible.", Layout::Float)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("imag", "The imaginary part of a complex number: 0.0.", |vm, _| vm.new_float(0.0)),
    GetSetDef::readonly("real", "The real part of a complex number: the float itself.", |vm, float| {
        vm.new_float(float.as_float().unwrap_or(0.0))
    }),
];

/// The receiver's value.
#[inline(always)]
pub(super) fn this(args: &[Value]) -> f64 {
    args[0].as_float().unwrap_or(0.0)
}

/// The float that a number is: a float, or what `__float__` or `__index__` gives. `None` for what is no number.
fn number(vm: &Vm, value: Value) -> PyResult<Option<f64>> {
    if let Some(float) = value.as_inline_float() {
        return Ok(Some(float));
    }
    let class = vm.class_of(value);
    if class == vm.types().float {
        return Ok(value.as_float());
    }
    let method = class.special(Special::Float);
    if method.is_bound() {
        let result = vm.call_special(value, method, &[])?;
        let Some(float) = result.as_float() else {
            let (class, found) = (class.name.get(), vm.type_name(result));
            return Err(vm.type_error(format!("{class}.__float__ returned non-float (type {found})")));
        };
        if !vm.is_exact(result, vm.types().float) {
            let (class, found) = (class.name.get(), vm.type_name(result));
            vm.warn_of_subclass(&format!("{class}.__float__ returned non-float (type {found})"), "float")?;
        }
        return Ok(Some(float));
    }
    match vm.try_index(value)? {
        Some(index) => int_arith::to_float_checked(vm, index),
        None => Ok(None),
    }
}

/// The float that a number is. TypeError with "must be real number" for other values.
pub fn as_double(vm: &Vm, value: Value) -> PyResult<f64> {
    match number(vm, value)? {
        Some(float) => Ok(float),
        None => Err(vm.type_error(format!("must be real number, not {}", vm.type_name(value)))),
    }
}

/// `float(value)`.
fn from_value(vm: &Vm, value: Value) -> PyResult<f64> {
    let has_float = vm.class_of(value).special(Special::Float).is_bound();
    let text = if let Some(text) = value.cast::<Str>().filter(|_| !has_float) {
        ascii_number(&text).map(|text| text.into_owned())
    } else if !has_float && let Some(bytes) = buffer::of(vm, value)? {
        String::from_utf8(bytes.into_vec())
            .ok()
            .map(|text| text.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned())
    } else {
        return match number(vm, value)? {
            Some(float) => Ok(float),
            None => {
                let name = vm.type_name(value);
                Err(vm.type_error(format!("float() argument must be a string or a real number, not '{name}'")))
            }
        };
    };
    match text.and_then(|text| parse::decimal(&text)) {
        Some(float) => Ok(float),
        None => Err(vm.value_error(format!("could not convert string to float: {}", vm.display_repr(value)))),
    }
}

/// A float as an instance of a class; of a subclass, by calling it.
fn of_class(vm: &Vm, class: Gc<Class>, value: f64) -> PyResult {
    let float = vm.new_float(value)?;
    if class == vm.types().float { Ok(float) } else { vm.call(class.into(), &[float]) }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return a pair of integers whose ratio is exactly the float; the denominator is positive.
    #[method("as_integer_ratio($self, /)")]
    fn as_integer_ratio(vm: &Vm, args: &[Value]) -> PyResult {
        let float = this(args);
        if float.is_nan() {
            return Err(vm.value_error("cannot convert NaN to integer ratio"));
        }
        if float.is_infinite() {
            return Err(vm.overflow_error("cannot convert Infinity to integer ratio"));
        }
        let (numerator, denominator) = arith::ratio(float);
        let parts = [vm.new_big_int(numerator)?, vm.new_big_int(denominator)?];
        vm.new_tuple(&parts)
    }

    /// Return the float itself: it is its own conjugate.
    #[method("conjugate($self, /)")]
    fn conjugate(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(this(args))
    }

    /// Return the float of a number; a string is none.
    #[method("from_number($type, number, /)")]
    fn from_number(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        if class == vm.types().float && vm.is_exact(args[1], class) {
            return Ok(args[1]);
        }
        of_class(vm, class, as_double(vm, args[1])?)
    }

    /// Return the float of a hexadecimal literal.
    #[method("fromhex($type, string, /)")]
    fn fromhex(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(text) = args[1].cast::<Str>() else {
            return Err(vm.type_error("bad argument type for built-in operation"));
        };
        match parse::hexadecimal(&text.to_string()) {
            Ok(value) => of_class(vm, args[0].expect(), value),
            Err(parse::HexError::Malformed) => Err(vm.value_error("invalid hexadecimal floating-point string")),
            Err(parse::HexError::TooLarge) => {
                Err(vm.overflow_error("hexadecimal value too large to represent as a float"))
            }
        }
    }

    /// Return the float as a hexadecimal literal.
    #[method("hex($self, /)")]
    fn hex(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&parse::to_hexadecimal(this(args)))
    }

    /// Return whether the float is a whole number.
    #[method("is_integer($self, /)")]
    fn is_integer(vm: &Vm, args: &[Value]) -> PyResult {
        let float = this(args);
        Ok(vm.bool(float.is_finite() && float == float.trunc()))
    }

    /// Create and return a new object.
    #[method("static __new__(type, x=0, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        if class == vm.types().float && args[1].is_bound() && vm.is_exact(args[1], class) {
            return Ok(args[1]);
        }
        let value = args[1].bound().map_or(Ok(0.0), |value| from_value(vm, value))?;
        if class == vm.types().float { vm.new_float(value) } else { Float::with_class(vm, class, value) }
    }

    /// Return which format the machine has for `'double'` or `'float'`.
    #[method("__getformat__($type, typestr, /)")]
    fn getformat(vm: &Vm, args: &[Value]) -> PyResult {
        match args[1].cast::<Str>() {
            Some(kind) if kind.equals_str("double") || kind.equals_str("float") => {
                vm.new_str(if cfg!(target_endian = "big") { "IEEE, big-endian" } else { "IEEE, little-endian" })
            }
            Some(_) => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
            None => {
                let name = vm.argument_name(args[1]);
                Err(vm.type_error(format!("__getformat__() argument must be str, not {name}")))
            }
        }
    }
}
