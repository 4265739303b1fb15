//! The layout of heap memory.
//!
//! Memory comes in **chunks** of 4 MiB, aligned to their size, so that masking an address finds its chunk. A chunk is
//! 64 **units** of 64 KiB. The first four units hold the chunk's **mark bytes**, one for each granule of 16 bytes;
//! the mark bytes of those four units themselves are never needed, and the chunk's header and the descriptors of its
//! units lie there. The other 60 units are blocks of equal cells (small objects) or runs of units (a large object
//! each). An object beyond [`MAX_SHARED`] gets a **huge chunk** of its own: the same layout, but as long as the
//! object needs.
//!
//! An object's mark byte is the one of its first granule. A table apart from the cells, rather than a header in each
//! block, keeps the marks of different blocks in different cache sets and lets cells begin at the block's first byte.
//!
//! Whether a cell is allocated follows from three things (see [`Block::is_allocated`]): its mark byte, the block's
//! cursor and the cell's first word. A block is never swept: cells at or past the cursor with a zero mark are free,
//! whatever they hold.

use std::cell::Cell;
use std::ptr::NonNull;

use crate::class::{CELL_SIZES, GRANULE};
use crate::object::Header;
use crate::os;

pub const CHUNK: usize = 4 << 20;
pub const UNIT: usize = 64 << 10;
pub const UNITS: usize = CHUNK / UNIT;
/// What the system backs memory by.
const PAGE: usize = 4096;
/// Mark bytes of a unit.
pub const GRANULES: usize = UNIT / GRANULE;
/// Units taken by mark bytes, header and descriptors.
pub const FIRST_UNIT: usize = CHUNK / GRANULE / UNIT;
/// The largest object that shares a chunk with others.
pub const MAX_SHARED: usize = 16 * UNIT;

/// Mark byte: free, or allocated since the last collection.
pub const WHITE: u8 = 0;
/// Mark byte: survived a collection.
pub const OLD: u8 = 1;
/// Mark byte: survived a collection and is in the remembered set.
pub const REMEMBERED: u8 = 2;
/// These bits are set in the mark byte of an object that is known to be reachable.
pub const MARKED: u8 = OLD | REMEMBERED;
/// Mark byte in stress mode: freed, poisoned, not to be used again for a while.
pub const QUARANTINED: u8 = 0x40;
/// Mark byte during a full collection: was old when it began, and nothing has reached it yet.
pub const CONDEMNED: u8 = 0x80;

/// The start of every chunk.
#[repr(C)]
pub struct Chunk {
    /// A set bit is a free unit.
    pub free: Cell<u64>,
    /// A set bit is a unit whose memory may hold other than zeros.
    pub dirty: Cell<u64>,
    /// Length of the mapping in bytes. More than `CHUNK` or not, a huge chunk has no free units.
    pub bytes: Cell<usize>,
    /// The position in the space's list of chunks.
    pub index: Cell<usize>,
    pub huge: Cell<bool>,
}

/// What a unit is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Use {
    Free = 0,
    /// A block of cells.
    Small = 1,
    /// The first unit of a large object.
    Large = 2,
    /// A further unit of a large object.
    Tail = 3,
}

/// The descriptor of a unit. The array of them lies in the chunk's header area; the slots of the first four units are
/// not used.
#[repr(C, align(64))]
pub struct Block {
    pub used: Cell<Use>,
    /// Size class and whether its kinds have a `drop`: the index of its allocator.
    pub list: Cell<u8>,
    pub has_drop: Cell<bool>,
    /// Is among the blocks that were allocated into since the last collection.
    pub nursery: Cell<bool>,
    /// All memory past the cursor is zero.
    pub clean: Cell<bool>,
    /// The cell size of a small block.
    pub cell: Cell<u32>,
    /// 2^32 / cell, rounded up: turns an offset into a cell's number without a division.
    pub inverse: Cell<u32>,
    /// Where the last cell ends, as an offset.
    pub end: Cell<u32>,
    /// White cells at or past this offset are free. Zero for a block that was not allocated into since the last
    /// collection.
    pub cursor: Cell<u32>,
    /// Marked cells at the end of the last collection.
    pub live: Cell<u32>,
    /// In a clean block: memory before this offset is backed by the system.
    pub backed: Cell<u32>,
    /// For a tail: how many units back the object starts.
    pub back: Cell<u32>,
    /// For a large object: where it starts in its first unit. Not always at the beginning: or else the beginnings of
    /// all large objects would compete for the same cache sets.
    pub offset: Cell<u32>,
    /// For a large object: the bytes from its start that belong to it.
    pub size: Cell<usize>,
}

