//! `_locale`: the C library's locales.

mod calls;

use std::ffi::CString;

use orochi_macros::methods;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Raised, Value, Vm};

use crate::host::int;
use calls::Setting;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_locale",
    doc: "Support for POSIX locales.",
    functions: FUNCTIONS,
    init: |vm, module| {
        crate::add_constants(vm, module, CATEGORIES)?;
        crate::add_constants(vm, module, INFORMATION)?;
        crate::add_constants(vm, module, &[("CHAR_MAX", i64::from(UNKNOWN))])?;
        use_environment();
        module.dict().set_str(vm, vm.intern("Error"), error_class(vm)?.into())
    },
};

/// What a number is that a locale does not say.
const UNKNOWN: i32 = libc::c_char::MAX as i32;

static CATEGORIES: &[(&str, i64)] = &[
    ("LC_ALL", libc::LC_ALL as i64),
    ("LC_COLLATE", libc::LC_COLLATE as i64),
    ("LC_CTYPE", libc::LC_CTYPE as i64),
    ("LC_MESSAGES", libc::LC_MESSAGES as i64),
    ("LC_MONETARY", libc::LC_MONETARY as i64),
    ("LC_NUMERIC", libc::LC_NUMERIC as i64),
    ("LC_TIME", libc::LC_TIME as i64),
];

/// Keys of `nl_langinfo`.
static INFORMATION: &[(&str, i64)] = &[
    ("ABDAY_1", 131072),
    ("ABDAY_2", 131073),
    ("ABDAY_3", 131074),
    ("ABDAY_4", 131075),
    ("ABDAY_5", 131076),
    ("ABDAY_6", 131077),
    ("ABDAY_7", 131078),
    ("ABMON_1", 131086),
    ("ABMON_10", 131095),
    ("ABMON_11", 131096),
    ("ABMON_12", 131097),
    ("ABMON_2", 131087),
    ("ABMON_3", 131088),
    ("ABMON_4", 131089),
    ("ABMON_5", 131090),
    ("ABMON_6", 131091),
    ("ABMON_7", 131092),
    ("ABMON_8", 131093),
    ("ABMON_9", 131094),
    ("ALT_DIGITS", 131119),
    ("AM_STR", 131110),
    ("CODESET", 14),
    ("CRNCYSTR", 262159),
    ("DAY_1", 131079),
    ("DAY_2", 131080),
    ("DAY_3", 131081),
    ("DAY_4", 131082),
    ("DAY_5", 131083),
    ("DAY_6", 131084),
    ("DAY_7", 131085),
    ("D_FMT", 131113),
    ("D_T_FMT", 131112),
    ("ERA", 131116),
    ("ERA_D_FMT", 131118),
    ("ERA_D_T_FMT", 131120),
    ("ERA_T_FMT", 131121),
    ("MON_1", 131098),
    ("MON_10", 131107),
    ("MON_11", 131108),
    ("MON_12", 131109),
    ("MON_2", 131099),
    ("MON_3", 131100),
    ("MON_4", 131101),
    ("MON_5", 131102),
    ("MON_6", 131103),
    ("MON_7", 131104),
    ("MON_8", 131105),
    ("MON_9", 131106),
    ("NOEXPR", 327681),
    ("PM_STR", 131111),
    ("RADIXCHAR", 65536),
    ("THOUSEP", 65537),
    ("T_FMT", 131114),
    ("T_FMT_AMPM", 131115),
    ("YESEXPR", 327680),
    ("_DATE_FMT", 131180),
];

static ERROR: ClassDef =
    ClassDef { flags: orochi_vm::object::class::flags::BASE, ..ClassDef::new("locale.Error", "", Layout::Exception) };

fn error_class(vm: &Vm) -> PyResult<Gc<Class>> {
    vm.module_class_with(&ERROR, &[vm.types().exception])
}

fn error(vm: &Vm, message: &str) -> Raised {
    match error_class(vm) {
        Ok(class) => vm.raise(class, message),
        Err(raised) => raised,
    }
}

