//! Follows control through the instructions of a code object, each instruction once.
//!
//! Where control comes together (the targets of jumps and handlers) the abstract stacks must be equal. CPython's compiler
//! sees to that; a file in which they differ is rejected.

use std::collections::HashSet;

use orochi_bytecode::Op;

use super::super::error::Problem;
use super::super::opcodes::Action;
use super::super::tables::Handler;
use super::decode::{At, Instructions};
use super::instructions::{Next, Scope, step};
use super::stack::Stack;
use super::{Budget, constants::Constants};

/// What following control finds.
#[derive(Debug)]
pub(super) struct Flow {
    /// The operations of all instructions that were reached. Labels are indices of instructions.
    pub ops: Vec<Op>,
    /// For each instruction that was reached the range of its operations.
    pub spans: Vec<Option<(u32, u32)>>,
    /// For each handler the depth of our stack, if an instruction that it covers was reached.
    pub handler_depths: Vec<Option<u32>>,
}

/// Follows control from the first instruction.
pub(super) fn follow(
    instructions: &Instructions,
    handlers: &[Handler],
    scope: &Scope<'_>,
    constants: &mut Constants<'_>,
    budget: &mut Budget,
) -> At<Flow> {
    let count = instructions.list.len();
    let mut follower = Follower {
        instructions,
        handlers,
        joins: joins(instructions, handlers),
        stacks: vec![None; count],
        pending: Vec::new(),
        flow: Flow { ops: Vec::new(), spans: vec![None; count], handler_depths: vec![None; handlers.len()] },
    };
    let at_start = |problem| (0, problem);
    follower.reach(0, Stack::default(), budget).map_err(at_start)?;
    while let Some(first) = follower.pending.pop() {
        follower.follow_from(first, scope, constants, budget)?;
    }
    Ok(follower.flow)
}

/// The instructions at which control may come together.
fn joins(instructions: &Instructions, handlers: &[Handler]) -> HashSet<usize> {
    let jumps = instructions.list.iter().filter(|instruction| instruction.info.operand.is_jump());
    // Targets that are not instructions only matter in code that is reached.
    let targets = jumps.filter_map(|instruction| instructions.target(instruction).ok());
    let handlers = handlers.iter().filter_map(|handler| instructions.at_unit(handler.target));
    // The start of a `with` statement is a pattern that ends behind the second `LOAD_SPECIAL` and the call.
    let special = instructions.list.iter().enumerate().filter(|(_, found)| found.info.action == Action::LoadSpecial);
    let after_special = special.map(|(index, _)| index + 2);
    targets.chain(handlers).chain(after_special).chain([0]).collect()
}

struct Follower<'a> {
    instructions: &'a Instructions,
    handlers: &'a [Handler],
    joins: HashSet<usize>,
    /// For each join that was reached its stack.
    stacks: Vec<Option<Stack>>,
    /// Joins that were reached and not yet followed.
    pending: Vec<usize>,
    flow: Flow,
}

impl Follower<'_> {
    /// Control comes to a join.
    fn reach(&mut self, at: usize, stack: Stack, budget: &mut Budget) -> Result<(), Problem> {
        budget.charge(1 + stack.len())?;
        match self.stacks.get_mut(at) {
            None => Err(Problem::FallsOffEnd),
            Some(Some(known)) if *known == stack => Ok(()),
            Some(Some(known)) => Err(Problem::UnequalStacks { first: known.len(), second: stack.len() }),
            Some(entry) => {
                *entry = Some(stack);
                self.pending.push(at);
                Ok(())
            }
        }
    }

    /// Follows control from a join to the next one, or to where it ends.
    fn follow_from(
        &mut self,
        first: usize,
        scope: &Scope<'_>,
        constants: &mut Constants<'_>,
        budget: &mut Budget,
    ) -> At<()> {
        let mut stack = self.stacks[first].clone().expect("a pending join has a stack");
        let mut at = first;
        loop {
            let instruction = &self.instructions.list[at];
            let here = |problem| (instruction.start, problem);
            budget.charge(1 + stack.len()).map_err(here)?;
            let kept = self.raise(instruction.start, &stack, budget).map_err(here)?;
            let depth = stack.width(stack.len());
            let begin = self.flow.ops.len() as u32;
            let next = step(self.instructions, at, scope, constants, &mut stack, &mut self.flow.ops).map_err(here)?;
            let end = self.flow.ops.len() as u32;
            budget.charge((end - begin) as usize).map_err(here)?;
            if let Some(kept) = kept {
                keeps(&self.flow.ops[begin as usize..], depth, kept, instruction.info.name).map_err(here)?;
            }
            self.flow.spans[at] = Some((begin, end));
            match next {
                Next::Fall => at += 1,
                Next::Branch { target, taken } => {
                    self.reach(target, taken, budget).map_err(here)?;
                    at += 1;
                }
                Next::Jump(target) => return self.reach(target, stack, budget).map_err(here),
                Next::End => return Ok(()),
            }
            if at >= self.instructions.list.len() || self.joins.contains(&at) {
                return self.reach(at, stack, budget).map_err(here);
            }
        }
    }

    /// An instruction may raise: control comes to the handler that covers it. Gives the depth of our stack that the handler
    /// keeps.
    fn raise(&mut self, unit: u32, stack: &Stack, budget: &mut Budget) -> Result<Option<u32>, Problem> {
        let index = self.handlers.partition_point(|handler| handler.end <= unit);
        let Some(handler) = self.handlers.get(index).filter(|handler| handler.start <= unit) else { return Ok(None) };
        let bad_target = Problem::BadTarget { target: i64::from(handler.target) * 2 };
        let target = self.instructions.at_unit(handler.target).ok_or(bad_target)?;
        let depth = handler.depth as usize;
        budget.charge(1 + stack.len().min(depth))?;
        let underflow =
            Problem::StackUnderflow { instruction: "the exception table", needed: depth, found: stack.len() };
        let at_handler = stack.at_handler(depth, handler.lasti).ok_or(underflow)?;
        let kept = stack.width(depth);
        self.flow.handler_depths[index] = Some(kept);
        self.reach(target, at_handler, budget)?;
        Ok(Some(kept))
    }
}

/// What an instruction takes when it raises must not be what its handler keeps.
fn keeps(ops: &[Op], mut depth: u32, kept: u32, instruction: &'static str) -> Result<(), Problem> {
    for op in ops {
        let rest = depth.checked_sub(op.pops()).filter(|rest| *rest >= kept || depth >= kept && !op.can_raise());
        let Some(rest) = rest else {
            let reason = "it takes from the stack what its exception handler keeps";
            return Err(Problem::Unsupported { instruction, reason });
        };
        depth = rest + op.pushes();
    }
    Ok(())
}
