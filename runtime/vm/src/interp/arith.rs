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
