//! From the code that `re._compiler` writes to a [`Program`]. Everything is checked on the way: whatever code a program hands
//! to `_sre.compile`, what runs has no place to jump to that is not an instruction and no number of a group that is not there.

use orochi_vm::{PyResult, Raised, Vm};

use super::analyze;
use super::charset::{Category, Fold, Item, Set};
use super::opcodes as op;
use super::program::{At, Greed, Inst, Program, Start, Test, UNLIMITED, Unit};

/// Why there is no program.
enum Fault {
    /// The code is not as `re` writes it.
    Invalid,
    /// It is nested too deeply.
    Raised(Raised),
}

impl From<Raised> for Fault {
    fn from(raised: Raised) -> Self {
        Fault::Raised(raised)
    }
}

type Result<T> = core::result::Result<T, Fault>;

/// The program of a code. RuntimeError when it is none that `re` writes.
pub fn translate(vm: &Vm, code: &[u32], groups: usize) -> PyResult<Program> {
    let mut translator = Translator {
        vm,
        code,
        groups: groups as u32,
        insts: Vec::new(),
        literals: Vec::new(),
        sets: Vec::new(),
        run_end: 0,
        min_width: 0,
    };
    match translator.outer() {
        Ok(()) => Ok(translator.finish(groups)),
        Err(Fault::Invalid) => Err(vm.runtime_error("invalid SRE code")),
        Err(Fault::Raised(raised)) => Err(raised),
    }
}

struct Translator<'a> {
    vm: &'a Vm,
    code: &'a [u32],
    groups: u32,
    insts: Vec<Inst>,
    literals: Vec<u32>,
    sets: Vec<Set>,
    /// Where the instructions end if the last one is a literal that another one may be added to; else 0.
    run_end: usize,
    min_width: usize,
}

