//! The functions of integers, which are exact.

use dashu_int::IBig;
use dashu_int::ops::Gcd;
use orochi_macros::methods;
use orochi_vm::types::int::{arith, to_big};
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm};

/// The integer that an argument stands for.
fn integer(vm: &Vm, value: Value) -> PyResult<IBig> {
    Ok(to_big(vm.index(value)?).unwrap_or_default())
}

/// The product of `first..=last`, halves first so that the factors are of like size.
fn product(first: u64, last: u64) -> IBig {
    if last.saturating_sub(first) < 8 {
        return (first..=last).fold(IBig::ONE, |product, factor| product * factor);
    }
    let middle = first + (last - first) / 2;
    product(first, middle) * product(middle + 1, last)
}

fn factorial_of(vm: &Vm, n: &IBig) -> PyResult {
    const MAX: u64 = i32::MAX as u64;
    if arith::is_negative(n) {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match u64::try_from(n) {
        Ok(n) if n <= MAX => vm.new_big_int(product(1, n)),
        _ => Err(vm.overflow_error(format!("factorial() argument should not exceed {MAX}"))),
    }
}

/// `n` and `k`, neither of them negative.
fn counts(vm: &Vm, args: &[Value]) -> PyResult<(IBig, IBig)> {
    let (n, k) = (integer(vm, args[0])?, integer(vm, args[1])?);
    if arith::is_negative(&n) {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if arith::is_negative(&k) {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

/// `n * (n - 1) * ...`, `k` factors.
fn falling(n: &IBig, k: u64) -> IBig {
    if let Ok(n) = u64::try_from(n) {
        return if k == 0 { IBig::ONE } else { product(n - k + 1, n) };
    }
    (0..k).fold(IBig::ONE, |product, taken| product * (n - IBig::from(taken)))
}

/// The integers of all arguments, folded; stops early where a test says that nothing changes any more.
fn fold(vm: &Vm, args: &[Value], start: IBig, f: impl Fn(IBig, IBig) -> IBig) -> PyResult {
    let mut result = start;
    for value in args {
        let value = integer(vm, *value)?;
        result = f(result, value);
    }
    let magnitude = result.into_parts().1;
    vm.new_big_int(magnitude.into())
}

/// The greatest common divisor; 0 for two zeros.
fn gcd_of(a: &IBig, b: &IBig) -> IBig {
    if a.is_zero() {
        return b.clone();
    }
    if b.is_zero() {
        return a.clone();
    }
    IBig::from(a.gcd(b))
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Return how many ways there are to choose k items from n, without order.
    #[method("comb(n, k, /)")]
    fn comb(vm: &Vm, args: &[Value]) -> PyResult {
        let (n, k) = counts(vm, args)?;
        if k > n {
            return vm.new_int(0);
        }
        let rest = &n - &k;
        let Ok(k) = u64::try_from(&k.min(rest)) else {
            return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
        };
        vm.new_big_int(falling(&n, k) / product(1, k))
    }

    /// Return n factorial.
    #[method("factorial(n, /)")]
    fn factorial(vm: &Vm, args: &[Value]) -> PyResult {
        factorial_of(vm, &integer(vm, args[0])?)
    }

    /// Return the greatest common divisor of integers.
    #[method("gcd(*integers)")]
    fn gcd(vm: &Vm, args: &[Value]) -> PyResult {
        fold(vm, args, IBig::ZERO, |a, b| gcd_of(&a, &b))
    }

    /// Return the whole part of the square root of an integer.
    #[method("isqrt(n, /)")]
    fn isqrt(vm: &Vm, args: &[Value]) -> PyResult {
        let n = integer(vm, args[0])?;
        if arith::is_negative(&n) {
            return Err(vm.value_error("isqrt() argument must be nonnegative"));
        }
        vm.new_big_int(n.nth_root(2))
    }

    /// Return the least common multiple of integers.
    #[method("lcm(*integers)")]
    fn lcm(vm: &Vm, args: &[Value]) -> PyResult {
        fold(vm, args, IBig::ONE, |a, b| {
            if a.is_zero() || b.is_zero() {
                return IBig::ZERO;
            }
            let divisor = gcd_of(&a, &b);
            a / divisor * b
        })
    }

    /// Return how many ways there are to choose k items from n in order; without k, to order n items.
    #[method("perm(n, k=None, /)")]
    fn perm(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1].bound().is_none_or(|k| k == vm.none()) {
            return factorial_of(vm, &integer(vm, args[0])?);
        }
        let (n, k) = counts(vm, args)?;
        if k > n {
            return vm.new_int(0);
        }
        let Ok(k) = u64::try_from(&k) else {
            return Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX)));
        };
        vm.new_big_int(falling(&n, k))
    }
}
