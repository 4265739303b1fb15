//! Native stacks: which ones hold references, and from where to where each must be scanned.
//!
//! The running stack is scanned from the collector's own frame up to its base. A stack that is not running (a thread
//! that waits for the VM's lock, a fiber that another one has replaced) is **parked**: its registers were spilled,
//! and it is scanned from where it stood then.

use std::cell::{Cell, RefCell};

use crate::heap::Heap;

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

    fn keep_current_only(&self) {
        let current = self.current.get();
        self.all.borrow_mut().retain(|stack| Some(stack.id) == current);
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

impl Heap {
    /// Runs `f` with the native stack registered from here down: references held in `f` and what it calls, in locals
    /// and registers, are seen by the collector. Those in frames above are not. Without a registered stack there are
    /// no automatic collections. Nested calls on the same stack do nothing further.
    pub fn with_stack<R>(&self, f: impl FnOnce() -> R) -> R {
        if self.stacks.current().is_some() {
            return f();
        }
        let mut out = None;
        let mut f = Some(f);
        // The closure's captures hold references too, so the range includes the closure.
        let base = (&raw const f).wrapping_add(1) as usize;
        let base = base.max((&raw const out).wrapping_add(1) as usize);
        let entered = Entered { stacks: &self.stacks, id: self.stacks.enter(base) };
        call(&mut || {
            if let Some(f) = f.take() {
                out = Some(f());
            }
        });
        drop(entered);
        out.expect("`call` runs the closure")
    }

    /// Registers the running stack with an explicit base (its highest address), for a new thread or fiber, and makes
    /// it the current one.
    ///
    /// # Safety
    /// From here on, until `leave_stack`, the memory from the stack pointer to `base` is readable whenever the heap
    /// collects, and every reference that this stack holds lies there.
    pub unsafe fn enter_stack(&self, base: *const u8) -> StackId {
        self.stacks.enter(base as usize)
    }

    /// Forgets a stack. Its frames hold no more references.
    pub fn leave_stack(&self, id: StackId) {
        self.stacks.leave(id);
    }

    /// Forgets all stacks but the running one: those of threads that a fork did not copy.
    pub fn forget_other_stacks(&self) {
        self.stacks.keep_current_only();
    }

    /// Runs `f` with the current stack parked: its references stay alive while another stack (a thread that takes the
    /// VM's lock over, a fiber switched to inside `f`) uses the heap. `f` itself must not touch heap objects.
    pub fn park<R>(&self, f: impl FnOnce() -> R) -> R {
        struct Unpark<'a>(&'a Stacks, Option<StackId>);
        impl Drop for Unpark<'_> {
            fn drop(&mut self) {
                if let Some(id) = self.1 {
                    self.0.unpark(id);
                }
            }
        }
        let mut out = None;
        let mut f = Some(f);
        with_registers_spilled(&mut |low| {
            let _unpark = Unpark(&self.stacks, self.stacks.park(low));
            if let Some(f) = f.take() {
                out = Some(f());
            }
        });
        out.expect("`with_registers_spilled` runs the closure")
    }
}

struct Entered<'a> {
    stacks: &'a Stacks,
    id: StackId,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.stacks.leave(self.id);
    }
}

/// Calls `f` in a frame of its own, below the caller's.
#[inline(never)]
fn call(f: &mut dyn FnMut()) {
    f();
}

/// Calls `f` with an address below which there is nothing of the callers' frames, after it has written to the stack
/// whatever the callers keep in registers.
#[inline(never)]
pub fn with_registers_spilled(f: &mut dyn FnMut(usize)) {
    let mut registers = [0usize; 10];
    let stack_pointer: usize;
    // SAFETY: stores callee-saved registers into the array, which has room for them, and reads the stack pointer.
    // Registers that the prologue has already reused were saved by it in this frame, which the scanned range
    // includes.
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
