//! Distributions of real numbers. The methods are those of the literature that CPython's module names, with the draws in the
//! same order, so that the numbers agree.

use core::f64::consts::{E, PI};

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Record, Value, Vm};

use super::{GAUSS_NEXT, next_float, number};

const TAU: f64 = 2.0 * PI;

fn or(vm: &Vm, value: Value, default: f64) -> PyResult<f64> {
    value.bound().map_or(Ok(default), |value| number(vm, value))
}

/// Kinderman and Monahan's ratio of uniforms.
fn normal(vm: &Vm, generator: Value, mu: f64, sigma: f64) -> PyResult<f64> {
    let magic = 4.0 * (-0.5f64).exp() / 2f64.sqrt();
    loop {
        let u1 = next_float(vm, generator)?;
        let u2 = 1.0 - next_float(vm, generator)?;
        let z = magic * (u1 - 0.5) / u2;
        if z * z / 4.0 <= -u2.ln() {
            return Ok(mu + z * sigma);
        }
    }
}

/// Cheng (1977) for alpha > 1, Ahrens and Dieter (1974) below.
fn gamma(vm: &Vm, generator: Value, alpha: f64, beta: f64) -> PyResult<f64> {
    if alpha <= 0.0 || beta <= 0.0 {
        return Err(vm.value_error("gammavariate: alpha and beta must be > 0.0"));
    }
    if alpha > 1.0 {
        let ainv = (2.0 * alpha - 1.0).sqrt();
        let bbb = alpha - 4f64.ln();
        let ccc = alpha + ainv;
        loop {
            let u1 = next_float(vm, generator)?;
            if !(1e-7 < u1 && u1 < 0.999_999_9) {
                continue;
            }
            let u2 = 1.0 - next_float(vm, generator)?;
            let v = (u1 / (1.0 - u1)).ln() / ainv;
            let x = alpha * v.exp();
            let z = u1 * u1 * u2;
            let r = bbb + ccc * v - x;
            if r + (1.0 + 4.5f64.ln()) - 4.5 * z >= 0.0 || r >= z.ln() {
                return Ok(x * beta);
            }
        }
    }
    if alpha == 1.0 {
        return Ok(-(1.0 - next_float(vm, generator)?).ln() * beta);
    }
    loop {
        let u = next_float(vm, generator)?;
        let b = (E + alpha) / E;
        let p = b * u;
        let x = if p <= 1.0 { p.powf(1.0 / alpha) } else { -((b - p) / alpha).ln() };
        let u1 = next_float(vm, generator)?;
        if p > 1.0 {
            if u1 <= x.powf(alpha - 1.0) {
                return Ok(x * beta);
            }
        } else if u1 <= (-x).exp() {
            return Ok(x * beta);
        }
    }
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return a number of the beta distribution.
    #[method("betavariate($self, alpha, beta)")]
    fn betavariate(vm: &Vm, args: &[Value]) -> PyResult {
        let (alpha, beta) = (number(vm, args[1])?, number(vm, args[2])?);
        let y = gamma(vm, args[0], alpha, 1.0)?;
        if y == 0.0 {
            return vm.new_float(0.0);
        }
        vm.new_float(y / (y + gamma(vm, args[0], beta, 1.0)?))
    }

    /// Return a number of the exponential distribution.
    #[method("expovariate($self, lambd=1.0)")]
    fn expovariate(vm: &Vm, args: &[Value]) -> PyResult {
        let lambda = or(vm, args[1], 1.0)?;
        let drawn = -(1.0 - next_float(vm, args[0])?).ln();
        if lambda == 0.0 {
            return Err(vm.raise(vm.types().zero_division_error, "division by zero"));
        }
        vm.new_float(drawn / lambda)
    }

    /// Return a number of the gamma distribution.
    #[method("gammavariate($self, alpha, beta)")]
    fn gammavariate(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(gamma(vm, args[0], number(vm, args[1])?, number(vm, args[2])?)?)
    }

    /// Return a number of the normal distribution; two are made at a time.
    #[method("gauss($self, mu=0.0, sigma=1.0)")]
    fn gauss(vm: &Vm, args: &[Value]) -> PyResult {
        let (mu, sigma) = (or(vm, args[1], 0.0)?, or(vm, args[2], 1.0)?);
        let generator = args[0].expect::<Record>();
        let kept = generator.get(GAUSS_NEXT).as_float();
        generator.set(vm, GAUSS_NEXT, vm.none());
        let z = match kept {
            Some(z) => z,
            None => {
                let angle = next_float(vm, args[0])? * TAU;
                let radius = (-2.0 * (1.0 - next_float(vm, args[0])?).ln()).sqrt();
                generator.set(vm, GAUSS_NEXT, vm.new_float(angle.sin() * radius)?);
                angle.cos() * radius
            }
        };
        vm.new_float(mu + z * sigma)
    }

    /// Return a number whose logarithm is normally distributed.
    #[method("lognormvariate($self, mu=0.0, sigma=1.0)")]
    fn lognormvariate(vm: &Vm, args: &[Value]) -> PyResult {
        let (mu, sigma) = (or(vm, args[1], 0.0)?, or(vm, args[2], 1.0)?);
        let exponent = normal(vm, args[0], mu, sigma)?;
        match exponent.exp() {
            result if result.is_infinite() && exponent.is_finite() => Err(vm.overflow_error("math range error")),
            result => vm.new_float(result),
        }
    }

    /// Return a number of the normal distribution.
    #[method("normalvariate($self, mu=0.0, sigma=1.0)")]
    fn normalvariate(vm: &Vm, args: &[Value]) -> PyResult {
        let (mu, sigma) = (or(vm, args[1], 0.0)?, or(vm, args[2], 1.0)?);
        vm.new_float(normal(vm, args[0], mu, sigma)?)
    }

    /// Return a number of the Pareto distribution.
    #[method("paretovariate($self, alpha)")]
    fn paretovariate(vm: &Vm, args: &[Value]) -> PyResult {
        let alpha = number(vm, args[1])?;
        let u = 1.0 - next_float(vm, args[0])?;
        vm.new_float(u.powf(-1.0 / alpha))
    }

    /// Return a number between low and high, most likely near the mode.
    #[method("triangular($self, low=0.0, high=1.0, mode=None)")]
    fn triangular(vm: &Vm, args: &[Value]) -> PyResult {
        let (mut low, mut high) = (or(vm, args[1], 0.0)?, or(vm, args[2], 1.0)?);
        let mut u = next_float(vm, args[0])?;
        let mut c = match args[3].bound().filter(|mode| *mode != vm.none()) {
            None => 0.5,
            Some(_) if high == low => return vm.new_float(low),
            Some(mode) => (number(vm, mode)? - low) / (high - low),
        };
        if u > c {
            (u, c) = (1.0 - u, 1.0 - c);
            core::mem::swap(&mut low, &mut high);
        }
        vm.new_float(low + (high - low) * (u * c).sqrt())
    }

    /// Return a number between a and b.
    #[method("uniform($self, a, b)")]
    fn uniform(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, b) = (number(vm, args[1])?, number(vm, args[2])?);
        vm.new_float(a + (b - a) * next_float(vm, args[0])?)
    }

    /// Return an angle of the von Mises distribution (Fisher, 1993).
    #[method("vonmisesvariate($self, mu, kappa)")]
    fn vonmisesvariate(vm: &Vm, args: &[Value]) -> PyResult {
        let (mu, kappa) = (number(vm, args[1])?, number(vm, args[2])?);
        if kappa <= 1e-6 {
            return vm.new_float(TAU * next_float(vm, args[0])?);
        }
        let s = 0.5 / kappa;
        let r = s + (1.0 + s * s).sqrt();
        let z = loop {
            let z = (PI * next_float(vm, args[0])?).cos();
            let d = z / (r + z);
            let u = next_float(vm, args[0])?;
            if u < 1.0 - d * d || u <= (1.0 - d) * d.exp() {
                break z;
            }
        };
        let q = 1.0 / r;
        let f = (q + z) / (1.0 + q * z);
        let theta = if next_float(vm, args[0])? > 0.5 { mu + f.acos() } else { mu - f.acos() };
        let folded = theta % TAU;
        vm.new_float(if folded < 0.0 { folded + TAU } else { folded })
    }

    /// Return a number of the Weibull distribution.
    #[method("weibullvariate($self, alpha, beta)")]
    fn weibullvariate(vm: &Vm, args: &[Value]) -> PyResult {
        let (alpha, beta) = (number(vm, args[1])?, number(vm, args[2])?);
        let u = 1.0 - next_float(vm, args[0])?;
        vm.new_float(alpha * (-u.ln()).powf(1.0 / beta))
    }
}
