//! The stacks of a VM: registers and frames.
//!
//! Registers are one contiguous run of values; a frame's window starts where its arguments lie in its caller's
//! window, so a call copies nothing. Both stacks are address space that is reserved once and backed by memory as it is touched;
//! registers never move, so that machine words may point at them.
//!
//! Invariant: every register below [`Stack::top`] holds a valid value. Whoever moves the top up fills what it takes.

use core::cell::Cell;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering, compiler_fence};

use orochi_gc::Tracer;

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::value::Value;

/// Registers: 32 Mi values of address space.
const REGISTERS: usize = 32 << 20;
/// Frames: enough for a recursion limit of a million.
const FRAMES: usize = 1 << 20;

/// A reserved run of address space.
struct Region {
    start: *mut u8,
    bytes: usize,
}

impl Region {
    fn reserve(bytes: usize) -> Region {
        // A machine with little address space gets a smaller stack rather than none.
        let mut bytes = bytes;
        loop {
            // SAFETY: an anonymous mapping at an address of the system's choice.
            let start = unsafe {
                libc::mmap(
                    core::ptr::null_mut(),
                    bytes,
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            if start != libc::MAP_FAILED {
                return Region { start: start.cast(), bytes };
            }
            bytes /= 2;
            assert!(bytes >= 1 << 16, "no address space for the stack of a virtual machine");
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `reserve`, which nobody uses any more.
        unsafe { libc::munmap(self.start.cast(), self.bytes) };
    }
}

/// The stacks.
pub struct Stack {
    registers: Region,
    frames: Region,
    /// The first free register.
    pub top: Cell<*mut Value>,
    /// The frame that runs, or one before the first.
    pub frame: Cell<*mut Frame>,
    /// Python frames that may be active at once (`sys.setrecursionlimit`).
    recursion_limit: Cell<usize>,
    /// The last frame that there may be, by the limit; null once something was asked for with the poll word, so that the next
    /// call looks there.
    last_frame: AtomicPtr<Frame>,
    /// The lowest address that the native stack may reach.
    pub native_limit: Cell<usize>,
    /// Where compiled code would look whether there is something to do; see [`crate::interp::poll`].
    pub poll: AtomicU32,
}

impl Stack {
    /// Empty stacks.
    #[must_use]
    pub fn new() -> Stack {
        let registers = Region::reserve(REGISTERS * size_of::<Value>());
        let frames = Region::reserve(FRAMES * size_of::<Frame>());
        let top = registers.start.cast();
        let frame = frames.start.cast::<Frame>().wrapping_sub(1);
        let stack = Stack {
            registers,
            frames,
            top: Cell::new(top),
            frame: Cell::new(frame),
            recursion_limit: Cell::new(1000),
            last_frame: AtomicPtr::new(core::ptr::null_mut()),
            native_limit: Cell::new(0),
            poll: AtomicU32::new(0),
        };
        stack.restore_last_frame();
        stack
    }

    /// One before the first frame.
    #[inline(always)]
    #[must_use]
    pub fn no_frame(&self) -> *mut Frame {
        self.frames.start.cast::<Frame>().wrapping_sub(1)
    }

    /// How many frames are active.
    #[inline]
    #[must_use]
    pub fn depth(&self) -> usize {
        (self.frame.get() as usize).wrapping_sub(self.no_frame() as usize) / size_of::<Frame>()
    }

    /// The last frame that there may be, given the recursion limit; null when the poll word says something.
    #[inline(always)]
    #[must_use]
    pub fn last_frame(&self) -> *mut Frame {
        self.last_frame.load(Ordering::Relaxed)
    }

    /// Python frames that may be active at once.
    #[must_use]
    pub fn recursion_limit(&self) -> usize {
        self.recursion_limit.get()
    }

    /// Sets how many Python frames may be active at once.
    pub fn set_recursion_limit(&self, limit: usize) {
        self.recursion_limit.set(limit);
        self.restore_last_frame();
    }

    /// Has calls go by the recursion limit again. Comes before the poll word is read: who sets it then takes the room away anew.
    pub(crate) fn restore_last_frame(&self) {
        let room = self.frames.bytes / size_of::<Frame>();
        let last = self.frames.start.cast::<Frame>().wrapping_add(self.recursion_limit.get().min(room) - 1);
        self.last_frame.store(last, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
    }

    /// Sets bits of the poll word. Async-signal-safe, and safe from other threads.
    pub fn request(&self, what: u32) {
        self.poll.fetch_or(what, Ordering::Relaxed);
        self.last_frame.store(core::ptr::null_mut(), Ordering::Release);
    }

    /// The first address behind the registers.
    #[inline(always)]
    #[must_use]
    pub fn end(&self) -> *mut Value {
        self.registers.start.wrapping_add(self.registers.bytes).cast()
    }

    /// Active frames, the running one first.
    pub fn frames(&self) -> impl Iterator<Item = *mut Frame> + use<> {
        let (first, mut frame) = (self.frames.start.cast::<Frame>(), self.frame.get());
        core::iter::from_fn(move || {
            (frame >= first).then(|| {
                let current = frame;
                frame = frame.wrapping_sub(1);
                current
            })
        })
    }

    /// The frame that called an active one.
    #[must_use]
    pub fn below(&self, frame: *mut Frame) -> Option<*mut Frame> {
        let below = frame.wrapping_sub(1);
        (below >= self.frames.start.cast::<Frame>()).then_some(below)
    }

    /// Reports all registers and frames.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        let mut register = self.registers.start.cast::<Value>();
        while register < self.top.get() {
            // SAFETY: registers below the top hold valid values.
            unsafe { (*register).trace(tracer) };
            register = register.wrapping_add(1);
        }
        for frame in self.frames() {
            // SAFETY: active frames are initialised.
            unsafe { (*frame).trace(tracer) };
        }
    }
}

impl Default for Stack {
    fn default() -> Self {
        Self::new()
    }
}

/// Registers that native code borrowed for a run of values. The collector sees them. Given back in reverse order, on drop.
pub struct Scratch<'a> {
    stack: &'a Stack,
    start: *mut Value,
    len: usize,
    capacity: usize,
}

impl crate::vm::Vm {
    /// Room for up to `capacity` values that the collector sees. Callers with data of any size use a list.
    ///
    /// # Errors
    /// MemoryError when the registers are used up: by calls with millions of arguments.
    pub fn scratch(&self, capacity: usize) -> PyResult<Scratch<'_>> {
        let stack = &self.stack;
        let start = stack.top.get();
        let room = (stack.end() as usize - start as usize) / size_of::<Value>();
        if capacity >= room {
            return Err(self.memory_error());
        }
        for index in 0..capacity {
            // SAFETY: there is room for `capacity` registers above the top.
            unsafe { start.add(index).write(Value::UNBOUND) };
        }
        stack.top.set(start.wrapping_add(capacity));
        Ok(Scratch { stack, start, len: 0, capacity })
    }
}

impl Scratch<'_> {
    /// Adds a value.
    pub fn push(&mut self, value: Value) {
        assert!(self.len < self.capacity, "no more values than were asked for");
        // SAFETY: within the registers taken.
        unsafe { self.start.add(self.len).write(value) };
        self.len += 1;
    }

    /// Adds values.
    pub fn extend<'b>(&mut self, values: impl IntoIterator<Item = &'b Value>) {
        values.into_iter().for_each(|value| self.push(*value));
    }

    /// Sets the number of values.
    pub fn resize(&mut self, len: usize, value: Value) {
        while self.len < len {
            self.push(value);
        }
        self.len = len;
    }
}

impl Deref for Scratch<'_> {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        // SAFETY: `len` registers were written.
        unsafe { core::slice::from_raw_parts(self.start, self.len) }
    }
}

impl DerefMut for Scratch<'_> {
    fn deref_mut(&mut self) -> &mut [Value] {
        // SAFETY: `len` registers were written, and nobody else uses them.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        debug_assert!(self.stack.top.get() == self.start.wrapping_add(self.capacity));
        self.stack.top.set(self.start);
    }
}
