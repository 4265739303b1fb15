//! Frames as programs see them.

use core::cell::Cell;

use orochi_gc::{Header, Tracer};

use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;

/// A frame: made when a program asks for one.
#[repr(C)]
pub struct Frame {
    header: Header,
    pub function: Cell<Value>,
    /// A mapping.
    pub locals: Cell<Value>,
    /// The calling frame, or None.
    pub back: Cell<Value>,
    pub line: Cell<u32>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Frame {
    const LAYOUT: Layout = Layout::Frame;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.function.get().trace(tracer);
        self.locals.get().trace(tracer);
        self.back.get().trace(tracer);
    }
}

/// `frame`.
pub static CLASS: ClassDef = ClassDef::new("frame", "", Layout::Frame);
