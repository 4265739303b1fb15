//! The hash table behind dicts and sets: entries in insertion order and an index into them.
//!
//! ```text
//! header | counts | entry 0 | entry 1 | .. (capacity) | index of 2^n places of 1, 2 or 4 bytes
//! ```
//!
//! The capacity is two thirds of the index places. An index place holds [`FREE`], [`HOLE`] or an entry's number plus two.
//! Inline caches remember a table and [`DictTable::stamp`]: while both are the same, a key that was absent still is.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::{PyResult, Raised};
use crate::object::layout::{Layout, PyLayout};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

const FREE: u32 = 0;
const HOLE: u32 = 1;
const FIRST: u32 = 2;
const MIN_INDEX_BITS: u32 = 3;

/// A hash table.
#[repr(C)]
pub struct DictTable {
    header: Header,
    /// Entries in use, holes included.
    used: Cell<u32>,
    /// Entries in use, without holes.
    live: Cell<u32>,
    /// How often `used` was made smaller.
    shrunk: Cell<u32>,
    capacity: u32,
    /// Entries before this place are holes, so that taking entries from the start one by one stays cheap.
    first: Cell<u32>,
    /// Binary logarithm of the number of index places.
    index_bits: u32,
    entries: [Entry; 0],
}

/// An entry; key and value are unbound in a hole.
#[repr(C)]
struct Entry {
    hash: Cell<u64>,
    key: Cell<Value>,
    value: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for DictTable {
    const LAYOUT: Layout = Layout::DictTable;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for entry in self.entries() {
            entry.key.get().trace(tracer);
            entry.value.get().trace(tracer);
        }
    }

    fn native_size(&self) -> usize {
        trailing_size(self.capacity, self.index_bits) + size_of::<Self>()
    }
}

/// What a search found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    At(usize),
    Absent,
}

impl Found {
    /// The entry's number.
    #[inline]
    #[must_use]
    pub fn index(self) -> Option<usize> {
        match self {
            Found::At(index) => Some(index),
            Found::Absent => None,
        }
    }
}

fn index_width(index_bits: u32) -> usize {
    match index_bits {
        0..=7 => 1,
        8..=15 => 2,
        _ => 4,
    }
}

fn trailing_size(capacity: u32, index_bits: u32) -> usize {
    capacity as usize * size_of::<Entry>() + (index_width(index_bits) << index_bits)
}

fn capacity_for(index_bits: u32) -> u32 {
    ((2u64 << index_bits) / 3) as u32
}

/// The places to try for a hash, as CPython's dicts do it: a linear congruence stirred by the higher bits.
struct Probe {
    place: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: u64, index_bits: u32) -> Self {
        let mask = (1usize << index_bits) - 1;
        Self { place: hash as usize & mask, perturb: hash, mask }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= 5;
        self.place = (self.place.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1)) & self.mask;
    }
}

impl DictTable {
    /// A table with room for at least `capacity` entries.
    pub fn with_capacity(vm: &Vm, capacity: usize) -> PyResult<Gc<DictTable>> {
        let mut bits = MIN_INDEX_BITS;
        while (capacity_for(bits) as usize) < capacity {
            bits += 1;
            if bits > 31 {
                return Err(vm.memory_error());
            }
        }
        Self::with_bits(vm, bits, capacity_for(bits))
    }

    /// The table that all empty dicts share: it has no room, so nothing is ever put into it.
    pub(crate) fn new_empty(vm: &Vm) -> PyResult<Gc<DictTable>> {
        Self::with_bits(vm, 0, 0)
    }

    fn with_bits(vm: &Vm, index_bits: u32, capacity: u32) -> PyResult<Gc<DictTable>> {
        let table: Gc<DictTable> = vm.alloc_trailing(vm.shapes().table, trailing_size(capacity, index_bits), 1)?;
        // SAFETY: a new object that nobody else refers to. Its index is zero: all places are free.
        unsafe {
            (&raw mut (*table.as_ptr()).capacity).write(capacity);
            (&raw mut (*table.as_ptr()).index_bits).write(index_bits);
        }
        Ok(table)
    }

    #[inline(always)]
    fn entries(&self) -> &[Entry] {
        // SAFETY: the object has room for `capacity` entries, of which the first `used` were written.
        unsafe { core::slice::from_raw_parts(self.entries.as_ptr(), self.used.get() as usize) }
    }

    #[inline(always)]
    fn index_start(&self) -> *const u8 {
        // SAFETY: the index follows the entries inside the object.
        unsafe { self.entries.as_ptr().add(self.capacity as usize).cast() }
    }

