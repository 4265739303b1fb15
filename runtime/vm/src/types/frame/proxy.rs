//! `f_locals` of a function's frame (PEP 667): a mapping that reads and writes the variables themselves.

use orochi_bytecode::operands::BinaryOp;
use orochi_gc::Gc;

use super::Frame;
use super::variables::{Variable, Variables};
use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `FrameLocalsProxy`: a record of the frame.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::MAPPING, methods: &[METHODS], ..ClassDef::new("FrameLocalsProxy", "", Layout::Record) };

/// A proxy of a frame's variables.
pub fn new(vm: &Vm, frame: Gc<Frame>) -> PyResult {
    let class = vm.module_class(&CLASS)?;
    Record::new(vm, class, &[frame.into()]).map(Value::from)
}

fn frame_of(value: Value) -> Gc<Frame> {
    value.expect::<Record>().get(0).expect()
}

fn is_proxy(vm: &Vm, value: Value) -> PyResult<bool> {
    Ok(vm.is_exact(value, vm.module_class(&CLASS)?))
}

fn extra(frame: &Frame) -> Option<Gc<Dict>> {
    frame.extra.get().cast()
}

/// The variable that a key names; `None` for other keys. TypeError when the key is not hashable.
fn variable(vm: &Vm, frame: Gc<Frame>, key: Value) -> PyResult<Option<Variable>> {
    if let Some(name) = key.cast::<Str>().filter(|_| vm.is_exact_str(key)) {
        return Variables::of(&frame).find(vm, &name);
    }
    // Whatever is equal to a name names the variable.
    let hash = vm.hash(key)?;
    let names = List::new(vm, &[])?;
    Variables::of(&frame).for_each(vm, |name, _| names.push(vm, name.into()))?;
    for name in names.slots() {
        if let Some(text) = name.get().cast::<Str>()
            && vm.hash(name.get())? == hash
            && vm.equals(name.get(), key)?
        {
            return Variables::of(&frame).find(vm, &text);
        }
    }
    Ok(None)
}

fn get(vm: &Vm, frame: Gc<Frame>, key: Value) -> PyResult<Option<Value>> {
    if let Some(variable) = variable(vm, frame, key)?
        && let Some(value) = Variables::of(&frame).get(variable).bound()
    {
        return Ok(Some(value));
    }
    match extra(&frame) {
        Some(extra) => extra.get(vm, key),
        None => Ok(None),
    }
}

fn set(vm: &Vm, frame: Gc<Frame>, key: Value, value: Value) -> PyResult<()> {
    if let Some(variable) = variable(vm, frame, key)? {
        Variables::of(&frame).set(vm, variable, value);
        frame.variables_changed(vm);
        return Ok(());
    }
    let extra = match extra(&frame) {
        Some(extra) => extra,
        None => {
            let extra = Dict::new(vm)?;
            frame.extra.set(extra.into());
            frame.variables_changed(vm);
            extra
        }
    };
    extra.set(vm, key, value)
}

