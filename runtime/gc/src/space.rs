//! The memory of one heap: its chunks, which units of them are free, which blocks have free cells, where an address
//! lies. Nothing here knows about reachability.

use std::ptr::NonNull;

use crate::chunk::{BlockRef, CHUNK, Chunk, FIRST_UNIT, MAX_SHARED, UNIT, Use, block_of, chunk_of, mark_of};
use crate::class::CLASSES;
use crate::object::Header;
use crate::os;
use crate::table::ChunkTable;

/// One list of blocks for each size class, for kinds without and with a `drop`.
pub const LISTS: usize = CLASSES * 2;

/// Large objects start at one of so many cache lines of their first unit.
const COLOURS: usize = 61;
const CACHE_LINE: usize = 64;

const ALL_FREE: u64 = !0 << FIRST_UNIT;

pub struct Space {
    chunks: Vec<NonNull<Chunk>>,
    table: ChunkTable,
    /// No chunk before this one has a free unit.
    hint: usize,
    /// Blocks with free cells, by list.
    pub available: Vec<Vec<BlockRef>>,
    /// The block that each list allocates from.
    pub current: [Option<BlockRef>; LISTS],
    /// Blocks that were allocated into since the last collection.
    pub nursery: Vec<BlockRef>,
    pub young_large: Vec<BlockRef>,
    pub old_large: Vec<BlockRef>,
    /// Bytes of units and huge chunks in use.
    pub committed: usize,
    /// Counts large objects, to vary where they start.
    colour: usize,
    /// A chunk kept aside so that small allocations succeed for a while after the system has refused memory.
    reserve: Option<NonNull<Chunk>>,
}

/// Memory for a large object: its block and whether its first bytes must be zeroed before use.
pub struct LargeMemory {
    pub block: BlockRef,
    pub dirty: bool,
}

impl Space {
    /// A space without memory.
    pub fn new() -> Space {
        Space {
            chunks: Vec::new(),
            table: ChunkTable::new(),
            hint: 0,
            available: (0..LISTS).map(|_| Vec::new()).collect(),
            current: [None; LISTS],
            nursery: Vec::new(),
            young_large: Vec::new(),
            old_large: Vec::new(),
            committed: 0,
            colour: 0,
            reserve: None,
        }
    }

    /// Whether a block for small objects can be had without asking the system.
    pub fn has_free_unit(&mut self) -> bool {
        while let Some(chunk) = self.chunks.get(self.hint) {
            // SAFETY: chunks in the list are mapped.
            if unsafe { chunk.as_ref() }.free.get() != 0 {
                return true;
            }
            self.hint += 1;
        }
        false
    }

    /// A fresh block of cells for `list`, not in any list yet. `None` when the system refuses memory.
    pub fn new_block(&mut self, list: usize) -> Option<BlockRef> {
        let (block, dirty) = self.take_units(1, true)?;
        block.set_up_small(list, list % CLASSES, list >= CLASSES, !dirty);
        Some(block)
    }

    /// Memory for an object of `bytes`, which is more than fits a cell.
    pub fn new_large(&mut self, bytes: usize) -> Option<LargeMemory> {
        let memory = if bytes <= MAX_SHARED { self.shared_large(bytes)? } else { self.huge(bytes)? };
        memory.block.used.set(Use::Large);
        Some(memory)
    }

    fn shared_large(&mut self, bytes: usize) -> Option<LargeMemory> {
        self.colour = (self.colour + 1) % COLOURS;
        let offset = self.colour * CACHE_LINE;
        let units = (offset + bytes).div_ceil(UNIT);
        let (block, dirty) = self.take_units(units, false)?;
        block.offset.set(offset as u32);
        block.size.set(units * UNIT - offset);
        for back in 1..units {
            let tail = block_at(block.base() + back * UNIT);
            tail.used.set(Use::Tail);
            tail.back.set(back as u32);
        }
        Some(LargeMemory { block, dirty })
    }

    fn huge(&mut self, bytes: usize) -> Option<LargeMemory> {
        let size = bytes.checked_next_multiple_of(UNIT)?;
        let chunk = self.map_chunk(size.checked_add(FIRST_UNIT * UNIT)?)?;
        // SAFETY: just mapped.
        let header = unsafe { chunk.as_ref() };
        header.huge.set(true);
        header.free.set(0);
        self.committed += size;
        let block = block_at(chunk.as_ptr() as usize + FIRST_UNIT * UNIT);
        block.offset.set(0);
        block.size.set(size);
        Some(LargeMemory { block, dirty: false })
    }

