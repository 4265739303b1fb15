//! Rules V11 to V26: a body and its tables. First everything that is seen instruction by instruction, then an abstract
//! interpretation from the first instruction that knows of the stack its depth and where call pairs are.

use crate::error::DecodeError;
use crate::limits;
use crate::module::{Code, Const};
use crate::op::{self, Flow, Op, OperandInfo, OperandKind, OperandSource};
use crate::operands::{CodeIdx, ConstIdx, Count};

use super::pairs::{NO_PAIRS, PairLists, Pairs};
use super::{Result, Rule, VerifiedCode, VerifiedInstruction, VerifiedModule, VerifyError};

/// No instruction, no handler; also the depth before an instruction that is not reached.
const NONE: u32 = u32::MAX;

pub(super) fn check<'m>(module: &VerifiedModule, index: CodeIdx, code: &'m Code) -> Result<VerifiedCode<'m>> {
    let mut body = Body::decode(module, index, code)?;
    body.targets()?;
    body.handlers()?;
    body.positions()?;
    body.trace()?;
    Ok(VerifiedCode { index, code, instructions: body.reached() })
}

/// A body at work.
struct Body<'m> {
    code: &'m Code,
    /// Offset and instruction.
    instructions: Vec<(u32, Op)>,
    /// For each byte of the body the instruction that starts there, or `NONE`.
    starts: Vec<u32>,
    /// For each instruction its jump's target, or `NONE`.
    targets: Vec<u32>,
    /// For each instruction the handler that covers it, or `NONE`.
    handlers: Vec<u32>,
    /// For each instruction the depth before it, or `NONE`, and the pairs.
    states: Vec<(u32, Pairs)>,
    is_target: Vec<bool>,
    pairs: PairLists,
    /// Reached, and not yet followed.
    pending: Vec<u32>,
}

impl<'m> Body<'m> {
    /// V11 and V12, and what is seen of a single instruction.
    fn decode(module: &VerifiedModule, index: CodeIdx, code: &'m Code) -> Result<Self> {
        let length = code.body.len();
        if length == 0 || length > limits::BODY_BYTES as usize {
            return Err(VerifyError::new(Rule::BodySize, format!("the body has {length} bytes")));
        }
        let mut starts = vec![NONE; length];
        let mut decoded = Vec::with_capacity(length / 2);
        let mut operands = Operands::new(module, index, code);
        while operands.at < length {
            let offset = operands.at as u32;
            let op = operands.instruction(code.body[operands.at]).map_err(|error| match error.offset {
                Some(_) => error,
                None => error.at(offset),
            })?;
            starts[offset as usize] = decoded.len() as u32;
            decoded.push((offset, op));
        }
        let count = decoded.len();
        Ok(Self {
            code,
            instructions: decoded,
            starts,
            targets: vec![NONE; count],
            handlers: vec![NONE; count],
            states: vec![(NONE, NO_PAIRS); count],
            is_target: vec![false; count],
            pairs: PairLists::new(),
            pending: Vec::new(),
        })
    }

    /// The instruction that starts at an offset.
    fn start(&self, offset: u32) -> Option<u32> {
        self.starts.get(offset as usize).copied().filter(|&start| start != NONE)
    }

    /// V16.
    fn targets(&mut self) -> Result<()> {
        for (at, &(offset, op)) in self.instructions.iter().enumerate() {
            let Some(label) = op.target() else { continue };
            let Some(target) = self.start(label.0) else {
                let message = format!("jumps to byte {}, where no instruction starts", label.0);
                return Err(VerifyError::new(Rule::Targets, message).at(offset).with(op));
            };
            self.targets[at] = target;
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
            if self.start(handler.target).is_none() {
                return fail(format!("leads to {}, where no instruction starts", handler.target));
            }
            self.handlers[first as usize..end as usize].fill(index as u32);
        }
        Ok(())
    }

    /// V18.
    fn positions(&self) -> Result<()> {
        let mut last = None;
        for position in &self.code.positions {
            let offset = position.offset;
            if self.start(offset).is_none() {
                let message = "a source position is where no instruction starts";
                return Err(VerifyError::new(Rule::PositionTable, message).at(offset));
            }
            if last.is_some_and(|last| last >= offset) {
                let message = "a source position is not behind the one before it";
                return Err(VerifyError::new(Rule::PositionTable, message).at(offset));
            }
            last = Some(offset);
        }
        Ok(())
    }

    /// V19 to V24.
    fn trace(&mut self) -> Result<()> {
        self.reach(0, 0, NO_PAIRS)?;
        while let Some(at) = self.pending.pop() {
            let (offset, op) = self.instructions[at as usize];
            self.step(at, op).map_err(|error| error.at(offset).with(op))?;
        }
        Ok(())
    }

    fn step(&mut self, at: u32, op: Op) -> Result<()> {
        let (depth, pairs) = self.states[at as usize];
        self.look(op, depth, pairs)?;
        if self.handlers[at as usize] != NONE {
            self.raise(self.handlers[at as usize], op, depth, pairs)?;
        }
        let rest = depth - op.pops();
        let after = match op {
            Op::CallMethod { .. } | Op::CallMethodKw { .. } => self.pairs.pop(pairs),
            Op::LoadMethod { .. } => self.pairs.push(pairs, rest),
            _ => pairs,
        };
        if self.targets[at as usize] != NONE {
            let (pops, pushes) = op.jump_effect();
            let target = self.targets[at as usize];
            self.is_target[target as usize] = true;
            self.reach(target, (depth - pops).saturating_add(pushes), after)?;
        }
        match op.flow() {
            Flow::Next | Flow::Branch => self.reach(at + 1, rest.saturating_add(op.pushes()), after),
            Flow::Jump | Flow::End => Ok(()),
        }
    }

