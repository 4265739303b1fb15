//! From an arbitrary address to the chunk it lies in: what a conservative scan asks for every word.

use crate::chunk::CHUNK;

/// A set of chunks by address: open addressing, at most half full. A huge chunk has an entry for each of its 4 MiB.
pub struct ChunkTable {
    /// `(number of the 4 MiB, chunk)`; a chunk of zero is a free slot.
    slots: Vec<(usize, usize)>,
    used: usize,
    /// All addresses of chunks lie in `low..high`.
    low: usize,
    high: usize,
}

impl ChunkTable {
    pub fn new() -> ChunkTable {
        ChunkTable { slots: vec![(0, 0); 16], used: 0, low: usize::MAX, high: 0 }
    }

    /// The chunk that `address` lies in.
    #[inline(always)]
    pub fn find(&self, address: usize) -> Option<usize> {
        if address < self.low || address >= self.high {
            return None;
        }
        self.probe(address / CHUNK)
    }

    #[inline]
    fn probe(&self, number: usize) -> Option<usize> {
        let mut slot = self.slot(number);
        loop {
            let (found, chunk) = self.slots[slot];
            if chunk == 0 {
                return None;
            }
            if found == number {
                return Some(chunk);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    #[inline(always)]
    fn slot(&self, number: usize) -> usize {
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.slots.len().trailing_zeros())
    }

    pub fn insert(&mut self, chunk: usize, bytes: usize) {
        self.low = self.low.min(chunk);
        self.high = self.high.max(chunk + bytes);
        for number in chunk / CHUNK..(chunk + bytes).div_ceil(CHUNK) {
            if (self.used + 1) * 2 > self.slots.len() {
                self.grow();
            }
            self.put(number, chunk);
            self.used += 1;
        }
    }

    pub fn remove(&mut self, chunk: usize, bytes: usize) {
        for number in chunk / CHUNK..(chunk + bytes).div_ceil(CHUNK) {
            let mut slot = self.slot(number);
            while self.slots[slot].0 != number || self.slots[slot].1 == 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = (0, 0);
            self.used -= 1;
            // The entries behind it must stay reachable from where their probe begins.
            let mut next = (slot + 1) & (self.slots.len() - 1);
            while self.slots[next].1 != 0 {
                let (number, chunk) = std::mem::take(&mut self.slots[next]);
                self.put(number, chunk);
                next = (next + 1) & (self.slots.len() - 1);
            }
        }
    }

    fn put(&mut self, number: usize, chunk: usize) {
        let mut slot = self.slot(number);
        while self.slots[slot].1 != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = (number, chunk);
    }

    fn grow(&mut self) {
        let doubled = vec![(0, 0); self.slots.len() * 2];
        for (number, chunk) in std::mem::replace(&mut self.slots, doubled) {
            if chunk != 0 {
                self.put(number, chunk);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_in_and_not_taken_out() {
        let mut table = ChunkTable::new();
        let at = |n: usize| (n * 7 + 1000) * CHUNK;
        for n in 0..500 {
            table.insert(at(n), CHUNK * (1 + n % 5));
        }
        for n in (0..500).step_by(3) {
            table.remove(at(n), CHUNK * (1 + n % 5));
        }
        for n in 0..500 {
            for part in 0..7 {
                let expected = (n % 3 != 0 && part < 1 + n % 5).then_some(at(n));
                assert_eq!(table.find(at(n) + part * CHUNK + 17), expected, "{n} {part}");
            }
        }
        assert_eq!(table.find(0), None);
        assert_eq!(table.find(usize::MAX), None);
    }
}