/// Takes the kinds of characters from the environment, in UTF-8 whatever it says: text is that here.
fn use_environment() {
    let named = |name: &str| CString::new(name).unwrap_or_default();
    calls::setlocale(libc::LC_CTYPE, Some(&named("")));
    if calls::nl_langinfo(libc::CODESET) != b"UTF-8" {
        calls::setlocale(libc::LC_CTYPE, Some(&named("C.UTF-8")));
    }
}

/// A text argument, for the system.
fn text(vm: &Vm, value: Value, function: &str, number: usize) -> PyResult<CString> {
    let Some(text) = value.cast::<Str>() else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("{function}() argument {number} must be str, not {name}")));
    };
    let bytes = vm.fs_encode(text.into())?;
    CString::new(bytes).map_err(|_| vm.value_error("embedded null character"))
}

/// The same, or None.
fn optional(vm: &Vm, value: Value, function: &str, number: usize) -> PyResult<Option<CString>> {
    match value.bound().filter(|value| *value != vm.none()) {
        None => Ok(None),
        Some(value) if value.cast::<Str>().is_some() => text(vm, value, function, number).map(Some),
        Some(value) => {
            let name = vm.type_name(value);
            Err(vm.type_error(format!("{function}() argument {number} must be str or None, not {name}")))
        }
    }
}

/// Code points as the library's wide characters, with a zero at the end.
fn wide(vm: &Vm, value: Value, function: &str, number: usize) -> PyResult<Vec<libc::wchar_t>> {
    let Some(text) = value.cast::<Str>() else {
        let name = vm.type_name(value);
        let place = if number == 0 { "argument".to_owned() } else { format!("argument {number}") };
        return Err(vm.type_error(format!("{function}() {place} must be str, not {name}")));
    };
    if text.text().iter().any(|point| point == 0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text.text().iter().map(|point| point as libc::wchar_t).chain([0]).collect())
}

fn decoded(vm: &Vm, bytes: &[u8]) -> PyResult {
    vm.fs_decode(bytes).map(Value::from)
}

/// The result of setting something for a domain.
fn answer(vm: &Vm, result: Option<Vec<u8>>) -> PyResult {
    match result {
        Some(bytes) => decoded(vm, &bytes),
        None => match crate::host::last_error() {
            0 => Ok(vm.none()),
            errno => crate::host::raise(vm, errno),
        },
    }
}

