//! Struct sequences: tuples whose items have names too (`sys.version_info`, `time.struct_time`). A module declares one with
//! [`struct_sequence!`](crate::struct_sequence). Fields behind those of the sequence are hidden: they have a name and no place
//! (`os.stat_result.st_mtime_ns`).

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{Class, ClassDef};
use crate::protocol::text::TextBuf;
use crate::types::dict::Dict;
use crate::types::native::NativeDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// What a struct sequence is made of.
pub struct StructDef {
    pub class: ClassDef,
    /// How many items the sequence has.
    pub visible: usize,
    /// How many of these have no name.
    pub unnamed: usize,
}

impl StructDef {
    /// How many fields there are, with or without name.
    #[must_use]
    pub const fn fields(&self) -> usize {
        self.class.getset.len() + self.unnamed
    }
}

/// A static [`StructDef`]: name, docstring, fields in order with their docstrings. `visible: N` says how many of them are in the
/// sequence, if not all; places that are left out have no name. `methods: TABLE` replaces methods.
#[macro_export]
macro_rules! struct_sequence {
    ($(#[$attr:meta])* $visibility:vis static $constant:ident = $name:literal, $doc:literal,
     [$($index:literal $field:literal $field_doc:literal,)*]
     $(, visible: $visible:literal)? $(, methods: $methods:expr)?) => {
        $(#[$attr])*
        $visibility static $constant: $crate::types::struct_sequence::StructDef = {
            const FIELDS: &[$crate::types::property::GetSetDef] = &[$($crate::types::property::GetSetDef::member(
                $field, $field_doc, $crate::types::struct_sequence::field::<$index>,
            ),)*];
            const PLACES: &[usize] = &[$($index,)*];
            const ALL: usize = PLACES[PLACES.len() - 1] + 1;
            const VISIBLE: usize = { let visible: &[usize] = &[ALL $(, $visible)?]; visible[visible.len() - 1] };
            $crate::types::struct_sequence::StructDef {
                class: $crate::ClassDef {
                    methods: &[$crate::types::struct_sequence::METHODS $(, $methods)?],
                    getset: FIELDS,
                    ..$crate::ClassDef::new($name, $doc, $crate::Layout::Tuple)
                },
                visible: VISIBLE,
                unnamed: ALL - PLACES.len(),
            }
        };
    };
}

/// A field by its place.
pub fn field<const INDEX: usize>(vm: &Vm, value: Value) -> PyResult {
    Ok(value.cast::<Tuple>().and_then(|tuple| tuple.field(INDEX)).unwrap_or(vm.none()))
}

impl Vm {
    /// The class of a struct sequence, made when it is first asked for.
    pub fn struct_class(&self, definition: &'static StructDef) -> PyResult<Gc<Class>> {
        let class = self.module_class_with(&definition.class, &[self.types().tuple])?;
        let name = self.intern("n_fields");
        if class.dict.get().get_interned(self, name).is_none() {
            let names = self.new_list(&[])?;
            for field in &definition.class.getset[..definition.visible - definition.unnamed] {
                names.expect::<crate::types::list::List>().push(self, self.intern(field.name).into())?;
            }
            let count = |count: usize| self.new_int(count as i64);
            class.set_attr(self, self.intern("n_sequence_fields"), count(definition.visible)?)?;
            class.set_attr(self, self.intern("n_unnamed_fields"), count(definition.unnamed)?)?;
            class.set_attr(self, self.intern("__match_args__"), self.tuple_from(names)?.into())?;
            class.set_attr(self, name, count(definition.fields())?)?;
        }
        Ok(class)
    }

    /// A struct sequence with these fields, the hidden ones too.
    pub fn new_struct(&self, definition: &'static StructDef, fields: &[Value]) -> PyResult {
        let class = self.struct_class(definition)?;
        Tuple::with_hidden(self, class, fields, definition.fields() - definition.visible).map(Value::from)
    }
}

/// What a class says of its fields.
struct Counts {
    title: String,
    names: &'static [crate::types::property::GetSetDef],
    all: usize,
    visible: usize,
    unnamed: usize,
}

impl Counts {
    fn of(vm: &Vm, class: Gc<Class>) -> Counts {
        let native = class.mro().find(|class| class.def.is_some()).unwrap_or(class);
        let count = |name: &str| {
            let value = native.dict.get().get_interned(vm, vm.intern(name));
            value.and_then(Value::as_int).and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
        };
        Counts {
            title: native.title(),
            names: native.def.map_or(&[], |definition| definition.getset),
            all: count("n_fields"),
            visible: count("n_sequence_fields"),
            unnamed: count("n_unnamed_fields"),
        }
    }

    /// The hidden fields with their places. The unnamed ones are the last of the sequence.
    fn hidden(&self) -> impl Iterator<Item = (usize, &'static str)> + use<> {
        let unnamed = self.unnamed;
        self.names.iter().enumerate().skip(self.visible - unnamed).map(move |(at, def)| (at + unnamed, def.name))
    }

    /// The field of a name, its place.
    fn place(&self, name: &Str) -> Option<usize> {
        let at = self.names.iter().position(|def| name.equals_str(def.name))?;
        Some(if at < self.visible - self.unnamed { at } else { at + self.unnamed })
    }
}

#[methods(pub METHODS)]
impl Methods {
    /// Create and return a new object from a sequence.
    #[method("static __new__(type, sequence, dict=None)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        if class.has(crate::object::class::flags::NO_NEW) {
            return Err(vm.type_error(format!("cannot create '{}' instances", class.title())));
        }
        let counts = Counts::of(vm, class);
        let named = match args[2].bound().filter(|dict| *dict != vm.none()) {
            Some(dict) => match dict.cast::<Dict>() {
                Some(dict) => Some(dict),
                None => {
                    return Err(vm.type_error(format!("{}() takes a dict as second arg, if any", counts.title)));
                }
            },
            None => None,
        };
        let given = vm.call_sequence(args[1])?;
        let (title, count) = (&counts.title, given.len());
        let refuse = |what: &str, wanted: usize| {
            Err(vm.type_error(format!("{title}() takes {what} {wanted}-sequence ({count}-sequence given)")))
        };
        if counts.visible == counts.all {
            if count != counts.all {
                return refuse("a", counts.all);
            }
        } else if count < counts.visible {
            return refuse("an at least", counts.visible);
        } else if count > counts.all {
            return refuse("an at most", counts.all);
        }
        let mut fields = vm.scratch(counts.all)?;
        fields.extend(given.items());
        let mut used = 0;
        for (place, name) in counts.hidden().filter(|(place, _)| *place >= count) {
            let value = match named {
                Some(named) => named.get_str(vm, vm.intern(name))?,
                None => None,
            };
            used += usize::from(value.is_some());
            debug_assert_eq!(place, fields.len());
            fields.push(value.unwrap_or(vm.none()));
        }
        if named.is_some_and(|named| named.len() > used) {
            return Err(vm.type_error(format!("{title}() got duplicate or unexpected field name(s)")));
        }
        Tuple::with_hidden(vm, class, &fields, counts.all - counts.visible).map(Value::from)
    }

    /// Return what makes an equal object, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple: Gc<Tuple> = args[0].expect();
        let items = vm.new_tuple(tuple.items())?;
        let named = Dict::new(vm)?;
        for (place, name) in Counts::of(vm, vm.class_of(args[0])).hidden() {
            named.set_str(vm, vm.intern(name), tuple.field(place).unwrap_or(vm.none()))?;
        }
        let arguments = vm.new_tuple(&[items, named.into()])?;
        vm.new_tuple(&[vm.class_of(args[0]).into(), arguments])
    }

    /// Return a copy of the structure with new values for the specified fields.
    #[method("__replace__($self, /, **changes)")]
    fn replace(vm: &Vm, args: &[Value]) -> PyResult {
        let (tuple, changes) = (args[0].expect::<Tuple>(), args[1].expect::<Dict>());
        let class = vm.class_of(args[0]);
        let counts = Counts::of(vm, class);
        if counts.unnamed > 0 {
            let title = &counts.title;
            let message = format!("__replace__() is not supported for {title} because it has unnamed field(s)");
            return Err(vm.type_error(message));
        }
        let mut fields = vm.scratch(counts.all)?;
        for place in 0..counts.all {
            fields.push(tuple.field(place).unwrap_or(vm.none()));
        }
        let unknown = vm.new_list(&[])?.expect::<crate::types::list::List>();
        for (name, value) in changes.entries() {
            match name.cast::<Str>().and_then(|name| counts.place(&name)) {
                Some(place) => fields[place] = value,
                None => unknown.push(vm, name)?,
            }
        }
        if !unknown.is_empty() {
            return Err(vm.type_error(format!("Got unexpected field name(s): {}", vm.repr(unknown.into())?)));
        }
        Tuple::with_hidden(vm, class, &fields, counts.all - counts.visible).map(Value::from)
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let tuple: Gc<Tuple> = args[0].expect();
        let counts = Counts::of(vm, vm.class_of(args[0]));
        let mut text = TextBuf::new();
        text.push(&counts.title);
        text.push("(");
        for (index, (field, item)) in counts.names.iter().zip(tuple.items()).enumerate() {
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

impl Vm {
    /// The items of the first argument, which must be a sequence.
    fn call_sequence(&self, value: Value) -> PyResult<Gc<Tuple>> {
        match self.tuple_from(value) {
            Err(_) if self.pending_is(self.types().type_error) && self.find_iter(value).is_none() => {
                self.pending.set(Value::UNBOUND);
                Err(self.type_error("constructor requires a sequence"))
            }
            result => result,
        }
    }

    fn find_iter(&self, value: Value) -> Option<Value> {
        let class = self.class_of(value);
        class.lookup(self, self.intern("__iter__")).or_else(|| class.lookup(self, self.intern("__getitem__")))
    }
}
