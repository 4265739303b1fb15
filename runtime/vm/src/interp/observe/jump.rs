//! Going on at another line: `frame.f_lineno = line` in a trace function.
//!
//! What lies on the stack must make sense there. So the kinds of values on it are worked out for every instruction, and a jump may
//! drop values but bring none ([`Kinds`]).

use orochi_bytecode::VerifiedCode;
use orochi_bytecode::op::{Flow, Op as Wire};

use super::event::Event;
use crate::error::PyResult;
use crate::interp::frame::Frame as Activation;
use crate::interp::instr::Op;
use crate::lower::Lowered;
use crate::lower::observed::Point;
use crate::types::code::{Code, Place};
use crate::types::frame::Frame;
use crate::value::Value;
use crate::vm::Vm;

/// What kind of value lies on the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Object,
    /// The iterator of a loop.
    Iterator,
    /// An exception that is being handled, or that was before.
    Exception,
}

/// The kinds of values on the stack before each instruction; `None` where nothing is known to lead.
struct Kinds {
    stacks: Vec<Option<Vec<Kind>>>,
}

impl Kinds {
    fn of(code: &VerifiedCode<'_>) -> Kinds {
        let mut this = Kinds { stacks: vec![None; code.instructions.len()] };
        let mut work = Vec::new();
        this.reach(0, Vec::new(), &mut work);
        while let Some(index) = work.pop() {
            let (instruction, Some(stack)) = (code.instructions[index], this.stacks[index].clone()) else { continue };
            if let Some(handler) = instruction.handler {
                let handler = code.code.handlers[handler as usize];
                let mut caught = stack.clone();
                caught.truncate(handler.depth as usize);
                caught.push(Kind::Exception);
                if let Some(target) = code.index_of(handler.target) {
                    this.reach(target, caught, &mut work);
                }
            }
            if let Some(target) = instruction.target {
                let (pops, pushes) = instruction.op.jump_effect();
                this.reach(target as usize, effect(stack.clone(), pops, pushes, Kind::Object), &mut work);
            }
            if matches!(instruction.op.flow(), Flow::Next | Flow::Branch) {
                this.reach(index + 1, after(stack, instruction.op), &mut work);
            }
        }
        this
    }

    fn reach(&mut self, index: usize, stack: Vec<Kind>, work: &mut Vec<usize>) {
        if let Some(place @ None) = self.stacks.get_mut(index) {
            *place = Some(stack);
            work.push(index);
        }
    }
}

fn effect(mut stack: Vec<Kind>, pops: u32, pushes: u32, kind: Kind) -> Vec<Kind> {
    stack.truncate(stack.len().saturating_sub(pops as usize));
    stack.extend(core::iter::repeat_n(kind, pushes as usize));
    stack
}

/// The stack behind an instruction that does not jump.
fn after(mut stack: Vec<Kind>, op: Wire) -> Vec<Kind> {
    match op {
        Wire::Copy { depth } => {
            let copied = stack.len().checked_sub(depth.index()).and_then(|index| stack.get(index)).copied();
            stack.push(copied.unwrap_or(Kind::Object));
            stack
        }
        Wire::Swap { depth } => {
            if let (Some(top), Some(other)) = (stack.len().checked_sub(1), stack.len().checked_sub(depth.index())) {
                stack.swap(top, other);
            }
            stack
        }
        Wire::ForIter { .. } => {
            stack.push(Kind::Object);
            stack
        }
        Wire::GetIter | Wire::GetAsyncIter => effect(stack, op.pops(), op.pushes(), Kind::Iterator),
        Wire::BeginHandler => effect(stack, op.pops(), op.pushes(), Kind::Exception),
        op => effect(stack, op.pops(), op.pushes(), Kind::Object),
    }
}

/// Whether control may go from one stack to another: the deeper values of the first must be of the kinds of the second.
fn is_compatible(from: &[Kind], to: &[Kind]) -> bool {
    to.len() <= from.len() && from.iter().zip(to).all(|(from, to)| *to == Kind::Object || from == to)
}

/// Why control cannot go to a stack.
fn explain(to: Option<&[Kind]>) -> &'static str {
    match to.map(<[Kind]>::last) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Exception)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(Some(Kind::Object) | None) => "incompatible stacks",
    }
}

/// The instruction that tells of a line at an offset, where all operands are in their own registers.
fn line_point(code: &Lowered, offset: u32) -> Option<usize> {
    (0..code.instrs.len()).find(|index| {
        let instr = code.instrs[*index];
        code.offsets[*index] == offset && instr.op == Op::Observe && instr.x == Point::Line as u8 && instr.a != 0
    })
}

/// Offsets at which a line begins, with the lines.
fn line_starts(code: &Code, verified: &VerifiedCode<'_>) -> Vec<(usize, u32)> {
    let mut starts = Vec::new();
    let mut last = 0;
    for (index, instruction) in verified.instructions.iter().enumerate() {
        let line = code.position(Place::at(instruction.offset)).line;
        if line != 0 && (line != last || instruction.is_target) {
            starts.push((index, line));
        }
        last = line;
    }
    starts
}

