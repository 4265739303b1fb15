//! `str`: the object, its construction and the cheap questions about it.
//!
//! Text is an array of code points of one width: one byte when all are below U+0100 (Latin-1), else two, else four
//! (PEP 393). So an index is a place, and lone surrogates are possible. The hash is computed when first asked for.
//!
//! [`methods`] has the methods, `protocol` the operators, [`fill`] ways to make strings, [`search`] what finds and splits,
//! [`unicode`] the properties of code points.

mod case;
mod edit;
pub mod fill;
pub(crate) mod growing;
mod join;
pub mod methods;
pub mod names;
pub mod printf;
pub(crate) mod protocol;
pub mod repr;
pub mod search;
mod split;
pub mod template;
pub mod unicode;
pub mod unicode_tables;

pub use crate::codecs;

use core::cell::Cell;
use core::fmt;

use orochi_gc::{Gc, Header, Tracer};

use self::growing::Buffer;
use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A string.
#[repr(C)]
pub struct Str {
    header: Header,
    /// 0 when it is not computed yet.
    hash: Cell<u64>,
    /// Length in code points, shifted left by 8, and below it the flags.
    info: Cell<u64>,
    data: [u8; 0],
}

const WIDTH_MASK: u64 = 0b111;
/// All code points are below U+0080.
const ASCII: u64 = 1 << 3;
/// In the VM's table of interned strings: equal text is the same object.
const INTERNED: u64 = 1 << 4;
/// The text is not behind the struct but in a [`growing::Buffer`]; a reference to that is there.
const SHARED: u64 = 1 << 5;

// SAFETY: begins with a header; the only reference is that to a buffer.
unsafe impl PyLayout for Str {
    const LAYOUT: Layout = Layout::Str;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        if let Some(buffer) = self.buffer() {
            Value::from(buffer).trace(tracer);
        }
    }

    fn native_size(&self) -> usize {
        let behind = if self.info.get() & SHARED != 0 { size_of::<Gc<Buffer>>() } else { self.len() * self.width() };
        size_of::<Self>() + behind
    }
}

/// The code points of a string, by width.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

/// Runs the same code for each width of a [`Text`]: `with_text!(text, units => expression)`.
#[macro_export]
macro_rules! with_text {
    ($text:expr, $units:ident => $body:expr) => {
        match $text {
            $crate::types::str::Text::Latin1($units) => $body,
            $crate::types::str::Text::Ucs2($units) => $body,
            $crate::types::str::Text::Ucs4($units) => $body,
        }
    };
}

impl<'a> Text<'a> {
    /// The number of code points.
    #[inline]
    #[must_use]
    pub fn len(self) -> usize {
        with_text!(self, units => units.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at an index below the length.
    #[inline]
    #[must_use]
    pub fn at(self, index: usize) -> u32 {
        match self {
            Text::Latin1(units) => u32::from(units[index]),
            Text::Ucs2(units) => u32::from(units[index]),
            Text::Ucs4(units) => units[index],
        }
    }

    /// A part of it.
    #[must_use]
    pub fn slice(self, start: usize, end: usize) -> Text<'a> {
        match self {
            Text::Latin1(units) => Text::Latin1(&units[start..end]),
            Text::Ucs2(units) => Text::Ucs2(&units[start..end]),
            Text::Ucs4(units) => Text::Ucs4(&units[start..end]),
        }
    }

    /// Writes it in units of `width` bytes, which hold each of its code points.
    ///
    /// # Safety
    /// There is room at `target`, which is aligned to such units and lies apart from the text.
    unsafe fn write_to(self, target: *mut u8, width: usize) {
        // SAFETY: the caller says so.
        unsafe {
            match (self, width) {
                (Text::Latin1(units), 1) => core::ptr::copy_nonoverlapping(units.as_ptr(), target, units.len()),
                (Text::Ucs2(units), 2) => core::ptr::copy_nonoverlapping(units.as_ptr(), target.cast(), units.len()),
                (Text::Ucs4(units), 4) => core::ptr::copy_nonoverlapping(units.as_ptr(), target.cast(), units.len()),
                (units, 1) => units.iter().enumerate().for_each(|(i, c)| target.add(i).write(c as u8)),
                (units, 2) => units.iter().enumerate().for_each(|(i, c)| target.cast::<u16>().add(i).write(c as u16)),
                (Text::Latin1(units), _) => {
                    units.iter().enumerate().for_each(|(i, c)| target.cast::<u32>().add(i).write(u32::from(*c)));
                }
                (units, _) => units.iter().enumerate().for_each(|(i, c)| target.cast::<u32>().add(i).write(c)),
            }
        }
    }

    /// All code points, surrogates included.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + Clone + 'a {
        (0..self.len()).map(move |index| self.at(index))
    }
}

