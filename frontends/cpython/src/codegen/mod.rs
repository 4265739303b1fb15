//! Code generation: from the syntax tree and the symbol table to a module of the common bytecode.
//!
//! One file for each area of the grammar. Every `impl Compiler` block in these files adds the methods of its area;
//! what is here is the state they share and the ways to emit an instruction.
//!
//! The order of evaluation, the positions of instructions and the shape of exception handlers are CPython's, because
//! programs and tracebacks show them.

mod annotations;
mod assign;
mod blocks;
mod call;
mod class;
mod comprehension;
mod condition;
mod constant;
mod display;
mod expr;
mod fstring;
mod function;
mod import;
mod loops;
mod matching;
mod names;
mod pattern;
mod program;
mod stmt;
mod try_stmt;
mod type_params;
mod unit;
mod unparse;
mod with_stmt;

use orochi_bytecode::Op;
use orochi_bytecode::builder::{BuildError, ModuleBuilder};
use orochi_bytecode::module::{Module, Position};
use orochi_bytecode::operands::{ConstIdx, Label, NameIdx};
use orochi_frontend::{Diagnostic, Span};

use crate::ast::{Range, Ranged};
use crate::limits;
use crate::symtable::{Scope, SymbolTable};
use unit::Unit;

pub(crate) use unparse::unparse;

/// Why a program cannot be compiled.
#[derive(Debug)]
pub(crate) struct Error {
    pub kind: &'static str,
    pub message: String,
    pub range: Range,
}

impl Error {
    pub(crate) fn syntax(message: impl Into<String>, range: Range) -> Error {
        Error { kind: "SyntaxError", message: message.into(), range }
    }
}

pub(crate) type Result<T = ()> = std::result::Result<T, Error>;

/// What governs code generation apart from the program itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Drop assertions from 1 on; docstrings are gone by now.
    pub optimize: u8,
    /// `from __future__ import annotations` is in force.
    pub future_annotations: bool,
    /// `await` and its like may stand in the module, which is a coroutine then.
    pub top_level_await: bool,
    /// Show the values of expression statements of the module.
    pub interactive: bool,
}

pub(crate) struct Compiler<'a> {
    table: &'a SymbolTable,
    options: Options,
    module: ModuleBuilder,
    /// The code objects being compiled, the innermost last.
    units: Vec<Unit<'a>>,
    warnings: Vec<Diagnostic>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(table: &'a SymbolTable, options: Options, name: &str) -> Compiler<'a> {
        Compiler { table, options, module: ModuleBuilder::new(name), units: Vec::new(), warnings: Vec::new(), depth: 0 }
    }

    pub(crate) fn builder(&mut self) -> &mut ModuleBuilder {
        &mut self.module
    }

    /// What there is to warn of so far.
    pub(crate) fn warnings(&mut self) -> &mut Vec<Diagnostic> {
        &mut self.warnings
    }

    /// The module.
    pub(crate) fn finish(self) -> Result<Module> {
        self.module.finish().map_err(|error| build_error(&error, Range::default()))
    }

    fn unit(&mut self) -> &mut Unit<'a> {
        self.units.last_mut().expect("code is generated inside a unit")
    }

    fn unit_ref(&self) -> &Unit<'a> {
        self.units.last().expect("code is generated inside a unit")
    }

    /// The scope of the code object being compiled.
    fn scope(&self) -> &'a Scope {
        self.table.scope(self.unit_ref().scope)
    }

    // ---- emitting -----------------------------------------------------------------------------------------------

    /// Emits an instruction that comes from a place in the source.
    fn emit(&mut self, range: Range, op: Op) {
        let position = position(range);
        let code = &mut self.unit().code;
        code.set_position(position);
        code.emit(op);
    }

    /// Emits an instruction at the position of the one before.
    fn op(&mut self, op: Op) {
        self.unit().code.emit(op);
    }

    /// Emits an instruction that no place in the source stands for.
    fn emit_nowhere(&mut self, op: Op) {
        let code = &mut self.unit().code;
        code.set_position(Position::default());
        code.emit(op);
    }

    fn label(&mut self) -> Label {
        self.unit().code.new_label()
    }

    fn bind(&mut self, label: Label) {
        let unit = self.unit();
        unit.code.bind(label);
        unit.joined_at = unit.code.len();
    }

    /// Emits an instruction that CPython gives no place of its own: it belongs to what ran before it. Where ways meet that
    /// is not known, and a place would make tracers see a line that did not run.
    fn glue(&mut self, op: Op) {
        let unit = self.unit();
        if unit.joined_at == unit.code.len() { self.emit_nowhere(op) } else { self.op(op) }
    }

    fn constant(&mut self, range: Range, value: ConstIdx) {
        self.emit(range, Op::Const { value });
    }

    fn none(&mut self, range: Range) {
        let value = self.module.none();
        self.constant(range, value);
    }

    fn int(&mut self, range: Range, value: i64) {
        let value = self.module.int(value);
        self.constant(range, value);
    }

    fn str(&mut self, range: Range, value: &str) {
        let value = self.module.str(value);
        self.constant(range, value);
    }

    fn jump(&mut self, range: Range, target: Label) {
        self.emit(range, Op::Jump { target });
    }

    /// The index of an attribute's or variable's name, mangled if it is private to a class.
    fn mangled_name(&mut self, name: &str) -> NameIdx {
        let mangled = self.mangle(name);
        self.module.name(&mangled)
    }

    // ---- diagnostics ------------------------------------------------------------------------------------------------

    /// Adds a `SyntaxWarning`, unless it was given already (code of `finally` clauses is generated twice).
    fn warn(&mut self, message: impl Into<String>, range: Range) {
        let warning = Diagnostic::warning("SyntaxWarning", message, Some(span(range)));
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Generates one level deeper in the tree, on more stack if need be.
    fn deeper<T>(&mut self, node: &impl Ranged, generate: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        if self.depth > limits::MAX_DEPTH {
            return Err(Error {
                kind: "RecursionError",
                message: "maximum recursion depth exceeded during compilation".into(),
                range: node.range(),
            });
        }
        let result = limits::with_stack(self.depth, || generate(self));
        self.depth -= 1;
        result
    }
}

/// A code object beyond the limits of the format; CPython has such limits too and words them as `OverflowError`.
fn build_error(error: &BuildError, range: Range) -> Error {
    let kind = if error.instruction.is_none() { "OverflowError" } else { "SystemError" };
    Error { kind, message: error.to_string(), range }
}

/// The place of instructions.
fn position(range: Range) -> Position {
    let (start, end) = (range.start(), range.end());
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    Position {
        offset: 0,
        line: number(start.line),
        end_line: number(end.line),
        column: number(start.column),
        end_column: number(end.column),
    }
}

/// A range as the errors and warnings of CPython's compiler have it: columns are 1-based and count bytes.
pub(crate) fn span(range: Range) -> Span {
    let (start, end) = (range.start(), range.end());
    Span { line: start.line, column: start.column + 1, end_line: end.line, end_column: end.column + 1 }
}
