//! `mappingproxy`: a read-only view of a mapping, such as a class's `__dict__`.

use orochi_bytecode::operands::{BinaryOp, CompareOp};

use crate::error::PyResult;
use crate::methods;
use crate::object::Record;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::object::special::Special;
use crate::types::native::NativeDef;
use crate::value::Value;
use crate::vm::Vm;

/// `mappingproxy`.
pub static CLASS: ClassDef = ClassDef {
    flags: crate::object::class::flags::MAPPING,
    methods: &[METHODS, crate::types::generic_alias::CLASS_GETITEM],
    ..ClassDef::new("mappingproxy", "Read-only proxy of a mapping.", Layout::Record)
};

/// Field of the record: the mapping.
const MAPPING: usize = 0;

/// A proxy of a mapping.
pub fn new(vm: &Vm, mapping: Value) -> PyResult {
    Record::new(vm, vm.types().mappingproxy, &[mapping]).map(Value::from)
}

/// The mapping behind a proxy, or the value itself.
fn inner(vm: &Vm, value: Value) -> Value {
    if vm.is_exact(value, vm.types().mappingproxy) { value.expect::<Record>().get(MAPPING) } else { value }
}

fn compare(vm: &Vm, op: CompareOp, args: &[Value]) -> PyResult {
    vm.compare(op, inner(vm, args[0]), inner(vm, args[1]))
}

#[methods(METHODS)]
impl Methods {
    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        vm.contains(inner(vm, args[0]), args[1]).map(|is| vm.bool(is))
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Eq, args)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Ge, args)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        vm.get_item(inner(vm, args[0]), args[1])
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Gt, args)
    }

    /// Return hash(self).
    #[method("__hash__($self, /)")]
    fn hash(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.hash(inner(vm, args[0]))? as i64)
    }

    /// Raise TypeError: the mapping cannot be changed through its proxy.
    #[method("__ior__($self, value, /)")]
    fn ior(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        vm.iter(inner(vm, args[0]))
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Le, args)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(vm.len(inner(vm, args[0]))? as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Lt, args)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, CompareOp::Ne, args)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, mapping)")]
    fn new_(vm: &Vm, args: &[Value]) -> PyResult {
        let types = vm.types();
        let class = vm.class_of(args[1]);
        let is_sequence = [types.list, types.tuple].iter().any(|sequence| class.is_subclass_of(*sequence));
        if class.special(Special::GetItem).is_unbound() || is_sequence {
            return Err(vm.type_error(format!("mappingproxy() argument must be a mapping, not {}", class.name.get())));
        }
        new(vm, args[1])
    }

    /// Return self|value.
    #[method("__or__($self, value, /)")]
    fn or(vm: &Vm, args: &[Value]) -> PyResult {
        vm.binary(BinaryOp::Or, inner(vm, args[0]), inner(vm, args[1]))
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let inner = vm.repr(inner(vm, args[0]))?;
        vm.new_str(&format!("mappingproxy({inner})"))
    }

    /// D.__reversed__() -> reverse iterator
    #[method("__reversed__($self, /)")]
    fn reversed(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(inner(vm, args[0]), "__reversed__", &[])
    }

    /// Return value|self.
    #[method("__ror__($self, value, /)")]
    fn ror(vm: &Vm, args: &[Value]) -> PyResult {
        vm.binary(BinaryOp::Or, inner(vm, args[1]), inner(vm, args[0]))
    }

    /// Return str(self).
    #[method("__str__($self, /)")]
    fn str(vm: &Vm, args: &[Value]) -> PyResult {
        vm.to_str(inner(vm, args[0])).map(Value::from)
    }

    /// D.copy() -> a shallow copy of D
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(inner(vm, args[0]), "copy", &[])
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method("get($self, key, default=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        let default = args[2].bound().unwrap_or(vm.none());
        vm.call_method(inner(vm, args[0]), "get", &[args[1], default])
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[method("items($self, /)")]
    fn items(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(inner(vm, args[0]), "items", &[])
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[method("keys($self, /)")]
    fn keys(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(inner(vm, args[0]), "keys", &[])
    }

    /// D.values() -> an object providing a view on D's values
    #[method("values($self, /)")]
    fn values(vm: &Vm, args: &[Value]) -> PyResult {
        vm.call_method(inner(vm, args[0]), "values", &[])
    }
}
