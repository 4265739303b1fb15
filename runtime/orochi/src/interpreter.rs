//! An interpreter: a VM on a thread with a stack of its own, ready to run programs.

use std::sync::Arc;

use orochi_bytecode::{Module, VerifiedModule};
use orochi_frontend::Frontend;
use orochi_vm::compile::SourceMode;
use orochi_vm::modules::output::StreamSettings;
use orochi_vm::modules::sys::flags::Flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::module::Module as ModuleObject;
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
    /// `sys.orig_argv`: the whole command line.
    pub whole_line: Vec<String>,
    /// Where imports look for files before they look in the library: `sys.path`.
    pub path: Vec<String>,
    /// The folder of the program, which comes first in `sys.path`; empty for the folder that the process is in.
    pub program_folder: Option<String>,
    /// What `sys.flags` shows; with `no_site` there are no site-packages, no `quit` and no `.pth` files.
    pub flags: Flags,
    /// The largest size of the heap in bytes; MemoryError beyond it.
    pub memory_limit: Option<usize>,
    /// Collect at every so many allocations, poisoning what is freed: for tests. 0: as needed.
    pub stress: u32,
    /// Turn SIGINT into KeyboardInterrupt while the interpreter lives. One interpreter of a process can.
    pub catch_interrupts: bool,
    /// The process ends when the interpreter does: its memory need not be given back one by one.
    pub ends_process: bool,
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
        let catches = options.catch_interrupts;
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("orochi".into())
                .stack_size(STACK)
                .spawn_scoped(scope, || start(options, frontends, f))?;
            // Signals for the process are the program's while it runs, also those that its thread holds back.
            let held = catches.then(orochi_vm::signals::hold_back);
            let result = thread.join();
            drop(held);
            match result {
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
    orochi_vm::protocol::siphash::choose_key(options.flags.hash_seed);
    let config = Config { limit: options.memory_limit, stress: options.stress, ..Config::default() };
    let no_room = |_: Raised| std::io::Error::other("no memory for a virtual machine");
    let vm = Vm::new(config).map_err(no_room)?;
    let here = 0u8;
    vm.stack.native_limit.set((&raw const here as usize).saturating_sub(STACK - STACK_RESERVE));
    let result = vm.heap.with_stack(|| {
        let interpreter =
            Interpreter { vm: &vm, frontends, inspects: options.flags.inspect, quiet: options.flags.quiet };
        let _interrupts = options.catch_interrupts.then(|| vm.catch_interrupts());
        vm.heap.without_stress(|| interpreter.prepare(&options)).map_err(|raised| {
            let exception = vm.take_exception(raised);
            std::io::Error::other(format!("its library does not start\n{}", vm.format_exception(exception)))
        })?;
        Ok(f(&interpreter))
    });
    if options.ends_process {
        vm.end_with_process();
    } else {
        vm.end();
    }
    result
}

/// A VM that is ready to run programs.
pub struct Interpreter<'a> {
    pub(crate) vm: &'a Vm,
    frontends: Arc<dyn Frontends>,
    /// Whether statements are read when a program is over.
    inspects: bool,
    /// Whether nothing greets whoever types them.
    pub(crate) quiet: bool,
}

