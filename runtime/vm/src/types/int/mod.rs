//! `int`: integers beyond 62 bits and instances of subclasses. Most integers are inline ([`Value::as_int`]).
//!
//! [`arith`] computes, [`text`] converts to text; `methods` has the methods, `protocol` the operators.

pub mod arith;
pub(crate) mod bytes;
pub mod methods;
pub mod parse;
pub(crate) mod protocol;
pub mod text;

use core::ptr::NonNull;

use dashu_int::IBig;
use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// An integer that is not inline, or of a subclass (`bool` is one).
#[repr(C)]
pub struct Int {
    header: Header,
    pub value: IBig,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Int {
    const LAYOUT: Layout = Layout::Int;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// Frees the digits of a dead integer.
///
/// # Safety
/// `object` is a dead integer, dropped once.
pub unsafe fn drop_int(object: NonNull<Header>, heap: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe {
        let int = object.cast::<Int>();
        heap.external(-(external_bytes(&int.as_ref().value) as isize));
        core::ptr::drop_in_place(&raw mut (*int.as_ptr()).value);
    }
}

/// Bytes that an integer owns outside the heap.
fn external_bytes(value: &IBig) -> usize {
    let bits = dashu_int::ops::BitTest::bit_len(value);
    if bits <= 128 { 0 } else { bits / 8 }
}

impl Vm {
    /// An integer value.
    #[inline(always)]
    pub fn new_int(&self, value: i64) -> PyResult {
        match Value::try_int(value) {
            Some(value) => Ok(value),
            None => self.new_big_int(IBig::from(value)),
        }
    }

    /// An integer value of any size; inline if it fits.
    pub fn new_big_int(&self, value: IBig) -> PyResult {
        if let Some(small) = i64::try_from(&value).ok().and_then(Value::try_int) {
            return Ok(small);
        }
        self.new_int_of(self.types().int, value).map(Value::from)
    }

    /// An integer object of a class, never inline.
    pub fn new_int_of(&self, class: Gc<Class>, value: IBig) -> PyResult<Gc<Int>> {
        self.heap.external(external_bytes(&value) as isize);
        self.new_native(class, Int { header: Header::empty(), value })
    }
}

/// An `int` object's value, if it fits 64 bits; `None` also for what is no integer.
#[inline]
#[must_use]
pub fn to_i64(value: Value) -> Option<i64> {
    match value.as_int() {
        Some(int) => Some(int),
        None => value.cast::<Int>().and_then(|int| i64::try_from(&int.value).ok()),
    }
}

/// An `int` object's value, cut to 64 bits; 0 for what is no integer.
#[must_use]
pub fn to_i64_clamped(value: Value) -> i64 {
    match (to_i64(value), value.cast::<Int>()) {
        (Some(int), _) => int,
        (None, Some(int)) if int.value < IBig::ZERO => i64::MIN,
        (None, Some(_)) => i64::MAX,
        (None, None) => 0,
    }
}

/// An `int` object's value as a big integer.
#[must_use]
pub fn to_big(value: Value) -> Option<IBig> {
    match value.as_int() {
        Some(int) => Some(IBig::from(int)),
        None => value.cast::<Int>().map(|int| int.value.clone()),
    }
}

/// What `hash()` makes of a result of `__hash__`: any integer, reduced to a word. `None` for what is no integer.
#[must_use]
pub fn hash_of(_: &Vm, value: Value) -> Option<u64> {
    if let Some(int) = to_i64(value) {
        return Some(if int == -1 { -2i64 as u64 } else { int as u64 });
    }
    let big = &value.cast::<Int>()?.value;
    let modulus = IBig::from(crate::protocol::hash::MODULUS);
    let rest = i64::try_from(&(big % &modulus)).unwrap_or(0);
    Some(if rest == -1 { -2i64 as u64 } else { rest as u64 })
}
