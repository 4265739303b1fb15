//! Functions of the C mathematics library that Rust's `f64` does not have, or computes in its own way. CPython calls the same
//! ones, so results agree to the last digit.

use core::ffi::c_int;

mod c {
    use core::ffi::c_int;

    unsafe extern "C" {
        pub fn acosh(x: f64) -> f64;
        pub fn asinh(x: f64) -> f64;
        pub fn atanh(x: f64) -> f64;
        pub fn erf(x: f64) -> f64;
        pub fn erfc(x: f64) -> f64;
        pub fn ldexp(x: f64, exponent: c_int) -> f64;
        pub fn remainder(x: f64, y: f64) -> f64;
    }
}

macro_rules! wrap {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*);)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name($($argument: $type),*) -> f64 {
            // SAFETY: a function of numbers that has no other effect than on `errno`.
            unsafe { c::$name($($argument),*) }
        }
    )*};
}

wrap! {
    /// Inverse hyperbolic cosine.
    acosh(x: f64);
    /// Inverse hyperbolic sine.
    asinh(x: f64);
    /// Inverse hyperbolic tangent.
    atanh(x: f64);
    /// Error function.
    erf(x: f64);
    /// Complementary error function.
    erfc(x: f64);
    /// `x * 2 ** exponent`.
    ldexp(x: f64, exponent: c_int);
    /// `x - n * y` for the whole number `n` nearest to `x / y`.
    remainder(x: f64, y: f64);
}
