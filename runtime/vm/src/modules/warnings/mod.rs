//! The module `_warnings`: what `warnings` stands on, and how the VM itself warns ([`Vm::warn`]).
//!
//! - [`issue`]: what happens to a warning, from its place to the registry of those that were shown
//! - [`filter`]: which action a warning gets
//! - [`show`]: how one is shown, by `warnings` if it was imported

mod filter;
mod issue;
mod show;

use core::cell::Cell;

use orochi_gc::{Gc, Tracer};
use orochi_macros::methods;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::object::class::Class;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What the VM keeps of warnings.
#[derive(Default)]
pub struct State {
    /// `_warnings.filters`, a list; unbound until someone asks.
    filters: Cell<Value>,
    /// `_warnings._onceregistry`, a dict.
    once: Cell<Value>,
    /// `_warnings._defaultaction`, a string.
    default_action: Cell<Value>,
    /// `_warnings._warnings_context`, a context variable; unbound when there is none.
    context: Cell<Value>,
    /// Registries that were filled under other filters are not believed.
    version: Cell<i64>,
    /// How often `_acquire_lock` was called without `_release_lock`.
    locks: Cell<usize>,
}

impl State {
    /// Reports the objects.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        for cell in [&self.filters, &self.once, &self.default_action, &self.context] {
            cell.get().trace(tracer);
        }
    }

    /// The global filters.
    fn filters(&self, vm: &Vm) -> PyResult<Value> {
        if let Some(filters) = self.filters.get().bound() {
            return Ok(filters);
        }
        let types = vm.types();
        let (default, ignore) = (vm.intern("default"), vm.intern("ignore"));
        let list = List::new(vm, &[])?;
        for (action, category, module) in [
            (default, types.deprecation_warning, vm.intern("__main__").into()),
            (ignore, types.deprecation_warning, vm.none()),
            (ignore, types.pending_deprecation_warning, vm.none()),
            (ignore, types.import_warning, vm.none()),
            (ignore, types.resource_warning, vm.none()),
        ] {
            list.push(vm, vm.new_tuple(&[action.into(), vm.none(), category.into(), module, Value::ZERO])?)?;
        }
        self.filters.set(list.into());
        Ok(list.into())
    }

    fn once(&self, vm: &Vm) -> PyResult<Gc<Dict>> {
        if let Some(once) = self.once.get().cast() {
            return Ok(once);
        }
        let once = Dict::new(vm)?;
        self.once.set(once.into());
        Ok(once)
    }

    fn default_action(&self, vm: &Vm) -> Gc<Str> {
        self.default_action.get().cast().unwrap_or_else(|| vm.intern("default"))
    }
}

/// `_warnings`.
pub const MODULE: NativeModule = NativeModule {
    name: "_warnings",
    doc: "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    functions: FUNCTIONS,
    init,
};

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let (dict, state) = (module.dict(), &vm.state.warnings);
    let set = |name: &str, value: Value| dict.set_str(vm, vm.intern(name), value);
    set("filters", state.filters(vm)?)?;
    set("_onceregistry", state.once(vm)?.into())?;
    set("_defaultaction", state.default_action(vm).into())?;
    if vm.find_native_module("_contextvars").is_some() {
        let class = crate::modules::import::import_native_attr(vm, "_contextvars", "ContextVar")?;
        let context = vm.call(class, &[vm.new_str("_warnings_context")?])?;
        state.context.set(context);
        set("_warnings_context", context)?;
    }
    Ok(())
}

/// An attribute of the module `warnings`; `None` unless it was imported, or `import` is asked for.
pub(crate) fn attribute(vm: &Vm, name: &str, import: bool) -> PyResult<Option<Value>> {
    let key = vm.intern("warnings");
    let module = if import {
        vm.absorb(vm.import("warnings"), vm.types().import_error)?
    } else {
        vm.state.modules.get().expect::<Dict>().get_str(vm, key)?.filter(|module| *module != vm.none())
    };
    match module {
        Some(module) => vm.find_attr_str(module, name),
        None => Ok(None),
    }
}

/// What a warning is about: its text or the warning itself, and the class.
#[derive(Clone, Copy)]
struct Message {
    message: Value,
    category: Value,
}

impl Vm {
    /// Warns: CPython's `PyErr_WarnEx`. Level 1 is the Python code that called the native function, 2 its caller.
    ///
    /// # Errors
    /// The warning itself, when a filter makes an exception of it.
    pub fn warn(&self, category: Gc<Class>, text: &str, level: i64) -> PyResult<()> {
        self.warn_about(category, text, level, self.none())
    }

