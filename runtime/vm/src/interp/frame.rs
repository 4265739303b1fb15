//! Frames: one activation of a code object.

use orochi_gc::{Gc, Tracer};

use crate::interp::instr::Instr;
use crate::lower::Lowered;
use crate::types::code::Code;
use crate::types::function::Function;
use crate::types::generator::Generator;
use crate::value::Value;

/// What is to happen with the result when a frame returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Return {
    /// Store it in the caller's register `dst`.
    Register,
    /// Forget it.
    Discard,
    /// Leave the interpreter: native code called.
    Native,
    /// It must be None; store the instance in `dst` (a class was called and this is `__init__`).
    Init,
    /// The frame is a generator's that a `for` loop resumed: its return ends the loop.
    ForIter,
    /// The frame is a generator's that `yield from` resumed.
    YieldFrom,
    /// The frame is a generator's that `send()` or `next()` resumed: what it yields is stored, its return raises StopIteration.
    Sent,
    /// First something else is to be done ([`Vm::leave_watched`](crate::vm::Vm)), then what [`Frame::then`] says.
    Watched,
}

/// An activation of a code object.
#[repr(C)]
pub struct Frame {
    /// The instruction to go on with; while the frame is calling, the one after the call.
    pub pc: *const Instr,
    /// Its registers.
    pub base: *mut Value,
    pub code: *const Lowered,
    /// The function; keeps the code alive.
    pub function: Gc<Function>,
    /// The mapping of its names, for module and class bodies; else unbound.
    pub locals: Value,
    /// The instance ([`Return::Init`]) or the generator that the frame belongs to; else unbound.
    pub owner: Value,
    /// The top of the registers before the frame was entered.
    pub saved_top: *mut Value,
    /// `frame` object, if one was made.
    pub object: Value,
    /// Register of the caller that takes the result.
    pub dst: u16,
    pub on_return: Return,
    /// What is to happen in place of [`Return::Watched`].
    pub then: Return,
    /// The line that an observer was told of last, 0 before the first; in the highest bits [`OUTSIDE`] and [`BACK`].
    pub(super) line: u32,
}

/// The dispatch loop is left for a call, and will load everything anew.
const OUTSIDE: u32 = 1 << 31;
/// Control has gone back since the line was told of.
const BACK: u32 = 1 << 30;
const LINE: u32 = BACK - 1;

impl Frame {
    /// Where the names live that are no variables: what the body is run in; the globals, when code that is no function's is called as one.
    #[inline]
    pub fn namespace(&self) -> Value {
        // SAFETY: the frame's function keeps its code alive.
        let is_called = self.locals.is_unbound() && unsafe { (*self.code).has_mapping };
        if is_called { self.function.globals.get() } else { self.locals }
    }

    /// Whether the dispatch loop that runs it will load its instruction pointer anew.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.line & OUTSIDE != 0
    }

    /// Sets that; returns what it was.
    pub fn set_outside(&mut self, outside: bool) -> bool {
        let was = self.is_outside();
        self.line = if outside { self.line | OUTSIDE } else { self.line & !OUTSIDE };
        was
    }

    /// Control has come to a line. Says whether it was there last, and whether it has gone back since.
    pub fn reach_line(&mut self, line: u32) -> (bool, bool) {
        let (last, back) = (self.line & LINE, self.line & BACK != 0);
        self.line = (self.line & OUTSIDE) | (line & LINE);
        (last == line & LINE, back)
    }

    /// The line that an observer was told of last; 0 for none.
    #[must_use]
    pub fn told_line(&self) -> u32 {
        self.line & LINE
    }

    /// Control goes back.
    pub fn go_back(&mut self) {
        self.line |= BACK;
    }

    /// Has the next line told of, whichever it is.
    pub fn forget_line(&mut self) {
        self.line &= OUTSIDE;
    }

    /// What is to happen with the result.
    #[must_use]
    pub fn result(&self) -> Return {
        if self.on_return == Return::Watched { self.then } else { self.on_return }
    }

    /// Has [`Vm::leave_watched`](crate::vm::Vm) called when the frame is left.
    pub fn watch(&mut self) {
        if self.on_return != Return::Watched {
            self.then = self.on_return;
            self.on_return = Return::Watched;
        }
    }

    /// The frame is left: says what is to happen with the result.
    pub fn unwatch(&mut self) -> Return {
        self.on_return = self.result();
        self.on_return
    }

    /// Reports what the frame refers to; its registers are reported by the stack, or by the generator that owns them.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        Value::from(self.function).trace(tracer);
        self.locals.trace(tracer);
        self.owner.trace(tracer);
        if let Some(generator) = self.owner.cast::<Generator>()
            && let Some(registers) = generator.registers.get()
        {
            Value::from(registers).trace(tracer);
            registers.slots().iter().for_each(|slot| slot.get().trace(tracer));
        }
        self.object.trace(tracer);
    }
}

/// The namespace of a function that is called: the globals, if its code is a module's; that of a function has none.
pub(crate) fn called_namespace(function: Gc<Function>, code: &Code) -> Value {
    if code.flags().function { Value::UNBOUND } else { function.globals.get() }
}
