//! Methods of generators and coroutines. PEP 342, PEP 380, PEP 492.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::{PyResult, Raised};
use crate::interp::generator::Resumed;
use crate::types::frame::Frame;
use crate::types::generator::throw::{Thrown, throw};
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
    vm.resume(generator, value)
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// close() -> raise GeneratorExit inside generator.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        vm.close_generator(args[0])
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("resumes send($self, object, /)")]
    fn send_method(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, args[0].expect(), args[1])?;
        step(vm, resumed)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise StopIteration.
    /// The (type, value, tb) signature is deprecated and may be removed in a future version of Python.
    #[method("hidden throw($self, type, value=None, traceback=None, /)")]
    fn throw_method(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = throw(vm, args[0].expect(), Thrown::of(vm, args, "throw")?, true)?;
        step(vm, resumed)
    }
}

#[methods(pub(crate) COROUTINE)]
impl CoroutineMethods {
    /// close() -> raise GeneratorExit inside coroutine.
    #[method("close($self, /)")]
    fn close_coroutine(vm: &Vm, args: &[Value]) -> PyResult {
        vm.close_generator(args[0])
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method("resumes send($self, object, /)")]
    fn send_coroutine(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, args[0].expect(), args[1])?;
        step(vm, resumed)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise StopIteration.
    /// The (type, value, tb) signature is deprecated and may be removed in a future version of Python.
    #[method("hidden throw($self, type, value=None, traceback=None, /)")]
    fn throw_coroutine(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = throw(vm, args[0].expect(), Thrown::of(vm, args, "throw")?, true)?;
        step(vm, resumed)
    }
}

#[methods(pub(crate) SHOWN)]
impl Shown {
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
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
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
    /// Return an iterator to be used in await expression.
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

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn wrapper_next(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, wrapped(args[0]), vm.none())?;
        step(vm, resumed)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[method("close($self, /)")]
    fn wrapper_close(vm: &Vm, args: &[Value]) -> PyResult {
        vm.close_generator(wrapped(args[0]).into())
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method("resumes send($self, object, /)")]
    fn wrapper_send(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = send(vm, wrapped(args[0]), args[1])?;
        step(vm, resumed)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise StopIteration.
    /// The (type, value, tb) signature is deprecated and may be removed in a future version of Python.
    #[method("hidden throw($self, type, value=None, traceback=None, /)")]
    fn wrapper_throw(vm: &Vm, args: &[Value]) -> PyResult {
        let resumed = throw(vm, wrapped(args[0]), Thrown::of(vm, args, "throw")?, true)?;
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

const fn name(doc: &'static str) -> GetSetDef {
    GetSetDef {
        name: "__name__",
        doc,
        get: generator_name,
        set: Some(|vm, generator, value| set_text(vm, generator, value, "__name__", |g| &g.name)),
        member: false,
    }
}

const fn qualname(doc: &'static str) -> GetSetDef {
    GetSetDef {
        name: "__qualname__",
        doc,
        get: generator_qualname,
        set: Some(|vm, generator, value| set_text(vm, generator, value, "__qualname__", |g| &g.qualname)),
        member: false,
    }
}

fn origin(vm: &Vm, coroutine: Value) -> PyResult {
    Ok(coroutine.expect::<Generator>().hook.get().bound().unwrap_or(vm.none()))
}

fn is_driven(vm: &Vm, generator: Value) -> PyResult {
    Ok(vm.bool(generator.expect::<Generator>().driven.get()))
}

/// Attributes of generators.
pub(crate) static GENERATOR_ATTRIBUTES: &[GetSetDef] = &[
    name("name of the generator"),
    qualname("qualified name of the generator"),
    GetSetDef::readonly("gi_code", "", code),
    GetSetDef::readonly("gi_frame", "", frame),
    GetSetDef::readonly("gi_running", "", running),
    GetSetDef::readonly("gi_suspended", "", suspended),
    GetSetDef::readonly("gi_yieldfrom", "object being iterated by yield from, or None", delegate),
];

/// Attributes of coroutines.
pub(crate) static COROUTINE_ATTRIBUTES: &[GetSetDef] = &[
    name("name of the coroutine"),
    qualname("qualified name of the coroutine"),
    GetSetDef::readonly("cr_await", "object being awaited on, or None", delegate),
    GetSetDef::readonly("cr_code", "", code),
    GetSetDef::readonly("cr_frame", "", frame),
    GetSetDef::member("cr_origin", "", origin),
    GetSetDef::readonly("cr_running", "", running),
    GetSetDef::readonly("cr_suspended", "", suspended),
];

/// Attributes of asynchronous generators.
pub(crate) static ASYNC_GENERATOR_ATTRIBUTES: &[GetSetDef] = &[
    name("name of the async generator"),
    qualname("qualified name of the async generator"),
    GetSetDef::readonly("ag_await", "object being awaited on, or None", delegate),
    GetSetDef::readonly("ag_code", "", code),
    GetSetDef::readonly("ag_frame", "", frame),
    GetSetDef::member("ag_running", "", is_driven),
    GetSetDef::readonly("ag_suspended", "", suspended),
];
