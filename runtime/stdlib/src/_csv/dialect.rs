//! `Dialect`: how values are separated and quoted.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Args, ClassDef, Gc, Layout, PyResult, Record, Value, Vm};

use super::registered;

/// Fields, in the order of the constructor's arguments. Characters are strings, or None.
const DELIMITER: usize = 0;
const DOUBLE_QUOTE: usize = 1;
const ESCAPE: usize = 2;
const LINE_TERMINATOR: usize = 3;
const QUOTE: usize = 4;
const QUOTING: usize = 5;
const SKIP_SPACE: usize = 6;
const STRICT: usize = 7;
const FIELDS: usize = 8;

const NAMES: [&str; FIELDS] =
    ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];

pub(super) const MINIMAL: i64 = 0;
pub(super) const ALL: i64 = 1;
pub(super) const NONNUMERIC: i64 = 2;
pub(super) const NONE: i64 = 3;
pub(super) const STRINGS: i64 = 4;
pub(super) const NOTNULL: i64 = 5;

/// The values of `quoting`.
pub(super) const QUOTINGS: [(&str, i64); 6] = [
    ("QUOTE_MINIMAL", MINIMAL),
    ("QUOTE_ALL", ALL),
    ("QUOTE_NONNUMERIC", NONNUMERIC),
    ("QUOTE_NONE", NONE),
    ("QUOTE_STRINGS", STRINGS),
    ("QUOTE_NOTNULL", NOTNULL),
];

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("skipinitialspace", "", |_, value| Ok(field(value, SKIP_SPACE))),
        GetSetDef::member("doublequote", "", |_, value| Ok(field(value, DOUBLE_QUOTE))),
        GetSetDef::member("strict", "", |_, value| Ok(field(value, STRICT))),
        GetSetDef::readonly("delimiter", "", |_, value| Ok(field(value, DELIMITER))),
        GetSetDef::readonly("escapechar", "", |_, value| Ok(field(value, ESCAPE))),
        GetSetDef::readonly("lineterminator", "", |_, value| Ok(field(value, LINE_TERMINATOR))),
        GetSetDef::readonly("quotechar", "", |_, value| Ok(field(value, QUOTE))),
        GetSetDef::readonly("quoting", "", |_, value| Ok(field(value, QUOTING))),
    ],
    ..ClassDef::new(
        "_csv.Dialect",
        "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n",
        Layout::Record,
    )
};

fn field(dialect: Value, index: usize) -> Value {
    dialect.expect::<Record>().get(index)
}

/// A dialect as reading and writing need it.
pub(super) struct Rules {
    pub(super) delimiter: u32,
    pub(super) quote: Option<u32>,
    pub(super) escape: Option<u32>,
    pub(super) double_quote: bool,
    pub(super) skip_space: bool,
    pub(super) strict: bool,
    pub(super) quoting: i64,
    pub(super) line_terminator: Gc<Str>,
}

impl Rules {
    pub(super) fn of(vm: &Vm, dialect: Value) -> Rules {
        let character = |index: usize| {
            field(dialect, index).cast::<Str>().filter(|text| !text.is_empty()).map(|text| text.text().at(0))
        };
        let flag = |index: usize| field(dialect, index) == vm.true_();
        Rules {
            delimiter: character(DELIMITER).unwrap_or(u32::from(',')),
            quote: character(QUOTE),
            escape: character(ESCAPE),
            double_quote: flag(DOUBLE_QUOTE),
            skip_space: flag(SKIP_SPACE),
            strict: flag(STRICT),
            quoting: field(dialect, QUOTING).as_int().unwrap_or(MINIMAL),
            line_terminator: field(dialect, LINE_TERMINATOR).expect(),
        }
    }
}

/// `Dialect(dialect, **named)`.
pub(super) fn from_call(vm: &Vm, dialect: Option<Value>, named: Gc<Dict>) -> PyResult {
    let class = vm.module_class(&CLASS)?.into();
    let names = Tuple::from_iter(vm, named.len(), named.entries().map(|(name, _)| name))?;
    let mut values = vm.scratch(1 + named.len())?;
    // It may be among the named arguments.
    if let Some(dialect) = dialect {
        values.push(dialect);
    }
    named.entries().for_each(|(_, value)| values.push(value));
    vm.call_args(class, Args { values: &values, names: Some(names) })
}

