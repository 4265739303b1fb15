//! Throwing exceptions into generators and coroutines, and closing them. PEP 342, PEP 380.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::interp::generator::Resumed;
use crate::object::Class;
use crate::types::exception::Exception;
use crate::types::generator::{Generator, State};
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The arguments of `throw`, as they were given: unbound where they were not.
#[derive(Clone, Copy)]
pub(crate) struct Thrown([Value; 3]);

impl Thrown {
    /// Those of a method, behind its receiver. More than one is deprecated.
    pub(crate) fn of(vm: &Vm, args: &[Value], method: &str) -> PyResult<Thrown> {
        if args[2].is_bound() {
            let text = format!(
                "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
            );
            vm.warn(vm.types().deprecation_warning, &text, 1)?;
        }
        Ok(Thrown([args[1], args[2], args[3]]))
    }

    /// One that is no method's, from its parts.
    pub(crate) fn new(kind: Value, value: Value, traceback: Value) -> Thrown {
        Thrown([kind, value, traceback])
    }

    /// `GeneratorExit`.
    pub(crate) fn exit(vm: &Vm) -> Thrown {
        Thrown([vm.types().generator_exit.into(), Value::UNBOUND, Value::UNBOUND])
    }

    /// The arguments that were given.
    fn given(&self) -> &[Value] {
        let count = self.0.iter().take_while(|value| value.is_bound()).count();
        &self.0[..count]
    }

    fn is_exit(&self, vm: &Vm) -> bool {
        let exit = vm.types().generator_exit;
        match self.0[0].cast::<Class>() {
            Some(class) => class.is_subclass_of(exit),
            None => vm.is_instance(self.0[0], exit),
        }
    }

    /// The exception that they describe. TypeError when they describe none; what making it raises is the exception itself.
    pub(crate) fn exception(&self, vm: &Vm) -> PyResult<Gc<Exception>> {
        let none = vm.none();
        let [kind, value, traceback] = self.0;
        let value = value.bound().unwrap_or(none);
        let traceback = traceback.bound().filter(|traceback| *traceback != none);
        if traceback.is_some_and(|traceback| traceback.cast::<Traceback>().is_none()) {
            return Err(vm.type_error("throw() third argument must be a traceback object"));
        }
        let exception = if let Some(exception) = kind.cast::<Exception>() {
            if value != none {
                return Err(vm.type_error("instance exception may not have a separate value"));
            }
            exception
        } else if let Some(class) = kind.cast::<Class>()
            && class.is_subclass_of(vm.types().base_exception)
        {
            match make(vm, class, value) {
                Ok(exception) => exception,
                Err(raised) => vm.take_exception(raised),
            }
        } else {
            let found = vm.type_name(kind);
            return Err(vm.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {found}"
            )));
        };
        if let Some(traceback) = traceback {
            exception.traceback.set(traceback);
            vm.heap.barrier(exception.header());
        }
        Ok(exception)
    }
}

/// An exception of a class: the value itself if it is one, else the class is called with it.
fn make(vm: &Vm, class: Gc<Class>, value: Value) -> PyResult<Gc<Exception>> {
    if vm.is_instance(value, class) {
        return Ok(value.expect());
    }
    let made = if value == vm.none() {
        vm.call(class.into(), &[])?
    } else if let Some(args) = value.cast::<Tuple>() {
        vm.call(class.into(), args.items())?
    } else {
        vm.call(class.into(), &[value])?
    };
    made.cast::<Exception>().ok_or(()).map_err(|()| {
        vm.type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.display_repr(class.into()),
            vm.type_name(made)
        ))
    })
}

/// Whether something is a generator or coroutine, for which `yield from` has a way of its own.
fn is_own(vm: &Vm, delegate: Value) -> bool {
    delegate.cast::<Generator>().is_some() && !vm.is_exact(delegate, vm.types().async_generator)
}

/// Throws an exception into a generator: into what it delegates to, if anything. `closes` says that for GeneratorExit that is closed
/// instead.
pub(crate) fn throw(vm: &Vm, generator: Gc<Generator>, thrown: Thrown, closes: bool) -> PyResult<Resumed> {
    vm.check_native_recursion()?;
    let suspended = generator.state.get() == State::Suspended;
    let Some(delegate) = generator.delegate.get().bound().filter(|_| suspended) else {
        let exception = thrown.exception(vm)?;
        return vm.resume_raising(generator, exception);
    };
    if closes && thrown.is_exit(vm) {
        let exception = match close_delegate(vm, generator, delegate) {
            Ok(()) => thrown.exception(vm)?,
            Err(raised) => vm.take_exception(raised),
        };
        return vm.resume_raising(generator, exception);
    }
    vm.throw_through(generator, || match throw_to_delegate(vm, delegate, thrown, closes)? {
        Some(resumed) => Ok(Ok(resumed)),
        None => thrown.exception(vm).map(Err),
    })
}

/// Closes what a generator delegates to; meanwhile it counts as running.
fn close_delegate(vm: &Vm, generator: Gc<Generator>, delegate: Value) -> PyResult<()> {
    generator.state.set(State::Running);
    let result = if is_own(vm, delegate) {
        vm.close_generator(delegate).map(drop)
    } else {
        vm.find_attr_str(delegate, "close")
            .and_then(|close| close.map_or(Ok(()), |close| vm.call(close, &[]).map(drop)))
    };
    generator.state.set(State::Suspended);
    result
}

/// `None` when the delegate cannot be thrown into.
fn throw_to_delegate(vm: &Vm, delegate: Value, thrown: Thrown, closes: bool) -> PyResult<Option<Resumed>> {
    if is_own(vm, delegate) {
        return throw(vm, delegate.expect(), thrown, closes).map(Some);
    }
    let Some(method) = vm.find_attr_str(delegate, "throw")? else { return Ok(None) };
    match vm.call(method, thrown.given()) {
        Ok(value) => Ok(Some(Resumed::Yielded(value))),
        Err(raised) if vm.pending_is(vm.types().stop_iteration) => {
            let stop = vm.take_exception(raised);
            Ok(Some(Resumed::Returned(stop.first_arg(vm))))
        }
        Err(raised) => Err(raised),
    }
}

impl Vm {
    /// Closes a generator or coroutine: raises GeneratorExit in it. Returns what it returned for that, or None.
    pub fn close_generator(&self, generator: Value) -> PyResult {
        let Some(object) = generator.cast::<Generator>() else { return Ok(self.none()) };
        match object.state.get() {
            State::Created => {
                object.state.set(State::Finished);
                object.registers.set(None);
                return Ok(self.none());
            }
            State::Finished => return Ok(self.none()),
            State::Suspended | State::Running => {}
        }
        match throw(self, object, Thrown::exit(self), true) {
            Ok(Resumed::Yielded(_)) => {
                let kind = self.generator_kind(object);
                Err(self.runtime_error(format!("{kind} ignored GeneratorExit")))
            }
            Ok(Resumed::Returned(value)) => Ok(value),
            Err(raised) if self.pending_is(self.types().generator_exit) => {
                let _ = self.take_exception(raised);
                Ok(self.none())
            }
            Err(raised) if self.pending_is(self.types().stop_iteration) => {
                Ok(self.take_exception(raised).first_arg(self))
            }
            Err(raised) => Err(raised),
        }
    }
}
