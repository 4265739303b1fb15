//! The symbolic stack of the lowering, the emission of instructions, and the peephole rules.

use crate::interp::instr::{Instr, Op};

/// Where the value of a place on the stack is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// In a register: its own, a lower place's, or a variable's.
    Register(u16),
    /// A constant of the code.
    Constant(u32),
}

/// Instructions in the making, with the symbolic stack.
pub struct Emitter {
    pub code: Vec<Instr>,
    /// Offset in the body, by instruction.
    pub offsets: Vec<u32>,
    pub stack: Vec<Slot>,
    /// Register of the lowest place on the stack.
    base: u16,
    /// Offset of the operation that is being translated.
    pub offset: u32,
    /// Instructions before this one are not to be changed any more.
    barrier: usize,
    unpacking: Option<Unpacking>,
}

/// The last unpacking, whose targets may still be changed while nothing is emitted behind it.
#[derive(Clone, Copy)]
struct Unpacking {
    /// Where its instruction is.
    at: usize,
    /// Where the code ended then.
    end: usize,
    /// Register of the last item; that of the one before it follows, and so on.
    home: u16,
    count: u16,
}

impl Emitter {
    /// Nothing emitted, nothing on the stack. The vectors are empty.
    #[must_use]
    pub fn new(base: u16, code: Vec<Instr>, offsets: Vec<u32>, stack: Vec<Slot>) -> Self {
        Emitter { code, offsets, stack, base, offset: 0, barrier: 0, unpacking: None }
    }

    /// Appends an instruction.
    pub fn emit(&mut self, op: Op, x: u8, a: u16, b: u16, c: u16) {
        self.code.push(Instr::new(op, x, a, b, c));
        self.offsets.push(self.offset);
    }

    /// Appends an instruction with a 32-bit operand.
    pub fn emit_wide(&mut self, op: Op, x: u8, a: u16, wide: u32) {
        self.emit(op, x, a, wide as u16, (wide >> 16) as u16);
    }

    /// Control comes from elsewhere: all values of a stack of this depth are in the registers of their places.
    pub fn set_stack(&mut self, depth: usize) {
        self.stack.clear();
        let base = self.base;
        self.stack.extend((0..depth).map(|place| Slot::Register(base + place as u16)));
    }

    /// Forbids changes of what was emitted: control may come here, or a handler's range begins or ends.
    pub fn set_barrier(&mut self) {
        self.barrier = self.code.len();
    }

    /// The register of a place on the stack, counted from the bottom.
    #[must_use]
    pub fn home(&self, depth: usize) -> u16 {
        self.base + depth as u16
    }

    /// The register of the place above the top.
    #[must_use]
    pub fn next_home(&self) -> u16 {
        self.home(self.stack.len())
    }

    /// Pushes a value that is in the register of its place; returns that register for the instruction that makes it.
    pub fn push(&mut self) -> u16 {
        let register = self.next_home();
        self.stack.push(Slot::Register(register));
        register
    }

    /// Pushes a value that is elsewhere.
    pub fn push_virtual(&mut self, slot: Slot) {
        self.stack.push(slot);
    }

    /// Pops a value and makes sure that it is in some register.
    pub fn pop(&mut self) -> u16 {
        let slot = self.pop_slot();
        let home = self.next_home();
        match slot {
            Slot::Register(register) => register,
            Slot::Constant(_) => {
                self.load(home, slot);
                home
            }
        }
    }

    /// Pops a value as it is.
    pub fn pop_slot(&mut self) -> Slot {
        // The verifier has checked the depth.
        self.stack.pop().unwrap_or(Slot::Register(self.base))
    }

    /// Pops values and makes sure that each is in the register of its place; returns the first.
    pub fn pop_run(&mut self, count: usize) -> u16 {
        let start = self.stack.len().saturating_sub(count);
        self.settle_from(start);
        self.stack.truncate(start);
        self.home(start)
    }

    /// The register of the value `depth` places down, 1 being the top; it stays there.
    pub fn peek(&mut self, depth: usize) -> u16 {
        let place = self.stack.len() - depth;
        match self.stack[place] {
            Slot::Register(register) => register,
            Slot::Constant(_) => {
                self.settle(place);
                self.home(place)
            }
        }
    }

    fn load(&mut self, register: u16, slot: Slot) {
        match slot {
            Slot::Register(from) if from == register => {}
            Slot::Register(from) => self.emit_move(register, from),
            Slot::Constant(index) => self.emit(Op::Const, (index >> 16) as u8, register, index as u16, 0),
        }
    }

    /// Emits a move; two moves to neighbours become one instruction where their order does not matter.
    fn emit_move(&mut self, to: u16, from: u16) {
        if self.code.len() > self.barrier
            && let Some(last) = self.code.last_mut()
            && last.op == Op::Move
            && last.b != to
            && last.a != from
        {
            if last.a == to + 1 {
                *last = Instr::new(Op::Move2, 0, to, from, last.b);
                return;
            }
            if last.a + 1 == to {
                *last = Instr::new(Op::Move2, 0, last.a, last.b, from);
                return;
            }
        }
        self.emit(Op::Move, 0, to, from, 0);
    }

