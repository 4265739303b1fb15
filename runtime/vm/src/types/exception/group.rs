//! Exception groups (PEP 654): `BaseExceptionGroup`, splitting, and what `except*` does.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::Class;
use crate::types::exception::Exception;
use crate::types::exception::methods::or_none;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;
/// How the sequence of exceptions that was given shows itself, if it is no list or tuple: it may change later.
const SHOWN: usize = 2;

pub(crate) static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("exceptions", "nested exceptions", |vm, value| {
        Ok(or_none(vm, value.expect::<Exception>().fields[EXCEPTIONS].get()))
    }),
    GetSetDef::readonly("message", "exception message", |vm, value| {
        Ok(or_none(vm, value.expect::<Exception>().fields[MESSAGE].get()))
    }),
];

/// The exceptions in a group; `None` when it is no group.
#[must_use]
pub fn members(vm: &Vm, exception: Gc<Exception>) -> Option<Gc<Tuple>> {
    if !vm.is_instance(exception.into(), vm.types().base_exception_group) {
        return None;
    }
    exception.fields[EXCEPTIONS].get().cast::<Tuple>()
}

fn new_group(vm: &Vm, class: Gc<Class>, given: &[Value]) -> PyResult {
    let title = "BaseExceptionGroup.__new__()";
    let [message, exceptions] = given else {
        return Err(vm.type_error(format!("{title} takes exactly 2 arguments ({} given)", given.len())));
    };
    if message.cast::<Str>().is_none() {
        return Err(vm.type_error(format!("{title} argument 1 must be str, not {}", vm.argument_name(*message))));
    }
    let is_sequence = vm.class_of(*exceptions).special(crate::object::Special::GetItem).is_bound()
        && exceptions.cast::<crate::types::dict::Dict>().is_none();
    if !is_sequence {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let list = vm.list_from(*exceptions)?;
    if list.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let types = vm.types();
    let mut has_base = false;
    for (index, item) in list.slots().iter().enumerate() {
        if item.get().cast::<Exception>().is_none() {
            return Err(vm.value_error(format!("Item {index} of second argument (exceptions) is not an exception")));
        }
        has_base |= !vm.is_instance(item.get(), types.exception);
    }
    let mut class = class;
    if class == types.exception_group && has_base {
        return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if class == types.base_exception_group && !has_base {
        class = types.exception_group;
    } else if has_base && class.is_subclass_of(types.exception) {
        return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{}'", class.name.get())));
    }
    let is_plain = exceptions.cast::<List>().is_some() || exceptions.cast::<Tuple>().is_some();
    let shown = if is_plain { Value::UNBOUND } else { vm.repr(*exceptions)?.into() };
    let group = Exception::new(vm, class, given)?;
    group.set_field(vm, SHOWN, shown);
    group.set_field(vm, MESSAGE, *message);
    group.set_field(vm, EXCEPTIONS, list.to_tuple(vm)?.into());
    Ok(group.into())
}

/// What a group is split by.
#[derive(Clone, Copy)]
enum Condition {
    /// A class or a tuple of classes.
    Class(Value),
    /// A function of an exception.
    Predicate(Value),
    /// These very exceptions, a list.
    Identity(Gc<List>),
}

fn condition(vm: &Vm, value: Value) -> PyResult<Condition> {
    let is_exception_class =
        |value: Value| value.cast::<Class>().is_some_and(|class| class.is_subclass_of(vm.types().base_exception));
    if is_exception_class(value)
        || value.cast::<Tuple>().is_some_and(|tuple| tuple.items().iter().all(|item| is_exception_class(*item)))
    {
        return Ok(Condition::Class(value));
    }
    if vm.is_callable(value) && value.cast::<Class>().is_none() {
        return Ok(Condition::Predicate(value));
    }
    Err(vm.type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
}

fn satisfies(vm: &Vm, exception: Value, condition: Condition) -> PyResult<bool> {
    match condition {
        Condition::Class(class) => vm.exception_matches(exception, class),
        Condition::Predicate(function) => {
            let result = vm.call(function, &[exception])?;
            vm.is_true(result)
        }
        Condition::Identity(list) => Ok(list.slots().iter().any(|other| other.get() == exception)),
    }
}

/// The parts of an exception that satisfy a condition, and those that do not.
fn split(vm: &Vm, exception: Gc<Exception>, by: Condition) -> PyResult<(Option<Value>, Option<Value>)> {
    vm.check_native_recursion()?;
    let group = members(vm, exception);
    let whole = match (by, group) {
        // Leaves only are looked for.
        (Condition::Identity(_), Some(_)) => false,
        _ => satisfies(vm, exception.into(), by)?,
    };
    if whole {
        return Ok((Some(exception.into()), None));
    }
    let Some(group) = group else { return Ok((None, Some(exception.into()))) };
    let (matched, rest) = (List::new(vm, &[])?, List::new(vm, &[])?);
    for member in group.items() {
        let Some(member) = member.cast::<Exception>() else { continue };
        let (yes, no) = split(vm, member, by)?;
        if let Some(yes) = yes {
            matched.push(vm, yes)?;
        }
        if let Some(no) = no {
            rest.push(vm, no)?;
        }
    }
    Ok((subset(vm, exception, matched)?, subset(vm, exception, rest)?))
}

/// A group like another with only some of its exceptions (`derive`); `None` when there are none.
fn subset(vm: &Vm, origin: Gc<Exception>, exceptions: Gc<List>) -> PyResult<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let derived = vm.call_method(origin.into(), "derive", &[exceptions.into()])?;
    let group = derived.cast::<Exception>().filter(|group| members(vm, *group).is_some());
    let Some(group) = group else {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    group.traceback.set(origin.traceback.get());
    group.context.set(origin.context.get());
    group.cause.set(origin.cause.get());
    group.suppress_context.set(origin.suppress_context.get());
    vm.heap.barrier(group.header());
    let name = vm.intern("__notes__");
    if let Some(notes) = vm.find_attr(origin.into(), name)?
        && let Some(notes) = notes.cast::<List>()
    {
        let copy = vm.list_from(notes.into())?;
        vm.set_attr(derived, name, Some(copy.into()))?;
    }
    Ok(Some(derived))
}

/// `except* pattern` for an exception: what is left, and what the clause takes; None when there is nothing.
pub fn match_star(vm: &Vm, exception: Value, pattern: Value) -> PyResult<(Value, Value)> {
    let none = vm.none();
    let check = |pattern: Value| match pattern.cast::<Class>() {
        Some(class) if class.is_subclass_of(vm.types().base_exception_group) => {
            Err(vm.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."))
        }
        _ => Ok(()),
    };
    let Some(exception) = exception.cast::<Exception>() else { return Ok((none, none)) };
    // First the check of `except`: all must be exception classes.
    let whole = vm.exception_matches(exception.into(), pattern)?;
    match pattern.cast::<Tuple>() {
        Some(tuple) => tuple.items().iter().try_for_each(|pattern| check(*pattern))?,
        None => check(pattern)?,
    }
    let is_group = members(vm, exception).is_some();
    if whole {
        if is_group {
            return Ok((none, exception.into()));
        }
        let only = vm.new_tuple(&[exception.into()])?;
        let class = vm.types().base_exception_group;
        let wrapped = new_group(vm, class, &[vm.empty_str().into(), only])?;
        // The group comes from here, the exception from where it was raised.
        if let Some(group) = wrapped.cast::<Exception>() {
            vm.trace_here(group)?;
        }
        return Ok((none, wrapped));
    }
    if !is_group {
        return Ok((exception.into(), none));
    }
    let own = vm.get_attr_str(exception.into(), "split")?;
    let is_plain = own.cast::<crate::types::method::BoundMethod>().is_some_and(|method| {
        method.function.get() == vm.types().base_exception_group.lookup(vm, vm.intern("split")).unwrap_or_default()
    });
    if is_plain {
        let (matched, rest) = split(vm, exception, Condition::Class(pattern))?;
        return Ok((rest.unwrap_or(none), matched.unwrap_or(none)));
    }
    let parts = vm.call(own, &[pattern])?;
    let Some(parts) = parts.cast::<Tuple>() else {
        let text = format!("{}.split must return a tuple, not {}", vm.type_name(exception.into()), vm.type_name(parts));
        return Err(vm.type_error(text));
    };
    match (parts.get(0), parts.get(1)) {
        (Some(matched), Some(rest)) => Ok((rest, matched)),
        _ => {
            let (name, len) = (vm.type_name(exception.into()), parts.len());
            Err(vm.type_error(format!("{name}.split must return a 2-tuple, got tuple of size {len}")))
        }
    }
}

fn collect_leaves(vm: &Vm, exception: Value, leaves: Gc<List>) -> PyResult<()> {
    vm.check_native_recursion()?;
    let Some(exception) = exception.cast::<Exception>() else { return Ok(()) };
    match members(vm, exception) {
        Some(group) => group.items().iter().try_for_each(|member| collect_leaves(vm, *member, leaves)),
        None => leaves.push(vm, exception.into()),
    }
}

/// Whether two exceptions were raised at the same place: then one is a part of the other that was raised again.
fn same_origin(vm: &Vm, a: Gc<Exception>, b: Gc<Exception>) -> PyResult<bool> {
    let name = vm.intern("__notes__");
    let notes = |exception: Gc<Exception>| vm.find_attr(exception.into(), name);
    let same_notes = match (notes(a)?, notes(b)?) {
        (None, None) => true,
        (Some(a), Some(b)) => vm.equals(a, b)?,
        _ => false,
    };
    Ok(same_notes
        && a.traceback.get() == b.traceback.get()
        && a.cause.get() == b.cause.get()
        && a.context.get() == b.context.get())
}

/// After all `except*` clauses: what to raise of the exceptions that they raised, raised again or did not take; None when there is
/// nothing. `raised` is a list.
pub fn prepare_reraise(vm: &Vm, origin: Value, raised: Value) -> PyResult {
    let none = vm.none();
    let (Some(origin), Some(given)) = (origin.cast::<Exception>(), raised.cast::<List>()) else { return Ok(none) };
    if given.is_empty() {
        return Ok(none);
    }
    if members(vm, origin).is_none() {
        // A single exception was wrapped: it was raised anew or not taken, and there is nothing to merge.
        return Ok(given.get(0).unwrap_or(none));
    }
    let (new, again) = (List::new(vm, &[])?, List::new(vm, &[])?);
    let mut index = 0;
    while let Some(value) = given.get(index) {
        index += 1;
        let Some(exception) = value.cast::<Exception>() else { continue };
        let list = if same_origin(vm, exception, origin)? { again } else { new };
        list.push(vm, value)?;
    }
    let leaves = List::new(vm, &[])?;
    let mut index = 0;
    while let Some(value) = again.get(index) {
        index += 1;
        collect_leaves(vm, value, leaves)?;
    }
    let projection = if leaves.is_empty() { None } else { split(vm, origin, Condition::Identity(leaves))?.0 };
    if new.is_empty() {
        return Ok(projection.unwrap_or(none));
    }
    if let Some(projection) = projection {
        new.push(vm, projection)?;
    }
    if new.len() == 1 {
        return Ok(new.get(0).unwrap_or(none));
    }
    new_group(vm, vm.types().base_exception_group, &[vm.empty_str().into(), new.into()])
}

#[methods(pub(crate) METHODS)]
impl Methods {
    /// See PEP 585
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Initialize self.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::exception::methods::base_init(vm, args).map(|()| vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        new_group(vm, args[0].expect::<Class>(), &args[2..])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let members = or_none(vm, exception.fields[EXCEPTIONS].get());
        let shown = match exception.fields[SHOWN].get().bound() {
            Some(shown) => vm.to_str(shown)?,
            None if exception.arg_count() == 2
                && exception.arg(1).is_some_and(|given| given.cast::<List>().is_some()) =>
            {
                vm.repr(vm.list_from(members)?.into())?
            }
            None => vm.repr(members)?,
        };
        let message = vm.repr(or_none(vm, exception.fields[MESSAGE].get()))?;
        vm.new_str(&format!("{}({message}, {shown})", vm.class_of(args[0]).name.get()))
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        let exception = args[0].expect::<Exception>();
        let count = members(vm, exception).map_or(0, |members| members.len());
        let message = vm.to_str(or_none(vm, exception.fields[MESSAGE].get()))?;
        let plural = if count == 1 { "" } else { "s" };
        vm.new_str(&format!("{message} ({count} sub-exception{plural})"))
    }

    /// Return a group with the same message that wraps other exceptions.
    #[method("derive($self, excs, /)")]
    fn derive(vm: &Vm, args: &[Value]) -> PyResult {
        let message = args[0].expect::<Exception>().fields[MESSAGE].get();
        new_group(vm, vm.types().base_exception_group, &[or_none(vm, message), args[1]])
    }

    /// Return the parts of the group that satisfy a condition and those that do not.
    #[method("split($self, matcher_value, /)")]
    fn split_(vm: &Vm, args: &[Value]) -> PyResult {
        let by = condition(vm, args[1])?;
        let (matched, rest) = split(vm, args[0].expect(), by)?;
        vm.new_tuple(&[matched.unwrap_or(vm.none()), rest.unwrap_or(vm.none())])
    }

    /// Return the part of the group that satisfies a condition, or None.
    #[method("subgroup($self, matcher_value, /)")]
    fn subgroup(vm: &Vm, args: &[Value]) -> PyResult {
        let by = condition(vm, args[1])?;
        Ok(split(vm, args[0].expect(), by)?.0.unwrap_or(vm.none()))
    }
}
