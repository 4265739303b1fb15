//! Ends of a body that no place in the source stands for: each way that leads to one gets its own, so that it is known where the body ended.

use crate::module::Position;
use crate::op::{Flow, Op};
use crate::operands::Label;

use super::CodeBuilder;
use super::code::{Instruction, NOWHERE, RegionDepth};

/// How many jumps to a jump are followed.
const MOST_JUMPS: usize = 16;

/// How many instructions an end may have that is copied: that of a class is the longest.
const MOST_COPIED: usize = 8;

impl CodeBuilder {
    /// Gives each jump to an end without a place (instructions up to a `return`) a copy of it at the place of the jump; the end itself
    /// belongs to what runs into it. The copy stands in place of a jump, or at the end of the body for a branch. Jumps to jumps without a
    /// place go where those go.
    pub fn copy_exits(&mut self) {
        if self.instructions.iter().all(|instruction| instruction.position != Position::default()) {
            return;
        }
        self.place_empty_body();
        self.thread_jumps();
        let old = &self.instructions;
        let exits: Vec<Option<usize>> = old.iter().map(|instruction| self.exit_of(instruction)).collect();
        let before = self.what_runs_into();
        let mut new = Vec::with_capacity(old.len());
        // Where each instruction comes to stand.
        let mut places = Vec::with_capacity(old.len() + 1);
        let mut branches = Vec::new();
        for (at, (instruction, exit)) in old.iter().zip(exits).enumerate() {
            places.push(new.len() as u32);
            let mut instruction = *instruction;
            // What has no place belongs to what runs into it; all other ways that lead here are led elsewhere.
            if let Some(before) = before[at].map(|before| old[before])
                && instruction.position == Position::default()
                && matches!(before.op.flow(), Flow::Next | Flow::Branch)
            {
                instruction.position = before.position;
            }
            match (exit, instruction.op) {
                (Some(exit), Op::Jump { .. }) => new.extend(self.copy(exit, instruction.position)),
                (Some(exit), _) => {
                    branches.push((new.len(), self.copy(exit, instruction.position).collect::<Vec<_>>()));
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

    fn copy(&self, exit: usize, position: Position) -> impl Iterator<Item = Instruction> {
        let end = self.exit_end(exit).unwrap_or(exit);
        self.instructions[exit..end].iter().map(move |part| Instruction { position, ..*part })
    }

    /// Where an end without a place ends that begins there, if one does.
    fn exit_end(&self, at: usize) -> Option<usize> {
        for (index, instruction) in self.instructions.iter().enumerate().skip(at).take(MOST_COPIED) {
            if instruction.position != Position::default() || instruction.region != NOWHERE {
                return None;
            }
            match instruction.op.flow() {
                Flow::Next => {}
                Flow::End if instruction.op == Op::Return => return Some(index + 1),
                Flow::End | Flow::Jump | Flow::Branch => return None,
            }
        }
        None
    }

    fn is_exit(&self, at: usize) -> bool {
        self.exit_end(at).is_some()
    }

    /// Whose place each instruction takes that has none of its own: those of ends, and jumps that nothing jumps to.
    fn what_runs_into(&self) -> Vec<Option<usize>> {
        let mut targets = vec![false; self.instructions.len() + 1];
        let used = self.instructions.iter().filter_map(|instruction| instruction.op.target());
        for label in used.chain(self.regions.iter().map(|region| region.target)) {
            if let Some(target) = self.labels.get(label.index()).and_then(|at| targets.get_mut(*at as usize)) {
                *target = true;
            }
        }
        let mut before = vec![None; self.instructions.len()];
        let mut at = 0;
        while let Some(instruction) = self.instructions.get(at) {
            let end = match self.exit_end(at) {
                Some(end) => {
                    before[at..end].fill(at.checked_sub(1));
                    end
                }
                None => {
                    let leads_on = matches!(instruction.op, Op::Jump { .. })
                        && (!targets[at] || self.exit_of(instruction).is_some());
                    before[at] = at.checked_sub(1).filter(|_| leads_on);
                    at + 1
                }
            };
            at = end;
        }
        before
    }

    /// Leads jumps to jumps without a place to where those go. The end of a loop is no jump to those who watch jumps.
    fn thread_jumps(&mut self) {
        for at in 0..self.instructions.len() {
            let op = self.instructions[at].op;
            let Some(mut label) = op.target().filter(|_| !matches!(op, Op::ForIter { .. })) else { continue };
            for _ in 0..MOST_JUMPS {
                let target = self.labels.get(label.index()).and_then(|at| self.instructions.get(*at as usize));
                match target {
                    Some(Instruction { op: Op::Jump { target }, position, .. }) if *position == Position::default() => {
                        label = *target;
                    }
                    _ => break,
                }
            }
            self.instructions[at].op.set_target(label);
        }
    }

    /// All that there is of a function without code belongs to where it begins.
    fn place_empty_body(&mut self) {
        if self.code.flags.function && self.is_exit(0) {
            let line = self.code.first_line;
            let position = Position { line, end_line: line, ..Position::default() };
            self.instructions.iter_mut().for_each(|instruction| instruction.position = position);
        }
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
