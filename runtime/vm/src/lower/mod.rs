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
//! - [`dump`] shows the result

mod assigned;
pub mod dump;
mod ops;
mod stack;

use core::cell::Cell;

use orochi_bytecode::operands::CodeIdx;
use orochi_bytecode::{Const, VerifiedModule};
use orochi_gc::{Gc, Tracer};

use crate::error::PyResult;
use crate::interp::cache::Cache;
use crate::interp::instr::Instr;
use crate::object::array::Array;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

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
    /// Positional parameters only, and a frame of its own: the short way of calls.
    pub simple: bool,
    pub activation: Activation,
    /// Whether the registers live in a generator object.
    pub detached: bool,
    /// Whether names live in a mapping (module and class bodies).
    pub has_mapping: bool,
    pub index: CodeIdx,
}

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
pub fn lower(vm: &Vm, module: &VerifiedModule, index: CodeIdx) -> PyResult<Box<Lowered>> {
    let verified = match module.verify_code(index) {
        Ok(verified) => verified,
        Err(error) => return Err(vm.raise(vm.types().system_error, error.to_string())),
    };
    // Collecting in between would not see what the half-made code refers to.
    vm.heap.without_collections(|| ops::Lowerer::new(vm, module, &verified)?.run())
}

/// The value of a constant of a module.
pub fn constant(vm: &Vm, module: &VerifiedModule, index: orochi_bytecode::operands::ConstIdx) -> PyResult {
    use dashu_int::IBig;
    let source = module.module();
    // Items have a lower index than what they are in, so this ends.
    Ok(match source.constant(index) {
        Const::None => vm.none(),
        Const::True => vm.true_(),
        Const::False => vm.false_(),
        Const::Ellipsis => vm.ellipsis(),
        Const::Int(value) => vm.new_int(*value)?,
        Const::BigInt(bytes) => vm.new_big_int(IBig::from_le_bytes(bytes))?,
        Const::Float(value) => vm.new_float(*value)?,
        Const::Complex { real, imag } => vm.new_complex(*real, *imag)?,
        Const::Str(text) => match core::str::from_utf8(text) {
            // Short texts that look like names are interned, as in CPython: they are often attribute names and dict keys.
            Ok(name) if name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                vm.intern(name).into()
            }
            _ => Str::from_wtf8(vm, text)?.into(),
        },
        Const::Bytes(bytes) => vm.new_bytes(bytes)?,
        Const::Tuple(items) => {
            let values = constants(vm, module, items)?;
            Tuple::from_iter(vm, values.len(), values.slots().iter().map(Cell::get))?.into()
        }
        Const::FrozenSet(items) => {
            let values = constants(vm, module, items)?;
            let set = crate::types::set::Set::new(vm, vm.types().frozenset, &[])?;
            for value in values.slots() {
                set.add(vm, value.get())?;
            }
            set.into()
        }
        Const::Slice { start, stop, step } => crate::types::slice::Slice::new(
            vm,
            constant(vm, module, *start)?,
            constant(vm, module, *stop)?,
            constant(vm, module, *step)?,
        )?,
    })
}

fn constants(vm: &Vm, module: &VerifiedModule, items: &[orochi_bytecode::operands::ConstIdx]) -> PyResult<Gc<Array>> {
    let array = Array::new(vm, items.len())?;
    for (slot, item) in array.slots().iter().zip(items) {
        slot.set(constant(vm, module, *item)?);
        vm.heap.barrier(array.header());
    }
    Ok(array)
}