    /// Whether the next run for `list` will take a unit that is not yet in use by this list.
    pub fn needs_unit(&self, list: usize) -> bool {
        self.current[list].is_none_or(|block| block.cursor.get() >= block.end.get()) && self.available[list].is_empty()
    }

    /// Finds free cells for `list`: at most `limit` bytes, at least a cell, zeroed. `None` when the system refuses
    /// memory.
    pub fn take_run(&mut self, list: usize, limit: usize) -> Option<(usize, usize)> {
        loop {
            if let Some(run) = self.current[list].and_then(|block| block.next_run(limit)) {
                return Some(run);
            }
            let block = match self.available[list].pop() {
                Some(block) => block,
                None => {
                    let block = self.new_block(list)?;
                    // A list that has filled a block fills another.
                    if block.clean.get() && self.current[list].is_some() {
                        block.back_all();
                    }
                    block
                }
            };
            block.nursery.set(true);
            self.nursery.push(block);
            self.current[list] = Some(block);
        }
    }

    /// The bytes of the cell that `object` has.
    pub fn size_of(&self, object: NonNull<Header>) -> usize {
        let block = block_at(object.as_ptr() as usize);
        if block.used.get() == Use::Small { block.cell.get() as usize } else { block.size.get() }
    }

    /// Gives back the memory of a block or large object whose mark bytes are all zero.
    pub fn release(&mut self, block: BlockRef) {
        let address = block.base();
        let chunk = chunk_of(address);
        // SAFETY: a block's chunk is mapped.
        let header = unsafe { &*chunk };
        if header.huge.get() {
            self.committed -= block.size.get();
            self.unmap_chunk(header.index.get());
            return;
        }
        let units = if block.used.get() == Use::Large { block.size.get().div_ceil(UNIT) } else { 1 };
        for unit in 0..units {
            block_at(address + unit * UNIT).used.set(Use::Free);
        }
        let first = (address % CHUNK) / UNIT;
        header.free.set(header.free.get() | mask(units) << first);
        self.committed -= units * UNIT;
        self.hint = self.hint.min(header.index.get());
    }

    /// Finds `units` free units in a row. Returns the first one and whether any of them may hold other than zeros.
    fn take_units(&mut self, units: usize, may_use_reserve: bool) -> Option<(BlockRef, bool)> {
        let mut index = if self.has_free_unit() { self.hint } else { self.chunks.len() };
        loop {
            let chunk = match self.chunks.get(index) {
                Some(chunk) => *chunk,
                None => self.add_chunk(may_use_reserve)?,
            };
            // SAFETY: chunks in the list are mapped.
            let header = unsafe { chunk.as_ref() };
            if let Some(first) = find_run(header.free.get(), units) {
                let taken = mask(units) << first;
                let dirty = header.dirty.get() & taken != 0;
                header.free.set(header.free.get() & !taken);
                header.dirty.set(header.dirty.get() | taken);
                self.committed += units * UNIT;
                return Some((block_at(chunk.as_ptr() as usize + first * UNIT), dirty));
            }
            index += 1;
        }
    }

    /// Adds an empty chunk to the end of the list.
    fn add_chunk(&mut self, may_use_reserve: bool) -> Option<NonNull<Chunk>> {
        let first = self.chunks.is_empty();
        let chunk = match self.map_chunk(CHUNK) {
            Some(chunk) => chunk,
            None if may_use_reserve => {
                let chunk = self.reserve.take()?;
                self.enlist(chunk);
                chunk
            }
            None => return None,
        };
        // SAFETY: just mapped.
        let header = unsafe { chunk.as_ref() };
        header.free.set(ALL_FREE);
        if first {
            // SAFETY: as above. A small program shall not pay for a huge page at its first object.
            unsafe {
                os::small_pages(chunk.cast(), CHUNK);
                // The mark bytes, which barriers look at.
                os::populate_for_reading(chunk.as_ptr() as usize, FIRST_UNIT * UNIT);
            }
        }
        if self.reserve.is_none() {
            self.reserve = os::map_aligned(CHUNK, CHUNK).map(NonNull::cast);
            if let Some(reserve) = self.reserve {
                // SAFETY: just mapped, zeroed; nobody else knows of it.
                unsafe { reserve.as_ref() }.bytes.set(CHUNK);
            }
        }
        Some(chunk)
    }

