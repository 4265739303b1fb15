//! Objects whose state belongs to a module in Rust: a few values that the collector traces, and anything else in a box that is
//! dropped with the object. Streams on files are such objects; the VM knows nothing of what is in them.

use core::any::Any;
use core::cell::Cell;
use core::ptr::NonNull;

use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::PyResult;
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// How many values there are.
const VALUES: usize = 8;

/// Values and a state. The state holds no reference to an object: the collector does not look into it.
#[repr(C)]
pub struct Opaque {
    header: Header,
    values: [Cell<Value>; VALUES],
    state: Box<dyn Any>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Opaque {
    const LAYOUT: Layout = Layout::Opaque;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.values.iter().for_each(|value| value.get().trace(tracer));
    }
}

/// Drops the state of a dead object.
///
/// # Safety
/// `object` is a dead object of this layout, dropped once.
pub unsafe fn drop_opaque(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe { core::ptr::drop_in_place(&raw mut (*object.cast::<Opaque>().as_ptr()).state) }
}

impl Opaque {
    /// An object of a class with the layout. Its values are unbound.
    pub fn new(vm: &Vm, class: Gc<Class>, state: Box<dyn Any>) -> PyResult<Gc<Opaque>> {
        let values = [const { Cell::new(Value::UNBOUND) }; VALUES];
        vm.new_native(class, Opaque { header: Header::empty(), values, state })
    }

    /// The state, if it is of that type.
    #[inline]
    #[must_use]
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.state.downcast_ref()
    }

    /// A value.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Value {
        self.values[index].get()
    }

    /// Sets a value.
    #[inline]
    pub fn set(&self, vm: &Vm, index: usize, value: Value) {
        self.values[index].set(value);
        vm.heap.barrier(&raw const self.header);
    }
}
