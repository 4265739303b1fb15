//! Errors: a raised Python exception is one word in the VM ([`Vm::take_exception`]) and the marker [`Raised`] in
//! results, so that the way without errors stays cheap.

use orochi_gc::Gc;

use crate::object::class::Class;
use crate::types::exception::Exception;
use crate::value::Value;
use crate::vm::Vm;

/// Says that an exception is pending in the VM. Made only by the functions here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raised(());

/// The result of whatever may raise.
pub type PyResult<T = Value> = Result<T, Raised>;

impl Vm {
    /// Makes an exception pending.
    #[cold]
    pub fn raise_exception(&self, exception: Gc<Exception>) -> Raised {
        self.pending.set(exception.into());
        Raised(())
    }

    /// Takes the pending exception.
    #[must_use]
    pub fn take_exception(&self, _: Raised) -> Gc<Exception> {
        let value = self.pending.replace(Value::UNBOUND);
        value.expect::<Exception>()
    }

    /// Raises an exception of a class with one string argument.
    #[cold]
    pub fn raise(&self, class: Gc<Class>, message: impl AsRef<str>) -> Raised {
        let text = match self.new_str(message.as_ref()) {
            Ok(text) => text,
            Err(raised) => return raised,
        };
        self.raise_with(class, &[text])
    }

    /// Raises an exception of a native class with these arguments; does not call its `__init__`.
    #[cold]
    pub fn raise_with(&self, class: Gc<Class>, args: &[Value]) -> Raised {
        match Exception::new(self, class, args) {
            Ok(exception) => {
                crate::types::exception::set_context(self, exception);
                self.raise_exception(exception)
            }
            Err(raised) => raised,
        }
    }

    /// `TypeError(message)`.
    #[cold]
    pub fn type_error(&self, message: impl AsRef<str>) -> Raised {
        self.raise(self.types().type_error, message)
    }

    /// `ValueError(message)`.
    #[cold]
    pub fn value_error(&self, message: impl AsRef<str>) -> Raised {
        self.raise(self.types().value_error, message)
    }

    /// `IndexError(message)`.
    #[cold]
    pub fn index_error(&self, message: impl AsRef<str>) -> Raised {
        self.raise(self.types().index_error, message)
    }

    /// `OverflowError(message)`.
    #[cold]
    pub fn overflow_error(&self, message: impl AsRef<str>) -> Raised {
        self.raise(self.types().overflow_error, message)
    }

    /// `RuntimeError(message)`.
    #[cold]
    pub fn runtime_error(&self, message: impl AsRef<str>) -> Raised {
        self.raise(self.types().runtime_error, message)
    }

    /// `KeyError(key)`.
    #[cold]
    pub fn key_error(&self, key: Value) -> Raised {
        self.raise_with(self.types().key_error, &[key])
    }

    /// `StopIteration(value)`; without an argument when `value` is None.
    #[cold]
    pub fn stop_iteration(&self, value: Value) -> Raised {
        if value == self.none() {
            self.raise_with(self.types().stop_iteration, &[])
        } else {
            self.raise_with(self.types().stop_iteration, &[value])
        }
    }

    /// The MemoryError for an allocation that does not fit.
    #[cold]
    pub fn memory_error(&self) -> Raised {
        // Made at the start: there may be no room for one now.
        self.pending.set(self.memory_error_instance.get());
        Raised(())
    }

    /// Whether the pending exception is of a class or a subclass.
    #[must_use]
    pub fn pending_is(&self, class: Gc<Class>) -> bool {
        self.class_of(self.pending.get()).is_subclass_of(class)
    }

    /// `Ok(None)` in place of a pending exception of this class; any other stays.
    pub fn absorb<T>(&self, result: PyResult<T>, class: Gc<Class>) -> PyResult<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.pending_is(class) => {
                self.pending.set(Value::UNBOUND);
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }
}
