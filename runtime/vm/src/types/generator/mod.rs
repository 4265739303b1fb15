//! Generators, coroutines and asynchronous generators: frames that can be suspended.
//!
//! The registers of such a frame lie in the generator object itself; it runs on them in place, so that suspending and resuming copy nothing.
//! A suspended generator is reported to the collector like any object; while it runs, and when it is suspended, it is put into the
//! collector's remembered set, since its registers change without barriers.

pub mod asynchronous;
pub mod finalize;
pub mod methods;
pub mod registers;
pub mod throw;

use registers::Registers;

pub use asynchronous::{get_async_iter, get_async_next, get_awaitable, wrap_yielded};

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::interp::instr::Instr;
use crate::lower::Lowered;
use crate::object::class::ClassDef;
use crate::object::class::flags;
use crate::object::layout::{Layout, PyLayout};
use crate::types::function::Function;
use crate::value::Value;

/// Where a generator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Not started.
    Created,
    Suspended,
    Running,
    /// Returned, raised or closed.
    Finished,
}

/// A generator, coroutine or asynchronous generator, by its class.
#[repr(C)]
pub struct Generator {
    pub(crate) header: Header,
    pub state: Cell<State>,
    /// Whether it handles an exception of its own, not only its caller does.
    pub handles: Cell<bool>,
    /// Register that takes what is sent, when it goes on.
    pub resume_register: Cell<u16>,
    /// Of asynchronous generators: whether the hooks were told of it, whether it is closed, whether something drives it.
    pub hooked: Cell<bool>,
    pub closed: Cell<bool>,
    pub driven: Cell<bool>,
    pub pc: Cell<*const Instr>,
    /// The form of its code that it runs.
    pub code: Cell<*const Lowered>,
    pub function: Gc<Function>,
    pub name: Cell<Value>,
    pub qualname: Cell<Value>,
    /// The exception that it is handling while suspended; while it runs, the one that its caller is handling; or unbound.
    pub handled: Cell<Value>,
    /// What `yield from` or `await` delegates to, while suspended there; else unbound.
    pub delegate: Cell<Value>,
    /// The registers, until it is finished.
    pub registers: Cell<Option<Gc<Registers>>>,
    /// Its `frame` object, if one was made.
    pub frame: Cell<Value>,
    /// Of coroutines: where it was made, if that is tracked. Of asynchronous generators: the hook that finalizes it. Or unbound.
    pub hook: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Generator {
    const LAYOUT: Layout = Layout::Generator;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        for cell in [&self.name, &self.qualname, &self.handled, &self.delegate, &self.frame, &self.hook] {
            cell.get().trace(tracer);
        }
        Value::from(self.function).trace(tracer);
        if let Some(registers) = self.registers.get() {
            Value::from(registers).trace(tracer);
        }
    }
}

/// `generator`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::NO_NEW,
    methods: &[methods::METHODS, methods::SHOWN, methods::ITERATION, crate::types::generic_alias::CLASS_GETITEM],
    getset: methods::GENERATOR_ATTRIBUTES,
    ..ClassDef::new("generator", "", Layout::Generator)
};
/// `coroutine`.
pub static COROUTINE_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::NO_NEW,
    methods: &[methods::COROUTINE, methods::SHOWN, methods::AWAITING, crate::types::generic_alias::CLASS_GETITEM],
    getset: methods::COROUTINE_ATTRIBUTES,
    ..ClassDef::new("coroutine", "", Layout::Generator)
};
/// `async_generator`.
pub static ASYNC_GENERATOR_CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF | flags::NO_NEW,
    methods: &[asynchronous::ASYNC_GENERATOR, methods::SHOWN, crate::types::generic_alias::CLASS_GETITEM],
    getset: methods::ASYNC_GENERATOR_ATTRIBUTES,
    ..ClassDef::new("async_generator", "", Layout::Generator)
};
/// `coroutine_wrapper`: a record of the coroutine.
pub static COROUTINE_WRAPPER_CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[methods::WRAPPER],
    ..ClassDef::new("coroutine_wrapper", "A wrapper object implementing __await__ for coroutines.", Layout::Record)
};
/// What `__anext__` and `asend` return: a record.
pub static SENDER_CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[asynchronous::SENDER, asynchronous::AWAITABLE],
    ..ClassDef::new("async_generator_asend", "", Layout::Record)
};
/// What `athrow` and `aclose` return: a record.
pub static THROWER_CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[asynchronous::THROWER, asynchronous::AWAITABLE],
    ..ClassDef::new("async_generator_athrow", "", Layout::Record)
};
/// A value that an asynchronous generator yielded: a record.
pub static WRAPPED_CLASS: ClassDef =
    ClassDef { flags: flags::NO_NEW, ..ClassDef::new("async_generator_wrapped_value", "", Layout::Record) };
