//! Awaiting, and asynchronous generators. PEP 492, PEP 525.
//!
//! An asynchronous generator is a generator whose `yield` wraps the value ([`wrap_yielded`]); whatever it yields unwrapped is an
//! inner `await` passing through. `__anext__`, `asend`, `athrow` and `aclose` return awaitables that drive it.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::interp::generator::Resumed;
use crate::object::{Record, Special};
use crate::types::code::Code;
use crate::types::generator::finalize::warn_unawaited_method;
use crate::types::generator::methods::send;
use crate::types::generator::throw::{Thrown, throw};
use crate::types::generator::{Generator, State};
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// The iterator of `await value`.
pub fn get_awaitable(vm: &Vm, value: Value, context: u8) -> PyResult {
    let types = vm.types();
    let class = vm.class_of(value);
    if class == types.coroutine {
        let coroutine: Gc<Generator> = value.expect();
        if coroutine.delegate.get().is_bound() && coroutine.state.get() == State::Suspended {
            return Err(vm.runtime_error("coroutine is being awaited already"));
        }
        return Ok(value);
    }
    if class == types.generator && is_iterable_coroutine(value.expect()) {
        return Ok(value);
    }
    let method = class.special(Special::Await);
    if method.is_unbound() {
        let name = class.name.get();
        return Err(match context {
            1 => vm.type_error(format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            )),
            2 => vm.type_error(format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            )),
            _ => vm.type_error(format!("'{name}' object can't be awaited")),
        });
    }
    let iterator = vm.call_special(value, method, &[])?;
    let class = vm.class_of(iterator);
    if class == types.coroutine || (class == types.generator && is_iterable_coroutine(iterator.expect())) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if class.special(Special::Next).is_unbound() {
        return Err(vm.type_error(format!("__await__() returned non-iterator of type '{}'", class.name.get())));
    }
    Ok(iterator)
}

fn is_iterable_coroutine(generator: Gc<Generator>) -> bool {
    generator.function.code.get().cast::<Code>().is_some_and(|code| code.flags().iterable_coroutine)
}

/// `aiter(value)` for `async for`.
pub fn get_async_iter(vm: &Vm, value: Value) -> PyResult {
    let class = vm.class_of(value);
    let method = class.special(Special::AIter);
    if method.is_unbound() {
        return Err(
            vm.type_error(format!("'async for' requires an object with __aiter__ method, got {}", class.name.get()))
        );
    }
    let iterator = vm.call_special(value, method, &[])?;
    if vm.class_of(iterator).special(Special::ANext).is_unbound() {
        return Err(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            vm.type_name(iterator)
        )));
    }
    Ok(iterator)
}

/// The iterator of awaiting the next item.
pub fn get_async_next(vm: &Vm, iterator: Value) -> PyResult {
    let class = vm.class_of(iterator);
    if class == vm.types().async_generator {
        // It is awaited at once: nobody has to be told of one that is not.
        init_hooks(vm, iterator.expect())?;
        return sender(vm, iterator, vm.none()).map(Value::from);
    }
    let method = class.special(Special::ANext);
    if method.is_unbound() {
        return Err(
            vm.type_error(format!("'async for' requires an iterator with __anext__ method, got {}", class.name.get()))
        );
    }
    let awaitable = vm.call_special(iterator, method, &[])?;
    if vm.is_exact(awaitable, vm.types().async_generator_sender) {
        return Ok(awaitable);
    }
    match get_awaitable(vm, awaitable, 0) {
        Ok(iterator) => Ok(iterator),
        Err(raised) => {
            let cause = vm.take_exception(raised);
            let raised = vm.type_error(format!(
                "'async for' received an invalid object from __anext__: {}",
                vm.type_name(awaitable)
            ));
            if let Some(error) = vm.pending.get().cast::<crate::types::exception::Exception>() {
                error.cause.set(cause.into());
                error.suppress_context.set(true);
                vm.heap.barrier(error.header());
            }
            Err(raised)
        }
    }
}

/// Marks a value as yielded.
pub fn wrap_yielded(vm: &Vm, value: Value) -> PyResult {
    Record::new(vm, vm.types().async_generator_wrapped, &[value]).map(Value::from)
}

