//! A code object: its header, its variables, and the assembly of what `flow` found.

use std::collections::HashMap;

use orochi_bytecode::builder::CodeBuilder;
use orochi_bytecode::operands::{CellIdx, CodeIdx, Label, LocalIdx};
use orochi_bytecode::{Cell, Code, CodeFlags, Op, Position, limits};

use super::super::error::Problem;
use super::super::header::Version;
use super::super::marshal::{Object, ObjectId, RawCode};
use super::super::opcodes::Action;
use super::super::tables::{self, Handler, Location};
use super::constants::Constants;
use super::decode::{Instructions, decode};
use super::flow::{Flow, follow};
use super::instructions::{Scope, Variable};
use super::newer::STOP_ITERATION_ERROR;
use super::{Budget, Parts, Queue};

/// `co_flags`, from `Include/cpython/code.h`.
mod co {
    pub const OPTIMIZED: i32 = 0x1;
    pub const VARARGS: i32 = 0x4;
    pub const VARKEYWORDS: i32 = 0x8;
    pub const NESTED: i32 = 0x10;
    pub const GENERATOR: i32 = 0x20;
    pub const COROUTINE: i32 = 0x80;
    pub const ITERABLE_COROUTINE: i32 = 0x100;
    pub const ASYNC_GENERATOR: i32 = 0x200;
    pub const HAS_DOCSTRING: i32 = 0x400_0000;
    pub const METHOD: i32 = 0x800_0000;
}