impl Str {
    /// A string with room for `len` code points of a width, all zero. The caller fills the data before anyone else sees
    /// it, and has made sure that the width is the smallest that holds the largest code point.
    fn with_room(vm: &Vm, len: usize, width: usize, ascii: bool) -> PyResult<Gc<Str>> {
        let text: Gc<Str> = vm.alloc_trailing(vm.shapes().str, len, width)?;
        text.info.set((len as u64) << 8 | width as u64 | if ascii { ASCII } else { 0 });
        Ok(text)
    }

    /// A string of Latin-1 code points.
    pub fn from_latin1(vm: &Vm, bytes: &[u8]) -> PyResult<Gc<Str>> {
        match bytes {
            [] => return Ok(vm.empty_str()),
            [byte] => return Ok(vm.latin1_char(*byte)),
            _ => {}
        }
        let text = Self::with_room(vm, bytes.len(), 1, bytes.is_ascii())?;
        // SAFETY: there is room for as many bytes, and nobody else has a reference to the new object.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), text.data_ptr(), bytes.len()) };
        Ok(text)
    }

    /// A string of bytes that are known to be ASCII.
    #[inline]
    pub fn from_ascii(vm: &Vm, bytes: &[u8]) -> PyResult<Gc<Str>> {
        debug_assert!(bytes.is_ascii());
        match bytes {
            [] => return Ok(vm.empty_str()),
            [byte] => return Ok(vm.latin1_char(*byte)),
            _ => {}
        }
        let text = Self::with_room(vm, bytes.len(), 1, true)?;
        // SAFETY: there is room for as many bytes, and nobody else has a reference to the new object.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), text.data_ptr(), bytes.len()) };
        Ok(text)
    }

    /// The string of one Latin-1 code point, for the VM's table of them.
    pub(crate) fn new_latin1_char(vm: &Vm, byte: u8) -> PyResult<Gc<Str>> {
        let text = Self::with_room(vm, 1, 1, byte.is_ascii())?;
        // SAFETY: as above.
        unsafe { text.data_ptr().write(byte) };
        Ok(text)
    }

    /// The empty string, for the VM.
    pub(crate) fn new_empty(vm: &Vm) -> PyResult<Gc<Str>> {
        Self::with_room(vm, 0, 1, true)
    }

    /// A string of UTF-8 text.
    pub fn from_utf8(vm: &Vm, text: &str) -> PyResult<Gc<Str>> {
        if text.is_ascii() {
            return Self::from_latin1(vm, text.as_bytes());
        }
        let (mut len, mut largest) = (0, 0);
        for c in text.chars() {
            len += 1;
            largest = u32::from(c).max(largest);
        }
        Self::from_code_points(vm, len, largest, text.chars().map(u32::from))
    }

    /// A string of code points, surrogates allowed.
    pub fn from_slice(vm: &Vm, code_points: &[u32]) -> PyResult<Gc<Str>> {
        let largest = code_points.iter().copied().max().unwrap_or(0);
        Self::from_code_points(vm, code_points.len(), largest, code_points.iter().copied())
    }

    /// A string of as many code points as the iterator yields, which must be `len`, the largest being `largest`.
    pub fn from_code_points(
        vm: &Vm,
        len: usize,
        largest: u32,
        code_points: impl Iterator<Item = u32>,
    ) -> PyResult<Gc<Str>> {
        if len == 0 {
            return Ok(vm.empty_str());
        }
        let width = if largest < 0x100 {
            1
        } else if largest < 0x1_0000 {
            2
        } else {
            4
        };
        let mut code_points = code_points.take(len);
        if len == 1 && width == 1 {
            return Ok(vm.latin1_char(code_points.next().unwrap_or(0) as u8));
        }
        let text = Self::with_room(vm, len, width, largest < 0x80)?;
        let data = text.data_ptr();
        // SAFETY: at most `len` units of `width` bytes are written to fresh memory that has room for them and is aligned
        // to 8.
        unsafe {
            match width {
                1 => code_points.enumerate().for_each(|(i, c)| data.add(i).write(c as u8)),
                2 => code_points.enumerate().for_each(|(i, c)| data.cast::<u16>().add(i).write(c as u16)),
                _ => code_points.enumerate().for_each(|(i, c)| data.cast::<u32>().add(i).write(c)),
            }
        }
        Ok(text)
    }

