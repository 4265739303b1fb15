//! Template strings: `string.templatelib.Template` and `Interpolation`. PEP 750.

use orochi_bytecode::operands::Conversion;

use crate::error::PyResult;
use crate::object::Record;
use crate::object::class::ClassDef;
use crate::object::layout::Layout;
use crate::value::Value;
use crate::vm::Vm;

/// Fields of an interpolation.
pub mod interpolation {
    pub const VALUE: usize = 0;
    pub const EXPRESSION: usize = 1;
    pub const CONVERSION: usize = 2;
    pub const FORMAT_SPEC: usize = 3;
}

/// Fields of a template: two tuples, of which the first has one item more.
pub mod template {
    pub const STRINGS: usize = 0;
    pub const INTERPOLATIONS: usize = 1;
}

/// `Interpolation`.
pub static INTERPOLATION_CLASS: ClassDef =
    ClassDef::new("string.templatelib.Interpolation", "A replacement field of a template string.", Layout::Record);
/// `Template`.
pub static TEMPLATE_CLASS: ClassDef =
    ClassDef::new("string.templatelib.Template", "A template string: text and replacement fields.", Layout::Record);

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
