//! The table of interned strings: for each text the one object that stands for it. What is interned lives as long as the VM.

use core::hash::Hasher as _;

use orochi_gc::{Gc, Tracer};
use rustc_hash::FxHasher;

use crate::types::str::{Str, Text};
use crate::value::Value;

/// Strings that there is room for at first: about as many as a program's start interns.
const ROOM: usize = 4096;

/// The table. Open addressing over places in a dense list, which is what the collector walks.
pub(crate) struct Interned {
    // traced: by `Interned::trace`
    texts: Vec<Gc<Str>>,
    /// By place.
    hashes: Vec<u32>,
    /// Places with 1 added; 0 is free. A power of two, at least twice as many as there are strings.
    slots: Box<[u32]>,
}

impl Default for Interned {
    fn default() -> Self {
        let slots = vec![0; 2 * ROOM].into();
        Interned { texts: Vec::with_capacity(ROOM), hashes: Vec::with_capacity(ROOM), slots }
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
        let mut slot = self.slot(hash);
        loop {
            let place = self.slots[slot].checked_sub(1)? as usize;
            if self.hashes[place] == hash && has_text(&self.texts[place], bytes) {
                return Some(self.texts[place]);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds a string whose text is in no other.
    pub(crate) fn insert(&mut self, bytes: &[u8], text: Gc<Str>) {
        if 2 * (self.texts.len() + 1) > self.slots.len() {
            self.slots = vec![0; 2 * self.slots.len()].into();
            for place in 0..self.hashes.len() {
                self.enter(place);
            }
        }
        self.texts.push(text);
        self.hashes.push(hash(bytes));
        self.enter(self.texts.len() - 1);
    }

    fn enter(&mut self, place: usize) {
        let mut slot = self.slot(self.hashes[place]);
        while self.slots[slot] != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = place as u32 + 1;
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    /// Reports the strings.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.texts.iter().for_each(|text| Value::from(*text).trace(tracer));
    }
}
