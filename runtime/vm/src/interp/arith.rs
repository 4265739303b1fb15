//! Operators whose operands are not two inline numbers: mixed numbers, heap floats, strings, then the object protocol.

use orochi_bytecode::operands::{BinaryOp, CompareOp};

use crate::error::PyResult;
use crate::protocol::compare::compare_floats;
use crate::types::float::arith::{floor_div_rem, modulo};
use crate::value::Value;
use crate::vm::Vm;

/// The number as a float, if it is an inline integer that a float holds exactly, or an exact float.
#[inline]
fn exact_float(vm: &Vm, value: Value) -> Option<f64> {
    if value.is_float() {
        return Some(value.float_unchecked());
    }
    if let Some(int) = value.as_int() {
        return (int.unsigned_abs() < 1 << 53).then_some(int as f64);
    }
    let float = value.cast::<crate::types::float::Float>()?;
    vm.is_exact(value, vm.types().float).then_some(float.value)
}

/// `a op b`, or `a op= b`.
#[inline(never)]
pub fn binary(vm: &Vm, op: BinaryOp, inplace: bool, a: Value, b: Value) -> PyResult {
    // At least one float, and neither of a class that might have its own opinion.
    if !(a.is_int() && b.is_int())
        && let (Some(x), Some(y)) = (exact_float(vm, a), exact_float(vm, b))
    {
        match op {
            BinaryOp::Add => return vm.new_float(x + y),
            BinaryOp::Sub => return vm.new_float(x - y),
            BinaryOp::Mul => return vm.new_float(x * y),
            BinaryOp::Div if y != 0.0 => return vm.new_float(x / y),
            BinaryOp::FloorDiv if y != 0.0 => return vm.new_float(floor_div_rem(x, y).0),
            BinaryOp::Mod if y != 0.0 => return vm.new_float(modulo(x, y)),
            _ => {}
        }
    }
    if op == BinaryOp::Add && vm.is_exact_str(a) && vm.is_exact_str(b) {
        return crate::types::str::protocol::concat(vm, a.expect(), b.expect()).map(Value::from);
    }
    if inplace { vm.inplace(op, a, b) } else { vm.binary(op, a, b) }
}

/// Whether `a op b` holds.
#[inline(never)]
pub fn compare_bool(vm: &Vm, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
    if let (Some(x), Some(y)) = (exact_float(vm, a), exact_float(vm, b)) {
        return Ok(compare_floats(op, x, y));
    }
    vm.compare_bool(op, a, b)
}

/// `a op b`.
#[inline(never)]
pub fn compare(vm: &Vm, op: CompareOp, a: Value, b: Value) -> PyResult {
    if let (Some(x), Some(y)) = (exact_float(vm, a), exact_float(vm, b)) {
        return Ok(vm.bool(compare_floats(op, x, y)));
    }
    vm.compare(op, a, b)
}

// ---- arithmetic on inline integers ------------------------------------------------------------------------------------

#[inline(always)]
pub(super) fn int_add(l: Value, r: Value) -> Option<Value> {
    l.raw_int().checked_add(r.raw_int()).map(Value::from_raw_int)
}

#[inline(always)]
pub(super) fn int_sub(l: Value, r: Value) -> Option<Value> {
    l.raw_int().checked_sub(r.raw_int()).map(Value::from_raw_int)
}

#[inline(always)]
pub(super) fn int_mul(l: Value, r: Value) -> Option<Value> {
    l.int_unchecked().checked_mul(r.raw_int()).map(Value::from_raw_int)
}

#[inline(always)]
pub(super) fn int_div(l: Value, r: Value) -> Option<Value> {
    const EXACT: u64 = 1 << 53;
    let (l, r) = (l.int_unchecked(), r.int_unchecked());
    if r == 0 || l.unsigned_abs() > EXACT || r.unsigned_abs() > EXACT {
        return None;
    }
    Value::try_float(l as f64 / r as f64)
}

#[inline(always)]
pub(super) fn int_floor_div(l: Value, r: Value) -> Option<Value> {
    let (l, r) = (l.int_unchecked(), r.int_unchecked());
    if r == 0 {
        return None;
    }
    let quotient = l / r;
    let quotient = if l % r != 0 && (l < 0) != (r < 0) { quotient - 1 } else { quotient };
    Value::try_int(quotient)
}

#[inline(always)]
pub(super) fn int_mod(l: Value, r: Value) -> Option<Value> {
    let (l, r) = (l.int_unchecked(), r.int_unchecked());
    if r == 0 {
        return None;
    }
    let rest = l % r;
    Some(Value::small(if rest != 0 && (rest < 0) != (r < 0) { rest + r } else { rest }))
}

#[inline(always)]
pub(super) fn int_and(l: Value, r: Value) -> Option<Value> {
    Some(Value::from_raw_int(l.raw_int() & r.raw_int()))
}

#[inline(always)]
pub(super) fn int_or(l: Value, r: Value) -> Option<Value> {
    Some(Value::from_raw_int(l.raw_int() | r.raw_int()))
}

#[inline(always)]
pub(super) fn int_xor(l: Value, r: Value) -> Option<Value> {
    Some(Value::from_raw_int(l.raw_int() ^ r.raw_int()))
}

#[inline(always)]
pub(super) fn int_shl(l: Value, r: Value) -> Option<Value> {
    let (l, r) = (l.int_unchecked(), r.int_unchecked());
    if !(0..61).contains(&r) {
        return None;
    }
    let shifted = l << r;
    if shifted >> r == l { Value::try_int(shifted) } else { None }
}

#[inline(always)]
pub(super) fn int_shr(l: Value, r: Value) -> Option<Value> {
    let (l, r) = (l.int_unchecked(), r.int_unchecked());
    if r < 0 {
        return None;
    }
    Some(Value::small(l >> r.min(63)))
}

#[inline(always)]
pub(super) fn float_div(l: f64, r: f64) -> Option<Value> {
    if r == 0.0 { None } else { Value::try_float(l / r) }
}

/// Operators on floats that are left to the slow way.
#[inline(always)]
pub(super) fn slow_float(_: f64, _: f64) -> Option<Value> {
    None
}