fn remove(vm: &Vm, frame: Gc<Frame>, key: Value) -> PyResult<Option<Value>> {
    if variable(vm, frame, key)?.is_some() {
        return Err(vm.value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    match extra(&frame) {
        Some(extra) => extra.remove(vm, key),
        None => Ok(None),
    }
}

fn snapshot(vm: &Vm, value: Value) -> PyResult<Gc<Dict>> {
    snapshot_of(vm, frame_of(value))
}

/// A new dict with all that the proxy of a frame shows.
pub fn snapshot_of(vm: &Vm, frame: Gc<Frame>) -> PyResult<Gc<Dict>> {
    let dict = Variables::of(&frame).to_dict(vm)?;
    if let Some(extra) = extra(&frame) {
        dict.update(vm, extra)?;
    }
    Ok(dict)
}

/// `value` as a dict: a snapshot if it is a proxy, else itself if it is a dict.
fn operand(vm: &Vm, value: Value) -> PyResult<Option<Value>> {
    if is_proxy(vm, value)? {
        return snapshot(vm, value).map(|dict| Some(dict.into()));
    }
    Ok(value.cast::<Dict>().map(Value::from))
}

fn merge(vm: &Vm, value: Value, other: Value) -> PyResult<()> {
    let other = if is_proxy(vm, other)? { snapshot(vm, other)?.into() } else { other };
    if vm.class_of(other).lookup(vm, vm.intern("keys")).is_none() {
        let kind = vm.type_name(other);
        return Err(vm.type_error(format!("'{kind}' object is not a mapping")));
    }
    let keys = vm.call_method(other, "keys", &[])?;
    vm.for_each(keys, |key| set(vm, frame_of(value), key, vm.get_item(other, key)?))
}

#[methods(METHODS)]
impl Methods {
    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        get(vm, frame_of(args[0]), args[1]).map(|value| vm.bool(value.is_some()))
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        match remove(vm, frame_of(args[0]), args[1])? {
            Some(_) => Ok(vm.none()),
            None => Err(vm.key_error(args[1])),
        }
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        if is_proxy(vm, args[1])? {
            return Ok(vm.bool(frame_of(args[0]) == frame_of(args[1])));
        }
        match args[1].cast::<Dict>() {
            Some(_) => vm.equals(snapshot(vm, args[0])?.into(), args[1]).map(|equal| vm.bool(equal)),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        match get(vm, frame_of(args[0]), args[1])? {
            Some(value) => Ok(value),
            None => {
                let text = format!("local variable '{}' is not defined", vm.repr(args[1])?);
                Err(vm.raise(vm.types().key_error, text))
            }
        }
    }

    /// Return self|=value.
    #[method("__ior__($self, value, /)")]
    fn ior(vm: &Vm, args: &[Value]) -> PyResult {
        if operand(vm, args[1])?.is_none() {
            return Ok(vm.not_implemented());
        }
        merge(vm, args[0], args[1])?;
        Ok(args[0])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        vm.iter(vm.list_from(snapshot(vm, args[0])?.into())?.into())
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(snapshot(vm, args[0])?.len() as i64)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        let equal = eq(vm, args)?;
        if equal == vm.not_implemented() { Ok(equal) } else { Ok(vm.bool(equal != vm.true_())) }
    }

    /// Create a proxy of the variables of a frame.
    #[method("static __new__(type, frame, /)")]
    fn dunder_new(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(frame) = args[1].cast::<Frame>() else {
            return Err(vm.type_error(format!("expect frame, not {}", vm.type_name(args[1]))));
        };
        Record::new(vm, args[0].expect::<Class>(), &[frame.into()]).map(Value::from)
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        match operand(vm, args[1])? {
            Some(other) => vm.binary(BinaryOp::Or, snapshot(vm, args[0])?.into(), other),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("{...}") };
        vm.repr(snapshot(vm, args[0])?.into()).map(Value::from)
    }

    /// Return the keys in reverse order.
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        let keys = vm.list_from(snapshot(vm, args[0])?.into())?;
        let reversed = List::with_capacity(vm, keys.len())?;
        for key in keys.slots().iter().rev() {
            reversed.push(vm, key.get())?;
        }
        Ok(reversed.into())
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        match operand(vm, args[1])? {
            Some(other) => vm.binary(BinaryOp::Or, other, snapshot(vm, args[0])?.into()),
            None => Ok(vm.not_implemented()),
        }
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        set(vm, frame_of(args[0]), args[1], args[2])?;
        Ok(vm.none())
    }

    /// Return a dict of all variables that have a value.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        snapshot(vm, args[0]).map(Value::from)
    }

    /// Return the value of the key, or default.
    #[method("get($self, key, default=None, /)")]
    fn get_method(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(get(vm, frame_of(args[0]), args[1])?.or(args[2].bound()).unwrap_or(vm.none()))
    }

    /// Return a list of pairs of key and value.
    #[method("items($self, /)")]
    fn items(vm: &Vm, args: &[Value]) -> PyResult {
        let list = List::new(vm, &[])?;
        for (key, value) in snapshot(vm, args[0])?.entries() {
            list.push(vm, vm.new_tuple(&[key, value])?)?;
        }
        Ok(list.into())
    }

    /// Return a list of the keys.
    #[method("keys($self, /)")]
    fn keys(vm: &Vm, args: &[Value]) -> PyResult {
        vm.list_from(snapshot(vm, args[0])?.into()).map(Value::from)
    }

    /// Remove a key that is no variable, and return its value.
    #[method("pop($self, key, default=<unrepresentable>, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        match remove(vm, frame_of(args[0]), args[1])?.or(args[2].bound()) {
            Some(value) => Ok(value),
            None => Err(vm.key_error(args[1])),
        }
    }

    /// Set the key to default unless it has a value; return the value.
    #[method("setdefault($self, key, default=None, /)")]
    fn setdefault(vm: &Vm, args: &[Value]) -> PyResult {
        let frame = frame_of(args[0]);
        if let Some(value) = get(vm, frame, args[1])? {
            return Ok(value);
        }
        let value = args[2].bound().unwrap_or(vm.none());
        set(vm, frame, args[1], value)?;
        Ok(value)
    }

    /// Set the keys of a mapping.
    #[method("update($self, mapping, /)")]
    fn update(vm: &Vm, args: &[Value]) -> PyResult {
        merge(vm, args[0], args[1])?;
        Ok(vm.none())
    }

    /// Return a list of the values.
    #[method("values($self, /)")]
    fn values(vm: &Vm, args: &[Value]) -> PyResult {
        let list = List::new(vm, &[])?;
        for (_, value) in snapshot(vm, args[0])?.entries() {
            list.push(vm, value)?;
        }
        Ok(list.into())
    }
}
