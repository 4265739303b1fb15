//! The parser: from tokens to the tree, by CPython's grammar.
//!
//! It is a parsing expression grammar: every function here is one of its rules, tries its alternatives in order, and gives
//! [`Stop::NoMatch`] when none fits. A source is parsed once by the rules of the language alone. When that fails it is
//! parsed again with the rules in [`invalid`] in between, which match common mistakes and say what is wrong with them; so the
//! words and the places of errors are CPython's. What no rule knows is `invalid syntax` at the token that was read last.
//!
//! - [`engine`]: tokens, backtracking, memory of results
//! - [`report`] has errors
//! - [`statement`], [`compound`], [`function`], [`pattern`]: statements
//! - [`expression`], [`atom`], [`call`], [`target`]: expressions
//! - [`strings`], [`escape`], [`number`]: literals

mod atom;
mod call;
mod compound;
mod engine;
mod escape;
mod expression;
mod function;
mod invalid;
mod number;
mod pattern;
mod report;
mod statement;
mod strings;
mod target;

use bumpalo::Bump;

use crate::ast::{Expr, Mod, ModExpression, ModFunctionType, ModInteractive, ModModule, Range, Stmt, TypeIgnore};
use crate::lexer::{Done, Fault, Kind, Lexer, Settings, Warning};
use engine::{Memory, Parser};

/// What a text is parsed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    File,
    Interactive,
    Expression,
    /// A signature in a type comment: `(int, str) -> bool`.
    FunctionType,
}

/// What governs parsing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub start: Start,
    pub type_comments: bool,
    /// The minor version of the language that is asked for; what is newer is an error.
    pub feature_version: u32,
    /// A text that may go on is an `_IncompleteInputError`.
    pub allow_incomplete: bool,
    /// Indented blocks of interactive text do not end with it.
    pub dont_imply_dedent: bool,
    /// `from __future__ import barry_as_FLUFL`.
    pub barry_as_flufl: bool,
    /// The most digits of a decimal integer; 0 for no limit.
    pub max_digits: usize,
}

/// The most digits of a decimal integer, unless a program has asked for another limit; as in CPython.
pub(crate) const MAX_DIGITS: usize = 4300;

impl Options {
    pub(crate) fn new(start: Start) -> Options {
        Options {
            start,
            type_comments: false,
            feature_version: 14,
            allow_incomplete: false,
            dont_imply_dedent: false,
            barry_as_flufl: false,
            max_digits: MAX_DIGITS,
        }
    }
}

/// Why a rule gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// It does not fit.
    NoMatch,
    /// There is an error; it is in [`Parser::fault`].
    Error,
}

/// What a rule gives.
type P<T> = Result<T, Stop>;

/// An expression in the arena.
type Ex<'a> = &'a Expr<'a>;

/// A parsed text, or why it is none; and what is to be warned of, either way.
pub(crate) struct Parsed<'a> {
    pub program: Result<Mod<'a>, Fault>,
    pub warnings: Vec<Warning>,
}

/// Parses a text.
pub(crate) fn parse<'a>(text: &str, options: Options, arena: &'a Bump) -> Parsed<'a> {
    // The last line of a file ends, whether it says so or not.
    let ended: std::borrow::Cow<'_, str> = match options.start {
        Start::File if !text.ends_with('\n') => format!("{text}\n").into(),
        _ => text.into(),
    };
    let text = &*ended;
    let lexer = Lexer::new(text, Settings { type_comments: options.type_comments, ..Settings::default() });
    let mut parser = Parser::new(text, lexer, options, arena);
    let program = parser.run();
    let mut warnings = std::mem::take(&mut parser.lexer.warnings);
    warnings.append(&mut parser.warnings);
    warnings.sort_by_key(|warning| warning.as_error.line);
    Parsed { program, warnings }
}