const _: () = assert!(size_of::<Block>() == 64);
const _: () = assert!(size_of::<Chunk>() <= FIRST_UNIT * size_of::<Block>());
const _: () = assert!(UNITS * size_of::<Block>() <= FIRST_UNIT * UNIT / GRANULE);

#[inline(always)]
pub fn chunk_of(address: usize) -> *const Chunk {
    (address & !(CHUNK - 1)) as *const Chunk
}

/// The mark byte of the object that starts at `address`.
#[inline(always)]
pub fn mark_of(address: usize) -> *mut u8 {
    ((address & !(CHUNK - 1)) + ((address & (CHUNK - 1)) / GRANULE)) as *mut u8
}

/// The descriptor of the unit at `address`, which lies in the first 4 MiB of a chunk.
#[inline(always)]
pub fn block_of(address: usize) -> *const Block {
    let unit = (address & (CHUNK - 1)) / UNIT;
    ((address & !(CHUNK - 1)) + unit * size_of::<Block>()) as *const Block
}

/// A block with its place in memory. All methods rely on the same thing, which `at` demands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BlockRef(NonNull<Block>);

impl BlockRef {
    /// # Safety
    /// `block` is the descriptor of a unit in a mapped chunk, and the chunk stays mapped while the result is in use.
    #[inline(always)]
    pub unsafe fn at(block: *const Block) -> BlockRef {
        // SAFETY: the descriptor of a unit is never at address zero.
        BlockRef(unsafe { NonNull::new_unchecked(block.cast_mut()) })
    }

    /// The address of the unit's first byte.
    #[inline(always)]
    pub fn base(self) -> usize {
        let block = self.0.as_ptr() as usize;
        (block & !(CHUNK - 1)) + (block & (CHUNK - 1)) / size_of::<Block>() * UNIT
    }

    /// The address of a large object, given its first unit.
    #[inline(always)]
    pub fn large_start(self) -> usize {
        self.base() + self.offset.get() as usize
    }

    /// The mark bytes of the cells in this block.
    #[inline(always)]
    pub fn marks(self) -> *mut u8 {
        mark_of(self.base())
    }

    /// Starts the use of this unit as a block of cells.
    pub fn set_up_small(self, list: usize, class: usize, has_drop: bool, clean: bool) {
        let cell = CELL_SIZES[class];
        self.used.set(Use::Small);
        self.list.set(list as u8);
        self.has_drop.set(has_drop);
        self.nursery.set(false);
        self.clean.set(clean);
        self.cell.set(cell);
        self.inverse.set(u32::MAX / cell + 1);
        self.end.set(UNIT as u32 / cell * cell);
        self.cursor.set(0);
        self.live.set(0);
        self.backed.set(0);
    }

    /// The number of cells.
    #[inline]
    pub fn cells(self) -> u32 {
        self.end.get() / self.cell.get()
    }

    /// The offset of the cell that `offset` lies in. For a small block.
    #[inline(always)]
    pub fn cell_start(self, offset: usize) -> usize {
        let number = (offset as u64 * u64::from(self.inverse.get())) >> 32;
        number as usize * self.cell.get() as usize
    }

    /// Whether the cell at `offset` (a cell's start) of a small block holds an object.
    #[inline(always)]
    pub fn is_allocated(self, offset: usize) -> bool {
        if offset >= self.end.get() as usize {
            return false;
        }
        // SAFETY: the mark byte of a granule of a mapped unit, and the first word of a cell in it.
        unsafe {
            match *self.marks().add(offset / GRANULE) {
                WHITE => offset < self.cursor.get() as usize && *((self.base() + offset) as *const usize) != 0,
                mark => mark != QUARANTINED,
            }
        }
    }

