//! Tagged values: the 64-bit words that variables, containers and registers hold.
//!
//! | low two bits | meaning |
//! |---|---|
//! | `00` | an integer of 62 bits, shifted left by two: sums and comparisons work on the tagged word |
//! | `01` | the address of a heap object plus one; the null address is [`Value::UNBOUND`] |
//! | `10`, `11` | a float, by rotating its bits (float self-tagging, arXiv 2411.16544) |
//!
//! A float is inline when the three high bits of its exponent, less one, have their middle bit set. These are
//! magnitudes of about 1e-77 to 1e77, zero, the subnormals, everything above 1e231 and infinity. Other floats live in
//! the heap ([`crate::types::float`]), and so do integers beyond 62 bits ([`crate::types::int`]). NaN is never inline:
//! containers look at identity before equality, so two NaNs have to be two objects.

use core::fmt;
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, HeapObject, Tracer};

/// A Python value, or [`Value::UNBOUND`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(u64);

const TAG_MASK: u64 = 0b11;
const TAG_INT: u64 = 0b00;
const TAG_POINTER: u64 = 0b01;
const TAG_FLOAT_BIT: u64 = 0b10;
/// Subtracted from a float's bits before they are rotated, so that tag bit 1 is set for the common exponents.
const FLOAT_BIAS: u64 = 1 << 60;
const FLOAT_ROTATE: u32 = 4;

/// The largest integer held inline.
pub const INT_MAX: i64 = (1 << 61) - 1;
/// The smallest integer held inline.
pub const INT_MIN: i64 = -(1 << 61);

impl Value {
    /// No value: an unbound variable, an absent argument, an empty slot.
    pub const UNBOUND: Value = Value(TAG_POINTER);
    /// The integer 0.
    pub const ZERO: Value = Value(0);

    /// The word itself.
    #[inline(always)]
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A value from its word.
    ///
    /// # Safety
    /// The word was made by [`Value::bits`], and the object that it may refer to is alive.
    #[inline(always)]
    #[must_use]
    pub const unsafe fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    #[inline(always)]
    #[must_use]
    pub const fn is_unbound(self) -> bool {
        self.0 == Self::UNBOUND.0
    }

    /// Whether it is not [`Value::UNBOUND`].
    #[inline(always)]
    #[must_use]
    pub const fn is_bound(self) -> bool {
        self.0 != Self::UNBOUND.0
    }

    /// `None` for [`Value::UNBOUND`].
    #[inline(always)]
    #[must_use]
    pub const fn bound(self) -> Option<Value> {
        if self.is_unbound() { None } else { Some(self) }
    }

    // ---- integers -----------------------------------------------------------------------------------------------

    #[inline(always)]
    #[must_use]
    pub const fn is_int(self) -> bool {
        self.0 & TAG_MASK == TAG_INT
    }

    /// Whether both are inline integers.
    #[inline(always)]
    #[must_use]
    pub const fn both_ints(a: Value, b: Value) -> bool {
        (a.0 | b.0) & TAG_MASK == TAG_INT
    }

    /// An inline integer, if it fits 62 bits.
    #[inline(always)]
    #[must_use]
    pub const fn try_int(value: i64) -> Option<Value> {
        if value >= INT_MIN && value <= INT_MAX { Some(Value((value << 2) as u64)) } else { None }
    }

    /// An inline integer from one that is known to fit.
    #[inline(always)]
    #[must_use]
    pub const fn small(value: i64) -> Value {
        debug_assert!(value >= INT_MIN && value <= INT_MAX);
        Value((value << 2) as u64)
    }

    /// The inline integer's value; meaningless for other values.
    #[inline(always)]
    #[must_use]
    pub const fn int_unchecked(self) -> i64 {
        (self.0 as i64) >> 2
    }

    /// The integer, if it is an inline one.
    #[inline(always)]
    #[must_use]
    pub const fn as_int(self) -> Option<i64> {
        if self.is_int() { Some(self.int_unchecked()) } else { None }
    }

    /// The tagged word as a signed number, for arithmetic on it.
    #[inline(always)]
    #[must_use]
    pub const fn raw_int(self) -> i64 {
        self.0 as i64
    }

    /// An inline integer from its tagged word.
    #[inline(always)]
    #[must_use]
    pub const fn from_raw_int(raw: i64) -> Value {
        debug_assert!(raw & 0b11 == 0);
        Value(raw as u64)
    }

    // ---- floats ---------------------------------------------------------------------------------------------------

    #[inline(always)]
    #[must_use]
    pub const fn is_float(self) -> bool {
        self.0 & TAG_FLOAT_BIT != 0
    }

