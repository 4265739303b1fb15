//! Import: `__import__`, finding modules (registered native and embedded ones, then `sys.path`), running them.
//!
//! What there is: absolute and relative imports, packages with `__init__.py`, source files on `sys.path`. The language reference's
//! chapter on the import system describes more (finders, loaders, path hooks); those come with `importlib`.

use orochi_gc::Gc;

use crate::compile::SourceMode;
use crate::error::{PyResult, Raised};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;
use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::CodeIdx;

impl Vm {
    /// Runs a module's body in a namespace, and returns what it returns.
    pub fn run_module(&self, module: &VerifiedModule, globals: Gc<Dict>, locals: Value) -> PyResult {
        let code = Code::new(self, module, CodeIdx(0))?;
        self.run_code(code, globals, locals)
    }

    /// Runs a code object without parameters in a namespace.
    pub fn run_code(&self, code: Gc<Code>, globals: Gc<Dict>, locals: Value) -> PyResult {
        self.insert_builtins(globals)?;
        let function = Function::new(self, code, globals)?;
        self.run_body(function, locals)
    }

    /// Gives a namespace `__builtins__`, if it has none.
    pub fn insert_builtins(&self, globals: Gc<Dict>) -> PyResult<()> {
        let name = self.intern("__builtins__");
        if globals.get_interned(self, name).is_none() {
            globals.set_str(self, name, self.state.builtins.get())?;
        }
        Ok(())
    }

    /// Compiles source text with the VM's compiler. SyntaxError when it is no program.
    pub fn compile(&self, source: &[u8], filename: &str, mode: SourceMode) -> PyResult<VerifiedModule> {
        self.compile_for(source, filename, mode, None)
    }

    /// The same for code that a frontend has compiled, by its name.
    pub fn compile_for(
        &self,
        source: &[u8],
        filename: &str,
        mode: SourceMode,
        asked_by: Option<&str>,
    ) -> PyResult<VerifiedModule> {
        let compiler = self.compiler.borrow();
        let Some(compiler) = compiler.as_ref() else {
            return Err(self.runtime_error("this virtual machine has no compiler"));
        };
        // Tables and trees of a compiler are some hundred times the size of the source.
        self.check_room_for(source.len().saturating_mul(100))?;
        compiler.compile(source, filename, mode, 0, asked_by).map_err(|error| self.syntax_error(&error))
    }

    /// Sets the compiler for `compile`, `exec`, `eval` and import.
    pub fn set_compiler(&self, compiler: Box<dyn crate::compile::Compiler>) {
        *self.compiler.borrow_mut() = Some(compiler);
    }

    /// Imports a module by its absolute name; returns that module, not the first of its parents.
    pub fn import(&self, name: &str) -> PyResult {
        let modules: Gc<Dict> = self.state.modules.get().expect();
        let key = self.intern(name);
        if let Some(module) = modules.get_str(self, key)? {
            if module == self.none() {
                return Err(self.import_error(
                    self.types().module_not_found_error,
                    format!("import of {name} halted; None in sys.modules"),
                    name,
                ));
            }
            return Ok(module);
        }
        self.check_native_recursion()?;
        let parent = match name.rsplit_once('.') {
            Some((parent, child)) => Some((self.import(parent)?, child)),
            None => None,
        };
        if let Some(module) = modules.get_str(self, key)? {
            return Ok(module);
        }
        let module = self.load(name, parent.map(|(module, _)| module))?;
        if let Some((parent, child)) = parent {
            self.set_attr(parent, self.intern(child), Some(module))?;
        }
        Ok(module)
    }