    /// Finds the next run of free cells past the cursor, at most `limit` bytes (but at least a cell), moves the
    /// cursor behind it and zeroes it. Returns its start and end address.
    pub fn next_run(self, limit: usize) -> Option<(usize, usize)> {
        let cell = self.cell.get() as usize;
        let end = self.end.get() as usize;
        let marks = self.marks();
        let mut start = self.cursor.get() as usize;
        // In a clean block all marks are zero. Not to look at them keeps their page untouched.
        // SAFETY: `start < end`, so the mark byte is that of a cell of this block.
        while start < end && !self.clean.get() && unsafe { *marks.add(start / GRANULE) } != WHITE {
            start += cell;
        }
        if start == end {
            self.cursor.set(end as u32);
            return None;
        }
        let most = start + (limit / cell).max(1) * cell;
        let most = most.min(end);
        if self.clean.get() {
            if most > self.backed.get() as usize {
                self.back(most);
            }
            self.cursor.set(most as u32);
            return Some((self.base() + start, self.base() + most));
        }
        // Only the first granule of a cell ever has a mark, so the next one in any granule is the next object.
        let first = start / GRANULE + 1;
        // SAFETY: the mark bytes of this block's granules; nobody writes them meanwhile.
        let rest = unsafe { std::slice::from_raw_parts(marks.add(first), most.div_ceil(GRANULE) - first) };
        let stop = match first_nonzero(rest) {
            Some(at) => (first + at) * GRANULE,
            None => most,
        };
        self.cursor.set(stop as u32);
        let run = self.base() + start;
        // SAFETY: the run lies in this block and its cells are free: white and, until now, past the cursor.
        unsafe { std::ptr::write_bytes(run as *mut u8, 0, stop - start) };
        Some((run, self.base() + stop))
    }

    /// Has the system back more of a clean block, at least up to an offset. The first page is backed when it is touched, since many a
    /// block never needs more; then several at once, in steps that grow, which costs less than a page fault for each.
    #[cold]
    fn back(self, need: usize) {
        let from = self.backed.get() as usize;
        let to =
            [PAGE, 4 * PAGE, 8 * PAGE, UNIT].into_iter().find(|step| *step > from && *step >= need).unwrap_or(UNIT);
        if to > PAGE {
            // SAFETY: whole pages of this block, which is mapped.
            unsafe { os::populate(self.base() + from, to - from) };
        }
        self.backed.set(to as u32);
    }

    /// Has the system back all of a clean block.
    pub fn back_all(self) {
        self.back(UNIT);
    }

    /// Calls `f` with every allocated object of a small block.
    pub fn for_each_object(self, f: &mut dyn FnMut(NonNull<Header>)) {
        let mut offset = 0;
        while offset < self.end.get() as usize {
            if self.is_allocated(offset) {
                // SAFETY: not null: an address in a mapped block.
                f(unsafe { NonNull::new_unchecked((self.base() + offset) as *mut Header) });
            }
            offset += self.cell.get() as usize;
        }
    }
}

impl std::ops::Deref for BlockRef {
    type Target = Block;
    #[inline(always)]
    fn deref(&self) -> &Block {
        // SAFETY: by the contract of `at` the descriptor is mapped; it is only ever accessed through its cells.
        unsafe { self.0.as_ref() }
    }
}

/// The position of the first byte that is not zero.
#[inline]
fn first_nonzero(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        if word != 0 {
            return Some(at * 8 + word.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| *byte != 0).map(|found| words.len() * 8 + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_nonzero_finds_every_position() {
        for length in 0..130 {
            let mut bytes = vec![0u8; length];
            assert_eq!(first_nonzero(&bytes), None);
            for at in (0..length).rev() {
                bytes[at] = 1;
                assert_eq!(first_nonzero(&bytes), Some(at));
            }
        }
    }

    #[test]
    fn reciprocals_are_exact() {
        for cell in CELL_SIZES {
            let inverse = u64::from(u32::MAX / cell + 1);
            for offset in 0..UNIT as u64 {
                assert_eq!((offset * inverse) >> 32, offset / u64::from(cell), "{offset} / {cell}");
            }
        }
    }
}