/// Tells the hooks of the running thread of an asynchronous generator, before its first step.
fn init_hooks(vm: &Vm, generator: Gc<Generator>) -> PyResult<()> {
    if generator.hooked.replace(true) {
        return Ok(());
    }
    generator.hook.set(vm.threads.finalizer.get());
    vm.heap.barrier(generator.header());
    match vm.threads.first_iteration.get().bound() {
        Some(hook) => vm.call(hook, &[generator.into()]).map(drop),
        None => Ok(()),
    }
}

// ---- the awaitables of asynchronous generators --------------------------------------------------------------------------

const GENERATOR: usize = 0;
/// 0 not started, 1 started, 2 finished.
const STAGE: usize = 1;
/// What to send; or what to throw: unbound for `aclose`.
const ARGUMENT: usize = 2;
/// The other arguments of `athrow`.
const VALUE: usize = 3;
const TRACEBACK: usize = 4;

const FRESH: i64 = 0;
const STARTED: i64 = 1;
const FINISHED: i64 = 2;

fn sender(vm: &Vm, generator: Value, value: Value) -> PyResult<Gc<Record>> {
    Record::new(vm, vm.types().async_generator_sender, &[generator, Value::small(FRESH), value])
}

/// The same for a program, which may forget to await it.
fn sender_for_program(vm: &Vm, generator: Value, value: Value) -> PyResult {
    init_hooks(vm, generator.expect())?;
    let record = sender(vm, generator, value)?;
    vm.heap.register_finalizable(record.as_header());
    Ok(record.into())
}

fn thrower(vm: &Vm, generator: Value, [kind, value, traceback]: [Value; 3]) -> PyResult {
    init_hooks(vm, generator.expect())?;
    let fields = [generator, Value::small(FRESH), kind, value, traceback];
    let record = Record::new(vm, vm.types().async_generator_thrower, &fields)?;
    vm.heap.register_finalizable(record.as_header());
    Ok(record.into())
}

fn stage(record: Gc<Record>) -> i64 {
    record.get(STAGE).as_int().unwrap_or(FINISHED)
}

fn set_stage(vm: &Vm, record: Gc<Record>, stage: i64) {
    record.set(vm, STAGE, Value::small(stage));
}

fn generator_of(record: Gc<Record>) -> Gc<Generator> {
    record.get(GENERATOR).expect()
}

/// It has come to its end, and drives the generator no more.
fn finish(vm: &Vm, record: Gc<Record>) {
    set_stage(vm, record, FINISHED);
    generator_of(record).driven.set(false);
}

/// RuntimeError for an awaitable that was awaited, or when something else drives the generator. `what` it is, and what it is called.
fn check(vm: &Vm, record: Gc<Record>, what: &str, name: &str) -> PyResult<()> {
    if stage(record) == FINISHED {
        return Err(vm.runtime_error(format!("cannot reuse already awaited {what}")));
    }
    if stage(record) == FRESH && generator_of(record).driven.get() {
        set_stage(vm, record, FINISHED);
        return Err(vm.runtime_error(format!("{name}(): asynchronous generator is already running")));
    }
    Ok(())
}

fn is_end(vm: &Vm) -> bool {
    vm.pending_is(vm.types().stop_async_iteration) || vm.pending_is(vm.types().generator_exit)
}

fn is_wrapped(vm: &Vm, value: Value) -> bool {
    vm.is_exact(value, vm.types().async_generator_wrapped)
}

/// What the generator did, for who awaits it: what it yielded or raised ends the awaitable, what it awaits passes through.
fn unwrap(vm: &Vm, record: Gc<Record>, resumed: PyResult<Resumed>) -> PyResult {
    let result = match resumed {
        Ok(Resumed::Yielded(value)) if !is_wrapped(vm, value) => return Ok(value),
        Ok(Resumed::Yielded(value)) => {
            finish(vm, record);
            return Err(vm.stop_iteration(value.expect::<Record>().get(0)));
        }
        Ok(Resumed::Returned(_)) => Err(vm.raise_with(vm.types().stop_async_iteration, &[])),
        Err(raised) => Err(raised),
    };
    if is_end(vm) {
        generator_of(record).closed.set(true);
    }
    finish(vm, record);
    result
}

