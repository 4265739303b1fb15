//! Frames that go over to another form of their code while they run.
//!
//! All forms of a code object have the same registers, and between two instructions of the common bytecode the same values in them:
//! they differ only in what tells observers, and in rules of the peephole that what tells stands in the way of. So a frame that waits
//! for a call goes on behind the same call of the other form. The dispatch loop must load its instruction pointer anew then. It does
//! so when a Python function returns to a frame, and when it was left for a call ([`Frame::is_outside`]); a frame that called native
//! code which called Python code stays in the form that it runs until it returns.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::interp::frame::{Frame, Return};
use crate::interp::instr::{Instr, Op};
use crate::lower::Lowered;
use crate::types::generator::{Generator, State};
use crate::vm::Vm;

/// The register that the instruction has told a Python function to put its result in.
pub(crate) fn result_register(instr: Instr) -> u16 {
    match instr.op {
        Op::Call | Op::CallMethod | Op::CallKw | Op::CallMethodKw | Op::CallEx | Op::YieldFrom => instr.c,
        Op::ForIter => instr.b,
        Op::GetAttr | Op::GetItem | Op::GetItemK => instr.a,
        _ => 0,
    }
}

/// The index of the instruction before `pc`, without its operands; `None` on entry.
///
/// # Safety
/// `pc` is in the code, or at its end.
pub(crate) unsafe fn index_before(code: &Lowered, pc: *const Instr) -> Option<usize> {
    // SAFETY: the caller says so.
    let mut index = usize::try_from(unsafe { pc.offset_from(code.instrs.as_ptr()) }).ok()?.checked_sub(1)?;
    while code.instrs[index].op == Op::Extra {
        index = index.checked_sub(1)?;
    }
    Some(index)
}

/// The same instruction in another form.
fn counterpart(from: &Lowered, to: &Lowered, index: usize) -> Option<usize> {
    let (instr, offset) = (from.instrs[index], from.offsets[index]);
    let is_same = |other: usize| {
        let found = to.instrs[other];
        to.offsets[other] == offset && found.op == instr.op && (instr.op != Op::Observe || found.x == instr.x)
    };
    (0..to.instrs.len()).find(|other| is_same(*other))
}

/// Behind an instruction and its operands.
fn behind(code: &Lowered, index: usize) -> *const Instr {
    let mut next = index + 1;
    while code.instrs.get(next).is_some_and(|instr| instr.op == Op::Extra) {
        next += 1;
    }
    code.instrs.as_ptr().wrapping_add(next)
}

impl Vm {
    /// Has the active frames run the forms of their code that calls run now, as far as they can.
    pub(super) fn migrate_frames(&self) -> PyResult<()> {
        self.migrate_stack(self.stack.frames())?;
        for frames in self.threads.parked_frames() {
            self.migrate_stack(frames.into_iter())?;
        }
        Ok(())
    }

    fn migrate_stack(&self, frames: impl Iterator<Item = *mut Frame>) -> PyResult<()> {
        let mut above: Option<*mut Frame> = None;
        for frame in frames {
            // SAFETY: active frames.
            let waits = above.is_some_and(|above| unsafe { (*above).result() } != Return::Native);
            // SAFETY: as above.
            if waits || unsafe { (*frame).is_outside() } {
                self.migrate(frame, above.filter(|_| waits))?;
            }
            above = Some(frame);
        }
        Ok(())
    }

    fn migrate(&self, frame: *mut Frame, called: Option<*mut Frame>) -> PyResult<()> {
        // SAFETY: an active frame; its code lives as long as its function.
        let (from, pc, owner) = unsafe { (&*(*frame).code, (*frame).pc, (*frame).owner) };
        let code = from.owner();
        let to = code.lowered(self)?;
        if core::ptr::eq(from, to) {
            return Ok(());
        }
        // SAFETY: a frame's `pc` belongs to its code.
        let (pc, result) = match unsafe { index_before(from, pc) } {
            None => (to.instrs.as_ptr(), None),
            Some(index) => match counterpart(from, to, index) {
                Some(other) => {
                    let results = (result_register(from.instrs[index]), result_register(to.instrs[other]));
                    (behind(to, other), Some(results))
                }
                None => return Ok(()),
            },
        };
        // SAFETY: as above; the frame that was called is active too.
        unsafe {
            (*frame).code = to;
            (*frame).pc = pc;
            if let (Some(called), Some((old, new))) = (called, result)
                && (*called).dst == old
            {
                (*called).dst = new;
            }
        }
        if let Some(generator) = owner.cast::<Generator>().filter(|_| to.detached) {
            generator.code.set(to);
        }
        Ok(())
    }

    /// The same for a generator that is about to go on.
    #[cold]
    pub(crate) fn migrate_generator(&self, generator: Gc<Generator>) -> PyResult<()> {
        // SAFETY: the code lives as long as the generator's function.
        let from = unsafe { &*generator.code.get() };
        let code = from.owner();
        let to = code.lowered(self)?;
        if core::ptr::eq(from, to) {
            return Ok(());
        }
        if generator.state.get() == State::Created {
            generator.pc.set(to.instrs.as_ptr());
            generator.code.set(to);
            return Ok(());
        }
        let delegates = self.stands_at_delegation(generator);
        // SAFETY: the `pc` of a suspended generator belongs to its code.
        let index = unsafe {
            let pc = generator.pc.get();
            index_before(from, if delegates { pc.add(1) } else { pc })
        };
        let Some((index, other)) = index.and_then(|index| Some((index, counterpart(from, to, index)?))) else {
            return Ok(());
        };
        let (old, new) = (from.instrs[index], to.instrs[other]);
        if delegates {
            generator.pc.set(to.instrs.as_ptr().wrapping_add(other));
        } else {
            generator.pc.set(behind(to, other));
            if generator.resume_register.get() == old.c {
                generator.resume_register.set(new.c);
            }
        }
        generator.code.set(to);
        Ok(())
    }
}
