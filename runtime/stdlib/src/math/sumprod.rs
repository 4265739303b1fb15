//! `sumprod`: sums of products, of integers and of floats with more precision than a float has.
//!
//! Small integers are summed in a word, floats in three floats that do not overlap (Ogita, Rump and Oishi, "Accurate sum and dot
//! product", 2005); once there is another kind of pair, the rest is summed by the operators.

use orochi_vm::types::int;
use orochi_vm::{BinaryOp, PyResult, Value, Vm};

/// The exact sum of two floats: what a float holds of it, and the rest.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

/// The exact product of two floats.
fn product(a: f64, b: f64) -> (f64, f64) {
    let x = a * b;
    (x, a.mul_add(b, -x))
}

/// A sum in three floats.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    /// The sum plus a product.
    fn plus(self, a: f64, b: f64) -> Triple {
        let product = product(a, b);
        let high = sum(self.high, product.0);
        let low = sum(self.low, product.1);
        let middle = sum(low.0, high.1);
        Triple { high: high.0, low: middle.0, tiny: self.tiny + low.1 + middle.1 }
    }

    fn value(self) -> f64 {
        let last = sum(self.low, self.high);
        self.tiny + last.1 + last.0
    }
}

/// The floats of a pair of which at least one is a float, the other at most an integer that a float can hold.
fn floats(vm: &Vm, a: Value, b: Value) -> Option<(f64, f64)> {
    let types = vm.types();
    let float = |value: Value| value.as_float().filter(|_| vm.is_exact(value, types.float));
    let integer = |value: Value| {
        let small = vm.is_exact(value, types.int) || vm.is_exact(value, types.bool_);
        let big = int::to_big(value).filter(|_| small)?;
        int::arith::to_float(&big)
    };
    match (float(a), float(b)) {
        (Some(a), Some(b)) => Some((a, b)),
        (Some(a), None) => Some((a, integer(b)?)),
        (None, Some(b)) => Some((integer(a)?, b)),
        (None, None) => None,
    }
}

/// The product of two integers of a word added to a sum, if all that fits a word.
fn integers(vm: &Vm, total: i64, a: Value, b: Value) -> Option<i64> {
    let word = |value: Value| int::to_i64(value).filter(|_| vm.is_exact(value, vm.types().int));
    total.checked_add(word(a)?.checked_mul(word(b)?)?)
}

pub(super) fn sumprod(vm: &Vm, p: Value, q: Value) -> PyResult {
    let (p, q) = (vm.iter(p)?, vm.iter(q)?);
    let mut total = Value::ZERO;
    let mut add = |term: PyResult| -> PyResult<()> {
        total = vm.binary(BinaryOp::Add, total, term?)?;
        Ok(())
    };
    let (mut integer_sum, mut float_sum) = (Some(None), Some(None));
    let pair = |a: Option<Value>, b: Option<Value>| match (a, b) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        _ => Err(vm.value_error("Inputs are not the same length")),
    };
    loop {
        let item = pair(vm.next(p)?, vm.next(q)?)?;
        if let Some(sum) = integer_sum {
            if let Some((a, b)) = item
                && let Some(next) = integers(vm, sum.unwrap_or(0), a, b)
            {
                integer_sum = Some(Some(next));
                continue;
            }
            integer_sum = None;
            if let Some(sum) = sum {
                add(vm.new_int(sum))?;
            }
        }
        if let Some(sum) = float_sum {
            if let Some((a, b)) = item
                && let Some((a, b)) = floats(vm, a, b)
            {
                let next = sum.unwrap_or_else(Triple::default).plus(a, b);
                if next.high.is_finite() {
                    float_sum = Some(Some(next));
                    continue;
                }
            }
            float_sum = None;
            if let Some(sum) = sum {
                add(vm.new_float(sum.value()))?;
            }
        }
        match item {
            Some((a, b)) => add(vm.binary(BinaryOp::Mul, a, b))?,
            None => return Ok(total),
        }
    }
}