    /// A string of a part of another's text, with the smallest width that it needs.
    pub fn from_text(vm: &Vm, text: Text<'_>) -> PyResult<Gc<Str>> {
        match text {
            Text::Latin1(units) => Self::from_latin1(vm, units),
            Text::Ucs2(units) => {
                let largest = units.iter().copied().max().map_or(0, u32::from);
                Self::from_code_points(vm, units.len(), largest, units.iter().copied().map(u32::from))
            }
            Text::Ucs4(units) => {
                let largest = units.iter().copied().max().unwrap_or(0);
                Self::from_code_points(vm, units.len(), largest, units.iter().copied())
            }
        }
    }

    /// A string of generalised UTF-8 (WTF-8), as constants of modules hold it. Bytes that are neither are replaced.
    pub fn from_wtf8(vm: &Vm, bytes: &[u8]) -> PyResult<Gc<Str>> {
        if bytes.is_ascii() {
            return Self::from_ascii(vm, bytes);
        }
        if let Ok(text) = core::str::from_utf8(bytes) {
            return Self::from_utf8(vm, text);
        }
        Self::from_slice(vm, &decode_wtf8(bytes))
    }

    /// The string itself, or a plain `str` of the same text when it is of a subclass.
    pub fn plain(vm: &Vm, text: Gc<Str>) -> PyResult<Gc<Str>> {
        if vm.is_exact_str(text.into()) { Ok(text) } else { Self::from_text(vm, text.text()) }
    }

    /// A string that keeps the text but belongs to a subclass of `str`.
    pub fn with_class(vm: &Vm, class: Gc<Class>, text: Gc<Str>) -> PyResult<Gc<Str>> {
        let copy: Gc<Str> = vm.alloc_trailing(class.root_shape(vm), text.len(), text.width())?;
        copy.info.set(text.info.get() & !(INTERNED | SHARED));
        // SAFETY: there is room for as many units of the same width.
        unsafe { core::ptr::copy_nonoverlapping(text.data_ptr(), copy.data_ptr(), text.len() * text.width()) };
        Ok(copy)
    }

    /// The number of code points.
    #[inline(always)]
    #[must_use]
    pub fn len(&self) -> usize {
        (self.info.get() >> 8) as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes a code point takes.
    #[inline(always)]
    #[must_use]
    pub fn width(&self) -> usize {
        (self.info.get() & WIDTH_MASK) as usize
    }

    /// Whether all code points are below U+0080.
    #[inline(always)]
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.info.get() & ASCII != 0
    }

    /// Whether equal text is the same object.
    #[inline(always)]
    #[must_use]
    pub fn is_interned(&self) -> bool {
        self.info.get() & INTERNED != 0
    }

    pub(crate) fn set_interned(&self) {
        self.info.set(self.info.get() | INTERNED);
    }

    /// The buffer that the text lies in, if it does.
    #[inline(always)]
    fn buffer(&self) -> Option<Gc<Buffer>> {
        // SAFETY: the reference lies behind the struct of every such string.
        (self.info.get() & SHARED != 0).then(|| unsafe { *self.data.as_ptr().cast::<Gc<Buffer>>() })
    }

    /// A string whose text is the beginning of a buffer.
    fn over(vm: &Vm, buffer: Gc<Buffer>, info: u64) -> PyResult<Gc<Str>> {
        let text: Gc<Str> = vm.alloc_trailing(vm.shapes().str, 1, size_of::<Gc<Buffer>>())?;
        // SAFETY: there is room for the reference, and nobody else knows the new object.
        unsafe { (&raw mut (*text.as_ptr()).data).cast::<Gc<Buffer>>().write(buffer) };
        text.info.set(info);
        Ok(text)
    }

    #[inline(always)]
    fn data_ptr(&self) -> *mut u8 {
        match self.buffer() {
            None => self.data.as_ptr().cast_mut(),
            Some(buffer) => buffer.data(),
        }
    }

    /// The string of one of its code points; the index is below the length.
    #[inline]
    pub fn char_at(&self, vm: &Vm, index: usize) -> PyResult<Gc<Str>> {
        match self.text().at(index) {
            code_point @ 0..0x100 => Ok(vm.latin1_char(code_point as u8)),
            code_point => Self::from_slice(vm, &[code_point]),
        }
    }

