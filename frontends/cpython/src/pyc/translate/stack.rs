//! The abstract stack: what CPython's stack holds before an instruction, slot by slot, and how that maps to ours.
//!
//! CPython's stack holds things that ours does not: the NULL below a callable, the offset that a handler with `lasti` pushes,
//! constants that are parts of an instruction here. Such slots are absent from our stack, so that depths differ.

use orochi_bytecode::limits;
use orochi_bytecode::operands::Depth;

use super::super::error::Problem;
use super::super::marshal::ObjectId;

/// What a slot of CPython's stack holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// An object.
    Value,
    /// The lower half of what `LOAD_METHOD` pushes.
    Callable,
    /// The upper half.
    Receiver,
    /// The NULL of `PUSH_NULL`. Absent.
    Null,
    /// What our operation has dropped already, or never makes: the result of `RETURN_GENERATOR`, an exhausted iterator. Absent.
    Gone,
    /// The value of a variable that an inlined comprehension hides. Absent: the comprehension has a variable of its own.
    Saved(Hidden),
    /// The offset of the instruction that raised. Absent.
    Lasti,
    /// A code object on its way to `MAKE_FUNCTION`. Absent.
    Code(ObjectId),
    /// The keys on their way to `BUILD_CONST_KEY_MAP`. Absent.
    Keys(ObjectId),
    /// The None that `SEND` starts a delegation with. Absent.
    SentNone,
}

/// A variable that an inlined comprehension hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Its index into `co_localsplusnames`.
    pub variable: u32,
    /// The index of the instruction that saves it.
    pub by: u32,
}

impl Slot {
    /// How many values of our stack it stands for.
    const fn width(self) -> u32 {
        matches!(self, Slot::Value | Slot::Callable | Slot::Receiver) as u32
    }

    /// What it is, for messages.
    const fn name(self) -> &'static str {
        match self {
            Slot::Value => "a value",
            Slot::Callable | Slot::Receiver => "half a method",
            Slot::Null => "NULL",
            Slot::Gone => "what is dropped already",
            Slot::Saved(_) => "the value of a hidden variable",
            Slot::Lasti => "an instruction offset",
            Slot::Code(_) => "a code object",
            Slot::Keys(_) => "the keys of a dict",
            Slot::SentNone => "the None to be sent",
        }
    }
}

/// CPython's stack, with what `KW_NAMES` has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stack {
    slots: Vec<Slot>,
    /// The keyword names for the next call.
    pub kw_names: Option<ObjectId>,
}

/// The stack as an instruction sees it, which errors name.
pub(super) struct View<'a> {
    pub stack: &'a mut Stack,
    pub instruction: &'static str,
}

impl Stack {
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// What a handler finds: the lowest slots, and the exception on top; `None` when there are not as many, or when the
    /// cut would part a method.
    pub fn at_handler(&self, depth: usize, lasti: bool) -> Option<Stack> {
        let mut slots = self.slots.get(..depth).filter(|slots| slots.last() != Some(&Slot::Callable))?.to_vec();
        if lasti {
            slots.push(Slot::Lasti);
        }
        slots.push(Slot::Value);
        Some(Stack { slots, kw_names: None })
    }

    /// The innermost comprehension that hides a variable.
    pub fn hidden(&self, variable: u32) -> Option<Hidden> {
        self.slots.iter().rev().find_map(|slot| match slot {
            Slot::Saved(hidden) if hidden.variable == variable => Some(*hidden),
            _ => None,
        })
    }

    /// How many values of our stack the lowest slots stand for.
    pub fn width(&self, slots: usize) -> u32 {
        self.slots.iter().take(slots).map(|slot| slot.width()).sum()
    }
}