    #[inline(always)]
    fn place(&self, place: usize) -> u32 {
        debug_assert!(place < 1 << self.index_bits);
        let start = self.index_start();
        // SAFETY: a place below 2^index_bits lies in the index; entries are a multiple of 8 bytes, so it is aligned.
        unsafe {
            match index_width(self.index_bits) {
                1 => u32::from(*start.add(place)),
                2 => u32::from(*start.cast::<u16>().add(place)),
                _ => *start.cast::<u32>().add(place),
            }
        }
    }

    #[inline(always)]
    fn set_place(&self, place: usize, content: u32) {
        debug_assert!(place < 1 << self.index_bits);
        let start = self.index_start().cast_mut();
        // SAFETY: as in `place`; the index is bytes that no reference refers to.
        unsafe {
            match index_width(self.index_bits) {
                1 => *start.add(place) = content as u8,
                2 => *start.cast::<u16>().add(place) = content as u16,
                _ => *start.cast::<u32>().add(place) = content,
            }
        }
    }

    /// Entries without holes.
    #[inline(always)]
    #[must_use]
    pub fn live(&self) -> usize {
        self.live.get() as usize
    }

    /// Entries with holes: the end of the places to iterate over.
    #[inline(always)]
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.get() as usize
    }

    /// Entries before this place are holes.
    #[inline(always)]
    #[must_use]
    pub fn first(&self) -> usize {
        self.first.get() as usize
    }

    /// Changes whenever a key is added.
    #[inline(always)]
    #[must_use]
    pub fn stamp(&self) -> u64 {
        u64::from(self.shrunk.get()) << 32 | u64::from(self.used.get())
    }

    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.used.get() >= self.capacity
    }

    /// Key and value of an entry, or `None` for a hole or beyond the end.
    #[inline(always)]
    #[must_use]
    pub fn entry(&self, index: usize) -> Option<(Value, Value)> {
        let entry = self.entries().get(index)?;
        let key = entry.key.get();
        key.is_bound().then(|| (key, entry.value.get()))
    }

    /// The key of an entry; unbound for a hole or beyond the end.
    #[inline(always)]
    #[must_use]
    pub fn key(&self, index: usize) -> Value {
        self.entries().get(index).map_or(Value::UNBOUND, |entry| entry.key.get())
    }

    /// The value of an entry.
    #[inline(always)]
    #[must_use]
    pub fn value(&self, index: usize) -> Value {
        self.entries().get(index).map_or(Value::UNBOUND, |entry| entry.value.get())
    }

    /// The hash of an entry.
    #[inline(always)]
    #[must_use]
    pub fn hash(&self, index: usize) -> u64 {
        self.entries().get(index).map_or(0, |entry| entry.hash.get())
    }

    /// Replaces the value of an entry.
    #[inline(always)]
    pub fn set_value(&self, vm: &Vm, index: usize, value: Value) {
        if let Some(entry) = self.entries().get(index) {
            entry.value.set(value);
            vm.heap.barrier(&raw const self.header);
        }
    }

    /// Finds a string key among string keys. Runs no Python code.
    #[inline]
    #[must_use]
    pub fn find_str(&self, key: &Str, hash: u64) -> Option<usize> {
        let entries = self.entries();
        let mut probe = Probe::new(hash, self.index_bits);
        loop {
            match self.place(probe.place) {
                FREE => return None,
                HOLE => {}
                content => {
                    let index = (content - FIRST) as usize;
                    if let Some(entry) = entries.get(index)
                        && entry.hash.get() == hash
                        && (core::ptr::eq(entry.key.get().address_unchecked().cast(), key)
                            || entry.key.get().cast::<Str>().is_some_and(|other| other.equals(key)))
                    {
                        return Some(index);
                    }
                }
            }
            probe.advance();
        }
    }

    /// Adds an entry whose key is absent. The table is not full.
    pub(crate) fn append(&self, vm: &Vm, hash: u64, key: Value, value: Value) {
        debug_assert!(!self.is_full());
        let index = self.used.get();
        self.used.set(index + 1);
        self.live.set(self.live.get() + 1);
        let entry = &self.entries()[index as usize];
        entry.hash.set(hash);
        entry.key.set(key);
        entry.value.set(value);
        self.index_entry(index);
        vm.heap.barrier(&raw const self.header);
    }

    fn place_of(&self, index: usize) -> Option<usize> {
        let mut probe = Probe::new(self.hash(index), self.index_bits);
        loop {
            match self.place(probe.place) {
                FREE => return None,
                content if content == index as u32 + FIRST => return Some(probe.place),
                _ => probe.advance(),
            }
        }
    }

    /// Makes a hole of an entry.
    pub(crate) fn remove(&self, index: usize) {
        if let Some(place) = self.place_of(index) {
            self.set_place(place, HOLE);
        }
        if let Some(entry) = self.entries().get(index) {
            entry.key.set(Value::UNBOUND);
            entry.value.set(Value::UNBOUND);
            self.live.set(self.live.get() - 1);
            if self.first.get() as usize == index {
                let holes = self.entries()[index..].iter().take_while(|entry| entry.key.get().is_unbound()).count();
                self.first.set((index + holes) as u32);
            }
        }
    }

    /// Removes the last entry that is no hole, and the holes behind it.
    pub(crate) fn pop_last(&self) -> Option<(Value, Value)> {
        while let Some(last) = self.used.get().checked_sub(1) {
            let entry = self.entry(last as usize);
            if entry.is_some() {
                self.remove(last as usize);
            }
            self.used.set(last);
            self.first.set(self.first.get().min(last));
            let shrunk = self.shrunk.get().wrapping_add(1);
            self.shrunk.set(shrunk);
            // Each removal leaves a hole in the index, but room for an entry again: without this the free places, at
            // which searches end, would run out.
            if shrunk.is_multiple_of((self.capacity / 4).max(1)) {
                self.reindex();
            }
            if entry.is_some() {
                return entry;
            }
        }
        None
    }

    /// Makes the index anew, without holes.
    fn reindex(&self) {
        (0..1usize << self.index_bits).for_each(|place| self.set_place(place, FREE));
        for (index, entry) in self.entries().iter().enumerate() {
            if entry.key.get().is_bound() {
                self.index_entry(index as u32);
            }
        }
    }

    /// A table with the same entries without holes, and room for more.
    pub(crate) fn grown(&self, vm: &Vm) -> PyResult<Gc<DictTable>> {
        self.rebuilt(vm, (self.live() * 2).max(5))
    }

    /// Whether so many more keys fit.
    pub(crate) fn has_room_for(&self, more: usize) -> bool {
        self.used() + more <= self.capacity as usize
    }

    /// The same entries in a table with room for so many more.
    pub(crate) fn with_room_for(&self, vm: &Vm, more: usize) -> PyResult<Gc<DictTable>> {
        self.rebuilt(vm, self.live() + more)
    }

    /// The same with the room that CPython's sets get: items that leave a set are not put back in order, so sets keep more of
    /// their places free.
    pub(crate) fn grown_for_set(&self, vm: &Vm) -> PyResult<Gc<DictTable>> {
        const LARGE: usize = 50_000;
        let factor = if self.live() > LARGE { 2 } else { 4 };
        self.rebuilt(vm, (self.live() * factor).max(5))
    }

    /// A table with the same entries.
    pub(crate) fn copy(&self, vm: &Vm) -> PyResult<Gc<DictTable>> {
        if self.live() == 0 {
            return Ok(vm.empty_table());
        }
        // A few holes are copied along: that is faster than to look for a place for each entry.
        if self.live() * 3 < self.used() * 2 || self.capacity / 4 > self.live.get().max(2) {
            return self.rebuilt(vm, self.live());
        }
        let copy = Self::with_bits(vm, self.index_bits, self.capacity)?;
        // SAFETY: both tables have the same capacity and index, and what follows the struct is plain words: values, hashes
        // and places.
        unsafe {
            let bytes = trailing_size(self.capacity, self.index_bits);
            core::ptr::copy_nonoverlapping(self.entries.as_ptr().cast::<u8>(), copy.first_byte(), bytes);
        }
        copy.used.set(self.used.get());
        copy.live.set(self.live.get());
        copy.first.set(self.first.get());
        copy.shrunk.set(self.shrunk.get());
        vm.heap.barrier(&raw const copy.header);
        Ok(copy)
    }

    fn first_byte(&self) -> *mut u8 {
        self.entries.as_ptr().cast_mut().cast()
    }

    fn rebuilt(&self, vm: &Vm, capacity: usize) -> PyResult<Gc<DictTable>> {
        let table = Self::with_capacity(vm, capacity)?;
        table.used.set(self.live.get());
        table.live.set(self.live.get());
        let kept = self.entries().iter().filter(|entry| entry.key.get().is_bound());
        for (index, (from, to)) in (0..).zip(kept.zip(table.entries())) {
            to.hash.set(from.hash.get());
            to.key.set(from.key.get());
            to.value.set(from.value.get());
            table.index_entry(index);
        }
        vm.heap.barrier(&raw const table.header);
        Ok(table)
    }

    /// Makes a free index place point to an entry.
    #[inline(always)]
    fn index_entry(&self, index: u32) {
        let mut probe = Probe::new(self.hash(index as usize), self.index_bits);
        while self.place(probe.place) >= FIRST {
            probe.advance();
        }
        self.set_place(probe.place, index + FIRST);
    }
}

