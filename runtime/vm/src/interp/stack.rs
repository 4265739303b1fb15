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

/// Registers of the main thread: 32 Mi values of address space.
const REGISTERS: usize = 32 << 20;
/// Frames of the main thread: enough for a recursion limit of a million.
const FRAMES: usize = 1 << 20;
/// Registers and frames of other threads, of which there may be thousands.
const THREAD_REGISTERS: usize = 4 << 20;
const THREAD_FRAMES: usize = 1 << 17;

/// A reserved run of address space.
struct Region {
    start: *mut u8,
    bytes: usize,
}

/// The memory of a thread's registers and frames.
pub(crate) struct Regions {
    registers: Region,
    frames: Region,
}

impl Regions {
    /// Those of the main thread.
    pub(crate) fn of_main_thread() -> Regions {
        Regions {
            registers: Region::reserve(REGISTERS * size_of::<Value>()),
            frames: Region::reserve(FRAMES * size_of::<Frame>()),
        }
    }

    /// Those of another thread.
    pub(crate) fn of_thread() -> Regions {
        Regions {
            registers: Region::reserve(THREAD_REGISTERS * size_of::<Value>()),
            frames: Region::reserve(THREAD_FRAMES * size_of::<Frame>()),
        }
    }
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

/// The stacks of the running thread. Those of another one are in its [`Parked`].
pub struct Stack {
    /// The first register, and the first address behind the registers.
    registers: Cell<*mut Value>,
    end: Cell<*mut Value>,
    /// The first frame, and how many there is room for.
    frames: Cell<*mut Frame>,
    room: Cell<usize>,
    /// The first free register.
    pub top: Cell<*mut Value>,
    /// The frame that runs, or one before the first.
    pub frame: Cell<*mut Frame>,
    /// Python frames that may be active at once (`sys.setrecursionlimit`).
    recursion_limit: Cell<usize>,
    /// The last frame that there may be, by the limit; null once something was asked for with the poll word, so that the next
    /// call looks there.
    last_frame: AtomicPtr<Frame>,
    /// Whether somebody observes the program: then calls look at it, as if something was asked for.
    observed: Cell<bool>,
    /// The lowest address that the native stack may reach.
    pub native_limit: Cell<usize>,
    /// Where compiled code would look whether there is something to do; see [`crate::interp::poll`].
    pub poll: AtomicU32,
}

/// What a thread has of the stacks, put by while another one runs.
pub(crate) struct Parked {
    registers: Cell<*mut Value>,
    end: Cell<*mut Value>,
    frames: Cell<*mut Frame>,
    room: Cell<usize>,
    top: Cell<*mut Value>,
    frame: Cell<*mut Frame>,
    native_limit: Cell<usize>,
}

impl Parked {
    /// Of no thread.
    pub(crate) fn nobody() -> Parked {
        let (registers, frames) = (core::ptr::null_mut(), core::ptr::null_mut::<Frame>());
        Parked {
            registers: Cell::new(registers),
            end: Cell::new(registers),
            frames: Cell::new(frames),
            room: Cell::new(0),
            top: Cell::new(registers),
            frame: Cell::new(frames.wrapping_sub(1)),
            native_limit: Cell::new(0),
        }
    }

    /// Of a thread that has not begun to run.
    pub(crate) fn fresh(memory: &Regions) -> Parked {
        let (registers, frames) = (memory.registers.start.cast::<Value>(), memory.frames.start.cast::<Frame>());
        Parked {
            registers: Cell::new(registers),
            end: Cell::new(registers.wrapping_byte_add(memory.registers.bytes)),
            frames: Cell::new(frames),
            room: Cell::new(memory.frames.bytes / size_of::<Frame>()),
            top: Cell::new(registers),
            frame: Cell::new(frames.wrapping_sub(1)),
            native_limit: Cell::new(0),
        }
    }

    /// Active frames, the innermost first.
    pub(crate) fn frames(&self) -> impl Iterator<Item = *mut Frame> + use<> {
        downwards(self.frame.get(), self.frames.get())
    }

