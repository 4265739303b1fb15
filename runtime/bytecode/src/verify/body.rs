//! Rules V11 to V26: a body and its tables. First everything that is seen instruction by instruction, then an abstract
//! interpretation from the first instruction that knows of the stack its depth and where call pairs are.

use crate::error::DecodeError;
use crate::limits;
use crate::module::Code;
use crate::op::{self, Flow, Op, OperandInfo, OperandKind, OperandSource};
use crate::operands::{CodeIdx, ConstIdx, Count};

use super::pairs::{NO_PAIRS, PairLists, Pairs};
use super::{Result, Rule, VerifiedCode, VerifiedInstruction, VerifiedModule, VerifyError};

/// The depth before an instruction that is not reached.
const NONE: u32 = u32::MAX;

pub(super) fn check<'m>(
    module: &'m VerifiedModule,
    index: CodeIdx,
    mut memory: Vec<VerifiedInstruction>,
) -> Result<VerifiedCode<'m>> {
    let code = module.code(index);
    memory.clear();
    let leads = Vec::with_capacity(code.handlers.len());
    let mut body = Body { code, instructions: memory, leads, pairs: PairLists::new(), pending: Vec::new() };
    body.decode(module, index)?;
    body.targets()?;
    body.handlers()?;
    body.positions()?;
    body.trace()?;
    Ok(VerifiedCode { index, code, instructions: body.reached() })
}

/// A body at work.
struct Body<'m> {
    code: &'m Code,
    /// All instructions. A target is first the offset that is jumped to, then the index of the instruction there.
    instructions: Vec<VerifiedInstruction>,
    /// Where each handler leads to.
    leads: Vec<u32>,
    pairs: PairLists,
    /// Reached, and not yet followed.
    pending: Vec<u32>,
}