    /// V20 and V23: the values that an instruction needs are there, and are no halves of pairs.
    fn look(&self, op: Op, depth: u32, pairs: Pairs) -> Result<()> {
        let needs = op.looks_at();
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
        let Some((place, least)) = op.points_at() else {
            return Ok(());
        };
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
    fn raise(&mut self, handler: u32, op: Op, depth: u32, pairs: Pairs) -> Result<()> {
        let handler = self.code.handlers[handler as usize];
        let cut = handler.depth;
        if cut > depth {
            let message = format!("is covered by a handler for a stack of {cut}, but has a stack of {depth}");
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        if op.can_raise() && depth - op.pops() < cut {
            let message = format!("takes {} of {depth} values, but its handler keeps {cut}", op.pops());
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        let kept = self.pairs.below(pairs, cut);
        if self.pairs.highest(kept).is_some_and(|callable| callable + 1 == cut) {
            let message = format!("is covered by a handler that cuts the stack to {cut}, between the halves of a pair");
            return Err(VerifyError::new(Rule::HandlerDepth, message));
        }
        let target = self.starts[handler.target as usize];
        self.is_target[target as usize] = true;
        self.reach(target, cut + 1, kept)
    }

    /// Control comes to an instruction. V19, V21 and V22.
    fn reach(&mut self, at: u32, depth: u32, pairs: Pairs) -> Result<()> {
        let Some(state) = self.states.get_mut(at as usize) else {
            return Err(VerifyError::new(Rule::End, "control runs off the end of the body"));
        };
        if depth > self.code.max_stack {
            let message = format!("leads to a stack of {depth}, but {} is declared", self.code.max_stack);
            return Err(VerifyError::new(Rule::StackLimit, message));
        }
        if state.0 == NONE {
            *state = (depth, pairs);
            self.pending.push(at);
        } else if *state != (depth, pairs) {
            let (offset, known) = (self.instructions[at as usize].0, state.0);
            let message = if known == depth {
                format!("leads to byte {offset} with other call pairs on the stack than another way")
            } else {
                format!("leads to byte {offset} with a stack of {depth}, where another way has {known}")
            };
            return Err(VerifyError::new(Rule::Joins, message));
        }
        Ok(())
    }

    /// The instructions that are reached.
    fn reached(self) -> Vec<VerifiedInstruction> {
        let mut numbers = vec![NONE; self.instructions.len()];
        let mut count = 0;
        for (at, state) in self.states.iter().enumerate() {
            if state.0 != NONE {
                numbers[at] = count;
                count += 1;
            }
        }
        let option = |number: u32| (number != NONE).then_some(number);
        let mut reached = Vec::with_capacity(count as usize);
        for (at, &(offset, op)) in self.instructions.iter().enumerate() {
            if numbers[at] == NONE {
                continue;
            }
            reached.push(VerifiedInstruction {
                offset,
                op,
                depth: self.states[at].0,
                is_target: self.is_target[at],
                target: option(self.targets[at]).map(|target| numbers[target as usize]),
                handler: option(self.handlers[at]),
            });
        }
        reached
    }
}

/// Decodes instructions, and holds each to the rules that need no more than it: V12, V13, V14, V15, V25 and V26.
struct Operands<'a> {
    module: &'a VerifiedModule,
    index: CodeIdx,
    code: &'a Code,
    /// Where the next byte is.
    at: usize,
    /// The first operand that is out of range: its name, the number, what is numbered and how many there are.
    wrong: Option<(&'static str, u32, &'static str, usize)>,
}

impl<'a> Operands<'a> {
    fn new(module: &'a VerifiedModule, index: CodeIdx, code: &'a Code) -> Self {
        Self { module, index, code, at: 0, wrong: None }
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

    /// V13. That a depth is not 0 is seen where the stack is.
    #[inline]
    fn range(&mut self, operand: &OperandInfo, number: u32) {
        let module = &self.module.module;
        let (what, limit) = match operand.kind {
            OperandKind::Const => ("constants", module.constants.len()),
            OperandKind::Name => ("names", module.names.len()),
            OperandKind::Local => ("local variables", self.code.locals.len()),
            OperandKind::Cell => ("cells and free variables", self.code.cells.len() + self.code.free.len()),
            OperandKind::Code => ("code objects", module.codes.len()),
            OperandKind::Count => ("values", limits::REGISTERS as usize + 1),
            OperandKind::Label | OperandKind::Depth | OperandKind::Choice(..) => return,
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
        let Const::Tuple(items) = &self.module.module.constants[names.index()] else {
            return Err(VerifyError::new(Rule::KeywordNames, format!("constant {} is no tuple", names.0)));
        };
        if !self.module.keyword_names[names.index()] {
            let message = format!("constant {} is no tuple of different strings", names.0);
            return Err(VerifyError::new(Rule::KeywordNames, message));
        }
        if items.len() > argc.index() {
            let message = format!("has {} keyword names for {} arguments", items.len(), argc.0);
            return Err(VerifyError::new(Rule::KeywordNames, message));
        }
        Ok(())
    }
}

impl OperandSource for Operands<'_> {
    type Error = Box<VerifyError>;

    #[inline]
    fn next(&mut self, operand: &OperandInfo) -> Result<u32> {
        let (number, next) = op::read_operand(&self.code.body, self.at, operand).map_err(undecodable)?;
        self.at = next;
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
