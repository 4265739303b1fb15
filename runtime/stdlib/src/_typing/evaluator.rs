//! What `evaluate_bound` and the like give for a value that is known: a function that returns it, or its text.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::text::TextBuf;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::generic_alias::push_type;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Layout, PyResult, Record, Value, Vm};

use super::this;

static CLASS: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[METHODS],
    ..ClassDef::new("_typing._ConstEvaluator", "Internal type for implementing evaluation functions.", Layout::Record)
};

/// `annotationlib.Format.STRING`.
const FORMAT_STRING: i64 = 4;

/// A function that evaluates to a value.
pub(super) fn new(vm: &Vm, value: Value) -> PyResult {
    Record::new(vm, vm.module_class(&CLASS)?, &[value]).map(Value::from)
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, *args, **kwargs)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1].cast::<Dict>().is_some_and(|named| !named.is_empty()) {
            return Err(vm.type_error("constevaluator.__call__() takes no keyword arguments"));
        }
        let [format] = &args[2..] else {
            let given = args.len() - 2;
            return Err(vm.type_error(format!("constevaluator.__call__() takes exactly 1 argument ({given} given)")));
        };
        let value = this(args[0]).get(0);
        if vm.index_i64(*format)? != FORMAT_STRING {
            return Ok(value);
        }
        let mut text = TextBuf::new();
        match value.cast::<Tuple>() {
            Some(items) => {
                text.push("(");
                for (index, item) in items.items().iter().enumerate() {
                    if index > 0 {
                        text.push(", ");
                    }
                    push_type(vm, &mut text, *item)?;
                }
                text.push(")");
            }
            None => push_type(vm, &mut text, value)?,
        }
        text.finish(vm)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let mut text = TextBuf::new();
        text.push("<constevaluator ");
        text.push_repr(vm, this(args[0]).get(0))?;
        text.push(">");
        text.finish(vm)
    }
}
