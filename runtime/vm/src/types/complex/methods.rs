//! Methods and attributes of `complex`, and its constructor.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::Complex;
use super::arith::Parts;
use crate::error::{PyResult, Raised};
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::float::{methods::as_double, parse};
use crate::types::int::parse::ascii_number;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `complex`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, super::protocol::METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "complex",
        "A complex number of a string, or of a real and an imaginary part.\n\nThe parts may be numbers of any kind; both are 0 by \
         default.",
        Layout::Complex,
    )
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::member("imag", "the imaginary part of a complex number", |vm, value| {
        vm.new_float(value.expect::<Complex>().imag)
    }),
    GetSetDef::member("real", "the real part of a complex number", |vm, value| {
        vm.new_float(value.expect::<Complex>().real)
    }),
];

/// The receiver.
#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<Complex> {
    args[0].expect()
}

/// The number as a plain `complex`.
pub(super) fn plain(vm: &Vm, value: Value) -> PyResult {
    if vm.is_exact(value, vm.types().complex) {
        return Ok(value);
    }
    let (real, imag) = value.expect::<Complex>().parts();
    vm.new_complex(real, imag)
}

/// What a value is as a number: complex, or only real. `None` for what is no number.
fn number(vm: &Vm, value: Value) -> PyResult<Option<(Parts, bool)>> {
    let class = vm.class_of(value);
    if class == vm.types().complex {
        return Ok(value.cast::<Complex>().map(|complex| (complex.parts(), true)));
    }
    let method = class.special(Special::Complex);
    if method.is_bound() {
        let result = vm.call_special(value, method, &[])?;
        return match result.cast::<Complex>() {
            Some(complex) => {
                if !vm.is_exact(result, vm.types().complex) {
                    let name = vm.type_name(result);
                    vm.warn_of_subclass(&format!("__complex__ returned non-complex (type {name})"), "complex")?;
                }
                Ok(Some((complex.parts(), true)))
            }
            None => {
                let name = vm.type_name(result);
                Err(vm.type_error(format!("__complex__ returned non-complex (type {name})")))
            }
        };
    }
    if is_real(vm, value) {
        return Ok(Some(((as_double(vm, value)?, 0.0), false)));
    }
    Ok(None)
}

/// Whether a value is a real number, or says how to make one of it.
fn is_real(vm: &Vm, value: Value) -> bool {
    let class = vm.class_of(value);
    value.as_float().is_some() || class.special(Special::Float).is_bound() || class.special(Special::Index).is_bound()
}

#[cold]
fn malformed(vm: &Vm) -> Raised {
    vm.value_error("complex() arg is a malformed string")
}

/// The end of the float literal at the start of a text.
fn float_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let lower = text[sign..].to_ascii_lowercase();
    if let Some(word) = ["infinity", "inf", "nan"].iter().find(|word| lower.starts_with(**word)) {
        return sign + word.len();
    }
    let run =
        |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    let mut end = run(sign);
    if bytes.get(end) == Some(&b'.') {
        end = run(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let digits = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(digits).is_some_and(u8::is_ascii_digit) {
            end = run(digits);
        }
    }
    end
}

/// The number of a text: `real`, `imagj` or `real+imagj`, perhaps in parentheses. `None` when it is malformed.
fn parse(text: &str) -> Option<Parts> {
    let text = match text.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?.trim_matches(|c: char| c.is_ascii_whitespace()),
        None => text,
    };
    let is_unit = |text: &str| text == "j" || text == "J";
    // The part before `j`: a lone sign, or nothing, stands for 1.
    let imaginary = |text: &str| match text {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        _ => parse::decimal(text),
    };
    let end = float_end(text);
    let (first, rest) = text.split_at(end);
    if rest.is_empty() {
        return Some((parse::decimal(first)?, 0.0));
    }
    if is_unit(rest) {
        return Some((0.0, imaginary(first)?));
    }
    if !rest.starts_with(['+', '-']) {
        return None;
    }
    let (second, unit) = rest.split_at(rest.len() - 1);
    if !is_unit(unit) || float_end(second) != second.len() {
        return None;
    }
    Some((parse::decimal(first)?, imaginary(second)?))
}

/// The parts of `complex(real, imag)`.
fn construct(vm: &Vm, real: Value, imag: Value) -> PyResult<Parts> {
    if let (Some(text), None) = (real.bound().and_then(|real| real.cast::<Str>()), imag.bound()) {
        return ascii_number(&text).and_then(|text| parse(&text)).ok_or_else(|| malformed(vm));
    }
    let argument = |value: Value, name: &str| -> PyResult<(Parts, bool)> {
        let Some(value) = value.bound() else { return Ok(((0.0, 0.0), false)) };
        let is_imaginary = name == "imag";
        let found = match value.cast::<Complex>() {
            _ if value.cast::<Str>().is_some() => None,
            // Only the real part, or the only argument, is asked for its `__complex__`.
            Some(complex) if is_imaginary => Some((complex.parts(), true)),
            None if is_imaginary && !is_real(vm, value) => None,
            None if is_imaginary => Some(((as_double(vm, value)?, 0.0), false)),
            _ => number(vm, value)?,
        };
        let two = imag.is_bound();
        if two && found.is_some_and(|(_, is_complex)| is_complex) {
            let found = vm.argument_name(value);
            let text = format!("complex() argument '{name}' must be a real number, not {found}");
            vm.warn(vm.types().deprecation_warning, &text, 1)?;
        }
        found.ok_or_else(|| {
            let found = vm.argument_name(value);
            if imag.is_unbound() {
                let found = vm.type_name(value);
                return vm.type_error(format!("complex() argument must be a string or a number, not {found}"));
            }
            vm.type_error(format!("complex() argument '{name}' must be a real number, not {found}"))
        })
    };
    let imag_argument = imag;
    let (real, real_is_complex) = argument(real, "real")?;
    let (imag, imag_is_complex) = argument(imag, "imag")?;
    if imag_argument.is_unbound() {
        return Ok(real); // The zero that is added below would change a sign.
    }
    let mut parts = (real.0, imag.0);
    if imag_is_complex {
        parts.0 -= imag.1;
    }
    if real_is_complex {
        parts.1 += real.1;
    }
    Ok(parts)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return the number with the sign of its imaginary part changed.
    #[method("conjugate($self, /)")]
    fn conjugate(vm: &Vm, args: &[Value]) -> PyResult {
        let (real, imag) = this(args).parts();
        vm.new_complex(real, -imag)
    }

    /// Return the complex number of a number; a string is none.
    #[method("from_number($type, number, /)")]
    fn from_number(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let parts = match number(vm, args[1])? {
            Some((parts, _)) => parts,
            None => (as_double(vm, args[1])?, 0.0),
        };
        if class == vm.types().complex && vm.is_exact(args[1], class) {
            return Ok(args[1]);
        }
        let plain = vm.new_complex(parts.0, parts.1)?;
        if class == vm.types().complex { Ok(plain) } else { vm.call(class.into(), &[plain]) }
    }

    /// Create and return a new object.
    #[method("static __new__(type, real=0, imag=0)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let complex = vm.types().complex;
        if class == complex && args[2].is_unbound() && args[1].is_bound() && vm.is_exact(args[1], complex) {
            return Ok(args[1]);
        }
        Complex::with_class(vm, class, construct(vm, args[1], args[2])?)
    }
}
