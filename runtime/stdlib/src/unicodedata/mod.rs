//! `unicodedata`: the Unicode character database, in its present version and in 3.2.0.
//!
//! - [`database`] asks the [`tables`], which `tables.py` made; categories and decimals are those of `str` itself
//! - [`normal`] has normal forms

mod database;
mod normal;
mod tables;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::{Str, Text, names, unicode_tables};
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Record, Value, Vm};

use database::Version;
use normal::Form;

/// The version that `ucd_3_2_0` is of.
const OLD_VERSION: &str = "3.2.0";

/// No name is longer.
const MAX_NAME: usize = 256;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode \
          characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available \
          from the Unicode Consortium\nat ftp://ftp.unicode.org/.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let class = vm.add_module_class(module, &UCD)?;
        let dict = module.dict();
        dict.set_str(vm, vm.intern("unidata_version"), vm.new_str(unicode_tables::VERSION)?)?;
        dict.set_str(vm, vm.intern("ucd_3_2_0"), Record::new(vm, class, &[])?.into())
    },
};

/// `unicodedata.UCD`: the functions of the module for another version.
static UCD: ClassDef = ClassDef {
    flags: flags::NO_NEW,
    methods: &[METHODS],
    getset: &[GetSetDef::member("unidata_version", "", |vm, _| vm.new_str(OLD_VERSION))],
    ..ClassDef::new("unicodedata.UCD", "", Layout::Record)
};

/// The code point of an argument that is a string of one. `which` is "argument" or "argument 1".
fn character(vm: &Vm, value: Value, function: &str, which: &str) -> PyResult<u32> {
    let Some(text) = value.cast::<Str>() else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("{function}() {which} must be a unicode character, not {name}")));
    };
    match text.len() {
        1 => Ok(text.text().at(0)),
        len => {
            Err(vm
                .type_error(format!("{function}(): {which} must be a unicode character, not a string of length {len}")))
        }
    }
}

/// A value, or the default that was given. ValueError without one.
fn or_default(vm: &Vm, value: Option<Value>, default: Value, message: &str) -> PyResult {
    match value.or(default.bound()) {
        Some(value) => Ok(value),
        None => Err(vm.value_error(message)),
    }
}

fn bidirectional(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    vm.new_str(version.bidirectional(character(vm, args[0], "bidirectional", "argument")?))
}

fn category(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    vm.new_str(version.category(character(vm, args[0], "category", "argument")?))
}

fn combining(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    Ok(Value::small(version.combining(character(vm, args[0], "combining", "argument")?).into()))
}

fn decimal(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let value = version.decimal(character(vm, args[0], "decimal", "argument 1")?);
    or_default(vm, value.map(|value| Value::small(value.into())), args[1], "not a decimal")
}

fn decomposition(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let c = character(vm, args[0], "decomposition", "argument")?;
    let Some((tag, parts)) = version.decomposition(c) else { return Ok(vm.empty_str().into()) };
    let mut text = tag.to_owned();
    for part in parts {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("{part:04X}"));
    }
    vm.new_str(&text)
}

fn digit(vm: &Vm, args: &[Value]) -> PyResult {
    let value = database::digit(character(vm, args[0], "digit", "argument 1")?);
    or_default(vm, value.map(|value| Value::small(value.into())), args[1], "not a digit")
}

fn east_asian_width(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    vm.new_str(version.width(character(vm, args[0], "east_asian_width", "argument")?))
}

/// The arguments of `normalize` and `is_normalized`.
fn form_and_text(vm: &Vm, args: &[Value], function: &str) -> PyResult<(Form, Gc<Str>)> {
    let text = |place: usize| {
        args[place].cast::<Str>().ok_or_else(|| {
            let name = vm.type_name(args[place]);
            vm.type_error(format!("{function}() argument {} must be str, not {name}", place + 1))
        })
    };
    let (form, text) = (text(0)?, text(1)?);
    if text.is_empty() {
        return Ok((Form { compatible: false, composed: false }, text));
    }
    match Form::named(&form.to_string()) {
        Some(form) => Ok((form, text)),
        None => Err(vm.value_error("invalid normalization form")),
    }
}