impl View<'_> {
    fn underflow(&self, needed: usize) -> Problem {
        Problem::StackUnderflow { instruction: self.instruction, needed, found: self.stack.len() }
    }

    fn wrong(&self, found: Slot, expected: &'static str) -> Problem {
        Problem::WrongSlot { instruction: self.instruction, found: found.name(), expected }
    }

    pub fn push(&mut self, slot: Slot) -> Result<(), Problem> {
        if self.stack.slots.len() >= limits::REGISTERS as usize {
            return Err(Problem::unexpected("the stack", "deeper than 60000 values", "a smaller depth"));
        }
        self.stack.slots.push(slot);
        Ok(())
    }

    pub fn push_values(&mut self, count: usize) -> Result<(), Problem> {
        (0..count).try_for_each(|_| self.push(Slot::Value))
    }

    pub fn pop(&mut self) -> Result<Slot, Problem> {
        self.stack.slots.pop().ok_or_else(|| self.underflow(1))
    }

    pub fn pop_values(&mut self, count: usize) -> Result<(), Problem> {
        if count > self.stack.len() {
            return Err(self.underflow(count));
        }
        (0..count).try_for_each(|_| match self.pop()? {
            Slot::Value => Ok(()),
            other => Err(self.wrong(other, "a value")),
        })
    }

    /// The slot `place` places down, the top being 1.
    pub fn peek(&self, place: usize) -> Result<Slot, Problem> {
        let index = self.stack.len().checked_sub(place).filter(|_| place > 0);
        let slot = index.and_then(|index| self.stack.slots.get(index));
        slot.copied().ok_or_else(|| self.underflow(place))
    }

    /// The place on our stack of a value `place` places down.
    pub fn depth(&self, place: usize) -> Result<Depth, Problem> {
        match self.peek(place)? {
            Slot::Value => {}
            other => return Err(self.wrong(other, "a value")),
        }
        let above = &self.stack.slots[self.stack.len() - place..];
        Ok(Depth(above.iter().map(|slot| slot.width()).sum()))
    }

    /// Exchanges the top with the slot `place` places down. Gives what that does to our stack: for each value of the slots
    /// concerned, from below, the place that it goes to.
    pub fn swap(&mut self, place: usize) -> Result<Vec<usize>, Problem> {
        for slot in [self.peek(place)?, self.peek(1)?] {
            if matches!(slot, Slot::Callable | Slot::Receiver) {
                return Err(self.wrong(slot, "a value"));
            }
        }
        let top = self.stack.len() - 1;
        let bottom = self.stack.len() - place;
        self.stack.slots.swap(bottom, top);
        // `swap` undoes itself: where a slot is now, it was at the other of the two places.
        let before = |now: usize| {
            if now == top {
                bottom
            } else if now == bottom {
                top
            } else {
                now
            }
        };
        let slots = &self.stack.slots;
        let mut destination = vec![0; place];
        let mut width = 0;
        for now in bottom..=top {
            destination[before(now) - bottom] = width;
            width += slots[now].width() as usize;
        }
        let values = (bottom..=top).filter(|old| slots[before(*old)].width() == 1);
        Ok(values.map(|old| destination[old - bottom]).collect())
    }
}

/// The swaps with the top that bring values to their places: `to[i]` is where the value at `i`, counted from below, goes.
pub(super) fn permute(mut to: Vec<usize>, mut swap: impl FnMut(Depth)) {
    let count = to.len();
    let Some(top) = count.checked_sub(1) else { return };
    let mut sorted = 0;
    loop {
        let mut place = to[top];
        if place == top {
            while sorted < top && to[sorted] == sorted {
                sorted += 1;
            }
            if sorted == top {
                return;
            }
            place = sorted;
        }
        swap(Depth((count - place) as u32));
        to.swap(top, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(to: &[usize]) -> Vec<usize> {
        let mut values: Vec<usize> = to.to_vec();
        let top = to.len() - 1;
        permute(to.to_vec(), |depth| values.swap(top, to.len() - depth.index()));
        values
    }

    #[test]
    fn permutes() {
        for to in [&[0][..], &[1, 0], &[2, 0, 1], &[1, 2, 0], &[1, 0, 3, 2], &[4, 3, 2, 1, 0], &[1, 0, 2]] {
            assert!(applied(to).is_sorted(), "{to:?}");
        }
    }

    #[test]
    fn swaps_across_absent_slots() {
        let swaps_of = |slots: &[Slot], place| {
            let mut stack = Stack { slots: slots.to_vec(), kw_names: None };
            let to = View { stack: &mut stack, instruction: "SWAP" }.swap(place);
            let mut swaps = Vec::new();
            permute(to.expect("a swap"), |depth| swaps.push(depth.0));
            (stack.slots, swaps)
        };
        use Slot::{Null, Value};
        assert_eq!(swaps_of(&[Value, Value, Value], 3), (vec![Value, Value, Value], vec![3]));
        assert_eq!(swaps_of(&[Value, Null, Value], 3), (vec![Value, Null, Value], vec![2]));
        assert_eq!(swaps_of(&[Null, Value], 2), (vec![Value, Null], vec![]));
        assert_eq!(swaps_of(&[Null, Value, Value], 3), (vec![Value, Value, Null], vec![2]));
        assert_eq!(swaps_of(&[Value, Value, Null], 3), (vec![Null, Value, Value], vec![2]));
    }
}
