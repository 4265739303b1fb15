//! Native modules: what a crate declares, and the registry that import asks. Import itself is not here.

use core::cell::RefCell;

use orochi_gc::{Gc, Tracer};
use rustc_hash::FxHashMap;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef};
use crate::types::module::Module;
use crate::types::native::{Native, NativeDef};
use crate::value::Value;
use crate::vm::Vm;

/// A module in Rust.
pub struct NativeModule {
    /// The name that programs import, with dots.
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Adds what is not a function: classes ([`Vm::add_module_class`]), constants.
    pub init: fn(&Vm, Gc<Module>) -> PyResult<()>,
}

/// What was registered, and the native classes that modules made.
#[derive(Default)]
pub struct Registry {
    natives: RefCell<Vec<&'static [NativeModule]>>,
    /// By the address of the definition.
    // traced: by `Registry::trace`
    classes: RefCell<FxHashMap<usize, Gc<Class>>>,
    /// What modules keep for a VM, by the address of a definition of theirs.
    // traced: by `Registry::trace`
    values: RefCell<FxHashMap<usize, Value>>,
}

impl Registry {
    /// Reports the classes.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Ok(classes) = self.classes.try_borrow() {
            classes.values().for_each(|class| Value::from(*class).trace(tracer));
        }
        if let Ok(values) = self.values.try_borrow() {
            values.values().for_each(|value| value.trace(tracer));
        }
    }
}

impl Vm {
    /// Makes native modules available to import. Of several with the same name the last registered wins.
    pub fn register_modules(&self, modules: &'static [NativeModule]) {
        self.state.registry.natives.borrow_mut().push(modules);
    }

    /// The native module of a name.
    #[must_use]
    pub fn find_native_module(&self, name: &str) -> Option<&'static NativeModule> {
        let natives = self.state.registry.natives.borrow();
        natives.iter().rev().flat_map(|modules| modules.iter()).find(|module| module.name == name)
    }

    /// Names of all registered modules, for `sys.builtin_module_names`.
    #[must_use]
    pub fn registered_module_names(&self) -> Vec<&'static str> {
        let natives = self.state.registry.natives.borrow();
        let mut names: Vec<_> = natives.iter().flat_map(|modules| modules.iter()).map(|module| module.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Makes the module object of a native module, with its functions and whatever `init` adds. Does not touch
    /// `sys.modules`.
    pub fn make_native_module(&self, definition: &'static NativeModule) -> PyResult<Gc<Module>> {
        let module = Module::with_room(self, definition.name, definition.functions.len())?;
        let dict = module.dict();
        if !definition.doc.is_empty() {
            dict.set_str(self, self.intern("__doc__"), self.new_str(definition.doc)?)?;
        }
        let name = self.intern(definition.name);
        for function in definition.functions {
            let native = Native::function(self, function, name.into())?;
            dict.set_str(self, self.intern(function.name), native.into())?;
        }
        (definition.init)(self, module)?;
        Ok(module)
    }

    /// The class of a native definition outside of [`crate::vm::Types`], made when it is first asked for, with `object` as
    /// its base.
    pub fn module_class(&self, definition: &'static ClassDef) -> PyResult<Gc<Class>> {
        self.module_class_with(definition, &[self.types().object])
    }

    /// The same with other bases.
    pub fn module_class_with(&self, definition: &'static ClassDef, bases: &[Gc<Class>]) -> PyResult<Gc<Class>> {
        let key = core::ptr::from_ref(definition) as usize;
        if let Some(class) = self.state.registry.classes.borrow().get(&key) {
            return Ok(*class);
        }
        let class = self.native_class(definition, bases)?;
        self.state.registry.classes.borrow_mut().insert(key, class);
        Ok(class)
    }

    /// A value that a module keeps for this VM, with one of its classes' definitions as its name.
    #[must_use]
    pub fn module_value(&self, key: &'static ClassDef) -> Option<Value> {
        self.state.registry.values.borrow().get(&(core::ptr::from_ref(key) as usize)).copied()
    }

    /// Keeps a value for a module; see [`Vm::module_value`].
    pub fn set_module_value(&self, key: &'static ClassDef, value: Value) {
        self.state.registry.values.borrow_mut().insert(core::ptr::from_ref(key) as usize, value);
    }

    /// Adds a native class to a module under its own name.
    pub fn add_module_class(&self, module: Gc<Module>, definition: &'static ClassDef) -> PyResult<Gc<Class>> {
        let class = self.module_class(definition)?;
        let name = class.name.get();
        module.dict().set_str(self, self.intern_str(name), class.into())?;
        Ok(class)
    }
}
