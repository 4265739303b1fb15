//! Special methods of `int`.

use core::cmp::Ordering;

use dashu_int::IBig;
use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::arith::{self, Operand, operand};
use super::{text, to_i64};
use crate::error::PyResult;
use crate::protocol::compare::ordering_is;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// The integer as a plain `int`: of an instance of a subclass, its value.
pub(crate) fn plain(vm: &Vm, value: Value) -> PyResult {
    if vm.is_exact(value, vm.types().int) {
        return Ok(value);
    }
    match operand(value) {
        Some(int) => vm.new_big_int((*int).clone()),
        None => Ok(value),
    }
}

/// How two integers compare; `None` when the second is none.
pub(super) fn order(a: Value, b: Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (to_i64(a), to_i64(b)) {
        return Some(a.cmp(&b));
    }
    Some(operand(a)?.cmp(&*operand(b)?))
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    match order(args[0], args[1]) {
        Some(ordering) => Ok(vm.bool(ordering_is(op, ordering))),
        None => Ok(vm.not_implemented()),
    }
}

/// An operator on 64-bit operands that cannot overflow 128 bits, or on big ones.
#[inline]
fn binary(
    vm: &Vm,
    a: Value,
    b: Value,
    small: impl FnOnce(i128, i128) -> i128,
    big: impl FnOnce(&IBig, &IBig) -> IBig,
) -> PyResult {
    if let (Some(a), Some(b)) = (to_i64(a), to_i64(b)) {
        return arith::from_i128(vm, small(a.into(), b.into()));
    }
    match (operand(a), operand(b)) {
        (Some(a), Some(b)) => {
            // A product is as long as both; a multiplication needs some more.
            let bytes = (arith::bit_length(&a) + arith::bit_length(&b)) / 8;
            vm.check_room_for(bytes as usize * 4)?;
            vm.new_big_int(big(&a, &b))
        }
        _ => Ok(vm.not_implemented()),
    }
}

fn both(a: Value, b: Value) -> Option<(Operand, Operand)> {
    Some((operand(a)?, operand(b)?))
}

fn divide(vm: &Vm, a: Value, b: Value) -> PyResult {
    if let (Some(small_a), Some(small_b)) = (to_i64(a), to_i64(b)) {
        const EXACT: u64 = 1 << 53;
        if small_b != 0 && small_a.unsigned_abs() <= EXACT && small_b.unsigned_abs() <= EXACT {
            return vm.new_float(small_a as f64 / small_b as f64);
        }
    }
    match both(a, b) {
        Some((a, b)) => vm.new_float(arith::true_divide(vm, &a, &b)?),
        None => Ok(vm.not_implemented()),
    }
}

/// Floor division and remainder, whichever is asked for.
fn floor(vm: &Vm, a: Value, b: Value, want_quotient: bool, want_rest: bool) -> PyResult {
    let (quotient, rest) = if let (Some(a), Some(b)) = (to_i64(a), to_i64(b)) {
        if b == 0 {
            return Err(arith::division_by_zero(vm));
        }
        let (quotient, rest) = arith::floor_div_rem_i64(a, b);
        match (want_quotient, want_rest) {
            (true, false) => return arith::from_i128(vm, quotient),
            (false, _) => return vm.new_int(rest),
            (true, true) => (arith::from_i128(vm, quotient)?, vm.new_int(rest)?),
        }
    } else {
        let Some((a, b)) = both(a, b) else { return Ok(vm.not_implemented()) };
        if b.is_zero() {
            return Err(arith::division_by_zero(vm));
        }
        let (quotient, rest) = arith::floor_div_rem(&a, &b);
        match (want_quotient, want_rest) {
            (true, false) => return vm.new_big_int(quotient),
            (false, _) => return vm.new_big_int(rest),
            (true, true) => (vm.new_big_int(quotient)?, vm.new_big_int(rest)?),
        }
    };
    vm.new_tuple(&[quotient, rest])
}

