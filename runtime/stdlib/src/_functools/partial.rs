//! `partial`: a callable with some of its arguments in place already; `Placeholder` holds a place free.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::method::BoundMethod;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::attributes::set_dict;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Special, Value, Vm};

use crate::_operator::call_with;

/// Fields: the callable, a tuple, a dict, and the `Placeholder` that the tuple may contain.
const FUNCTION: usize = 0;
const ARGUMENTS: usize = 1;
const KEYWORDS: usize = 2;
const PLACEHOLDER: usize = 3;

pub(super) static PARTIAL: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT | flags::WEAKREF,
    methods: &[METHODS],
    getset: &[
        GetSetDef::readonly("args", "The positional arguments in place.", |_, partial| Ok(field(partial, ARGUMENTS))),
        GetSetDef::readonly("func", "The callable.", |_, partial| Ok(field(partial, FUNCTION))),
        GetSetDef::readonly("keywords", "The named arguments in place.", |_, partial| Ok(field(partial, KEYWORDS))),
    ],
    ..ClassDef::new("functools.partial", "A callable with some of its arguments in place already.", Layout::Record)
};

pub(super) static PLACEHOLDER_CLASS: ClassDef = ClassDef {
    methods: &[PLACEHOLDER_METHODS],
    ..ClassDef::new(
        "functools._PlaceholderType",
        "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
        Layout::Object,
    )
};

fn field(partial: Value, index: usize) -> Value {
    partial.expect::<Record>().get(index)
}

/// The one `Placeholder` of a VM.
pub(super) fn placeholder(vm: &Vm) -> PyResult {
    if let Some(placeholder) = vm.module_value(&PLACEHOLDER_CLASS) {
        return Ok(placeholder);
    }
    let placeholder = vm.new_object(vm.module_class(&PLACEHOLDER_CLASS)?)?;
    vm.set_module_value(&PLACEHOLDER_CLASS, placeholder);
    Ok(placeholder)
}

fn is_placeholder(vm: &Vm, value: Value) -> bool {
    vm.module_value(&PLACEHOLDER_CLASS) == Some(value)
}

/// A partial whose arguments a partial of it may take over.
fn merged_with(vm: &Vm, function: Value) -> PyResult<Option<Gc<Record>>> {
    let class = vm.module_class(&PARTIAL)?;
    if !vm.is_instance(function, class) || vm.class_of(function).special(Special::Call) != class.special(Special::Call)
    {
        return Ok(None);
    }
    let has_attributes = match function.as_header() {
        Some(header) => vm.has_instance_attributes(header),
        None => false,
    };
    Ok(if has_attributes { None } else { function.cast::<Record>() })
}

