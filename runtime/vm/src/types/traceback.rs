//! Tracebacks.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::ClassDef;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

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

impl Traceback {
    /// An entry in front of others.
    pub fn new(
        vm: &Vm,
        next: Value,
        function: Value,
        position: orochi_bytecode::Position,
        offset: u32,
    ) -> PyResult<Gc<Traceback>> {
        vm.new_native(
            vm.types().traceback,
            Traceback {
                header: Header::empty(),
                next: Cell::new(next),
                frame: Cell::new(Value::UNBOUND),
                function: Cell::new(function),
                line: Cell::new(position.line),
                end_line: Cell::new(position.end_line),
                column: Cell::new(position.column),
                end_column: Cell::new(position.end_column),
                instruction: Cell::new(offset),
            },
        )
    }
}

/// `traceback`.
pub static CLASS: ClassDef = ClassDef::new("traceback", "", Layout::Traceback);
