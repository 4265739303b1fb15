//! Methods and attributes of `int`.

use orochi_macros::methods;

use super::arith;
use super::protocol::plain;
use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// `int`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "int",
        "An integer of any size.\n\nWithout an argument it is 0. A number is cut towards zero; a string, bytes or bytearray is read as \
         an integer literal in the given base, 10 by default. Base 0 reads the base from the literal's prefix.",
        Layout::Int,
    )
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("denominator", "The denominator of a rational number: 1.", |vm, _| vm.new_int(1)),
    GetSetDef::readonly("imag", "The imaginary part of a complex number: 0.", |vm, _| vm.new_int(0)),
    GetSetDef::readonly("numerator", "The numerator of a rational number: the integer itself.", plain),
    GetSetDef::readonly("real", "The real part of a complex number: the integer itself.", plain),
];

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return how many bits the magnitude has, without leading zeros.
    #[method("bit_length($self, /)")]
    fn bit_length(vm: &Vm, args: &[Value]) -> PyResult {
        let bits = arith::operand(args[0]).map_or(0, |int| arith::bit_length(&int));
        vm.new_int(bits as i64)
    }

    /// Return the integer itself: it is its own conjugate.
    #[method("conjugate($self, /)")]
    fn conjugate(vm: &Vm, args: &[Value]) -> PyResult {
        plain(vm, args[0])
    }

    /// Return True: an integer is a whole number.
    #[method("is_integer($self, /)")]
    fn is_integer(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.true_())
    }
}
