//! `sys.audit` and `sys.addaudithook` (PEP 578).

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// Under which name the VM keeps the list of hooks.
const KEPT: &str = "sys.audit_hooks";

fn hooks(vm: &Vm) -> Option<Gc<List>> {
    vm.kept(KEPT).and_then(Value::cast)
}

impl Vm {
    /// Tells the hooks of an event. What one raises keeps the event from happening.
    pub fn audit(&self, event: &str, args: &[Value]) -> PyResult<()> {
        match hooks(self) {
            Some(hooks) => tell(self, hooks, self.new_str(event)?, args),
            None => Ok(()),
        }
    }
}

fn tell(vm: &Vm, hooks: Gc<List>, event: Value, args: &[Value]) -> PyResult<()> {
    let arguments = vm.new_tuple(args)?;
    let mut index = 0;
    while let Some(hook) = hooks.get(index) {
        vm.call(hook, &[event, arguments])?;
        index += 1;
    }
    Ok(())
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// Adds a new audit hook callback.
    #[method("addaudithook(hook)")]
    fn addaudithook(vm: &Vm, args: &[Value]) -> PyResult {
        // A hook may refuse others: with a RuntimeError silently.
        let asked = vm.audit("sys.addaudithook", &[]);
        if vm.absorb(asked, vm.types().runtime_error)?.is_none() {
            return Ok(vm.none());
        }
        match hooks(vm) {
            Some(hooks) => hooks.push(vm, args[0])?,
            None => vm.keep(KEPT, vm.new_list(&[args[0]])?)?,
        }
        Ok(vm.none())
    }

    /// Passes the event to any hooks that are attached.
    #[method("audit(event, /, *args)")]
    fn audit(vm: &Vm, args: &[Value]) -> PyResult {
        if args[0].cast::<Str>().is_none() {
            let name = vm.type_name(args[0]);
            return Err(vm.type_error(format!("expected str for argument 'event', not {name}")));
        }
        if let Some(hooks) = hooks(vm) {
            tell(vm, hooks, args[0], &args[1..])?;
        }
        Ok(vm.none())
    }
}
