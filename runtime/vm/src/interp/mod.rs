//! The interpreter.

pub mod cache;
pub mod frame;
pub mod instr;
pub mod stack;

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::types::function::Function;
use crate::types::native::Args;
use crate::vm::Vm;

impl Vm {
    /// Calls a Python function.
    pub fn call_function(&self, _function: Gc<Function>, _args: Args<'_>) -> PyResult {
        Err(self.runtime_error("not yet"))
    }

    /// RecursionError when native code is nested too deeply.
    #[inline]
    pub fn check_native_recursion(&self) -> PyResult<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.stack.native_limit.get() {
            return Err(self.recursion_error());
        }
        Ok(())
    }

    /// `RecursionError: maximum recursion depth exceeded`.
    #[cold]
    pub fn recursion_error(&self) -> crate::error::Raised {
        self.raise(self.types().recursion_error, "maximum recursion depth exceeded")
    }
}

impl Vm {
    /// Runs the body of a class in a namespace.
    pub fn run_class_body(&self, _: orochi_gc::Gc<crate::types::function::Function>, _: crate::Value) -> PyResult {
        Err(self.runtime_error("not yet"))
    }
}
