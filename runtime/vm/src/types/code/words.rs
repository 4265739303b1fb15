//! The body as programs see it: `co_code`.
//!
//! `dis`, `traceback` and their like know code units of two bytes, an operation and the low byte of its argument, before which
//! [`EXTENDED_ARG`] units bring the higher bytes. So an instruction of the common bytecode becomes one operation with one
//! argument: an index into `co_consts`, `co_names` or the variables of this code object, the number of the unit that a jump goes to, or
//! a plain number; two operands are put together ([`join`]). A unit [`ENTRY`] comes first, for what happens before the body.
//! Places that programs see (`f_lasti`, `tb_lasti`) are bytes of this form.

use orochi_bytecode::op::OperandKind;
use orochi_bytecode::operands::{CodeIdx, ConstIdx, NameIdx};
use orochi_bytecode::{Code as Wire, Op};

use super::Code;
use crate::error::PyResult;
use crate::vm::Vm;

/// The operation of a unit that brings higher bytes of the next argument.
pub const EXTENDED_ARG: u8 = 255;
/// The operation of the first unit: the frame is made.
pub const ENTRY: u8 = 254;

/// A place in a body: on entry, or an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place(u32);

impl Place {
    /// Before the first instruction.
    pub const ENTRY: Place = Place(Place::ENTRY_OFFSET);

    /// What stands for [`Place::ENTRY`] where offsets stand.
    pub const ENTRY_OFFSET: u32 = u32::MAX;

    /// The instruction at an offset of the body.
    #[must_use]
    pub const fn at(offset: u32) -> Place {
        Place(offset)
    }

    /// The offset; `None` on entry.
    #[must_use]
    pub const fn offset(self) -> Option<u32> {
        if self.0 == Place::ENTRY_OFFSET { None } else { Some(self.0) }
    }
}

/// An item of `co_consts`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Constant {
    Plain(ConstIdx),
    Code(CodeIdx),
}

/// An instruction in both forms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Its offset in the body.
    pub offset: u32,
    /// Its first unit.
    pub unit: u32,
    /// How many units it has; the last one is its own, the others extend its argument.
    pub units: u32,
    pub op: Op,
}

/// A body as code units.
pub(super) struct Words {
    pub bytes: Box<[u8]>,
    pub words: Box<[Word]>,
    /// `co_consts`, in the order of their first use, behind the docstring.
    pub constants: Box<[Constant]>,
    /// `co_names`, in the order of their first use.
    pub names: Box<[NameIdx]>,
}

impl Words {
    /// The byte of `co_code` for a place.
    pub fn byte_of(&self, place: Place) -> u32 {
        let Some(offset) = place.offset() else { return 0 };
        let after = self.words.partition_point(|word| word.offset <= offset);
        after.checked_sub(1).map_or(0, |index| 2 * (self.words[index].unit + self.words[index].units - 1))
    }

    /// The first byte of `co_code` of the instruction at an offset of the body, or its end.
    pub fn start_of(&self, offset: u32) -> u32 {
        let index = self.words.partition_point(|word| word.offset < offset);
        self.words.get(index).map_or(self.bytes.len() as u32, |word| 2 * word.unit)
    }

    /// The place of a byte of `co_code`.
    pub fn place_of(&self, byte: u32) -> Place {
        let unit = byte / 2;
        let after = self.words.partition_point(|word| word.unit <= unit);
        after.checked_sub(1).map_or(Place::ENTRY, |index| Place::at(self.words[index].offset))
    }
}

impl Code {
    /// The body as code units. SystemError when it cannot be decoded: no verifier has seen it yet.
    pub(super) fn words(&self, vm: &Vm) -> PyResult<&Words> {
        if let Some(words) = self.words.get() {
            return Ok(words);
        }
        let Some(words) = translate(self.wire()) else {
            return Err(vm.raise(vm.types().system_error, "body of a code object cannot be decoded"));
        };
        Ok(self.words.get_or_init(|| Box::new(words)))
    }

    /// The byte of `co_code` for a place in the body.
    pub fn byte_of(&self, vm: &Vm, place: Place) -> PyResult<u32> {
        Ok(self.words(vm)?.byte_of(place))
    }

