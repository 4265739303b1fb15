//! The Mersenne twister MT19937 (Matsumoto and Nishimura, 1998), as CPython seeds and reads it: the same seed gives the same
//! numbers to the bit.

/// Words of the state.
pub const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// The generator's state in 2500 bytes: the words and the place of the next one, little-endian.
pub struct Twister<'a>(pub &'a mut [u8]);

/// Bytes that a state takes.
pub const BYTES: usize = (WORDS + 1) * 4;

impl Twister<'_> {
    /// A word of the state; the last is the place of the next word to use.
    #[must_use]
    pub fn word(&self, index: usize) -> u32 {
        let at = index * 4;
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    /// Sets a word of the state.
    pub fn set(&mut self, index: usize, word: u32) {
        self.0[index * 4..index * 4 + 4].copy_from_slice(&word.to_le_bytes());
    }

    fn seed_word(&mut self, seed: u32) {
        self.set(0, seed);
        for index in 1..WORDS {
            let previous = self.word(index - 1);
            let mixed = 1_812_433_253u32.wrapping_mul(previous ^ (previous >> 30)).wrapping_add(index as u32);
            self.set(index, mixed);
        }
        self.set(WORDS, WORDS as u32);
    }

    /// Seeds from words, least significant first.
    pub fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let key = if key.is_empty() { &[0][..] } else { key };
        let (mut i, mut j) = (1, 0);
        for _ in 0..WORDS.max(key.len()) {
            let previous = self.word(i - 1);
            let mixed = (self.word(i) ^ (previous ^ (previous >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            self.set(i, mixed);
            self.advance(&mut i);
            j = (j + 1) % key.len();
        }
        for _ in 0..WORDS - 1 {
            let previous = self.word(i - 1);
            let mixed =
                (self.word(i) ^ (previous ^ (previous >> 30)).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            self.set(i, mixed);
            self.advance(&mut i);
        }
        self.set(0, 0x8000_0000);
    }

    fn advance(&mut self, i: &mut usize) {
        *i += 1;
        if *i >= WORDS {
            self.set(0, self.word(WORDS - 1));
            *i = 1;
        }
    }

    fn regenerate(&mut self) {
        let mix = |high: u32, low: u32, other: u32| {
            let y = (high & 0x8000_0000) | (low & 0x7fff_ffff);
            other ^ (y >> 1) ^ (if y & 1 == 1 { 0x9908_b0df } else { 0 })
        };
        for index in 0..WORDS {
            let (high, low) = (self.word(index), self.word((index + 1) % WORDS));
            let other = self.word((index + MIDDLE) % WORDS);
            self.set(index, mix(high, low, other));
        }
        self.set(WORDS, 0);
    }

    /// The next 32 random bits.
    pub fn next(&mut self) -> u32 {
        if self.word(WORDS) as usize >= WORDS {
            self.regenerate();
        }
        let place = self.word(WORDS);
        let mut y = self.word(place as usize);
        self.set(WORDS, place + 1);
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float in [0, 1) with 53 random bits.
    pub fn float(&mut self) -> f64 {
        let (high, low) = (self.next() >> 5, self.next() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_cpython() {
        let mut state = vec![0; BYTES];
        let mut twister = Twister(&mut state);
        twister.seed(&[1]);
        assert_eq!(twister.float(), 0.134_364_244_112_401_22);
        assert_eq!(twister.float(), 0.847_433_736_937_232_7);
        twister.seed(&[]);
        assert_eq!(twister.float(), 0.844_421_851_525_048_1);
    }
}
