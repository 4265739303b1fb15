//! `anext()`, and the awaitable of `anext(iterator, default)`.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::generator::asynchronous::get_awaitable;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// Fields: the iterator of what `__anext__` returned (that itself until it is awaited), whether it is the iterator already,
/// the default.
const WRAPPED: usize = 0;
const STARTED: usize = 1;
const DEFAULT: usize = 2;

static AWAITABLE: ClassDef = ClassDef { methods: &[METHODS], ..ClassDef::new("anext_awaitable", "", Layout::Record) };

/// What is awaited, as an iterator.
fn wrapped(vm: &Vm, record: Gc<Record>) -> PyResult {
    if record.get(STARTED) != vm.true_() {
        record.set(vm, WRAPPED, get_awaitable(vm, record.get(WRAPPED), 0)?);
        record.set(vm, STARTED, vm.true_());
    }
    Ok(record.get(WRAPPED))
}

/// The end of the asynchronous iteration gives the default.
fn or_default(vm: &Vm, record: Gc<Record>, result: PyResult) -> PyResult {
    match vm.absorb(result, vm.types().stop_async_iteration)? {
        Some(value) => Ok(value),
        None => Err(vm.stop_iteration(record.get(DEFAULT))),
    }
}

/// Sends None or a value to what is awaited.
fn drive(vm: &Vm, record: Gc<Record>, value: Value) -> PyResult {
    let iterator = wrapped(vm, record)?;
    let method = vm.class_of(iterator).special(Special::Next);
    let result = if value == vm.none() && method.is_bound() {
        vm.call_special(iterator, method, &[])
    } else {
        vm.call_method(iterator, "send", &[value])
    };
    or_default(vm, record, result)
}

#[methods(METHODS)]
impl Methods {
    /// Return the iterator itself.
    #[method("__await__($self, /)")]
    fn await_(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return the iterator itself.
    #[method("__iter__($self, /)")]
    fn iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Go on.
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        drive(vm, args[0].expect(), vm.none())
    }

    /// Stop awaiting.
    #[method("close($self, /)")]
    fn close(vm: &Vm, args: &[Value]) -> PyResult {
        let iterator = wrapped(vm, args[0].expect())?;
        match vm.find_attr_str(iterator, "close")? {
            Some(close) => vm.call(close, &[]),
            None => Ok(vm.none()),
        }
    }

    /// Go on, sending a value to what is awaited.
    #[method("send($self, value, /)")]
    fn send(vm: &Vm, args: &[Value]) -> PyResult {
        drive(vm, args[0].expect(), args[1])
    }

    /// Raise an exception in what is awaited.
    #[method("throw($self, /, *args)")]
    fn throw(vm: &Vm, args: &[Value]) -> PyResult {
        let record: Gc<Record> = args[0].expect();
        let iterator = wrapped(vm, record)?;
        let result = vm.call_method(iterator, "throw", &args[1..]);
        or_default(vm, record, result)
    }
}

#[methods(pub(crate) FUNCTIONS)]
impl Functions {
    /// Return an awaitable for the next item of an asynchronous iterator; it gives the default at the end.
    #[method("anext(async_iterator, default=None, /)")]
    fn anext(vm: &Vm, args: &[Value]) -> PyResult {
        let method = vm.class_of(args[0]).special(Special::ANext);
        if method.is_unbound() {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("'{name}' object is not an async iterator")));
        }
        let awaitable = vm.call_special(args[0], method, &[])?;
        match args[1].bound() {
            None => Ok(awaitable),
            Some(default) => {
                let class = vm.module_class(&AWAITABLE)?;
                Record::new(vm, class, &[awaitable, vm.false_(), default]).map(Value::from)
            }
        }
    }
}
