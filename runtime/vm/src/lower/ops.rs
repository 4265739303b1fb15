//! The translation of each operation of the common bytecode.

use core::cell::Cell;

use orochi_bytecode::VerifiedCode;
use orochi_bytecode::op::{Flow, Op as Wire};
use orochi_bytecode::operands::{BinaryOp, CompareOp, ConstIdx, Flag, NameIdx, RaiseArgs, UnaryOp};
use rustc_hash::FxHashMap;

use crate::error::PyResult;
use crate::interp::cache::Cache;
use crate::interp::instr::{Instr, Op};
use crate::lower::assigned::{self, Assigned};
use crate::lower::observed::{Point, Points, Stub};
use crate::lower::scratch::{Places, Scratch};
use crate::lower::stack::{Emitter, Slot};
use crate::lower::{Activation, Lowered, NOT_DIRECTLY, RegisterHandler, SPARE};
use crate::object::array::Array;
use crate::types::code::Code;
use crate::types::str::Str;
use crate::vm::Vm;
use orochi_gc::Gc;

/// Bodies with more instructions than this get jumps in two steps, since a fused jump reaches 32,767 instructions.
const FAR: usize = 8000;

/// A jump whose distance is filled in at the end.
pub(super) struct Fixup {
    /// The instruction to patch.
    pub at: usize,
    /// Index of the verified instruction that it goes to, or of a [`Stub`] behind all of them.
    pub target: u32,
}

/// The lowering of one code object.
pub struct Lowerer<'a> {
    pub(super) vm: &'a Vm,
    // untraced: the caller holds it
    pub(super) source: Gc<Code>,
    pub(super) code: &'a VerifiedCode<'a>,
    pub(super) e: Emitter,
    pub(super) observed: Points,
    pub(super) stubs: Vec<Stub>,
    /// By verified instruction, whether a line begins there whatever comes before it.
    pub(super) line_targets: Vec<bool>,
    /// First register instruction of each verified one.
    pub(super) starts: Vec<u32>,
    pub(super) fixups: Vec<Fixup>,
    /// The names of the caches.
    caches: Vec<NameIdx>,
    shared_caches: FxHashMap<(u8, NameIdx), u16>,
    /// The constants behind the first, which is None.
    constants: Vec<ConstIdx>,
    constant_places: Places,
    none: u32,
    names: Vec<NameIdx>,
    name_places: Places,
    /// Register of the first own cell.
    cells: u16,
    bound: assigned::Bits,
}

/// So many instructions of a code object have a cache of their own.
const OWN_CACHES: usize = 1 << 15;

impl<'a> Lowerer<'a> {
    /// Prepares the lowering.
    pub fn new(
        vm: &'a Vm,
        source: Gc<Code>,
        code: &'a VerifiedCode<'a>,
        observed: Points,
        mut scratch: Scratch,
    ) -> PyResult<Self> {
        let wire = code.code;
        let cells = wire.locals.len();
        let base = cells + wire.cells.len();
        let total = base + wire.max_stack as usize + 2;
        if total > usize::from(u16::MAX) {
            return Err(vm.raise(vm.types().system_error, "code object needs too many registers"));
        }
        source.need_pool(vm)?;
        scratch.clear();
        Ok(Self {
            vm,
            source,
            code,
            e: Emitter::new(base as u16, scratch.code, scratch.offsets, scratch.stack),
            observed,
            stubs: Vec::new(),
            line_targets: Vec::new(),
            starts: scratch.starts,
            fixups: scratch.fixups,
            caches: scratch.caches,
            shared_caches: FxHashMap::default(),
            constants: scratch.constants,
            constant_places: scratch.constant_places,
            none: 0,
            names: scratch.names,
            name_places: scratch.name_places,
            cells: cells as u16,
            bound: assigned::on_entry(code),
        })
    }

