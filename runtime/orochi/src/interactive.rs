//! Statements that are read from standard input and run one by one: without a program, or behind one (`-i`).
//!
//! The loop is `code.InteractiveConsole` of the library.

use std::io::IsTerminal;
use std::path::Path;

use orochi_vm::PyResult;
use orochi_vm::compile::SourceMode;
use orochi_vm::types::native::{Native, NativeDef};

use crate::interpreter::{ExitStatus, Interpreter};

/// Reads a line that nobody types. As in CPython, what would ask for it goes to standard error then.
static READ_LINE: NativeDef = NativeDef::new("raw_input(prompt='', /)", "", |vm, args| {
    if let Some(prompt) = args[0].bound() {
        vm.write_sys_stderr(&vm.display(prompt));
    }
    let line = vm.call_method(vm.get_attr_str(vm.import("sys")?, "stdin")?, "readline", &[])?;
    let text = vm.display(line);
    if text.is_empty() {
        return Err(vm.raise(vm.types().eof_error, "EOF when reading a line"));
    }
    vm.new_str(text.strip_suffix('\n').unwrap_or(&text))
});

impl Interpreter<'_> {
    /// Reads statements from standard input and runs each in `__main__`, until the input or the program ends; before them a file, as
    /// `PYTHONSTARTUP` names one.
    pub fn interact(&self, startup: Option<&Path>) -> ExitStatus {
        let vm = self.vm;
        if let Some(path) = startup {
            let name = path.to_string_lossy();
            match std::fs::read(path) {
                Ok(source) => {
                    let compiled = vm.compile(&source, &name, SourceMode::Exec);
                    let ran = compiled.and_then(|module| {
                        let dict = self.main_module()?.dict();
                        vm.run_module(&module, dict, dict.into())
                    });
                    if let Err(raised) = ran {
                        vm.report_uncaught(vm.take_exception(raised));
                    }
                }
                Err(error) => vm.write_sys_stderr(&format!("Could not open PYTHONSTARTUP '{name}': {error}\n")),
            }
        }
        let result = self.banner().and_then(|banner| self.read_statements(&banner));
        self.end(result)
    }

    fn banner(&self) -> PyResult<String> {
        if self.quiet {
            return Ok(String::new());
        }
        let sys = self.vm.import("sys")?;
        let [version, platform] = ["version", "platform"].map(|name| self.vm.get_attr_str(sys, name));
        let (version, platform) = (self.vm.display(version?), self.vm.display(platform?));
        let hint = "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.";
        Ok(format!("Python {version} on {platform}\n{hint}"))
    }

    pub(crate) fn read_statements(&self, banner: &str) -> PyResult<()> {
        let vm = self.vm;
        let main = self.main_module()?;
        let class = vm.get_attr_str(vm.import("code")?, "InteractiveConsole")?;
        let console = vm.call(class, &[main.dict().into(), vm.new_str("<stdin>")?])?;
        if !std::io::stdin().is_terminal() {
            let read = Native::function(vm, &READ_LINE, vm.none())?;
            vm.set_attr(console, vm.intern("raw_input"), Some(read.into()))?;
        }
        vm.call_method(console, "interact", &[vm.new_str(banner)?, vm.empty_str().into()]).map(drop)
    }
}