/// Closes an awaitable: GeneratorExit is thrown in by `throw`.
fn close(vm: &Vm, record: Gc<Record>, throw: impl FnOnce(Thrown) -> PyResult) -> PyResult {
    if stage(record) == FINISHED {
        return Ok(vm.none());
    }
    match throw(Thrown::exit(vm)) {
        Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) if is_end(vm) || vm.pending_is(vm.types().stop_iteration) => {
            let _ = vm.take_exception(raised);
            Ok(vm.none())
        }
        Err(raised) => Err(raised),
    }
}

const SENDER_NAME: &str = "__anext__()/asend()";
const THROWER_NAME: &str = "aclose()/athrow()";

fn send_value(vm: &Vm, record: Gc<Record>, value: Value) -> PyResult {
    check(vm, record, SENDER_NAME, "anext")?;
    let fresh = stage(record) == FRESH;
    let value = if fresh && value == vm.none() { record.get(ARGUMENT) } else { value };
    set_stage(vm, record, STARTED);
    let generator = generator_of(record);
    generator.driven.set(true);
    unwrap(vm, record, send(vm, generator, value))
}

fn throw_value(vm: &Vm, record: Gc<Record>, thrown: Thrown) -> PyResult {
    check(vm, record, SENDER_NAME, "anext")?;
    set_stage(vm, record, STARTED);
    let generator = generator_of(record);
    generator.driven.set(true);
    unwrap(vm, record, throw(vm, generator, thrown, true))
}

