//! The hooks of `sys`, and how the VM reports an exception that nobody caught.

use orochi_gc::Gc;
use orochi_macros::methods;

use super::records;
use crate::error::PyResult;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// The traceback of an exception, or None.
fn traceback(vm: &Vm, exception: Gc<Exception>) -> Value {
    exception.traceback.get().bound().unwrap_or(vm.none())
}

/// A hook that a program has put in place of the VM's own.
fn replaced(vm: &Vm, name: &str) -> Option<Value> {
    let sys: Gc<Dict> = vm.state.sys.get().cast()?;
    let hook = sys.get_interned(vm, vm.intern(name))?;
    let own = sys.get_interned(vm, vm.intern(&format!("__{name}__")))?;
    (hook != own).then_some(hook)
}

impl Vm {
    /// Reports the exception that ended the program, by `sys.excepthook`.
    pub fn report_uncaught(&self, exception: Gc<Exception>) {
        let Some(hook) = replaced(self, "excepthook") else {
            self.write_sys_stderr(&self.format_exception(exception));
            return;
        };
        let class = self.class_of(exception.into());
        let result = self.call(hook, &[class.into(), exception.into(), traceback(self, exception)]);
        if let Err(raised) = result {
            let worse = self.take_exception(raised);
            let text = format!(
                "Error in sys.excepthook:\n{}\nOriginal exception was:\n{}",
                self.format_exception(worse),
                self.format_exception(exception)
            );
            self.write_sys_stderr(&text);
        }
    }

    /// Reports an exception that nobody can catch, by `sys.unraisablehook`. `object` is what it happened in.
    pub fn report_unraisable_exception(&self, exception: Gc<Exception>, object: Value) {
        self.report_unraisable_with(exception, None, object);
    }

    /// The same with a message that says where it happened.
    pub fn report_unraisable_as(&self, exception: Gc<Exception>, message: &str) {
        self.report_unraisable_with(exception, Some(message), Value::UNBOUND);
    }

    fn report_unraisable_with(&self, exception: Gc<Exception>, message: Option<&str>, object: Value) {
        let own = |vm: &Vm| unraisable_text(vm, exception, object, message);
        let Some(hook) = replaced(self, "unraisablehook") else {
            self.write_sys_stderr(&own(self));
            return;
        };
        let report = || {
            let message = message.map_or(Ok(self.none()), |message| self.new_str(message))?;
            let items = [
                self.class_of(exception.into()).into(),
                exception.into(),
                traceback(self, exception),
                message,
                object.bound().unwrap_or(self.none()),
            ];
            let record = self.new_struct(&records::UNRAISABLE, &items)?;
            self.call(hook, &[record])
        };
        let result = report();
        if let Err(raised) = result {
            let worse = self.take_exception(raised);
            self.write_sys_stderr(&unraisable_text(self, worse, hook, Some("Exception ignored in sys.unraisablehook")));
        }
    }
}

fn unraisable_text(vm: &Vm, exception: Gc<Exception>, object: Value, message: Option<&str>) -> String {
    let text = vm.format_unraisable(exception);
    match object.bound().filter(|object| *object != vm.none()) {
        Some(object) => {
            let message = message.unwrap_or("Exception ignored in");
            format!("{message}: {}\n{text}", vm.display_repr(object))
        }
        None => message.map_or(text.clone(), |message| format!("{message}:\n{text}")),
    }
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Call the debugger that the environment variable PYTHONBREAKPOINT names: pdb.set_trace by default.
    #[method("outside breakpointhook(*args, **kwargs)")]
    fn breakpointhook(vm: &Vm, args: &[Value]) -> PyResult {
        let chosen = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
        let path = match chosen.as_str() {
            "" => "pdb.set_trace",
            "0" => return Ok(vm.none()),
            path => path,
        };
        let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", path));
        let types = vm.types();
        let module = if module.is_empty() { Ok(None) } else { vm.absorb(vm.import(module), types.import_error) };
        let hook = match module? {
            Some(module) => vm.find_attr_str(module, name)?,
            None => None,
        };
        match hook {
            Some(hook) => vm.call_with(hook, &args[1..], args[0].expect()),
            None => {
                let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
                vm.warn(types.runtime_warning, &text, 1)?;
                Ok(vm.none())
            }
        }
    }

    /// Show the value of an expression that was entered at the prompt, and keep it as `builtins._`.
    #[method("displayhook(object, /)")]
    fn displayhook(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0] == vm.none() {
            return Ok(vm.none());
        }
        let builtins: Gc<Dict> = vm.state.builtins.get().expect();
        let name = vm.intern("_");
        builtins.set_str(vm, name, vm.none())?;
        let sys: Gc<Dict> = vm.state.sys.get().expect();
        let Some(stdout) = sys.get_interned(vm, vm.intern("stdout")) else {
            return Err(vm.runtime_error("lost sys.stdout"));
        };
        let text: Gc<Str> = vm.repr(args[0])?;
        vm.call_method(stdout, "write", &[text.into()])?;
        vm.call_method(stdout, "write", &[vm.latin1_char(b'\n').into()])?;
        builtins.set_str(vm, name, args[0])?;
        Ok(vm.none())
    }

    /// Write an exception with its traceback to standard error.
    #[method("excepthook(exctype, value, traceback, /)")]
    fn excepthook(vm: &Vm, args: &[Value]) -> PyResult {
        if let Some(exception) = args[1].cast::<Exception>() {
            if exception.traceback.get().is_unbound() && args[2].cast::<Traceback>().is_some() {
                exception.traceback.set(args[2]);
                vm.heap.barrier(exception.header());
            }
            vm.write_sys_stderr(&vm.format_exception(exception));
        } else {
            let kind = vm.type_name(args[1]);
            vm.write_sys_stderr(&format!("TypeError: print_exception(): Exception expected for value, {kind} found\n"));
        }
        Ok(vm.none())
    }

    /// Write an exception that could not be raised to standard error.
    #[method("unraisablehook(unraisable, /)")]
    fn unraisablehook(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_exact(args[0], vm.struct_class(&records::UNRAISABLE)?) {
            return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
        }
        let record = args[0].cast::<Tuple>();
        let field = |index: usize| record.and_then(|record| record.get(index)).unwrap_or(vm.none());
        let message = field(3).cast::<Str>().map(|message| message.to_string());
        if let Some(exception) = field(1).cast::<Exception>() {
            vm.write_sys_stderr(&unraisable_text(vm, exception, field(4), message.as_deref()));
        }
        Ok(vm.none())
    }
}
