//! The engine: runs a [`Program`] on a text, by backtracking.
//!
//! What may have to be tried again and what must be undone before that lies on one stack ([`Entry`]), so a match needs no
//! native stack, however long the text is or deep the pattern. To fail is to take entries from the stack: what changed
//! since an alternative was left is undone on the way to it. A part that matches in one way only (look-around, atomic groups) begins
//! with an entry of its own; when it has matched, its alternatives are dropped and only what undoes marks is kept.

use memchr::memchr;
use orochi_vm::{PyResult, Vm};

use super::charset::{Fold, is_word_ascii, is_word_unicode};
use super::program::{At, Greed, Inst, Program, Test, Unit};
use super::translate::limit;

/// No place: of a mark that is not set.
pub const UNSET: usize = usize::MAX;

/// Steps between two looks at whether the program was interrupted.
const STEPS: u32 = 1 << 12;

/// A unit of a text.
pub trait Unicode: Copy + PartialEq {
    fn code(self) -> u32;

    /// The first place of a character.
    fn find(text: &[Self], c: u32) -> Option<usize>;

    /// The text, if it is one of bytes.
    fn bytes(text: &[Self]) -> Option<&[u8]>;
}

impl Unicode for u8 {
    #[inline(always)]
    fn code(self) -> u32 {
        self.into()
    }

    fn find(text: &[u8], c: u32) -> Option<usize> {
        memchr(u8::try_from(c).ok()?, text)
    }

    fn bytes(text: &[u8]) -> Option<&[u8]> {
        Some(text)
    }
}

impl Unicode for u16 {
    #[inline(always)]
    fn code(self) -> u32 {
        self.into()
    }

    fn find(text: &[u16], c: u32) -> Option<usize> {
        let c = u16::try_from(c).ok()?;
        text.iter().position(|unit| *unit == c)
    }

    fn bytes(_: &[u16]) -> Option<&[u8]> {
        None
    }
}

impl Unicode for u32 {
    #[inline(always)]
    fn code(self) -> u32 {
        self
    }

    fn find(text: &[u32], c: u32) -> Option<usize> {
        text.iter().position(|unit| *unit == c)
    }

    fn bytes(_: &[u32]) -> Option<&[u8]> {
        None
    }
}

/// What to do on the way back.
#[derive(Clone, Copy, Debug)]
enum Entry {
    /// Go on there.
    Try { pc: u32, pos: usize },
    /// Greedy repetitions of one character by `pc`: one less than up to `pos`, but not less than up to `low`.
    Greedy { pc: u32, pos: usize, low: usize },
    /// Lazy ones: one more, if `left` is not 0.
    Lazy { pc: u32, left: u32, pos: usize },
    /// Set a mark back.
    Mark { mark: u32, last: u32, old: usize },
    /// A repetition began: forget it.
    Begin { outer: u32 },
    /// A repetition of a count that is still too low: one less.
    Count { repeat: u32 },
    /// One more of a greedy repetition failed: go on behind it.
    Max { repeat: u32, until: u32, pos: usize, last: usize },
    /// A repetition was left: be in it again.
    Leave { repeat: u32 },
    /// What comes behind a lazy repetition failed: one more.
    Min { repeat: u32, pos: usize },
    /// One more of a lazy repetition failed.
    MinBody { repeat: u32, last: usize },
    /// The last barrier's part failed.
    Barrier,
}

/// A repetition that is under way.
#[derive(Clone, Copy, Debug)]
struct Repeat {
    /// How often it matched; begins at one less than 0.
    count: usize,
    min: usize,
    max: usize,
    body: u32,
    /// Where the last time began that was not needed for the minimum.
    last: usize,
    /// The repetition around it.
    outer: u32,
}

/// A part that matches in one way only.
#[derive(Clone, Copy, Debug)]
struct Barrier {
    /// Its instruction: `Assert`, `Atomic`, `Possessive`.
    pc: usize,
    /// Where it began.
    pos: usize,
    /// How often it has matched before.
    count: usize,
    /// What there was when it began: entries, repetitions, the innermost repetition.
    entries: usize,
    repeats: usize,
    repeat: u32,
}

/// What the engine keeps from one match to the next: memory, and the groups of the last.
#[derive(Debug, Default)]
pub struct State {
    /// Places of the groups' marks: of group `n` (from 0) the start is `2 * n`, the end after it.
    pub marks: Vec<usize>,
    /// The number of the group that was closed last, or 0.
    pub last_index: u32,
    /// The last match.
    pub start: usize,
    pub end: usize,
    stack: Vec<Entry>,
    repeats: Vec<Repeat>,
    barriers: Vec<Barrier>,
    steps: u32,
}

