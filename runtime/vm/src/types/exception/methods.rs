//! What all exceptions have: `args`, `__traceback__`, `__cause__`, `add_note`, `str()`, ...

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::Class;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;
use crate::vm::Vm;

pub(crate) static GETSET: &[GetSetDef] = &[
    GetSetDef::new(
        "__cause__",
        "exception cause",
        |vm, v| Ok(or_none(vm, v.expect::<Exception>().cause.get())),
        set_cause,
    ),
    GetSetDef::new(
        "__context__",
        "exception context",
        |vm, v| Ok(or_none(vm, v.expect::<Exception>().context.get())),
        set_context,
    ),
    GetSetDef::new(
        "__suppress_context__",
        "",
        |vm, v| Ok(vm.bool(v.expect::<Exception>().suppress_context.get())),
        set_suppress_context,
    ),
    GetSetDef::new(
        "__traceback__",
        "",
        |vm, v| Ok(or_none(vm, v.expect::<Exception>().traceback.get())),
        set_traceback,
    ),
    GetSetDef::new("args", "", |_, v| Ok(v.expect::<Exception>().args.get()), set_args),
];

pub(crate) fn or_none(vm: &Vm, value: Value) -> Value {
    value.bound().unwrap_or(vm.none())
}

fn set_args(vm: &Vm, value: Value, args: Option<Value>) -> PyResult<()> {
    let Some(args) = args else { return Err(vm.type_error("args may not be deleted")) };
    let args = vm.tuple_from(args)?;
    let exception = value.expect::<Exception>();
    exception.args.set(args.into());
    vm.heap.barrier(exception.header());
    Ok(())
}

/// An exception, or unbound for None.
fn linked(vm: &Vm, value: Option<Value>, what: &str) -> PyResult<Value> {
    match value {
        None => Err(vm.type_error(format!("__{what}__ may not be deleted"))),
        Some(value) if value == vm.none() => Ok(Value::UNBOUND),
        Some(value) if value.cast::<Exception>().is_some() => Ok(value),
        Some(_) => Err(vm.type_error(format!("exception {what} must be None or derive from BaseException"))),
    }
}

fn set_cause(vm: &Vm, value: Value, cause: Option<Value>) -> PyResult<()> {
    let exception = value.expect::<Exception>();
    exception.cause.set(linked(vm, cause, "cause")?);
    exception.suppress_context.set(true);
    vm.heap.barrier(exception.header());
    Ok(())
}

fn set_context(vm: &Vm, value: Value, context: Option<Value>) -> PyResult<()> {
    let exception = value.expect::<Exception>();
    exception.context.set(linked(vm, context, "context")?);
    vm.heap.barrier(exception.header());
    Ok(())
}

fn set_suppress_context(vm: &Vm, value: Value, suppress: Option<Value>) -> PyResult<()> {
    let Some(suppress) = suppress else { return Err(vm.type_error("can't delete numeric/char attribute")) };
    if suppress != vm.true_() && suppress != vm.false_() {
        return Err(vm.type_error("attribute value type must be bool"));
    }
    value.expect::<Exception>().suppress_context.set(suppress == vm.true_());
    Ok(())
}

fn set_traceback(vm: &Vm, value: Value, traceback: Option<Value>) -> PyResult<()> {
    let exception = value.expect::<Exception>();
    let traceback = match traceback {
        None => return Err(vm.type_error("__traceback__ may not be deleted")),
        Some(value) if value == vm.none() => Value::UNBOUND,
        Some(value) if value.cast::<Traceback>().is_some() => value,
        Some(_) => return Err(vm.type_error("__traceback__ must be a traceback or None")),
    };
    exception.traceback.set(traceback);
    vm.heap.barrier(exception.header());
    Ok(())
}

/// Adds a note to `__notes__`.
pub(crate) fn append_note(vm: &Vm, exception: Gc<Exception>, note: Value) -> PyResult<()> {
    let name = vm.intern("__notes__");
    match vm.find_attr(exception.into(), name)? {
        None => vm.set_attr(exception.into(), name, Some(vm.new_list(&[note])?)),
        Some(notes) => match notes.cast::<List>() {
            Some(notes) => notes.push(vm, note),
            None => Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        },
    }
}

/// `str(exception)` of most classes: its argument, or all of them.
pub(crate) fn base_str(vm: &Vm, value: Value) -> PyResult {
    let exception = value.expect::<Exception>();
    match exception.arg_count() {
        0 => Ok(vm.empty_str().into()),
        1 => vm.to_str(exception.first_arg(vm)).map(Value::from),
        _ => vm.to_str(exception.args.get()).map(Value::from),
    }
}

/// `BaseException.__init__`: the arguments are those of the call. `args` is what a native `__init__` with `*args, **kwargs` takes.
pub(crate) fn base_init(vm: &Vm, args: &[Value]) -> PyResult<()> {
    if !args[1].expect::<Dict>().is_empty() {
        let name = vm.type_name(args[0]);
        return Err(vm.type_error(format!("{name}() takes no keyword arguments")));
    }
    args[0].expect::<Exception>().set_args(vm, &args[2..])
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        base_init(vm, args).map(|()| vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Exception::new(vm, args[0].expect::<Class>(), &args[2..]).map(Value::from)
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let (class, own) = (vm.class_of(args[0]).into(), args[0].expect::<Exception>().args.get());
        match vm.find_attr_str(args[0], "__dict__")?.and_then(Value::cast::<Dict>) {
            Some(dict) if !dict.is_empty() => vm.new_tuple(&[class, own, dict.into()]),
            _ => vm.new_tuple(&[class, own]),
        }
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let name = vm.type_name(args[0]);
        if exception.arg_count() == 1 {
            let arg = vm.repr(exception.first_arg(vm))?;
            return vm.new_str(&format!("{name}({arg})"));
        }
        let own = vm.repr(exception.args.get())?;
        vm.new_str(&format!("{name}{own}"))
    }

    /// Set attributes from a dict.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() {
            return Ok(args[1]);
        }
        let Some(state) = args[1].cast::<Dict>() else { return Err(vm.type_error("state is not a dictionary")) };
        let mut from = 0;
        while let Some((next, name, value)) = state.next_entry(from) {
            from = next;
            if let Some(name) = name.cast::<Str>() {
                vm.set_attr(args[0], name, Some(value))?;
            }
        }
        Ok(vm.none())
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        base_str(vm, args[0])
    }

    /// Add a note to the exception
    #[method("add_note($self, note, /)")]
    fn add_note(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1].cast::<Str>().is_none() {
            return Err(vm.type_error(format!("add_note() argument must be str, not {}", vm.argument_name(args[1]))));
        }
        append_note(vm, args[0].expect(), args[1]).map(|()| vm.none())
    }

    /// Set self.__traceback__ to tb and return self.
    #[method("with_traceback($self, tb, /)")]
    fn with_traceback(vm: &Vm, args: &[Value]) -> PyResult {
        set_traceback(vm, args[0], Some(args[1]))?;
        Ok(args[0])
    }
}
