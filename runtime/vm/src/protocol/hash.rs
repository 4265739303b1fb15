//! Hashes: `hash(obj)`. Equal numbers have equal hashes whatever their type (modulo the Mersenne prime 2^61 - 1, as the
//! numeric types chapter of the library reference describes).

use orochi_gc::Gc;

use crate::error::{PyResult, Raised};
use crate::object::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The modulus of numeric hashes.
pub const MODULUS: u64 = (1 << 61) - 1;

/// The hash of an integer.
#[inline]
#[must_use]
pub fn hash_int(value: i64) -> u64 {
    let magnitude = (value.unsigned_abs() % MODULUS) as i64;
    let hash = if value < 0 { -magnitude } else { magnitude };
    (if hash == -1 { -2 } else { hash }) as u64
}

/// The hash of a float that is not NaN (a NaN hashes by identity).
#[must_use]
pub fn hash_float(value: f64) -> u64 {
    if value.is_infinite() {
        return if value > 0.0 { 314_159 } else { -314_159i64 as u64 };
    }
    if value == value.trunc() && value.abs() < 9e18 {
        return hash_int(value as i64);
    }
    // value = mantissa * 2^exponent with an integer mantissa; 2^61 is 1 modulo the prime.
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let shift = exponent.rem_euclid(61) as u32;
    let product = u128::from(mantissa % MODULUS) << shift;
    let magnitude = (product % u128::from(MODULUS)) as i64;
    let hash = if value < 0.0 { -magnitude } else { magnitude };
    (if hash == -1 { -2 } else { hash }) as u64
}

/// Mixes the hashes of items in order, as CPython's tuples do (xxHash's accumulation).
#[must_use]
pub fn hash_sequence(hashes: impl Iterator<Item = u64>) -> u64 {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let mut len = 0u64;
    let mut acc = P5;
    for hash in hashes {
        acc = acc.wrapping_add(hash.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        len += 1;
    }
    acc = acc.wrapping_add(len ^ (P5 ^ 3_527_539));
    if acc == u64::MAX { 1_546_275_796 } else { acc }
}

/// The hash of an object by identity.
#[must_use]
pub fn hash_identity(value: Value) -> u64 {
    value.bits().rotate_right(4)
}

impl Vm {
    /// `hash(value)` as a word. TypeError when the value cannot be hashed.
    #[inline]
    pub fn hash(&self, value: Value) -> PyResult<u64> {
        if value.is_int() {
            return Ok(hash_int(value.int_unchecked()));
        }
        if self.is_exact_str(value) {
            return Ok(value.expect::<Str>().hash());
        }
        self.hash_slow(value)
    }

    fn hash_slow(&self, value: Value) -> PyResult<u64> {
        if let Some(float) = value.as_inline_float() {
            return Ok(hash_float(float));
        }
        if self.is_exact_tuple(value) {
            return self.hash_tuple(value.expect::<Tuple>());
        }
        let class = self.class_of(value);
        let method = class.special(Special::Hash);
        if method.is_unbound() || method == self.none() {
            return Err(self.unhashable(value));
        }
        if method == self.types().object.special(Special::Hash) {
            return Ok(hash_identity(value));
        }
        let result = match class.native(Special::Hash) {
            Some(hash) => hash(self, &[value])?,
            None => self.call_special(value, method, &[])?,
        };
        match crate::types::int::hash_of(self, result) {
            Some(hash) => Ok(hash),
            None => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    /// The hash of a tuple's items in order.
    pub(crate) fn hash_tuple(&self, tuple: Gc<Tuple>) -> PyResult<u64> {
        if !self.has_native_room() {
            let message = "maximum recursion depth exceeded while hashing a tuple";
            return Err(self.raise(self.types().recursion_error, message));
        }
        let mut failure = Ok(());
        let hash = hash_sequence(tuple.items().iter().map_while(|item| match self.hash(*item) {
            Ok(hash) => Some(hash),
            Err(raised) => {
                failure = Err(raised);
                None
            }
        }));
        failure.map(|()| hash)
    }

    /// The TypeError for a value that cannot be hashed.
    #[cold]
    pub fn unhashable(&self, value: Value) -> Raised {
        self.type_error(format!("unhashable type: '{}'", self.type_name(value)))
    }
}
