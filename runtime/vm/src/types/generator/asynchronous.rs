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
use crate::types::function::Function;
use crate::types::generator::methods::{send, throw, thrown};
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
    generator
        .function
        .get()
        .cast::<Function>()
        .and_then(|function| function.code.get().cast::<Code>())
        .is_some_and(|code| code.flags().iterable_coroutine)
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
    let method = class.special(Special::ANext);
    if method.is_unbound() {
        return Err(
            vm.type_error(format!("'async for' requires an iterator with __anext__ method, got {}", class.name.get()))
        );
    }
    let awaitable = vm.call_special(iterator, method, &[])?;
    if vm.is_exact(awaitable, vm.types().async_generator_awaitable) {
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

// ---- the awaitables of asynchronous generators --------------------------------------------------------------------------

const GENERATOR: usize = 0;
/// What it does: 0 sends, 1 throws, 2 closes.
const KIND: usize = 1;
/// What to send, or the exception to throw.
const ARGUMENT: usize = 2;
/// 0 not started, 1 started, 2 finished.
const STAGE: usize = 3;

const SEND: i64 = 0;
const THROW: i64 = 1;
const CLOSE: i64 = 2;

fn awaitable(vm: &Vm, generator: Value, kind: i64, argument: Value) -> PyResult {
    let fields = [generator, Value::small(kind), argument, Value::small(0)];
    Record::new(vm, vm.types().async_generator_awaitable, &fields).map(Value::from)
}

fn finish(vm: &Vm, record: Gc<Record>) {
    record.set(vm, STAGE, Value::small(2));
    let generator: Gc<Generator> = record.get(GENERATOR).expect();
    generator.async_state.set(Value::UNBOUND);
}

/// What came out of the generator, as the awaitable passes it on.
fn unwrap(vm: &Vm, record: Gc<Record>, resumed: PyResult<Resumed>) -> PyResult {
    let types = vm.types();
    let kind = record.get(KIND).as_int().unwrap_or(SEND);
    match resumed {
        Ok(Resumed::Yielded(value)) => {
            if !vm.is_exact(value, types.async_generator_wrapped) {
                return Ok(value);
            }
            finish(vm, record);
            if kind == CLOSE {
                return Err(vm.runtime_error("async generator ignored GeneratorExit"));
            }
            Err(vm.stop_iteration(value.expect::<Record>().get(0)))
        }
        Ok(Resumed::Returned(_)) => {
            finish(vm, record);
            if kind == CLOSE {
                return Err(vm.stop_iteration(vm.none()));
            }
            Err(vm.raise_with(types.stop_async_iteration, &[]))
        }
        Err(raised) => {
            finish(vm, record);
            let ends = vm.pending_is(types.stop_async_iteration) || vm.pending_is(types.generator_exit);
            if kind == CLOSE && ends {
                let _ = vm.take_exception(raised);
                return Err(vm.stop_iteration(vm.none()));
            }
            Err(raised)
        }
    }
}

/// Before the first step: nobody else may be driving the generator.
fn start(vm: &Vm, record: Gc<Record>) -> PyResult<bool> {
    match record.get(STAGE).as_int() {
        Some(0) => {}
        Some(1) => return Ok(false),
        _ => {
            let what = match record.get(KIND).as_int() {
                Some(SEND) => "__anext__()/asend()",
                _ => "aclose()/athrow()",
            };
            return Err(vm.runtime_error(format!("cannot reuse already awaited {what}")));
        }
    }
    let generator: Gc<Generator> = record.get(GENERATOR).expect();
    if generator.async_state.get().is_bound() {
        let what = match record.get(KIND).as_int() {
            Some(SEND) => "anext",
            Some(THROW) => "athrow",
            _ => "aclose",
        };
        record.set(vm, STAGE, Value::small(2));
        return Err(vm.runtime_error(format!("{what}(): asynchronous generator is already running")));
    }
    generator.async_state.set(vm.true_());
    record.set(vm, STAGE, Value::small(1));
    Ok(true)
}

fn drive(vm: &Vm, record: Gc<Record>, value: Value) -> PyResult {
    let first = start(vm, record)?;
    let generator: Gc<Generator> = record.get(GENERATOR).expect();
    let kind = record.get(KIND).as_int().unwrap_or(SEND);
    if !first || kind == SEND {
        if generator.state.get() == State::Finished {
            finish(vm, record);
            return Err(vm.raise_with(vm.types().stop_async_iteration, &[]));
        }
        let value = if first && value == vm.none() { record.get(ARGUMENT) } else { value };
        return unwrap(vm, record, send(vm, generator, value));
    }
    if value != vm.none() {
        finish(vm, record);
        return Err(vm.runtime_error("can't send non-None value to a just-started async generator"));
    }
    if kind == CLOSE {
        if matches!(generator.state.get(), State::Created | State::Finished) {
            generator.state.set(State::Finished);
            finish(vm, record);
            return Err(vm.stop_iteration(vm.none()));
        }
        let exit = crate::types::exception::Exception::new(vm, vm.types().generator_exit, &[])?;
        return unwrap(vm, record, throw(vm, generator, exit));
    }
    if generator.state.get() == State::Finished {
        finish(vm, record);
        return Err(vm.raise_with(vm.types().stop_async_iteration, &[]));
    }
    unwrap(vm, record, throw(vm, generator, record.get(ARGUMENT).expect()))
}

#[methods(pub(crate) AWAITABLE)]
impl Awaitable {
    /// Return the iterator itself.
    #[method("__await__($self, /)")]
    fn awaitable_await(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return the iterator itself.
    #[method("__iter__($self, /)")]
    fn awaitable_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Go on with the asynchronous generator.
    #[method("__next__($self, /)")]
    fn awaitable_next(vm: &Vm, args: &[Value]) -> PyResult {
        drive(vm, args[0].expect(), vm.none())
    }

    /// Stop awaiting.
    #[method("close($self, /)")]
    fn awaitable_close(vm: &Vm, args: &[Value]) -> PyResult {
        finish(vm, args[0].expect());
        Ok(vm.none())
    }

    /// Go on with the asynchronous generator, sending a value to what it awaits.
    #[method("send($self, value, /)")]
    fn awaitable_send(vm: &Vm, args: &[Value]) -> PyResult {
        drive(vm, args[0].expect(), args[1])
    }

    /// Raise an exception in what the asynchronous generator awaits.
    #[method("throw($self, type, value=None, traceback=None, /)")]
    fn awaitable_throw(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        let exception = thrown(vm, args[1], args[2], args[3])?;
        start(vm, record)?;
        unwrap(vm, record, throw(vm, record.get(GENERATOR).expect(), exception))
    }
}

#[methods(pub(crate) ASYNC_GENERATOR)]
impl AsyncGenerator {
    /// Return the asynchronous generator itself.
    #[method("__aiter__($self, /)")]
    fn aiter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return an awaitable for the next value.
    #[method("__anext__($self, /)")]
    fn anext(vm: &Vm, args: &[Value]) -> PyResult {
        awaitable(vm, args[0], SEND, vm.none())
    }

    /// Return an awaitable that raises GeneratorExit inside.
    #[method("aclose($self, /)")]
    fn aclose(vm: &Vm, args: &[Value]) -> PyResult {
        awaitable(vm, args[0], CLOSE, vm.none())
    }

    /// Return an awaitable that sends a value.
    #[method("asend($self, value, /)")]
    fn asend(vm: &Vm, args: &[Value]) -> PyResult {
        awaitable(vm, args[0], SEND, args[1])
    }

    /// Return an awaitable that raises an exception inside.
    #[method("athrow($self, type, value=None, traceback=None, /)")]
    fn athrow(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = thrown(vm, args[1], args[2], args[3])?;
        awaitable(vm, args[0], THROW, exception.into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn async_repr(vm: &Vm, args: &[Value]) -> PyResult {
        let generator: Gc<Generator> = args[0].expect();
        let name = vm.display(generator.qualname.get());
        vm.new_str(&format!("<async_generator object {name} at {:#x}>", generator.as_ptr() as usize))
    }
}
