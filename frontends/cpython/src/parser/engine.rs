//! The machinery of the grammar: tokens that are read when a rule first wants them, places to go back to, and the memory of
//! what was parsed where, without which backtracking would take time beyond measure.

use bumpalo::Bump;
use rustc_hash::FxHashMap;

use super::{Ex, Options, P, Start, Stop};
use crate::ast::{Expr, Pattern, Place, Range, Stmt, TypeIgnore};
use crate::lexer::{Fault, Kind, Lexer, Token, Warning};
use crate::{limits, unicode};

pub(super) struct Parser<'s, 'a> {
    pub text: &'s str,
    pub lexer: Lexer<'s>,
    pub options: Options,
    pub arena: &'a Bump,
    /// The tokens that were read so far, and the next one for the rules.
    pub tokens: Vec<Token>,
    pub mark: usize,
    /// It is the second pass.
    pub diagnosing: bool,
    /// The rules for mistakes are left out for now.
    pub quiet: bool,
    pub memory: Memory<'a>,
    pub fault: Option<Fault>,
    pub warnings: Vec<Warning>,
    pub type_ignores: Vec<TypeIgnore<'a>>,
    depth: usize,
    /// Something was read since the last statement; for interactive text.
    started: bool,
    names: FxHashMap<&'s str, &'a str>,
}

/// Rules whose results are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Arguments,
    AwaitPrimary,
    BitwiseOr,
    Block,
    ClosedPattern,
    Conjunction,
    DelTarget,
    Disjunction,
    Expression,
    Factor,
    InvalidNamedExpression,
    Inversion,
    Primary,
    SimpleStmt,
    StarExpression,
    StarTarget,
    Strings,
    Sum,
    TargetPrimary,
    TargetWithStarAtom,
}

/// What is remembered of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum Remembered<'a> {
    Nothing,
    Expr(Ex<'a>),
    Stmt(&'a Stmt<'a>),
    Stmts(&'a [Stmt<'a>]),
    Pattern(&'a Pattern<'a>),
    Arguments(&'a super::call::Arguments<'a>),
}

