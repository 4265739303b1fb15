//! Which local variables are certainly bound where control comes together: a forward data-flow analysis over the
//! verified instructions, whose results are at the targets of jumps and handlers.

use orochi_bytecode::VerifiedCode;
use orochi_bytecode::op::{Flow, Op};

/// A set of local variables.
pub type Bits = Box<[u64]>;

/// Certainly bound variables at the instructions that are targets; `None` elsewhere.
pub struct Assigned {
    states: Vec<Option<Bits>>,
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
        let mut this = Assigned { states: vec![None; code.instructions.len()] };
        if code.instructions.is_empty() {
            return this;
        }
        let mut work = vec![(0usize, on_entry(code))];
        while let Some((start, mut bits)) = work.pop() {
            let mut at = start;
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
        }
        this
    }

    /// Control comes to an instruction with these variables bound: looks at it (again) if that says less than what was known.
    fn reach(&mut self, target: usize, bits: &[u64], work: &mut Vec<(usize, Bits)>) {
        match &mut self.states[target] {
            Some(known) => {
                let mut changed = false;
                for (known, bits) in known.iter_mut().zip(bits) {
                    changed |= *known & !bits != 0;
                    *known &= bits;
                }
                if changed {
                    let known = known.clone();
                    work.push((target, known));
                }
            }
            unknown => {
                *unknown = Some(bits.into());
                work.push((target, bits.into()));
            }
        }
    }

    /// What is certainly bound at a target.
    #[must_use]
    pub fn at(&self, instruction: usize) -> Option<&Bits> {
        self.states[instruction].as_ref()
    }
}
