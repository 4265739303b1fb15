//! Dead registers: those above the operands of an active frame, where earlier instructions left what nobody needs.
//!
//! The collector reports every register of a frame, since only at some instructions it is known how many are live. So an object
//! that a program has dropped may stay for a while. A program that asks for a collection wants to see it go: then the
//! dead registers are cleared first. How many are live is asked of the verifier again, so that running code pays nothing.

use rustc_hash::FxHashMap;

use crate::lower::Lowered;
use crate::value::Value;
use crate::vm::Vm;

/// The depth of the stack that each instruction of a body may need, by offset.
type Depths = Vec<(u32, Depth)>;

#[derive(Clone, Copy)]
struct Depth {
    before: u32,
    /// The deeper of before and after.
    most: u32,
}

impl Vm {
    /// Clears what the innermost active frames have in registers that no instruction will read. To be called where all frames have saved their
    /// `pc`: by a function that the program called.
    pub(crate) fn clear_dead_registers(&self, frames: usize) {
        let mut known: FxHashMap<*const Lowered, Option<Depths>> = FxHashMap::default();
        let mut above: *mut Value = self.stack.top.get();
        for frame in self.stack.frames().take(frames) {
            // SAFETY: an active frame; its code lives as long as its function.
            let (code, base, pc) = unsafe { (&*(*frame).code, (*frame).base, (*frame).pc) };
            let depths = known.entry(code).or_insert_with(|| depths(code));
            let end = base.wrapping_add(code.registers as usize);
            // The frame above has its arguments in this one's registers. A generator's registers are elsewhere.
            let end = if code.detached { end } else { end.min(above) };
            if !code.detached {
                above = base;
            }
            // SAFETY: `pc` is in the code, or at its end.
            let next = unsafe { pc.offset_from(code.instrs.as_ptr()) }.max(0) as usize;
            let Some(live) = depths.as_ref().and_then(|depths| live(code, depths, next)) else { continue };
            let mut register = base.wrapping_add(live);
            while register < end {
                // SAFETY: a register of the frame, below those of the frame above.
                unsafe { register.write(Value::UNBOUND) };
                register = register.wrapping_add(1);
            }
        }
    }
}

fn depths(lowered: &Lowered) -> Option<Depths> {
    let code = lowered.owner();
    let verified = code.module.verify_code(code.index).ok()?;
    let depth = |op: orochi_bytecode::Op, before: u32| Depth {
        before,
        most: before.max((before + op.pushes()).saturating_sub(op.pops())),
    };
    Some(verified.instructions.iter().map(|it| (it.offset, depth(it.op, it.depth))).collect())
}

/// How many registers the instruction before `next` may use, or `next` itself may read: a delegating generator stands at its
/// instruction, others behind theirs.
fn live(code: &Lowered, depths: &Depths, next: usize) -> Option<usize> {
    let at = |instr: usize| {
        let offset = *code.offsets.get(instr)?;
        let place = depths.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        Some(depths[place].1)
    };
    let most = at(next.saturating_sub(1))?.most;
    let depth = at(next).map_or(most, |depth| depth.before.max(most));
    Some(code.first_operand() + depth as usize)
}
