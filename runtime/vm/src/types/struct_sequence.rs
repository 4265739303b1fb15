//! Struct sequences: tuples whose items have names too (`sys.version_info`, `time.struct_time`). A module declares one with
//! [`struct_sequence!`](crate::struct_sequence).

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef};
use crate::protocol::text::TextBuf;
use crate::types::native::NativeDef;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// A static [`ClassDef`] of a struct sequence: name, docstring, fields in order with their docstrings.
#[macro_export]
macro_rules! struct_sequence {
    ($(#[$attr:meta])* $visibility:vis static $constant:ident = $name:literal, $doc:literal,
     [$($index:literal $field:literal $field_doc:literal,)*]) => {
        $(#[$attr])*
        $visibility static $constant: $crate::ClassDef = $crate::ClassDef {
            methods: &[$crate::types::struct_sequence::METHODS],
            getset: &[$($crate::types::property::GetSetDef::readonly(
                $field, $field_doc, $crate::types::struct_sequence::field::<$index>,
            ),)*],
            ..$crate::ClassDef::new($name, $doc, $crate::Layout::Tuple)
        };
    };
}

/// An item by the place of its name.
pub fn field<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    Ok(value.cast::<Tuple>().and_then(|tuple| tuple.get(INDEX)).unwrap_or(vm.none()))
}

impl Vm {
    /// The class of a struct sequence, made when it is first asked for.
    pub fn struct_class(&self, definition: &'static ClassDef) -> PyResult<Gc<Class>> {
        let class = self.module_class_with(definition, &[self.types().tuple])?;
        let name = self.intern("n_fields");
        if class.dict.get().get_interned(self, name).is_none() {
            let count = self.new_int(definition.getset.len() as i64)?;
            let names = self.new_list(&[])?;
            for field in definition.getset {
                names.expect::<crate::types::list::List>().push(self, self.new_str(field.name)?)?;
            }
            class.set_attr(self, self.intern("n_sequence_fields"), count)?;
            class.set_attr(self, self.intern("n_unnamed_fields"), Value::ZERO)?;
            class.set_attr(self, self.intern("__match_args__"), self.tuple_from(names)?.into())?;
            class.set_attr(self, name, count)?;
        }
        Ok(class)
    }

    /// A struct sequence with these items.
    pub fn new_struct(&self, definition: &'static ClassDef, items: &[Value]) -> PyResult {
        let class = self.struct_class(definition)?;
        Tuple::with_class(self, class, items).map(Value::from)
    }
}

fn definition(vm: &Vm, value: Value) -> Option<&'static ClassDef> {
    vm.class_of(value).mro().find_map(|class| class.def)
}

#[methods(pub METHODS)]
impl Methods {
    /// Create and return a new object from a sequence.
    #[method("static __new__(type, sequence, /, dict=None)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let items = vm.tuple_from(args[1])?;
        let wanted = class.def.map_or(0, |definition| definition.getset.len());
        if items.len() != wanted {
            let name = crate::types::type_::full_name(vm, class);
            return Err(vm.type_error(format!("{name}() takes a {wanted}-sequence ({}-sequence given)", items.len())));
        }
        Tuple::with_class(vm, class, items.items()).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let items = vm.new_tuple(args[0].expect::<Tuple>().items())?;
        let arguments = vm.new_tuple(&[items])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple: Gc<Tuple> = args[0].expect();
        let Some(definition) = definition(vm, args[0]) else { return vm.new_str("()") };
        let mut text = TextBuf::new();
        text.push(definition.name);
        text.push("(");
        for (index, (field, item)) in definition.getset.iter().zip(tuple.items()).enumerate() {
            if index > 0 {
                text.push(", ");
            }
            text.push(field.name);
            text.push("=");
            text.push_repr(vm, *item)?;
        }
        text.push(")");
        text.finish(vm)
    }
}
