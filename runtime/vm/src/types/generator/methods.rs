//! Methods of generators and coroutines. PEP 342, PEP 380, PEP 492.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::{PyResult, Raised};
use crate::interp::generator::Resumed;
use crate::types::exception::Exception;
use crate::types::frame::Frame;
use crate::types::generator::{Generator, State};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// What resuming came to, as a method returns it: the value, or StopIteration with the result.
pub(crate) fn step(vm: &Vm, resumed: Resumed) -> PyResult {
    match resumed {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) => Err(stop(vm, value)),
    }
}

/// StopIteration with a result. A tuple or an exception as the result is not taken apart.
pub(crate) fn stop(vm: &Vm, value: Value) -> Raised {
    vm.stop_iteration(value)
}

/// Sends a value to a generator or coroutine.
pub(crate) fn send(vm: &Vm, generator: Gc<Generator>, value: Value) -> PyResult<Resumed> {
    if generator.state.get() == State::Created && value != vm.none() {
        let kind = vm.type_name(generator.into()).replace('_', " ");
        return Err(vm.type_error(format!("can't send non-None value to a just-started {kind}")));
    }
    if generator.state.get() == State::Finished && vm.is_exact(generator.into(), vm.types().coroutine) {
        return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
    }
    vm.resume(generator, value)
}

/// The exception that the arguments of `throw` describe.
pub(crate) fn thrown(vm: &Vm, kind: Value, value: Value, traceback: Value) -> PyResult<Gc<Exception>> {
    let none = vm.none();
    let value = value.bound().unwrap_or(none);
    let traceback = traceback.bound().unwrap_or(none);
    if traceback != none && traceback.cast::<crate::types::traceback::Traceback>().is_none() {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(exception) = kind.cast::<Exception>() {
        if value != none {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        exception
    } else if let Some(class) = kind.cast::<crate::object::Class>()
        && class.is_subclass_of(vm.types().base_exception)
    {
        let instance = if vm.is_instance(value, class) {
            value
        } else if value == none {
            vm.call(kind, &[])?
        } else if let Some(args) = value.cast::<crate::types::tuple::Tuple>() {
            vm.call(kind, args.items())?
        } else {
            vm.call(kind, &[value])?
        };
        match instance.cast::<Exception>() {
            Some(exception) => exception,
            None => return Err(vm.type_error("exceptions must be classes or instances deriving from BaseException")),
        }
    } else {
        return Err(vm.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            vm.type_name(kind)
        )));
    };
    if traceback != none {
        exception.traceback.set(traceback);
        vm.heap.barrier(exception.header());
    }
    Ok(exception)
}

/// Throws an exception into a generator: into what it delegates to, if anything. PEP 380.
pub(crate) fn throw(vm: &Vm, generator: Gc<Generator>, exception: Gc<Exception>) -> PyResult<Resumed> {
    vm.check_resumable(generator)?;
    vm.check_native_recursion()?;
    let Some(delegate) = generator.delegate.get().bound().filter(|_| generator.state.get() == State::Suspended) else {
        return vm.resume_raising(generator, exception);
    };
    let closing = vm.is_instance(exception.into(), vm.types().generator_exit);
    generator.state.set(State::Running);
    let result =
        if closing { close_delegate(vm, delegate).map(|()| None) } else { throw_to_delegate(vm, delegate, exception) };
    generator.state.set(State::Suspended);
    match result {
        // The delegate cannot be thrown into, or was closed: the exception is raised here.
        Ok(None) => vm.resume_raising(generator, exception),
        Ok(Some(Resumed::Yielded(value))) => Ok(Resumed::Yielded(value)),
        Ok(Some(Resumed::Returned(value))) => vm.resume_after_delegation(generator, value),
        Err(raised) => {
            let other = vm.take_exception(raised);
            vm.resume_raising(generator, other)
        }
    }
}

fn close_delegate(vm: &Vm, delegate: Value) -> PyResult<()> {
    if delegate.cast::<Generator>().is_some() && !vm.is_exact(delegate, vm.types().async_generator) {
        return vm.close_generator(delegate).map(drop);
    }
    match vm.find_attr_str(delegate, "close")? {
        Some(close) => vm.call(close, &[]).map(drop),
        None => Ok(()),
    }
}

