//! What a pattern is when it runs: instructions with everything checked and worked out that the engine would else do at each
//! character. [`super::translate`] makes it from the code that `re._compiler` writes.

use memchr::memmem::Finder;

use super::charset::{First, Fold, Set};

/// No limit.
pub const UNLIMITED: u32 = u32::MAX;

/// What matches one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Any but a line feed.
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    /// The number of a set.
    Set(u32),
}

/// In which order the numbers of repetitions are tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Greed {
    Greedy,
    Lazy,
    /// As many as there are, and no others.
    Possessive,
}

/// A place that has no width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    /// A boundary of words, or none of a boundary; Unicode words or ASCII ones.
    Boundary {
        unicode: bool,
        negated: bool,
    },
}

/// What is known of the first character of an alternative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    /// Nothing.
    Always,
    Literal(u32),
    /// The number in [`Program::firsts`].
    First(u32),
}

/// An instruction. Numbers of instructions are `u32`, as the words of the code are.
#[derive(Clone, Copy, Debug)]
pub enum Inst {
    Success,
    Fail,
    One(Unit),
    /// Literals `start..end` of [`Program::literals`].
    Run {
        start: u32,
        end: u32,
    },
    At(At),
    Mark(u32),
    Jump(u32),
    /// What follows, if its first character may be there; else, or later, what is at `next`.
    Branch {
        next: u32,
        test: Test,
    },
    /// Repetitions of one character. `follow` is a literal that must come behind.
    RepeatOne {
        unit: Unit,
        min: u32,
        max: u32,
        greed: Greed,
        follow: Option<u32>,
    },
    /// Repetitions of what follows, up to the `Until` at `until`.
    Repeat {
        min: u32,
        max: u32,
        until: u32,
    },
    MaxUntil,
    MinUntil,
    /// What a group matched, again.
    GroupRef {
        group: u32,
        fold: Fold,
    },
    /// What follows if the group matched, else what is at `no`.
    GroupExists {
        group: u32,
        no: u32,
    },
    /// What follows, up to its `Success`, must match `back` characters before, or must not; then on at `next`.
    Assert {
        back: u32,
        negated: bool,
        next: u32,
    },
    /// What follows, up to its `Success`, matches in one way only.
    Atomic {
        next: u32,
    },
    /// The same, repeated.
    Possessive {
        min: u32,
        max: u32,
        next: u32,
    },
}

/// What a search looks for before it tries to match.
#[derive(Debug)]
// A pattern has one, which lives as long as it does.
#[allow(clippy::large_enum_variant)]
pub enum Start {
    Anywhere,
    /// Only at the beginning of the text.
    Beginning,
    /// Only at the beginning of a line.
    Line,
    Prefix(Prefix),
    First(First),
}

/// Literals that every match begins with.
#[derive(Debug)]
pub struct Prefix {
    pub literals: Box<[u32]>,
    /// Finds them in bytes; `None` when one of them is no Latin-1.
    pub finder: Option<Finder<'static>>,
    /// Whether they are all that there is to match.
    pub complete: bool,
}

/// A pattern, ready to run.
#[derive(Debug)]
pub struct Program {
    pub insts: Box<[Inst]>,
    pub literals: Box<[u32]>,
    pub sets: Box<[Set]>,
    pub firsts: Box<[First]>,
    /// No match has fewer characters.
    pub min_width: usize,
    pub start: Start,
    /// The number of groups.
    pub groups: usize,
}

impl Program {
    /// Whether a character matches.
    #[inline(always)]
    #[must_use]
    pub fn matches(&self, unit: Unit, c: u32) -> bool {
        match unit {
            Unit::Any => c != 0x0a,
            Unit::AnyAll => true,
            Unit::Literal(literal) => c == literal,
            Unit::NotLiteral(literal) => c != literal,
            Unit::Set(set) => self.sets[set as usize].contains(c),
        }
    }
}
