//! `Token`: what a variable had before it was set.

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::generic_alias::CLASS_GETITEM;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::address;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::context;

/// Fields: the context in which the variable was set, the variable, what it had (unbound for nothing), whether the token was used.
const CONTEXT: usize = 0;
const VARIABLE: usize = 1;
const OLD: usize = 2;
const USED: usize = 3;

/// `Token`.
pub(super) static CLASS: ClassDef = ClassDef {
    methods: &[METHODS, CLASS_GETITEM],
    getset: &[
        GetSetDef::readonly("old_value", "", |vm, token| match this(token).get(OLD).bound() {
            Some(old) => Ok(old),
            None => missing(vm),
        }),
        GetSetDef::readonly("var", "", |_, token| Ok(this(token).get(VARIABLE))),
    ],
    ..ClassDef::new("_contextvars.Token", "", Layout::Record)
};

/// The class of `Token.MISSING`.
static MISSING: ClassDef =
    ClassDef { methods: &[MISSING_METHODS], ..ClassDef::new("Token.MISSING", "", Layout::Record) };

fn this(token: Value) -> Gc<Record> {
    token.expect()
}

/// Gives the class its attribute `MISSING`; takes it its hash.
pub(super) fn add_missing(vm: &Vm) -> PyResult<()> {
    let class = vm.module_class(&MISSING)?;
    let missing = Record::new(vm, class, &[])?;
    let class = vm.module_class(&CLASS)?;
    class.set_attr(vm, vm.intern("__hash__"), vm.none())?;
    class.set_attr(vm, vm.intern("MISSING"), missing.into())
}

/// `Token.MISSING`.
fn missing(vm: &Vm) -> PyResult {
    let found = vm.module_class(&CLASS)?.lookup(vm, vm.intern("MISSING"));
    Ok(found.unwrap_or(vm.none()))
}

/// A token for a variable that is about to be set.
pub(super) fn new(vm: &Vm, context: Value, variable: Value, old: Value) -> PyResult {
    Record::new(vm, vm.module_class(&CLASS)?, &[context, variable, old, vm.false_()]).map(Value::from)
}

/// Gives a variable back what it had when the token was made.
pub(super) fn reset(vm: &Vm, variable: Value, token: Value) -> PyResult {
    if !vm.is_exact(token, vm.module_class(&CLASS)?) {
        let text = vm.repr(token)?;
        return Err(vm.type_error(format!("expected an instance of Token, got {text}")));
    }
    let record = this(token);
    if record.get(USED) == vm.true_() {
        let text = vm.repr(token)?;
        return Err(vm.runtime_error(format!("{text} has already been used once")));
    }
    if record.get(VARIABLE) != variable {
        let text = vm.repr(token)?;
        return Err(vm.value_error(format!("{text} was created by a different ContextVar")));
    }
    let current = context::current(vm)?;
    if record.get(CONTEXT) != current {
        let text = vm.repr(token)?;
        return Err(vm.value_error(format!("{text} was created in a different Context")));
    }
    record.set(vm, USED, vm.true_());
    match record.get(OLD).bound() {
        Some(old) => context::set(vm, current, variable, old)?,
        None => context::unset(vm, current, variable)?,
    }
    Ok(vm.none())
}

#[methods(METHODS)]
impl Methods {
    /// Enter into Token context manager.
    #[method("__enter__($self, /)")]
    fn enter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Exit from Token context manager, restore the linked ContextVar.
    #[method("__exit__($self, type, val, tb, /)")]
    fn exit(vm: &Vm, args: &[Value]) -> PyResult {
        reset(vm, this(args[0]).get(VARIABLE), args[0])
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new_token(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.runtime_error("Tokens can only be created by ContextVars"))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let token = this(args[0]);
        let mut text = TextBuf::new();
        text.push("<Token");
        if token.get(USED) == vm.true_() {
            text.push(" used");
        }
        text.push(" var=");
        text.push_repr(vm, token.get(VARIABLE))?;
        text.push(&format!(" at {:#x}>", address(args[0])));
        text.finish(vm)
    }
}

#[methods(MISSING_METHODS)]
impl MissingMethods {
    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn missing_repr(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("<Token.MISSING>")
    }
}
