//! Tracebacks.

use core::cell::Cell;

use orochi_gc::{Header, Tracer};

use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;

/// One entry of a traceback: a place in a function.
#[repr(C)]
pub struct Traceback {
    header: Header,
    /// The entry nearer to where the exception was raised, or None.
    pub next: Cell<Value>,
    /// The frame, or unbound until someone asks.
    pub frame: Cell<Value>,
    /// The function that ran.
    pub function: Cell<Value>,
    /// 1-based, 0 when unknown.
    pub line: Cell<u32>,
    pub end_line: Cell<u32>,
    /// 0-based UTF-8 byte offset.
    pub column: Cell<u32>,
    pub end_column: Cell<u32>,
    /// Offset in the body.
    pub instruction: Cell<u32>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Traceback {
    const LAYOUT: Layout = Layout::Traceback;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.next.get().trace(tracer);
        self.frame.get().trace(tracer);
        self.function.get().trace(tracer);
    }
}

/// `traceback`.
pub static CLASS: ClassDef = ClassDef::new("traceback", "", Layout::Traceback);