    /// Emits the unpacking of a value into `count` places that are pushed, the first item on top.
    pub fn unpack(&mut self, value: u16, count: u16) {
        // A loop over pairs that nobody else sees need not make them.
        if count == 2
            && let Some(loop_head) = self.producer(value)
            && loop_head.op == Op::ForIter
            && let Some(last) = self.code.last_mut()
        {
            last.x = 1;
        }
        let home = self.next_home();
        for _ in 0..count {
            self.push();
        }
        let at = self.code.len();
        self.emit(Op::UnpackSequence, 0, value, count, 0);
        for first in (0..count).step_by(3) {
            let target = |index: u16| if index < count { home + count - 1 - index } else { u16::MAX };
            self.emit(Op::Extra, 0, target(first), target(first + 1), target(first + 2));
        }
        self.unpacking = Some(Unpacking { at, end: self.code.len(), home, count });
    }

    /// Makes an item of the unpacking just emitted go to a variable straight away. False when that is not possible.
    fn retarget(&mut self, from: u16, register: u16) -> bool {
        let Some(unpacking) = self.unpacking else { return false };
        let extras = unpacking.at + 1..unpacking.end;
        if unpacking.end != self.code.len()
            || unpacking.at < self.barrier
            || !(unpacking.home..unpacking.home + unpacking.count).contains(&from)
            || self.code[extras.clone()].iter().any(|extra| [extra.a, extra.b, extra.c].contains(&register))
        {
            return false;
        }
        let index = (unpacking.home + unpacking.count - 1 - from) as usize;
        let extra = &mut self.code[extras.start + index / 3];
        *[&mut extra.a, &mut extra.b, &mut extra.c][index % 3] = register;
        true
    }

    /// Puts the value of a place into its own register.
    pub fn settle(&mut self, place: usize) {
        let (home, slot) = (self.home(place), self.stack[place]);
        if slot != Slot::Register(home) {
            self.load(home, slot);
            self.stack[place] = Slot::Register(home);
        }
    }

    /// Settles all places from one on. Copies refer to lower places only, so going down overwrites nothing that is needed.
    pub fn settle_from(&mut self, start: usize) {
        for place in (start..self.stack.len()).rev() {
            self.settle(place);
        }
    }

