//! Making strings: of parts whose size is known ([`Fill`]), and of parts that come one by one ([`Builder`]).

use orochi_gc::Gc;

use super::{Str, Text};
use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;
use crate::with_text;

/// What a string that is put together of others will need.
#[derive(Clone, Copy)]
pub struct Measure {
    pub len: usize,
    pub width: usize,
    pub ascii: bool,
}

impl Measure {
    /// The measure of nothing.
    pub const EMPTY: Measure = Measure { len: 0, width: 1, ascii: true };

    /// Adds a string. `None` when the length overflows.
    #[inline]
    #[must_use]
    pub fn add_one(self, text: &Str) -> Option<Measure> {
        Some(Measure {
            len: text.len().checked_add(self.len)?,
            width: self.width.max(text.width()),
            ascii: self.ascii && text.is_ascii(),
        })
    }

    /// Adds a string `count` times. `None` when the length overflows.
    #[must_use]
    pub fn add(self, text: &Str, count: usize) -> Option<Measure> {
        Some(Measure {
            len: text.len().checked_mul(count)?.checked_add(self.len)?,
            width: self.width.max(text.width()),
            ascii: self.ascii && text.is_ascii(),
        })
    }
}

/// Parts up to this length are copied unit by unit.
const SHORT: usize = 8;

/// A fresh string that is being filled from the front.
pub struct Fill {
    text: Gc<Str>,
    at: usize,
}

impl Fill {
    /// A string of this measure, which must be exact. What is not filled in the end is U+0000.
    pub fn new(vm: &Vm, measure: Measure) -> PyResult<Fill> {
        Ok(Fill { text: Str::with_room(vm, measure.len, measure.width, measure.ascii)?, at: 0 })
    }

    /// Appends a part that is not wider than the string. What does not fit is left out.
    #[inline]
    pub fn push(&mut self, part: Text<'_>) {
        let count = part.len().min(self.text.len() - self.at);
        let start = self.at;
        self.at += count;
        if let Text::Latin1(units) = part
            && self.text.width() == 1
            && count <= SHORT
        {
            // A call to copy a few bytes takes longer than the bytes do.
            for (index, unit) in units[..count].iter().enumerate() {
                // SAFETY: as below.
                unsafe { self.text.data_ptr().add(start + index).write(*unit) };
            }
            return;
        }
        let width = self.text.width();
        // SAFETY: `start + count` is at most the length, so the destination lies in the data of a string that nobody else
        // has a reference to yet.
        unsafe { part.slice(0, count).write_to(self.text.data_ptr().add(start * width), width) };
    }

    /// The string.
    #[must_use]
    pub fn finish(self, vm: &Vm) -> Gc<Str> {
        match self.text.text() {
            Text::Latin1([]) => vm.empty_str(),
            Text::Latin1([byte]) => vm.latin1_char(*byte),
            _ => self.text,
        }
    }
}

/// Text that grows, in the smallest width that it needs so far.
pub enum Builder {
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
    /// There was not enough memory. What is appended is lost; [`Builder::finish`] says so.
    Failed,
}

/// Whether there is room for `more` units.
#[inline(always)]
fn room<T>(units: &mut Vec<T>, more: usize) -> bool {
    units.capacity() - units.len() >= more || units.try_reserve(more).is_ok()
}

/// The units in a greater width.
fn widened<T: Copy + Into<U>, U>(units: &[T]) -> Option<Vec<U>> {
    let mut wide = Vec::new();
    wide.try_reserve(units.len() + 1).ok()?;
    wide.extend(units.iter().map(|unit| (*unit).into()));
    Some(wide)
}

impl Default for Builder {
    fn default() -> Self {
        Builder::Latin1(Vec::new())
    }
}

impl Builder {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty text with room for some Latin-1 text.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut units = Vec::new();
        if units.try_reserve_exact(capacity).is_ok() { Builder::Latin1(units) } else { Builder::Failed }
    }

    /// The number of code points.
    #[must_use]
    pub fn len(&self) -> usize {
        with_text!(self.text(), units => units.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> Text<'_> {
        match self {
            Builder::Latin1(units) => Text::Latin1(units),
            Builder::Ucs2(units) => Text::Ucs2(units),
            Builder::Ucs4(units) => Text::Ucs4(units),
            Builder::Failed => Text::Latin1(&[]),
        }
    }

    #[cold]
    fn widen(&mut self, width: usize) {
        let wide = match (core::mem::take(self), width) {
            (Builder::Latin1(units), 2) => widened(&units).map(Builder::Ucs2),
            (Builder::Latin1(units), 4) => widened(&units).map(Builder::Ucs4),
            (Builder::Ucs2(units), 4) => widened(&units).map(Builder::Ucs4),
            (same, _) => Some(same),
        };
        *self = wide.unwrap_or(Builder::Failed);
    }

    /// Makes room for `more` code points of the present width; has failed when there is none.
    #[inline(always)]
    fn make_room(&mut self, more: usize) {
        let fits = match self {
            Builder::Latin1(units) => room(units, more),
            Builder::Ucs2(units) => room(units, more),
            Builder::Ucs4(units) => room(units, more),
            Builder::Failed => true,
        };
        if !fits {
            *self = Builder::Failed;
        }
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, code_point: u32) {
        self.make_room(1);
        match self {
            Builder::Latin1(units) if code_point < 0x100 => units.push(code_point as u8),
            Builder::Ucs2(units) if code_point < 0x1_0000 => units.push(code_point as u16),
            Builder::Ucs4(units) => units.push(code_point),
            Builder::Failed => {}
            _ => {
                self.widen(if code_point < 0x1_0000 { 2 } else { 4 });
                self.push(code_point);
            }
        }
    }

    /// Appends ASCII or other UTF-8 text.
    pub fn push_str(&mut self, text: &str) {
        self.make_room(text.len());
        match self {
            Builder::Latin1(units) if text.is_ascii() => units.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| self.push(c.into())),
        }
    }

    /// Appends a part of a string.
    pub fn push_text(&mut self, text: Text<'_>) {
        self.make_room(text.len());
        match (&mut *self, text) {
            (Builder::Latin1(units), Text::Latin1(more)) => units.extend_from_slice(more),
            (Builder::Ucs2(units), Text::Ucs2(more)) => units.extend_from_slice(more),
            (Builder::Ucs4(units), Text::Ucs4(more)) => units.extend_from_slice(more),
            (Builder::Failed, _) => {}
            _ => text.iter().for_each(|c| self.push(c)),
        }
    }

    /// Appends a code point `count` times.
    pub fn repeat(&mut self, code_point: u32, count: usize) {
        self.make_room(count);
        match self {
            Builder::Latin1(units) if code_point < 0x100 => units.resize(units.len() + count, code_point as u8),
            Builder::Failed => {}
            _ => (0..count).for_each(|_| self.push(code_point)),
        }
    }

    /// Whether memory did not suffice.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self, Builder::Failed)
    }

    /// The string.
    pub fn finish(self, vm: &Vm) -> PyResult {
        if self.has_failed() {
            return Err(vm.memory_error());
        }
        // Units were only widened for a code point that needs it, so the width is the smallest.
        Str::from_text(vm, self.text()).map(Value::from)
    }
}
