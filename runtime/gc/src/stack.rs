//! Native stacks: which ones hold references, and from where to where each must be scanned.
//!
//! The running stack is scanned from the collector's own frame up to its base. A stack that is not running (a thread
//! that waits
//! for the VM's lock, a fiber that another one has replaced) is **parked**: its registers were spilled, and it is
//! scanned from where
//! it stood then.

use std::cell::{Cell, RefCell};

/// A registered stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackId(u64);

struct Stack {
    id: StackId,
    /// Where the scan ends: the highest address.
    base: usize,
    /// Where the scan begins, for a parked stack.
    parked_at: Option<usize>,
}

#[derive(Default)]
pub struct Stacks {
    all: RefCell<Vec<Stack>>,
    current: Cell<Option<StackId>>,
    next: Cell<u64>,
}

impl Stacks {
    pub fn current(&self) -> Option<StackId> {
        self.current.get()
    }

    /// Registers the running stack and makes it the current one.
    pub fn enter(&self, base: usize) -> StackId {
        assert!(self.current.get().is_none(), "another stack is running in this heap: park it first");
        let id = StackId(self.next.get());
        self.next.set(id.0 + 1);
        self.all.borrow_mut().push(Stack { id, base, parked_at: None });
        self.current.set(Some(id));
        id
    }

    pub fn leave(&self, id: StackId) {
        self.all.borrow_mut().retain(|stack| stack.id != id);
        if self.current.get() == Some(id) {
            self.current.set(None);
        }
    }

    /// Parks the current stack. Its registers have been spilled above `low`.
    pub fn park(&self, low: usize) -> Option<StackId> {
        let id = self.current.take()?;
        self.set_parked(id, Some(low));
        Some(id)
    }

    pub fn unpark(&self, id: StackId) {
        assert!(self.current.get().is_none(), "another stack is running in this heap: park it first");
        self.set_parked(id, None);
        self.current.set(Some(id));
    }

    fn set_parked(&self, id: StackId, low: Option<usize>) {
        if let Some(stack) = self.all.borrow_mut().iter_mut().find(|stack| stack.id == id) {
            stack.parked_at = low;
        }
    }

    /// Calls `scan` with the range of every stack; the current one begins at `low`.
    pub fn for_each_range(&self, low: usize, mut scan: impl FnMut(usize, usize)) {
        for stack in self.all.borrow().iter() {
            match stack.parked_at {
                Some(parked) => scan(parked, stack.base),
                None if self.current.get() == Some(stack.id) => scan(low, stack.base),
                None => {}
            }
        }
    }
}

/// Calls `f` with an address below which there is nothing of the callers' frames, after it has written to the stack
/// whatever
/// the callers keep in registers.
#[inline(never)]
pub fn with_registers_spilled(f: &mut dyn FnMut(usize)) {
    let mut registers = [0usize; 10];
    let stack_pointer: usize;
    // SAFETY: stores callee-saved registers into the array, which has room for them, and reads the stack pointer.
    // Registers that
    // the prologue has already reused were saved by it in this frame, which the scanned range includes.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12", "mov [{0} + 24], r13",
            "mov [{0} + 32], r14", "mov [{0} + 40], r15", "mov {1}, rsp",
            in(reg) registers.as_mut_ptr(), out(reg) stack_pointer, options(nostack, preserves_flags),
        );
    }
    // SAFETY: as above: x19 to x28 are the callee-saved registers.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "mov {1}, sp",
            in(reg) registers.as_mut_ptr(), out(reg) stack_pointer, options(nostack, preserves_flags),
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    compile_error!("orochi-gc: say here how callee-saved registers are spilled on this architecture");
    f(stack_pointer.min(registers.as_ptr() as usize));
    // Keeps the array alive, in memory, during the call.
    std::hint::black_box(&registers);
}
