//! The registers of a generator's frame. Programs never see them.
//!
//! While the generator runs they are written without barriers, like all registers. So they report nothing to the collector
//! then; the running frame reports them as roots instead ([`crate::interp::frame::Frame::trace`]).

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A fixed number of registers.
#[repr(C)]
pub struct Registers {
    header: Header,
    len: usize,
    /// Whether a running frame uses them.
    pub running: Cell<bool>,
    items: [Cell<Value>; 0],
}

// SAFETY: begins with a header; `trace_native` reports all references, or the frame that runs on them does.
unsafe impl PyLayout for Registers {
    const LAYOUT: Layout = Layout::Registers;
    const TRAILING: bool = true;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        if !self.running.get() {
            self.slots().iter().for_each(|slot| slot.get().trace(tracer));
        }
    }

    fn native_size(&self) -> usize {
        size_of::<Self>() + self.len * size_of::<Value>()
    }
}

impl Registers {
    /// A copy of `count` registers.
    ///
    /// # Safety
    /// `count` valid values lie at `from`.
    pub unsafe fn copy(vm: &Vm, from: *const Value, count: usize) -> PyResult<Gc<Registers>> {
        let registers: Gc<Registers> =
            vm.alloc_trailing(vm.types().registers.root_shape(vm), count, size_of::<Value>())?;
        // SAFETY: fresh memory of the right size; the length is set before anyone else sees the object.
        unsafe { (&raw mut (*registers.as_ptr()).len).write(count) };
        for (index, slot) in registers.slots().iter().enumerate() {
            // SAFETY: the caller says so.
            slot.set(unsafe { *from.add(index) });
        }
        Ok(registers)
    }

    /// The registers.
    #[inline]
    #[must_use]
    pub fn slots(&self) -> &[Cell<Value>] {
        // SAFETY: the object was allocated with `len` values behind it.
        unsafe { core::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }
}