    fn map_chunk(&mut self, bytes: usize) -> Option<NonNull<Chunk>> {
        let chunk: NonNull<Chunk> = os::map_aligned(bytes, CHUNK)?.cast();
        // SAFETY: just mapped; all zero is a valid `Chunk`.
        unsafe { chunk.as_ref() }.bytes.set(bytes);
        self.enlist(chunk);
        Some(chunk)
    }

    fn enlist(&mut self, chunk: NonNull<Chunk>) {
        // SAFETY: the chunk is mapped.
        let header = unsafe { chunk.as_ref() };
        header.index.set(self.chunks.len());
        self.chunks.push(chunk);
        self.table.insert(chunk.as_ptr() as usize, header.bytes.get());
    }

    fn unmap_chunk(&mut self, index: usize) {
        let chunk = self.chunks.swap_remove(index);
        if let Some(moved) = self.chunks.get(index) {
            // SAFETY: chunks in the list are mapped.
            unsafe { moved.as_ref() }.index.set(index);
        }
        self.hint = self.hint.min(index);
        // SAFETY: as above.
        let bytes = unsafe { chunk.as_ref() }.bytes.get();
        self.table.remove(chunk.as_ptr() as usize, bytes);
        // SAFETY: mapped by `map_chunk` with this length; no longer in any list, and nothing in it is in use.
        unsafe { os::unmap(chunk.cast(), bytes) };
    }

    /// Gives memory of free units back to the system, except for about `keep` bytes, and of the rest only half each
    /// time: a program whose heap comes and goes would pay for fresh pages again and again.
    pub fn trim(&mut self, keep: usize) {
        let mut surplus = (self.dirty_free().saturating_sub(keep) / UNIT).div_ceil(2);
        let mut index = self.chunks.len();
        // From the end: the chunks at the beginning are the first to be used again.
        while index > 0 && surplus > 0 {
            index -= 1;
            // SAFETY: chunks in the list are mapped.
            let header = unsafe { self.chunks[index].as_ref() };
            let mut units = header.free.get() & header.dirty.get();
            let count = units.count_ones() as usize;
            if header.free.get() == ALL_FREE && count <= surplus && self.chunks.len() > 1 {
                surplus -= count;
                self.unmap_chunk(index);
                continue;
            }
            while units != 0 && surplus > 0 {
                let first = units.trailing_zeros() as usize;
                let run = ((units >> first).trailing_ones() as usize).min(surplus);
                let start = self.chunks[index].as_ptr() as usize + first * UNIT;
                // SAFETY: free units of a mapped chunk: nobody needs their contents.
                if unsafe { os::discard(start as *mut u8, run * UNIT) } {
                    header.dirty.set(header.dirty.get() & !(mask(run) << first));
                }
                units &= !(mask(run) << first);
                surplus -= run;
            }
        }
    }

    /// Bytes of free units that take memory nonetheless.
    fn dirty_free(&self) -> usize {
        let units = self.chunks.iter().map(|chunk| {
            // SAFETY: chunks in the list are mapped.
            let header = unsafe { chunk.as_ref() };
            (header.free.get() & header.dirty.get()).count_ones() as usize
        });
        units.sum::<usize>() * UNIT
    }

    /// Calls `f` with every block of cells.
    pub fn for_each_block(&self, mut f: impl FnMut(BlockRef)) {
        for chunk in &self.chunks {
            // SAFETY: chunks in the list are mapped.
            let header = unsafe { chunk.as_ref() };
            let mut taken = if header.huge.get() { 0 } else { !header.free.get() & ALL_FREE };
            while taken != 0 {
                let block = block_at(chunk.as_ptr() as usize + taken.trailing_zeros() as usize * UNIT);
                if block.used.get() == Use::Small {
                    f(block);
                }
                taken &= taken - 1;
            }
        }
    }

