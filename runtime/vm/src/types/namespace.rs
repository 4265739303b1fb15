//! `types.SimpleNamespace`.

use crate::error::PyResult;
use crate::methods;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// `SimpleNamespace`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT,
    methods: &[METHODS],
    ..ClassDef::new("types.SimpleNamespace", "A simple attribute-based namespace.", Layout::Object)
};

fn attributes(vm: &Vm, value: Value) -> PyResult<crate::Gc<Dict>> {
    match value.as_header() {
        Some(header) => vm.instance_dict(header),
        None => Dict::new(vm),
    }
}

fn show(vm: &Vm, value: Value) -> PyResult<String> {
    let exact = vm.is_exact(value, vm.types().simple_namespace);
    let name = if exact { "namespace".to_owned() } else { vm.type_name(value) };
    let Some(_guard) = vm.repr_guard(value) else { return Ok(format!("{name}(...)")) };
    let mut parts = Vec::new();
    let dict = attributes(vm, value)?;
    let mut from = 0;
    while let Some((next, key, item)) = dict.next_entry(from) {
        from = next;
        if let Some(key) = key.cast::<Str>().filter(|key| !key.is_empty()) {
            parts.push(format!("{key}={}", vm.repr(item)?));
        }
    }
    Ok(format!("{name}({})", parts.join(", ")))
}

#[methods(METHODS)]
impl Methods {
    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.types().simple_namespace;
        if !vm.is_instance(args[1], class) {
            return Ok(vm.not_implemented());
        }
        let (a, b) = (attributes(vm, args[0])?, attributes(vm, args[1])?);
        vm.compare(orochi_bytecode::operands::CompareOp::Eq, a.into(), b.into())
    }

    /// Initialize self.
    #[method("__init__($self, mapping_or_iterable=(), /, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(header) = args[0].as_header() else { return Ok(vm.none()) };
        let values = Dict::new(vm)?;
        if let Some(source) = args[1].bound() {
            vm.dict_update(values, source)?;
        }
        values.update(vm, args[2].expect::<Dict>())?;
        for (key, value) in values.entries() {
            let Some(key) = key.cast::<Str>() else { return Err(vm.type_error("keywords must be strings")) };
            vm.instance_set(header, vm.intern_str(key), value)?;
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_object(args[0].expect())
    }

    /// Helper for pickle.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let state = attributes(vm, args[0])?.into();
        vm.new_tuple(&[vm.class_of(args[0]).into(), vm.empty_tuple().into(), state])
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method("__replace__($self, /, **kwargs)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        let class = vm.class_of(args[0]);
        let copy = vm.call(class.into(), &[])?;
        if !vm.is_instance(copy, vm.types().simple_namespace) {
            let (name, found) = (crate::types::type_::qualified_name(vm, class), vm.qualified_type_name(copy));
            return Err(
                vm.type_error(format!("expect types.SimpleNamespace type, but {name}() returned '{found}' object"))
            );
        }
        let dict = attributes(vm, copy)?;
        dict.update(vm, attributes(vm, args[0])?)?;
        dict.update(vm, args[1].expect::<Dict>())?;
        Ok(copy)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_str(&show(vm, args[0])?)
    }
}