impl Body<'_> {
    /// V11 and V12, and what is seen of a single instruction.
    fn decode(&mut self, module: &VerifiedModule, index: CodeIdx) -> Result<()> {
        let code = self.code;
        let length = code.body.len();
        if length == 0 || length > limits::BODY_BYTES as usize {
            return Err(VerifyError::new(Rule::BodySize, format!("the body has {length} bytes")));
        }
        self.instructions.reserve(length / 2);
        let mut operands = Operands::new(module, index, code);
        while operands.at < length {
            let offset = operands.at as u32;
            operands.label = None;
            let op = operands.instruction(code.body[operands.at]).map_err(|error| match error.offset {
                Some(_) => error,
                None => error.at(offset),
            })?;
            self.instructions.push(VerifiedInstruction {
                offset,
                op,
                depth: NONE,
                is_target: false,
                target: operands.label,
                handler: None,
                pairs: NO_PAIRS,
            });
        }
        Ok(())
    }

    /// The instruction that starts at an offset.
    fn start(&self, offset: u32) -> Option<u32> {
        let found = self.instructions.binary_search_by_key(&offset, |instruction| instruction.offset);
        found.ok().map(|index| index as u32)
    }

    /// V16.
    fn targets(&mut self) -> Result<()> {
        for at in 0..self.instructions.len() {
            let VerifiedInstruction { offset, op, target: Some(label), .. } = self.instructions[at] else { continue };
            let target = self.start(label);
            if target.is_none() {
                let message = format!("jumps to byte {label}, where no instruction starts");
                return Err(VerifyError::new(Rule::Targets, message).at(offset).with(op));
            }
            self.instructions[at].target = target;
        }
        Ok(())
    }

    /// V17.
    fn handlers(&mut self) -> Result<()> {
        let mut free_from = 0;
        for (index, handler) in self.code.handlers.iter().enumerate() {
            let fail = |message: String| {
                let message = format!("handler {index} {message}");
                Err(VerifyError::new(Rule::HandlerTable, message).at(handler.start))
            };
            if handler.start >= handler.end {
                return fail(format!("is empty: it ends at {}", handler.end));
            }
            if handler.start < free_from {
                return fail(format!("starts before {free_from}, where the one before it ends"));
            }
            free_from = handler.end;
            let Some(first) = self.start(handler.start) else {
                return fail("starts where no instruction does".to_owned());
            };
            let end = if handler.end as usize == self.code.body.len() {
                self.instructions.len() as u32
            } else if let Some(end) = self.start(handler.end) {
                end
            } else {
                return fail(format!("ends at {}, where no instruction starts", handler.end));
            };
            let Some(target) = self.start(handler.target) else {
                return fail(format!("leads to {}, where no instruction starts", handler.target));
            };
            self.leads.push(target);
            for instruction in &mut self.instructions[first as usize..end as usize] {
                instruction.handler = Some(index as u32);
            }
        }
        Ok(())
    }

    /// V18. Positions that are read in place are not here: nothing but what is shown depends on them.
    fn positions(&self) -> Result<()> {
        let mut last = None;
        let mut rest = self.instructions.iter();
        for position in &self.code.positions {
            let offset = position.offset;
            if last.is_some_and(|last| last >= offset) {
                let message = "a source position is not behind the one before it";
                return Err(VerifyError::new(Rule::PositionTable, message).at(offset));
            }
            last = Some(offset);
            // Offsets rise on both sides.
            if rest.find(|instruction| instruction.offset >= offset).is_none_or(|found| found.offset != offset) {
                let message = "a source position is where no instruction starts";
                return Err(VerifyError::new(Rule::PositionTable, message).at(offset));
            }
        }
        Ok(())
    }

    /// V19 to V24.
    fn trace(&mut self) -> Result<()> {
        self.reach(0, 0, NO_PAIRS)?;
        while let Some(at) = self.pending.pop() {
            let mut at = at as usize;
            loop {
                let instruction = self.instructions[at];
                let (offset, op) = (instruction.offset, instruction.op);
                let next = self.step(&instruction).map_err(|error| error.at(offset).with(op))?;
                let Some((depth, pairs)) = next else { break };
                at += 1;
                // An instruction that control falls through to for the first time is the next to be followed.
                let is_new = self.arrive(at, depth, pairs).map_err(|error| error.at(offset).with(op))?;
                if !is_new {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Follows an instruction; gives the state in which control falls through.
    fn step(&mut self, instruction: &VerifiedInstruction) -> Result<Option<(u32, Pairs)>> {
        let &VerifiedInstruction { op, depth, pairs, .. } = instruction;
        let pops = op.pops();
        if !op.is_plain() || pops > depth || (pops > 0 && pairs != NO_PAIRS) {
            self.look(op, pops, depth, pairs)?;
        }
        if let Some(handler) = instruction.handler {
            self.raise(handler, op, pops, depth, pairs)?;
        }
        let rest = depth - pops;
        let after = match op {
            _ if op.is_plain() => pairs,
            Op::CallMethod { .. } | Op::CallMethodKw { .. } => self.pairs.pop(pairs),
            Op::LoadMethod { .. } => self.pairs.push(pairs, rest),
            _ => pairs,
        };
        if let Some(target) = instruction.target {
            let (pops, pushes) = op.jump_effect();
            self.instructions[target as usize].is_target = true;
            self.reach(target, (depth - pops).saturating_add(pushes), after)?;
        }
        match op.flow() {
            Flow::Next | Flow::Branch => Ok(Some((rest.saturating_add(op.pushes()), after))),
            Flow::Jump | Flow::End => Ok(None),
        }
    }

    /// V20 and V23: the values that an instruction needs are there, and are no halves of pairs.
    fn look(&self, op: Op, pops: u32, depth: u32, pairs: Pairs) -> Result<()> {
        let needs = op.looks_at().max(pops);
        if needs > depth {
            return Err(VerifyError::new(Rule::Underflow, format!("needs {needs} values on a stack of {depth}")));
        }
        let lowest = depth - needs;
        let highest = self.pairs.highest(pairs);
        if let Op::CallMethod { .. } | Op::CallMethodKw { .. } = op {
            if highest != Some(lowest) {
                return Err(VerifyError::new(Rule::Pairs, "finds no pair of `load_method` below its arguments"));
            }
            return Ok(());
        }
        if needs > 0 && highest.is_some_and(|callable| callable + 1 >= lowest) {
            return Err(VerifyError::new(Rule::Pairs, "needs a value that is half of a pair of `load_method`"));
        }
        match op.points_at() {
            Some((place, least)) => self.look_at(op, place, least, depth, pairs),
            None => Ok(()),
        }
    }

    /// The same for the value that an operand points at.
    fn look_at(&self, op: Op, place: u64, least: u64, depth: u32, pairs: Pairs) -> Result<()> {
        if place < least {
            let message = format!("points {} places down, at least {} is expected", place, least);
            return Err(VerifyError::new(Rule::OperandRange, message));
        }
        // `dict_merge` names the callable two values below the dict in its error.
        let deepest = if let Op::DictMerge { .. } = op { place + 2 } else { place };
        if deepest > u64::from(depth) {
            let message = format!("points {deepest} places down a stack of {depth}");
            return Err(VerifyError::new(Rule::Underflow, message));
        }
        for place in place..=deepest {
            if self.pairs.holds(pairs, depth - place as u32) {
                return Err(VerifyError::new(Rule::Pairs, "points at a value that is half of a pair of `load_method`"));
            }
        }
        Ok(())
    }

    /// V24: an exception at an instruction finds its way.
    fn raise(&mut self, handler: u32, op: Op, pops: u32, depth: u32, pairs: Pairs) -> Result<()> {
        let cut = self.code.handlers[handler as usize].depth;
        if cut > depth {
            let message = format!("is covered by a handler for a stack of {cut}, but has a stack of {depth}");
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        if op.can_raise() && depth - pops < cut {
            let message = format!("takes {pops} of {depth} values, but its handler keeps {cut}");
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        let kept = self.pairs.below(pairs, cut);
        if self.pairs.highest(kept).is_some_and(|callable| callable + 1 == cut) {
            let message = format!("is covered by a handler that cuts the stack to {cut}, between the halves of a pair");
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        let target = self.leads[handler as usize];
        self.instructions[target as usize].is_target = true;
        self.reach(target, cut + 1, kept)
    }

    /// Control comes to an instruction, which is to be followed if that is new.
    fn reach(&mut self, at: u32, depth: u32, pairs: Pairs) -> Result<()> {
        if self.arrive(at as usize, depth, pairs)? {
            self.pending.push(at);
        }
        Ok(())
    }

    /// Control comes to an instruction: whether that is new. V19, V21 and V22.
    #[inline]
    fn arrive(&mut self, at: usize, depth: u32, pairs: Pairs) -> Result<bool> {
        let Some(instruction) = self.instructions.get_mut(at) else {
            return Err(VerifyError::new(Rule::End, "control runs off the end of the body"));
        };
        if depth > self.code.max_stack {
            let message = format!("leads to a stack of {depth}, but {} is declared", self.code.max_stack);
            return Err(VerifyError::new(Rule::StackLimit, message));
        }
        if instruction.depth == NONE {
            (instruction.depth, instruction.pairs) = (depth, pairs);
            return Ok(true);
        }
        if (instruction.depth, instruction.pairs) != (depth, pairs) {
            let (offset, known) = (instruction.offset, instruction.depth);
            let message = if known == depth {
                format!("leads to byte {offset} with other call pairs on the stack than another way")
            } else {
                format!("leads to byte {offset} with a stack of {depth}, where another way has {known}")
            };
            return Err(VerifyError::new(Rule::Joins, message));
        }
        Ok(false)
    }

    /// The instructions that are reached.
    fn reached(self) -> Vec<VerifiedInstruction> {
        let Body { mut instructions, .. } = self;
        if instructions.iter().all(|instruction| instruction.depth != NONE) {
            return instructions;
        }
        let mut count = 0;
        let numbers: Vec<u32> = instructions
            .iter()
            .map(|instruction| {
                let number = count;
                count += u32::from(instruction.depth != NONE);
                number
            })
            .collect();
        instructions.retain_mut(|instruction| {
            instruction.target = instruction.target.map(|target| numbers[target as usize]);
            instruction.depth != NONE
        });
        instructions
    }
}

/// Decodes instructions, and holds each to the rules that need no more than it: V12, V13, V14, V15, V25 and V26.
struct Operands<'a> {
    module: &'a VerifiedModule,
    index: CodeIdx,
    code: &'a Code,
    /// How many constants and names the module has.
    constants: usize,
    names: usize,
    /// Where the next byte is.
    at: usize,
    /// The first operand that is out of range: its name, the number, what is numbered and how many there are.
    wrong: Option<(&'static str, u32, &'static str, usize)>,
    /// The operand that is a place to jump to.
    label: Option<u32>,
}

impl<'a> Operands<'a> {
    fn new(module: &'a VerifiedModule, index: CodeIdx, code: &'a Code) -> Self {
        let (constants, names) = (module.constant_count(), module.name_count());
        Self { module, index, code, constants, names, at: 0, wrong: None, label: None }
    }

    /// The next instruction, whose opcode is `opcode`.
    fn instruction(&mut self, opcode: u8) -> Result<Op> {
        self.at += 1;
        let Some(op) = Op::build(opcode, self)? else {
            let message = format!("found the byte {opcode:#04x}, expected an opcode");
            return Err(VerifyError::new(Rule::Decoding, message));
        };
        if let Some((name, number, what, limit)) = self.wrong {
            let message = format!("the operand `{name}` is {number}, but there are {limit} {what}");
            return Err(VerifyError::new(Rule::OperandRange, message).with(op));
        }
        self.special(op).map_err(|error| error.with(op))?;
        Ok(op)
    }

    /// An operand of more than one byte.
    #[inline(never)]
    fn long(&mut self, operand: &OperandInfo) -> Result<u32> {
        let (number, next) = op::read_operand(&self.code.body, self.at, operand).map_err(undecodable)?;
        self.at = next;
        Ok(number)
    }

    /// V13. That a depth is not 0 is seen where the stack is.
    #[inline(always)]
    fn range(&mut self, operand: &OperandInfo, number: u32) {
        let (what, limit) = match operand.kind {
            OperandKind::Const => ("constants", self.constants),
            OperandKind::Name => ("names", self.names),
            OperandKind::Local => ("local variables", self.code.locals.len()),
            OperandKind::Cell => ("cells and free variables", self.code.cells.len() + self.code.free.len()),
            OperandKind::Code => ("code objects", self.module.code_count()),
            OperandKind::Count => ("values", limits::REGISTERS as usize + 1),
            OperandKind::Label => {
                self.label = Some(number);
                return;
            }
            OperandKind::Depth | OperandKind::Choice(..) => return,
        };
        if number as usize >= limit {
            self.wrong.get_or_insert((operand.name, number, what, limit));
        }
    }

    fn special(&self, op: Op) -> Result<()> {
        let flags = self.code.flags;
        match op {
            Op::MakeCell { cell } if cell.index() >= self.code.cells.len() => {
                let message = format!("cell {} is a free variable, not an own cell", cell.0);
                Err(VerifyError::new(Rule::OperandRange, message))
            }
            Op::MakeFunction { code } if code <= self.index => {
                Err(VerifyError::new(Rule::InnerCode, format!("makes a function of code object {}", code.0)))
            }
            Op::CallKw { argc, names } | Op::CallMethodKw { argc, names } => self.keyword_names(argc, names),
            Op::Yield if !flags.generator && !flags.async_generator => {
                Err(VerifyError::new(Rule::Suspension, "stands outside a generator"))
            }
            Op::YieldFrom if !flags.generator && !flags.coroutine && !flags.async_generator => {
                Err(VerifyError::new(Rule::Suspension, "stands outside a generator or coroutine"))
            }
            Op::AsyncGenWrap if !flags.async_generator => {
                Err(VerifyError::new(Rule::Suspension, "stands outside an asynchronous generator"))
            }
            Op::LoadName { .. }
            | Op::StoreName { .. }
            | Op::DeleteName { .. }
            | Op::LoadLocals
            | Op::ImportStar
            | Op::SetupAnnotations
                if flags.function =>
            {
                Err(VerifyError::new(Rule::LocalsMapping, "stands in a function"))
            }
            _ => Ok(()),
        }
    }

    /// V15.
    fn keyword_names(&self, argc: Count, names: ConstIdx) -> Result<()> {
        let Some((different, count)) = self.module.keyword_names(names) else {
            return Err(VerifyError::new(Rule::KeywordNames, format!("constant {} is no tuple", names.0)));
        };
        if !different {
            let message = format!("constant {} is no tuple of different strings", names.0);
            return Err(VerifyError::new(Rule::KeywordNames, message));
        }
        if count > argc.index() {
            let message = format!("has {count} keyword names for {} arguments", argc.0);
            return Err(VerifyError::new(Rule::KeywordNames, message));
        }
        Ok(())
    }
}

impl OperandSource for Operands<'_> {
    type Error = Box<VerifyError>;

    #[inline(always)]
    fn next(&mut self, operand: &OperandInfo) -> Result<u32> {
        let number = match self.code.body.get(self.at) {
            Some(&byte) if byte < 0x80 && operand.kind != OperandKind::Label => {
                self.at += 1;
                u32::from(byte)
            }
            _ => self.long(operand)?,
        };
        self.range(operand, number);
        Ok(number)
    }

    #[cold]
    fn invalid(&mut self, operand: &OperandInfo, number: u32) -> Box<VerifyError> {
        undecodable(op::invalid_choice(self.at, operand, number))
    }
}

/// V12.
#[cold]
fn undecodable(error: DecodeError) -> Box<VerifyError> {
    let message = format!("found {}, expected {}", error.found, error.expected);
    VerifyError::new(Rule::Decoding, message).at(error.offset as u32)
}