    /// Whether all places are settled.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.stack.iter().enumerate().all(|(place, slot)| *slot == Slot::Register(self.home(place)))
    }

    /// Before a register is written: settles the places that are copies of it.
    pub fn before_write(&mut self, register: u16) {
        for place in (0..self.stack.len()).rev() {
            if self.stack[place] == Slot::Register(register) && register != self.home(place) {
                self.settle(place);
            }
        }
    }

    fn is_used(&self, register: u16) -> bool {
        self.stack.contains(&Slot::Register(register))
    }

    /// Stores a popped value in a variable's register: the instruction that made it does that itself, if it can.
    pub fn store(&mut self, register: u16, slot: Slot) {
        self.before_write(register);
        if let Slot::Register(from) = slot
            && from >= self.base
            && !self.is_used(from)
            && self.code.len() > self.barrier
            && let Some(last) = self.code.last_mut()
            && let Some(target) = result(last)
            && *target == from
        {
            *target = register;
            return;
        }
        if let Slot::Register(from) = slot
            && from >= self.base
            && !self.is_used(from)
            && self.retarget(from, register)
        {
            return;
        }
        self.load(register, slot);
    }

    /// Exchanges the top with another place.
    pub fn swap(&mut self, depth: usize) {
        let top = self.stack.len() - 1;
        let other = self.stack.len() - depth;
        let (top_home, other_home) = (self.home(top), self.home(other));
        let (top_own, other_own) =
            (self.stack[top] == Slot::Register(top_home), self.stack[other] == Slot::Register(other_home));
        match (top_own, other_own) {
            (true, true) => {
                self.before_write(top_home);
                self.before_write(other_home);
                self.emit(Op::Swap, 0, top_home, other_home, 0);
            }
            (true, false) => {
                let slot = self.stack[other];
                self.before_write(other_home);
                self.emit(Op::Move, 0, other_home, top_home, 0);
                self.stack[other] = Slot::Register(other_home);
                self.stack[top] = slot;
            }
            (false, true) => {
                let slot = self.stack[top];
                if slot == Slot::Register(other_home) {
                    return; // A copy of the very value: both places hold the same.
                }
                if matches!(slot, Slot::Register(register) if register > other_home) {
                    self.settle(top);
                    return self.swap(depth);
                }
                self.before_write(top_home);
                self.emit(Op::Move, 0, top_home, other_home, 0);
                // Other copies of the lower place now are copies of a place that is about to change.
                self.stack[top] = Slot::Register(top_home);
                self.before_write(other_home);
                self.stack[other] = slot;
            }
            (false, false) => {
                // A copy must not refer to a higher place than its own.
                let slots = (self.stack[top], self.stack[other]);
                if matches!(slots.0, Slot::Register(register) if register > other_home) {
                    self.settle(top);
                    return self.swap(depth);
                }
                (self.stack[other], self.stack[top]) = slots;
            }
        }
    }

    // ---- peephole ---------------------------------------------------------------------------------------------------------

    /// The last instruction, if it may be changed and makes the value of a popped register that nobody else uses.
    pub fn producer(&self, register: u16) -> Option<Instr> {
        let last = *self.code.last()?;
        let made = result(&mut { last }).is_some_and(|target| *target == register);
        (self.code.len() > self.barrier && register >= self.base && made && !self.is_used(register)).then_some(last)
    }

    /// Takes the last instruction back.
    pub fn take_last(&mut self) {
        self.code.pop();
        self.offsets.pop();
    }

    fn drop_last(&mut self) {
        self.code.pop();
        self.offset = self.offsets.pop().unwrap_or(self.offset);
    }

    /// Emits a jump on the truth of a popped value, fused with the comparison that made it. The distance is filled in later.
    /// Returns the place of the instruction.
    pub fn jump_if(&mut self, mut register: u16, mut sense: bool, none: u32) -> usize {
        let offset = self.offset;
        while let Some(last) = self.producer(register) {
            if last.op != Op::Not {
                break;
            }
            self.drop_last();
            register = last.b;
            sense = !sense;
        }
        if let Some(last) = self.producer(register)
            && let Some((fused, with_constant)) = fused_jump(last.op)
        {
            self.drop_last();
            let sense = if matches!(last.op, Op::Is | Op::In) && last.x != 0 { !sense } else { sense };
            // The right operand may be a constant that was loaded just for this.
            if let Some(before) = self.producer(last.c)
                && before.op == Op::Const
                && last.b != last.c
                && before.x == 0
            {
                if last.op == Op::Is && u32::from(before.b) == none {
                    self.drop_last();
                    self.emit(Op::JumpIsNone, u8::from(sense), last.b, 0, 0);
                    self.offset = offset;
                    return self.code.len() - 1;
                }
                if let Some(with_constant) = with_constant {
                    let place = self.offset;
                    self.drop_last();
                    self.offset = place;
                    self.emit(with_constant, u8::from(sense), last.b, before.b, 0);
                    self.offset = offset;
                    return self.code.len() - 1;
                }
            }
            self.emit(fused, u8::from(sense), last.b, last.c, 0);
            self.offset = offset;
            return self.code.len() - 1;
        }
        self.offset = offset;
        let op = if sense { Op::JumpIfTrue } else { Op::JumpIfFalse };
        self.emit(op, 0, register, 0, 0);
        self.code.len() - 1
    }
}

/// The register that an instruction makes its one result in.
fn result(instr: &mut Instr) -> Option<&mut u16> {
    use Op::*;
    match instr.op {
        Move | Const | LoadCell | LoadFree | FreeCell | LoadGlobal | LoadName | LoadLocals | LoadBuiltin | GetAttr
        | GetItem | GetItemK | GetSlice | Unary | Not | Add | Sub | Mul | Div | FloorDiv | Mod | And | Or | Xor
        | LShift | RShift | Binary | AddK | SubK | MulK | DivK | FloorDivK | ModK | AndK | LShiftK | RShiftK | Lt
        | Le | Eq | Ne | Gt | Ge | Is | In | GetIter | BuildTuple | BuildList | BuildSet | BuildDict | BuildString
        | BuildSlice | ListToTuple | Convert | Format | MakeFunction | GetLen | MatchMapping | MatchSequence
        | MatchKeys => Some(&mut instr.a),
        Call | CallMethod | CallEx => Some(&mut instr.c),
        ForIter => Some(&mut instr.b),
        _ => None,
    }
}

/// The fused jump of a comparison, with a register and with a constant on the right.
fn fused_jump(op: Op) -> Option<(Op, Option<Op>)> {
    Some(match op {
        Op::Lt => (Op::JumpLt, Some(Op::JumpLtK)),
        Op::Le => (Op::JumpLe, Some(Op::JumpLeK)),
        Op::Eq => (Op::JumpEq, Some(Op::JumpEqK)),
        Op::Ne => (Op::JumpNe, Some(Op::JumpNeK)),
        Op::Gt => (Op::JumpGt, Some(Op::JumpGtK)),
        Op::Ge => (Op::JumpGe, Some(Op::JumpGeK)),
        Op::Is => (Op::JumpIs, None),
        Op::In => (Op::JumpIn, None),
        _ => return None,
    })
}
