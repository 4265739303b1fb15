//! Builtins that a program made and that are no dict: a dict whose subscripts are theirs, since code looks for builtins in a dict.

use orochi_gc::Gc;

use crate::error::PyResult;
use crate::methods;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

static FOREIGN: ClassDef = ClassDef { methods: &[METHODS], ..ClassDef::new("foreign_builtins", "", Layout::Dict) };

/// A dict that asks `builtins`.
pub(super) fn new(vm: &Vm, builtins: Value) -> PyResult<Gc<Dict>> {
    let class = vm.module_class_with(&FOREIGN, &[vm.types().dict])?;
    let dict = Dict::with_class(vm, class)?;
    dict.set_str(vm, vm.intern("__builtins__"), builtins)?;
    Ok(dict)
}

#[methods(METHODS)]
impl Methods {
    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let builtins = args[0].expect::<Dict>().get_interned(vm, vm.intern("__builtins__"));
        vm.get_item(builtins.unwrap_or(vm.none()), args[1])
    }
}
