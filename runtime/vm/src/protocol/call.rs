//! Calling: any object, with any arguments, from native code.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::object::class::{Class, flags};
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::method::BoundMethod;
use crate::types::native::{Args, Native};
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

impl Vm {
    /// Calls an object with positional arguments.
    #[inline]
    pub fn call(&self, callable: Value, args: &[Value]) -> PyResult {
        self.call_args(callable, Args::positional(args))
    }

    /// Calls an object. TypeError when it is not callable.
    pub fn call_args(&self, callable: Value, args: Args<'_>) -> PyResult {
        if let Some(function) = callable.cast::<Function>() {
            return self.call_function(function, args);
        }
        if let Some(native) = callable.cast::<Native>() {
            return self.call_native(native, args);
        }
        self.check_native_recursion()?;
        if let Some(method) = callable.cast::<BoundMethod>() {
            let function = method.function.get();
            return self.with_receiver(method.receiver.get(), args, |args| self.call_args(function, args));
        }
        if let Some(class) = callable.cast::<Class>()
            && self.class_of(callable).special(Special::Call) == self.types().type_.special(Special::Call)
        {
            return self.instantiate(class, args);
        }
        let call = self.class_of(callable).special(Special::Call);
        if call.is_unbound() {
            return Err(self.type_error(format!("'{}' object is not callable", self.type_name(callable))));
        }
        self.call_special_args(callable, call, args)
    }

    /// Makes an instance of a class: `type.__call__`.
    pub fn instantiate(&self, class: Gc<Class>, args: Args<'_>) -> PyResult {
        let types = self.types();
        if class == types.type_ && args.values.len() == 1 && args.names.is_none() {
            return Ok(self.class_of(args.values[0]).into());
        }
        if class == types.type_ && args.unnamed().len() != 3 {
            return Err(self.type_error("type() takes 1 or 3 arguments"));
        }
        if args.names.is_none()
            && let Some(made) = self.instantiate_builtin(class, args.values)
        {
            return made;
        }
        let new = class.special(Special::New);
        // `__new__` is a static method: what the look-up found is called with the class as first argument.
        let new = match new.cast::<Function>() {
            None if new.cast::<Native>().is_none() => self.bind_on_class(new, class)?,
            _ => new,
        };
        let init = class.special(Special::Init);
        if self.is_object_new(new) {
            let instance = crate::types::object::new_instance(self, class, !args.values.is_empty())?;
            if init != types.object.special(Special::Init) {
                self.initialize(instance, init, args)?;
            }
            return Ok(instance);
        }
        if class.has(flags::NO_NEW) {
            return Err(self.type_error(format!("cannot create '{}' instances", class.title())));
        }
        let exceptions = types.base_exception;
        if new == exceptions.special(Special::New) && init == exceptions.special(Special::Init) && args.names.is_none()
        {
            return crate::types::exception::Exception::new(self, class, args.values).map(Value::from);
        }
        let instance = self.with_receiver(class.into(), args, |args| self.call_args(new, args))?;
        let plain = self.class_of(instance) == class && init == types.object.special(Special::Init);
        if plain || !self.is_instance(instance, class) {
            return Ok(instance);
        }
        self.initialize(instance, self.class_of(instance).special(Special::Init), args)?;
        Ok(instance)
    }

    /// Instances of common built-in classes made in one step, where neither `__new__` nor `__init__` has more to say.
    fn instantiate_builtin(&self, class: Gc<Class>, args: &[Value]) -> Option<PyResult> {
        let types = self.types();
        if class.has(flags::HEAP) {
            return None;
        }
        Some(match args {
            [value] if class == types.int => match value.as_inline_float() {
                _ if value.is_int() => Ok(*value),
                Some(float) if float.abs() < 9e15 => self.new_int(float as i64),
                _ => return None,
            },
            [value] if class == types.float => match value.as_int() {
                Some(int) => self.new_float(int as f64),
                None if value.is_float() => Ok(*value),
                None => return None,
            },
            [value] if class == types.str => self.to_str(*value).map(Value::from),
            [value] if class == types.bool_ => self.is_true(*value).map(|truth| self.bool(truth)),
            [items] if class == types.tuple => self.tuple_from(*items).map(Value::from),
            [] if class == types.super_ => crate::types::super_::of_caller(self),
            [] if class == types.list => self.new_list(&[]),
            [items] if class == types.list => self.list_from(*items).map(Value::from),
            [] if class == types.dict => Dict::new(self).map(Value::from),
            [] if class == types.set => Set::new(self, class, &[]).map(Value::from),
            [items] if class == types.set => Set::from_iterable(self, class, *items).map(Value::from),
            _ => return None,
        })
    }

