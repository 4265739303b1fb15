//! Ends of a body that no place in the source stands for: each way that leads to one gets its own, so that it is known where the body ended.

use crate::module::Position;
use crate::op::{Flow, Op};
use crate::operands::Label;

use super::CodeBuilder;
use super::code::{Instruction, NOWHERE, RegionDepth};

/// How many jumps to a jump are followed.
const MOST_JUMPS: usize = 16;

impl CodeBuilder {
    /// Gives each jump to an end without a place (a constant and `return`) a copy of it at the place of the jump; the end itself belongs to
    /// what runs into it. The copy stands in place of a jump, or at the end of the body for a branch.
    pub fn copy_exits(&mut self) {
        let old = &self.instructions;
        let exits: Vec<Option<usize>> = old.iter().map(|instruction| self.exit_of(instruction)).collect();
        let mut new = Vec::with_capacity(old.len());
        // Where each instruction comes to stand.
        let mut places = Vec::with_capacity(old.len() + 1);
        let mut branches = Vec::new();
        for (at, (instruction, exit)) in old.iter().zip(exits).enumerate() {
            places.push(new.len() as u32);
            let mut instruction = *instruction;
            // What has no place belongs to what runs into it; all other ways that lead here are led elsewhere.
            let before = if self.is_exit(at) || exit.is_some() {
                at.checked_sub(1)
            } else {
                at.checked_sub(2).filter(|_| self.is_exit(at - 1))
            };
            if let Some(before) = before.map(|before| old[before])
                && instruction.position == Position::default()
                && matches!(before.op.flow(), Flow::Next | Flow::Branch)
            {
                instruction.position = before.position;
            }
            match (exit, instruction.op) {
                (Some(exit), Op::Jump { .. }) => new.extend(self.copy(exit, instruction.position)),
                (Some(exit), _) => {
                    branches.push((new.len(), self.copy(exit, instruction.position)));
                    new.push(instruction);
                }
                (None, _) => new.push(instruction),
            }
        }
        places.push(new.len() as u32);
        for label in self.labels.iter_mut().filter(|label| **label != NOWHERE) {
            *label = places[*label as usize];
        }
        for region in &mut self.regions {
            if let RegionDepth::Before(at) = &mut region.depth {
                *at = places[*at as usize];
            }
        }
        for (at, copy) in branches {
            self.labels.push(new.len() as u32);
            new[at].op.set_target(Label(self.labels.len() as u32 - 1));
            new.extend(copy);
        }
        self.instructions = new;
    }

    /// The end without a place that an instruction jumps to.
    fn exit_of(&self, instruction: &Instruction) -> Option<usize> {
        self.exit_behind(*self.labels.get(instruction.op.target()?.index())?)
    }

    fn copy(&self, exit: usize, position: Position) -> [Instruction; 2] {
        [exit, exit + 1].map(|part| Instruction { position, ..self.instructions[part] })
    }

    /// Whether a constant without a place is returned there.
    fn is_exit(&self, at: usize) -> bool {
        let nowhere = |instruction: &&Instruction| instruction.position == Position::default();
        matches!(
            (self.instructions.get(at).filter(nowhere), self.instructions.get(at + 1).filter(nowhere)),
            (Some(Instruction { op: Op::Const { .. }, .. }), Some(Instruction { op: Op::Return, .. }))
        )
    }

    /// The end that control comes to from a place, by jumps that have no place either.
    fn exit_behind(&self, mut at: u32) -> Option<usize> {
        for _ in 0..MOST_JUMPS {
            if at == NOWHERE {
                return None;
            }
            if self.is_exit(at as usize) {
                return Some(at as usize);
            }
            match self.instructions.get(at as usize)? {
                Instruction { op: Op::Jump { target }, position, .. } if position.line == 0 => {
                    at = *self.labels.get(target.index())?;
                }
                _ => return None,
            }
        }
        None
    }
}
