//! Modules: the state of the import system, the built-in functions, and the registry of native modules.

pub mod _ast;
pub mod builtins;
mod foreign;
pub mod frames;
pub mod gc;
pub mod import;
pub mod import_times;
pub mod native;
pub mod output;
pub mod sys;
pub mod warnings;

use core::cell::Cell;

use orochi_gc::{Gc, Tracer};

use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::value::Value;
use crate::vm::Vm;

/// What the VM keeps of modules.
#[derive(Default)]
pub struct State {
    /// `sys.modules`, a dict.
    pub modules: Cell<Value>,
    /// The namespace of `builtins`, a dict.
    pub builtins: Cell<Value>,
    /// The namespace of `sys`, a dict.
    pub sys: Cell<Value>,
    /// `importlib._bootstrap`, once the import system is there; see [`crate::vm::Vm::set_importlib`].
    pub importlib: Cell<Value>,
    pub import_times: import_times::Times,
    pub registry: native::Registry,
    /// What the command line asks for.
    pub flags: sys::flags::Settings,
    /// The classes of syntax trees.
    pub ast: _ast::Classes,
    /// What native modules keep for the VM's life, by name: a dict, or unbound.
    kept: Cell<Value>,
    /// `sys.set_int_max_str_digits`.
    pub int_max_str_digits: crate::types::int::text::DigitLimit,
    pub output: output::Output,
    pub gc: gc::Settings,
    pub warnings: warnings::State,
    pub codecs: crate::codecs::registry::State,
    pub monitoring: sys::monitoring::State,
}

impl State {
    /// Reports the modules.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for cell in [&self.modules, &self.builtins, &self.sys, &self.importlib, &self.kept] {
            cell.get().trace(tracer);
        }
        self.registry.trace(tracer);
        self.output.trace(tracer);
        self.ast.trace(tracer);
        self.warnings.trace(tracer);
        self.gc.trace(tracer);
        self.codecs.trace(tracer);
        self.monitoring.trace(tracer);
    }
}

impl Vm {
    /// Keeps a value for the VM's life, for a native module that has no other place for it. Names begin with the module's.
    pub fn keep(&self, name: &str, value: Value) -> PyResult<()> {
        let dict = match self.state.kept.get().cast::<Dict>() {
            Some(dict) => dict,
            None => {
                let dict = Dict::new(self)?;
                self.state.kept.set(dict.into());
                dict
            }
        };
        dict.set_str(self, self.intern(name), value)
    }

    /// What [`Vm::keep`] was given last under a name.
    #[must_use]
    pub fn kept(&self, name: &str) -> Option<Value> {
        self.state.kept.get().cast::<Dict>()?.get_interned(self, self.intern(name))
    }
}

/// The builtins that code with these globals sees: `__builtins__`, else those of the VM. What is no dict is asked through one.
pub fn builtins_of(vm: &Vm, globals: Gc<Dict>) -> PyResult<Gc<Dict>> {
    let Some(own) = globals.get_interned(vm, vm.intern("__builtins__")) else {
        return Ok(vm.state.builtins.get().expect());
    };
    if let Some(module) = own.cast::<crate::types::module::Module>() {
        return Ok(module.dict());
    }
    own.cast::<Dict>().map_or_else(|| foreign::new(vm, own), Ok)
}