impl Translator<'_> {
    fn word(&self, at: usize) -> Result<u32> {
        self.code.get(at).copied().ok_or(Fault::Invalid)
    }

    fn index(&self, at: usize) -> Result<usize> {
        self.word(at).map(|word| word as usize)
    }

    /// The place that the offset at a place means; it lies behind that and not behind `end`.
    fn target(&self, at: usize, end: usize) -> Result<usize> {
        let target = at.checked_add(self.index(at)?).ok_or(Fault::Invalid)?;
        if target > at && target <= end { Ok(target) } else { Err(Fault::Invalid) }
    }

    fn expect(&self, at: usize, word: u32) -> Result<()> {
        if self.word(at)? == word { Ok(()) } else { Err(Fault::Invalid) }
    }

    /// The number of the next instruction, which something jumps to.
    fn here(&mut self) -> u32 {
        self.run_end = 0;
        self.insts.len() as u32
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.insts.push(inst);
        self.insts.len() - 1
    }

    fn literal(&mut self, literal: u32) {
        if self.run_end != self.insts.len() || self.run_end == 0 {
            self.emit(Inst::One(Unit::Literal(literal)));
        } else {
            // The literals of a run are the last ones there are.
            match self.insts.last_mut() {
                Some(Inst::Run { end, .. }) => {
                    self.literals.push(literal);
                    *end += 1;
                }
                Some(last @ Inst::One(Unit::Literal(_))) => {
                    let Inst::One(Unit::Literal(first)) = *last else { return };
                    let start = self.literals.len() as u32;
                    self.literals.extend([first, literal]);
                    *last = Inst::Run { start, end: start + 2 };
                }
                _ => {
                    self.emit(Inst::One(Unit::Literal(literal)));
                }
            }
        }
        self.run_end = self.insts.len();
    }

    fn set(&mut self, fold: Fold, items: Vec<Item>) -> Unit {
        self.sets.push(Set::new(fold, items));
        Unit::Set(self.sets.len() as u32 - 1)
    }

    /// All of the code: an INFO block, the pattern, SUCCESS.
    fn outer(&mut self) -> Result<()> {
        let end = self.code.len().checked_sub(1).ok_or(Fault::Invalid)?;
        self.expect(end, op::SUCCESS)?;
        let mut start = 0;
        if self.word(0)? == op::INFO {
            start = self.target(1, end)?;
            if start < 5 {
                return Err(Fault::Invalid);
            }
            self.min_width = self.index(3)?;
        }
        if self.block(start, end)? != end {
            return Err(Fault::Invalid);
        }
        self.emit(Inst::Success);
        Ok(())
    }

    /// A part of the code, up to its end or to a JUMP: where it stopped.
    fn block(&mut self, mut at: usize, end: usize) -> Result<usize> {
        self.vm.check_native_recursion()?;
        self.run_end = 0;
        while at < end {
            if self.word(at)? == op::JUMP {
                return Ok(at);
            }
            at = self.operation(at, end)?;
        }
        if at == end { Ok(at) } else { Err(Fault::Invalid) }
    }

    /// A part of the code that nothing jumps out of.
    fn whole(&mut self, at: usize, end: usize) -> Result<()> {
        if end < at || self.block(at, end)? != end { Err(Fault::Invalid) } else { Ok(()) }
    }

    /// One operation: where the next one is.
    fn operation(&mut self, at: usize, end: usize) -> Result<usize> {
        match self.word(at)? {
            op::MARK => {
                let mark = self.word(at + 1)?;
                if mark / 2 >= self.groups {
                    return Err(Fault::Invalid);
                }
                self.emit(Inst::Mark(mark));
                Ok(at + 2)
            }
            op::AT => {
                let place = self.place(at + 1)?;
                self.emit(Inst::At(place));
                Ok(at + 2)
            }
            op::FAILURE => {
                self.emit(Inst::Fail);
                Ok(at + 1)
            }
            op::LITERAL => {
                let literal = self.word(at + 1)?;
                self.literal(literal);
                Ok(at + 2)
            }
            op::BRANCH => self.branch(at + 1, end),
            op::REPEAT => self.repeat(at + 1, end),
            op::REPEAT_ONE => self.repeat_one(at + 1, end, Greed::Greedy),
            op::MIN_REPEAT_ONE => self.repeat_one(at + 1, end, Greed::Lazy),
            op::POSSESSIVE_REPEAT_ONE => self.repeat_one(at + 1, end, Greed::Possessive),
            op::GROUPREF => self.group_ref(at + 1, Fold::None),
            op::GROUPREF_IGNORE => self.group_ref(at + 1, Fold::Ascii),
            op::GROUPREF_LOC_IGNORE => self.group_ref(at + 1, Fold::Locale),
            op::GROUPREF_UNI_IGNORE => self.group_ref(at + 1, Fold::Unicode),
            op::GROUPREF_EXISTS => self.group_exists(at + 1, end),
            op::ASSERT | op::ASSERT_NOT => {
                let next = self.target(at + 1, end)?;
                self.expect(next - 1, op::SUCCESS)?;
                let (back, negated) = (self.word(at + 2)?, self.word(at)? == op::ASSERT_NOT);
                let inst = self.emit(Inst::Assert { back, negated, next: 0 });
                self.whole(at + 3, next - 1)?;
                self.emit(Inst::Success);
                self.insts[inst] = Inst::Assert { back, negated, next: self.here() };
                Ok(next)
            }
            op::ATOMIC_GROUP => {
                let next = self.target(at + 1, end)?;
                self.expect(next - 1, op::SUCCESS)?;
                let inst = self.emit(Inst::Atomic { next: 0 });
                self.whole(at + 2, next - 1)?;
                self.emit(Inst::Success);
                self.insts[inst] = Inst::Atomic { next: self.here() };
                Ok(next)
            }
            op::POSSESSIVE_REPEAT => {
                // The SUCCESS is not part of what is skipped.
                let last = self.target(at + 1, end)?;
                self.expect(last, op::SUCCESS)?;
                if last >= end {
                    return Err(Fault::Invalid);
                }
                let (min, max) = self.counts(at + 2)?;
                let inst = self.emit(Inst::Possessive { min, max, next: 0 });
                self.whole(at + 4, last)?;
                self.emit(Inst::Success);
                self.insts[inst] = Inst::Possessive { min, max, next: self.here() };
                Ok(last + 1)
            }
            _ => {
                let (unit, next) = self.unit(at, end)?;
                self.emit(Inst::One(unit));
                Ok(next)
            }
        }
    }

    /// An operation that matches one character.
    fn unit(&mut self, at: usize, end: usize) -> Result<(Unit, usize)> {
        let literal = |translator: &Self| translator.word(at + 1);
        let folded = |translator: &mut Self, fold: Fold, negated: bool| -> Result<(Unit, usize)> {
            let literal = Item::Literal(translator.word(at + 1)?);
            let items = if negated { vec![Item::Negate, literal] } else { vec![literal] };
            Ok((translator.set(fold, items), at + 2))
        };
        match self.word(at)? {
            op::ANY => Ok((Unit::Any, at + 1)),
            op::ANY_ALL => Ok((Unit::AnyAll, at + 1)),
            // An empty set.
            op::FAILURE => Ok((self.set(Fold::None, Vec::new()), at + 1)),
            op::LITERAL => Ok((Unit::Literal(literal(self)?), at + 2)),
            op::NOT_LITERAL => Ok((Unit::NotLiteral(literal(self)?), at + 2)),
            op::LITERAL_IGNORE => folded(self, Fold::Ascii, false),
            op::NOT_LITERAL_IGNORE => folded(self, Fold::Ascii, true),
            op::LITERAL_LOC_IGNORE => folded(self, Fold::Locale, false),
            op::NOT_LITERAL_LOC_IGNORE => {
                // What is neither the letter nor its other case.
                let letter = literal(self)?;
                let other = if letter < 0x80 && (letter as u8).is_ascii_alphabetic() { letter ^ 0x20 } else { letter };
                let items = vec![Item::Negate, Item::Literal(letter), Item::Literal(other)];
                Ok((self.set(Fold::None, items), at + 2))
            }
            op::LITERAL_UNI_IGNORE => folded(self, Fold::Unicode, false),
            op::NOT_LITERAL_UNI_IGNORE => folded(self, Fold::Unicode, true),
            op::CATEGORY => {
                let category = Category::new(self.word(at + 1)?).ok_or(Fault::Invalid)?;
                Ok((self.set(Fold::None, vec![Item::Category(category)]), at + 2))
            }
            op::IN => self.charset(at + 1, end, Fold::None),
            op::IN_IGNORE => self.charset(at + 1, end, Fold::Ascii),
            op::IN_LOC_IGNORE => self.charset(at + 1, end, Fold::Locale),
            op::IN_UNI_IGNORE => self.charset(at + 1, end, Fold::Unicode),
            _ => Err(Fault::Invalid),
        }
    }

    /// `<skip> items FAILURE`
    fn charset(&mut self, at: usize, end: usize, fold: Fold) -> Result<(Unit, usize)> {
        let next = self.target(at, end)?;
        let mut items = Vec::new();
        let mut at = at + 1;
        loop {
            let size = match self.word(at)? {
                op::FAILURE => break,
                op::NEGATE => {
                    items.push(Item::Negate);
                    1
                }
                op::LITERAL => {
                    items.push(Item::Literal(self.word(at + 1)?));
                    2
                }
                op::RANGE => {
                    items.push(Item::Range(self.word(at + 1)?, self.word(at + 2)?));
                    3
                }
                op::RANGE_UNI_IGNORE => {
                    items.push(Item::RangeOrUpper(self.word(at + 1)?, self.word(at + 2)?));
                    3
                }
                op::CATEGORY => {
                    items.push(Item::Category(Category::new(self.word(at + 1)?).ok_or(Fault::Invalid)?));
                    2
                }
                op::CHARSET => {
                    items.push(Item::Bits(self.bits(at + 1)?));
                    9
                }
                op::BIGCHARSET => {
                    let (item, size) = self.blocks(at + 1)?;
                    items.push(item);
                    size + 1
                }
                _ => return Err(Fault::Invalid),
            };
            at += size;
            if at >= next {
                return Err(Fault::Invalid);
            }
        }
        if at + 1 != next {
            return Err(Fault::Invalid);
        }
        Ok((self.set(fold, items), next))
    }

    fn bits(&self, at: usize) -> Result<[u32; 8]> {
        let words = self.code.get(at..at + 8).ok_or(Fault::Invalid)?;
        words.try_into().map_err(|_| Fault::Invalid)
    }

    /// `<count> 64 words with the number of the block for each 256 characters, <count> blocks`
    fn blocks(&self, at: usize) -> Result<(Item, usize)> {
        let count = self.index(at)?;
        if count > 256 {
            return Err(Fault::Invalid);
        }
        let words = self.code.get(at + 1..at + 65).ok_or(Fault::Invalid)?;
        let mut numbers = Box::new([0; 256]);
        for (number, byte) in numbers.iter_mut().zip(words.iter().flat_map(|word| word.to_ne_bytes())) {
            if usize::from(byte) >= count {
                return Err(Fault::Invalid);
            }
            *number = byte;
        }
        let blocks: Result<Vec<_>> = (0..count).map(|block| self.bits(at + 65 + block * 8)).collect();
        Ok((Item::Blocks(numbers, blocks?.into()), 65 + count * 8))
    }

    fn place(&self, at: usize) -> Result<At> {
        let boundary = |unicode, negated| At::Boundary { unicode, negated };
        Ok(match self.word(at)? {
            0 | 2 => At::Beginning,
            1 => At::BeginningLine,
            3 | 8 => boundary(false, false),
            4 | 9 => boundary(false, true),
            5 => At::End,
            6 => At::EndLine,
            7 => At::EndString,
            10 => boundary(true, false),
            11 => boundary(true, true),
            _ => return Err(Fault::Invalid),
        })
    }

    /// `<min> <max>`
    fn counts(&self, at: usize) -> Result<(u32, u32)> {
        let (min, max) = (self.word(at)?, self.word(at + 1)?);
        if min > max { Err(Fault::Invalid) } else { Ok((min, max)) }
    }

    /// `(<skip> code JUMP <skip>)... FAILURE`: each JUMP goes behind the FAILURE.
    fn branch(&mut self, mut at: usize, end: usize) -> Result<usize> {
        let mut jumps = Vec::new();
        let mut open: Option<usize> = None;
        while self.word(at)? != op::FAILURE {
            let next = self.target(at, end)?;
            if let Some(branch) = open.take() {
                self.insts[branch] = Inst::Branch { next: self.here(), test: Test::Always };
            }
            if self.word(next)? != op::FAILURE {
                open = Some(self.emit(Inst::Fail));
            }
            let stop = next.checked_sub(2).filter(|stop| *stop > at).ok_or(Fault::Invalid)?;
            self.whole(at + 1, stop)?;
            self.expect(stop, op::JUMP)?;
            let target = self.target(stop + 1, end)?;
            let jump = self.emit(Inst::Fail);
            jumps.push((jump, target));
            at = next;
        }
        if at >= end {
            return Err(Fault::Invalid);
        }
        let here = self.here();
        if jumps.is_empty() {
            self.emit(Inst::Fail);
        }
        for (jump, target) in jumps {
            if target != at + 1 {
                return Err(Fault::Invalid);
            }
            self.insts[jump] = Inst::Jump(here);
        }
        Ok(at + 1)
    }

    /// `<skip> <min> <max> code MAX_UNTIL`, or MIN_UNTIL, which is not part of what is skipped.
    fn repeat(&mut self, at: usize, end: usize) -> Result<usize> {
        let until = self.target(at, end)?;
        let (min, max) = self.counts(at + 1)?;
        let inst = self.emit(Inst::Repeat { min, max, until: 0 });
        self.whole(at + 3, until)?;
        let until_inst = match self.word(until)? {
            op::MAX_UNTIL => Inst::MaxUntil,
            op::MIN_UNTIL => Inst::MinUntil,
            _ => return Err(Fault::Invalid),
        };
        if until >= end {
            return Err(Fault::Invalid);
        }
        self.insts[inst] = Inst::Repeat { min, max, until: self.here() };
        self.emit(until_inst);
        Ok(until + 1)
    }

    /// `<skip> <min> <max> unit SUCCESS`
    fn repeat_one(&mut self, at: usize, end: usize, greed: Greed) -> Result<usize> {
        let next = self.target(at, end)?;
        let (min, max) = self.counts(at + 1)?;
        let (unit, last) = self.unit(at + 3, next)?;
        self.expect(last, op::SUCCESS)?;
        if last + 1 != next {
            return Err(Fault::Invalid);
        }
        self.emit(Inst::RepeatOne { unit, min, max, greed, follow: None });
        Ok(next)
    }

    fn group(&self, at: usize) -> Result<u32> {
        let group = self.word(at)?;
        if group < self.groups { Ok(group) } else { Err(Fault::Invalid) }
    }

    fn group_ref(&mut self, at: usize, fold: Fold) -> Result<usize> {
        let group = self.group(at)?;
        self.emit(Inst::GroupRef { group, fold });
        Ok(at + 1)
    }

    /// `<group> <skip> code [JUMP <skip> code]`: the first skip, which counts from the group, goes behind the JUMP.
    fn group_exists(&mut self, at: usize, end: usize) -> Result<usize> {
        let group = self.group(at)?;
        let no = at.checked_add(self.index(at + 1)?).ok_or(Fault::Invalid)?;
        if no < at + 2 || no > end {
            return Err(Fault::Invalid);
        }
        let inst = self.emit(Inst::GroupExists { group, no: 0 });
        let stop = self.block(at + 2, no)?;
        if stop == no {
            self.insts[inst] = Inst::GroupExists { group, no: self.here() };
            return Ok(no);
        }
        if stop + 2 != no {
            return Err(Fault::Invalid);
        }
        let next = self.target(stop + 1, end)?;
        let jump = self.emit(Inst::Fail);
        self.insts[inst] = Inst::GroupExists { group, no: self.here() };
        self.whole(no, next)?;
        self.insts[jump] = Inst::Jump(self.here());
        Ok(next)
    }

    fn finish(self, groups: usize) -> Program {
        let mut program = Program {
            insts: self.insts.into(),
            literals: self.literals.into(),
            sets: self.sets.into(),
            firsts: Box::default(),
            min_width: self.min_width,
            start: Start::Anywhere,
            groups,
        };
        analyze::analyze(&mut program);
        program
    }
}

/// The largest number of repetitions, without a limit when it is MAXREPEAT.
#[must_use]
pub fn limit(max: u32) -> usize {
    if max == UNLIMITED { usize::MAX } else { max as usize }
}