impl Interpreter<'_> {
    /// The virtual machine.
    #[must_use]
    pub fn vm(&self) -> &Vm {
        self.vm
    }

    fn prepare(&self, options: &Options) -> PyResult<()> {
        let (vm, frontends) = (self.vm, Arc::clone(&self.frontends));
        *vm.state.output.settings.borrow_mut() = StreamSettings {
            unbuffered: options.flags.unbuffered,
            encoding: options.flags.stream_encoding.clone(),
            errors: options.flags.stream_errors.clone(),
        };
        orochi_stdlib::register(vm);
        vm.set_compiler(Box::new(FrontendCompiler { frontends, optimize: options.flags.optimize }));
        orochi_vm::modules::import::start(vm)?;
        vm.set_flags(options.flags.clone())?;
        orochi_stdlib::add_builtins(vm)?;
        let executable =
            std::env::current_exe().map_or_else(|_| "orochi".to_owned(), |path| path.to_string_lossy().into_owned());
        let library = orochi_stdlib::importlib::library_folder(&executable);
        let path: Vec<String> = options.path.iter().cloned().chain([library.clone()]).collect();
        let sys: Gc<Dict> = vm.state.sys.get().expect();
        for (name, items) in [("argv", &options.argv), ("orig_argv", &options.whole_line), ("path", &path)] {
            let list: Gc<List> = vm.new_list(&[])?.expect();
            for item in items {
                list.push(vm, vm.new_str(item)?)?;
            }
            sys.set_str(vm, vm.intern(name), list.into())?;
        }
        sys.set_str(vm, vm.intern("_stdlib_dir"), vm.new_str(&library)?)?;
        orochi_stdlib::importlib::start(vm, &self.frontends.extensions())?;
        // As the interpreter's own start does, so that no module of the program takes its name.
        vm.import("io")?;
        vm.import("encodings")?;
        if !options.flags.no_site {
            vm.import("site")?;
        }
        if !options.flags.warnings.is_empty() || options.flags.dev_mode {
            // The module reads its options when it is imported.
            vm.import("warnings")?;
        }
        if options.flags.faulthandler {
            vm.call_method(vm.import("faulthandler")?, "enable", &[])?;
        }
        if let Some(folder) = &options.program_folder {
            let path = sys.get_str(vm, vm.intern("path"))?.unwrap_or(vm.none());
            let folder = vm.new_str(folder)?;
            vm.call_method(path, "insert", &[Value::ZERO, folder])?;
        }
        Ok(())
    }

    /// Runs a source as the module `__main__`.
    pub fn run_source(&self, name: &str, source: &[u8]) -> ExitStatus {
        let compiled = self.vm.compile(source, name, SourceMode::Exec);
        self.finish(compiled.and_then(|module| self.run_main(&module, name)))
    }

    /// Runs the program of `-c`, whose text tracebacks show.
    pub fn run_command(&self, module: Module, name: &str, text: &str) -> ExitStatus {
        let verified = VerifiedModule::container(module)
            .map_err(|error| self.vm.raise(self.vm.types().import_error, error.to_string()));
        self.finish(verified.and_then(|module| {
            self.vm.register_command(&module, text);
            self.run_main(&module, name)
        }))
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
        self.finish(self.run_by_runpy(name, true))
    }

    /// Runs the module `__main__` of a folder or an archive, which is first in `sys.path`.
    pub fn run_folder(&self) -> ExitStatus {
        self.finish(self.run_by_runpy("__main__", false))
    }

    fn run_by_runpy(&self, name: &str, set_argv: bool) -> PyResult<()> {
        let vm = self.vm;
        let main = self.main_module()?;
        main.dict().set_str(vm, vm.intern("__loader__"), vm.none())?;
        let runpy = vm.import("runpy")?;
        let name = vm.new_str(name)?;
        vm.call_method(runpy, "_run_module_as_main", &[name, vm.bool(set_argv)]).map(drop)
    }

    /// The module `__main__`, made when it is first asked for.
    pub(crate) fn main_module(&self) -> PyResult<Gc<ModuleObject>> {
        let vm = self.vm;
        vm.let_other_threads_go_on();
        let modules: Gc<Dict> = vm.state.modules.get().expect();
        let name = vm.intern("__main__");
        if let Some(main) = modules.get_str(vm, name)?.and_then(Value::cast::<ModuleObject>) {
            return Ok(main);
        }
        let main = ModuleObject::new(vm, "__main__")?;
        modules.set_str(vm, name, main.into())?;
        Ok(main)
    }

    fn run_main(&self, module: &VerifiedModule, name: &str) -> PyResult<()> {
        let vm = self.vm;
        let main = self.main_module()?;
        let dict = main.dict();
        let machinery = vm.import("_frozen_importlib_external")?;
        let loader = if name.starts_with('<') {
            vm.get_attr_str(vm.import("_frozen_importlib")?, "BuiltinImporter")?
        } else {
            dict.set_str(vm, vm.intern("__file__"), vm.new_str(name)?)?;
            dict.set_str(vm, vm.intern("__cached__"), vm.none())?;
            let args = [vm.new_str("__main__")?, vm.new_str(name)?];
            vm.call_method(machinery, "SourceFileLoader", &args)?
        };
        dict.set_str(vm, vm.intern("__loader__"), loader)?;
        vm.run_module(module, dict, dict.into()).map(drop)
    }

    /// What a program's end means for the process.
    fn finish(&self, result: PyResult<()>) -> ExitStatus {
        if !self.inspects {
            return self.end(result);
        }
        if let Err(raised) = result {
            self.vm.report_uncaught(self.vm.take_exception(raised));
        }
        let result = self.read_statements("");
        self.end(result)
    }

    /// What the end means. Runs finalizers and flushes.
    pub(crate) fn end(&self, result: PyResult<()>) -> ExitStatus {
        let vm = self.vm;
        let mut status = match result {
            Ok(()) => ExitStatus::Code(0),
            Err(raised) => self.failed(raised),
        };
        vm.join_threads();
        orochi_stdlib::atexit::run(vm);
        let mut flushed = vm.flush_standard_streams();
        vm.stop_other_threads();
        vm.run_exit_finalizers();
        flushed &= vm.flush_standard_streams();
        if !flushed {
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
                vm.write_sys_stderr(&format!("{}\n", vm.display(code)));
                1
            }
        }
    }
}