fn throw_to_delegate(vm: &Vm, delegate: Value, exception: Gc<Exception>) -> PyResult<Option<Resumed>> {
    if let Some(generator) = delegate.cast::<Generator>()
        && !vm.is_exact(delegate, vm.types().async_generator)
    {
        return throw(vm, generator, exception).map(Some);
    }
    let Some(method) = vm.find_attr_str(delegate, "throw")? else { return Ok(None) };
    match vm.call(method, &[exception.into()]) {
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
                object.registers.set(Value::UNBOUND);
                return Ok(self.none());
            }
            State::Finished => return Ok(self.none()),
            State::Suspended | State::Running => {}
        }
        let exit = Exception::new(self, self.types().generator_exit, &[])?;
        match throw(self, object, exit) {
            Ok(Resumed::Yielded(_)) => {
                let kind = self.type_name(generator).replace('_', " ");
                Err(self.runtime_error(format!("{kind} ignored GeneratorExit")))
            }
            Ok(Resumed::Returned(value)) => Ok(value),
            Err(raised)
                if self.pending_is(self.types().generator_exit) || self.pending_is(self.types().stop_iteration) =>
            {
                let _ = self.take_exception(raised);
                Ok(self.none())
            }
            Err(raised) => Err(raised),
        }
    }
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Raise GeneratorExit inside the generator.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        vm.close_generator(args[0])
    }

    /// Resume the generator with a value; return what it yields next or raise StopIteration.
    #[method("send($self, value, /)")]
    fn send_method(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, args[0].expect(), args[1])?;
        step(vm, resumed)
    }

    /// Raise an exception in the generator; return what it yields next or raise StopIteration.
    #[method("throw($self, type, value=None, traceback=None, /)")]
    fn throw_method(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = thrown(vm, args[1], args[2], args[3])?;
        let resumed = throw(vm, args[0].expect(), exception)?;
        step(vm, resumed)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let generator: Gc<Generator> = args[0].expect();
        let (kind, name) = (vm.type_name(args[0]), vm.display(generator.qualname.get()));
        vm.new_str(&format!("<{kind} object {name} at {:#x}>", generator.as_ptr() as usize))
    }
}

#[methods(pub(crate) ITERATION)]
impl Iteration {
    /// Return the generator itself.
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Resume the generator.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        match vm.resume(args[0].expect(), vm.none())? {
            Resumed::Yielded(value) => Ok(value),
            Resumed::Returned(value) if value == vm.none() => Ok(Value::UNBOUND),
            Resumed::Returned(value) => Err(stop(vm, value)),
        }
    }
}

#[methods(pub(crate) AWAITING)]
impl Awaiting {
    /// Return an iterator to be used in await.
    #[method("__await__($self, /)")]
    fn await_(vm: &Vm, args: &[Value]) -> PyResult {
        crate::object::Record::new(vm, vm.types().coroutine_wrapper, &[args[0]]).map(Value::from)
    }
}

/// The coroutine behind a `coroutine_wrapper`.
fn wrapped(wrapper: Value) -> Gc<Generator> {
    wrapper.expect::<crate::object::Record>().get(0).expect()
}

#[methods(pub(crate) WRAPPER)]
impl Wrapper {
    /// Return the iterator itself.
    #[method("__iter__($self, /)")]
    fn wrapper_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Resume the coroutine.
    #[method("__next__($self, /)")]
    fn wrapper_next(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, wrapped(args[0]), vm.none())?;
        step(vm, resumed)
    }

    /// Close the coroutine.
    #[method("close($self, /)")]
    fn wrapper_close(vm: &Vm, args: &[Value]) -> PyResult {
        vm.close_generator(wrapped(args[0]).into())
    }

    /// Resume the coroutine with a value.
    #[method("send($self, value, /)")]
    fn wrapper_send(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, wrapped(args[0]), args[1])?;
        step(vm, resumed)
    }

    /// Raise an exception in the coroutine.
    #[method("throw($self, type, value=None, traceback=None, /)")]
    fn wrapper_throw(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = thrown(vm, args[1], args[2], args[3])?;
        let resumed = throw(vm, wrapped(args[0]), exception)?;
        step(vm, resumed)
    }
}