/// Whether a text is the same in all forms at a glance.
fn is_plain(text: &Str, form: Form) -> bool {
    // What is composed or decomposed begins at U+00A0; Latin-1 itself is composed.
    text.is_ascii() || (form == Form { compatible: false, composed: true } && matches!(text.text(), Text::Latin1(_)))
}

fn normalized(vm: &Vm, version: Version, form: Form, text: &Str) -> PyResult<Vec<u32>> {
    // One code point becomes 18 at most.
    vm.check_room_for(text.len() * 8)?;
    Ok(normal::normalize(version, form, text.text().iter()))
}

fn is_normalized(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let (form, text) = form_and_text(vm, args, "is_normalized")?;
    let is = is_plain(&text, form) || text.text().iter().eq(normalized(vm, version, form, &text)?);
    Ok(vm.bool(is))
}

fn normalize(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let (form, text) = form_and_text(vm, args, "normalize")?;
    if is_plain(&text, form) {
        return Str::plain(vm, text).map(Value::from);
    }
    let out = normalized(vm, version, form, &text)?;
    if text.text().iter().eq(out.iter().copied()) {
        return Str::plain(vm, text).map(Value::from);
    }
    Str::from_slice(vm, &out).map(Value::from)
}

fn lookup(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let Some(name) = args[0].cast::<Str>() else {
        let found = vm.type_name(args[0]);
        return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
    };
    if name.len() > MAX_NAME {
        return Err(vm.key_error(vm.new_str("name too long")?));
    }
    let name = name.to_string();
    // Version 3.2 has no aliases.
    let has_name = |c: u32| names::name(c).is_some_and(|own| own.to_string().eq_ignore_ascii_case(&name));
    let is_there = |c: &u32| version.is_assigned(*c) && (version == Version::Current || has_name(*c));
    if let Some(c) = names::character(&name).filter(is_there) {
        return Str::from_slice(vm, &[c]).map(Value::from);
    }
    if version == Version::Current
        && let Some(text) = database::sequence(&name.to_ascii_uppercase())
    {
        return vm.new_str(text);
    }
    Err(vm.key_error(vm.new_str(&format!("undefined character name '{name}'"))?))
}

fn mirrored(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    Ok(Value::small(version.is_mirrored(character(vm, args[0], "mirrored", "argument")?).into()))
}

fn name(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let c = character(vm, args[0], "name", "argument 1")?;
    let name = match names::name(c).filter(|_| version.is_assigned(c)) {
        Some(name) => Some(vm.new_str(&name)?),
        None => None,
    };
    or_default(vm, name, args[1], "no such name")
}

