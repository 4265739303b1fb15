//! From `co_code` to a list of instructions: prefixes joined, inline caches skipped.

use super::super::error::Problem;
use super::super::header::Version;
use super::super::opcodes::{Action, OpcodeInfo, Operand};

/// An instruction. Places are in code units (two bytes).
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    /// Where it starts, its prefixes included.
    pub start: u32,
    /// Where the next one starts.
    pub end: u32,
    pub info: &'static OpcodeInfo,
    pub arg: u32,
}

/// The instructions of a code object.
#[derive(Debug)]
pub(super) struct Instructions {
    pub list: Vec<Instruction>,
    /// For each code unit the index of the instruction that starts there, or `NOWHERE`.
    index_at: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// A place and what is wrong with it.
pub(super) type At<T> = Result<T, (u32, Problem)>;

/// Decodes a body.
pub(super) fn decode(code: &[u8], version: &Version) -> At<Instructions> {
    const WHAT: &str = "the bytecode";
    let units = code.chunks_exact(2);
    let count = code.len() / 2;
    if !units.remainder().is_empty() {
        return Err((count as u32, Problem::Truncated { what: WHAT }));
    }
    if count == 0 {
        return Err((0, Problem::FallsOffEnd));
    }
    let mut list = Vec::new();
    let mut index_at = vec![NOWHERE; count];
    let (mut at, mut start, mut prefix, mut prefixes) = (0, 0, 0, 0);
    while at < count {
        let (number, low) = (code[2 * at], code[2 * at + 1]);
        let place = at as u32;
        let unknown = Problem::UnknownOpcode { number, python: version.python };
        let info = version.opcodes.get(number).ok_or((place, unknown))?;
        let arg = prefix << 8 | u32::from(low);
        at += 1;
        if info.action == Action::ExtendedArg {
            prefixes += 1;
            if prefixes > 3 {
                return Err((place, Problem::unexpected("an operand", "more than 32 bits long", "at most 32 bits")));
            }
            prefix = arg;
            continue;
        }
        at += usize::from(info.caches);
        index_at[start] = list.len() as u32;
        list.push(Instruction { start: start as u32, end: at as u32, info, arg });
        (start, prefix, prefixes) = (at, 0, 0);
    }
    if at != count || start != at {
        return Err((count as u32, Problem::Truncated { what: WHAT }));
    }
    Ok(Instructions { list, index_at })
}

impl Instructions {
    /// The index of the instruction that starts at a code unit.
    pub fn at_unit(&self, unit: u32) -> Option<usize> {
        self.index_at.get(unit as usize).filter(|index| **index != NOWHERE).map(|index| *index as usize)
    }

    /// The index of the first instruction that starts at a code unit or after it; that after the last if none does.
    #[allow(clippy::wrong_self_convention)] // Named for CPython's operation.
    pub fn from_unit(&self, unit: u32) -> usize {
        self.list.partition_point(|instruction| instruction.start < unit)
    }

    /// The index of the instruction that a jump goes to.
    pub fn target(&self, instruction: &Instruction) -> Result<usize, Problem> {
        let distance = i64::from(instruction.arg);
        let unit = match instruction.info.operand {
            Operand::JumpBackward => i64::from(instruction.end) - distance,
            _ => i64::from(instruction.end) + distance,
        };
        let index = u32::try_from(unit).ok().and_then(|unit| self.at_unit(unit));
        index.ok_or(Problem::BadTarget { target: unit.saturating_mul(2) })
    }
}
