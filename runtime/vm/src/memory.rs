//! Memory outside the heap, when the system has no more: a program gets a MemoryError, not an end.
//!
//! Rust ends the process when an allocation fails. Where much is asked for, native code asks first
//! ([`Vm::check_room_for`], `try_reserve`). For the little that is allocated everywhere there is a reserve: once the system
//! refuses, it is used, and the VM is asked to raise MemoryError at its next safepoint, which gives memory back.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::alloc::System;

use crate::error::PyResult;
use crate::vm::Vm;

/// Bytes that are kept for when the system has no more.
const RESERVE: usize = 4 << 20;
/// What is larger than this is refused all the same.
const MOST: usize = 1 << 19;
/// Below this there is no need to ask.
const LITTLE: usize = 1 << 20;

impl Vm {
    /// MemoryError when there is no room for `bytes` of working memory: asked before native code allocates much with what cannot
    /// fail politely.
    #[inline]
    pub fn check_room_for(&self, bytes: usize) -> PyResult<()> {
        if bytes < LITTLE { Ok(()) } else { self.check_much_room(bytes) }
    }

    #[cold]
    fn check_much_room(&self, bytes: usize) -> PyResult<()> {
        let fits = self.heap.reserve_external(bytes).is_ok() && Vec::<u8>::new().try_reserve_exact(bytes).is_ok();
        if fits { Ok(()) } else { Err(self.memory_error()) }
    }
}

/// Has the system's allocator serve all threads of the process from one arena. For programs that run one interpreter: its threads take
/// turns, so they would gain nothing from arenas of their own, which grow by a page at a time with a system call each.
pub fn use_one_arena() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a parameter of the allocator.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// The system's allocator with a reserve. A program that wants MemoryError in place of an abort declares it as its
/// `#[global_allocator]`; the VM that catches interrupts is the one that raises.
pub struct ReservingAllocator {
    reserve: UnsafeCell<Reserve>,
    /// How much of the reserve has been handed out.
    used: AtomicUsize,
    /// How many allocations are in it. When there are none, all of it is free again.
    live: AtomicUsize,
}

#[repr(align(16))]
struct Reserve(#[expect(dead_code, reason = "memory to be handed out")] [u8; RESERVE]);

// SAFETY: the reserve's bytes are only handed out, each to one allocation.
unsafe impl Sync for ReservingAllocator {}

impl ReservingAllocator {
    #[must_use]
    #[expect(clippy::new_without_default, reason = "for a static")]
    pub const fn new() -> Self {
        let reserve = UnsafeCell::new(Reserve([0; RESERVE]));
        ReservingAllocator { reserve, used: AtomicUsize::new(0), live: AtomicUsize::new(0) }
    }

    fn start(&self) -> *mut u8 {
        self.reserve.get().cast()
    }

    fn is_mine(&self, address: *mut u8) -> bool {
        (address as usize).wrapping_sub(self.start() as usize) < RESERVE
    }

    /// Memory from the reserve; null when it does not suffice.
    #[cold]
    #[inline(never)]
    fn from_reserve(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST || layout.align() > 16 {
            return core::ptr::null_mut();
        }
        crate::signals::request_memory_error();
        let size = layout.size().next_multiple_of(16);
        // Counted first, so that whoever frees the last one meanwhile does not set the reserve free.
        self.live.fetch_add(1, Ordering::SeqCst);
        let taken = self
            .used
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |used| (used + size <= RESERVE).then_some(used + size));
        match taken {
            Ok(at) => self.start().wrapping_add(at),
            Err(_) => {
                self.live.fetch_sub(1, Ordering::SeqCst);
                core::ptr::null_mut()
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn give_back(&self) {
        let used = self.used.load(Ordering::SeqCst);
        if self.live.fetch_sub(1, Ordering::SeqCst) == 1 {
            // Unless something was handed out since.
            let _ = self.used.compare_exchange(used, 0, Ordering::SeqCst, Ordering::SeqCst);
        }
    }
}

// SAFETY: memory comes from the system's allocator and goes back to it, or it is a part of the reserve that nobody else has:
// parts are handed out by raising `used`, which falls to 0 only when no part is in use. `used` is read before `live` falls and
// is unchanged when it is set to 0, and `live` rises before `used` does, so no part was handed out in between.
unsafe impl GlobalAlloc for ReservingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of the system's allocator.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() { self.from_reserve(layout) } else { memory }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let memory = unsafe { System.alloc_zeroed(layout) };
        if !memory.is_null() {
            return memory;
        }
        let memory = self.from_reserve(layout);
        if !memory.is_null() {
            // SAFETY: a part of the reserve of this size. It may have been used before.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if self.is_mine(memory) {
            return self.give_back();
        }
        // SAFETY: not from the reserve, hence from the system's allocator.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !self.is_mine(memory) {
            // SAFETY: from the system's allocator; the rest is the caller's promise.
            let moved = unsafe { System.realloc(memory, layout, size) };
            if !moved.is_null() {
                return moved;
            }
        }
        // SAFETY: the caller promises that `size` is not 0 and does not overflow when rounded up to the alignment.
        let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !moved.is_null() {
            // SAFETY: two allocations of at least that many bytes.
            unsafe {
                core::ptr::copy_nonoverlapping(memory, moved, layout.size().min(size));
                self.dealloc(memory, layout);
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_is_handed_out_once_and_is_free_again_in_the_end() {
        let allocator = Box::new(ReservingAllocator::new());
        let layout = Layout::from_size_align(1000, 8).expect("a layout");
        for _ in 0..3 {
            let mut parts = Vec::new();
            loop {
                let part = allocator.from_reserve(layout);
                if part.is_null() {
                    break;
                }
                assert!(allocator.is_mine(part) && !parts.contains(&part));
                parts.push(part);
            }
            assert_eq!(parts.len(), RESERVE / 1008);
            parts.iter().for_each(|_| allocator.give_back());
        }
        let large = Layout::from_size_align(MOST + 1, 8).expect("a layout");
        assert!(allocator.from_reserve(large).is_null());
    }
}