    fn load(&self, name: &str, parent: Option<Value>) -> PyResult {
        if let Some(native) = self.find_native_module(name) {
            return self.load_native(native);
        }
        if let Some(source) = self.find_source_module(name) {
            let filename = format!("<embedded {name}>");
            return self.load_source(name, source.source.as_bytes(), &filename, source.package.then_some(""), false);
        }
        let short = name.rsplit('.').next().unwrap_or(name);
        let path = match parent {
            None => self.state.sys.get().expect::<Dict>().get_str(self, self.intern("path"))?,
            Some(parent) => {
                let path = self.find_attr_str(parent, "__path__")?;
                if path.is_none() {
                    let owner = name.rsplit_once('.').map_or("", |(owner, _)| owner);
                    return Err(self.import_error(
                        self.types().module_not_found_error,
                        format!("No module named '{name}'; '{owner}' is not a package"),
                        name,
                    ));
                }
                path
            }
        };
        let folders = match path {
            Some(path) => self.list_from(path)?,
            None => List::with_capacity(self, 0)?,
        };
        let extensions = self.compiler.borrow().as_ref().map_or_else(Vec::new, |compiler| compiler.extensions());
        for index in 0..folders.len() {
            let Some(folder) = folders.get(index).and_then(Value::cast::<Str>) else { continue };
            let folder = match folder.to_string() {
                empty if empty.is_empty() => ".".to_owned(),
                folder => folder,
            };
            for extension in &extensions {
                let package = format!("{folder}/{short}");
                let init = format!("{package}/__init__.{extension}");
                if let Ok(source) = std::fs::read(&init) {
                    return self.load_source(name, &source, &init, Some(&package), true);
                }
                let file = format!("{folder}/{short}.{extension}");
                if let Ok(source) = std::fs::read(&file) {
                    return self.load_source(name, &source, &file, None, true);
                }
            }
        }
        Err(self.import_error(self.types().module_not_found_error, format!("No module named '{name}'"), name))
    }

    fn load_native(&self, native: &'static super::native::NativeModule) -> PyResult {
        let module = self.make_native_module(native)?;
        let modules: Gc<Dict> = self.state.modules.get().expect();
        modules.set_str(self, self.intern(native.name), module.into())?;
        Ok(module.into())
    }

    fn load_source(&self, name: &str, source: &[u8], file: &str, package: Option<&str>, on_disk: bool) -> PyResult {
        let code = self.compile(source, file, SourceMode::Exec)?;
        let module = Module::new(self, name)?;
        let dict = module.dict();
        let package_name = match package {
            Some(_) => name,
            None => name.rsplit_once('.').map_or("", |(parent, _)| parent),
        };
        dict.set_str(self, self.intern("__package__"), self.new_str(package_name)?)?;
        if on_disk {
            dict.set_str(self, self.intern("__file__"), self.new_str(file)?)?;
        }
        if let Some(package) = package {
            let path = [self.new_str(package)?];
            dict.set_str(self, self.intern("__path__"), self.new_list(&path)?)?;
        }
        let modules: Gc<Dict> = self.state.modules.get().expect();
        let key = self.intern(name);
        modules.set_str(self, key, module.into())?;
        self.state.loading.borrow_mut().push(name.to_owned());
        let result = self.run_module(&code, dict, dict.into());
        self.state.loading.borrow_mut().pop();
        if let Err(raised) = result {
            // A module whose body raised is not imported.
            let exception = self.take_exception(raised);
            modules.remove_str(self, key)?;
            return Err(self.raise_exception(exception));
        }
        // A module may have replaced itself.
        Ok(modules.get_str(self, key)?.unwrap_or(module.into()))
    }

    /// Whether a module's body is running for its import.
    #[must_use]
    pub fn is_loading(&self, name: &str) -> bool {
        self.state.loading.borrow().iter().any(|loading| loading == name)
    }

    pub(crate) fn import_error(&self, class: Gc<crate::object::Class>, message: String, name: &str) -> Raised {
        let raised = self.raise(class, message);
        if let (Some(exception), Ok(name)) =
            (self.pending.get().cast::<crate::types::exception::Exception>(), self.new_str_quietly(name))
        {
            exception.fields[0].set(name);
            self.heap.barrier(exception.header());
        }
        raised
    }

