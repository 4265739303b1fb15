//! Modules.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef, flags};
use crate::object::layout::{Layout, PyLayout};
use crate::value::Value;
use crate::vm::Vm;

/// A module. Its namespace is a dict of its own, not attribute slots.
#[repr(C)]
pub struct Module {
    header: Header,
    pub dict: Cell<Value>,
}

// SAFETY: begins with a header, and `trace_native` reports all references.
unsafe impl PyLayout for Module {
    const LAYOUT: Layout = Layout::Module;

    fn trace_native(&self, tracer: &mut Tracer<'_>) {
        self.dict.get().trace(tracer);
    }
}


impl Module {
    /// A module with a name and nothing else.
    pub fn new(vm: &Vm, name: &str) -> PyResult<Gc<Module>> {
        let dict = crate::types::dict::Dict::new(vm)?;
        dict.set_str(vm, vm.intern("__name__"), vm.new_str(name)?)?;
        for key in ["__doc__", "__package__", "__loader__", "__spec__"] {
            dict.set_str(vm, vm.intern(key), vm.none())?;
        }
        vm.new_native(vm.types().module, Module { header: Header::empty(), dict: Cell::new(dict.into()) })
    }

    /// The namespace.
    #[inline]
    #[must_use]
    pub fn dict(&self) -> Gc<crate::types::dict::Dict> {
        self.dict.get().expect()
    }
}

/// `module`.
pub static CLASS: ClassDef =
    ClassDef { flags: flags::BASE | flags::WEAKREF, ..ClassDef::new("module", "", Layout::Module) };