    /// The code points.
    #[inline]
    #[must_use]
    pub fn text(&self) -> Text<'_> {
        let (data, len) = (self.data_ptr().cast_const(), self.len());
        // SAFETY: the object was made with `len` units of its width, and its data is aligned to 8.
        unsafe {
            match self.width() {
                1 => Text::Latin1(core::slice::from_raw_parts(data, len)),
                2 => Text::Ucs2(core::slice::from_raw_parts(data.cast(), len)),
                _ => Text::Ucs4(core::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// The text as it stands in memory, if it is ASCII.
    #[inline]
    #[must_use]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.text() {
            Text::Latin1(units) if self.is_ascii() => core::str::from_utf8(units).ok(),
            _ => None,
        }
    }

    /// Generalised UTF-8 of the text.
    #[must_use]
    pub fn to_wtf8(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        for code_point in self.text().iter() {
            push_wtf8(&mut bytes, code_point);
        }
        bytes
    }

    /// The hash that `hash()` shows, as a word.
    #[inline]
    #[must_use]
    pub fn hash(&self) -> u64 {
        match self.hash.get() {
            0 => self.compute_hash(),
            hash => hash,
        }
    }

    #[cold]
    fn compute_hash(&self) -> u64 {
        let hash = crate::protocol::siphash::hash_text(self.text());
        self.hash.set(hash);
        hash
    }

    /// Whether the texts are the same.
    #[inline]
    #[must_use]
    pub fn equals(&self, other: &Str) -> bool {
        if core::ptr::eq(self, other) {
            return true;
        }
        if (self.info.get() ^ other.info.get()) & !0xff != 0 || self.width() != other.width() {
            return false;
        }
        if self.is_interned() && other.is_interned() {
            return false;
        }
        match (self.text(), other.text()) {
            (Text::Latin1(a), Text::Latin1(b)) => a == b,
            (Text::Ucs2(a), Text::Ucs2(b)) => a == b,
            (Text::Ucs4(a), Text::Ucs4(b)) => a == b,
            _ => false,
        }
    }

    /// Whether the text is this one.
    #[must_use]
    pub fn equals_str(&self, other: &str) -> bool {
        match self.as_ascii() {
            Some(text) => text == other,
            None => self.text().iter().eq(other.chars().map(u32::from)),
        }
    }
}

/// Shows the text; lone surrogates as U+FFFD.
impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_ascii() {
            return f.write_str(text);
        }
        for code_point in self.text().iter() {
            fmt::Write::write_char(f, char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER))?;
        }
        Ok(())
    }
}

/// Appends a code point, a surrogate too, as generalised UTF-8.
pub fn push_wtf8(bytes: &mut Vec<u8>, code_point: u32) {
    match char::from_u32(code_point) {
        Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => bytes.extend_from_slice(&[
            0xe0 | (code_point >> 12) as u8,
            0x80 | (code_point >> 6 & 0x3f) as u8,
            0x80 | (code_point & 0x3f) as u8,
        ]),
    }
}

/// The code points of generalised UTF-8; a byte that does not belong becomes U+FFFD.
#[must_use]
pub fn decode_wtf8(bytes: &[u8]) -> Vec<u32> {
    let mut code_points = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, ..] = rest {
        if let [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, tail @ ..] = rest {
            code_points.push(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f));
            rest = tail;
            continue;
        }
        let len = match first {
            0..=0x7f => 1,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        match rest.get(..len).and_then(|unit| core::str::from_utf8(unit).ok()) {
            Some(unit) => {
                code_points.extend(unit.chars().map(u32::from));
                rest = &rest[len..];
            }
            None => {
                code_points.push(0xfffd);
                rest = &rest[1..];
            }
        }
    }
    code_points
}

impl Vm {
    /// A string value of UTF-8 text.
    pub fn new_str(&self, text: &str) -> PyResult {
        Str::from_utf8(self, text).map(Value::from)
    }
}

/// The concatenation of strings. The iterator is run through twice.
pub fn join_runs(vm: &Vm, parts: impl Iterator<Item = Gc<Str>> + Clone) -> PyResult<Gc<Str>> {
    let (mut len, mut width, mut ascii) = (0usize, 1, true);
    for part in parts.clone() {
        let Some(sum) = len.checked_add(part.len()) else { return Err(vm.memory_error()) };
        len = sum;
        width = width.max(part.width());
        ascii &= part.is_ascii();
    }
    if len == 0 {
        return Ok(vm.empty_str());
    }
    let text = Str::with_room(vm, len, width, ascii)?;
    let mut at = 0;
    for part in parts {
        // SAFETY: `at + part.len()` never exceeds `len`, for which there is room in units of `width`; the object is new.
        unsafe { part.text().write_to(text.data_ptr().add(at * width), width) };
        at += part.len();
    }
    Ok(text)
}