    /// A string, without disturbing the pending exception.
    fn new_str_quietly(&self, text: &str) -> Result<Value, ()> {
        let pending = self.pending.get();
        let result = self.new_str(text);
        self.pending.set(pending);
        result.map_err(|_| ())
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn dunder_import(vm: &Vm, name: Gc<Str>, globals: Value, from: Value, level: i64) -> PyResult {
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let name = name.to_string();
    let absolute = if level == 0 { name.clone() } else { resolve(vm, &name, globals, level as usize)? };
    if absolute.is_empty() {
        return Err(vm.value_error("Empty module name"));
    }
    let module = vm.import(&absolute)?;
    let has_from = from.is_bound() && vm.is_true(from)?;
    if !has_from {
        if level == 0 {
            let first = absolute.split('.').next().unwrap_or(&absolute);
            return vm.import(first);
        }
        if name.is_empty() {
            return Ok(module);
        }
        let cut = name.find('.').map_or(0, |dot| name.len() - dot);
        return vm.import(&absolute[..absolute.len() - cut]);
    }
    if vm.find_attr_str(module, "__path__")?.is_some() {
        import_submodules(vm, module, &absolute, from)?;
    }
    Ok(module)
}

/// For `from package import a, b`: imports those that are submodules.
fn import_submodules(vm: &Vm, module: Value, name: &str, from: Value) -> PyResult<()> {
    let names = vm.list_from(from)?;
    for index in 0..names.len() {
        let Some(item) = names.get(index).and_then(Value::cast::<Str>) else { continue };
        let item_name = item.to_string();
        if item_name == "*" {
            if let Some(all) = vm.find_attr_str(module, "__all__")? {
                import_submodules(vm, module, name, all)?;
            }
            continue;
        }
        if vm.find_attr(module, item)?.is_none() {
            let full = format!("{name}.{item_name}");
            if let Err(raised) = vm.import(&full) {
                if !vm.pending_is(vm.types().module_not_found_error) {
                    return Err(raised);
                }
                let exception = vm.take_exception(raised);
                // Only the submodule itself may be missing.
                if vm.display(exception.fields[0].get()) != full {
                    return Err(vm.raise_exception(exception));
                }
            }
        }
    }
    Ok(())
}

/// The absolute name of a relative import.
fn resolve(vm: &Vm, name: &str, globals: Value, level: usize) -> PyResult<String> {
    let Some(globals) = globals.cast::<Dict>() else { return Err(vm.type_error("globals must be a dict")) };
    let package = match globals.get_interned(vm, vm.intern("__package__")).filter(|value| *value != vm.none()) {
        Some(package) => vm.display(package),
        None => {
            let own = globals.get_interned(vm, vm.intern("__name__")).map_or_else(String::new, |name| vm.display(name));
            if globals.get_interned(vm, vm.intern("__path__")).is_some() {
                own
            } else {
                own.rsplit_once('.').map_or_else(String::new, |(parent, _)| parent.to_owned())
            }
        }
    };
    let no_parent = "attempted relative import with no known parent package";
    if package.is_empty() {
        return Err(vm.raise(vm.types().import_error, no_parent));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => {
                return Err(vm.raise(vm.types().import_error, "attempted relative import beyond top-level package"));
            }
        }
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// `from module import name` when the module has no such attribute: a submodule that is being imported, else ImportError.
pub fn import_from_missing(vm: &Vm, module: Value, name: Gc<Str>) -> PyResult {
    let own = match vm.find_attr_str(module, "__name__")? {
        Some(own) => vm.display(own),
        None => "<unknown module name>".to_owned(),
    };
    let modules: Gc<Dict> = vm.state.modules.get().expect();
    if let Some(submodule) = modules.get_str(vm, vm.intern(&format!("{own}.{name}")))? {
        return Ok(submodule);
    }
    let file = match vm.find_attr_str(module, "__file__")? {
        Some(file) => vm.display(file),
        None => "unknown location".to_owned(),
    };
    let message = if vm.is_loading(&own) {
        format!(
            "cannot import name '{name}' from partially initialized module '{own}' (most likely due to a circular import) \
             ({file})"
        )
    } else {
        format!("cannot import name '{name}' from '{own}' ({file})")
    };
    Err(vm.import_error(vm.types().import_error, message, &own))
}

/// An attribute of a module that the VM needs itself.
pub fn import_native_attr(vm: &Vm, module: &str, name: &str) -> PyResult {
    let module = vm.import(module)?;
    vm.get_attr_str(module, name)
}

/// Native modules of this crate that are imported like any other.
static NATIVE: &[super::native::NativeModule] = &[super::_ast::MODULE, super::gc::MODULE, super::warnings::MODULE];

/// Makes the modules that every VM has: `builtins`, `sys`, `sys.modules`.
pub fn start(vm: &Vm) -> PyResult<()> {
    let modules = Dict::new(vm)?;
    vm.state.modules.set(modules.into());
    vm.register_modules(NATIVE);
    super::builtins::start(vm)?;
    super::sys::start(vm)
}