/// What is to be matched.
#[derive(Clone, Copy)]
pub struct Request<'a, C> {
    pub program: &'a Program,
    /// The text up to where matches may go.
    pub text: &'a [C],
    pub start: usize,
    /// Whether a match must go up to the end.
    pub full: bool,
    /// Whether a match at `start` must not be empty.
    pub must_advance: bool,
}

/// Whether a mark can be trusted: it is set, and its group is closed.
fn span(state: &State, group: u32) -> Option<(usize, usize)> {
    let at = group as usize * 2;
    let (start, end) = (*state.marks.get(at)?, *state.marks.get(at + 1)?);
    (start != UNSET && end != UNSET && start <= end).then_some((start, end))
}

impl State {
    /// A state for a program's groups.
    pub fn new(vm: &Vm, program: &Program) -> PyResult<State> {
        let mut state = State::default();
        if state.marks.try_reserve_exact(program.groups * 2).is_err() {
            return Err(vm.memory_error());
        }
        state.marks.resize(program.groups * 2, UNSET);
        Ok(state)
    }

    /// Forgets the last match.
    pub fn reset(&mut self) {
        self.marks.fill(UNSET);
        self.last_index = 0;
    }

    /// Where a group matched; the groups' numbers begin with 1.
    #[must_use]
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        span(self, group.checked_sub(1)? as u32)
    }

    /// Counts a step, and now and then looks whether the program was interrupted.
    #[inline(always)]
    fn tick(&mut self, vm: &Vm) -> PyResult<()> {
        self.steps += 1;
        if self.steps < STEPS {
            return Ok(());
        }
        self.steps = 0;
        vm.check_signals()
    }

    #[inline(always)]
    fn push(&mut self, vm: &Vm, entry: Entry) -> PyResult<()> {
        if self.stack.len() == self.stack.capacity() {
            self.grow(vm)?;
        }
        self.stack.push(entry);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, vm: &Vm) -> PyResult<()> {
        let more = self.stack.capacity().max(32);
        vm.check_room_for(more * 2 * size_of::<Entry>())?;
        self.stack.try_reserve_exact(more).map_err(|_| vm.memory_error())
    }

    /// Undoes what the entries above a place changed of the marks, and drops them.
    fn undo_marks(&mut self, entries: usize) {
        while self.stack.len() > entries {
            if let Some(Entry::Mark { mark, last, old }) = self.stack.pop() {
                self.marks[mark as usize] = old;
                self.last_index = last;
            }
        }
    }

    /// Drops the alternatives of a part that has matched, and keeps what undoes its marks.
    fn commit(&mut self, barrier: &Barrier) {
        let mut kept = barrier.entries;
        for index in barrier.entries..self.stack.len() {
            if let entry @ Entry::Mark { .. } = self.stack[index] {
                self.stack[kept] = entry;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        self.repeats.truncate(barrier.repeats);
    }
}

/// How many units from a place on match, at most `max`.
#[inline]
fn count<C: Unicode>(program: &Program, text: &[C], pos: usize, unit: Unit, max: u32) -> usize {
    let rest = &text[pos..];
    let rest = &rest[..rest.len().min(limit(max))];
    let end = match unit {
        Unit::Any => C::find(rest, 0x0a),
        Unit::AnyAll => None,
        Unit::Literal(literal) => rest.iter().position(|c| c.code() != literal),
        Unit::NotLiteral(literal) => C::find(rest, literal),
        Unit::Set(set) => {
            let set = &program.sets[set as usize];
            rest.iter().position(|c| !set.contains(c.code()))
        }
    };
    end.unwrap_or(rest.len())
}

fn holds<C: Unicode>(text: &[C], pos: usize, at: At) -> bool {
    let newline = |pos: usize| text[pos].code() == 0x0a;
    match at {
        At::Beginning => pos == 0,
        At::BeginningLine => pos == 0 || newline(pos - 1),
        At::End => pos == text.len() || (pos + 1 == text.len() && newline(pos)),
        At::EndLine => pos == text.len() || newline(pos),
        At::EndString => pos == text.len(),
        At::Boundary { unicode, negated } => {
            let is_word = |c: C| if unicode { is_word_unicode(c.code()) } else { is_word_ascii(c.code()) };
            let before = pos > 0 && is_word(text[pos - 1]);
            let after = pos < text.len() && is_word(text[pos]);
            (before != after) != negated
        }
    }
}

/// Whether text at two places is the same.
fn repeats<C: Unicode>(text: &[C], (start, end): (usize, usize), pos: usize, fold: Fold) -> bool {
    let len = end - start;
    if len > text.len() - pos {
        return false;
    }
    let (first, again) = (&text[start..end], &text[pos..pos + len]);
    if fold == Fold::None {
        return first == again;
    }
    first.iter().zip(again).all(|(a, b)| a == b || fold.lower(a.code()) == fold.lower(b.code()))
}

/// Tries to match at a place. On success the state has the groups and the end; else it is as before.
pub fn match_at<C: Unicode>(vm: &Vm, state: &mut State, request: Request<'_, C>, start: usize) -> PyResult<bool> {
    state.stack.clear();
    state.repeats.clear();
    state.barriers.clear();
    let result = run(vm, state, request, start);
    if state.stack.capacity() > 1 << 16 {
        state.stack = Vec::new();
    }
    result
}

#[expect(clippy::too_many_lines, reason = "a dispatch loop")]
fn run<C: Unicode>(vm: &Vm, state: &mut State, request: Request<'_, C>, start: usize) -> PyResult<bool> {
    let (program, text) = (request.program, request.text);
    let mut pc = 0usize;
    let mut pos = start;
    let mut repeat = u32::MAX;
    'run: loop {
        'failed: {
            match program.insts[pc] {
                Inst::One(unit) => {
                    if pos < text.len() && program.matches(unit, text[pos].code()) {
                        pos += 1;
                        pc += 1;
                        continue 'run;
                    }
                    break 'failed;
                }
                Inst::Run { start, end } => {
                    let literals = &program.literals[start as usize..end as usize];
                    if literals.len() <= text.len() - pos
                        && text[pos..pos + literals.len()].iter().zip(literals).all(|(c, literal)| c.code() == *literal)
                    {
                        pos += literals.len();
                        pc += 1;
                        continue 'run;
                    }
                    break 'failed;
                }
                Inst::Mark(mark) => {
                    let old = state.marks[mark as usize];
                    state.push(vm, Entry::Mark { mark, last: state.last_index, old })?;
                    state.marks[mark as usize] = pos;
                    if mark & 1 == 1 {
                        state.last_index = mark / 2 + 1;
                    }
                    pc += 1;
                    continue 'run;
                }
                Inst::At(at) => {
                    if holds(text, pos, at) {
                        pc += 1;
                        continue 'run;
                    }
                    break 'failed;
                }
                Inst::Jump(target) => {
                    pc = target as usize;
                    continue 'run;
                }
                Inst::Branch { next, test } => {
                    let hopeful = match test {
                        Test::Always => true,
                        Test::Literal(literal) => pos < text.len() && text[pos].code() == literal,
                        Test::First(first) => {
                            pos < text.len() && program.firsts[first as usize].may_contain(text[pos].code())
                        }
                    };
                    if hopeful {
                        state.push(vm, Entry::Try { pc: next, pos })?;
                        pc += 1;
                    } else {
                        pc = next as usize;
                    }
                    continue 'run;
                }
                Inst::RepeatOne { unit, min, max, greed, follow } => {
                    let min = min as usize;
                    if text.len() - pos < min {
                        break 'failed;
                    }
                    if greed == Greed::Lazy {
                        if min > 0 && count(program, text, pos, unit, min as u32) < min {
                            break 'failed;
                        }
                        pos += min;
                        let left = if limit(max) == usize::MAX { u32::MAX } else { max - min as u32 };
                        if let Some((entry, found)) = lazy(program, text, pc, left, pos, (unit, follow)) {
                            if let Some(entry) = entry {
                                state.push(vm, entry)?;
                            }
                            pos = found;
                            pc += 1;
                            continue 'run;
                        }
                        break 'failed;
                    }
                    let high = pos + count(program, text, pos, unit, max);
                    let low = pos + min;
                    if high < low {
                        break 'failed;
                    }
                    pos = high;
                    if greed == Greed::Greedy && high > low {
                        let Some(found) = last_before(text, low, high, follow) else { break 'failed };
                        pos = found;
                        if found > low {
                            state.push(vm, Entry::Greedy { pc: pc as u32, pos, low })?;
                        }
                    }
                    pc += 1;
                    continue 'run;
                }
                Inst::Repeat { min, max, until } => {
                    if state.repeats.len() == state.repeats.capacity() {
                        vm.check_room_for(state.repeats.len() * 2 * size_of::<Repeat>())?;
                    }
                    state.push(vm, Entry::Begin { outer: repeat })?;
                    state.repeats.push(Repeat {
                        count: usize::MAX,
                        min: min as usize,
                        max: limit(max),
                        body: pc as u32 + 1,
                        last: UNSET,
                        outer: repeat,
                    });
                    repeat = state.repeats.len() as u32 - 1;
                    pc = until as usize;
                    continue 'run;
                }
                Inst::MaxUntil => {
                    let own = &mut state.repeats[repeat as usize];
                    let count = own.count.wrapping_add(1);
                    if count < own.min {
                        own.count = count;
                        pc = own.body as usize;
                        state.push(vm, Entry::Count { repeat })?;
                    } else if count < own.max && own.last != pos {
                        let last = core::mem::replace(&mut own.last, pos);
                        own.count = count;
                        let until = pc as u32;
                        pc = own.body as usize;
                        state.push(vm, Entry::Max { repeat, until, pos, last })?;
                    } else {
                        let outer = own.outer;
                        state.push(vm, Entry::Leave { repeat })?;
                        repeat = outer;
                        pc += 1;
                    }
                    state.tick(vm)?;
                    continue 'run;
                }
                Inst::MinUntil => {
                    let own = &mut state.repeats[repeat as usize];
                    let count = own.count.wrapping_add(1);
                    if count < own.min {
                        own.count = count;
                        pc = own.body as usize;
                        state.push(vm, Entry::Count { repeat })?;
                    } else {
                        let outer = own.outer;
                        state.push(vm, Entry::Min { repeat, pos })?;
                        repeat = outer;
                        pc += 1;
                    }
                    state.tick(vm)?;
                    continue 'run;
                }
                Inst::GroupRef { group, fold } => {
                    if let Some(span) = span(state, group)
                        && repeats(text, span, pos, fold)
                    {
                        pos += span.1 - span.0;
                        pc += 1;
                        continue 'run;
                    }
                    break 'failed;
                }
                Inst::GroupExists { group, no } => {
                    pc = if span(state, group).is_some() { pc + 1 } else { no as usize };
                    continue 'run;
                }
                Inst::Assert { back, negated, next } => {
                    if let Some(begin) = pos.checked_sub(back as usize) {
                        begin_part(vm, state, pc, pos, 0, repeat)?;
                        pos = begin;
                        pc += 1;
                        continue 'run;
                    }
                    if negated {
                        pc = next as usize;
                        continue 'run;
                    }
                    break 'failed;
                }
                Inst::Atomic { .. } => {
                    begin_part(vm, state, pc, pos, 0, repeat)?;
                    pc += 1;
                    continue 'run;
                }
                Inst::Possessive { max, next, .. } => {
                    if max == 0 {
                        pc = next as usize;
                    } else {
                        begin_part(vm, state, pc, pos, 0, repeat)?;
                        pc += 1;
                    }
                    continue 'run;
                }
                Inst::Fail => break 'failed,
                Inst::Success => {
                    let Some(barrier) = state.barriers.pop() else {
                        if (request.full && pos != text.len())
                            || (request.must_advance && pos == start && start == request.start)
                        {
                            break 'failed;
                        }
                        state.start = start;
                        state.end = pos;
                        return Ok(true);
                    };
                    repeat = barrier.repeat;
                    match program.insts[barrier.pc] {
                        Inst::Assert { negated: true, .. } => {
                            state.undo_marks(barrier.entries);
                            state.repeats.truncate(barrier.repeats);
                            break 'failed;
                        }
                        Inst::Assert { next, .. } => {
                            state.commit(&barrier);
                            pos = barrier.pos;
                            pc = next as usize;
                        }
                        Inst::Possessive { min, max, next } => {
                            state.commit(&barrier);
                            let count = barrier.count + 1;
                            if count < min as usize || (count < limit(max) && pos != barrier.pos) {
                                begin_part(vm, state, barrier.pc, pos, count, repeat)?;
                                pc = barrier.pc + 1;
                                state.tick(vm)?;
                            } else {
                                pc = next as usize;
                            }
                        }
                        Inst::Atomic { next } => {
                            state.commit(&barrier);
                            pc = next as usize;
                        }
                        // No other instruction begins a part.
                        _ => break 'failed,
                    }
                    continue 'run;
                }
            }
        }

        // Failed: undo, up to something that may still be tried.
        state.tick(vm)?;
        loop {
            let Some(entry) = state.stack.pop() else { return Ok(false) };
            match entry {
                Entry::Try { pc: to, pos: at } => {
                    pc = to as usize;
                    pos = at;
                    break;
                }
                Entry::Greedy { pc: to, pos: high, low } => {
                    let Inst::RepeatOne { follow, .. } = program.insts[to as usize] else { continue };
                    let Some(found) = last_before(text, low, high - 1, follow) else { continue };
                    if found > low {
                        state.push(vm, Entry::Greedy { pc: to, pos: found, low })?;
                    }
                    pc = to as usize + 1;
                    pos = found;
                    break;
                }
                Entry::Lazy { pc: to, left, pos: at } => {
                    let Inst::RepeatOne { unit, follow, .. } = program.insts[to as usize] else { continue };
                    if left == 0 || at >= text.len() || !program.matches(unit, text[at].code()) {
                        continue;
                    }
                    let left = if left == u32::MAX { left } else { left - 1 };
                    let Some((entry, found)) = lazy(program, text, to as usize, left, at + 1, (unit, follow)) else {
                        continue;
                    };
                    if let Some(entry) = entry {
                        state.push(vm, entry)?;
                    }
                    pc = to as usize + 1;
                    pos = found;
                    break;
                }
                Entry::Mark { mark, last, old } => {
                    state.marks[mark as usize] = old;
                    state.last_index = last;
                }
                Entry::Begin { outer } => {
                    state.repeats.pop();
                    repeat = outer;
                }
                Entry::Count { repeat } => {
                    let own = &mut state.repeats[repeat as usize];
                    own.count = own.count.wrapping_sub(1);
                }
                Entry::Max { repeat: number, until, pos: at, last } => {
                    let own = &mut state.repeats[number as usize];
                    own.count = own.count.wrapping_sub(1);
                    own.last = last;
                    let outer = own.outer;
                    state.push(vm, Entry::Leave { repeat: number })?;
                    repeat = outer;
                    pc = until as usize + 1;
                    pos = at;
                    break;
                }
                Entry::Leave { repeat: number } => repeat = number,
                Entry::Min { repeat: number, pos: at } => {
                    repeat = number;
                    let own = &mut state.repeats[number as usize];
                    let count = own.count.wrapping_add(1);
                    if count >= own.max || own.last == at {
                        continue;
                    }
                    let last = core::mem::replace(&mut own.last, at);
                    own.count = count;
                    pc = own.body as usize;
                    pos = at;
                    state.push(vm, Entry::MinBody { repeat: number, last })?;
                    break;
                }
                Entry::MinBody { repeat: number, last } => {
                    let own = &mut state.repeats[number as usize];
                    own.count = own.count.wrapping_sub(1);
                    own.last = last;
                }
                Entry::Barrier => {
                    let Some(barrier) = state.barriers.pop() else { continue };
                    repeat = barrier.repeat;
                    match program.insts[barrier.pc] {
                        Inst::Assert { negated: true, next, .. } => {
                            pos = barrier.pos;
                            pc = next as usize;
                            break;
                        }
                        Inst::Possessive { min, next, .. } if barrier.count >= min as usize => {
                            pos = barrier.pos;
                            pc = next as usize;
                            break;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

fn begin_part(vm: &Vm, state: &mut State, pc: usize, pos: usize, count: usize, repeat: u32) -> PyResult<()> {
    let (entries, repeats) = (state.stack.len(), state.repeats.len());
    state.push(vm, Entry::Barrier)?;
    state.barriers.push(Barrier { pc, pos, count, entries, repeats, repeat });
    Ok(())
}

/// The last place from `high` back to `low` at which the literal is, if there must be one.
#[inline(always)]
fn last_before<C: Unicode>(text: &[C], low: usize, high: usize, follow: Option<u32>) -> Option<usize> {
    let Some(literal) = follow else { return Some(high) };
    let end = (high + 1).min(text.len());
    let place = text.get(low..end)?.iter().rposition(|c| c.code() == literal)?;
    Some(low + place)
}

/// Lazy repetitions from a place on: where to go on behind them, and the entry for more of them if there may be any. When a
/// literal must follow, those that end elsewhere are left out.
fn lazy<C: Unicode>(
    program: &Program,
    text: &[C],
    pc: usize,
    left: u32,
    pos: usize,
    (unit, follow): (Unit, Option<u32>),
) -> Option<(Option<Entry>, usize)> {
    let mut at = pos;
    let mut left = left;
    if let Some(literal) = follow {
        loop {
            if at >= text.len() {
                return None;
            }
            let c = text[at].code();
            if c == literal {
                break;
            }
            if left == 0 || !program.matches(unit, c) {
                return None;
            }
            if left != u32::MAX {
                left -= 1;
            }
            at += 1;
        }
    }
    let entry = (left > 0).then_some(Entry::Lazy { pc: pc as u32, left, pos: at });
    Some((entry, at))
}
