//! The interpreter: runs register code.
//!
//! - [`run`] has the dispatch loop
//! - [`arith`] has operators that are not on two inline numbers
//! - [`attr`] and [`global`] have what inline caches learn
//! - [`item`] has the short ways of subscripts and loops
//! - [`enter`] has call instructions; [`call`] says how arguments get into a frame; [`generator`] has frames that are suspended
//! - [`ops`] has everything that is long or rare
//! - [`unwind`] handles exceptions
//! - [`observe`] tells tools what happens
//! - [`stack`], [`frame`], [`cache`] and [`instr`] are the data

pub mod arith;
pub mod attr;
pub mod cache;
pub mod call;
pub mod dead;
mod enter;
pub mod frame;
pub mod generator;
pub mod global;
pub mod instr;
mod item;
pub mod observe;
pub mod ops;
pub mod poll;
pub mod run;
pub mod stack;
pub mod unwind;

use crate::error::{PyResult, Raised};
use crate::vm::Vm;

impl Vm {
    /// RecursionError when native code is nested too deeply.
    #[inline]
    pub fn check_native_recursion(&self) -> PyResult<()> {
        if self.has_native_room() { Ok(()) } else { Err(self.recursion_error()) }
    }

    /// Whether there is stack enough for native code to call itself once more.
    #[inline(always)]
    #[must_use]
    pub fn has_native_room(&self) -> bool {
        let here = 0u8;
        (&raw const here as usize) >= self.stack.native_limit.get()
    }

    /// `RecursionError: maximum recursion depth exceeded`.
    #[cold]
    pub fn recursion_error(&self) -> Raised {
        self.raise(self.types().recursion_error, "maximum recursion depth exceeded")
    }
}
