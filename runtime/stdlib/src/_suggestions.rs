//! `_suggestions`: "Did you mean", by the measure that the interpreter's own tracebacks use.

use orochi_macros::methods;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::exception::suggest;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_suggestions",
    doc: "Names that may have been meant.",
    functions: FUNCTIONS,
    init: |_, _| Ok(()),
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Returns the candidate in candidates that's closest to item
    #[method("_generate_suggestions(candidates, item, /)")]
    fn generate_suggestions(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(item) = args[1].cast::<Str>() else {
            let kind = vm.type_name(args[1]);
            return Err(vm.type_error(format!("_generate_suggestions() argument 2 must be str, not {kind}")));
        };
        let Some(list) = args[0].cast::<List>() else { return Err(vm.type_error("candidates must be a list")) };
        let mut candidates = Vec::with_capacity(list.len());
        for candidate in list.slots() {
            match candidate.get().cast::<Str>() {
                Some(candidate) => candidates.push(candidate.to_string()),
                None => return Err(vm.type_error("all elements in 'candidates' must be strings")),
            }
        }
        match suggest(&item.to_string(), &candidates) {
            Some(found) => vm.new_str(found),
            None => Ok(vm.none()),
        }
    }
}
