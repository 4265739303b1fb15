//! Exceptions: the object, chaining. [`classes`] has the hierarchy.

pub mod classes;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// An exception.
#[repr(C)]
pub struct Exception {
    header: Header,
    /// A tuple.
    pub args: Cell<Value>,
    /// A traceback, or unbound.
    pub traceback: Cell<Value>,
    /// What `raise .. from` named, or unbound.
    pub cause: Cell<Value>,
    /// What was being handled, or unbound.
    pub context: Cell<Value>,
    /// Whether `__suppress_context__` is set.
    pub suppress_context: Cell<bool>,
    /// What the class adds (`name`, `obj`, `value`, `errno`, ..); see `classes`.
    pub fields: [Cell<Value>; 4],
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Exception {
    const LAYOUT: Layout = Layout::Exception;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.args.get().trace(tracer);
        self.traceback.get().trace(tracer);
        self.cause.get().trace(tracer);
        self.context.get().trace(tracer);
        self.fields.iter().for_each(|field| field.get().trace(tracer));
    }
}

impl Exception {
    /// An exception of a class with these arguments. Does not call `__init__`.
    pub fn new(vm: &Vm, class: Gc<Class>, args: &[Value]) -> PyResult<Gc<Exception>> {
        let args = crate::types::tuple::Tuple::new(vm, args)?;
        vm.new_native(
            class,
            Exception {
                header: Header::empty(),
                args: Cell::new(args.into()),
                traceback: Cell::new(Value::UNBOUND),
                cause: Cell::new(Value::UNBOUND),
                context: Cell::new(Value::UNBOUND),
                suppress_context: Cell::new(false),
                fields: [const { Cell::new(Value::UNBOUND) }; 4],
            },
        )
    }

    /// The first argument, or None.
    #[must_use]
    pub fn first_arg(&self, vm: &Vm) -> Value {
        self.args.get().cast::<crate::types::tuple::Tuple>().and_then(|args| args.get(0)).unwrap_or(vm.none())
    }
}

/// Sets the context of an exception that is about to be raised to the one being handled, unless that makes a circle.
pub fn set_context(vm: &Vm, exception: Gc<Exception>) {
    let handled = vm.handled.get();
    let Some(handled) = handled.cast::<Exception>().filter(|handled| *handled != exception) else { return };
    // Cut the chain where the exception itself already stands in it.
    let mut link = handled;
    while let Some(next) = link.context.get().cast::<Exception>() {
        if next == exception {
            link.context.set(Value::UNBOUND);
            break;
        }
        link = next;
    }
    exception.context.set(handled.into());
    vm.heap.barrier(exception.header());
}
