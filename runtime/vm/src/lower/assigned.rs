//! Which local variables are certainly bound where control comes together: a forward data-flow analysis over the
//! verified instructions, whose results are at the targets of jumps and handlers.

use orochi_bytecode::VerifiedCode;
use orochi_bytecode::op::{Flow, Op};

/// A set of local variables.
pub type Bits = Box<[u64]>;

/// Certainly bound variables at the instructions that are targets.
pub struct Assigned {
    /// Words of a set.
    words: usize,
    /// The sets by instruction, those of other instructions than targets being empty. None at all where there are no variables.
    sets: Vec<u64>,
    /// Which instructions control was seen to come to.
    seen: Vec<bool>,
}

/// Whether a variable is in a set.
#[inline]
pub fn contains(bits: &[u64], local: usize) -> bool {
    bits[local / 64] & 1 << (local % 64) != 0
}

/// Adds a variable.
#[inline]
pub fn insert(bits: &mut [u64], local: usize) {
    bits[local / 64] |= 1 << (local % 64);
}

/// Takes a variable out.
#[inline]
pub fn remove(bits: &mut [u64], local: usize) {
    bits[local / 64] &= !(1 << (local % 64));
}

/// What is bound on entry: the parameters, but for those that moved to a cell.
#[must_use]
pub fn on_entry(code: &VerifiedCode<'_>) -> Bits {
    let wire = code.code;
    let mut bits = vec![0u64; wire.locals.len() / 64 + 1].into_boxed_slice();
    let parameters = wire.positional + wire.keyword_only;
    let parameters = parameters + u32::from(wire.flags.varargs) + u32::from(wire.flags.varkwargs);
    (0..parameters as usize).for_each(|local| insert(&mut bits, local));
    for parameter in wire.cells.iter().filter_map(|cell| cell.parameter) {
        remove(&mut bits, parameter.index());
    }
    bits
}

/// The effect of an instruction.
pub fn apply(bits: &mut [u64], op: Op) {
    match op {
        Op::StoreLocal { local } => insert(bits, local.index()),
        // After a load that did not raise, the variable is bound.
        Op::LoadLocal { local } => insert(bits, local.index()),
        Op::DeleteLocal { local } | Op::ClearLocal { local } => remove(bits, local.index()),
        _ => {}
    }
}

impl Assigned {
    /// Analyses a body.
    #[must_use]
    pub fn analyse(code: &VerifiedCode<'_>) -> Assigned {
        let mut bits = on_entry(code);
        let words = bits.len();
        let count = if code.code.locals.is_empty() { 0 } else { code.instructions.len() };
        let mut this = Assigned { words, sets: vec![0; count * words], seen: vec![false; count] };
        if count == 0 {
            return this;
        }
        // Targets that are to be looked at, with what is known of them by then.
        let mut work = Vec::new();
        let mut at = 0;
        loop {
            loop {
                let instruction = &code.instructions[at];
                let handler =
                    instruction.handler.and_then(|handler| code.index_of(code.code.handlers[handler as usize].target));
                if let Some(target) = handler {
                    this.reach(target, &bits, &mut work);
                }
                apply(&mut bits, instruction.op);
                if let (Some(target), Op::DeleteLocal { .. } | Op::ClearLocal { .. }) = (handler, instruction.op) {
                    this.reach(target, &bits, &mut work);
                }
                if let Some(target) = instruction.target {
                    this.reach(target as usize, &bits, &mut work);
                }
                if matches!(instruction.op.flow(), Flow::Jump | Flow::End) {
                    break;
                }
                at += 1;
                let Some(next) = code.instructions.get(at) else { break };
                if next.is_target {
                    this.reach(at, &bits, &mut work);
                    break;
                }
            }
            let Some(next) = work.pop() else { return this };
            at = next;
            bits.copy_from_slice(this.set(at));
        }
    }

    fn set(&self, instruction: usize) -> &[u64] {
        &self.sets[instruction * self.words..][..self.words]
    }

    /// Control comes to an instruction with these variables bound: looks at it (again) if that says less than what was known.
    fn reach(&mut self, target: usize, bits: &[u64], work: &mut Vec<usize>) {
        let known = &mut self.sets[target * self.words..][..self.words];
        if !self.seen[target] {
            self.seen[target] = true;
            known.copy_from_slice(bits);
            work.push(target);
            return;
        }
        let mut changed = false;
        for (known, bits) in known.iter_mut().zip(bits) {
            changed |= *known & !bits != 0;
            *known &= bits;
        }
        if changed {
            work.push(target);
        }
    }

    /// What is certainly bound at a target.
    #[must_use]
    pub fn at(&self, instruction: usize) -> Option<&[u64]> {
        self.seen.get(instruction)?.then(|| self.set(instruction))
    }
}