/// The hash of a key. TypeError, saying what the key is to be (`a dict key`, `a set element`), when it has none.
#[inline(always)]
pub fn hash_key(vm: &Vm, key: Value, role: &'static str) -> PyResult<u64> {
    match vm.hash(key) {
        Ok(hash) => Ok(hash),
        Err(raised) => Err(unhashable_key(vm, raised, key, role)),
    }
}

#[cold]
fn unhashable_key(vm: &Vm, raised: Raised, key: Value, role: &'static str) -> Raised {
    if !vm.is_exact(vm.pending.get(), vm.types().type_error) {
        return raised;
    }
    let reason = vm.display(vm.take_exception(raised).into());
    vm.type_error(format!("cannot use '{}' as {role} ({reason})", vm.qualified_type_name(key)))
}

/// Finds a key in the table that a dict or set has.
#[inline]
pub fn find(vm: &Vm, table: &Cell<Gc<DictTable>>, key: Value, hash: u64) -> PyResult<Found> {
    let current = table.get();
    let text = if vm.is_exact_str(key) { key.cast::<Str>() } else { None };
    let mut probe = Probe::new(hash, current.index_bits);
    loop {
        let content = current.place(probe.place);
        if content >= FIRST {
            let index = (content - FIRST) as usize;
            if current.hash(index) == hash {
                let other = current.key(index);
                if other == key {
                    return Ok(Found::At(index));
                }
                match text {
                    Some(text) if vm.is_exact_str(other) => {
                        if text.equals(&other.expect::<Str>()) {
                            return Ok(Found::At(index));
                        }
                    }
                    _ if Value::both_ints(key, other) => {}
                    _ => match plain_tuples_equal(vm, key, other) {
                        Some(true) => return Ok(Found::At(index)),
                        Some(false) => {}
                        None => return find_by_protocol(vm, table, key, hash),
                    },
                }
            }
        } else if content == FREE {
            return Ok(Found::Absent);
        }
        probe.advance();
    }
}

