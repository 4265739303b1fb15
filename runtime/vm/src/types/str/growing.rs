//! Strings that grow: `text += part` in a loop.
//!
//! A string never changes, so each step makes a new one; copying the whole text each time would make the loop quadratic. A long
//! string that something short is added to lies in a [`Buffer`] with room behind it, and the sum is a new string object over the same
//! buffer: what comes after the end of the older string is nothing to it. Only the string that ends where the buffer's text ends can
//! be added to in place; for any other the text is copied.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use super::{ASCII, SHARED, Str, Text};
use crate::error::PyResult;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::vm::Vm;

/// Strings of fewer bytes are copied: that is as fast.
const LEAST: usize = 1024;

/// The text that one or more strings begin with, and room behind it.
#[repr(C)]
pub struct Buffer {
    header: Header,
    /// Bytes of text.
    used: Cell<usize>,
    capacity: usize,
    data: [u64; 0],
}

/// The class of such buffers, which no program sees.
pub(crate) static CLASS: ClassDef = ClassDef::new("orochi.text", "", Layout::TextBuffer);

// SAFETY: begins with a header, and has no references.
unsafe impl PyLayout for Buffer {
    const LAYOUT: Layout = Layout::TextBuffer;
    const TRAILING: bool = true;

    fn trace_native(&self, _: &mut Tracer<'_>) {}

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.capacity
    }
}

impl Buffer {
    fn new(vm: &Vm, capacity: usize) -> PyResult<Gc<Buffer>> {
        let buffer: Gc<Buffer> = vm.alloc_trailing(vm.types().text_buffer.root_shape(vm), capacity, 1)?;
        // SAFETY: fresh memory of the right size; the capacity is set before anyone else sees the object.
        unsafe { (&raw mut (*buffer.as_ptr()).capacity).write(capacity) };
        Ok(buffer)
    }

    /// Where the text is.
    #[inline(always)]
    pub(super) fn data(&self) -> *mut u8 {
        self.data.as_ptr().cast_mut().cast()
    }

    /// Adds text; there is room for it in units of this width, which is no smaller than the text's.
    fn push(&self, text: Text<'_>, width: usize) {
        let used = self.used.get();
        let bytes = text.len() * width;
        assert!(bytes <= self.capacity - used, "there is room for the text");
        // SAFETY: the room is behind the text of all strings that lie here; `used` is a multiple of the width.
        unsafe { text.write_to(self.data().add(used), width) };
        self.used.set(used + bytes);
    }
}

/// `a + b` in a buffer, when `a` is long, `b` is short and no wider.
pub(super) fn append(vm: &Vm, a: Gc<Str>, b: Gc<Str>) -> PyResult<Option<Gc<Str>>> {
    let width = a.width();
    let (front, back) = (a.len() * width, b.len() * width);
    if front < LEAST || back > front / 4 || b.width() > width {
        return Ok(None);
    }
    let Some(len) = a.len().checked_add(b.len()) else { return Err(vm.memory_error()) };
    let known = a.buffer();
    let buffer = match known.filter(|buffer| buffer.used.get() == front && buffer.capacity - front >= back) {
        Some(buffer) => buffer,
        None => {
            // What was added to before will be added to again; before that there is little room to be wasted.
            let spare = if known.is_some() { front } else { front / 8 };
            let capacity = (front + back).saturating_add(spare).next_multiple_of(8);
            let buffer = match Buffer::new(vm, capacity) {
                Ok(buffer) => buffer,
                Err(raised) => {
                    // There may be memory for the sum without room behind it.
                    let _ = vm.take_exception(raised);
                    return Ok(None);
                }
            };
            buffer.push(a.text(), width);
            buffer
        }
    };
    buffer.push(b.text(), width);
    let ascii = if a.is_ascii() && b.is_ascii() { ASCII } else { 0 };
    Str::over(vm, buffer, (len as u64) << 8 | width as u64 | ascii | SHARED).map(Some)
}
