//! Dead registers: those above the operands of an active frame, where earlier instructions left what nobody needs.
//!
//! The collector reports every register of a frame, since only at some instructions it is known how many are live. So an object
//! that a program has dropped may stay for a while. A program that asks for a collection wants to see it go: then the
//! dead registers are cleared first. How many are live is asked of the verifier again, so that running code pays nothing.

use orochi_bytecode::op::Flow;
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
    /// Whether the next instruction follows it.
    goes_on: bool,
}

impl Vm {
    /// Clears what the innermost active frames have in registers that no instruction will read. To be called where all frames have saved their
    /// `pc`: by a function that the program called.
    pub(crate) fn clear_dead_registers(&self, frames: usize) {
        let mut known: FxHashMap<*const Lowered, Option<Depths>> = FxHashMap::default();
        // Where the frames above begin and end: each has its arguments in the registers of the one below, which may reach further up.
        let (mut above, mut above_end): (*mut Value, *mut Value) = (self.stack.top.get(), core::ptr::null_mut());
        for frame in self.stack.frames().take(frames) {
            // SAFETY: an active frame; its code lives as long as its function.
            let (code, base, pc) = unsafe { (&*(*frame).code, (*frame).base, (*frame).pc) };
            let depths = known.entry(code).or_insert_with(|| depths(code));
            let end = base.wrapping_add(code.registers as usize);
            // SAFETY: `pc` is in the code, or at its end.
            let next = unsafe { pc.offset_from(code.instrs.as_ptr()) }.max(0) as usize;
            let dead = depths.as_ref().and_then(|depths| live(code, depths, next)).map(|live| base.wrapping_add(live));
            if code.detached {
                // A generator's registers are elsewhere.
                dead.inspect(|dead| clear(*dead, end));
                continue;
            }
            if let Some(dead) = dead {
                clear(dead, end.min(above));
                clear(dead.max(above_end), end);
            }
            (above, above_end) = (base, end.max(above_end));
        }
    }
}

/// Clears the registers from one to another of a frame, which no frame above it uses.
fn clear(mut register: *mut Value, end: *mut Value) {
    while register < end {
        // SAFETY: the caller's promise; registers of active frames may be written.
        unsafe { register.write(Value::UNBOUND) };
        register = register.wrapping_add(1);
    }
}

fn depths(lowered: &Lowered) -> Option<Depths> {
    let code = lowered.owner();
    let verified = code.module.verify_code(code.index).ok()?;
    let depth = |op: orochi_bytecode::Op, before: u32| Depth {
        before,
        most: before.max((before + op.pushes()).saturating_sub(op.pops())),
        goes_on: matches!(op.flow(), Flow::Next | Flow::Branch),
    };
    Some(verified.instructions.iter().map(|it| (it.offset, depth(it.op, it.depth))).collect())
}

/// How many registers the instruction before `next` may use, or leaves to the next one. `next` itself counts where it may be what the frame
/// stands at: a delegating generator stands at its instruction, and a jump may have led there.
fn live(code: &Lowered, depths: &Depths, next: usize) -> Option<usize> {
    let at = |instr: usize| {
        let offset = *code.offsets.get(instr)?;
        let place = depths.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        Some(depths[place].1)
    };
    let last = at(next.saturating_sub(1))?;
    let depth = match at(next) {
        // It may be there already for what comes later: constants are put into registers shortly before they are used.
        Some(_) if last.goes_on && !code.detached => last.most,
        Some(depth) => depth.before.max(last.most),
        None => last.most,
    };
    Some(code.first_operand() + depth as usize)
}