    /// The same about an object that is going away, for a ResourceWarning.
    pub fn warn_about(&self, category: Gc<Class>, text: &str, level: i64, source: Value) -> PyResult<()> {
        self.check_native_recursion()?;
        let message = Message { message: self.new_str(text)?, category: category.into() };
        issue::here(self, message, level, source, &[])
    }

    /// Warns about a line of a file: CPython's `PyErr_WarnExplicit`. Without a registry each such warning is new.
    ///
    /// # Errors
    /// The warning itself, when a filter makes an exception of it.
    pub fn warn_explicit(&self, category: Gc<Class>, text: &str, filename: Value, line: u32) -> PyResult<()> {
        self.check_native_recursion()?;
        let filename = self.to_str(filename)?;
        let message = Message { message: self.new_str(text)?, category: category.into() };
        let place = issue::Place { filename, line: i64::from(line), module: None, registry: self.none() };
        issue::issue(self, message, place, None, self.none())
    }
}

/// The class of a warning: that of the message if it is a warning itself, the one that was asked for, else UserWarning.
fn category(vm: &Vm, message: Value, category: Value) -> PyResult {
    if vm.isinstance(message, vm.types().warning.into())? {
        return Ok(vm.class_of(message).into());
    }
    let Some(category) = category.bound().filter(|category| *category != vm.none()) else {
        return Ok(vm.types().user_warning.into());
    };
    if category.cast::<Class>().is_none() || !vm.issubclass(category, vm.types().warning.into())? {
        return Err(vm.type_error(format!("category must be a Warning subclass, not '{}'", vm.type_name(category))));
    }
    Ok(category)
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Keep other threads from changing the filters.
    #[method("_acquire_lock()")]
    fn acquire_lock(vm: &Vm, _: &[Value]) -> PyResult {
        let locks = &vm.state.warnings.locks;
        locks.set(locks.get() + 1);
        Ok(vm.none())
    }

    /// Say that the filters have changed; to be called with the lock.
    #[method("_filters_mutated_lock_held()")]
    fn filters_mutated_lock_held(vm: &Vm, _: &[Value]) -> PyResult {
        let state = &vm.state.warnings;
        if state.locks.get() == 0 {
            return Err(vm.runtime_error("warnings lock is not held"));
        }
        state.version.set(state.version.get() + 1);
        Ok(vm.none())
    }

    /// Let other threads change the filters again.
    #[method("_release_lock()")]
    fn release_lock(vm: &Vm, _: &[Value]) -> PyResult {
        let locks = &vm.state.warnings.locks;
        match locks.get().checked_sub(1) {
            Some(left) => locks.set(left),
            None => return Err(vm.runtime_error("cannot release un-acquired lock")),
        }
        Ok(vm.none())
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[method("warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())")]
    fn warn(vm: &Vm, args: &[Value]) -> PyResult {
        let mut level = if args[2].is_bound() { vm.index_i64(args[2])? } else { 1 };
        let category = category(vm, args[0], args[1])?;
        let mut skip = vm.empty_tuple();
        if let Some(prefixes) = args[4].bound() {
            skip = match prefixes.cast::<Tuple>() {
                Some(prefixes) => prefixes,
                None => {
                    let kind = vm.argument_name(prefixes);
                    let text = format!("warn() argument 'skip_file_prefixes' must be tuple, not {kind}");
                    return Err(vm.type_error(text));
                }
            };
            if let Some(wrong) = skip.items().iter().find(|prefix| prefix.cast::<Str>().is_none()) {
                let text = format!("Found non-str '{}' in skip_file_prefixes.", vm.type_name(*wrong));
                return Err(vm.type_error(text));
            }
            if !skip.is_empty() {
                level = level.max(2);
            }
        }
        let source = args[3].bound().unwrap_or(vm.none());
        issue::here(vm, Message { message: args[0], category }, level, source, skip.items())?;
        Ok(vm.none())
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[method(
        "warn_explicit(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)"
    )]
    fn warn_explicit(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(filename) = args[2].cast::<Str>() else {
            let kind = vm.argument_name(args[2]);
            return Err(vm.type_error(format!("warn_explicit() argument 'filename' must be str, not {kind}")));
        };
        let line = vm.index_i64(args[3])?;
        let none = vm.none();
        let globals = args[6].bound().unwrap_or(none);
        let text = if globals == none { None } else { show::text_from_loader(vm, globals, line)? };
        let place = issue::Place { filename, line, module: args[4].bound(), registry: args[5].bound().unwrap_or(none) };
        let message = Message { message: args[0], category: args[1] };
        issue::issue(vm, message, place, text, args[7].bound().unwrap_or(none))?;
        Ok(none)
    }
}