    /// The first byte of `co_code` of the instruction at an offset of the body, with what extends its argument; or the end of the body.
    pub fn start_of(&self, vm: &Vm, offset: u32) -> PyResult<u32> {
        Ok(self.words(vm)?.start_of(offset))
    }

    /// The place of a byte of `co_code`.
    pub fn place_of(&self, vm: &Vm, byte: u32) -> PyResult<Place> {
        Ok(self.words(vm)?.place_of(byte))
    }
}

/// Two operands as one argument.
pub(super) fn join(first: u64, second: u64) -> u64 {
    if first < 1 << 16 && second < 1 << 16 { first | second << 16 } else { first | second << 32 }
}

/// How many units an argument needs.
fn units(argument: u64) -> u32 {
    (8 - argument.leading_zeros() / 8).max(1)
}

fn index_in<T: PartialEq>(items: &mut Vec<T>, item: T) -> u64 {
    let index = items.iter().position(|other| *other == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    });
    index as u64
}

fn translate(wire: &Wire) -> Option<Words> {
    let mut ops = Vec::new();
    let mut at = 0;
    while at < wire.body.len() {
        let (op, len) = Op::decode(&wire.body, at).ok()?;
        ops.push((at as u32, op));
        at += len;
    }
    let mut constants: Vec<Constant> = wire.docstring.map(Constant::Plain).into_iter().collect();
    let mut names = Vec::new();
    // Arguments first, with offsets of the body for jumps; those become units once it is known how many units there are.
    let mut arguments = Vec::with_capacity(ops.len());
    for (_, op) in &ops {
        let mut operands = [0u64; 2];
        let mut count = 0;
        op.each_operand(|info, number| {
            let value = match info.kind {
                OperandKind::Const => index_in(&mut constants, Constant::Plain(ConstIdx(number))),
                OperandKind::Code => index_in(&mut constants, Constant::Code(CodeIdx(number))),
                OperandKind::Name => index_in(&mut names, NameIdx(number)),
                OperandKind::Cell => u64::from(number) + wire.locals.len() as u64,
                OperandKind::Local | OperandKind::Label | OperandKind::Count | OperandKind::Depth => u64::from(number),
                OperandKind::Choice(..) => u64::from(number),
            };
            if let Some(operand) = operands.get_mut(count) {
                *operand = value;
            }
            count += 1;
        });
        arguments.push(if count == 2 { join(operands[0], operands[1]) } else { operands[0] });
    }
    let mut words: Vec<Word> =
        ops.iter().map(|(offset, op)| Word { offset: *offset, unit: 0, units: 1, op: *op }).collect();
    // A jump may need more units the more units there are, so this goes on until nothing changes: units only grow.
    loop {
        let mut unit = 1;
        for word in &mut words {
            word.unit = unit;
            unit += word.units;
        }
        let mut changed = false;
        for index in 0..words.len() {
            let argument = match words[index].op.target() {
                Some(target) => u64::from(unit_at(&words, target.0, unit)),
                None => arguments[index],
            };
            let wanted = units(argument);
            if wanted > words[index].units {
                words[index].units = wanted;
                changed = true;
            }
        }
        if !changed {
            return Some(encode(words, &arguments, unit, constants, names));
        }
    }
}

fn unit_at(words: &[Word], offset: u32, end: u32) -> u32 {
    let index = words.partition_point(|word| word.offset < offset);
    words.get(index).map_or(end, |word| word.unit)
}

fn encode(words: Vec<Word>, arguments: &[u64], end: u32, constants: Vec<Constant>, names: Vec<NameIdx>) -> Words {
    let mut bytes = vec![ENTRY, 0];
    for (word, argument) in words.iter().zip(arguments) {
        let argument = match word.op.target() {
            Some(target) => u64::from(unit_at(&words, target.0, end)),
            None => *argument,
        };
        for higher in (1..word.units).rev() {
            bytes.extend([EXTENDED_ARG, (argument >> (8 * higher)) as u8]);
        }
        bytes.extend([word.op.opcode(), argument as u8]);
    }
    Words { bytes: bytes.into(), words: words.into(), constants: constants.into(), names: names.into() }
}
