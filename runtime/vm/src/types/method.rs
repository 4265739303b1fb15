//! Bound methods, `staticmethod` and `classmethod`.

use core::cell::Cell;

use orochi_gc::{Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A method bound to an object.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    pub function: Cell<Value>,
    pub receiver: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for BoundMethod {
    const LAYOUT: Layout = Layout::BoundMethod;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.function.get().trace(tracer);
        self.receiver.get().trace(tracer);
    }
}

impl BoundMethod {
    /// Binds a callable to a receiver.
    pub fn new(vm: &Vm, function: Value, receiver: Value) -> PyResult {
        let method =
            BoundMethod { header: Header::empty(), function: Cell::new(function), receiver: Cell::new(receiver) };
        vm.new_native(vm.types().method, method).map(Value::from)
    }
}

/// Field of the records behind `staticmethod` and `classmethod`: the callable.
pub const CALLABLE: usize = 0;

/// A `staticmethod` of a callable.
pub fn new_static(vm: &Vm, callable: Value) -> PyResult {
    crate::object::Record::new(vm, vm.types().staticmethod, &[callable]).map(Value::from)
}

/// `method`.
pub static CLASS: ClassDef = ClassDef { flags: flags::WEAKREF, ..ClassDef::new("method", "", Layout::BoundMethod) };
/// `staticmethod`.
pub static STATIC_CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("staticmethod", "", Layout::Record) };
/// `classmethod`.
pub static CLASSMETHOD_CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::DICT, ..ClassDef::new("classmethod", "", Layout::Record) };