    /// Lowers the body; gives the memory back.
    pub fn run(mut self) -> PyResult<(Box<Lowered>, Scratch)> {
        let assigned = Assigned::analyse(self.code);
        for (index, cell) in self.code.code.cells.iter().enumerate() {
            let register = self.cells + index as u16;
            match cell.parameter {
                Some(parameter) => self.e.emit(Op::NewCellFrom, 0, register, parameter.0 as u16, 0),
                None => self.e.emit(Op::NewCell, 0, register, 0, 0),
            }
        }
        self.observe_entry();
        self.find_line_targets();
        let is_observed = self.observed != Points::default();
        let has_locals = !self.code.code.locals.is_empty();
        let mut handler = None;
        let mut falls_through = true;
        for (index, instruction) in self.code.instructions.iter().enumerate() {
            self.e.offset = instruction.offset;
            if instruction.is_target || !falls_through {
                if falls_through {
                    self.e.settle_from(0);
                }
                let depth = instruction.depth as usize;
                self.e.set_stack(depth);
                self.e.set_barrier();
                if let Some(bound) = assigned.at(index) {
                    self.bound.copy_from_slice(bound);
                }
            }
            if instruction.handler != handler {
                self.e.settle_from(0);
                self.e.set_barrier();
                handler = instruction.handler;
            }
            self.starts.push(self.e.code.len() as u32);
            if is_observed {
                self.observe_before(index);
            }
            self.translate(instruction.op, instruction.target)?;
            if is_observed {
                self.observe_after(instruction.op);
            }
            if has_locals {
                assigned::apply(&mut self.bound, instruction.op);
            }
            if let Some(handler) = handler {
                let depth = self.code.code.handlers[handler as usize].depth as usize;
                for place in 0..depth.min(self.e.stack.len()) {
                    self.e.settle(place);
                }
            }
            falls_through = matches!(instruction.op.flow(), Flow::Next | Flow::Branch);
        }
        self.finish()
    }

    fn finish(mut self) -> PyResult<(Box<Lowered>, Scratch)> {
        let wire = self.code.code;
        let own_end = self.e.code.len() as u32;
        self.emit_stubs();
        for fixup in &self.fixups {
            let start = self.starts[fixup.target as usize] as usize;
            let distance = start as i64 - fixup.at as i64 - 1;
            let target = self.e.code[start.min(self.e.code.len() - 1)];
            let instr = &mut self.e.code[fixup.at];
            match instr.op {
                Op::Jump if distance < 0 && target.op == Op::ForIter && -distance <= i64::from(u16::MAX) => {
                    *instr = Instr::new(Op::ForIterBack, target.x, target.a, target.b, -distance as u16);
                }
                Op::Jump if distance < 0 => {
                    instr.op = Op::Loop;
                    (instr.b, instr.c) = ((-distance) as u16, ((-distance) >> 16) as u16);
                }
                Op::Jump => (instr.b, instr.c) = (distance as u16, (distance >> 16) as u16),
                _ => match i16::try_from(distance) {
                    Ok(distance) => instr.c = distance as u16,
                    Err(_) => return Err(self.vm.raise(self.vm.types().system_error, "jump is too far")),
                },
            }
        }
        let handlers = self.handlers(own_end);
        let vm = self.vm;
        let constants = Array::new(vm, self.constants.len() + 1)?;
        constants.slots()[0].set(vm.none());
        for (slot, index) in constants.slots()[1..].iter().zip(&self.constants) {
            slot.set(self.source.constant(vm, *index)?);
        }
        // untraced: nothing is collected meanwhile
        let mut names: Vec<Gc<Str>> = Vec::with_capacity(self.names.len());
        for name in &self.names {
            names.push(self.source.used_name(vm, *name)?);
        }
        let mut caches = Vec::with_capacity(self.caches.len());
        for name in &self.caches {
            caches.push(Cache::new(self.source.used_name(vm, *name)?));
        }
        let flags = self.source.flags();
        let activation = if flags.async_generator {
            Activation::AsyncGenerator
        } else if flags.coroutine {
            Activation::Coroutine
        } else if flags.generator {
            Activation::Generator
        } else {
            Activation::Function
        };
        let detached = activation != Activation::Function;
        let is_direct = !flags.varargs && !flags.varkwargs && wire.keyword_only == 0 && !detached && flags.function;
        let lowered = Box::new(Lowered {
            registers: self.e.home(wire.max_stack as usize + SPARE),
            max_stack: wire.max_stack as u16,
            instrs: self.e.code.as_slice().into(),
            caches: caches.into(),
            constants: Cell::new(constants),
            names: names.into(),
            offsets: self.e.offsets.as_slice().into(),
            handlers: handlers.into(),
            locals: (0..wire.locals.len()).map(|local| self.source.local_name(vm, local)).collect(),
            positional: wire.positional as u16,
            positional_only: wire.positional_only as u16,
            keyword_only: wire.keyword_only as u16,
            varargs: flags.varargs,
            varkwargs: flags.varkwargs,
            takes: if is_direct { wire.positional } else { NOT_DIRECTLY },
            activation,
            detached,
            has_mapping: !flags.function,
            observed: self.observed,
            code: Cell::new(self.source.as_ptr()),
        });
        let scratch = Scratch {
            verified: Vec::new(),
            code: self.e.code,
            offsets: self.e.offsets,
            stack: self.e.stack,
            starts: self.starts,
            fixups: self.fixups,
            constants: self.constants,
            constant_places: self.constant_places,
            names: self.names,
            name_places: self.name_places,
            caches: self.caches,
        };
        Ok((lowered, scratch))
    }