    /// Whether both are inline floats.
    #[inline(always)]
    #[must_use]
    pub const fn both_floats(a: Value, b: Value) -> bool {
        a.0 & b.0 & TAG_FLOAT_BIT != 0
    }

    /// An inline float, if its exponent is one of the common ones and it is not NaN.
    #[inline(always)]
    #[must_use]
    pub const fn try_float(value: f64) -> Option<Value> {
        let word = value.to_bits().wrapping_sub(FLOAT_BIAS).rotate_left(FLOAT_ROTATE);
        if word & TAG_FLOAT_BIT != 0 && !value.is_nan() { Some(Value(word)) } else { None }
    }

    /// The inline float's value; meaningless for other values.
    #[inline(always)]
    #[must_use]
    pub const fn float_unchecked(self) -> f64 {
        f64::from_bits(self.0.rotate_right(FLOAT_ROTATE).wrapping_add(FLOAT_BIAS))
    }

    /// The float, if it is an inline one.
    #[inline(always)]
    #[must_use]
    pub const fn as_inline_float(self) -> Option<f64> {
        if self.is_float() { Some(self.float_unchecked()) } else { None }
    }

    // ---- heap objects -----------------------------------------------------------------------------------------------

    /// Whether it refers to a heap object. False for [`Value::UNBOUND`].
    #[inline(always)]
    #[must_use]
    pub const fn is_object(self) -> bool {
        self.0 & TAG_MASK == TAG_POINTER && self.0 != TAG_POINTER
    }

    /// A reference to a heap object.
    #[inline(always)]
    #[must_use]
    pub fn from_gc<T: HeapObject>(object: Gc<T>) -> Value {
        Value(object.as_ptr() as u64 + TAG_POINTER)
    }

    /// A reference to a heap object by its header.
    #[inline(always)]
    #[must_use]
    pub fn from_header(header: NonNull<Header>) -> Value {
        Value(header.as_ptr() as u64 + TAG_POINTER)
    }

    /// The object's header, if it refers to one.
    #[inline(always)]
    #[must_use]
    pub fn as_header(self) -> Option<NonNull<Header>> {
        if self.0 & TAG_MASK == TAG_POINTER { NonNull::new((self.0 - TAG_POINTER) as *mut Header) } else { None }
    }

    /// The address of the object: null for [`Value::UNBOUND`], meaningless for integers and floats.
    #[inline(always)]
    #[must_use]
    pub const fn address_unchecked(self) -> *const Header {
        self.0.wrapping_sub(TAG_POINTER) as *const Header
    }

    /// Reports the object to the collector.
    #[inline(always)]
    pub fn trace(self, tracer: &mut Tracer<'_>) {
        if self.0 & TAG_MASK == TAG_POINTER {
            tracer.edge(self.address_unchecked());
        }
    }
}

impl<T: HeapObject> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(object: Gc<T>) -> Value {
        Value::from_gc(object)
    }
}

impl Default for Value {
    fn default() -> Self {
        Value::UNBOUND
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(int) = self.as_int() {
            write!(f, "{int}")
        } else if let Some(float) = self.as_inline_float() {
            write!(f, "{float:?}")
        } else if self.is_unbound() {
            write!(f, "<unbound>")
        } else {
            write!(f, "<object at {:p}>", self.address_unchecked())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_word() {
        assert_eq!(size_of::<Value>(), 8);
    }

    #[test]
    fn integers_round_trip() {
        for int in [0, 1, -1, 42, INT_MAX, INT_MIN] {
            assert_eq!(Value::try_int(int).and_then(Value::as_int), Some(int));
        }
        assert_eq!(Value::try_int(INT_MAX + 1), None);
        assert_eq!(Value::try_int(INT_MIN - 1), None);
    }

    #[test]
    fn common_floats_are_inline() {
        for float in [0.0, -0.0, 1.0, -1.5, 1e-70, 1e70, f64::INFINITY, f64::MIN_POSITIVE / 4.0, f64::MAX, 3.7e300] {
            let value = Value::try_float(float).expect("inline");
            assert!(value.is_float() && !value.is_int() && !value.is_object());
            assert_eq!(value.float_unchecked().to_bits(), float.to_bits());
        }
        for float in [f64::NAN, -f64::NAN, 1e-100, 1e100, -1e200, 1e-200] {
            assert_eq!(Value::try_float(float), None);
        }
    }

    #[test]
    fn unbound_is_no_object() {
        assert!(Value::UNBOUND.is_unbound() && !Value::UNBOUND.is_object());
        assert!(!Value::UNBOUND.is_int() && !Value::UNBOUND.is_float());
    }
}
