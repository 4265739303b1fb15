//! Modules.

use core::cell::Cell;

use orochi_gc::{Gc, Header, Tracer};

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
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

/// `module.__getattribute__`: as for any object, then the module's own `__getattr__` (PEP 562).
pub fn get_attr(vm: &Vm, module: Gc<Module>, name: Gc<crate::types::str::Str>) -> PyResult {
    let class = vm.class_of(module.into());
    let found = class.lookup(vm, name);
    if let Some(value) = found
        && vm.is_data_descriptor(value)
    {
        return vm.bind(value, module.into(), class);
    }
    let dict = module.dict();
    if let Some(value) = dict.get_str(vm, name)? {
        return Ok(value);
    }
    if let Some(value) = found {
        return vm.bind(value, module.into(), class);
    }
    if let Some(getattr) = dict.get_interned(vm, vm.intern("__getattr__")) {
        return vm.call(getattr, &[name.into()]);
    }
    let own_name = dict.get_interned(vm, vm.intern("__name__")).map_or_else(|| "?".to_owned(), |name| vm.display(name));
    Err(vm.attribute_error(format!("module '{own_name}' has no attribute '{name}'"), module.into(), name))
}
