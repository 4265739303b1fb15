//! Template strings: `string.templatelib.Template` and `Interpolation`. PEP 750.

use orochi_bytecode::operands::Conversion;
use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::property::GetSetDef;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::Vm;

/// Fields of an interpolation.
pub mod interpolation {
    pub const VALUE: usize = 0;
    pub const EXPRESSION: usize = 1;
    pub const CONVERSION: usize = 2;
    pub const FORMAT_SPEC: usize = 3;
    /// Their names, for patterns.
    pub const NAMES: [&str; 4] = ["value", "expression", "conversion", "format_spec"];
}

/// Fields of a template: two tuples, of which the first has one item more.
pub mod template {
    pub const STRINGS: usize = 0;
    pub const INTERPOLATIONS: usize = 1;
}

/// Fields of an iterator over a template: the template, how many strings and interpolations it has passed.
mod iterator {
    pub const TEMPLATE: usize = 0;
    pub const PLACE: usize = 1;
}

/// `Interpolation`.
pub static INTERPOLATION_CLASS: ClassDef = ClassDef {
    methods: &[INTERPOLATION],
    getset: &[
        GetSetDef::member("conversion", "Conversion", |_, it| Ok(field(it, interpolation::CONVERSION))),
        GetSetDef::member("expression", "Expression", |_, it| Ok(field(it, interpolation::EXPRESSION))),
        GetSetDef::member("format_spec", "Format specifier", |_, it| Ok(field(it, interpolation::FORMAT_SPEC))),
        GetSetDef::member("value", "Value", |_, it| Ok(field(it, interpolation::VALUE))),
    ],
    ..ClassDef::new("string.templatelib.Interpolation", "Interpolation object", Layout::Record)
};
/// `Template`.
pub static TEMPLATE_CLASS: ClassDef = ClassDef {
    methods: &[TEMPLATE],
    getset: &[
        GetSetDef::member("interpolations", "Interpolations", |_, it| Ok(field(it, template::INTERPOLATIONS))),
        GetSetDef::member("strings", "Strings", |_, it| Ok(field(it, template::STRINGS))),
        GetSetDef::readonly("values", "Values of interpolations", values),
    ],
    ..ClassDef::new("string.templatelib.Template", "Template object", Layout::Record)
};
/// What `iter(template)` gives.
pub static ITERATOR_CLASS: ClassDef =
    ClassDef { methods: &[ITERATOR], ..ClassDef::new("string.templatelib.TemplateIter", "", Layout::Record) };

/// Gives `Interpolation` its `__match_args__`, when the VM starts.
pub(crate) fn add_match_args(vm: &Vm) -> PyResult<()> {
    let names = vm.new_tuple(&interpolation::NAMES.map(|name| Value::from(vm.intern(name))))?;
    vm.types().interpolation.dict.get().set_str(vm, vm.intern("__match_args__"), names)
}

/// An interpolation of a value, the text of its expression, a conversion and a format spec (unbound: none).
pub fn new_interpolation(vm: &Vm, value: Value, text: Value, conversion: u8, spec: Value) -> PyResult {
    let conversion = match Conversion::from_number(u32::from(conversion)) {
        Some(Conversion::Str) => vm.latin1_char(b's').into(),
        Some(Conversion::Repr) => vm.latin1_char(b'r').into(),
        Some(Conversion::Ascii) => vm.latin1_char(b'a').into(),
        Some(Conversion::None) | None => vm.none(),
    };
    let spec = spec.bound().unwrap_or(vm.empty_str().into());
    Record::new(vm, vm.types().interpolation, &[value, text, conversion, spec]).map(Value::from)
}

/// A template of its strings and interpolations, two tuples.
pub fn new_template(vm: &Vm, strings: Value, interpolations: Value) -> PyResult {
    Record::new(vm, vm.types().template, &[strings, interpolations]).map(Value::from)
}

fn field(value: Value, index: usize) -> Value {
    value.expect::<Record>().get(index)
}

/// One of a template's two tuples.
fn items(value: Value, index: usize) -> Gc<Tuple> {
    field(value, index).expect()
}

fn values(vm: &Vm, value: Value) -> PyResult {
    let values = List::with_capacity(vm, 0)?;
    for it in items(value, template::INTERPOLATIONS).items() {
        values.push(vm, field(*it, interpolation::VALUE))?;
    }
    vm.tuple_from(values.into()).map(Value::from)
}

/// Collects strings and interpolations so that there is one string before, between and behind all interpolations.
struct Builder {
    strings: Gc<List>,
    interpolations: Gc<List>,
}

impl Builder {
    fn new(vm: &Vm) -> PyResult<Builder> {
        let strings = List::with_capacity(vm, 1)?;
        strings.push(vm, vm.empty_str().into())?;
        Ok(Builder { strings, interpolations: List::with_capacity(vm, 0)? })
    }

    fn string(&self, vm: &Vm, text: Value) -> PyResult<()> {
        let last = self.strings.len() - 1;
        let before = self.strings.get(last).unwrap_or(vm.empty_str().into());
        let joined = vm.binary(orochi_bytecode::operands::BinaryOp::Add, before, text)?;
        self.strings.set(vm, last, joined);
        Ok(())
    }

    fn interpolation(&self, vm: &Vm, value: Value) -> PyResult<()> {
        self.interpolations.push(vm, value)?;
        self.strings.push(vm, vm.empty_str().into())
    }

