//! An interpreter: a VM on a thread with a stack of its own, ready to run programs.

use std::path::Path;
use std::sync::Arc;

use orochi_bytecode::{Module, VerifiedModule};
use orochi_frontend::Frontend;
use orochi_vm::compile::SourceMode;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::module::Module as ModuleObject;
use orochi_vm::types::str::Str;
use orochi_vm::{Config, Gc, PyResult, Raised, Value, Vm};

use crate::compiler::{FrontendCompiler, Frontends};

/// Native stack of the thread that an interpreter runs on, in bytes. It is address space; memory is used as it is touched.
const STACK: usize = 32 << 20;
/// What is kept free of it for native code that does not look.
const STACK_RESERVE: usize = 2 << 20;

/// What an interpreter starts with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `sys.path`.
    pub path: Vec<String>,
    /// The largest size of the heap in bytes; MemoryError beyond it.
    pub memory_limit: Option<usize>,
    /// Collect at every so many allocations, poisoning what is freed: for tests. 0: as needed.
    pub stress: u32,
    /// Turn SIGINT into KeyboardInterrupt while the interpreter lives. One interpreter of a process can.
    pub catch_interrupts: bool,
    /// What sources are compiled with: 0, or 1 to drop assertions, or 2 to drop docstrings too.
    pub optimize: u8,
}

/// Sets up an interpreter.
///
/// An interpreter lives on a thread of its own, with a stack that is large enough for deep recursion, for as long as the
/// closure runs that [`Builder::run`] is given. Any number of them may run at once; they share nothing.
#[must_use]
pub struct Builder {
    options: Options,
    frontends: Arc<dyn Frontends>,
}

impl Builder {
    /// With these frontends: an `Arc<dyn Frontend>` is one for everything.
    pub fn new(frontends: impl Frontends + 'static) -> Self {
        Self { options: Options::default(), frontends: Arc::new(frontends) }
    }

    /// All options at once.
    pub fn options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// What programs find in `sys.argv`. The first is the program's own name.
    pub fn argv<S: Into<String>>(mut self, argv: impl IntoIterator<Item = S>) -> Self {
        self.options.argv = argv.into_iter().map(Into::into).collect();
        self
    }

    /// Where imports look for files: `sys.path`.
    pub fn path<S: Into<String>>(mut self, path: impl IntoIterator<Item = S>) -> Self {
        self.options.path = path.into_iter().map(Into::into).collect();
        self
    }

