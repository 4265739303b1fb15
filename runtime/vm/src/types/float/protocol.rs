//! Special methods of `float`.

use core::cmp::Ordering;

use orochi_bytecode::operands::CompareOp;
use orochi_macros::methods;

use super::arith;
use super::methods::this;
use crate::error::PyResult;
use crate::protocol::compare::{compare_floats, ordering_is};
use crate::types::int::arith as int_arith;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// `f` of both operands as floats.
#[inline]
fn binary(vm: &Vm, a: Value, b: Value, f: impl FnOnce(f64, f64) -> f64) -> PyResult {
    let (Some(a), Some(b)) = (arith::operand(vm, a)?, arith::operand(vm, b)?) else {
        return Ok(vm.not_implemented());
    };
    vm.new_float(f(a, b))
}

/// The operands of a division; ZeroDivisionError when the second is 0, `None` when one is no number.
fn division(vm: &Vm, a: Value, b: Value) -> PyResult<Option<(f64, f64)>> {
    match (arith::operand(vm, a)?, arith::operand(vm, b)?) {
        (Some(_), Some(0.0)) => Err(int_arith::division_by_zero(vm)),
        (Some(a), Some(b)) => Ok(Some((a, b))),
        _ => Ok(None),
    }
}

fn divide(vm: &Vm, a: Value, b: Value, f: impl FnOnce(f64, f64) -> f64) -> PyResult {
    match division(vm, a, b)? {
        Some((a, b)) => vm.new_float(f(a, b)),
        None => Ok(vm.not_implemented()),
    }
}

fn divide_both(vm: &Vm, a: Value, b: Value) -> PyResult {
    let Some((a, b)) = division(vm, a, b)? else { return Ok(vm.not_implemented()) };
    let (quotient, rest) = arith::floor_div_rem(a, b);
    let parts = [vm.new_float(quotient)?, vm.new_float(rest)?];
    vm.new_tuple(&parts)
}