impl Vm {
    /// Has a frame go on at another line.
    pub(crate) fn jump_to_line(&self, frame: &Frame, line: Option<Value>) -> PyResult<()> {
        let Some(line) = line else { return Err(self.raise(self.types().attribute_error, "cannot delete attribute")) };
        if !self.is_exact(line, self.types().int) {
            return Err(self.value_error("lineno must be an integer"));
        }
        let line = self.index_i64(line)?;
        let refuse = |why: &str| Err(self.value_error(why));
        match self.observation.thread.event.get() {
            None => return refuse("f_lineno can only be set in a trace function"),
            Some(Event::Start | Event::Resume | Event::Throw) => {
                return refuse("can't jump from the 'call' trace event of a new frame");
            }
            Some(
                Event::Line | Event::Yield | Event::Jump | Event::BranchLeft | Event::BranchRight | Event::Instruction,
            ) => {}
            Some(_) => return refuse("can only jump from a 'line' trace event"),
        }
        let (Some(activation), code) = (frame.activation(), frame.code()) else {
            return refuse("f_lineno can only be set in a trace function");
        };
        if line < i64::from(code.first_line()) {
            return Err(self.value_error(format!("line {line} comes before the current code block")));
        }
        // SAFETY: an active frame; its code lives as long as its function.
        let lowered = unsafe { &*(*activation).code };
        let verified = match code.module.verify_code(code.index) {
            Ok(verified) => verified,
            Err(error) => return Err(self.raise(self.types().system_error, error.to_string())),
        };
        let starts = line_starts(&code, &verified);
        let Some(target_line) = starts.iter().map(|(_, line)| *line).filter(|start| i64::from(*start) >= line).min()
        else {
            return Err(self.value_error(format!("line {line} comes after the current code block")));
        };
        let kinds = Kinds::of(&verified);
        let offset = frame.place(self).offset();
        let own = offset.and_then(|offset| verified.index_of(offset)).and_then(|index| kinds.stacks[index].as_deref());
        let Some(own) = own else { return refuse("can't jump from unreachable code") };
        let mut best: Option<(usize, &[Kind])> = None;
        let mut why = None;
        for (index, _) in starts.iter().filter(|(_, start)| *start == target_line) {
            let to = kinds.stacks[*index].as_deref();
            match to {
                Some(to) if is_compatible(own, to) => {
                    if best.is_none_or(|(_, known)| to.len() > known.len()) {
                        best = Some((*index, to));
                    }
                }
                _ => why = why.or(Some(explain(to))),
            }
        }
        let Some((index, to)) = best else { return refuse(why.unwrap_or("incompatible stacks")) };
        let Some(point) = line_point(lowered, verified.instructions[index].offset) else {
            return refuse("incompatible stacks");
        };
        self.bind_all(activation, lowered)?;
        self.drop_operands(activation, lowered, own, to.len());
        // SAFETY: an active frame, whose dispatch loop loads the `pc` anew behind what tells observers; the index is one of its code.
        unsafe {
            (*activation).pc = lowered.instrs.as_ptr().add(point);
            (*activation).forget_line();
        }
        Ok(())
    }

    /// Code that runs relies on variables that are bound wherever control may come from: those that are not become None.
    fn bind_all(&self, activation: *mut Activation, lowered: &Lowered) -> PyResult<()> {
        let code = lowered.owner();
        let moved = |local: usize| {
            code.wire().cells.iter().any(|cell| cell.parameter.is_some_and(|parameter| parameter.index() == local))
        };
        // SAFETY: an active frame's first registers are its local variables.
        let register = |local: usize| unsafe { &mut *(*activation).base.add(local) };
        let unbound = (0..lowered.local_count()).filter(|local| !moved(*local) && register(*local).is_unbound());
        let unbound: Vec<usize> = unbound.collect();
        if unbound.is_empty() {
            return Ok(());
        }
        let (count, plural) = (unbound.len(), if unbound.len() == 1 { "" } else { "s" });
        let text = format!("assigning None to {count} unbound local{plural}");
        self.warn(self.types().runtime_warning, &text, 0)?;
        for local in unbound {
            *register(local) = self.none();
        }
        Ok(())
    }

    /// Drops what lies on the stack beyond a depth. A handler that is left so makes the exception from before the handled one.
    fn drop_operands(&self, activation: *mut Activation, lowered: &Lowered, own: &[Kind], depth: usize) {
        for place in (depth..own.len()).rev() {
            // SAFETY: an active frame's registers; the deepest stack has as many places.
            let operand = unsafe { &mut *(*activation).base.add(lowered.first_operand() + place) };
            let value = core::mem::replace(operand, Value::UNBOUND);
            if own[place] == Kind::Exception {
                self.handled.set(if value == self.none() { self.end_handler_in_generator(activation) } else { value });
            }
        }
    }
}