fn numeric(vm: &Vm, version: Version, args: &[Value]) -> PyResult {
    let value = match version.numeric(character(vm, args[0], "numeric", "argument 1")?) {
        Some(value) => Some(vm.new_float(value)?),
        None => None,
    };
    or_default(vm, value, args[1], "not a numeric character")
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method("bidirectional(chr, /)")]
    fn current_bidirectional(vm: &Vm, args: &[Value]) -> PyResult {
        bidirectional(vm, Version::Current, args)
    }

    /// Returns the general category assigned to the character chr as string.
    #[method("category(chr, /)")]
    fn current_category(vm: &Vm, args: &[Value]) -> PyResult {
        category(vm, Version::Current, args)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method("combining(chr, /)")]
    fn current_combining(vm: &Vm, args: &[Value]) -> PyResult {
        combining(vm, Version::Current, args)
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("decimal(chr, default=<unrepresentable>, /)")]
    fn current_decimal(vm: &Vm, args: &[Value]) -> PyResult {
        decimal(vm, Version::Current, args)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method("decomposition(chr, /)")]
    fn current_decomposition(vm: &Vm, args: &[Value]) -> PyResult {
        decomposition(vm, Version::Current, args)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("digit(chr, default=<unrepresentable>, /)")]
    fn current_digit(vm: &Vm, args: &[Value]) -> PyResult {
        digit(vm, args)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method("east_asian_width(chr, /)")]
    fn current_east_asian_width(vm: &Vm, args: &[Value]) -> PyResult {
        east_asian_width(vm, Version::Current, args)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method("is_normalized(form, unistr, /)")]
    fn current_is_normalized(vm: &Vm, args: &[Value]) -> PyResult {
        is_normalized(vm, Version::Current, args)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the corresponding character.  If not found, KeyError is raised.
    #[method("lookup(name, /)")]
    fn current_lookup(vm: &Vm, args: &[Value]) -> PyResult {
        lookup(vm, Version::Current, args)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored" character in bidirectional text, 0 otherwise.
    #[method("mirrored(chr, /)")]
    fn current_mirrored(vm: &Vm, args: &[Value]) -> PyResult {
        mirrored(vm, Version::Current, args)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given, ValueError is raised.
    #[method("name(chr, default=<unrepresentable>, /)")]
    fn current_name(vm: &Vm, args: &[Value]) -> PyResult {
        name(vm, Version::Current, args)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method("normalize(form, unistr, /)")]
    fn current_normalize(vm: &Vm, args: &[Value]) -> PyResult {
        normalize(vm, Version::Current, args)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("numeric(chr, default=<unrepresentable>, /)")]
    fn current_numeric(vm: &Vm, args: &[Value]) -> PyResult {
        numeric(vm, Version::Current, args)
    }
}

#[methods(METHODS)]
impl Methods {
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method("bidirectional($self, chr, /)")]
    fn old_bidirectional(vm: &Vm, args: &[Value]) -> PyResult {
        bidirectional(vm, Version::Old, &args[1..])
    }

    /// Returns the general category assigned to the character chr as string.
    #[method("category($self, chr, /)")]
    fn old_category(vm: &Vm, args: &[Value]) -> PyResult {
        category(vm, Version::Old, &args[1..])
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method("combining($self, chr, /)")]
    fn old_combining(vm: &Vm, args: &[Value]) -> PyResult {
        combining(vm, Version::Old, &args[1..])
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("decimal($self, chr, default=<unrepresentable>, /)")]
    fn old_decimal(vm: &Vm, args: &[Value]) -> PyResult {
        decimal(vm, Version::Old, &args[1..])
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method("decomposition($self, chr, /)")]
    fn old_decomposition(vm: &Vm, args: &[Value]) -> PyResult {
        decomposition(vm, Version::Old, &args[1..])
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("digit($self, chr, default=<unrepresentable>, /)")]
    fn old_digit(vm: &Vm, args: &[Value]) -> PyResult {
        digit(vm, &args[1..])
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method("east_asian_width($self, chr, /)")]
    fn old_east_asian_width(vm: &Vm, args: &[Value]) -> PyResult {
        east_asian_width(vm, Version::Old, &args[1..])
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method("is_normalized($self, form, unistr, /)")]
    fn old_is_normalized(vm: &Vm, args: &[Value]) -> PyResult {
        is_normalized(vm, Version::Old, &args[1..])
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the corresponding character.  If not found, KeyError is raised.
    #[method("lookup($self, name, /)")]
    fn old_lookup(vm: &Vm, args: &[Value]) -> PyResult {
        lookup(vm, Version::Old, &args[1..])
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored" character in bidirectional text, 0 otherwise.
    #[method("mirrored($self, chr, /)")]
    fn old_mirrored(vm: &Vm, args: &[Value]) -> PyResult {
        mirrored(vm, Version::Old, &args[1..])
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given, ValueError is raised.
    #[method("name($self, chr, default=<unrepresentable>, /)")]
    fn old_name(vm: &Vm, args: &[Value]) -> PyResult {
        name(vm, Version::Old, &args[1..])
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method("normalize($self, form, unistr, /)")]
    fn old_normalize(vm: &Vm, args: &[Value]) -> PyResult {
        normalize(vm, Version::Old, &args[1..])
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float. If no such value is defined, default is returned, or, if not
    /// given, ValueError is raised.
    #[method("numeric($self, chr, default=<unrepresentable>, /)")]
    fn old_numeric(vm: &Vm, args: &[Value]) -> PyResult {
        numeric(vm, Version::Old, &args[1..])
    }
}
