//! [`CodeBuilder`]: takes instructions, labels, positions and protected regions. What becomes of them is in `finish`.

use crate::module::{Code, Position};
use crate::op::Op;
use crate::operands::{Label, LocalIdx, NameIdx};

use super::BuildError;

/// Builds the body of a code object.
///
/// Labels are symbolic: [`CodeBuilder::new_label`] gives one, jumps take it, [`CodeBuilder::bind`] puts it before the next
/// instruction. Instructions that control cannot reach are dropped, with what they refer to. The depth of the stack, and
/// with it the depth of protected regions, is worked out at the end.
#[derive(Clone, Debug)]
pub struct CodeBuilder {
    /// Name, parameters, variables, flags. The builder fills `max_stack`, `body`, `handlers` and `positions`.
    pub code: Code,
    pub(super) instructions: Vec<Instruction>,
    /// The instruction that each label stands before.
    pub(super) labels: Vec<u32>,
    pub(super) regions: Vec<Region>,
    /// Explicit handlers, first wins: start, end, region.
    pub(super) ranges: Vec<(Label, Label, u32)>,
    /// Regions that cover the next instruction, the innermost last.
    open: Vec<u32>,
    position: Position,
    /// The first misuse, reported by `finish`.
    pub(super) error: Option<BuildError>,
}

/// What no label and no region is.
pub(super) const NOWHERE: u32 = u32::MAX;

/// An instruction with what holds where it was emitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub op: Op,
    /// The innermost region that covers it, or `NOWHERE`.
    pub region: u32,
    /// Its `offset` has no meaning yet.
    pub position: Position,
}

/// A protected region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub target: Label,
    pub depth: RegionDepth,
    /// How many values fewer the handler finds than there are where the region begins.
    pub under: u32,
}

/// The depth that the stack is cut to.
#[derive(Clone, Copy, Debug)]
pub(super) enum RegionDepth {
    /// Never begun.
    Unknown,
    /// The depth before this instruction.
    Before(u32),
    Given(u32),
}

/// A protected region: made by [`CodeBuilder::new_try`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Try(u32);

impl CodeBuilder {
    /// A body without instructions. Only the header of `code` is read: name, parameters, variables, flags.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            instructions: Vec::new(),
            labels: Vec::new(),
            regions: Vec::new(),
            ranges: Vec::new(),
            open: Vec::new(),
            position: Position::default(),
            error: None,
        }
    }

    /// Adds an instruction. The target of a jump is a label of [`CodeBuilder::new_label`].
    #[inline]
    pub fn emit(&mut self, op: Op) {
        let region = self.open.last().copied().unwrap_or(NOWHERE);
        self.instructions.push(Instruction { op, region, position: self.position });
    }

    /// The number of instructions so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instructions.len()
    }

    /// Whether there is no instruction yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// The last instruction, for a frontend that wants to know whether control falls through.
    #[must_use]
    pub fn last(&self) -> Option<Op> {
        self.instructions.last().map(|instruction| instruction.op)
    }

    /// Takes the instructions from number `len` on away again, for a frontend that only wanted to know whether there is an error in
    /// what they come from. No region that was begun before may have been ended since.
    pub fn truncate(&mut self, len: usize) {
        self.instructions.truncate(len);
    }

    /// Adds a local variable; parameters come first.
    pub fn add_local(&mut self, name: NameIdx) -> LocalIdx {
        self.code.locals.push(name);
        LocalIdx(self.code.locals.len() as u32 - 1)
    }

    /// A label that stands nowhere yet.
    pub fn new_label(&mut self) -> Label {
        self.labels.push(NOWHERE);
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts a label before the next instruction.
    pub fn bind(&mut self, label: Label) {
        let here = self.instructions.len() as u32;
        match self.labels.get_mut(label.index()) {
            Some(place) if *place == NOWHERE => *place = here,
            Some(_) => self.misuse(format!("label {} is bound twice", label.0)),
            None => self.misuse(format!("label {} is not of this builder", label.0)),
        }
    }

    /// A new label before the next instruction.
    pub fn here(&mut self) -> Label {
        let label = self.new_label();
        self.bind(label);
        label
    }

    /// Where the instructions that follow come from; `offset` is ignored.
    pub fn set_position(&mut self, position: Position) {
        self.position = Position { offset: 0, ..position };
    }

    /// The position that the next instruction gets.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// A protected region whose exceptions go to `handler`, with the stack as deep as where the region first begins.
    /// The handler finds the exception on top of that.
    pub fn new_try(&mut self, handler: Label) -> Try {
        self.new_try_under(handler, 0)
    }

    /// As [`CodeBuilder::new_try`], with the topmost `under` values of where the region begins gone for the handler: values
    /// that the region itself consumes.
    pub fn new_try_under(&mut self, handler: Label, under: u32) -> Try {
        self.regions.push(Region { target: handler, depth: RegionDepth::Unknown, under });
        Try(self.regions.len() as u32 - 1)
    }

    /// The instructions that follow are in the region, inside the regions that are open already. A region may be ended and
    /// begun again, around the copy of a `finally` body that a `return` needs, say.
    pub fn begin_try(&mut self, region: Try) {
        let here = self.instructions.len() as u32;
        let Some(entry) = self.regions.get_mut(region.0 as usize) else {
            return self.misuse("a region is not of this builder".to_owned());
        };
        if let RegionDepth::Unknown = entry.depth {
            entry.depth = RegionDepth::Before(here);
        }
        self.open.push(region.0);
    }

    /// The instructions that follow are no longer in the region, which must be the innermost open one.
    pub fn end_try(&mut self, region: Try) {
        if self.open.pop() != Some(region.0) {
            self.misuse("a region is ended that is not the innermost open one".to_owned());
        }
    }

    /// Protects the instructions from `start` to `end`: for frontends that translate tables. What an earlier call covers
    /// stays as it is, and so does what is in a region of [`CodeBuilder::begin_try`].
    pub fn add_handler(&mut self, start: Label, end: Label, target: Label, depth: u32) {
        let region = self.regions.len() as u32;
        self.regions.push(Region { target, depth: RegionDepth::Given(depth), under: 0 });
        self.ranges.push((start, end, region));
    }

    fn misuse(&mut self, message: String) {
        let at = self.instructions.len();
        self.error.get_or_insert(BuildError { instruction: Some((at, "the next one")), message });
    }
}
