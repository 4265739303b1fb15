//! Bound methods. [`wrappers`] has `staticmethod` and `classmethod`.

pub mod wrappers;

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// A method bound to an object.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    pub function: Cell<Value>,
    pub receiver: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for BoundMethod {
    const LAYOUT: Layout = Layout::BoundMethod;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.function.get().trace(tracer);
        self.receiver.get().trace(tracer);
    }
}

impl BoundMethod {
    /// Binds a callable to a receiver.
    pub fn new(vm: &Vm, function: Value, receiver: Value) -> PyResult {
        let method =
            BoundMethod { header: Header::empty(), function: Cell::new(function), receiver: Cell::new(receiver) };
        vm.new_native(vm.types().method, method).map(Value::from)
    }
}

pub use wrappers::{CALLABLE, CLASSMETHOD_CLASS, STATIC_CLASS, is_abstract, new_classmethod, new_static};

/// `method`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::WEAKREF,
    methods: &[METHODS, crate::types::native_class::CALL],
    getset: GETSET,
    ..ClassDef::new("method", "Create a bound instance method object.", Layout::BoundMethod)
};

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("__doc__", "", |vm, value| {
        let function = value.expect::<BoundMethod>().function.get();
        Ok(vm.find_attr_str(function, "__doc__")?.unwrap_or(vm.none()))
    }),
    GetSetDef::member("__func__", "the function (or other callable) implementing a method", |_, value| {
        Ok(value.expect::<BoundMethod>().function.get())
    }),
    GetSetDef::member("__self__", "the instance to which a method is bound", |_, value| {
        Ok(value.expect::<BoundMethod>().receiver.get())
    }),
];

/// The attributes of a method are those of its class, then those of its function.
fn get_attr(vm: &Vm, method: Gc<BoundMethod>, name: Gc<Str>) -> PyResult {
    let value = Value::from(method);
    let class = vm.class_of(value);
    if let Some(found) = class.lookup(vm, name) {
        return vm.bind(found, value, class);
    }
    vm.get_attr(method.function.get(), name)
}

#[methods(METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        let (a, Some(b)) = (args[0].expect::<BoundMethod>(), args[1].cast::<BoundMethod>()) else {
            return Ok(vm.not_implemented());
        };
        let same = a.receiver.get() == b.receiver.get() && vm.equals(a.function.get(), b.function.get())?;
        Ok(vm.bool(same))
    }

    /// Return the method itself: it is bound already.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return getattr(self, name).
    #[method("__getattribute__($self, name, /)")]
    fn getattribute(vm: &Vm, args: &[Value]) -> PyResult {
        get_attr(vm, args[0].expect(), crate::types::object::attribute_name(vm, args[1])?)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let method = args[0].expect::<BoundMethod>();
        let function = vm.hash(method.function.get())?;
        let receiver = crate::protocol::hash::hash_identity(method.receiver.get());
        vm.new_int((function ^ receiver.rotate_left(7)) as i64 >> 3)
    }

    /// Create and return a new object.
    #[method("static __new__(type, function, instance, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_callable(args[1]) {
            return Err(vm.type_error("first argument must be callable"));
        }
        if args[2] == vm.none() {
            return Err(vm.type_error("instance must not be None"));
        }
        BoundMethod::new(vm, args[1], args[2])
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let method = args[0].expect::<BoundMethod>();
        let getattr = vm.intern("getattr");
        let builtins = vm.state.builtins.get().cast::<crate::types::dict::Dict>();
        let getattr = builtins.and_then(|builtins| builtins.get_interned(vm, getattr)).unwrap_or(vm.none());
        let name = vm.get_attr_str(method.function.get(), "__name__")?;
        vm.new_tuple(&[getattr, vm.new_tuple(&[method.receiver.get(), name])?])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let method = args[0].expect::<BoundMethod>();
        let function = method.function.get();
        let name = match vm.find_attr_str(function, "__qualname__")? {
            Some(name) => Some(name),
            None => vm.find_attr_str(function, "__name__")?,
        };
        let name = name.and_then(Value::cast::<Str>).map_or_else(|| "?".to_owned(), |name| name.to_string());
        let receiver = vm.repr(method.receiver.get())?;
        vm.new_str(&format!("<bound method {name} of {receiver}>"))
    }
}