    fn handlers(&self, end: u32) -> Vec<RegisterHandler> {
        let mut handlers: Vec<RegisterHandler> = Vec::new();
        if self.code.code.handlers.is_empty() {
            return handlers;
        }
        for (index, instruction) in self.code.instructions.iter().enumerate() {
            let Some(handler) = instruction.handler else { continue };
            let handler = self.code.code.handlers[handler as usize];
            let Some(target) = self.code.index_of(handler.target) else { continue };
            let start = self.starts[index];
            let is_last = index + 1 == self.code.instructions.len();
            let stop = if is_last { end } else { self.starts[index + 1] };
            let (target, exception) = (self.starts[target], self.e.home(handler.depth as usize));
            match handlers.last_mut() {
                Some(last) if last.end == start && last.target == target && last.exception == exception => {
                    last.end = stop;
                }
                _ => handlers.push(RegisterHandler { start, end: stop, target, exception }),
            }
        }
        handlers
    }

    // ---- tables ------------------------------------------------------------------------------------------------------------

    fn constant(&mut self, index: ConstIdx) -> PyResult<u32> {
        if let Some(known) = self.constant_places.get(index.index()) {
            return Ok(known);
        }
        let value = self.source.constant(self.vm, index)?;
        let place = if value == self.vm.none() {
            self.none
        } else {
            self.constants.push(index);
            self.constants.len() as u32
        };
        if place >= 1 << 24 {
            return Err(self.vm.raise(self.vm.types().system_error, "code object has too many constants"));
        }
        self.constant_places.insert(index.index(), place);
        Ok(place)
    }

    fn name(&mut self, index: NameIdx) -> PyResult<u16> {
        if let Some(known) = self.name_places.get(index.index()) {
            return Ok(known as u16);
        }
        let Ok(place) = u16::try_from(self.names.len()) else {
            return Err(self.vm.raise(self.vm.types().system_error, "code object has too many names"));
        };
        self.names.push(index);
        self.name_places.insert(index.index(), u32::from(place));
        Ok(place)
    }

    /// A cache for an instruction. In very large code those for the same name share one.
    fn cache(&mut self, op: Op, name: NameIdx) -> PyResult<u16> {
        let is_large = self.caches.len() >= OWN_CACHES;
        if is_large && let Some(&place) = self.shared_caches.get(&(op as u8, name)) {
            return Ok(place);
        }
        let Ok(place) = u16::try_from(self.caches.len()) else {
            return Err(self.vm.raise(self.vm.types().system_error, "code object has too many attribute accesses"));
        };
        self.caches.push(name);
        if is_large {
            self.shared_caches.insert((op as u8, name), place);
        }
        Ok(place)
    }

    // ---- shapes of operations ----------------------------------------------------------------------------------------------

    /// 1 in the code of a generator, coroutine or asynchronous generator.
    fn in_generator(&self) -> u8 {
        let flags = self.source.flags();
        u8::from(flags.generator || flags.coroutine || flags.async_generator)
    }

    /// `( -- v)`
    fn produce(&mut self, op: Op, x: u8, b: u16, c: u16) {
        let a = self.e.push();
        self.e.emit(op, x, a, b, c);
    }

    /// `(a -- v)`
    fn unary(&mut self, op: Op, x: u8, c: u16) {
        let b = self.e.pop();
        let a = self.e.push();
        self.e.emit(op, x, a, b, c);
    }

    /// `(a b -- v)`
    fn binary(&mut self, op: Op, x: u8) {
        let c = self.e.pop();
        let b = self.e.pop();
        let a = self.e.push();
        self.e.emit(op, x, a, b, c);
    }

    /// `(v.. -- v)` with values in a row.
    fn gather(&mut self, op: Op, count: u32) {
        let b = self.e.pop_run(count as usize);
        let a = self.e.push();
        self.e.emit(op, 0, a, b, count as u16);
    }

