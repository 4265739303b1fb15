//! The module `builtins`: functions here, classes from [`crate::vm::Types`], constants.
//!
//! - [`anext`]: `anext` and its awaitable
//! - [`attributes`]: what an object is and has
//! - [`evaluate`]: `compile`, `eval`, `exec`, `__import__`, `__build_class__`
//! - [`iteration`]: `all`, `any`, `iter`, `max`, `next`, `sorted`, `sum`, ..
//! - [`numbers`]: `abs`, `chr`, `divmod`, `hex`, `round`, ..
//! - [`source`]: what the first three of these take
//! - [`text`]: `print`, `input`, `repr`, `format`, `help`

pub mod anext;
pub mod attributes;
pub mod evaluate;
pub mod iteration;
pub mod numbers;
pub(crate) mod source;
pub mod text;

use crate::error::PyResult;
use crate::modules::native::NativeModule;
use crate::types::module::Module;
use crate::types::native::{Native, NativeDef};
use crate::value::Value;
use crate::vm::Vm;
use orochi_gc::Gc;

static MODULE: NativeModule = NativeModule {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.",
    functions: &[],
    init,
};

/// The functions, by file.
static FUNCTIONS: &[&[NativeDef]] = &[
    anext::FUNCTIONS,
    attributes::FUNCTIONS,
    evaluate::FUNCTIONS,
    iteration::FUNCTIONS,
    numbers::FUNCTIONS,
    text::FUNCTIONS,
];

/// Classes that have no name in this module.
const HIDDEN: &[&str] = &["ellipsis"];

fn init(vm: &Vm, module: Gc<Module>) -> PyResult<()> {
    let dict = module.dict();
    let types = vm.types();
    let name = vm.intern(MODULE.name);
    for function in FUNCTIONS.iter().flat_map(|functions| functions.iter()) {
        let native = Native::function(vm, function, name.into())?;
        dict.set_str(vm, vm.intern(function.name), native.into())?;
    }
    let mut result = Ok(());
    types.for_each(|class| {
        let Some(def) = class.def else { return };
        let named = crate::object::class::flags::BASE;
        let public = class.has(named) || [types.bool_, types.range, types.slice, types.memoryview].contains(&class);
        if public && !def.name.contains('.') && !HIDDEN.contains(&def.name) && result.is_ok() {
            result = dict.set_str(vm, vm.intern(def.name), class.into());
        }
    });
    result?;
    // Classes that may be bases, but live elsewhere.
    for name in ["function", "builtin_function_or_method", "module", "generator", "method"] {
        dict.remove_str(vm, vm.intern(name))?;
    }
    for (name, value) in [
        ("None", vm.none()),
        ("True", vm.true_()),
        ("False", vm.false_()),
        ("Ellipsis", vm.ellipsis()),
        ("NotImplemented", vm.not_implemented()),
        ("EnvironmentError", types.os_error.into()),
        ("IOError", types.os_error.into()),
        ("__debug__", vm.true_()),
    ] {
        dict.set_str(vm, vm.intern(name), value)?;
    }
    Ok(())
}

/// Makes the module.
pub fn start(vm: &Vm) -> PyResult<()> {
    let module = vm.make_native_module(&MODULE)?;
    vm.state.builtins.set(module.dict().into());
    let modules: Gc<crate::types::dict::Dict> = vm.state.modules.get().expect();
    modules.set_str(vm, vm.intern("builtins"), Value::from(module))
}