fn power(vm: &Vm, a: Value, b: Value, modulus: Value) -> PyResult {
    if modulus.is_bound() && modulus != vm.none() {
        return Err(vm.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    match (arith::operand(vm, a)?, arith::operand(vm, b)?) {
        (Some(a), Some(b)) => arith::power(vm, a, b),
        _ => Ok(vm.not_implemented()),
    }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let float = this(args);
    if let Some(other) = args[1].as_float() {
        return Ok(vm.bool(compare_floats(op, float, other)));
    }
    let Some(int) = int_arith::operand(args[1]) else { return Ok(vm.not_implemented()) };
    Ok(vm.bool(match int_arith::compare_to_float(&int, float).map(Ordering::reverse) {
        Some(ordering) => ordering_is(op, ordering),
        None => matches!(op, CompareOp::Ne),
    }))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// abs(self)
    #[method("__abs__($self, /)")]
    fn abs(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(this(args).abs())
    }

    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a + b)
    }

    /// True if self else False
    #[method("__bool__($self, /)")]
    fn bool(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(this(args) != 0.0))
    }

    /// Return the smallest integer that is not less.
    #[method("__ceil__($self, /)")]
    fn ceil(vm: &Vm, args: &[Value]) -> PyResult {
        arith::to_int(vm, this(args).ceil())
    }

    /// Return divmod(self, value).
    #[method("__divmod__($self, value, /)")]
    fn divmod(vm: &Vm, args: &[Value]) -> PyResult {
        divide_both(vm, args[0], args[1])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// float(self)
    #[method("__float__($self, /)")]
    fn float(vm: &Vm, args: &[Value]) -> PyResult {
        if vm.is_exact(args[0], vm.types().float) { Ok(args[0]) } else { vm.new_float(this(args)) }
    }

    /// Return the largest integer that is not greater.
    #[method("__floor__($self, /)")]
    fn floor(vm: &Vm, args: &[Value]) -> PyResult {
        arith::to_int(vm, this(args).floor())
    }

    /// Return self//value.
    #[method("__floordiv__($self, value, /)")]
    fn floordiv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[0], args[1], |a, b| arith::floor_div_rem(a, b).0)
    }

    /// Return the text of the float as a format specification says.
    #[method("__format__($self, format_spec, /)")]
    fn format(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::format_spec::format_float(vm, args[0], args[1])
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return the arguments that make an equal float, for copying.
    #[method("__getnewargs__($self, /)")]
    fn getnewargs(vm: &Vm, args: &[Value]) -> PyResult {
        let float = vm.new_float(this(args))?;
        vm.new_tuple(&[float])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let float = this(args);
        let hash = if float.is_nan() {
            crate::protocol::hash::hash_identity(args[0])
        } else {
            crate::protocol::hash::hash_float(float)
        };
        vm.new_int(hash as i64)
    }

    /// int(self)
    #[method("__int__($self, /)")]
    fn int(vm: &Vm, args: &[Value]) -> PyResult {
        arith::to_int(vm, this(args))
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self%value.
    #[method("__mod__($self, value, /)")]
    fn modulo(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[0], args[1], arith::modulo)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a * b)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// -self
    #[method("__neg__($self, /)")]
    fn neg(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(-this(args))
    }

    /// +self
    #[method("__pos__($self, /)")]
    fn pos(vm: &Vm, args: &[Value]) -> PyResult {
        if vm.is_exact(args[0], vm.types().float) { Ok(args[0]) } else { vm.new_float(this(args)) }
    }

    /// Return pow(self, value, mod).
    #[method("__pow__($self, value, mod=None, /)")]
    fn pow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[0], args[1], args[2])
    }

    /// Return value+self.
    #[method("__radd__($self, value, /)")]
    fn radd(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a + b)
    }

    /// Return divmod(value, self).
    #[method("__rdivmod__($self, value, /)")]
    fn rdivmod(vm: &Vm, args: &[Value]) -> PyResult {
        divide_both(vm, args[1], args[0])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&super::text::repr(this(args)))
    }

    /// Return value//self.
    #[method("__rfloordiv__($self, value, /)")]
    fn rfloordiv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[1], args[0], |a, b| arith::floor_div_rem(a, b).0)
    }

    /// Return value%self.
    #[method("__rmod__($self, value, /)")]
    fn rmod(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[1], args[0], arith::modulo)
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a * b)
    }

    /// Return the float rounded to a number of decimal places; without one, the nearest integer.
    #[method("__round__($self, ndigits=None, /)")]
    fn round(vm: &Vm, args: &[Value]) -> PyResult {
        let float = this(args);
        let Some(places) = args[1].bound().filter(|places| *places != vm.none()) else {
            return arith::to_int(vm, float.round_ties_even());
        };
        match arith::round_to_places(float, vm.index_clamped(places)?) {
            Some(rounded) => vm.new_float(rounded),
            None => Err(vm.overflow_error("rounded value too large to represent")),
        }
    }

    /// Return pow(value, self, mod).
    #[method("__rpow__($self, value, mod=None, /)")]
    fn rpow(vm: &Vm, args: &[Value]) -> PyResult {
        power(vm, args[1], args[0], args[2])
    }

    /// Return value-self.
    #[method("__rsub__($self, value, /)")]
    fn rsub(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[1], args[0], |a, b| a - b)
    }

    /// Return value/self.
    #[method("__rtruediv__($self, value, /)")]
    fn rtruediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[1], args[0], |a, b| a / b)
    }

    /// Return self-value.
    #[method("__sub__($self, value, /)")]
    fn sub(vm: &Vm, args: &[Value]) -> PyResult {
        binary(vm, args[0], args[1], |a, b| a - b)
    }

    /// Return self/value.
    #[method("__truediv__($self, value, /)")]
    fn truediv(vm: &Vm, args: &[Value]) -> PyResult {
        divide(vm, args[0], args[1], |a, b| a / b)
    }

    /// Return the integer between 0 and the float that is nearest to it.
    #[method("__trunc__($self, /)")]
    fn trunc(vm: &Vm, args: &[Value]) -> PyResult {
        arith::to_int(vm, this(args))
    }
}