    fn arithmetic(&mut self, op: BinaryOp, inplace: bool) {
        let x = u8::from(inplace);
        let (plain, constant) = match op {
            BinaryOp::Add => (Op::Add, Some(Op::AddK)),
            BinaryOp::Sub => (Op::Sub, Some(Op::SubK)),
            BinaryOp::Mul => (Op::Mul, Some(Op::MulK)),
            BinaryOp::Div => (Op::Div, Some(Op::DivK)),
            BinaryOp::FloorDiv => (Op::FloorDiv, Some(Op::FloorDivK)),
            BinaryOp::Mod => (Op::Mod, Some(Op::ModK)),
            BinaryOp::And => (Op::And, Some(Op::AndK)),
            BinaryOp::Or => (Op::Or, None),
            BinaryOp::Xor => (Op::Xor, None),
            BinaryOp::LShift => (Op::LShift, Some(Op::LShiftK)),
            BinaryOp::RShift => (Op::RShift, Some(Op::RShiftK)),
            BinaryOp::MatMul | BinaryOp::Pow | BinaryOp::DivClassic => {
                return self.binary(Op::Binary, op.number() as u8 | if inplace { 128 } else { 0 });
            }
        };
        if let (Some(Slot::Constant(index @ 0..=0xffff)), Some(constant)) = (self.e.stack.last().copied(), constant) {
            self.e.pop_slot();
            let b = self.e.pop();
            let a = self.e.push();
            return self.e.emit(constant, x, a, b, index as u16);
        }
        self.binary(plain, x);
    }

    /// `(obj key -- item)`, where a slice as key need not become an object.
    fn subscript(&mut self) {
        let key = self.e.pop();
        let slice = self.e.producer(key).filter(|last| last.op == Op::BuildSlice && last.x == 0);
        if slice.is_some() {
            self.e.take_last();
        }
        let b = self.e.pop();
        let a = self.e.push();
        match slice {
            Some(slice) => self.e.emit(Op::GetSlice, 0, a, b, slice.b),
            None => self.e.emit(Op::GetItem, 0, a, b, key),
        }
    }

    /// A conditional jump whose instruction is at `at`.
    fn branch(&mut self, at: usize, target: u32) {
        let target = self.observed_target(at, target);
        // Code that is observed has more instructions.
        let far = if self.observed == Points::default() { FAR } else { FAR / 3 };
        if self.code.instructions.len() <= far {
            self.fixups.push(Fixup { at, target });
            return;
        }
        // The short jump goes over the next instruction, to a long one.
        self.e.code[at].c = 1;
        self.e.emit_wide(Op::Jump, 0, 0, 1);
        self.fixups.push(Fixup { at: self.e.code.len(), target });
        self.e.emit_wide(Op::Jump, 0, 0, 0);
        self.e.set_barrier();
    }

    fn conditional(&mut self, sense: bool, target: u32) {
        let slot = self.e.pop_slot();
        let settled = self.e.is_settled();
        if !settled {
            self.e.settle_from(0);
            self.e.set_barrier();
        }
        self.e.push_virtual(slot);
        let register = self.e.pop();
        let none = self.none;
        let at = self.e.jump_if(register, sense, none);
        self.branch(at, target);
    }

    fn own_cell(&self, cell: orochi_bytecode::operands::CellIdx) -> Result<u16, u16> {
        let own = self.code.code.cells.len();
        let index = cell.index();
        if index < own { Ok(self.cells + index as u16) } else { Err((index - own) as u16) }
    }

    fn call(&mut self, op: Op, argc: u32, extra: usize) {
        let window = self.e.pop_run(argc as usize + 1 + extra);
        let c = self.e.push();
        self.observe(self.observed.calls, if extra == 0 { Point::Call } else { Point::CallMethod }, window, argc);
        self.e.emit(op, 0, window, argc as u16, c);
    }