    /// Calls `__init__`, which must return None.
    fn initialize(&self, instance: Value, init: Value, args: Args<'_>) -> PyResult<()> {
        let result = self.call_special_args(instance, init, args)?;
        if result != self.none() {
            return Err(self.type_error(format!("__init__() should return None, not '{}'", self.type_name(result))));
        }
        Ok(())
    }

    /// Whether a `__new__` is the one of `object`.
    #[inline]
    #[must_use]
    pub fn is_object_new(&self, new: Value) -> bool {
        new == self.types().object.special(Special::New)
    }

    /// The callable inside a `staticmethod`, or the value itself.
    #[inline]
    #[must_use]
    pub fn unwrap_static(&self, value: Value) -> Value {
        if self.is_exact(value, self.types().staticmethod)
            && let Some(record) = value.cast::<crate::object::Record>()
        {
            return record.get(crate::types::method::CALLABLE);
        }
        value
    }

    /// Calls a special method that a look-up on the class of `receiver` found, without making a bound method where that is
    /// possible.
    #[inline]
    pub fn call_special(&self, receiver: Value, method: Value, args: &[Value]) -> PyResult {
        const ROOM: usize = 3;
        let count = args.len() + 1;
        if let Some(native) = method.cast::<Native>()
            && count <= ROOM
            && native.is_descriptor()
            && native.def.takes_directly(count)
            && native.applies_to(self.class_of(receiver))
        {
            let mut values = [receiver, Value::UNBOUND, Value::UNBOUND];
            values[1..count].copy_from_slice(args);
            return self.ended((native.def.function)(self, &values[..count]));
        }
        self.call_special_args(receiver, method, Args::positional(args))
    }

    /// The same with named arguments.
    pub fn call_special_args(&self, receiver: Value, method: Value, args: Args<'_>) -> PyResult {
        if let Some(function) = method.cast::<Function>() {
            return self.with_receiver(receiver, args, |args| self.call_function(function, args));
        }
        if let Some(native) = method.cast::<Native>()
            && native.is_descriptor()
        {
            return self.with_receiver(receiver, args, |args| self.call_native(native, args));
        }
        let bound = self.bind(method, receiver, self.class_of(receiver))?;
        self.call_args(bound, args)
    }

    /// Calls an object with positional arguments and a dict of named ones, as `**kwargs` of a native function has them.
    pub fn call_with(&self, callable: Value, args: &[Value], named: Gc<Dict>) -> PyResult {
        self.with_named(args, named, |args| self.call_args(callable, args))
    }

    /// Puts the entries of a dict behind positional arguments.
    pub fn with_named<R>(
        &self,
        args: &[Value],
        named: Gc<Dict>,
        f: impl FnOnce(Args<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        if named.is_empty() {
            return f(Args::positional(args));
        }
        let mut values = self.scratch(args.len() + named.len())?;
        values.extend(args);
        for (_, value) in named.entries() {
            values.push(value);
        }
        let names = Tuple::from_iter(self, named.len(), named.entries().map(|(key, _)| key))?;
        f(Args { values: &values, names: Some(names) })
    }

    /// Calls `receiver.name(args)`; the attribute is looked up as usual.
    pub fn call_method(&self, receiver: Value, name: &str, args: &[Value]) -> PyResult {
        self.call_method_named(receiver, self.intern(name), args)
    }

    /// The same with an interned name.
    pub fn call_method_named(&self, receiver: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
        let (callable, bound) = self.get_method(receiver, name)?;
        match bound {
            Some(receiver) => {
                self.with_receiver(receiver, Args::positional(args), |args| self.call_args(callable, args))
            }
            None => self.call(callable, args),
        }
    }

    /// Whether `callable()` says so.
    #[must_use]
    pub fn is_callable(&self, value: Value) -> bool {
        self.class_of(value).special(Special::Call).is_bound()
    }

    /// Whether it is a plain Python function.
    #[must_use]
    pub fn is_function(&self, value: Value) -> bool {
        value.as_header().is_some_and(|h| crate::object::layout::shape_of_header(h).layout == Layout::Function)
    }
}
