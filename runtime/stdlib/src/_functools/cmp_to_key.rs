//! `cmp_to_key`: objects that are compared by a function.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{ClassDef, CompareOp, Layout, PyResult, Record, Value, Vm};

static KEY: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[GetSetDef::readonly("obj", "The object that is compared.", |vm, key| {
        Ok(key.expect::<Record>().get(OBJECT).bound().unwrap_or(vm.none()))
    })],
    ..ClassDef::new("functools.KeyWrapper", "", Layout::Record)
};

/// Fields; the object is unbound in what `cmp_to_key` returns.
const COMPARE: usize = 0;
const OBJECT: usize = 1;

pub(super) fn new(vm: &Vm, compare: Value, object: Value) -> PyResult {
    Record::new(vm, vm.module_class(&KEY)?, &[compare, object]).map(Value::from)
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let key = args[0].expect::<Record>();
    if !vm.is_exact(args[1], vm.module_class(&KEY)?) {
        return Err(vm.type_error("other argument must be K instance"));
    }
    let (a, b) = (key.get(OBJECT), args[1].expect::<Record>().get(OBJECT));
    if a.is_unbound() || b.is_unbound() {
        return Err(vm.raise(vm.types().attribute_error, "object"));
    }
    let result = vm.call(key.get(COMPARE), &[a, b])?;
    vm.compare(op, result, Value::ZERO)
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function: wrap an object.
    #[method("__call__($self, /, obj)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        new(vm, args[0].expect::<Record>().get(COMPARE), args[1])
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }
}
