//! `ContextVar`.

use orochi_macros::methods;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::generic_alias::CLASS_GETITEM;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::object::address;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::{context, map, token};

/// Fields: the name, the default or unbound, the number of the variable among all of the VM.
const NAME: usize = 0;
const DEFAULT: usize = 1;
const NUMBER: usize = 2;

/// `ContextVar`.
pub(super) static CLASS: ClassDef = ClassDef {
    methods: &[METHODS, CLASS_GETITEM],
    getset: &[GetSetDef::member("name", "", |_, variable| Ok(this(variable).get(NAME)))],
    ..ClassDef::new("_contextvars.ContextVar", "", Layout::Record)
};

fn this(variable: Value) -> Gc<Record> {
    variable.expect()
}

/// The number of a variable.
pub(super) fn number(variable: Value) -> u64 {
    this(variable).get(NUMBER).as_int().map_or(0, |number| number as u64)
}

/// Whether it is a variable.
pub(super) fn is_variable(vm: &Vm, value: Value) -> PyResult<bool> {
    Ok(vm.is_exact(value, vm.module_class(&CLASS)?))
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let (class, named, positional): (Gc<Class>, Gc<Dict>, _) = (args[0].expect(), args[1].expect(), &args[2..]);
        let [name] = positional else {
            let (bound, count) = (if positional.is_empty() { "exactly" } else { "at most" }, positional.len());
            return Err(vm.type_error(format!("ContextVar() takes {bound} 1 positional argument ({count} given)")));
        };
        let mut default = Value::UNBOUND;
        for (key, value) in named.entries() {
            if key.cast::<Str>().is_some_and(|key| key.equals_str("default")) {
                default = value;
            } else {
                let key = vm.display(key);
                return Err(vm.type_error(format!("ContextVar() got an unexpected keyword argument '{key}'")));
            }
        }
        if name.cast::<Str>().is_none() {
            return Err(vm.type_error("context variable name must be a str"));
        }
        let number = vm.new_int(vm.threads.next_variable() as i64)?;
        Record::new(vm, class, &[*name, default, number]).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        text.push("<ContextVar name=");
        text.push_repr(vm, this(args[0]).get(NAME))?;
        if let Some(default) = this(args[0]).get(DEFAULT).bound() {
            text.push(" default=");
            text.push_repr(vm, default)?;
        }
        text.push(&format!(" at {:#x}>", address(args[0])));
        text.finish(vm)
    }

    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[method("get($self, default=<unrepresentable>, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        let own = this(args[0]).get(DEFAULT);
        let found = context::map_of(vm.threads.context.get()).and_then(|map| map::get(map, args[0]));
        match found.or(args[1].bound()).or(own.bound()) {
            Some(value) => Ok(value),
            None => Err(vm.raise_with(vm.types().lookup_error, &[args[0]])),
        }
    }

    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[method("reset($self, token, /)")]
    fn reset(vm: &Vm, args: &[Value]) -> PyResult {
        token::reset(vm, args[0], args[1])
    }

    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required value argument is the new value for the context variable.
    ///
    /// Returns a Token object that can be used to restore the variable to its previous
    /// value via the `ContextVar.reset()` method.
    #[method("set($self, value, /)")]
    fn set(vm: &Vm, args: &[Value]) -> PyResult {
        let context = context::current(vm)?;
        let old = context::map_of(context).and_then(|map| map::get(map, args[0]));
        let token = token::new(vm, context, args[0], old.unwrap_or_default())?;
        context::set(vm, context, args[0], args[1])?;
        Ok(token)
    }
}