/// What a remembered rule gives.
pub(super) trait Memorable<'a>: Copy {
    fn remember(self, arena: &'a Bump) -> Remembered<'a>;
    fn recall(what: Remembered<'a>) -> Option<Self>;
}

/// References are remembered as they are.
macro_rules! memorable_references {
    ($($variant:ident: $type:ty,)*) => {
        $(impl<'a> Memorable<'a> for &'a $type {
            fn remember(self, _: &'a Bump) -> Remembered<'a> {
                Remembered::$variant(self)
            }

            fn recall(what: Remembered<'a>) -> Option<Self> {
                match what {
                    Remembered::$variant(value) => Some(value),
                    _ => None,
                }
            }
        })*
    };
}

/// Others are copied to the arena.
macro_rules! memorable_values {
    ($($variant:ident: $type:ty,)*) => {
        $(impl<'a> Memorable<'a> for $type {
            fn remember(self, arena: &'a Bump) -> Remembered<'a> {
                Remembered::$variant(arena.alloc(self))
            }

            fn recall(what: Remembered<'a>) -> Option<Self> {
                match what {
                    Remembered::$variant(value) => Some(*value),
                    _ => None,
                }
            }
        })*
    };
}

memorable_references! {
    Expr: Expr<'a>,
    Stmts: [Stmt<'a>],
}

memorable_values! {
    Stmt: Stmt<'a>,
    Pattern: Pattern<'a>,
    Arguments: super::call::Arguments<'a>,
}

/// The memory: for each token a list of what was parsed from there.
#[derive(Default)]
pub(super) struct Memory<'a> {
    /// The last entry for a token, plus one.
    heads: Vec<u32>,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    rule: Rule,
    /// The entry before, plus one.
    before: u32,
    end: usize,
    what: Remembered<'a>,
}

impl<'a> Memory<'a> {
    fn find(&self, mark: usize, rule: Rule) -> Option<(Remembered<'a>, usize)> {
        let mut next = self.heads.get(mark).copied().unwrap_or(0);
        while let Some(index) = next.checked_sub(1) {
            let entry = &self.entries[index as usize];
            if entry.rule == rule {
                return Some((entry.what, entry.end));
            }
            next = entry.before;
        }
        None
    }

    fn add(&mut self, mark: usize, rule: Rule, what: Remembered<'a>, end: usize) {
        if self.heads.len() <= mark {
            self.heads.resize(mark + 1, 0);
        }
        let before = self.heads[mark];
        self.entries.push(Entry { rule, before, end, what });
        self.heads[mark] = self.entries.len() as u32;
    }
}

impl<'s, 'a> Parser<'s, 'a> {
    pub fn new(text: &'s str, lexer: Lexer<'s>, options: Options, arena: &'a Bump) -> Self {
        Parser {
            text,
            lexer,
            options,
            arena,
            tokens: Vec::new(),
            mark: 0,
            diagnosing: false,
            quiet: false,
            memory: Memory::default(),
            fault: None,
            warnings: Vec::new(),
            type_ignores: Vec::new(),
            depth: 0,
            started: false,
            names: FxHashMap::default(),
        }
    }

    // ---- tokens -------------------------------------------------------------------------------------------------------

    /// Reads a token more.
    #[inline(never)]
    fn fill(&mut self) -> P<()> {
        let mut token = self.lexer.token();
        while token.kind == Kind::TypeIgnore {
            let tag = self.arena.alloc_slice_copy(&self.text.as_bytes()[token.start..token.end]);
            let range = Range::default();
            self.type_ignores.push(TypeIgnore { range, lineno: token.range.start().line, tag });
            token = self.lexer.token();
        }
        if token.kind == Kind::EndMarker && self.options.start == Start::Interactive && self.started {
            // An interactive statement ends with the text.
            token.kind = Kind::Newline;
            self.started = false;
            if !self.options.dont_imply_dedent {
                self.lexer.dedent_all();
            }
        } else {
            self.started = true;
        }
        self.tokens.push(token);
        if token.kind == Kind::Error { Err(self.tokenizer_error()) } else { Ok(()) }
    }

    /// The next token, which stays the next.
    #[inline]
    pub fn next(&mut self) -> P<Token> {
        if self.mark == self.tokens.len() {
            self.fill()?;
        }
        Ok(self.tokens[self.mark])
    }

    /// The kind of the next token.
    #[inline]
    pub fn peek(&mut self) -> P<Kind> {
        self.next().map(|token| token.kind)
    }

    /// Whether the next token is of a kind.
    #[inline]
    pub fn sees(&mut self, kind: Kind) -> P<bool> {
        self.peek().map(|next| next == kind)
    }

    /// Whether the next token is of one of some kinds.
    #[inline]
    pub fn sees_any(&mut self, kinds: &[Kind]) -> P<bool> {
        self.peek().map(|next| kinds.contains(&next))
    }

    /// Takes a token of a kind.
    #[inline]
    pub fn token(&mut self, kind: Kind) -> P<Token> {
        let token = self.next()?;
        if token.kind != kind {
            return Err(Stop::NoMatch);
        }
        self.mark += 1;
        Ok(token)
    }

    /// Takes a token of one of some kinds.
    pub fn token_of(&mut self, kinds: &[Kind]) -> P<Token> {
        let token = self.next()?;
        if !kinds.contains(&token.kind) {
            return Err(Stop::NoMatch);
        }
        self.mark += 1;
        Ok(token)
    }

    /// Takes a token of a kind, if it is next.
    #[inline]
    pub fn eat(&mut self, kind: Kind) -> P<Option<Token>> {
        let token = self.next()?;
        if token.kind != kind {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(token))
    }

    /// Takes a token of a kind; where it is missing, that is an error at once.
    pub fn expect(&mut self, kind: Kind, shown: &str) -> P<Token> {
        let token = self.next()?;
        if token.kind == kind {
            self.mark += 1;
            return Ok(token);
        }
        Err(self.fail_at(token.range, format!("expected '{shown}'")))
    }

    /// The text of a token.
    pub fn text_of(&self, token: Token) -> &'s str {
        &self.text[token.start..token.end]
    }

    /// Takes a word that is a keyword only here.
    pub fn soft_keyword(&mut self, word: &str) -> P<Token> {
        let token = self.next()?;
        if token.kind != Kind::Name || self.text_of(token) != word {
            return Err(Stop::NoMatch);
        }
        self.mark += 1;
        Ok(token)
    }

    /// Takes a name: the token, and the name in the form in which names are compared.
    pub fn name(&mut self) -> P<(&'a str, Token)> {
        let token = self.token(Kind::Name)?;
        let name = self.intern(token);
        if matches!(name, "None" | "True" | "False") {
            // Written with other letters that are compared as the same.
            return Err(
                self.fail_without_place("ValueError", format!("identifier field can't represent '{name}' constant"))
            );
        }
        Ok((name, token))
    }

    fn intern(&mut self, token: Token) -> &'a str {
        let text = self.text_of(token);
        if let Some(name) = self.names.get(text) {
            return name;
        }
        let name: &'a str = self.arena.alloc_str(&unicode::identifier(text));
        self.names.insert(text, name);
        name
    }

    // ---- ways to try ----------------------------------------------------------------------------------------------------

    /// Tries a rule: goes back when it does not fit.
    #[inline]
    pub fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<Option<T>> {
        let mark = self.mark;
        match rule(self) {
            Ok(value) => Ok(Some(value)),
            Err(Stop::NoMatch) => {
                self.mark = mark;
                Ok(None)
            }
            Err(Stop::Error) => Err(Stop::Error),
        }
    }

    /// Whether a rule fits here; takes nothing.
    pub fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<bool> {
        let mark = self.mark;
        let found = self.attempt(rule)?.is_some();
        self.mark = mark;
        Ok(found)
    }

    /// Fails unless a condition holds.
    pub fn require(&mut self, condition: bool) -> P<()> {
        if condition { Ok(()) } else { Err(Stop::NoMatch) }
    }

    /// Fails where a rule fits.
    pub fn not_ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<()> {
        if self.ahead(rule)? { Err(Stop::NoMatch) } else { Ok(()) }
    }

    /// Fails where the next token is of a kind.
    pub fn not_token(&mut self, kind: Kind) -> P<()> {
        if self.sees(kind)? { Err(Stop::NoMatch) } else { Ok(()) }
    }

    /// Fails unless the next token is of one of some kinds.
    pub fn require_ahead(&mut self, kinds: &[Kind]) -> P<()> {
        if self.sees_any(kinds)? { Ok(()) } else { Err(Stop::NoMatch) }
    }

    /// A rule behind a comma, if both are there.
    pub fn after_comma<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<Option<T>> {
        self.attempt(|p| {
            p.token(Kind::Comma)?;
            rule(p)
        })
    }

    /// As many as there are.
    pub fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let mut found = Vec::new();
        while let Some(item) = self.attempt(&mut rule)? {
            found.push(item);
        }
        Ok(found)
    }

    /// One or more.
    pub fn some<T>(&mut self, rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let found = self.many(rule)?;
        if found.is_empty() { Err(Stop::NoMatch) } else { Ok(found) }
    }

    /// One or more, with commas between them.
    pub fn separated<T>(&mut self, mut rule: impl FnMut(&mut Self) -> P<T>) -> P<Vec<T>> {
        let mut found = vec![rule(self)?];
        while let Some(item) = self.after_comma(&mut rule)? {
            found.push(item);
        }
        Ok(found)
    }

    /// A rule of the second pass; it gives nothing but errors.
    pub fn diagnose<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<()> {
        if self.diagnosing && !self.quiet { self.attempt(rule).map(drop) } else { Ok(()) }
    }

    /// A rule without those for mistakes in it.
    pub fn quietly<T>(&mut self, rule: impl FnOnce(&mut Self) -> P<T>) -> P<T> {
        let before = std::mem::replace(&mut self.quiet, true);
        let result = rule(self);
        self.quiet = before;
        result
    }

    /// A rule that is parsed once at each place.
    #[inline]
    pub fn memo<T: Memorable<'a>>(&mut self, rule: Rule, parse: impl FnOnce(&mut Self) -> P<T>) -> P<T> {
        let mark = self.mark;
        // The token must be there, as whoever remembers something of it has seen it.
        self.next()?;
        if let Some((what, end)) = self.memory.find(mark, rule) {
            self.mark = end;
            return T::recall(what).ok_or(Stop::NoMatch);
        }
        let result = parse(self);
        let what = match &result {
            Ok(value) => value.remember(self.arena),
            Err(Stop::NoMatch) => Remembered::Nothing,
            Err(Stop::Error) => return result,
        };
        self.memory.add(mark, rule, what, self.mark);
        result
    }

    /// The same for rules that are tried again only in the second pass.
    #[inline]
    pub fn memo_when_diagnosing<T: Memorable<'a>>(
        &mut self,
        rule: Rule,
        parse: impl FnOnce(&mut Self) -> P<T>,
    ) -> P<T> {
        if self.diagnosing { self.memo(rule, parse) } else { parse(self) }
    }

    /// Parses one level deeper, on more stack if need be.
    #[inline]
    pub fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> P<T>) -> P<T> {
        self.depth += 1;
        if self.depth > limits::MAX_DEPTH {
            return Err(self.fail_overflow());
        }
        let result = limits::with_stack(self.depth, || parse(self));
        self.depth -= 1;
        result
    }

    // ---- nodes ------------------------------------------------------------------------------------------------------------

    /// From a token to the last one taken that has a text.
    pub fn range(&self, start: usize) -> Range {
        let first = self.tokens.get(start).map_or(Place::default(), |token| token.range.start());
        let blank =
            |token: &&Token| !matches!(token.kind, Kind::EndMarker | Kind::Newline | Kind::Indent | Kind::Dedent);
        let last = self.tokens[..self.mark].iter().rev().find(blank);
        Range::new(first, last.map_or(first, |token| token.range.end()))
    }

    pub fn expr(&self, node: impl Into<Expr<'a>>) -> Ex<'a> {
        self.arena.alloc(node.into())
    }

    pub fn slice<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    /// Expressions as a list of their own.
    pub fn exprs(&self, items: &[Ex<'a>]) -> &'a [Expr<'a>] {
        self.arena.alloc_slice_fill_iter(items.iter().map(|expr| **expr))
    }
}
