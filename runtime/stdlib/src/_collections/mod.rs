//! `_collections`: the native part of `collections`.

mod defaultdict;
mod deque;
mod ordered_dict;
mod tuplegetter;

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{BinaryOp, NativeModule, PyResult, Value, Vm};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_collections",
    doc: "The native part of collections.",
    functions: FUNCTIONS,
    init: |vm, module| {
        vm.add_module_class(module, &deque::DEQUE)?;
        vm.add_module_class(module, &deque::iterator::FORWARD)?;
        vm.add_module_class(module, &deque::iterator::BACKWARD)?;
        vm.add_module_class(module, &tuplegetter::TUPLEGETTER)?;
        let dict = module.dict();
        dict.set_str(vm, vm.intern("defaultdict"), defaultdict::class(vm)?.into())?;
        dict.set_str(vm, vm.intern("OrderedDict"), ordered_dict::class(vm)?.into())
    },
};

#[methods(FUNCTIONS)]
impl Functions {
    /// Count the items of an iterable in a mapping.
    #[method("_count_elements(mapping, iterable, /)")]
    fn count_elements(vm: &Vm, args: &[Value]) -> PyResult {
        // A subclass that looks up and sets as `dict` does is changed directly, as in CPython.
        let (class, types) = (vm.class_of(args[0]), vm.types());
        let own = |name: &str| class.lookup(vm, vm.intern(name)) == types.dict.lookup(vm, vm.intern(name));
        if let Some(dict) = args[0].cast::<Dict>()
            && own("get")
            && own("__setitem__")
        {
            vm.for_each(args[1], |item| {
                let count = dict.get(vm, item)?.unwrap_or(Value::ZERO);
                let count = match count.as_int() {
                    Some(count) => vm.new_int(count + 1)?,
                    None => vm.binary(BinaryOp::Add, count, Value::small(1))?,
                };
                dict.set(vm, item, count)
            })?;
            return Ok(vm.none());
        }
        let get = vm.get_attr_str(args[0], "get")?;
        vm.for_each(args[1], |item| {
            let count = vm.call(get, &[item, Value::ZERO])?;
            let count = vm.binary(BinaryOp::Add, count, Value::small(1))?;
            vm.set_item(args[0], item, count)
        })?;
        Ok(vm.none())
    }
}