impl<'a> Parser<'_, 'a> {
    fn run(&mut self) -> Result<Mod<'a>, Fault> {
        if let Ok(program) = self.program() {
            return if self.options.start == Start::Interactive && self.has_more() {
                let message = "multiple statements found while compiling a single statement";
                self.fail_last("SyntaxError", message);
                Err(self.take_fault())
            } else {
                Ok(program)
            };
        }
        if self.options.allow_incomplete && self.lexer.at_end_of_source() {
            self.fault = None;
            self.fail_last("_IncompleteInputError", "incomplete input");
            return Err(self.take_fault());
        }
        let last = self.tokens.len() - 1;
        if self.fault.is_none() {
            self.mark = 0;
            self.diagnosing = true;
            self.memory = Memory::default();
            // Its errors are in `fault`; it cannot succeed where the first pass failed.
            let _ = self.program();
        }
        self.settle_fault(last);
        Err(self.take_fault())
    }

    /// The error of a text that does not parse; `last` is the last token that the first pass read.
    fn settle_fault(&mut self, last: usize) {
        if let Some(fault) = &self.fault {
            let from_parser = self.lexer.done() == Done::No;
            if from_parser && matches!(fault.kind, "SyntaxError" | "IndentationError" | "TabError") {
                self.check_rest();
            }
            return;
        }
        let token = self.tokens[last];
        match token.kind {
            Kind::Error if self.lexer.done() == Done::End => {
                if !self.fail_unclosed() {
                    self.fail_last("SyntaxError", "unexpected EOF while parsing");
                }
            }
            Kind::Indent => {
                self.fail_last("IndentationError", "unexpected indent");
            }
            Kind::Dedent => {
                self.fail_last("IndentationError", "unexpected unindent");
            }
            _ => {
                self.fail_at(token.range, "invalid syntax");
                self.check_rest();
            }
        }
    }

    /// Whether an interactive text has more than one statement.
    fn has_more(&self) -> bool {
        let rest = self.lexer.rest();
        rest.lines().any(|line| {
            let line = line.trim_matches([' ', '\t', '\x0c']);
            !line.is_empty() && !line.starts_with('#')
        })
    }

    fn program(&mut self) -> P<Mod<'a>> {
        match self.options.start {
            Start::File => self.file(),
            Start::Interactive => self.interactive(),
            Start::Expression => self.eval(),
            Start::FunctionType => self.func_type(),
        }
    }

    fn file(&mut self) -> P<Mod<'a>> {
        let body = self.attempt(Self::statements)?.unwrap_or_default();
        self.token(Kind::EndMarker)?;
        let type_ignores = std::mem::take(&mut self.type_ignores);
        let type_ignores: &'a [TypeIgnore<'a>] = self.arena.alloc_slice_copy(&type_ignores);
        Ok(ModModule { range: Range::default(), body, type_ignores }.into())
    }

    fn interactive(&mut self) -> P<Mod<'a>> {
        let body = self.statement_newline()?;
        Ok(ModInteractive { range: Range::default(), body }.into())
    }

    fn statement_newline(&mut self) -> P<&'a [Stmt<'a>]> {
        let compound = self.attempt(|p| {
            let stmt = p.compound_stmt()?;
            p.token(Kind::Newline)?;
            Ok(stmt)
        })?;
        if let Some(stmt) = compound {
            return Ok(self.arena.alloc_slice_copy(&[stmt]));
        }
        if let Some(body) = self.attempt(Self::simple_stmts)? {
            return Ok(body);
        }
        let start = self.mark;
        self.token(Kind::Newline)?;
        Ok(self.arena.alloc_slice_copy(&[Stmt::Pass(self.range(start))]))
    }

    fn eval(&mut self) -> P<Mod<'a>> {
        let body = self.expressions()?;
        while self.eat(Kind::Newline)?.is_some() {}
        self.token(Kind::EndMarker)?;
        Ok(ModExpression { range: Range::default(), body }.into())
    }

    fn func_type(&mut self) -> P<Mod<'a>> {
        self.token(Kind::LPar)?;
        let argtypes = self.attempt(Self::type_expressions)?.unwrap_or_default();
        self.token(Kind::RPar)?;
        self.token(Kind::RArrow)?;
        let returns = self.expression()?;
        while self.eat(Kind::Newline)?.is_some() {}
        self.token(Kind::EndMarker)?;
        Ok(ModFunctionType { range: Range::default(), argtypes, returns }.into())
    }

    /// The types of parameters; the stars of `*args` and `**kwargs` may stand before the last ones, and mean nothing.
    fn type_expressions(&mut self) -> P<&'a [Expr<'a>]> {
        let mut types = Vec::new();
        if let Some(first) = self.attempt(Self::expression)? {
            types.push(*first);
            while let Some(next) = self.after_comma(Self::expression)? {
                types.push(*next);
            }
        }
        for star in [Kind::Star, Kind::DoubleStar] {
            let first = types.is_empty();
            let starred = self.attempt(|p| {
                if !first {
                    p.token(Kind::Comma)?;
                }
                p.token(star)?;
                p.expression()
            })?;
            types.extend(starred);
        }
        if types.is_empty() { Err(Stop::NoMatch) } else { Ok(self.slice(&types)) }
    }
}
