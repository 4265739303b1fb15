//! The Mersenne twister MT19937 (Matsumoto and Nishimura, 1998), as CPython seeds and reads it: the same seed gives the same
//! numbers to the bit.

/// Words of the state.
pub(super) const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// The state of a generator.
pub(super) struct Twister {
    words: [u32; WORDS],
    /// The next word to use; [`WORDS`] when all were used.
    place: usize,
}

impl Default for Twister {
    fn default() -> Self {
        Self { words: [0; WORDS], place: 0 }
    }
}

impl Twister {
    /// Words and place.
    pub(super) fn state(&self) -> [u32; WORDS + 1] {
        let mut state = [0; WORDS + 1];
        state[..WORDS].copy_from_slice(&self.words);
        state[WORDS] = self.place as u32;
        state
    }

    /// Sets words and place, which is at most [`WORDS`].
    pub(super) fn set_state(&mut self, state: &[u32; WORDS + 1]) {
        self.words.copy_from_slice(&state[..WORDS]);
        self.place = (state[WORDS] as usize).min(WORDS);
    }

    fn seed_word(&mut self, seed: u32) {
        self.words[0] = seed;
        for index in 1..WORDS {
            let previous = self.words[index - 1];
            self.words[index] = 1_812_433_253u32.wrapping_mul(previous ^ (previous >> 30)).wrapping_add(index as u32);
        }
        self.place = WORDS;
    }

    /// Seeds from words, least significant first.
    pub(super) fn seed(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let key = if key.is_empty() { &[0][..] } else { key };
        let (mut i, mut j) = (1, 0);
        for _ in 0..WORDS.max(key.len()) {
            let mixed = self.mixed(i, 1_664_525);
            self.words[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            self.advance(&mut i);
            j = (j + 1) % key.len();
        }
        for _ in 0..WORDS - 1 {
            let mixed = self.mixed(i, 1_566_083_941);
            self.words[i] = mixed.wrapping_sub(i as u32);
            self.advance(&mut i);
        }
        self.words[0] = 0x8000_0000;
    }

    fn mixed(&self, i: usize, factor: u32) -> u32 {
        let previous = self.words[i - 1];
        self.words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(factor)
    }

    fn advance(&mut self, i: &mut usize) {
        *i += 1;
        if *i >= WORDS {
            self.words[0] = self.words[WORDS - 1];
            *i = 1;
        }
    }

    fn regenerate(&mut self) {
        for index in 0..WORDS {
            let y = (self.words[index] & 0x8000_0000) | (self.words[(index + 1) % WORDS] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[index] = self.words[(index + MIDDLE) % WORDS] ^ (y >> 1) ^ odd;
        }
        self.place = 0;
    }

    /// The next 32 random bits.
    pub(super) fn next(&mut self) -> u32 {
        if self.place >= WORDS {
            self.regenerate();
        }
        let mut y = self.words[self.place];
        self.place += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float in [0, 1) with 53 random bits.
    pub(super) fn float(&mut self) -> f64 {
        let (high, low) = (self.next() >> 5, self.next() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_cpython() {
        let mut twister = Twister::default();
        twister.seed(&[1]);
        assert_eq!(twister.float(), 0.134_364_244_112_401_22);
        assert_eq!(twister.float(), 0.847_433_736_937_232_7);
        twister.seed(&[]);
        assert_eq!(twister.float(), 0.844_421_851_525_048_1);
    }
}