/// The kinds in `co_localspluskinds`, from `Include/internal/pycore_code.h`.
mod kind {
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

/// A problem and the byte offset of the instruction at fault, if it is one.
type Result<T> = core::result::Result<T, (Option<u32>, Problem)>;

/// Translates one code object; those that it makes functions of are queued.
pub(super) fn translate(
    raw: &RawCode,
    index: CodeIdx,
    version: &'static Version,
    constants: &mut Constants<'_>,
    queue: &mut Queue,
    budget: &mut Budget,
) -> Result<Code> {
    let no_place = |problem| (None, problem);
    let at_unit = |(unit, problem): (u32, Problem)| (Some(unit.saturating_mul(2)), problem);
    let parts = Parts::of(constants.objects, raw).map_err(no_place)?;
    budget.charge(parts.size()).map_err(no_place)?;
    let instructions = decode(parts.code, version).map_err(at_unit)?;
    let Header { code: header, variables, comprehensions } =
        header(raw, &parts, &instructions, version, constants).map_err(no_place)?;
    check(&header, index).map_err(no_place)?;
    let mut handlers = tables::handlers(parts.exceptiontable).map_err(no_place)?;
    handlers.retain(|handler| !turns_stop_iteration(&instructions, handler));
    let locations = tables::locations(parts.linetable, raw.firstlineno).map_err(no_place)?;
    let scope = Scope {
        version,
        consts: parts.consts,
        names: parts.names,
        variables: &variables,
        comprehensions: &comprehensions,
        flags: header.flags,
    };
    let flow = follow(&instructions, &handlers, &scope, constants, budget).map_err(at_unit)?;
    let mut assembler = Assembler { builder: CodeBuilder::new(header), constants, queue, codes: HashMap::new() };
    assembler.assemble(&instructions, &handlers, &locations, &flow);
    let code = assembler.builder.finish();
    let code = code.map_err(|error| (None, Problem::Build { message: error.to_string() }))?;
    let registers = code.locals.len() + code.cells.len() + code.free.len() + code.max_stack as usize;
    if registers > limits::REGISTERS as usize {
        return Err((None, Problem::unexpected("variables and stack", registers, "at most 60000 together")));
    }
    Ok(code)
}

/// Checks what CPython's compiler sees to by itself.
fn check(code: &Code, index: CodeIdx) -> core::result::Result<(), Problem> {
    let flags = code.flags;
    let kinds = u8::from(flags.generator) + u8::from(flags.coroutine) + u8::from(flags.async_generator);
    if kinds > 1 || flags.iterable_coroutine && !flags.generator {
        return Err(Problem::unexpected("co_flags", format!("{flags:?}"), "one kind of generator or coroutine"));
    }
    if code.positional_only > code.positional {
        return Err(Problem::unexpected("co_posonlyargcount", code.positional_only, "at most co_argcount"));
    }
    if index == CodeIdx(0) && (code.parameter_count() > 0 || !code.free.is_empty()) {
        return Err(Problem::unexpected(
            "the body of the module",
            "a function with parameters or a closure",
            "neither",
        ));
    }
    Ok(())
}

/// Whether a handler turns a StopIteration that leaves a generator into a RuntimeError, which the VM does by itself.
fn turns_stop_iteration(instructions: &Instructions, handler: &Handler) -> bool {
    let target = instructions.at_unit(handler.target).map(|index| &instructions.list[index]);
    target.is_some_and(|target| target.info.action == Action::CallIntrinsic1 && target.arg == STOP_ITERATION_ERROR)
}

/// Everything but the body.
struct Header {
    code: Code,
    /// What each of `co_localsplusnames` is.
    variables: Vec<Variable>,
    /// The variables of inlined comprehensions, by the instruction that saves the one that is hidden.
    comprehensions: HashMap<u32, Variable>,
}

fn header(
    raw: &RawCode,
    parts: &Parts<'_>,
    instructions: &Instructions,
    version: &Version,
    constants: &mut Constants<'_>,
) -> core::result::Result<Header, Problem> {
    let count = |what, found: i32| u32::try_from(found).map_err(|_| Problem::unexpected(what, found, "0 or more"));
    let has = |flag| raw.flags & flag != 0;
    let function = has(co::OPTIMIZED);
    let documented = function && (has(co::HAS_DOCSTRING) || !version.docstring_flag);
    let docstring =
        parts.consts.first().filter(|id| documented && matches!(constants.objects.get(**id), Object::Str(_)));
    let docstring = docstring.map(|id| constants.constant(*id)).transpose()?;
    let mut code = Code {
        name: constants.name(raw.name)?,
        qualname: constants.name(raw.qualname)?,
        flags: CodeFlags {
            function,
            varargs: has(co::VARARGS),
            varkwargs: has(co::VARKEYWORDS),
            generator: has(co::GENERATOR),
            coroutine: has(co::COROUTINE),
            async_generator: has(co::ASYNC_GENERATOR),
            iterable_coroutine: has(co::ITERABLE_COROUTINE),
            nested: has(co::NESTED),
            method: has(co::METHOD),
            has_docstring: docstring.is_some(),
        },
        first_line: count("co_firstlineno", raw.firstlineno)?,
        positional_only: count("co_posonlyargcount", raw.posonlyargcount)?,
        positional: count("co_argcount", raw.argcount)?,
        keyword_only: count("co_kwonlyargcount", raw.kwonlyargcount)?,
        docstring,
        ..Code::default()
    };
    let saves = saves(instructions);
    let more_cells = saves.iter().filter(|save| save.is_cell && (save.variable as usize) < parts.localsplusnames.len());
    let variables = variables(&mut code, parts, more_cells.count() as u32, constants)?;
    let comprehensions = comprehensions(&mut code, parts, &saves, constants)?;
    let parameters = code.parameter_count();
    let first = variables.iter().take_while(|variable| variable.local.is_some()).count();
    if parameters > first as u64 {
        return Err(Problem::OutOfRange { what: "parameter", index: parameters - 1, count: first });
    }
    for (index, variable) in variables.iter().enumerate().take(parameters as usize) {
        if let Some(cell) = variable.cell {
            code.cells[cell.index()].parameter = Some(LocalIdx(index as u32));
        }
    }
    Ok(Header { code, variables, comprehensions })
}

/// An instruction that saves a variable which an inlined comprehension hides.
struct Save {
    at: u32,
    variable: u32,
    /// Whether the comprehension's variable is a cell: that is made just after.
    is_cell: bool,
}

fn saves(instructions: &Instructions) -> Vec<Save> {
    let list = &instructions.list;
    let saves = list.iter().enumerate().filter(|(_, instruction)| instruction.info.action == Action::LoadFastAndClear);
    let makes_cell = |at: usize, variable| {
        list.get(at + 1).is_some_and(|next| next.info.action == Action::MakeCell && next.arg == variable)
    };
    saves.map(|(at, save)| Save { at: at as u32, variable: save.arg, is_cell: makes_cell(at, save.arg) }).collect()
}

/// Gives each inlined comprehension variables of its own.
fn comprehensions(
    code: &mut Code,
    parts: &Parts<'_>,
    saves: &[Save],
    constants: &mut Constants<'_>,
) -> core::result::Result<HashMap<u32, Variable>, Problem> {
    let mut comprehensions = HashMap::new();
    for save in saves {
        let Some(name) = parts.localsplusnames.get(save.variable as usize) else { continue };
        let name = constants.name(*name)?;
        let variable = if save.is_cell {
            code.cells.push(Cell { name, parameter: None });
            Variable { local: None, cell: Some(CellIdx(code.cells.len() as u32 - 1)) }
        } else {
            code.locals.push(name);
            Variable { local: Some(LocalIdx(code.locals.len() as u32 - 1)), cell: None }
        };
        comprehensions.insert(save.at, variable);
    }
    Ok(comprehensions)
}

/// Sorts `co_localsplusnames` into local variables, own cells and free variables. Before the free variables there will be
/// `more_cells` own cells.
fn variables(
    code: &mut Code,
    parts: &Parts<'_>,
    more_cells: u32,
    constants: &mut Constants<'_>,
) -> core::result::Result<Vec<Variable>, Problem> {
    let (names, kinds) = (parts.localsplusnames, parts.localspluskinds);
    if names.len() != kinds.len() {
        return Err(Problem::unexpected("the length of co_localspluskinds", kinds.len(), "that of co_localsplusnames"));
    }
    let own_cells = more_cells + kinds.iter().filter(|kind| **kind & kind::CELL != 0).count() as u32;
    let mut variables = Vec::with_capacity(names.len());
    for (name, kind) in names.iter().zip(kinds) {
        let name = constants.name(*name)?;
        let mut variable = Variable { local: None, cell: None };
        match kind & (kind::LOCAL | kind::CELL | kind::FREE) {
            kind::FREE => {
                variable.cell = Some(CellIdx(own_cells + code.free.len() as u32));
                code.free.push(name);
            }
            one if one & kind::FREE == 0 && one != 0 => {
                if one & kind::LOCAL != 0 {
                    variable.local = Some(LocalIdx(code.locals.len() as u32));
                    code.locals.push(name);
                }
                if one & kind::CELL != 0 {
                    variable.cell = Some(CellIdx(code.cells.len() as u32));
                    code.cells.push(Cell { name, parameter: None });
                }
            }
            found => {
                let found = format!("{found:#04x}");
                return Err(Problem::unexpected("the kind of a variable", found, "local, cell, both, or free"));
            }
        }
        variables.push(variable);
    }
    Ok(variables)
}

/// Puts operations, labels, positions and handlers into a builder.
struct Assembler<'a, 'o> {
    builder: CodeBuilder,
    constants: &'a mut Constants<'o>,
    queue: &'a mut Queue,
    /// The numbers of the code objects that this one makes functions of.
    codes: HashMap<u32, CodeIdx>,
}

impl Assembler<'_, '_> {
    fn assemble(
        &mut self,
        instructions: &Instructions,
        handlers: &[Handler],
        locations: &[(u32, Location)],
        flow: &Flow,
    ) {
        let count = instructions.list.len();
        let labels: Vec<Label> = (0..=count).map(|_| self.builder.new_label()).collect();
        let mut locations = locations.iter().peekable();
        let mut location = Location::default();
        for (at, instruction) in instructions.list.iter().enumerate() {
            self.builder.bind(labels[at]);
            while let Some((_, next)) = locations.next_if(|(unit, _)| *unit <= instruction.start) {
                location = *next;
            }
            let Some((begin, end)) = flow.spans[at] else { continue };
            self.builder.set_position(Position {
                offset: 0,
                line: location.line,
                end_line: location.end_line,
                column: location.column,
                end_column: location.end_column,
            });
            for op in &flow.ops[begin as usize..end as usize] {
                // A jump that CPython's instruction is not, but that goes around the rest of a pattern.
                if instruction.info.action != Action::Jump && self.is_next(at, op, flow) {
                    continue;
                }
                let op = self.resolve(*op, &labels);
                self.builder.emit(op);
            }
        }
        self.builder.bind(labels[count]);
        for (handler, depth) in handlers.iter().zip(&flow.handler_depths) {
            let target = instructions.at_unit(handler.target);
            if let (Some(depth), Some(target)) = (depth, target) {
                let (start, end) = (instructions.from_unit(handler.start), instructions.from_unit(handler.end));
                self.builder.add_handler(labels[start], labels[end], labels[target], *depth);
            }
        }
    }

    /// Whether an operation jumps to the instruction that comes next anyway.
    fn is_next(&self, at: usize, op: &Op, flow: &Flow) -> bool {
        let Op::Jump { target } = op else { return false };
        let next = flow.spans.iter().enumerate().skip(at + 1).find(|(_, span)| span.is_some());
        next.is_some_and(|(next, _)| next == target.index())
    }

    /// Puts the builder's labels and the module's numbers into an operation.
    fn resolve(&mut self, mut op: Op, labels: &[Label]) -> Op {
        if let Some(target) = op.target() {
            op.set_target(labels[target.index()]);
        }
        if let Op::MakeFunction { code } = &mut op {
            let (constants, queue) = (&mut *self.constants, &mut *self.queue);
            *code =
                *self.codes.entry(code.0).or_insert_with(|| queue.reserve(constants, ObjectId::from_number(code.0)));
        }
        op
    }
}