    fn template(&self, vm: &Vm, other: Value) -> PyResult<()> {
        let (strings, interpolations) = (items(other, template::STRINGS), items(other, template::INTERPOLATIONS));
        for (index, text) in strings.items().iter().enumerate() {
            if index > 0 {
                self.interpolation(vm, interpolations.items()[index - 1])?;
            }
            self.string(vm, *text)?;
        }
        Ok(())
    }

    fn build(&self, vm: &Vm) -> PyResult {
        let (strings, interpolations) =
            (vm.tuple_from(self.strings.into())?, vm.tuple_from(self.interpolations.into())?);
        new_template(vm, strings.into(), interpolations.into())
    }
}

#[methods(TEMPLATE)]
impl Template {
    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        if !vm.is_exact(args[1], vm.types().template) {
            let (own, other) = (vm.type_name(args[0]), vm.type_name(args[1]));
            return Err(vm.type_error(format!("can only concatenate {own} (not \"{other}\") to {own}")));
        }
        let builder = Builder::new(vm)?;
        builder.template(vm, args[0])?;
        builder.template(vm, args[1])?;
        builder.build(vm)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn template_of(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        Record::new(vm, vm.types().template_iter, &[args[0], Value::ZERO]).map(Value::from)
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        if !args[1].expect::<Dict>().is_empty() {
            return Err(vm.type_error("Template.__new__ only accepts *args arguments"));
        }
        let builder = Builder::new(vm)?;
        for item in &args[2..] {
            if item.cast::<Str>().is_some() {
                builder.string(vm, *item)?;
            } else if vm.is_exact(*item, vm.types().interpolation) {
                builder.interpolation(vm, *item)?;
            } else {
                let kind = vm.type_name(*item);
                return Err(vm.type_error(format!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {kind}"
                )));
            }
        }
        builder.build(vm)
    }

    /// Return what makes an equal template, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let unpickle = crate::modules::import::import_native_attr(vm, "string.templatelib", "_template_unpickle")?;
        let fields = [field(args[0], template::STRINGS), field(args[0], template::INTERPOLATIONS)];
        vm.new_tuple(&[unpickle, vm.new_tuple(&fields)?])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("Template(...)") };
        let strings = vm.repr(field(args[0], template::STRINGS))?;
        let interpolations = vm.repr(field(args[0], template::INTERPOLATIONS))?;
        vm.new_str(&format!("Template(strings={strings}, interpolations={interpolations})"))
    }
}

/// TypeError unless an argument of `Interpolation` is a string.
fn string_argument(vm: &Vm, value: Value, name: &str) -> PyResult<()> {
    match value.cast::<Str>() {
        Some(_) => Ok(()),
        None => {
            let kind = vm.argument_name(value);
            Err(vm.type_error(format!("Interpolation() argument '{name}' must be str, not {kind}")))
        }
    }
}

#[methods(INTERPOLATION)]
impl Interpolation {
    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn interpolation_of(vm: &Vm, args: &[Value]) -> PyResult {
        crate::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Create and return a new object.
    #[method("static __new__(type, value, expression='', conversion=None, format_spec='')")]
    fn new_interpolation_object(vm: &Vm, args: &[Value]) -> PyResult {
        let text = args[2].bound().unwrap_or(vm.empty_str().into());
        let conversion = args[3].bound().unwrap_or(vm.none());
        let spec = args[4].bound().unwrap_or(vm.empty_str().into());
        string_argument(vm, text, "expression")?;
        if conversion != vm.none() {
            string_argument(vm, conversion, "conversion")?;
            let letter = conversion.expect::<Str>();
            if !["s", "a", "r"].iter().any(|known| letter.equals_str(known)) {
                return Err(vm.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
            }
        }
        string_argument(vm, spec, "format_spec")?;
        Record::new(vm, vm.types().interpolation, &[args[1], text, conversion, spec]).map(Value::from)
    }

    /// Return what makes an equal interpolation, for copying.
    #[method("__reduce__($self, /)")]
    fn reduce_interpolation(vm: &Vm, args: &[Value]) -> PyResult {
        let fields = core::array::from_fn::<_, 4, _>(|index| field(args[0], index));
        vm.new_tuple(&[vm.types().interpolation.into(), vm.new_tuple(&fields)?])
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_interpolation(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(_guard) = vm.repr_guard(args[0]) else { return vm.new_str("Interpolation(...)") };
        let mut parts = Vec::with_capacity(4);
        for index in 0..4 {
            parts.push(vm.repr(field(args[0], index))?.to_string());
        }
        vm.new_str(&format!("Interpolation({})", parts.join(", ")))
    }
}

#[methods(ITERATOR)]
impl Iterator {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter_itself(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn next(vm: &Vm, args: &[Value]) -> PyResult {
        let template = field(args[0], iterator::TEMPLATE);
        let (strings, interpolations) = (items(template, template::STRINGS), items(template, template::INTERPOLATIONS));
        loop {
            let place = field(args[0], iterator::PLACE).int_unchecked() as usize;
            let item = if place.is_multiple_of(2) { strings.get(place / 2) } else { interpolations.get(place / 2) };
            let Some(item) = item else { return Ok(Value::UNBOUND) };
            args[0].expect::<Record>().set(vm, iterator::PLACE, Value::small(place as i64 + 1));
            if item.cast::<Str>().is_none_or(|text| !text.is_empty()) {
                return Ok(item);
            }
        }
    }
}