fn generator_name(_: &Vm, generator: Value) -> PyResult {
    Ok(generator.expect::<Generator>().name.get())
}

fn generator_qualname(_: &Vm, generator: Value) -> PyResult {
    Ok(generator.expect::<Generator>().qualname.get())
}

fn set_text(
    vm: &Vm,
    generator: Value,
    value: Option<Value>,
    what: &str,
    field: fn(&Generator) -> &core::cell::Cell<Value>,
) -> PyResult<()> {
    let generator: Gc<Generator> = generator.expect();
    match value.filter(|value| value.cast::<crate::types::str::Str>().is_some()) {
        Some(value) => {
            field(&generator).set(value);
            vm.heap.barrier(generator.header());
            Ok(())
        }
        None => Err(vm.type_error(format!("{what} must be set to a string object"))),
    }
}

fn running(vm: &Vm, generator: Value) -> PyResult {
    Ok(vm.bool(generator.expect::<Generator>().state.get() == State::Running))
}

fn suspended(vm: &Vm, generator: Value) -> PyResult {
    Ok(vm.bool(generator.expect::<Generator>().state.get() == State::Suspended))
}

fn delegate(vm: &Vm, generator: Value) -> PyResult {
    let generator: Gc<Generator> = generator.expect();
    let suspended = generator.state.get() == State::Suspended;
    Ok(generator.delegate.get().bound().filter(|_| suspended).unwrap_or(vm.none()))
}

fn frame(vm: &Vm, generator: Value) -> PyResult {
    Ok(Frame::of_generator(vm, generator.expect())?.map_or(vm.none(), Value::from))
}

fn code(_: &Vm, generator: Value) -> PyResult {
    // SAFETY: the code lives as long as the generator's function.
    Ok(unsafe { &*generator.expect::<Generator>().code.get() }.owner().into())
}

const NAME: GetSetDef = GetSetDef {
    name: "__name__",
    doc: "name of the generator",
    get: generator_name,
    set: Some(|vm, generator, value| set_text(vm, generator, value, "__name__", |g| &g.name)),
    member: false,
};
const QUALNAME: GetSetDef = GetSetDef {
    name: "__qualname__",
    doc: "qualified name of the generator",
    get: generator_qualname,
    set: Some(|vm, generator, value| set_text(vm, generator, value, "__qualname__", |g| &g.qualname)),
    member: false,
};

/// Attributes of generators.
pub(crate) static GENERATOR_ATTRIBUTES: &[GetSetDef] = &[
    NAME,
    QUALNAME,
    GetSetDef::readonly("gi_code", "its code object", code),
    GetSetDef::readonly("gi_frame", "its frame, or None when it is finished", frame),
    GetSetDef::readonly("gi_running", "whether it is running", running),
    GetSetDef::readonly("gi_suspended", "whether it is suspended", suspended),
    GetSetDef::readonly("gi_yieldfrom", "what it delegates to", delegate),
];

/// Attributes of coroutines.
pub(crate) static COROUTINE_ATTRIBUTES: &[GetSetDef] = &[
    NAME,
    QUALNAME,
    GetSetDef::readonly("cr_await", "what it awaits", delegate),
    GetSetDef::readonly("cr_code", "its code object", code),
    GetSetDef::readonly("cr_frame", "its frame, or None when it is finished", frame),
    GetSetDef::readonly("cr_running", "whether it is running", running),
    GetSetDef::readonly("cr_suspended", "whether it is suspended", suspended),
];

/// Attributes of asynchronous generators.
pub(crate) static ASYNC_GENERATOR_ATTRIBUTES: &[GetSetDef] = &[
    NAME,
    QUALNAME,
    GetSetDef::readonly("ag_await", "what it awaits", delegate),
    GetSetDef::readonly("ag_code", "its code object", code),
    GetSetDef::readonly("ag_frame", "its frame, or None when it is finished", frame),
    GetSetDef::readonly("ag_running", "whether it is running", running),
    GetSetDef::readonly("ag_suspended", "whether it is suspended", suspended),
];
