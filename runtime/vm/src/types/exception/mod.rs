//! Exceptions: the object, raising, matching. [`classes`] has the hierarchy, [`methods`] what all exceptions have,
//! [`fields`] and the files named after a class what that class adds, [`group`] exception groups, [`display`]
//! the text of tracebacks.

pub mod classes;
pub mod display;
pub mod fields;
pub mod group;
pub mod methods;
pub mod os_error;
pub mod suggest;
pub mod syntax_error;
pub mod unicode_error;

pub use suggest::suggest;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::Special;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::types::tuple::Tuple;
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

    /// An argument, if there are so many.
    #[must_use]
    pub fn arg(&self, index: usize) -> Option<Value> {
        self.args.get().cast::<Tuple>().and_then(|args| args.get(index))
    }

    /// How many arguments it has.
    #[must_use]
    pub fn arg_count(&self) -> usize {
        self.args.get().cast::<Tuple>().map_or(0, |args| args.len())
    }

    /// Sets one of the fields that its class adds.
    pub fn set_field(&self, vm: &Vm, index: usize, value: Value) {
        self.fields[index].set(value);
        vm.heap.barrier(&raw const self.header);
    }

    /// Sets the arguments.
    pub fn set_args(&self, vm: &Vm, args: &[Value]) -> PyResult<()> {
        self.args.set(Tuple::new(vm, args)?.into());
        vm.heap.barrier(&raw const self.header);
        Ok(())
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
    // Cut the chain where the exception itself already stands in it. A program can have made a circle without it: `slow`, which takes
    // every second step, then meets the other.
    let (mut link, mut slow, mut steps_slow) = (handled, handled, false);
    while let Some(next) = link.context.get().cast::<Exception>() {
        if next == exception {
            link.context.set(Value::UNBOUND);
            break;
        }
        link = next;
        if link == slow {
            break;
        }
        if steps_slow && let Some(next) = slow.context.get().cast::<Exception>() {
            slow = next;
        }
        steps_slow = !steps_slow;
    }
    exception.context.set(handled.into());
    vm.heap.barrier(exception.header());
}

/// The exception that `raise value` or `raise value from cause` raises: a class is called. TypeError when it is no exception.
pub fn make_raisable(vm: &Vm, value: Value, cause: Option<Value>) -> PyResult<Gc<Exception>> {
    let exception = instance(vm, value, "exceptions must derive from BaseException")?;
    let Some(cause) = cause else { return Ok(exception) };
    let cause = if cause == vm.none() {
        Value::UNBOUND
    } else {
        instance(vm, cause, "exception causes must derive from BaseException")?.into()
    };
    exception.cause.set(cause);
    exception.suppress_context.set(true);
    vm.heap.barrier(exception.header());
    Ok(exception)
}

fn instance(vm: &Vm, value: Value, message: &str) -> PyResult<Gc<Exception>> {
    if let Some(exception) = value.cast::<Exception>() {
        return Ok(exception);
    }
    match value.cast::<Class>() {
        Some(class) if class.is_subclass_of(vm.types().base_exception) => {
            let base = vm.types().base_exception;
            let is_plain = |special| class.special(special) == base.special(special);
            if is_plain(Special::New) && is_plain(Special::Init) && vm.is_exact(value, vm.types().type_) {
                return Exception::new(vm, class, &[]);
            }
            let made = vm.call(value, &[])?;
            made.cast::<Exception>().ok_or(()).map_err(|()| {
                vm.type_error(format!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    vm.display_repr(value),
                    vm.display_repr(vm.class_of(made).into())
                ))
            })
        }
        _ => Err(vm.type_error(message)),
    }
}

impl Vm {
    /// Whether an `except` clause takes an exception. TypeError when what it names is no exception class, nor a tuple of such.
    pub fn exception_matches(&self, exception: Value, pattern: Value) -> PyResult<bool> {
        const NOT_CATCHABLE: &str = "catching classes that do not inherit from BaseException is not allowed";
        let class = self.class_of(exception);
        if pattern == class.into() {
            return Ok(true);
        }
        let base = self.types().base_exception;
        let matches = |pattern: Value| match pattern.cast::<Class>() {
            Some(pattern) if pattern.is_subclass_of(base) => Ok(class.is_subclass_of(pattern)),
            _ => Err(self.type_error(NOT_CATCHABLE)),
        };
        let Some(tuple) = pattern.cast::<Tuple>() else { return matches(pattern) };
        let mut found = false;
        for pattern in tuple.items() {
            found |= matches(*pattern)?;
        }
        Ok(found)
    }
}

/// Adds a note to the pending exception, as `add_note` does.
#[cold]
pub fn add_note(vm: &Vm, raised: crate::Raised, note: &str) -> crate::Raised {
    let exception = vm.take_exception(raised);
    let added = vm.new_str(note).and_then(|note| methods::append_note(vm, exception, note));
    match added {
        Ok(()) => vm.raise_exception(exception),
        Err(raised) => raised,
    }
}