fn left_shift(vm: &Vm, a: Value, b: Value) -> PyResult {
    let Some((big, shift)) = both(a, b) else { return Ok(vm.not_implemented()) };
    if arith::is_negative(&shift) {
        return Err(vm.value_error("negative shift count"));
    }
    if big.is_zero() {
        return Ok(Value::ZERO);
    }
    let Ok(shift) = u64::try_from(&*shift) else { return Err(vm.overflow_error("too many digits in integer")) };
    if let Some(small) = to_i64(a)
        && shift < 64
    {
        return arith::from_i128(vm, i128::from(small) << shift);
    }
    vm.new_big_int(arith::shift_left(vm, &big, shift)?)
}

fn right_shift(vm: &Vm, a: Value, b: Value) -> PyResult {
    let Some((big, shift)) = both(a, b) else { return Ok(vm.not_implemented()) };
    if arith::is_negative(&shift) {
        return Err(vm.value_error("negative shift count"));
    }
    let shift = u64::try_from(&*shift).unwrap_or(u64::MAX);
    match to_i64(a) {
        Some(small) => vm.new_int(small >> shift.min(63)),
        None => vm.new_big_int(arith::shift_right(&big, shift)),
    }
}

fn power(vm: &Vm, base: Value, exponent: Value, modulus: Value) -> PyResult {
    let Some((a, b)) = both(base, exponent) else { return Ok(vm.not_implemented()) };
    if let Some(modulus) = modulus.bound().filter(|modulus| *modulus != vm.none()) {
        if modulus.as_float().is_some() {
            // CPython asks the third argument as well.
            return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        let Some(modulus) = operand(modulus) else { return Ok(vm.not_implemented()) };
        return vm.new_big_int(arith::power_mod(vm, &a, &b, &modulus)?);
    }
    if arith::is_negative(&b) {
        let (Some(a), Some(b)) = (arith::to_float_checked(vm, base)?, arith::to_float_checked(vm, exponent)?) else {
            return Ok(vm.not_implemented());
        };
        return crate::types::float::arith::power(vm, a, b);
    }
    if let (Some(a), Some(b)) = (to_i64(base), to_i64(exponent))
        && let Ok(b) = u32::try_from(b)
        && let Some(result) = a.checked_pow(b)
    {
        return vm.new_int(result);
    }
    vm.new_big_int(arith::power(vm, &a, &b)?)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// abs(self)
    #[method("__abs__($self, /)")]
    fn abs(vm: &Vm, args: &[Value]) -> PyResult {
        match to_i64(args[0]) {
            Some(int) => arith::from_i128(vm, i128::from(int).abs()),
            None => {
                vm.new_big_int(operand(args[0]).map_or(IBig::ZERO, |int| IBig::from((*int).clone().into_parts().1)))
            }
        }
    }

    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a + b, |a, b| a + b)
    }

    /// Return self&value.
    #[method("__and__($self, value, /)")]
    pub(crate) fn and(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a & b, |a, b| a & b)
    }

    /// True if self else False
    #[method("__bool__($self, /)")]
    fn bool(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(to_i64(args[0]) != Some(0)))
    }

    /// Return the integer itself: it is whole.
    #[method("__ceil__($self, /)")]
    fn ceil(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return divmod(self, value).
    #[method("__divmod__($self, value, /)")]
    fn divmod(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[0], args[1], true, true)
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// float(self)
    #[method("__float__($self, /)")]
    fn float(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(arith::to_float_checked(vm, args[0])?.unwrap_or(0.0))
    }

    /// Return the integer itself: it is whole.
    #[method("__floor__($self, /)")]
    fn floor_(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return self//value.
    #[method("__floordiv__($self, value, /)")]
    fn floordiv(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[0], args[1], true, false)
    }

    /// Return the text of the integer as a format specification says.
    #[method("__format__($self, format_spec, /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::format_spec::format_int(vm, args[0], args[1])
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return the arguments that make an equal integer, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let int = plain(vm, args[0])?;
        vm.new_tuple(&[int])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(int) = to_i64(args[0]) {
            return vm.new_int(crate::protocol::hash::hash_int(int) as i64);
        }
        vm.new_int(super::hash_of(vm, args[0]).unwrap_or(0) as i64)
    }

    /// Return self converted to an integer, if self is suitable for use as an index into a list.
    #[method("__index__($self, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// int(self)
    #[method("__int__($self, /)")]
    fn int(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// ~self
    #[method("__invert__($self, /)")]
    fn invert(vm: &Vm, args: &[Value]) -> PyResult {
        match to_i64(args[0]) {
            Some(int) => vm.new_int(!int),
            None => vm.new_big_int(operand(args[0]).map_or(IBig::ZERO, |int| !&*int)),
        }
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return self<<value.
    #[method("__lshift__($self, value, /)")]
    fn lshift(vm: &Vm, args: &[Value]) -> PyResult {
        left_shift(vm, args[0], args[1])
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self%value.
    #[method("__mod__($self, value, /)")]
    fn modulo(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[0], args[1], false, true)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a * b, |a, b| a * b)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// -self
    #[method("__neg__($self, /)")]
    fn neg(vm: &Vm, args: &[Value]) -> PyResult {
        match to_i64(args[0]) {
            Some(int) => arith::from_i128(vm, -i128::from(int)),
            None => vm.new_big_int(operand(args[0]).map_or(IBig::ZERO, |int| -&*int)),
        }
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    pub(crate) fn or(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a | b, |a, b| a | b)
    }

    /// +self
    #[method("__pos__($self, /)")]
    fn pos(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return pow(self, value, mod).
    #[method("__pow__($self, value, mod=None, /)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[0], args[1], args[2])
    }

    /// Return value+self.
    #[method("__radd__($self, value, /)")]
    fn radd(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a + b, |a, b| a + b)
    }

    /// Return value&self.
    #[method("__rand__($self, value, /)")]
    fn rand(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a & b, |a, b| a & b)
    }

    /// Return divmod(value, self).
    #[method("__rdivmod__($self, value, /)")]
    fn rdivmod(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[1], args[0], true, true)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        match args[0].as_int() {
            Some(int) => text::decimal(vm, int).map(Value::from),
            None => vm.new_str(&text::decimal_of(vm, args[0])?),
        }
    }

    /// Return value//self.
    #[method("__rfloordiv__($self, value, /)")]
    fn rfloordiv(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[1], args[0], true, false)
    }

    /// Return value<<self.
    #[method("__rlshift__($self, value, /)")]
    fn rlshift(vm: &Vm, args: &[Value]) -> PyResult {
        left_shift(vm, args[1], args[0])
    }

    /// Return value%self.
    #[method("__rmod__($self, value, /)")]
    fn rmod(vm: &Vm, args: &[Value]) -> PyResult {
        floor(vm, args[1], args[0], false, true)
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a * b, |a, b| a * b)
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a | b, |a, b| a | b)
    }

    /// Return pow(value, self, mod).
    #[method("__rpow__($self, value, mod=None, /)")]
    fn rpow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[1], args[0], args[2])
    }

    /// Return value>>self.
    #[method("__rrshift__($self, value, /)")]
    fn rrshift(vm: &Vm, args: &[Value]) -> PyResult {
        right_shift(vm, args[1], args[0])
    }

    /// Return self>>value.
    #[method("__rshift__($self, value, /)")]
    fn rshift(vm: &Vm, args: &[Value]) -> PyResult {
        right_shift(vm, args[0], args[1])
    }

    /// Return value-self.
    #[method("__rsub__($self, value, /)")]
    fn rsub(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a - b, |a, b| a - b)
    }

    /// Return value/self.
    #[method("__rtruediv__($self, value, /)")]
    fn rtruediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[1], args[0])
    }

    /// Return value^self.
    #[method("__rxor__($self, value, /)")]
    fn rxor(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a ^ b, |a, b| a ^ b)
    }

    /// Return self-value.
    #[method("__sub__($self, value, /)")]
    fn sub(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a - b, |a, b| a - b)
    }

    /// Return self/value.
    #[method("__truediv__($self, value, /)")]
    fn truediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[0], args[1])
    }

    /// Return the integer itself: it is whole.
    #[method("__trunc__($self, /)")]
    fn trunc(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return self^value.
    #[method("__xor__($self, value, /)")]
    pub(crate) fn xor(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a ^ b, |a, b| a ^ b)
    }
}
