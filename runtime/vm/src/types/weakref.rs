//! `weakref.ref`.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
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
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE, ..ClassDef::new("weakref.ReferenceType", "", Layout::WeakRef) };
