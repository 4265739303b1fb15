//! Hashes of text and bytes: SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF") with a key that is chosen for the process, as
//! in CPython: nobody can prepare texts whose hashes collide.

use core::sync::atomic::{AtomicU64, Ordering};
use std::hash::{BuildHasher, RandomState};
use std::sync::Once;

use crate::types::str::Text;

/// The key. All VMs of a process have the same.
static KEY: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];
static CHOSEN: Once = Once::new();

/// Chooses the key: from a seed as CPython does (0 is the key of zeros), by chance without one. Only the first choice of a process
/// counts, since hashes are kept with texts.
pub fn choose_key(seed: Option<u32>) {
    CHOSEN.call_once(|| {
        let key = match seed {
            None => [RandomState::new().hash_one(0), RandomState::new().hash_one(1)],
            Some(0) => [0; 2],
            Some(seed) => expand(seed),
        };
        for (word, value) in KEY.iter().zip(key) {
            word.store(value, Ordering::Relaxed);
        }
    });
}

/// The key that CPython makes of a seed, with a linear congruential generator.
fn expand(seed: u32) -> [u64; 2] {
    let mut state = seed;
    [0; 2].map(|_: u64| {
        (0..8).fold(0, |word, byte| {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            word | u64::from(state >> 16 & 0xff) << (8 * byte)
        })
    })
}

/// The hash of a text, which is that of its bytes in memory; 0 if it is empty. Never -1.
#[must_use]
pub fn hash_text(text: Text<'_>) -> u64 {
    let mut state = State::new();
    let (rest, len) = match text {
        Text::Latin1([]) => return 0,
        Text::Latin1(bytes) => {
            let (words, rest) = bytes.as_chunks::<8>();
            words.iter().for_each(|word| state.add(u64::from_le_bytes(*word)));
            (last_bytes(rest), bytes.len())
        }
        Text::Ucs2(units) => {
            let word = |units: &[u16]| units.iter().rev().fold(0, |word, unit| word << 16 | u64::from(*unit));
            let (words, rest) = units.as_chunks::<4>();
            words.iter().for_each(|units| state.add(word(units)));
            (word(rest), 2 * units.len())
        }
        Text::Ucs4(units) => {
            let word = |units: &[u32]| units.iter().rev().fold(0, |word, unit| word << 32 | u64::from(*unit));
            let (words, rest) = units.as_chunks::<2>();
            words.iter().for_each(|units| state.add(word(units)));
            (word(rest), 4 * units.len())
        }
    };
    let hash = state.finish((len as u64) << 56 | rest);
    if hash == u64::MAX { u64::MAX - 1 } else { hash }
}

/// Up to seven bytes as a number, in little-endian order.
#[inline]
fn last_bytes(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // The middle ones are in both halves.
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4));
    }
    let byte = |index: usize| u64::from(bytes[index]) << (8 * index);
    if len == 0 { 0 } else { byte(0) | byte(len / 2) | byte(len - 1) }
}

/// The state of SipHash.
struct State([u64; 4]);

impl State {
    #[inline]
    fn new() -> Self {
        let [a, b] = [0, 1].map(|index: usize| KEY[index].load(Ordering::Relaxed));
        Self([
            a ^ 0x736f_6d65_7073_6575,
            b ^ 0x646f_7261_6e64_6f6d,
            a ^ 0x6c79_6765_6e65_7261,
            b ^ 0x7465_6462_7974_6573,
        ])
    }

    #[inline(always)]
    fn round(&mut self) {
        let [a, b, c, d] = &mut self.0;
        *a = a.wrapping_add(*b);
        *c = c.wrapping_add(*d);
        *b = b.rotate_left(13) ^ *a;
        *d = d.rotate_left(16) ^ *c;
        *a = a.rotate_left(32);
        *c = c.wrapping_add(*b);
        *a = a.wrapping_add(*d);
        *b = b.rotate_left(17) ^ *c;
        *d = d.rotate_left(21) ^ *a;
        *c = c.rotate_left(32);
    }

    #[inline(always)]
    fn add(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }

    #[inline(always)]
    fn finish(mut self, last: u64) -> u64 {
        self.add(last);
        self.0[2] ^= 0xff;
        self.round();
        self.round();
        self.round();
        self.0.iter().fold(0, |hash, word| hash ^ word)
    }
}
