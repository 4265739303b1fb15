//! The table of interned strings: for each text the one object that stands for it. What is interned lives as long as the VM.

use core::hash::Hasher as _;

use orochi_gc::{CollectKind, Gc, Tracer};
use rustc_hash::FxHasher;

use crate::types::str::{Str, Text};
use crate::value::Value;

/// Strings that there is room for at first: about as many as a program's start interns.
const ROOM: usize = 4096;

/// The table. Open addressing over places in a dense list, which is what the collector walks.
pub(crate) struct Interned {
    // traced: by `Interned::trace`
    texts: Vec<Gc<Str>>,
    /// How many of them a collection has seen: those are old.
    seen: usize,
    /// A hash in the upper half and a place with 1 added in the lower; 0 is free. Their number is a power of two, at least twice that of
    /// the strings.
    slots: Box<[u64]>,
}

impl Default for Interned {
    fn default() -> Self {
        Interned { texts: Vec::with_capacity(ROOM), seen: 0, slots: vec![0; 2 * ROOM].into() }
    }
}

fn hash(bytes: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish() as u32
}

/// Whether a string has a text, in generalised UTF-8.
fn has_text(text: &Str, bytes: &[u8]) -> bool {
    match text.text() {
        Text::Latin1(units) if text.is_ascii() => units == bytes,
        _ => text.to_wtf8() == bytes,
    }
}

impl Interned {
    /// The string with a text, in generalised UTF-8.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Gc<Str>> {
        let hash = hash(bytes);
        let mut at = hash as usize;
        loop {
            let slot = self.slots[at & (self.slots.len() - 1)];
            let place = (slot as u32).checked_sub(1)? as usize;
            if (slot >> 32) as u32 == hash && has_text(&self.texts[place], bytes) {
                return Some(self.texts[place]);
            }
            at += 1;
        }
    }

    /// Adds a string whose text is in no other.
    pub(crate) fn insert(&mut self, bytes: &[u8], text: Gc<Str>) {
        if 2 * (self.texts.len() + 1) > self.slots.len() {
            let larger = vec![0; 2 * self.slots.len()].into();
            for slot in core::mem::replace(&mut self.slots, larger).iter().filter(|slot| **slot != 0) {
                self.enter(*slot);
            }
        }
        self.texts.push(text);
        self.enter(u64::from(hash(bytes)) << 32 | self.texts.len() as u64);
    }

    /// Puts the contents of a slot where they are found.
    fn enter(&mut self, slot: u64) {
        let mut at = (slot >> 32) as usize;
        while self.slots[at & (self.slots.len() - 1)] != 0 {
            at += 1;
        }
        let mask = self.slots.len() - 1;
        self.slots[at & mask] = slot;
    }

    /// Reports the strings. There are thousands, so a young collection gets only the new ones.
    pub(crate) fn trace(&mut self, kind: CollectKind, tracer: &mut Tracer<'_>) {
        let old = if kind == CollectKind::Full { 0 } else { self.seen };
        self.texts[old..].iter().for_each(|text| Value::from(*text).trace(tracer));
        self.seen = self.texts.len();
    }
}
