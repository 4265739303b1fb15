//! The memory of the lowering, which is used for one body after the other: most bodies are small, and there are many.

use orochi_bytecode::operands::{ConstIdx, NameIdx};
use orochi_bytecode::verify::VerifiedInstruction;

use crate::interp::instr::Instr;
use crate::lower::ops::Fixup;
use crate::lower::stack::Slot;

/// What is larger than so many instructions is not kept.
const KEPT: usize = 1 << 14;

/// Vectors that are empty, but have room.
#[derive(Default)]
pub(crate) struct Scratch {
    pub verified: Vec<VerifiedInstruction>,
    pub code: Vec<Instr>,
    pub offsets: Vec<u32>,
    pub stack: Vec<Slot>,
    pub starts: Vec<u32>,
    pub(super) fixups: Vec<Fixup>,
    /// The constants that the code uses, in their order.
    pub constants: Vec<ConstIdx>,
    pub constant_places: Places,
    /// The names that it uses, and those of its caches.
    pub names: Vec<NameIdx>,
    pub name_places: Places,
    pub caches: Vec<NameIdx>,
}

impl Scratch {
    /// Empties everything.
    pub(super) fn clear(&mut self) {
        if self.code.capacity() > KEPT {
            *self = Scratch::default();
            return;
        }
        self.code.clear();
        self.offsets.clear();
        self.stack.clear();
        self.starts.clear();
        self.fixups.clear();
        self.constants.clear();
        self.constant_places.clear();
        self.names.clear();
        self.name_places.clear();
        self.caches.clear();
    }
}

const NEVER: u32 = u32::MAX;

/// Places in a table of the code, by index in a table of the module.
#[derive(Default)]
pub(crate) struct Places {
    /// A round and a place. Those of other rounds count for nothing; fresh entries are of a round that never comes.
    entries: Vec<(u32, u32)>,
    round: u32,
}

impl Places {
    fn clear(&mut self) {
        self.round += 1;
        if self.round == NEVER {
            *self = Places::default();
        }
    }

    /// The place of an index.
    pub(super) fn get(&self, index: usize) -> Option<u32> {
        self.entries.get(index).filter(|(round, _)| *round == self.round).map(|(_, place)| *place)
    }

    /// Remembers a place.
    pub(super) fn insert(&mut self, index: usize, place: u32) {
        if index >= self.entries.len() {
            self.entries.resize((index + 1).next_power_of_two(), (NEVER, 0));
        }
        self.entries[index] = (self.round, place);
    }
}