/// The sizes of groups as a list, whose last says whether they go on.
fn grouping(vm: &Vm, sizes: &[u8]) -> PyResult {
    let list = List::with_capacity(vm, 0)?;
    for size in sizes {
        let size = i32::from(*size as libc::c_char);
        list.push(vm, Value::small(size.into()))?;
        if size == UNKNOWN {
            return Ok(list.into());
        }
    }
    if !sizes.is_empty() {
        list.push(vm, Value::ZERO)?;
    }
    Ok(list.into())
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Bind the C library's domain to codeset.
    #[method("bind_textdomain_codeset(domain, codeset, /)")]
    fn bind_textdomain_codeset(vm: &Vm, args: &[Value]) -> PyResult {
        let domain = text(vm, args[0], "bind_textdomain_codeset", 1)?;
        let codeset = optional(vm, args[1], "bind_textdomain_codeset", 2)?;
        match calls::domain(Setting::Codeset, Some(&domain), codeset.as_ref()) {
            Some(bytes) => decoded(vm, &bytes),
            None => Ok(vm.none()),
        }
    }

    /// Bind the C library's domain to dir.
    #[method("bindtextdomain(domain, dir, /)")]
    fn bindtextdomain(vm: &Vm, args: &[Value]) -> PyResult {
        let domain = text(vm, args[0], "bindtextdomain", 1)?;
        if domain.is_empty() {
            return Err(error(vm, "domain must be a non-empty string"));
        }
        let folder = if args[1] == vm.none() { None } else { Some(vm.system_path(args[1])?) };
        answer(vm, calls::domain(Setting::Folder, Some(&domain), folder.as_ref()))
    }

    /// Return translation of msg in domain and category.
    #[method("dcgettext(domain, msg, category, /)")]
    fn dcgettext(vm: &Vm, args: &[Value]) -> PyResult {
        let domain = optional(vm, args[0], "dcgettext", 1)?;
        let message = text(vm, args[1], "dcgettext", 2)?;
        decoded(vm, &calls::translate(domain.as_ref(), &message, Some(int(vm, args[2])?)))
    }

    /// Return translation of msg in domain.
    #[method("dgettext(domain, msg, /)")]
    fn dgettext(vm: &Vm, args: &[Value]) -> PyResult {
        let domain = optional(vm, args[0], "dgettext", 1)?;
        let message = text(vm, args[1], "dgettext", 2)?;
        decoded(vm, &calls::translate(domain.as_ref(), &message, None))
    }

    /// Get the current locale encoding.
    #[method("getencoding()")]
    fn getencoding(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_str("UTF-8")
    }

    /// Return translation of msg.
    #[method("gettext(msg, /)")]
    fn gettext(vm: &Vm, args: &[Value]) -> PyResult {
        let message = text(vm, args[0], "gettext", 1)?;
        decoded(vm, &calls::translate(None, &message, None))
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[method("localeconv()")]
    fn localeconv(vm: &Vm, _: &[Value]) -> PyResult {
        let conventions = calls::localeconv();
        let dict = Dict::new(vm)?;
        for (name, text) in &conventions.texts {
            dict.set_str(vm, vm.intern(name), decoded(vm, text)?)?;
        }
        for (name, sizes) in &conventions.groupings {
            dict.set_str(vm, vm.intern(name), grouping(vm, sizes)?)?;
        }
        for (name, number) in conventions.numbers {
            dict.set_str(vm, vm.intern(name), Value::small(number.into()))?;
        }
        Ok(dict.into())
    }

    /// Return the value for the locale information associated with key.
    #[method("nl_langinfo(key, /)")]
    fn nl_langinfo(vm: &Vm, args: &[Value]) -> PyResult {
        let key = int(vm, args[0])?;
        if !INFORMATION.iter().any(|(_, known)| *known == i64::from(key)) {
            return Err(vm.value_error("unsupported langinfo constant"));
        }
        decoded(vm, &calls::nl_langinfo(key))
    }

    /// Activates/queries locale processing.
    #[method("setlocale(category, locale=None, /)")]
    fn setlocale(vm: &Vm, args: &[Value]) -> PyResult {
        let category = int(vm, args[0])?;
        let locale = optional(vm, args[1], "setlocale", 2)?;
        match calls::setlocale(category, locale.as_ref()) {
            Some(name) => decoded(vm, &name),
            None if locale.is_some() => Err(error(vm, "unsupported locale setting")),
            None => Err(error(vm, "locale query failed")),
        }
    }

    /// Compares two strings according to the locale.
    #[method("strcoll(os1, os2, /)")]
    fn strcoll(vm: &Vm, args: &[Value]) -> PyResult {
        let (left, right) = (wide(vm, args[0], "strcoll", 1)?, wide(vm, args[1], "strcoll", 2)?);
        vm.new_int(calls::compare(&left, &right) as i64)
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[method("strxfrm(string, /)")]
    fn strxfrm(vm: &Vm, args: &[Value]) -> PyResult {
        let source = wide(vm, args[0], "strxfrm", 0)?;
        let Some(key) = calls::transform(&source) else { return crate::host::raise(vm, libc::EINVAL) };
        // The library's units are no code points; those beyond the last one are split, which keeps their order.
        let mut points = Vec::with_capacity(key.len());
        for unit in key {
            let unit = unit as u32;
            if unit > 0x10_ffff {
                points.extend([0x10_ffff, unit >> 16, unit & 0xffff]);
            } else {
                points.push(unit);
            }
        }
        Str::from_slice(vm, &points).map(Value::from)
    }

    /// Set the C library's textdomain to domain, returning the new domain.
    #[method("textdomain(domain, /)")]
    fn textdomain(vm: &Vm, args: &[Value]) -> PyResult {
        let domain = optional(vm, args[0], "textdomain", 1)?;
        answer(vm, calls::domain(Setting::Current, domain.as_ref(), None))
    }
}