    /// The first frame of the thread, if this is one of its frames.
    pub(crate) fn first_frame_beside(&self, frame: *mut Frame) -> Option<*mut Frame> {
        first_beside(self.frames.get(), self.room.get(), frame)
    }

    /// Reports all registers and frames.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        trace(self.registers.get(), self.top.get(), self.frames(), tracer);
    }
}

/// Frames from one down to the first.
fn downwards(mut frame: *mut Frame, first: *mut Frame) -> impl Iterator<Item = *mut Frame> + use<> {
    core::iter::from_fn(move || {
        (frame >= first && !first.is_null()).then(|| {
            let current = frame;
            frame = frame.wrapping_sub(1);
            current
        })
    })
}

fn first_beside(first: *mut Frame, room: usize, frame: *mut Frame) -> Option<*mut Frame> {
    (first..first.wrapping_add(room)).contains(&frame).then_some(first)
}

fn trace(mut register: *mut Value, top: *mut Value, frames: impl Iterator<Item = *mut Frame>, tracer: &mut Tracer<'_>) {
    while register < top {
        // SAFETY: registers below the top hold valid values.
        unsafe { (*register).trace(tracer) };
        register = register.wrapping_add(1);
    }
    for frame in frames {
        // SAFETY: active frames are initialised.
        unsafe { (*frame).trace(tracer) };
    }
}

impl Stack {
    /// The stacks of a thread that runs in this memory.
    #[must_use]
    pub(crate) fn new(memory: &Regions) -> Stack {
        let parked = Parked::fresh(memory);
        let stack = Stack {
            registers: parked.registers,
            end: parked.end,
            frames: parked.frames,
            room: parked.room,
            top: parked.top,
            frame: parked.frame,
            recursion_limit: Cell::new(1000),
            last_frame: AtomicPtr::new(core::ptr::null_mut()),
            observed: Cell::new(false),
            native_limit: parked.native_limit,
            poll: AtomicU32::new(0),
        };
        stack.restore_last_frame();
        stack
    }

    /// Puts what the running thread has by, and takes out what another one had: both are in `parked`, one after the other.
    pub(crate) fn swap(&self, parked: &Parked) {
        self.registers.swap(&parked.registers);
        self.end.swap(&parked.end);
        self.frames.swap(&parked.frames);
        self.room.swap(&parked.room);
        self.top.swap(&parked.top);
        self.frame.swap(&parked.frame);
        self.native_limit.swap(&parked.native_limit);
    }

    /// One before the first frame.
    #[inline(always)]
    #[must_use]
    pub fn no_frame(&self) -> *mut Frame {
        self.frames.get().wrapping_sub(1)
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
        let last = if self.observed.get() { core::ptr::null_mut() } else { self.limit() };
        self.last_frame.store(last, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
    }

    /// The last frame that there may be, given the recursion limit, whatever the poll word says.
    pub(crate) fn limit(&self) -> *mut Frame {
        self.frames.get().wrapping_add(self.recursion_limit.get().min(self.room.get())).wrapping_sub(1)
    }

    /// Has the next call look at the poll word if that says something, after another thread's stacks were taken out.
    pub(crate) fn renew_last_frame(&self) {
        self.restore_last_frame();
        if self.poll.load(Ordering::Relaxed) != 0 {
            self.last_frame.store(core::ptr::null_mut(), Ordering::Relaxed);
        }
    }

    /// Says whether somebody observes the program.
    pub(crate) fn set_observed(&self, observed: bool) {
        self.observed.set(observed);
        self.renew_last_frame();
    }

    /// Whether somebody observes the program.
    #[must_use]
    pub(crate) fn is_observed(&self) -> bool {
        self.observed.get()
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
        self.end.get()
    }

    /// Active frames, the running one first.
    pub fn frames(&self) -> impl Iterator<Item = *mut Frame> + use<> {
        downwards(self.frame.get(), self.frames.get())
    }

    /// The first frame of the thread, if this is one of its frames.
    pub(crate) fn first_frame_beside(&self, frame: *mut Frame) -> Option<*mut Frame> {
        first_beside(self.frames.get(), self.room.get(), frame)
    }

    /// Reports all registers and frames.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        trace(self.registers.get(), self.top.get(), self.frames(), tracer);
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
