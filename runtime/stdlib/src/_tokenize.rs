//! `_tokenize`: the tokenizer behind `tokenize`. The class is there for its importers; making one says that there is none yet.

use orochi_macros::methods;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{ClassDef, Layout, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    doc: "",
    functions: &[],
    init: |vm, module| vm.add_module_class(module, &TOKENIZER_ITER).map(drop),
};

static TOKENIZER_ITER: ClassDef = ClassDef {
    methods: &[METHODS],
    ..ClassDef::new("_tokenize.TokenizerIter", "Iterator over the tokens of a source.", Layout::Object)
};

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method("static __new__(type, /, readline, *, encoding=None, extra_tokens=False)")]
    fn new(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.raise(vm.types().not_implemented_error, "Orochi does not tokenize for programs yet"))
    }
}
