//! From a [`CodeBuilder`] to a [`Code`]: stack depths by abstract interpretation, dead code dropped, labels turned into
//! offsets, tables made. Linear in the number of instructions.

use crate::limits;
use crate::module::{Code, Handler, Position};
use crate::op::{Flow, Op};
use crate::operands::Label;

use super::code::{NOWHERE, RegionDepth};
use super::{BuildError, CodeBuilder};

/// The depth before an instruction that control does not reach.
const UNREACHED: u32 = u32::MAX;

impl CodeBuilder {
    /// The code object.
    ///
    /// # Errors
    /// On an error in the frontend (a label that is never bound, a stack that has not one depth where control meets, control
    /// that runs off the end, ...) and on a body beyond the limits of the format.
    pub fn finish(mut self) -> Result<Code, BuildError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.apply_ranges()?;
        let flow = self.trace()?;
        let max_stack = flow.max_stack;
        let registers = [self.code.locals.len(), self.code.cells.len(), self.code.free.len()]
            .iter()
            .map(|n| *n as u64)
            .sum::<u64>()
            + u64::from(max_stack);
        if registers > u64::from(limits::REGISTERS) {
            return Err(BuildError::new(format!(
                "variables and stack need {registers} registers, at most {} are allowed",
                limits::REGISTERS
            )));
        }
        let mut code = std::mem::take(&mut self.code);
        code.max_stack = max_stack;
        self.lay_out(&flow, &mut code)?;
        Ok(code)
    }

    /// Puts explicit handlers on the instructions that nothing covers yet. `skip[i]` leads to the first such instruction
    /// at or after `i`, so that every instruction is painted once.
    fn apply_ranges(&mut self) -> Result<(), BuildError> {
        if self.ranges.is_empty() {
            return Ok(());
        }
        let mut skip: Vec<u32> = (0..=self.instructions.len() as u32).collect();
        for (start, end, region) in std::mem::take(&mut self.ranges) {
            let (start, end) = (self.place(start)?, self.place(end)?);
            let mut at = find(&mut skip, start);
            while at < end {
                let instruction = &mut self.instructions[at as usize];
                if instruction.region == NOWHERE {
                    instruction.region = region;
                }
                skip[at as usize] = at + 1;
                at = find(&mut skip, at + 1);
            }
        }
        Ok(())
    }

    /// The instruction that a label stands before.
    fn place(&self, label: Label) -> Result<u32, BuildError> {
        match self.labels.get(label.index()) {
            Some(&NOWHERE) => Err(BuildError::new(format!("label {} is used and never bound", label.0))),
            Some(&place) => Ok(place),
            None => Err(BuildError::new(format!("label {} is not of this builder", label.0))),
        }
    }

    /// Follows control from the first instruction and gives the depth before each.
    fn trace(&self) -> Result<Trace, BuildError> {
        let mut trace = Trace { depths: vec![UNREACHED; self.instructions.len()], pending: Vec::new(), max_stack: 0 };
        trace.reach(0, 0)?;
        while let Some(at) = trace.pending.pop() {
            self.step(&mut trace, at).map_err(|error| BuildError {
                instruction: Some((at as usize, self.instructions[at as usize].op.mnemonic())),
                ..error
            })?;
        }
        Ok(trace)
    }

    fn step(&self, trace: &mut Trace, at: u32) -> Result<(), BuildError> {
        let instruction = &self.instructions[at as usize];
        let (op, depth) = (&instruction.op, trace.depths[at as usize]);
        if instruction.region != NOWHERE {
            let (target, cut) = self.handler(trace, instruction.region)?;
            if cut > depth {
                return Err(BuildError::new(format!(
                    "the handler wants a stack of {cut}, but there are {depth} values here"
                )));
            }
            trace.reach(target, cut + 1)?;
        }
        if let Some(label) = op.target() {
            let (pops, pushes) = op.jump_effect();
            trace.reach(self.place(label)?, after(depth, pops, pushes)?)?;
        }
        let next = after(depth, op.pops(), op.pushes())?;
        match op.flow() {
            Flow::Next | Flow::Branch => trace.reach(at + 1, next),
            Flow::Jump | Flow::End => Ok(()),
        }
    }

    /// Where the handler of a region starts, and the depth that the stack is cut to.
    fn handler(&self, trace: &Trace, region: u32) -> Result<(u32, u32), BuildError> {
        let region = &self.regions[region as usize];
        let depth = match region.depth {
            RegionDepth::Given(depth) => depth,
            RegionDepth::Before(first) => trace.depths.get(first as usize).copied().unwrap_or(UNREACHED),
            RegionDepth::Unknown => UNREACHED,
        };
        if depth == UNREACHED {
            return Err(BuildError::new(
                "control is in a protected region but never at its beginning: give the depth with `add_handler`",
            ));
        }
        match depth.checked_sub(region.under) {
            Some(depth) => Ok((self.place(region.target)?, depth)),
            None => Err(BuildError::new(format!("a region of {depth} values cannot give up {}", region.under))),
        }
    }

    /// Encodes what is reached, and makes the tables.
    fn lay_out(&self, trace: &Trace, code: &mut Code) -> Result<(), BuildError> {
        let mut offsets = vec![0u32; self.instructions.len()];
        let mut body = Vec::with_capacity(self.instructions.len() * 3);
        for (at, instruction) in self.instructions.iter().enumerate() {
            if trace.depths[at] != UNREACHED {
                offsets[at] = body.len() as u32;
                instruction.op.encode(&mut body);
            }
        }
        if body.len() > limits::BODY_BYTES as usize {
            return Err(BuildError::new(format!(
                "the body has {} bytes, at most {} are allowed",
                body.len(),
                limits::BODY_BYTES
            )));
        }
        let mut patched = Vec::new();
        code.handlers.clear();
        code.positions.clear();
        let mut position = Position::default();
        for (at, instruction) in self.instructions.iter().enumerate() {
            if trace.depths[at] == UNREACHED {
                continue;
            }
            let offset = offsets[at];
            let mut op = instruction.op;
            if let Some(label) = op.target() {
                op.set_target(Label(offsets[self.place(label)? as usize]));
                patched.clear();
                op.encode(&mut patched);
                body[offset as usize..offset as usize + patched.len()].copy_from_slice(&patched);
            }
            if instruction.position != position {
                position = instruction.position;
                code.positions.push(Position { offset, ..position });
            }
            if instruction.region != NOWHERE {
                let (target, depth) = self.handler(trace, instruction.region)?;
                let end = offset + encoded_length(&op, &mut patched);
                add_handler(
                    &mut code.handlers,
                    Handler { start: offset, end, target: offsets[target as usize], depth },
                );
            }
        }
        code.body = body;
        Ok(())
    }
}

