//! Import: `__import__`, and what of the import system every import passes through. Finding and loading are `importlib`'s, which the
//! standard library brings: see [`Vm::set_importlib`].

use orochi_gc::Gc;

use crate::codecs;
use crate::compile::{Answer, CompileError, CompileWarning, Compiler, ErrorPlace, Flags, Request, SourceMode};
use crate::error::{PyResult, Raised};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
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
        self.compile_request(&Request { source, filename, mode, ..Request::default() })
    }

    /// The same as asked for in detail.
    pub fn compile_request(&self, request: &Request<'_>) -> PyResult<VerifiedModule> {
        self.ask_compiler(request, |compiler, request| compiler.compile(request))
    }

    /// Asks the VM's compiler, tells its warnings, and raises what is wrong with the source. A source in an encoding that only
    /// programs know is decoded by them.
    pub fn ask_compiler<T>(
        &self,
        request: &Request<'_>,
        ask: impl Fn(&dyn Compiler, &Request<'_>) -> Answer<T>,
    ) -> PyResult<T> {
        let mut answer = self.answer(request, &ask)?;
        let unknown = match &answer.result {
            Err(error) if error.kind == "LookupError" => error.message.strip_prefix("unknown encoding: "),
            _ => None,
        };
        if let Some(encoding) = unknown {
            let source = self.decode_source(request, encoding)?;
            let flags = Flags { utf8: true, ..request.flags };
            answer = self.answer(&Request { source: &source, flags, ..request.clone() }, &ask)?;
        }
        if !answer.warnings.is_empty() {
            self.tell_warnings(&answer.warnings, request.filename)?;
        }
        answer.result.map_err(|error| {
            let raised = self.syntax_error(&error);
            match self.keep_source(&error, request.source) {
                Ok(()) => raised,
                Err(failed) => failed,
            }
        })
    }

    fn answer<T>(
        &self,
        request: &Request<'_>,
        ask: &impl Fn(&dyn Compiler, &Request<'_>) -> Answer<T>,
    ) -> PyResult<Answer<T>> {
        // Tables and trees of a compiler are some hundred times the size of the source.
        self.check_room_for(request.source.len().saturating_mul(100))?;
        match self.compiler.borrow().as_ref() {
            Some(compiler) => Ok(ask(&**compiler, request)),
            None => Err(self.runtime_error("this virtual machine has no compiler")),
        }
    }

    /// A source as UTF-8, decoded by the codec of a name.
    fn decode_source(&self, request: &Request<'_>, encoding: &str) -> PyResult<Vec<u8>> {
        let mut bytes = Vec::with_capacity(request.source.len() + 1);
        let mut rest = request.source;
        while let [byte, after @ ..] = rest {
            rest = if *byte == b'\r' { after.strip_prefix(b"\n").unwrap_or(after) } else { after };
            bytes.push(if *byte == b'\r' { b'\n' } else { *byte });
        }
        if bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        let decoded = codecs::decode(self, &bytes, encoding, "strict")
            .and_then(|text| codecs::encode(self, text.expect(), "utf-8", "strict"));
        decoded.map_err(|raised| {
            let types = self.types();
            if !self.pending_is(types.lookup_error) && !self.pending_is(types.value_error) {
                return raised;
            }
            let exception = self.take_exception(raised);
            match self.to_str(exception.into()) {
                Ok(message) => self.syntax_error(&CompileError {
                    kind: "SyntaxError".to_owned(),
                    message: message.to_string(),
                    filename: request.filename.to_owned(),
                    place: Some(ErrorPlace { line: 0, column: -1, end_line: 0, end_column: 0 }),
                    text: None,
                }),
                Err(raised) => raised,
            }
        })
    }

    /// Warns of what a compiler has found. A warning that has become an exception is a SyntaxError.
    fn tell_warnings(&self, warnings: &[CompileWarning], filename: &str) -> PyResult<()> {
        let types = self.types();
        let filename = self.new_str(filename)?;
        for warning in warnings {
            let category = match warning.category.as_str() {
                "DeprecationWarning" => types.deprecation_warning,
                _ => types.syntax_warning,
            };
            let line = warning.as_error.place.map_or(1, |place| place.line.max(1) as u32);
            let told = self.warn_explicit(category, &warning.message, filename, line);
            if told.is_err() && self.pending_is(category) {
                return Err(self.syntax_error(&warning.as_error));
            }
            told?;
        }
        Ok(())
    }

    /// Sets the compiler for `compile`, `exec`, `eval` and import.
    pub fn set_compiler(&self, compiler: Box<dyn Compiler>) {
        *self.compiler.borrow_mut() = Some(compiler);
    }

    /// Imports a module by its absolute name; returns that module, not the first of its parents.
    ///
    /// What is in `sys.modules` is taken from there; all else is the business of `importlib`, once [`Vm::set_importlib`] has made it known.
    /// Before, and in a VM without it, there are only native modules.
    pub fn import(&self, name: &str) -> PyResult {
        self.import_named(self.intern(name))
    }

    fn import_named(&self, name: Gc<Str>) -> PyResult {
        let modules = self.sys_modules()?;
        if let Some(module) = modules.get_str(self, name)?
            && module != self.none()
        {
            self.wait_for_import(module, name)?;
            self.tell_cached_import(|| name.to_string());
            return Ok(module);
        }
        self.check_native_recursion()?;
        if let Some(importlib) = self.state.importlib.get().bound() {
            let find_and_load = self.get_attr_str(importlib, "_find_and_load")?;
            let import = self.get_attr_str(importlib, "_gcd_import")?;
            let find = || self.call(find_and_load, &[name.into(), import]);
            let result = match self.state.import_times.wanted.get() {
                0 => find(),
                _ => self.timed_import(&name.to_string(), find),
            };
            return result.map_err(|raised| self.without_import_frames(raised));
        }
        let text = name.to_string();
        match self.find_native_module(&text) {
            Some(native) => self.load_native(native),
            None => {
                let class = self.types().module_not_found_error;
                Err(self.import_error(class, format!("No module named '{text}'"), &text))
            }
        }
    }

    /// The mapping of modules. RuntimeError when a program has put something else there.
    fn sys_modules(&self) -> PyResult<Gc<Dict>> {
        let modules = self.state.modules.get().cast::<Dict>();
        modules.ok_or_else(|| self.runtime_error("unable to get sys.modules"))
    }

    /// A module whose body another thread is running is there when that has ended.
    fn wait_for_import(&self, module: Value, name: Gc<Str>) -> PyResult<()> {
        let Some(importlib) = self.state.importlib.get().bound() else { return Ok(()) };
        if self.is_initializing(module) {
            let wait = self.get_attr_str(importlib, "_lock_unlock_module")?;
            self.call(wait, &[name.into()])?;
        }
        Ok(())
    }

    /// Whether a module's body is running for its import: `module.__spec__._initializing`.
    #[must_use]
    pub fn is_initializing(&self, module: Value) -> bool {
        let Some(module) = module.cast::<Module>() else { return false };
        let Some(spec) = module.dict().get_interned(self, self.intern("__spec__")) else { return false };
        if spec == self.none() {
            return false;
        }
        let pending = self.pending.get();
        let initializing = self.find_attr_str(spec, "_initializing").ok().flatten();
        let truth = initializing.is_some_and(|value| value == self.true_() || self.is_true(value).unwrap_or(false));
        self.pending.set(pending);
        truth
    }

    /// Makes the import system known that finds and loads what is not in `sys.modules`: `importlib._bootstrap`.
    pub fn set_importlib(&self, bootstrap: Value) {
        self.state.importlib.set(bootstrap);
    }

    /// Drops the entries of the import system from a traceback, as CPython does: all of them for an ImportError, else those up to
    /// `_call_with_frames_removed`.
    fn without_import_frames(&self, raised: Raised) -> Raised {
        let exception = self.take_exception(raised);
        let always = self.is_instance(exception.into(), self.types().import_error);
        drop_import_frames(self, exception, always);
        self.raise_exception(exception)
    }

    fn load_native(&self, native: &'static super::native::NativeModule) -> PyResult {
        let module = self.make_native_module(native)?;
        let modules: Gc<Dict> = self.state.modules.get().expect();
        modules.set_str(self, self.intern(native.name), module.into())?;
        Ok(module.into())
    }

    /// An ImportError, or of a class below it, with the name of the module.
    pub fn import_error(&self, class: Gc<crate::object::Class>, message: String, name: &str) -> Raised {
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

/// Takes entries of the import system out of a traceback: runs of them, as a whole (`always`) or from the last
/// `_call_with_frames_removed` of the run on.
fn drop_import_frames(vm: &Vm, exception: Gc<Exception>, always: bool) {
    // What comes before the run of entries being looked at: an entry, or the exception itself.
    let mut before: Option<Gc<Traceback>> = None;
    let mut last: Option<Gc<Traceback>> = None;
    let mut cursor = exception.traceback.get().cast::<Traceback>();
    let mut in_import = false;
    while let Some(entry) = cursor {
        let code = entry.code();
        let text = |value: Value| value.cast::<Str>().map_or_else(String::new, |text| text.to_string());
        let file = text(code.filename.get());
        let own = file == "<frozen importlib._bootstrap>" || file == "<frozen importlib._bootstrap_external>";
        if own && !in_import {
            before = last;
        }
        in_import = own;
        let next = entry.next.get();
        let trims = own && (always || text(code.name.get()) == "_call_with_frames_removed");
        if trims {
            match before {
                Some(before) => {
                    before.next.set(next);
                    vm.heap.barrier(before.header());
                }
                None => {
                    exception.traceback.set(if next == vm.none() { Value::UNBOUND } else { next });
                    vm.heap.barrier(exception.header());
                }
            }
        } else {
            last = Some(entry);
        }
        cursor = next.cast::<Traceback>();
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn dunder_import(vm: &Vm, name: Gc<Str>, globals: Value, from: Value, level: i64) -> PyResult {
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let absolute = if level == 0 {
        if name.is_empty() {
            return Err(vm.value_error("Empty module name"));
        }
        vm.intern_str(name)
    } else {
        let name = name.to_string();
        vm.intern(&resolve(vm, &name, globals, level as usize)?)
    };
    let module = vm.import_named(absolute)?;
    let has_from = from.is_bound() && from != vm.none() && vm.is_true(from)?;
    if !has_from {
        let text = name.to_string();
        if level == 0 {
            return match text.split_once('.') {
                Some((first, _)) => vm.import(first),
                None => Ok(module),
            };
        }
        if text.is_empty() {
            return Ok(module);
        }
        let Some(dot) = text.find('.') else { return Ok(module) };
        let absolute = absolute.to_string();
        let parent = &absolute[..absolute.len() - (text.len() - dot)];
        let found = vm.sys_modules()?.get_str(vm, vm.intern(parent))?;
        return found
            .ok_or_else(|| vm.raise(vm.types().key_error, format!("'{parent}' not in sys.modules as expected")));
    }
    if vm.find_attr_str(module, "__path__")?.is_some()
        && let Some(importlib) = vm.state.importlib.get().bound()
    {
        let handle = vm.get_attr_str(importlib, "_handle_fromlist")?;
        let import = vm.get_attr_str(importlib, "_gcd_import")?;
        return vm.call(handle, &[module, from, import]).map_err(|raised| vm.without_import_frames(raised));
    }
    Ok(module)
}

/// The package that a relative import in a module with these globals begins at; `None` if it is in none.
fn package_of(vm: &Vm, globals: Gc<Dict>) -> PyResult<Option<String>> {
    let own = |name: &str| globals.get_interned(vm, vm.intern(name));
    let given = |name: &str| own(name).filter(|value| *value != vm.none());
    let text = |value: Value, what: &str| match value.cast::<Str>() {
        Some(text) => Ok(text),
        None => Err(vm.type_error(format!("{what} must be a string"))),
    };
    let spec = given("__spec__");
    if let Some(package) = given("__package__") {
        let package = text(package, "package")?;
        if let Some(spec) = spec {
            let parent = vm.get_attr_str(spec, "parent")?;
            if !vm.equals(package.into(), parent)? {
                vm.warn(vm.types().deprecation_warning, "__package__ != __spec__.parent", 1)?;
            }
        }
        return Ok(Some(package.to_string()));
    }
    if let Some(spec) = spec {
        return text(vm.get_attr_str(spec, "parent")?, "__spec__.parent").map(|parent| Some(parent.to_string()));
    }
    let warning = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
    vm.warn(vm.types().import_warning, warning, 1)?;
    let Some(name) = own("__name__") else {
        return Err(vm.key_error(vm.new_str("'__name__' not in globals")?));
    };
    let name = text(name, "__name__")?.to_string();
    if own("__path__").is_some() {
        return Ok(Some(name));
    }
    Ok(name.rsplit_once('.').map(|(parent, _)| parent.to_owned()))
}

/// The absolute name of a relative import.
fn resolve(vm: &Vm, name: &str, globals: Value, level: usize) -> PyResult<String> {
    let Some(globals) = globals.cast::<Dict>() else { return Err(vm.type_error("globals must be a dict")) };
    let Some(package) = package_of(vm, globals)?.filter(|package| !package.is_empty()) else {
        let text = "attempted relative import with no known parent package";
        return Err(vm.raise(vm.types().import_error, text));
    };
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
    let message = if vm.is_initializing(module) {
        format!(
            "cannot import name '{name}' from partially initialized module '{own}' (most likely due to a circular import) \
             ({file})"
        )
    } else {
        format!("cannot import name '{name}' from '{own}' ({file})")
    };
    let raised = vm.import_error(vm.types().import_error, message, &own);
    if let Some(exception) = vm.pending.get().cast::<Exception>() {
        let path = vm.find_attr_str(module, "__file__");
        exception.set_field(vm, 1, path.ok().flatten().unwrap_or_default());
        exception.set_field(vm, 2, name.into());
        vm.pending.set(exception.into());
    }
    Err(raised)
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