    /// The largest size of the heap in bytes; programs get a MemoryError beyond it.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.options.memory_limit = Some(bytes);
        self
    }

    /// Makes the interpreter, and runs `f` with it on the interpreter's thread.
    ///
    /// # Errors
    /// When there is no room for the thread or the VM.
    pub fn run<R: Send>(self, f: impl FnOnce(&Interpreter<'_>) -> R + Send) -> std::io::Result<R> {
        let Self { options, frontends } = self;
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("orochi".into())
                .stack_size(STACK)
                .spawn_scoped(scope, || start(options, frontends, f))?;
            match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitStatus {
    /// With this exit code; what there was to say has been written to standard error.
    Code(i32),
    /// By KeyboardInterrupt: the process should end as by SIGINT.
    Interrupted,
}

/// Makes an interpreter with one frontend, and runs `f` with it.
///
/// # Errors
/// When there is no room for the thread or the VM.
pub fn run<R: Send>(
    options: Options,
    frontend: Arc<dyn Frontend>,
    f: impl FnOnce(&Interpreter<'_>) -> R + Send,
) -> std::io::Result<R> {
    Builder::new(frontend).options(options).run(f)
}

fn start<R>(
    options: Options,
    frontends: Arc<dyn Frontends>,
    f: impl FnOnce(&Interpreter<'_>) -> R,
) -> std::io::Result<R> {
    let config = Config { limit: options.memory_limit, stress: options.stress, ..Config::default() };
    let no_room = |_: Raised| std::io::Error::other("no memory for a virtual machine");
    let vm = Vm::new(config).map_err(no_room)?;
    let here = 0u8;
    vm.stack.native_limit.set((&raw const here as usize).saturating_sub(STACK - STACK_RESERVE));
    vm.heap.with_stack(|| {
        let interpreter = Interpreter { vm: &vm, frontends };
        interpreter.prepare(&options).map_err(no_room)?;
        let _interrupts = options.catch_interrupts.then(|| vm.catch_interrupts());
        Ok(f(&interpreter))
    })
}

/// A VM that is ready to run programs.
pub struct Interpreter<'a> {
    vm: &'a Vm,
    frontends: Arc<dyn Frontends>,
}

impl Interpreter<'_> {
    /// The virtual machine.
    #[must_use]
    pub fn vm(&self) -> &Vm {
        self.vm
    }

    fn prepare(&self, options: &Options) -> PyResult<()> {
        let (vm, frontends) = (self.vm, Arc::clone(&self.frontends));
        orochi_stdlib::register(vm);
        vm.set_compiler(Box::new(FrontendCompiler { frontends, optimize: options.optimize }));
        orochi_vm::modules::import::start(vm)?;
        orochi_stdlib::add_builtins(vm)?;
        for (name, items) in [("argv", &options.argv), ("path", &options.path)] {
            let list = vm.new_list(&[])?;
            let gc: Gc<List> = list.expect();
            for item in items {
                gc.push(vm, vm.new_str(item)?)?;
            }
            vm.state.sys.get().expect::<Dict>().set_str(vm, vm.intern(name), list)?;
        }
        Ok(())
    }

    /// Runs a source as the module `__main__`.
    pub fn run_source(&self, name: &str, source: &[u8]) -> ExitStatus {
        let compiled = self.vm.compile(source, name, SourceMode::Exec);
        self.finish(compiled.and_then(|module| self.run_main(&module, name)))
    }

    /// Runs a compiled module as `__main__`.
    pub fn run_module(&self, module: Module, name: &str) -> ExitStatus {
        let verified = VerifiedModule::container(module)
            .map_err(|error| self.vm.raise(self.vm.types().import_error, error.to_string()));
        self.finish(verified.and_then(|module| self.run_main(&module, name)))
    }

    /// The register code of a module as text, as the VM runs it.
    ///
    /// # Errors
    /// The text of the exception when the module breaks a rule of the verifier.
    pub fn register_code(&self, module: Module) -> Result<String, String> {
        let verified = VerifiedModule::container(module).map_err(|error| error.to_string())?;
        orochi_vm::lower::dump::dump(self.vm, &verified)
            .map_err(|raised| self.vm.display(self.vm.take_exception(raised).into()))
    }

    /// Finds a module by its name and runs it as `__main__`, as `python -m` does; `sys.argv[0]` becomes its file.
    pub fn run_named(&self, name: &str) -> ExitStatus {
        match self.find_main(name) {
            Ok(Ok((source, main))) => {
                let compiled = self.vm.compile(&source, &main.name, SourceMode::Exec);
                self.finish(compiled.and_then(|module| {
                    self.set_program_name(&main.name)?;
                    self.run_as_main(&module, &main)
                }))
            }
            Ok(Err(message)) => {
                self.vm.write_stderr(&format!("orochi: {message}\n"));
                self.finish(Ok(()));
                ExitStatus::Code(1)
            }
            Err(raised) => self.finish(Err(raised)),
        }
    }

    /// The source of the module that `-m` names, or why there is none.
    fn find_main(&self, name: &str) -> PyResult<Result<(Vec<u8>, Main), String>> {
        let vm = self.vm;
        let missing = |name: &str| Ok(Err(format!("No module named {name}")));
        if name.is_empty() || name.split('.').any(str::is_empty) {
            return missing(name);
        }
        let (parent, short) = name.rsplit_once('.').unwrap_or(("", name));
        if let Some(module) = vm.find_source_module(name).filter(|module| !module.package) {
            let main = Main { name: format!("<embedded {name}>"), package: Some(parent.to_owned()) };
            return Ok(Ok((module.source.as_bytes().to_vec(), main)));
        }
        let folders = if parent.is_empty() {
            self.strings(vm.state.sys.get().expect::<Dict>().get_str(vm, vm.intern("path"))?)?
        } else {
            let package = match vm.absorb(vm.import(parent), vm.types().module_not_found_error)? {
                Some(package) => package,
                None => return missing(name),
            };
            self.strings(vm.find_attr_str(package, "__path__")?)?
        };
        let extensions = self.frontends.extensions();
        for folder in folders {
            let base = Path::new(if folder.is_empty() { "." } else { &folder }).join(short);
            if base.is_dir() {
                for extension in &extensions {
                    let file = base.join(format!("__main__.{extension}"));
                    if let Ok(source) = std::fs::read(&file) {
                        // A folder without `__init__` is no package yet, and runs all the same.
                        let _ = vm.absorb(vm.import(name), vm.types().module_not_found_error)?;
                        let main = Main { name: absolute(&file), package: Some(name.to_owned()) };
                        return Ok(Ok((source, main)));
                    }
                }
            }
            for extension in &extensions {
                let file = base.with_file_name(format!("{short}.{extension}"));
                if let Ok(source) = std::fs::read(&file) {
                    return Ok(Ok((source, Main { name: absolute(&file), package: Some(parent.to_owned()) })));
                }
            }
            if base.is_dir() {
                let reason = format!("'{name}' is a package and cannot be directly executed");
                return Ok(Err(format!("No module named {name}.__main__; {reason}")));
            }
        }
        missing(name)
    }

    /// The strings in a list; none for anything else.
    fn strings(&self, list: Option<Value>) -> PyResult<Vec<String>> {
        let Some(list) = list else { return Ok(Vec::new()) };
        let list = self.vm.list_from(list)?;
        let items = (0..list.len()).filter_map(|index| list.get(index)?.cast::<Str>());
        Ok(items.map(|text| text.to_string()).collect())
    }

    fn set_program_name(&self, name: &str) -> PyResult<()> {
        let vm = self.vm;
        let argv = vm.state.sys.get().expect::<Dict>().get_str(vm, vm.intern("argv"))?;
        if let Some(argv) = argv.and_then(Value::cast::<List>)
            && !argv.is_empty()
        {
            argv.set(vm, 0, vm.new_str(name)?);
        }
        Ok(())
    }

    fn run_main(&self, module: &VerifiedModule, name: &str) -> PyResult<()> {
        self.run_as_main(module, &Main { name: name.to_owned(), package: None })
    }

    fn run_as_main(&self, module: &VerifiedModule, program: &Main) -> PyResult<()> {
        let vm = self.vm;
        let main = ModuleObject::new(vm, "__main__")?;
        let dict = main.dict();
        if !program.name.starts_with('<') {
            dict.set_str(vm, vm.intern("__file__"), vm.new_str(&program.name)?)?;
        }
        let package = match &program.package {
            Some(package) => vm.new_str(package)?,
            None => vm.none(),
        };
        dict.set_str(vm, vm.intern("__package__"), package)?;
        let modules: Gc<Dict> = vm.state.modules.get().expect();
        modules.set_str(vm, vm.intern("__main__"), main.into())?;
        vm.run_module(module, dict, dict.into()).map(drop)
    }

    /// What a program's end means for the process. Runs finalizers and flushes.
    fn finish(&self, result: PyResult<()>) -> ExitStatus {
        let vm = self.vm;
        let mut status = match result {
            Ok(()) => ExitStatus::Code(0),
            Err(raised) => self.failed(raised),
        };
        vm.run_exit_finalizers();
        if let Err(raised) = vm.flush_stdout() {
            let exception = vm.take_exception(raised);
            vm.write_stderr(&format!(
                "Exception ignored while flushing sys.stdout:\n{}",
                vm.format_exception(exception)
            ));
            status = ExitStatus::Code(120);
        }
        status
    }

    fn failed(&self, raised: Raised) -> ExitStatus {
        let vm = self.vm;
        let exception = vm.take_exception(raised);
        if vm.is_instance(exception.into(), vm.types().system_exit) {
            return ExitStatus::Code(self.exit_code(exception.into()));
        }
        vm.report_uncaught(exception);
        if vm.is_instance(exception.into(), vm.types().keyboard_interrupt) {
            return ExitStatus::Interrupted;
        }
        ExitStatus::Code(1)
    }

    /// The exit code of a SystemExit: its integer, 0 for None, else 1 with the value on standard error.
    fn exit_code(&self, exception: Value) -> i32 {
        let vm = self.vm;
        let code = match vm.get_attr_str(exception, "code") {
            Ok(code) => code,
            Err(raised) => {
                let _ = vm.take_exception(raised);
                vm.none()
            }
        };
        if code == vm.none() {
            return 0;
        }
        match orochi_vm::types::int::to_i64(code) {
            Some(code) => code as i32,
            // As CPython: an integer that does not fit is -1.
            None if vm.is_instance(code, vm.types().int) => -1,
            None => {
                vm.write_stderr(&format!("{}\n", vm.display(code)));
                1
            }
        }
    }
}

/// A program that becomes `__main__`.
struct Main {
    /// What tracebacks show: a path, or a name in angle brackets.
    name: String,
    /// `__package__`, if it is run by a module's name.
    package: Option<String>,
}

/// A path from the root, with nothing else changed.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
