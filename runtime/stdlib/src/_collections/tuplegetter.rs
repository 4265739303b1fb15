//! `_tuplegetter`: the attributes of named tuples.

use orochi_macros::methods;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Layout, PyResult, Record, Value, Vm};

/// Fields.
const INDEX: usize = 0;
const DOC: usize = 1;

pub(super) static TUPLEGETTER: ClassDef = ClassDef {
    methods: &[METHODS],
    getset: &[GetSetDef {
        name: "__doc__",
        doc: "",
        get: |_, getter| Ok(getter.expect::<Record>().get(DOC)),
        set: Some(|vm, getter, doc| {
            getter.expect::<Record>().set(vm, DOC, doc.unwrap_or(vm.none()));
            Ok(())
        }),
        member: true,
    }],
    ..ClassDef::new("collections._tuplegetter", "", Layout::Record)
};

#[methods(METHODS)]
impl Methods {
    /// Return the item of the tuple.
    #[method("__get__($self, instance, owner=None, /)")]
    fn get(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1] == vm.none() {
            return Ok(args[0]);
        }
        let index = args[0].expect::<Record>().get(INDEX).as_int().unwrap_or(0) as usize;
        match args[1].cast::<Tuple>() {
            Some(tuple) => tuple.get(index).ok_or_else(|| vm.index_error("tuple index out of range")),
            None => {
                let name = vm.type_name(args[1]);
                Err(vm.type_error(format!(
                    "descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object"
                )))
            }
        }
    }

    /// Create and return a new object.
    #[method("static __new__(type, index, doc, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let index = vm.new_int(vm.index_i64(args[1])?)?;
        Record::new(vm, args[0].expect(), &[index, args[2]]).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let getter = args[0].expect::<Record>();
        let arguments = vm.new_tuple(&[getter.get(INDEX), getter.get(DOC)])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let getter = args[0].expect::<Record>();
        let (index, doc) = (vm.display_repr(getter.get(INDEX)), vm.display_repr(getter.get(DOC)));
        vm.new_str(&format!("_tuplegetter({index}, {doc})"))
    }

    /// Raise AttributeError: a named tuple does not change.
    #[method("__set__($self, instance, value, /)")]
    fn set(vm: &Vm, _: &[Value]) -> PyResult {
        Err(vm.raise(vm.types().attribute_error, "can't set attribute"))
    }
}