    /// Calls `f` with every large object's block.
    pub fn for_each_large(&self, mut f: impl FnMut(BlockRef)) {
        for block in self.young_large.iter().chain(&self.old_large) {
            f(*block);
        }
    }

    /// The object whose cell `address` lies in, if there is one.
    #[inline]
    pub fn find(&self, address: usize) -> Option<NonNull<Header>> {
        let chunk = self.table.find(address)?;
        // SAFETY: chunks in the table are mapped.
        let start = if unsafe { &*(chunk as *const Chunk) }.huge.get() {
            let start = chunk + FIRST_UNIT * UNIT;
            // The table knows the chunk's length to 4 MiB only.
            if address.wrapping_sub(start) >= block_at(start).size.get() {
                return None;
            }
            start
        } else {
            if address % CHUNK < FIRST_UNIT * UNIT {
                return None;
            }
            let block = block_at(address);
            let offset = address % UNIT;
            match block.used.get() {
                Use::Free => return None,
                Use::Small => {
                    let cell = block.cell_start(offset);
                    if !block.is_allocated(cell) {
                        return None;
                    }
                    block.base() + cell
                }
                Use::Large => block.large_start(),
                Use::Tail => block_at(address - block.back.get() as usize * UNIT).large_start(),
            }
        };
        if address < start {
            return None;
        }
        // A large object is set up before its header is written, and only then is it an object.
        // SAFETY: the start of a cell in a mapped unit.
        if unsafe { *(start as *const usize) } == 0 {
            return None;
        }
        NonNull::new(start as *mut Header)
    }

    /// Whether `address` lies in a chunk of this space.
    pub fn contains(&self, address: usize) -> bool {
        self.table.find(address).is_some()
    }

    /// Bytes of address space taken from the system.
    pub fn mapped(&self) -> usize {
        // SAFETY: chunks in the list are mapped.
        self.chunks.iter().map(|chunk| unsafe { chunk.as_ref() }.bytes.get()).sum()
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        while let Some(last) = self.chunks.len().checked_sub(1) {
            self.unmap_chunk(last);
        }
        if let Some(reserve) = self.reserve {
            // SAFETY: mapped by `add_chunk`, never used.
            unsafe { os::unmap(reserve.cast(), CHUNK) };
        }
    }
}

/// The block of a unit that is known to be mapped. Callers pass addresses in chunks of their space only.
fn block_at(address: usize) -> BlockRef {
    // SAFETY: see above: private to this module, and every caller has the address from a chunk in its list.
    unsafe { BlockRef::at(block_of(address)) }
}

/// The mark byte of a large object.
pub fn large_mark(block: BlockRef) -> *mut u8 {
    mark_of(block.large_start())
}

fn mask(units: usize) -> u64 {
    (1 << units) - 1
}

/// The lowest position of `units` set bits in a row.
fn find_run(free: u64, units: usize) -> Option<usize> {
    let mut starts = free;
    for shift in 1..units {
        starts &= free >> shift;
    }
    (starts != 0).then(|| starts.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_found_given_back_and_found_again() {
        let mut space = Space::new();
        let blocks: Vec<_> = (0..200).map(|_| space.new_block(1).expect("memory")).collect();
        let large: Vec<_> = (1..40).map(|n| space.new_large(n * 40_000).expect("memory").block).collect();
        let committed = space.committed;
        for block in &blocks {
            space.release(*block);
        }
        assert_eq!(space.committed, committed - 200 * UNIT);
        for block in large {
            space.release(block);
        }
        assert_eq!(space.committed, 0);
        for _ in 0..20 {
            space.trim(0);
        }
        assert_eq!(space.dirty_free(), 0);
        assert!(space.mapped() <= 2 * CHUNK);
        space.trim(0);
        assert!(space.new_large(usize::MAX - 5).is_none());
        assert!(space.new_large(usize::MAX / 2).is_none());
    }

    #[test]
    fn runs_of_bits() {
        assert_eq!(find_run(0, 1), None);
        assert_eq!(find_run(0b1011_0000, 2), Some(4));
        assert_eq!(find_run(0b1011_0000, 3), None);
        assert_eq!(find_run(!0 << 48, 16), Some(48));
        assert_eq!(find_run(!0 << 49, 16), None);
    }
}
