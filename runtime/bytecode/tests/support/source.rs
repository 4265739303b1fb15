//! Decisions, made by bytes: those of a fuzzer, or pseudo-random ones.

/// A source of decisions. When the bytes are used up, every decision is 0, so that everything made of them ends.
pub struct Source<'a> {
    bytes: &'a [u8],
}

impl<'a> Source<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&first, rest)) => {
                self.bytes = rest;
                first
            }
            None => 0,
        }
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes([(); 4].map(|()| self.byte()))
    }

    pub fn u64(&mut self) -> u64 {
        u64::from(self.u32()) << 32 | u64::from(self.u32())
    }

    /// A number below a limit, which is at most 256; 0 when the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { self.byte() as usize % limit }
    }

    /// Mostly small, at times any.
    pub fn number(&mut self) -> u32 {
        match self.byte() {
            250.. => self.u32(),
            small => u32::from(small % 16),
        }
    }

    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }

    pub fn content(&mut self) -> Vec<u8> {
        (0..self.below(12)).map(|_| self.byte()).collect()
    }

    pub fn text(&mut self) -> String {
        let chars = ['a', 'b', '_', '0', '"', '\\', ';', ' ', '\n', 'é', '\u{202e}', '🐍'];
        (0..self.below(6)).map(|_| chars[self.below(chars.len())]).collect()
    }
}

/// Pseudo-random bytes (SplitMix64).
pub fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((word ^ word >> 31).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