    #[allow(clippy::too_many_lines)]
    fn translate(&mut self, op: Wire, target: Option<u32>) -> PyResult<()> {
        let target = target.unwrap_or(0);
        match op {
            Wire::Nop => {}
            Wire::Pop => {
                self.e.pop_slot();
            }
            Wire::Copy { depth } => {
                let slot = self.e.stack[self.e.stack.len() - depth.index()];
                self.e.push_virtual(slot);
            }
            Wire::Swap { depth } => self.e.swap(depth.index()),
            Wire::Const { value } => {
                let index = self.constant(value)?;
                self.e.push_virtual(Slot::Constant(index));
            }

            Wire::LoadLocal { local } => {
                let register = local.0 as u16;
                if !assigned::contains(&self.bound, local.index()) {
                    self.e.emit(Op::CheckLocal, 0, register, 0, 0);
                }
                self.e.push_virtual(Slot::Register(register));
            }
            Wire::StoreLocal { local } => {
                let slot = self.e.pop_slot();
                self.e.store(local.0 as u16, slot);
            }
            Wire::DeleteLocal { local } => {
                self.e.before_write(local.0 as u16);
                self.e.emit(Op::DeleteLocal, 0, local.0 as u16, 0, 0);
            }
            Wire::ClearLocal { local } => {
                self.e.before_write(local.0 as u16);
                self.e.emit(Op::Clear, 0, local.0 as u16, 0, 0);
            }
            Wire::LoadDeref { cell } => match self.own_cell(cell) {
                Ok(register) => self.produce(Op::LoadCell, 0, register, 0),
                Err(free) => self.produce(Op::LoadFree, 0, free, 0),
            },
            Wire::StoreDeref { cell } => {
                let b = self.e.pop();
                match self.own_cell(cell) {
                    Ok(register) => self.e.emit(Op::StoreCell, 0, register, b, 0),
                    Err(free) => self.e.emit(Op::StoreFree, 0, free, b, 0),
                }
            }
            Wire::DeleteDeref { cell } => match self.own_cell(cell) {
                Ok(register) => self.e.emit(Op::DeleteCell, 0, register, 0, 0),
                Err(free) => self.e.emit(Op::DeleteFree, 0, free, 0, 0),
            },
            Wire::LoadCell { cell } => match self.own_cell(cell) {
                Ok(register) => {
                    let a = self.e.push();
                    self.e.emit(Op::Move, 0, a, register, 0);
                }
                Err(free) => self.produce(Op::FreeCell, 0, free, 0),
            },
            Wire::MakeCell { cell } => {
                if let Ok(register) = self.own_cell(cell) {
                    self.e.emit(Op::NewCell, 0, register, 0, 0);
                }
            }
            Wire::LoadFromDictOrDeref { cell } => {
                let b = self.e.pop();
                let a = self.e.push();
                let (free, register) = match self.own_cell(cell) {
                    Ok(register) => (0, register),
                    Err(free) => (1, free),
                };
                let wire = self.code.code;
                let name = match wire.cells.get(cell.index()) {
                    Some(own) => own.name,
                    None => wire.free[cell.index() - wire.cells.len()],
                };
                let name = self.name(name)?;
                self.e.emit(Op::LoadFromDictOrCell, 0, a, b, name);
                self.e.emit(Op::Extra, 0, free, register, 0);
            }

            Wire::LoadGlobal { name } => {
                let cache = self.cache(Op::LoadGlobal, name)?;
                self.produce(Op::LoadGlobal, 0, cache, 0);
            }
            Wire::StoreGlobal { name } => {
                let (name, b) = (self.name(name)?, self.e.pop());
                self.e.emit(Op::StoreGlobal, 0, name, b, 0);
            }
            Wire::DeleteGlobal { name } => {
                let name = self.name(name)?;
                self.e.emit(Op::DeleteGlobal, 0, name, 0, 0);
            }
            Wire::LoadName { name } => {
                let cache = self.cache(Op::LoadName, name)?;
                self.produce(Op::LoadName, 0, cache, 0);
            }
            Wire::StoreName { name } => {
                let (name, b) = (self.name(name)?, self.e.pop());
                self.e.emit(Op::StoreName, 0, name, b, 0);
            }
            Wire::DeleteName { name } => {
                let name = self.name(name)?;
                self.e.emit(Op::DeleteName, 0, name, 0, 0);
            }
            Wire::LoadLocals => self.produce(Op::LoadLocals, 0, 0, 0),
            Wire::LoadFromDictOrGlobals { name } => {
                let name = self.name(name)?;
                self.unary(Op::LoadFromDictOrGlobals, 0, name);
            }
            Wire::LoadBuiltin { which } => self.produce(Op::LoadBuiltin, which.number() as u8, 0, 0),

            Wire::LoadAttr { name } => {
                let cache = self.cache(Op::GetAttr, name)?;
                self.unary(Op::GetAttr, 0, cache);
            }
            Wire::StoreAttr { name } => {
                let cache = self.cache(Op::SetAttr, name)?;
                let a = self.e.pop();
                if let Some(&Slot::Constant(index @ 0..=0xffff)) = self.e.stack.last() {
                    self.e.pop_slot();
                    self.e.emit(Op::SetAttrK, 0, a, index as u16, cache);
                    return Ok(());
                }
                let b = self.e.pop();
                self.e.emit(Op::SetAttr, 0, a, b, cache);
            }
            Wire::DeleteAttr { name } => {
                let name = self.name(name)?;
                let a = self.e.pop();
                self.e.emit(Op::DeleteAttr, 0, a, 0, name);
            }
            Wire::LoadMethod { name } => {
                let cache = self.cache(Op::LoadMethod, name)?;
                let b = self.e.pop();
                let a = self.e.push();
                self.e.push();
                self.e.emit(Op::LoadMethod, 0, a, b, cache);
            }
            Wire::LoadItem => match self.e.stack.last() {
                Some(&Slot::Constant(index @ 0..=0xffff)) => {
                    self.e.pop_slot();
                    self.unary(Op::GetItemK, 0, index as u16);
                }
                _ => self.subscript(),
            },
            Wire::StoreItem => {
                let b = self.e.pop();
                let a = self.e.pop();
                let c = self.e.pop();
                self.e.emit(Op::SetItem, 0, a, b, c);
            }
            Wire::DeleteItem => {
                let b = self.e.pop();
                let a = self.e.pop();
                self.e.emit(Op::DeleteItem, 0, a, b, 0);
            }

            Wire::Unary { op: UnaryOp::Not } => self.unary(Op::Not, 0, 0),
            Wire::Unary { op } => self.unary(Op::Unary, op.number() as u8, 0),
            Wire::Binary { op } => self.arithmetic(op, false),
            Wire::Inplace { op } => self.arithmetic(op, true),
            Wire::Compare { op } => self.binary(
                match op {
                    CompareOp::Lt => Op::Lt,
                    CompareOp::Le => Op::Le,
                    CompareOp::Eq => Op::Eq,
                    CompareOp::Ne => Op::Ne,
                    CompareOp::Gt => Op::Gt,
                    CompareOp::Ge => Op::Ge,
                },
                0,
            ),
            Wire::Is { negate } => self.binary(Op::Is, negate.number() as u8),
            Wire::Contains { negate } => self.binary(Op::In, negate.number() as u8),

            Wire::BuildTuple { count } => self.gather(Op::BuildTuple, count.0),
            Wire::BuildList { count } => self.gather(Op::BuildList, count.0),
            Wire::BuildSet { count } => self.gather(Op::BuildSet, count.0),
            Wire::BuildDict { count } => {
                let b = self.e.pop_run(2 * count.index());
                let a = self.e.push();
                self.e.emit(Op::BuildDict, 0, a, b, count.0 as u16);
            }
            Wire::BuildString { count } => self.gather(Op::BuildString, count.0),
            Wire::BuildSlice { step } => {
                let b = self.e.pop_run(2 + step.number() as usize);
                let a = self.e.push();
                self.e.emit(Op::BuildSlice, step.number() as u8, a, b, 0);
            }
            Wire::ListAppend { depth } => self.into_container(Op::ListAppend, depth.index()),
            Wire::SetAdd { depth } => self.into_container(Op::SetAdd, depth.index()),
            Wire::DictSet { depth } => {
                let c = self.e.pop();
                let b = self.e.pop();
                let a = self.e.peek(depth.index());
                self.e.emit(Op::DictSet, 0, a, b, c);
            }
            Wire::ListExtend { depth } => self.into_container(Op::ListExtend, depth.index()),
            Wire::SetUpdate { depth } => self.into_container(Op::SetUpdate, depth.index()),
            Wire::DictUpdate { depth } => self.into_container(Op::DictUpdate, depth.index()),
            Wire::DictMerge { depth } => {
                let b = self.e.pop();
                let a = self.e.peek(depth.index());
                let below = depth.index() + 2;
                let c = if self.e.stack.len() >= below { self.e.peek(below) } else { a };
                self.e.emit(Op::DictMerge, 0, a, b, c);
            }
            Wire::ListToTuple => self.unary(Op::ListToTuple, 0, 0),
            Wire::UnpackSequence { count } => {
                let a = self.e.pop();
                let Ok(count) = u16::try_from(count.0) else {
                    return Err(self.vm.raise(self.vm.types().system_error, "too many targets"));
                };
                self.e.unpack(a, count);
            }
            Wire::UnpackEx { before, after } => {
                let a = self.e.pop();
                let b = self.e.next_home();
                for _ in 0..=before.0 + after.0 {
                    self.e.push();
                }
                if after.0 > 255 {
                    return Err(self.vm.raise(self.vm.types().system_error, "too many targets after a starred one"));
                }
                self.e.emit(Op::UnpackEx, after.0 as u8, a, b, before.0 as u16);
            }

            Wire::Convert { conversion } => self.unary(Op::Convert, conversion.number() as u8, 0),
            Wire::Format { spec: Flag::Yes } => self.binary(Op::Format, 0),
            Wire::Format { spec: Flag::No } => self.unary(Op::Format, 1, 0),
            Wire::BuildInterpolation { conversion, spec } => {
                let b = self.e.pop_run(2 + spec.number() as usize);
                let a = self.e.push();
                self.e.emit(Op::BuildInterpolation, (conversion.number() | spec.number() << 3) as u8, a, b, 0);
            }
            Wire::BuildTemplate => self.binary(Op::BuildTemplate, 0),

            Wire::Jump { .. } => {
                self.e.settle_from(0);
                self.fixups.push(Fixup { at: self.e.code.len(), target });
                self.e.emit_wide(Op::Jump, 0, 0, 0);
            }
            Wire::JumpIfFalse { .. } => self.conditional(false, target),
            Wire::JumpIfTrue { .. } => self.conditional(true, target),
            Wire::GetIter => self.unary(Op::GetIter, 0, 0),
            Wire::ForIter { .. } => {
                self.e.settle_from(0);
                let a = self.e.peek(1);
                let b = self.e.push();
                let at = self.e.code.len();
                self.e.emit(Op::ForIter, 0, a, b, 0);
                self.branch(at, target);
            }
            Wire::Return => {
                if let Some(&Slot::Constant(index)) = self.e.stack.last()
                    && !self.observed.returns
                {
                    self.e.pop_slot();
                    self.e.emit(Op::ReturnConst, (index >> 16) as u8, 0, index as u16, 0);
                    return Ok(());
                }
                let a = self.e.pop();
                self.observe(self.observed.returns, Point::Return, a, 0);
                self.e.emit(Op::Return, 0, a, 0, 0);
            }

            Wire::Yield => {
                let a = self.e.pop();
                let c = self.e.push();
                self.observe(self.observed.returns, Point::Yield, a, 0);
                self.e.emit(Op::Yield, 0, a, 0, c);
            }
            Wire::GetYieldFromIter => self.unary(Op::GetYieldFromIter, 0, 0),
            Wire::YieldFrom => {
                // The iterator stays in its place while control is away; what to send comes behind it.
                let place = self.e.stack.len() - 1;
                self.e.settle(place);
                self.e.push_virtual(Slot::Constant(self.none));
                self.e.settle(place + 1);
                let (a, b) = (self.e.home(place), self.e.home(place + 1));
                self.e.stack.truncate(place);
                self.e.settle_from(0);
                let c = self.e.push();
                self.e.emit(Op::YieldFrom, 0, a, b, c);
            }
            Wire::GetAwaitable { context } => self.unary(Op::GetAwaitable, context.number() as u8, 0),
            Wire::GetAsyncIter => self.unary(Op::GetAsyncIter, 0, 0),
            Wire::GetAsyncNext => {
                let b = self.e.peek(1);
                self.produce(Op::GetAsyncNext, 0, b, 0);
            }
            Wire::EndAsyncFor => {
                let a = self.e.pop();
                self.e.pop_slot();
                self.e.emit(Op::EndAsyncFor, 0, a, 0, 0);
            }
            Wire::AsyncGenWrap => self.unary(Op::AsyncGenWrap, 0, 0),

            Wire::Raise { argc } => {
                let b = if argc == RaiseArgs::Cause { self.e.pop() } else { 0 };
                let a = if argc == RaiseArgs::Bare { 0 } else { self.e.pop() };
                self.e.emit(Op::Raise, argc.number() as u8, a, b, 0);
            }
            Wire::Reraise => {
                let a = self.e.pop();
                self.e.emit(Op::Reraise, 0, a, 0, 0);
            }
            Wire::BeginHandler => {
                let place = self.e.stack.len() - 1;
                self.e.settle(place);
                let b = self.e.push();
                let a = self.e.home(place);
                self.e.emit(Op::BeginHandler, self.in_generator(), a, b, 0);
            }
            Wire::EndHandler => {
                let a = self.e.pop();
                self.e.emit(Op::EndHandler, self.in_generator(), a, 0, 0);
            }
            Wire::MatchException => {
                let c = self.e.pop();
                let b = self.e.peek(1);
                self.produce(Op::MatchException, 0, b, c);
            }
            Wire::MatchExceptionGroup => {
                let a = self.e.pop_run(2);
                self.e.push();
                self.e.push();
                self.e.emit(Op::MatchExceptionGroup, 0, a, 0, 0);
            }
            Wire::PrepareReraiseStar => {
                let b = self.e.pop();
                let place = self.e.stack.len() - 1;
                self.e.settle(place);
                let a = self.e.home(place);
                self.e.emit(Op::PrepareReraiseStar, 0, a, b, 0);
            }
            Wire::WithEnter | Wire::AsyncWithEnter => {
                let b = self.e.pop();
                let a = self.e.push();
                self.e.push();
                self.e.emit(Op::WithEnter, u8::from(matches!(op, Wire::AsyncWithEnter)), a, b, 0);
            }
            Wire::WithExcept { depth } => {
                let c = self.e.peek(1);
                let b = self.e.peek(depth.index());
                self.produce(Op::WithExcept, 0, b, c);
            }

            Wire::MakeFunction { code } => {
                let a = self.e.push();
                self.e.emit_wide(Op::MakeFunction, 0, a, code.0);
            }
            Wire::SetFunction { attr } => {
                let b = self.e.pop();
                let a = self.e.pop();
                let c = self.e.push();
                self.e.emit(Op::SetFunction, attr.number() as u8, a, b, c);
            }
            Wire::Call { argc } => self.call(Op::Call, argc.0, 0),
            Wire::CallKw { argc, names } => {
                let names = self.constant(names)?;
                self.call(Op::CallKw, argc.0, 0);
                self.e.emit(Op::Extra, 0, names as u16, (names >> 16) as u16, 0);
            }
            Wire::CallMethod { argc } => self.call(Op::CallMethod, argc.0, 1),
            Wire::CallMethodKw { argc, names } => {
                let names = self.constant(names)?;
                self.call(Op::CallMethodKw, argc.0, 1);
                self.e.emit(Op::Extra, 0, names as u16, (names >> 16) as u16, 0);
            }
            Wire::CallEx { kwargs } => {
                let window = self.e.pop_run(2 + kwargs.number() as usize);
                let c = self.e.push();
                self.observe(self.observed.calls, Point::CallEx, window, 0);
                self.e.emit(Op::CallEx, kwargs.number() as u8, window, 0, c);
            }

            Wire::ImportName { name } => {
                let name = self.name(name)?;
                self.binary(Op::ImportName, 0);
                self.e.emit(Op::Extra, 0, name, 0, 0);
            }
            Wire::ImportFrom { name } => {
                let name = self.name(name)?;
                let b = self.e.peek(1);
                self.produce(Op::ImportFrom, 0, b, name);
            }
            Wire::ImportStar => {
                let a = self.e.pop();
                self.e.emit(Op::ImportStar, 0, a, 0, 0);
            }
            Wire::SetupAnnotations => self.e.emit(Op::SetupAnnotations, 0, 0, 0, 0),
            Wire::Intrinsic { which } => {
                let b = self.e.pop_run(which.arity() as usize);
                let a = self.e.push();
                self.e.emit(Op::Intrinsic, which.number() as u8, a, b, 0);
            }

            Wire::MatchMapping => self.inspect(Op::MatchMapping),
            Wire::MatchSequence => self.inspect(Op::MatchSequence),
            Wire::MatchKeys => {
                let c = self.e.peek(1);
                let b = self.e.peek(2);
                self.produce(Op::MatchKeys, 0, b, c);
            }
            Wire::MatchClass { count } => {
                let b = self.e.pop_run(3);
                let a = self.e.push();
                self.e.emit(Op::MatchClass, 0, a, b, count.0 as u16);
            }
            Wire::GetLen => self.inspect(Op::GetLen),
        }
        Ok(())
    }

    /// `(container .. v -- container ..)`
    fn into_container(&mut self, op: Op, depth: usize) {
        let b = self.e.pop();
        let a = self.e.peek(depth);
        self.e.emit(op, 0, a, b, 0);
    }

    /// `(v -- v result)`
    fn inspect(&mut self, op: Op) {
        let b = self.e.peek(1);
        self.produce(op, 0, b, 0);
    }
}