/// Whether two plain tuples of nothing but plain strings and inline integers are equal; `None` for what else they are.
fn plain_tuples_equal(vm: &Vm, a: Value, b: Value) -> Option<bool> {
    if !vm.is_exact_tuple(a) || !vm.is_exact_tuple(b) {
        return None;
    }
    let (a, b) = (a.expect::<Tuple>(), b.expect::<Tuple>());
    for (x, y) in a.items().iter().copied().zip(b.items().iter().copied()) {
        if x == y {
            continue;
        }
        let plain = |value: Value| value.is_int() || vm.is_exact_str(value);
        if !plain(x) || !plain(y) {
            return None;
        }
        let (Some(x), Some(y)) = (x.cast::<Str>(), y.cast::<Str>()) else { return Some(false) };
        if !x.equals(&y) {
            return Some(false);
        }
    }
    Some(a.len() == b.len())
}

/// The same for keys whose comparison may run Python code: the table is looked at again after every comparison.
#[inline(never)]
fn find_by_protocol(vm: &Vm, table: &Cell<Gc<DictTable>>, key: Value, hash: u64) -> PyResult<Found> {
    let mut current = table.get();
    let mut probe = Probe::new(hash, current.index_bits);
    loop {
        match current.place(probe.place) {
            FREE => return Ok(Found::Absent),
            HOLE => {}
            content => {
                let index = (content - FIRST) as usize;
                if current.hash(index) == hash {
                    let other = current.key(index);
                    if other == key {
                        return Ok(Found::At(index));
                    }
                    if other.is_bound() {
                        let equal = vm.equals(other, key)?;
                        if table.get() != current || current.key(index) != other {
                            current = table.get();
                            probe = Probe::new(hash, current.index_bits);
                            continue;
                        }
                        if equal {
                            return Ok(Found::At(index));
                        }
                    }
                }
            }
        }
        probe.advance();
    }
}