/// What following control finds.
struct Trace {
    /// The depth before each instruction, or `UNREACHED`.
    depths: Vec<u32>,
    /// Reached, and not yet followed.
    pending: Vec<u32>,
    max_stack: u32,
}

impl Trace {
    /// Control comes to an instruction with a depth.
    fn reach(&mut self, at: u32, depth: u32) -> Result<(), BuildError> {
        let Some(known) = self.depths.get_mut(at as usize) else {
            return Err(BuildError::new("control runs off the end of the body"));
        };
        if *known == UNREACHED {
            *known = depth;
            self.max_stack = self.max_stack.max(depth);
            self.pending.push(at);
        } else if *known != depth {
            return Err(BuildError::new(format!(
                "leads to instruction {at} with {depth} values on the stack, where another way has {known}"
            )));
        }
        Ok(())
    }
}

/// The depth after an instruction.
fn after(depth: u32, pops: u32, pushes: u32) -> Result<u32, BuildError> {
    let Some(rest) = depth.checked_sub(pops) else {
        return Err(BuildError::new(format!("takes {pops} values from a stack of {depth}")));
    };
    match rest.checked_add(pushes) {
        Some(depth) if depth <= limits::REGISTERS => Ok(depth),
        _ => Err(BuildError::new(format!("the stack grows beyond {} values", limits::REGISTERS))),
    }
}

fn encoded_length(op: &Op, scratch: &mut Vec<u8>) -> u32 {
    scratch.clear();
    op.encode(scratch);
    scratch.len() as u32
}

/// Adds a handler, joined to the last one where they touch and do the same.
fn add_handler(handlers: &mut Vec<Handler>, handler: Handler) {
    match handlers.last_mut() {
        Some(last) if last.end == handler.start && last.target == handler.target && last.depth == handler.depth => {
            last.end = handler.end;
        }
        _ => handlers.push(handler),
    }
}

/// The end of a chain, which is shortened on the way.
fn find(skip: &mut [u32], mut at: u32) -> u32 {
    while skip[at as usize] != at {
        let next = skip[at as usize];
        skip[at as usize] = skip[next as usize];
        at = next;
    }
    at
}
