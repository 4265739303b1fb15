//! `weakref.ref`.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::value::Value;
use crate::vm::Vm;

/// A weak reference. The collector clears the target when it dies.
#[repr(C)]
pub struct WeakRef {
    header: Header,
    /// No object once the target is dead. Not traced: the collector clears it.
    pub target: Cell<Value>,
    /// Called with the reference when the target dies, or unbound.
    pub callback: Cell<Value>,
    /// Of the target, once it was asked for; 0 before.
    pub hash: Cell<u64>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for WeakRef {
    const LAYOUT: Layout = Layout::WeakRef;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.callback.get().trace(tracer);
    }
}

impl WeakRef {
    /// A weak reference without callback.
    pub fn plain(vm: &Vm, target: Value) -> PyResult<Gc<WeakRef>> {
        Self::with_class(vm, vm.types().weakref, target, Value::UNBOUND)
    }

    /// A weak reference that may belong to a subclass and have a callback.
    pub fn with_class(vm: &Vm, class: Gc<Class>, target: Value, callback: Value) -> PyResult<Gc<WeakRef>> {
        let weak = vm.new_native(
            class,
            WeakRef {
                header: Header::empty(),
                target: Cell::new(target),
                callback: Cell::new(callback),
                hash: Cell::new(0),
            },
        )?;
        if target.is_object() {
            // SAFETY: the slot lies in the object, which does not report it; `Value` is one word that holds the target's
            // address and a tag.
            unsafe { vm.heap.register_weak(weak.as_header(), weak.target.as_ptr().cast::<Cell<usize>>()) };
        }
        Ok(weak)
    }

    /// What it refers to, while that is alive.
    #[inline]
    #[must_use]
    pub fn target(&self) -> Option<Value> {
        Some(self.target.get()).filter(|target| target.is_object())
    }
}

/// `ReferenceType`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, crate::types::generic_alias::CLASS_GETITEM],
    getset: &[GetSetDef::readonly("__callback__", "", |vm, value| {
        Ok(value.expect::<WeakRef>().callback.get().bound().unwrap_or(vm.none()))
    })],
    ..ClassDef::new("weakref.ReferenceType", "", Layout::WeakRef)
};

/// The plain reference to an object that was made before, if it is still there.
#[must_use]
pub fn existing(vm: &Vm, target: Value) -> Option<Gc<WeakRef>> {
    let known = vm.weakrefs.borrow().get(&target.bits()).copied()?;
    (known.target() == Some(target)).then_some(known)
}

/// The plain reference to an object that can be weakly referenced: the same one each time while it is there.
pub fn of(vm: &Vm, target: Value) -> PyResult<Gc<WeakRef>> {
    if let Some(weak) = existing(vm, target) {
        return Ok(weak);
    }
    let weak = WeakRef::plain(vm, target)?;
    remember(vm, target, weak);
    Ok(weak)
}

/// Remembers the plain reference to an object; forgets those to dead ones now and then.
fn remember(vm: &Vm, target: Value, weak: Gc<WeakRef>) {
    let mut known = vm.weakrefs.borrow_mut();
    if known.len() == known.capacity() {
        known.retain(|_, weak| weak.target().is_some());
    }
    known.insert(target.bits(), weak);
}

/// TypeError unless objects of the target's class can be weakly referenced.
pub fn check_target(vm: &Vm, target: Value) -> PyResult<()> {
    if target.is_object() && vm.class_of(target).has(flags::WEAKREF) {
        return Ok(());
    }
    let name = crate::types::type_::full_name(vm, vm.class_of(target));
    Err(vm.type_error(format!("cannot create weak reference to '{name}' object")))
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0].expect::<WeakRef>().target().unwrap_or(vm.none()))
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(other) = args[1].cast::<WeakRef>() else { return Ok(vm.not_implemented()) };
        match (args[0].expect::<WeakRef>().target(), other.target()) {
            (Some(a), Some(b)) => vm.compare(orochi_bytecode::operands::CompareOp::Eq, a, b),
            _ => Ok(vm.bool(args[0] == args[1])),
        }
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        let weak = args[0].expect::<WeakRef>();
        if weak.hash.get() == 0 {
            let Some(target) = weak.target() else { return Err(vm.type_error("weak object has gone away")) };
            weak.hash.set(vm.hash(target)?);
        }
        vm.new_int(weak.hash.get() as i64)
    }

    /// Initialize self.
    #[method("__init__($self, object, callback=None, /)")]
    fn init(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, object, callback=None, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let (class, target) = (args[0].expect::<Class>(), args[1]);
        check_target(vm, target)?;
        let callback = args[2].bound().filter(|callback| *callback != vm.none()).unwrap_or_default();
        let plain = callback.is_unbound() && class == vm.types().weakref;
        if plain && let Some(weak) = existing(vm, target) {
            return Ok(weak.into());
        }
        let weak = WeakRef::with_class(vm, class, target, callback)?;
        if plain {
            remember(vm, target, weak);
        }
        Ok(weak.into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        use crate::types::object::address;
        let place = address(args[0]);
        let Some(target) = args[0].expect::<WeakRef>().target() else {
            return vm.new_str(&format!("<weakref at {place:#x}; dead>"));
        };
        let name = vm.find_attr_str(target, "__name__")?.and_then(Value::cast::<crate::types::str::Str>);
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        vm.new_str(&format!("<weakref at {place:#x}; to '{}' at {:#x}{name}>", vm.type_name(target), address(target)))
    }
}
