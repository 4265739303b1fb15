//! What the form of code has besides that is run while somebody observes it: instructions that tell of a point
//! ([`Op::Observe`]). All else is lowered as ever, with the same registers, so that a frame can go over from one form to the other
//! ([`crate::interp::observe::migrate`]).

use orochi_bytecode::op::{Flow, Op as Wire};

use crate::interp::instr::Op;
use crate::lower::ops::{Fixup, Lowerer};
use crate::types::code::Place;

/// Which points are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Points {
    /// Entry, and going on behind a yield.
    pub starts: bool,
    /// Return and yield.
    pub returns: bool,
    pub calls: bool,
    pub lines: bool,
    /// Every instruction of the common bytecode.
    pub instructions: bool,
    /// Jumps and branches.
    pub jumps: bool,
    /// Loops and delegations that end.
    pub ends: bool,
}

/// A point in code. What `a` and `b` of the instruction are stands behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Point {
    Start,
    Resume,
    /// The value.
    Return,
    /// The value.
    Yield,
    /// The window, the number of arguments.
    Call,
    /// The window, the number of arguments behind the receiver.
    CallMethod,
    /// The window: callable and arguments.
    CallEx,
    /// Behind a call.
    Called,
    /// Whether all operands are in their own registers, the line.
    Line,
    Instruction,
    /// Whether it goes back, the offset of the target.
    Jump,
    /// Nothing, the offset of where it goes on.
    BranchLeft,
    /// Whether it goes back, the offset of the target.
    BranchRight,
    /// The iterator.
    LoopEnd,
    /// The result.
    DelegationEnd,
}

impl Point {
    const ALL: [Point; 15] = [
        Point::Start,
        Point::Resume,
        Point::Return,
        Point::Yield,
        Point::Call,
        Point::CallMethod,
        Point::CallEx,
        Point::Called,
        Point::Line,
        Point::Instruction,
        Point::Jump,
        Point::BranchLeft,
        Point::BranchRight,
        Point::LoopEnd,
        Point::DelegationEnd,
    ];

    /// The point of an instruction.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Point> {
        Point::ALL.get(number as usize).copied()
    }
}

/// What is done on the way of a jump that is taken: behind all other code, so that it costs those nothing that are not.
pub(super) struct Stub {
    /// Offset of the jump in the body.
    offset: u32,
    /// Index of the verified instruction that it goes to.
    target: u32,
    back: bool,
    /// The register of the iterator, for the end of a loop.
    iterator: Option<u16>,
}

impl Lowerer<'_> {
    /// Emits a point, if it is wanted.
    pub(super) fn observe(&mut self, wanted: bool, point: Point, a: u16, number: u32) {
        if wanted {
            self.e.emit_wide(Op::Observe, point as u8, a, number);
        }
    }

    pub(super) fn observe_entry(&mut self) {
        if self.observed.starts {
            let offset = core::mem::replace(&mut self.e.offset, Place::ENTRY_OFFSET);
            self.observe(true, Point::Start, 0, 0);
            self.e.offset = offset;
        }
    }

    /// Finds the instructions at which a line begins because control comes from another line, or goes back.
    pub(super) fn find_line_targets(&mut self) {
        if !self.observed.lines {
            return;
        }
        let mut targets = vec![false; self.code.instructions.len()];
        for (index, instruction) in self.code.instructions.iter().enumerate() {
            if let Some(target) = instruction.target.map(|target| target as usize)
                && !matches!(instruction.op, Wire::ForIter { .. })
                && (target <= index || self.line(target) != self.line(index))
            {
                targets[target] = true;
            }
            let handler = instruction.handler.map(|handler| self.code.code.handlers[handler as usize].target);
            if let Some(target) = handler.and_then(|target| self.code.index_of(target)) {
                targets[target] = true;
            }
        }
        self.line_targets = targets;
    }

    fn line(&self, index: usize) -> u32 {
        self.source.position(Place::at(self.code.instructions[index].offset)).line
    }

    /// Before the verified instruction at an index.
    pub(super) fn observe_before(&mut self, index: usize) {
        let observed = self.observed;
        let instruction = self.code.instructions[index];
        if observed.lines {
            let line = self.line(index);
            // A loop that ends goes on where its line ended: no line begins there by that alone.
            let starts = index == 0 || self.line(index - 1) != line || self.line_targets[index];
            if starts && line != 0 {
                let settled = self.e.is_settled();
                self.observe(true, Point::Line, u16::from(settled), line);
            }
        }
        self.observe(observed.instructions, Point::Instruction, 0, 0);
        if let (Wire::Jump { .. }, Some(target)) = (instruction.op, instruction.target) {
            let back = target as usize <= index;
            let wanted = observed.jumps || (observed.lines && back);
            let offset = self.code.instructions[target as usize].offset;
            self.observe(wanted, Point::Jump, u16::from(back), offset);
        }
    }

    /// Behind a verified instruction.
    pub(super) fn observe_after(&mut self, op: Wire) {
        let observed = self.observed;
        match op {
            Wire::Call { .. }
            | Wire::CallKw { .. }
            | Wire::CallMethod { .. }
            | Wire::CallMethodKw { .. }
            | Wire::CallEx { .. } => self.observe(observed.calls, Point::Called, 0, 0),
            Wire::Yield => self.observe(observed.starts, Point::Resume, 0, 0),
            Wire::YieldFrom => {
                let result = self.e.peek(1);
                self.observe(observed.ends, Point::DelegationEnd, result, 0);
            }
            _ if op.flow() == Flow::Branch => {
                let index = self.starts.len();
                let offset = self.code.instructions.get(index).map_or(0, |next| next.offset);
                self.observe(observed.jumps, Point::BranchLeft, 0, offset);
            }
            _ => {}
        }
    }

    /// Where the jump at `at` goes that is to go to a verified instruction: there, or to a stub.
    pub(super) fn observed_target(&mut self, at: usize, target: u32) -> u32 {
        let observed = self.observed;
        let index = self.starts.len() - 1;
        let back = target as usize <= index;
        let iterator = (self.e.code[at].op == Op::ForIter && observed.ends).then(|| self.e.code[at].a);
        if !observed.jumps && iterator.is_none() && !(observed.lines && back) {
            return target;
        }
        let offset = self.code.instructions[index].offset;
        self.stubs.push(Stub { offset, target, back, iterator });
        (self.code.instructions.len() + self.stubs.len() - 1) as u32
    }

    /// Emits the stubs, behind all other code.
    pub(super) fn emit_stubs(&mut self) {
        for stub in core::mem::take(&mut self.stubs) {
            self.e.offset = stub.offset;
            self.starts.push(self.e.code.len() as u32);
            if let Some(iterator) = stub.iterator {
                self.observe(true, Point::LoopEnd, iterator, 0);
            }
            let offset = self.code.instructions[stub.target as usize].offset;
            let wanted = self.observed.jumps || (self.observed.lines && stub.back);
            self.observe(wanted, Point::BranchRight, u16::from(stub.back), offset);
            self.fixups.push(Fixup { at: self.e.code.len(), target: stub.target });
            self.e.emit_wide(Op::Jump, 0, 0, 0);
        }
    }
}
