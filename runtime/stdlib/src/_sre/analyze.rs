//! What can be known of a program before it runs: the characters that may come first, what must follow a repetition, where a
//! search may begin. Only speed depends on it.

use memchr::memmem::Finder;

use super::charset::First;
use super::program::{At, Greed, Inst, Prefix, Program, Start, Test, Unit};

/// Instructions looked at for one question. What is not answered by then is taken to be anything.
const FUEL: u32 = 200;

/// Prefixes are not longer than this.
const PREFIX: usize = 1000;

/// Fills in what can be known.
pub fn analyze(program: &mut Program) {
    let mut firsts = Vec::new();
    for index in 0..program.insts.len() {
        match program.insts[index] {
            Inst::Branch { next, .. } => {
                let test = test(program, index + 1, &mut firsts);
                program.insts[index] = Inst::Branch { next, test };
            }
            Inst::RepeatOne { unit, min, max, greed, .. } => {
                let follow = follow(program, index + 1);
                let mut greed = greed;
                if greed == Greed::Greedy {
                    let after = first_at(program, index + 1);
                    // Fewer repetitions cannot help when what follows is none of what was repeated.
                    if after.is_some_and(|after| after.is_disjoint(&first_of(program, unit))) {
                        greed = Greed::Possessive;
                    }
                }
                program.insts[index] = Inst::RepeatOne { unit, min, max, greed, follow };
            }
            _ => {}
        }
    }
    program.firsts = firsts.into();
    program.start = start(program);
}

fn first_of(program: &Program, unit: Unit) -> First {
    match unit {
        Unit::Any => First::any_but(0x0a),
        Unit::AnyAll => First::ANYTHING,
        Unit::Literal(literal) => First::of(literal),
        Unit::NotLiteral(literal) => First::any_but(literal),
        Unit::Set(set) => program.sets[set as usize].first,
    }
}

fn test(program: &Program, at: usize, firsts: &mut Vec<First>) -> Test {
    if let Some(literal) = follow(program, at) {
        return Test::Literal(literal);
    }
    match first_at(program, at) {
        Some(first) if first != First::ANYTHING => {
            firsts.push(first);
            Test::First(firsts.len() as u32 - 1)
        }
        _ => Test::Always,
    }
}

/// The literal that must come at an instruction, if it is one.
fn follow(program: &Program, mut at: usize) -> Option<u32> {
    for _ in 0..FUEL {
        match program.insts[at] {
            Inst::Mark(_) | Inst::Atomic { .. } => at += 1,
            Inst::Jump(target) => at = target as usize,
            Inst::One(Unit::Literal(literal)) => return Some(literal),
            Inst::RepeatOne { unit: Unit::Literal(literal), min: 1.., .. } => return Some(literal),
            Inst::Run { start, .. } => return Some(program.literals[start as usize]),
            _ => return None,
        }
    }
    None
}

fn first_at(program: &Program, at: usize) -> Option<First> {
    let mut fuel = FUEL;
    first(program, at, &mut fuel)
}

/// The characters one of which must come at an instruction; `None` when the pattern may end there, or nobody knows.
fn first(program: &Program, mut at: usize, fuel: &mut u32) -> Option<First> {
    // What may have come before, by way of repetitions of nothing.
    let mut sum = First::NOTHING;
    loop {
        *fuel = fuel.checked_sub(1)?;
        match program.insts[at] {
            Inst::Fail => return Some(sum),
            Inst::One(unit) => return Some(sum.union(&first_of(program, unit))),
            Inst::Run { start, .. } => return Some(sum.union(&First::of(program.literals[start as usize]))),
            // A place that does not hold makes the match fail, so it leaves nothing out.
            Inst::Mark(_) | Inst::At(_) => at += 1,
            Inst::Jump(target) => at = target as usize,
            Inst::Assert { next, .. } => at = next as usize,
            Inst::Atomic { .. } => at += 1,
            Inst::Branch { next, .. } => {
                sum = sum.union(&first(program, at + 1, fuel)?);
                at = next as usize;
            }
            Inst::RepeatOne { unit, min, .. } => {
                sum = sum.union(&first_of(program, unit));
                if min > 0 {
                    return Some(sum);
                }
                at += 1;
            }
            Inst::Repeat { min, until, .. } => {
                if min > 0 {
                    at += 1;
                } else {
                    sum = sum.union(&first(program, at + 1, fuel)?);
                    at = until as usize + 1;
                }
            }
            Inst::GroupExists { no, .. } => {
                sum = sum.union(&first(program, at + 1, fuel)?);
                at = no as usize;
            }
            // The end of a part: what follows depends on where it is.
            Inst::Success | Inst::MaxUntil | Inst::MinUntil | Inst::GroupRef { .. } | Inst::Possessive { .. } => {
                return None;
            }
        }
    }
}

fn start(program: &Program) -> Start {
    let mut at = 0;
    while let Inst::Mark(_) = program.insts[at] {
        at += 1;
    }
    match program.insts[at] {
        Inst::At(At::Beginning) => return Start::Beginning,
        Inst::At(At::BeginningLine) => return Start::Line,
        _ => {}
    }
    let (literals, complete) = prefix(program);
    if !literals.is_empty() {
        let bytes: Option<Vec<u8>> = literals.iter().map(|literal| u8::try_from(*literal).ok()).collect();
        let finder = bytes.map(|bytes| Finder::new(&bytes).into_owned());
        return Start::Prefix(Prefix { literals: literals.into(), finder, complete });
    }
    match first_at(program, 0) {
        Some(first) if first != First::ANYTHING => Start::First(first),
        _ => Start::Anywhere,
    }
}

/// The literals that a match begins with, and whether nothing comes after them and no group was marked.
fn prefix(program: &Program) -> (Vec<u32>, bool) {
    let mut literals = Vec::new();
    let mut marked = false;
    for inst in &program.insts {
        match *inst {
            Inst::Mark(_) => marked = true,
            Inst::One(Unit::Literal(literal)) => literals.push(literal),
            Inst::Run { start, end } => literals.extend(&program.literals[start as usize..end as usize]),
            Inst::Success => return (literals, !marked),
            _ => break,
        }
        if literals.len() > PREFIX {
            break;
        }
    }
    (literals, false)
}