/// A character, or None if that is allowed.
fn character(vm: &Vm, name: &str, value: Value, or_none: bool) -> PyResult<()> {
    if or_none && value == vm.none() {
        return Ok(());
    }
    let or_none = if or_none { " or None" } else { "" };
    let found = match value.cast::<Str>() {
        Some(text) if text.len() == 1 => return Ok(()),
        Some(text) => format!("a string of length {}", text.len()),
        None => vm.type_name(value),
    };
    Err(vm.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {found}")))
}

fn first_of(value: Value) -> Option<u32> {
    value.cast::<Str>().filter(|text| !text.is_empty()).map(|text| text.text().at(0))
}

/// ValueError for characters that would have two meanings.
fn check_meanings(vm: &Vm, fields: &[Value; FIELDS]) -> PyResult<()> {
    let skips = fields[SKIP_SPACE] == vm.true_();
    for (index, may_be_space) in [(DELIMITER, true), (ESCAPE, !skips), (QUOTE, !skips)] {
        let c = first_of(fields[index]).and_then(char::from_u32);
        if matches!(c, Some('\n' | '\r')) || (c == Some(' ') && !may_be_space) {
            return Err(vm.value_error(format!("bad {} value", NAMES[index])));
        }
    }
    for (a, b) in [(DELIMITER, ESCAPE), (DELIMITER, QUOTE), (ESCAPE, QUOTE)] {
        if first_of(fields[a]).is_some_and(|c| first_of(fields[b]) == Some(c)) {
            return Err(vm.value_error(format!("bad {} or {} value", NAMES[a], NAMES[b])));
        }
    }
    let Some(terminator) = fields[LINE_TERMINATOR].cast::<Str>() else { return Ok(()) };
    for index in [DELIMITER, ESCAPE, QUOTE] {
        if first_of(fields[index]).is_some_and(|c| terminator.text().iter().any(|other| other == c)) {
            return Err(vm.value_error(format!("bad {} or lineterminator value", NAMES[index])));
        }
    }
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Create and return a new object.
    #[method(
        "static __new__(type, dialect=None, delimiter=<unrepresentable>, doublequote=<unrepresentable>, escapechar=<unrepresentable>, lineterminator=<unrepresentable>, quotechar=<unrepresentable>, quoting=<unrepresentable>, skipinitialspace=<unrepresentable>, strict=<unrepresentable>)"
    )]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let mut base = args[1].bound().filter(|base| *base != vm.none());
        if let Some(name) = base.filter(|base| base.cast::<Str>().is_some()) {
            base = Some(registered(vm, name)?);
        }
        let mut fields = [Value::UNBOUND; FIELDS];
        fields.copy_from_slice(&args[2..2 + FIELDS]);
        if let Some(base) = base {
            // Dialects do not change, so that one without changes is the same.
            if vm.is_exact(base, vm.module_class(&CLASS)?) && fields.iter().all(|field| field.is_unbound()) {
                return Ok(base);
            }
            for (field, name) in fields.iter_mut().zip(NAMES) {
                if field.is_unbound() {
                    *field = vm.find_attr_str(base, name)?.unwrap_or_default();
                }
            }
        }
        fill(vm, &mut fields)?;
        Record::new(vm, args[0].expect(), &fields).map(Value::from)
    }

    /// Raise TypeError: a dialect cannot be pickled or copied.
    #[method("__reduce__($self, /)")]
    fn reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }

    /// Raise TypeError: a dialect cannot be pickled or copied.
    #[method("__reduce_ex__($self, protocol, /)")]
    fn reduce_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.class_of(args[0]).name.get();
        Err(vm.type_error(format!("cannot pickle '{name}' instances")))
    }
}

/// Puts defaults in place of fields that were not given, and checks the others.
fn fill(vm: &Vm, fields: &mut [Value; FIELDS]) -> PyResult<()> {
    let flag = |value: Value, default: bool| match value.bound() {
        Some(value) => vm.is_true(value).map(|value| vm.bool(value)),
        None => Ok(vm.bool(default)),
    };
    match fields[DELIMITER].bound() {
        Some(value) => character(vm, "delimiter", value, false)?,
        None => fields[DELIMITER] = vm.latin1_char(b',').into(),
    }
    fields[DOUBLE_QUOTE] = flag(fields[DOUBLE_QUOTE], true)?;
    match fields[ESCAPE].bound() {
        Some(value) => character(vm, "escapechar", value, true)?,
        None => fields[ESCAPE] = vm.none(),
    }
    match fields[LINE_TERMINATOR].bound() {
        Some(value) if value.cast::<Str>().is_none() => {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("\"lineterminator\" must be a string, not {name}")));
        }
        Some(_) => {}
        None => fields[LINE_TERMINATOR] = vm.intern("\r\n").into(),
    }
    let no_quote = fields[QUOTE] == vm.none();
    match fields[QUOTE].bound() {
        Some(value) => character(vm, "quotechar", value, true)?,
        None => fields[QUOTE] = vm.latin1_char(b'"').into(),
    }
    match fields[QUOTING].bound() {
        Some(value) if !vm.is_exact(value, vm.types().int) => {
            let name = vm.type_name(value);
            return Err(vm.type_error(format!("\"quoting\" must be an integer, not {name}")));
        }
        Some(_) => {}
        None => fields[QUOTING] = Value::small(if no_quote { NONE } else { MINIMAL }),
    }
    fields[SKIP_SPACE] = flag(fields[SKIP_SPACE], false)?;
    fields[STRICT] = flag(fields[STRICT], false)?;
    let quoting = fields[QUOTING].as_int().unwrap_or(-1);
    if !(MINIMAL..=NOTNULL).contains(&quoting) {
        return Err(vm.type_error("bad \"quoting\" value"));
    }
    if quoting != NONE && no_quote {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    check_meanings(vm, fields)
}