#[methods(pub(crate) SENDER)]
impl Sender {
    /// Warn of a step that nobody awaited.
    #[method("__del__($self, /)")]
    fn sender_del(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        if stage(record) == FRESH {
            warn_unawaited_method(vm, generator_of(record), "asend");
        }
        Ok(vm.none())
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn sender_next(vm: &Vm, args: &[Value]) -> PyResult {
        send_value(vm, args[0].expect(), vm.none())
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method("close($self, /)")]
    fn sender_close(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        close(vm, record, |thrown| throw_value(vm, record, thrown))
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("send($self, object, /)")]
    fn sender_send(vm: &Vm, args: &[Value]) -> PyResult {
        send_value(vm, args[0].expect(), args[1])
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise StopIteration.
    #[method("hidden throw($self, type, value=None, traceback=None, /)")]
    fn sender_throw(vm: &Vm, args: &[Value]) -> PyResult {
        throw_value(vm, args[0].expect(), Thrown::of(vm, args, "throw")?)
    }
}

fn is_aclose(record: Gc<Record>) -> bool {
    record.get(ARGUMENT).is_unbound()
}

fn thrower_method(record: Gc<Record>) -> &'static str {
    if is_aclose(record) { "aclose" } else { "athrow" }
}

/// The outcome of a step of an `aclose`.
fn closing(vm: &Vm, record: Gc<Record>, resumed: PyResult<Resumed>) -> PyResult {
    match resumed {
        Ok(Resumed::Yielded(value)) if is_wrapped(vm, value) => {
            finish(vm, record);
            Err(vm.runtime_error("async generator ignored GeneratorExit"))
        }
        Ok(Resumed::Yielded(value)) => Ok(value),
        Ok(Resumed::Returned(_)) => {
            finish(vm, record);
            Err(vm.stop_iteration(vm.none()))
        }
        Err(raised) => {
            finish(vm, record);
            if !is_end(vm) {
                return Err(raised);
            }
            let _ = vm.take_exception(raised);
            Err(vm.stop_iteration(vm.none()))
        }
    }
}

/// The first step of an `aclose` or `athrow`.
fn throw_first(vm: &Vm, record: Gc<Record>, value: Value) -> PyResult {
    let generator = generator_of(record);
    if generator.closed.get() {
        set_stage(vm, record, FINISHED);
        return Err(vm.raise_with(vm.types().stop_async_iteration, &[]));
    }
    if value != vm.none() {
        return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    set_stage(vm, record, STARTED);
    generator.driven.set(true);
    if is_aclose(record) {
        generator.closed.set(true);
        return closing(vm, record, throw(vm, generator, Thrown::exit(vm), false));
    }
    let thrown = Thrown::new(record.get(ARGUMENT), record.get(VALUE), record.get(TRACEBACK));
    unwrap(vm, record, throw(vm, generator, thrown, false))
}

fn send_to_thrower(vm: &Vm, record: Gc<Record>, value: Value) -> PyResult {
    let generator = generator_of(record);
    if stage(record) != FINISHED && generator.state.get() == State::Finished {
        set_stage(vm, record, FINISHED);
        return Err(vm.stop_iteration(vm.none()));
    }
    check(vm, record, THROWER_NAME, thrower_method(record))?;
    if stage(record) == FRESH {
        return throw_first(vm, record, value);
    }
    let resumed = send(vm, generator, value);
    if is_aclose(record) { closing(vm, record, resumed) } else { unwrap(vm, record, resumed) }
}

fn throw_to_thrower(vm: &Vm, record: Gc<Record>, thrown: Thrown) -> PyResult {
    check(vm, record, THROWER_NAME, thrower_method(record))?;
    set_stage(vm, record, STARTED);
    let generator = generator_of(record);
    generator.driven.set(true);
    let resumed = throw(vm, generator, thrown, true);
    if is_aclose(record) { closing(vm, record, resumed) } else { unwrap(vm, record, resumed) }
}

#[methods(pub(crate) THROWER)]
impl Thrower {
    /// Warn of a step that nobody awaited.
    #[method("__del__($self, /)")]
    fn thrower_del(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        if stage(record) == FRESH {
            warn_unawaited_method(vm, generator_of(record), thrower_method(record));
        }
        Ok(vm.none())
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn thrower_next(vm: &Vm, args: &[Value]) -> PyResult {
        send_to_thrower(vm, args[0].expect(), vm.none())
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method("close($self, /)")]
    fn thrower_close(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        close(vm, record, |thrown| throw_to_thrower(vm, record, thrown))
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method("send($self, object, /)")]
    fn thrower_send(vm: &Vm, args: &[Value]) -> PyResult {
        send_to_thrower(vm, args[0].expect(), args[1])
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise StopIteration.
    #[method("hidden throw($self, type, value=None, traceback=None, /)")]
    fn thrower_throw(vm: &Vm, args: &[Value]) -> PyResult {
        throw_to_thrower(vm, args[0].expect(), Thrown::of(vm, args, "throw")?)
    }
}

#[methods(pub(crate) AWAITABLE)]
impl Awaitable {
    /// Return an iterator to be used in await expression.
    #[method("__await__($self, /)")]
    fn awaitable_await(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn awaitable_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }
}

#[methods(pub(crate) ASYNC_GENERATOR)]
impl AsyncGenerator {
    /// Return an awaitable, that resolves in asynchronous iterator.
    #[method("__aiter__($self, /)")]
    fn aiter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return a value or raise StopAsyncIteration.
    #[method("__anext__($self, /)")]
    fn anext(vm: &Vm, args: &[Value]) -> PyResult {
        sender_for_program(vm, args[0], vm.none())
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[method("aclose($self, /)")]
    fn aclose(vm: &Vm, args: &[Value]) -> PyResult {
        thrower(vm, args[0], [Value::UNBOUND; 3])
    }

    /// asend(v) -> send 'v' in generator.
    #[method("asend($self, object, /)")]
    fn asend(vm: &Vm, args: &[Value]) -> PyResult {
        sender_for_program(vm, args[0], args[1])
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// Raise exception in generator.
    /// The (type, value, tb) signature is deprecated and may be removed in a future version of Python.
    #[method("hidden athrow($self, type, value=None, traceback=None, /)")]
    fn athrow(vm: &Vm, args: &[Value]) -> PyResult {
        // For the warning.
        Thrown::of(vm, args, "athrow")?;
        thrower(vm, args[0], [args[1], args[2], args[3]])
    }
}
