//! Sums without loss of precision: `fsum`, `sumprod`, `hypot`, `dist`.

/// A running sum of floats that is exact: partial sums that do not overlap (Shewchuk's algorithm).
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
}

/// Why there is no sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoSum {
    /// Finite numbers had a sum beyond the largest float.
    Overflow,
    /// `inf - inf`.
    Infinities,
}

impl ExactSum {
    /// Adds a number.
    pub fn add(&mut self, number: f64) -> Result<(), NoSum> {
        let mut x = number;
        let mut kept = 0;
        for index in 0..self.partials.len() {
            let mut y = self.partials[index];
            if x.abs() < y.abs() {
                (x, y) = (y, x);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if number.is_finite() {
            return Err(NoSum::Overflow);
        }
        if number.is_infinite() {
            self.infinities += number;
        }
        self.special += number;
        self.partials.clear();
        Ok(())
    }

    /// The sum, correctly rounded.
    pub fn finish(mut self) -> Result<f64, NoSum> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(NoSum::Infinities) } else { Ok(self.special) };
        }
        let Some(mut high) = self.partials.pop() else { return Ok(0.0) };
        while let Some(y) = self.partials.pop() {
            let x = high;
            high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                // What follows may decide a tie.
                if self.partials.last().is_some_and(|next| (low < 0.0 && *next < 0.0) || (low > 0.0 && *next > 0.0)) {
                    let twice = low * 2.0;
                    let rounded = high + twice;
                    if twice == rounded - high {
                        high = rounded;
                    }
                }
                break;
            }
        }
        Ok(high)
    }
}

/// `x * y` and what rounding lost of it.
#[must_use]
pub fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    (product, x.mul_add(y, -product))
}

/// The Euclidean norm, within one rounding error: squares are summed in twice the precision, and the root is corrected.
#[must_use]
pub fn norm(mut values: Vec<f64>) -> f64 {
    values.iter_mut().for_each(|value| *value = value.abs());
    let max = values.iter().copied().fold(0.0, f64::max);
    if max.is_infinite() {
        return max;
    }
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || values.len() <= 1 {
        return max;
    }
    if max < f64::MIN_POSITIVE / 2.0 {
        values.iter_mut().for_each(|value| *value /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(values);
    }
    let exponent = super::floats::frexp(max).1;
    let scale = orochi_vm::libm::ldexp(1.0, -exponent);
    let (mut sum, mut lost_products, mut lost_sums) = (1.0f64, 0.0, 0.0);
    let mut add = |x: f64, y: f64| {
        let (product, lost) = exact_product(x, y);
        let total = sum + product;
        lost_sums += (sum - total) + product;
        lost_products += lost;
        sum = total;
        sum - 1.0 + (lost_products + lost_sums)
    };
    let mut total = 0.0;
    for value in &values {
        let x = value * scale;
        total = add(x, x);
    }
    let root = total.sqrt();
    let rest = add(-root, root);
    (root + rest / (2.0 * root)) / scale
}
