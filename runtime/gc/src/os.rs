//! Memory from the operating system: aligned mappings of zeroed pages, and giving pages back.

#[cfg(target_os = "linux")]
use std::io;
use std::ptr::{self, NonNull};
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

/// From this size on the system is asked whether it has so much memory at all.
const LARGE: usize = 64 << 20;

/// Maps `bytes` (a multiple of the page size) of zeroed memory at an address that is a multiple of `align`. Pages
/// cost nothing until they are touched. `None` when the system refuses, as it does when more is asked for at once than there is.
pub fn map_aligned(bytes: usize, align: usize) -> Option<NonNull<u8>> {
    let span = bytes.checked_add(align)?;
    let unreserved = if bytes < LARGE { libc::MAP_NORESERVE } else { 0 };
    // SAFETY: an anonymous mapping at an address of the system's choice touches no existing memory.
    let raw = unsafe {
        libc::mmap(
            ptr::null_mut(),
            span,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | unreserved,
            -1,
            0,
        )
    };
    if raw == libc::MAP_FAILED {
        return None;
    }
    let start = raw as usize;
    let aligned = start.next_multiple_of(align);
    let before = aligned - start;
    let after = span - before - bytes;
    // SAFETY: both ranges are inside the mapping just made and nobody else knows of it.
    unsafe {
        if before > 0 {
            libc::munmap(raw, before);
        }
        if after > 0 {
            libc::munmap((aligned + bytes) as *mut libc::c_void, after);
        }
    }
    NonNull::new(aligned as *mut u8)
}

/// # Safety
/// The range was mapped by [`map_aligned`], whole, and nobody uses it any more.
pub unsafe fn unmap(start: NonNull<u8>, bytes: usize) {
    // SAFETY: the caller gives the range up.
    unsafe { libc::munmap(start.as_ptr().cast(), bytes) };
}

/// Gives the pages back; the range stays mapped and reads as zero afterwards. False when the system refused.
///
/// # Safety
/// The page-aligned range lies in a mapping of [`map_aligned`] and its contents are not needed.
pub unsafe fn discard(start: *mut u8, bytes: usize) -> bool {
    // SAFETY: the caller gives the contents up. MADV_DONTNEED on private anonymous memory reads as zero afterwards on
    // Linux only.
    unsafe { cfg!(target_os = "linux") && libc::madvise(start.cast(), bytes, libc::MADV_DONTNEED) == 0 }
}

/// Asks the system not to back the range with huge pages, which would count as used memory long before they are.
///
/// # Safety
/// The range lies in a mapping of [`map_aligned`].
pub unsafe fn small_pages(start: NonNull<u8>, bytes: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: advice about our own mapping; it changes no contents.
    unsafe {
        libc::madvise(start.as_ptr().cast(), bytes, libc::MADV_NOHUGEPAGE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

/// Whether the system knows how to back memory ahead.
#[cfg(target_os = "linux")]
static POPULATES: AtomicBool = AtomicBool::new(true);

/// Has the system back the range with memory now, in one call, instead of at the first touch of each page. It may refuse: then
/// that happens as always.
///
/// # Safety
/// The page-aligned range lies in a mapping of [`map_aligned`].
pub unsafe fn populate(start: usize, bytes: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: the caller says so.
    unsafe {
        populate_for(libc::MADV_POPULATE_WRITE, start, bytes);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

/// The same for a range that will be read before it is written, and perhaps never is: its pages are all the one of zeros.
///
/// # Safety
/// As for [`populate`].
pub unsafe fn populate_for_reading(start: usize, bytes: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: the caller says so.
    unsafe {
        populate_for(libc::MADV_POPULATE_READ, start, bytes);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

/// # Safety
/// As for [`populate`].
#[cfg(target_os = "linux")]
unsafe fn populate_for(advice: libc::c_int, start: usize, bytes: usize) {
    if !POPULATES.load(Ordering::Relaxed) {
        return;
    }
    // SAFETY: advice about our own mapping; it changes no contents.
    let result = unsafe { libc::madvise(start as *mut libc::c_void, bytes, advice) };
    if result != 0 && io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
        POPULATES.store(false, Ordering::Relaxed);
    }
}
