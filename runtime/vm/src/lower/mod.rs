//! Lowering: from the stack code of a verified body to register code. Done when a code object is first called.
//!
//! A frame's registers are its local variables, then its own cells, then one register for each place on the stack. The
//! lowering runs the stack code symbolically: a place on the stack is either in its own register or *virtual*, a
//! constant or a copy of another register. So loads, copies and swaps cost nothing until an instruction needs the value in a certain
//! place. At the borders of basic blocks, and wherever a handler may look, every place is in its own register.
//!
//! - [`assigned`] finds the local variables that are certainly bound, whose loads need no check
//! - [`stack`] has the symbolic stack and the peephole rules
//! - [`ops`] translates each operation
//! - [`observed`] has what the form of code that is observed has besides
//! - [`scratch`] keeps the memory of the work from one body to the next
//! - [`dump`] shows the result

mod assigned;
pub mod dump;
pub mod observed;
mod ops;
mod scratch;
mod stack;

use core::cell::Cell;

use orochi_gc::{Gc, Tracer};

use crate::error::PyResult;
use crate::interp::cache::Cache;
use crate::interp::instr::Instr;
use crate::lower::observed::Points;
use crate::object::array::Array;
use crate::types::code::{Code, Place};
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

pub(crate) use scratch::Scratch;

/// Which kind of frame a code object makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Activation {
    /// Runs when it is called.
    Function,
    /// Calling it makes a generator, coroutine or asynchronous generator.
    Generator,
    Coroutine,
    AsyncGenerator,
}

/// While an instruction in `start..end` raises: the exception goes to register `target_register`, and control to `target`.
#[derive(Clone, Copy, Debug)]
pub struct RegisterHandler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub exception: u16,
}

/// Registers of every frame above the deepest stack.
pub(crate) const SPARE: usize = 2;

/// Register code.
pub struct Lowered {
    pub instrs: Box<[Instr]>,
    pub caches: Box<[Cache]>,
    /// Constants that the code uses.
    pub constants: Cell<Gc<Array>>,
    /// Names that the code uses, interned.
    // traced: by `Lowered::trace`
    pub names: Box<[Gc<Str>]>,
    /// Offset in the body, by instruction.
    pub offsets: Box<[u32]>,
    pub handlers: Box<[RegisterHandler]>,
    /// Names of local variables, by register.
    // traced: by `Lowered::trace`
    pub locals: Box<[Gc<Str>]>,
    pub registers: u16,
    /// The deepest that the stack gets.
    pub max_stack: u16,
    pub positional: u16,
    pub positional_only: u16,
    pub keyword_only: u16,
    pub varargs: bool,
    pub varkwargs: bool,
    /// With how many positional arguments the short way of calls can be taken: there are no other parameters, and the frame is on the
    /// stack. [`NOT_DIRECTLY`] for other code.
    pub takes: u32,
    pub activation: Activation,
    /// Whether the registers live in a generator object.
    pub detached: bool,
    /// Whether names live in a mapping (module and class bodies).
    pub has_mapping: bool,
    /// What observers are told of.
    pub observed: Points,
    /// The code object that it is a form of, and that owns it.
    pub code: Cell<*const Code>,
}

/// More arguments than there are registers for.
pub const NOT_DIRECTLY: u32 = u32::MAX;

impl Lowered {
    /// Reports what the code refers to.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        self.caches.iter().for_each(|cache| cache.trace(tracer));
        Value::from(self.constants.get()).trace(tracer);
        self.names.iter().for_each(|name| Value::from(*name).trace(tracer));
        self.locals.iter().for_each(|name| Value::from(*name).trace(tracer));
    }

    /// The handler for an instruction.
    #[must_use]
    pub fn handler(&self, instr: u32) -> Option<RegisterHandler> {
        let after = self.handlers.partition_point(|handler| handler.start <= instr);
        let handler = self.handlers[..after].last()?;
        (instr < handler.end).then_some(*handler)
    }

    /// The code object that it is a form of.
    #[must_use]
    pub fn owner(&self) -> Gc<Code> {
        // SAFETY: the code object owns the form, so it lives as long.
        unsafe { Gc::from_ptr(self.code.get().cast_mut()) }
    }

    /// The place in the body of the instruction before `pc`.
    ///
    /// # Safety
    /// `pc` is in the code, or at its end.
    #[must_use]
    pub unsafe fn place_before(&self, pc: *const Instr) -> Place {
        // SAFETY: the caller says so.
        let index = unsafe { pc.offset_from(self.instrs.as_ptr()) };
        match usize::try_from(index - 1).ok().and_then(|index| self.offsets.get(index)) {
            Some(offset) => Place::at(*offset),
            None => Place::ENTRY,
        }
    }

    /// The register of the lowest place on the stack.
    #[must_use]
    pub fn first_operand(&self) -> usize {
        self.registers as usize - self.max_stack as usize - SPARE
    }

    /// How many local variables there are.
    #[must_use]
    pub fn local_count(&self) -> usize {
        self.locals.len()
    }

    /// Parameters that have their own register, without `*args` and `**kwargs`.
    #[must_use]
    pub fn parameters(&self) -> usize {
        (self.positional + self.keyword_only) as usize
    }
}

/// Lowers a code object. SystemError when the body breaks a rule of the verifier, or is too large to lower.
/// `observed` says what observers are to be told of ([`observed`]).
pub fn lower(vm: &Vm, code: Gc<Code>, observed: Points) -> PyResult<Box<Lowered>> {
    let mut scratch = vm.lowering.take();
    let verified = match code.module.verify_code_with(code.index, core::mem::take(&mut scratch.verified)) {
        Ok(verified) => verified,
        Err(error) => return Err(vm.raise(vm.types().system_error, error.to_string())),
    };
    // Collecting in between would not see what the half-made code refers to.
    let (lowered, mut scratch) =
        vm.heap.without_collections(|| ops::Lowerer::new(vm, code, &verified, observed, scratch)?.run())?;
    scratch.verified = verified.instructions;
    vm.lowering.set(scratch);
    Ok(lowered)
}