/// Puts arguments into the free places of others, then behind them.
fn fill(vm: &Vm, places: &[Value], arguments: &[Value]) -> PyResult<Gc<List>> {
    let filled = List::with_capacity(vm, places.len() + arguments.len())?;
    let mut rest = arguments.iter();
    for place in places {
        let value = if is_placeholder(vm, *place) { *rest.next().unwrap_or(place) } else { *place };
        filled.push(vm, value)?;
    }
    for value in rest {
        filled.push(vm, *value)?;
    }
    Ok(filled)
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let partial = args[0].expect::<Record>();
        let (given, own) = (&args[2..], partial.get(ARGUMENTS).expect::<Tuple>());
        let keywords = partial.get(KEYWORDS).expect::<Dict>();
        let named = match args[1].cast::<Dict>() {
            Some(given) if !given.is_empty() && !keywords.is_empty() => {
                let merged = keywords.copy(vm)?;
                merged.update(vm, given)?;
                merged.into()
            }
            Some(given) if !given.is_empty() => args[1],
            _ => keywords.into(),
        };
        if keywords.entries().any(|(name, _)| name.cast::<Str>().is_none()) {
            return Err(vm.type_error("keywords must be strings"));
        }
        if partial.get(PLACEHOLDER) != Value::ZERO {
            let expected = partial.get(PLACEHOLDER).as_int().unwrap_or(0) as usize;
            if given.len() < expected {
                return Err(vm.type_error(format!(
                    "missing positional arguments in 'partial' call; expected at least {expected}, got {}",
                    given.len()
                )));
            }
            let filled = fill(vm, own.items(), given)?.to_tuple(vm)?;
            return call_with(vm, partial.get(FUNCTION), filled.items(), named);
        }
        if own.is_empty() {
            return call_with(vm, partial.get(FUNCTION), given, named);
        }
        let mut values = vm.scratch(own.len() + given.len())?;
        values.extend(own.items());
        values.extend(given);
        call_with(vm, partial.get(FUNCTION), &values, named)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return a method bound to the instance.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() { Ok(args[0]) } else { BoundMethod::new(vm, args[0], args[1]) }
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let [class, keywords, rest @ ..] = args else { return Ok(vm.none()) };
        let Some((function, arguments)) = rest.split_first() else {
            return Err(vm.type_error("type 'partial' takes at least one argument"));
        };
        if !vm.is_callable(*function) {
            return Err(vm.type_error("the first argument must be callable"));
        }
        if let Some(last) = arguments.last()
            && is_placeholder(vm, *last)
        {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        let mut function = *function;
        let mut arguments = List::new(vm, arguments)?;
        let mut keywords = keywords.expect::<Dict>();
        if keywords.entries().any(|(_, value)| is_placeholder(vm, value)) {
            return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        // A partial of a partial is one of the function inside, unless the inner one has attributes that would be lost.
        if let Some(inner) = merged_with(vm, function)? {
            let given = arguments.to_tuple(vm)?;
            arguments = fill(vm, inner.get(ARGUMENTS).expect::<Tuple>().items(), given.items())?;
            let merged = inner.get(KEYWORDS).expect::<Dict>().copy(vm)?;
            merged.update(vm, keywords)?;
            keywords = merged;
            function = inner.get(FUNCTION);
        }
        let arguments = arguments.to_tuple(vm)?;
        let mut free = 0;
        for argument in arguments.items() {
            free += i64::from(is_placeholder(vm, *argument));
        }
        let fields = [function, arguments.into(), keywords.into(), Value::small(free)];
        Record::new(vm, class.expect(), &fields).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let function = field(args[0], FUNCTION);
        let attributes = match vm.find_attr_str(args[0], "__dict__")? {
            Some(dict) if vm.is_true(dict)? => dict,
            _ => vm.none(),
        };
        let arguments = vm.new_tuple(&[function])?;
        let state = vm.new_tuple(&[function, field(args[0], ARGUMENTS), field(args[0], KEYWORDS), attributes])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments, state])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("...") };
        let mut text = TextBuf::new();
        text.push(&vm.qualified_type_name(args[0]));
        text.push("(");
        // A repr may change the state.
        let (arguments, keywords) =
            (field(args[0], ARGUMENTS).expect::<Tuple>(), field(args[0], KEYWORDS).expect::<Dict>());
        text.push_repr(vm, field(args[0], FUNCTION))?;
        for argument in arguments.items() {
            text.push(", ");
            text.push_repr(vm, *argument)?;
        }
        let mut place = 0;
        while let Some((next, name, value)) = keywords.next_entry(place) {
            text.push(", ");
            let name = vm.to_str(name)?;
            text.push_str(&name);
            text.push("=");
            text.push_repr(vm, value)?;
            place = next;
        }
        text.push(")");
        text.finish(vm)
    }

    /// Set the state that __reduce__ gave.
    #[method("__setstate__($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let partial = args[0].expect::<Record>();
        let Some(state) = args[1].cast::<Tuple>().filter(|state| state.len() == 4) else {
            return Err(vm.type_error("invalid partial state"));
        };
        let [function, arguments, keywords, attributes] = [0, 1, 2, 3].map(|index| state.items()[index]);
        let is_dict_or_none = |value: Value| value == vm.none() || value.cast::<Dict>().is_some();
        let dicts_fit = is_dict_or_none(keywords) && is_dict_or_none(attributes);
        if !vm.is_callable(function) || arguments.cast::<Tuple>().is_none() || !dicts_fit {
            return Err(vm.type_error("invalid partial state"));
        }
        // Exactly a tuple and a dict, whatever the state has.
        let arguments = match vm.is_exact_tuple(arguments) {
            true => arguments.expect::<Tuple>(),
            false => Tuple::new(vm, arguments.expect::<Tuple>().items())?,
        };
        let keywords = match keywords.cast::<Dict>() {
            Some(dict) if vm.is_exact_dict(keywords) => dict,
            Some(dict) => dict.copy(vm)?,
            None => Dict::new(vm)?,
        };
        if arguments.items().last().is_some_and(|last| is_placeholder(vm, *last)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        let free = arguments.items().iter().filter(|argument| is_placeholder(vm, **argument)).count();
        partial.set(vm, FUNCTION, function);
        partial.set(vm, ARGUMENTS, arguments.into());
        partial.set(vm, KEYWORDS, keywords.into());
        partial.set(vm, PLACEHOLDER, Value::small(free as i64));
        let attributes = match attributes.cast::<Dict>() {
            Some(dict) => dict,
            None => Dict::new(vm)?,
        };
        set_dict(vm, args[0], Some(attributes.into()))?;
        Ok(vm.none())
    }
}

#[methods(PLACEHOLDER_METHODS)]
impl PlaceholderMethods {
    /// Return the one Placeholder.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn placeholder_new(vm: &Vm, args: &[Value]) -> PyResult {
        if args.len() > 2 || args[1].cast::<Dict>().is_some_and(|named| !named.is_empty()) {
            return Err(vm.type_error("_PlaceholderType takes no arguments"));
        }
        placeholder(vm)
    }

    /// Return the name by which it is found again, for copying.
    #[method("__reduce__($self, /)")]
    fn placeholder_reduce(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("Placeholder")
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn placeholder_repr(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("Placeholder")
    }
}
