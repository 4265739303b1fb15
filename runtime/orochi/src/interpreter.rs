//! An interpreter: a VM on a thread with a stack of its own, ready to run programs.

use std::sync::Arc;

use orochi_bytecode::{Module, VerifiedModule};
use orochi_frontend::Frontend;
use orochi_vm::compile::SourceMode;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::module::Module as ModuleObject;
use orochi_vm::{Config, Gc, PyResult, Raised, Value, Vm};

use crate::compiler::FrontendCompiler;

/// Native stack of the thread that an interpreter runs on, in bytes. It is address space; memory is used as it is touched.
const STACK: usize = 256 << 20;
/// What is kept free of it for native code that does not look.
const STACK_RESERVE: usize = 1 << 20;

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
}

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitStatus {
    /// With this exit code; what there was to say has been written to standard error.
    Code(i32),
    /// By KeyboardInterrupt: the process should end as by SIGINT.
    Interrupted,
}

/// Makes an interpreter on a thread of its own, and runs `f` with it there.
///
/// # Errors
/// When there is no room for the thread or the VM.
pub fn run<R: Send>(
    options: Options,
    frontend: Arc<dyn Frontend>,
    f: impl FnOnce(&Interpreter<'_>) -> R + Send,
) -> std::io::Result<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("orochi".into())
            .stack_size(STACK)
            .spawn_scoped(scope, || start(options, frontend, f))?;
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn start<R>(
    options: Options,
    frontend: Arc<dyn Frontend>,
    f: impl FnOnce(&Interpreter<'_>) -> R,
) -> std::io::Result<R> {
    let config = Config { limit: options.memory_limit, stress: options.stress, ..Config::default() };
    let no_room = |_: Raised| std::io::Error::other("no memory for a virtual machine");
    let vm = Vm::new(config).map_err(no_room)?;
    let here = 0u8;
    vm.stack.native_limit.set((&raw const here as usize).saturating_sub(STACK - STACK_RESERVE));
    vm.heap.with_stack(|| {
        let interpreter = Interpreter { vm: &vm };
        interpreter.prepare(&options, frontend).map_err(no_room)?;
        Ok(f(&interpreter))
    })
}

/// A VM that is ready to run programs.
pub struct Interpreter<'a> {
    vm: &'a Vm,
}

impl Interpreter<'_> {
    /// The virtual machine.
    #[must_use]
    pub fn vm(&self) -> &Vm {
        self.vm
    }

    fn prepare(&self, options: &Options, frontend: Arc<dyn Frontend>) -> PyResult<()> {
        let vm = self.vm;
        orochi_stdlib::register(vm);
        vm.set_compiler(Box::new(FrontendCompiler { frontend }));
        orochi_vm::modules::import::start(vm)?;
        for (name, items) in [("argv", &options.argv), ("path", &options.path)] {
            let list = vm.new_list(&[])?;
            let gc: Gc<orochi_vm::types::list::List> = list.expect();
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

    fn run_main(&self, module: &VerifiedModule, name: &str) -> PyResult<()> {
        let vm = self.vm;
        let main = ModuleObject::new(vm, "__main__")?;
        let dict = main.dict();
        if !name.starts_with('<') {
            dict.set_str(vm, vm.intern("__file__"), vm.new_str(name)?)?;
        }
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
            if !vm.is_instance(exception.into(), vm.types().broken_pipe_error) {
                vm.write_stderr(&vm.format_exception(exception));
            }
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
        vm.write_stderr(&vm.format_exception(exception));
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
            None => {
                vm.write_stderr(&format!("{}\n", vm.display(code)));
                1
            }
        }
    }
}
